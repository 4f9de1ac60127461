//! MAIL-02: mail to local names.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "MAIL-02",
    severity: Severity::Low,
    summary: "mail to root and other local names goes to people",
    verdict: Fate::Drop,
    mechanism: "alerts on failed Jobs and pods",
    person: "See who reads this mail today, and give them the alerts.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("mail-alias").filter(|one| one.is_site()) {
        out.propose(one, format!("{} goes to {}", one.name(), one.texts("recipients").join(", ")));
    }
    for one in host.of("cron").filter(|one| one.is_site()) {
        if let Some(to) = one.texts("env").into_iter().find(|v| v.starts_with("MAILTO=")) {
            out.propose(one, to).reach(Reach::Rest);
        }
    }
    for one in host.of("file").filter(|one| one.is_site() && matches!(one.name(), "/etc/aliases" | "/etc/aliases.db")) {
        out.propose(one, one.name());
    }
}
