//! `repot review` as a person meets it: what is shown, what is written, what is refused; and in a terminal.

use testkit::cli::Project;

const SITE: &str = "repot: 1\nservice:\n  ssh: {enabled: true, running: true}\n  nginx: {enabled: true, running: true, command: [/usr/sbin/nginx]}\nport:\n  \"tcp:80\": {ip: [\"0.0.0.0\"], service: nginx, process: nginx}\nkernel-param:\n  kernel.panic: {value: \"1\", from: \"observed at /proc\"}\nphp-pool:\n  www: {request-terminate-timeout: \"60s\"}\ncommand:\n  \"true\": {exit-status: 0}\n";

fn project() -> Project {
    let project = Project::new(env!("CARGO_BIN_EXE_repot"));
    project.write("spec/web/site.yaml", SITE);
    project
}

#[test]
fn what_is_proposed_is_shown_rule_by_rule() {
    insta::assert_snapshot!("review_list", project().shown(&["review", "--list"]));
}

#[test]
fn one_rule_and_one_entry_are_shown_whole() {
    let project = project();
    let rule = project.shown(&["review", "krn-04"]);
    assert!(rule.contains("kernel-param[kernel.panic]: block") && rule.contains("source: "), "{rule}");
    let entry = project.shown(&["review", "kernel-param[kernel.panic]"]);
    assert!(entry.contains("KRN-04 proposes block") && entry.contains("KRN-03 proposes node"), "{entry}");
    let wrong = project.shown(&["review", "KRN-40"]);
    assert!(wrong.contains("status: 2") && wrong.contains("did you mean `KRN-04`?"), "{wrong}");
    let wrong = project.shown(&["review", "service[ngnix]"]);
    assert!(wrong.contains("did you mean `service[nginx]`?"), "{wrong}");
}

#[test]
fn decisions_are_shown_before_they_are_written_and_kept_over_rewrites() {
    let project = project();
    let accept = ["review", "--accept", "all", "--author", "anna"];
    let if_so = project.shown(&[&accept[..], &["--what-if"]].concat());
    assert!(if_so.contains("service[ssh]: undecided → drop") && if_so.contains("nothing was written"), "{if_so}");
    assert_eq!(project.read("spec/web/decisions.yaml"), "");
    let done = project.shown(&accept);
    assert!(done.contains("status: 3"), "what blocks is still in the way: {done}");
    assert!(done.contains("0 undecided with a proposal, 0 without one"), "{done}");
    let text = project.read("spec/web/decisions.yaml");
    project.write("spec/web/decisions.yaml", text.replace("  rules:", "  # ours\n  rules:"));
    let set =
        ["review", "--author", "anna", "--set", "kernel-param[kernel.panic]", "node", "--because", "the nodes do"];
    let set = project.shown(&set);
    assert!(set.contains("status: 0") && set.contains("1 of 6 entries end otherwise"), "{set}");
    assert!(set.contains("kernel-param[kernel.panic]: block → node"), "{set}");
    let text = project.read("spec/web/decisions.yaml");
    assert!(text.contains("# ours") && text.contains("because: \"the nodes do\""), "{text}");
    let before = text;
    project.shown(&["review", "--unset", "kernel-param[kernel.panic]"]);
    assert_eq!(project.status(&["review", "--check"]), 3);
    assert!(before.len() > project.read("spec/web/decisions.yaml").len());
}

#[test]
fn what_stands_in_the_way_is_said_and_has_its_status() {
    let project = project();
    let open = project.shown(&["review", "--check"]);
    assert!(open.contains("status: 3") && open.contains("6 entries stand in the way"), "{open}");
    project.shown(&["review", "--accept", "all", "--author", "anna"]);
    let blocked = project.shown(&["review", "--check"]);
    assert!(blocked.contains("status: 3") && blocked.contains("kernel-param[kernel.panic]: block"), "{blocked}");
    assert!(blocked.contains("--set 'KIND[NAME]' VERDICT --because"), "{blocked}");
    project.shown(&["review", "--author", "a", "--set", "kernel-param[kernel.panic]", "drop", "--because", "no use"]);
    assert_eq!(project.status(&["review", "--check"]), 0);
}

#[test]
fn a_place_is_a_decision_with_consequences() {
    let project = project();
    let place = ["review", "--author", "anna", "--tenancy", "nginx", "sidecar", "--because", "one pod", "--what-if"];
    let said = project.shown(&place);
    assert!(said.contains("nginx: sidecar (was container)"), "{said}");
    assert!(said.contains("terminationGracePeriodSeconds at least 70"), "the pool's 60 s, and 10: {said}");
    let wrong = project.shown(&["review", "--author", "a", "--tenancy", "ssh", "node", "--because", "x"]);
    assert!(
        wrong.contains("status: 2") && wrong.contains("there are: nginx"),
        "what is dropped needs no place: {wrong}"
    );
}

#[test]
fn a_later_capture_makes_decisions_obsolete_and_that_is_shown() {
    let project = project();
    project.shown(&["review", "--accept", "SVC-08", "--author", "anna"]);
    project.shown(&["review", "--author", "a", "--set", "port[tcp:80]", "keep", "--because", "so"]);
    project.shown(&["review", "--author", "a", "--tenancy", "nginx", "shared", "--because", "so"]);
    assert!(!project.shown(&["review", "--list"]).contains("obsolete"));
    project.write(
        "spec/web/site.yaml",
        SITE.replace("0.0.0.0", "10.0.0.1").replace("  ssh: {enabled: true, running: true}\n", ""),
    );
    let said = project.shown(&["review", "--list"]);
    assert!(said.contains("obsolete: port[tcp:80]: the spec says something else"), "{said}");
    assert!(said.contains("obsolete: SVC-08: the rule proposes nothing"), "{said}");
    project.write("spec/web/site.yaml", SITE.replace("nginx: {enabled: true, running: true,", "nginx: {"));
    let said = project.shown(&["review", "--list"]);
    assert!(said.contains("obsolete: nginx: no such service needs a place any more"), "{said}");
}

#[test]
fn the_cluster_and_its_nodes_decide_too() {
    let project = project();
    let site =
        SITE.replace("kernel.panic: {value: \"1\"", "net.ipv4.tcp_fin_timeout: {value: \"15\", persisted: \"15\"");
    project.write("spec/web/site.yaml", site);
    let lead = |project: &Project| project.shown(&["review", "kernel-param[net.ipv4.tcp_fin_timeout]"]);
    assert!(lead(&project).contains("KRN-01 proposes keep"), "{}", lead(&project));
    project.shown(&["review", "--kubernetes", "1.28"]);
    assert!(lead(&project).contains("KRN-02 proposes adapt"), "{}", lead(&project));
    assert!(project.read("spec/web/decisions.yaml").contains("version: \"1.28\""));
    let wrong = project.shown(&["review", "--kubernetes", "28"]);
    assert!(wrong.contains("status: 2") && wrong.contains("write it as 1.35"), "{wrong}");
}

#[test]
fn a_job_that_several_hosts_run_blocks() {
    let project = project();
    let cron =
        "repot: 1\ncron:\n  \"root: /srv/report\": {schedule: \"0 3 * * *\", command: /srv/report, enabled: true}\n";
    project.write("spec/web/cron.yaml", cron);
    assert!(project.shown(&["review", "SVC-04"]).contains("cron[root: /srv/report]: replace"));
    for host in ["web-01", "web-02"] {
        let own = format!("repot: 1\nhostname:\n  hostname: {{configured: {host}}}\n");
        project.write(&format!("spec/web/hosts/{host}.yaml"), own);
    }
    let said = project.shown(&["review", "SVC-05"]);
    assert!(said.contains("cron[root: /srv/report]: block: 2 hosts run /srv/report"), "{said}");
    assert!(
        project.shown(&["review", "hostname[hostname]"]).contains("NET-10 proposes adapt"),
        "what each has of its own"
    );
}

#[test]
fn the_role_that_is_meant_is_asked_for() {
    let project = project();
    assert!(project.shown(&["review", "--list", "--role", "wep"]).contains("did you mean `web`?"));
    project.write("spec/db/site.yaml", SITE);
    let said = project.shown(&["review", "--list"]);
    assert!(said.contains("status: 2") && said.contains("say --role ROLE; there are: db, web"), "{said}");
    let empty = Project::new(env!("CARGO_BIN_EXE_repot"));
    assert!(empty.shown(&["review"]).contains("`repot capture TARGET` writes one"));
}

#[test]
fn a_broken_file_of_decisions_is_told_with_its_place() {
    let project = project();
    project.write("spec/web/decisions.yaml", "repot-decisions: 1\nkubernetes:\n  ruls: {}\n");
    let said = project.shown(&["review", "--list"]);
    assert!(said.contains("spec/web/decisions.yaml:3:3: there is no key `ruls`"), "{said}");
    assert!(said.contains("did you mean `rules`?") && said.contains("status: 2"), "{said}");
    assert_eq!(project.status(&["review", "--accept", "all", "--author", "a"]), 2, "and not overwritten");
    assert!(project.read("spec/web/decisions.yaml").contains("ruls"));
}

#[test]
fn decisions_are_no_spec() {
    let project = project();
    project.shown(&["review", "--accept", "all", "--author", "anna"]);
    let said = project.shown(&["verify", "rootfs:fs", "--spec", "spec/web", "--kind", "hostname"]);
    assert!(!said.contains("decisions.yaml"), "{said}");
    let before = project.read("spec/web/decisions.yaml");
    let captured = project.shown(&["capture", "rootfs:fs", "--role", "web", "--settle", "0"]);
    assert!(captured.starts_with("status: 0") || captured.starts_with("status: 3"), "{captured}");
    assert_eq!(project.read("spec/web/decisions.yaml"), before, "a capture never touches it");
}

fn in_a_terminal(project: &Project, keys: &str) -> String {
    project.in_a_terminal(&["review", "--author", "anna"], keys)
}

#[test]
fn in_a_terminal_nothing_is_written_before_yes() {
    let project = project();
    let left = in_a_terminal(&project, "aaqy");
    assert!(left.contains("question 1 of") && left.contains("nothing was written"), "{left}");
    assert_eq!(project.read("spec/web/decisions.yaml"), "");
    let written = in_a_terminal(&project, "aauaawy");
    assert!(written.contains("decisions.yaml is written"), "{written}");
    let text = project.read("spec/web/decisions.yaml");
    assert_eq!(text.matches("verdict: accepted").count(), 3, "{text}");
    assert!(written.contains("next: `repot review --check` names"), "{written}");
}

#[test]
fn a_decision_names_the_files_that_it_changes_and_generating_writes_only_these() {
    let project = project();
    project.shown(&["review", "--author", "a", "--set", "kernel-param[kernel.panic]", "drop", "--because", "no use"]);
    assert_eq!(project.status(&["generate", "kubernetes"]), 0);
    let before = project.read("kubernetes/images/base/fill.sh");
    let drop = ["review", "--author", "a", "--set", "service[nginx]", "drop", "--because", "nobody comes"];
    let if_so = project.shown(&[&drop[..], &["--what-if"]].concat());
    let named: Vec<&str> = if_so.lines().filter_map(|l| l.strip_prefix("  ")).filter(|l| l.contains('/')).collect();
    assert!(named.contains(&"kube/base/web.yaml goes away"), "{if_so}");
    assert!(!named.iter().any(|l| l.starts_with("images/base/")), "{if_so}");
    project.shown(&drop);
    let said = project.shown(&["generate", "kubernetes"]);
    for line in named {
        let (name, how) = line.split_once(' ').unwrap();
        let how = if how == "goes away" { "removed" } else { "written" };
        assert!(said.contains(&format!("  {how}: {name}")), "{name} is not told in {said}");
    }
    let told =
        said.lines().filter(|l| l.contains("  written: ") && !l.contains("ACCOUNT.md") && !l.contains("account.json"));
    assert!(told.clone().all(|l| if_so.contains(l.rsplit(' ').next().unwrap())), "{said}\nbut was told\n{if_so}");
    assert_eq!(before, project.read("kubernetes/images/base/fill.sh"));
    let again = project.shown(&["generate", "kubernetes"]);
    assert!(again.contains("(0 written)") && !again.contains("written: "), "{again}");
}

#[test]
fn generating_stops_at_what_blocks_and_only_there() {
    let project = project();
    let said = project.shown(&["generate", "kubernetes"]);
    assert!(said.contains("status: 3") && said.contains("1 entry stands in the way"), "{said}");
    assert!(said.contains("kernel-param[kernel.panic]: undecided; KRN-04 proposes block"), "{said}");
    let said = project.shown(&["generate", "kubernetes", "--leave-blocked"]);
    assert!(said.contains("status: 0") && said.contains("nobody decided on 6 entries yet"), "{said}");
    assert!(project.read("kubernetes/ACCOUNT.md").contains("## block:"));
}
