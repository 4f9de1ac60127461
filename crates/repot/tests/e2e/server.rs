//! A small HTTP server: what it answers is decided by the path.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A server that lives as long as the tests.
pub(crate) struct Server {
    port: u16,
    /// The request lines it saw, each with the Host it was for.
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::named("one")
    }

    /// One that says its name, and counts what it was asked.
    pub(crate) fn named(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let all = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&all);
                thread::spawn(move || serve(stream, name, &seen));
            }
        });
        Self { port, seen }
    }

    /// It as a target: whatever port 80 of any host is asked, it is.
    pub(crate) fn target(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn serve(stream: TcpStream, name: &str, seen: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut first = String::new();
        reader.read_line(&mut first).ok().filter(|n| *n > 0)?;
        let mut fields = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            fields.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = fields.get("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let path = first.split(' ').nth(1)?.to_owned();
        let again = {
            let mut seen = seen.lock().unwrap();
            seen.push(format!("{} {}{path}", first.split(' ').next()?, field("host")));
            seen.iter().filter(|line| line.ends_with(&path)).count()
        };
        let body = String::from_utf8_lossy(&body);
        answer(&stream, &path, &format!("I am {name}, asked {again} times"), again, &field, &body)?;
    }
}

fn answer(
    mut to: &TcpStream,
    path: &str,
    name: &str,
    again: usize,
    field: &dyn Fn(&str) -> String,
    body: &str,
) -> Option<()> {
    let plain = |status: &str, fields: &str, body: &str| {
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{fields}\r\n{body}", body.len())
    };
    let text = match path.split('?').next()? {
        "/login" if body.contains("token=t0ken-of-the-form") => {
            plain("303 See Other", "Set-Cookie: session=s3ss10n-c00kie; HttpOnly\r\nLocation: /\r\n", "")
        }
        "/login" => plain("200 OK", "", "<input name=\"token\" value=\"t0ken-of-the-form\">"),
        "/who" => plain("200 OK", "", &format!("cookie {} token {}", field("cookie"), field("x-token"))),
        "/echo" => plain("200 OK", "", &format!("{} {}", field("authorization"), body)),
        "/name" => plain("200 OK", "X-Name: a name\r\n", &format!("hello\n{name}\n")),
        "/hello" => plain("200 OK", "", &format!("{}\n", name.split(',').next()?)),
        "/away" => plain("302 Found", "Location: http://other.test/ok\r\n", ""),
        "/flaky" if again < 3 => plain("503 Service Unavailable", "", ""),
        "/hang" => {
            thread::sleep(Duration::from_secs(60));
            String::new()
        }
        "/fields" => endless(to, "HTTP/1.1 200 OK\r\n", "X-Field: and another one\r\n", SLOW)?,
        "/body" => endless(to, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "and another line\n", SLOW)?,
        "/flood" => endless(to, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", &"x".repeat(1000), Duration::ZERO)?,
        _ => plain("200 OK", "", &format!("ok for {}", field("host"))),
    };
    to.write_all(text.as_bytes()).ok()
}

/// Slow enough that whoever reads it runs out of time before it runs out of memory, on any machine.
const SLOW: Duration = Duration::from_millis(5);

fn endless(mut to: &TcpStream, begin: &str, again: &str, pause: Duration) -> Option<String> {
    to.write_all(begin.as_bytes()).ok()?;
    let many = again.repeat(1000);
    loop {
        to.write_all(many.as_bytes()).ok()?;
        thread::sleep(pause);
    }
}
