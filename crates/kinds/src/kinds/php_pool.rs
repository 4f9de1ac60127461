//! The pools of PHP-FPM: whom they run as, where they listen, how many processes they may have.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::php::layout::{Installed, Sapi};
use crate::php::pool::{self, Setting};
use crate::read;
use crate::sys::Sys;
use model::coverage::Coverage;
use model::fact::Fact;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::BTreeMap;

/// The pools of PHP-FPM.
pub(super) struct PhpPool;

const PROPERTIES: &[Property] = &[
    text("user", "the user its processes run as"),
    text("group", "the group its processes run as"),
    text("listen", "the socket or address it answers at"),
    text("listen-owner", "the owner of its socket"),
    text("listen-group", "the group of its socket"),
    text("listen-mode", "the mode of its socket"),
    text("pm", "how processes are kept: static, dynamic or ondemand"),
    text("pm-max-children", "the most processes at once"),
    text("pm-start-servers", "processes at start (dynamic)"),
    text("pm-min-spare-servers", "the fewest idle processes (dynamic)"),
    text("pm-max-spare-servers", "the most idle processes (dynamic)"),
    text("pm-max-requests", "requests after which a process is replaced"),
    text("pm-process-idle-timeout", "how long an idle process is kept (ondemand)"),
    text("pm-status-path", "the path of the status page"),
    text("ping-path", "the path of the page for monitoring"),
    text("request-terminate-timeout", "how long a request may take"),
    text("request-slowlog-timeout", "after how long a request is written to the slow log"),
    text("slowlog", "the slow log"),
    text("access-log", "the access log"),
    text("clear-env", "whether the environment is kept from scripts; yes where it is not said"),
    text("catch-workers-output", "whether what processes print goes to the log"),
    text("security-limit-extensions", "the endings of files that may be run"),
    text("chdir", "the directory its processes begin in"),
    text("chroot", "the directory its processes are locked into"),
    Property::new(
        "others",
        Shape::Map,
        "its other settings, by FPM's names; php-ini and env have what it sets for scripts",
    ),
];

const fn text(name: &'static str, summary: &'static str) -> Property {
    Property::new(name, Shape::Text, summary)
}

/// What the packages' own www.conf says, of which no copy is kept: Debian's and Red Hat's.
const USUAL: &[(&str, &str)] = &[
    ("user", "www-data"),
    ("user", "apache"),
    ("group", "www-data"),
    ("group", "apache"),
    ("listen", "/run/php-fpm/www.sock"),
    ("listen", "127.0.0.1:9000"),
    ("listen.owner", "www-data"),
    ("listen.group", "www-data"),
    ("listen.acl_users", "apache,nginx"),
    ("listen.allowed_clients", "127.0.0.1"),
    ("pm", "dynamic"),
    ("pm.max_children", "5"),
    ("pm.max_children", "50"),
    ("pm.start_servers", "2"),
    ("pm.start_servers", "5"),
    ("pm.min_spare_servers", "1"),
    ("pm.min_spare_servers", "5"),
    ("pm.max_spare_servers", "3"),
    ("pm.max_spare_servers", "35"),
    ("slowlog", "/var/log/php-fpm/www-slow.log"),
];

impl Kind for PhpPool {
    fn name(&self) -> &'static str {
        "php-pool"
    }

    fn summary(&self) -> &'static str {
        "a pool of PHP-FPM by its name (`www`), after the version where several are installed (`8.2/www`); FPM's own \
         settings are named `[global]`"
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
        for sapi in all.iter().filter(|s| s.pools.is_some()) {
            let pools = listing.seen(pool::of(sys, sapi));
            let mut files = BTreeMap::new();
            let global = std::iter::once(("[global]".to_owned(), &pools.global));
            for (name, settings) in pools.pools.iter().map(|(n, s)| (n.clone(), s)).chain(global) {
                if !settings.is_empty() {
                    let shown = shown(sys, sapi, &name, settings, &mut files);
                    listing.add(format!("{}{name}", before(sapi)), shown);
                }
            }
        }
        listing.show(ask, out)
    }
}

/// What stands before a pool's name: the version, where several are installed.
fn before(sapi: &Sapi) -> String {
    sapi.label.strip_suffix(&sapi.name).unwrap_or_default().to_owned()
}

type Files = BTreeMap<String, (Vec<String>, Origin)>;

fn shown(sys: &dyn Sys, sapi: &Sapi, pool: &str, settings: &[Setting], files: &mut Files) -> Shown {
    let mut shown = Shown::new();
    if pool != "[global]" {
        shown = shown.is("clear-env", "yes");
    }
    let (mut others, mut others_standing) = (BTreeMap::new(), Standing::Shipped);
    for setting in settings {
        let entry = &setting.entry;
        if setting.ini_key().is_some() || setting.variable().is_some() {
            continue;
        }
        let standing = standing(sys, sapi, pool, setting, files);
        let property = entry.key.replace(['.', '_'], "-");
        let value = word(entry.word, &entry.written);
        if PROPERTIES.iter().any(|p| p.name == property && p.shape == Shape::Text) {
            shown = shown.fact(&property, Fact::is(value).standing(standing).at(setting.place.clone()));
        } else {
            others.insert(entry.key.clone(), Value::Text(value));
            others_standing = others_standing.max(standing);
        }
    }
    if !others.is_empty() {
        shown = shown.stands("others", Value::Map(others), others_standing);
    }
    shown
}

fn word(word: Option<bool>, written: &str) -> String {
    match word {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => written.to_owned(),
    }
}

fn standing(sys: &dyn Sys, sapi: &Sapi, pool: &str, setting: &Setting, files: &mut Files) -> Standing {
    let path = &setting.place.file;
    let (lines, origin) = files.entry(path.clone()).or_insert_with(|| {
        // The setting was read from this very file.
        let text = read::file_or_empty(sys, path).unwrap_or_default();
        let origin = Origin::of(sys, path, &text, &[]);
        (text.lines().map(str::to_owned).collect(), origin)
    });
    let line = lines.get((setting.place.line as usize).saturating_sub(1)).map_or("", String::as_str);
    let entry = &setting.entry;
    let socket = format!("/run/php/php{}-fpm.sock", sapi.version);
    let usual = USUAL.contains(&(entry.key.as_str(), entry.written.as_str()))
        || (entry.key == "listen" && [socket.as_str(), "/var/run/php5-fpm.sock"].contains(&entry.written.as_str()));
    let is_packaged_file = path.ends_with("/www.conf") && pool == "www";
    if is_packaged_file && usual { Standing::Shipped } else { origin.line(line) }
}
