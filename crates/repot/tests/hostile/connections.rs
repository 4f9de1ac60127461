//! Connections that break: an `ssh` of our own stands in for OpenSSH and does what networks and hosts do.

use crate::host::{Case, stderr};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

const SPEC: &str = "repot: 1\nhostname:\n  hostname: {running: {have-prefix: ''}}\n";

/// Runs verify with an `ssh` that is this script; `$last` is the command line for the far side.
fn through(script: &str, more: &[&str]) -> Output {
    through_with(script, more, SPEC)
}

fn through_with(script: &str, more: &[&str], spec: &str) -> Output {
    let case = Case::new();
    let agent = std::path::Path::new(env!("CARGO_BIN_EXE_repot")).with_file_name("repot-agent");
    assert!(agent.is_file(), "{} is missing: cargo build -p repot-agent", agent.display());
    case.write("bin/ssh", format!("#!/bin/sh\nfor last; do :; done\n{script}\n"));
    fs::set_permissions(case.dir.path().join("bin/ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    case.write("spec.yaml", spec);
    let agent = agent.display().to_string();
    let args = ["verify", "ssh:far", "--spec", "spec.yaml", "--once", "--timeout", "5"];
    let agent: &[&str] = if more.contains(&"--agent") { &[] } else { &["--agent", &agent] };
    case.repot(&[&args[..], agent, more].concat(), Some(&case.dir.path().join("bin")))
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
fn a_host_where_nothing_can_be_written_is_asked_through_its_shell() {
    // A shell, and nothing that makes directories.
    let script = "d=$(mktemp -d); ln -s /bin/sh $d/sh\n\
                  HOME=/nonexistent XDG_CACHE_HOME=/nonexistent PATH=$d\n\
                  export HOME XDG_CACHE_HOME PATH; exec sh -c \"$last\"";
    ends(script, 0, "1 same");
    ends(script, 0, "no agent can run there");
}

#[test]
fn an_agent_of_another_machine_is_not_taken_for_a_bug() {
    // The kernel does not run what is no program.
    let output = through("exec sh -c \"$last\"", &["--agent", "/etc/hostname"]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("1 same") && said.contains("no agent can run there"), "{said}");
}

#[test]
fn a_shell_that_is_cut_half_way() {
    // The connection ends after so many lines, the shell and whoever reads it with it.
    for lines in [1, 3] {
        let script = format!("sh -c \"$last\" | {{ head -n {lines}; kill -9 $$; }}");
        let output = through(&script, &["--no-agent"]);
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
        assert!(matches!(output.status.code(), Some(3 | 5)), "{lines}: {said}");
        assert!(["cut", "ended", "silent"].iter().any(|w| said.contains(w)), "{lines}: {said}");
    }
}

#[test]
fn a_shell_that_hangs_is_given_up_and_the_rest_is_asked() {
    // A question of a path hangs, as on a mount whose server is gone.
    let script = "exec sh -c \"$(printf '%s' \"$last\" | sed 's,^a_read() {,a_read() { case $1 in */hostname) sleep 100 ;; esac,')\"";
    let output = through(script, &["--no-agent"]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert!(matches!(output.status.code(), Some(0 | 3)), "{said}");
}

#[test]
fn disks_of_the_host_that_are_full_leave_its_shell() {
    // Every directory that could take the agent holds less than it.
    let small = "for d in /dev/shm /tmp /var/tmp /run; do mount -t tmpfs -o size=100k none $d || exit 99; done";
    let script = format!(
        "exec unshare --mount sh -c '{small}; HOME=/tmp; unset XDG_CACHE_HOME; export HOME; exec sh -c \"$1\"' sh \"$last\""
    );
    ends(&script, 0, "1 same");
    ends(&script, 0, "no agent can run there");
}

#[test]
fn no_permission_is_undecided_and_the_rest_is_known() {
    let script = "exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c \"$last\"";
    for more in [&[][..], &["--no-agent"]] {
        let output = through_with(
            script,
            more,
            "repot: 1\nhostname:\n  hostname: {running: {have-prefix: ''}}\nfile:\n  /root/x: {mode: '0600'}\n",
        );
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}{}", stderr(&output));
        assert!(said.contains("denied") && said.contains("1 same"), "{said}");
    }
}

#[test]
fn programs_that_never_end_or_flood_are_ended_and_the_rest_is_known() {
    let spec = "repot: 1\nhostname:\n  hostname: {running: {have-prefix: ''}}\ncommand:\n  sleep 1000: {exit-status: 0, timeout: 700}\n  yes: {exit-status: 0, timeout: 20000}\n";
    for more in [&[][..], &["--no-agent"]] {
        let output = through_with("exec sh -c \"$last\"", more, spec);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}{}", stderr(&output));
        for part in ["timeout", "too-large", "1 same"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}

#[test]
fn a_shell_that_answers_garbage() {
    let nonce = "nonce=$(printf '%s' \"$last\" | sed -n 's/.*NONCE=\\([0-9a-f]*\\).*/\\1/p' | head -1)";
    let script = format!(
        "{nonce}; echo \"$nonce ready base64 printf\"; while read -r l; do echo '!!!'; echo \"$nonce\"; echo; echo \"$nonce\"; done"
    );
    let output = through(&script, &["--no-agent"]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("cannot be read"), "{said}");
}

#[test]
fn a_shell_without_any_program_is_undecided() {
    let nonce = "nonce=$(printf '%s' \"$last\" | sed -n 's/.*NONCE=\\([0-9a-f]*\\).*/\\1/p' | head -1)";
    // What a shell says where stat is not installed.
    let said = "c2g6IDE6IHN0YXQ6IG5vdCBmb3VuZAoKMTI3";
    let script = format!(
        "{nonce}; echo \"$nonce ready base64\"; while read -r l; do echo \"$nonce\"; echo {said}; echo \"$nonce\"; done"
    );
    let output = through(&script, &["--no-agent"]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("no-tool"), "{said}");
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
