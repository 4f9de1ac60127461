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
    let (mut is_known, mut is_any) = (false, false);
    for one in host.of("php-ini").filter(|one| one.name().ends_with(":session.save_handler")) {
        let scope = one.name().trim_end_matches(":session.save_handler");
        // On the command line there are no sessions.
        if scope.ends_with("cli") || one.text("value").is_none() {
            continue;
        }
        is_known = true;
        if one.text("value").as_deref() != Some("files") {
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
    if !is_known {
        return;
    }
    let why = if is_any {
        "it removes old session files, of which there are none with a shared store"
    } else {
        "it removes old session files, and no sessions are kept in files"
    };
    let cleaners = ["timer", "service"].into_iter().flat_map(|kind| host.of(kind)).filter(|o| o.name() == CLEANER);
    for one in cleaners.chain(host.of("cron").filter(|one| one.name().contains("sessionclean"))) {
        out.propose(one, one.name()).fate(Fate::Drop).by("the store's own expiry").because(why);
    }
}

/// Debian's: php-common.
const CLEANER: &str = "phpsessionclean";
