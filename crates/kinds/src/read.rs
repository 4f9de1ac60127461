//! Readings that many kinds share: a whole file as text, its lines, an output that must have succeeded.

use crate::sys::{Command, Foreseen, Output, Sys};
use model::answer::{Answer, Why, WhyCode};
use model::text;
use std::path::{Path, PathBuf};

/// The most that is read of a configuration file, in bytes.
pub const MOST: u64 = 8 << 20;

/// A file's text.
pub fn file(sys: &dyn Sys, path: &str) -> Answer<String> {
    Ok(sys.read(Path::new(path), MOST)?.map(|bytes| text::from_bytes(&bytes)))
}

/// A file's text, where a file that is not there is an empty one.
pub fn file_or_empty(sys: &dyn Sys, path: &str) -> Result<String, Why> {
    Ok(file(sys, path)?.unwrap_or_default())
}

/// The full paths of a directory's entries that end so, sorted; a directory that is not there has none.
pub fn files_in(sys: &dyn Sys, dir: &str, ending: &str) -> Result<Vec<String>, Why> {
    let names = sys.list(Path::new(dir))?.unwrap_or_default();
    let dir = dir.trim_end_matches('/');
    let files: Vec<String> = names
        .iter()
        .map(|n| text::from_bytes(n.as_encoded_bytes()))
        .filter(|n| n.ends_with(ending))
        .map(|n| format!("{dir}/{n}"))
        .collect();
    if files.len() > 1 {
        let paths: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        sys.foresee(&Foreseen::Reads(&paths));
    }
    Ok(files)
}

/// What a program of a running system prints, if it succeeds.
pub fn output(sys: &dyn Sys, argv: &[&str]) -> Answer<String> {
    run(sys, argv)?.map(|out| succeeded(argv, out)).transpose()
}

/// What a program of a running system did.
pub fn run(sys: &dyn Sys, argv: &[&str]) -> Answer<Output> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    sys.run(&Command::new(argv.iter().copied()))
}

/// The output of a program that must have succeeded.
fn succeeded(argv: &[&str], out: Output) -> Result<String, Why> {
    if out.status == 0 {
        return Ok(text::from_bytes(&out.stdout));
    }
    let said = text::from_bytes(&out.stderr);
    let said = said.lines().find(|l| !l.trim().is_empty()).unwrap_or("it said nothing").trim();
    Err(Why::new(WhyCode::Failed, format!("{} ended with {}: {said}", argv.join(" "), out.status)))
}

/// The lines of a configuration file that say something, with their number: comments (from any of `marks`, at the
/// start of the line) and blank lines left out, spaces trimmed.
pub fn lines<'a>(text: &'a str, marks: &'a [char]) -> impl Iterator<Item = (u32, &'a str)> {
    (1..).zip(text.lines()).map(|(n, l)| (n, l.trim())).filter(move |(_, l)| !l.is_empty() && !l.starts_with(marks))
}
