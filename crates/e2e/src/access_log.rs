//! What people really asked: access logs in the combined form, in the common one, or with the virtual host before them,
//! whatever else stands at the end of their lines; and logs of one JSON object a line, by the names that nginx's own
//! variables have.

use std::collections::HashMap;
use std::io::BufRead;

/// The longest line that is read, in bytes; a longer one is passed over.
const LONGEST: usize = 64 << 10;

/// Requests of a log, each with how often it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessLog {
    /// What was asked how often.
    pub requests: HashMap<Logged, u64>,
    /// How many lines are no requests.
    pub passed_over: u64,
}

/// A request of a log.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Logged {
    /// The host it was for, if the log says so.
    pub host: Option<String>,
    /// The port it came in on, if the log says so.
    pub port: Option<u16>,
    /// The method.
    pub method: String,
    /// The path and query as they were sent.
    pub target: String,
    /// How it was answered.
    pub status: u16,
}

impl AccessLog {
    /// Reads a log to its end.
    pub fn read(mut lines: impl BufRead) -> std::io::Result<Self> {
        let mut log = Self::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            if lines.read_until(b'\n', &mut line)? == 0 {
                return Ok(log);
            }
            let read = if line.len() > LONGEST { None } else { logged(&String::from_utf8_lossy(&line)) };
            match read {
                Some(request) => *log.requests.entry(request).or_default() += 1,
                None => log.passed_over += 1,
            }
        }
    }
}

/// A request from a JSON object: its fields are found by the names of nginx's variables, or shorter ones.
fn in_json(line: &str) -> Option<Logged> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).ok()?;
    let text = |names: &[&str]| {
        names.iter().find_map(|name| match object.get(*name)? {
            serde_json::Value::String(text) => Some(text.clone()).filter(|t| !t.is_empty() && t != "-"),
            serde_json::Value::Number(number) => Some(number.to_string()),
            serde_json::Value::Null
            | serde_json::Value::Bool(_)
            | serde_json::Value::Array(_)
            | serde_json::Value::Object(_) => None,
        })
    };
    let request = text(&["request"]);
    let mut words = request.iter().flat_map(|r| r.split(' '));
    let (first, second) = (words.next().map(str::to_owned), words.next().map(str::to_owned));
    let method = text(&["request_method", "method"]).or(first)?;
    let target = text(&["request_uri", "uri", "path", "url"]).or(second)?;
    let is_method = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
    let status = text(&["status", "status_code"])?.parse().ok().filter(|s| is_method && (100..600).contains(s))?;
    let host = text(&["host", "http_host", "vhost", "server_name"]);
    let (host, own_port) = host.map_or((None, None), |h| match h.split_once(':') {
        Some((host, port)) => (Some(host.to_owned()), port.parse().ok()),
        None => (Some(h), None),
    });
    let port = text(&["server_port", "port"]).and_then(|p| p.parse().ok()).or(own_port);
    let (own, target) = split(&target)?;
    Some(Logged { host: own.or(host), port, method, target, status })
}

fn logged(line: &str) -> Option<Logged> {
    if line.starts_with('{') {
        return in_json(line);
    }
    // The request is what first stands in quotes after the time.
    let (before, rest) = line.split_once("] \"")?;
    let (request, after) = rest.split_once("\" ")?;
    let mut words = request.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_method = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
    if !is_method || !version.starts_with("HTTP/") || words.next().is_some() {
        return None;
    }
    let status = after.split_whitespace().next()?.parse().ok().filter(|s| (100..600).contains(s))?;
    let (host, port) = virtual_host(before);
    let (own, target) = split(&unescaped(target))?;
    Some(Logged { host: own.or(host), port, method: method.to_owned(), target, status })
}

/// nginx writes what is not printable, quotes and backslashes as `\xHH`.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        out.push_str(&rest[..at]);
        let digits = rest.get(at + 2..at + 4).and_then(|d| u8::from_str_radix(d, 16).ok());
        match digits {
            Some(byte) => out.push_str(&format!("%{byte:02X}")),
            None => out.push_str("%5Cx"),
        }
        rest = rest.get(at + if digits.is_some() { 4 } else { 2 }..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// A target with its host, where it was sent whole.
fn split(target: &str) -> Option<(Option<String>, String)> {
    if target.starts_with('/') {
        return Some((None, target.to_owned()));
    }
    let rest = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://"))?;
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    Some((Some(host.split(':').next()?.to_owned()), path.to_owned()))
}

/// `HOST:PORT ` before the client's address, as in Apache's vhost_combined.
fn virtual_host(before: &str) -> (Option<String>, Option<u16>) {
    let words: Vec<&str> = before.split('[').next().unwrap_or_default().split_whitespace().collect();
    // host, client, identity, user
    let [first, _, "-", _] = words.as_slice() else { return (None, None) };
    let (host, port) = first.split_once(':').map_or((*first, None), |(h, p)| (h, p.parse().ok()));
    (Some(host.to_owned()), port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Option<Logged> {
        let log = AccessLog::read(line.as_bytes()).unwrap();
        log.requests.into_keys().next()
    }

    #[test]
    fn the_usual_forms_are_read() {
        let combined = "10.0.0.1 - alice [24/Nov/2026:14:41:47 +0100] \"GET /a?b=1 HTTP/1.1\" 200 12 \"-\" \"curl\"\n";
        let read = one(combined).unwrap();
        assert_eq!(
            (read.host.as_deref(), read.method.as_str(), read.target.as_str(), read.status),
            (None, "GET", "/a?b=1", 200)
        );
        let timed = "10.0.0.1 - - [24/Nov/2026:14:41:47 +0100] \"POST /a HTTP/2.0\" 303 0 0.004\n";
        assert_eq!(one(timed).unwrap().status, 303);
        let with_host = format!("chat.example.test:443 {combined}");
        let read = one(&with_host).unwrap();
        assert_eq!((read.host.as_deref(), read.port), (Some("chat.example.test"), Some(443)));
        let whole = "::1 - - [x] \"GET http://other.test/p HTTP/1.1\" 404 1\n";
        assert_eq!(one(whole).unwrap().host.as_deref(), Some("other.test"));
        assert_eq!(one("::1 - - [x] \"GET /a\\x22b HTTP/1.1\" 404 1\n").unwrap().target, "/a%22b");
    }

    #[test]
    fn objects_of_json_are_read() {
        let nginx =
            r#"{"time":"x","host":"a.test:8443","request":"GET /a?b=1 HTTP/1.1","status":"200","server_port":"443"}"#;
        let read = one(nginx).unwrap();
        assert_eq!(
            (read.host.as_deref(), read.port, read.target.as_str(), read.status),
            (Some("a.test"), Some(443), "/a?b=1", 200)
        );
        let short = r#"{"method":"POST","uri":"/x","status":404,"request":"-"}"#;
        let read = one(short).unwrap();
        assert_eq!((read.method.as_str(), read.target.as_str(), read.host, read.status), ("POST", "/x", None, 404));
        for wrong in
            ["{", "{}", r#"{"method":"get","uri":"/","status":200}"#, r#"{"method":"GET","uri":"/","status":99}"#]
        {
            assert_eq!(one(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_request_is_counted() {
        let text = "\n10.0.0.1 - - [x] \"\\x16\\x03\" 400 150 \"-\" \"-\"\nGET / HTTP/1.1\n1 - - [x] \"GET * HTTP/1.1\" 400 1\n";
        let log = AccessLog::read(text.as_bytes()).unwrap();
        assert_eq!((log.requests.len(), log.passed_over), (0, 4));
        let long = format!("1 - - [x] \"GET /{} HTTP/1.1\" 200 1\n", "a".repeat(LONGEST));
        assert_eq!(AccessLog::read(long.as_bytes()).unwrap().passed_over, 1);
    }

    #[test]
    fn the_same_request_is_counted() {
        let line = "1 - - [x] \"GET / HTTP/1.1\" 200 1\n";
        let log = AccessLog::read(line.repeat(3).as_bytes()).unwrap();
        assert_eq!(log.requests.values().sum::<u64>(), 3);
        assert_eq!(log.requests.len(), 1);
    }
}
