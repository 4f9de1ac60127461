//! STA-08: volumes of more than a plain file system.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-08",
    severity: Severity::High,
    summary: "a file system lies on volumes, in a file or in another directory",
    verdict: Fate::Node,
    mechanism: "a PersistentVolumeClaim of a storage class that gives the same; a bind mount is a volumeMount",
    person: "Say what must be kept of it: encryption, snapshots, the file system itself.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/persistent-volumes/"),
    unseen: None,
    apply,
};

/// File systems that a claim does not give.
const ODD: &[&str] =
    &["zfs", "btrfs", "ecryptfs", "fuse.encfs", "aufs", "squashfs", "reiserfs", "jfs", "fuse.mergerfs"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in ["mount", "fstab"].into_iter().flat_map(|kind| host.of(kind)).filter(|one| one.is_site()) {
        let (source, kind) = (one.text("source").unwrap_or_default(), one.text("filesystem").unwrap_or_default());
        let is_bind = one.texts("opts").iter().any(|o| matches!(o.as_str(), "bind" | "rbind"));
        let is_again = host.get("fstab", one.name()).is_some_and(|f| f.texts("opts").iter().any(|o| o == "bind"));
        if is_bind || is_again {
            let by = "the same volume mounted twice (subPath where it is a part)";
            out.propose(one, format!("{source} is shown again at {}", one.name())).fate(Fate::Adapt).by(by);
        } else if source.starts_with("/dev/mapper/") || source.starts_with("/dev/loop") || source.starts_with("/dev/md")
        {
            out.propose(one, format!("{} lies on {source}", one.name()));
        } else if ODD.contains(&kind.as_str()) {
            out.propose(one, format!("{} is {kind}", one.name())).fate(Fate::Block);
        }
    }
    for one in
        host.of("file").filter(|one| one.is_site() && matches!(one.name(), "/etc/crypttab" | "/etc/mdadm/mdadm.conf"))
    {
        out.propose(one, one.name());
    }
}
