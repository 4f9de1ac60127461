//! The walk over the whole system: what is as shipped is passed over, the rest is shown.

use super::look::{Look, MOST_DIGESTED, Standings};
use super::names::Names;
use super::{mode, tree};
use crate::far_mounts;
use crate::out::{Out, Shown};
use crate::read;
use crate::shipped::class::{self, Treatment};
use crate::shipped::{MAKES, Shipped, path_of};
use crate::sys::{Algorithm, FileType, Foreseen, Stat, Sys};
use model::answer::{Answer, Why, WhyCode};
use model::fact::Fact;
use model::plan::{Ask, Wanted};
use model::standing::Standing;
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many files are digested by two threads and not by one.
const WORTH_A_THREAD: usize = 8;

/// Directories of nobody's with more entries than this are one tree.
const FEW: usize = 40;

/// How deep the walk goes.
const DEEPEST: usize = 400;

/// The most resources that a sweep shows.
const MOST_SHOWN: usize = 200_000;

/// What is wanted of a path, by its name and by the patterns that cover it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wish<'a> {
    /// All that capture would write down.
    whole: bool,
    /// These properties.
    properties: BTreeSet<&'a str>,
}

impl<'a> Wish<'a> {
    /// One more wish for the same path.
    pub(crate) fn add(&mut self, wanted: &'a Wanted) {
        self.whole |= wanted.properties.is_empty();
        self.properties.extend(wanted.properties.iter().map(String::as_str));
    }
}

/// A walk.
pub(crate) struct Sweep<'a, 'o> {
    pub(crate) sys: &'a dyn Sys,
    pub(crate) ask: &'a Ask,
    pub(crate) shipped: &'a Shipped,
    pub(crate) names: &'a Names,
    pub(crate) out: &'a mut Out<'o>,
    /// What is wanted of which names.
    pub(crate) wishes: BTreeMap<String, Wish<'a>>,
    /// What was shown, so that a name asked for is not shown twice.
    pub(crate) done: BTreeSet<PathBuf>,
    /// What could not be looked at.
    pub(crate) blind: Option<Why>,
    /// Shipped files whose contents may have changed: they are digested side by side at the end.
    candidates: Vec<(PathBuf, Stat)>,
}

impl<'a, 'o> Sweep<'a, 'o> {
    pub(crate) fn new(
        sys: &'a dyn Sys,
        ask: &'a Ask,
        shipped: &'a Shipped,
        names: &'a Names,
        out: &'a mut Out<'o>,
    ) -> Self {
        Self {
            sys,
            ask,
            shipped,
            names,
            out,
            wishes: BTreeMap::new(),
            done: BTreeSet::new(),
            blind: None,
            candidates: Vec::new(),
        }
    }

    /// Walks the root's own file system.
    pub(crate) fn run(&mut self) {
        let root = Path::new("/");
        let device = match self.sys.stat(root) {
            Ok(Some(stat)) => stat.device,
            Ok(None) => return,
            Err(why) => return self.not_seen(why),
        };
        self.sys.foresee(&Foreseen::Walk(root));
        // They are other file systems, and even to ask what one is may never end.
        let far = far_mounts::points(self.sys);
        let mut todo = vec![(root.to_owned(), 0_usize)];
        while let Some((dir, depth)) = todo.pop() {
            let names = match self.sys.list(&dir) {
                Ok(names) => names.unwrap_or_default(),
                Err(why) => {
                    self.unknown(&dir, &why);
                    continue;
                }
            };
            for name in names {
                let path = dir.join(name);
                if far.contains(&path) {
                    continue;
                }
                match self.sys.stat(&path) {
                    Ok(Some(stat)) if stat.device == device || stat.kind != FileType::Directory => {
                        if self.visit(&path, &stat) && depth < DEEPEST {
                            todo.push((path, depth + 1));
                        }
                    }
                    Ok(_) => {}
                    Err(why) => self.unknown(&path, &why),
                }
                if self.done.len() > MOST_SHOWN {
                    let detail = format!("more than {MOST_SHOWN} files are not as shipped");
                    return self.not_seen(Why::new(WhyCode::TooLarge, detail));
                }
            }
        }
        self.digest_candidates();
        self.shipped_and_gone();
    }

    /// One path that could not be looked at: nothing is said of it and what is below it, the rest is known.
    pub(super) fn unknown(&mut self, path: &Path, why: &Why) {
        self.out.unknown(&text::from_bytes(path.as_os_str().as_encoded_bytes()), why);
        self.done.insert(path.to_owned());
    }

    fn not_seen(&mut self, why: Why) {
        self.blind.get_or_insert(why);
    }

    /// Shows a path if there is something to say, and says whether to go on below it.
    pub(super) fn visit(&mut self, path: &Path, stat: &Stat) -> bool {
        if self.shipped.get(path).is_some() {
            return self.visit_shipped(path, stat);
        }
        let class = class::of(path);
        match class.map(|c| c.treatment) {
            Some(Treatment::Skip) => false,
            Some(Treatment::Metadata) => {
                let shown = self.look(path, stat).metadata(Standing::Shipped);
                self.show(path, stat, shown);
                stat.kind == FileType::Directory
            }
            Some(Treatment::Tops) => {
                if stat.kind == FileType::Directory && path.parent().is_some_and(|p| self.is_top(p)) {
                    let made = mode::is_scripted(self.shipped, path);
                    let standing = if made { Standing::Shipped } else { self.unowned_metadata(path, stat) };
                    let shown = self.look(path, stat).metadata(standing);
                    self.show(path, stat, shown);
                }
                false
            }
            Some(Treatment::Peoples) => {
                let contents = Standing::Local;
                let metadata = if stat.kind == FileType::Directory { Standing::Shipped } else { Standing::Local };
                self.show_whole(path, stat, Standings { metadata, contents });
                stat.kind == FileType::Directory
            }
            Some(Treatment::Links) if stat.kind != FileType::Link => self.visit_unowned(path, stat),
            Some(Treatment::Written) if !self.shipped.is_named(path) => self.visit_unowned(path, stat),
            Some(Treatment::Baseline | Treatment::Written | Treatment::Links) => {
                let contents = self.against_pristine(path, stat);
                self.show_whole(path, stat, Standings { metadata: Standing::Shipped, contents });
                stat.kind == FileType::Directory
            }
            None => self.visit_unowned(path, stat),
        }
    }

    /// Whether a directory is the top of its class, and not within it.
    fn is_top(&self, dir: &Path) -> bool {
        class::of(dir).is_some_and(|c| c.pattern.strip_suffix('/').is_some_and(|top| dir == Path::new(top)))
    }

    /// Who wrote what a package once copied: people, if it is not its copy any more.
    fn against_pristine(&self, path: &Path, stat: &Stat) -> Standing {
        if path == Path::new(class::MAIL_NAME) {
            return self.against_the_hosts_name();
        }
        let copy = class::PRISTINE.iter().find(|(made, _)| path == Path::new(made)).map(|(_, copy)| Path::new(*copy));
        let Some(copy) = copy.filter(|_| stat.kind == FileType::File) else { return Standing::Shipped };
        match (self.sys.digest(copy, Algorithm::Md5), self.sys.digest(path, Algorithm::Md5)) {
            (Ok(Some(brought)), Ok(Some(seen))) if brought != seen => Standing::Local,
            _ => Standing::Shipped,
        }
    }

    /// Who wrote a name: people, if it is not the machine's own.
    fn against_the_hosts_name(&self) -> Standing {
        let read = |path: &str| read::file(self.sys, path).ok().flatten().map(|text| text.trim().to_owned());
        let own = read("/proc/sys/kernel/hostname").or_else(|| read("/etc/hostname"));
        match (read(class::MAIL_NAME), own) {
            (Some(named), Some(own)) if named != own && !named.starts_with(&format!("{own}.")) => Standing::Local,
            _ => Standing::Shipped,
        }
    }

    fn visit_shipped(&mut self, path: &Path, stat: &Stat) -> bool {
        let is_dir = stat.kind == FileType::Directory;
        if self.may_have_changed(path, stat) {
            self.candidates.push((path.to_owned(), stat.clone()));
        } else if self.is_odd(path, stat) {
            self.show_odd(path, stat);
        }
        // What the kernel shows is not walked, wherever it is mounted; of caches and logs what packages brought is.
        is_dir && !["/proc", "/sys", "/dev", "/run"].iter().any(|top| path == Path::new(top))
    }

    /// Whether a shipped file's contents must be digested to know that they are as shipped: what was changed after its
    /// package was installed has a later change time, which nobody can set (inode(7)).
    fn may_have_changed(&self, path: &Path, stat: &Stat) -> bool {
        let Some(owned) = self.shipped.get(path) else { return false };
        if stat.kind != FileType::File || owned.digest.is_none() {
            return false;
        }
        let installed = self.shipped.package(path).map_or(0, |p| p.installed);
        owned.is_conffile || stat.ctime == 0 || stat.ctime > installed
    }

    fn is_odd(&self, path: &Path, stat: &Stat) -> bool {
        let is_given = match self.shipped.given(path) {
            Some(given) => stat.kind == FileType::Link || given == self.given(stat),
            None => mode::is_usual(path, stat),
        };
        let may_have = matches!(stat.kind, FileType::File | FileType::Directory);
        !is_given || self.shipped.is_redirected(path) || (may_have && self.look(path, stat).has_attributes())
    }

    fn given(&self, stat: &Stat) -> (u32, &str, &str) {
        (stat.mode, self.names.user_name(stat.uid), self.names.group_name(stat.gid))
    }

    /// Who gave a shipped path its mode and owner.
    fn shipped_metadata(&self, path: &Path, stat: &Stat) -> Standing {
        match self.shipped.given(path) {
            Some(given) if given == self.given(stat) => Standing::Shipped,
            _ => mode::standing(self.shipped, path, stat),
        }
    }

    fn show_odd(&mut self, path: &Path, stat: &Stat) {
        let standing = self.shipped_metadata(path, stat);
        let mut shown = self.look(path, stat).metadata(standing);
        // Shipped programs carry capabilities too; whether this one was shipped with them is not recorded.
        let is_recorded = self.shipped.given(path).is_some();
        if is_recorded || self.shipped.package(path).is_some_and(|p| p.scripts.contains("setcap")) {
            shown = shown.as_shipped("capabilities");
        }
        self.show(path, stat, shown);
    }

    pub(super) fn visit_unowned(&mut self, path: &Path, stat: &Stat) -> bool {
        match stat.kind {
            FileType::Link => {
                // Where a link cannot be followed (a loop, say) nothing says that a package made it.
                let standing = match self.shipped.is_link_to_shipped(self.sys, path) {
                    Ok(true) => Standing::Shipped,
                    Ok(false) | Err(_) => Standing::Local,
                };
                self.show_whole(path, stat, Standings { metadata: standing, contents: standing });
                false
            }
            FileType::Directory => self.visit_directory(path, stat),
            FileType::File | FileType::Socket | FileType::Pipe | FileType::CharDevice | FileType::BlockDevice => {
                self.visit_file(path, stat);
                false
            }
        }
    }

    pub(super) fn visit_file(&mut self, path: &Path, stat: &Stat) {
        let in_state = path.starts_with("/var/lib") || path.starts_with("/var/spool");
        if in_state || matches!(stat.kind, FileType::Socket | FileType::Pipe) {
            return;
        }
        let metadata = self.unowned_metadata(path, stat);
        if tree::is_data(path, stat) {
            let shown = self.look(path, stat).metadata(metadata);
            return self.show(path, stat, shown);
        }
        let is_made = self.shipped.is_scripted(path, MAKES) || self.is_from_skeleton(path, stat);
        let contents = if is_made { Standing::Shipped } else { Standing::Local };
        let metadata = if is_made { Standing::Shipped } else { metadata };
        self.show_whole(path, stat, Standings { metadata, contents });
    }

    /// Mode and owner of what people made are theirs where they are not the usual ones: root's, or in a home those of
    /// whose home it is.
    pub(super) fn unowned_metadata(&self, path: &Path, stat: &Stat) -> Standing {
        let home = path.ancestors().find(|a| a.parent() == Some(Path::new("/home")));
        let is_owners = home.is_some_and(|home| {
            matches!(self.sys.stat(home), Ok(Some(h)) if h.uid == stat.uid)
                && matches!(stat.mode, 0o755 | 0o700 | 0o750 | 0o644 | 0o640 | 0o600 | 0o775 | 0o664)
        });
        // Services make the directories of their own state; base-files gave /usr/local to the group staff (50).
        let is_dir = stat.kind == FileType::Directory;
        let is_state = is_dir && path.starts_with("/var/lib") && stat.uid < 1000 && stat.mode & 0o022 == 0;
        let is_staffs = is_dir && path.starts_with("/usr/local") && (stat.mode, stat.gid) == (0o2775, 50);
        if is_owners || is_state || is_staffs || mode::is_usual(path, stat) {
            Standing::Shipped
        } else {
            Standing::Local
        }
    }

    /// What useradd(8) copied into a home from /etc/skel, and nobody changed since.
    fn is_from_skeleton(&self, path: &Path, stat: &Stat) -> bool {
        let Some(name) = path.file_name().filter(|_| path.starts_with("/home")) else { return false };
        let skeleton = Path::new("/etc/skel").join(name);
        let same_size =
            matches!(self.sys.stat(&skeleton), Ok(Some(s)) if s.size == stat.size && s.kind == FileType::File);
        same_size && self.sys.digest(&skeleton, Algorithm::Sha256) == self.sys.digest(path, Algorithm::Sha256)
    }

    /// A directory that no package brought: its parts one by one where they are few, one tree where they are many.
    fn visit_directory(&mut self, path: &Path, stat: &Stat) -> bool {
        let metadata = self.unowned_metadata(path, stat);
        let is_state = path.starts_with("/var/lib") || path.starts_with("/var/spool");
        let name = text::from_bytes(path.as_os_str().as_encoded_bytes());
        if tree::is_data(path, stat) || is_state {
            let shown = self.look(path, stat).metadata(metadata);
            self.show(path, stat, shown);
            return false;
        }
        if self.is_deployed(path) {
            self.visit_releases(path, stat, metadata);
            return false;
        }
        let whole = Standings { metadata, contents: Standing::Local };
        if self.is_there(path, ".git") {
            let revision = tree::git_revision(self.sys, &name);
            self.show_tree(path, stat, whole, revision);
            self.visit_checkout(&path.join(".git"));
            return false;
        }
        match tree::entries(self.sys, path, FEW) {
            Ok(count) if count > FEW && !self.is_a_place(path) => {
                let revision = tree::release_revision(self.sys, &name);
                self.show_tree(path, stat, whole, revision);
                false
            }
            Ok(_) => {
                let shown = self.look(path, stat).metadata(metadata);
                self.show(path, stat, shown);
                true
            }
            Err(why) => {
                // A part of it cannot be read: the walk below says which.
                let shown = self.look(path, stat).metadata(metadata);
                self.show(path, stat, shown);
                why.code != WhyCode::TooLarge
            }
        }
    }

    /// Directories that are made of many things of different people.
    fn is_a_place(&self, path: &Path) -> bool {
        let places =
            ["/home", "/opt", "/srv", "/root", "/var/www", "/usr/local", "/etc", "/var", "/usr", "/mnt", "/media"];
        let below = ["/home", "/usr/local", "/etc"];
        places.iter().any(|p| path == Path::new(p))
            || path.parent().is_some_and(|p| below.iter().any(|b| p == Path::new(b)))
    }

    pub(super) fn is_there(&self, dir: &Path, name: &str) -> bool {
        matches!(self.sys.stat(&dir.join(name)), Ok(Some(_)))
    }

    /// A whole tree; its digest and revision have a standing of their own.
    pub(super) fn show_tree(&mut self, path: &Path, stat: &Stat, standings: Standings, revision: Answer<String>) {
        let tree = tree::digest(self.sys, path);
        let mut shown = self.look(path, stat).metadata(standings.metadata);
        shown = match tree.digest {
            Ok(digest) => shown
                .stands("tree-digest", digest, standings.contents)
                .is("tree-files", i64::try_from(tree.files).unwrap_or(i64::MAX)),
            Err(why) => shown.fact("tree-digest", Fact::unknown(why.clone())).fact("tree-files", Fact::unknown(why)),
        };
        shown = match revision {
            Ok(None) => shown,
            Ok(Some(revision)) => shown.stands("revision", revision, standings.contents),
            Err(why) => shown.fact("revision", Fact::unknown(why)),
        };
        self.show(path, stat, shown);
    }

    /// Digests the shipped files that may have changed, two at a time, and shows those that did.
    fn digest_candidates(&mut self) {
        let candidates = std::mem::take(&mut self.candidates);
        self.foresee_digests(&candidates);
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<(usize, Result<bool, Why>)>> = Mutex::default();
        let (sys, shipped) = (self.sys, self.shipped);
        let work = || {
            while let Some((at, (path, stat))) = taken(&candidates, &next) {
                let changed = is_changed(sys, shipped, path, stat);
                if changed != Ok(false) {
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((at, changed));
                }
            }
        };
        if candidates.len() < WORTH_A_THREAD {
            work();
        } else {
            std::thread::scope(|scope| {
                scope.spawn(work);
                work();
            });
        }
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(at, _)| *at);
        let mut changed: BTreeSet<usize> = BTreeSet::new();
        for (at, result) in results {
            let Some((path, stat)) = candidates.get(at) else { continue };
            changed.insert(at);
            match result {
                Ok(_) => {
                    let metadata =
                        if self.is_odd(path, stat) { self.shipped_metadata(path, stat) } else { Standing::Shipped };
                    self.show_whole(path, stat, Standings { metadata, contents: Standing::Local });
                }
                Err(why) => {
                    self.out.unknown(&text::from_bytes(path.as_os_str().as_encoded_bytes()), &why);
                    self.done.insert(path.clone());
                }
            }
        }
        for (at, (path, stat)) in candidates.iter().enumerate() {
            if !changed.contains(&at) && self.is_odd(path, stat) {
                self.show_odd(path, stat);
            }
        }
    }

    fn foresee_digests(&self, candidates: &[(PathBuf, Stat)]) {
        for algorithm in [Algorithm::Md5, Algorithm::Sha256, Algorithm::Sha512] {
            let paths = candidates.iter().map(|(path, _)| path);
            let of_it = paths
                .filter(|p| self.shipped.get(p).and_then(|o| o.digest).is_some_and(|d| d.algorithm() == algorithm));
            let of_it: Vec<PathBuf> = of_it.cloned().collect();
            if !of_it.is_empty() {
                self.sys.foresee(&Foreseen::Digests(&of_it, algorithm));
            }
        }
    }

    /// What was shipped and is not there.
    fn shipped_and_gone(&mut self) {
        let shipped = self.shipped;
        let mut gone: Vec<PathBuf> = Vec::new();
        for path in shipped.expected().chain(shipped.diverted_by_people()) {
            let path = path_of(&text::from_bytes(path));
            if class::of(&path).is_some_and(|c| c.treatment == Treatment::Skip) || is_left_out(&path) {
                continue;
            }
            match self.sys.stat(&path) {
                Ok(None) => gone.push(path),
                Ok(Some(_)) => {}
                Err(why) => self.not_seen(why),
            }
        }
        gone.sort();
        // Of a whole directory that is gone the top says it.
        let mut top: Option<PathBuf> = None;
        for path in gone {
            if top.as_ref().is_some_and(|top| path.starts_with(top)) {
                continue;
            }
            self.out.absent(&text::from_bytes(path.as_os_str().as_encoded_bytes()));
            self.done.insert(path.clone());
            top = Some(path);
        }
    }

    pub(super) fn look<'l>(&'l self, path: &'l Path, stat: &'l Stat) -> Look<'l> {
        Look { sys: self.sys, names: self.names, path, stat }
    }

    pub(super) fn show_whole(&mut self, path: &Path, stat: &Stat, standings: Standings) {
        let shown = self.look(path, stat).whole(standings, self.out, self.ask.contents);
        self.show(path, stat, shown);
    }

    pub(super) fn show(&mut self, path: &Path, stat: &Stat, shown: Shown) {
        let name = text::from_bytes(path.as_os_str().as_encoded_bytes());
        let shown = self.recorded(path, shown);
        let shown = match self.wishes.get(&name) {
            Some(wish) => {
                let missing = wish.properties.iter().filter(|p| !shown.has(p)).copied().collect();
                self.look(path, stat).asked(shown, &missing, self.out, self.ask.contents)
            }
            None => shown,
        };
        self.out.show(&name, shown);
        self.done.insert(path.to_owned());
    }

    /// What people had dpkg record of a path.
    fn recorded(&self, path: &Path, mut shown: Shown) -> Shown {
        if let Some(from) = self.shipped.diverted_from(path) {
            shown = shown.local("diverted-from", from);
        }
        if let Some(kept) = self.shipped.kept(path) {
            let standing = if mode::is_scripted(self.shipped, path) { Standing::Shipped } else { Standing::Local };
            shown = shown.stands("statoverride", kept.to_string(), standing);
        }
        shown
    }

    /// Shows every path that was asked for.
    pub(crate) fn named(&mut self) {
        let wishes: Vec<(String, bool)> = self.wishes.iter().map(|(name, wish)| (name.clone(), wish.whole)).collect();
        for (name, whole) in wishes {
            self.one(&name, whole);
        }
    }

    /// Shows one path that was asked for: what is wanted of it and no more, or the whole of it as the walk would show it.
    fn one(&mut self, name: &str, whole: bool) {
        let path = path_of(name);
        if self.done.contains(&path) {
            return;
        }
        match self.sys.stat(&path) {
            Ok(Some(stat)) => {
                // Of a kind that is claimed to be known wholly, all is shown that nobody may claim.
                if whole || self.ask.sweep {
                    self.one_that_is_there(&path, &stat);
                    self.digest_candidates();
                }
                if !self.done.contains(&path) {
                    self.show(&path, &stat, Shown::new());
                }
            }
            Ok(None) => self.out.absent(name),
            Err(why) => self.out.unknown(name, &why),
        }
    }

    /// Shows that a pattern covers nothing.
    pub(crate) fn covers_nothing(&mut self, pattern: &str) {
        self.out.absent(pattern);
    }

    fn one_that_is_there(&mut self, path: &Path, stat: &Stat) {
        if self.one_of_releases(path, stat) || self.one_of_checkout(path, stat) {
            return;
        }
        self.visit(path, stat);
    }

    /// The names that a pattern covers, found by listing directories part by part.
    pub(crate) fn matching(&mut self, pattern: &str) -> Vec<String> {
        let mut found = vec![PathBuf::from("/")];
        for part in pattern.split('/').filter(|p| !p.is_empty()) {
            let mut next = Vec::new();
            for dir in found {
                if !model::id::is_pattern(part) {
                    next.push(dir.join(path_of(&model::id::unescaped(part))));
                    continue;
                }
                match self.sys.list(&dir) {
                    Ok(names) => next.extend(names.unwrap_or_default().iter().filter_map(|n| {
                        let name = text::from_bytes(n.as_encoded_bytes());
                        model::id::glob(part, &name).then(|| dir.join(n))
                    })),
                    Err(why) => self.not_seen(why),
                }
            }
            found = next;
        }
        // What cannot be looked at is not taken for what is not there.
        found.retain(|path| !matches!(self.sys.stat(path), Ok(None)));
        found.iter().map(|p| text::from_bytes(p.as_os_str().as_encoded_bytes())).collect()
    }
}

/// The next candidate that nobody took.
fn taken<'c>(candidates: &'c [(PathBuf, Stat)], next: &AtomicUsize) -> Option<(usize, &'c (PathBuf, Stat))> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    candidates.get(at).map(|candidate| (at, candidate))
}

fn is_changed(sys: &dyn Sys, shipped: &Shipped, path: &Path, stat: &Stat) -> Result<bool, Why> {
    if stat.size > MOST_DIGESTED {
        // No package ships a file of this size.
        return Ok(true);
    }
    Ok(shipped.is_as_brought(sys, path)? == Some(false))
}

/// What minimal images leave out by dpkg's path-exclude.
fn is_left_out(path: &Path) -> bool {
    [
        "/usr/share/doc",
        "/usr/share/man",
        "/usr/share/locale",
        "/usr/share/info",
        "/usr/share/groff",
        "/usr/share/linda",
        "/usr/share/lintian",
    ]
    .iter()
    .any(|top| path.starts_with(top))
}
