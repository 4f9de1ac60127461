//! PHP's settings in effect, per server interface and per FPM pool, defaults included.

use crate::kind::{Area, Kind, Property, Shape};
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::php::info::Info;
use crate::php::layout::Sapi;
use crate::php::pool::{self, Setting};
use crate::php::settings::{self, Reading, switch};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use std::collections::{BTreeMap, BTreeSet};

/// PHP's settings in effect.
pub(super) struct PhpIni;

const PROPERTIES: &[Property] = &[Property::new(
    "value",
    Shape::Text,
    "the value in effect as `php -i` shows it (`On`, `Off`, empty for no value), from the program where it runs, else from \
     the ini files; its place is the line that sets it",
)];

impl Kind for PhpIni {
    fn name(&self) -> &'static str {
        "php-ini"
    }

    fn summary(&self) -> &'static str {
        "a PHP setting, named `cli:KEY` (or `fpm:`, `apache2:`) or `fpm/POOL:KEY`; where several PHPs are installed the \
         version stands before it: `8.2/fpm/www:memory_limit`"
    }

    fn area(&self) -> Area {
        Area::Runtime
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let all = match settings::installed(sys) {
            Ok(all) => all,
            Err(why) => return unknown(ask, out, why),
        };
        let mut seen = Seen::default();
        let mut coverage = Coverage::Complete;
        for sapi in &all {
            if !ask.sweep && !ask.names.keys().any(|n| concerns(n, sapi)) {
                coverage = worse(coverage, Coverage::Asked);
                continue;
            }
            if let Err(why) = seen.look(sys, sapi, ask) {
                coverage = worse(coverage, Coverage::Unknown(why));
            }
        }
        seen.show(ask, &all, out, &coverage);
        coverage
    }
}

fn unknown(ask: &Ask, out: &mut Out<'_>, why: Why) -> Coverage {
    for name in ask.names.keys() {
        out.unknown(name, &why);
    }
    Coverage::Unknown(why)
}

fn worse(one: Coverage, other: Coverage) -> Coverage {
    match (one, other) {
        (Coverage::Unknown(why), _) | (_, Coverage::Unknown(why)) => Coverage::Unknown(why),
        (Coverage::Asked, _) | (_, Coverage::Asked) => Coverage::Asked,
        (Coverage::Complete, Coverage::Complete) => Coverage::Complete,
    }
}

/// Whether a name asked for can be one of this interface.
fn concerns(name: &str, sapi: &Sapi) -> bool {
    under(name, &sapi.label).is_some() || under(name, &full(sapi)).is_some()
}

/// The interface with its version, also where only one is installed.
fn full(sapi: &Sapi) -> String {
    format!("{}/{}", sapi.version, sapi.name)
}

/// What stands after an interface's label in a name: `:KEY` or `/POOL:KEY`.
fn under<'a>(name: &'a str, label: &str) -> Option<&'a str> {
    name.strip_prefix(label).filter(|rest| rest.starts_with([':', '/']))
}

/// The facts by name: those that a sweep shows, and those that only an exact question shows.
#[derive(Default)]
struct Seen {
    swept: BTreeMap<String, Fact>,
    more: BTreeMap<String, Fact>,
}

impl Seen {
    fn look(&mut self, sys: &dyn Sys, sapi: &Sapi, ask: &Ask) -> Result<(), Why> {
        let reading = settings::of(sys, sapi)?;
        let pools = pool::of(sys, sapi)?;
        let facts = Facts::of(sys, &reading, ask);
        let keys: BTreeSet<&String> = facts.by_key.keys().collect();
        for key in &keys {
            let name = format!("{}:{key}", sapi.label);
            let into = if pools.pools.is_empty() { &mut self.swept } else { &mut self.more };
            into.insert(name, facts.by_key[*key].clone());
        }
        for (pool, own) in &pools.pools {
            let own = overrides(sys, &reading, own);
            let keys = keys.iter().copied().chain(own.keys()).collect::<BTreeSet<_>>();
            for key in keys {
                let fact = own.get(key).map(|o| o.fact(facts.by_key.get(key)));
                if let Some(fact) = fact.or_else(|| facts.by_key.get(key).cloned()) {
                    self.swept.insert(format!("{}/{pool}:{key}", sapi.label), fact);
                }
            }
        }
        incomplete(&reading)
    }

    fn show(&self, ask: &Ask, all: &[Sapi], out: &mut Out<'_>, coverage: &Coverage) {
        for (name, fact) in self.swept.iter().filter(|(name, _)| ask.sweep || ask.names.contains_key(*name)) {
            out.show(name, Shown::new().fact("value", fact.clone()));
        }
        for name in ask.names.keys().filter(|n| !self.swept.contains_key(*n)) {
            match (self.find(name, all), coverage) {
                (Some(fact), _) => out.show(name, Shown::new().fact("value", fact.clone())),
                (None, Coverage::Unknown(why)) => out.unknown(name, why),
                (None, Coverage::Complete | Coverage::Asked) => out.absent(name),
            }
        }
    }

    /// A name that no sweep shows: of the whole FPM, or with the version of the only PHP.
    fn find(&self, name: &str, all: &[Sapi]) -> Option<&Fact> {
        let short = all.iter().find_map(|s| under(name, &full(s)).map(|rest| format!("{}{rest}", s.label)));
        let get = |n: &str| self.swept.get(n).or_else(|| self.more.get(n));
        get(name).or_else(|| get(&short?))
    }
}

/// Without the program's own word, the defaults are not known.
fn incomplete(reading: &Reading) -> Result<(), Why> {
    let defaults = format!("the defaults of {}", reading.sapi.label);
    match &reading.info {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Why::new(WhyCode::NoTool, format!("{defaults}: no program tells them"))),
        Err(why) => Err(why.clone().during(&defaults)),
    }
}

/// The facts of a whole interface.
struct Facts {
    by_key: BTreeMap<String, Fact>,
}

impl Facts {
    fn of(sys: &dyn Sys, reading: &Reading, ask: &Ask) -> Self {
        let known = reading.info.as_ref().ok().and_then(Option::as_ref);
        let keys: BTreeSet<&String> =
            reading.set.keys().chain(known.iter().flat_map(|i| i.directives.keys())).collect();
        // What PHP begins with is asked only if a line of people's stands where the package has none.
        let wants = |k: &&String| reading.set.contains_key(*k) && !reading.packaged.contains_key(*k);
        let bare =
            if ask.sweep && keys.iter().any(wants) { settings::bare(sys, &reading.sapi).ok().flatten() } else { None };
        let fact = |key: &String| Some((key.clone(), fact(reading, bare.as_deref(), key)?));
        Self { by_key: keys.into_iter().filter_map(fact).collect() }
    }
}

fn fact(reading: &Reading, bare: Option<&Info>, key: &str) -> Option<Fact> {
    let (set, packaged) = (reading.set.get(key), reading.packaged.get(key));
    let known = reading.info.as_ref().ok().and_then(Option::as_ref);
    let unheeded = known.is_some_and(|i| !i.directives.contains_key(key));
    let ours = set.map(|s| &s.kept) == packaged;
    // A packaged line for an extension that is not loaded has no effect and is nobody's doing.
    if unheeded && ours {
        return None;
    }
    let mut fact = Fact::is(reading.value(key)?);
    if let Some(set) = set {
        fact = fact.at(set.place.clone());
    } else if packaged.is_some() {
        fact = fact.at(Place::file(&reading.main));
    }
    if ours {
        return Some(fact);
    }
    // A line of people's own is their doing, also where it says what PHP begins with.
    let own = bare.and_then(|b| b.directives.get(key)).map(String::as_str);
    Some(match packaged {
        Some(shipped) => fact.against(reading.shown(key, shipped)),
        None => match own {
            Some(own) => fact.against(own).local(),
            None => fact.local(),
        },
    })
}

/// A key as a pool sets it.
struct Override {
    value: String,
    appends: bool,
    place: Place,
    standing: Standing,
}

impl Override {
    fn fact(&self, inherited: Option<&Fact>) -> Fact {
        let before =
            inherited.and_then(Fact::value).and_then(|v| v.as_text()).filter(|v| self.appends && !v.is_empty());
        let value = before.map_or_else(|| self.value.clone(), |b| format!("{b},{}", self.value));
        let fact = Fact::is(value).at(self.place.clone());
        let outside = inherited.and_then(|i| i.shipped.as_ref().or(i.value()));
        match (self.standing, outside) {
            (Standing::Local, Some(outside)) => fact.against(outside.clone()).local(),
            (standing, _) => fact.standing(standing),
        }
    }
}

/// What a pool sets over the interface's settings: `php_admin_…` wins over `php_…`, the last line over earlier ones.
fn overrides(sys: &dyn Sys, reading: &Reading, settings: &[Setting]) -> BTreeMap<String, Override> {
    let mut files: BTreeMap<&str, (Vec<String>, Origin)> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for admin in [false, true] {
        for setting in settings.iter().filter(|s| s.is_admin() == admin) {
            let Some((key, flag)) = setting.ini_key() else { continue };
            let (lines, origin) = files.entry(&setting.place.file).or_insert_with(|| file(sys, &setting.place.file));
            let line = lines.get((setting.place.line as usize).saturating_sub(1)).map_or("", String::as_str);
            let kept = &setting.entry.kept;
            let value = if flag { switch(kept).to_owned() } else { reading.shown(key, kept) };
            let appends = matches!(key, "disable_functions" | "disable_classes");
            let standing = origin.line(line);
            found.insert(key.to_owned(), Override { value, appends, place: setting.place.clone(), standing });
        }
    }
    found
}

fn file(sys: &dyn Sys, path: &str) -> (Vec<String>, Origin) {
    let text = read::file_or_empty(sys, path).unwrap_or_default();
    let origin = Origin::of(sys, path, &text, &[]);
    (text.lines().map(str::to_owned).collect(), origin)
}
