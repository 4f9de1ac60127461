//! Tests over HTTP on the lab: the suite in lab/e2e holds, by every way to the host.

use crate::host::{Project, container, lab, name, on_host, repository, ssh};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

/// Shows the mail that the host delivered, as long as it is held.
pub(crate) struct Mailbox {
    child: Child,
    beside: String,
}

impl Mailbox {
    pub(crate) fn open() -> Self {
        let mut command = Command::new(lab().join("mailbox"));
        command.args(["--port", "0", &name()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.split("http://").nth(1).and_then(|a| a.split('/').next()).unwrap();
        Self { child, beside: format!("mail.example.test={address}") }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Runs `repot e2e` on the lab's own suite.
pub(crate) fn e2e(mailbox: &Mailbox, args: &[&str]) -> Output {
    begun(mailbox, args).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap()
}

fn begun(mailbox: &Mailbox, args: &[&str]) -> Command {
    let mut command = testkit::cli::command(env!("CARGO_BIN_EXE_repot"), &lab());
    command.env("HOME", "/root").env("CONTAINERS_CONF", lab().join("machine/containers.conf"));
    command.env("REPOT_AGENT", repository().join("target/agent/repot-agent"));
    command.envs(std::env::var_os("REPOT_HURL").map(|hurl| ("REPOT_HURL", hurl)));
    command
        .arg("e2e")
        .args(args)
        .args(["--beside", &mailbox.beside])
        .args(["--ssh-config"])
        .arg(lab().join(".cache/ssh_config"));
    if args.iter().any(|a| a.starts_with("ssh:")) {
        command.arg("--sudo");
    }
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

pub(crate) fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn the_suite_holds_by_every_way() {
    let address = on_host("hostname -I").unwrap();
    let url = format!("http://{}", address.split_whitespace().next().unwrap());
    let mailbox = Mailbox::open();
    let output = e2e(&mailbox, &[&ssh(), &container(), "--no-compare"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(shown(&output).contains("2 of 2 targets are as claimed"), "{}", shown(&output));
    // From outside there is no way to what listens on the loopback only.
    let files = ["admin.hurl", "login.hurl", "member", "returns.hurl", "sites.hurl"].map(|name| format!("e2e/{name}"));
    let named: Vec<&str> = files.iter().flat_map(|file| ["--file", file]).collect();
    let output = e2e(&mailbox, &[&[url.as_str(), "--no-compare"], &named[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn what_nginx_really_does_is_what_its_configuration_says() {
    let mailbox = Mailbox::open();
    let before = on_host("ls /tmp; pgrep -c nginx; nginx -t 2>&1; ss -ltn | wc -l").unwrap();
    let output = e2e(&mailbox, &["trace", &container(), "--report", "json"]);
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", shown(&output)));
    let findings = report["targets"][0]["findings"].as_array().unwrap();
    let of = |verdict: &str| findings.iter().filter(|f| f["verdict"] == verdict).count();
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    // Only the download, which the application answers with X-Accel-Redirect, goes on where the configuration ends.
    assert_eq!((of("waived"), of("same") + of("waived")), (1, findings.len()), "{report:#}");
    assert!(findings.len() > 40, "{report:#}");
    assert_eq!(on_host("ls /tmp; pgrep -c nginx; nginx -t 2>&1; ss -ltn | wc -l").unwrap(), before);
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn a_trace_that_is_ended_leaves_nothing_behind() {
    let before = on_host("ls /tmp; pgrep -c nginx").unwrap();
    let mailbox = Mailbox::open();
    let mut child = begun(&mailbox, &["trace", &container()]).spawn().unwrap();
    let is_there = || on_host("ls /tmp").unwrap().contains("repot-trace-");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !is_there() && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(is_there());
    child.kill().unwrap();
    child.wait().unwrap();
    while is_there() && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert_eq!(on_host("ls /tmp; pgrep -c nginx").unwrap(), before);
}

/// A second host with the same history, as long as it is held.
struct Second(String);

impl Second {
    fn up() -> Self {
        let second = Self(format!("{}-02", name()));
        let output = Command::new(lab().join("up")).arg(&second.0).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        second
    }

    fn run(&self, script: &str) {
        let output = Command::new(lab().join("exec")).args([&self.0, "sh", "-c", script]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        assert!(Command::new(lab().join("down")).arg(&self.0).output().unwrap().status.success());
    }
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn what_differs_between_two_hosts_is_found_and_nothing_else() {
    let second = Second::up();
    let mailbox = Mailbox::open();
    let other = format!("podman:repot-lab-{}", second.0);
    let compared = || {
        let files = ["--file", "e2e/sites.hurl", "--file", "e2e/login.hurl", "--file", "e2e/admin.hurl"];
        let output = e2e(&mailbox, &[&[container().as_str(), &other, "--report", "json"], &files[..]].concat());
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", shown(&output)));
        let pair = report["targets"].as_array().unwrap().iter().find(|t| t["against"] == container().as_str()).unwrap();
        let found = pair["findings"].as_array().unwrap().clone();
        let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
        let news = found.iter().filter(|f| f["verdict"] != "same");
        let mut news: Vec<String> = news
            .map(|f| {
                format!(
                    "{} {}: {} | {}",
                    text(&f["name"]),
                    text(&f["property"]),
                    text(&f["expected"]),
                    text(&f["seen"])
                )
            })
            .collect();
        news.sort();
        (found.len(), news)
    };
    let (asked, news) = compared();
    assert!(asked > 25, "{asked}");
    assert_eq!(news, Vec::<String>::new());
    second.run(
        "cd /etc/nginx && sed -i s/410/404/ sites-available/old-chat && sed -i /X-Api/d snippets/chat-locations.conf && \
         echo '<p>new' >>/var/www/static/index.html && nginx -t -q && systemctl reload nginx && sleep 1",
    );
    let (_, news) = compared();
    let begins = [
        "GET http://img.cdn.example.test/ body: ",
        "GET http://old-chat.example.test/bugs/17 body: ",
        "GET http://old-chat.example.test/bugs/17 status: 410 | 404",
        "GET http://static.example.test/ body: ",
        "GET http://www.chat.example.test/api/version header x-api: v1 | not there",
    ];
    assert!(news.len() == begins.len() && news.iter().zip(begins).all(|(n, b)| n.starts_with(b)), "{news:#?}");
}

/// The counts of a kind of parts in a JSON report, and every part that is in a state.
fn parts(report: &serde_json::Value, kind: &str, state: &str) -> (u64, u64, Vec<String>) {
    let coverage = &report["targets"][0]["coverage"][0];
    let count = |name: &str| coverage["counts"][kind][name].as_u64().unwrap();
    let sites = coverage["sites"].as_array().unwrap().iter();
    let named = sites.filter(|s| s["kind"] == kind && s["state"] == state);
    let shown = |s: &serde_json::Value| {
        let at = &s["at"];
        format!("{} ({}:{})", s["name"].as_str().unwrap(), at["file"].as_str().unwrap(), at["line"])
    };
    (count("asserted"), count("reachable"), named.map(shown).collect())
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn init_alone_reaches_nearly_every_location_and_holds() {
    let project = Project::new();
    let hurl = std::env::var("REPOT_HURL").unwrap_or_else(|_| "hurl".to_owned());
    let init = project.repot(&["e2e", "init", &container(), "--hurl", &hurl]);
    assert_eq!(init.status.code(), Some(0), "{}", shown(&init));
    // What a suite asks for is what is in a file that names no secret of the host.
    let searched = Command::new(lab().join("secrets"))
        .arg("--search")
        .arg(project.path("e2e"))
        .args(["--host", &name()])
        .output()
        .unwrap();
    assert!(searched.status.success(), "{}", shown(&searched));
    let edited = project.path("e2e/static.example.test.hurl");
    let before = std::fs::read_to_string(&edited).unwrap().replace("HTTP 200", "HTTP 200 # as it is to be");
    std::fs::write(&edited, &before).unwrap();
    let again = project.repot(&["e2e", "init", &ssh(), "--hurl", &hurl]);
    assert_eq!(again.status.code(), Some(0), "{}", shown(&again));
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), before, "what somebody edited was written over");
    let reports = ["--report", "json", "--report", "lcov:lcov.info", "--coverage-min", "95"];
    let run = project.repot(&[&["e2e", &container(), "--hurl", &hurl][..], &reports].concat());
    assert_eq!(run.status.code(), Some(0), "{}", shown(&run));
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let (asserted, reachable, _) = parts(&report, "location", "asserted");
    assert!(reachable >= 30 && asserted * 100 >= reachable * 95, "{asserted} of {reachable}");
    let (_, _, inside) = parts(&report, "location", "inside");
    assert!(inside.iter().any(|l| l.starts_with("location @maintenance (/etc/nginx/snippets/")), "{inside:?}");
    let (servers, all, _) = parts(&report, "server", "asserted");
    assert_eq!(servers, all);
    // Editors find the lines where LCOV says they are.
    let lcov = project.read("lcov.info");
    let files: Vec<&str> = lcov.lines().filter_map(|l| l.strip_prefix("SF:")).collect();
    assert!(!files.is_empty() && files.iter().all(|f| project.path(f).is_file()), "{files:?}");
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn a_finding_names_the_location_that_answered() {
    let project = Project::new();
    std::fs::create_dir_all(project.path("e2e")).unwrap();
    let text = "# covers location = /gone\nGET http://chat.example.test/favicon.ico\nHTTP 200\n";
    std::fs::write(project.path("e2e/wrong.hurl"), text).unwrap();
    let hurl = std::env::var("REPOT_HURL").unwrap_or_else(|_| "hurl".to_owned());
    let reports = ["--report", "human", "--report", "junit:j.xml", "--report", "tap:t", "--report", "github:g"];
    let run = project.repot(&[&["e2e", &container(), "--hurl", &hurl][..], &reports].concat());
    assert_eq!(run.status.code(), Some(1), "{}", shown(&run));
    let line =
        on_host("grep -n 'location = /favicon.ico' /etc/nginx/snippets/chat-locations.conf | cut -d: -f1").unwrap();
    let place = format!("/etc/nginx/snippets/chat-locations.conf:{}", line.trim());
    let by = format!("location = /favicon.ico ({place})");
    for text in [shown(&run), project.read("j.xml"), project.read("t"), project.read("g")] {
        assert!(text.contains(&by) && text.contains("the test is for location = /gone"), "{text}");
    }
}
