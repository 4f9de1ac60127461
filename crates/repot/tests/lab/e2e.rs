//! Tests over HTTP on the lab: the suite in lab/e2e holds, by every way to the host.

use crate::host::{container, lab, name, on_host, repository, ssh};
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
    let output = e2e(&Mailbox::open(), &[&ssh(), &container(), &url, "--no-compare"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(shown(&output).contains("3 of 3 targets are as claimed"), "{}", shown(&output));
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
        let second = Self(format!("{}-b", name()));
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
