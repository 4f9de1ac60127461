//! A project from its beginning: what `repot init` asks, where `repot` says that the migration stands, what runs keep,
//! and the page that `repot report` makes of it.

use serde_json::Value;
use std::fs;
use std::path::Path;
use testkit::cli::Project;

fn project() -> Project {
    Project::new(env!("CARGO_BIN_EXE_repot"))
}

fn json(project: &Project, path: &str) -> Value {
    serde_json::from_str(&project.read(path)).expect(path)
}

/// The marks of a column's rows by name.
fn marks(report: &Value) -> Vec<String> {
    let marks = report["columns"][0]["marks"].as_array().expect("a column");
    let run =
        |m: &Value| vec![m[0].as_str().unwrap_or_default().to_owned(); m[1].as_u64().unwrap_or_default() as usize];
    marks.iter().flat_map(run).collect()
}

#[test]
fn a_project_begins_with_three_answers_and_overwrites_nothing() {
    let project = project();
    project.write("runbook.md", "Set it:\n\n    echo web-03 > /etc/hostname\n");
    project.write(".gitignore", "target/\n");
    let init = ["init", "--host", "rootfs:fs", "--paper", "runbook.md", "--to", "ansible,kubernetes"];
    let said = project.shown(&init);
    assert!(said.contains("repot.yaml: which hosts") && said.contains("next: `repot capture`"), "{said}");
    let ignored = project.read(".gitignore");
    assert!(ignored.starts_with("target/\n") && ignored.contains(".repot/\n"), "{ignored}");
    let again = project.shown(&init);
    assert!(again.contains("it is there already"), "{again}");
    assert!(project.read("MIGRATION.md").contains("repot capture rootfs:fs"));
    // What the file says need not be typed.
    assert!(matches!(project.status(&["capture", "--settle", "0"]), 0 | 3));
    assert!(project.read("spec/fs/site.yaml").contains("web-03"));
    assert_eq!(project.status(&["import"]), 0);
    assert!(project.read("spec/fs/imported.json").contains("runbook.md"));
}

#[test]
fn what_cannot_be_a_project_is_refused_before_anything_is_written() {
    let project = project();
    for (args, says) in [
        (&["init", "--host", "web-01"][..], "`web-01` is no target"),
        (&["init", "--host", "local", "--to", "mars"], "does not lead to `mars`"),
        (&["init"], "no terminal to ask on"),
    ] {
        let said = project.shown(args);
        assert!(said.contains(says), "{said}");
    }
    project.write("repot.yaml", "repot-project: 1\nhost: [local]\n");
    let said = project.shown(&["capture"]);
    assert!(said.contains("repot.yaml:2:1") && said.contains("did you mean `hosts`?"), "{said}");
}

#[test]
fn repot_alone_says_where_the_migration_stands_and_what_comes_next() {
    let project = project();
    let said = project.shown(&[]);
    assert!(said.contains("Usage: repot") && said.contains("`repot init` begins one"), "{said}");
    project.run(&["capture", "rootfs:fs", "--settle", "0"]);
    let said = project.shown(&[]);
    assert!(said.contains("… 1 Capture the host") && said.contains("next: repot verify rootfs:fs"), "{said}");
    project.run(&["verify", "rootfs:fs"]);
    let said = project.shown(&[]);
    assert!(said.contains("✓ 1 Capture the host") && said.contains("next: repot e2e init rootfs:fs"), "{said}");
    assert_eq!((1..8).filter(|n| said.contains(&format!(" {n} "))).count(), 7, "{said}");
    project.write("fs/etc/hostname", "web-04\n");
    project.run(&["verify", "rootfs:fs"]);
    let said = project.shown(&[]);
    assert!(said.contains("✗ 1 Capture the host") && !said.contains("all same"), "{said}");
}

#[test]
fn the_page_shows_what_runs_kept_and_asks_no_machine() {
    let project = project();
    assert_eq!(project.status(&["report"]), 4, "nothing to show is no success");
    project.run(&["capture", "rootfs:fs", "--settle", "0"]);
    assert_eq!(project.status(&["report"]), 0);
    assert!(json(&project, "report/report.json")["columns"].as_array().expect("columns").is_empty());
    assert!(project.read("report/index.html").contains("nothing was verified yet"));
    project.run(&["verify", "rootfs:fs"]);
    project.write("fs/etc/hostname", "web-04\n");
    project.write("fs/opt/<script>alert(1)", "x\n");
    project.run(&["verify", "rootfs:fs"]);
    project.run(&["capture", "rootfs:fs", "--settle", "0", "--role", "other"]);
    fs::remove_dir_all(project.path("fs")).expect("the host is gone");
    assert_eq!(project.status(&["report"]), 0);
    let report = json(&project, "report/report.json");
    assert_eq!(report["columns"][0]["stage"], "legacy host");
    let of = |mark: &str| marks(&report).iter().filter(|m| *m == mark).count();
    assert_eq!(of("differs"), 1);
    assert!(of("same") > 5, "{}", of("same"));
    let rows = report["rows"].as_array().expect("rows");
    let at = marks(&report).iter().position(|m| m == "differs").expect("a row");
    assert_eq!(rows[at]["kind"], "hostname");
    let cell = &report["columns"][0]["cells"]
        .as_array()
        .expect("cells")
        .iter()
        .find(|c| c["row"] == at)
        .expect("a cell")
        .clone();
    assert_eq!(cell["seen"], "web-04");
    assert!(of("extra") >= 1);
    let html = project.read("report/index.html");
    assert_eq!(html.matches("<script").count(), 2, "what the host said is text");
    assert!(html.contains("/opt/&lt;script&gt;alert(1)"));
    // Two verifications, and two captures of which the second moved: drift.
    let drift = report["drift"].as_array().expect("drift");
    let series =
        |name: &str| drift.iter().find(|s| s["name"].as_str().is_some_and(|n| n.contains(name))).expect("series");
    assert_eq!(series("against the spec")["points"].as_array().expect("points").len(), 2);
    assert!(series("since the capture before")["points"][1]["otherwise"].as_u64().expect("a number") >= 2);
    let schema: Value = serde_json::from_slice(&project.run(&["schema", "migration"]).stdout).expect("a schema");
    assert_eq!(schema["properties"]["version"]["const"], report["version"]);
}

#[test]
fn runs_of_other_machines_are_shown_beside_those_of_the_project() {
    let (project, ci) = (project(), project());
    project.run(&["capture", "rootfs:fs", "--settle", "0"]);
    ci.run(&["capture", "rootfs:fs", "--settle", "0"]);
    ci.run(&["verify", "rootfs:fs", "--as", "rebuilt"]);
    let runs = ci.path(".repot/runs").display().to_string();
    assert_eq!(project.status(&["report", "--runs", &runs, "--title", "Shop & Co", "--out", "public"]), 0);
    let report = json(&project, "public/report.json");
    assert_eq!(report["columns"][0]["stage"], "rebuilt");
    assert!(project.read("public/index.html").contains("The migration of Shop &amp; Co"));
    project.write(".repot/runs/20200101T000000Z-verify-1.json", "{\"repot\": \"run\", \"version\": 99}");
    let said = project.shown(&["report"]);
    assert!(said.contains("not shown") && said.contains("newer repot"), "{said}");
    assert!(!Path::new("report").exists());
}

#[test]
fn who_compares_with_a_gossfile_gets_no_project() {
    let project = project();
    project.write("goss.yaml", "hostname:\n  hostname: {configured: web-03}\n");
    assert_eq!(project.status(&["verify", "rootfs:fs", "--spec", "goss.yaml"]), 0);
    assert!(!project.path(".repot").exists());
}

#[test]
fn what_was_generated_for_kubernetes_is_on_the_page_and_in_the_steps() {
    let project = project();
    let site = "repot: 1\nservice:\n  nginx: {enabled: true, running: true, command: [/usr/sbin/nginx]}\nkernel-param:\n  kernel.panic: {value: \"1\"}\n";
    project.write("spec/web/site.yaml", site);
    assert_eq!(project.status(&["generate", "kubernetes", "--leave-blocked"]), 0);
    let said = project.shown(&[]);
    assert!(said.contains("the manifests are in kubernetes/; not proven in pods yet"), "{said}");
    assert_eq!(project.status(&["report"]), 0);
    let report = json(&project, "report/report.json");
    let list = |id: &str| report["lists"].as_array().expect("lists").iter().find(|l| l["id"] == id).expect(id).clone();
    let left = list("left-to-do")["items"].as_array().expect("what README.md says is left").len();
    assert!(left > 0);
    // What was generated of a rule's proposal is decided by nobody all the same.
    let open = list("undecided")["items"].to_string();
    assert!(!list("left-behind")["items"].as_array().expect("left behind").is_empty());
    assert!(
        open.contains("null") || open.contains("proposes") || project.read("spec/web/decisions.yaml").is_empty(),
        "{open}"
    );
    assert_eq!(report["flow"]["to"], "kubernetes");
    assert_eq!(project.status(&["review", "--accept", "all", "--author", "anna"]), 3, "kernel.panic blocks");
    let said = project.shown(&[]);
    assert!(
        said.contains("… 6 Decide what Kubernetes keeps") && said.contains("1 entry is undecided or blocked"),
        "{said}"
    );
    project.run(&["review", "--author", "a", "--set", "kernel-param[kernel.panic]", "node", "--because", "nodes do"]);
    let said = project.shown(&[]);
    assert!(said.contains("✓ 6 Decide what Kubernetes keeps") && said.contains("nothing is open"), "{said}");
}

#[test]
fn what_one_host_has_of_its_own_is_open_on_the_page_as_in_the_review() {
    let project = project();
    project
        .write("spec/web/site.yaml", "repot: 1\nservice:\n  tape: {running: true, command: [/usr/local/bin/tape]}\n");
    let unit = "/etc/systemd/system/tape.service";
    project.write("spec/web/hosts/web-01.yaml", format!("repot: 1\nfile:\n  {unit}: {{filetype: file}}\n"));
    project.write(&format!("spec/web/files/@web-01{unit}"), "[Service]\nDeviceAllow=/dev/nst0 rw\n");
    assert_eq!(project.status(&["review", "--accept", "all", "--author", "anna"]), 3, "a device blocks");
    let steps = project.shown(&[]);
    assert!(steps.contains("1 entry is undecided or blocked"), "{steps}");
    assert_eq!(project.status(&["report"]), 0);
    let report = json(&project, "report/report.json");
    let step = report["steps"][5]["says"].as_str().expect("what step 6 says");
    assert!(step.contains("1 entry is undecided or blocked"), "{step}");
    let open = report["lists"].as_array().expect("lists").iter().find(|l| l["id"] == "undecided").expect("the list");
    assert!(open["items"].to_string().contains("service[tape]"), "{open}");
}

#[test]
fn what_was_run_from_elsewhere_is_of_the_same_spec() {
    let (project, elsewhere) = (project(), project());
    let at = project.path("").display().to_string();
    let target = format!("rootfs:{}", project.path("fs").display());
    elsewhere.run(&["--project", &at, "capture", &target, "--role", "web", "--settle", "0"]);
    elsewhere.run(&["--project", &at, "verify", &target, "--role", "web"]);
    let said = elsewhere.shown(&["--project", &at]);
    let next = said.lines().find(|line| line.starts_with("next: ")).expect("what comes next");
    assert!(next.contains("repot --project ") && next.contains(" e2e init "), "it works where it is said: {next}");
    assert_eq!(project.status(&["report"]), 0);
    let report = json(&project, "report/report.json");
    let roles: Vec<&str> = report["rows"].as_array().expect("rows").iter().filter_map(|r| r["role"].as_str()).collect();
    assert!(roles.iter().all(|role| *role == "web"), "{roles:?}");
    assert!(marks(&report).iter().any(|m| m == "same"));
}

#[test]
fn three_questions_are_asked_in_a_terminal_and_a_wrong_answer_is_asked_again() {
    let project = project();
    let begun = project.in_a_terminal(&["init"], "rootfs:fs\n\n\u{4}");
    assert!(begun.contains("2/3") && begun.contains("there was no answer"), "{begun}");
    assert!(!project.path("repot.yaml").exists() && !project.path(".gitignore").exists(), "nothing before the third");
    let asked = project.in_a_terminal(&["init"], "web-01\nrootfs:fs\nrunbook.md\nmars\nkubernetes\n");
    for says in
        ["`web-01` is no target", "does not lead to `mars`", "runbook.md is not here yet", "next: `repot capture`"]
    {
        assert!(asked.contains(says), "{says}: {asked}");
    }
    let file = project.read("repot.yaml");
    assert!(file.contains("rootfs:fs") && file.contains("kubernetes") && !file.contains("web-01"), "{file}");
}

#[test]
fn in_a_terminal_every_summary_ends_with_what_comes_next_and_quiet_is_quiet() {
    let project = project();
    let captured = project.in_a_terminal(&["capture", "rootfs:fs", "--settle", "0"], "");
    assert!(captured.contains("next: read spec/fs/site.yaml"), "{captured}");
    for args in [
        &["verify", "rootfs:fs"][..],
        &["diff", "spec/fs", "rootfs:fs"],
        &["explain"],
        &["review", "--accept", "all", "--author", "anna"],
        &["generate", "kubernetes", "--leave-blocked"],
        &["generate", "ci"],
        &["report"],
    ] {
        let shown = project.in_a_terminal(args, "");
        assert!(shown.contains("next: "), "{args:?}: {shown}");
        let quiet = project.in_a_terminal(&[args, &["--quiet"]].concat(), "");
        assert!(!quiet.contains("next: "), "{args:?}: {quiet}");
        let plain = shown_without_colour(&project, args);
        assert!(!plain.contains('\u{1b}'), "{args:?}: {plain:?}");
    }
}

/// What a run shows where NO_COLOR is set and there is no terminal.
fn shown_without_colour(project: &Project, args: &[&str]) -> String {
    let mut command = testkit::cli::command(env!("CARGO_BIN_EXE_repot"), &project.path(""));
    testkit::cli::shown(&command.env("NO_COLOR", "1").args(args).output().expect("it runs"), &[])
}
