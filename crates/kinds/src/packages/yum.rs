//! What yum and dnf know of packages beside rpm: who asked for one (yum's own database, one file a word), and which
//! ones an upgrade leaves alone (the plugin versionlock). Its history is one of SQLite, of which it writes the tables here.

use super::history::{Change, Deed, Reason, Transaction, by_number, logged_in};
use crate::read;
use crate::sqlite::Database;
use crate::sys::Sys;
use model::answer::Why;
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const DATABASE: &str = "/var/lib/yum/yumdb";
const LOCKS: [&str; 2] = ["/etc/yum/pluginconf.d/versionlock.list", "/etc/dnf/plugins/versionlock.list"];
/// A reason is one word.
const WORD: u64 = 4096;

/// Why each package is there, as yum recorded it: `user` or `dep`. Empty where yum was never used.
pub(super) fn reasons(sys: &dyn Sys) -> Result<BTreeMap<String, String>, Why> {
    let mut reasons = BTreeMap::new();
    for (name, file) in recorded(sys)? {
        if let Some(reason) = sys.read(&file, WORD)? {
            reasons.insert(name, text::from_bytes(&reason).trim().to_owned());
        }
    }
    Ok(reasons)
}

/// The packages of the database and the file that has each one's reason: `b/DIGEST-bash-4.2.46-34.el7-x86_64/reason`.
fn recorded(sys: &dyn Sys) -> Result<Vec<(String, PathBuf)>, Why> {
    let mut found = Vec::new();
    for letter in sys.list(Path::new(DATABASE))?.unwrap_or_default() {
        let letter = Path::new(DATABASE).join(letter);
        for entry in sys.list(&letter)?.unwrap_or_default() {
            if let Some(name) = of_entry(&text::from_bytes(entry.as_encoded_bytes())) {
                found.push((name.to_owned(), letter.join(entry).join("reason")));
            }
        }
    }
    Ok(found)
}

/// The name within `DIGEST-NAME-VERSION-RELEASE-ARCH`.
fn of_entry(entry: &str) -> Option<&str> {
    let (_, rest) = entry.split_once('-')?;
    let mut fields = rest.rsplitn(4, '-');
    fields.nth(3).filter(|name| !name.is_empty())
}

/// What yum wrote into a database of its history; `None` where that is none of yum's.
pub(super) fn transactions(database: &Database<'_>) -> Result<Option<Vec<Transaction>>, Why> {
    let Some(begun) = database.table("trans_beg", ["tid", "timestamp", "loginuid"])? else { return Ok(None) };
    let mut all: BTreeMap<i64, Transaction> = BTreeMap::new();
    for [number, began, user] in &begun {
        let Some(number) = number.int() else { continue };
        let began = began.int().unwrap_or_default();
        let (user, command, changes) = (logged_in(user), String::new(), Vec::new());
        all.insert(number, Transaction { number, began, user, command, is_done: false, changes });
    }
    for [number, code] in database.table("trans_end", ["tid", "return_code"])?.unwrap_or_default() {
        if let Some(transaction) = number.int().and_then(|n| all.get_mut(&n)) {
            transaction.is_done = code.int() == Some(0);
        }
    }
    for [number, command] in database.table("trans_cmdline", ["tid", "cmdline"])?.unwrap_or_default() {
        if let Some(transaction) = number.int().and_then(|n| all.get_mut(&n)) {
            command.text().unwrap_or_default().clone_into(&mut transaction.command);
        }
    }
    let names = by_number(database, "pkgtups", "pkgtupid")?;
    for [number, package, state] in database.table("trans_data_pkgs", ["tid", "pkgtupid", "state"])?.unwrap_or_default()
    {
        let transaction = number.int().and_then(|n| all.get_mut(&n));
        let name = package.int().and_then(|n| names.get(&n));
        let (Some(transaction), Some(name)) = (transaction, name) else { continue };
        let (deed, reason) = match state.text() {
            Some("Install" | "True-Install") => (Deed::Installed, Reason::Asked),
            Some("Dep-Install") => (Deed::Installed, Reason::Brought),
            Some("Erase") => (Deed::Removed, Reason::Unknown),
            _ => continue,
        };
        transaction.changes.push(Change { name: name.clone(), deed, reason });
    }
    Ok(Some(all.into_values().collect()))
}

/// The packages that versionlock keeps at their version.
pub(super) fn locked(sys: &dyn Sys) -> Result<BTreeSet<String>, Why> {
    let mut locked = BTreeSet::new();
    for list in LOCKS {
        let text = read::file_or_empty(sys, list)?;
        locked.extend(text.lines().filter_map(of_lock).map(str::to_owned));
    }
    Ok(locked)
}

/// The name within yum's `EPOCH:NAME-VERSION-RELEASE.ARCH` or dnf's `NAME-EPOCH:VERSION-RELEASE.ARCH`. With `!` before it, a version is
/// shut out and the package not locked.
fn of_lock(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with(['#', '!']) {
        return None;
    }
    let line = match line.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => line,
    };
    line.rsplitn(3, '-').nth(2).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{of_entry, of_lock};

    #[test]
    fn a_name_is_found_among_its_version_and_release() {
        let digest = "0f3c5c3ae9a8b2a6c7bb0d7b2f1f2d4f8c6a1b3e";
        assert_eq!(of_entry(&format!("{digest}-php-fpm-5.4.16-48.el7-x86_64")), Some("php-fpm"));
        assert_eq!(of_entry("nothing-of-it"), None);
        assert_eq!(of_lock("0:php-fpm-5.4.16-48.el7.*"), Some("php-fpm"));
        assert_eq!(of_lock("php-fpm-0:8.0.30-1.el9.*"), Some("php-fpm"));
        assert_eq!(of_lock("# Added locks on Tue"), None);
        assert_eq!(of_lock("!0:php-fpm-5.4.16-48.el7.*"), None);
    }
}
