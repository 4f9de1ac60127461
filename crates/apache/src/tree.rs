//! The directives of a configuration: includes put in their places, variables replaced, and what stands under a condition
//! that does not hold left out, in the order in which Apache reads them.

use crate::lexer::{Line, lines, word, words};
use crate::modules::Modules;
use std::collections::BTreeMap;

pub use serving::at::{At, Problem};

/// The files of a configuration, by their absolute paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    files: BTreeMap<String, Vec<u8>>,
}

/// How deep sections and includes are read.
const DEEPEST: usize = 60;

/// How many directives are read, so that files that include each other end.
const MOST: usize = 500_000;

/// The longest line, variables replaced, in bytes.
const LONGEST: usize = 1 << 20;

/// A directive or a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Its name, in lower case.
    pub name: String,
    /// What follows its name.
    pub text: String,
    /// The words of that.
    pub args: Vec<String>,
    /// What is in it, if it is a section.
    pub block: Option<Vec<Directive>>,
    /// Where it begins.
    pub at: At,
    /// The line it ends on.
    pub last_line: u32,
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

/// Where the shell variables of Debian's Apache stand, beside its main file.
pub fn environment_beside(main: &str) -> String {
    format!("{}/envvars", directory(main))
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

struct Reader<'a> {
    files: &'a Files,
    root: String,
    variables: BTreeMap<String, String>,
    modules: Modules,
    problems: Vec<Problem>,
    missing: Vec<String>,
    read: usize,
}

/// A section that is open.
struct Open {
    section: Directive,
    /// Whether what is in it stands where it stands, as with a condition that holds.
    is_through: bool,
}

impl<'a> Reader<'a> {
    fn new(files: &'a Files, main: &str) -> Self {
        let dir = directory(main);
        // `conf/httpd.conf` lies below the root that it counts from.
        let root = dir.strip_suffix("/conf").unwrap_or(dir).to_owned();
        let environment = files.get(&environment_beside(main)).map(exported).unwrap_or_default();
        Self {
            files,
            root,
            variables: environment,
            modules: Modules::default(),
            problems: Vec::new(),
            missing: Vec::new(),
            read: 0,
        }
    }

    fn problem(&mut self, file: &str, line: u32, what: impl Into<String>) {
        self.problems.push(Problem { at: At { file: file.to_owned(), line }, what: what.into() });
    }

    fn file(&mut self, path: &str, bytes: &[u8], depth: usize) -> Vec<Directive> {
        let text = String::from_utf8_lossy(bytes);
        let mut open: Vec<Open> = Vec::new();
        let mut here: Vec<Directive> = Vec::new();
        let mut outside: Vec<Vec<Directive>> = Vec::new();
        let mut skipped: Vec<String> = Vec::new();
        for line in lines(&text) {
            self.read += 1;
            if self.read > MOST || depth + open.len() > DEEPEST {
                // Nothing more is read: what includes itself would be read again and again.
                if self.read < usize::MAX / 2 {
                    self.problem(path, line.first, "it is nested too deep, or too long");
                }
                self.read = usize::MAX / 2;
                break;
            }
            let line = Line { text: self.replaced(&line.text), ..line };
            if let Some(inside) = line.text.strip_prefix("</") {
                let name = inside.trim_end_matches('>').trim().to_ascii_lowercase();
                if skipped.pop_if(|open| *open == name).is_some() || !skipped.is_empty() {
                    continue;
                }
                let Some(closed) = open.pop_if(|open| open.section.name == name) else {
                    self.problem(path, line.first, format!("</{name}> closes nothing"));
                    continue;
                };
                let inner = std::mem::replace(&mut here, outside.pop().unwrap_or_default());
                here.extend(ended(closed, inner, line.last));
                continue;
            }
            let section = line.text.strip_prefix('<').map(|text| text.strip_suffix('>').unwrap_or(text));
            let Some(directive) = directive(path, &line, section.unwrap_or(&line.text)) else { continue };
            match section {
                Some(_) if !skipped.is_empty() || self.holds(&directive) == Some(false) => skipped.push(directive.name),
                Some(_) => {
                    let is_through = self.holds(&directive).is_some();
                    open.push(Open { section: directive, is_through });
                    outside.push(std::mem::take(&mut here));
                }
                None if !skipped.is_empty() => {}
                None => here.extend(self.one(directive, depth)),
            }
        }
        while let Some(unclosed) = open.pop() {
            let what = format!("<{}> does not end", unclosed.section.name);
            self.problem(path, unclosed.section.at.line, what);
            let inner = std::mem::replace(&mut here, outside.pop().unwrap_or_default());
            let last = unclosed.section.last_line;
            here.extend(ended(unclosed, inner, last));
        }
        here
    }

    /// What a directive stands for: those that act while they are read do so.
    fn one(&mut self, directive: Directive, depth: usize) -> Vec<Directive> {
        let first = directive.args.first().cloned();
        match (directive.name.as_str(), first) {
            ("include" | "includeoptional", Some(wanted)) => return self.include(&directive, &wanted, depth),
            ("define", Some(name)) => {
                self.variables.insert(name, directive.args.get(1).cloned().unwrap_or_default());
            }
            ("undefine", Some(name)) => drop(self.variables.remove(&name)),
            ("loadmodule", Some(identifier)) => self.modules.load(&identifier),
            ("serverroot", Some(root)) => self.root = root.trim_end_matches('/').to_owned(),
            ("use", Some(_)) => self.problem(
                &directive.at.file,
                directive.at.line,
                format!("what the macro {} stands for is not read", directive.text),
            ),
            _ => {}
        }
        vec![directive]
    }

    /// Whether the condition of a section holds; none if it is no condition.
    fn holds(&mut self, section: &Directive) -> Option<bool> {
        let text = section.text.trim();
        let (is_not, name) = text.strip_prefix('!').map_or((false, text), |name| (true, name.trim()));
        let name = words(name).into_iter().next().unwrap_or_default();
        let is = match section.name.as_str() {
            "ifmodule" => self.modules.has(&name),
            "ifdefine" => self.variables.contains_key(&name),
            "iffile" => self.is_file(section, &name),
            // It is as new as anybody asks for.
            "ifversion" => !text.starts_with('<') && !text.starts_with('='),
            "ifdirective" | "ifsection" => {
                let what = format!("whether {} is known is not known; taken as it is", name);
                self.problem(&section.at.file, section.at.line, what);
                true
            }
            _ => return None,
        };
        Some(is != is_not)
    }

    fn is_file(&mut self, section: &Directive, name: &str) -> bool {
        let path = self.below_root(name);
        if self.files.files.contains_key(&path) {
            return true;
        }
        if !self.missing.contains(&path) {
            self.problem(&section.at.file, section.at.line, format!("whether {path} is there is not known"));
        }
        self.missing.push(path);
        false
    }

    fn below_root(&self, path: &str) -> String {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", self.root) };
        plain(&path)
    }

    fn include(&mut self, directive: &Directive, wanted: &str, depth: usize) -> Vec<Directive> {
        let wanted = self.below_root(wanted);
        let files = self.files;
        let below = format!("{}/", wanted.trim_end_matches('/'));
        let is_pattern = wanted.contains(['*', '?', '[']);
        // A directory stands for all that is in it.
        let fits = |path: &str| {
            if is_pattern { serving::glob::covers(&wanted, path) } else { *path == wanted || path.starts_with(&below) }
        };
        let found: Vec<(&String, &Vec<u8>)> = files.files.iter().filter(|(path, _)| fits(path)).collect();
        if is_pattern || found.is_empty() {
            self.missing.push(wanted.clone());
        }
        if !is_pattern && (found.is_empty() || !files.files.contains_key(&wanted)) {
            self.missing.push(format!("{below}*"));
        }
        if found.is_empty() && directive.name == "include" {
            let what = format!("it includes {wanted}, which could not be read");
            self.problem(&directive.at.file, directive.at.line, what);
        }
        found.into_iter().flat_map(|(path, bytes)| self.file(path, bytes, depth + 1)).collect()
    }

    /// A text with its variables replaced; one that is not set stays.
    fn replaced(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, behind)) = after.split_once('}').filter(|_| out.len() < LONGEST) else { break };
            out.push_str(before);
            match self.variables.get(name) {
                Some(value) => out.push_str(value),
                None => out.extend(["${", name, "}"]),
            }
            rest = behind;
        }
        out + rest
    }
}

fn directive(file: &str, line: &Line, text: &str) -> Option<Directive> {
    let (name, rest) = word(text)?;
    let text = rest.trim().to_owned();
    Some(Directive {
        name: name.to_ascii_lowercase(),
        args: words(&text),
        text,
        block: None,
        at: At { file: file.to_owned(), line: line.first },
        last_line: line.last,
    })
}

/// What a section that ends leaves behind.
fn ended(open: Open, inner: Vec<Directive>, last_line: u32) -> Vec<Directive> {
    if open.is_through {
        return inner;
    }
    vec![Directive { block: Some(inner), last_line, ..open.section }]
}

/// The variables that a shell script sets and exports, where they are plain texts and other variables.
fn exported(script: &[u8]) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::from([("SUFFIX".to_owned(), String::new())]);
    for line in String::from_utf8_lossy(script).lines().map(str::trim) {
        let set = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = set.split_once('=') else { continue };
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let value = value.trim_matches(['"', '\'']);
        if !is_name || value.contains(['`', '(', ';', '|']) {
            continue;
        }
        let mut meant = String::new();
        let mut rest = value;
        while let Some((before, after)) = rest.split_once('$') {
            meant.push_str(before);
            let braced = after.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (name, behind) = braced.unwrap_or_else(|| after.split_at(end));
            meant.push_str(all.get(name).map_or("", String::as_str));
            rest = behind;
        }
        // The first that is set counts: Debian sets SUFFIX only for further instances.
        all.entry(name.to_owned()).or_insert(meant + rest);
    }
    all
}

/// A path without `.` and empty parts; `..` stays, because links may make it lead anywhere.
fn plain(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(tree: &[Directive]) -> String {
        let one = |d: &Directive| match &d.block {
            Some(inside) => format!("<{} {}:{}-{} {}>", d.name, d.at.line, d.text, d.last_line, shown(inside)),
            None => format!("{} {}", d.name, d.text).trim_end().to_owned(),
        };
        tree.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    fn tree(files: &[(&str, &str)]) -> (String, Vec<String>) {
        let mut all = Files::default();
        files.iter().for_each(|(path, text)| all.add(*path, *text));
        let (tree, problems) = all.tree(files[0].0);
        (shown(&tree), problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_debian_has_is_read() {
        let (tree, problems) = tree(&[
            (
                "/etc/apache2/apache2.conf",
                "PidFile ${APACHE_PID_FILE}\nIncludeOptional mods-enabled/*.load\nIncludeOptional sites-enabled/*.conf\n",
            ),
            (
                "/etc/apache2/envvars",
                "unset HOME\nif [ x ] ; then\nSUFFIX=\"-x\"\nfi\nexport APACHE_RUN_DIR=/run/apache2$SUFFIX\nexport APACHE_PID_FILE=${APACHE_RUN_DIR}/p.pid\n",
            ),
            ("/etc/apache2/mods-enabled/rewrite.load", "LoadModule rewrite_module /x/mod_rewrite.so\n"),
            (
                "/etc/apache2/sites-enabled/a.conf",
                "Define name a.test\n<VirtualHost *:80>\n <IfModule mod_rewrite.c>\n  ServerName ${name}\n </IfModule>\n \
                 <IfModule !mod_rewrite.c>\n <Location /x>\n </Location>\n </IfModule>\n</VirtualHost>\n",
            ),
        ]);
        assert_eq!(
            tree,
            "pidfile /run/apache2/p.pid; loadmodule rewrite_module /x/mod_rewrite.so; define name a.test; \
             <virtualhost 2:*:80-10 servername a.test>"
        );
        assert_eq!(problems, Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_or_broken_is_told_and_the_rest_is_read() {
        let files = [
            ("/usr/local/apache2/conf/httpd.conf", "Include conf/x\nInclude extra\n</Location>\n<Location /a>\nA b\n"),
            ("/usr/local/apache2/extra/1.conf", "<IfDefine !SSL>\nOne\n</IfDefine>\n<IfFile /y>\nTwo\n</IfFile>\n"),
        ];
        let (shown, problems) = tree(&files);
        assert_eq!(shown, "one; <location 4:/a-4 a b>");
        assert_eq!(
            problems,
            [
                "/usr/local/apache2/conf/httpd.conf:1: it includes /usr/local/apache2/conf/x, which could not be read",
                "/usr/local/apache2/extra/1.conf:4: whether /y is there is not known",
                "/usr/local/apache2/conf/httpd.conf:3: </location> closes nothing",
                "/usr/local/apache2/conf/httpd.conf:4: <location> does not end",
            ]
        );
        let mut all = Files::default();
        files.iter().for_each(|(path, text)| all.add(*path, *text));
        assert_eq!(
            all.missing(files[0].0),
            ["/usr/local/apache2/conf/x", "/usr/local/apache2/conf/x/*", "/usr/local/apache2/extra/*", "/y",]
        );
    }

    #[test]
    fn files_that_include_each_other_end() {
        let (_, problems) = tree(&[("/a/apache2.conf", "Include b\n"), ("/a/b", "Include apache2.conf\nInclude b\n")]);
        assert!(problems.iter().any(|p| p.contains("nested too deep")), "{problems:?}");
    }
}
