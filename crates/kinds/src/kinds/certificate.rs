//! Certificates: those that servers are configured with, those people put on the host, and what a TLS server presents.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::shipped::{self, path_of};
use crate::sys::{Command, FileType, Sys};
use crate::x509::{self, Match, Seen};
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use model::value::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Certificates.
pub(super) struct Certificate;

const PROPERTIES: &[Property] = &[
    Property::new("subject", Shape::Text, "whom it is for, as in RFC 4514"),
    Property::new("issuer", Shape::Text, "who signed it"),
    Property::new("names", Shape::Set, "the names and addresses it is good for").aliases(&["subject-alt-names"]),
    Property::new("not-before", Shape::Text, "from when it is good, in UTC"),
    Property::new("not-after", Shape::Text, "until when it is good, in UTC"),
    Property::new("expires-in", Shape::Int, "how long it is still good; negative when it is not")
        .unit("days")
        .live()
        .volatile()
        .aliases(&["validity-in-days"]),
    Property::new("key-type", Shape::Text, "the kind of its key: rsa, ec, ed25519"),
    Property::new("key-length", Shape::Int, "the length of its key").unit("bits").aliases(&["keylength"]),
    Property::new("fingerprint-sha256", Shape::Text, "the digest of the certificate"),
    Property::new("self-signed", Shape::Bool, "whether its subject signed it"),
    Property::new("chain", Shape::Int, "how many certificates stand in the file, or are presented"),
    Property::new("matches-key", Shape::Bool, "whether the private key in the file `key` belongs to it").on_request(),
    Property::new("key", Shape::Text, "the file of the private key, for `matches-key`").input(),
    Property::new("server-name", Shape::Text, "the name that is asked for, where it is not the host of the address")
        .input(),
];

impl Kind for Certificate {
    fn name(&self) -> &'static str {
        "certificate"
    }

    fn summary(&self) -> &'static str {
        "a certificate, named by its file (its first one is shown), or by `HOST:PORT` of the server that presents it"
    }

    fn area(&self) -> Area {
        Area::Web
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let found = if ask.sweep { files(sys, &mut listing) } else { BTreeMap::new() };
        for (path, place) in &found {
            match of_file(sys, ask, path, place.clone()) {
                Ok(Some(shown)) => listing.add(path.as_str(), shown),
                Ok(None) => {}
                Err(why) => listing.unknown(path.as_str(), why),
            }
        }
        for name in ask.names.keys().filter(|n| !found.contains_key(*n)) {
            let place = Place::file(name.as_str());
            let shown = if name.starts_with('/') { of_file(sys, ask, name, place) } else { of_server(sys, ask, name) };
            match shown {
                Ok(Some(shown)) => listing.add(name.as_str(), shown),
                Ok(None) => {}
                Err(why) => listing.unknown(name.as_str(), why),
            }
        }
        listing.show(ask, out)
    }
}

fn of_file(sys: &dyn Sys, ask: &Ask, path: &str, place: Place) -> Answer<Shown> {
    let Some(bytes) = sys.read(&path_of(path), read::MOST)? else { return Ok(None) };
    let all = x509::all(&bytes);
    let Some(first) = all.first() else { return Ok(None) };
    let Some(seen) = x509::parse(first) else {
        if first == &bytes {
            // Anything may begin with the byte that a certificate begins with.
            return Ok(None);
        }
        return Err(Why::new(WhyCode::Malformed, format!("{path}: its certificate cannot be read")));
    };
    let standing = shipped::standing(sys, path).unwrap_or(Standing::Local);
    // Renewed by a timer, every two months.
    let renews = path.starts_with("/etc/letsencrypt/");
    let shown = shown(sys, &seen, all.len(), standing, &place, renews);
    Ok(Some(matching(sys, ask, path, &seen, shown)))
}

fn of_server(sys: &dyn Sys, ask: &Ask, name: &str) -> Answer<Shown> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    let host = name.rsplit_once(':').map_or(name, |(host, _)| host).trim_matches(['[', ']']);
    let server = ask.input(name, "server-name").and_then(Value::as_text).unwrap_or(host);
    let Some(all) = presented(sys, name, server)? else { return Ok(None) };
    let Some(first) = all.first() else { return Ok(None) };
    let Some(seen) = x509::parse(first) else {
        return Err(Why::new(WhyCode::Malformed, format!("{name}: its certificate cannot be read")));
    };
    let shown = shown(sys, &seen, all.len(), Standing::Local, &Place::default(), false);
    Ok(Some(matching(sys, ask, name, &seen, shown)))
}

/// The certificates a TLS server presents, leaf first, as openssl shows them. `None` when nothing answers there.
fn presented(sys: &dyn Sys, address: &str, server: &str) -> Answer<Vec<Vec<u8>>> {
    let to = if address.trim_end_matches(']').rsplit_once(':').is_some_and(|(_, p)| p.parse::<u16>().is_ok()) {
        address.to_owned()
    } else {
        format!("{address}:443")
    };
    let mut argv = vec!["openssl", "s_client", "-showcerts", "-connect", &to];
    // A name is asked for; an address is not one (RFC 6066, 3).
    if server.parse::<std::net::IpAddr>().is_err() {
        argv.extend(["-servername", server]);
    }
    let mut command = Command::new(argv);
    command.timeout = Duration::from_secs(10);
    let out = match sys.run(&command) {
        Ok(Some(out)) => out,
        Ok(None) => {
            let detail = format!("{address}: its certificate is asked through openssl, which is not installed");
            return Err(Why::new(WhyCode::NoTool, detail));
        }
        Err(why) => return Err(why),
    };
    let all = x509::all(&out.stdout);
    if !all.is_empty() {
        return Ok(Some(all));
    }
    let said = text::from_bytes(&out.stderr);
    if ["Connection refused", "connect:errno", "Name or service not known", "No route to host"]
        .iter()
        .any(|n| said.contains(n))
    {
        return Ok(None);
    }
    let said = said.lines().find(|l| !l.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned();
    Err(Why::new(WhyCode::Failed, format!("{address}: it presents no certificate: {said}")))
}

fn shown(sys: &dyn Sys, seen: &Seen, count: usize, standing: Standing, place: &Place, renews: bool) -> Shown {
    let fact = |value: Value| {
        let fact = Fact::is(value).standing(standing);
        if place.file.is_empty() { fact } else { fact.at(place.clone()) }
    };
    let moves = |value: Value| if renews { fact(value).moving() } else { fact(value) };
    let mut shown = Shown::new()
        .fact("subject", fact(seen.subject.as_str().into()))
        .fact("issuer", moves(seen.issuer.as_str().into()))
        .fact("names", fact(Value::set(seen.names.iter().map(String::as_str))))
        .fact("not-before", moves(seen.not_before.as_str().into()))
        .fact("not-after", moves(seen.not_after.as_str().into()))
        .fact("key-type", fact(seen.key_type.as_str().into()))
        .fact("fingerprint-sha256", moves(seen.sha256.as_str().into()))
        .fact("self-signed", fact(seen.self_signed.into()))
        .fact("chain", fact(i64::try_from(count).unwrap_or(i64::MAX).into()));
    if let Some(length) = seen.key_length {
        shown = shown.fact("key-length", fact(length.into()));
    }
    if sys.is_live() {
        let left = i64::try_from(seen.ends).unwrap_or(i64::MAX).saturating_sub(i64::try_from(sys.now()).unwrap_or(0));
        shown = shown.is("expires-in", left.div_euclid(86_400));
    }
    shown
}

fn matching(sys: &dyn Sys, ask: &Ask, name: &str, seen: &Seen, shown: Shown) -> Shown {
    if !ask.wants(name, "matches-key") {
        return shown;
    }
    let Some(key) = ask.input(name, "key").and_then(Value::as_text) else {
        return shown.fact("matches-key", Fact::unknown(Why::new(WhyCode::NotAsked, "`key` names no file")));
    };
    let fact = match sys.read(&path_of(key), read::MOST) {
        Err(why) => Fact::unknown(why),
        Ok(None) => Fact::is(false),
        Ok(Some(bytes)) => match x509::matches(seen, &bytes) {
            Match::Yes => Fact::is(true),
            Match::No => Fact::is(false),
            Match::Unclear => {
                Fact::unknown(Why::new(WhyCode::Unsupported, format!("{key}: no key whose public half can be read")))
            }
        },
    };
    shown.fact("matches-key", fact)
}

/// Directories of servers' configuration, which is searched for the certificates it names.
const CONFIGURATION: &[&str] =
    &["/etc/nginx", "/etc/apache2", "/etc/httpd", "/etc/postfix", "/etc/dovecot", "/etc/redis", "/etc/haproxy"];

/// Directories people put certificates into.
const STORES: &[&str] = &[
    "/etc/ssl",
    "/etc/pki/tls/certs",
    "/etc/pki/ca-trust/source/anchors",
    "/usr/local/share/ca-certificates",
    "/etc/letsencrypt/live",
];

/// What names a certificate in a server's configuration.
const NAMED_BY: &[&str] = &[
    "ssl_certificate",
    "ssl_client_certificate",
    "ssl_trusted_certificate",
    "proxy_ssl_certificate",
    "proxy_ssl_trusted_certificate",
    "sslcertificatefile",
    "sslcertificatechainfile",
    "sslcacertificatefile",
    "smtpd_tls_cert_file",
    "smtp_tls_cert_file",
    "smtpd_tls_cafile",
    "smtp_tls_cafile",
    "ssl_cert",
    "tls-cert-file",
    "tls-ca-cert-file",
];

const MOST_FILES: usize = 5000;
const DEEPEST: usize = 6;

/// The files of certificates, each with the place that names it, or itself.
fn files(sys: &dyn Sys, listing: &mut Listing) -> BTreeMap<String, Place> {
    let mut found = BTreeMap::new();
    for dir in CONFIGURATION {
        for path in below(sys, dir, listing) {
            if is_certificate(&path) {
                found.entry(path.clone()).or_insert_with(|| Place::file(&path));
            } else if !is_key(&path) {
                named(sys, &path, &mut found, listing);
            }
        }
    }
    for dir in STORES {
        for path in below(sys, dir, listing) {
            if is_certificate(&path) && !is_bundle(&path) {
                found.entry(path.clone()).or_insert_with(|| Place::file(&path));
            }
        }
    }
    found.retain(|path, place| place.file != *path || !matches!(shipped::owner(sys, path), Ok(Some(_))));
    found
}

/// The regular files below a directory, links of its own left out where they lead to what a package brought.
fn below(sys: &dyn Sys, dir: &str, listing: &mut Listing) -> Vec<String> {
    let (mut todo, mut files) = (vec![(dir.to_owned(), 0)], Vec::new());
    while let Some((dir, depth)) = todo.pop() {
        let entries = sys.list(Path::new(&dir)).map(Option::unwrap_or_default);
        for name in listing.seen(entries) {
            if files.len() + todo.len() >= MOST_FILES {
                listing.blind(Why::new(WhyCode::TooLarge, format!("{dir}: more than {MOST_FILES} files")));
                return files;
            }
            let path = format!("{dir}/{}", text::from_bytes(name.as_encoded_bytes()));
            let stat = sys.stat(&path_of(&path));
            match listing.seen(stat.map(|s| s.map(|s| s.kind))) {
                Some(FileType::Directory) if depth < DEEPEST => todo.push((path, depth + 1)),
                Some(FileType::File) => files.push(path),
                // certbot's links are the names that servers use; those of /etc/ssl/certs are made of other stores.
                Some(FileType::Link) if dir.starts_with("/etc/letsencrypt/live") => files.push(path),
                _ => {}
            }
        }
    }
    files
}

fn is_certificate(path: &str) -> bool {
    let ending = [".crt", ".pem", ".cer", ".der"].iter().any(|e| path.ends_with(e));
    ending && !is_key(path)
}

fn is_key(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.ends_with(".key") || name.contains("privkey") || name.starts_with("dhparam") || path.contains("/private/")
}

/// Made of all trusted certificates by the system's own tools.
fn is_bundle(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "ca-certificates.crt" || name.starts_with("ca-bundle")
}

/// The certificates that a configuration file names.
fn named(sys: &dyn Sys, path: &str, found: &mut BTreeMap<String, Place>, listing: &mut Listing) {
    let text = match sys.read(&path_of(path), 1 << 20) {
        // A map or a database of that size is no configuration.
        Err(why) if why.code == WhyCode::TooLarge => return,
        other => listing.seen(other),
    };
    let text = text::from_bytes(&text.unwrap_or_default());
    for (line, content) in read::lines(&text, &['#']) {
        let mut words =
            content.split(|c: char| c.is_whitespace() || matches!(c, '=' | ';' | '<' | '"')).filter(|w| !w.is_empty());
        let Some(keyword) = words.next() else { continue };
        if !NAMED_BY.contains(&keyword.to_ascii_lowercase().as_str()) {
            continue;
        }
        for file in words.filter(|w| w.starts_with('/') && !w.contains('$') && !is_bundle(w)) {
            found.entry(file.to_owned()).or_insert_with(|| Place::line(path, line));
        }
    }
}
