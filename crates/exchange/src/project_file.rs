//! `repot.yaml`: which hosts are migrated, which papers tell of them, and where they go. Every command works without it;
//! with it, they need not be told again.

use crate::spec_file::node::{self, Node, Source};
use crate::spec_file::problem::{Problem, meant};
use crate::spec_file::scalar::quoted;
use serde_json::{Value, json};

/// The name of the file, in the directory of the project.
pub const NAME: &str = "repot.yaml";

/// The version that is written, and the newest that is read.
pub const VERSION: i64 = 1;

/// The key that says it.
const HEAD: &str = "repot-project";

/// Where a host may go.
pub const WAYS: &[&str] = &["ansible", "kubernetes"];

/// What a project is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFile {
    /// The role of the hosts; without it, each has its own.
    pub role: Option<String>,
    /// The hosts, as targets.
    pub hosts: Vec<String>,
    /// Whether they are looked at through sudo.
    pub sudo: bool,
    /// Files and directories that tell of them.
    pub papers: Vec<String>,
    /// Where they go: see [`WAYS`].
    pub to: Vec<String>,
}

/// Reads it. All problems come at once.
pub fn read(path: &str, text: &str) -> Result<ProjectFile, Vec<Problem>> {
    let source = Source { path, text };
    let Some(root) = node::read(source)? else { return Ok(ProjectFile::default()) };
    let mut reader = Reader { source, problems: Vec::new() };
    let file = reader.root(&root);
    if reader.problems.is_empty() { Ok(file) } else { Err(reader.problems) }
}

struct Reader<'a> {
    source: Source<'a>,
    problems: Vec<Problem>,
}

/// The keys there are.
const KEYS: &[&str] = &[HEAD, "role", "hosts", "sudo", "papers", "to"];

impl Reader<'_> {
    fn hinted(&mut self, node: &Node, what: impl Into<String>, hint: &str) {
        self.problems.push(self.source.problem(node, what).hinted(hint));
    }

    fn root(&mut self, root: &Node) -> ProjectFile {
        let mut file = ProjectFile::default();
        let Some(map) = root.map() else {
            self.hinted(
                root,
                format!("expected `{HEAD}: {VERSION}`, found {}", root.shape()),
                "`repot init` writes one",
            );
            return file;
        };
        if root.get(HEAD).is_none() {
            self.hinted(root, format!("it does not begin with `{HEAD}`"), &format!("write `{HEAD}: {VERSION}` above"));
        }
        for (key, value) in map {
            match key.text().unwrap_or_default() {
                HEAD => self.version(value),
                "role" => file.role = self.word(value).filter(|w| !w.is_empty()),
                "hosts" => file.hosts = self.words(value),
                "sudo" => match value.text() {
                    Some(word @ ("true" | "false")) => file.sudo = word == "true",
                    _ => self.hinted(value, "expected true or false", "write `sudo: true`"),
                },
                "papers" => file.papers = self.words(value),
                "to" => file.to = self.ways(value),
                other => {
                    let hint = match meant(other, KEYS.iter().copied()) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => format!("there are: {}", KEYS.join(", ")),
                    };
                    self.hinted(key, format!("there is no key `{other}`"), &hint);
                }
            }
        }
        file
    }

    fn version(&mut self, node: &Node) {
        match node.text().unwrap_or_default().parse::<i64>() {
            Ok(VERSION) => {}
            Ok(n) if n > VERSION => {
                let what = format!("it is of version {n}; this repot reads up to {VERSION}");
                self.hinted(node, what, "use a newer repot");
            }
            _ => self.hinted(node, "expected the version of the file", &format!("write `{HEAD}: {VERSION}`")),
        }
    }

    fn word(&mut self, node: &Node) -> Option<String> {
        if node.is_null() {
            return None;
        }
        let text = node.text().map(str::to_owned);
        if text.is_none() {
            self.hinted(node, format!("expected a word, found {}", node.shape()), "write one word");
        }
        text
    }

    /// A list of words; one word alone is a list too.
    fn words(&mut self, node: &Node) -> Vec<String> {
        match &node.what {
            node::What::List(items) => items.iter().filter_map(|item| self.word(item)).collect(),
            node::What::Scalar { .. } | node::What::Map(_) => self.word(node).into_iter().collect(),
        }
    }

    fn ways(&mut self, node: &Node) -> Vec<String> {
        let words = self.words(node);
        for word in words.iter().filter(|w| !WAYS.contains(&w.as_str())) {
            self.hinted(node, format!("repot does not lead to `{word}`"), &format!("there are: {}", WAYS.join(", ")));
        }
        words
    }
}

/// Its text, with what each line is for.
pub fn text(file: &ProjectFile) -> String {
    let list = |items: &[String]| match items {
        [] => " []\n".to_owned(),
        items => "\n".to_owned() + &items.iter().map(|i| format!("  - {}\n", quoted(i))).collect::<String>(),
    };
    let role = file.role.as_ref().map_or_else(String::new, |role| {
        format!("\n# What the hosts are: their spec is spec/ROLE/.\nrole: {}\n", quoted(role))
    });
    format!(
        "# yaml-language-server: $schema=https://repot.dev/schema/project/v1.json\n\
         # What is migrated. Every command works without this file; with it, they need not be told again.\n{HEAD}: {VERSION}\n{role}\n\
         # Whom `repot capture` reads when no target is typed.\nhosts:{}\n\
         # Whether it does so through sudo, so that it can read what only root can.\nsudo: {}\n\n\
         # What `repot import` reads when no file is typed: runbooks, fabfiles, playbooks, ServerSpec, shell history.\npapers:{}\n\
         # Where the hosts go: {}.\nto:{}",
        list(&file.hosts),
        file.sudo,
        list(&file.papers),
        WAYS.join(", "),
        list(&file.to),
    )
}

/// The JSON Schema of the file, for editors.
pub fn schema() -> Value {
    let words = |items: Value, about: &str| json!({"type": "array", "items": items, "description": about});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://repot.dev/schema/project/v1.json",
        "title": "repot project",
        "type": "object",
        "required": [HEAD],
        "additionalProperties": false,
        "properties": {
            HEAD: {"const": VERSION, "description": "the version of the file"},
            "role": {"type": "string", "description": "what the hosts are: their spec is spec/ROLE/"},
            "hosts": words(json!({"type": "string"}), "the hosts: ssh:[USER@]HOST[:PORT], local, rootfs:DIR and so on"),
            "sudo": {"type": "boolean", "description": "whether hosts are looked at through sudo"},
            "papers": words(json!({"type": "string"}), "files and directories that tell of the hosts"),
            "to": words(json!({"enum": WAYS}), "where the hosts go"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> ProjectFile {
        let texts = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect();
        ProjectFile {
            role: Some("web".into()),
            hosts: texts(&["ssh:deploy@web-01", "rootfs:/mnt/a: b # c"]),
            sudo: true,
            papers: texts(&["run book.md", "- x", "no"]),
            to: texts(WAYS),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for file in [file(), ProjectFile::default()] {
            let text = text(&file);
            assert_eq!(read(NAME, &text).unwrap(), file, "{text}");
            let value: Value = serde_saphyr::from_str(&text).unwrap();
            assert!(jsonschema::is_valid(&schema(), &value), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let problems = read(NAME, "repot-project: 1\nhost: [x]\nsudo: maybe\nto: [mars]\n").unwrap_err();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(said[0].contains("repot.yaml:2:1") && said[0].contains("did you mean `hosts`?"), "{said:?}");
        assert!(said[1].contains("repot.yaml:3:7") && said[2].contains("mars"), "{said:?}");
        assert!(read(NAME, "repot-project: 2\n").unwrap_err()[0].to_string().contains("newer repot"));
    }
}
