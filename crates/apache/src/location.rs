//! How a `<Location>` is compared with a path.

use crate::uri::merged;
use serving::glob::covers;
use serving::pattern::Pattern;

/// What a section takes.
#[derive(Debug, Clone)]
pub enum Takes {
    /// A path, and all below it.
    Path(String),
    /// A pattern of the shell.
    Glob(String),
    /// An expression; none that could not be compiled takes anything.
    Regex(String, Option<Pattern>),
}

impl Takes {
    /// Whether it takes a path. Only an expression sees slashes that follow each other.
    pub(crate) fn takes(&self, path: &[u8]) -> bool {
        match self {
            Takes::Path(own) => merged(path).strip_prefix(own.as_bytes()).is_some_and(|rest| {
                own.is_empty() || own.ends_with('/') || rest.is_empty() || rest.first() == Some(&b'/')
            }),
            // Dots count as any other character here.
            Takes::Glob(own) => covers(&undotted(own.as_bytes()), &undotted(&merged(path))),
            Takes::Regex(_, pattern) => pattern.as_ref().is_some_and(|p| p.matches(path)),
        }
    }
}

/// Bytes as characters, with leading dots of parts hidden from rules that treat them as special.
fn undotted(bytes: &[u8]) -> String {
    let text: String = bytes.iter().copied().map(char::from).collect();
    text.split('/').map(|part| format!("x{part}")).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_takes_what_is_below_it() {
        let takes = |own: &str, path: &str| Takes::Path(own.into()).takes(path.as_bytes());
        assert!(takes("/a", "/a") && takes("/a", "/a/b") && takes("/a/", "/a/b") && takes("/", "/x"));
        assert!(!takes("/a", "/ab") && !takes("/a/", "/a") && !takes("/a/f", "/a/f.txt"));
    }

    #[test]
    fn a_glob_takes_one_part_a_star() {
        let takes = |own: &str, path: &str| Takes::Glob(own.into()).takes(path.as_bytes());
        assert!(takes("/*/edit", "/a/edit") && takes("/.*", "/.git") && takes("/*", "/.git"));
        assert!(!takes("/*/edit", "/a/b/edit") && !takes("/*", "/a/b"));
    }
}
