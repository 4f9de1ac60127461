//! KRN-11: shared memory.
//!
//! What it does not see: segments of System V in use (ipcs): no kind shows them.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-11",
    severity: Severity::Medium,
    summary: "a service needs more shared memory than a container has",
    verdict: Fate::Adapt,
    mechanism: "an emptyDir with medium Memory at /dev/shm, shared within the pod",
    person: "Size it, and count it into the memory limit of the pod.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/volumes/"),
    unseen: Some("segments of System V in use (ipcs): no kind shows them"),
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in ["mount", "fstab"].into_iter().flat_map(|kind| host.of(kind)) {
        if one.name() == "/dev/shm" && one.is_site() {
            out.propose(one, format!("/dev/shm with {}", one.texts("opts").join(",")));
        }
    }
}
