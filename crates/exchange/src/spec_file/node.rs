//! YAML as a tree in which everything knows its place. Bounded in depth and in what aliases may expand to.

use super::problem::Problem;
use model::place::Place;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};
use std::collections::HashMap;

/// How deep a tree may be.
const DEEPEST: usize = 64;

/// How many nodes a file may have, those that aliases repeat counted again.
const MOST_NODES: usize = 4_000_000;

/// A node and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub what: What,
    /// Where it begins.
    pub at: At,
    /// Where it ends (after its last character).
    pub end: At,
}

/// A position: line and column from 1, and the offset in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The offset in characters from the beginning of the file.
    pub offset: usize,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A scalar; plain when it is not quoted.
    Scalar {
        /// Its text.
        text: String,
        /// Whether it stands without quotes.
        is_plain: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in its order, keys unique.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The text, if this is a scalar.
    pub fn text(&self) -> Option<&str> {
        if let What::Scalar { text, .. } = &self.what { Some(text) } else { None }
    }

    /// Whether nothing is written here.
    pub fn is_null(&self) -> bool {
        matches!(&self.what, What::Scalar { text, is_plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The entries, if this is a mapping.
    pub fn map(&self) -> Option<&[(Node, Node)]> {
        if let What::Map(map) = &self.what { Some(map) } else { None }
    }

    /// The word for its shape in messages.
    pub fn shape(&self) -> &'static str {
        match &self.what {
            What::Scalar { .. } if self.is_null() => "nothing",
            What::Scalar { .. } => "a single value",
            What::List(_) => "a list",
            What::Map(_) => "a map",
        }
    }
}

/// A file being read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its path, for messages.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl Source<'_> {
    /// The place of a position.
    pub fn place(&self, at: At) -> Place {
        Place { file: self.path.to_owned(), line: at.line, column: at.column }
    }

    /// A problem at a node.
    pub fn problem(&self, node: &Node, what: impl Into<String>) -> Problem {
        let width = if node.end.line == node.at.line { node.end.offset.saturating_sub(node.at.offset) } else { 1 };
        self.problem_at(node.at, width, what)
    }

    fn problem_at(&self, at: At, width: usize, what: impl Into<String>) -> Problem {
        let index = usize::try_from(at.line.saturating_sub(1)).unwrap_or_default();
        let line: String = self.text.lines().nth(index).unwrap_or_default().chars().take(400).collect();
        Problem { place: self.place(at), width, what: what.into(), line, hints: Vec::new() }
    }
}

fn at(marker: Marker) -> At {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    At { offset: marker.index(), line: small(marker.line()), column: small(marker.col() + 1) }
}

/// Reads one document. `None` when the file says nothing.
pub fn read(source: Source<'_>) -> Result<Option<Node>, Problem> {
    let mut reader = Reader { source, parser: Parser::new_from_str(source.text), anchors: HashMap::new(), nodes: 0 };
    loop {
        let (event, span) = reader.next()?;
        #[expect(clippy::wildcard_enum_match_arm, reason = "every other event begins a node")]
        match event {
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
            Event::StreamEnd | Event::DocumentEnd => return Ok(None),
            event => {
                let node = reader.node(event, span, 0)?;
                reader.only_one()?;
                return Ok(Some(node));
            }
        }
    }
}

struct Reader<'a> {
    source: Source<'a>,
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Problem> {
        match self.parser.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let mut problem =
                    self.source.problem_at(at(*error.marker()), 1, format!("this is not YAML: {}", error.info()));
                if let Some(line) = self.source.text.lines().position(|l| l.contains("{{")) {
                    let hint = format!("line {} holds a template: render the file first (goss render)", line + 1);
                    problem.hints.push(hint);
                }
                Err(problem)
            }
            None => Ok((Event::StreamEnd, Span::empty(Marker::new(0, 1, 0)))),
        }
    }

    fn count(&mut self, more: usize, span: Span) -> Result<(), Problem> {
        self.nodes += more;
        if self.nodes > MOST_NODES {
            let what = format!("the file has more than {MOST_NODES} values, aliases counted");
            return Err(self.source.problem_at(at(span.start), 1, what));
        }
        Ok(())
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Problem> {
        if depth > DEEPEST {
            return Err(self.source.problem_at(at(span.start), 1, format!("more than {DEEPEST} levels deep")));
        }
        self.count(1, span)?;
        let before = self.nodes;
        let (what, end, anchor) = match event {
            Event::Alias(id) => {
                let Some((node, size)) = self.anchors.get(&id).cloned() else {
                    return Err(self.source.problem_at(
                        at(span.start),
                        1,
                        "an alias to nothing, or to what it stands in",
                    ));
                };
                self.count(size, span)?;
                return Ok(node);
            }
            Event::Scalar(text, style, anchor, _) => {
                let is_plain = style == ScalarStyle::Plain;
                (What::Scalar { text: text.into_owned(), is_plain }, span.end, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let (items, end) = self.list(depth)?;
                (What::List(items), end, anchor)
            }
            Event::MappingStart(anchor, _) => {
                let (entries, end) = self.map(depth)?;
                (What::Map(entries), end, anchor)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => return Err(self.source.problem_at(at(span.start), 1, "something is missing here")),
        };
        let node = Node { what, at: at(span.start), end: at(end) };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before + 1));
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<(Vec<Node>, Marker), Problem> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok((items, span.end));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Result<(Vec<(Node, Node)>, Marker), Problem> {
        let mut entries: Vec<(Node, Node)> = Vec::new();
        let mut keys: HashMap<String, At> = HashMap::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok((entries, span.end));
            }
            let key = self.node(event, span, depth + 1)?;
            let Some(name) = key.text().map(str::to_owned) else {
                return Err(self.source.problem(&key, "a key must be a single value"));
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            if name == "<<" {
                merged(&mut entries, &mut keys, &value);
                continue;
            }
            if let Some(first) = keys.insert(name.clone(), key.at) {
                // A key that came through `<<` is overridden, as YAML says; one written twice is a mistake.
                if let Some(i) = entries.iter().position(|(k, _)| k.text() == Some(name.as_str()) && k.at != first) {
                    entries.remove(i);
                } else {
                    let mut problem = self.source.problem(&key, format!("`{name}` is written twice"));
                    problem.hints.push(format!("it stands first at {}", self.source.place(first)));
                    return Err(problem);
                }
            }
            entries.push((key, value));
        }
    }

    fn only_one(&mut self) -> Result<(), Problem> {
        loop {
            let (event, span) = self.next()?;
            if event == Event::StreamEnd {
                return Ok(());
            }
            if matches!(event, Event::DocumentStart(_)) {
                return Err(self.source.problem_at(at(span.start), 3, "a second document: a spec file has one"));
            }
        }
    }
}

/// A merge key: entries that are not written here themselves.
fn merged(entries: &mut Vec<(Node, Node)>, keys: &mut HashMap<String, At>, value: &Node) {
    let maps: Vec<&Node> = match &value.what {
        What::List(items) => items.iter().collect(),
        What::Map(_) | What::Scalar { .. } => vec![value],
    };
    for (key, value) in maps.iter().filter_map(|m| m.map()).flatten() {
        let Some(name) = key.text() else { continue };
        if !keys.contains_key(name) {
            // Not the key's own place: that is how an overriding key is told from a repeated one.
            keys.insert(name.to_owned(), At::default());
            entries.push((key.clone(), value.clone()));
        }
    }
}
