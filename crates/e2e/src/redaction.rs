//! Nothing secret in any output: the secrets of the environment, what was captured, cookies, tokens and authorization
//! are replaced wherever they stand in what is shown.

use crate::engine::Ran;
use crate::environment::Environment;
use secret::{Key, redact_value};
use std::collections::BTreeMap;

/// What stands in the place of something secret that has no name.
const HIDDEN: &str = "***";

/// The shortest value of a cookie or a capture that is looked for: a shorter one is in every text.
const SHORTEST: usize = 6;

/// Fields whose values are never shown.
const FIELDS: &[&str] = &["authorization", "proxy-authorization", "x-api-key", "x-auth-token", "x-csrf-token"];

/// What to hide.
#[derive(Debug, Clone, Default)]
pub struct Redaction {
    /// Texts and what to show instead, the longest text first.
    known: Vec<(String, String)>,
}

impl Redaction {
    /// What a run must not show.
    pub fn of(environment: &Environment, captured: &BTreeMap<String, String>, ran: &Ran) -> Self {
        let mut all = Self::default();
        for (name, value) in &environment.secrets {
            all.add(value, &format!("{{{{{name}}}}}"), 1);
        }
        for (name, value) in captured.iter().chain(&ran.captured) {
            all.add(value, &format!("{{{{{name}}}}}"), SHORTEST);
        }
        for call in ran.requests.iter().flat_map(|r| &r.calls) {
            for (name, value) in call.sent.iter().chain(&call.headers) {
                all.field(name, value);
            }
        }
        all.known.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        all.known.dedup();
        all
    }

    fn field(&mut self, name: &str, value: &str) {
        match name {
            "set-cookie" => self.cookie(value.split(';').next().unwrap_or_default()),
            "cookie" => value.split(';').for_each(|pair| self.cookie(pair)),
            name if FIELDS.contains(&name) => {
                self.add(value, HIDDEN, 1);
                value.split_whitespace().skip(1).for_each(|word| self.add(word, HIDDEN, 1));
            }
            _ => {}
        }
    }

    fn cookie(&mut self, pair: &str) {
        if let Some((_, value)) = pair.split_once('=') {
            self.add(value.trim(), HIDDEN, SHORTEST);
        }
    }

    fn add(&mut self, text: &str, instead: &str, shortest: usize) {
        // A number is rather an id or a count than a secret.
        if text.chars().count() < shortest || (instead != HIDDEN && shortest > 1 && is_number(text)) {
            return;
        }
        for form in [text.to_owned(), escaped(text)] {
            self.known.push((form, instead.to_owned()));
        }
    }

    /// The text without what is secret.
    pub fn hide(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for (secret, instead) in &self.known {
            if shown.contains(secret.as_str()) {
                shown = shown.replace(secret, instead);
            }
        }
        let (shown, hits) = redact_value("", &shown, &Key::new([0; 32]));
        if hits.is_empty() { shown } else { without_fingerprints(&shown) }
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// A text as it stands in a URL or a form.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Fingerprints made without a key would tell weak secrets.
fn without_fingerprints(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(model::text::SECRET) {
        out.push_str(&rest[..at]);
        out.push_str(HIDDEN);
        let after = &rest[at + model::text::SECRET.len()..];
        rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Call, Made};

    #[test]
    fn secrets_captures_cookies_and_authorization_are_hidden() {
        let mut environment = Environment::default();
        environment.secrets.insert("password".into(), "p&ss wörd".into());
        let captured = BTreeMap::from([("csrf".to_owned(), "a33a0494c0754b96".to_owned())]);
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let call = Call {
            sent: vec![field("authorization", "Basic YTpi"), field("cookie", "a=1; chat=r9v9kkv4fsl0")],
            headers: vec![field("set-cookie", "chat=newvalue77; path=/")],
            ..Call::default()
        };
        let ran = Ran { requests: vec![Made { calls: vec![call], ..Made::default() }], ..Ran::default() };
        let redaction = Redaction::of(&environment, &captured, &ran);
        let text = "p&ss wörd p%26ss%20w%C3%B6rd a33a0494c0754b96 Basic YTpi YTpi r9v9kkv4fsl0 newvalue77 path 200";
        assert_eq!(redaction.hide(text), "{{password}} {{password}} {{csrf}} *** *** *** *** path 200");
    }

    #[test]
    fn what_looks_like_a_secret_is_hidden_without_a_fingerprint() {
        let shown = Redaction::default().hide("https://u:fake-url-pw-31@a/ and AKIAFAKEFAKEFAKE0001");
        assert!(
            !shown.contains("fake-url-pw-31") && !shown.contains("AKIAFAKE") && !shown.contains("secret:"),
            "{shown}"
        );
    }
}
