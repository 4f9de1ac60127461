//! What of an answer can be expected again: of two answers to the same request what is the same in both, without
//! anything secret.

use crate::engine::Call;
use crate::hurl_quoting::quoted;
use crate::redaction::Redaction;
use secret::{Key, redact_file, redact_value};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Fields that say what an answer is or how it may be used.
const FIELDS: &[&str] = &[
    "access-control-allow-origin",
    "allow",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-security-policy",
    "content-type",
    "location",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-frame-options",
    "x-robots-tag",
    "x-xss-protection",
];

/// The longest body that is expected word by word, in bytes.
const SHORT: usize = 120;

/// The answer part of a request in a `.hurl` file, a line each; the comment says why where there is nothing to expect.
pub struct Expected {
    /// The lines.
    pub lines: Vec<String>,
    /// Whether anything is claimed.
    pub claims: bool,
}

/// What can be expected of a third answer after these two. `set` are fields that the configuration sets.
pub fn expected(first: &Call, again: &Call, set: &BTreeSet<String>, redaction: &Redaction) -> Expected {
    if first.status != again.status {
        let why = format!("# it answered {}, and then {}", first.status, again.status);
        return Expected { lines: vec![why, "HTTP *".to_owned()], claims: false };
    }
    let is_plain = |text: &str| redaction.hide(text) == text;
    let mut asserts = fields(first, again, set, &is_plain);
    asserts.extend(cookies(first, again));
    asserts.extend(body(first, again, &is_plain));
    let mut lines = vec![format!("HTTP {}", first.status)];
    if !asserts.is_empty() {
        lines.push("[Asserts]".to_owned());
    }
    lines.extend(asserts);
    Expected { lines, claims: true }
}

fn values<'a>(call: &'a Call, name: &str) -> Vec<&'a str> {
    call.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect()
}

fn fields(first: &Call, again: &Call, set: &BTreeSet<String>, is_plain: &dyn Fn(&str) -> bool) -> Vec<String> {
    let names: BTreeSet<&str> = first.headers.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = names.into_iter().filter(|name| FIELDS.contains(name) || set.contains(*name));
    let known = wanted.filter(|name| !matches!(*name, "set-cookie" | "date" | "etag" | "last-modified" | "expires"));
    known
        .filter_map(|name| {
            let (one, two) = (values(first, name), values(again, name));
            let shown = spelled(name);
            let is_safe = |value: &&str| is_plain(value) && redact_value(name, value, &Key::new([0; 32])).1.is_empty();
            match one.as_slice() {
                [value] if one == two && is_safe(value) => {
                    Some(format!("header {} == {}", quoted(&shown), quoted(value)))
                }
                _ if two.is_empty() => None,
                _ => Some(format!("header {} exists", quoted(&shown))),
            }
        })
        .collect()
}

/// `content-type` as people write it.
fn spelled(name: &str) -> String {
    let part = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
    let is_word = name.split('-').all(|p| !p.is_empty() && p.is_ascii());
    if is_word { name.split('-').map(part).collect::<Vec<_>>().join("-") } else { name.to_owned() }
}

/// That cookies are set, and how they are kept; never what is in them.
fn cookies(first: &Call, again: &Call) -> Vec<String> {
    let names = |call: &Call| -> BTreeSet<String> {
        let cookies = values(call, "set-cookie").into_iter();
        let parts = cookies.flat_map(|cookie| {
            let name = cookie.split(['=', ';']).next().unwrap_or_default().trim().to_owned();
            let has = |flag: &str| cookie.split(';').skip(1).any(|part| part.trim().eq_ignore_ascii_case(flag));
            let flags = ["HttpOnly", "Secure"].into_iter().filter(|f| has(f));
            let flags: Vec<String> = flags.map(|flag| format!("{name}[{flag}]")).collect();
            std::iter::once(name).chain(flags)
        });
        // A name that is itself made anew each time is no name.
        parts
            .filter(|p| p.len() < 60 && p.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.[]".contains(&b)))
            .collect()
    };
    let (one, two) = (names(first), names(again));
    one.intersection(&two).map(|name| format!("cookie {} exists", quoted(name))).collect()
}

fn body(first: &Call, again: &Call, is_plain: &dyn Fn(&str) -> bool) -> Vec<String> {
    let (Some(one), Some(two)) = (first.body.as_deref(), again.body.as_deref()) else { return Vec::new() };
    let text = String::from_utf8_lossy(one);
    let is_secret = !is_plain(&text) || !redact_file("body", one, &Key::new([0; 32])).hits.is_empty();
    let is_html = first.header("content-type").is_some_and(|t| t.starts_with("text/html"));
    if one == two && !is_secret {
        // What is sent as it lies on the disk says when it was changed.
        let is_file = ["etag", "last-modified"].iter().any(|name| first.header(name).is_some());
        if one.is_empty() {
            return if first.status == 200 { vec!["bytes count == 0".to_owned()] } else { Vec::new() };
        }
        if is_file && first.status == 200 {
            let digest: String = Sha256::digest(one).iter().map(|b| format!("{b:02x}")).collect();
            return vec![format!("bytes count == {}", one.len()), format!("sha256 == hex,{digest};")];
        }
        if !is_html && one.len() <= SHORT && std::str::from_utf8(one).is_ok() && !text.contains('\0') {
            return vec![format!("body == {}", quoted(&text))];
        }
    }
    match (title(&text), title(&String::from_utf8_lossy(two))) {
        (Some(one), Some(two)) if is_html && one == two && is_plain(one) => {
            let text = one.split_whitespace().collect::<Vec<_>>().join(" ");
            let is_simple = !text.is_empty() && !text.contains(['&', '<']);
            let claim = format!("xpath \"normalize-space(//title)\" == {}", quoted(&text));
            if is_simple { vec![claim] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

/// The title of a page.
fn title(html: &str) -> Option<&str> {
    let begin = html.find("<title>")? + "<title>".len();
    let length = html[begin..].find("</title>").filter(|length| *length < 300)?;
    Some(&html[begin..begin + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(status: u16, headers: &[(&str, &str)], body: &str) -> Call {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Call { status, headers, body: Some(body.as_bytes().to_vec()), ..Call::default() }
    }

    fn lines(first: &Call, again: &Call) -> Vec<String> {
        let set = BTreeSet::from(["x-api".to_owned()]);
        expected(first, again, &set, &Redaction::default()).lines
    }

    #[test]
    fn what_is_the_same_twice_is_expected() {
        let html = |nonce: &str| {
            let headers = [
                ("content-type", "text/html"),
                ("x-api", "v1"),
                ("x-other", "1"),
                ("set-cookie", "s=abcdefgh; HttpOnly"),
            ];
            call(200, &headers, &format!("<title> A\n page</title>{nonce}"))
        };
        assert_eq!(
            lines(&html("1"), &html("2")),
            [
                "HTTP 200",
                "[Asserts]",
                "header \"Content-Type\" == \"text/html\"",
                "header \"X-Api\" == \"v1\"",
                "cookie \"s\" exists",
                "cookie \"s[HttpOnly]\" exists",
                "xpath \"normalize-space(//title)\" == \"A page\"",
            ]
        );
        let file = call(200, &[("etag", "\"1\"")], "abc");
        assert_eq!(
            lines(&file, &file)[2..],
            [
                "bytes count == 3".to_owned(),
                format!("sha256 == hex,{};", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
            ]
        );
        assert_eq!(lines(&call(200, &[], "pong\n"), &call(200, &[], "pong\n"))[2], "body == \"pong\\n\"");
    }

    #[test]
    fn what_moves_or_is_secret_is_left_out() {
        let to = |to: &str| call(302, &[("location", to)], "");
        assert_eq!(lines(&to("/a?n=1"), &to("/a?n=2")), ["HTTP 302", "[Asserts]", "header \"Location\" exists"]);
        let secret = call(200, &[], "password = fake-Pw-7hG3kQz91x\n");
        assert_eq!(lines(&secret, &secret), ["HTTP 200"]);
        assert_eq!(lines(&call(200, &[], "a"), &call(503, &[], "a")), ["# it answered 200, and then 503", "HTTP *"]);
        assert_eq!(lines(&call(200, &[], "1"), &call(200, &[], "2")), ["HTTP 200"]);
    }
}
