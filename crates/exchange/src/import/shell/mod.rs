//! The one reader of shell commands, for every source that holds some: scripts, runbooks, fabfiles, histories.
//!
//! A syntax tree is walked in the order in which a shell would run it; variables, loops over literals, conditions on
//! literals and functions are folded. Each command goes to its family, one file each in `families/`.

pub mod call;
mod expand;
pub mod families;
mod step;
mod walk;
pub mod word;
mod wrapper;

use super::conversion::Construct;
use super::out::Out;
use super::statement::Statement;
use call::Document;
use std::collections::{BTreeMap, BTreeSet};
use word::Word;

/// What the reader itself makes of shell syntax.
pub const CONSTRUCTS: &[Construct] = &[
    Construct::yes("a; b, a && b, a | b, { a; b; }, ( a; b )", "in their order; `cd` in parentheses ends with them"),
    Construct::partly(
        "a || b",
        "after a look (`grep -q x f || …`, `[ -e f ] || …`) b is what is wanted; otherwise b is guessed",
    ),
    Construct::yes("x=…, export x=…, readonly x=…, $x, ${x}, ${x:-…}", "folded; what a command prints is not known"),
    Construct::partly("${x#…}, ${x%…}, ${x/…/…}", "unresolved"),
    Construct::yes("for x in a b c; do …; done", "folded, a pass for each word"),
    Construct::partly(
        "for x in $(…), while …, until …",
        "read once; what depends on the variable is unresolved, the rest guessed",
    ),
    Construct::partly(
        "if …; then …; fi",
        "folded where the condition compares literals; otherwise both branches are guessed, and what follows a look is folded",
    ),
    Construct::partly("case … in …", "folded where the word is known; otherwise all branches are guessed"),
    Construct::yes("f() { …; }, f a b", "read where it is called, with its arguments"),
    Construct::yes("cmd <<EOF, <<-EOF, <<'EOF', <<<…, > f, >> f", "the text and its file"),
    Construct::yes(
        "sudo, su -c, ssh HOST, env, nohup, nice, time, timeout, bash -c, eval",
        "what they run, and as whom",
    ),
    Construct::partly("source FILE, . FILE", "read in place where FILE was given; otherwise unresolved"),
    Construct::partly("bash FILE, sh <<EOF, … | bash", "read in place where the text is known; otherwise unresolved"),
    Construct::partly("xargs, find -exec", "the command is read; what it is given is not known"),
    Construct::partly("$(…), `…`", "`$(echo …)`, `$(cat <<EOF …)` and `$(pwd)` are known, the rest is not"),
    Construct::no("$((…)), arrays, coprocesses, trap", "what depends on them is unresolved"),
];

/// How deep commands may be nested: in each other, in functions, in `sh -c`.
const DEEPEST: usize = 64;

/// How many commands one source may run, loops and functions unrolled.
const MOST_COMMANDS: usize = 200_000;

/// A shell: what it knows carries over from one text to the next, as from one block of a runbook to the next.
pub struct Shell<'f> {
    /// A statement that says nothing yet: file, rank, time and person are those of every statement.
    pub like: Statement,
    /// Whether all of a text stands on one line of its source, as a string of another language does.
    pub is_one_line: bool,
    /// The directory commands run in, where that is known.
    pub dir: Option<String>,
    /// The user commands run as, where that is known.
    pub user: Option<String>,
    /// The user who is back when another one logs out.
    pub login: Option<String>,
    /// The variables and their values.
    pub variables: BTreeMap<String, Word>,
    /// What the function that is read was given: `$@`.
    arguments: Vec<Word>,
    functions: BTreeMap<String, (String, u32)>,
    written: BTreeMap<String, Document>,
    /// What `./configure` was told, and in which directory.
    prefix: Option<(Option<String>, String)>,
    sourced: BTreeSet<String>,
    lookup: &'f dyn Fn(&str) -> Option<Document>,
    depth: usize,
    commands: usize,
}

/// Words as one command, as they are: `RUN ["a", "b c"]`.
pub(super) fn quoted<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect::<Vec<_>>().join(" ")
}

/// No files: for texts that push none.
pub fn no_files(_: &str) -> Option<Document> {
    None
}

impl<'f> Shell<'f> {
    /// A shell for texts of one file. `lookup` has the files that were handed in, as `cat FILE` reads them.
    pub fn new(like: Statement, lookup: &'f dyn Fn(&str) -> Option<Document>) -> Self {
        Self {
            like,
            is_one_line: false,
            dir: None,
            user: None,
            login: None,
            variables: BTreeMap::new(),
            arguments: Vec::new(),
            functions: BTreeMap::new(),
            written: BTreeMap::new(),
            prefix: None,
            sourced: BTreeSet::new(),
            lookup,
            depth: 0,
            commands: 0,
        }
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.variables.insert(name.into(), Word::literal(value));
    }

    /// Reads a text whose first line is this line of the file.
    pub fn read(&mut self, text: &str, line: u32, out: &mut Out) {
        walk::run(self, text, line, out);
    }
}
