//! The reference pages of the command line, made of the code. `REPOT_BLESS=1` rewrites them.

use crate::run::cli;
use crate::settings::{AGENT, HURL, HURL_SECRETS, HURL_VARIABLES, KEY, NO_COLOR, SUDO_PASSWORD, Setting, TERM, USER};
use clap::Command;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const SETTINGS: &[Setting] = &[KEY, AGENT, SUDO_PASSWORD, HURL, HURL_VARIABLES, HURL_SECRETS, USER, NO_COLOR, TERM];

/// Files of a project, and what they are.
const FILES: &[(&str, &str)] = &[
    ("spec/ROLE/site.yaml", "what people did: read it, edit it, commit it"),
    ("spec/ROLE/baseline.yaml", "what was shipped; commit it"),
    ("spec/ROLE/hosts/HOST.yaml", "what one host of a role has of its own; commit it"),
    ("spec/ROLE/files/", "contents of what people wrote, secrets replaced; commit them"),
    ("spec/ROLE/imported.json", "what runbooks, scripts and traces say, as `repot import` read it; commit it"),
    ("spec/ROLE/.captured", "which claims captures wrote; commit it"),
    ("spec/schema.json", "the JSON Schema of specs, for editors"),
    ("e2e/**/*.hurl", "tests over HTTP; commit them"),
    ("e2e/**/_setup.hurl", "what the tests beside it and below it build on, run once per target; commit it"),
    ("e2e/variables/ENV.env", "variables of an environment, NAME=VALUE; commit it"),
    ("e2e/variables/ENV.secrets", "secrets of an environment, NAME=VALUE: keep them out of version control"),
    ("e2e/variables/ENV.hosts", "hosts that are not the target, as in /etc/hosts, ports too; commit it"),
    ("ansible/", "what `repot generate ansible` made and people edited; commit it"),
    ("ansible/.generated", "a digest of each file as repot wrote it last; commit it"),
    ("ansible/payload/", "what the spec knows by its digest only, brought from a host: keep it out of version control"),
    (".repot/rebuild/TIME/", "the logs of a rebuild, and its reports"),
    (".repot/key", "the project's key: keep it, and out of version control"),
    (".repot/nginx/TARGET/", "nginx's configuration of a target, where the spec does not hold it: what LCOV points at"),
    (".repot/runs/", "what the last 300 runs found, for `repot report`"),
    (".repot/kill-rate.json", "how many planted changes were found, by kind, where somebody measured it"),
    ("report/", "the page that `repot report` makes; it can be made again"),
    (".repot/recordings/HOST.repot", "what the last capture of a host saw"),
];

fn commands() -> String {
    let mut out = String::from("# Commands\n\nWhat `--help` says of each.\n");
    let mut all = cli().term_width(100);
    all.build();
    page(&mut out, "repot", &mut all.clone());
    for sub in all.get_subcommands().filter(|c| c.get_name() != "help") {
        page(&mut out, &format!("repot {}", sub.get_name()), &mut sub.clone().term_width(100));
        for inner in sub.get_subcommands().filter(|c| c.get_name() != "help") {
            let name = format!("repot {} {}", sub.get_name(), inner.get_name());
            page(&mut out, &name, &mut inner.clone().term_width(100));
        }
    }
    out
}

fn page(out: &mut String, name: &str, command: &mut Command) {
    let help = command.render_help().to_string();
    let help: String = help.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    writeln!(out, "\n## {name}\n\n```text\n{}\n```", help.trim_end()).ok();
}

fn settings() -> String {
    let mut out = String::from(
        "# Settings\n\nrepot has no configuration file: what it does is on its command line and in the spec.\n\n\
         ## Environment\n\n| variable | meaning |\n|---|---|\n",
    );
    for setting in SETTINGS {
        writeln!(out, "| `{}` | {} |", setting.name, setting.meaning).ok();
    }
    out.push_str("\nssh, podman, docker and kubectl read their own.\n\n## Files of a project\n\n| file | what it is |\n|---|---|\n");
    for (file, what) in FILES {
        writeln!(out, "| `{file}` | {what} |").ok();
    }
    out
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_pages_of_the_command_line_are_what_the_code_says() {
    for (name, text) in [("commands.md", commands()), ("settings.md", settings())] {
        let path = root().join("docs/src").join(name);
        if std::env::var_os("REPOT_BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        let is_fresh = fs::read_to_string(&path).is_ok_and(|there| there == text);
        assert!(is_fresh, "{name} is stale; REPOT_BLESS=1 cargo test -p repot --bin repot writes it");
    }
}

#[test]
fn the_environment_is_read_in_one_place() {
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(dir) = todo.pop() {
        for path in fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                todo.push(path);
                continue;
            }
            let reads = fs::read_to_string(&path).unwrap().matches("env::var").count();
            let may = path.ends_with("settings.rs") || path.ends_with("reference.rs");
            assert!(may || reads == 0, "{} reads the environment", path.display());
        }
    }
}
