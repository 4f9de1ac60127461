//! NET-16: who may come, by address.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-16",
    severity: Severity::High,
    summary: "a setting trusts or refuses clients by their address; behind a Service all come from the cluster",
    verdict: Fate::Adapt,
    mechanism: "X-Forwarded-For with the proxies of the cluster trusted, externalTrafficPolicy Local, allow lists of the Ingress",
    person: "Say which addresses are meant, and prove that others are still refused.",
    source: Source::Page("https://kubernetes.io/docs/tutorials/services/source-ip/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("nginx").filter(|one| one.is_site()) {
        let directive = one.name().rsplit('/').next().unwrap_or_default();
        let value = one.text("value").unwrap_or_default();
        let is_by_address = match directive {
            "allow" | "set_real_ip_from" | "real_ip_header" => true,
            "deny" => value != "all",
            _ => directive.starts_with("geo ") || value.contains("$remote_addr") && directive.starts_with("if"),
        };
        if is_by_address {
            out.propose(one, format!("{directive} {value}"));
        }
    }
    for one in host.of("php-pool") {
        for other in one.texts("others").iter().filter(|o| o.starts_with("listen.allowed_clients=")) {
            out.propose(one, other.clone()).reach(Reach::Rest);
        }
    }
    for line in host.lines().filter(|line| line.file.is_site() && !line.is_comment()) {
        let lower = line.text.to_ascii_lowercase();
        if lower.starts_with("require ip ") || (lower.starts_with("allow from ") && !lower.ends_with(" all")) {
            out.propose(line.file, line.text).at(line.place()).reach(Reach::Rest);
        }
    }
}
