//! STA-06: file systems of other machines.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-06",
    severity: Severity::High,
    summary: "files of another machine are mounted",
    verdict: Fate::Adapt,
    mechanism: "a PersistentVolume of its CSI driver with ReadWriteMany; an inline nfs volume is refused by the restricted standard",
    person: "Show that the nodes reach that machine, and who may write.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/persistent-volumes/"),
    unseen: None,
    apply,
};

/// File systems that another machine serves.
const FAR: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "efs",
    "glusterfs",
    "fuse.glusterfs",
    "ceph",
    "fuse.ceph",
    "fuse.sshfs",
    "fuse.s3fs",
    "fuse.gcsfuse",
    "lustre",
    "ocfs2",
    "gfs2",
    "afs",
    "9p",
    "beegfs",
    "davfs",
    "fuse.davfs2",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in ["mount", "fstab"].into_iter().flat_map(|kind| host.of(kind)) {
        let (source, kind) = (one.text("source").unwrap_or_default(), one.text("filesystem").unwrap_or_default());
        if FAR.contains(&kind.as_str()) {
            out.propose(one, format!("{source} ({kind}) at {}", one.name()));
        }
    }
}
