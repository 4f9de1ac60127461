//! The files of a configuration read from a target through its agent, as the includes ask for them. Nothing is run there.

use crate::looking::{self, Looking};
use model::text;
use target::trouble::Trouble;

/// How often files are asked for: an include in an include in an include.
pub(crate) const MOST_ROUNDS: usize = 12;

/// The most files that are read.
const MOST_FILES: usize = 5_000;

/// Reads files.
pub(crate) struct Reading<'a> {
    target: &'a Looking<'a>,
    asked: Vec<String>,
    read: Vec<String>,
    /// What could not be read.
    pub(crate) problems: Vec<String>,
}

impl<'a> Reading<'a> {
    /// Nothing read yet.
    pub(crate) fn new(target: &'a Looking<'a>) -> Self {
        Self { target, asked: Vec::new(), read: Vec::new(), problems: Vec::new() }
    }

    /// Of paths and patterns those that nobody asked for.
    pub(crate) fn unasked(&self, mut names: Vec<String>) -> Vec<String> {
        names.retain(|name| !self.asked.contains(name));
        names
    }

    /// Reads paths, and what patterns cover.
    pub(crate) fn fetch(&mut self, names: Vec<String>, take: &mut dyn FnMut(&str, Vec<u8>)) -> Result<(), Trouble> {
        let (patterns, mut paths): (Vec<String>, Vec<String>) =
            names.iter().map(|name| pattern(name)).partition(|name| model::id::is_pattern(name));
        self.asked.extend(names);
        // What is in a file is only told to who asks for it by its own name.
        let covered = self.target.files(patterns, &["filetype"])?;
        self.problems.extend(covered.blind.map(|why| why.to_string()));
        paths.extend(covered.files.into_iter().filter(|(_, file)| !file.absent).map(|(path, _)| path));
        paths.retain(|path| !self.read.contains(path));
        if paths.len() > MOST_FILES {
            return Err(Trouble::new(format!("the configuration has more than {MOST_FILES} files")));
        }
        let looked = self.target.files(paths, &["filetype", "contents"])?;
        self.problems.extend(looked.blind.map(|why| why.to_string()));
        for (path, resource) in &looked.files {
            let is_file = matches!(looking::text(resource, "filetype"), Some("file" | "symlink"));
            match looking::text(resource, "contents") {
                Some(contents) if is_file => {
                    take(path, text::to_bytes(contents));
                    self.read.push(path.clone());
                }
                _ if resource.absent => {}
                _ => {
                    let why = looking::why_not(resource, "contents").filter(|_| is_file || resource.unknown.is_some());
                    self.problems.extend(why.map(|why| format!("{path}: {why}")));
                }
            }
        }
        Ok(())
    }
}

/// A name or pattern of an include as the agent takes it: where it knows no sets of characters, any character.
fn pattern(include: &str) -> String {
    let mut out = String::new();
    let mut rest = include;
    while let Some((before, after)) = rest.split_once('[') {
        // A bracket that comes first in a set is one of its characters.
        let first = if after.starts_with(['!', '^']) { 2 } else { 1 };
        let Some(end) = after.char_indices().skip(first).find(|(_, c)| *c == ']').map(|(at, _)| at) else { break };
        out.push_str(before);
        out.push('?');
        rest = &after[end + 1..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_characters_become_any_character() {
        for (include, asked) in [("/a/*.conf", "/a/*.conf"), ("/a/[0-9]x[!]]*", "/a/?x?*"), ("/a/[", "/a/[")] {
            assert_eq!(pattern(include), asked);
        }
    }
}
