//! The words of a configuration file, by nginx's own rules: quotes count only where a word begins, `${` keeps its brace,
//! a backslash stays unless what follows is one of a few characters.

use std::fmt;

/// A word of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it means: quotes and escapes taken away.
    pub value: Vec<u8>,
    /// Whether it stood in quotes.
    pub is_quoted: bool,
    /// Where it begins in the file's bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The line it begins on.
    pub line: u32,
}

impl Word {
    /// The word as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.value).into_owned()
    }
}

/// What ends the words of a directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// `;`
    Directive,
    /// `{`
    Block,
    /// `}`: there were no words.
    Close,
    /// The end of the file: there were no words.
    File,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The line.
    pub line: u32,
    /// What.
    pub what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    pub(crate) at: usize,
    pub(crate) line: u32,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        if byte == b'\n' {
            self.line += 1;
        }
        Some(byte)
    }

    fn wrong(&self, what: impl Into<String>) -> Wrong {
        Wrong { line: self.line, what: what.into() }
    }

    /// The words up to the end of a directive, and what ended it.
    pub(crate) fn directive(&mut self) -> Result<(Vec<Word>, Ended), Wrong> {
        let mut words: Vec<Word> = Vec::new();
        loop {
            let start = self.at;
            let Some(byte) = self.next() else {
                return if words.is_empty() {
                    Ok((words, Ended::File))
                } else {
                    Err(self.wrong("the file ends where `;` or `}` is expected"))
                };
            };
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b'#' => while self.next().is_some_and(|b| b != b'\n') {},
                b';' | b'{' if words.is_empty() => {
                    return Err(self.wrong(format!("`{}` stands where a directive is expected", char::from(byte))));
                }
                b';' => return Ok((words, Ended::Directive)),
                b'{' => return Ok((words, Ended::Block)),
                b'}' if words.is_empty() => return Ok((words, Ended::Close)),
                b'}' => return Err(self.wrong("`}` stands where `;` is expected")),
                b'"' | b'\'' => words.push(self.quoted(byte, start)?),
                _ => words.push(self.plain(byte, start)),
            }
        }
    }

    fn quoted(&mut self, mark: u8, start: usize) -> Result<Word, Wrong> {
        let line = self.line;
        loop {
            match self.next() {
                None => return Err(Wrong { line, what: "a quote that begins here does not end".into() }),
                Some(b'\\') => drop(self.next()),
                Some(byte) if byte == mark => break,
                Some(_) => {}
            }
        }
        let end = self.at;
        match self.bytes.get(self.at) {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' | b')') => {}
            Some(other) => {
                return Err(self.wrong(format!("`{}` follows a closing quote", char::from(*other))));
            }
        }
        Ok(Word { value: meant(&self.bytes[start + 1..end - 1]), is_quoted: true, start, end, line })
    }

    fn plain(&mut self, first: u8, start: usize) -> Word {
        let line = self.line;
        let mut is_escaped = first == b'\\';
        let mut is_variable = first == b'$';
        while let Some(&byte) = self.bytes.get(self.at) {
            let ends = match byte {
                _ if is_escaped => {
                    is_escaped = false;
                    is_variable = false;
                    false
                }
                b'{' if is_variable => {
                    is_variable = false;
                    false
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' => true,
                _ => {
                    is_escaped = byte == b'\\';
                    is_variable = byte == b'$';
                    false
                }
            };
            if ends {
                break;
            }
            self.next();
        }
        Word { value: meant(&self.bytes[start..self.at]), is_quoted: false, start, end: self.at, line }
    }

    /// A block in Lua, up to its closing brace: strings, long brackets and comments of Lua are passed over.
    pub(crate) fn lua(&mut self) -> Result<(), Wrong> {
        let begun = self.line;
        let mut depth = 1;
        while depth > 0 {
            match self.next() {
                None => return Err(Wrong { line: begun, what: "a Lua block that begins here does not end".into() }),
                Some(b'{') => depth += 1,
                Some(b'}') => depth -= 1,
                Some(mark @ (b'"' | b'\'')) => self.lua_string(mark),
                Some(b'-') if self.bytes.get(self.at) == Some(&b'-') => {
                    self.next();
                    if !self.lua_long() {
                        while self.next().is_some_and(|b| b != b'\n') {}
                    }
                }
                Some(b'[') => {
                    self.at -= 1;
                    if !self.lua_long() {
                        self.next();
                    }
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn lua_string(&mut self, mark: u8) {
        loop {
            match self.next() {
                Some(b'\\') => drop(self.next()),
                None | Some(b'\n') => return,
                Some(byte) if byte == mark => return,
                Some(_) => {}
            }
        }
    }

    /// `[[ … ]]`, `[=[ … ]=]`; false, and nothing passed over, where none begins.
    fn lua_long(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let level = rest.iter().skip(1).take_while(|b| **b == b'=').count();
        if rest.first() != Some(&b'[') || rest.get(level + 1) != Some(&b'[') {
            return false;
        }
        let close: Vec<u8> = [b"]".as_slice(), &b"=".repeat(level), b"]"].concat();
        let end = rest.windows(close.len()).position(|w| w == close).map_or(rest.len(), |at| at + close.len());
        for _ in 0..end {
            self.next();
        }
        true
    }
}

/// Takes the escapes away that nginx takes away.
fn meant(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        at += 1;
        let followed = if byte == b'\\' { raw.get(at) } else { None };
        let meant = match followed {
            Some(b'"') => b'"',
            Some(b'\'') => b'\'',
            Some(b'\\') => b'\\',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.push(meant);
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Lexer::new(text.as_bytes()).directive().unwrap().0.iter().map(Word::text).collect()
    }

    fn wrong(text: &str) -> String {
        Lexer::new(text.as_bytes()).directive().unwrap_err().to_string()
    }

    #[test]
    fn words_are_as_nginx_takes_them() {
        assert_eq!(words("a b\t'c d' # x\n e;"), ["a", "b", "c d", "e"]);
        assert_eq!(words("set $a ${b}c;"), ["set", "$a", "${b}c"]);
        assert_eq!(words(r#"return 200 b"c"d;"#), ["return", "200", r#"b"c"d"#]);
        assert_eq!(words(r#"x "a\"b\n\q" \;\ y;"#), ["x", "a\"b\n\\q", "\\;\\ y"]);
        assert_eq!(words(r#"if ($a = "b") {"#), ["if", "($a", "=", "b", ")"]);
        assert_eq!(words("location ~ \\.php$ {"), ["location", "~", "\\.php$"]);
        assert_eq!(words("location /x{"), ["location", "/x"]);
        assert_eq!(words("x 'a#b' c#d;"), ["x", "a#b", "c#d"]);
    }

    #[test]
    fn what_nginx_refuses_is_refused() {
        assert_eq!(wrong("a\n}"), "line 2: `}` stands where `;` is expected");
        assert_eq!(wrong(";"), "line 1: `;` stands where a directive is expected");
        assert_eq!(wrong("a"), "line 1: the file ends where `;` or `}` is expected");
        assert_eq!(wrong("a 'b"), "line 1: a quote that begins here does not end");
        assert_eq!(wrong("a 'b'c;"), "line 1: `c` follows a closing quote");
    }

    #[test]
    fn a_lua_block_ends_where_lua_ends_it() {
        let text = "x = \"}\" -- it's }\n y = [[ } ]] --[==[ } ]==] if a then {} end '\\'}' }rest";
        let mut lexer = Lexer::new(text.as_bytes());
        lexer.lua().unwrap();
        assert_eq!(&text[lexer.at..], "rest");
    }
}
