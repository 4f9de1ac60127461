//! nginx's configuration language: directives, with their blocks and lines. Every parser here is linear in its text.

/// A directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Its name.
    pub name: String,
    /// Its arguments, without their quotes.
    pub arguments: Vec<String>,
    /// The directives of its block, if it has one.
    pub block: Option<Vec<Directive>>,
    /// The line it begins on.
    pub line: u32,
}

/// How deep blocks are read.
const DEEPEST: usize = 40;

/// The directives of a file, in order. A block that does not end, ends with the file.
pub fn parse(text: &str) -> Vec<Directive> {
    let mut reader = Reader { text, at: 0, line: 1 };
    let mut open: Vec<(Directive, Vec<Directive>)> = Vec::new();
    let mut here = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut line = 1;
    while let Some(token) = reader.token() {
        match token {
            Token::Word(word) => {
                if words.is_empty() {
                    line = reader.line;
                }
                words.push(word);
            }
            Token::End => here.extend(directive(&mut words, line)),
            Token::Open => {
                let Some(mut opened) = directive(&mut words, line) else { continue };
                if opened.name.ends_with("_by_lua_block") {
                    opened.arguments.push(reader.foreign());
                    here.push(opened);
                } else if open.len() < DEEPEST {
                    open.push((opened, std::mem::take(&mut here)));
                }
            }
            Token::Close => {
                words.clear();
                close(&mut open, &mut here);
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut here);
    }
    here
}

fn directive(words: &mut Vec<String>, line: u32) -> Option<Directive> {
    let mut words = std::mem::take(words).into_iter();
    let name = words.next()?;
    Some(Directive { name, arguments: words.collect(), block: None, line })
}

fn close(open: &mut Vec<(Directive, Vec<Directive>)>, here: &mut Vec<Directive>) {
    if let Some((mut closed, outside)) = open.pop() {
        closed.block = Some(std::mem::replace(here, outside));
        here.push(closed);
    }
}

enum Token {
    Word(String),
    End,
    Open,
    Close,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.text[self.at..].chars().next()?;
        self.at += c.len_utf8();
        if c == '\n' {
            self.line = self.line.saturating_add(1);
        }
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn token(&mut self) -> Option<Token> {
        loop {
            match self.next()? {
                c if c.is_whitespace() => {}
                '#' => while self.next().is_some_and(|c| c != '\n') {},
                ';' => return Some(Token::End),
                '{' => return Some(Token::Open),
                '}' => return Some(Token::Close),
                mark @ ('"' | '\'') => return Some(Token::Word(self.quoted(mark))),
                c => return Some(Token::Word(self.word(c))),
            }
        }
    }

    fn quoted(&mut self, mark: char) -> String {
        let mut word = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' if self.peek() == Some(mark) => word.extend(self.next()),
                c if c == mark => break,
                c => word.push(c),
            }
        }
        word
    }

    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        let mut last = first;
        while let Some(c) = self.peek() {
            // `${name}` is part of a word, any other brace is not.
            let variable = c == '{' && last == '$';
            if c.is_whitespace() || c == ';' || (c == '{' && !variable) {
                break;
            }
            self.at += c.len_utf8();
            word.push(c);
            if c == '\\' {
                word.extend(self.next());
            }
            if variable {
                while let Some(inside) = self.peek().filter(|i| !i.is_whitespace() && *i != ';') {
                    self.at += inside.len_utf8();
                    word.push(inside);
                    if inside == '}' {
                        break;
                    }
                }
            }
            last = c;
        }
        word
    }

    /// A block in another language, up to its own closing brace.
    fn foreign(&mut self) -> String {
        let (from, mut depth) = (self.at, 1);
        while let Some(c) = self.next() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        self.text[from..self.at].trim_end_matches('}').trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blocks_quotes_and_variables_are_read() {
        let text = "user www-data; # c\nhttp {\n  server {\n listen 80;\n location ~ \\.php${x} { return 200 \"a;b\"; }\n }\n}\n";
        let all = parse(text);
        assert_eq!((all[0].name.as_str(), all[0].arguments[0].as_str(), all[0].line), ("user", "www-data", 1));
        let server = &all[1].block.as_ref().unwrap()[0];
        let location = &server.block.as_ref().unwrap()[1];
        assert_eq!((location.arguments.join(" ").as_str(), location.line), ("~ \\.php${x}", 5));
        assert_eq!(location.block.as_ref().unwrap()[0].arguments, ["200", "a;b"]);
    }

    #[test]
    fn what_does_not_end_ends_with_the_file() {
        assert_eq!(parse("http { server { listen 80;").len(), 1);
        assert_eq!(parse("}}} a b").len(), 0);
        assert_eq!(parse("content_by_lua_block { if x then {} end }\nx y;").len(), 2);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[a{};\"'\\\\#$ \\n]{0,60}") {
            let lines = u32::try_from(text.lines().count()).unwrap() + 1;
            prop_assert!(parse(&text).iter().all(|d| d.line <= lines));
        }
    }
}
