//! Users and groups from the system's own files (passwd(5), group(5), shadow(5), login.defs(5)), and which of them
//! packages make.

use crate::read;
use crate::shipped::Shipped;
use crate::shipped::script::has_word;
use crate::sys::Sys;
use model::answer::Why;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A line of /etc/passwd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) gecos: String,
    pub(crate) home: String,
    pub(crate) shell: String,
    pub(crate) line: u32,
}

/// A line of /etc/group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) gid: u32,
    pub(crate) members: BTreeSet<String>,
    pub(crate) line: u32,
}

/// All accounts of a system.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    /// The first number of people's accounts.
    pub(crate) first: u32,
    /// The master records of base-passwd, by name: what every installation begins with.
    masters: BTreeMap<String, User>,
    master_groups: BTreeSet<String>,
}

impl Accounts {
    /// Read once per look.
    pub(crate) fn of(sys: &dyn Sys) -> Arc<Result<Accounts, Why>> {
        sys.memo().get(|| Self::read(sys))
    }

    fn read(sys: &dyn Sys) -> Result<Accounts, Why> {
        let text = |path: &str| read::file_or_empty(sys, path);
        let masters = users(&text("/usr/share/base-passwd/passwd.master").unwrap_or_default());
        let master_groups = groups(&text("/usr/share/base-passwd/group.master").unwrap_or_default());
        Ok(Accounts {
            users: users(&text("/etc/passwd")?),
            groups: groups(&text("/etc/group")?),
            first: first(&text("/etc/login.defs").unwrap_or_default()),
            masters: masters.into_iter().map(|u| (u.name.clone(), u)).collect(),
            master_groups: master_groups.into_iter().map(|g| g.name).collect(),
        })
    }

    /// The groups of a user: the primary one and those that name it.
    pub(crate) fn groups_of(&self, user: &User) -> BTreeSet<String> {
        let of = |g: &&Group| g.gid == user.gid || g.members.contains(&user.name);
        self.groups.iter().filter(of).map(|g| g.name.clone()).collect()
    }

    /// The record of base-passwd.
    pub(crate) fn master(&self, name: &str) -> Option<&User> {
        self.masters.get(name)
    }

    /// Whether a package made an account: base-passwd's, or a system account that a maintainer script or a sysusers.d
    /// file speaks of.
    pub(crate) fn is_packages(&self, sys: &dyn Sys, name: &str, number: u32, is_group: bool) -> bool {
        let known = if is_group { self.master_groups.contains(name) } else { self.masters.contains_key(name) };
        if known || number == 65534 {
            return true;
        }
        number < self.first && is_made_by_a_package(sys, name)
    }
}

fn is_made_by_a_package(sys: &dyn Sys, name: &str) -> bool {
    let shipped = Shipped::of(sys);
    let scripted = shipped.as_ref().as_ref().is_ok_and(|s| s.is_scripted_account(name));
    scripted || is_in_sysusers(sys, name)
}

fn is_in_sysusers(sys: &dyn Sys, name: &str) -> bool {
    let files = read::files_in(sys, "/usr/lib/sysusers.d", ".conf").unwrap_or_default();
    files.iter().any(|path| {
        let text = read::file_or_empty(sys, path).unwrap_or_default();
        text.lines().any(|l| l.split_whitespace().nth(1) == Some(name) || has_word(l, name) && l.starts_with("m "))
    })
}

fn first(login_defs: &str) -> u32 {
    let set = read::lines(login_defs, &['#']).find_map(|(_, l)| l.strip_prefix("UID_MIN")?.trim().parse().ok());
    set.unwrap_or(1000)
}

/// Lines that have all their fields; the rest is not an account to any program.
pub(crate) fn users(text: &str) -> Vec<User> {
    (1..)
        .zip(text.lines())
        .filter_map(|(line, l)| {
            let f: Vec<&str> = l.split(':').collect();
            let [name, _, uid, gid, gecos, home, shell] = f.as_slice() else { return None };
            Some(User {
                name: (!name.is_empty()).then(|| (*name).to_owned())?,
                uid: uid.parse().ok()?,
                gid: gid.parse().ok()?,
                gecos: (*gecos).to_owned(),
                home: (*home).to_owned(),
                shell: (*shell).to_owned(),
                line,
            })
        })
        .collect()
}

/// Lines that have all their fields.
pub(crate) fn groups(text: &str) -> Vec<Group> {
    (1..)
        .zip(text.lines())
        .filter_map(|(line, l)| {
            let f: Vec<&str> = l.split(':').collect();
            let [name, _, gid, members] = f.as_slice() else { return None };
            Some(Group {
                name: (!name.is_empty()).then(|| (*name).to_owned())?,
                gid: gid.parse().ok()?,
                members: members.split(',').filter(|m| !m.is_empty()).map(str::to_owned).collect(),
                line,
            })
        })
        .collect()
}
