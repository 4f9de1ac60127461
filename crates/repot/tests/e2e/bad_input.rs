//! What is broken: files and targets. Each is told with its place, and the other files and targets still run.

use crate::server::Server;
use crate::suite::Suite;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const GOOD: (&str, &str) = ("e2e/good.hurl", "GET http://a.test/\nHTTP 200\n");

#[test]
fn a_broken_file_is_told_with_its_place_and_the_others_run() {
    let server = Server::start();
    let suite = Suite::new(&[
        GOOD,
        ("e2e/broken.hurl", "GET http://a.test/\nHTTP 200\n[Asserst]\nstatus == 1\n"),
        ("e2e/elsewhere.hurl", "GET http://a.test/\n[Options]\nproxy: http://a:1\nHTTP 200\n"),
    ]);
    let tested = suite.tested(&[&server.target()]);
    assert_eq!((tested.status, tested.same()), (2, 1), "{}", tested.stderr);
    assert!(tested.stderr.contains("e2e/broken.hurl:3:2: Parsing response section name"), "{}", tested.stderr);
    assert!(tested.stderr.contains("e2e/elsewhere.hurl:3: the option proxy"), "{}", tested.stderr);
}

#[test]
fn a_target_that_refuses_is_not_reached_and_the_others_are_tested() {
    let server = Server::start();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let suite = Suite::new(&[GOOD]);
    let tested = suite.tested(&[&format!("http://{closed}"), &server.target()]);
    assert_eq!((tested.status, tested.same()), (5, 1));
    let why = tested.report["targets"][0]["unreachable"].as_str().unwrap();
    assert!(why.contains("Failed to connect"), "{why}");
}

#[test]
fn what_hangs_or_never_ends_is_ended_and_the_others_run() {
    let server = Server::start();
    let get = |path: &str| format!("GET http://a.test{path}\nHTTP 200\n");
    let (hang, fields, body) = (get("/hang"), get("/fields"), get("/body"));
    let suite = Suite::new(&[GOOD, ("e2e/hang.hurl", &hang), ("e2e/fields.hurl", &fields), ("e2e/body.hurl", &body)]);
    let begun = Instant::now();
    let tested = suite.tested(&[&server.target(), "--request-timeout", "2", "--file-timeout", "20"]);
    assert!(begun.elapsed() < Duration::from_secs(25));
    assert_eq!((tested.status, tested.same()), (1, 1), "{}", tested.stderr);
    let news = tested.news().join("\n");
    for file in ["hang", "fields", "body"] {
        assert!(news.contains(&format!("e2e/{file}.hurl:1 differs HTTP connection: (")), "{news}");
    }
}

#[test]
fn what_fills_the_memory_is_named_by_its_request() {
    if std::env::var("REPOT_HURL").is_ok_and(|hurl| hurl == "embedded") {
        // The library runs in repot's own process, whose memory nobody limits: only its time ends such an answer.
        return;
    }
    let server = Server::start();
    let flood = "GET http://a.test/\nHTTP 200\n\nGET http://a.test/flood\nHTTP 200\n";
    let writes = flood.replace("GET http://a.test/\n", "POST http://a.test/\n");
    let suite = Suite::new(&[GOOD, ("e2e/flood.hurl", flood), ("e2e/writes.hurl", &writes)]);
    let tested = suite.tested(&[&server.target(), "--request-timeout", "200"]);
    let news = tested.news().join("\n");
    // Where libcurl is new enough it stops by itself.
    let is_named = |file: &str| {
        ["hurl was ended by a signal", "HTTP connection: (63)"]
            .iter()
            .any(|why| news.contains(&format!("e2e/{file}.hurl:4 differs {why}")))
    };
    assert!(is_named("flood") && is_named("writes") && tested.status == 1 && tested.same() >= 1, "{news}");
}

#[test]
fn a_file_has_its_time() {
    let server = Server::start();
    let suite = Suite::new(&[("e2e/hang.hurl", "GET http://a.test/hang\nHTTP 200\n")]);
    let tested = suite.tested(&[&server.target(), "--file-timeout", "1"]);
    let news = tested.news().join("\n");
    assert!(news.contains("it took longer than 1 s and was ended"), "{news}");
}

/// `openssl s_server` with a certificate that nobody signed.
struct Tls {
    child: Child,
    port: u16,
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn tls(suite: &Suite) -> Tls {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=a.test",
            "-keyout",
            "k",
            "-out",
            "c",
        ])
        .current_dir(suite.path(""))
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new("openssl")
        .args(["s_server", "-www", "-quiet", "-key", "k", "-cert", "c", "-accept", &format!("127.0.0.1:{port}")])
        .current_dir(suite.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(10);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    Tls { child, port }
}

#[test]
fn a_certificate_that_nobody_signed_is_told() {
    let suite = Suite::new(&[("e2e/a.hurl", "GET https://a.test/\nHTTP 200\n")]);
    let tls = tls(&suite);
    let target = format!("https://127.0.0.1:{}", tls.port);
    let news = suite.tested(&[&target]).news().join("\n");
    assert!(news.contains("e2e/a.hurl:1 differs") && news.contains("self-signed certificate"), "{news}");
    suite.write("e2e/a.hurl", "GET https://a.test/\n[Options]\ninsecure: true\nHTTP 200\n");
    assert_eq!(suite.tested(&[&target]).status, 0);
}

#[test]
fn what_is_missing_is_told_with_what_to_do() {
    let suite = Suite::new(&[]);
    let said = |args: &[&str]| {
        let output = suite.run(args);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said(&["http://a"]).contains("repot e2e init"));
    suite.write(GOOD.0, GOOD.1);
    assert!(said(&["web-01"]).contains("ssh:web-01"));
    assert!(said(&["http://a/path"]).contains("paths stand in the .hurl files"));
    assert!(said(&["http://a", "--env", "prod"]).contains("there is no environment prod"));
    assert!(said(&["http://a", "--hurl", "/nowhere/hurl"]).contains("cargo install hurl"));
}
