//! The command line as a person meets it: status, stdout and stderr of each case in one snapshot.

use std::fs;
use testkit::cli::Project;

fn project() -> Project {
    Project::new(env!("CARGO_BIN_EXE_repot"))
}

const ONE: &str = "repot: 1\nhostname:\n  hostname: {configured: web-03}\n";

#[test]
fn help_is_worth_reading() {
    let project = project();
    for (name, args) in
        [("help", &["--help"][..]), ("help_verify", &["verify", "--help"]), ("help_capture", &["capture", "--help"])]
    {
        insta::assert_snapshot!(name, project.shown(args));
    }
}

#[test]
fn a_root_directory_is_captured_and_proven() {
    let project = project();
    project.write("fs/opt/a.conf", "one\ntwo\n");
    // What of a root directory cannot be looked at is said: 3.
    assert!(matches!(project.status(&["capture", "rootfs:fs", "--settle", "0"]), 0 | 3));
    assert!(project.read("spec/fs/site.yaml").contains("hostname: {configured: web-03"));
    assert_eq!(project.status(&["verify", "rootfs:fs", "--kind", "hostname"]), 0);
    project.write("fs/etc/hostname", "web-04\n");
    insta::assert_snapshot!("changed", project.shown(&["verify", "rootfs:fs", "--kind", "hostname"]));
    project.write("fs/opt/a.conf", "one\n2\n");
    let said = project.shown(&["verify", "rootfs:fs", "--kind", "file"]);
    assert!(said.contains("     one\n    -two\n    +2\n"), "the contents are shown line by line: {said}");
    assert_eq!(project.status(&["diff", "recording:.repot/recordings/fs.repot", "rootfs:fs"]), 1);
}

#[test]
fn a_name_alone_explains_whatever_is_called_so_on_every_host() {
    let project = project();
    project.write("other/etc/hostname", "web-04\n");
    project.run(&["capture", "rootfs:fs", "rootfs:other", "--role", "web", "--settle", "0"]);
    let said = project.shown(&["explain", "hostname"]);
    assert!(said.contains("hostname[hostname] in spec web, other\n  configured: web-04"), "{said}");
    assert!(said.contains("hostname[hostname] on rootfs:fs at "), "{said}");
    // A line of a spec stands for the resource there, also the line that only names it.
    let spec = project.read("spec/web/site.yaml");
    for (number, _) in (1..).zip(spec.lines()).filter(|(_, line)| line.starts_with("  ")) {
        let said = project.shown(&["explain", &format!("spec/web/site.yaml:{number}")]);
        assert!(said.contains(" in spec web"), "{number}: {said}\n{spec}");
    }
    assert_eq!(project.status(&["explain", "spec/web/none.yaml:3"]), 2);
}

#[test]
fn two_captures_of_an_unchanged_root_are_the_same_bytes() {
    let project = project();
    project.run(&["capture", "rootfs:fs", "--settle", "0"]);
    let first = (project.read("spec/fs/site.yaml"), project.read("spec/fs/baseline.yaml"));
    project.run(&["capture", "rootfs:fs", "--settle", "0"]);
    assert_eq!(first, (project.read("spec/fs/site.yaml"), project.read("spec/fs/baseline.yaml")));
    assert!(!first.0.is_empty());
}

#[test]
fn a_capture_keeps_what_people_edited_and_follows_the_host_elsewhere() {
    let project = project();
    project.run(&["capture", "rootfs:fs", "--settle", "0"]);
    let edited =
        project.read("spec/fs/site.yaml").replace("{configured: web-03", "{why: the old name, configured: web-03");
    project.write("spec/fs/site.yaml", format!("# mine\n{edited}"));
    project.write("fs/etc/hostname", "web-04\n");
    project.run(&["capture", "rootfs:fs", "--settle", "0"]);
    let site = project.read("spec/fs/site.yaml");
    assert!(site.starts_with("# mine\n") && site.contains("{why: the old name, configured: web-04"), "{site}");
    project.write("spec/fs/site.yaml", site.replace("web-04", "db-01"));
    let said = project.shown(&["capture", "rootfs:fs", "--settle", "0"]);
    assert!(said.contains("hostname[hostname].configured is not what the host shows; your claim was kept"), "{said}");
    assert!(project.read("spec/fs/site.yaml").contains("db-01"));
    assert!(project.read("spec/schema.json").contains("json-schema.org"));
}

#[test]
fn what_repot_keeps_on_the_machine_it_looks_at_is_not_of_it() {
    let project = project();
    let dir = project.path("").display().to_string();
    let dir = dir.trim_end_matches('/');
    let claims = format!(
        "repot: 1\nfile:\n  {dir}/spec: {{exists: false}}\n  {dir}/.repot: {{exists: false}}\n  {dir}/fs: {{exists: true}}\n"
    );
    project.write("spec/local/site.yaml", claims);
    project.write(".repot/kept", "");
    assert_eq!(project.status(&["verify", "local"]), 0, "{}", project.shown(&["verify", "local"]));
}

#[test]
fn every_way_to_end_has_its_status() {
    let project = project();
    project.write("spec/fs/site.yaml", ONE);
    project.write("good.yaml", ONE);
    project.write("bad.yaml", "repot: 1\nhostname:\n  hostname: {configured: other}\n");
    project.write("missing.yaml", "repot: 1\nhostname:\n  other: {exists: true}\n");
    project.write("undecided.yaml", "repot: 1\nhostname:\n  hostname: {running: web-03}\n");
    project.write("empty.yaml", "repot: 1\n");
    project.write("broken.yaml", "repot: 1\nhostname: {x: {\n");
    let verify = |spec: &str| project.status(&["verify", "rootfs:fs", "--spec", spec]);
    assert_eq!(verify("good.yaml"), 0);
    assert_eq!(verify("bad.yaml"), 1);
    assert_eq!(verify("missing.yaml"), 1);
    assert_eq!(verify("broken.yaml"), 2);
    assert_eq!(verify("nowhere.yaml"), 2);
    assert_eq!(verify("undecided.yaml"), 3);
    assert_eq!(verify("empty.yaml"), 4);
    assert_eq!(project.status(&["verify", "rootfs:nowhere", "--spec", "good.yaml"]), 5);
    assert_eq!(project.status(&["verify", "rootfs:nowhere", "rootfs:fs", "--spec", "bad.yaml"]), 5);
    assert_eq!(project.status(&["verify"]), 2);
    assert_eq!(project.status(&["--version"]), 0);
}

#[test]
fn one_target_that_is_lost_does_not_hide_the_others() {
    let project = project();
    project.write("bad.yaml", "repot: 1\nhostname:\n  hostname: {configured: other}\n");
    let args = ["verify", "rootfs:nowhere", "rootfs:fs", "--spec", "bad.yaml"];
    insta::assert_snapshot!("one_lost", project.shown(&args));
}

#[test]
fn what_was_typed_wrong_is_said() {
    let project = project();
    project.write("spec/a/site.yaml", ONE);
    project.write("spec/b/site.yaml", ONE);
    for (name, args) in [
        ("no_target", &["verify", "web-01"][..]),
        ("which_role", &["verify", "rootfs:fs"]),
        ("no_role", &["verify", "rootfs:fs", "--role", "c"]),
        ("no_report", &["verify", "rootfs:fs", "--role", "a", "--report", "xml"]),
        ("two_reports", &["verify", "rootfs:fs", "--role", "a", "--report", "json", "--report", "tap"]),
        ("no_kind", &["verify", "rootfs:fs", "--role", "a", "--kind", "sevice"]),
        ("no_resource", &["explain", "nginx"]),
        ("no_recording", &["diff", "recording:none.repot", "rootfs:fs"]),
    ] {
        insta::assert_snapshot!(name, project.shown(args));
    }
}

#[test]
fn a_newer_spec_is_refused_and_not_overwritten() {
    let project = project();
    let newer = "repot: 9\nhostname: {}\n";
    project.write("spec/fs/site.yaml", newer);
    insta::assert_snapshot!("newer_spec", project.shown(&["verify", "rootfs:fs"]));
    assert_eq!(project.status(&["capture", "rootfs:fs", "--settle", "0"]), 2);
    assert_eq!(project.read("spec/fs/site.yaml"), newer);
    assert_eq!(project.read("spec/fs/baseline.yaml"), "");
}

#[test]
fn a_broken_spec_is_not_overwritten_by_a_capture() {
    let project = project();
    let broken = "repot: 1\nhostname:\n  hostname: {configurd: web-03}\n";
    project.write("spec/fs/site.yaml", broken);
    assert_eq!(project.status(&["capture", "rootfs:fs", "--settle", "0"]), 2);
    assert_eq!(project.read("spec/fs/site.yaml"), broken);
}

#[test]
fn reports_go_to_files_and_the_person_still_sees_the_result() {
    let project = project();
    project.write("bad.yaml", "repot: 1\nhostname:\n  hostname: {configured: other}\n");
    let reports = ["--report", "junit:out/j.xml", "--report", "json:out/j.json", "--report", "tap:out/t"];
    let output = project.run(&[&["verify", "rootfs:fs", "--spec", "bad.yaml"][..], &reports].concat());
    assert!(String::from_utf8_lossy(&output.stdout).contains("  other → web-03"));
    assert!(
        project.read("out/j.xml").contains("<failure message=\"expected other, seen web-03 (bad.yaml:3:14); at /etc/")
    );
    assert!(project.read("out/t").contains("not ok 1 - rootfs:fs hostname[hostname].configured"));
    assert!(project.read("out/j.json").contains("\"verdict\": \"differs\""));
}

#[test]
fn a_gossfile_verifies_as_it_is() {
    let project = project();
    project.write("goss/goss.yaml", "gossfile:\n  parts/*.yaml: {}\n");
    project.write(
        "goss/parts/h.yaml",
        "hostname:\n  hostname:\n    title: the name\n    configured: {have-prefix: web}\n",
    );
    assert_eq!(project.status(&["verify", "rootfs:fs", "--spec", "goss/goss.yaml"]), 0);
    project.write("goss/parts/h.yaml", "file:\n{{ range .Vars }}\n");
    let said = project.shown(&["verify", "rootfs:fs", "--spec", "goss/goss.yaml"]);
    assert!(said.starts_with("status: 2") && said.contains("goss render"), "{said}");
}

#[test]
fn a_gossfile_of_every_type_that_a_directory_can_show() {
    let project = project();
    project.write("fs/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndeploy:x:1000:1000::/home/deploy:/bin/sh\n");
    project.write("fs/etc/group", "root:x:0:\ndeploy:x:1000:\nwww-data:x:33:deploy\n");
    project.write(
        "fs/var/lib/dpkg/status",
        "Package: nginx\nStatus: install ok installed\nVersion: 1.22.1-9\nArchitecture: amd64\n\n",
    );
    project.write(
        "goss/goss.yaml",
        "gossfile:\n  parts/*/goss.yaml: {}\n  off.yaml: {skip: true}\n  the last: {file: last.yaml}\n",
    );
    project.write(
        "goss/parts/a/goss.yaml",
        "file:\n  /etc/hostname: {exists: true, filetype: file, contents: [web-03, '!db'], size: {gt: 3}}\n  gone: {path: /nope, exists: false}\n",
    );
    project.write(
        "goss/parts/b/goss.yaml",
        "user:\n  deploy: {exists: true, uid: 1000, groups: [www-data], home: {have-prefix: /home}}\n",
    );
    project.write(
        "goss/last.yaml",
        "group:\n  www-data: {exists: true, gid: 33}\npackage:\n  nginx: {installed: true, versions: [1.22.1-9]}\n  apache2: {installed: false}\nmatching:\n  x: {content: [1, 2], matches: {contain-element: 2}}\n",
    );
    let said = project.shown(&["verify", "rootfs:fs", "--spec", "goss/goss.yaml"]);
    assert!(said.starts_with("status: 0"), "{said}");
    project.write("goss/parts/b/goss.yaml", "user:\n  deploy: {exists: true, groups: [root]}\n");
    let said = project.shown(&["verify", "rootfs:fs", "--spec", "goss/goss.yaml"]);
    assert!(said.starts_with("status: 1") && said.contains("user[deploy].groups"), "{said}");
}

#[test]
fn completions_man_pages_and_schemas_are_made() {
    let project = project();
    for shell in ["bash", "zsh", "fish"] {
        assert!(project.shown(&["completions", shell]).contains("capture"), "{shell}");
    }
    assert_eq!(project.status(&["man", "man"]), 0);
    assert!(project.read("man/repot-verify.1").contains("Prove machines against the spec"));
    for format in ["spec", "report", "review", "decisions"] {
        assert!(project.shown(&["schema", format]).contains("json-schema.org/draft/2020-12"), "{format}");
    }
}

#[test]
fn the_key_is_its_owners_only_and_not_for_version_control() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    project.run(&["capture", "rootfs:fs", "--settle", "0"]);
    let meta = fs::metadata(project.path(".repot/key")).unwrap();
    assert_eq!(meta.permissions().mode() & 0o777, 0o600);
    assert_eq!(project.read(".repot/.gitignore"), "*\n");
}
