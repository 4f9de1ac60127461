//! Users, groups, passwords.

use super::super::super::conversion::Construct;
use super::super::super::effect::{Effect, Want};
use super::super::call::{Call, Said, home};
use super::Family;
use model::value::Value;

pub(super) const FAMILY: Family = Family {
    name: "people",
    summary: "commands that make and change users and groups",
    programs: &[
        "useradd", "adduser", "usermod", "userdel", "deluser", "groupadd", "addgroup", "groupmod", "groupdel",
        "delgroup", "gpasswd", "passwd", "chpasswd", "chsh", "chfn", "chage", "newgrp", "visudo",
    ],
    constructs: &[
        Construct::yes(
            "useradd|adduser [-m -s -u -g -G -d -c] NAME",
            "user, its home, shell, numbers, groups, and the group of its name",
        ),
        Construct::yes(
            "usermod -aG|-G|-s|-d|-L|-U …, gpasswd -a USER GROUP, adduser USER GROUP",
            "user groups, group members, shell, home, locked",
        ),
        Construct::yes(
            "groupadd [-g] NAME, groupmod -n, gpasswd -M, userdel [-r], groupdel",
            "group, its members, user",
        ),
        Construct::partly("passwd NAME, chpasswd", "that a password was set; never the password itself"),
        Construct::yes("passwd -l|-u NAME, chage -M|-m|-W|-E", "user locked, max-days and their like"),
        Construct::partly("visudo", "/etc/sudoers was changed by hand"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    match call.program {
        "useradd" | "adduser" => add(call, said),
        "usermod" => modify(call, said),
        "userdel" | "deluser" => delete(call, said),
        "groupadd" | "addgroup" => group(call, said),
        "groupdel" | "delgroup" => each(call, &[], said, |name, said| said.effect(Effect::gone("group", name))),
        "groupmod" => regrouped(call, said),
        "gpasswd" => gpasswd(call, said),
        "passwd" => passwd(call, said),
        "chpasswd" => chpasswd(call, said),
        "chsh" => {
            let shell = call.value(&["-s", "--shell"]);
            each(call, &["-s", "--shell"], said, |name, said| {
                if let Some(shell) = shell.as_ref().and_then(|w| said.known(w).map(str::to_owned)) {
                    said.effect(Effect::is("user", name, "shell", shell));
                }
            });
        }
        "chfn" => each(call, &["-f", "-r", "-w", "-h", "-o"], said, |name, said| {
            said.effect(Effect::wants("user", name, "gecos", Want::Any))
        }),
        "chage" => chage(call, said),
        "visudo" => {
            let path = call.value(&["-f"]).map_or_else(|| "/etc/sudoers".to_owned(), |w| w.text);
            if !call.has(&["-c"]) {
                said.effect(Effect::Touched { path });
            }
        }
        _ => {}
    }
}

fn each(call: &Call<'_>, with_value: &[&str], said: &mut Said, mut run: impl FnMut(&str, &mut Said)) {
    for word in call.operands(with_value) {
        if let Some(name) = said.known(word) {
            run(name, said);
        }
    }
}

const USER_OPTIONS: &[&str] = &[
    "-b",
    "-c",
    "-d",
    "-e",
    "-f",
    "-g",
    "-G",
    "-k",
    "-K",
    "-p",
    "-s",
    "-u",
    "-l",
    "-Z",
    "--comment",
    "--home",
    "--shell",
    "--uid",
    "--gid",
    "--groups",
    "--ingroup",
    "--gecos",
    "--home-dir",
    "--conf",
    "--firstuid",
    "--lastuid",
    "--password",
    "--expiredate",
];

fn add(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(USER_OPTIONS);
    let Some(word) = operands.first() else { return };
    let Some(name) = said.known(word).map(str::to_owned) else { return };
    // adduser USER GROUP
    if let (Some(group), "adduser") = (operands.get(1), call.program) {
        if let Some(group) = said.known(group).map(str::to_owned) {
            joins(&name, &group, said);
        }
        return;
    }
    said.effect(Effect::there("user", &name));
    settings(call, &name, said);
    let is_system = call.has(&["-r", "--system"]);
    let has_home = call.program == "adduser" || call.has(&["-m", "--create-home"]);
    if has_home && !call.has(&["-M", "--no-create-home"]) {
        let dir = call
            .value(&["-d", "--home", "--home-dir"])
            .filter(|w| w.lacks.is_none())
            .map_or_else(|| home(&name), |w| w.text);
        said.effect(Effect::there("file", &dir));
    }
    if call.value(&["-g", "--gid", "--ingroup"]).is_none()
        && !call.has(&["-N", "--no-user-group"])
        && !(is_system && call.program == "adduser")
    {
        said.effect(Effect::there("group", &name));
    }
}

fn settings(call: &Call<'_>, name: &str, said: &mut Said) {
    let mut set = |options: &[&str], property: &str| {
        let Some(word) = call.value(options) else { return };
        let Some(text) = said.known(&word).map(str::to_owned) else { return };
        let value = text.parse::<i64>().map_or_else(|_| Value::from(text.clone()), Value::Int);
        let is_name = matches!(property, "gid") && matches!(value, Value::Text(_));
        if !is_name {
            said.effect(Effect::is("user", name, property, value));
        }
    };
    set(&["-u", "--uid"], "uid");
    set(&["-s", "--shell"], "shell");
    set(&["-d", "--home", "--home-dir"], "home");
    set(&["-c", "--comment", "--gecos"], "gecos");
    if call.program != "usermod" {
        set(&["-g", "--gid"], "gid");
    }
    if let Some(word) = call.value(&["-G", "--groups"])
        && let Some(groups) = said.known(&word).map(str::to_owned)
    {
        groups.split(',').filter(|g| !g.is_empty()).for_each(|group| joins(name, group, said));
    }
    for option in ["-g", "--gid", "--ingroup"] {
        if let Some(word) = call.value(&[option])
            && let Some(group) = said.known(&word).map(str::to_owned)
            && group.parse::<u32>().is_err()
        {
            said.effect(Effect::wants("user", name, "groups", Want::Has(vec![group])));
        }
    }
    if call.value(&["-p", "--password"]).is_some() {
        said.effect(Effect::wants("user", name, "password", Want::Any));
    }
}

fn joins(user: &str, group: &str, said: &mut Said) {
    said.effect(Effect::wants("user", user, "groups", Want::Has(vec![group.to_owned()])));
    said.effect(Effect::wants("group", group, "members", Want::Has(vec![user.to_owned()])));
}

fn leaves(user: &str, group: &str, said: &mut Said) {
    said.effect(Effect::wants("user", user, "groups", Want::Lacks(vec![group.to_owned()])));
    said.effect(Effect::wants("group", group, "members", Want::Lacks(vec![user.to_owned()])));
}

fn modify(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(USER_OPTIONS);
    // usermod -aG group user, and -G as the last of several letters
    let Some(word) = operands.last() else { return };
    let Some(name) = said.known(word).map(str::to_owned) else { return };
    settings(call, &name, said);
    if call.has(&["-L", "--lock"]) {
        said.effect(Effect::is("user", &name, "locked", true));
    }
    if call.has(&["-U", "--unlock"]) {
        said.effect(Effect::is("user", &name, "locked", false));
    }
}

fn delete(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&["-Z", "--backup-to"]);
    if let ([user, group], "deluser") = (operands.as_slice(), call.program) {
        let (Some(user), Some(group)) = (said.known(user).map(str::to_owned), said.known(group).map(str::to_owned))
        else {
            return;
        };
        return leaves(&user, &group, said);
    }
    let with_home = call.has(&["-r", "--remove", "--remove-home", "--remove-all-files"]);
    each(call, &["-Z", "--backup-to"], said, |name, said| {
        said.effect(Effect::gone("user", name));
        if with_home {
            said.effect(Effect::gone("file", home(name)));
        }
    });
}

fn group(call: &Call<'_>, said: &mut Said) {
    let options = &["-g", "--gid", "-K", "-n"];
    let gid = call.value(&["-g", "--gid"]);
    each(call, options, said, |name, said| {
        said.effect(Effect::there("group", name));
        if let Some(gid) = gid.as_ref().and_then(|w| w.text.parse::<i64>().ok()) {
            said.effect(Effect::is("group", name, "gid", gid));
        }
    });
}

fn gpasswd(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&["-a", "-d", "-A", "-M"]);
    let Some(group) = operands.first().and_then(|w| said.known(w).map(str::to_owned)) else { return };
    if let Some(user) = call.value(&["-a", "--add"]).and_then(|w| said.known(&w).map(str::to_owned)) {
        joins(&user, &group, said);
    }
    if let Some(user) = call.value(&["-d", "--delete"]).and_then(|w| said.known(&w).map(str::to_owned)) {
        leaves(&user, &group, said);
    }
    if let Some(users) = call.value(&["-M", "--members"]).and_then(|w| said.known(&w).map(str::to_owned)) {
        let members = Value::set(users.split(',').filter(|u| !u.is_empty()));
        said.effect(Effect::wants("group", group, "members", Want::Is(members)));
    }
}

/// `groupmod -n NEW OLD`, `groupmod -g GID NAME`.
fn regrouped(call: &Call<'_>, said: &mut Said) {
    let Some(new) = call.value(&["-n", "--new-name"]).and_then(|w| said.known(&w).map(str::to_owned)) else {
        return group(call, said);
    };
    each(call, &["-g", "--gid", "-n", "--new-name"], said, |name, said| {
        said.effect(Effect::gone("group", name));
        said.effect(Effect::there("group", &new));
    });
}

fn passwd(call: &Call<'_>, said: &mut Said) {
    let own = call.user.map(str::to_owned);
    let names: Vec<String> =
        call.operands(&["-n", "-x", "-w", "-i"]).into_iter().filter_map(|w| said.known(w).map(str::to_owned)).collect();
    let names = if names.is_empty() { own.into_iter().collect() } else { names };
    for name in names {
        let effect = match () {
            () if call.has(&["-l", "--lock"]) => Effect::is("user", &name, "locked", true),
            () if call.has(&["-u", "--unlock"]) => Effect::is("user", &name, "locked", false),
            () if call.has(&["-d", "--delete", "-S", "--status"]) => return,
            () => Effect::wants("user", &name, "password", Want::Any),
        };
        if matches!(&effect, Effect::Property { property, .. } if property == "password") {
            said.effect(Effect::is("user", &name, "locked", false));
        }
        said.effect(effect);
    }
}

fn chpasswd(call: &Call<'_>, said: &mut Said) {
    let Some(document) = call.input.filter(|d| d.text.lacks.is_none()) else {
        return said.unresolved("whose passwords are set");
    };
    for name in document.lines().iter().filter_map(|l| Some(l.split_once(':')?.0.to_owned())) {
        said.effect(Effect::wants("user", &name, "password", Want::Any));
        said.effect(Effect::is("user", &name, "locked", false));
    }
}

fn chage(call: &Call<'_>, said: &mut Said) {
    let options = ["-M", "-m", "-W", "-E", "-I", "-d"];
    let values: Vec<(&str, i64)> = [("-M", "max-days"), ("-m", "min-days"), ("-W", "warn-days"), ("-E", "expires")]
        .into_iter()
        .filter_map(|(option, property)| Some((property, call.value(&[option])?.text.parse().ok()?)))
        .collect();
    each(call, &options, said, |name, said| {
        for (property, value) in &values {
            said.effect(Effect::is("user", name, property, *value));
        }
    });
}
