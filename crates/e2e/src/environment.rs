//! What a suite is run with: `e2e/variables/ENV.env` holds variables, `ENV.secrets` secrets (not to be committed), and
//! `ENV.hosts` the hosts that are not the target, such as one that shows the mail that was sent.

use crate::way::Rule;
use model::place::Place;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use target::trouble::Trouble;

/// What a suite is run with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// Variables by name.
    pub variables: BTreeMap<String, String>,
    /// Secrets by name: they are in no output.
    pub secrets: BTreeMap<String, String>,
    /// Hosts that are not the target.
    pub beside: Vec<Rule>,
}

/// The environment that is taken if none is named.
pub const DEFAULT: &str = "default";

/// How hurl's own environment variables begin.
const VARIABLE: &str = "HURL_VARIABLE_";
const SECRET: &str = "HURL_SECRET_";

impl Environment {
    /// Reads an environment's files. One that was named must be there; the default need not.
    pub fn read(dir: &Path, name: Option<&str>) -> Result<Self, Trouble> {
        let file = |ending: &str| dir.join(format!("{}.{ending}", name.unwrap_or(DEFAULT)));
        let texts = [text(&file("env"))?, text(&file("secrets"))?, text(&file("hosts"))?];
        if let (Some(name), [None, None, None]) = (name, &texts) {
            return Err(Trouble::new(format!("there is no environment {name}: no file {}", file("env").display()))
                .hint(known(dir)));
        }
        let [variables, secrets, hosts] = texts.map(Option::unwrap_or_default);
        Ok(Self {
            variables: pairs(&file("env"), &variables)?,
            secrets: pairs(&file("secrets"), &secrets)?,
            beside: beside(&file("hosts"), &hosts)?,
        })
    }

    /// Takes in what hurl would take from the environment of the process.
    pub fn take(&mut self, process: impl IntoIterator<Item = (String, String)>) {
        for (name, value) in process {
            if let Some(name) = name.strip_prefix(VARIABLE) {
                self.variables.insert(name.to_owned(), value);
            } else if let Some(name) = name.strip_prefix(SECRET) {
                self.secrets.insert(name.to_owned(), value);
            }
        }
    }
}

fn known(dir: &Path) -> String {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|e| e.file_name().into_string().ok()?.strip_suffix(".env").map(str::to_owned)).collect();
    names.sort();
    if names.is_empty() {
        format!("put NAME=VALUE lines there: {}", dir.display())
    } else {
        format!("there are: {}", names.join(", "))
    }
}

fn text(path: &Path) -> Result<Option<String>, Trouble> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Trouble::new(format!("{}: {error}", path.display()))),
    }
}

fn meaningful(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn at(path: &Path, line: u32) -> Place {
    Place::line(path.display().to_string(), line)
}

/// `NAME=VALUE` lines, as hurl's own variable files.
fn pairs(path: &Path, text: &str) -> Result<BTreeMap<String, String>, Trouble> {
    let mut pairs = BTreeMap::new();
    for (number, line) in meaningful(text) {
        let pair = line.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let Some((name, value)) = pair.filter(|(name, _)| !name.is_empty() && name.chars().all(is_name)) else {
            // The line itself may be a secret.
            return Err(Trouble::new(format!("{}: this is no line NAME=VALUE", at(path, number))));
        };
        pairs.insert(name.to_owned(), value.to_owned());
    }
    Ok(pairs)
}

/// Lines as those of /etc/hosts: an address, with a port if it is another one, and names.
fn beside(path: &Path, text: &str) -> Result<Vec<Rule>, Trouble> {
    let mut rules = Vec::new();
    for (number, line) in meaningful(text) {
        let mut words = line.split_whitespace();
        let address = words.next().unwrap_or_default();
        let before = rules.len();
        rules.extend(words.map_while(|name| aside(name, address)));
        if rules.len() == before {
            return Err(Trouble::new(format!("{}: this is no line ADDRESS[:PORT] NAME…", at(path, number))));
        }
    }
    Ok(rules)
}

/// A host that is not the target and the address it has, a port with it if it is another one.
pub fn aside(name: &str, address: &str) -> Option<Rule> {
    let (to, to_port) = match address.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port.parse().ok()?)),
        _ => (address, None),
    };
    let is_good = !name.is_empty() && !to.is_empty();
    is_good.then(|| Rule { host: Some(name.to_owned()), port: None, to: to.to_owned(), to_port })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_three_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("lab.env"), "# c\nbase = https://a\nempty=\n").unwrap();
        fs::write(dir.path().join("lab.secrets"), "password=a=b\n").unwrap();
        fs::write(dir.path().join("lab.hosts"), "127.0.0.1:8025 mail.test www.mail.test\n[::1]:1 six.test\n").unwrap();
        let read = Environment::read(dir.path(), Some("lab")).unwrap();
        assert_eq!(read.variables["base"], "https://a");
        assert_eq!(read.variables["empty"], "");
        assert_eq!(read.secrets["password"], "a=b");
        let spelled: Vec<String> = read.beside.iter().map(Rule::spelled).collect();
        assert_eq!(spelled, ["mail.test::127.0.0.1:8025", "www.mail.test::127.0.0.1:8025", "six.test::[::1]:1"]);
        assert!(Environment::read(dir.path(), None).unwrap().variables.is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_without_the_secret() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("lab.secrets"), "\nfake-secret-pw\n").unwrap();
        let wrong = Environment::read(dir.path(), Some("lab")).unwrap_err().what;
        assert!(wrong.contains("lab.secrets:2:") && !wrong.contains("fake"), "{wrong}");
        let missing = Environment::read(dir.path(), Some("prod")).unwrap_err();
        assert!(missing.what.contains("prod.env"), "{missing}");
    }

    #[test]
    fn the_environment_of_the_process_counts() {
        let mut read = Environment::default();
        let set = [("HURL_VARIABLE_a", "1"), ("HURL_SECRET_b", "2"), ("HOME", "/")];
        read.take(set.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!((read.variables.len(), read.secrets.len()), (1, 1));
    }
}
