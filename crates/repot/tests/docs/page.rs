//! The pages: every Markdown file of the repository, with its blocks.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A page of Markdown.
pub(crate) struct Page {
    /// Its path below the repository.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A block of code.
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) text: String,
    /// Where its text stands in the page.
    pub(crate) range: Range<usize>,
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every page that people read.
pub(crate) fn pages() -> Vec<Page> {
    let root = repository();
    let mut paths: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "lab/README.md"].map(|p| root.join(p)).into();
    let mut todo = vec![root.join("docs/src")];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    assert!(paths.len() > 10, "the docs are not where they were");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().display().to_string();
    paths.iter().map(|path| Page { name: name(path), text: fs::read_to_string(path).unwrap() }).collect()
}

impl Page {
    pub(crate) fn path(&self) -> PathBuf {
        repository().join(&self.name)
    }

    /// Its events with their places.
    pub(crate) fn events(&self) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).into_offset_iter()
    }

    /// Its blocks of code.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (event, range) in self.events() {
            match (event, &mut open) {
                (Event::Start(Tag::CodeBlock(kind)), _) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => "text".to_owned(),
                    };
                    open = Some(Block { language, text: String::new(), range: range.start..range.start });
                }
                (Event::Text(text), Some(block)) => {
                    if block.text.is_empty() {
                        block.range = range.clone();
                    }
                    block.text.push_str(&text);
                    block.range.end = range.end;
                }
                (Event::End(TagEnd::CodeBlock), _) => blocks.extend(open.take()),
                _ => {}
            }
        }
        blocks
    }
}
