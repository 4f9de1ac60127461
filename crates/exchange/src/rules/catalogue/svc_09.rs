//! SVC-09: people who log in.

use super::family::is_one_of;
use super::people::{is_person, workers};
use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "SVC-09",
    severity: Severity::Low,
    summary: "people have logins on the host; in a cluster they have roles",
    verdict: Fate::Drop,
    mechanism: "RBAC; the numbers of users that services run as stay, for volumes (fsGroup)",
    person: "Take away keys and logins where the host goes, and give people the roles they need.",
    source: Source::Page("https://kubernetes.io/docs/reference/access-authn-authz/rbac/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let workers = workers(host);
    let persons: Vec<One<'_>> = host.of("user").filter(|one| is_person(host, *one, &workers)).collect();
    let homes: Vec<String> = persons.iter().filter_map(|one| one.text("home")).collect();
    for one in &persons {
        out.propose(*one, format!("{} with uid {}", one.name(), one.text("uid").unwrap_or_default()));
    }
    for one in host.of("user").filter(|one| one.is_site() && workers.contains(one.name())) {
        let uid = one.text("uid").unwrap_or_default();
        let proposal = out.propose(one, format!("something runs as {}", one.name())).fate(Fate::Keep);
        proposal.by(format!("runAsUser: {uid} and fsGroup")).because("a service runs as it: volumes know its number");
    }
    for one in host.of("user").filter(|one| one.name() == "root" && one.is_site()) {
        out.propose(one, "root has a password or keys of its own").by("none: nobody logs in");
    }
    let is_group = |one: &One<'_>| one.is_site() && !workers.contains(one.name());
    for one in host.of("group").filter(is_group) {
        out.propose(one, format!("{} with {}", one.name(), one.texts("members").join(", ")));
    }
    for one in host.of("group").filter(|one| one.is_site() && workers.contains(one.name())) {
        let proposal = out.propose(one, format!("something runs as {}", one.name())).fate(Fate::Keep);
        proposal.by("runAsGroup and fsGroup").because("a service runs as it: volumes know its number");
    }
    let named = |name: &str| persons.iter().any(|p| p.name() == name) || name.starts_with('%');
    for one in host.of("sudo-rule").filter(|one| one.is_site()) {
        let whom = one.name().split(" #").next().unwrap_or_default();
        if named(whom) {
            out.propose(one, one.text("rule").unwrap_or_default());
        }
    }
    for one in host.of("file").filter(|one| one.is_site()) {
        let is_home =
            homes.iter().any(|home| one.name().strip_prefix(home.as_str()).is_some_and(|r| r.starts_with('/')));
        if is_home
            || is_one_of(
                &["/root/.ssh/*", "/root/.ssh", "/etc/sudoers", "/etc/sudoers.d/*", "/etc/login.defs"],
                one.name(),
            )
        {
            out.propose(one, one.name()).reach(Reach::Beside);
        }
    }
}
