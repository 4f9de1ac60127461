//! SVC-09: people who log in.

use super::family::is_one_of;
use super::people::{is_person, workers};
use crate::rules::{Host, One, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;
use std::collections::BTreeSet;

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

/// Files of logins outside of homes.
const FILES: &[&str] = &["/root/.ssh/*", "/root/.ssh", "/etc/sudoers", "/etc/sudoers.d/*", "/etc/login.defs"];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let workers = workers(host);
    let persons: Vec<One<'_>> = host.of("user").filter(|one| is_person(host, *one, &workers)).collect();
    users(host, &persons, &workers, out);
    groups(host, &workers, out);
    let is_persons = |whom: &str| persons.iter().any(|p| p.name() == whom) || whom.starts_with('%');
    for one in host.of("sudo-rule").filter(|one| one.is_site()) {
        let whom = one.name().split(" #").next().unwrap_or_default();
        let reach = if is_persons(whom) { Reach::Exact } else { Reach::Rest };
        out.propose(one, one.text("rule").unwrap_or_default()).reach(reach);
    }
    let homes: Vec<String> = persons.iter().filter_map(|one| one.text("home")).collect();
    for one in host.of("file").filter(|one| one.is_site()) {
        let is_below = |home: &String| one.name().strip_prefix(home.as_str()).is_some_and(|r| r.starts_with('/'));
        if homes.iter().any(is_below) || is_one_of(FILES, one.name()) {
            out.propose(one, one.name()).reach(Reach::Beside);
        }
    }
}

fn users(host: &Host<'_>, persons: &[One<'_>], workers: &BTreeSet<String>, out: &mut Out<'_>) {
    for one in persons {
        out.propose(*one, format!("{} with uid {}", one.name(), one.text("uid").unwrap_or_default()));
    }
    for one in host.of("user").filter(|one| one.is_site() && persons.iter().all(|p| p.name() != one.name())) {
        let uid = one.text("uid").unwrap_or_default();
        if workers.contains(one.name()) {
            let proposal = out.propose(one, format!("something runs as {}", one.name())).fate(Fate::Keep);
            let why = "a service runs as it: volumes know its number";
            proposal.by(format!("runAsUser: {uid} and fsGroup")).because(why);
        } else if one.name() == "root" {
            out.propose(one, "root has a password or keys of its own").by("none: nobody logs in");
        } else {
            let why = "somebody made it, and nothing is known to run as it: files may belong to it";
            let proposal = out.propose(one, format!("the user {}", one.name())).reach(Reach::Rest);
            proposal.fate(Fate::Keep).by("the same number in the image").because(why);
        }
    }
}

fn groups(host: &Host<'_>, workers: &BTreeSet<String>, out: &mut Out<'_>) {
    for one in host.of("group").filter(|one| one.is_site()) {
        if workers.contains(one.name()) {
            let proposal = out.propose(one, format!("something runs as {}", one.name())).fate(Fate::Keep);
            proposal.by("runAsGroup and fsGroup").because("a service runs as it: volumes know its number");
        } else {
            out.propose(one, format!("{} with {}", one.name(), one.texts("members").join(", ")));
        }
    }
}
