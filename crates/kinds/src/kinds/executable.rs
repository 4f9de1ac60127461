//! Commands that the host's own jobs, units and scripts call: whether they are there, where, and who brought them.
//!
//! A job that calls what is not there fails every night and nobody knows; a new host without what a script calls fails
//! later than any test looks.

use crate::crontab::{self, Form};
use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::mapped;
use crate::out::{Out, Shown};
use crate::read;
use crate::script;
use crate::shipped::{self, class, path_of};
use crate::sys::{Command, FileType, Sys};
use crate::systemd::unit_file;
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use model::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Commands that are called.
pub(super) struct Executable;

const PROPERTIES: &[Property] = &[
    Property::new("path", Shape::Text, "where it is: the first file on the PATH that can be run, links not followed"),
    Property::new("package", Shape::Text, "the package that brought it"),
    Property::new(
        "libraries",
        Shape::Set,
        "of a program that no package brought: the packages of the shared libraries that its processes have mapped \
         (/proc/PID/maps); not told where none runs",
    )
    .live(),
    Property::new("used-by", Shape::Set, "the crontabs, units and scripts of people's making that call it").volatile(),
    Property::new("version", Shape::Text, "the first line that it prints when called with `--version`")
        .live()
        .on_request(),
];

/// Where shells, systemd and cron look, in this order.
const PLACES: &[&str] = &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// Directories of scripts that people put there and something calls.
const SCRIPTS: &[&str] = &[
    "/usr/local/bin",
    "/usr/local/sbin",
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
];

/// The longest script that is read, in bytes.
const LONGEST: u64 = 1 << 20;

impl Kind for Executable {
    fn name(&self) -> &'static str {
        "executable"
    }

    fn summary(&self) -> &'static str {
        "a command that crontabs, units and scripts of people's making call, named as they write it (`php`, `/usr/bin/php`)"
    }

    fn area(&self) -> Area {
        Area::Schedule
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn presence(&self) -> &'static str {
        "found"
    }

    fn absence(&self) -> &'static str {
        "called, and not there"
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let mut called = Called::default();
        if ask.sweep {
            called.crontabs(sys, &mut listing);
            called.units(sys, &mut listing);
            called.scripts(sys, &mut listing);
        }
        for name in ask.names.keys().filter(|n| !n.contains('*')) {
            called.by_name.entry(name.clone()).or_default();
        }
        for (name, used_by) in called.by_name {
            match find(sys, &name).and_then(|p| p.map(|p| shown(sys, ask, &name, &p, used_by.clone())).transpose()) {
                Ok(Some(shown)) => listing.add(name, shown),
                Ok(None) if is_surely_called(&name, &used_by) => listing.absent(name),
                Ok(None) => {}
                Err(why) => listing.unknown(name, why),
            }
        }
        listing.show(ask, out)
    }
}

/// Who calls what.
#[derive(Default)]
struct Called {
    by_name: BTreeMap<String, BTreeSet<String>>,
}

impl Called {
    fn add(&mut self, text: &str, by: &str) {
        for command in script::commands(text) {
            self.by_name.entry(command).or_default().insert(by.to_owned());
        }
    }

    fn crontabs(&mut self, sys: &dyn Sys, listing: &mut Listing) {
        for (path, form, _) in crontab::all(sys, listing) {
            // No package writes the crontab of a user.
            if form != Form::User && !is_peoples(sys, &path) {
                continue;
            }
            let Some((_, text)) = listing.seen(crontab::text(sys, &path)) else { continue };
            for job in crontab::parse(&text, form) {
                // crontab(5): a percent sign ends the command, what follows is its input.
                self.add(&without_input(&job.command), &path);
            }
        }
    }

    fn units(&mut self, sys: &dyn Sys, listing: &mut Listing) {
        let names = listing.seen(unit_file::names(sys, &[".service"]));
        for name in names {
            let Some(unit) = listing.seen(unit_file::read(sys, &name)) else { continue };
            let Some(path) = unit.path.as_ref().filter(|p| !unit.is_masked && is_peoples(sys, p)) else { continue };
            let lines = unit.settings.iter().filter(|(key, _)| key.starts_with("Service.Exec")).flat_map(|(_, l)| l);
            for line in lines {
                self.add(line.trim_start_matches(['-', '@', '+', '!', ':']), path);
            }
        }
    }

    fn scripts(&mut self, sys: &dyn Sys, listing: &mut Listing) {
        let mut paths = vec!["/etc/rc.local".to_owned()];
        for dir in SCRIPTS {
            paths.extend(listing.seen(read::files_in(sys, dir, "")));
        }
        for path in paths {
            let text = listing.seen(shell_script(sys, &path));
            if let Some(text) = text.filter(|_| is_peoples(sys, &path)) {
                self.add(&text, &path);
            }
        }
    }
}

fn without_input(command: &str) -> String {
    let mut out = String::new();
    let mut is_escaped = false;
    for c in command.chars() {
        match c {
            '%' if !is_escaped => break,
            '%' => {
                out.pop();
                out.push('%');
            }
            c => out.push(c),
        }
        is_escaped = c == '\\';
    }
    out
}

/// The text of a file that a shell runs.
fn shell_script(sys: &dyn Sys, path: &str) -> Answer<String> {
    let real = match sys.real(&path_of(path))? {
        Some(real) => real,
        None => return Ok(None),
    };
    let Some(stat) = sys.stat(&real)? else { return Ok(None) };
    if stat.kind != FileType::File || stat.size > LONGEST {
        return Ok(None);
    }
    let Some(bytes) = sys.read(&real, LONGEST)? else { return Ok(None) };
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let is_shell = first.starts_with(b"#!") && {
        let first = text::from_bytes(first);
        first.split(['/', ' ']).any(|w| matches!(w.trim(), "sh" | "bash" | "dash" | "ksh" | "zsh" | "ash"))
    };
    Ok(is_shell.then(|| text::from_bytes(&bytes)))
}

/// Whether a file is of people's making. What cannot be decided counts as theirs.
fn is_peoples(sys: &dyn Sys, path: &str) -> bool {
    class::of(&path_of(path)).is_none() && !matches!(shipped::standing(sys, path), Ok(Standing::Shipped))
}

/// Whether a word that leads nowhere is a command all the same: in a script it may only look like one.
fn is_surely_called(name: &str, used_by: &BTreeSet<String>) -> bool {
    name.starts_with('/') || used_by.iter().any(|u| u.contains("/cron") || u.ends_with(".service"))
}

fn shown(sys: &dyn Sys, ask: &Ask, name: &str, path: &str, used_by: BTreeSet<String>) -> Result<Shown, Why> {
    let real = real(sys, path)?;
    let owner = shipped::owner(sys, &real)?;
    let standing = if owner.is_some() { Standing::Shipped } else { Standing::Local };
    let mut shown = Shown::new().stands("path", path, standing).is("used-by", Value::set(used_by));
    match owner {
        Some(owner) => shown = shown.is("package", owner),
        None if sys.is_live() && is_binary(sys, path) => match mapped::packages(sys, &real) {
            Ok(Some(packages)) => shown = shown.is("libraries", Value::set(packages)),
            Ok(None) => {}
            Err(why) => shown = shown.fact("libraries", Fact::unknown(why)),
        },
        None => {}
    }
    if ask.wants(name, "version") {
        shown = shown.fact("version", Fact::new(version(sys, path)));
    }
    Ok(shown)
}

/// Whether a file begins as elf(5) says, or is too long for a script.
fn is_binary(sys: &dyn Sys, path: &str) -> bool {
    match sys.read(&path_of(path), LONGEST) {
        Ok(bytes) => bytes.is_some_and(|b| b.starts_with(b"\x7fELF")),
        Err(why) => why.code == WhyCode::TooLarge,
    }
}

fn real(sys: &dyn Sys, path: &str) -> Result<String, Why> {
    let real = sys.real(&path_of(path))?;
    Ok(real.map_or_else(|| path.to_owned(), |p| text::from_bytes(p.as_os_str().as_encoded_bytes())))
}

/// The first file of the name that can be run.
fn find(sys: &dyn Sys, name: &str) -> Answer<String> {
    let candidates: Vec<String> = if name.contains('/') {
        vec![name.to_owned()]
    } else {
        PLACES.iter().map(|dir| format!("{dir}/{name}")).collect()
    };
    for path in candidates {
        let Some(real) = sys.real(&path_of(&path))? else { continue };
        let can_run = sys.stat(&real)?.is_some_and(|s| s.kind == FileType::File && s.mode & 0o111 != 0);
        if can_run {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn version(sys: &dyn Sys, path: &str) -> Answer<Value> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    let Some(out) = sys.run(&Command::new([path, "--version"]))? else { return Ok(None) };
    let said = text::from_bytes(if out.stdout.is_empty() { &out.stderr } else { &out.stdout });
    Ok(said.lines().find(|l| !l.trim().is_empty()).map(|l| Value::from(l.trim())))
}
