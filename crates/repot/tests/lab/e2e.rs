//! Tests over HTTP on the lab: the suite in lab/e2e holds, by every way to the host.

use crate::host::{container, lab, name, on_host, repository, ssh};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

/// Shows the mail that the host delivered, as long as it is held.
struct Mailbox {
    child: Child,
    beside: String,
}

impl Mailbox {
    fn open() -> Self {
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
fn e2e(mailbox: &Mailbox, args: &[&str]) -> Output {
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
    command.output().unwrap()
}

fn shown(output: &Output) -> String {
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
