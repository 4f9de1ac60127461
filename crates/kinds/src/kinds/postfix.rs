//! Postfix's parameters in effect, defaults included, and the services of its master.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::postfix::{self, Parameter, spaced};
use crate::read;
use crate::sys::Sys;
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use std::collections::{BTreeMap, BTreeSet};

/// Postfix's parameters and services.
pub(super) struct Postfix;

const PROPERTIES: &[Property] = &[Property::new(
    "value",
    Shape::Text,
    "a parameter's value as postconf(1) shows it, not expanded; of a service its fields behind the type, and its command; \
     with single blanks",
)];

const MAIN: &str = "/etc/postfix/main.cf";
const MASTER: &str = "/etc/postfix/master.cf";

impl Kind for Postfix {
    fn name(&self) -> &'static str {
        "postfix"
    }

    fn summary(&self) -> &'static str {
        "a parameter of postfix, named as in main.cf (`relayhost`), or a service of its master.cf, `master:smtp/inet`"
    }

    fn area(&self) -> Area {
        Area::Mail
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let parameters = parameters(sys, &mut listing);
        listing.seen(parameters);
        let services = services(sys, &mut listing);
        listing.seen(services);
        listing.show(ask, out)
    }
}

fn parameters(sys: &dyn Sys, listing: &mut Listing) -> Result<(), Why> {
    let Some(text) = read::file(sys, MAIN)? else { return Ok(()) };
    // The last line of a name wins.
    let set: BTreeMap<String, Parameter> = postfix::main_cf(&text).into_iter().map(|p| (p.name.clone(), p)).collect();
    let effective = match effective(sys) {
        Ok(all) => all.unwrap_or_default(),
        Err(why) => {
            listing.blind(why);
            BTreeMap::new()
        }
    };
    let brought = Brought::read(sys, &text);
    for name in set.keys().chain(effective.keys()).collect::<BTreeSet<_>>() {
        let Some(value) = effective.get(name).or(set.get(name).map(|p| &p.value)) else { continue };
        let fact = Fact::is(value.as_str());
        let fact = match set.get(name) {
            Some(parameter) => brought.judge(parameter, fact.at(Place::line(MAIN, parameter.line))),
            None => fact,
        };
        listing.add(name.as_str(), Shown::new().fact("value", fact));
    }
    Ok(())
}

/// What `postconf` shows of all parameters.
fn effective(sys: &dyn Sys) -> Answer<BTreeMap<String, String>> {
    let Some(text) = read::output(sys, &["postconf"])? else {
        return Err(Why::new(WhyCode::NoTool, "there is no postconf that tells the defaults"));
    };
    let line = |l: &str| l.split_once('=').map(|(name, value)| (name.trim().to_owned(), spaced(value)));
    // The process that was asked is another one each time.
    let of_the_answer = |(name, _): &(String, String)| name != "process_id";
    Ok(Some(text.lines().filter_map(line).filter(of_the_answer).collect()))
}

/// What packages put into main.cf, which is made at installation from templates.
struct Brought {
    origin: Origin,
    values: BTreeMap<String, Vec<String>>,
}

/// What the installations of Debian and Red Hat have written into main.cf over the years, beside its templates.
const WRITTEN: &[(&str, &str)] = &[
    ("alias_database", "hash:/etc/aliases"),
    ("alias_maps", "hash:/etc/aliases"),
    ("alias_database", "lmdb:/etc/aliases"),
    ("alias_maps", "lmdb:/etc/aliases"),
    ("inet_interfaces", "all"),
    ("inet_interfaces", "localhost"),
    ("inet_protocols", "all"),
    ("mailbox_size_limit", "0"),
    ("mynetworks", "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128"),
    ("myorigin", "/etc/mailname"),
    ("recipient_delimiter", "+"),
    ("relayhost", ""),
    ("smtpd_relay_restrictions", "permit_mynetworks permit_sasl_authenticated defer_unauth_destination"),
    ("smtpd_tls_session_cache_database", "btree:${data_directory}/smtpd_scache"),
    ("smtpd_use_tls", "yes"),
];

impl Brought {
    fn read(sys: &dyn Sys, main: &str) -> Self {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // A template that cannot be read only makes the verdict coarser. Debian's are the first two; its main.cf.proto is
        // an example only.
        let text = |path: &str| read::file_or_empty(sys, path).unwrap_or_default();
        let debian = text("/usr/share/postfix/main.cf.debian");
        let proto = if debian.is_empty() { text("/etc/postfix/main.cf.proto") } else { String::new() };
        for text in [debian, text("/usr/share/postfix/main.cf.tls"), proto] {
            for parameter in postfix::main_cf(&text) {
                values.entry(parameter.name).or_default().push(parameter.value);
            }
        }
        for (name, value) in WRITTEN {
            values.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        let origin = Origin::of(sys, MAIN, main, &[]);
        Self { origin, values }
    }

    fn judge(&self, parameter: &Parameter, fact: Fact) -> Fact {
        if self.origin.standing == Standing::Shipped || self.wrote(&parameter.name, &parameter.value) {
            return fact;
        }
        let mut fact = fact.local();
        fact.shipped = self.values.get(&parameter.name).and_then(|v| v.first()).map(|v| v.as_str().into());
        fact
    }

    /// Whether the installation wrote a value. The host's own names and what it takes mail for are answers that people
    /// give then, as they give its hostname.
    fn wrote(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|all| all.iter().any(|v| v == value))
    }
}

fn services(sys: &dyn Sys, listing: &mut Listing) -> Result<(), Why> {
    let Some(text) = read::file(sys, MASTER)? else { return Ok(()) };
    let copies = ["/usr/share/postfix/master.cf.dist", "/etc/postfix/master.cf.proto"].map(str::to_owned);
    let origin = Origin::of(sys, MASTER, &text, &copies);
    let pristine = origin.pristine.as_deref().map(postfix::master_cf).unwrap_or_default();
    let mut shipped: BTreeMap<String, String> = pristine.into_iter().map(|s| (s.name, s.value)).collect();
    for service in postfix::master_cf(&text) {
        let fact = Fact::is(service.value.as_str()).at(Place::line(MASTER, service.line));
        let fact = match shipped.remove(&service.name) {
            Some(value) => fact.against(value),
            None if origin.standing == Standing::Shipped => fact,
            None => fact.local(),
        };
        listing.add(format!("master:{}", service.name), Shown::new().fact("value", fact));
    }
    for name in shipped.into_keys() {
        listing.absent(format!("master:{name}"));
    }
    Ok(())
}
