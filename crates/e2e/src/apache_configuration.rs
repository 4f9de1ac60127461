//! Apache's configuration of a target: read through its agent file by file, as the includes ask for them.

use crate::looking::Looking;
use crate::reading::{MOST_ROUNDS, Reading};
use apache::config::Config;
use apache::route::Router;
use apache::tree::{Files, environment_beside};
use target::trouble::Trouble;

/// Where Apache's configuration begins: Debian, Red Hat, Apache as it builds itself, and as its image has it.
pub(crate) const MAINS: &[&str] = &[
    "/etc/apache2/apache2.conf",
    "/etc/httpd/conf/httpd.conf",
    "/usr/local/apache2/conf/httpd.conf",
    "/etc/apache2/httpd.conf",
];

/// A configuration that requests can be followed through.
#[derive(Debug, Clone, Default)]
pub struct ApacheConfiguration {
    /// Its files, secrets replaced.
    pub(crate) files: Files,
    /// What they mean.
    pub(crate) router: Router,
    /// What could not be read or understood, a line each with its place.
    pub(crate) problems: Vec<String>,
}

impl ApacheConfiguration {
    /// Of a target; none if it has none. `main` is where it begins, if that is known.
    pub(crate) fn read(target: &Looking<'_>, main: Option<&str>) -> Result<Option<Self>, Trouble> {
        let mut reading = Reading::new(target);
        let mut files = Files::default();
        let mains: Vec<&str> = main.map_or_else(|| MAINS.to_vec(), |main| vec![main]);
        let first = mains.iter().flat_map(|main| [(*main).to_owned(), environment_beside(main)]).collect();
        reading.fetch(first, &mut |path, bytes| files.add(path, bytes))?;
        let Some(main) = mains.iter().find(|main| files.get(main).is_some()) else { return Ok(None) };
        for _ in 0..MOST_ROUNDS {
            let missing = reading.unasked(files.missing(main));
            if missing.is_empty() {
                break;
            }
            reading.fetch(missing, &mut |path, bytes| files.add(path, bytes))?;
        }
        let config = Config::read(&files, main);
        let mut problems = reading.problems;
        problems.extend(config.problems.iter().map(ToString::to_string));
        Ok(Some(Self { router: Router::new(config), files, problems }))
    }
}
