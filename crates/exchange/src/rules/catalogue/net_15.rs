//! NET-15: certificates and their keys.

use super::family::{Family, is_one_of};
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "NET-15",
    severity: Severity::High,
    summary: "the host ends TLS: certificates and keys lie in its files",
    verdict: Fate::Replace,
    mechanism: "a Secret of type kubernetes.io/tls, used by the Ingress or Gateway",
    person: "Put certificate and key into a Secret, or let cert-manager fetch them; see who renews them today.",
    source: Source::Page("https://kubernetes.io/docs/concepts/configuration/secret/"),
    unseen: None,
    apply,
};

/// Keys and certificates by their names.
const KEYS: &[&str] = &[
    "/etc/*.key",
    "/etc/*.crt",
    "/etc/letsencrypt/*",
    "/usr/local/share/ca-certificates/*",
    "/etc/ssl/certs/*",
    "/etc/ssl/private/*",
    "/etc/pki/tls/*",
];

static FAMILY: Family = Family {
    services: &["certbot*", "acme*", "snap.certbot*"],
    packages: &["certbot", "python3-certbot*", "letsencrypt", "pip:certbot"],
    users: &[],
    files: &["/etc/cron.d/certbot"],
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let mut named: BTreeSet<String> = BTreeSet::new();
    for one in host.of("nginx").filter(|one| one.is_site()) {
        let directive = one.name().rsplit('/').next().unwrap_or_default();
        if matches!(directive, "ssl_certificate" | "ssl_certificate_key" | "ssl_trusted_certificate" | "ssl_dhparam") {
            let value = one.text("value").unwrap_or_default();
            out.propose(one, format!("{directive} {value}"));
            named.insert(value);
        }
    }
    for line in host.lines().filter(|line| line.file.is_site() && !line.is_comment()) {
        let mut words = line.text.split_whitespace();
        if matches!(words.next(), Some("SSLCertificateFile" | "SSLCertificateKeyFile" | "SSLCertificateChainFile")) {
            named.insert(words.next().unwrap_or_default().trim_matches('"').to_owned());
            out.propose(line.file, line.text).at(line.place()).reach(Reach::Rest);
        }
    }
    for one in ["certificate", "file"].into_iter().flat_map(|kind| host.of(kind)) {
        let is_of_people = one.id.kind == "certificate" && one.is_site();
        let is_key = one.id.kind == "file" && one.is_site() && is_one_of(KEYS, one.name());
        if named.contains(one.name()) || is_of_people || is_key {
            out.propose(one, one.name());
        }
    }
    FAMILY.propose_as(host, out, Some(Fate::Drop));
    for one in host.of("timer").filter(|one| is_one_of(&["certbot*", "snap.certbot*", "acme*"], one.name())) {
        out.propose(one, format!("{} renews certificates", one.name())).fate(Fate::Drop).by("cert-manager");
    }
}
