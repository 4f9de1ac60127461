//! STA-10: access lists and attributes of files.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-10",
    severity: Severity::High,
    summary: "a file has an access list, capabilities or a flag, which copying into an image loses",
    verdict: Fate::Block,
    mechanism: "RUN setfacl or setcap in the Containerfile, where the storage of images keeps it; else owner, group and mode",
    person: "Say who needs the access: a person, or a service whose group would do.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("file") {
        for property in ["acl", "default-acl", "capabilities"] {
            if one.is_set(property) && !one.texts(property).is_empty() {
                out.propose(one, format!("{property} {}", one.texts(property).join(", "))).reach(Reach::Beside);
            }
        }
        for property in ["immutable", "append-only"] {
            if one.is_set(property) && one.flag(property) == Some(true) {
                out.propose(one, format!("{} is {property}", one.name())).reach(Reach::Beside);
            }
        }
    }
}
