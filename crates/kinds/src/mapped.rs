//! The shared libraries that running programs have mapped, read from /proc once a look (proc_pid_maps(5)): what a program of
//! no package needs is written down nowhere else.

use crate::processes;
use crate::read;
use crate::shipped;
use crate::sys::{Foreseen, Sys};
use model::answer::Why;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The libraries of programs, by the path of the program.
type ByProgram = BTreeMap<String, BTreeSet<String>>;

/// The packages that brought the libraries which processes of a program have mapped. `None`: no process of it runs.
pub(crate) fn packages(sys: &dyn Sys, program: &str) -> Result<Option<BTreeSet<String>>, Why> {
    let all: Arc<Result<ByProgram, Why>> = sys.memo().get(|| by_program(sys));
    let all = match &*all {
        Ok(all) => all,
        Err(why) => return Err(why.clone()),
    };
    let Some(libraries) = all.get(program) else { return Ok(None) };
    let owners: Result<Vec<_>, Why> = libraries.iter().map(|path| shipped::owner(sys, path)).collect();
    Ok(Some(owners?.into_iter().flatten().collect()))
}

fn by_program(sys: &dyn Sys) -> Result<ByProgram, Why> {
    let processes = processes::all(sys);
    let processes = processes.as_ref().as_ref().map_err(Clone::clone)?;
    let files: Vec<PathBuf> =
        processes.keys().map(|pid| Path::new("/proc").join(pid.to_string()).join("maps")).collect();
    sys.foresee(&Foreseen::Reads(&files));
    let mut all = ByProgram::new();
    for pid in processes.keys() {
        // One that ended meanwhile has none.
        let Some(maps) = read::file(sys, &format!("/proc/{pid}/maps"))? else { continue };
        if let Some((program, libraries)) = mapped(&maps) {
            all.entry(program).or_default().extend(libraries);
        }
    }
    Ok(all)
}

/// The program, which is what is mapped first, and the files of code that follow.
fn mapped(maps: &str) -> Option<(String, BTreeSet<String>)> {
    let files = |line: &'_ str| {
        let mut words = line.split_ascii_whitespace();
        let rights = words.nth(1)?.to_owned();
        // A path may hold spaces.
        let path = line.get(line.find(" /")? + 1..)?.trim_end().trim_end_matches(" (deleted)").to_owned();
        Some((rights, path))
    };
    let mut files = maps.lines().filter_map(files);
    let (_, program) = files.next()?;
    let code: BTreeSet<String> =
        files.filter(|(rights, path)| rights.contains('x') && *path != program).map(|(_, path)| path).collect();
    Some((program, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_is_the_program_and_what_can_be_run_is_a_library() {
        let maps = "55d0-55d1 r--p 00000000 fe:00 1 /opt/my app/server\n\
                    55d1-55d2 r-xp 00001000 fe:00 1 /opt/my app/server\n\
                    7f00-7f01 rw-p 00000000 00:00 0 \n\
                    7f01-7f02 r--p 00000000 fe:00 2 /usr/lib/locale/locale-archive\n\
                    7f02-7f03 r-xp 00000000 fe:00 3 /usr/lib/x86_64-linux-gnu/libpq.so.5.15\n\
                    7f03-7f04 r-xp 00000000 fe:00 4 /opt/gone.so (deleted)\n\
                    7ffc-7ffd r-xp 00000000 00:00 0 [vdso]\n";
        let libraries = ["/opt/gone.so", "/usr/lib/x86_64-linux-gnu/libpq.so.5.15"].map(str::to_owned);
        assert_eq!(mapped(maps), Some(("/opt/my app/server".to_owned(), libraries.into())));
        assert_eq!(mapped("7ffc-7ffd r-xp 00000000 00:00 0 [vdso]\n"), None);
    }
}
