//! What a person gets wrong: each is told at its place, with what to do, and nothing of what they have is lost.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use testkit::cli::{Project, shown};

fn project() -> Project {
    Project::new(env!("CARGO_BIN_EXE_repot"))
}

/// What verifying against each spec says, in one text.
fn verified(specs: &[(&str, &str)]) -> String {
    let project = project();
    let mut out = String::new();
    for (name, text) in specs {
        let file = format!("{name}.yaml");
        project.write(&file, text);
        let said = project.shown(&["verify", "rootfs:fs", "--spec", &file]);
        assert!(!said.starts_with("status: 0"), "{name} is taken for good: {said}");
        writeln!(out, "=== {name}\n{said}").unwrap();
    }
    out
}

#[test]
fn what_is_wrong_in_a_spec_is_told_at_its_place() {
    let said = verified(&[
        ("unknown_kind", "repot: 1\nservise:\n  nginx: {enabled: true}\n"),
        ("unknown_property", "repot: 1\nservice:\n  nginx: {enabeld: true}\n"),
        ("unknown_property_far_off", "repot: 1\nhostname:\n  hostname: {colour: red}\n"),
        ("unknown_key_beside_value", "repot: 1\nhostname:\n  hostname: {configured: {value: x, because: y}}\n"),
        ("unknown_matcher", "repot: 1\nhostname:\n  hostname: {configured: {have-prefx: x}}\n"),
        ("several_matchers", "repot: 1\nhostname:\n  hostname: {configured: {have-prefix: x, have-suffix: y}}\n"),
        ("resource_twice", "repot: 1\nservice:\n  nginx: {enabled: true}\n  nginx: {running: true}\n"),
        ("kind_twice", "repot: 1\nservice:\n  a: {enabled: true}\nservice:\n  b: {enabled: true}\n"),
        ("property_twice", "repot: 1\nservice:\n  nginx: {enabled: true, enabled: false}\n"),
        ("property_and_its_other_name", "repot: 1\nfile:\n  /x: {contents: [a], contains: [b]}\n"),
        ("absent_with_properties", "repot: 1\nservice:\n  nginx: {exists: false, enabled: true}\n"),
        ("never_holds", "repot: 1\nfile:\n  /x: {exists: {and: [true, false]}}\n"),
        ("says_nothing", "repot: 1\nservice:\n  nginx: {}\n"),
        ("only_a_note", "repot: 1\nservice:\n  nginx: {why: it is needed}\n"),
        ("empty_patterns", "repot: 1\nfile:\n  /x: {contents: []}\n"),
        ("yes", "repot: 1\nservice:\n  nginx: {enabled: yes}\n"),
        ("text_for_a_number", "repot: 1\nuser:\n  root: {uid: zero}\n"),
        ("list_for_one_value", "repot: 1\nhostname:\n  hostname: {configured: [a, b]}\n"),
        ("value_for_an_entry", "repot: 1\nhostname: web-03\n"),
        ("value_for_a_resource", "repot: 1\nhostname:\n  hostname: web-03\n"),
        ("nothing_for_a_value", "repot: 1\nhostname:\n  hostname: {configured: }\n"),
        ("mode_of_three_digits", "repot: 1\nfile:\n  /etc/hostname: {mode: 644}\n"),
        ("mode_of_letters", "repot: 1\nfile:\n  /etc/hostname: {mode: u=rw}\n"),
        ("short_digest", "repot: 1\nfile:\n  /etc/hostname: {sha256: 9F86D081}\n"),
        ("one_of_few", "repot: 1\nfile:\n  /etc: {filetype: directry}\n"),
        ("bad_expression", "repot: 1\nfile:\n  /etc/hostname: {contents: [\"/(/\"]}\n"),
        ("bad_match_regexp", "repot: 1\nhostname:\n  hostname: {configured: {match-regexp: \"a{2\"}}\n"),
        ("bad_range", "repot: 1\npackage:\n  a: {versions: \">= \"}\n"),
        ("bad_bound", "repot: 1\nuser:\n  root: {uid: \">= x\"}\n"),
        ("bad_day", "repot: 1\nhostname:\n  hostname: {configured: {value: x, waive: {reason: y, until: soon}}}\n"),
        ("waiver_without_reason", "repot: 1\nhostname:\n  hostname: {configured: x, waive: {until: 2030-01-01}}\n"),
        ("complete_of_no_kind", "repot: 1\ncomplete: [hostnam]\n"),
        ("open_without_reason", "repot: 1\nopen: {\"file[/x]\": }\n"),
        ("newer", "repot: 2\nhostname: {}\n"),
        ("no_version", "repot: one\n"),
        ("a_list", "- a\n- b\n"),
        ("a_word", "hello\n"),
        ("a_tab", "repot: 1\nservice:\n\tnginx: {enabled: true}\n"),
        ("not_closed", "repot: 1\nservice: {nginx: {enabled: true}\n"),
        ("not_quoted", "repot: 1\npackage:\n  a: {versions: >= 8.2}\n"),
        ("old_line_breaks", "repot: 1\nhostname:\r  hostname: {configured: x}\r"),
        ("two_documents", "repot: 1\n---\nrepot: 1\n"),
        ("unknown_alias", "repot: 1\nservice:\n  nginx: *web\n"),
        ("several_at_once", "repot: 1\nservise: {}\nservice:\n  nginx: {enabeld: true, runing: true}\n"),
        ("acts_on_terminals", "repot: 1\nservice:\n  \"\\e[2J\u{202e}\": {enabeld: true}\n"),
    ]);
    insta::assert_snapshot!("bad_specs", said);
}

#[test]
fn a_file_that_is_no_text_is_told_at_its_place() {
    let project = project();
    project.write("latin1.yaml", b"repot: 1\n# caf\xe9\n");
    insta::assert_snapshot!("latin1", project.shown(&["verify", "rootfs:fs", "--spec", "latin1.yaml"]));
}

#[test]
fn two_files_that_contradict_each_other_are_told_with_both_places() {
    let project = project();
    project.write("spec/fs/site.yaml", "repot: 1\nhostname:\n  hostname: {configured: web-03}\n");
    project.write("spec/fs/more.yaml", "repot: 1\nhostname:\n  hostname: {configured: web-04}\n");
    insta::assert_snapshot!("contradiction", project.shown(&["verify", "rootfs:fs"]));
}

#[test]
fn checking_nothing_is_never_success() {
    let project = project();
    for file in ["empty.yaml", "comment.yaml", "header.yaml", "kind.yaml"] {
        project.write(file, "");
    }
    project.write("comment.yaml", "# later\n");
    project.write("header.yaml", "repot: 1\n");
    project.write("kind.yaml", "repot: 1\nservice:\n");
    project.write("hostname.yaml", "repot: 1\nhostname:\n  hostname: {configured: web-03}\n");
    fs::create_dir_all(project.path("empty")).unwrap();
    fs::create_dir_all(project.path("spec/fs")).unwrap();
    let mut out = String::new();
    for args in [
        &["--spec", "empty.yaml"][..],
        &["--spec", "comment.yaml"],
        &["--spec", "header.yaml"],
        &["--spec", "kind.yaml"],
        &["--spec", "hostname.yaml", "--kind", "service,file"],
        &["--spec", "empty"],
        &["--spec", "none.yaml"],
        &[],
    ] {
        let said = project.shown(&[&["verify", "rootfs:fs"], args].concat());
        assert!(!said.starts_with("status: 0") && !said.contains('✓'), "{args:?}: {said}");
        writeln!(out, "=== {}\n{said}", args.join(" ")).unwrap();
    }
    insta::assert_snapshot!("nothing", out);
}

#[test]
fn a_pattern_that_covers_nothing_is_a_finding() {
    let project = project();
    project.write("glob.yaml", "repot: 1\nfile:\n  /etc/nginx/*.conf: {mode: \"0644\"}\n  /etc/none?: {owner: root}\n");
    insta::assert_snapshot!("covers_nothing", project.shown(&["verify", "rootfs:fs", "--spec", "glob.yaml"]));
    project.write("one.yaml", "repot: 1\nfile:\n  /etc/host*: {filetype: file}\n  /etc/hostnam?: {filetype: file}\n");
    assert_eq!(project.status(&["verify", "rootfs:fs", "--spec", "one.yaml"]), 0);
    project.write("absent.yaml", "repot: 1\nfile:\n  /etc/nginx/*.conf: {exists: false}\n");
    assert_eq!(project.status(&["verify", "rootfs:fs", "--spec", "absent.yaml"]), 0);
}

#[test]
fn a_target_that_cannot_be_reached_is_told_with_what_to_do() {
    let project = project();
    project.write("one.yaml", "repot: 1\nhostname:\n  hostname: {configured: web-03}\n");
    let mut out = String::new();
    for target in ["rootfs:nowhere", "rootfs:one.yaml", "recording:none.repot", "recording:one.yaml", "docker:none"] {
        let said = project.shown(&["verify", target, "--spec", "one.yaml"]);
        assert!(said.starts_with("status: 5"), "{target}: {said}");
        // Whether an engine is installed here is not what is asked.
        if !target.starts_with("docker") {
            writeln!(out, "=== {target}\n{said}").unwrap();
        }
    }
    insta::assert_snapshot!("unreachable", out);
}

#[test]
fn a_role_is_not_written_while_one_of_its_hosts_is_lost() {
    let project = project();
    let args = ["capture", "rootfs:fs", "rootfs:nowhere", "--role", "web", "--settle", "0"];
    insta::assert_snapshot!("role_with_a_lost_host", project.shown(&args));
    assert!(!project.path("spec/web").exists(), "nothing is written");
    assert!(project.path(".repot/recordings/fs.repot").exists(), "what was seen is kept");
    // The command that the hint names goes on from there.
    project.write("nowhere/etc/hostname", "web-04\n");
    let again = ["capture", "recording:.repot/recordings/fs.repot", "rootfs:nowhere", "--role", "web", "--settle", "0"];
    assert!(matches!(project.status(&again), 0 | 3));
    assert!(project.read("spec/web/hosts/nowhere.yaml").contains("web-04"));
    // Once it is written it is not overwritten by half of what it is about.
    let before = project.read("spec/web/site.yaml");
    fs::rename(project.path("nowhere"), project.path("gone")).unwrap();
    assert_eq!(project.status(&args), 5);
    assert_eq!(project.read("spec/web/site.yaml"), before);
}

#[test]
fn other_hosts_are_captured_when_one_is_lost() {
    let project = project();
    let args = ["capture", "rootfs:fs", "rootfs:nowhere", "--settle", "0"];
    assert_eq!(project.status(&args), 5);
    assert!(project.read("spec/fs/site.yaml").contains("web-03"));
}

#[test]
fn a_capture_that_reaches_nothing_leaves_nothing() {
    let project = project();
    assert_eq!(project.status(&["capture", "rootfs:nowhere"]), 5);
    assert!(!project.path(".repot").exists() && !project.path("spec").exists());
}

#[test]
fn what_is_typed_is_told_with_what_was_meant() {
    let project = project();
    project.write("spec/web/site.yaml", "repot: 1\nhostname:\n  hostname: {configured: web-03}\n");
    project.write("spec/db/site.yaml", "repot: 1\nhostname:\n  hostname: {configured: web-03}\n");
    let mut out = String::new();
    for args in [
        &["verify", "rootfs:fs", "--role", "wbe"][..],
        &["verify", "rootfs:fs", "--kind", "hostnam", "--role", "web"],
        &["--project", "nowhere", "verify", "rootfs:fs"],
        &["diff", "none.yaml", "rootfs:fs"],
        &["diff", "rootfs:fs", "./none"],
        &["explain", "hostnam[hostname]"],
        &["explain", "nothing"],
        &["explain", "service[nginx]"],
        &["kinds", "servce"],
        &["verify", "telnet:web-01"],
        &["verify", "ssh:[fe80::1]22"],
        &["verify", "pod:web-0"],
        &["verfy"],
        &["verify", "rootfs:fs", "--spce", "x"],
        &["verify", "rootfs:fs", "--role", "web", "--spec", "x"],
        &["capture"],
    ] {
        let said = project.shown(args);
        assert!(said.starts_with("status: 2"), "{args:?}: {said}");
        writeln!(out, "=== {}\n{said}", args.join(" ")).unwrap();
    }
    insta::assert_snapshot!("typed", out);
}

#[test]
fn an_include_that_is_no_file_is_told_at_its_place() {
    let project = project();
    project.write("a.yaml", "gossfile:\n  parts/b.yaml: {}\n");
    project.write("b.yaml", "gossfile:\n  parts/*.yaml: {}\n");
    project.write("c.yaml", "gossfile: parts\n");
    fs::create_dir_all(project.path("parts")).unwrap();
    let mut out = String::new();
    for file in ["a.yaml", "b.yaml", "c.yaml"] {
        let said = project.shown(&["verify", "rootfs:fs", "--spec", file]);
        assert!(said.starts_with("status: 2"), "{file}: {said}");
        writeln!(out, "=== {file}\n{said}").unwrap();
    }
    insta::assert_snapshot!("includes", out);
}

#[test]
fn a_report_that_cannot_be_written_does_not_hide_the_result() {
    let project = project();
    project.write("bad.yaml", "repot: 1\nhostname:\n  hostname: {configured: other}\n");
    project.write("file", "");
    let args = ["verify", "rootfs:fs", "--spec", "bad.yaml", "--report", "junit:file/out.xml"];
    insta::assert_snapshot!("report_not_written", project.shown(&args));
}

/// Runs repot where no file may grow beyond so many blocks of 512 bytes: what a full disk does to whoever writes.
fn without_room(project: &Project, blocks: u32, args: &str) -> String {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {args}");
    let mut command = Command::new("bash");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_repot")]).current_dir(project.path(""));
    shown(&command.output().unwrap(), &[(&project.path("").display().to_string(), "[PROJECT]")])
}

#[test]
fn a_full_disk_overwrites_nothing() {
    let project = project();
    let capture = ["capture", "rootfs:fs", "--settle", "0"];
    project.run(&capture);
    let files = ["site.yaml", "baseline.yaml", ".captured"];
    let before: Vec<String> = files.iter().map(|f| project.read(&format!("spec/fs/{f}"))).collect();
    // The spec grows beyond what fits, the contents of one file first.
    project.write("fs/etc/hostname", "web-04\n");
    project.write("fs/opt/app.conf", "a setting\n".repeat(2000));
    let said = without_room(&project, 8, "capture rootfs:fs --settle 0");
    assert!(said.starts_with("status: 2") && said.contains("nothing was overwritten"), "{said}");
    let after: Vec<String> = files.iter().map(|f| project.read(&format!("spec/fs/{f}"))).collect();
    assert_eq!(after, before);
    let left: Vec<_> = names(&project.path("spec/fs")).into_iter().filter(|n| n.starts_with(".tmp")).collect();
    assert!(left.is_empty(), "half a file is left: {left:?}");
    // With room again it goes through.
    assert!(matches!(project.status(&capture), 0 | 3));
    assert!(project.read("spec/fs/site.yaml").contains("web-04"));
}

#[test]
fn a_key_that_finds_no_room_is_not_half_kept() {
    let project = project();
    let said = without_room(&project, 0, "capture rootfs:fs --settle 0");
    assert!(said.starts_with("status: 2"), "{said}");
    assert!(!project.path(".repot/key").exists());
}

#[test]
fn a_full_stdout_is_a_failure() {
    let project = project();
    let script = "exec \"$0\" kinds > /dev/full";
    let mut command = Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_repot")]).current_dir(project.path(""));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

fn names(dir: &Path) -> Vec<String> {
    fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}
