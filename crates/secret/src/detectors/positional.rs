//! Files in which a secret is known by its place and not by a name: SASL maps, `.pgpass`, `chap-secrets`, `htpasswd`, SNMP communities.

use crate::detector::Detector;
use crate::document::Document;
use crate::hit::SecretType;
use crate::literal::Coding;
use crate::scan;
use crate::span::Finds;
use crate::value;
use std::ops::Range;

pub(super) const DETECTOR: Detector = Detector {
    name: "positional",
    summary: "secrets known by their place: SASL maps, .netrc, .pgpass, chap-secrets, htpasswd, htdigest, SNMP communities, rsyncd.secrets, ipsec.secrets, monit, HAProxy",
    find,
};

/// A format: which files have it, and what of a line is a secret.
struct Layout {
    is: fn(&Document<'_>) -> bool,
    secret: fn(&[u8], Range<usize>) -> Vec<Range<usize>>,
}

const LAYOUTS: &[Layout] = &[
    Layout {
        is: |d| {
            d.base().contains("sasl") && d.base().contains("pass")
                || d.base().contains("smtp_auth")
                || d.base().contains("relay_pass")
        },
        secret: sasl,
    },
    Layout { is: |d| d.base().contains("pgpass"), secret: |b, l| field(b, l, 5, 4) },
    Layout { is: |d| matches!(d.base(), "chap-secrets" | "pap-secrets"), secret: |b, l| word(b, l, 2) },
    Layout { is: |d| d.base().contains("htdigest"), secret: |b, l| field(b, l, 3, 2) },
    Layout { is: is_password_file, secret: |b, l| field(b, l, 7, 1) },
    Layout { is: |d| matches!(d.base(), "passwd.client"), secret: |b, l| field(b, l, 3, 2) },
    Layout { is: |d| d.base().contains("rsync") && d.base().contains("secret"), secret: |b, l| field(b, l, 2, 1) },
    Layout {
        is: |d| d.base().contains("netrc") || d.base().contains("fetchmailrc"),
        secret: |b, l| after(b, l, &["password", "passwd", "pass", "account"]),
    },
    Layout {
        is: |d| d.base().contains("ipsec") && d.base().contains("secret"),
        secret: |b, l| after(b, l, &["PSK", "EAP", "XAUTH", "NTLM", "PIN"]),
    },
    Layout { is: |d| d.base().starts_with("snmp"), secret: snmp },
    Layout { is: |d| d.base().contains("monit"), secret: |b, l| login(b, l, "allow") },
    Layout { is: |d| d.base().contains("haproxy"), secret: |b, l| login(b, l, "auth") },
    Layout { is: |d| d.base() == "resource.cfg", secret: nagios },
    Layout { is: |d| d.path.contains("openvpn") && d.lines().count() == 2, secret: credentials_file },
];

fn is_password_file(document: &Document<'_>) -> bool {
    let base = document.base();
    base.contains("htpasswd")
        || base.contains("shadow")
        || base == "passwd"
        || base == "passwd-"
        || base.ends_with(".passwd")
        || base.ends_with(".pwd")
        || base.ends_with(".htauth")
        || base.contains("htusers")
        || base == "proftpd.passwd"
        || base == "group"
        || base == "gshadow"
}

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    for layout in LAYOUTS.iter().filter(|l| (l.is)(document)) {
        for line in document.lines().filter(|l| !is_comment(document.bytes, l)) {
            for secret in (layout.secret)(document.bytes, line) {
                take(document, secret, finds);
            }
        }
    }
    chpasswd(document, finds);
}

fn is_comment(bytes: &[u8], line: &Range<usize>) -> bool {
    let start = scan::skip(&bytes[..line.end], line.start, scan::is_blank);
    matches!(bytes.get(start), Some(b'#')) || start == line.end
}

fn take(document: &Document<'_>, secret: Range<usize>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let trimmed = scan::trim(bytes, secret);
    let (range, coding) = match &bytes[trimmed.clone()] {
        [b'"', .., b'"'] => (trimmed.start + 1..trimmed.end - 1, Coding::Double),
        [b'\'', .., b'\''] => (trimmed.start + 1..trimmed.end - 1, Coding::Single),
        _ => (trimmed, Coding::Plain),
    };
    let secret = &bytes[range.clone()];
    let locked = secret.iter().all(|b| matches!(b, b'*' | b'!' | b'x'));
    if secret.len() > 1 && !locked && !value::is_reference(secret) {
        finds.add(SecretType::Password, range, coding);
    }
}

fn field(bytes: &[u8], line: Range<usize>, most: usize, nth: usize) -> Vec<Range<usize>> {
    let fields = scan::fields(bytes, line, b':', most);
    fields.into_iter().nth(nth).into_iter().collect()
}

fn word(bytes: &[u8], line: Range<usize>, nth: usize) -> Vec<Range<usize>> {
    scan::words(bytes, line).nth(nth).into_iter().collect()
}

/// The words after these words.
fn after(bytes: &[u8], line: Range<usize>, words: &[&str]) -> Vec<Range<usize>> {
    let all: Vec<_> = scan::words(bytes, line.clone()).take(256).collect();
    let named = |w: &Range<usize>| words.iter().any(|n| bytes[w.clone()].eq_ignore_ascii_case(n.as_bytes()));
    let rest = |w: &Range<usize>| if bytes[w.start] == b'"' { quoted(bytes, w.start..line.end) } else { w.clone() };
    all.windows(2).filter(|pair| named(&pair[0])).map(|pair| rest(&pair[1])).collect()
}

fn quoted(bytes: &[u8], rest: Range<usize>) -> Range<usize> {
    let close = scan::skip(&bytes[..rest.end], rest.start + 1, |b| b != b'"');
    rest.start..(close + 1).min(rest.end)
}

/// `host user:password`
fn sasl(bytes: &[u8], line: Range<usize>) -> Vec<Range<usize>> {
    let Some(login) = scan::words(bytes, line.clone()).nth(1) else { return Vec::new() };
    field(bytes, login.start..line.end, 2, 1)
}

/// `rocommunity x`, `com2sec name source x`, `createUser u MD5 x DES x`, `trapsink host x`.
fn snmp(bytes: &[u8], line: Range<usize>) -> Vec<Range<usize>> {
    let words: Vec<_> = scan::words(bytes, line).take(16).collect();
    let Some(first) = words.first() else { return Vec::new() };
    let directive = scan::lower(&bytes[first.clone()]);
    let picked: &[usize] = match directive.as_str() {
        "rocommunity" | "rwcommunity" | "rocommunity6" | "rwcommunity6" | "trapcommunity" | "defcommunity"
        | "community" => &[1],
        "com2sec" | "com2sec6" | "com2secunix" if words.get(1).is_some_and(|w| bytes[w.clone()].starts_with(b"-C")) => {
            &[5]
        }
        "com2sec" | "com2sec6" => &[3],
        "com2secunix" => &[2],
        "trapsink" | "trap2sink" | "informsink" | "authcommunity" => &[2],
        "createuser" => &[3, 5],
        "defauthpassphrase" | "defprivpassphrase" | "defpassphrase" => &[1],
        _ => &[],
    };
    picked.iter().filter_map(|i| words.get(*i).cloned()).collect()
}

/// `allow user:password`, `stats auth user:password`.
fn login(bytes: &[u8], line: Range<usize>, word: &str) -> Vec<Range<usize>> {
    let logins = after(bytes, line, &[word]);
    let colon = |w: &Range<usize>| {
        bytes[w.clone()].contains(&b':')
            && !bytes[w.clone()].iter().all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.' | b'/'))
    };
    logins.into_iter().filter(colon).flat_map(|w| field(bytes, w, 2, 1)).collect()
}

/// `$USER3$=password`: a macro that is not a directory.
fn nagios(bytes: &[u8], line: Range<usize>) -> Vec<Range<usize>> {
    let text = &bytes[line.clone()];
    let Some(equals) = text.iter().position(|b| *b == b'=').filter(|_| text.starts_with(b"$USER")) else {
        return Vec::new();
    };
    let secret = line.start + equals + 1..line.end;
    if value::is_path(&bytes[scan::trim(bytes, secret.clone())]) { Vec::new() } else { vec![secret] }
}

/// Of a user's name and a password on two lines, the second.
fn credentials_file(bytes: &[u8], line: Range<usize>) -> Vec<Range<usize>> {
    let last = line.start > 0 && !bytes[line.end..].iter().any(|b| !b.is_ascii_whitespace());
    let one_word = !bytes[line.clone()].iter().any(|b| b.is_ascii_whitespace() || *b == b'=');
    if last && one_word { vec![line] } else { Vec::new() }
}

/// The users of cloud-init's `chpasswd:` list, and of a here-document that `chpasswd` reads.
fn chpasswd(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let mut inside = false;
    for line in document.lines() {
        let text = scan::trim(bytes, line.clone());
        let words = &bytes[text.clone()];
        let heading = words.starts_with(b"chpasswd:")
            || scan::find(words, b"chpasswd <<", 0).is_some()
            || scan::find(words, b"chpasswd<<", 0).is_some();
        let start = text.start + if words.starts_with(b"- ") { 2 } else { 0 };
        let login =
            scan::skip(&bytes[..text.end], start, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        let is_login = login > start
            && bytes.get(login) == Some(&b':')
            && login + 1 < text.end
            && !bytes[login + 1].is_ascii_whitespace();
        let header = words.starts_with(b"list:") || words.starts_with(b"expire:") || words.is_empty();
        if inside && is_login && !header {
            take(document, login + 1..text.end, finds);
        }
        inside = heading || inside && (is_login || header);
    }
}
