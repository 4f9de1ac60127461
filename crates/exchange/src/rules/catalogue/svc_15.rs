//! SVC-15: agents that configure the host.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-15",
    severity: Severity::Low,
    summary: "an agent configures the host; images are configured when they are built",
    verdict: Fate::Drop,
    mechanism: "the build of the image, and manifests",
    person: "Take over what the agent keeps: its catalogue is a source for `repot import`.",
    source: Source::Convention,
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &[
        "puppet",
        "puppet-agent",
        "puppetd",
        "chef-client",
        "salt-minion",
        "amazon-ssm-agent",
        "snap.amazon-ssm-agent*",
        "codedeploy-agent",
        "cfengine3",
        "cf-execd",
        "waagent",
        "walinuxagent",
        "google-guest-agent",
        "google-osconfig-agent",
        "rundeckd",
        "ansible-pull*",
    ],
    packages: &[
        "puppet",
        "puppet-agent",
        "chef",
        "salt-minion",
        "amazon-ssm-agent",
        "codedeploy-agent",
        "cfengine3",
        "walinuxagent",
        "google-guest-agent",
        "google-osconfig-agent",
        "gem:chef",
        "gem:puppet",
    ],
    users: &["puppet"],
    files: &[
        "/etc/puppet/*",
        "/etc/puppetlabs/*",
        "/etc/chef/*",
        "/etc/salt/*",
        "/etc/codedeploy-agent/*",
        "/etc/amazon/ssm/*",
    ],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
}
