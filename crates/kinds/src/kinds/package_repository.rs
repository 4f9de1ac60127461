//! Where packages come from: apt's and yum's repositories, and the keys they are trusted by.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::read;
use crate::shipped;
use crate::sys::{Algorithm, Sys};
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Repositories.
pub(super) struct PackageRepository;

const PROPERTIES: &[Property] = &[
    Property::new("types", Shape::Set, "deb, deb-src, or yum"),
    Property::new("components", Shape::Set, "main, contrib… (sources.list(5))"),
    Property::new("options", Shape::Set, "options such as signed-by=…, trusted=yes, arch=…"),
    Property::new("enabled", Shape::Bool, "whether packages are taken from it"),
    Property::new("sha256", Shape::Text, "of a trusted key: the SHA-256 of its file"),
];

/// Hosts that an installer of the distribution writes into the default file.
const OWN: &[&str] = &[
    "deb.debian.org",
    "security.debian.org",
    "ftp.debian.org",
    "archive.ubuntu.com",
    "security.ubuntu.com",
    "httpredir.debian.org",
    "http.debian.net",
    "archive.debian.org",
];

impl Kind for PackageRepository {
    fn name(&self) -> &'static str {
        "package-repository"
    }

    fn summary(&self) -> &'static str {
        "a repository, named `URI suite` (apt) or by its id (yum), or a trusted key, named `key FILE`"
    }

    fn area(&self) -> Area {
        Area::Packages
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let mut sources = Vec::new();
        let mut paths = vec!["/etc/apt/sources.list".to_owned()];
        paths.extend(listing.seen(read::files_in(sys, "/etc/apt/sources.list.d", ".list")));
        for path in paths {
            let text = listing.seen(read::file_or_empty(sys, &path));
            sources.extend(one_line(&text).into_iter().map(|s| s.of(sys, &path)));
        }
        for path in listing.seen(read::files_in(sys, "/etc/apt/sources.list.d", ".sources")) {
            let text = listing.seen(read::file_or_empty(sys, &path));
            sources.extend(deb822(&text).into_iter().map(|s| s.of(sys, &path)));
        }
        for path in listing.seen(read::files_in(sys, "/etc/yum.repos.d", ".repo")) {
            let text = listing.seen(read::file_or_empty(sys, &path));
            sources.extend(yum(&text).into_iter().map(|s| s.of(sys, &path)));
        }
        for (name, shown) in joined(sources) {
            listing.add(name, shown);
        }
        keys(sys, &mut listing);
        listing.show(ask, out)
    }
}

/// One entry of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Source {
    name: String,
    kind: String,
    components: Vec<String>,
    options: Vec<String>,
    is_enabled: bool,
    line: u32,
    path: String,
    standing: Standing,
}

impl Source {
    fn of(mut self, sys: &dyn Sys, path: &str) -> Self {
        let is_own = OWN.iter().any(|host| self.name.contains(host));
        let is_default = path == "/etc/apt/sources.list" || path == "/etc/apt/sources.list.d/debian.sources";
        let shipped = Origin::of(sys, path, "", &[]).standing == Standing::Shipped || (is_own && is_default);
        self.standing = if shipped { Standing::Shipped } else { Standing::Local };
        path.clone_into(&mut self.path);
        self
    }
}

/// Entries of one name are one resource: deb and deb-src of one suite.
fn joined(sources: Vec<Source>) -> BTreeMap<String, Shown> {
    let mut by_name: BTreeMap<String, Vec<Source>> = BTreeMap::new();
    for source in sources {
        by_name.entry(source.name.clone()).or_default().push(source);
    }
    by_name.into_iter().map(|(name, all)| (name, shown(&all))).collect()
}

fn shown(all: &[Source]) -> Shown {
    let standing = all.iter().map(|s| s.standing).max().unwrap_or_default();
    let place = all.first().map(|s| Place::line(&s.path, s.line)).unwrap_or_default();
    let fact = |value: Value| Fact::is(value).standing(standing).at(place.clone());
    let set = |f: fn(&Source) -> Vec<String>| Value::set(all.iter().flat_map(f));
    let mut shown = Shown::new()
        .fact("types", fact(set(|s| vec![s.kind.clone()])))
        .fact("enabled", fact(all.iter().any(|s| s.is_enabled).into()));
    if all.iter().any(|s| !s.components.is_empty()) {
        shown = shown.fact("components", fact(set(|s| s.components.clone())));
    }
    if all.iter().any(|s| !s.options.is_empty()) {
        shown = shown.fact("options", fact(set(|s| s.options.clone())));
    }
    shown
}

/// `deb [options] URI suite components`.
fn one_line(text: &str) -> Vec<Source> {
    read::lines(text, &['#'])
        .filter_map(|(line, entry)| {
            let (kind, rest) = entry.split_once(char::is_whitespace)?;
            if !matches!(kind, "deb" | "deb-src") {
                return None;
            }
            let (options, rest) = match rest.trim_start().strip_prefix('[').and_then(|r| r.split_once(']')) {
                Some((options, rest)) => (options.split_whitespace().map(str::to_owned).collect(), rest),
                None => (Vec::new(), rest),
            };
            let rest = rest.split('#').next().unwrap_or_default();
            let mut words = rest.split_whitespace().map(str::to_owned);
            let (uri, suite) = (words.next()?, words.next()?);
            Some(Source {
                name: format!("{} {suite}", uri.trim_end_matches('/')),
                kind: kind.to_owned(),
                components: words.collect(),
                options,
                is_enabled: true,
                line,
                ..Source::default()
            })
        })
        .collect()
}

/// Stanzas of `Field: value`, continued by lines that begin with a blank.
fn deb822(text: &str) -> Vec<Source> {
    let mut out = Vec::new();
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let (mut first, mut last) = (0, String::new());
    for (number, line) in (1..).zip(text.lines().chain([""])) {
        if line.trim().is_empty() {
            out.extend(stanza(&std::mem::take(&mut fields), first));
            first = 0;
        } else if line.starts_with([' ', '\t']) {
            let value = fields.entry(last.clone()).or_default();
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((field, value)) = line.split_once(':').filter(|_| !line.starts_with('#')) {
            first = if first == 0 { number } else { first };
            last = field.trim().to_ascii_lowercase();
            fields.insert(last.clone(), value.trim().to_owned());
        }
    }
    out
}

fn stanza(fields: &BTreeMap<String, String>, line: u32) -> Vec<Source> {
    let words = |name: &str| -> Vec<String> {
        fields.get(name).map(|v| v.split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
    };
    let known = ["types", "uris", "suites", "components", "enabled"];
    let options: Vec<String> = fields
        .iter()
        .filter(|(k, v)| !known.contains(&k.as_str()) && !v.contains("BEGIN PGP"))
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    let is_enabled = fields.get("enabled").is_none_or(|v| !matches!(v.as_str(), "no" | "false" | "0"));
    let mut out = Vec::new();
    for uri in words("uris") {
        for suite in words("suites") {
            for kind in words("types") {
                out.push(Source {
                    name: format!("{} {suite}", uri.trim_end_matches('/')),
                    kind,
                    components: words("components"),
                    options: options.clone(),
                    is_enabled,
                    line,
                    ..Source::default()
                });
            }
        }
    }
    out
}

/// Sections of an ini file (yum.conf(5)).
fn yum(text: &str) -> Vec<Source> {
    let mut out: Vec<Source> = Vec::new();
    for (line, entry) in read::lines(text, &['#', ';']) {
        if let Some(id) = entry.strip_prefix('[').and_then(|e| e.strip_suffix(']')) {
            out.push(Source { name: id.to_owned(), kind: "yum".into(), is_enabled: true, line, ..Source::default() });
        } else if let (Some(source), Some((key, value))) = (out.last_mut(), entry.split_once('=')) {
            match (key.trim(), value.trim()) {
                ("enabled", value) => source.is_enabled = value != "0",
                ("name", _) => {}
                (key, value) => source.options.push(format!("{key}={value}")),
            }
        }
    }
    out
}

/// Keys that apt trusts for all repositories, or that options name.
fn keys(sys: &dyn Sys, listing: &mut Listing) {
    let mut paths = Vec::new();
    for dir in ["/etc/apt/trusted.gpg.d", "/etc/apt/keyrings", "/usr/share/keyrings", "/etc/pki/rpm-gpg"] {
        paths.extend(listing.seen(read::files_in(sys, dir, "")));
    }
    paths.push("/etc/apt/trusted.gpg".to_owned());
    for path in paths {
        if let Some(digest) = listing.seen(sys.digest(Path::new(&path), Algorithm::Sha256)) {
            let standing = listing.seen(shipped::standing(sys, &path));
            let fact = Fact::is(digest).standing(standing).at(Place::file(&path));
            listing.add(format!("key {path}"), Shown::new().fact("sha256", fact));
        }
    }
}
