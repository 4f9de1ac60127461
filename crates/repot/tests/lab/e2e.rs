//! Tests over HTTP on the lab: the suite in lab/e2e holds, by every way to the host.

use crate::host::{container, lab, on_host, repository, ssh};
use std::process::Output;

/// Runs `repot e2e` on the lab's own suite.
fn e2e(args: &[&str]) -> Output {
    let mut command = testkit::cli::command(env!("CARGO_BIN_EXE_repot"), &lab());
    command.env("HOME", "/root").env("CONTAINERS_CONF", lab().join("machine/containers.conf"));
    command.env("REPOT_AGENT", repository().join("target/agent/repot-agent"));
    command.envs(std::env::var_os("REPOT_HURL").map(|hurl| ("REPOT_HURL", hurl)));
    command.arg("e2e").args(args).args(["--ssh-config"]).arg(lab().join(".cache/ssh_config"));
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
    let url = format!("https://{}", address.split_whitespace().next().unwrap());
    let output = e2e(&[&ssh(), &container(), &url]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(shown(&output).contains("3 of 3 targets are as claimed"), "{}", shown(&output));
}
