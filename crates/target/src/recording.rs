//! What an agent said, kept in a file: a header line, then its events, one JSON object a line.
//!
//! The header carries the version of the form; a newer one is refused and never overwritten.

use crate::observe::Observed;
use crate::trouble::Trouble;
use model::event::Event;
use model::facts::Facts;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// The version of the form that this repot writes and the newest it reads.
pub const VERSION: u32 = 1;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

/// The first line of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always `recording`.
    pub repot: String,
    /// The version of the form.
    pub version: u32,
    /// The target as it was named.
    pub target: String,
    /// The host's own name.
    pub host: String,
    /// When it was taken, RFC 3339 in UTC.
    pub taken: String,
    /// The id of the project's key, so that fingerprints of another key are not compared.
    pub key: String,
}

/// Writes a recording, whole or not at all.
pub fn write(path: &Path, header: &Header, observed: &Observed) -> Result<(), Trouble> {
    let trouble = |e: &dyn std::fmt::Display| Trouble::new(format!("{}: {e}", path.display()));
    let dir = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir).map_err(|e| trouble(&e))?;
    let mut file = BufWriter::new(tempfile::NamedTempFile::new_in(dir).map_err(|e| trouble(&e))?);
    line(&mut file, header).map_err(|e| trouble(&e))?;
    for (number, look) in (1..).zip(&observed.looks) {
        line(&mut file, &Event::Look { number }).map_err(|e| trouble(&e))?;
        for event in events(look) {
            line(&mut file, &event).map_err(|e| trouble(&e))?;
        }
    }
    line(&mut file, &Event::Done { processes: observed.processes, millis: observed.millis })
        .map_err(|e| trouble(&e))?;
    let file = file.into_inner().map_err(|e| trouble(&e))?;
    file.persist(path).map_err(|e| trouble(&e))?;
    Ok(())
}

fn line(out: &mut impl Write, what: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, what)?;
    out.write_all(b"\n")
}

fn events(facts: &Facts) -> impl Iterator<Item = Event> {
    facts.kinds.iter().flat_map(|(kind, seen)| {
        let resources = seen.resources.iter().map(|(name, resource)| Event::Resource {
            kind: kind.clone(),
            name: name.clone(),
            resource: resource.clone(),
        });
        let begin = Event::Begin { kind: kind.clone() };
        let end = Event::End { kind: kind.clone(), coverage: seen.coverage.clone() };
        std::iter::once(begin).chain(resources).chain(std::iter::once(end))
    })
}

/// What a recording is of, without reading all of it.
pub fn header(path: &Path) -> Result<Header, Trouble> {
    let trouble = |what: &dyn std::fmt::Display| Trouble::new(format!("{}:1: {what}", path.display()));
    let file = std::fs::File::open(path).map_err(|e| trouble(&e))?;
    let first = next(&mut BufReader::new(file)).map_err(|e| trouble(&e))?.unwrap_or_default();
    let header: Header = serde_json::from_slice(&first).map_err(|e| trouble(&e))?;
    if header.repot == "recording" { Ok(header) } else { Err(trouble(&"this is no recording of repot")) }
}

/// Reads a recording. One that was cut keeps what is whole: the kinds that it ends in are unknown.
pub fn read(path: &Path) -> Result<(Header, Observed), Trouble> {
    let name = path.display().to_string();
    let file = std::fs::File::open(path).map_err(|e| {
        Trouble::new(format!("{name}: {e}")).hint("`repot capture` keeps recordings in .repot/recordings/")
    })?;
    read_from(BufReader::new(file), &name)
}

/// Reads a recording from where it comes; the name is for messages.
pub fn read_from(mut lines: impl BufRead, name: &str) -> Result<(Header, Observed), Trouble> {
    let trouble = |n: usize, what: &dyn std::fmt::Display| Trouble::new(format!("{name}:{n}: {what}"));
    let first = next(&mut lines).map_err(|e| trouble(1, &e))?.unwrap_or_default();
    let header: Header = serde_json::from_slice(&first)
        .map_err(|_bad| trouble(1, &"this is no recording of repot").hint("`repot capture` makes one"))?;
    if header.repot != "recording" || header.version > VERSION {
        let what = format!(
            "it is a {} of version {}; this repot reads recordings up to {VERSION}",
            header.repot, header.version
        );
        return Err(trouble(1, &what).hint("use the repot that wrote it, or a newer one"));
    }
    let mut observed = Observed { host: header.host.clone(), ..Observed::default() };
    let mut number = 1;
    while let Some(text) = next(&mut lines).map_err(|e| trouble(number + 1, &e))? {
        number += 1;
        match serde_json::from_slice(&text) {
            Ok(event) => observed.take(event),
            // The last line of a recording that was cut; anything after it would be lost silently otherwise.
            Err(_) if next(&mut lines).is_ok_and(|l| l.is_none()) => break,
            Err(error) => return Err(trouble(number, &error)),
        }
    }
    Ok((header, observed))
}

fn next(lines: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    lines.take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    Ok((!bytes.is_empty()).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::coverage::Coverage;
    use model::fact::Fact;
    use model::facts::Resource;

    fn observed() -> Observed {
        let mut observed = Observed { host: "web-03".into(), ..Observed::default() };
        observed.take(Event::Look { number: 1 });
        for kind in ["a", "b"] {
            observed.take(Event::Begin { kind: kind.into() });
            let resource = Resource { facts: [("x".to_owned(), Fact::is("1\n2"))].into(), ..Resource::default() };
            observed.take(Event::Resource { kind: kind.into(), name: "n".into(), resource });
            observed.take(Event::End { kind: kind.into(), coverage: Coverage::Complete });
        }
        observed.take(Event::Done { processes: 1, millis: 2 });
        observed
    }

    fn header() -> Header {
        Header {
            repot: "recording".into(),
            version: VERSION,
            target: "local".into(),
            host: "web-03".into(),
            taken: "2026-01-01T00:00:00Z".into(),
            key: "0".into(),
        }
    }

    #[test]
    fn it_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/a.repot");
        write(&path, &header(), &observed()).unwrap();
        assert_eq!(read(&path).unwrap(), (header(), observed()));
    }

    #[test]
    fn cut_at_any_byte_it_never_shows_a_kind_as_complete_that_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.repot");
        write(&path, &header(), &observed()).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for len in 0..whole.len() {
            std::fs::write(&path, &whole[..len]).unwrap();
            let Ok((_, cut)) = read(&path) else { continue };
            for (kind, seen) in cut.looks.first().map(|l| l.kinds.clone()).unwrap_or_default() {
                assert!(seen.coverage != Coverage::Complete || seen.resources.len() == 1, "{kind} at {len}");
            }
        }
    }

    #[test]
    fn a_newer_one_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.repot");
        write(&path, &Header { version: VERSION + 1, ..header() }, &observed()).unwrap();
        assert!(read(&path).unwrap_err().what.contains("version 2"));
    }
}
