//! A project's files: `spec/ROLE/*.yaml`, the key, and the recordings.

use crate::error::CommandError;
use crate::files;
use crate::settings;
use exchange::import::record::Record;
use exchange::project_file::{self, ProjectFile};
use exchange::rules::decisions;
use exchange::spec_file::parse::{Parsed, parse};
use exchange::spec_file::problem::{Problem, meant};
use model::spec::Spec;
use std::path::{Path, PathBuf};
use target::address::Address;
use target::observe::Observed;
use target::project_key::ProjectKey;
use target::recording::{self, Header};

/// What Kubernetes runs, as a generator and as its directory.
pub(crate) const KUBERNETES: &str = "kubernetes";

/// How many files a spec may have, includes counted.
const MOST_FILES: usize = 10_000;

/// A project.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    root: PathBuf,
}

/// The role of what an import made of other tools' specs, which may well contradict what the host is.
pub(crate) fn imported_role(role: &str) -> String {
    format!("{role}-imported")
}

impl Project {
    /// The project in a directory.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    fn path(&self, rest: impl AsRef<Path>) -> PathBuf {
        if self.root == Path::new(".") { rest.as_ref().to_owned() } else { self.root.join(rest) }
    }

    /// A path of the project as it is named in it, from wherever repot was called: what is kept says it this way.
    pub(crate) fn within(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// The directory it is in.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What repot writes here while it looks at machines, by full paths: where the machine is this one, that is none of it.
    pub(crate) fn own_paths(&self) -> Vec<PathBuf> {
        let full = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
        let root = std::fs::canonicalize(&full).unwrap_or(full);
        [".repot", "spec"].map(|own| root.join(own)).into()
    }

    /// Where the logs of a rebuild are kept.
    pub(crate) fn rebuild_logs(&self, at: &str) -> PathBuf {
        self.path(".repot/rebuild").join(at)
    }

    /// Whether repot keeps something here already.
    pub(crate) fn is_one(&self) -> bool {
        [".repot", "spec", project_file::NAME].iter().any(|name| self.path(name).exists())
    }

    /// Where what commands found is kept.
    pub(crate) fn runs(&self) -> PathBuf {
        self.path(".repot/runs")
    }

    /// The directory that `repot report` writes to.
    pub(crate) fn report(&self) -> PathBuf {
        self.path("report")
    }

    /// Something of the project by its name.
    pub(crate) fn at_name(&self, name: &str) -> PathBuf {
        self.path(name)
    }

    /// What its repot.yaml says; nothing where there is none.
    pub(crate) fn file(&self) -> Result<ProjectFile, CommandError> {
        let path = self.path(project_file::NAME);
        match files::read(&path)? {
            None => Ok(ProjectFile::default()),
            Some(text) => project_file::read(&path.display().to_string(), &text).map_err(|problems| wrong(&problems)),
        }
    }

    /// Where a try-out of pods keeps its logs.
    pub(crate) fn trial(&self, name: &str) -> PathBuf {
        self.path(".repot/try").join(name)
    }

    /// The directory of the tests over HTTP.
    pub(crate) fn e2e(&self) -> PathBuf {
        self.path("e2e")
    }

    /// Where files of a target's nginx are kept.
    pub(crate) fn nginx(&self, short: &str) -> PathBuf {
        self.path(".repot/nginx").join(short)
    }

    /// The directory of a role's spec.
    pub(crate) fn role(&self, role: &str) -> PathBuf {
        self.path("spec").join(role)
    }

    /// Where a role's decisions are written.
    pub(crate) fn decisions_path(&self, role: &str) -> PathBuf {
        self.role(role).join(decisions::NAME)
    }

    /// The directory of what a generator makes.
    pub(crate) fn generated(&self, generator: &str) -> PathBuf {
        self.path(generator)
    }

    /// The roles that have a spec.
    pub(crate) fn roles(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path("spec")) else { return Vec::new() };
        let mut roles: Vec<String> =
            entries.flatten().filter(|e| e.path().is_dir()).filter_map(|e| e.file_name().into_string().ok()).collect();
        roles.sort();
        roles
    }

    /// The roles of hosts: not what imports made of other tools' specs.
    pub(crate) fn host_roles(&self) -> Vec<String> {
        let all = self.roles();
        let is_imported = |role: &&String| all.iter().any(|of| **role == imported_role(of));
        all.iter().filter(|role| !is_imported(role)).cloned().collect()
    }

    /// The role that is meant: the one named, or the only one of hosts; else it is asked for.
    pub(crate) fn one_role(&self, wanted: Option<&str>, asked: &str) -> Result<String, CommandError> {
        let roles = self.roles();
        let there = || format!("there are: {}", roles.join(", "));
        match (wanted, self.host_roles().as_slice()) {
            (_, []) => Err(CommandError::usage("there is no spec yet").hint("`repot capture TARGET` writes one")),
            (Some(role), _) if roles.iter().any(|r| r == role) => Ok(role.to_owned()),
            (Some(role), _) => {
                let error = CommandError::usage(format!("there is no spec {}", self.role(role).display()));
                Err(match meant(role, roles.iter().map(String::as_str)) {
                    Some(meant) => error.hint(format!("did you mean `{meant}`?")),
                    None => error.hint(there()),
                })
            }
            (None, [only]) => Ok(only.clone()),
            (None, _) => Err(CommandError::usage(asked).hint(format!("say --role ROLE; {}", there()))),
        }
    }

    /// That there is no spec at all, and what to do.
    fn no_spec(&self, address: &Address) -> CommandError {
        if self.root.is_dir() {
            return CommandError::usage(format!("there is no spec in {}", self.path("spec").display()))
                .hint(format!("`repot capture {address}` writes one"));
        }
        CommandError::usage(format!("there is no directory {}", self.root.display()))
            .hint("--project names the directory that spec/ is in")
    }

    /// The role a target is proven against: the one named, the one of its name, or the only one there is.
    pub(crate) fn role_of(&self, address: &Address, wanted: Option<&str>) -> Result<String, CommandError> {
        let roles = self.roles();
        let known = roles.join(", ");
        if let Some(role) = wanted {
            return if roles.iter().any(|r| r == role) {
                Ok(role.to_owned())
            } else {
                let error = CommandError::usage(format!("there is no spec {}", self.role(role).display()));
                Err(match meant(role, roles.iter().map(String::as_str)) {
                    _ if roles.is_empty() => error.hint(format!("`repot capture {address} --role {role}` writes one")),
                    Some(meant) => error.hint(format!("did you mean `{meant}`?")),
                    None => error.hint(format!("there are: {known}")),
                })
            };
        }
        let short = address.short();
        match self.host_roles().as_slice() {
            _ if roles.contains(&short) => Ok(short),
            [only] => Ok(only.clone()),
            [] => Err(self.no_spec(address)),
            _ => Err(CommandError::usage(format!("which spec is {address} to be proven against?"))
                .hint(format!("say --role ROLE; there are: {known}"))),
        }
    }

    /// Where a role keeps what a host has of its own.
    fn own_path(&self, role: &str, host: &str) -> PathBuf {
        self.role(role).join("hosts").join(format!("{host}.yaml"))
    }

    /// Whether a host has anything of its own in a role.
    pub(crate) fn has_own(&self, role: &str, host: &str) -> bool {
        self.own_path(role, host).is_file()
    }

    /// A role's spec for a host: every file of the role, and what is this host's own.
    pub(crate) fn spec(&self, role: &str, host: &str) -> Result<Spec, CommandError> {
        let dir = self.role(role);
        let mut paths = yaml_files(&dir, &[dir.join("hosts"), dir.join("files")])?;
        let mine = self.own_path(role, host);
        if mine.is_file() {
            paths.push(mine);
        }
        if paths.is_empty() {
            return Err(no_file(&dir));
        }
        read_spec(paths)
    }

    /// The spec files that all hosts of a role share.
    pub(crate) fn role_files(&self, role: &str) -> Result<Vec<PathBuf>, CommandError> {
        let dir = self.role(role);
        if dir.is_dir() { yaml_files(&dir, &[dir.join("hosts"), dir.join("files")]) } else { Ok(Vec::new()) }
    }

    /// What each host of a role has of its own, by host.
    pub(crate) fn own_specs(&self, role: &str) -> Result<Vec<(String, Spec)>, CommandError> {
        let dir = self.role(role).join("hosts");
        let paths = if dir.is_dir() { yaml_files(&dir, &[])? } else { Vec::new() };
        let host = |path: &Path| path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        paths.into_iter().map(|path| Ok((host(&path), read_spec(vec![path])?))).collect()
    }

    /// The spec in a file or directory that was named.
    pub(crate) fn spec_at(path: &Path) -> Result<Spec, CommandError> {
        let paths = if path.is_dir() { yaml_files(path, &[path.join("files")])? } else { vec![path.to_owned()] };
        if paths.is_empty() {
            return Err(no_file(path));
        }
        read_spec(paths)
    }

    /// The project's key: from REPOT_KEY, or from its file.
    pub(crate) fn key(&self) -> Result<Option<ProjectKey>, CommandError> {
        if let Some(digits) = settings::KEY.text() {
            return Ok(Some(ProjectKey::parse(&digits)?));
        }
        Ok(ProjectKey::read(&self.key_path())?)
    }

    /// The key's file. It is not to be committed: with it, weak secrets can be guessed from their fingerprints.
    pub(crate) fn key_path(&self) -> PathBuf {
        self.path(".repot/key")
    }

    /// Keeps what repot has for itself out of version control.
    pub(crate) fn ignore_own(&self) -> Result<(), CommandError> {
        let ignore = self.path(".repot/.gitignore");
        if !ignore.exists() {
            files::write(&ignore, b"*\n")?;
        }
        Ok(())
    }

    /// Keeps a new key.
    pub(crate) fn keep_key(&self, key: &ProjectKey) -> Result<(), CommandError> {
        self.ignore_own()?;
        Ok(key.write(&self.key_path())?)
    }

    /// Where the recording of a target is kept.
    pub(crate) fn recording_path(&self, short: &str) -> PathBuf {
        self.path(".repot/recordings").join(format!("{short}.repot"))
    }

    /// Where the statements of imported sources are recorded.
    pub(crate) fn imported_path(&self, role: &str) -> PathBuf {
        self.role(role).join("imported.json")
    }

    /// What was imported for a role.
    pub(crate) fn imported(&self, role: &str) -> Result<Record, CommandError> {
        let path = self.imported_path(role);
        match files::read(&path)? {
            None => Ok(Record::default()),
            Some(text) => Record::parse(&text).map_err(|why| {
                CommandError::file(&path, &why).hint("remove it and import the sources again, or use the newer repot")
            }),
        }
    }

    /// The project's key, made now if there is none.
    pub(crate) fn key_or_new(&self) -> Result<ProjectKey, CommandError> {
        if let Some(key) = self.key()? {
            return Ok(key);
        }
        let key = ProjectKey::random()?;
        self.keep_key(&key)?;
        Ok(key)
    }

    /// The recordings that are kept.
    pub(crate) fn recordings(&self) -> Vec<(Header, Observed)> {
        self.recorded().iter().filter_map(|(_, path)| recording::read(path).ok()).collect()
    }

    /// What the recordings that are kept are of.
    pub(crate) fn recorded(&self) -> Vec<(Header, PathBuf)> {
        let Ok(entries) = std::fs::read_dir(self.path(".repot/recordings")) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        paths.sort();
        paths.into_iter().filter_map(|path| Some((recording::header(&path).ok()?, path))).collect()
    }
}

fn no_file(dir: &Path) -> CommandError {
    CommandError::usage(format!("{} holds no spec file (*.yaml)", dir.display()))
        .hint("checking nothing is never success; `repot capture TARGET` writes a spec")
}

/// The YAML files below a directory, sorted, without some directories and without people's decisions.
pub(crate) fn yaml_files(dir: &Path, without: &[PathBuf]) -> Result<Vec<PathBuf>, CommandError> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_owned()];
    while let Some(dir) = todo.pop() {
        let entries = std::fs::read_dir(&dir).map_err(|e| CommandError::file(&dir, &e))?;
        for entry in entries {
            let path = entry.map_err(|e| CommandError::file(&dir, &e))?.path();
            let is_yaml = path.extension().is_some_and(|e| e == "yaml" || e == "yml")
                && path.file_name().is_none_or(|name| name != decisions::NAME);
            if path.is_dir() && !path.is_symlink() && !without.contains(&path) {
                todo.push(path);
            } else if is_yaml && path.is_file() {
                found.push(path);
            }
        }
        if found.len() > MOST_FILES {
            return Err(CommandError::usage(format!("{} holds more than {MOST_FILES} spec files", dir.display())));
        }
    }
    found.sort();
    Ok(found)
}

/// Reads files and what they include.
fn read_spec(mut paths: Vec<PathBuf>) -> Result<Spec, CommandError> {
    let mut texts: Vec<(String, String)> = Vec::new();
    loop {
        for path in &paths[texts.len()..] {
            let text = files::read(path)?.ok_or_else(|| CommandError::file(path, &"there is no such file"))?;
            texts.push((path.display().to_string(), text));
        }
        let parsed = parse(&texts).map_err(|problems| wrong(&problems))?;
        for path in included(&parsed)? {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        if paths.len() > MOST_FILES {
            return Err(CommandError::usage(format!("the spec includes more than {MOST_FILES} files")));
        }
        if paths.len() == texts.len() {
            return Ok(parsed.spec);
        }
    }
}

/// The files that includes name, relative to the file they stand in.
fn included(parsed: &Parsed) -> Result<Vec<PathBuf>, CommandError> {
    let mut paths = Vec::new();
    for include in &parsed.includes {
        let by = Path::new(&include.place.file);
        let path = by.parent().unwrap_or(Path::new("")).join(&include.path);
        let before = paths.len();
        paths.extend(covered(&path)?);
        if paths.len() == before {
            let what = format!("{}: it includes {}, which is no file", include.place, path.display());
            return Err(CommandError::usage(what).hint("paths are read from the directory of the file they stand in"));
        }
    }
    Ok(paths)
}

/// The files that a path covers in which every part may be a pattern, sorted.
fn covered(path: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let mut found = vec![PathBuf::new()];
    for part in path.components() {
        let pattern = part.as_os_str().to_string_lossy();
        if !model::id::is_pattern(&pattern) {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        }
        let mut next = Vec::new();
        for dir in found {
            let dir = if dir.as_os_str().is_empty() { PathBuf::from(".") } else { dir };
            let Ok(entries) = std::fs::read_dir(&dir) else { continue };
            let names = entries.flatten().map(|e| e.file_name());
            next.extend(names.filter(|n| model::id::glob(&pattern, &n.to_string_lossy())).map(|n| dir.join(n)));
        }
        found = next;
        if found.len() > MOST_FILES {
            return Err(CommandError::usage(format!("{} covers more than {MOST_FILES} files", path.display())));
        }
    }
    found.retain(|path| path.is_file());
    found.sort();
    Ok(found)
}

/// Everything that is wrong with a spec, as one error.
pub(crate) fn wrong(problems: &[Problem]) -> CommandError {
    let shown: Vec<String> = problems.iter().take(20).map(ToString::to_string).collect();
    let more = if problems.len() > 20 { format!("\nand {} more", problems.len() - 20) } else { String::new() };
    CommandError::usage(format!("{}{more}", shown.join("\n")))
}
