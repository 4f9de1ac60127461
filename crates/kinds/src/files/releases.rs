//! Capistrano's layout: the link `current` leads to one of `releases`, and all of them share what is in `shared`.

use super::look::Standings;
use super::sweep::Sweep;
use super::tree;
use crate::sys::{FileType, Stat};
use model::standing::Standing;
use model::text;
use std::path::Path;

/// How deep what is shared is looked at.
const DEEPEST: usize = 40;

/// Made by who deploys, and following from that: it is pinned, and not told as people's doing.
const MADE: Standings = Standings { metadata: Standing::Shipped, contents: Standing::Shipped };

impl Sweep<'_, '_> {
    /// Whether a directory is laid out so.
    pub(super) fn is_deployed(&self, dir: &Path) -> bool {
        self.is_there(dir, "releases") && self.is_there(dir, "current")
    }

    /// The link, each release as a tree, what they share one by one, and what else somebody put there.
    pub(super) fn visit_releases(&mut self, path: &Path, stat: &Stat, metadata: Standing) {
        let shown = self.look(path, stat).metadata(metadata);
        self.show(path, stat, shown);
        self.each_below(path, 0, Self::part_of_releases);
    }

    /// Shows a path that was asked for, if it is part of such a layout.
    pub(super) fn one_of_releases(&mut self, path: &Path, stat: &Stat) -> bool {
        let is_deployed = |sweep: &Self, dir: Option<&Path>| dir.is_some_and(|dir| sweep.is_deployed(dir));
        let parent = path.parent();
        if is_deployed(self, parent) {
            self.part_itself(path, stat);
            return true;
        }
        if parent.is_some_and(|p| p.ends_with("releases")) && is_deployed(self, parent.and_then(Path::parent)) {
            self.release(path, stat);
            return true;
        }
        let shared = path.ancestors().skip(1).find(|a| a.ends_with("shared") && is_deployed(self, a.parent()));
        if shared.is_some() {
            self.shared_itself(path, stat);
        } else if is_deployed(self, Some(path)) {
            let shown = self.look(path, stat).metadata(self.unowned_metadata(path, stat));
            self.show(path, stat, shown);
        }
        shared.is_some() || is_deployed(self, Some(path))
    }

    fn part_of_releases(&mut self, path: &Path, stat: &Stat, depth: usize) {
        let is_dir = stat.kind == FileType::Directory;
        if is_dir && path.ends_with("releases") {
            self.part_itself(path, stat);
            self.each_below(path, depth, |sweep, path, stat, _| sweep.release(path, stat));
        } else if is_dir && path.ends_with("shared") {
            self.shared(path, stat, depth);
        } else if is_dir && path.ends_with("repo") {
            self.part_itself(path, stat);
            self.visit_checkout(path);
        } else if path.ends_with("current") {
            self.part_itself(path, stat);
        } else {
            self.walk(path, stat, depth);
        }
    }

    /// A part without what is below it.
    fn part_itself(&mut self, path: &Path, stat: &Stat) {
        let is_dir = stat.kind == FileType::Directory;
        if is_dir && (path.ends_with("releases") || path.ends_with("repo")) {
            let shown = self.look(path, stat).metadata(MADE.metadata);
            self.show(path, stat, shown);
        } else if is_dir && path.ends_with("shared") {
            self.shared_itself(path, stat);
        } else if path.ends_with("current") && stat.kind == FileType::Link {
            self.show_whole(path, stat, Standings { metadata: Standing::Local, contents: Standing::Local });
        } else {
            self.visit_unowned(path, stat);
        }
    }

    /// What people put beside the parts, and what is below it.
    fn walk(&mut self, path: &Path, stat: &Stat, depth: usize) {
        if self.visit(path, stat) && depth < DEEPEST {
            self.each_below(path, depth, Self::walk);
        }
    }

    /// A release: the one that is current is what runs, older ones are what can be gone back to.
    fn release(&mut self, path: &Path, stat: &Stat) {
        if stat.kind != FileType::Directory {
            self.visit_unowned(path, stat);
            return;
        }
        let current = path.parent().and_then(Path::parent).map(|dir| dir.join("current"));
        let real = current.and_then(|current| self.sys.real(&current).ok().flatten());
        let contents = if real.as_deref() == Some(path) { Standing::Local } else { MADE.contents };
        let revision = tree::release_revision(self.sys, &text::from_bytes(path.as_os_str().as_encoded_bytes()));
        self.show_tree(path, stat, Standings { metadata: MADE.metadata, contents }, revision);
    }

    fn shared(&mut self, path: &Path, stat: &Stat, depth: usize) {
        self.shared_itself(path, stat);
        if stat.kind == FileType::Directory && !tree::is_data(path, stat) && depth < DEEPEST {
            self.each_below(path, depth, Self::shared);
        }
    }

    fn shared_itself(&mut self, path: &Path, stat: &Stat) {
        match stat.kind {
            FileType::Directory => {
                let shown = self.look(path, stat).metadata(self.unowned_metadata(path, stat));
                self.show(path, stat, shown);
            }
            FileType::Link => {
                self.visit_unowned(path, stat);
            }
            FileType::File | FileType::Socket | FileType::Pipe | FileType::CharDevice | FileType::BlockDevice => {
                self.visit_file(path, stat);
            }
        }
    }

    fn each_below(&mut self, dir: &Path, depth: usize, mut visit: impl FnMut(&mut Self, &Path, &Stat, usize)) {
        let names = match self.sys.list(dir) {
            Ok(names) => names.unwrap_or_default(),
            Err(why) => return self.unknown(dir, &why),
        };
        for name in names {
            let path = dir.join(name);
            match self.sys.stat(&path) {
                Ok(Some(stat)) => visit(self, &path, &stat, depth + 1),
                Ok(None) => {}
                Err(why) => self.unknown(&path, &why),
            }
        }
    }
}
