//! A page on which every part has something to show: each mark, each picture, each list.

use exchange::explain::explain;
use exchange::import;
use exchange::import::files::{File, Files};
use exchange::import::record::Recorded;
use exchange::import::statement::Statement;
use exchange::page::{Accounted, Fate, Kill, Map, Material, Open, Platform, Role, html, page};
use exchange::ran::{About, Found, Held, On, Ran, Step};
use exchange::spec_file::parse::parse;
use model::place::Place;
use model::value::Value;
use std::collections::BTreeMap;

const SITE: &str = "repot: 1
package:
  nginx: {installed: true, from: \"runbook.md:4\"}
file:
  /etc/motd: {mode: \"0644\", owner: root, from: \"observed at /etc/motd\", why: a greeting}
cron:
  \"deploy: /opt/report.sh\": {schedule: \"17 3 * * *\", from: \"fabfile.py:9\"}
kernel-param:
  net.core.somaxconn: {value: \"1024\"}
";

/// Another role, of which a runbook tells.
const DATABASE: &str = "repot: 1
package:
  redis: {installed: true}
service:
  redis: {enabled: true, running: true, command: [/usr/bin/redis-server], user: redis}
kernel-param:
  vm.swappiness: {value: \"10\"}
";

/// Its text.
pub(crate) fn whole() -> String {
    let parsed = parse(&[("spec/web/site.yaml".to_owned(), SITE.to_owned())]);
    let spec = parsed.map(|p| p.spec).unwrap_or_default();
    let written = written_down();
    let role = Role { name: "web".into(), against: "spec/web".into(), spec, explained: None };
    let parsed = parse(&[("spec/db/site.yaml".to_owned(), DATABASE.to_owned())]);
    let spec = parsed.map(|p| p.spec).unwrap_or_default();
    let explained = Some(explain(&written, &spec.as_facts()));
    let documented = Role { name: "db".into(), against: "spec/db".into(), spec, explained };
    html::text(&page(&Material {
        title: "whole".into(),
        made: "2026-01-05 00:00 UTC".into(),
        roles: vec![role, documented],
        runs: runs(),
        captured: (1..=5).map(host).collect(),
        maps: vec![map()],
        platforms: vec![platform()],
        derived: vec![("kubernetes/holds".into(), "web".into())],
        kills: BTreeMap::from([kill("file", 40, 40), kill("cron", 12, 11)]),
        ..Material::default()
    }))
}

/// What a runbook says, of which one line is no longer so.
fn written_down() -> Vec<Recorded> {
    const RUNBOOK: &str = "The kernel:\n\n    sysctl -w vm.swappiness=60\n\nThe store:\n\n    apt-get install redis\n    systemctl enable redis\n";
    let read = import::read(&mut Files::new(vec![File::new("runbook.md", true, RUNBOOK.as_bytes())]));
    let recorded =
        |(source, statement): &(&str, Statement)| Recorded { source: (*source).into(), statement: statement.clone() };
    read.statements().iter().map(recorded).collect()
}

fn host(n: usize) -> String {
    format!("ssh:web-{n:02}")
}

fn kill(kind: &str, changes: u64, found: u64) -> (String, Kill) {
    (kind.to_owned(), Kill { changes, found })
}

/// A kind, a name and a property.
type Subject = (&'static str, &'static str, Option<&'static str>);

const MODE: Subject = ("file", "/etc/motd", Some("mode"));
const OWNER: Subject = ("file", "/etc/motd", Some("owner"));
const NGINX: Subject = ("package", "nginx", None);
const CRON: Subject = ("cron", "deploy: /opt/report.sh", Some("schedule"));
const PARAMETER: Subject = ("kernel-param", "net.core.somaxconn", Some("value"));
const ALL: [(Subject, &str); 5] =
    [(MODE, "0644"), (OWNER, "root"), (NGINX, "there"), (CRON, "17 3 * * *"), (PARAMETER, "1024")];

fn found((kind, name, property): Subject, verdict: &str) -> Found {
    Found {
        kind: kind.into(),
        name: name.into(),
        property: property.map(Into::into),
        verdict: verdict.into(),
        ..Found::default()
    }
}

/// A run of one command on targets: what differs there, and the rest as claimed.
fn run(at: &str, stage: Option<&str>, against: &str, targets: Vec<(String, Vec<Found>)>) -> Ran {
    let about = About {
        taken: format!("2026-01-0{at}T10:00:00Z"),
        seconds: 2.0,
        typed: format!("repot verify {}", targets.first().map_or("", |t| &t.0)),
        stage: stage.map(Into::into),
        ..About::default()
    };
    let mut run = Ran::new("verify", about, 1);
    run.held = ALL
        .iter()
        .map(|((kind, name, property), expected)| Held {
            kind: (*kind).into(),
            name: (*name).into(),
            property: property.map(Into::into),
            expected: Some((*expected).into()),
            claimed_at: None,
        })
        .collect();
    run.targets = targets
        .into_iter()
        .map(|(target, found)| {
            let is_odd = |n: &usize| {
                let ((kind, name, property), _) = ALL[*n];
                found.iter().any(|f| f.kind == kind && f.name == name && f.property.as_deref() == property)
            };
            let held = (0..ALL.len()).filter(|n| !is_odd(n)).map(|n| (n, n)).collect();
            On { target, against: against.into(), exit: u8::from(!found.is_empty()), held, found, ..On::default() }
        })
        .collect();
    run
}

fn runs() -> Vec<Ran> {
    let mut differs = found(MODE, "differs");
    differs.expected = Some("0644".into());
    differs.seen = Some(Value::Text("0600".into()));
    differs.set_at = Some(Place::line("/etc/motd", 1));
    differs.diff = Some("@@ -1 +1 @@\n-hello\n+good bye".into());
    let mut undecided = found(PARAMETER, "undecided");
    undecided.because = Some("denied: /proc/sys/net".into());
    let mut waived = found(OWNER, "waived");
    waived.because = Some("until it moves".into());
    waived.seen = Some(Value::Text("deploy".into()));
    let extra = found(("file", "/opt/new.sh", None), "extra");
    let fleet = |last: Vec<Found>| (1..=4).map(|n| (host(n), Vec::new())).chain([(host(5), last)]).collect();
    let mut tests = Ran::new(
        "e2e",
        About {
            taken: "2026-01-03T10:00:00Z".into(),
            typed: "repot e2e ssh:web-01 --coverage".into(),
            ..About::default()
        },
        0,
    );
    tests.targets = vec![On { target: host(1), against: "e2e".into(), coverage: vec![coverage()], ..On::default() }];
    let mut rebuilt = Ran::new(
        "rebuild",
        About { taken: "2026-01-03T12:00:00Z".into(), typed: "repot rebuild --image x".into(), ..About::default() },
        1,
    );
    rebuilt.steps = vec![Step { name: "playbook".into(), seconds: 61.0, result: "284 tasks".into(), exit: 0 }];
    vec![
        run("1", None, "spec/web", fleet(Vec::new())),
        run("2", None, "spec/web", fleet(vec![differs, undecided, waived, extra])),
        tests,
        run(
            "3",
            Some("rebuilt"),
            "spec/web",
            vec![("podman:repot-rebuild-web-17".into(), vec![found(CRON, "missing")])],
        ),
        rebuilt,
        run(
            "4",
            Some("pod"),
            "kubernetes/holds/nginx.yaml",
            vec![("podman:web-nginx".into(), vec![found(PARAMETER, "differs")])],
        ),
    ]
}

fn coverage() -> serde_json::Value {
    let site = |kind: &str, name: &str, line: u32, state: &str| {
        serde_json::json!({"kind": kind, "name": name, "at": {"file": "/etc/nginx/sites-enabled/chat", "line": line},
                           "state": state, "detail": "GET http://chat.example.test/old"})
    };
    serde_json::json!({"of": "nginx", "sites": [
        site("server", "chat.example.test", 1, "asserted"), site("location", "/", 4, "asserted"),
        site("location", "/api", 9, "exercised"), site("location", "/old", 14, "not-reached")]})
}

fn map() -> Map {
    let texts = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    Map {
        generator: "ansible".into(),
        role: "web".into(),
        tasks: BTreeMap::from([
            ("roles/web/tasks/nginx.yml: install nginx".into(), texts(&["package[nginx].installed"])),
            ("roles/web/tasks/extra.yml: clean up".into(), Vec::new()),
        ]),
        unmapped: BTreeMap::from([("kernel-param[net.core.somaxconn]".into(), "the host's kernel is another".into())]),
        payload: texts(&["/srv/app.tar.gz"]),
        secrets: BTreeMap::from([("vault_db_password".into(), texts(&["roles/web/templates/env.j2"]))]),
        ..Map::default()
    }
}

fn platform() -> Platform {
    let gone = Fate {
        what: "drop".into(),
        because: "the nodes have their own".into(),
        by: "KRN-02, anna 2026-01-04".into(),
        is_gone: true,
        ..Fate::default()
    };
    let mut platform = Platform {
        name: "kubernetes".into(),
        role: "web".into(),
        fates: BTreeMap::from([("kernel-param[net.core.somaxconn]".into(), gone)]),
        open: vec![Open { on: "package[nginx]".into(), rule: Some("SVC-01".into()), says: "keep: it serves".into() }],
        secrets: BTreeMap::from([("web-app".into(), vec!["DB_PASSWORD (a value of /srv/.env)".into()])]),
        payload: vec!["/srv/app".into()],
        left: Some(vec!["Name a storage class.".into()]),
    };
    let made = |subject: &str, artefact: &str| Accounted {
        subject: subject.into(),
        fate: "keep".into(),
        artefacts: vec![artefact.into()],
        ..Accounted::default()
    };
    platform.account([
        made("package[nginx]", "images/base"),
        made("file[/etc/motd]", "kube/base/configmap.yaml"),
        made("cron[deploy: /opt/report.sh]", "kube/base/cronjobs.yaml: report"),
    ]);
    platform
}
