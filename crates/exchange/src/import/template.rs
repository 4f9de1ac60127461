//! Templates, by their fixed parts: what stands between the values that only a run fills in.

use super::code::known::Known;
use super::shell::word::Word;

/// A template with everything put in that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// The parts that are known, in their order; one, where all of it is.
    pub parts: Vec<String>,
    /// Whether something between the parts is not known.
    pub has_gaps: bool,
}

impl Filled {
    fn text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(last) => last.push_str(text),
            None => self.parts.push(text.to_owned()),
        }
    }

    fn word(&mut self, word: Option<Word>) {
        match word {
            Some(word) if word.lacks.is_none() => self.text(&word.text),
            _ => self.gap(),
        }
    }

    fn gap(&mut self) {
        self.has_gaps = true;
        if self.parts.last().is_none_or(|p| !p.is_empty()) {
            self.parts.push(String::new());
        }
    }

    /// The parts without empty ones.
    pub fn fixed(&self) -> Vec<String> {
        self.parts.iter().filter(|p| !p.trim().is_empty()).cloned().collect()
    }

    /// All of it, where nothing is missing.
    pub fn whole(&self) -> Option<String> {
        (!self.has_gaps).then(|| self.parts.concat())
    }
}

/// `%(name)s` as Python fills it in.
pub fn percent(text: &str, value: &dyn Fn(&str) -> Option<Known>) -> Filled {
    let mut filled = Filled::default();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        filled.text(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix('%') {
            filled.text("%");
            rest = after;
            continue;
        }
        match after.strip_prefix('(').and_then(|a| a.split_once(')')) {
            Some((name, after)) => {
                filled.word(value(name).map(|v| v.word()));
                let flags = after.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(after.len());
                rest = after.get(flags + 1..).unwrap_or("");
            }
            None => {
                filled.text("%");
                rest = after;
            }
        }
    }
    filled.text(rest);
    filled
}

/// Jinja: `{{ name }}` where it is known; blocks and what stands in them are a gap.
pub fn jinja(text: &str, value: &dyn Fn(&str) -> Option<Known>) -> Filled {
    let mut filled = Filled::default();
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        if depth == 0 {
            filled.text(before);
        }
        let close = match from.as_bytes().get(1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                if depth == 0 {
                    filled.text("{");
                }
                rest = &from[1..];
                continue;
            }
        };
        let Some(end) = from.find(close) else {
            filled.gap();
            return filled;
        };
        let inside = from[2..end].trim().trim_matches('-').trim();
        rest = &from[end + 2..];
        match close {
            "}}" if depth == 0 => filled.word(value(inside).map(|v| v.word())),
            "%}" => {
                let word = inside.split_whitespace().next().unwrap_or_default();
                let opens = matches!(word, "if" | "for" | "block" | "macro" | "filter" | "call" | "raw");
                if word.starts_with("end") {
                    depth = depth.saturating_sub(1);
                } else if opens {
                    depth += 1;
                }
                filled.gap();
                // A block takes its newline with it.
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
            "#}" => filled.gap(),
            _ => {}
        }
    }
    if depth == 0 {
        filled.text(rest);
    }
    filled
}

/// ERB: `<%= name %>` where it is known; other tags and what stands between them are gaps.
pub fn erb(text: &str, value: &dyn Fn(&str) -> Option<Known>) -> Filled {
    let mut filled = Filled::default();
    let mut rest = text;
    let mut depth = 0_usize;
    while let Some(at) = rest.find("<%") {
        if depth == 0 {
            filled.text(&rest[..at]);
        }
        let Some(end) = rest[at..].find("%>").map(|e| at + e) else {
            filled.gap();
            return filled;
        };
        let inside = rest[at + 2..end].trim_end_matches('-');
        rest = &rest[end + 2..];
        match inside.strip_prefix('=') {
            Some(name) if depth == 0 => filled.word(value(name.trim()).map(|v| v.word())),
            Some(_) => {}
            None => {
                let words: Vec<&str> = inside.split_whitespace().collect();
                let opens = words.first().is_some_and(|w| matches!(*w, "if" | "unless" | "for" | "while" | "case"));
                if opens || words.contains(&"do") {
                    depth += 1;
                } else if words.first() == Some(&"end") {
                    depth = depth.saturating_sub(1);
                }
                filled.gap();
            }
        }
    }
    if depth == 0 {
        filled.text(rest);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> Option<Known> {
        (name == "port").then_some(Known::Number(80))
    }

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_is_a_gap() {
        assert_eq!(percent("a %(port)d 100%%\n", &value).whole().as_deref(), Some("a 80 100%\n"));
        assert_eq!(percent("a %(x)s b", &value).fixed(), ["a ", " b"]);
        assert_eq!(jinja("listen {{ port }};\n", &value).whole().as_deref(), Some("listen 80;\n"));
        assert_eq!(jinja("a\n{% if x %}b\n{% endif %}c {{ y | z }} d", &value).fixed(), ["a\n", "c ", " d"]);
        assert_eq!(erb("p <%= port %>\n<% if x %>q<% end %>r", &value).fixed(), ["p 80\n", "r"]);
        assert_eq!(jinja("a {{ open", &value).fixed(), ["a "]);
    }
}
