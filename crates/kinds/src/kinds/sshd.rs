//! sshd's settings in effect, defaults included, and the settings under its `Match` blocks.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::read;
use crate::sshd_config::{self, adds_up, effective};
use crate::sys::{Command, Output, Sys};
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::id::glob;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// sshd's settings in effect.
pub(super) struct Sshd;

const PROPERTIES: &[Property] = &[Property::new(
    "value",
    Shape::Text,
    "the value as `sshd -T` shows it, from the configuration files where sshd cannot be asked; values of several lines are \
     joined by blanks",
)];

const MAIN: &str = "/etc/ssh/sshd_config";
const MOST_FILES: usize = 200;

impl Kind for Sshd {
    fn name(&self) -> &'static str {
        "sshd"
    }

    fn summary(&self) -> &'static str {
        "a setting of sshd, named by its keyword in lower case (`permitrootlogin`), under a Match block as \
         `match CRITERIA:KEYWORD`"
    }

    fn area(&self) -> Area {
        Area::People
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let facts = facts(sys, &mut listing);
        let facts = listing.seen(facts);
        for name in ask.names.keys().filter(|n| !facts.contains_key(*n)) {
            // A keyword may be written as in the files: PermitRootLogin.
            if let Some(fact) = facts.get(&name.to_ascii_lowercase()) {
                listing.add(name.as_str(), Shown::new().fact("value", fact.clone()));
            }
        }
        for (name, fact) in facts {
            listing.add(name, Shown::new().fact("value", fact));
        }
        listing.show(ask, out)
    }
}

/// What the files set, by name.
#[derive(Default)]
struct Set {
    values: Vec<String>,
    place: Option<Place>,
    standing: Standing,
}

/// The files as they are, and as packages brought them.
#[derive(Default)]
struct Files {
    set: BTreeMap<String, Set>,
    shipped: BTreeMap<String, Vec<String>>,
    read: usize,
    open: Vec<String>,
    silent: Option<Why>,
}

fn facts(sys: &dyn Sys, listing: &mut Listing) -> Result<BTreeMap<String, Fact>, Why> {
    let mut files = Files::default();
    // What was read up to a file that cannot be read still holds.
    match files.read(sys, MAIN, String::new()) {
        Ok(false) => return Ok(BTreeMap::new()),
        Ok(true) => {}
        Err(why) => listing.blind(why),
    }
    let told = match told(sys) {
        Ok(told) => told.unwrap_or_default(),
        Err(why) => {
            files.silent = Some(why.clone());
            listing.blind(why);
            BTreeMap::new()
        }
    };
    let names: BTreeSet<&String> = told.keys().chain(files.set.keys()).collect();
    Ok(names.into_iter().map(|n| (n.clone(), files.fact(n, told.get(n)))).collect())
}

/// What `sshd -T` shows, by keyword.
fn told(sys: &dyn Sys) -> Answer<BTreeMap<String, String>> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    let Some(mut output) = sys.run(&Command::new(["sshd", "-T"]))? else {
        return Err(Why::new(WhyCode::NoTool, "there is no sshd that tells its settings"));
    };
    if output.status != 0 && text::from_bytes(&output.stderr).contains("connection test specification") {
        // Older ones want to know for whom, as soon as there is a Match block.
        let nobody = "user=-,host=-,addr=0.0.0.0,laddr=0.0.0.0,lport=0";
        output = sys.run(&Command::new(["sshd", "-T", "-C", nobody]))?.unwrap_or(output);
    }
    settings(&output).map(Some)
}

fn settings(output: &Output) -> Result<BTreeMap<String, String>, Why> {
    if output.status != 0 {
        let said = text::from_bytes(&output.stderr);
        let said = said.lines().next().unwrap_or("it said nothing").trim();
        return Err(Why::new(WhyCode::Failed, format!("sshd -T ended with {}: {said}", output.status)));
    }
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for line in text::from_bytes(&output.stdout).lines().filter(|l| !l.is_empty()) {
        let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
        match all.get_mut(keyword) {
            Some(before) => *before = format!("{before} {value}"),
            None => _ = all.insert(keyword.to_owned(), value.to_owned()),
        }
    }
    Ok(all)
}

impl Files {
    /// Reads a file and what it includes, under a Match block or none. False when it is not there.
    fn read(&mut self, sys: &dyn Sys, path: &str, mut block: String) -> Result<bool, Why> {
        self.read += 1;
        if self.read > MOST_FILES || self.open.iter().any(|f| f == path) {
            return Err(Why::new(
                WhyCode::TooLarge,
                format!("{path}: included by itself, or more than {MOST_FILES} files"),
            ));
        }
        let Some(text) = read::file(sys, path)? else { return Ok(false) };
        let copies = if path == MAIN { vec!["/usr/share/openssh/sshd_config".to_owned()] } else { Vec::new() };
        let origin = Origin::of(sys, path, &text, &copies);
        let lines: Vec<&str> = text.lines().collect();
        self.open.push(path.to_owned());
        for directive in sshd_config::parse(&text) {
            match directive.keyword.as_str() {
                "match" => block = format!("match {}:", directive.value.to_ascii_lowercase()),
                "include" => {
                    for pattern in directive.value.split(' ') {
                        for file in matching(sys, pattern)? {
                            self.read(sys, &file, block.clone())?;
                        }
                    }
                }
                keyword => {
                    let line = lines.get((directive.line as usize).saturating_sub(1)).copied().unwrap_or_default();
                    let set = self.set.entry(format!("{block}{keyword}")).or_default();
                    if set.values.is_empty() || adds_up(keyword) {
                        let place = Place::line(path, directive.line);
                        set.standing = set.standing.max(origin.line(line));
                        set.place.get_or_insert(place);
                        set.values.push(directive.value);
                    }
                }
            }
        }
        self.open.pop();
        self.brought(origin.pristine.as_deref().unwrap_or_default());
        Ok(true)
    }

    /// What a file says as its package brought it.
    fn brought(&mut self, text: &str) {
        let mut block = String::new();
        for directive in sshd_config::parse(text) {
            if directive.keyword == "match" {
                block = format!("match {}:", directive.value.to_ascii_lowercase());
                continue;
            }
            let name = format!("{block}{}", directive.keyword);
            let values = self.shipped.entry(name).or_default();
            if values.is_empty() || adds_up(&directive.keyword) {
                values.push(directive.value);
            }
        }
    }

    fn fact(&self, name: &str, told: Option<&String>) -> Fact {
        let keyword = name.rsplit(':').next().unwrap_or(name);
        let shown = |values: &[String]| effective(keyword, &values.join(" "));
        let shipped = self.shipped.get(name).and_then(|v| shown(v));
        let Some(set) = self.set.get(name) else {
            let fact = Fact::is(told.map_or("", String::as_str));
            // The package's own line was taken out.
            return match shipped {
                Some(shipped) => fact.at(Place::file(MAIN)).against(shipped),
                None => fact,
            };
        };
        let fact = match told.cloned().or_else(|| shown(&set.values)) {
            Some(value) => Fact::is(value),
            None => Fact::unknown(self.silent.clone().unwrap_or_else(Why::not_running).during(name)),
        };
        let mut fact = fact.standing(set.standing);
        fact.place.clone_from(&set.place);
        match (set.standing, shipped) {
            (Standing::Local, Some(shipped)) => fact.standing(Standing::Shipped).against(shipped),
            _ => fact,
        }
    }
}

/// The files an Include names: paths or patterns in their last part, of /etc/ssh where they are not absolute.
fn matching(sys: &dyn Sys, pattern: &str) -> Result<Vec<String>, Why> {
    let path = Path::new("/etc/ssh").join(pattern);
    let (Some(dir), Some(last)) = (path.parent(), path.file_name()) else { return Ok(Vec::new()) };
    let last = last.to_string_lossy();
    let names = sys.list(dir)?.unwrap_or_default();
    let names = names.iter().map(|n| text::from_bytes(n.as_encoded_bytes()));
    let fits = |n: &String| glob(&last, n) && (!n.starts_with('.') || last.starts_with('.'));
    Ok(names.filter(fits).map(|n| format!("{}/{n}", dir.display())).collect())
}
