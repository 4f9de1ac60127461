//! Texts of a target in a `.hurl` file: none of them ends a line, opens a template, or is taken for anything but text.

use model::text::{for_terminal, unsafe_on_terminals};

/// A text in a comment.
pub fn comment(text: &str) -> String {
    for_terminal(text).into_owned()
}

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Two of them would open a template.
            '{' if chars.peek() == Some(&'{') => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            // Three of them would begin a text of several lines to who reads carelessly.
            '`' => out.push_str("\\u{60}"),
            c if unsafe_on_terminals(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether a host can stand in a URL as it is.
pub fn is_host(host: &[u8]) -> bool {
    !host.is_empty() && host.len() < 256 && host.iter().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(b))
}

/// Whether a path with its query can stand in a URL as it is.
pub fn is_target(target: &[u8]) -> bool {
    target.first() == Some(&b'/')
        && target.len() < 2000
        && target.iter().all(|b| b.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@%?".contains(b))
}

/// Whether a field can stand in a request as it is.
pub fn is_field(name: &str, value: &str) -> bool {
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let is_plain = |b: u8| (b' '..=b'~').contains(&b) && !b"{}#\\\"".contains(&b);
    is_name && value.bytes().all(is_plain) && value.trim() == value && !value.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hurl_file::HurlFile;

    #[test]
    fn no_text_leaves_its_place() {
        for text in
            ["a\nGET http://evil.test/", "\"\nHTTP 200", "{{secret}}", "\\", "\u{1b}[2J\u{202e}", "```", "a # b"]
        {
            let quoted = quoted(text);
            assert!(!quoted.contains('\n') && !quoted.contains("{{") && !quoted.contains('\u{1b}'), "{quoted}");
            let file =
                format!("# {}\nGET http://a.test/\nHTTP 200\n[Asserts]\nbody contains {quoted}\n", comment(text));
            assert_eq!(HurlFile::read("a.hurl", &file).unwrap().requests.len(), 1, "{file}");
        }
    }

    #[test]
    fn what_cannot_stand_in_a_request_is_told() {
        assert!(is_host(b"a-1.test:80") && is_host(b"[::1]") && is_target(b"/a%20b?x=1") && is_field("x-a", "a b;c"));
        for host in ["", "a b", "a/b", "a\nb", "{{x}}"] {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
        for target in ["a", "/a b", "/#x", "/{{x}}", "/a\nb", "/\u{e9}"] {
            assert!(!is_target(target.as_bytes()), "{target}");
        }
        assert!(!is_field("x", "a\nb") && !is_field("x", "{{y}}") && !is_field("x y", "a") && !is_field("x", ""));
    }
}
