//! A host's facts as statements are compared with them: by name, by the file and line they are set at, and the texts of
//! files that people wrote.

use model::coverage::Coverage;
use model::fact::Fact;
use model::facts::{Facts, Resource};
use model::id::{ResourceId, glob};
use model::standing::Standing;
use model::value::Value;
use model::vocabulary::Vocabulary;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// A fact that capture writes down.
#[derive(Debug, Clone)]
pub(super) struct One<'f> {
    pub(super) id: ResourceId,
    pub(super) property: &'f str,
    pub(super) fact: &'f Fact,
}

/// A host's facts, in the ways in which they are looked for.
pub(super) struct Host<'f> {
    facts: &'f Facts,
    /// Every fact that counts.
    pub(super) all: Vec<One<'f>>,
    by_id: BTreeMap<&'f str, BTreeMap<&'f str, Vec<usize>>>,
    by_file: BTreeMap<String, Vec<usize>>,
    texts: BTreeMap<&'f str, Vec<String>>,
    /// The same texts, each as a whole.
    whole: Vec<(&'f str, &'f str)>,
    /// What was found already: every fact of a file asks the same.
    named: RefCell<HashMap<String, Vec<&'f str>>>,
    matched: RefCell<HashMap<ResourceId, Vec<ResourceId>>>,
}

/// What is known of a file's being there.
pub(super) enum File<'f> {
    /// It was shown.
    Shown(&'f Resource),
    /// It was not shown: it is not there, or it is as a package brought it.
    NotShown,
    /// It lies where nothing is looked at, or inside of what is looked at as a whole.
    Unseen(String),
}

/// Files that commands change and statements name as users, groups, and so on: not as files.
const MADE_BY_COMMANDS: &[&str] = &["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"];

/// Directories whose contents come and go by themselves.
const PASSING: &[&str] = &[
    "/tmp/",
    "/var/tmp/",
    "/run/",
    "/var/run/",
    "/proc/",
    "/sys/",
    "/dev/",
    "/var/cache/",
    "/var/log/",
    "/var/lib/",
    "/var/spool/",
    "/mnt/",
    "/media/",
    "/lost+found",
];

impl<'f> Host<'f> {
    pub(super) fn new(facts: &'f Facts) -> Self {
        let mut host = Self {
            facts,
            all: Vec::new(),
            by_id: BTreeMap::new(),
            by_file: BTreeMap::new(),
            texts: BTreeMap::new(),
            whole: Vec::new(),
            named: RefCell::default(),
            matched: RefCell::default(),
        };
        for (kind, name, resource) in facts.resources() {
            if let Some(text) =
                resource.facts.get("content").filter(|_| kind == "file").and_then(|f| f.value()?.as_text())
            {
                host.texts.insert(name, text.lines().map(str::to_owned).collect());
                host.whole.push((name, text));
            }
            for (property, fact) in &resource.facts {
                if !kinds::KnownKinds.pins(kind, property) || fact.value().is_none() || fact.moves {
                    continue;
                }
                let index = host.all.len();
                host.all.push(One { id: ResourceId::new(kind, name), property, fact });
                host.by_id.entry(kind).or_default().entry(name).or_default().push(index);
                if let Some(place) = fact.place.as_ref().filter(|p| !MADE_BY_COMMANDS.contains(&p.file.as_str())) {
                    host.by_file.entry(place.file.clone()).or_default().push(index);
                    // What is set in a file that is a link stands where the link leads.
                    if let Some(target) = leads_to(facts, &place.file) {
                        host.by_file.entry(target).or_default().push(index);
                    }
                }
            }
        }
        host
    }

    /// A resource that is there.
    pub(super) fn there(&self, id: &ResourceId) -> Option<&'f Resource> {
        self.facts.get(id).filter(|r| !r.absent && r.unknown.is_none())
    }

    /// A resource, also one that is shown as gone.
    pub(super) fn get(&self, id: &ResourceId) -> Option<&'f Resource> {
        self.facts.get(id)
    }

    /// Whether silence on a kind means that it is not there.
    pub(super) fn is_complete(&self, kind: &str) -> bool {
        self.facts.kinds.get(kind).is_some_and(|k| k.coverage == Coverage::Complete)
    }

    /// The names of a kind's resources that a pattern covers.
    pub(super) fn covered(&self, id: &ResourceId) -> Vec<ResourceId> {
        if !id.name.contains('*') {
            return self.there(id).map(|_| id.clone()).into_iter().collect();
        }
        if let Some(known) = self.matched.borrow().get(id) {
            return known.clone();
        }
        let found = self.matching(id);
        self.matched.borrow_mut().insert(id.clone(), found.clone());
        found
    }

    fn matching(&self, id: &ResourceId) -> Vec<ResourceId> {
        let Some(kind) = self.facts.kinds.get(&id.kind) else { return Vec::new() };
        let names = kind.resources.iter().filter(|(_, r)| !r.absent).map(|(n, _)| n);
        names.filter(|n| glob(&id.name, n)).map(|n| ResourceId::new(&id.kind, n)).collect()
    }

    /// The facts of a resource that count.
    pub(super) fn of(&self, id: &ResourceId) -> &[usize] {
        self.by_id.get(id.kind.as_str()).and_then(|k| k.get(id.name.as_str())).map_or(&[], Vec::as_slice)
    }

    /// The names of a kind's resources that have facts.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'f str> {
        self.by_id.get(kind).into_iter().flat_map(|names| names.keys().copied())
    }

    /// The facts that are set in a file.
    pub(super) fn set_in(&self, path: &str) -> &[usize] {
        self.by_file.get(path).map_or(&[], Vec::as_slice)
    }

    /// The facts that are set in files below a directory.
    pub(super) fn set_below(&self, dir: &str) -> Vec<usize> {
        let start = format!("{}/", dir.trim_end_matches('/'));
        let files = self.by_file.range(start.clone()..).take_while(|(f, _)| f.starts_with(&start));
        files.flat_map(|(_, all)| all.iter().copied()).collect()
    }

    /// The files that are shown below a directory.
    pub(super) fn files_below(&self, dir: &str) -> Vec<ResourceId> {
        let start = format!("{}/", dir.trim_end_matches('/'));
        let Some(files) = self.by_id.get("file") else { return Vec::new() };
        let files = files.range(start.as_str()..).take_while(|(f, _)| f.starts_with(&start));
        files.map(|(f, _)| ResourceId::new("file", *f)).collect()
    }

    /// The lines of a file that people wrote.
    pub(super) fn lines(&self, path: &str) -> Option<&[String]> {
        self.texts.get(path).map(Vec::as_slice)
    }

    /// What is known of a file's being there.
    pub(super) fn file(&self, path: &str) -> File<'f> {
        let id = ResourceId::new("file", path);
        if let Some(resource) = self.get(&id) {
            return File::Shown(resource);
        }
        if !self.is_complete("file") {
            return File::Unseen(format!("files were not looked at, {path} neither"));
        }
        if let Some(dir) = PASSING.iter().find(|d| path.starts_with(**d)) {
            return File::Unseen(format!("what is in {dir} is not compared file by file"));
        }
        let mut dir = path;
        while let Some((above, _)) = dir.rsplit_once('/') {
            let is_tree =
                self.there(&ResourceId::new("file", above)).is_some_and(|r| r.facts.contains_key("tree-digest"));
            if is_tree {
                return File::Unseen(format!("{above} is compared as a whole"));
            }
            dir = above;
        }
        File::NotShown
    }

    /// Whether what is at a path comes and goes by itself.
    pub(super) fn is_passing(path: &str) -> bool {
        PASSING.iter().any(|dir| path.starts_with(dir))
    }

    /// The files whose text names a path as a whole word.
    pub(super) fn naming(&self, path: &str) -> Vec<&'f str> {
        if let Some(known) = self.named.borrow().get(path) {
            return known.clone();
        }
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
        let names = |text: &str| {
            text.match_indices(path).any(|(at, _)| {
                let (before, after) = (text[..at].chars().next_back(), text[at + path.len()..].chars().next());
                !is_part(before) && !is_part(after)
            })
        };
        let naming = self.whole.iter().filter(|(file, text)| *file != path && names(text));
        let found: Vec<&'f str> = naming.map(|(file, _)| *file).collect();
        self.named.borrow_mut().insert(path.to_owned(), found.clone());
        found
    }

    /// A value in one line.
    pub(super) fn shown(value: Option<&Value>) -> String {
        value.map_or_else(|| "none".to_owned(), |v| crate::import::statement::one_line(&v.to_string()))
    }
}

/// Where a link leads; `None` where a path is none.
fn leads_to(facts: &Facts, path: &str) -> Option<String> {
    let link = facts.value("file", path, "linked-to")?.as_text()?;
    let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    let base = if link.starts_with('/') { "" } else { dir };
    crate::import::files::normal(base, link).filter(|target| target.starts_with('/'))
}

impl One<'_> {
    /// Whether people brought it.
    pub(super) fn is_local(&self) -> bool {
        self.fact.standing == Standing::Local
    }

    /// The line of the file it is set at.
    pub(super) fn line(&self) -> Option<usize> {
        let line = self.fact.place.as_ref()?.line;
        (line > 0).then_some(line as usize)
    }
}
