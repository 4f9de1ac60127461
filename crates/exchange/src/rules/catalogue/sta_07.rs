//! STA-07: files that the host serves to others.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-07",
    severity: Severity::High,
    summary: "the host serves files to other machines",
    verdict: Fate::Block,
    mechanism: "none: leave the server where it is, or move the files to a store of their own",
    person: "Find who mounts them.",
    source: Source::Convention,
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "nfs-kernel-server",
        "nfs-server",
        "nfs",
        "smbd",
        "nmbd",
        "samba*",
        "vsftpd",
        "proftpd",
        "pure-ftpd",
        "iscsitarget",
        "tgt",
        "glusterd",
        "atftpd",
        "tftpd-hpa",
    ],
    packages: &[
        "nfs-kernel-server",
        "samba",
        "vsftpd",
        "proftpd*",
        "pure-ftpd*",
        "tgt",
        "glusterfs-server",
        "tftpd-hpa",
    ],
    users: &[],
    files: &["/etc/exports", "/etc/exports.d/*", "/etc/samba/*", "/etc/vsftpd*", "/etc/proftpd/*", "/etc/pure-ftpd/*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
