//! Contents with fingerprints in the place of secrets, as templates with variables in that place.

use model::text::SECRET;
use std::collections::BTreeMap;

/// How many characters of a fingerprint follow its prefix.
const DIGITS: usize = 22;

/// The variables of a project's secrets: by fingerprint, so that the same secret is one variable wherever it stands.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    by_fingerprint: BTreeMap<String, String>,
    /// Where each variable is used.
    pub(crate) uses: BTreeMap<String, Vec<String>>,
}

/// A part of contents.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    /// One fingerprint, or several that nothing separates.
    Secret(&'a str),
}

impl Secrets {
    /// The variable for a secret; `hint` names it where it is new.
    pub(crate) fn variable(&mut self, fingerprint: &str, hint: &str, used_in: &str) -> String {
        let name = match self.by_fingerprint.get(fingerprint) {
            Some(name) => name.clone(),
            None => {
                let name = self.free(&format!("vault_{}", identifier(hint)));
                self.by_fingerprint.insert(fingerprint.to_owned(), name.clone());
                name
            }
        };
        let uses = self.uses.entry(name.clone()).or_default();
        if !uses.iter().any(|u| u == used_in) {
            uses.push(used_in.to_owned());
        }
        name
    }

    fn free(&self, wanted: &str) -> String {
        let is_free = |name: &String| !self.uses.contains_key(name);
        let mut names = std::iter::once(wanted.to_owned()).chain((2..).map(|n| format!("{wanted}_{n}")));
        names.find(is_free).unwrap_or_default()
    }

    /// Contents as a template; `None` where no secret is in them.
    pub(crate) fn template(&mut self, text: &str, of: &str, used_in: &str) -> Option<String> {
        let parts = parts(text);
        if !parts.iter().any(|p| matches!(p, Part::Secret(_))) {
            return None;
        }
        let mut out = String::new();
        let mut line = String::new();
        for part in parts {
            match part {
                Part::Text(text) => {
                    line.push_str(text);
                    line = line.rsplit('\n').next().unwrap_or_default().to_owned();
                    literal(&mut out, text);
                }
                Part::Secret(fingerprint) => {
                    let hint = format!("{of}_{}", word_before(&line).unwrap_or("contents"));
                    let name = self.variable(fingerprint, &hint, used_in);
                    out.push_str("{{ ");
                    out.push_str(&name);
                    out.push_str(" }}");
                }
            }
        }
        Some(out)
    }
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(SECRET)) {
        let begin = at + found;
        let mut end = begin;
        while let Some(next) = fingerprint_at(text, end) {
            end = next;
        }
        if end == begin {
            at = begin + SECRET.len();
            continue;
        }
        if from < begin {
            parts.push(Part::Text(&text[from..begin]));
        }
        parts.push(Part::Secret(&text[begin..end]));
        (from, at) = (end, end);
    }
    if from < text.len() {
        parts.push(Part::Text(&text[from..]));
    }
    parts
}

/// Where a fingerprint that begins here ends.
fn fingerprint_at(text: &str, at: usize) -> Option<usize> {
    let digits = text.get(at..)?.strip_prefix(SECRET)?.as_bytes().get(..DIGITS)?;
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    digits.iter().all(is_digit).then_some(at + SECRET.len() + DIGITS)
}

/// Text that a template gives back as it stands.
fn literal(out: &mut String, text: &str) {
    let mut rest = text;
    if out.is_empty() && rest.starts_with("#jinja2:") {
        out.push_str("{{ '#' }}");
        rest = &rest[1..];
    }
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // At the end a brace would open a block together with the variable behind it.
            '{' if matches!(chars.peek(), Some('{' | '%' | '#') | None) => out.push_str("{{ '{' }}"),
            // Jinja makes one kind of line ending of all.
            '\r' => out.push_str("{{ '\\r' }}"),
            c => out.push(c),
        }
    }
}

/// The last word before a secret on its line: what it is called there.
fn word_before(line: &str) -> Option<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.split(|c| !is_word(c)).rfind(|w| w.len() > 2 && !w.starts_with(|c: char| c.is_ascii_digit()))
}

/// A text as a variable's name.
pub(crate) fn identifier(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        if !(c == '_' && out.ends_with('_')) {
            out.push(c);
        }
    }
    let out = out.trim_matches('_');
    out.chars().take(60).collect::<String>().trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_variable_and_the_rest_stays_text() {
        let mut secrets = Secrets::default();
        let print = format!("{SECRET}{}", "a".repeat(DIGITS));
        let text = format!("env[TOKEN] = {print}\nx {{{{ y }}}} ${{#z}}\nold = {print}\n");
        let template = secrets.template(&text, "pool", "/etc/pool").unwrap();
        assert_eq!(
            template,
            "env[TOKEN] = {{ vault_pool_token }}\nx {{ '{' }}{ y }} ${{ '{' }}#z}\nold = {{ vault_pool_token }}\n"
        );
        assert_eq!(secrets.uses["vault_pool_token"], ["/etc/pool"]);
        assert_eq!(secrets.template("no secret:v1:short here", "x", "y"), None);
    }
}
