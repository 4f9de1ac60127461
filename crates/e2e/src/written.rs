//! The `.hurl` files that are written for people: a file per server, a request per location, and what is known of the
//! answer. A mark at the end tells whether anybody edited a file since; what was edited is only added to.

use crate::coverage::url;
use crate::hurl_file::{COVERS, HurlFile, INDEPENDENT};
use crate::hurl_quoting::comment;
use serving::request::Asked;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The comment at the end of a file that nobody edited.
const MARK: &str = "# repot: written ";

/// A request with what is known of its answer.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// The parts it is for, each with its place.
    pub covers: Vec<String>,
    /// The request.
    pub asked: Asked,
    /// Whether the certificate is not checked.
    pub insecure: bool,
    /// How often it was made, if it is of an access log.
    pub times: Option<u64>,
    /// The answer, a line each.
    pub answer: Vec<String>,
}

/// A file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Its name without the ending.
    pub name: String,
    /// The server, with its place.
    pub server: String,
    /// Who was asked.
    pub target: String,
    /// The requests.
    pub requests: Vec<Written>,
    /// Parts without a request, and why.
    pub without: Vec<(String, String)>,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// It is written whole: it was not there, or nobody edited it.
    Whole(String),
    /// So many requests are added to what somebody edited.
    Added(String, usize),
    /// Somebody edited it, and nothing is to be added.
    Left,
}

impl Written {
    fn text(&self) -> String {
        let mut lines = Vec::new();
        for (at, covers) in self.covers.iter().enumerate() {
            let begin = if at == 0 { COVERS } else { "# also " };
            lines.push(format!("{begin}{}", comment(covers)));
        }
        lines.extend(self.times.map(|times| format!("# {times} times in the log")));
        lines.push(format!("{} {}", self.asked.method, url(&self.asked)));
        lines.extend(self.asked.headers.iter().flatten().map(|(name, value)| format!("{name}: {value}")));
        if self.insecure {
            lines.push("[Options]\n# its certificate could not be verified\ninsecure: true".to_owned());
        }
        lines.extend(self.answer.iter().cloned());
        lines.join("\n") + "\n"
    }
}

impl File {
    /// Its text.
    pub fn text(&self) -> String {
        let mut text = format!(
            "# {}\n# What {} answered when `repot e2e init` asked it. What you edit stays as it is.\n{INDEPENDENT}\n",
            comment(&self.server),
            comment(&self.target)
        );
        for request in &self.requests {
            text.push_str(&format!("\n{}", request.text()));
        }
        if !self.without.is_empty() {
            text.push_str("\n# Not asked for:\n");
        }
        for (part, why) in &self.without {
            text.push_str(&format!("#   {}\n#     {}\n", comment(part), comment(why)));
        }
        let mark = digest(&text);
        format!("{text}\n{MARK}{mark}\n")
    }

    /// It beside what is there already.
    pub fn merged(&self, old: Option<&str>) -> Merged {
        let Some(old) = old.filter(|old| !is_untouched(old)) else { return Merged::Whole(self.text()) };
        let known = HurlFile::read(&self.name, old).map(|file| file.requests).unwrap_or_default();
        let covered: BTreeSet<&str> = known.iter().filter_map(|r| r.covers.as_deref()).map(part).collect();
        let urls: BTreeSet<&str> = known.iter().map(|r| r.url.as_str()).collect();
        let is_new = |one: &&Written| {
            let is_covered = one.covers.first().is_some_and(|c| covered.contains(part(&comment(c))));
            !is_covered && !urls.contains(url(&one.asked).as_str())
        };
        let new: Vec<&Written> = self.requests.iter().filter(is_new).collect();
        if new.is_empty() {
            return Merged::Left;
        }
        let mut text =
            old.lines().filter(|l| !l.starts_with(MARK)).collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n";
        new.iter().for_each(|one| text.push_str(&format!("\n{}", one.text())));
        Merged::Added(text, new.len())
    }
}

/// A part without its place, which moves with every line above it.
fn part(covers: &str) -> &str {
    covers.rsplit_once(" (").map_or(covers, |(part, _)| part)
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Whether a file is as it was written.
fn is_untouched(text: &str) -> bool {
    let Some((body, mark)) = text.trim_end().rsplit_once('\n') else { return false };
    mark.strip_prefix(MARK).is_some_and(|mark| mark == digest(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(covers: &str, path: &str) -> Written {
        Written {
            covers: vec![covers.to_owned()],
            asked: Asked {
                port: 80,
                host: b"a.test".to_vec(),
                method: "GET".into(),
                target: path.as_bytes().to_vec(),
                ..Asked::default()
            },
            answer: vec!["HTTP 200".into()],
            ..Written::default()
        }
    }

    fn file(requests: Vec<Written>) -> File {
        File {
            name: "a.test".into(),
            server: "server a\n.test (/n:1)".into(),
            target: "local".into(),
            requests,
            without: Vec::new(),
        }
    }

    #[test]
    fn a_file_is_what_hurl_reads_and_a_hostile_name_is_a_comment() {
        let mut file =
            file(vec![one("location /a\nGET http://evil.test/ (/n:2)", "/a"), one("location /b (/n:3)", "/b")]);
        file.without.push(("location @x\n".into(), "named\nPOST http://evil.test/".into()));
        let read = HurlFile::read("a.hurl", &file.text()).unwrap();
        let urls: Vec<&str> = read.requests.iter().map(|r| r.url.as_str()).collect();
        assert_eq!(urls, ["http://a.test/a", "http://a.test/b"]);
        assert!(read.is_independent);
        assert_eq!(read.requests[1].covers.as_deref(), Some("location /b (/n:3)"));
    }

    #[test]
    fn what_somebody_edited_stays_and_what_is_new_is_added() {
        let first = file(vec![one("location /a (/n:2)", "/a")]);
        let both = file(vec![one("location /a (/n:7)", "/a"), one("location /b (/n:3)", "/b")]);
        assert_eq!(both.merged(Some(&first.text())), Merged::Whole(both.text()));
        let edited = first.text().replace("HTTP 200", "HTTP 204 # as it should be");
        assert_eq!(first.merged(Some(&edited)), Merged::Left);
        let Merged::Added(text, 1) = both.merged(Some(&edited)) else { panic!() };
        assert!(text.starts_with(edited.split(MARK).next().unwrap().trim_end()), "{text}");
        assert!(text.ends_with("# covers location /b (/n:3)\nGET http://a.test/b\nHTTP 200\n"), "{text}");
    }
}
