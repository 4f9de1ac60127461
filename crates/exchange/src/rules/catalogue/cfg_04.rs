//! CFG-04: credentials of the machine at a cloud provider.
//!
//! What it does not see: programs whose libraries ask the provider by themselves: only what is written is seen.

use super::family::is_one_of;
use super::statement::statements;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "CFG-04",
    severity: Severity::High,
    summary: "something asks the provider for credentials as this machine, or keeps them",
    verdict: Fate::Replace,
    mechanism: "an identity of the workload: a ServiceAccount bound to a role of the provider",
    person: "Bind only the rights that this application uses.",
    source: Source::Page("https://kubernetes.io/docs/concepts/security/service-accounts/"),
    unseen: Some("programs whose libraries ask the provider by themselves: only what is written is seen"),
    apply,
};

/// Where machines ask their provider.
const WORDS: &[&str] = &["169.254.169.254", "169.254.170.2", "metadata.google.internal", "fd00:ec2::254"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for said in statements(host).filter(|said| WORDS.iter().any(|word| said.text.contains(word))) {
        let proposal = out.propose(said.one, said.short()).reach(Reach::Rest);
        if let Some(place) = said.place {
            proposal.at(place);
        }
    }
    let files = ["*/.aws/*", "*/.azure/*", "*/.config/gcloud/*", "*/.boto", "/etc/boto.cfg"];
    for one in host.of("file").filter(|one| one.is_site() && is_one_of(&files, one.name())) {
        out.propose(one, one.name());
    }
}
