//! What is known of a target's files, and what would have to be known: what nobody looked at is noted, and asked for in
//! one go, until no question is left.

use crate::looking::{self, Looked, Looking};
use serving::request::{Seen, World};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use target::trouble::Trouble;

/// The most paths that are asked for at once.
const MOST: usize = 5_000;

/// How many links in links are followed.
const MOST_LINKS: usize = 8;

/// Files of a target.
#[derive(Debug, Default)]
pub struct Files {
    known: BTreeMap<String, Known>,
    wanted: RefCell<BTreeSet<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    Is(Seen),
    Link(String),
}

impl World for Files {
    fn seen(&self, path: &str) -> Seen {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            match self.known.get(&path) {
                Some(Known::Is(seen)) => return *seen,
                Some(Known::Link(to)) => path = to.clone(),
                None => {
                    let mut wanted = self.wanted.borrow_mut();
                    if wanted.len() < MOST && is_askable(&path) {
                        wanted.insert(path);
                    }
                    return Seen::Unknown;
                }
            }
        }
        Seen::Unknown
    }
}

/// A path that the agent takes as it is.
fn is_askable(path: &str) -> bool {
    path.starts_with('/') && path.len() < 4096 && !path.contains(['*', '?', '\\', '\0'])
}

impl Files {
    /// Asks for what was wanted so far. False when there was nothing to ask.
    pub fn learn(&mut self, target: &Looking<'_>) -> Result<bool, Trouble> {
        let wanted = std::mem::take(&mut *self.wanted.borrow_mut());
        if wanted.is_empty() {
            return Ok(false);
        }
        let looked = target.files(wanted.iter().cloned(), &["filetype", "linked-to"])?;
        for path in wanted {
            let known = known(&path, &looked);
            self.known.insert(path, known);
        }
        Ok(true)
    }

    /// What is known to be a file, for requests that are to find one.
    pub fn known_files(&self) -> impl Iterator<Item = &str> {
        let files = self.known.iter().filter(|(_, known)| **known == Known::Is(Seen::File));
        files.map(|(path, _)| path.as_str())
    }
}

fn known(path: &str, looked: &Looked) -> Known {
    let Some(resource) = looked.files.get(path) else { return Known::Is(Seen::Unknown) };
    if resource.absent {
        return Known::Is(Seen::Nothing);
    }
    match looking::text(resource, "filetype") {
        Some("file") => Known::Is(Seen::File),
        Some("directory") => Known::Is(Seen::Directory),
        Some("symlink") => looking::text(resource, "linked-to").map_or(Known::Is(Seen::Unknown), |to| {
            let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
            // `..` stays: what it means is for the target to say, where directories may be links too.
            Known::Link(if to.starts_with('/') { to.to_owned() } else { format!("{dir}/{to}") })
        }),
        _ => Known::Is(Seen::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(known: &[(&str, Known)]) -> Files {
        let known = known.iter().map(|(path, known)| ((*path).to_owned(), known.clone())).collect();
        Files { known, ..Files::default() }
    }

    #[test]
    fn links_are_followed_and_what_nobody_looked_at_is_noted() {
        let files = files(&[
            ("/a", Known::Link("/b".into())),
            ("/b", Known::Is(Seen::Directory)),
            ("/c", Known::Link("/c".into())),
            ("/d", Known::Link("/e".into())),
        ]);
        assert_eq!(files.seen("/a"), Seen::Directory);
        assert_eq!(files.seen("/c"), Seen::Unknown);
        assert_eq!(
            (files.seen("/d"), files.seen("/*"), files.seen("x")),
            (Seen::Unknown, Seen::Unknown, Seen::Unknown)
        );
        assert_eq!(files.wanted.borrow().iter().collect::<Vec<_>>(), ["/e"]);
    }
}
