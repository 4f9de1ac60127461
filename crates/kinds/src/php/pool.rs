//! FPM's pools, from php-fpm.conf and what it includes.

use super::ini::{self, Entry};
use super::layout::Sapi;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::id::glob;
use model::place::Place;
use model::text;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The pools of one FPM, and its global settings.
#[derive(Debug, Clone, Default)]
pub struct Pools {
    /// The settings of the whole FPM.
    pub global: Vec<Setting>,
    /// The settings of each pool, by its name.
    pub pools: BTreeMap<String, Vec<Setting>>,
}

/// A setting and where it stands.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The setting.
    pub entry: Entry,
    /// Its file and line.
    pub place: Place,
}

const MOST_FILES: usize = 2000;

/// The files that are being read, one inside the other, and how many were.
#[derive(Default)]
struct Reading {
    count: usize,
    open: Vec<String>,
}

type ByFile = BTreeMap<String, Result<Pools, Why>>;

/// The pools of every FPM of the host, by main file; read once a look.
struct Read(ByFile);

/// The pools of an interface; other interfaces than FPM have none.
pub fn of(sys: &dyn Sys, sapi: &Sapi) -> Result<Pools, Why> {
    let Some(main) = &sapi.pools else { return Ok(Pools::default()) };
    let read: Arc<Read> = sys.memo().get(|| {
        let all = super::layout::Installed::of(sys).unwrap_or_default();
        let mains = all.iter().filter_map(|s| s.pools.as_ref());
        Read(mains.map(|m| (m.clone(), look(sys, m))).collect())
    });
    read.0.get(main).cloned().unwrap_or_else(|| look(sys, main))
}

fn look(sys: &dyn Sys, main: &str) -> Result<Pools, Why> {
    let mut pools = Pools::default();
    include(sys, main, &mut pools, &mut Reading::default())?;
    Ok(pools)
}

fn include(sys: &dyn Sys, file: &str, pools: &mut Pools, reading: &mut Reading) -> Result<(), Why> {
    reading.count += 1;
    if reading.count > MOST_FILES || reading.open.iter().any(|f| f == file) {
        return Err(Why::new(
            WhyCode::TooLarge,
            format!("{file}: included by itself, or more than {MOST_FILES} files"),
        ));
    }
    let Some(text) = crate::read::file(sys, file)? else { return Ok(()) };
    reading.open.push(file.to_owned());
    for entry in ini::parse(&text) {
        if entry.key == "include" {
            for path in matching(sys, file, &entry.kept)? {
                include(sys, &path, pools, reading)?;
            }
            continue;
        }
        let place = Place::line(file, entry.line);
        let pool = entry.section.clone();
        let setting = Setting { entry: in_pool(entry, &pool), place };
        if pool.is_empty() || pool.eq_ignore_ascii_case("global") {
            pools.global.push(setting);
        } else {
            pools.pools.entry(pool).or_default().push(setting);
        }
    }
    reading.open.pop();
    Ok(())
}

/// FPM writes the pool's name for `$pool`.
fn in_pool(mut entry: Entry, pool: &str) -> Entry {
    entry.written = entry.written.replace("$pool", pool);
    entry.kept = entry.kept.replace("$pool", pool);
    entry
}

/// The files an `include` names: a path or a pattern in its last part.
fn matching(sys: &dyn Sys, from: &str, pattern: &str) -> Result<Vec<String>, Why> {
    let near = Path::new(from).parent().unwrap_or(Path::new("/"));
    let path = near.join(pattern);
    let (Some(dir), Some(last)) = (path.parent(), path.file_name()) else { return Ok(Vec::new()) };
    let last = last.to_string_lossy();
    let names = sys.list(dir)?.unwrap_or_default();
    let names = names.iter().map(|n| text::from_bytes(n.as_encoded_bytes()));
    let fits = |n: &String| glob(&last, n) && (!n.starts_with('.') || last.starts_with('.'));
    Ok(names.filter(fits).map(|n| format!("{}/{n}", dir.display())).collect())
}

impl Setting {
    /// The ini key it sets, if it sets one, and whether it is a flag.
    pub fn ini_key(&self) -> Option<(&str, bool)> {
        let (word, key) = self.entry.key.split_once('[')?;
        let key = key.strip_suffix(']')?.trim();
        match word.trim() {
            "php_value" | "php_admin_value" => Some((key, false)),
            "php_flag" | "php_admin_flag" => Some((key, true)),
            _ => None,
        }
    }

    /// Whether scripts cannot change it: such settings win over the others.
    pub fn is_admin(&self) -> bool {
        self.entry.key.starts_with("php_admin_")
    }

    /// The environment variable it sets, if it sets one.
    pub fn variable(&self) -> Option<&str> {
        self.entry.key.strip_prefix("env[")?.strip_suffix(']').map(str::trim)
    }
}
