//! The web servers of a target, by their configurations: nginx, Apache, or one in front of the other.

use crate::apache_configuration::{self, ApacheConfiguration};
use crate::configuration::{self, Configuration};
use crate::looking::Looking;
use crate::web::Web;
use target::trouble::Trouble;

/// A web server's configuration.
#[derive(Debug, Clone)]
pub enum Served {
    /// nginx's.
    Nginx(Box<Configuration>),
    /// Apache's.
    Apache(Box<ApacheConfiguration>),
}

impl Served {
    /// Those of a target, one at least. Where both are installed, Apache counts if it listens where nginx does not.
    pub fn all(target: &Looking<'_>) -> Result<Vec<Self>, Trouble> {
        let nginx = Configuration::read(target, None);
        let apache = ApacheConfiguration::read(target, None)?;
        let nginx = match (nginx, &apache) {
            (Ok(nginx), _) => Some(nginx),
            (Err(_), Some(_)) => None,
            (Err(trouble), None) => {
                let mains = apache_configuration::MAINS.join(", no ");
                return Err(Trouble { what: format!("{}; and none of Apache: no {mains}", trouble.what), ..trouble });
            }
        };
        let takes = |port: u16| nginx.as_ref().is_some_and(|n| n.router.doors().iter().any(|(own, _)| *own == port));
        let apache =
            apache.filter(|apache| nginx.is_none() || apache.router.doors().iter().any(|(port, _)| !takes(*port)));
        let nginx = nginx.map(|nginx| Self::Nginx(Box::new(nginx)));
        Ok(nginx.into_iter().chain(apache.map(|apache| Self::Apache(Box::new(apache)))).collect())
    }

    /// Apache's, that begins in this file of a target.
    pub fn apache(target: &Looking<'_>, main: &str) -> Result<Option<Self>, Trouble> {
        Ok(ApacheConfiguration::read(target, Some(main))?.map(|apache| Self::Apache(Box::new(apache))))
    }

    /// What is asked of it.
    pub fn web(&self) -> &dyn Web {
        match self {
            Self::Nginx(nginx) => &nginx.router,
            Self::Apache(apache) => &apache.router,
        }
    }

    /// What could not be read or understood, a line each with its place.
    pub fn problems(&self) -> &[String] {
        match self {
            Self::Nginx(nginx) => &nginx.problems,
            Self::Apache(apache) => &apache.problems,
        }
    }

    /// Its files, by their paths on the target.
    pub fn files(&self) -> Vec<(&str, &[u8])> {
        match self {
            Self::Nginx(nginx) => nginx.files.iter().collect(),
            Self::Apache(apache) => apache.files.iter().collect(),
        }
    }
}

/// The root that a configuration here is below, and its path there: `x/etc/apache2/apache2.conf` is one of a system in
/// `x`.
pub fn root_of(path: &std::path::Path) -> (std::path::PathBuf, String) {
    configuration::below(path, apache_configuration::MAINS)
}
