//! Decisions written into the text of `decisions.yaml`: each at its place, everything else as people wrote it.

use super::{ACCEPTED, Decisions, HEAD, Placed, Said, VERSION, read};
use crate::rules::platform::{KUBERNETES, Platform};
use crate::spec_file::edit::Edits;
use crate::spec_file::node::{self, Node, Source};
use crate::spec_file::problem::Problem;
use crate::spec_file::scalar::quoted;
use model::id::ResourceId;
use model::place::Place;

/// One change to the decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// What is said of a rule; `None` takes it back.
    Rule(String, Option<Said>),
    /// What is said of an entry; `None` takes it back.
    Entry(ResourceId, Option<Said>),
    /// Where a service is to run; `None` takes it back.
    Tenancy(String, Option<Placed>),
    /// Where the system is to run.
    Platform(Platform),
}

impl Change {
    /// Makes the change to decisions.
    pub fn apply(&self, decisions: &mut Decisions) {
        match self.clone() {
            Change::Rule(id, Some(said)) => drop(decisions.rules.insert(id, said)),
            Change::Rule(id, None) => drop(decisions.rules.remove(&id)),
            Change::Entry(id, Some(said)) => drop(decisions.entries.insert(id, said)),
            Change::Entry(id, None) => drop(decisions.entries.remove(&id)),
            Change::Tenancy(service, Some(placed)) => drop(decisions.tenancy.insert(service, placed)),
            Change::Tenancy(service, None) => drop(decisions.tenancy.remove(&service)),
            Change::Platform(platform) => decisions.platform = platform,
        }
    }

    /// The lines that it is written as: section, key and value; a value of `None` is no longer written.
    fn lines(&self) -> Vec<(Option<&'static str>, String, Option<String>)> {
        match self {
            Change::Rule(id, said) => vec![(Some("rules"), id.clone(), said.as_ref().map(of_said))],
            Change::Entry(id, said) => vec![(Some("entries"), id.to_string(), said.as_ref().map(of_said))],
            Change::Tenancy(service, placed) => {
                vec![(Some("tenancy"), service.clone(), placed.as_ref().map(of_placed))]
            }
            Change::Platform(platform) => {
                let kernel = platform.kernel.map(|(major, minor)| format!("\"{major}.{minor}\""));
                let version = Some(format!("\"{}\"", platform.version()));
                vec![(None, "version".to_owned(), version), (None, "node-kernel".to_owned(), kernel)]
            }
        }
    }
}

fn of_said(said: &Said) -> String {
    let verdict = said.verdict.map_or(ACCEPTED, model::decision::Fate::name);
    flow(verdict, &said.because, &said.author, &said.date, said.of.as_deref())
}

fn of_placed(placed: &Placed) -> String {
    flow(placed.tenancy.name(), &placed.because, &placed.author, &placed.date, None)
}

fn flow(verdict: &str, because: &str, author: &str, date: &str, of: Option<&str>) -> String {
    let because = Some(because).filter(|b| !b.is_empty()).map(|b| format!(", because: {}", quoted(b)));
    let of = of.map(|of| format!(", of: {}", quoted(of)));
    let (because, of) = (because.unwrap_or_default(), of.unwrap_or_default());
    format!("{{verdict: {verdict}{because}, author: {}, date: {}{of}}}", quoted(author), quoted(date))
}

/// The file with the changes. Comments and all that is not changed stay as they are.
pub fn write(path: &str, text: &str, changes: &[Change]) -> Result<String, Vec<Problem>> {
    let mut intended = read(path, text)?;
    let mut written = if node::read(Source { path, text })?.is_none_or(|root| root.is_null()) {
        format!("{text}{}{HEAD}: {VERSION}\n", if text.is_empty() || text.ends_with('\n') { "" } else { "\n" })
    } else {
        text.to_owned()
    };
    for change in changes {
        change.apply(&mut intended);
        for (section, key, value) in change.lines() {
            written = set(path, &written, section, &key, value.as_deref())?;
        }
    }
    if plain(read(path, &written)?) == plain(intended) {
        return Ok(written);
    }
    let what = "writing the decisions would change others: a bug in repot".to_owned();
    let hints = vec!["nothing was written".to_owned()];
    Err(vec![Problem { place: Place::file(path), width: 0, what, line: String::new(), hints }])
}

/// Decisions without the places they are written at.
fn plain(mut decisions: Decisions) -> Decisions {
    let said = decisions.rules.values_mut().chain(decisions.entries.values_mut()).map(|s| &mut s.place);
    said.chain(decisions.tenancy.values_mut().map(|p| &mut p.place)).for_each(|place| *place = Place::default());
    decisions
}

/// The text with one key of a section set, or without it.
fn set(path: &str, text: &str, section: Option<&str>, key: &str, value: Option<&str>) -> Result<String, Vec<Problem>> {
    let source = Source { path, text };
    let root = node::read(source)?.unwrap_or_default();
    let mut edits = Edits::new(text);
    let Some(platform) = root.get(KUBERNETES).filter(|n| !n.is_null()) else {
        let Some(value) = value else { return Ok(text.to_owned()) };
        let line = match section {
            Some(section) => format!("{KUBERNETES}:\n  {section}:\n    {}: {value}\n", quoted(key)),
            None => format!("{KUBERNETES}:\n  {}: {value}\n", quoted(key)),
        };
        return Ok(put(text, edits, &root, KUBERNETES, None, &line));
    };
    let map = match section {
        None => Some(platform),
        Some(section) => platform.get(section).filter(|n| !n.is_null()),
    };
    let Some(map) = map else {
        let Some(value) = value else { return Ok(text.to_owned()) };
        let section = section.unwrap_or_default();
        let (indent, inner) = (indent_of(platform, 2), indent_of(platform, 2) + 2);
        if platform.is_flow {
            let at = inside(&edits, platform);
            edits.insert(at.0, format!("{}{section}: {{{}: {value}}}", at.1, quoted(key)));
            return Ok(edits.apply());
        }
        let line = format!("{:indent$}{section}:\n{:inner$}{}: {value}\n", "", "", quoted(key));
        return Ok(put(text, edits, platform, section, Some(indent), &line));
    };
    let there = map.map().unwrap_or_default().iter().find(|(k, _)| k.text() == Some(key));
    match (there, value) {
        (Some((_, old)), Some(value)) => edits.replace(old.at.offset, edits.end(old), value.to_owned()),
        (Some((old_key, old)), None) => remove(&mut edits, map, old_key, old),
        (None, None) => {}
        (None, Some(value)) if map.is_flow => {
            let at = inside(&edits, map);
            edits.insert(at.0, format!("{}{}: {value}", at.1, quoted(key)));
        }
        (None, Some(value)) => {
            let indent = indent_of(map, 4);
            // Keys stay in the order in which they are sorted, as far as they are.
            let next = map.map().unwrap_or_default().iter().find(|(k, _)| section.is_some() && k.text() > Some(key));
            let at = match next {
                Some((next, _)) => edits.above(next.at.line),
                None => edits.line_after(edits.end(map)),
            };
            edits.insert(at, format!("{:indent$}{}: {value}\n", "", quoted(key)));
        }
    }
    Ok(edits.apply())
}

/// How far the keys of a block map are indented.
fn indent_of(map: &Node, otherwise: usize) -> usize {
    let column = map.map().and_then(|m| m.first()).map(|(key, _)| key.at.column);
    column.map_or(otherwise, |c| usize::try_from(c.saturating_sub(1)).unwrap_or(otherwise))
}

/// Where in a flow map a new key goes, and what stands before it.
fn inside(edits: &Edits<'_>, map: &Node) -> (usize, &'static str) {
    let last = map.map().and_then(|m| m.last());
    last.map_or((map.at.offset + 1, ""), |(_, value)| (edits.end(value), ", "))
}

/// Puts lines below a block map, in the place of a key that says nothing if there is one.
fn put(text: &str, mut edits: Edits<'_>, map: &Node, key: &str, indent: Option<usize>, lines: &str) -> String {
    let empty = map.map().unwrap_or_default().iter().find(|(k, v)| k.text() == Some(key) && v.is_null());
    if let Some((old, _)) = empty {
        let (from, to) = (edits.line(old.at.line), edits.line_after(old.at.offset));
        edits.replace(from, to, lines.to_owned());
        return edits.apply();
    }
    let at = if indent.is_some() { edits.line_after(edits.end(map)) } else { text.len() };
    edits.insert(at, lines.to_owned());
    edits.apply()
}

/// Takes a key away; the comment above it stays, it may say why.
fn remove(edits: &mut Edits<'_>, map: &Node, key: &Node, value: &Node) {
    let entries = map.map().unwrap_or_default();
    if !map.is_flow && entries.len() > 1 {
        let (from, to) = (edits.line(key.at.line), edits.line_after(edits.end(value)));
        return edits.replace(from, to, String::new());
    }
    if entries.len() == 1 && !map.is_flow {
        // A section without keys says nothing.
        let (from, to) = (edits.line(key.at.line), edits.line_after(edits.end(value)));
        let indent = usize::try_from(key.at.column.saturating_sub(1)).unwrap_or_default();
        return edits.replace(from, to, format!("{:indent$}{{}}\n", ""));
    }
    let index = entries.iter().position(|(k, _)| k.at == key.at).unwrap_or_default();
    let (from, to) = match (index.checked_sub(1).and_then(|n| entries.get(n)), entries.get(index + 1)) {
        (Some((_, before)), _) => (edits.end(before), edits.end(value)),
        (None, Some((next, _))) => (key.at.offset, next.at.offset),
        (None, None) => (key.at.offset, edits.end(value)),
    };
    edits.replace(from, to, String::new());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tenancy::Tenancy;
    use model::decision::Fate;

    fn said(verdict: Option<Fate>, because: &str) -> Said {
        let (author, date) = ("anna".to_owned(), "2026-11-25".to_owned());
        Said { verdict, because: because.to_owned(), author, date, of: None, place: Place::default() }
    }

    fn drop_of(id: &str) -> Change {
        Change::Entry(ResourceId::parse(id).unwrap(), Some(said(Some(Fate::Drop), "gone: yes")))
    }

    fn accepted(rule: &str) -> Change {
        Change::Rule(rule.to_owned(), Some(said(None, "")))
    }

    #[test]
    fn a_new_file_is_begun() {
        let written = write("d", "", &[accepted("SVC-08"), drop_of("port[tcp:22]"), drop_of("file[/a]")]).unwrap();
        let expected = "repot-decisions: 1\nkubernetes:\n  rules:\n    SVC-08: {verdict: accepted, author: anna, date: \"2026-11-25\"}\n  entries:\n    \
                        \"file[/a]\": {verdict: drop, because: \"gone: yes\", author: anna, date: \"2026-11-25\"}\n    \"port[tcp:22]\": {verdict: drop, because: \"gone: yes\", author: anna, date: \"2026-11-25\"}\n";
        assert_eq!(written, expected);
        assert_eq!(write("d", &written, &[accepted("SVC-08")]).unwrap(), written, "said twice is said once");
    }

    #[test]
    fn what_people_wrote_stays() {
        let text = "# ours\nrepot-decisions: 1\n\nkubernetes:\n  # ask Marek\n  rules: {}\n  entries:\n    # the old sftp\n    \"port[tcp:22]\":   # long form\n      verdict: keep\n      because: sftp\n      \
                    author: marek\n      date: 2026-01-01\n    # last word\n";
        let changes = [accepted("SVC-08"), drop_of("port[tcp:25]"), drop_of("port[tcp:10]")];
        let written = write("d", text, &changes).unwrap();
        for kept in ["# ours", "# ask Marek", "# the old sftp", "# long form", "# last word", "author: marek"] {
            assert!(written.contains(kept), "{kept}\n{written}");
        }
        let replaced = write("d", &written, &[drop_of("port[tcp:22]")]).unwrap();
        assert!(replaced.contains("# the old sftp") && !replaced.contains("marek"), "{replaced}");
        let gone = write("d", &replaced, &[Change::Entry(ResourceId::new("port", "tcp:22"), None)]).unwrap();
        assert!(!gone.contains("tcp:22") && gone.contains("tcp:25"), "{gone}");
    }

    #[test]
    fn every_shape_of_the_file_takes_every_change() {
        let placed = Placed {
            tenancy: Tenancy::Shared,
            because: "both".into(),
            author: "anna".into(),
            date: "2026-11-25".into(),
            place: Place::default(),
        };
        let changes = [
            accepted("SVC-08"),
            drop_of("file[/a b: c]"),
            Change::Tenancy("redis".into(), Some(placed)),
            Change::Platform(Platform { minor: 30, kernel: Some((6, 1)), ..Platform::default() }),
            Change::Rule("SVC-08".into(), None),
            Change::Tenancy("redis".into(), None),
            drop_of("file[/z]"),
            Change::Entry(ResourceId::new("file", "/a b: c"), None),
        ];
        let shapes = [
            "",
            "# only a comment",
            "repot-decisions: 1",
            "repot-decisions: 1\nkubernetes:\n",
            "repot-decisions: 1\nkubernetes:\n  rules:\n  entries:\n",
            "repot-decisions: 1\nkubernetes: {}\n",
            "repot-decisions: 1\nkubernetes: {rules: {}, version: \"1.30\"}\n",
            "repot-decisions: 1\nkubernetes:\n    rules:\n        SVC-08: {verdict: accepted, author: a, date: 2026-01-01}",
        ];
        for shape in shapes {
            let mut text = shape.to_owned();
            for change in &changes {
                text = write("d", &text, std::slice::from_ref(change))
                    .unwrap_or_else(|p| panic!("{shape:?} {change:?}\n{text}\n{p:?}"));
            }
            let decisions = read("d", &text).unwrap();
            assert_eq!(decisions.entries.len(), 1, "{shape:?}\n{text}");
            assert_eq!(decisions.platform.minor, 30);
        }
    }
}
