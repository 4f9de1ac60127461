//! Tokens that say by their shape whose they are.

use crate::by_first::ByFirst;
use crate::detector::Detector;
use crate::document::Document;
use crate::hit::SecretType;
use crate::scan;
use crate::span::Finds;
use std::sync::LazyLock;

pub(super) const DETECTOR: Detector = Detector {
    name: "known_token",
    summary: "tokens known by their shape: AWS, GitHub, GitLab, Slack, Stripe, Google, SendGrid, npm, PyPI, New Relic, JWT and others",
    find,
};

/// A beginning, how many characters follow at least, and which besides letters and digits.
struct Shape {
    start: &'static [u8],
    least: usize,
    marks: &'static [u8],
}

const fn shape(start: &'static [u8], least: usize, marks: &'static [u8]) -> Shape {
    Shape { start, least, marks }
}

const SHAPES: &[Shape] = &[
    shape(b"AKIA", 16, b""),
    shape(b"ASIA", 16, b""),
    shape(b"ABIA", 16, b""),
    shape(b"ACCA", 16, b""),
    shape(b"ghp_", 30, b""),
    shape(b"gho_", 30, b""),
    shape(b"ghu_", 30, b""),
    shape(b"ghs_", 30, b""),
    shape(b"ghr_", 30, b""),
    shape(b"github_pat_", 40, b"_"),
    shape(b"glpat-", 20, b"-_."),
    shape(b"glptt-", 20, b"-_"),
    shape(b"gldt-", 20, b"-_"),
    shape(b"glrt-", 20, b"-_."),
    shape(b"GR1348941", 20, b"-_"),
    shape(b"xoxb-", 10, b"-"),
    shape(b"xoxp-", 10, b"-"),
    shape(b"xoxa-", 10, b"-"),
    shape(b"xoxr-", 10, b"-"),
    shape(b"xoxs-", 10, b"-"),
    shape(b"xoxe-", 10, b"-"),
    shape(b"xapp-", 10, b"-"),
    shape(b"sk_live_", 10, b""),
    shape(b"sk_test_", 10, b""),
    shape(b"rk_live_", 10, b""),
    shape(b"rk_test_", 10, b""),
    shape(b"whsec_", 16, b"+/="),
    shape(b"pk_live_", 10, b""),
    shape(b"AIza", 35, b"-_"),
    shape(b"ya29.", 20, b"-_"),
    shape(b"GOCSPX-", 20, b"-_"),
    shape(b"SG.", 40, b"-_."),
    shape(b"key-", 32, b""),
    shape(b"npm_", 30, b""),
    shape(b"pypi-AgE", 40, b"-_"),
    shape(b"dop_v1_", 40, b""),
    shape(b"doo_v1_", 40, b""),
    shape(b"NRAK-", 20, b""),
    shape(b"NRJS-", 15, b""),
    shape(b"NRII-", 20, b"-_"),
    shape(b"NRAA-", 20, b""),
    shape(b"eu01xx", 30, b""),
    shape(b"shpat_", 30, b""),
    shape(b"shpss_", 30, b""),
    shape(b"sq0atp-", 20, b"-_"),
    shape(b"sq0csp-", 40, b"-_"),
    shape(b"EAAAE", 55, b"-_"),
    shape(b"hvs.", 20, b"-_"),
    shape(b"s.hvs", 20, b"-_"),
    shape(b"dckr_pat_", 20, b"-_"),
    shape(b"sk-ant-", 20, b"-_"),
    shape(b"sk-proj-", 20, b"-_"),
    shape(b"sk-", 40, b"-_"),
    shape(b"AGE-SECRET-KEY-1", 40, b""),
    shape(b"lin_api_", 30, b""),
    shape(b"sntrys_", 40, b"+/=_"),
    shape(b"sntryu_", 40, b""),
    shape(b"glsa_", 30, b"_"),
    shape(b"glc_", 30, b"+/="),
    shape(b"PMAK-", 40, b"-"),
    shape(b"figd_", 30, b"-_"),
    shape(b"rubygems_", 40, b""),
    shape(b"CFPAT-", 30, b"-_"),
    shape(b"ATATT3", 60, b"-_="),
    shape(b"ATBB", 28, b""),
    shape(b"xkeysib-", 60, b"-"),
    shape(b"phc_", 30, b""),
    shape(b"phx_", 30, b""),
    shape(b"tskey-", 20, b"-"),
    shape(b"pat-na1-", 30, b"-"),
    shape(b"ddp_", 30, b""),
    shape(b"AccountKey=", 60, b"+/="),
    shape(b"SharedAccessKey=", 30, b"+/="),
];

static BY_FIRST: LazyLock<ByFirst<Shape>> = LazyLock::new(|| ByFirst::of(SHAPES, |s| s.start));

/// How far a token is read before it is decided on.
const LONGEST: usize = 1024;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let mut at = 0;
    while at < bytes.len() {
        let free = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let found = if free { token(bytes, at) } else { None };
        if let Some(end) = found {
            finds.plain(SecretType::Token, at..end);
            at = end;
        } else {
            at += 1;
        }
    }
    for at in scan::occurrences(bytes, b"AKIA").chain(scan::occurrences(bytes, b"ASIA")) {
        aws_secret(bytes, at, finds);
    }
}

fn token(bytes: &[u8], at: usize) -> Option<usize> {
    if !bytes[at].is_ascii_alphanumeric() {
        return None;
    }
    if bytes[at..].starts_with(b"eyJ") {
        return jwt(bytes, at);
    }
    if bytes[at].is_ascii_digit() {
        return telegram(bytes, at);
    }
    BY_FIRST.at(bytes[at]).filter(|s| bytes[at..].starts_with(s.start)).find_map(|s| {
        let start = at + s.start.len();
        let in_body = |b: u8| b.is_ascii_alphanumeric() || s.marks.contains(&b);
        let end = scan::skip(&bytes[..bytes.len().min(start + LONGEST)], start, in_body);
        let body = &bytes[start..end];
        let varied = body.iter().any(u8::is_ascii_digit) || s.least < 24 && body.iter().all(u8::is_ascii_uppercase);
        let end = (end >= start + s.least && varied).then(|| scan::skip(bytes, end, in_body))?;
        (bytes.get(end) != Some(&b'_')).then_some(end)
    })
}

/// Three parts of base64url, the first two JSON.
fn jwt(bytes: &[u8], at: usize) -> Option<usize> {
    let in_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=');
    let part = |from: usize| scan::skip(bytes, from, in_part);
    let first = scan::skip(&bytes[..bytes.len().min(at + LONGEST)], at, in_part);
    if first < at + 12 || bytes.get(first) != Some(&b'.') {
        return None;
    }
    let second = part(first + 1);
    if second < first + 8 {
        return None;
    }
    Some(if bytes.get(second) == Some(&b'.') { part(second + 1) } else { second })
}

/// A bot's number, a colon, and 35 characters.
fn telegram(bytes: &[u8], at: usize) -> Option<usize> {
    let colon = scan::skip(bytes, at, |b| b.is_ascii_digit());
    if !(at + 8..=at + 10).contains(&colon) || !bytes[colon..].starts_with(b":AA") {
        return None;
    }
    let end = scan::skip(bytes, colon + 1, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (end == colon + 36).then_some(end)
}

/// The forty characters that go with an access key's name, near it.
fn aws_secret(bytes: &[u8], at: usize, finds: &mut Finds<'_>) {
    let (mut i, limit) = (at.saturating_sub(256), bytes.len().min(at + 512));
    while i < limit {
        let start = scan::skip(&bytes[..limit], i, |b| !is_aws(b));
        let end = scan::skip(&bytes[..bytes.len().min(start + 41)], start, is_aws);
        let text = &bytes[start..end.min(start + 41)];
        let mixed = text.iter().any(u8::is_ascii_uppercase)
            && text.iter().any(u8::is_ascii_lowercase)
            && text.iter().any(u8::is_ascii_digit);
        if end == start + 40 && mixed {
            finds.plain(SecretType::Token, start..end);
        }
        i = end.max(start + 1);
    }
}

fn is_aws(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}
