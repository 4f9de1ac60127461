//! Secrets in command lines: the spec has a fingerprint there, which is no password. A variable stands in its place, filled in
//! from a Secret.

use model::text::SECRET;
use std::collections::BTreeMap;

/// What stands around a place of a shell's text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// A text for a shell with variables in place of fingerprints; the variables go to the environment.
pub(crate) fn in_shell(text: &str, env: &mut BTreeMap<String, String>) -> String {
    let mut quote = Quote::None;
    replaced(text, |before, fingerprint| {
        quote = after_text(before, quote);
        let name = variable(fingerprint, env);
        match quote {
            Quote::None => format!("\"${{{name}}}\""),
            Quote::Double => format!("${{{name}}}"),
            Quote::Single => format!("'\"${{{name}}}\"'"),
        }
    })
}

/// A word that no shell reads: the kubelet fills in `$(NAME)`.
pub(crate) fn in_word(text: &str, env: &mut BTreeMap<String, String>) -> String {
    replaced(text, |_, fingerprint| format!("$({})", variable(fingerprint, env)))
}

/// A text with something else in place of each fingerprint, by the text since the one before it and by what it is.
pub(crate) fn replaced(text: &str, mut instead: impl FnMut(&str, &str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(SECRET) {
        let (before, after) = rest.split_at(at);
        let (fingerprint, tail) = split(after);
        out.push_str(before);
        out.push_str(&instead(before, fingerprint));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// How many characters of a fingerprint follow its prefix.
const DIGITS: usize = 22;

/// A fingerprint and what follows it.
fn split(text: &str) -> (&str, &str) {
    text.split_at_checked(SECRET.len() + DIGITS).unwrap_or((text, ""))
}

/// The variable of a fingerprint.
fn variable(fingerprint: &str, env: &mut BTreeMap<String, String>) -> String {
    if let Some((name, _)) = env.iter().find(|(_, value)| *value == fingerprint) {
        return name.clone();
    }
    let mut n = 1;
    while env.contains_key(&format!("REPOT_SECRET_{n}")) {
        n += 1;
    }
    let name = format!("REPOT_SECRET_{n}");
    env.insert(name.clone(), fingerprint.to_owned());
    name
}

/// How a text ends that begins within quotes or without.
fn after_text(text: &str, mut quote: Quote) -> Quote {
    let mut is_escaped = false;
    for c in text.chars() {
        quote = match (quote, c) {
            (Quote::None | Quote::Double, _) if is_escaped => quote,
            (Quote::None, '\'') => Quote::Single,
            (Quote::None, '"') => Quote::Double,
            (Quote::Single, '\'') | (Quote::Double, '"') => Quote::None,
            (quote, _) => quote,
        };
        is_escaped = c == '\\' && quote != Quote::Single && !is_escaped;
    }
    quote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_stands_where_the_quotes_let_it() {
        let a = format!("{SECRET}aaaaaaaaaaaaaaaaaaaaaa");
        let b = format!("{SECRET}bbbb_bbbbbbbbbbb-bbbbb");
        let mut env = BTreeMap::new();
        let text = format!("mysql -p{a} -e \"x {b}\" 'https://h/?t={a}&x' it\\'s {b}");
        let expected = "mysql -p\"${REPOT_SECRET_1}\" -e \"x ${REPOT_SECRET_2}\" 'https://h/?t='\"${REPOT_SECRET_1}\"'&x' it\\'s \"${REPOT_SECRET_2}\"";
        assert_eq!(in_shell(&text, &mut env), expected);
        assert_eq!(env["REPOT_SECRET_1"], a);
        assert_eq!(in_word(&format!("--password={b}"), &mut env), "--password=$(REPOT_SECRET_2)");
        assert_eq!(in_shell("echo 1", &mut env), "echo 1");
    }
}
