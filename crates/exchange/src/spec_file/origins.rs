//! Origins written into a spec file: who asked for a claim, in its `from`. Nothing else of the file changes.

use super::claim::{Manner, Reader};
use super::edit::Edits;
use super::entry::{self, Spot};
use super::merge::{Read, entries};
use super::node::{Node, Source};
use super::problem::Problem;
use super::scalar::quoted;
use model::id::ResourceId;
use model::origin::{OBSERVED, PACKAGED};
use model::place::Place;
use model::spec::{Note, Spec};
use std::collections::{BTreeMap, BTreeSet};

/// Who asked for what: the text of a `from` by resource and property.
pub type Origins = BTreeMap<(ResourceId, String), String>;

const FROM: &str = "from";

/// The file with these origins, and how many claims have one. What people wrote into a `from` stays; what a capture or
/// an earlier import of these files wrote is replaced.
pub fn write(
    path: &str,
    text: &str,
    origins: &Origins,
    imported: &BTreeSet<String>,
) -> Result<(String, usize), Vec<Problem>> {
    let source = Source { path, text };
    let read = Read::new("", source)?;
    if read.root.is_null() {
        return Ok((text.to_owned(), 0));
    }
    let reader = Reader { source, manner: Manner::Exact };
    let mut work = Work { edits: Edits::new(text), imported, count: 0 };
    for (kind, title, node) in entries(&read.root) {
        let id = entry::id(kind, title);
        if !node.is_repeated {
            work.entry(&id, node, &entry::spots(reader, kind, node), origins);
        }
    }
    let count = work.count;
    let written = work.edits.apply();
    let again = Read::new("", Source { path, text: &written })?;
    if says(&again.spec) != says(&read.spec) {
        let what = "writing origins would change what the spec says: a bug in repot".to_owned();
        let hints = vec!["nothing was written".to_owned()];
        return Err(vec![Problem { place: Place::file(path), width: 0, what, line: String::new(), hints }]);
    }
    Ok((written, count))
}

/// What a spec claims, without where that comes from.
fn says(spec: &Spec) -> Vec<String> {
    let mut says = Vec::new();
    let beside = |note: &Note| {
        let waived = note.waive.as_ref().map(|w| format!("{} {}", w.reason, w.until.as_deref().unwrap_or_default()));
        format!("{} {}", note.why.as_deref().unwrap_or_default(), waived.unwrap_or_default())
    };
    for (id, entry) in &spec.entries {
        let presence = entry.presence.as_ref().map_or("", |(wanted, _)| if *wanted { "there" } else { "gone" });
        says.push(format!("{id} {presence} {}", beside(&entry.note)));
        says.extend(entry.claims.iter().map(|(p, c)| format!("{id}.{p} {} {}", c.claim, beside(&c.note))));
        says.extend(entry.inputs.iter().map(|(name, value)| format!("{id} {name} {value}")));
    }
    says
}

struct Work<'a> {
    edits: Edits<'a>,
    imported: &'a BTreeSet<String>,
    count: usize,
}

impl Work<'_> {
    fn entry(&mut self, id: &ResourceId, node: &Node, spots: &[Spot<'_>], origins: &Origins) {
        let of = |spot: &Spot<'_>| origins.get(&(id.clone(), spot.property.to_owned()));
        let found: Vec<Option<&String>> = spots.iter().filter(|s| !s.is_gone).map(of).collect();
        let Some(Some(first)) = found.iter().find(|f| f.is_some()) else { return };
        // One origin for all of it stands once, below the claims.
        let is_one = found.iter().all(|f| *f == Some(first)) && spots.iter().all(|s| !s.is_long());
        match node.get(FROM) {
            Some(old) if is_one && self.is_ours(old, first) => {
                self.set(old, first);
                self.count += found.len();
            }
            None if is_one => {
                self.add(node, first);
                self.count += found.len();
            }
            _ => {
                for spot in spots.iter().filter(|s| !s.is_gone) {
                    if let Some(origin) = of(spot) {
                        self.claim(spot, origin);
                    }
                }
            }
        }
    }

    /// Whether a `from` is one that repot wrote, or what it would write.
    fn is_ours(&self, node: &Node, origin: &str) -> bool {
        let text = node.text().unwrap_or_default();
        let file = text.rsplit_once(':').map_or(text, |(file, _)| file);
        text == origin
            || text == OBSERVED
            || text == PACKAGED
            || text.starts_with("observed at ")
            || self.imported.contains(file)
    }

    fn set(&mut self, old: &Node, origin: &str) {
        if old.text() != Some(origin) {
            self.edits.replace(old.at.offset, self.edits.end(old), quoted(origin));
        }
    }

    fn add(&mut self, node: &Node, origin: &str) {
        let map = node.map().unwrap_or_default();
        let Some((key, value)) = map.last() else { return };
        let line = format!("{FROM}: {}", quoted(origin));
        if node.is_flow {
            return self.edits.insert(self.edits.end(value), format!(", {line}"));
        }
        let indent = usize::try_from(key.at.column.saturating_sub(1)).unwrap_or_default();
        let at = self.edits.line_after(self.edits.end(node));
        self.edits.insert(at, format!("{:indent$}{line}\n", ""));
    }

    fn claim(&mut self, spot: &Spot<'_>, origin: &str) {
        if spot.is_long() {
            match spot.node.get(FROM) {
                Some(old) if self.is_ours(old, origin) => self.set(old, origin),
                Some(_) => return,
                None => self.add(spot.node, origin),
            }
            self.count += 1;
            return;
        }
        let (from, to) = (spot.value.at.offset, self.edits.end(spot.value));
        let value = self.edits.cut(from, to);
        let is_one_line = spot.value.is_flow || (spot.value.text().is_some() && !value.starts_with(['|', '>']));
        if !is_one_line || value.contains('\n') || spot.value.map().is_some() && !spot.value.is_flow {
            return;
        }
        self.edits.replace(from, to, format!("{{value: {value}, {FROM}: {}}}", quoted(origin)));
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        let of = |kind: &str, name: &str, property: &str, from: &str| {
            ((ResourceId::new(kind, name), property.to_owned()), from.to_owned())
        };
        BTreeMap::from([
            of("service", "nginx", "enabled", "runbook.md:4"),
            of("service", "nginx", "running", "runbook.md:4"),
            of("file", "/etc/x", "mode", "setup.sh:9"),
            of("package", "git", "asked-for", "runbook.md:5"),
        ])
    }

    #[test]
    fn a_from_stands_once_where_it_is_one_and_beside_the_claim_where_not() {
        let text = "repot: 1\nservice:\n  nginx: {enabled: true, running: true}\nfile:\n  /etc/x:\n    mode: \"0600\"  # shipped: 0644\n    owner: root\n\
                    package:\n  git: {asked-for: hand, from: observed}\n";
        let (written, count) = write("site.yaml", text, &origins(), &BTreeSet::new()).unwrap();
        let expected = "repot: 1\nservice:\n  nginx: {enabled: true, running: true, from: runbook.md:4}\nfile:\n  /etc/x:\n    mode: {value: \"0600\", from: setup.sh:9}  # shipped: 0644\n    owner: root\n\
                        package:\n  git: {asked-for: hand, from: runbook.md:5}\n";
        assert_eq!(
            written,
            expected
                .replace("runbook.md:4}", &format!("{}}}", quoted("runbook.md:4")))
                .replace("setup.sh:9", &quoted("setup.sh:9"))
                .replace("runbook.md:5", &quoted("runbook.md:5"))
        );
        assert_eq!(count, 4);
        let ours = BTreeSet::from(["runbook.md".to_owned(), "setup.sh".to_owned()]);
        let again = write("site.yaml", &written, &origins(), &ours).unwrap().0;
        assert_eq!(again, written, "done twice is done once");
    }

    #[test]
    fn what_a_file_says_that_a_source_only_led_to_is_written_once() {
        let text = "repot: 1\nfile:\n  /etc/x: {mode: \"0600\"}\n";
        let origins =
            BTreeMap::from([((ResourceId::new("file", "/etc/x"), "mode".to_owned()), "files/x.conf:2".to_owned())]);
        let imported = BTreeSet::from(["fabfile.py".to_owned()]);
        let (once, count) = write("site.yaml", text, &origins, &imported).unwrap();
        let (twice, again) = write("site.yaml", &once, &origins, &imported).unwrap();
        assert_eq!((twice, again), (once, count));
    }

    #[test]
    fn what_people_wrote_stays() {
        let text = "service:\n  nginx: {enabled: true, from: \"ask anna\"}\n";
        let (written, count) = write("site.yaml", text, &origins(), &BTreeSet::new()).unwrap();
        assert!(written.contains("ask anna"), "{written}");
        assert_eq!(count, 1);
    }
}
