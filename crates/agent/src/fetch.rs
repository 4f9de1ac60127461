//! Asking a web server from the machine: HTTP by itself, HTTPS through the machine's curl, which has its TLS and its
//! trusted authorities.

use crate::answer_of_http::{LONGEST_BODY, parse};
use crate::command;
use crate::reach::reach;
use kinds::sys::{Command, Fetch, Fetched, Output};
use model::answer::{Answer, Why, WhyCode};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How many redirects are followed.
const HOPS: usize = 10;

/// The most that is read of an answer: head, and a body with its chunks' lengths.
const MOST: u64 = (LONGEST_BODY + (1 << 18)) as u64;

/// A URL in its parts.
#[derive(Debug, PartialEq, Eq)]
struct Url<'a> {
    secure: bool,
    host: &'a str,
    port: u16,
    path: &'a str,
}

/// What a server answers this machine. `None` when none does.
pub(crate) fn fetch(request: &Fetch) -> Answer<Fetched> {
    following(request, |request, url, end| {
        if url.secure || request.proxy.is_some() {
            through_curl(request, command::run_with)
        } else {
            through_a_socket(request, url, end)
        }
    })
}

/// What a server answers another machine, whose curl is run by `run`: a program, and what it reads from its stdin.
pub fn fetch_there(request: &Fetch, run: impl Fn(&Command, Vec<u8>) -> Answer<Output>) -> Answer<Fetched> {
    following(request, |request, _, _| through_curl(request, &run))
}

/// Follows redirects, where that is asked.
fn following(request: &Fetch, once: impl Fn(&Fetch, &Url<'_>, Instant) -> Answer<Fetched>) -> Answer<Fetched> {
    let end = Instant::now() + request.timeout;
    let mut request = request.clone();
    for _ in 0..=HOPS {
        request.timeout = end.saturating_duration_since(Instant::now());
        let Some(url) = url(&request.url) else {
            return Err(Why::new(
                WhyCode::Unsupported,
                "not a URL that can be asked; a login belongs into inputs of its own",
            ));
        };
        let Some(answer) = once(&request, &url, end)? else { return Ok(None) };
        let Some(next) = redirect(&answer).filter(|_| request.follow).map(|to| joined(&url, to)) else {
            return Ok(Some(answer));
        };
        follow(&mut request, &answer, next);
    }
    Err(Why::new(WhyCode::TooLarge, format!("{}: more than {HOPS} redirects", request.url)))
}

fn redirect(answer: &Fetched) -> Option<&str> {
    let is_one = [301, 302, 303, 307, 308].contains(&answer.status);
    answer.headers.iter().find(|(n, _)| is_one && n == "location").map(|(_, v)| v.as_str())
}

/// The request that a redirect asks for. Another server gets no login, and only 307 and 308 keep the method.
fn follow(request: &mut Fetch, answer: &Fetched, next: String) {
    let server = |u: &str| url(u).map(|u| (u.secure, u.host.to_owned(), u.port));
    if server(&request.url) != server(&next) {
        request.headers.retain(|(n, _)| !is_login(n) && !n.eq_ignore_ascii_case("host"));
    }
    if ![307, 308].contains(&answer.status) && request.method != "HEAD" {
        request.method = "GET".to_owned();
        request.body.clear();
    }
    request.url = next;
}

fn is_login(field: &str) -> bool {
    ["authorization", "cookie", "proxy-authorization"].iter().any(|l| field.eq_ignore_ascii_case(l))
}

fn url(text: &str) -> Option<Url<'_>> {
    let (secure, rest) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return None,
    };
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let rest = rest.split('#').next()?;
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (server, path) = rest.split_at(at);
    let usual = if secure { 443 } else { 80 };
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (server, usual),
    };
    // A login in the URL would be sent to whoever answers; specs have their own inputs for it.
    (!host.is_empty() && !host.contains('@')).then_some(Url { secure, host, port, path })
}

fn joined(base: &Url<'_>, to: &str) -> String {
    let scheme = if base.secure { "https" } else { "http" };
    let server = format!("{scheme}://{}:{}", base.host, base.port);
    if to.contains("://") {
        to.to_owned()
    } else if let Some(rest) = to.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if to.starts_with('/') {
        format!("{server}{to}")
    } else {
        let path = base.path.split('?').next().unwrap_or_default();
        let dir = path.rfind('/').map_or("/", |at| &path[..=at]);
        format!("{server}{dir}{to}")
    }
}

fn through_a_socket(request: &Fetch, url: &Url<'_>, end: Instant) -> Answer<Fetched> {
    let address = format!("tcp://{}:{}", url.host, url.port);
    let Some(stream) = reach(&address, request.timeout, None)? else { return Ok(None) };
    let failed = |e: std::io::Error| Why::new(WhyCode::Failed, format!("{}: {e}", request.url));
    match exchange(stream, &message(request, url), end) {
        Ok(bytes) if bytes.is_empty() => Ok(None),
        Ok(bytes) => match parse(&bytes) {
            Some(answer) => Ok(Some(answer)),
            None => Err(Why::new(WhyCode::Malformed, format!("{}: what answers does not speak HTTP", request.url))),
        },
        Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::ConnectionReset) => {
            Ok(None)
        }
        Err(e) => Err(failed(e)),
    }
}

fn message(request: &Fetch, url: &Url<'_>) -> Vec<u8> {
    let mut head =
        format!("{} {}{} HTTP/1.1\r\n", request.method, if url.path.starts_with('/') { "" } else { "/" }, url.path);
    let has = |name: &str| request.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
    if !has("host") {
        let port = if url.port == 80 { String::new() } else { format!(":{}", url.port) };
        head += &format!("Host: {}{port}\r\n", url.host);
    }
    for (name, value) in [("User-Agent", "repot"), ("Accept", "*/*")] {
        if !has(name) {
            head += &format!("{name}: {value}\r\n");
        }
    }
    for (name, value) in &request.headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !request.body.is_empty() {
        head += &format!("Content-Length: {}\r\n", request.body.len());
    }
    head += "Connection: close\r\n\r\n";
    let mut message = head.into_bytes();
    message.extend_from_slice(&request.body);
    message
}

/// Sends a message and reads until the other side ends, or the time or the limit is over.
fn exchange(mut stream: TcpStream, message: &[u8], end: Instant) -> std::io::Result<Vec<u8>> {
    stream.set_write_timeout(Some(left(end)))?;
    stream.write_all(message)?;
    let mut bytes = Vec::new();
    let mut piece = [0; 1 << 14];
    while (bytes.len() as u64) < MOST && !is_whole(&bytes) {
        stream.set_read_timeout(Some(left(end)))?;
        match stream.read(&mut piece)? {
            0 => break,
            n => bytes.extend_from_slice(&piece[..n]),
        }
        if Instant::now() >= end {
            return Err(ErrorKind::TimedOut.into());
        }
    }
    Ok(bytes)
}

/// Whether an answer that says its length has arrived, though the server leaves the connection open.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(answer) = parse(bytes) else { return false };
    let length = answer.headers.iter().find(|(n, _)| n == "content-length").and_then(|(_, v)| v.parse().ok());
    length.is_some_and(|l: usize| answer.body.len() >= l.min(LONGEST_BODY))
}

fn left(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn through_curl(request: &Fetch, run: impl Fn(&Command, Vec<u8>) -> Answer<Output>) -> Answer<Fetched> {
    let mut command = Command::new(["curl", "-q", "-K", "-"]);
    command.timeout = request.timeout + Duration::from_secs(1);
    let Some(out) = run(&command, settings(request).into_bytes())? else {
        return Err(Why::new(
            WhyCode::NoTool,
            format!("{}: it is asked through curl, which is not installed", request.url),
        ));
    };
    match out.status {
        0 => parse(&out.stdout)
            .map(Some)
            .ok_or_else(|| Why::new(WhyCode::Malformed, format!("{}: what answers does not speak HTTP", request.url))),
        // No such name, no connection, no answer in time, an empty answer, reset.
        6 | 7 | 28 | 52 | 56 => Ok(None),
        other => {
            let said = model::text::from_bytes(&out.stderr);
            let said = said.lines().next().unwrap_or_default();
            Err(Why::new(WhyCode::Failed, format!("{}: curl ended with {other}: {said}", request.url)))
        }
    }
}

/// What curl is to do, as its own configuration file: it may hold a login, and is handed over on stdin.
fn settings(request: &Fetch) -> String {
    let quoted = |text: &str| {
        let mut out = String::from("\"");
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c => out.push(c),
            }
        }
        out + "\""
    };
    let mut lines: Vec<String> =
        ["silent", "show-error", "include", "http1.1", "globoff", "suppress-connect-headers"].map(str::to_owned).into();
    let mut set = |name: &str, value: &str| lines.push(format!("{name} = {}", quoted(value)));
    set("url", &request.url);
    set("request", &request.method);
    set("max-time", &format!("{:.3}", request.timeout.as_secs_f64().max(0.001)));
    for (name, value) in &request.headers {
        set("header", &format!("{name}: {value}"));
    }
    if !request.body.is_empty() {
        set("data-raw", &String::from_utf8_lossy(&request.body));
    }
    for (name, value) in [
        ("proxy", &request.proxy),
        ("cacert", &request.authorities),
        ("cert", &request.certificate),
        ("key", &request.key),
    ] {
        if let Some(value) = value {
            set(name, value);
        }
    }
    lines.extend((request.method == "HEAD").then(|| "head".to_owned()));
    lines.extend(request.insecure.then(|| "insecure".to_owned()));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// A server that gives these answers one after the other, and what it was asked.
    fn server(answers: Vec<String>) -> (u16, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let one = |answer: String| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut asked = [0; 4096];
                let n = stream.read(&mut asked).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8_lossy(&asked[..n]).into_owned()
            };
            answers.into_iter().map(one).collect()
        });
        (port, thread)
    }

    fn get(url: String) -> Fetch {
        Fetch {
            url,
            method: "GET".to_owned(),
            headers: vec![("Authorization".to_owned(), "Basic bWFkZTp1cA==".to_owned())],
            body: Vec::new(),
            timeout: Duration::from_secs(5),
            follow: true,
            insecure: false,
            proxy: None,
            authorities: None,
            certificate: None,
            key: None,
        }
    }

    #[test]
    fn redirects_are_followed_and_another_server_gets_no_login() {
        let (second, two) = server(vec!["HTTP/1.1 200 OK\r\n\r\nhello".to_owned()]);
        let (first, one) = server(vec![
            "HTTP/1.1 302 Found\r\nLocation: b?c\r\nContent-Length: 0\r\n\r\n".to_owned(),
            format!("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:{second}/\r\n\r\n"),
        ]);
        let answer = fetch(&get(format!("http://127.0.0.1:{first}/x/a"))).unwrap().unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()));
        let asked = one.join().unwrap();
        assert!(asked[0].starts_with("GET /x/a HTTP/1.1\r\n") && asked[1].starts_with("GET /x/b?c HTTP/1.1\r\n"));
        assert!(asked.iter().all(|a| a.contains("Authorization: ")));
        assert!(two.join().unwrap().iter().all(|a| !a.contains("Authorization: ")));
    }

    #[test]
    fn nobody_there_is_no_answer_and_another_protocol_is_no_http() {
        let (port, thread) = server(vec!["220 mail ready\r\n\r\n".to_owned()]);
        assert!(fetch(&get(format!("http://127.0.0.1:{port}/"))).is_err());
        thread.join().unwrap();
        assert!(fetch(&get(format!("http://127.0.0.1:{port}/"))).unwrap().is_none());
    }

    #[test]
    fn a_proxy_is_asked_for_what_is_behind_it_and_no_argument_holds_a_login() {
        let (port, proxy) = server(vec!["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_owned()]);
        let request =
            Fetch { proxy: Some(format!("http://127.0.0.1:{port}")), ..get("http://nowhere.invalid/a".to_owned()) };
        let answer = fetch(&request).unwrap().unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"hi".as_slice()));
        let asked = proxy.join().unwrap();
        assert!(asked[0].starts_with("GET http://nowhere.invalid/a HTTP/1.1\r\n"), "{asked:?}");
        assert!(asked[0].contains("Authorization: Basic bWFkZTp1cA==\r\n"), "{asked:?}");
    }

    #[test]
    fn settings_cannot_be_broken_out_of() {
        let request = Fetch { body: b"a\"\nurl = \"http://evil".to_vec(), ..get("https://a/".to_owned()) };
        let written = settings(&request);
        assert!(written.contains("data-raw = \"a\\\"\\nurl = \\\"http://evil\"\n"), "{written}");
        assert_eq!(written.lines().filter(|l| l.starts_with("url")).count(), 1);
    }

    #[test]
    fn urls_are_taken_apart() {
        let parts = |u| url(u).map(|u| (u.secure, u.host, u.port, u.path));
        assert_eq!(parts("http://a/b?c#d"), Some((false, "a", 80, "/b?c")));
        assert_eq!(parts("https://[::1]:8443"), Some((true, "[::1]", 8443, "")));
        assert_eq!(parts("http://[::1]"), Some((false, "[::1]", 80, "")));
        for bad in ["ftp://a", "http://", "http://a b", "http://u:p@a/", "http://a:x/", "http://a/\r\nX: y"] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }
}
