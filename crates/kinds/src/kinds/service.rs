//! Services: what starts them, whether they are enabled and running, as whom, and who decided that.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::shipped;
use crate::sys::Sys;
use crate::systemd::enabled::Enabled;
use crate::systemd::show::{self, Units};
use crate::systemd::unit_file::{self, UnitFile};
use model::answer::{Answer, Why};
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Services.
pub(super) struct Service;

const PROPERTIES: &[Property] = &[
    Property::new(
        "enabled",
        Shape::Bool,
        "whether it is started at boot, from the links in *.wants (systemctl(1) enable)",
    ),
    Property::new("running", Shape::Bool, "whether it is active; of one-shot services see their timers").live(),
    Property::new("masked", Shape::Bool, "whether it is a link to /dev/null, so that nothing can start it"),
    Property::new("static", Shape::Bool, "whether it has no [Install] section, so that it cannot be enabled")
        .on_request(),
    Property::new("type", Shape::Text, "simple, forking, oneshot… (systemd.service(5))"),
    Property::new("command", Shape::List, "its command lines (ExecStart=)").aliases(&["exec-start"]),
    Property::new("user", Shape::Text, "the user it runs as (User=)"),
    Property::new("group", Shape::Text, "the group it runs as (Group=)"),
    Property::new("restart", Shape::Text, "when it is started again (Restart=)"),
    Property::new("working-directory", Shape::Text, "where it runs (WorkingDirectory=)"),
    Property::new("limits", Shape::Set, "its limits (LimitNOFILE= and its like, MemoryMax=, TasksMax=…)"),
    Property::new("fragment", Shape::Text, "its unit file"),
    Property::new("runlevels", Shape::Set, "the run levels in which init starts it, from /etc/rc?.d or /etc/runlevels")
        .on_request(),
    Property::new("drop-ins", Shape::List, "files that change it, in the order in which they count"),
];

const ENDING: &str = ".service";

impl Kind for Service {
    fn name(&self) -> &'static str {
        "service"
    }

    fn summary(&self) -> &'static str {
        "a service of systemd or an init script, named without `.service`"
    }

    fn area(&self) -> Area {
        Area::Services
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let mut names = match names(sys, ask) {
            Ok(names) => names,
            Err(why) => return Coverage::Unknown(why),
        };
        let enabled = Enabled::of(sys);
        let enabled = match &*enabled {
            Ok(enabled) => enabled,
            Err(why) => return Coverage::Unknown(why.clone()),
        };
        if ask.sweep {
            names.extend(enabled.instances().filter(|name| name.ends_with(ENDING)).cloned());
        }
        let units = show::units(sys);
        let view = View { sys, enabled, units: &units };
        for name in names {
            match view.shown(&name) {
                Ok(Some(shown)) => {
                    let name = name.trim_end_matches(ENDING);
                    let asked = ask.wants(name, "runlevels");
                    listing.add(name, if asked { shown.answer("runlevels", runlevels(sys, name)) } else { shown });
                }
                Ok(None) => {}
                Err(why) => listing.blind(why),
            }
        }
        listing.show(ask, out)
    }
}

/// Unit files, init scripts, and names that were asked for. Templates are no services, their instances are.
fn names(sys: &dyn Sys, ask: &Ask) -> Result<BTreeSet<String>, Why> {
    let mut names = unit_file::names(sys, &[ENDING])?;
    let scripts = sys.list(Path::new("/etc/init.d"))?.unwrap_or_default();
    names.extend(scripts.iter().map(|s| format!("{}{ENDING}", model::text::from_bytes(s.as_encoded_bytes()))));
    names.extend(ask.names.keys().map(|n| if n.ends_with(ENDING) { n.clone() } else { format!("{n}{ENDING}") }));
    names.retain(|n| !n.contains("@.") && !matches!(n.as_str(), "README.service" | ".placeholder.service"));
    Ok(names)
}

/// The run levels that start an init script: of System V by its links, of OpenRC by its directories.
fn runlevels(sys: &dyn Sys, name: &str) -> Answer<Value> {
    let names = |dir: &str| -> Answer<Vec<String>> {
        let names = sys.list(Path::new(dir))?;
        Ok(names.map(|names| names.iter().map(|n| model::text::from_bytes(n.as_encoded_bytes())).collect()))
    };
    let is_start = |link: &str| {
        let after = link.strip_prefix('S').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        after == Some(name)
    };
    let mut levels = Vec::new();
    let mut is_known = false;
    for level in ["0", "1", "2", "3", "4", "5", "6", "S"] {
        let Some(links) = names(&format!("/etc/rc{level}.d"))? else { continue };
        is_known = true;
        levels.extend(links.iter().any(|link| is_start(link)).then(|| level.to_owned()));
    }
    for level in names("/etc/runlevels")?.unwrap_or_default() {
        is_known = true;
        let scripts = names(&format!("/etc/runlevels/{level}"))?.unwrap_or_default();
        levels.extend(scripts.iter().any(|script| script == name).then_some(level));
    }
    Ok(is_known.then(|| Value::set(levels)))
}

struct View<'a> {
    sys: &'a dyn Sys,
    enabled: &'a Enabled,
    units: &'a Answer<Units>,
}

impl View<'_> {
    fn shown(&self, name: &str) -> Result<Option<Shown>, Why> {
        let file = unit_file::read(self.sys, name)?;
        let script = format!("/etc/init.d/{}", name.trim_end_matches(ENDING));
        let has_script = self.sys.stat(Path::new(&script))?.is_some();
        let Some(file) = file.or_else(|| has_script.then(Arc::<UnitFile>::default)) else { return Ok(None) };
        let path = file.path.clone().unwrap_or(script);
        // An alias is a link to the unit it stands for: that one is shown.
        if self.is_alias(&path)? && !file.is_masked {
            return Ok(None);
        }
        // Packages mask units too, as Debian does with init scripts that systemd has its own means for.
        let own = shipped::standing(self.sys, &path)?;
        let mut shown = Shown::new().fact("fragment", Fact::is(path.as_str()).standing(own));
        shown = self.enablement(name, &file, own, shown);
        if file.is_masked {
            return Ok(Some(shown));
        }
        shown = self.settings(&file, &path, own, shown)?;
        Ok(Some(self.running(name, &file, own, shown)))
    }

    fn is_alias(&self, path: &str) -> Result<bool, Why> {
        let Some(target) = self.sys.link(Path::new(path))? else { return Ok(false) };
        let name = |p: &Path| p.file_name().map(ToOwned::to_owned);
        Ok(name(&target) != name(Path::new(path)) && target != Path::new("/dev/null"))
    }

    fn enablement(&self, name: &str, file: &UnitFile, own: Standing, shown: Shown) -> Shown {
        let enabled = self.enabled.is_enabled(name);
        let is_static = !file.settings.keys().any(|k| k.starts_with("Install."));
        let shown = shown.is("static", is_static && !enabled).stands("masked", file.is_masked, own);
        if is_static && !enabled && !file.is_masked {
            return shown;
        }
        let standing = match self.enabled.by_package(name) {
            Some(by_package) if by_package != enabled && !file.is_masked => Standing::Local,
            // No package decided, and somebody enabled it.
            None if enabled && !self.enabled.is_static(name) && own == Standing::Local => Standing::Local,
            _ => own,
        };
        shown.stands("enabled", enabled, standing)
    }

    fn settings(&self, file: &UnitFile, path: &str, own: Standing, mut shown: Shown) -> Result<Shown, Why> {
        let mut changed = own;
        for drop_in in &file.drop_ins {
            if shipped::standing(self.sys, drop_in)? == Standing::Local {
                changed = Standing::Local;
            }
        }
        let fact = |value: Value, standing| Fact::is(value).standing(standing).at(Place::file(path));
        if let Some(commands) = file.settings.get("Service.ExecStart") {
            shown = shown.fact("command", fact(Value::from(commands.clone()), own));
        }
        for (property, key) in [
            ("type", "Service.Type"),
            ("user", "Service.User"),
            ("group", "Service.Group"),
            ("restart", "Service.Restart"),
            ("working-directory", "Service.WorkingDirectory"),
        ] {
            if let Some(value) = file.last(key) {
                shown = shown.fact(property, fact(value.into(), own));
            }
        }
        let limits: Vec<String> = file
            .settings
            .iter()
            .filter_map(|(key, values)| {
                let key = key.strip_prefix("Service.")?;
                let is_limit = key.starts_with("Limit")
                    || ["MemoryMax", "MemoryHigh", "TasksMax", "CPUQuota", "Nice", "OOMScoreAdjust", "CPUAffinity"]
                        .contains(&key);
                is_limit.then(|| values.last().map(|v| format!("{key}={v}")))?
            })
            .collect();
        if !limits.is_empty() {
            shown = shown.fact("limits", fact(Value::set(limits), changed));
        }
        if !file.drop_ins.is_empty() {
            shown = shown.fact("drop-ins", fact(Value::from(file.drop_ins.clone()), changed));
        }
        Ok(shown)
    }

    /// Whether it runs: of services that stay.
    fn running(&self, name: &str, file: &UnitFile, own: Standing, shown: Shown) -> Shown {
        let units = match self.units {
            Ok(Some(units)) => units,
            Ok(None) => return shown,
            // Of a directory nothing runs, and there is nothing to say.
            Err(_) if !self.sys.is_live() => return shown,
            Err(why) => return shown.fact("running", Fact::unknown(why.clone())),
        };
        let unit = units.get(name);
        let field = |key: &str| unit.and_then(|u| u.get(key)).map_or("", String::as_str);
        let is_oneshot = file.last("Service.Type") == Some("oneshot") || field("Type") == "oneshot";
        let running = matches!(field("ActiveState"), "active" | "reloading");
        // One-shot services, and those that a socket, a device, a bus name or a timer starts, come and go.
        let starts_by_itself = self.enabled.is_enabled(name) && !is_oneshot;
        let is_part_of_boot = running && field("SubState") == "running" && self.enabled.is_static(name);
        let stays = starts_by_itself || (own == Standing::Local && !is_oneshot) || is_part_of_boot;
        if !stays {
            return shown.fact("running", Fact::is(running).moving());
        }
        let odd = running != self.enabled.is_enabled(name) && !is_oneshot && self.enabled.is_enabled(name);
        shown.stands("running", running, if odd { Standing::Local } else { own })
    }
}
