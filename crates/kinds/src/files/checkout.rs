//! What a git checkout has beside its tree: where it comes from and what git runs in it, from its own files.

use super::look::Standings;
use super::sweep::Sweep;
use crate::sys::{FileType, Stat};
use model::standing::Standing;
use std::path::{Path, PathBuf};

/// People's: `git clone` wrote the configuration as they asked, and nothing else writes hooks.
const PEOPLES: Standings = Standings { metadata: Standing::Shipped, contents: Standing::Local };

impl Sweep<'_, '_> {
    /// The configuration and the hooks of a repository (gitrepository-layout(5)), named by its directory.
    pub(super) fn visit_checkout(&mut self, dir: &Path) {
        let mut paths = vec![dir.join("config")];
        let hooks = dir.join("hooks");
        match self.sys.list(&hooks) {
            Ok(names) => paths.extend(names.unwrap_or_default().into_iter().map(|name| hooks.join(name))),
            Err(why) => self.unknown(&hooks, &why),
        }
        for path in paths {
            match self.sys.stat(&path) {
                Ok(Some(stat)) => {
                    self.one_of_checkout(&path, &stat);
                }
                Ok(None) => {}
                Err(why) => self.unknown(&path, &why),
            }
        }
    }

    /// Shows a path, if it is one of those.
    pub(super) fn one_of_checkout(&mut self, path: &Path, stat: &Stat) -> bool {
        let is_shown = matches!(stat.kind, FileType::File | FileType::Link) && is_peoples(path);
        if is_shown {
            self.show_whole(path, stat, PEOPLES);
        }
        is_shown
    }
}

/// `config` or a hook that is no sample, of a directory that git keeps.
fn is_peoples(path: &Path) -> bool {
    let is_kept = |dir: Option<PathBuf>| dir.is_some_and(|d| d.ends_with(".git") || d.ends_with("repo"));
    let parent = path.parent();
    if parent.is_some_and(|p| p.ends_with("hooks")) {
        return !path.as_os_str().as_encoded_bytes().ends_with(b".sample")
            && is_kept(parent.and_then(Path::parent).map(Path::to_owned));
    }
    path.ends_with("config") && is_kept(parent.map(Path::to_owned))
}
