//! nginx's configuration of a target: read through its agent file by file, as the includes ask for them, or taken from
//! what `nginx -T` printed. Nothing is run on the target.

use crate::looking::{self, Looking};
use model::text;
use nginx::config::Config;
use nginx::tree::Files;
use nginx::walk::Router;
use std::path::{Path, PathBuf};
use target::trouble::Trouble;

/// Where nginx's configuration begins: Debian and Red Hat, OpenResty, nginx as it builds itself.
pub const MAINS: &[&str] =
    &["/etc/nginx/nginx.conf", "/usr/local/openresty/nginx/conf/nginx.conf", "/usr/local/nginx/conf/nginx.conf"];

/// How often files are asked for: an include in an include in an include.
const MOST_ROUNDS: usize = 12;

/// The most files that are read.
const MOST_FILES: usize = 5_000;

/// A configuration that requests can be followed through.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// The file that includes the others.
    pub main: String,
    /// Its files, secrets replaced.
    pub files: Files,
    /// What they mean.
    pub router: Router,
    /// What could not be read or understood, a line each with its place.
    pub problems: Vec<String>,
}

impl Configuration {
    /// Of what `nginx -T` printed; none if it is no such text.
    pub fn dumped(text: &[u8]) -> Option<Self> {
        let (files, main) = Files::dumped(text)?;
        Some(Self::of(files, &main, Vec::new()))
    }

    fn of(files: Files, main: &str, mut problems: Vec<String>) -> Self {
        let config = Config::read(&files, main);
        problems.extend(config.problems.iter().map(ToString::to_string));
        Self { main: main.to_owned(), files, router: Router::new(config), problems }
    }

    /// Of a target. `main` is where it begins, if that is known.
    pub fn read(target: &Looking<'_>, main: Option<&str>) -> Result<Self, Trouble> {
        let mut reading = Reading { target, files: Files::default(), asked: Vec::new(), problems: Vec::new() };
        let mains: Vec<&str> = main.map_or_else(|| MAINS.to_vec(), |main| vec![main]);
        reading.fetch(mains.iter().map(|m| (*m).to_owned()).collect())?;
        let Some(main) = mains.iter().find(|m| reading.files.get(m).is_some()) else {
            let what = match reading.problems.first() {
                Some(why) => format!("nginx's configuration: {why}"),
                None => format!("there is no nginx configuration: no {}", mains.join(", no ")),
            };
            return Err(
                Trouble::new(what).hint("--nginx-conf FILE reads it from a file here, such as what `nginx -T` printed")
            );
        };
        for _ in 0..MOST_ROUNDS {
            let mut missing = reading.files.missing(main);
            missing.retain(|name| !reading.asked.contains(name));
            if missing.is_empty() {
                break;
            }
            reading.fetch(missing)?;
        }
        let Reading { files, problems, .. } = reading;
        Ok(Self::of(files, main, problems))
    }
}

/// The root that a configuration here is below, and its path there: `x/etc/nginx/nginx.conf` is one of a system in `x`.
pub fn root_of(path: &Path) -> (PathBuf, String) {
    let text = path.display().to_string();
    for main in MAINS {
        if let Some(root) = text.strip_suffix(main).filter(|root| !root.is_empty()) {
            return (root.into(), (*main).to_owned());
        }
    }
    ("/".into(), text)
}

struct Reading<'a> {
    target: &'a Looking<'a>,
    files: Files,
    asked: Vec<String>,
    problems: Vec<String>,
}

impl Reading<'_> {
    fn fetch(&mut self, names: Vec<String>) -> Result<(), Trouble> {
        let (patterns, mut paths): (Vec<String>, Vec<String>) =
            names.iter().map(|name| pattern(name)).partition(|name| model::id::is_pattern(name));
        self.asked.extend(names);
        // What is in a file is only told to who asks for it by its own name.
        let covered = self.target.files(patterns, &["filetype"])?;
        self.problems.extend(covered.blind.map(|why| why.to_string()));
        paths.extend(covered.files.into_iter().filter(|(_, file)| !file.absent).map(|(path, _)| path));
        paths.retain(|path| self.files.get(path).is_none());
        if paths.len() > MOST_FILES {
            return Err(Trouble::new(format!("nginx's configuration has more than {MOST_FILES} files")));
        }
        let looked = self.target.files(paths, &["filetype", "contents"])?;
        self.problems.extend(looked.blind.map(|why| why.to_string()));
        for (path, resource) in &looked.files {
            let is_file = matches!(looking::text(resource, "filetype"), Some("file" | "symlink"));
            match looking::text(resource, "contents") {
                Some(contents) if is_file => self.files.add(path.clone(), text::to_bytes(contents)),
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

    #[test]
    fn a_dump_is_read_and_what_is_wrong_has_its_place() {
        let text = b"# configuration file /n/nginx.conf:\nhttp {\n server { location ~ ( { } }\n include gone;\n}\n";
        let configuration = Configuration::dumped(text).unwrap();
        assert_eq!(configuration.router.config.servers.len(), 1);
        assert!(configuration.problems.iter().any(|p| p.starts_with("/n/nginx.conf:2: the expression (")));
        assert!(configuration.problems.iter().any(|p| p.starts_with("/n/nginx.conf:3: it includes /n/gone")));
        assert!(Configuration::dumped(b"server { }").is_none());
    }
}
