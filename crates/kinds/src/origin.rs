//! Who brought a configuration file, and each of its lines: the package's own copy of it is found where it is kept.

use crate::read;
use crate::shipped::{Shipped, path_of};
use crate::sys::Sys;
use model::standing::Standing;
use model::text;
use std::collections::BTreeSet;
use std::path::Path;

/// Who brought a configuration file.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Who brought the file as it is now.
    pub standing: Standing,
    /// The file as its package brought it, where that is known: the file itself if nobody changed it.
    pub pristine: Option<String>,
    lines: BTreeSet<String>,
}

impl Origin {
    /// Looks at a file. Its package's copy is looked for where ucf keeps it, beside it (`.dpkg-dist`), and in `copies`.
    pub fn of(sys: &dyn Sys, path: &str, now: &str, copies: &[String]) -> Self {
        let real = real(sys, path);
        if standing(sys, &real) == Standing::Shipped {
            return Self { standing: Standing::Shipped, pristine: Some(now.to_owned()), lines: BTreeSet::new() };
        }
        let ucf = format!("/var/lib/ucf/cache/{}", real.replace('/', ":"));
        let beside = ["dpkg-dist", "dpkg-new", "ucf-dist", "ucf-new", "rpmnew"].map(|end| format!("{real}.{end}"));
        let places = std::iter::once(ucf).chain(beside).chain(copies.iter().cloned());
        // A copy that cannot be read only makes the verdict coarser.
        let pristine = places.into_iter().find_map(|p| read::file(sys, &p).ok().flatten());
        let lines = pristine.iter().flat_map(|t| t.lines()).map(spaced).collect();
        Self { standing: Standing::Local, pristine, lines }
    }

    /// The same, knowing lines that its package brings although it keeps no copy of them.
    #[must_use]
    pub fn knowing(mut self, lines: &str) -> Self {
        self.lines.extend(lines.lines().map(spaced));
        self
    }

    /// Who brought a line of the file.
    pub fn line(&self, line: &str) -> Standing {
        let brought = self.standing == Standing::Shipped || self.lines.contains(&spaced(line));
        if brought { Standing::Shipped } else { Standing::Local }
    }
}

/// A line with single blanks.
fn spaced(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn real(sys: &dyn Sys, path: &str) -> String {
    let real = sys.real(Path::new(path)).ok().flatten();
    real.map_or_else(|| path.to_owned(), |p| text::from_bytes(p.as_os_str().as_encoded_bytes()))
}

/// Who brought a file, by its contents. What cannot be decided counts as people's doing, so that no act of theirs is lost.
fn standing(sys: &dyn Sys, path: &str) -> Standing {
    let path = path_of(path);
    let brought = match &*Shipped::of(sys) {
        Ok(shipped) => {
            shipped.get(&path).is_some() && !matches!(shipped.is_as_brought(sys, &path), Ok(Some(false)) | Err(_))
        }
        Err(_) => false,
    };
    if brought { Standing::Shipped } else { Standing::Local }
}
