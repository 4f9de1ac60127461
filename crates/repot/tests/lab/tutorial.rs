//! The guide through the seven steps, typed on the lab's host as it stands there.

use crate::host::{lab, name, repository};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

/// How a command says that it does not end with 0.
const ENDS: &str = "    # ends with ";

/// The commands of the blocks that the lab types, and how each ends.
fn commands(page: &str) -> Vec<(String, i32)> {
    let mut commands = Vec::new();
    let mut is_ours = false;
    for line in page.lines() {
        match line {
            "```console lab" => is_ours = true,
            line if line.starts_with("```") => is_ours = false,
            line if is_ours => commands.extend(line.strip_prefix("$ ").map(|typed| match typed.split_once(ENDS) {
                Some((typed, status)) => (typed.to_owned(), status.parse().expect("a status")),
                None => (typed.to_owned(), 0),
            })),
            _ => {}
        }
    }
    commands
}

/// An ssh that knows the lab's hosts, as a user's configuration does.
fn ssh_in(dir: &Path) {
    let config = lab().join(".cache/ssh_config");
    let path = dir.join("ssh");
    fs::write(&path, format!("#!/bin/sh\nexec /usr/bin/ssh -F {} \"$@\"\n", config.display())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn typed(command: &str, project: &Path, bin: &Path) -> Output {
    let here = Path::new(env!("CARGO_BIN_EXE_repot")).parent().unwrap();
    let hurl = std::env::var("REPOT_HURL").unwrap_or_else(|_| "hurl".to_owned());
    testkit::cli::command("bash", project)
        .env("PATH", format!("{}:{}:/usr/local/bin:/usr/bin:/bin", bin.display(), here.display()))
        .env("REPOT_AGENT", repository().join("target/agent/repot-agent"))
        .env("REPOT_HURL", hurl)
        .env("HOME", "/root")
        .env("CONTAINERS_CONF", lab().join("machine/containers.conf"))
        .args(["-c", command])
        .output()
        .unwrap()
}

#[test]
#[ignore = "needs the lab, and is long: make test-tutorial"]
fn the_seven_steps_can_be_typed() {
    let (project, bin) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ssh_in(bin.path());
    let base = format!("repot-lab-{}", std::env::var("REPOT_LAB_BASE").unwrap_or_else(|_| "bare-01".to_owned()));
    let papers = std::process::Command::new("cp").arg("-r").arg(lab().join("papers")).arg(project.path()).status();
    assert!(papers.unwrap().success());
    let page = fs::read_to_string(repository().join("docs/src/seven-steps.md")).unwrap();
    let commands = commands(&page);
    assert!(commands.len() >= 8, "{commands:?}");
    for (command, status) in &commands {
        let here = command.replace("bare-01", &base).replace("web-03", &name());
        let begun = Instant::now();
        let output = typed(&here, project.path(), bin.path());
        println!("{:6.1} s  {command}", begun.elapsed().as_secs_f64());
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(*status), "{here}:\n{said}");
    }
    let report = fs::read_to_string(project.path().join("report/index.html")).unwrap();
    assert!(report.contains("legacy host"), "the page shows what was typed before");
    let json = fs::read_to_string(project.path().join("report/report.json")).unwrap();
    assert!(json.contains("\"to\": \"kubernetes\""), "and where claims ended");
}
