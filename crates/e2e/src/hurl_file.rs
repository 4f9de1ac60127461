//! What repot reads of a `.hurl` file itself: where its requests and checks stand, what its comments say of them, and
//! options that would send them past the target. The rest of the language is hurl's.

use model::place::Place;

/// A `.hurl` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HurlFile {
    /// Its path, as a person would type it.
    pub path: String,
    /// Its requests in order.
    pub requests: Vec<Request>,
    /// Whether no request builds on another, so that all are made even when one fails.
    pub is_independent: bool,
    lines: Vec<String>,
}

/// A request of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The line it begins on.
    pub line: u32,
    /// Its method.
    pub method: String,
    /// Its URL as it is written, variables and all.
    pub url: String,
    /// The location its comment says it is for.
    pub covers: Option<String>,
    /// The first line of its answer that claims anything.
    pub first_claim: Option<u32>,
}

/// The comment that makes the requests of a file independent of each other.
pub const INDEPENDENT: &str = "# repot: independent";

/// The comment that names the location a request is for.
pub const COVERS: &str = "# covers ";

/// Options that decide where a request goes: that is the target's to say.
const REFUSED: &[&str] = &["connect-to", "proxy", "resolve", "unix-socket"];

/// Something in a file that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where.
    pub place: Place,
    /// The option.
    pub option: &'static str,
}

impl HurlFile {
    /// Reads a file's text.
    pub fn read(path: &str, text: &str) -> Result<Self, Vec<Refused>> {
        let mut reader = Reader::new(path);
        for (number, line) in (1..).zip(text.lines()) {
            reader.line(number, line);
        }
        if !reader.refused.is_empty() {
            return Err(reader.refused);
        }
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let is_independent = lines.iter().any(|l| l.trim() == INDEPENDENT);
        Ok(Self { path: path.to_owned(), requests: reader.requests, is_independent, lines })
    }

    /// Whether no request of it changes anything, so that it may be made again.
    pub fn only_reads(&self) -> bool {
        self.requests.iter().all(|request| matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS"))
    }

    /// The text of a line, without what surrounds it.
    pub fn line(&self, number: u32) -> &str {
        let at = (number as usize).wrapping_sub(1);
        self.lines.get(at).map_or("", |l| l.trim())
    }

    /// A line as a place.
    pub fn place(&self, line: u32) -> Place {
        Place::line(&self.path, line)
    }
}

/// Where in a request a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Request,
    Options,
    Answer,
    Captures,
}

struct Reader<'a> {
    path: &'a str,
    requests: Vec<Request>,
    refused: Vec<Refused>,
    part: Part,
    /// Whether the line is inside a text between lines of three backquotes.
    is_quoted: bool,
    covers: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(path: &'a str) -> Self {
        Self { path, requests: Vec::new(), refused: Vec::new(), part: Part::Answer, is_quoted: false, covers: None }
    }

    fn line(&mut self, number: u32, line: &str) {
        let text = line.trim();
        let was_quoted = self.is_quoted;
        let is_comment = !was_quoted && text.starts_with('#');
        if !is_comment {
            self.is_quoted = quoted_after(text, was_quoted);
        }
        if was_quoted || text.is_empty() {
            return;
        }
        if text.starts_with('#') {
            self.covers = text.strip_prefix(COVERS).map(|c| c.trim().to_owned()).or(self.covers.take());
        } else if let Some((method, url)) = request(text) {
            let request = Request {
                line: number,
                method: method.to_owned(),
                url: url.to_owned(),
                covers: self.covers.take(),
                first_claim: None,
            };
            self.requests.push(request);
            self.part = Part::Request;
        } else if is_answer(text) {
            self.part = Part::Answer;
            if !text.ends_with('*') {
                self.claim(number);
            }
        } else if let Some(section) = section(text) {
            self.part = match (section, self.part) {
                ("Options", Part::Request | Part::Options) => Part::Options,
                (_, Part::Request | Part::Options) => Part::Request,
                ("Captures", Part::Answer | Part::Captures) => Part::Captures,
                (_, Part::Answer | Part::Captures) => Part::Answer,
            };
        } else {
            self.inside(number, text);
        }
    }

    fn inside(&mut self, number: u32, text: &str) {
        match self.part {
            Part::Options => {
                let name = text.split(':').next().unwrap_or_default().trim();
                if let Some(option) = REFUSED.iter().find(|o| **o == name) {
                    self.refused.push(Refused { place: Place::line(self.path, number), option });
                }
            }
            Part::Answer => self.claim(number),
            Part::Request | Part::Captures => {}
        }
    }

    fn claim(&mut self, number: u32) {
        if let Some(request) = self.requests.last_mut() {
            request.first_claim.get_or_insert(number);
        }
    }
}

/// The method and URL of a line that begins a request.
fn request(text: &str) -> Option<(&str, &str)> {
    let (method, url) = text.split_once([' ', '\t'])?;
    let url = url.trim().split(" #").next()?.trim();
    let is_method = method.len() >= 2 && method.bytes().all(|b| b.is_ascii_uppercase());
    let is_url = url.starts_with("http://") || url.starts_with("https://") || url.starts_with("{{");
    (is_method && is_url).then_some((method, url))
}

/// Whether a text between three backquotes goes on behind a line. In quotes they are only characters.
fn quoted_after(text: &str, was_quoted: bool) -> bool {
    const MARK: &str = "```";
    let (mut is_quoted, mut in_string, mut is_escaped) = (was_quoted, false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !in_string && rest.starts_with(MARK) {
            is_quoted = !is_quoted;
            rest = &rest[MARK.len()..];
            continue;
        }
        if !is_quoted {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => in_string = !in_string,
                _ => {}
            }
        }
        rest = &rest[c.len_utf8()..];
    }
    is_quoted
}

fn is_answer(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("HTTP") else { return false };
    rest.starts_with([' ', '\t', '/'])
}

fn section(text: &str) -> Option<&str> {
    let name = text.strip_prefix('[')?.split_once(']')?.0;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOW: &str = "\
# covers location = /login
GET https://chat.example.test/login
HTTP 200
[Captures]
csrf: xpath \"string(//input/@value)\"

POST {{base}}/login # comes in
[Form]
csrf: {{csrf}}
proxy: yes
[Options]
insecure: true
HTTP *
[Asserts]
body contains ```
GET http://not.a.request/
[Options]
proxy: no
```
";

    #[test]
    fn requests_and_what_they_claim_are_found() {
        let file = HurlFile::read("e2e/a.hurl", FLOW).unwrap();
        let [first, second] = file.requests.as_slice() else { panic!("{:?}", file.requests) };
        assert_eq!((first.line, first.method.as_str(), first.first_claim), (2, "GET", Some(3)));
        assert_eq!(first.covers.as_deref(), Some("location = /login"));
        assert_eq!((second.url.as_str(), second.covers.as_deref()), ("{{base}}/login", None));
        assert_eq!(second.first_claim, Some(15));
        assert_eq!(file.line(3), "HTTP 200");
        assert_eq!(file.line(999), "");
    }

    #[test]
    fn an_option_that_leads_elsewhere_is_refused_with_its_line() {
        for option in REFUSED {
            let text = format!("GET http://a/\n[Options]\ninsecure: true\n{option}: x\nHTTP 200\n");
            let refused = HurlFile::read("a.hurl", &text).unwrap_err();
            assert_eq!((refused[0].place.to_string().as_str(), refused[0].option), ("a.hurl:4", *option));
        }
        assert!(HurlFile::read("a.hurl", "GET http://a/\nproxy: x\nHTTP 200\nproxy: y\n").is_ok());
    }

    #[test]
    fn backquotes_in_comments_and_quotes_hide_nothing() {
        for line in ["# ```", "header \"a\" == \"```\"", "header \"a\" == \"\\\"```\""] {
            let text = format!("GET http://a/\nHTTP 200\n[Asserts]\n{line}\nGET http://b/\n[Options]\nproxy: x\n");
            assert_eq!(HurlFile::read("a.hurl", &text).unwrap_err()[0].place.line, 7, "{line}");
        }
    }

    #[test]
    fn any_answer_claims_nothing() {
        let file = HurlFile::read("a.hurl", "GET http://a/\nHTTP *\n\nGET http://a/b\n").unwrap();
        assert!(file.requests.iter().all(|r| r.first_claim.is_none()));
    }
}
