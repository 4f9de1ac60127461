//! Users and groups that images have, under the numbers of the host.

use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::item::of;
use crate::generate::kubernetes::app::names::word;
use std::collections::BTreeSet;

/// The names of users and groups that something in the images needs: what programs run as, who owns files and volumes,
/// and what packages of the images make for themselves.
pub(crate) fn names(app: &App<'_>) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        app.components.iter().filter_map(|c| c.user.as_ref()).map(|u| u.name.clone()).collect();
    names.extend(app.jobs.iter().map(|j| j.user.name.clone()));
    let packages: BTreeSet<&str> = app.components.iter().flat_map(|c| c.packages.iter()).map(String::as_str).collect();
    for user in of(&app.want, "user").chain(of(&app.want, "group")) {
        let of_package = packages.iter().any(|p| *p == user.name() || p.split('-').next() == Some(user.name()));
        if of_package || (packages.contains("postfix") && user.name() == "postdrop") {
            names.insert(user.name().to_owned());
        }
    }
    for file in of(&app.want, "file") {
        let is_ours = app.components.iter().any(|c| c.has(file.name()) || c.volumes.contains_key(file.name()));
        if is_ours {
            names.extend([file.text("owner"), file.text("group")].into_iter().flatten());
        }
    }
    for alias in of(&app.want, "mail-alias") {
        names.extend(alias.texts("recipients").into_iter().filter(|r| app.user(r).is_some()));
    }
    names.remove("root");
    names
}

/// The commands that make them.
pub(crate) fn commands(app: &App<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let names = names(app);
    let numbers: BTreeSet<u64> = names.iter().filter_map(|n| app.user(n)).map(|u| u.gid).collect();
    for group in of(&app.want, "group") {
        let Some(gid) = group.number("gid") else { continue };
        if (names.contains(group.name()) || numbers.contains(&gid)) && gid != 0 {
            let name = word(group.name());
            out.push(format!("getent group {name} >/dev/null || groupadd --gid {gid} -- {name}"));
        }
    }
    for name in &names {
        let Some(user) = app.user(name) else { continue };
        if user.uid == 0 {
            continue;
        }
        let home = of(&app.want, "user")
            .find(|u| u.name() == name)
            .and_then(|u| u.text("home"))
            .unwrap_or_else(|| "/nonexistent".to_owned());
        let name = word(name);
        out.push(format!(
            "getent passwd {name} >/dev/null || useradd --no-create-home --no-log-init --uid {} --gid {} --home-dir {} --shell /usr/sbin/nologin -- {name}",
            user.uid, user.gid, word(&home)
        ));
    }
    out
}
