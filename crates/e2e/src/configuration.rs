//! nginx's configuration of a target: read through its agent file by file, as the includes ask for them, or taken from
//! what `nginx -T` printed. Nothing is run on the target.

use crate::looking::Looking;
use crate::reading::{MOST_ROUNDS, Reading};
use nginx::config::Config;
use nginx::tree::Files;
use nginx::walk::Router;
use std::path::{Path, PathBuf};
use target::trouble::Trouble;

/// Where nginx's configuration begins: Debian and Red Hat, OpenResty, nginx as it builds itself.
pub const MAINS: &[&str] =
    &["/etc/nginx/nginx.conf", "/usr/local/openresty/nginx/conf/nginx.conf", "/usr/local/nginx/conf/nginx.conf"];

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
        let mut reading = Reading::new(target);
        let mut files = Files::default();
        let mains: Vec<&str> = main.map_or_else(|| MAINS.to_vec(), |main| vec![main]);
        reading.fetch(mains.iter().map(|m| (*m).to_owned()).collect(), &mut |path, bytes| files.add(path, bytes))?;
        let Some(main) = mains.iter().find(|m| files.get(m).is_some()) else {
            let what = match reading.problems.first() {
                Some(why) => format!("nginx's configuration: {why}"),
                None => format!("there is no nginx configuration: no {}", mains.join(", no ")),
            };
            return Err(
                Trouble::new(what).hint("--nginx-conf FILE reads it from a file here, such as what `nginx -T` printed")
            );
        };
        for _ in 0..MOST_ROUNDS {
            let missing = reading.unasked(files.missing(main));
            if missing.is_empty() {
                break;
            }
            reading.fetch(missing, &mut |path, bytes| files.add(path, bytes))?;
        }
        Ok(Self::of(files, main, reading.problems))
    }
}

/// The root that a configuration here is below, and its path there: `x/etc/nginx/nginx.conf` is one of a system in `x`.
pub fn root_of(path: &Path) -> (PathBuf, String) {
    below(path, MAINS)
}

/// The same for any list of files that configurations begin with.
pub(crate) fn below(path: &Path, mains: &[&str]) -> (PathBuf, String) {
    let text = path.display().to_string();
    for main in mains {
        if let Some(root) = text.strip_suffix(main).filter(|root| !root.is_empty()) {
            return (root.into(), (*main).to_owned());
        }
    }
    ("/".into(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

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
