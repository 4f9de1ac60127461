//! Whose a login is: a person's, or that of something that runs.

use crate::rules::{Host, One};
use std::collections::BTreeSet;

/// From where uids are people's, where login.defs(5) does not say: 500 on older Red Hats, 1000 elsewhere.
const UID_MIN: i64 = 1000;

/// Uids above these are `nobody` and the like.
const UID_MAX: i64 = 60_000;

/// The users that services, pools of PHP and cron jobs run as.
pub(super) fn workers(host: &Host<'_>) -> BTreeSet<String> {
    let user = |one: One<'_>| one.texts("user");
    let services = host.of("service").filter(|one| super::family::is_in_use(*one)).flat_map(user);
    let pools = host.of("php-pool").flat_map(user);
    services.chain(pools).filter(|name| name != "root").collect()
}

/// Whether a login is a person's.
pub(super) fn is_person(host: &Host<'_>, user: One<'_>, workers: &BTreeSet<String>) -> bool {
    let uid = user.value("uid").and_then(|v| v.as_int());
    let min = uid_min(host);
    uid.is_some_and(|uid| (min..UID_MAX).contains(&uid)) && !workers.contains(user.name())
}

fn uid_min(host: &Host<'_>) -> i64 {
    let text = host.text("/etc/login.defs").unwrap_or_default();
    let set = text.lines().find_map(|line| line.trim().strip_prefix("UID_MIN")?.trim().parse().ok());
    set.unwrap_or(UID_MIN)
}
