//! The names of owners, from the system's own files: /etc/passwd and /etc/group (passwd(5), group(5)).

use crate::read;
use crate::sys::Sys;
use std::collections::HashMap;
use std::sync::Arc;

/// Names by number.
#[derive(Debug, Default)]
pub(crate) struct Names {
    users: HashMap<u32, String>,
    groups: HashMap<u32, String>,
}

impl Names {
    /// The names of a system, read once per look. Where a file cannot be read numbers stand for names.
    pub(crate) fn of(sys: &dyn Sys) -> Arc<Names> {
        sys.memo().get(|| Names { users: third(sys, "/etc/passwd"), groups: third(sys, "/etc/group") })
    }

    /// A user's name, or the number where it has none.
    pub(crate) fn user(&self, uid: u32) -> String {
        self.users.get(&uid).cloned().unwrap_or_else(|| uid.to_string())
    }

    /// A group's name, or the number where it has none.
    pub(crate) fn group(&self, gid: u32) -> String {
        self.groups.get(&gid).cloned().unwrap_or_else(|| gid.to_string())
    }

    /// A user's name; empty where it has none.
    pub(crate) fn user_name(&self, uid: u32) -> &str {
        self.users.get(&uid).map_or("", String::as_str)
    }

    /// A group's name; empty where it has none.
    pub(crate) fn group_name(&self, gid: u32) -> &str {
        self.groups.get(&gid).map_or("", String::as_str)
    }
}

/// The first field by the third.
fn third(sys: &dyn Sys, path: &str) -> HashMap<u32, String> {
    let text = read::file_or_empty(sys, path).unwrap_or_default();
    let mut names = HashMap::new();
    for line in text.lines() {
        let mut fields = line.split(':');
        if let (Some(name), Some(Ok(number))) = (fields.next(), fields.nth(1).map(str::parse)) {
            names.entry(number).or_insert_with(|| name.to_owned());
        }
    }
    names
}
