//! YAML as a tree in which everything knows its place. Bounded in size, in depth and in what aliases may expand to.

use super::problem::Problem;
use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag};
use model::place::Place;
use std::collections::HashMap;

/// How many bytes a file may have.
const LARGEST: usize = 64 << 20;

/// How deep a tree may be.
const DEEPEST: usize = 64;

/// How many nodes a file may have.
const MOST_NODES: usize = 4_000_000;

/// How many nodes aliases may repeat.
const MOST_REPEATED: usize = 100_000;

/// What ends a line in YAML.
const BREAKS: [char; 2] = ['\n', '\r'];

/// How many problems of one file are told.
const MOST_PROBLEMS: usize = 1000;

/// A node and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub what: What,
    /// Where it begins.
    pub at: At,
    /// Where it ends (after its last character).
    pub end: At,
    /// Whether it stands in brackets, `{..}` or `[..]`.
    pub is_flow: bool,
    /// Whether it is written elsewhere and repeated here by an alias or a merge key.
    pub is_repeated: bool,
}

/// A position: line and column from 1, and the offset in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The offset in bytes from the beginning of the file.
    pub offset: usize,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
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

    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.map()?.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
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
        let is_short = node.end.line == node.at.line;
        let marked = self.text.get(node.at.offset..node.end.offset).filter(|_| is_short);
        self.problem_at(node.at, marked.map_or(1, |m| m.chars().count()), what)
    }

    /// A problem of so many characters at a position.
    pub(crate) fn problem_at(&self, at: At, width: usize, what: impl Into<String>) -> Problem {
        let offset = at.offset.min(self.text.len());
        let begin = self.text.get(..offset).and_then(|t| t.rfind(BREAKS)).map_or(0, |n| n + 1);
        let rest = self.text.get(begin..).unwrap_or_default();
        let line: String = rest.split(BREAKS).next().unwrap_or_default().chars().take(400).collect();
        Problem { place: self.place(at), width, what: what.into(), line, hints: Vec::new() }
    }

    /// The position at which a line begins, for problems of lines.
    pub(crate) fn line(&self, line: usize) -> At {
        let offset = self.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        At { offset, line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 }
    }
}

fn at(marker: Marker) -> At {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    At {
        offset: marker.byte_offset().unwrap_or_else(|| marker.index()),
        line: small(marker.line().max(1)),
        column: small(marker.col() + 1),
    }
}

/// Reads one document. `None` when the file says nothing. A file that is not YAML has one problem; repeated keys are
/// told all at once.
pub fn read(source: Source<'_>) -> Result<Option<Node>, Vec<Problem>> {
    if source.text.len() > LARGEST {
        return Err(vec![source.problem_at(At::default(), 0, format!("the file is larger than {LARGEST} bytes"))]);
    }
    if let Some(problem) = lone_return(source) {
        return Err(vec![problem]);
    }
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.disallow_directives = true;
    // Names on a host may be longer than what YAML allows for keys on one line.
    options.simple_key_max_lookahead = 1 << 16;
    let parser = Parser::new_from_str_with_options(source.text, options);
    let mut reader = Reader { source, parser, anchors: HashMap::new(), nodes: 0, repeated: 0, problems: Vec::new() };
    match reader.document() {
        Ok(node) if reader.problems.is_empty() => Ok(node),
        Ok(_) => Err(reader.problems),
        Err(problem) => {
            reader.problems.push(*problem);
            Err(reader.problems)
        }
    }
}

type Read<T> = Result<T, Box<Problem>>;

struct Reader<'a> {
    source: Source<'a>,
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    repeated: usize,
    /// What is wrong without keeping the rest from being read.
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Read<Option<Node>> {
        loop {
            let (event, span) = self.next()?;
            #[expect(clippy::wildcard_enum_match_arm, reason = "every other event begins a node")]
            match event {
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::StreamEnd | Event::DocumentEnd => return Ok(None),
                event => {
                    let node = self.node(event, span, 0)?;
                    self.only_one()?;
                    return Ok(Some(node));
                }
            }
        }
    }

    fn next(&mut self) -> Read<(Event<'a>, Span)> {
        match self.parser.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let mut problem = self.stop(*error.marker(), format!("this is not YAML: {}", error.info()));
                problem.hints.extend(unquoted(&problem.line));
                Err(problem)
            }
            None => Ok((Event::StreamEnd, Span::empty(Marker::new(0, 1, 0)))),
        }
    }

    fn stop(&self, marker: Marker, what: impl Into<String>) -> Box<Problem> {
        Box::new(self.source.problem_at(at(marker), 1, what))
    }

    fn count(&mut self, span: Span) -> Read<()> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(self.stop(span.start, format!("the file has more than {MOST_NODES} values")));
        }
        Ok(())
    }

    fn repeat(&mut self, id: usize, span: Span) -> Read<Node> {
        let size = self.anchors.get(&id).map_or(0, |(_, size)| *size);
        self.repeated += size;
        if self.repeated > MOST_REPEATED {
            return Err(self.stop(span.start, format!("aliases repeat more than {MOST_REPEATED} values")));
        }
        // A repeated node counts where it is repeated again.
        self.nodes += size;
        match self.anchors.get(&id) {
            Some((node, _)) => Ok(Node { is_repeated: true, ..node.clone() }),
            None => Err(self.stop(span.start, "an alias to nothing, or to what it stands in")),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Read<Node> {
        if depth > DEEPEST {
            return Err(self.stop(span.start, format!("more than {DEEPEST} levels deep")));
        }
        self.count(span)?;
        let before = self.nodes;
        let mut node = Node { at: at(span.start), end: at(span.end), ..Node::default() };
        #[expect(clippy::wildcard_enum_match_arm, reason = "every other event ends something or is not asked for")]
        let anchor = match event {
            Event::Alias(id) => return self.repeat(id, span),
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain && !self.is_text(tag.as_deref(), span);
                node.what = What::Scalar { text: text.into_owned(), is_plain };
                anchor
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.is_text(tag.as_deref(), span);
                let (items, end) = self.list(depth)?;
                (node.what, node.end, node.is_flow) = (What::List(items), end, style == StructureStyle::Flow);
                anchor
            }
            Event::MappingStart(style, anchor, tag) => {
                self.is_text(tag.as_deref(), span);
                let (entries, end) = self.map(depth)?;
                (node.what, node.end, node.is_flow) = (What::Map(entries), end, style == StructureStyle::Flow);
                anchor
            }
            _ => return Err(self.stop(span.start, "something is missing here")),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before + 1));
        }
        Ok(node)
    }

    /// Whether a tag makes a scalar text. Tags that repot does not know are a problem: they would change a meaning.
    fn is_text(&mut self, tag: Option<&Tag>, span: Span) -> bool {
        let Some(tag) = tag else { return false };
        match tag.core_suffix() {
            Some("str") => true,
            Some("int" | "bool" | "null" | "map" | "seq") => false,
            Some(_) | None => {
                let what = format!("a spec has no use for the tag `{}`", tag.original());
                self.tell(self.source.problem_at(at(span.start), 1, what));
                false
            }
        }
    }

    fn tell(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    fn list(&mut self, depth: usize) -> Read<(Vec<Node>, At)> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok((items, at(span.end)));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Read<(Vec<(Node, Node)>, At)> {
        let mut map = Mapping::default();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok((map.entries, at(span.end)));
            }
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            let What::Scalar { text, is_plain } = &key.what else {
                self.tell(self.source.problem(&key, "a key must be a single value"));
                continue;
            };
            if text == "<<" && *is_plain {
                map.merge(&value);
                continue;
            }
            if let Some(first) = map.put(text.clone(), &key, value) {
                let problem = self.source.problem(&key, format!("`{text}` is written twice"));
                self.tell(problem.hinted(&format!("it stands first at {}", self.source.place(first))));
            }
        }
    }

    fn only_one(&mut self) -> Read<()> {
        loop {
            let (event, span) = self.next()?;
            if event == Event::StreamEnd {
                return Ok(());
            }
            if matches!(event, Event::DocumentStart(..)) {
                return Err(self.stop(span.start, "a second document: a spec file has one"));
            }
        }
    }
}

/// A carriage return that ends a line alone: YAML takes it for a line break, and no editor counts lines by it.
pub(crate) fn lone_return(source: Source<'_>) -> Option<Problem> {
    let at = source
        .text
        .match_indices('\r')
        .map(|(at, _)| at)
        .find(|at| source.text.as_bytes().get(at + 1) != Some(&b'\n'))?;
    let before = source.text.get(..at).unwrap_or_default();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let line = before.split('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let place = At { offset: at, line: count(line), column: count(column) };
    let problem = source.problem_at(place, 1, "a carriage return without a line break");
    Some(problem.hinted("end lines as Unix does, in an editor or with `tr '\\r' '\\n'`"))
}

/// What to do when a line holds a value that begins with a character which means something to YAML.
fn unquoted(line: &str) -> Option<String> {
    let (_, value) = line.split_once(": ").or_else(|| line.split_once("- "))?;
    if line.starts_with('\t') {
        return Some("indent with spaces, not with tabs".to_owned());
    }
    let special = |c: char| matches!(c, '>' | '|' | '!' | '%' | '@' | '`' | '*' | '&' | '\t');
    let value = value.rsplit(": ").next().unwrap_or(value).trim_start_matches(' ');
    value.starts_with(special).then(|| "put the whole value in quotes".to_owned())
}

impl Default for Node {
    fn default() -> Self {
        let what = What::Scalar { text: String::new(), is_plain: true };
        Self { what, at: At::default(), end: At::default(), is_flow: false, is_repeated: false }
    }
}

/// A mapping being read.
#[derive(Default)]
struct Mapping {
    entries: Vec<(Node, Node)>,
    /// Where in `entries` a key stands.
    keys: HashMap<String, usize>,
}

impl Mapping {
    /// Takes in an entry, or says where its key stands already. A key that came through `<<` is overridden.
    fn put(&mut self, name: String, key: &Node, value: Node) -> Option<At> {
        match self.keys.get(&name) {
            Some(&index) if self.entries[index].0.is_repeated => {
                self.entries[index] = (key.clone(), value);
                None
            }
            Some(&index) => Some(self.entries[index].0.at),
            None => {
                self.keys.insert(name, self.entries.len());
                self.entries.push((key.clone(), value));
                None
            }
        }
    }

    /// A merge key: entries that are not written here themselves.
    fn merge(&mut self, value: &Node) {
        let maps: Vec<&Node> = match &value.what {
            What::List(items) => items.iter().collect(),
            What::Map(_) | What::Scalar { .. } => vec![value],
        };
        for (key, value) in maps.iter().filter_map(|m| m.map()).flatten() {
            let Some(name) = key.text() else { continue };
            if !self.keys.contains_key(name) {
                self.keys.insert(name.to_owned(), self.entries.len());
                let repeated = |node: &Node| Node { is_repeated: true, ..node.clone() };
                self.entries.push((repeated(key), repeated(value)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node {
        read(Source { path: "t", text }).unwrap().unwrap()
    }

    /// What a node's own offsets cut out of the text, with its place.
    fn cut<'t>(text: &'t str, node: &Node) -> (&'t str, u32, u32) {
        (&text[node.at.offset..node.end.offset], node.at.line, node.at.column)
    }

    #[test]
    fn places_count_characters_and_offsets_bytes() {
        let text = "é: {\"ü\":\t'ß', b: [1,\t2]}\r\nc:\n  d: |\n    x\n    é\n  # note\n  e: plain text  # note\n";
        let root = tree(text);
        let flow = root.get("é").unwrap();
        assert_eq!(cut(text, flow), ("{\"ü\":\t'ß', b: [1,\t2]}", 1, 4));
        let map = flow.map().unwrap();
        assert_eq!(cut(text, &map[0].0), ("\"ü\"", 1, 5));
        assert_eq!(cut(text, &map[0].1), ("'ß'", 1, 10));
        assert_eq!(cut(text, &map[1].1), ("[1,\t2]", 1, 18));
        let block = root.get("c").unwrap();
        assert!(flow.is_flow && !block.is_flow);
        assert_eq!(block.get("d").unwrap().text(), Some("x\né\n"));
        assert_eq!(cut(text, block.get("e").unwrap()), ("plain text", 7, 6));
    }

    #[test]
    fn merge_keys_and_aliases_are_known_as_repeated() {
        let root = tree("a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}\nc: *a\nd: {\"<<\": {z: 1}}\n");
        let b = root.get("b").unwrap();
        assert_eq!((b.get("x").unwrap().text(), b.get("y").unwrap().text()), (Some("3"), Some("2")));
        assert!(!b.get("x").unwrap().is_repeated && b.get("y").unwrap().is_repeated);
        assert!(root.get("c").unwrap().is_repeated);
        assert!(root.get("d").unwrap().get("<<").is_some(), "in quotes it is a name");
    }

    #[test]
    fn all_repeated_keys_are_told() {
        let problems = read(Source { path: "t", text: "a: 1\nb: {c: 1, c: 2}\na: 2\n" }).unwrap_err();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(said[0].starts_with("t:2:11: `c` is written twice"), "{said:?}");
        assert!(said[1].starts_with("t:3:1: `a` is written twice"), "{said:?}");
        assert!(said[1].contains("first at t:1:1"), "{said:?}");
    }

    #[test]
    fn tags() {
        let root = tree("a: !!str 5\n");
        assert_eq!(root.get("a").unwrap().what, What::Scalar { text: "5".into(), is_plain: false });
        assert!(read(Source { path: "t", text: "a: !ruby/object {}\n" }).is_err());
    }

    #[test]
    fn keys_may_be_longer_than_yaml_allows_on_a_line() {
        let name = "x".repeat(5000);
        assert!(tree(&format!("\"{name}\": {{a: 1}}\n")).get(&name).is_some());
        assert!(tree(&format!("? \"{name}\"\n: {{a: 1}}\n")).get(&name).is_some());
    }
}
