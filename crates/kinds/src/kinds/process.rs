//! Processes. A service answers for its own; those that no unit of systemd answers for are what people started by hand
//! and what the next boot forgets.

use crate::accounts::Accounts;
use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::processes::{self, Process as One, Processes};
use crate::sys::Sys;
use crate::systemd::show::{self, Units};
use model::answer::Answer;
use model::coverage::Coverage;
use model::fact::Fact;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::BTreeMap;

/// Processes.
pub(super) struct Process;

const PROPERTIES: &[Property] = &[
    Property::new("user", Shape::Set, "the users it runs as").live(),
    Property::new("args", Shape::Set, "the command lines, arguments joined by blanks")
        .live()
        .aliases(&["arguments", "command"]),
    Property::new("count", Shape::Int, "how many there are of this name").live().on_request(),
    Property::new("service", Shape::Set, "the services of systemd they belong to").live().on_request(),
];

impl Kind for Process {
    fn name(&self) -> &'static str {
        "process"
    }

    fn summary(&self) -> &'static str {
        "processes of one name, in full and not only its first 15 bytes; capture writes down those that no service answers for"
    }

    fn area(&self) -> Area {
        Area::Services
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn presence(&self) -> &'static str {
        "running"
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let processes = processes::all(sys);
        let processes = match &*processes {
            Ok(processes) => processes,
            Err(why) => return Coverage::Unknown(why.clone()),
        };
        let units = show::units(sys);
        let accounts = Accounts::of(sys);
        let users = Users(accounts.as_ref().as_ref().ok());
        let mut listing = Listing::default();
        for (name, all) in by_name(processes) {
            let asked = ask.names.contains_key(name);
            let is_unanswered = all.iter().any(|p| is_by_hand(p, processes, &units));
            if asked || ask.sweep && is_unanswered {
                let standing = if is_unanswered { Standing::Local } else { Standing::Shipped };
                listing.add(name, shown(&all, users, asked, standing));
            }
        }
        for name in ask.names.keys() {
            let all: Vec<&One> = processes.values().filter(|p| is_called(p, name)).collect();
            if !listing.has(name) && !all.is_empty() {
                listing.add(name, shown(&all, users, true, Standing::Shipped));
            }
        }
        listing.show(ask, out)
    }
}

fn by_name(processes: &Processes) -> BTreeMap<&str, Vec<&One>> {
    let mut out: BTreeMap<&str, Vec<&One>> = BTreeMap::new();
    for process in processes.values() {
        out.entry(&process.name).or_default().push(process);
    }
    out
}

/// Whether a process goes by another name too: its program's, or the first 15 bytes of its own.
fn is_called(process: &One, name: &str) -> bool {
    let program = process.args.first().and_then(|a| a.rsplit('/').next());
    program == Some(name) || process.name.get(..15).is_some_and(|cut| cut == name)
}

/// Programs that only stand for the one that they start.
const STAND_INS: &[&str] = &["su", "sudo", "runuser", "doas", "setpriv", "timeout", "nohup", "setsid", "daemon"];

/// Whether a person started a process, itself or through a program that stands for it.
fn is_by_hand(process: &One, processes: &Processes, units: &Answer<Units>) -> bool {
    let mut at = process;
    for _ in 0..=STAND_INS.len() {
        if is_unanswered_for(at, processes, units) {
            return true;
        }
        match processes.get(&at.parent).filter(|parent| STAND_INS.contains(&parent.name.as_str())) {
            Some(parent) => at = parent,
            None => return false,
        }
    }
    false
}

/// Whether nobody answers for a process: its parent is gone, so that it belongs to the first process, and it is not
/// the main process of a service.
fn is_unanswered_for(process: &One, processes: &Processes, units: &Answer<Units>) -> bool {
    if process.parent != 1 || process.pid == 1 || is_connection(process) {
        return false;
    }
    let Ok(Some(units)) = units else {
        // Without systemd the first process answers for what it started.
        return processes.get(&1).is_some_and(|first| first.name == "systemd");
    };
    let Some(unit) = process.unit() else { return true };
    if process.group.split('/').any(|p| p.starts_with("user@")) {
        return false;
    }
    let main = units.get(unit).and_then(|u| u.get("MainPID")).and_then(|p| p.parse::<u32>().ok()).unwrap_or(0);
    if unit.ends_with(".scope") {
        return unit.starts_with("session-");
    }
    let is_only_oneshot = units.get(unit).is_some_and(|u| {
        u.get("RemainAfterExit").is_some_and(|r| r == "yes") || u.get("Type").is_some_and(|t| t == "oneshot")
    });
    // A service that forks leaves its own processes to the first one; others start what they do not keep.
    let forks = units.get(unit).is_some_and(|u| u.get("Type").is_some_and(|t| t == "forking"));
    main != process.pid && (is_only_oneshot || main != 0 && !forks)
}

/// Whether a process is a connection of sshd, which outlives a restart of it: it says whose it is (`sshd: anna@pts/0`).
fn is_connection(process: &One) -> bool {
    let title = format!("{}: ", process.name);
    let says = |a: &String| a.starts_with(&title) && !a.contains("[listener]");
    matches!(process.name.as_str(), "sshd" | "sshd-session") && process.args.first().is_some_and(says)
}

/// The names of users, where the accounts could be read.
#[derive(Clone, Copy)]
struct Users<'a>(Option<&'a Accounts>);

impl Users<'_> {
    fn name(self, uid: u32) -> String {
        let known = self.0.and_then(|a| a.users.iter().find(|u| u.uid == uid));
        known.map_or_else(|| uid.to_string(), |u| u.name.clone())
    }
}

fn shown(all: &[&One], accounts: Users<'_>, in_full: bool, standing: Standing) -> Shown {
    let users = all.iter().map(|p| accounts.name(p.uid));
    let args = all.iter().map(|p| p.args.join(" "));
    let shown = Shown::new().stands("user", Value::set(users), standing).stands("args", Value::set(args), standing);
    if !in_full {
        return shown;
    }
    let services = Value::set(all.iter().filter_map(|p| p.service()).map(str::to_owned));
    shown.is("count", i64::try_from(all.len()).unwrap_or(i64::MAX)).fact("service", Fact::is(services))
}
