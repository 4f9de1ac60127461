//! Values whose name calls them a secret, in every way settings and programs have to give a name a value.

use crate::detector::Detector;
use crate::document::Document;
use crate::format::Format;
use crate::literal::{Literal, literal, whole_literal};
use crate::name::{self, Named, Strength};
use crate::scan;
use crate::span::Finds;
use crate::value::{self, Place as Surroundings, Setting};
use std::ops::Range;

pub(super) const DETECTOR: Detector = Detector {
    name: "named_value",
    summary: "values named like a secret: `password = x`, `'secret' => 'x'`, `define('API_KEY', 'x')`, `env[DB_PASS] = x`",
    find,
};

/// How far a value without quotes is read before it is known to be wanted.
const LOOK: usize = 1024;

/// How a name is tied to its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    Equals,
    Colon,
    /// The next argument of a call: `define('X', 'y')`.
    Comma,
    /// Nothing but space: `requirepass x`.
    Space,
}

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let mut at = 0;
    while at < bytes.len() {
        let start = scan::skip(bytes, at, |b| !b.is_ascii_alphanumeric());
        let end = scan::skip(bytes, start, is_name);
        at = end.max(start + 1);
        let name = trimmed(bytes, start..end);
        let Some(named) = name::named(&bytes[name.clone()]) else { continue };
        let place = Place { document, name, named };
        if let Some(end) = place.value().and_then(|(tie, start)| place.take(tie, start, finds)) {
            at = at.max(end);
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

fn trimmed(bytes: &[u8], name: Range<usize>) -> Range<usize> {
    let tail = bytes[name.clone()].iter().rev().take_while(|b| matches!(b, b'.' | b'-' | b'_')).count();
    name.start..name.end - tail
}

/// A name that calls its value a secret, where it stands.
struct Place<'a> {
    document: &'a Document<'a>,
    name: Range<usize>,
    named: Named,
}

impl Place<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.document.bytes.get(at).copied()
    }

    /// Where the value begins, and how it is tied to the name.
    fn value(&self) -> Option<(Tie, usize)> {
        let bytes = self.document.bytes;
        let closed = scan::skip(&bytes[..bytes.len().min(self.name.end + 6)], self.name.end, |b| {
            matches!(b, b'"' | b'\'' | b'`' | b']' | b'\\')
        });
        let closed =
            if self.byte(closed) == Some(b'}') && self.byte(closed + 1) == Some(b'$') { closed + 2 } else { closed };
        let mark = scan::skip(&bytes[..bytes.len().min(closed + 64)], closed, scan::is_blank);
        let after =
            |marks: usize| scan::skip(&bytes[..bytes.len().min(mark + marks + 64)], mark + marks, scan::is_blank);
        let starts = |text: &[u8]| bytes[mark.min(bytes.len())..].starts_with(text);
        let quoted = closed > self.name.end;
        if starts(b"==") || starts(b"!=") {
            let at = after(2 + usize::from(starts(b"===") || starts(b"!==")));
            return literal(bytes, at).is_some().then_some((Tie::Equals, at));
        }
        for text in [&b"=>"[..], b":=", b"+=", b"?=", b"||=", b"??="] {
            if starts(text) {
                return Some((Tie::Equals, after(text.len())));
            }
        }
        match self.byte(mark) {
            Some(b'=') => Some((Tie::Equals, after(1))),
            Some(b':') if !starts(b"::") && !starts(b"://") => Some((Tie::Colon, after(1))),
            Some(b',') if quoted && self.is_argument() || self.is_symbol() => Some((Tie::Comma, after(1))),
            Some(b) if mark > closed && self.may_be_directive(b, mark) => Some((Tie::Space, mark)),
            Some(_) | None => None,
        }
    }

    /// It is the first argument of a call that sets something: `define('X', …)`.
    fn is_argument(&self) -> bool {
        const SETTERS: [&str; 11] =
            ["define", "env", "set", "config", "option", "const", "add", "put", "header", "param", "get"];
        let bytes = self.document.bytes;
        let before = &bytes[self.name.start.saturating_sub(48)..self.name.start.saturating_sub(1)];
        let open = before.iter().rev().take_while(|b| scan::is_blank(**b)).count();
        let Some((b'(', before)) = before[..before.len() - open].split_last() else { return false };
        let name = before.iter().rev().take_while(|b| is_name(**b)).count();
        let function = scan::lower(&before[before.len() - name..]);
        SETTERS.iter().any(|s| function.contains(s)) && !function.contains("offset") && !function.contains("reset")
    }

    /// It is a symbol that is given a value: `set :x, …`; or a constant: `CURLOPT_USERPWD, …`.
    fn is_symbol(&self) -> bool {
        let bytes = self.document.bytes;
        let constant = bytes[self.name.clone()].iter().all(|b| b.is_ascii_uppercase() || *b == b'_');
        let symbol = self.name.start > 0
            && bytes[self.name.start - 1] == b':'
            && (self.name.start < 2 || bytes[self.name.start - 2] == b' ');
        self.document.format == Format::Code && constant || symbol
    }

    /// It can be a directive whose value follows after a space.
    fn may_be_directive(&self, next: u8, at: usize) -> bool {
        if matches!(self.document.format, Format::Code | Format::Prose | Format::Binary)
            || self.named.strength < Strength::Medium
        {
            return false;
        }
        // In a shell passwd is a program, and the name of a user follows.
        if self.document.format == Format::Shell && &self.document.bytes[self.name.clone()] == b"passwd" {
            return false;
        }
        let lead = self.document.line_start(self.name.start);
        if lead.blank && !lead.long {
            return self.ends_line(at);
        }
        let quoted = matches!(next, b'"' | b'\'') && self.document.format == Format::Settings;
        quoted && self.named.strength == Strength::Strong || self.follows_setter() && self.ends_line(at)
    }

    /// One word, or one literal, stands between a position and the line's end.
    fn ends_line(&self, at: usize) -> bool {
        let bytes = self.document.bytes;
        let window = &bytes[..bytes.len().min(at + LOOK)];
        let end = match literal(window, at) {
            Some(literal) => literal.end,
            None => scan::skip(window, at, |b| !b.is_ascii_whitespace()),
        };
        let end = scan::skip(window, end, |b| scan::is_blank(b) || b == b';');
        window.get(end).is_none_or(|b| scan::is_line_end(*b) || *b == b'#')
    }

    /// The line begins with a word that sets what follows: `SetEnv X y`, `fastcgi_param X y;`.
    fn follows_setter(&self) -> bool {
        const SETTERS: [&str; 16] = [
            "setenv",
            "fastcgi_param",
            "uwsgi_param",
            "scgi_param",
            "proxy_set_header",
            "env",
            "arg",
            "set",
            "define",
            "php_value",
            "php_admin_value",
            "requestheader",
            "insecure-password",
            "snmp-server",
            "neighbor",
            "add_header",
        ];
        let bytes = self.document.bytes;
        let before = &bytes[self.name.start.saturating_sub(128)..self.name.start];
        let line = before.iter().rev().take_while(|b| !scan::is_line_end(**b)).count();
        let line = &before[before.len() - line..];
        let first = scan::words(line, 0..line.len()).next().map(|w| scan::lower(&line[w]));
        first.is_some_and(|w| SETTERS.contains(&w.trim_start_matches('#')))
    }

    fn setting(&self, quoted: bool) -> Setting {
        let lead = self.document.line_start(self.name.start);
        let place = match self.document.place() {
            Surroundings::Live if lead.comment => Surroundings::Comment,
            place @ (Surroundings::Live | Surroundings::Comment | Surroundings::Prose) => place,
        };
        Setting { strength: self.named.strength, place, quoted }
    }

    /// Takes the value if it is a secret; where it ends.
    fn take(&self, tie: Tie, at: usize, finds: &mut Finds<'_>) -> Option<usize> {
        let at = self.after_tag(at);
        if let Some(found) = self.enclosing_literal(tie, at) {
            return self.take_literal(&found, finds);
        }
        let quoted = self.byte(at) != Some(b'`') || self.document.format == Format::Code;
        if let Some(look) = literal(self.document.bytes, at).filter(|_| quoted) {
            let wanted = value::is_secret(&self.document.bytes[look.inner], self.setting(true));
            return if wanted { self.take_literal(&whole_literal(self.document.bytes, at)?, finds) } else { None };
        }
        if matches!(self.byte(at), Some(b'|' | b'>')) && tie == Tie::Colon {
            return self.take_block(at, finds);
        }
        let range = self.bare(tie, at)?;
        let mut setting = self.setting(false);
        if tie == Tie::Space && setting.place != Surroundings::Live {
            setting.strength = Strength::Medium;
        }
        if !value::is_secret(&self.document.bytes[range.clone()], setting) {
            return None;
        }
        let long = range.len() >= LOOK && tie != Tie::Space;
        let end = if long { self.bare_end(range.start, self.document.bytes.len()) } else { range.end };
        finds.plain(self.named.what, self.without_user(range.start..end.max(range.end)));
        Some(end)
    }

    /// After a YAML tag or anchor: `!!str x`, `&x y`.
    fn after_tag(&self, at: usize) -> usize {
        let bytes = self.document.bytes;
        let tagged = self.byte(at) == Some(b'!') && self.byte(at + 1) == Some(b'!');
        let word = scan::skip(&bytes[..bytes.len().min(at + 64)], at + 1, |b| b.is_ascii_alphanumeric() || b == b'_');
        let anchored = self.byte(at) == Some(b'&') && self.byte(word).is_some_and(scan::is_blank);
        if !tagged && !anchored {
            return at;
        }
        let word = scan::skip(&bytes[..bytes.len().min(at + 64)], at, |b| !b.is_ascii_whitespace());
        scan::skip(&bytes[..bytes.len().min(word + 64)], word, scan::is_blank)
    }

    /// The rest of the literal the whole assignment stands in: `"DB_PASSWORD=a b"`.
    fn enclosing_literal(&self, tie: Tie, at: usize) -> Option<Literal> {
        let quote = self.byte(self.name.start.checked_sub(1)?)?;
        let directly = tie == Tie::Equals && self.byte(self.name.end) == Some(b'=') && self.name.end + 1 == at;
        if !directly || !matches!(quote, b'"' | b'\'') || matches!(self.byte(at), Some(b'"' | b'\'' | b'\\')) {
            return None;
        }
        let found = literal(self.document.bytes, at - 1 - (self.name.end - self.name.start) - 1)?;
        let inner = at..found.inner.end;
        (inner.start <= inner.end && self.next_pair(inner.clone()).is_none()).then_some(Literal { inner, ..found })
    }

    fn take_literal(&self, found: &Literal, finds: &mut Finds<'_>) -> Option<usize> {
        let bytes = self.document.bytes;
        if !value::is_secret(&bytes[found.inner.clone()], self.setting(true)) {
            return None;
        }
        finds.add(self.named.what, self.without_user(found.inner.clone()), found.coding);
        let mut end = found.end;
        while let Some(next) = self.joined_literal(end) {
            finds.add(self.named.what, next.inner.clone(), next.coding);
            end = next.end;
        }
        Some(end)
    }

    /// A literal that is joined to the one before: `'a' . 'b'`.
    fn joined_literal(&self, end: usize) -> Option<Literal> {
        if self.document.format != Format::Code {
            return None;
        }
        let bytes = self.document.bytes;
        let window = &bytes[..bytes.len().min(end + 32)];
        let mark = scan::skip(window, end, |b| b.is_ascii_whitespace());
        let next = scan::skip(window, mark + 1, |b| b.is_ascii_whitespace());
        matches!(self.byte(mark), Some(b'.' | b'+')).then(|| literal(bytes, next)).flatten()
    }

    /// A block of YAML: the lines below that are further in than the name's.
    fn take_block(&self, at: usize, finds: &mut Finds<'_>) -> Option<usize> {
        let bytes = self.document.bytes;
        let header = scan::skip(bytes, at + 1, |b| matches!(b, b'-' | b'+' | b' ') || b.is_ascii_digit());
        if !self.byte(header).is_some_and(scan::is_line_end) || self.document.format != Format::Settings {
            return None;
        }
        let indent = |line: usize| scan::skip(&bytes[..bytes.len().min(line + 256)], line, |b| b == b' ') - line;
        let line_start = bytes[..self.name.start].iter().rev().take_while(|b| **b != b'\n').take(256).count();
        let own = indent(self.name.start - line_start);
        let mut line = scan::skip(bytes, header, |b| b != b'\n') + 1;
        let (start, mut end) = (line, line);
        while line < bytes.len() {
            let next = scan::skip(bytes, line, |b| b != b'\n');
            let empty = bytes[line..next].iter().all(u8::is_ascii_whitespace);
            if !empty && indent(line) <= own {
                break;
            }
            end = next;
            line = next + 1;
        }
        let inner = scan::trim(bytes, start.min(bytes.len())..end.min(bytes.len()).max(start.min(bytes.len())));
        let armoured = scan::find(&bytes[inner.clone()], b"-----BEGIN ", 0).is_some();
        if inner.is_empty() || armoured || !value::is_secret(&bytes[inner.clone()], self.setting(true)) {
            return None;
        }
        finds.plain(self.named.what, inner.clone());
        Some(inner.end)
    }

    /// A value without quotes: to the line's end in settings, to the next space or mark elsewhere.
    fn bare(&self, tie: Tie, at: usize) -> Option<Range<usize>> {
        let bytes = self.document.bytes;
        if self.document.format == Format::Binary {
            return None;
        }
        if self.document.format == Format::Code {
            let end = scan::skip(bytes, at, |b| b.is_ascii_digit());
            let number = end >= at + 4 && !bytes.get(end).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.');
            return (number && self.named.strength == Strength::Strong).then_some(at..end);
        }
        let lead = self.document.line_start(self.name.start);
        let spaced = self.name.end < at && self.byte(at - 1).is_some_and(scan::is_blank);
        let whole_line = (lead.blank || self.is_indexed())
            && !lead.long
            && self.document.format == Format::Settings
            && tie != Tie::Space;
        if whole_line {
            return Some(self.rest_of_line(at));
        }
        if tie == Tie::Colon && !spaced && !lead.blank {
            return None;
        }
        let end = self.bare_end(at, at + LOOK);
        let end = end - bytes[at..end].iter().rev().take_while(|b| matches!(b, b',' | b';' | b'.')).count();
        Some(at..end)
    }

    /// Where a value without quotes ends, or this far at most.
    fn bare_end(&self, at: usize, most: usize) -> usize {
        let limit = self.document.bytes.len().min(most);
        (at..limit).find(|end| self.ends_bare(at, *end)).unwrap_or(limit)
    }

    /// It is an index: `env[X] = y`.
    fn is_indexed(&self) -> bool {
        self.byte(self.name.end) == Some(b']')
    }

    fn ends_bare(&self, start: usize, at: usize) -> bool {
        let byte = self.document.bytes[at];
        let next = self.byte(at + 1);
        match byte {
            b'"' | b'\'' | b'`' | b'<' | b'>' => true,
            b'&' => {
                self.pair_follows(at + 1)
                    || next.is_none_or(|n| n == b'&' || n.is_ascii_whitespace())
                    || self.document.format == Format::Shell && at > start
            }
            b';' => {
                next.is_none_or(|n| n.is_ascii_whitespace())
                    || self.pair_follows(at + 1)
                    || self.document.format == Format::Shell
            }
            b',' => next.is_none_or(|n| n.is_ascii_whitespace()) || self.pair_follows(at + 1),
            b')' | b'}' | b']' => next.is_none_or(|n| {
                n.is_ascii_whitespace() || matches!(n, b')' | b'}' | b']' | b';' | b',' | b'"' | b'\'')
            }),
            b'|' => self.document.format == Format::Shell,
            _ => byte.is_ascii_whitespace(),
        }
    }

    /// Another name and value begins here.
    fn pair_follows(&self, at: usize) -> bool {
        let bytes = self.document.bytes;
        let window = &bytes[..bytes.len().min(at + 40)];
        let start = scan::skip(window, at, scan::is_blank);
        let end = scan::skip(window, start, is_name);
        end > start && matches!(window.get(end), Some(b'='))
    }

    /// The rest of a line of settings, without a comment after it; or to the next name and value.
    fn rest_of_line(&self, at: usize) -> Range<usize> {
        let bytes = self.document.bytes;
        let mut end = scan::skip(bytes, at, |b| !scan::is_line_end(b));
        let comment = (at..end).find(|i| matches!(bytes[*i], b'#' | b';') && scan::is_blank(bytes[*i - 1]));
        end = comment.unwrap_or(end);
        end = self.next_pair(at..end).unwrap_or(end);
        let range = scan::trim(bytes, at..end);
        let tail = bytes[range.clone()].iter().rev().take_while(|b| matches!(b, b',' | b';')).count();
        range.start..range.end - tail
    }

    /// Where, after a space, another name and value begins.
    fn next_pair(&self, range: Range<usize>) -> Option<usize> {
        let bytes = self.document.bytes;
        let mut at = range.start;
        while at < range.end {
            let space = scan::skip(&bytes[..range.end], at, |b| !b.is_ascii_whitespace() && !matches!(b, b';'));
            if space < range.end && space > range.start && self.pair_follows(space + 1) {
                return Some(space);
            }
            at = space + 1;
        }
        None
    }

    /// The password of `user:password`, where a name promises both.
    fn without_user(&self, range: Range<usize>) -> Range<usize> {
        let bytes = self.document.bytes;
        let name = &bytes[self.name.clone()];
        let both = name.len() >= 7 && name[name.len() - 7..].eq_ignore_ascii_case(b"userpwd");
        let colon = scan::find(&bytes[..range.end], b":", range.start).filter(|_| both);
        colon.map_or(range.start, |c| c + 1)..range.end
    }
}
