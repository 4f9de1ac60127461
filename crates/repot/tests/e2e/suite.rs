//! A project with tests over HTTP, and what running them gave.

use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

pub(crate) struct Suite {
    dir: TempDir,
}

impl Suite {
    /// A project with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let suite = Self { dir: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(name, text)| suite.write(name, text));
        suite
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs `repot e2e`.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The command that runs it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = testkit::cli::command(env!("CARGO_BIN_EXE_repot"), self.dir.path());
        if let Some(hurl) = std::env::var_os("REPOT_HURL") {
            command.env("REPOT_HURL", hurl);
        }
        command.arg("e2e").args(args);
        command
    }

    /// The same, with the findings of its JSON report.
    pub(crate) fn tested(&self, args: &[&str]) -> Tested {
        let output = self.run(&[args, &["--report", "json"]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {stderr}"));
        Tested { status: output.status.code().unwrap_or(-1), report, stderr }
    }
}

pub(crate) struct Tested {
    pub(crate) status: i32,
    pub(crate) report: Value,
    pub(crate) stderr: String,
}

impl Tested {
    /// Findings of all targets that are not as claimed: where they are claimed, the verdict, and what was seen.
    pub(crate) fn news(&self) -> Vec<String> {
        let targets = self.report["targets"].as_array().unwrap();
        let findings = targets.iter().flat_map(|t| t["findings"].as_array().unwrap());
        let text = |v: &Value| v.as_str().map_or_else(String::new, str::to_owned);
        findings
            .filter(|f| f["verdict"] != "same")
            .map(|f| {
                let place = &f["claimed_at"];
                let detail = text(&f["undecided"]["detail"]);
                format!(
                    "{}:{} {} {}{detail}",
                    text(&place["file"]),
                    place["line"],
                    text(&f["verdict"]),
                    text(&f["seen"])
                )
            })
            .collect()
    }

    /// How many checks held.
    pub(crate) fn same(&self) -> u64 {
        self.report["targets"].as_array().unwrap().iter().map(|t| t["counts"]["same"].as_u64().unwrap()).sum()
    }
}
