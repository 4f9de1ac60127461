//! MAIL-01: the mail transport on the host.

use super::family::Family;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "MAIL-01",
    severity: Severity::High,
    summary: "programs hand their mail to a daemon on the same host",
    verdict: Fate::Adapt,
    mechanism: "postfix as a container or a Service, or an SMTP service outside; the credentials as a Secret; a queue needs a volume or a relay that takes everything at once",
    person: "Say where mail goes: see the tenancy. Mail that waits in the queue when the host goes must be sent first.",
    source: Source::Convention,
    unseen: None,
    apply,
};

static FAMILY: Family = Family {
    services: &["postfix", "postfix@*", "exim4", "exim", "sendmail", "nullmailer", "msmtpd", "opensmtpd", "qmail*"],
    packages: &[
        "postfix*",
        "exim4*",
        "sendmail*",
        "nullmailer",
        "msmtp*",
        "ssmtp",
        "opensmtpd",
        "bsd-mailx",
        "mailutils",
        "s-nail",
    ],
    users: &["postfix", "postdrop", "Debian-exim", "smmsp", "smmta"],
    files: &["/etc/postfix/*", "/etc/exim4/*", "/etc/mail/*", "/etc/ssmtp/*", "/etc/msmtprc", "/etc/mailname"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    FAMILY.propose(host, out);
    for one in host.of("php-ini").filter(|one| one.name().ends_with(":sendmail_path") && one.is_site()) {
        out.propose(one, format!("sendmail_path = {}", one.text("value").unwrap_or_default()));
    }
    for one in host.of("postfix").filter(|one| one.is_site()) {
        out.propose(one, format!("{} = {}", one.name(), one.text("value").unwrap_or_default()));
    }
}
