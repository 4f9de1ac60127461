//! The page of a migration: what its rows and columns are, and that whatever a host says in it stays text.

use exchange::page::{Fate, Mark, Material, Open, Page, Platform, Role, html, json, markdown, page};
use exchange::ran::{About, Found, Ran};
use exchange::report::{Run, Target};
use exchange::spec_file::parse::parse;
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::spec::Spec;
use model::value::Value;

const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{x}}\u{202e}\u{1b}[2J";

const SPEC: &str = "\
repot: 1
package:
  nginx: {installed: true, from: \"runbook.md:4\"}
file:
  /etc/nginx/nginx.conf: {mode: \"0644\", owner: root, why: an incident}
  /etc/motd: {mode: \"0644\"}
";

fn spec(text: &str) -> Spec {
    parse(&[("spec/web/site.yaml".to_owned(), text.to_owned())]).expect("a spec").spec
}

fn finding(kind: &str, name: &str, property: Option<&str>, verdict: Verdict) -> Finding {
    Finding { property: property.map(str::to_owned), ..Finding::whole(ResourceId::new(kind, name), verdict) }
}

fn ran(targets: &[(&str, Vec<Finding>)], at: &str, kinds: &[&str]) -> Ran {
    let targets = targets.iter().map(|(name, findings)| Target {
        name: (*name).to_owned(),
        against: "spec/web".to_owned(),
        findings: findings.clone(),
        ..Target::default()
    });
    let run = Run { command: "verify", targets: targets.collect() };
    let kinds = kinds.iter().map(|k| (*k).to_owned()).collect();
    Ran::of(&run, About { taken: at.to_owned(), typed: "repot verify x".to_owned(), kinds, ..About::default() })
}

fn made(text: &str, runs: Vec<Ran>) -> Page {
    let role = Role { name: "web".into(), against: "spec/web".into(), spec: spec(text), explained: None };
    let captured = vec!["ssh:old".to_owned()];
    page(&Material { title: "web".into(), roles: vec![role], runs, captured, ..Material::default() })
}

fn mark(page: &Page, target: &str, subject: &str) -> Mark {
    let row = page.rows.iter().position(|r| r.subject() == subject).expect(subject);
    page.columns.iter().find(|c| c.target == target).expect(target).marks[row]
}

#[test]
fn every_claim_is_a_row_and_every_machine_a_column() {
    let mut differs = finding("file", "/etc/nginx/nginx.conf", Some("mode"), Verdict::Differs);
    differs.seen = Some(Value::Text("0600".into()));
    let old = vec![finding("package", "nginx", None, Verdict::Same), differs];
    let new = vec![
        finding("file", "/etc/nginx/nginx.conf", None, Verdict::Missing),
        finding("file", "/tmp/x", None, Verdict::Extra),
        finding("package", "nginx", None, Verdict::Undecided(Why::new(WhyCode::Denied, "/var/lib/dpkg"))),
    ];
    let page = made(SPEC, vec![ran(&[("ssh:old", old), ("podman:new", new)], "2026-01-02T00:00:00Z", &[])]);
    assert_eq!(page.columns.iter().map(|c| c.stage.as_str()).collect::<Vec<_>>(), ["legacy host", "container"]);
    assert_eq!(mark(&page, "ssh:old", "package[nginx]"), Mark::Same);
    assert_eq!(mark(&page, "ssh:old", "file[/etc/nginx/nginx.conf].mode"), Mark::Differs);
    assert_eq!(mark(&page, "ssh:old", "file[/etc/nginx/nginx.conf].owner"), Mark::None, "nobody looked");
    // One finding says that a file is gone; it is said of each of its claims.
    assert_eq!(mark(&page, "podman:new", "file[/etc/nginx/nginx.conf].mode"), Mark::Missing);
    assert_eq!(mark(&page, "podman:new", "file[/etc/nginx/nginx.conf].owner"), Mark::Missing);
    assert_eq!(mark(&page, "podman:new", "file[/tmp/x]"), Mark::Extra);
    assert_eq!(mark(&page, "podman:new", "package[nginx]"), Mark::Undecided);
    let nginx = page.rows.iter().find(|r| r.kind == "package").unwrap();
    assert_eq!((nginx.origin.as_str(), nginx.component.as_str()), ("runbook.md", "nginx"));
    let list = |id: &str| page.lists.iter().find(|l| l.id == id).unwrap();
    // The two claims of the file that is gone are one line; so is what is extra, and what differs.
    assert_eq!(list("differences").items.as_ref().unwrap().len(), 3, "{:?}", list("differences").items);
    assert_eq!(list("undecided").items.as_ref().unwrap().len(), 1);
    assert_eq!(list("stale").items, None, "nothing was imported");
}

#[test]
fn a_newer_look_counts_and_one_at_some_kinds_leaves_the_rest() {
    let all = |verdict: &Verdict| {
        vec![
            finding("file", "/etc/motd", Some("mode"), verdict.clone()),
            finding("package", "nginx", None, verdict.clone()),
            finding("file", "/tmp/once", None, Verdict::Extra),
        ]
    };
    let older = ran(&[("ssh:old", all(&Verdict::Differs))], "2026-01-01T00:00:00Z", &[]);
    let newer = ran(
        &[("ssh:old", vec![finding("file", "/etc/motd", Some("mode"), Verdict::Same)])],
        "2026-01-02T00:00:00Z",
        &["file"],
    );
    let page = made(SPEC, vec![older, newer]);
    assert_eq!(mark(&page, "ssh:old", "file[/etc/motd].mode"), Mark::Same);
    assert_eq!(mark(&page, "ssh:old", "package[nginx]"), Mark::Differs);
    assert!(!page.rows.iter().any(|r| r.name == "/tmp/once"), "it is extra no more");
}

#[test]
fn a_machine_that_was_not_reached_has_a_column_without_marks() {
    let target = Target {
        name: "ssh:gone".into(),
        against: "spec/web".into(),
        unreachable: Some(("no route".into(), Vec::new())),
        ..Target::default()
    };
    let run = Run { command: "verify", targets: vec![target] };
    let page = made(SPEC, vec![Ran::of(&run, About::default())]);
    assert_eq!(page.columns[0].unreachable.as_deref(), Some("no route"));
    assert!(page.columns[0].marks.iter().all(|m| *m == Mark::None));
    assert!(html::text(&page).contains("not reached: no route"));
}

#[test]
fn the_host_that_differs_from_its_brothers_is_named() {
    let one = |value: &str, verdict: Verdict| {
        let mut found = finding("file", "/etc/motd", Some("mode"), verdict);
        found.expected = Some("0644".into());
        found.seen = Some(Value::Text(value.into()));
        vec![found]
    };
    let mut targets: Vec<(String, Vec<Finding>)> =
        (1..40).map(|n| (format!("ssh:web-{n}"), one("0644", Verdict::Same))).collect();
    targets.push(("ssh:web-40".into(), one("0600", Verdict::Differs)));
    let borrowed: Vec<(&str, Vec<Finding>)> = targets.iter().map(|(n, f)| (n.as_str(), f.clone())).collect();
    let page = made(SPEC, vec![ran(&borrowed, "2026-01-01T00:00:00Z", &[])]);
    assert_eq!(page.outliers.len(), 1);
    assert_eq!((page.outliers[0].target.as_str(), page.outliers[0].brothers), ("ssh:web-40", 39));
    assert_eq!(page.outliers[0].differs[0].1, "0600");
}

#[test]
fn what_holds_in_a_pod_is_the_row_of_the_role_it_was_made_of() {
    let mut pod = ran(
        &[("podman:web-nginx", vec![finding("file", "/etc/motd", Some("mode"), Verdict::Same)])],
        "2026-01-01T00:00:00Z",
        &[],
    );
    pod.stage = Some("pod".into());
    pod.targets[0].against = "kubernetes/holds/nginx.yaml".into();
    let role = Role { name: "web".into(), against: "spec/web".into(), spec: spec(SPEC), explained: None };
    let derived = vec![("kubernetes/holds".to_owned(), "web".to_owned())];
    let page = page(&Material { roles: vec![role], runs: vec![pod], derived, ..Material::default() });
    assert_eq!(mark(&page, "podman:web-nginx", "file[/etc/motd].mode"), Mark::Same);
    assert!(page.rows.iter().all(|r| r.role == "web"), "{:?}", page.rows);
    assert_eq!(page.columns[0].stage, "pod");
}

#[test]
fn a_machine_made_anew_is_the_same_column_and_two_hosts_are_two() {
    let same = || vec![finding("file", "/etc/motd", Some("mode"), Verdict::Same)];
    let at = |targets: &[&str], stage: &str, day: u8| {
        let targets: Vec<(&str, Vec<Finding>)> = targets.iter().map(|t| (*t, same())).collect();
        let mut ran = ran(&targets, &format!("2026-01-0{day}T00:00:00Z"), &[]);
        ran.stage = Some(stage.into());
        ran
    };
    let page = made(
        SPEC,
        vec![
            at(&["podman:repot-rebuild-web-17"], "rebuilt", 1),
            at(&["podman:repot-rebuild-web-4711"], "rebuilt", 2),
            at(&["ssh:a", "ssh:b"], "staging", 3),
            at(&["pod:shop/web"], "pod", 4),
            at(&["pod:shop/web"], "pod", 5),
        ],
    );
    let columns: Vec<(&str, &str)> = page.columns.iter().map(|c| (c.stage.as_str(), c.target.as_str())).collect();
    let wanted = [
        ("rebuilt", "podman:repot-rebuild-web-4711"),
        ("staging", "ssh:a"),
        ("staging", "ssh:b"),
        ("pod", "pod:shop/web"),
    ];
    assert_eq!(columns, wanted);
}

#[test]
fn what_was_decided_of_one_role_says_nothing_of_another() {
    let role =
        |name: &str| Role { name: name.into(), against: format!("spec/{name}"), spec: spec(SPEC), explained: None };
    let gone = Fate { what: "drop".into(), because: "so".into(), is_gone: true, ..Fate::default() };
    let platform = Platform {
        name: "kubernetes".into(),
        role: "web".into(),
        fates: [("file[/etc/motd]".to_owned(), gone)].into(),
        ..Platform::default()
    };
    let page =
        page(&Material { roles: vec![role("web"), role("db")], platforms: vec![platform], ..Material::default() });
    let fates = page.rows.iter().filter(|r| r.name == "/etc/motd").map(|r| (r.role.as_str(), r.fate.is_some()));
    assert_eq!(fates.collect::<Vec<_>>(), [("db", false), ("web", true)]);
    let ends: Vec<&str> = page.flow.iter().map(|s| s.to.as_str()).collect();
    assert!(ends.contains(&"drop: so"), "the reason is where it ends: {ends:?}");
}

#[test]
fn a_rule_is_one_thing_to_decide_however_many_entries_it_has() {
    let open = |n: usize| Open {
        on: format!("file[/srv/{n}]"),
        rule: Some("LOG-05".into()),
        says: "adapt: logs go to the output".into(),
    };
    let platform = Platform { name: "kubernetes".into(), open: (0..8).map(open).collect(), ..Platform::default() };
    let page = page(&Material { platforms: vec![platform], ..Material::default() });
    let list = |id: &str| page.lists.iter().find(|l| l.id == id).unwrap().items.clone();
    let items = list("undecided").unwrap();
    assert_eq!(items.len(), 1, "{items:?}");
    assert!(items[0].what == "LOG-05" && items[0].says.ends_with("and 3 more"), "{items:?}");
    assert_eq!(list("left-to-do"), None, "nothing was generated, so it is not known what is left");
}

fn hostile() -> Page {
    let mut run =
        ran(&[(HOSTILE, vec![finding("file", HOSTILE, Some("mode"), Verdict::Differs)])], "2026-01-01T00:00:00Z", &[]);
    run.typed = HOSTILE.into();
    let on = &mut run.targets[0];
    on.found[0] = Found {
        seen: Some(Value::Text(HOSTILE.into())),
        because: Some(HOSTILE.into()),
        diff: Some(HOSTILE.into()),
        why: Some(HOSTILE.into()),
        ..on.found[0].clone()
    };
    on.coverage = vec![serde_json::json!({"of": "nginx", "sites": [
        {"kind": "server", "name": HOSTILE, "at": {"file": HOSTILE, "line": 1}, "state": "not-reached", "detail": HOSTILE}]})];
    let mut page = made(SPEC, vec![run]);
    page.title = HOSTILE.into();
    page.unread = vec![HOSTILE.into()];
    page
}

#[test]
fn what_a_host_says_is_text_in_every_form() {
    let page = hostile();
    let html = html::text(&page);
    // The only elements are those of the page: the script of the data, its own, and none that the host named.
    assert_eq!(html.matches("<script").count(), 2, "a script of the host's");
    assert_eq!(html.matches("</script").count(), 2);
    assert!(!html.contains("<img"));
    for text in [&html, &json::text(&page), &markdown::text(&page)] {
        assert!(!text.chars().any(|c| c != '\n' && model::text::unsafe_on_terminals(c)));
    }
    assert!(html.contains("script-src 'sha256-") && !html.contains("unsafe-inline"));
}

#[test]
fn the_json_is_as_its_schema_says() {
    for page in [hostile(), made(SPEC, Vec::new()), Page::default()] {
        let value: serde_json::Value = serde_json::from_str(&json::text(&page)).unwrap();
        let validator = jsonschema::validator_for(&json::schema()).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

#[test]
fn the_styles_and_scripts_are_the_ones_that_the_policy_names() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};
    let html = html::text(&hostile());
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
        let body = html.split_once(open).unwrap().1.split_once(close).unwrap().0;
        let hash = STANDARD.encode(Sha256::digest(body.as_bytes()));
        assert!(html.contains(&format!("'sha256-{hash}'")), "{open}");
    }
    assert!(!html.contains(" style=\"") && !html.contains(" onclick"), "nothing that the policy would refuse");
}
