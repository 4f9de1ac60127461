//! The lab's host: a project of its own per test, commands run on the host, repot run against it.

use serde::de::DeserializeOwned;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The host's name: `REPOT_LAB_HOST`, so that several can be tested at the same time.
pub(crate) fn name() -> String {
    std::env::var("REPOT_LAB_HOST").unwrap_or_else(|_| "web-03".to_owned())
}

/// The host as a container.
pub(crate) fn container() -> String {
    format!("podman:repot-lab-{}", name())
}

/// The host as ssh reaches it.
pub(crate) fn ssh() -> String {
    format!("ssh:{}", name())
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The lab's directory.
pub(crate) fn lab() -> PathBuf {
    repository().join("lab")
}

/// Reads one of the lab's YAML files.
pub(crate) fn yaml<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Runs a script as root on the host; what it prints if it succeeds.
pub(crate) fn on_host(script: &str) -> Result<String, String> {
    let output = Command::new(lab().join("exec")).args([&name(), "sh", "-c", script]).output().unwrap();
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{script}\nstatus {:?}\n{}", output.status.code(), String::from_utf8_lossy(&output.stderr)))
}

/// A project to capture the host into.
pub(crate) struct Project {
    pub(crate) dir: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, rest: &str) -> PathBuf {
        self.dir.path().join(rest)
    }

    pub(crate) fn read(&self, rest: &str) -> String {
        fs::read_to_string(self.path(rest)).unwrap_or_else(|e| panic!("{rest}: {e}"))
    }

    pub(crate) fn repot(&self, args: &[&str]) -> Output {
        let is_ssh = args.iter().any(|a| a.starts_with("ssh:"));
        self.repot_as_user(&[args, if is_ssh { &["--sudo"] } else { &[] }].concat())
    }

    /// The same without the rights of root, where a target is reached by ssh.
    pub(crate) fn repot_as_user(&self, args: &[&str]) -> Output {
        let mut command = testkit::cli::command(env!("CARGO_BIN_EXE_repot"), self.dir.path());
        let agent = repository().join("target/agent/repot-agent");
        command.env("REPOT_AGENT", agent).args(args);
        // podman keeps its state in root's home and reads the lab's settings.
        command.env("HOME", "/root").env("CONTAINERS_CONF", lab().join("machine/containers.conf"));
        if args.iter().any(|a| a.starts_with("ssh:")) {
            command.arg("--ssh-config").arg(lab().join(".cache/ssh_config"));
        }
        command.output().unwrap()
    }

    /// Captures the host and says how it ended.
    pub(crate) fn capture(&self, target: &str) -> Output {
        let output = self.repot(&["capture", target, "--role", "web"]);
        let status = output.status.code().unwrap_or(-1);
        assert!(matches!(status, 0 | 3), "capture ended with {status}:\n{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Verifies the host: the status and the JSON report.
    pub(crate) fn verify(&self, target: &str) -> (i32, serde_json::Value) {
        self.verify_with(target, &[])
    }

    /// The same with more options.
    pub(crate) fn verify_with(&self, target: &str, options: &[&str]) -> (i32, serde_json::Value) {
        let args = ["verify", target, "--role", "web", "--report", "json"];
        let output = self.repot(&[&args, options].concat());
        let status = output.status.code().unwrap_or(-1);
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{status} {e}\n{}", String::from_utf8_lossy(&output.stderr)));
        (status, report)
    }
}

/// A finding that is news.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct New {
    /// Its resource, `kind[name]`.
    pub(crate) id: String,
    /// The whole of it.
    pub(crate) line: String,
    /// Whether it has a verdict, and does not only say that something could not be told.
    pub(crate) is_decided: bool,
}

/// The findings of a report that are news.
pub(crate) fn news(report: &serde_json::Value) -> Vec<New> {
    let targets = report["targets"].as_array().unwrap();
    let findings = targets.iter().flat_map(|t| t["findings"].as_array().unwrap());
    findings
        .filter(|f| !matches!(f["verdict"].as_str(), Some("same" | "waived")))
        .map(|f| {
            let text = |name: &str| f[name].as_str().unwrap_or_default().to_owned();
            let id = format!("{}[{}]", text("kind"), text("name"));
            let (property, verdict, expected) = (text("property"), text("verdict"), text("expected"));
            let line = format!("{id}.{property} {verdict}: expected {expected}, seen {}", f["seen"]);
            New { id, line, is_decided: verdict != "undecided" }
        })
        .collect()
}
