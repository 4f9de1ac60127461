//! Connections that break: an `ssh` of our own stands in for OpenSSH and does what networks and hosts do.

use crate::host::{Case, stderr};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

const SPEC: &str = "repot: 1\nhostname:\n  hostname: {running: {have-prefix: ''}}\n";

/// Runs verify with an `ssh` that is this script; `$last` is the command line for the far side.
fn through(script: &str, more: &[&str]) -> Output {
    let case = Case::new();
    let agent = std::path::Path::new(env!("CARGO_BIN_EXE_repot")).with_file_name("repot-agent");
    assert!(agent.is_file(), "{} is missing: cargo build -p repot-agent", agent.display());
    case.write("bin/ssh", format!("#!/bin/sh\nfor last; do :; done\n{script}\n"));
    fs::set_permissions(case.dir.path().join("bin/ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    case.write("spec.yaml", SPEC);
    let agent = agent.display().to_string();
    let args = ["verify", "ssh:far", "--spec", "spec.yaml", "--once", "--timeout", "5", "--agent", &agent];
    case.repot(&[&args[..], more].concat(), Some(&case.dir.path().join("bin")))
}

fn ends(script: &str, status: i32, says: &str) {
    let output = through(script, &[]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert_eq!(output.status.code(), Some(status), "{script}\n{said}");
    assert!(said.contains(says), "{script}\nsaid {said}\nnot {says}");
}

#[test]
fn a_good_connection() {
    ends("exec sh -c \"$last\"", 0, "1 same");
}

#[test]
fn a_login_shell_that_greets() {
    ends("printf 'Welcome!\\n\\033[31mred\\033[0m\\n\\377\\n'; exec sh -c \"$last\"", 0, "1 same");
}

#[test]
fn a_name_nobody_knows() {
    ends(
        "echo 'ssh: Could not resolve hostname far: Name or service not known' >&2; exit 255",
        5,
        "hint: check the name",
    );
}

#[test]
fn a_host_key_that_changed() {
    ends("echo 'Host key verification failed.' >&2; exit 255", 5, "ssh-keyscan");
}

#[test]
fn a_login_that_is_refused() {
    ends("echo 'deploy@far: Permission denied (publickey).' >&2; exit 255", 5, "ssh-add");
}

#[test]
fn a_connection_that_is_silent() {
    ends("sleep 30", 5, "silent for 5 s");
}

#[test]
fn a_connection_that_ends_at_once() {
    ends("exit 0", 5, "ended without a word");
}

#[test]
fn a_connection_cut_half_way() {
    for bytes in [9, 60, 200, 260] {
        let output = through(&format!("sh -c \"$last\" | head -c {bytes}"), &[]);
        assert!(matches!(output.status.code(), Some(3 | 5)), "{bytes}: {:?} {}", output.status.code(), stderr(&output));
    }
}

#[test]
fn an_agent_killed_half_way() {
    // It says hello and begins, and is gone.
    let script = "sh -c \"$last\" | { IFS= read -r a; echo \"$a\"; while IFS= read -r l; do echo \"$l\"; case $l in *begin*) exit;; esac; done; }";
    let output = through(script, &[]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}{}", stderr(&output));
    assert!(said.contains("could not look: cut"), "{said}");
}

#[test]
fn an_agent_that_says_garbage() {
    ends(
        "nonce=$(printf '%s' \"$last\" | sed -n 's/.*NONCE=\\([0-9a-f]*\\).*/\\1/p' | head -1); echo \"$nonce run\"; echo '{\"event\":'; cat >/dev/null",
        5,
        "what an agent does not say",
    );
}

#[test]
fn an_agent_that_never_ends_a_line() {
    ends(
        "nonce=$(printf '%s' \"$last\" | sed -n 's/.*NONCE=\\([0-9a-f]*\\).*/\\1/p' | head -1); echo \"$nonce run\"; head -c 40000000 /dev/zero; cat >/dev/null",
        5,
        "what an agent does not say",
    );
}

#[test]
fn a_host_where_nothing_can_be_written() {
    // A shell, and nothing that makes directories.
    let script = "d=$(mktemp -d); ln -s /bin/sh $d/sh\n\
                  HOME=/nonexistent XDG_CACHE_HOME=/nonexistent PATH=$d\n\
                  export HOME XDG_CACHE_HOME PATH; exec sh -c \"$last\"";
    ends(script, 5, "no directory there takes the agent");
}

#[test]
fn an_sshd_that_refuses_for_load_and_then_takes_it() {
    let script = "n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) > n\n\
                  if [ \"$n\" -lt 2 ]; then echo 'kex_exchange_identification: Connection closed by remote host' >&2; exit 255; fi\n\
                  exec sh -c \"$last\"";
    ends(script, 0, "1 same");
}

#[test]
fn a_sudo_that_asks_for_a_password_nobody_gave() {
    let script = "d=$(mktemp -d); printf '#!/bin/sh\\necho \"sudo: a password is required\" >&2; exit 1\\n' > $d/sudo; chmod 755 $d/sudo\n\
                  PATH=$d:$PATH exec sh -c \"$last\"";
    let output = through(script, &["--sudo"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains("REPOT_SUDO_PASSWORD"), "{said}");
}
