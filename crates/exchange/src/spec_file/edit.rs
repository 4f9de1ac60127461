//! Changes to a text, each at its place, everything else as it was.

use super::node::{Node, What};

/// Changes to one text.
pub(crate) struct Edits<'a> {
    text: &'a str,
    /// Where the lines begin.
    lines: Vec<usize>,
    edits: Vec<Edit>,
}

/// Bytes to be replaced, and by what.
struct Edit {
    from: usize,
    to: usize,
    text: String,
}

impl<'a> Edits<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, lines: std::iter::once(0).chain(breaks).collect(), edits: Vec::new() }
    }

    pub(crate) fn replace(&mut self, from: usize, to: usize, text: String) {
        self.edits.push(Edit { from, to, text });
    }

    pub(crate) fn insert(&mut self, at: usize, text: String) {
        // A last line without a line break is ended first.
        let is_cut = at == self.text.len() && at > 0 && !self.text.ends_with('\n');
        let is_first = !self.edits.iter().any(|e| e.from == at && e.text.ends_with('\n'));
        let text = if is_cut && is_first && text.ends_with('\n') { format!("\n{text}") } else { text };
        self.replace(at, at, text);
    }

    /// Where a line begins; beyond the last one, the end.
    pub(crate) fn line(&self, line: u32) -> usize {
        let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        self.lines.get(index).copied().unwrap_or(self.text.len())
    }

    /// Where the line after an offset begins.
    pub(crate) fn line_after(&self, offset: usize) -> usize {
        let next = self.lines.partition_point(|begin| *begin <= offset);
        self.lines.get(next).copied().unwrap_or(self.text.len())
    }

    /// Where the comments and blank lines above a line begin: blank ones count only above the comments.
    pub(crate) fn above(&self, line: u32) -> usize {
        let text = |line: u32| self.text.get(self.line(line)..self.line(line + 1)).unwrap_or_default().trim();
        let mut first = line;
        while first > 1 && text(first - 1).starts_with('#') {
            first -= 1;
        }
        while first > 1 && text(first - 1).is_empty() {
            first -= 1;
        }
        self.line(first)
    }

    /// Where a node's last character ends, without the line breaks and comments that may follow it.
    pub(crate) fn end(&self, node: &Node) -> usize {
        let inner = match &node.what {
            _ if node.is_flow => None,
            What::Scalar { .. } => None,
            What::List(items) => items.iter().map(|n| self.end(n)).max(),
            What::Map(entries) => entries.iter().map(|(k, v)| self.end(k).max(self.end(v))).max(),
        };
        let end = inner.unwrap_or(node.end.offset).max(node.at.offset);
        let cut = self.text.get(node.at.offset..end).unwrap_or_default();
        node.at.offset + cut.trim_end_matches(['\n', '\r', ' ']).len()
    }

    /// What a node's text is.
    pub(crate) fn cut(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    pub(crate) fn apply(mut self) -> String {
        // In the order of their places; of those at one place, the first made comes first.
        self.edits.sort_by_key(|e| (e.from, e.to));
        let mut out = String::with_capacity(self.text.len() + 1024);
        let mut at = 0;
        for edit in &self.edits {
            out.push_str(self.text.get(at..edit.from).unwrap_or_default());
            out.push_str(&edit.text);
            at = edit.to.max(at);
        }
        out.push_str(self.text.get(at..).unwrap_or_default());
        out
    }
}
