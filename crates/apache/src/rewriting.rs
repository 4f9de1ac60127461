//! What a server's own rules make of a path before files are looked for: `Redirect` and `RewriteRule` outside of
//! `<Directory>`. A rule with conditions that would apply is for the running server to decide.

use crate::config::{Config, Id};
use crate::tree::{At, Directive};
use serving::pattern::{Captured, Pattern};

/// What became of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Made {
    /// It stays.
    Same,
    /// It is another one, and sections are looked for again.
    Path(Vec<u8>),
    /// The client is sent elsewhere.
    Redirect(u16),
    /// It is answered with a status.
    Refused(u16),
    /// It cannot be told, because of this.
    Unknown(String),
}

/// The rules of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    rewrites: Vec<Rule>,
    redirects: Vec<Redirect>,
}

#[derive(Debug, Clone)]
struct Rule {
    at: At,
    pattern: Option<Pattern>,
    is_negated: bool,
    to: String,
    flags: Vec<String>,
    has_conditions: bool,
}

#[derive(Debug, Clone)]
struct Redirect {
    status: u16,
    from: From,
}

#[derive(Debug, Clone)]
enum From {
    Path(String),
    Regex(Option<Pattern>),
}

impl Rules {
    /// Those of a server: its own rules for rewriting, its own redirects and then those of the main server.
    pub(crate) fn of(config: &Config, server: Id) -> Self {
        let lines = &config.blocks[server].lines;
        let engine = lines.iter().rfind(|d| d.name == "rewriteengine").and_then(|d| d.args.first());
        let mut rules = Self::default();
        if engine.is_some_and(|word| word.eq_ignore_ascii_case("on")) {
            let mut has_conditions = false;
            for line in lines {
                match line.name.as_str() {
                    "rewritecond" => has_conditions = true,
                    "rewriterule" => rules.rewrites.extend(rule(line, std::mem::take(&mut has_conditions))),
                    _ => {}
                }
            }
        }
        rules.redirects.extend(lines.iter().filter_map(redirect));
        if server != 0 {
            rules.redirects.extend(config.blocks[0].lines.iter().filter_map(redirect));
        }
        rules
    }

    /// What they make of a path.
    pub(crate) fn make(&self, path: &[u8]) -> Made {
        let mut made = path.to_vec();
        let (mut is_passed, mut is_file, mut redirect) = (false, false, None);
        for rule in &self.rewrites {
            let Some(captured) = rule.applies(&made) else { continue };
            match rule.make(&captured) {
                Made::Same => {}
                Made::Path(to) => {
                    is_passed = rule.has("PT") || rule.has("passthrough");
                    is_file = !is_passed;
                    made = to;
                }
                Made::Redirect(status) => {
                    // The rules that follow see the address that it leads to, unless this is the last one.
                    redirect = Some(status);
                    made = b"http://".to_vec();
                }
                ended @ (Made::Refused(_) | Made::Unknown(_)) => return ended,
            }
            if ["L", "last", "END", "PT", "passthrough", "P", "proxy"].iter().any(|flag| rule.has(flag)) {
                break;
            }
        }
        if let Some(status) = redirect {
            return Made::Redirect(status);
        }
        // What is not passed on names a file: the path of the request stays, and redirects do not see it.
        if is_file {
            return Made::Same;
        }
        let path = if is_passed { &made } else { path };
        match self.redirects.iter().find(|redirect| redirect.takes(path)) {
            Some(redirect) if (300..400).contains(&redirect.status) => Made::Redirect(redirect.status),
            Some(redirect) => Made::Refused(redirect.status),
            None if is_passed => Made::Path(made),
            None => Made::Same,
        }
    }
}

impl Rule {
    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag || own.split_once('=').is_some_and(|(name, _)| name == flag))
    }

    /// What it captures, if it applies but for its conditions.
    fn applies(&self, path: &[u8]) -> Option<Captured> {
        let found = self.pattern.as_ref()?.captures(path);
        if self.is_negated {
            return found.is_none().then(Captured::default);
        }
        found
    }

    fn make(&self, captured: &Captured) -> Made {
        let unknown = |why: &str| Made::Unknown(format!("{}:{}: {why}", self.at.file, self.at.line));
        if self.has_conditions {
            return unknown("whether the conditions of this RewriteRule hold is not known");
        }
        if ["C", "chain", "N", "next", "S", "skip"].iter().any(|flag| self.has(flag)) {
            return unknown("rules that jump are not followed");
        }
        if self.has("F") || self.has("forbidden") {
            return Made::Refused(403);
        }
        if self.has("G") || self.has("gone") {
            return Made::Refused(410);
        }
        let code = self.flags.iter().find_map(|flag| {
            let (name, code) = flag.split_once('=').unwrap_or((flag, "302"));
            matches!(name, "R" | "redirect").then(|| status(code).unwrap_or(302))
        });
        let is_absolute = self
            .to
            .split_once("://")
            .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()) && !scheme.is_empty());
        match code {
            Some(code) if (300..400).contains(&code) => return Made::Redirect(code),
            Some(code) => return Made::Refused(code),
            None if is_absolute && !self.has("P") && !self.has("proxy") => return Made::Redirect(302),
            None => {}
        }
        if self.to == "-" || is_absolute {
            return Made::Same;
        }
        let to = self.to.split('?').next().unwrap_or_default();
        if to.contains('%') || to.contains("${") {
            return unknown("what this RewriteRule makes of the path is not known");
        }
        Made::Path(filled(to, captured))
    }
}

/// A text with `$1` and the like replaced.
fn filled(text: &str, captured: &Captured) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek().copied()) {
            (b'$', Some(digit @ b'0'..=b'9')) => {
                bytes.next();
                out.extend(captured.groups.get(usize::from(digit - b'0')).into_iter().flatten());
            }
            (b'\\', Some(next)) => {
                bytes.next();
                out.push(next);
            }
            _ => out.push(byte),
        }
    }
    out
}

fn rule(line: &Directive, has_conditions: bool) -> Option<Rule> {
    let [pattern, to, rest @ ..] = line.args.as_slice() else { return None };
    let flags: Vec<String> = rest
        .join(" ")
        .trim_matches(['[', ']'])
        .split(',')
        .map(|flag| flag.trim().to_owned())
        .filter(|flag| !flag.is_empty())
        .collect();
    let (is_negated, source) = pattern.strip_prefix('!').map_or((false, pattern.as_str()), |rest| (true, rest));
    let ignores_case = flags.iter().any(|flag| flag == "NC" || flag == "nocase");
    Some(Rule {
        at: line.at.clone(),
        pattern: Pattern::new(source, ignores_case).ok(),
        is_negated,
        to: to.clone(),
        flags,
        has_conditions,
    })
}

impl Redirect {
    fn takes(&self, path: &[u8]) -> bool {
        match &self.from {
            From::Path(own) => path
                .strip_prefix(own.as_bytes())
                .is_some_and(|rest| own.ends_with('/') || rest.is_empty() || rest.first() == Some(&b'/')),
            From::Regex(pattern) => pattern.as_ref().is_some_and(|p| p.matches(path)),
        }
    }
}

fn redirect(line: &Directive) -> Option<Redirect> {
    let first = line.args.first()?;
    let (status, rest) = match line.name.as_str() {
        "redirectpermanent" => (301, &line.args[..]),
        "redirecttemp" => (302, &line.args[..]),
        "redirect" | "redirectmatch" => status(first).map_or((302, &line.args[..]), |status| (status, &line.args[1..])),
        _ => return None,
    };
    let from = rest.first()?;
    let from = match line.name.as_str() {
        "redirectmatch" => From::Regex(Pattern::new(from, false).ok()),
        _ if from.starts_with('/') => From::Path(from.clone()),
        // Without a path it stands in a section.
        _ => return None,
    };
    Some(Redirect { status, from })
}

fn status(word: &str) -> Option<u16> {
    match word.to_ascii_lowercase().as_str() {
        "permanent" => Some(301),
        "temp" => Some(302),
        "seeother" => Some(303),
        "gone" => Some(410),
        word => word.parse().ok().filter(|code| (300..600).contains(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Files;

    #[test]
    fn rules_are_followed_as_far_as_they_can_be() {
        let mut files = Files::default();
        files.add(
            "/a/apache2.conf",
            "Redirect gone /old\n<VirtualHost *:80>\nRedirect permanent /a http://b/\nRedirectMatch 307 \\.bak$ http://b/\n\
             RewriteEngine on\nRewriteRule ^/f$ - [F]\nRewriteRule ^/r/(.*) http://x/$1 [R=301,L]\n\
             RewriteRule ^/p/(.*)$ /q/$1 [PT]\nRewriteRule ^/file$ /other\nRewriteCond %{HTTPS} off\nRewriteRule ^/c - [F]\n\
             RewriteRule !^/ - [G]\n</VirtualHost>\n",
        );
        let config = Config::read(&files, "/a/apache2.conf");
        let rules = Rules::of(&config, 1);
        for (path, made) in [
            ("/", Made::Same),
            ("/f", Made::Refused(403)),
            ("/r/1", Made::Redirect(301)),
            ("/p/x", Made::Path(b"/q/x".to_vec())),
            ("/file", Made::Same),
            ("/a/b", Made::Redirect(301)),
            ("/ab", Made::Same),
            ("/x.bak", Made::Redirect(307)),
            ("/old", Made::Refused(410)),
        ] {
            assert_eq!(rules.make(path.as_bytes()), made, "{path}");
        }
        assert!(matches!(rules.make(b"/c"), Made::Unknown(why) if why.starts_with("/a/apache2.conf:11: whether")));
    }
}
