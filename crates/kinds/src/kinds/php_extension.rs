//! PHP's extensions, per server interface: which are loaded, in which version, and which ini file loads each.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::php::info::Info;
use crate::php::layout::{Installed, Sapi};
use crate::php::settings::{self, Load, Reading};
use crate::shipped;
use crate::sys::Sys;
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::facts::VersionOrder;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// PHP's extensions.
pub(super) struct PhpExtension;

const PROPERTIES: &[Property] = &[
    Property::new("version", Shape::Version, "the version it names itself; PHP's own for those that come with PHP")
        .live(),
    Property::new("ini", Shape::Text, "the ini file that loads it; absent where it is built in"),
    Property::new("module", Shape::Text, "the file it is loaded from").live(),
];

/// Extensions that are released with PHP and bear its version.
const BUNDLED: &[&str] = &[
    "bcmath",
    "bz2",
    "calendar",
    "core",
    "ctype",
    "curl",
    "date",
    "dba",
    "dom",
    "enchant",
    "exif",
    "ffi",
    "fileinfo",
    "filter",
    "ftp",
    "gd",
    "gettext",
    "gmp",
    "hash",
    "iconv",
    "imap",
    "interbase",
    "intl",
    "json",
    "ldap",
    "libxml",
    "mbstring",
    "mysqli",
    "mysqlnd",
    "odbc",
    "opcache",
    "openssl",
    "pcntl",
    "pcre",
    "pdo",
    "pdo_dblib",
    "pdo_mysql",
    "pdo_odbc",
    "pdo_pgsql",
    "pdo_sqlite",
    "pgsql",
    "phar",
    "posix",
    "pspell",
    "random",
    "readline",
    "reflection",
    "session",
    "shmop",
    "simplexml",
    "snmp",
    "soap",
    "sockets",
    "sodium",
    "spl",
    "sqlite3",
    "standard",
    "sysvmsg",
    "sysvsem",
    "sysvshm",
    "tidy",
    "tokenizer",
    "xml",
    "xmlreader",
    "xmlrpc",
    "xmlwriter",
    "xsl",
    "zlib",
];

impl Kind for PhpExtension {
    fn name(&self) -> &'static str {
        "php-extension"
    }

    fn summary(&self) -> &'static str {
        "an extension that PHP loads, named `cli:mysqli`, `fpm:mysqli`, after the version where several are installed; one \
         that a package brought and that is loaded nowhere for an interface is absent there"
    }

    fn presence(&self) -> &'static str {
        "loaded"
    }

    fn area(&self) -> Area {
        Area::Runtime
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let all = listing.seen(Installed::of(sys));
        for sapi in &all {
            let found = look(sys, sapi, &mut listing);
            listing.seen(found);
        }
        listing.show(ask, out)
    }
}

fn look(sys: &dyn Sys, sapi: &Sapi, listing: &mut Listing) -> Result<(), Why> {
    let reading = settings::of(sys, sapi)?;
    let loads: BTreeMap<String, &Load> = reading.loads.iter().map(|l| (name_of(&l.file), l)).collect();
    let info = reading.info.as_ref().ok().and_then(Option::as_deref);
    let chosen = chosen(sys, sapi)?;
    let names: BTreeSet<&String> = match info {
        Some(info) => info.extensions.keys().collect(),
        None => loads.keys().collect(),
    };
    for name in &names {
        let load = loads.get(*name).copied();
        let standing =
            load.map_or(Standing::Shipped, |l| if chosen.contains(*name) { Standing::Local } else { l.standing });
        listing.add(format!("{}:{name}", sapi.label), shown(sys, info, name, load, standing)?);
    }
    for name in loads.keys().filter(|n| !names.contains(n)) {
        // Its file is named and yet it is not loaded.
        listing.absent(format!("{}:{name}", sapi.label));
    }
    for name in offered(sys, sapi)?.iter().filter(|n| !loads.contains_key(*n) && !names.contains(n)) {
        listing.absent(format!("{}:{name}", sapi.label));
    }
    unseen(&reading)
}

/// Without the program's own word, what is built in is not known.
fn unseen(reading: &Reading) -> Result<(), Why> {
    match &reading.info {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Why::new(model::answer::WhyCode::NoTool, "no program tells the extensions that are built in")),
        Err(why) => Err(why.clone().during(&format!("the extensions built into {}", reading.sapi.label))),
    }
}

fn shown(
    sys: &dyn Sys,
    info: Option<&Info>,
    name: &str,
    load: Option<&Load>,
    standing: Standing,
) -> Result<Shown, Why> {
    let mut shown = Shown::new().versions(VersionOrder::Php);
    if let Some(load) = load {
        let ini = Fact::is(load.place.file.as_str()).standing(standing).at(load.place.clone());
        shown = shown.fact("ini", ini);
    }
    let Some(info) = info else { return Ok(shown) };
    let version = info.extensions.get(name).cloned().flatten();
    let version = version.or_else(|| BUNDLED.contains(&name).then(|| info.version.clone()).flatten());
    let module = load.and_then(|l| module(info, &l.file));
    let unowned = match &module {
        Some(path) => shipped::owner(sys, path)?.is_none(),
        None => false,
    };
    let by = if unowned { Standing::Local } else { standing };
    if let Some(version) = version {
        shown = shown.stands("version", version, by);
    }
    Ok(match module {
        Some(path) => shown.stands("module", path, by),
        None => shown,
    })
}

/// The file an extension is loaded from.
fn module(info: &Info, file: &str) -> Option<String> {
    if file.starts_with('/') {
        return Some(file.to_owned());
    }
    let dir = info.directives.get("extension_dir").filter(|d| d.starts_with('/'))?;
    let ending = if file.ends_with(".so") { "" } else { ".so" };
    Some(format!("{}/{file}{ending}", dir.trim_end_matches('/')))
}

/// An extension's name by the file that is loaded.
fn name_of(file: &str) -> String {
    let last = file.rsplit('/').next().unwrap_or(file);
    last.trim_end_matches(".so").to_ascii_lowercase()
}

/// Debian: the extensions that people switched on by hand for an interface.
fn chosen(sys: &dyn Sys, sapi: &Sapi) -> Result<BTreeSet<String>, Why> {
    names(sys, &format!("/var/lib/php/modules/{}/{}/enabled_by_admin", sapi.version, sapi.name))
}

/// Debian: the extensions that packages offer to every interface.
fn offered(sys: &dyn Sys, sapi: &Sapi) -> Result<BTreeSet<String>, Why> {
    if !sapi.dir.starts_with("/etc/php/") {
        return Ok(BTreeSet::new());
    }
    let dir = format!("/etc/php/{}/mods-available", sapi.version);
    let mut offered = BTreeSet::new();
    for name in names(sys, &dir)? {
        if let Some(stem) = name.strip_suffix(".ini")
            && shipped::owner(sys, &format!("{dir}/{name}"))?.is_some()
        {
            offered.insert(stem.to_owned());
        }
    }
    Ok(offered)
}

fn names(sys: &dyn Sys, dir: &str) -> Result<BTreeSet<String>, Why> {
    let names = sys.list(Path::new(dir))?.unwrap_or_default();
    Ok(names.iter().map(|n| text::from_bytes(n.as_encoded_bytes())).collect())
}
