//! Pods through kubectl, which is a script here that says what kubectl says: other clusters, and containers without a shell.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use testkit::cli::{Project, command, shown};

const BINARY: &str = env!("CARGO_BIN_EXE_repot");

/// A project with a spec of what stands in `fs`, and a kubectl.
fn project(kubectl: &str) -> Project {
    let project = Project::new(BINARY);
    project.write("fs/etc/only-there", "x\n");
    project.write("holds.yaml", "repot: 1\nfile:\n  /etc/only-there: {filetype: file}\n");
    project.write("bin/kubectl", format!("#!/bin/sh\nhere={}\n{kubectl}\n", project.path("").display()));
    fs::set_permissions(project.path("bin/kubectl"), fs::Permissions::from_mode(0o755)).unwrap();
    project
}

fn run(project: &Project, args: &[&str]) -> String {
    let path = format!("{}:{}", project.path("bin").display(), std::env::var("PATH").unwrap());
    shown(&command(BINARY, &project.path("")).args(args).env("PATH", path).output().unwrap(), &[])
}

/// A kubectl for a container that has no shell. The ephemeral container is this machine, and the other's root is `fs`.
const NO_SHELL: &str = r#"echo "$@" >>$here/asked
case " $* " in
*" exec "*)
    echo 'error: Internal error occurred: exec failed: unable to start container process: exec: "sh": executable file not found in $PATH' >&2
    echo 'command terminated with exit code 126' >&2
    exit 126 ;;
*" get pod "*)
    echo '{"spec": {"containers": [{"name": "php", "securityContext": {"runAsUser": 33, "runAsGroup": 34}}]}}' ;;
*" debug "*)
    while [ "$1" != -- ]; do [ "$1" != --custom ] || cat "$2" >$here/custom; shift; done
    exec sh -c "$(printf '%s' "$4" | sed "s|ROOT=/proc/1/root|ROOT=$here/fs|")" ;;
esac"#;

#[test]
fn a_container_without_a_shell_is_looked_at_from_beside_it() {
    let project = project(NO_SHELL);
    let said = run(&project, &["verify", "pod:shop/web-0/php", "--spec", "holds.yaml", "--debug-image", "tools:1"]);
    assert!(said.starts_with("status: 0"), "{said}");
    assert!(said.contains("it has no shell") && said.contains("until the pod ends"), "what it leaves is said: {said}");
    let asked = project.read("asked");
    assert!(asked.contains("debug --stdin --quiet --namespace shop web-0 --image tools:1 --target php"), "{asked}");
    let custom = project.read("custom");
    assert!(custom.contains("\"runAsUser\":33") && custom.contains("\"runAsGroup\":34"), "its own user: {custom}");
    project.write("holds.yaml", "repot: 1\nfile:\n  /etc/not-there: {filetype: file}\n");
    let said = run(&project, &["verify", "pod:shop/web-0/php", "--spec", "holds.yaml"]);
    assert!(said.starts_with("status: 1"), "what is not there is missing: {said}");
}

#[test]
fn the_container_that_is_meant_is_asked_for_where_none_is_named() {
    let project = project(NO_SHELL);
    let said = run(&project, &["verify", "pod:shop/web-0", "--spec", "holds.yaml"]);
    assert!(said.starts_with("status: 0") && project.read("asked").contains("--target php"), "{said}");
}

#[test]
fn what_the_cluster_refuses_is_told() {
    let refuses = NO_SHELL.replace(
        "while [ \"$1\"",
        "echo 'Error from server (Forbidden): ephemeralcontainers is forbidden' >&2; exit 1; while [ \"$1\"",
    );
    let said = run(&project(&refuses), &["verify", "pod:shop/web-0/php", "--spec", "holds.yaml"]);
    assert!(said.starts_with("status: 5") && said.contains("ephemeralcontainers is forbidden"), "{said}");
}

#[test]
fn another_cluster_is_named_to_every_kubectl() {
    let project = project("echo \"$@\" >>$here/asked; echo 'error: context \"far\" does not exist' >&2; exit 1");
    let said = run(&project, &["verify", "pod:shop/web-0/php", "--spec", "holds.yaml", "--context", "far"]);
    assert!(said.starts_with("status: 5") && said.contains("does not exist"), "{said}");
    assert!(
        project.read("asked").starts_with("--context far exec -i --namespace shop web-0"),
        "{}",
        project.read("asked")
    );
}
