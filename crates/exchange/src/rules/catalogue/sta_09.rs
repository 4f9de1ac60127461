//! STA-09: large files and trees.
//!
//! What it does not see: the size of a directory: the kind file shows that of single large files and the number of files of a tree.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-09",
    severity: Severity::Medium,
    summary: "files too large for an image",
    verdict: Fate::Replace,
    mechanism: "a PersistentVolumeClaim or an object store; images beyond 15 GB are pulled slowly",
    person: "Say who reads them, and bring them there before the move.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/persistent-volumes/"),
    unseen: Some(
        "the size of a directory: the kind file shows that of single large files and the number of files of a tree",
    ),
    apply,
};

/// From how many bytes a single file is too much for an image.
const LARGE: i64 = 1 << 30;

/// From how many files a tree is.
const MANY: i64 = 100_000;

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("file").filter(|one| one.is_site()) {
        let number = |property: &str| one.value(property).and_then(|v| v.as_int()).unwrap_or_default();
        if number("size") >= LARGE {
            out.propose(one, format!("{} has {} bytes", one.name(), number("size")));
        } else if number("tree-files") >= MANY {
            out.propose(one, format!("{} has {} files", one.name(), number("tree-files")));
        }
    }
}
