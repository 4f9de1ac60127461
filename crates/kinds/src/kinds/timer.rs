//! Timers of systemd: when they start what.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::shipped;
use crate::sys::Sys;
use crate::systemd::enabled::Enabled;
use crate::systemd::show;
use crate::systemd::unit_file;
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;

/// Timers.
pub(super) struct Timer;

const PROPERTIES: &[Property] = &[
    Property::new("schedule", Shape::Set, "when it elapses: OnCalendar=, OnBootSec= and their like (systemd.timer(5))"),
    Property::new("unit", Shape::Text, "what it starts"),
    Property::new("persistent", Shape::Bool, "whether a time missed while the host was off is made up for"),
    Property::new("enabled", Shape::Bool, "whether it is started at boot"),
    Property::new("masked", Shape::Bool, "whether it is a link to /dev/null"),
    Property::new("active", Shape::Bool, "whether it waits for its time now").live(),
    Property::new("drop-ins", Shape::List, "files that change it, in the order in which they count"),
];

const ENDING: &str = ".timer";

impl Kind for Timer {
    fn name(&self) -> &'static str {
        "timer"
    }

    fn summary(&self) -> &'static str {
        "a timer of systemd, named without `.timer`"
    }

    fn area(&self) -> Area {
        Area::Schedule
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let names = match unit_file::names(sys, &[ENDING]) {
            Ok(names) => names,
            Err(why) => return Coverage::Unknown(why),
        };
        for name in names.into_iter().filter(|n| !n.contains("@.")) {
            match shown(sys, &name) {
                Ok(Some(shown)) => listing.add(name.trim_end_matches(ENDING), shown),
                Ok(None) => {}
                Err(why) => listing.blind(why),
            }
        }
        listing.show(ask, out)
    }
}

fn shown(sys: &dyn Sys, name: &str) -> Result<Option<Shown>, Why> {
    let Some(file) = unit_file::read(sys, name)? else { return Ok(None) };
    let path = file.path.clone().unwrap_or_default();
    let own = if file.is_masked { Standing::Local } else { shipped::standing(sys, &path)? };
    let mut shown = Shown::new().stands("masked", file.is_masked, own);
    if file.is_masked {
        return Ok(Some(shown));
    }
    let mut changed = own;
    for drop_in in &file.drop_ins {
        if shipped::standing(sys, drop_in)? == Standing::Local {
            changed = Standing::Local;
        }
    }
    let schedule = file.settings.iter().filter_map(|(key, values)| {
        let key = key.strip_prefix("Timer.").filter(|k| k.starts_with("On"))?;
        Some(values.iter().map(move |v| format!("{key}={v}")))
    });
    let fact = |value: Value, standing| Fact::is(value).standing(standing).at(Place::file(&path));
    shown = shown.fact("schedule", fact(Value::set(schedule.flatten()), changed));
    let unit =
        file.last("Timer.Unit").map_or_else(|| format!("{}.service", name.trim_end_matches(ENDING)), str::to_owned);
    let persistent = matches!(file.last("Timer.Persistent"), Some("true" | "yes" | "on" | "1"));
    shown = shown.fact("unit", fact(unit.into(), own)).fact("persistent", fact(persistent.into(), own));
    if !file.drop_ins.is_empty() {
        shown = shown.fact("drop-ins", fact(Value::from(file.drop_ins.clone()), changed));
    }
    match &*Enabled::of(sys) {
        Ok(enabled) => {
            let is = enabled.is_enabled(name);
            let standing = match enabled.by_package(name) {
                Some(by_package) if by_package != is => Standing::Local,
                _ => own,
            };
            shown = shown.stands("enabled", is, standing);
        }
        Err(why) => shown = shown.fact("enabled", Fact::unknown(why.clone())),
    }
    if sys.is_live() {
        shown = match &*show::units(sys) {
            Ok(Some(units)) => {
                let active = units.get(name).and_then(|u| u.get("ActiveState")).is_some_and(|s| s == "active");
                shown.stands("active", active, own)
            }
            Ok(None) => shown,
            Err(why) => shown.fact("active", Fact::unknown(why.clone())),
        };
    }
    Ok(Some(shown))
}
