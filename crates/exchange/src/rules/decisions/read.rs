//! The text of `decisions.yaml` to decisions, or everything that is wrong with it.

use super::{ACCEPTED, Decisions, HEAD, Placed, Said, VERSION};
use crate::rules::platform::{KUBERNETES, Platform};
use crate::rules::tenancy::Tenancy;
use crate::rules::{RULES, rule_named};
use crate::spec_file::node::{self, Node, Source};
use crate::spec_file::problem::{Problem, meant};
use model::decision::Fate;
use model::id::ResourceId;

/// Reads a file. All problems come at once.
pub fn read(path: &str, text: &str) -> Result<Decisions, Vec<Problem>> {
    let source = Source { path, text };
    let Some(root) = node::read(source)? else { return Ok(Decisions::default()) };
    let mut reader = Reader { source, problems: Vec::new(), decisions: Decisions::default() };
    reader.root(&root);
    if reader.problems.is_empty() { Ok(reader.decisions) } else { Err(reader.problems) }
}

/// A map's keys and values.
type Entries = [(Node, Node)];

struct Reader<'a> {
    source: Source<'a>,
    problems: Vec<Problem>,
    decisions: Decisions,
}

impl Reader<'_> {
    fn problem(&mut self, node: &Node, what: impl Into<String>) {
        self.problems.push(self.source.problem(node, what));
    }

    fn hinted(&mut self, node: &Node, what: impl Into<String>, hint: &str) {
        self.problems.push(self.source.problem(node, what).hinted(hint));
    }

    /// A word that is none of those there are.
    fn unknown(&mut self, node: &Node, what: &str, word: &str, words: &[&str]) {
        let hint = match meant(word, words.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if words.len() > 12 => "`repot review --list` names the rules".to_owned(),
            None => format!("there are: {}", words.join(", ")),
        };
        self.hinted(node, format!("there is no {what} `{word}`"), &hint);
    }

    /// The entries of a map; nothing where nothing is written.
    fn map<'n>(&mut self, node: &'n Node, expected: &str) -> &'n Entries {
        match node.map() {
            Some(map) => map,
            None if node.is_null() => &[],
            None => {
                self.problem(node, format!("expected {expected}, found {}", node.shape()));
                &[]
            }
        }
    }

    fn root(&mut self, root: &Node) {
        if root.is_null() {
            return;
        }
        let map = self.map(root, "`repot-decisions: 1` and a platform");
        match root.get(HEAD) {
            None if root.map().is_some() => {
                self.hinted(
                    root,
                    format!("it does not begin with `{HEAD}`"),
                    &format!("write `{HEAD}: {VERSION}` above"),
                );
            }
            None => {}
            Some(node) => match node.text().unwrap_or_default().parse::<i64>() {
                Ok(VERSION) => {}
                Ok(n) if n > VERSION => {
                    let what = format!("these decisions are of version {n}; this repot reads up to {VERSION}");
                    return self.hinted(node, what, "use a newer repot; nothing was changed");
                }
                _ => self.hinted(node, "expected the version of the file", &format!("write `{HEAD}: {VERSION}`")),
            },
        }
        for (key, value) in map {
            match key.text().unwrap_or_default() {
                HEAD => {}
                KUBERNETES => self.platform(value),
                other => self.unknown(key, "platform", other, &[KUBERNETES, HEAD]),
            }
        }
    }

    fn platform(&mut self, node: &Node) {
        for (key, value) in self.map(node, "`rules:`, `entries:`, `tenancy:`") {
            match key.text().unwrap_or_default() {
                "version" => match value.text().and_then(Platform::minor_of) {
                    Some(minor) => self.decisions.platform.minor = minor,
                    None => self.hinted(value, "this is no version of Kubernetes", "write it as \"1.35\""),
                },
                "node-kernel" => match value.text().and_then(Platform::kernel_of) {
                    Some(kernel) => self.decisions.platform.kernel = Some(kernel),
                    None => self.hinted(value, "this is no version of a kernel", "write it as \"6.1\""),
                },
                "rules" => self.rules(value),
                "entries" => self.entries(value),
                "tenancy" => self.tenancy(value),
                other => {
                    self.unknown(key, "key", other, &["version", "node-kernel", "rules", "entries", "tenancy"]);
                }
            }
        }
    }

    fn rules(&mut self, node: &Node) {
        for (key, value) in self.map(node, "`RULE: {verdict: ..}`") {
            let id = key.text().unwrap_or_default();
            if rule_named(id).is_none() {
                let ids: Vec<&str> = RULES.iter().map(|r| r.id).collect();
                self.unknown(key, "rule", id, &ids);
                continue;
            }
            if let Some(said) = self.said(value, true) {
                self.decisions.rules.insert(id.to_owned(), said);
            }
        }
    }

    fn entries(&mut self, node: &Node) {
        for (key, value) in self.map(node, "`\"kind[name]\": {verdict: ..}`") {
            let text = key.text().unwrap_or_default();
            let Some(id) = ResourceId::parse(text) else {
                self.hinted(key, format!("`{text}` names no entry"), "write it as `\"kind[name]\"`, in quotes");
                continue;
            };
            if kinds::kind_named(&id.kind).is_none() {
                let names: Vec<&str> = kinds::KINDS.iter().map(|k| k.name()).collect();
                let hint = meant(&id.kind, names).map(|m| format!("did you mean `{m}`?"));
                let hint = hint.unwrap_or_else(|| "`repot kinds` lists them".to_owned());
                self.hinted(key, format!("there is no kind `{}`", id.kind), &hint);
                continue;
            }
            if let Some(said) = self.said(value, false) {
                self.decisions.entries.insert(id, said);
            }
        }
    }

    fn tenancy(&mut self, node: &Node) {
        for (key, value) in self.map(node, "`SERVICE: {verdict: ..}`") {
            let Some(said) = self.fields(value) else { continue };
            let words: Vec<&str> = Tenancy::ALL.iter().map(|t| t.name()).collect();
            let Some(tenancy) = Tenancy::parse(&said.word) else {
                self.unknown(said.verdict, "place", &said.word, &words);
                continue;
            };
            let Said { because, author, date, place, .. } = said.said;
            let placed = Placed { tenancy, because, author, date, place };
            self.decisions.tenancy.insert(key.text().unwrap_or_default().to_owned(), placed);
        }
    }

    fn said(&mut self, node: &Node, may_accept: bool) -> Option<Said> {
        let fields = self.fields(node)?;
        let mut said = fields.said;
        said.verdict = Fate::parse(&fields.word);
        if said.verdict.is_none() && !(may_accept && fields.word == ACCEPTED) {
            let accepted = may_accept.then_some(ACCEPTED);
            let words: Vec<&str> = accepted.into_iter().chain(Fate::ALL.iter().map(|f| f.name())).collect();
            self.unknown(fields.verdict, "verdict", &fields.word, &words);
            return None;
        }
        let is_reasoned = !said.because.trim().is_empty() || (may_accept && said.verdict.is_none());
        if !is_reasoned {
            self.hinted(node, "a decision needs a reason", "add `because: ..`");
        }
        Some(said)
    }

    fn fields<'n>(&mut self, node: &'n Node) -> Option<Fields<'n>> {
        let names = ["verdict", "because", "author", "date", "of"];
        let map = node.map();
        let Some(map) = map else {
            self.hinted(
                node,
                format!("expected `{{verdict: ..}}`, found {}", node.shape()),
                "as in `{verdict: drop, because: ..}`",
            );
            return None;
        };
        let mut said = Said { place: self.source.place(node.at), ..Said::default() };
        for (key, value) in map {
            let text = value.text().unwrap_or_default().to_owned();
            if value.text().is_none() {
                self.problem(value, format!("expected a text, found {}", value.shape()));
            }
            match key.text().unwrap_or_default() {
                "verdict" => {}
                "because" => said.because = text,
                "author" => said.author = text,
                "date" if is_day(&text) => said.date = text,
                "date" => self.hinted(value, "this is no day", "write it as 2026-11-25"),
                "of" => said.of = Some(text),
                other => self.unknown(key, "key", other, &names),
            }
        }
        let Some(verdict) = node.get("verdict") else {
            self.hinted(node, "a decision needs a verdict", "add `verdict: ..`");
            return None;
        };
        for (missing, what) in [(said.author.is_empty(), "author"), (said.date.is_empty(), "date")] {
            if missing && node.get(what).is_none() {
                self.hinted(node, format!("a decision needs its {what}"), &format!("add `{what}: ..`"));
            }
        }
        let word = verdict.text().unwrap_or_default().to_owned();
        Some(Fields { verdict, word, said })
    }
}

/// What stands beside every decision.
struct Fields<'n> {
    verdict: &'n Node,
    word: String,
    said: Said,
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_number = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.as_slice(), [y, m, d] if is_number(y, 4) && is_number(m, 2) && is_number(d, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        let problems = read("spec/web/decisions.yaml", text).unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn decisions_are_read() {
        let text = "repot-decisions: 1\nkubernetes:\n  version: \"1.29\"\n  node-kernel: \"5.15.0-1\"\n  rules:\n    SVC-08: {verdict: accepted, author: anna, date: 2026-11-25}\n  \
                    entries:\n    \"port[tcp:22]\": {verdict: keep, because: sftp, author: anna, date: 2026-11-25, of: 00ff}\n  \
                    tenancy:\n    redis-server: {verdict: shared, because: both need it, author: anna, date: 2026-11-25}\n";
        let decisions = read("d", text).unwrap();
        assert_eq!((decisions.platform.minor, decisions.platform.kernel), (29, Some((5, 15))));
        assert_eq!(decisions.rules["SVC-08"].verdict, None);
        let port = &decisions.entries[&ResourceId::new("port", "tcp:22")];
        assert_eq!((port.verdict, port.because.as_str(), port.place.line), (Some(Fate::Keep), "sftp", 8));
        assert_eq!(decisions.tenancy["redis-server"].tenancy, Tenancy::Shared);
        assert_eq!(read("d", "").unwrap(), Decisions::default());
        assert_eq!(read("d", "# nothing yet\n").unwrap(), Decisions::default());
    }

    #[test]
    fn everything_wrong_has_its_place_and_what_to_do() {
        let text = "repot-decisions: 1\nkubernetes:\n  rules:\n    SVC-80: {verdict: accepted, author: a, date: 2026-11-25}\n    SVC-08: {verdict: acepted, author: a, date: 2026-11-25}\n  \
                    entrys: {}\n  entries:\n    nginx: {verdict: drop}\n    \"prot[x]\": {verdict: drop, because: b, author: a, date: 2026-11-25}\n    \"port[x]\": {verdict: drop, author: a, date: yesterday}\n";
        let said = wrong(text);
        for expected in [
            "spec/web/decisions.yaml:4:5: there is no rule `SVC-80`",
            "decisions.yaml:5:23: there is no verdict `acepted`",
            "did you mean `accepted`?",
            "decisions.yaml:6:3: there is no key `entrys`",
            "did you mean `entries`?",
            "decisions.yaml:8:5: `nginx` names no entry",
            "decisions.yaml:9:5: there is no kind `prot`",
            "did you mean `port`?",
            "decisions.yaml:10:49: this is no day",
            "decisions.yaml:10:16: a decision needs a reason",
        ] {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
        assert!(wrong("kubernetes: {}\n").contains("it does not begin with `repot-decisions`"));
        assert!(wrong("repot-decisions: 2\n").contains("use a newer repot"));
        assert!(wrong("[1]\n").contains("found a list"));
        assert!(wrong("repot-decisions: 1\nnomad: {}\n").contains("there is no platform `nomad`"));
    }
}
