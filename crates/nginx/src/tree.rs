//! The directives of a configuration, includes put in their places, each with the file and line it stands in.

use crate::lexer::{Ended, Lexer, Word, Wrong};
use serving::glob::covers;
use std::collections::BTreeMap;

pub use serving::at::{At, Problem};

/// The files of a configuration, by their absolute paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    files: BTreeMap<String, Vec<u8>>,
}

/// How deep blocks and includes are read.
const DEEPEST: usize = 60;

/// How many directives are read, so that files that include each other end.
const MOST: usize = 2_000_000;

/// A directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub args: Vec<Word>,
    /// What is in its block, if it has one.
    pub block: Option<Vec<Directive>>,
    /// Where it begins.
    pub at: At,
    /// The line it ends on.
    pub last_line: u32,
    /// Its bytes in the file: from its name to behind its `;` or `}`.
    pub span: (usize, usize),
    /// Where the inside of its block begins in the file's bytes.
    pub inside: usize,
}

impl Directive {
    /// An argument as text.
    pub fn arg(&self, number: usize) -> Option<String> {
        self.args.get(number).map(Word::text)
    }
}

/// The directives of one file as they stand in it, its includes among them. Of what is broken the rest is left out.
pub fn alone(path: &str, bytes: &[u8]) -> (Vec<Directive>, Option<Problem>) {
    let files = Files::default();
    let mut reader = Reader { follows: false, ..Reader::new(&files, path) };
    let tree = reader.file(path, bytes, 0);
    (tree, reader.problems.pop())
}

impl Files {
    /// Takes a file in.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }

    /// A file's bytes.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// The files in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// The files of what `nginx -T` prints, and the path of the first, which includes the others.
    pub fn dumped(text: &[u8]) -> Option<(Self, String)> {
        const HEAD: &[u8] = b"# configuration file ";
        let mut files = Self::default();
        let mut first = None;
        let mut open: Option<(String, Vec<u8>)> = None;
        for line in text.split_inclusive(|b| *b == b'\n') {
            let path = line.strip_prefix(HEAD).and_then(|rest| rest.trim_ascii_end().strip_suffix(b":"));
            if let Some(path) = path.filter(|p| p.starts_with(b"/")) {
                let path = String::from_utf8_lossy(path).into_owned();
                first.get_or_insert_with(|| path.clone());
                files.files.extend(open.replace((path, Vec::new())));
            } else if let Some((_, bytes)) = &mut open {
                bytes.extend_from_slice(line);
            }
        }
        files.files.extend(open);
        first.map(|first| (files, first))
    }

    /// The directives of a file and of all it includes. Of what is missing or broken the rest is still read.
    pub fn tree(&self, main: &str) -> (Vec<Directive>, Vec<Problem>) {
        let mut reader = Reader::new(self, main);
        let Some(bytes) = self.get(main) else {
            let at = At { file: main.to_owned(), line: 0 };
            return (Vec::new(), vec![Problem { at, what: "there is no such file".into() }]);
        };
        let tree = reader.file(main, bytes, 0);
        (tree, reader.problems)
    }

    /// Paths and patterns that a configuration includes and that no file here answers to.
    pub fn missing(&self, main: &str) -> Vec<String> {
        let mut reader = Reader::new(self, main);
        match self.get(main) {
            Some(bytes) => drop(reader.file(main, bytes, 0)),
            None => reader.missing.push(main.to_owned()),
        }
        reader.missing.sort();
        reader.missing.dedup();
        reader.missing
    }
}

struct Reader<'a> {
    files: &'a Files,
    dir: String,
    problems: Vec<Problem>,
    missing: Vec<String>,
    read: usize,
    /// Whether what is included stands in the place of the include.
    follows: bool,
}

impl<'a> Reader<'a> {
    fn new(files: &'a Files, main: &str) -> Self {
        let dir = main.rsplit_once('/').map_or("", |(dir, _)| dir).to_owned();
        Self { files, dir, problems: Vec::new(), read: 0, missing: Vec::new(), follows: true }
    }

    fn file(&mut self, path: &str, bytes: &[u8], depth: usize) -> Vec<Directive> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut lexer = Lexer::new(bytes);
        match self.block(path, &mut lexer, depth, true) {
            Ok(tree) => tree,
            Err((tree, wrong)) => {
                let at = At { file: path.to_owned(), line: wrong.line };
                self.problems.push(Problem { at, what: wrong.what });
                tree
            }
        }
    }

    /// The directives up to the end of a block, or of the file.
    fn block(
        &mut self,
        path: &str,
        lexer: &mut Lexer<'_>,
        depth: usize,
        is_file: bool,
    ) -> Result<Vec<Directive>, (Vec<Directive>, Wrong)> {
        let mut tree = Vec::new();
        loop {
            let (words, ended) = match lexer.directive() {
                Ok(read) => read,
                Err(wrong) => return Err((tree, wrong)),
            };
            let broken = |what: &str| Wrong { line: lexer.line, what: what.to_owned() };
            match ended {
                Ended::File if is_file => return Ok(tree),
                Ended::File => return Err((tree, broken("the file ends where `}` is expected"))),
                Ended::Close if is_file => return Err((tree, broken("`}` closes nothing"))),
                Ended::Close => return Ok(tree),
                Ended::Directive | Ended::Block => {}
            }
            self.read += 1;
            if depth > DEEPEST || self.read > MOST {
                return Err((tree, broken("it is nested too deep, or too long")));
            }
            let mut words = words.into_iter();
            let Some(name) = words.next() else { continue };
            let mut directive = Directive {
                name: name.text(),
                args: words.collect(),
                block: None,
                at: At { file: path.to_owned(), line: name.line },
                last_line: lexer.line,
                span: (name.start, lexer.at),
                inside: lexer.at,
            };
            if ended == Ended::Block {
                let inside = if directive.name.ends_with("_by_lua_block") {
                    lexer.lua().map(|()| Vec::new()).map_err(|wrong| (Vec::new(), wrong))
                } else {
                    self.block(path, lexer, depth + 1, false)
                };
                let (inside, wrong) = match inside {
                    Ok(inside) => (inside, None),
                    Err((inside, wrong)) => (inside, Some(wrong)),
                };
                directive.block = Some(inside);
                directive.last_line = lexer.line;
                directive.span.1 = lexer.at;
                tree.push(directive);
                if let Some(wrong) = wrong {
                    return Err((tree, wrong));
                }
            } else if directive.name == "include" && self.follows {
                tree.extend(self.include(&directive, depth));
            } else {
                tree.push(directive);
            }
        }
    }

    fn include(&mut self, directive: &Directive, depth: usize) -> Vec<Directive> {
        let Some(wanted) = directive.arg(0) else { return Vec::new() };
        let wanted = if wanted.starts_with('/') { wanted } else { format!("{}/{wanted}", self.dir) };
        let wanted = plain(&wanted);
        let mut tree = Vec::new();
        if wanted.contains(['*', '?', '[']) {
            self.missing.push(wanted.clone());
            let files = self.files;
            for (path, bytes) in files.files.iter().filter(|(path, _)| covers(&wanted, path)) {
                tree.extend(self.file(path, bytes, depth + 1));
            }
            return tree;
        }
        match self.files.files.get(&wanted) {
            Some(bytes) => tree.extend(self.file(&wanted, bytes, depth + 1)),
            None => {
                self.missing.push(wanted.clone());
                let what = format!("it includes {wanted}, which could not be read");
                self.problems.push(Problem { at: directive.at.clone(), what });
            }
        }
        tree
    }
}

/// A path without `.` and empty parts; `..` stays, because links may make it lead anywhere.
fn plain(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(tree: &[Directive]) -> Vec<String> {
        tree.iter()
            .map(|d| match &d.block {
                Some(inside) => format!("{}:{} {}{{{}}}", d.at.file, d.at.line, d.name, names(inside).join(" ")),
                None => format!("{}:{} {}", d.at.file, d.at.line, d.name),
            })
            .collect()
    }

    #[test]
    fn includes_stand_where_they_are_included() {
        let mut files = Files::default();
        files.add("/etc/nginx/nginx.conf", "a;\nhttp {\n include conf.d/*.conf;\n include /x//./y;\n b;\n}\n");
        files.add("/etc/nginx/conf.d/2.conf", "two;");
        files.add("/etc/nginx/conf.d/1.conf", "one { }");
        files.add("/etc/nginx/conf.d/.hidden.conf", "no;");
        files.add("/x/y", "\u{feff}y;");
        let (tree, problems) = files.tree("/etc/nginx/nginx.conf");
        assert_eq!(problems, []);
        assert_eq!(
            names(&tree),
            [
                "/etc/nginx/nginx.conf:1 a",
                "/etc/nginx/nginx.conf:2 http{/etc/nginx/conf.d/1.conf:1 one{} /etc/nginx/conf.d/2.conf:1 two \
                 /x/y:1 y /etc/nginx/nginx.conf:5 b}"
            ]
        );
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_is_read() {
        let mut files = Files::default();
        files.add("/n/nginx.conf", "http {\n include gone;\n include loop;\n include bad;\n b;\n}\n");
        files.add("/n/loop", "include loop; c;");
        files.add("/n/bad", "d;\ne }");
        let (tree, problems) = files.tree("/n/nginx.conf");
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told[0], "/n/nginx.conf:2: it includes /n/gone, which could not be read");
        assert_eq!(told.last().unwrap(), "/n/bad:2: `}` stands where `;` is expected");
        assert_eq!(tree[0].block.as_ref().unwrap().last().unwrap().name, "b");
        assert!(files.missing("/n/nginx.conf").contains(&"/n/gone".to_owned()));
        assert_eq!(Files::default().missing("/n/x"), ["/n/x"]);
    }

    #[test]
    fn what_nginx_prints_is_taken_apart() {
        let text =
            b"nginx: ok\n# configuration file /etc/nginx/nginx.conf:\na;\n\n# configuration file /etc/nginx/b:\nb;\n";
        let (files, main) = Files::dumped(text).unwrap();
        assert_eq!(main, "/etc/nginx/nginx.conf");
        assert_eq!(files.get("/etc/nginx/b"), Some(&b"b;\n"[..]));
        assert!(Files::dumped(b"no").is_none());
    }
}
