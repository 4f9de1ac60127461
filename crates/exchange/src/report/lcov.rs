//! LCOV, so that editors and CI services colour the configuration itself: a line is hit when a request came there; a
//! location is a function; and each place is a branch point of two: requests came, and a claim held. What is exercised
//! and claimed by nobody is therefore shown as partly covered. What cannot be reached is left out.

use super::Run;
use model::place::Place;
use model::proven::{Proven, Site};
use model::text::for_terminal;
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// What is known of one file.
#[derive(Debug, Default)]
struct File {
    lines: BTreeMap<u32, u64>,
    places: BTreeMap<u32, Part>,
}

/// What begins on a line, in all servers that include it.
#[derive(Debug, Default)]
struct Part {
    name: String,
    came: u64,
    asserted: u64,
}

/// Writes it.
pub fn write(run: &Run, out: &mut dyn Write) -> Result<()> {
    for target in &run.targets {
        for proven in &target.proven {
            let mut files: BTreeMap<&str, File> = BTreeMap::new();
            for site in proven.sites.iter().filter(|s| s.state.is_reachable()) {
                add(&mut files, site);
            }
            for (path, file) in &files {
                writeln!(out, "TN:{}", named(&target.name))?;
                one(kept(proven, path), file, out)?;
            }
        }
    }
    Ok(())
}

fn add<'a>(files: &mut BTreeMap<&'a str, File>, site: &'a Site) {
    for place in &site.lines {
        let Place { file, line, .. } = place;
        *files.entry(file).or_default().lines.entry(*line).or_default() += site.came;
    }
    let place = files.entry(&site.at.file).or_default().places.entry(site.at.line).or_default();
    if place.name.is_empty() {
        place.name = format!("{}:{}", site.at.line, site.name);
    }
    place.came += site.came;
    place.asserted += site.asserted;
}

fn one(path: &str, file: &File, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "SF:{}", line(path))?;
    for (number, part) in &file.places {
        writeln!(out, "FN:{number},{}", line(&part.name))?;
    }
    for part in file.places.values() {
        writeln!(out, "FNDA:{},{}", part.came, line(&part.name))?;
    }
    let hit = |part: &&Part| part.came > 0;
    writeln!(out, "FNF:{}\nFNH:{}", file.places.len(), file.places.values().filter(hit).count())?;
    for (number, part) in &file.places {
        let taken = |n: u64| if part.came == 0 { "-".to_owned() } else { n.to_string() };
        writeln!(out, "BRDA:{number},0,0,{}\nBRDA:{number},0,1,{}", taken(part.came), taken(part.asserted))?;
    }
    let branches: usize = file.places.values().map(|p| usize::from(p.came > 0) + usize::from(p.asserted > 0)).sum();
    writeln!(out, "BRF:{}\nBRH:{branches}", file.places.len() * 2)?;
    for (number, hits) in &file.lines {
        writeln!(out, "DA:{number},{hits}")?;
    }
    let hit = file.lines.values().filter(|hits| **hits > 0).count();
    writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", file.lines.len())
}

/// Where a file of the target is kept here.
fn kept<'a>(proven: &'a Proven, path: &'a str) -> &'a str {
    proven.kept.get(path).map_or(path, String::as_str)
}

/// One line, whatever the target calls it.
fn line(text: &str) -> String {
    for_terminal(text).into_owned()
}

/// Test names are of letters, digits and underscores.
fn named(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
