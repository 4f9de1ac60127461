//! Pages for the tests in a browser, on stdout: `page hostile` is one in which everything that a host may say is hostile,
//! `page large ROWS MACHINES` one of that size, `page whole` one on which every part has something to show.

mod whole;

use exchange::page::{Material, Role, html, page};
use exchange::ran::{About, Found, Held, On, Ran};
use exchange::spec_file::parse::parse;
use model::place::Place;
use model::value::Value;
use std::io::Write;

const HOSTILE: &str = "</script><script>window.hurt=1</script><img src=x onerror=\"window.hurt=2\"><svg onload=window.hurt=3>\
                       'x' onmouseover=window.hurt=4 \u{202e}\u{1b}[2J javascript:window.hurt=5";

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let number = |at: usize, or: usize| args.get(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    let text = match args.get(1).map(String::as_str) {
        Some("hostile") => hostile(),
        Some("large") => large(number(2, 50_000), number(3, 1_000)),
        Some("whole") => whole::whole(),
        _ => return Err(std::io::Error::other("usage: page hostile | page large ROWS MACHINES | page whole")),
    };
    std::io::stdout().write_all(text.as_bytes())
}

fn hostile() -> String {
    let text =
        "repot: 1\nfile:\n  /etc/motd: {mode: \"0644\", why: \"<b onclick=window.hurt=6>x</b>\", from: \"<i>:3\"}\n";
    let found = Found {
        kind: "file".into(),
        name: HOSTILE.into(),
        property: Some(HOSTILE.into()),
        verdict: "differs".into(),
        expected: Some(HOSTILE.into()),
        seen: Some(Value::Text(HOSTILE.into())),
        because: Some(HOSTILE.into()),
        claimed_at: Some(Place::line(HOSTILE, 3)),
        set_at: Some(Place::line(HOSTILE, 4)),
        why: Some(HOSTILE.into()),
        diff: Some(format!("-{HOSTILE}\n+{HOSTILE}")),
    };
    let site = serde_json::json!({"of": "nginx", "sites": [
        {"kind": "server", "name": HOSTILE, "at": {"file": HOSTILE, "line": 1}, "state": "asserted"},
        {"kind": "location", "name": HOSTILE, "at": {"file": HOSTILE, "line": 2}, "state": "not-reached", "detail": HOSTILE}]});
    let on = |target: &str| On {
        target: target.into(),
        against: "spec/web".into(),
        found: vec![found.clone()],
        coverage: vec![site.clone()],
        ..On::default()
    };
    let runs = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"].map(|at| {
        let mut run = Ran::new("verify", About { taken: at.into(), typed: HOSTILE.into(), ..About::default() }, 1);
        run.targets = vec![on(HOSTILE), on("ssh:web-01")];
        run
    });
    made(HOSTILE, text, runs.into(), vec![HOSTILE.to_owned()])
}

fn large(rows: usize, machines: usize) -> String {
    let mut text = String::from("repot: 1\nfile:\n");
    for row in 0..rows {
        text.push_str(&format!("  \"/srv/app/{}/part-{row}.conf\": {{mode: \"0644\"}}\n", row % 977));
    }
    let claim = |row: usize| Held {
        kind: "file".into(),
        name: format!("/srv/app/{}/part-{row}.conf", row % 977),
        property: Some("mode".into()),
        expected: Some("0644".into()),
        claimed_at: None,
    };
    let mut run = Ran::new("verify", About { taken: "2026-01-01T00:00:00Z".into(), ..About::default() }, 1);
    run.held = (0..rows).map(claim).collect();
    run.targets = (0..machines).map(|machine| one(machine, rows)).collect();
    made("large", &text, vec![run], Vec::new())
}

/// A machine on which a few claims do not hold.
fn one(machine: usize, rows: usize) -> On {
    let odd = (machine * 7919) % rows.max(1);
    let found = Found {
        kind: "file".into(),
        name: format!("/srv/app/{}/part-{odd}.conf", odd % 977),
        property: Some("mode".into()),
        verdict: "differs".into(),
        expected: Some("0644".into()),
        seen: Some(Value::Text("0600".into())),
        ..Found::default()
    };
    let held = [(0, odd.saturating_sub(1)), (odd + 1, rows.saturating_sub(1))];
    On {
        target: format!("ssh:web-{machine:04}"),
        against: "spec/web".into(),
        exit: 1,
        held: held.into_iter().filter(|(first, last)| first <= last && *first != odd && *last != odd).collect(),
        found: vec![found],
        ..On::default()
    }
}

fn made(title: &str, text: &str, runs: Vec<Ran>, unread: Vec<String>) -> String {
    let parsed = parse(&[("spec/web/site.yaml".to_owned(), text.to_owned())]);
    let spec = parsed.map(|p| p.spec).unwrap_or_default();
    let role = Role { name: "web".into(), against: "spec/web".into(), spec, explained: None };
    html::text(&page(&Material {
        title: title.into(),
        made: "2026-01-01 00:00 UTC".into(),
        roles: vec![role],
        runs,
        unread,
        ..Material::default()
    }))
}
