//! Unit files (systemd.syntax(7), systemd.unit(5)): where they are, their drop-ins, and what they set.

use crate::read;
use crate::sys::{FileType, Foreseen, Sys};
use model::answer::Why;
use model::text;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Where unit files are, the first place wins.
pub(crate) const PLACES: &[&str] = &[
    // What `systemctl set-property` writes, for good and until the next boot.
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// The most that is read of a unit file, in bytes.
const MOST: u64 = 1 << 20;

/// A unit as its files say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UnitFile {
    /// Where its file is; none if only drop-ins or links speak of it.
    pub(crate) path: Option<String>,
    /// Whether it is a link to /dev/null.
    pub(crate) is_masked: bool,
    /// Drop-ins in the order in which they count.
    pub(crate) drop_ins: Vec<String>,
    /// What is set, by `Section.Key`, in order.
    pub(crate) settings: BTreeMap<String, Vec<String>>,
}

impl UnitFile {
    /// The last value of a setting.
    pub(crate) fn last(&self, key: &str) -> Option<&str> {
        self.settings.get(key)?.last().map(String::as_str)
    }
}

/// The names of all units that files speak of, of these types.
pub(crate) fn names(sys: &dyn Sys, endings: &[&str]) -> Result<BTreeSet<String>, Why> {
    let mut names = BTreeSet::new();
    let mut files = Vec::new();
    for dir in PLACES {
        for name in sys.list(Path::new(dir))?.unwrap_or_default() {
            let name = text::from_bytes(name.as_encoded_bytes());
            if endings.iter().any(|e| name.ends_with(e)) {
                if !names.contains(&name) {
                    files.push(Path::new(dir).join(&name));
                }
                names.insert(name);
            }
        }
    }
    sys.foresee(&Foreseen::Reads(&files));
    Ok(names)
}

/// Units that were read in this look: services, timers and what they execute are read from the same files.
#[derive(Default)]
struct Known(Mutex<HashMap<String, Read>>);

/// What reading a unit gave.
type Read = Result<Option<Arc<UnitFile>>, Why>;

/// Reads a unit, once per look.
pub(crate) fn read(sys: &dyn Sys, name: &str) -> Read {
    let known = sys.memo().get(Known::default);
    let lock = || known.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(unit) = lock().get(name) {
        return unit.clone();
    }
    let unit = of_files(sys, name).map(|unit| unit.map(Arc::new));
    lock().insert(name.to_owned(), unit.clone());
    unit
}

fn of_files(sys: &dyn Sys, name: &str) -> Result<Option<UnitFile>, Why> {
    let mut unit = UnitFile::default();
    for dir in PLACES {
        let path = format!("{dir}/{name}");
        let Some(stat) = sys.stat(Path::new(&path))? else { continue };
        let target = if stat.kind == FileType::Link { sys.link(Path::new(&path))? } else { None };
        unit.is_masked =
            target.is_some_and(|t| t == Path::new("/dev/null")) || (stat.kind == FileType::File && stat.size == 0);
        if !unit.is_masked
            && let Some(bytes) = sys.read(Path::new(&path), MOST)?
        {
            settings(&text::from_bytes(&bytes), &mut unit.settings);
        }
        unit.path = Some(path);
        break;
    }
    // `foo@bar.service` is made of `foo@.service`.
    if unit.path.is_none()
        && let Some((stem, rest)) = name.split_once('@')
        && let Some((instance, ending)) = rest.rsplit_once('.')
        && !instance.is_empty()
        && let Some(template) = read(sys, &format!("{stem}@.{ending}"))?
    {
        unit = UnitFile::clone(&template);
    }
    let mut drop_ins: BTreeMap<String, String> = BTreeMap::new();
    for dir in PLACES.iter().rev() {
        for path in read::files_in(sys, &format!("{dir}/{name}.d"), ".conf")? {
            drop_ins.insert(path.rsplit('/').next().unwrap_or_default().to_owned(), path);
        }
    }
    for path in drop_ins.into_values() {
        let bytes = sys.read(Path::new(&path), MOST)?.unwrap_or_default();
        settings(&text::from_bytes(&bytes), &mut unit.settings);
        unit.drop_ins.push(path);
    }
    let known = unit.path.is_some() || !unit.drop_ins.is_empty();
    Ok(known.then_some(unit))
}

/// Lines joined where a backslash ends them; an empty value takes back what was set before.
fn settings(text: &str, into: &mut BTreeMap<String, Vec<String>>) {
    let mut section = String::new();
    let mut open = String::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with(['#', ';']) || (line.is_empty() && open.is_empty()) {
            continue;
        }
        if let Some(begun) = line.strip_suffix('\\') {
            open.push_str(begun);
            open.push(' ');
            continue;
        }
        open.push_str(line);
        let line = std::mem::take(&mut open);
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, value)) = line.split_once('=') {
            let values = into.entry(format!("{section}.{}", key.trim())).or_default();
            if value.trim().is_empty() {
                values.clear();
            } else {
                values.push(value.trim().to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_taken_back_by_an_empty_value() {
        let mut all = BTreeMap::new();
        settings("[Service]\nExecStart=/a \\\n  b\n# c\nUser=x\n", &mut all);
        settings("[Service]\nExecStart=\nExecStart=/c\nnonsense\n", &mut all);
        assert_eq!(all["Service.ExecStart"], ["/c"]);
        assert_eq!(all["Service.User"], ["x"]);
    }
}
