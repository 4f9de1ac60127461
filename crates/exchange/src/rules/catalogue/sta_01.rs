//! STA-01: PHP sessions in files.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-01",
    severity: Severity::High,
    summary: "PHP keeps sessions in files of this host; the next request may come to another pod",
    verdict: Fate::Replace,
    mechanism: "a session store that all pods share: Redis, memcached or the database",
    person: "Move the sessions before there is more than one pod.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let mut is_any = false;
    for one in host.of("php-ini").filter(|one| one.name().ends_with(":session.save_handler")) {
        let scope = one.name().trim_end_matches(":session.save_handler");
        // On the command line there are no sessions.
        if one.text("value").as_deref() != Some("files") || scope.ends_with("cli") {
            continue;
        }
        is_any = true;
        let path = host.get("php-ini", &format!("{scope}:session.save_path"));
        let to = path.and_then(|p| p.text("value")).unwrap_or_default();
        out.propose(one, format!("{scope} keeps sessions in files in {to}"));
        if let Some(path) = path {
            out.propose(path, format!("session.save_path = {to}"));
        }
    }
    for one in ["timer", "service"].into_iter().flat_map(|kind| host.of(kind)) {
        if is_any && one.name() == "phpsessionclean" {
            let why = "it removes old session files, of which there are none with a shared store";
            out.propose(one, one.name()).fate(Fate::Drop).by("the store's own expiry").because(why);
        }
    }
    for one in host.of("cron").filter(|one| is_any && one.name().contains("sessionclean")) {
        let why = "it removes old session files, of which there are none with a shared store";
        out.propose(one, one.name()).fate(Fate::Drop).by("the store's own expiry").because(why);
    }
}
