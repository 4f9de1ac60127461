//! Suites that hold: setups, cookies, redirects, retries, variables, several targets.

use crate::server::Server;
use crate::suite::Suite;

const SETUP: &str = "\
GET http://{{host}}/login
HTTP 200
[Captures]
token: xpath \"string(//input/@value)\"

POST http://{{host}}/login
[Form]
token: {{token}}
HTTP 303
";

const WHO: &str = "\
GET http://{{host}}/who
X-Token: {{token}}
HTTP 200
[Asserts]
body == \"cookie session=s3ss10n-c00kie token t0ken-of-the-form\"
";

#[test]
fn files_begin_with_what_their_setup_left() {
    let (server, other) = (Server::start(), Server::start());
    let suite = Suite::new(&[
        ("e2e/member/_setup.hurl", SETUP),
        ("e2e/member/a.hurl", WHO),
        ("e2e/member/deep/b.hurl", WHO),
        ("e2e/variables/default.env", "host=chat.example.test\n"),
    ]);
    let tested = suite.tested(&[&server.target(), &other.target(), "--no-compare"]);
    assert_eq!((tested.status, tested.news(), tested.same()), (0, Vec::new(), 12), "{}", tested.stderr);
    for server in [&server, &other] {
        let seen = server.seen.lock().unwrap();
        let logins = seen.iter().filter(|s| *s == "POST chat.example.test/login").count();
        assert_eq!((logins, seen.len()), (1, 4), "{seen:?}");
    }
}

#[test]
fn redirects_to_other_hosts_stay_on_the_target_and_paths_are_sent_as_written() {
    let server = Server::start();
    let away =
        "GET http://a.test/away\n[Options]\nlocation: true\nHTTP 200\n[Asserts]\nbody == \"ok for other.test\"\n";
    let path = "\nGET http://a.test/a/../b//c/%2e\nHTTP 200\n";
    let suite = Suite::new(&[("e2e/a.hurl", &format!("{away}{path}"))]);
    let tested = suite.tested(&[&server.target()]);
    assert_eq!((tested.status, tested.news()), (0, Vec::new()));
    let seen = server.seen.lock().unwrap();
    assert_eq!(*seen, ["GET a.test/away", "GET other.test/ok", "GET a.test/a/../b//c/%2e"]);
}

#[test]
fn only_what_asks_for_it_is_tried_again() {
    let server = Server::start();
    let suite = Suite::new(&[("e2e/a.hurl", "GET http://a.test/flaky\nHTTP 200\n")]);
    assert_eq!(suite.tested(&[&server.target()]).news(), ["e2e/a.hurl:2 differs 503"]);
    assert_eq!(server.seen.lock().unwrap().len(), 1);
    let server = Server::start();
    let retried = "GET http://a.test/flaky\n[Options]\nretry: 5\nretry-interval: 10ms\nHTTP 200\n";
    let suite = Suite::new(&[("e2e/a.hurl", retried)]);
    assert_eq!(suite.tested(&[&server.target()]).status, 0);
    assert_eq!(server.seen.lock().unwrap().len(), 3);
}

#[test]
fn a_host_beside_the_target_is_itself() {
    let (server, mail) = (Server::start(), Server::start());
    let beside = format!("{} mail.test\n", mail.target().trim_start_matches("http://"));
    let suite = Suite::new(&[
        ("e2e/a.hurl", "GET http://a.test/1\nHTTP 200\n\nGET http://mail.test/2\nHTTP 200\n"),
        ("e2e/variables/lab.hosts", &beside),
    ]);
    assert_eq!(suite.tested(&[&server.target(), "--env", "lab"]).status, 0);
    assert_eq!(*mail.seen.lock().unwrap(), ["GET mail.test/2"]);
}

#[test]
fn of_independent_requests_all_are_made() {
    let server = Server::start();
    let two = "GET http://a.test/1\nHTTP 404\n\nGET http://a.test/2\nHTTP 200\n";
    let suite = Suite::new(&[("e2e/a.hurl", two)]);
    let stopped = suite.tested(&[&server.target()]).news();
    assert_eq!(stopped, ["e2e/a.hurl:2 differs 200", "e2e/a.hurl:4 undecided an earlier request of the file failed"]);
    suite.write("e2e/a.hurl", &format!("# repot: independent\n{two}"));
    assert_eq!(suite.tested(&[&server.target()]).news(), ["e2e/a.hurl:3 differs 200"]);
}

#[test]
fn answers_of_two_targets_are_compared_without_what_moves_by_itself() {
    let (old, new) = (Server::named("old"), Server::named("new"));
    let all = "GET http://a.test/name\nHTTP 200\n\nGET http://a.test/hello\nHTTP 200\n\nGET http://a.test/\nHTTP 200\n";
    let suite = Suite::new(&[("e2e/a.hurl", all)]);
    let tested = suite.tested(&[&old.target(), &new.target()]);
    assert_eq!((tested.status, tested.news()), (1, vec!["e2e/a.hurl:4 differs 1 lines".to_owned()]));
    let diff = tested.report["targets"][2]["findings"][1]["diff"].as_str().unwrap();
    assert_eq!(diff, "@@ -1 +1 @@\n-I am old\n+I am new\n");
    assert_eq!(suite.tested(&[&old.target(), &new.target(), "--no-compare"]).status, 0);
}
