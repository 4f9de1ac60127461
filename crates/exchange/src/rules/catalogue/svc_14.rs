//! SVC-14: containers on the host.
//!
//! What it does not see: which images run and how: no kind shows containers.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-14",
    severity: Severity::Medium,
    summary: "the host runs containers already",
    verdict: Fate::Replace,
    mechanism: "a Deployment of each image",
    person: "Migrate these images as they are; what starts them says with which volumes and ports.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"),
    unseen: Some("which images run and how: no kind shows containers"),
    apply,
};

static FAMILY: Family = Family {
    services: &["docker", "docker.io", "containerd", "podman*", "kubelet", "k3s*", "lxd", "lxc*", "crio"],
    packages: &[
        "docker.io",
        "docker-ce*",
        "docker-engine",
        "docker-compose*",
        "containerd*",
        "podman*",
        "lxd",
        "pip:docker-compose",
    ],
    users: &["docker"],
    files: &["/etc/docker/*", "/etc/containers/*", "*docker-compose.y*ml"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
