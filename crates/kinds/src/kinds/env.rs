//! Environment variables as files set them: for logins, for services, for the pools of PHP-FPM.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::php::layout::Installed;
use crate::php::pool;
use crate::read;
use crate::sys::{FileType, Sys};
use crate::unit_environment::{self, Says, assignments};
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::id::glob;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Environment variables as files set them.
pub(super) struct Env;

const PROPERTIES: &[Property] =
    &[Property::new("value", Shape::Text, "the value as its file has it, without quotes, `$` not expanded")];

impl Kind for Env {
    fn name(&self) -> &'static str {
        "env"
    }

    fn summary(&self) -> &'static str {
        "an environment variable: `system/NAME` of logins (/etc/environment, /etc/profile.d, PAM, locale), \
         `service/UNIT/NAME` of a unit's files, `fpm/POOL/NAME` of a pool of PHP-FPM"
    }

    fn area(&self) -> Area {
        Area::Runtime
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let mut files = Files { sys, read: BTreeMap::new() };
        system(&mut files, &mut listing);
        let units = services(&mut files, &mut listing);
        listing.seen(units);
        let pools = pools(&mut files, &mut listing);
        listing.seen(pools);
        listing.show(ask, out)
    }
}

/// The files that were read, each with who brought its lines.
struct Files<'a> {
    sys: &'a dyn Sys,
    read: BTreeMap<String, (String, Origin, Vec<Standing>)>,
}

impl Files<'_> {
    /// A file's text; one that is not there is empty.
    fn text(&mut self, path: &str) -> Result<String, Why> {
        if let Some((text, ..)) = self.read.get(path) {
            return Ok(text.clone());
        }
        let text = read::file_or_empty(self.sys, path)?;
        let origin = if text.is_empty() { Origin::default() } else { Origin::of(self.sys, path, &text, &[]) };
        let lines = text.lines().map(|l| origin.line(l)).collect();
        self.read.insert(path.to_owned(), (text.clone(), origin, lines));
        Ok(text)
    }

    fn fact(&self, value: &str, path: &str, line: u32) -> Fact {
        let at = (line as usize).saturating_sub(1);
        let standing = self.read.get(path).and_then(|(.., lines)| lines.get(at)).copied().unwrap_or(Standing::Local);
        Fact::is(value).standing(standing).at(Place::line(path, line))
    }
}

const FIRST: &[&str] = &["/etc/environment", "/etc/default/locale", "/etc/locale.conf"];

/// The PATHs that installers write into /etc/environment.
const USUAL: &[&str] = &[
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games",
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin",
];

/// What logins get; what is read later wins.
fn system(files: &mut Files<'_>, listing: &mut Listing) {
    let scripts = read::files_in(files.sys, "/etc/profile.d", ".sh");
    let scripts = listing.seen(scripts);
    for path in FIRST.iter().map(|p| (*p).to_owned()).chain(scripts) {
        let is_script = path.ends_with(".sh");
        let text = files.text(&path);
        let text = listing.seen(text);
        let exported = exported(&text);
        for (name, value, line) in assignments(&text) {
            if is_script && !exported.contains(&name) {
                continue;
            }
            let mut fact = files.fact(&value, &path, line);
            if name == "PATH" && !is_script && USUAL.contains(&value.as_str()) {
                fact = fact.standing(Standing::Shipped);
            }
            listing.add(format!("system/{name}"), Shown::new().fact("value", fact));
        }
    }
    let text = files.text(PAM);
    let text = listing.seen(text);
    for (line, text) in read::lines(&text, &['#']) {
        if let Some((name, value)) = pam(text) {
            listing.add(format!("system/{name}"), Shown::new().fact("value", files.fact(value, PAM, line)));
        }
    }
}

const PAM: &str = "/etc/security/pam_env.conf";

/// The names a script exports.
fn exported(text: &str) -> BTreeSet<String> {
    let exports = read::lines(text, &['#']).filter_map(|(_, line)| line.strip_prefix("export "));
    let names = exports.flat_map(|l| l.split_whitespace()).map(|w| w.split('=').next().unwrap_or(w).to_owned());
    names.collect()
}

/// pam_env.conf(5): `NAME DEFAULT=value OVERRIDE=value`.
fn pam(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(char::is_whitespace)?;
    let value = |word: &str| {
        let rest = &rest[rest.find(word)? + word.len()..];
        match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => rest.split_whitespace().next(),
        }
    };
    Some((name, value("OVERRIDE=").or_else(|| value("DEFAULT="))?))
}

/// Where unit files are, the strongest first.
const UNITS: &[&str] =
    &["/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

fn services(files: &mut Files<'_>, listing: &mut Listing) -> Result<(), Why> {
    let mut units: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut dropins: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for dir in UNITS {
        for name in names(files.sys, dir)? {
            if let Some(unit) = name.strip_suffix(".service") {
                if !is_unit(files.sys, dir, &name)? {
                    continue;
                }
                units.entry(unit.to_owned()).or_default().push(format!("{dir}/{name}"));
            } else if let Some(unit) = name.strip_suffix(".service.d") {
                for file in names(files.sys, &format!("{dir}/{name}"))?.into_iter().filter(|n| n.ends_with(".conf")) {
                    let path = format!("{dir}/{name}/{file}");
                    dropins.entry(unit.to_owned()).or_default().entry(file).or_insert(path);
                }
            }
        }
    }
    for unit in units.keys().chain(dropins.keys()).cloned().collect::<BTreeSet<_>>() {
        // The strongest file is the unit; the others of its name are not read.
        let main = units.get(&unit).and_then(|paths| paths.first()).cloned();
        let more = dropins.get(&unit).into_iter().flat_map(|d| d.values().cloned());
        let paths: Vec<String> = main.into_iter().chain(more).collect();
        let found = service(files, &unit, &paths, listing);
        listing.seen(found);
    }
    Ok(())
}

/// Whether a unit's file is one, and no mask or other name of another unit.
fn is_unit(sys: &dyn Sys, dir: &str, name: &str) -> Result<bool, Why> {
    let Some(real) = sys.real(Path::new(&format!("{dir}/{name}")))? else { return Ok(false) };
    let is_own = real.file_name().is_some_and(|n| n.as_encoded_bytes() == name.as_bytes());
    Ok(is_own && sys.stat(&real)?.is_some_and(|s| s.kind == FileType::File))
}

fn service(files: &mut Files<'_>, unit: &str, paths: &[String], listing: &mut Listing) -> Result<(), Why> {
    let mut set: BTreeMap<String, Fact> = BTreeMap::new();
    let mut sources = Vec::new();
    for path in paths {
        let text = files.text(path)?;
        for statement in unit_environment::parse(&text) {
            match statement.says {
                Says::Sets(name, value) => _ = set.insert(name, files.fact(&value, path, statement.line)),
                Says::Reads(source, _) => sources.push(source),
                Says::ForgetsSettings => set.clear(),
                Says::ForgetsFiles => sources.clear(),
            }
        }
    }
    // What files set wins over what the unit sets.
    for source in sources {
        for path in matching(files.sys, &source)? {
            let text = files.text(&path)?;
            for (name, value, line) in assignments(&text) {
                set.insert(name, files.fact(&value, &path, line));
            }
        }
    }
    for (name, fact) in set {
        listing.add(format!("service/{unit}/{name}"), Shown::new().fact("value", fact));
    }
    Ok(())
}

fn pools(files: &mut Files<'_>, listing: &mut Listing) -> Result<(), Why> {
    for sapi in Installed::of(files.sys)?.iter().filter(|s| s.pools.is_some()) {
        for (pool, settings) in pool::of(files.sys, sapi)?.pools {
            for setting in settings {
                let Some(name) = setting.variable() else { continue };
                files.text(&setting.place.file)?;
                let fact = files.fact(&setting.entry.kept, &setting.place.file, setting.place.line);
                listing.add(format!("{}/{pool}/{name}", sapi.label), Shown::new().fact("value", fact));
            }
        }
    }
    Ok(())
}

fn names(sys: &dyn Sys, dir: &str) -> Result<Vec<String>, Why> {
    let names = sys.list(Path::new(dir))?.unwrap_or_default();
    Ok(names.iter().map(|n| text::from_bytes(n.as_encoded_bytes())).collect())
}

/// The files a path or pattern names; specifiers of systemd name none that can be known here.
fn matching(sys: &dyn Sys, pattern: &str) -> Result<Vec<String>, Why> {
    if !pattern.contains('*') {
        return Ok(vec![pattern.to_owned()]);
    }
    let path = Path::new(pattern);
    let (Some(dir), Some(last)) = (path.parent().and_then(Path::to_str), path.file_name().and_then(|n| n.to_str()))
    else {
        return Ok(Vec::new());
    };
    Ok(names(sys, dir)?.into_iter().filter(|n| glob(last, n)).map(|n| format!("{dir}/{n}")).collect())
}
