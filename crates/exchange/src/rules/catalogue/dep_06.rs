//! DEP-06: what sets up a machine of the provider.
//!
//! What it does not see: groups of machines and their rules at the provider: they are not on the host.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "DEP-06",
    severity: Severity::Low,
    summary: "the provider sets up the machine when it starts",
    verdict: Fate::Replace,
    mechanism: "a Deployment and a HorizontalPodAutoscaler",
    person: "Take over what user data installs: `repot import` reads it.",
    source: Source::Page("https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"),
    unseen: Some("groups of machines and their rules at the provider: they are not on the host"),
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "cloud-init*",
        "cloud-config",
        "cloud-final",
        "cloud-init-local",
        "ec2-*",
        "google-startup-scripts",
        "google-shutdown-scripts",
        "amazon-*bootstrap*",
    ],
    packages: &["cloud-init", "cloud-guest-utils", "cloud-initramfs*", "ec2-*", "aws-cfn-bootstrap"],
    users: &[],
    files: &["/etc/cloud/*", "/etc/sudoers.d/*cloud-init*", "/var/lib/cloud/*", "/etc/cfn/*"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
