//! What dnf and yum keep of their transactions in files of SQLite: who ran which command when, what it brought, what it
//! took, and why each package is there.

use super::yum;
use crate::accounts::Accounts;
use crate::read;
use crate::sqlite::{Cell, Database};
use crate::sys::Sys;
use model::answer::{Answer, Why, WhyCode};
use std::collections::BTreeMap;
use std::path::Path;

/// Where dnf, in its versions, and yum keep them.
const DATABASES: &[&str] = &["/var/lib/dnf/history.sqlite", "/usr/lib/sysimage/libdnf5/transaction_history.sqlite"];

/// Where yum, and dnf before its third version, begin a new one now and then.
const DIRECTORIES: &[&str] = &["/var/lib/yum/history", "/var/lib/dnf/history"];

/// The most that is read of one, in bytes.
const MOST: u64 = 64 << 20;

/// What one command did to packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transaction {
    /// Its number, as `dnf history` shows it.
    pub(crate) number: i64,
    /// When it began, in seconds since 1970.
    pub(crate) began: i64,
    /// The number of the user who was logged in.
    pub(crate) user: Option<i64>,
    /// The command, as a shell would be given it.
    pub(crate) command: String,
    /// Whether it came to its end.
    pub(crate) is_done: bool,
    /// What it did.
    pub(crate) changes: Vec<Change>,
}

/// What a transaction did to one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) name: String,
    pub(crate) deed: Deed,
    pub(crate) reason: Reason,
}

/// What was done to a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It came.
    Installed,
    /// It stayed, in another version or for another reason.
    Kept,
    /// It went.
    Removed,
}

/// Why a package is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Somebody asked for it.
    Asked,
    /// Something else brought it: a package, a group, an installer.
    Brought,
    /// That was not written down.
    Unknown,
}

/// The databases that are there.
pub(crate) fn databases(sys: &dyn Sys) -> Result<Vec<String>, Why> {
    let mut found = Vec::new();
    for path in DATABASES {
        if sys.stat(Path::new(path))?.is_some() {
            found.push((*path).to_owned());
        }
    }
    for dir in DIRECTORIES {
        found.extend(read::files_in(sys, dir, ".sqlite")?);
    }
    Ok(found)
}

/// Whether a path is one of a database.
pub(crate) fn is_database(path: &str) -> bool {
    let is_in = |dir: &&str| path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
    DATABASES.contains(&path) || path.ends_with(".sqlite") && DIRECTORIES.iter().any(is_in)
}

/// The transactions of a database, in their order.
pub(crate) fn transactions(sys: &dyn Sys, path: &str) -> Answer<Vec<Transaction>> {
    let Some(bytes) = sys.read(Path::new(path), MOST)? else { return Ok(None) };
    let log = sys.read(Path::new(&format!("{path}-wal")), MOST)?.unwrap_or_default();
    let in_file = |why: Why| Why::new(why.code, format!("{path}: {}", why.detail));
    let database = Database::open(&bytes, &log).map_err(in_file)?;
    let read = match of_dnf(&database).map_err(in_file)? {
        Some(read) => Some(read),
        None => yum::transactions(&database).map_err(in_file)?,
    };
    let Some(mut read) = read else { return Err(in_file(Why::new(WhyCode::Unsupported, "no history of dnf or yum"))) };
    let program = if path.starts_with("/var/lib/yum/") { "yum" } else { "dnf" };
    for transaction in &mut read {
        transaction.command = with_program(&transaction.command, program);
    }
    read.sort_by_key(|t| t.number);
    Ok(Some(read))
}

/// Why each package is there, as dnf wrote it down last.
pub(super) fn reasons(sys: &dyn Sys) -> Result<BTreeMap<String, Reason>, Why> {
    let mut reasons = BTreeMap::new();
    for path in DATABASES {
        for transaction in transactions(sys, path)?.unwrap_or_default().into_iter().filter(|t| t.is_done) {
            for change in transaction.changes {
                match change.deed {
                    Deed::Removed => reasons.remove(&change.name),
                    Deed::Installed | Deed::Kept => reasons.insert(change.name, change.reason),
                };
            }
        }
    }
    Ok(reasons)
}

/// dnf and yum write down their arguments, dnf's fifth version all of the command.
fn with_program(command: &str, program: &str) -> String {
    let command = command.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = command.split(' ').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let is_named = ["dnf", "yum", "microdnf"].iter().any(|name| first.starts_with(name));
    if command.is_empty() || is_named { command } else { format!("{program} {command}") }
}

/// The numbers that a version of dnf writes for what it did.
struct Numbers {
    done: i64,
    installed: i64,
    removed: i64,
    /// What another package or version took the place of: the row of that one says what came.
    replaced: &'static [i64],
}

const FOURTH: Numbers = Numbers { done: 1, installed: 1, removed: 8, replaced: &[3, 5, 7, 10] };
const FIFTH: Numbers = Numbers { done: 2, installed: 1, removed: 5, replaced: &[6] };

/// The tables of dnf since its third version.
fn of_dnf(database: &Database<'_>) -> Result<Option<Vec<Transaction>>, Why> {
    let columns = ["id", "dt_begin", "user_id", "cmdline", "description", "state", "done", "state_id"];
    let Some(rows) = database.table("trans", columns)? else { return Ok(None) };
    let mut all: BTreeMap<i64, Transaction> = BTreeMap::new();
    for [id, began, user, command, description, state, done, fifth] in &rows {
        let Some(number) = id.int() else { continue };
        let is_done = match (fifth.int(), state.int().or(done.int())) {
            (Some(state), _) => state == FIFTH.done,
            (None, state) => state == Some(FOURTH.done),
        };
        let command = command.text().or(description.text()).unwrap_or_default().to_owned();
        let began = began.int().unwrap_or_default();
        all.insert(number, Transaction { number, began, user: logged_in(user), command, is_done, changes: Vec::new() });
    }
    let names = named(database)?;
    let columns = ["id", "trans_id", "item_id", "action", "reason", "action_id", "reason_id"];
    for [_, transaction, item, action, reason, fifth, its_reason] in
        database.table("trans_item", columns)?.unwrap_or_default()
    {
        let numbers = if fifth == Cell::Nothing { FOURTH } else { FIFTH };
        let action = fifth.int().or(action.int()).unwrap_or_default();
        let transaction = transaction.int().and_then(|number| all.get_mut(&number));
        let name = item.int().and_then(|item| names.get(&item));
        let (Some(transaction), Some(name)) = (transaction, name) else { continue };
        if numbers.replaced.contains(&action) {
            continue;
        }
        let deed = match action {
            action if action == numbers.installed => Deed::Installed,
            action if action == numbers.removed => Deed::Removed,
            _ => Deed::Kept,
        };
        let reason = match its_reason.int().or(reason.int()) {
            Some(2) => Reason::Asked,
            None | Some(0) => Reason::Unknown,
            Some(_) => Reason::Brought,
        };
        transaction.changes.push(Change { name: name.clone(), deed, reason });
    }
    Ok(Some(all.into_values().collect()))
}

/// The names of packages by the numbers of their items.
fn named(database: &Database<'_>) -> Result<BTreeMap<i64, String>, Why> {
    let shared = by_number(database, "pkg_name", "id")?;
    let rows = database.table("rpm", ["item_id", "name", "name_id"])?.unwrap_or_default();
    let one = |[item, name, shared_name]: &[Cell; 3]| {
        let shared = shared_name.int().and_then(|number| shared.get(&number)).map(String::as_str);
        Some((item.int()?, name.text().or(shared)?.to_owned()))
    };
    Ok(rows.iter().filter_map(one).collect())
}

/// The names in a table by the numbers in a column.
pub(super) fn by_number(database: &Database<'_>, table: &str, number: &str) -> Result<BTreeMap<i64, String>, Why> {
    let rows = database.table(table, [number, "name"])?.unwrap_or_default();
    Ok(rows.iter().filter_map(|[number, name]| Some((number.int()?, name.text()?.to_owned()))).collect())
}

/// The number of a user, unless nobody was logged in.
pub(super) fn logged_in(cell: &Cell) -> Option<i64> {
    cell.int().filter(|uid| (0..i64::from(u32::MAX)).contains(uid))
}

/// A database as a text in which line N is transaction N: `SECONDS USER COMMAND`, then what it did, between tabs.
pub(crate) fn page(transactions: &[Transaction], accounts: Option<&Accounts>) -> (String, i64) {
    /// The most lines that are left empty for transactions that are not there.
    const MOST_EMPTY: i64 = 10_000;
    let first = transactions.first().map_or(1, |t| t.number.max(1));
    let mut next = first;
    let mut page = String::new();
    for transaction in transactions {
        let empty = transaction.number.saturating_sub(next).clamp(0, MOST_EMPTY);
        page.extend((0..empty).map(|_| '\n'));
        page.push_str(&line(transaction, accounts));
        page.push('\n');
        next = next.saturating_add(empty + 1);
    }
    (page, first)
}

fn line(transaction: &Transaction, accounts: Option<&Accounts>) -> String {
    let name = |uid: i64| {
        let known = accounts.and_then(|a| a.users.iter().find(|u| i64::from(u.uid) == uid));
        known.map_or_else(|| uid.to_string(), |user| user.name.clone())
    };
    let who = transaction.user.map_or_else(|| "-".to_owned(), name);
    let mut line = format!("{}\t{who}\t{}", transaction.began, transaction.command);
    if !transaction.is_done {
        line.push_str("\tfailed");
    }
    let is = |change: &&Change, deed: Deed, asked: bool| {
        change.deed == deed && (deed != Deed::Installed || asked == (change.reason != Reason::Brought))
    };
    for (word, deed, asked) in
        [("installed", Deed::Installed, true), ("brought", Deed::Installed, false), ("removed", Deed::Removed, true)]
    {
        let names: Vec<&str> =
            transaction.changes.iter().filter(|c| is(c, deed, asked)).map(|c| c.name.as_str()).collect();
        if !names.is_empty() {
            line.push_str(&format!("\t{word}: {}", names.join(" ")));
        }
    }
    // Nothing that stands in a database begins a line of its own.
    line.replace(['\n', '\r'], " ")
}
