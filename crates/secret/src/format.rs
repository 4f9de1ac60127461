//! What a text is written in, as far as it matters for what a value is and where it ends.

use crate::scan;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A programming language: what is not quoted is an expression.
    Code,
    /// A shell script or a command line: what is not quoted ends at a space.
    Shell,
    /// Settings and data: what is not quoted goes on to the end of the line.
    Settings,
    /// Documentation that came with a package, in sentences.
    Prose,
    /// Not text.
    Binary,
}

const CODE: &[&str] = &[
    "php", "php3", "php5", "php7", "phtml", "inc", "py", "pl", "pm", "pod", "t", "rb", "js", "mjs", "cjs", "ts", "jsx",
    "tsx", "vue", "java", "c", "h", "cc", "cpp", "hpp", "cs", "go", "rs", "lua", "tcl", "el", "swift", "kt", "scala",
    "groovy", "erb", "twig", "tpl", "sql", "css", "scss", "awk", "m4", "vim", "ex", "exs", "erl",
];
const SHELL: &[&str] = &["sh", "bash", "zsh", "ksh", "csh", "bashrc", "profile", "bash_history", "zsh_history"];
const PROSE: &[&str] =
    &["rst", "texi", "html", "htm", "xhtml", "pod", "1", "2", "3", "4", "5", "6", "7", "8", "tex", "po", "pot"];
const PROSE_NAMES: &[&str] =
    &["changelog", "news", "copyright", "readme", "license", "licence", "copying", "authors", "thanks"];
const PROSE_PLACES: &[&str] = &["/usr/share/doc/", "/usr/share/man/", "/usr/share/info/", "/usr/share/help/"];
const SETTINGS: &[&str] = &["conf", "cnf", "cfg", "ini", "env", "yml", "yaml", "json", "xml", "toml", "properties"];

/// Whether bytes are text, by their beginning. A text that a crash left a few NULs in still is one.
pub(crate) fn is_text(start: &[u8]) -> bool {
    let control = start.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace() && **b != 0x1b).count();
    control * 20 <= start.len()
}

impl Format {
    /// The format of a file, by its path first and its beginning second.
    pub(crate) fn of(path: &str, bytes: &[u8]) -> Self {
        let start = &bytes[..bytes.len().min(8192)];
        if !is_text(start) {
            return Self::Binary;
        }
        let path = path.to_ascii_lowercase();
        let base = path.rsplit('/').next().unwrap_or_default();
        let extension = base.rsplit_once('.').map_or("", |(_, e)| e);
        let packaged = PROSE_PLACES.iter().any(|p| path.starts_with(p));
        if CODE.contains(&extension) {
            Self::Code
        } else if SHELL.contains(&extension) || base.ends_with("_history") {
            Self::Shell
        } else if SETTINGS.contains(&extension) {
            Self::Settings
        } else if packaged || PROSE.contains(&extension) || PROSE_NAMES.iter().any(|n| base.starts_with(n)) {
            Self::Prose
        } else {
            Self::of_start(start)
        }
    }

    fn of_start(start: &[u8]) -> Self {
        let line = &start[..scan::skip(start, 0, |b| !scan::is_line_end(b))];
        if start.starts_with(b"<?php") {
            return Self::Code;
        }
        if !line.starts_with(b"#!") {
            return Self::Settings;
        }
        let shell = [&b"sh"[..], b"bash", b"dash", b"ksh", b"zsh"];
        let runs = scan::words(line, 2..line.len()).any(|w| {
            let base = line[w].rsplit(|b| *b == b'/').next().unwrap_or_default();
            shell.contains(&base)
        });
        if runs { Self::Shell } else { Self::Code }
    }
}
