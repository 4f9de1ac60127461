//! Every report of the same run, with what a hostile host may say in it.

use exchange::report::contents::unified;
use exchange::report::{REPORTS, Run, Target, json};
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::origin::Origin;
use model::place::Place;

fn run() -> Run {
    let whole = |name: &str, verdict| Finding::whole(ResourceId::new("file", name), verdict);
    let mut differs = whole("/etc/a", Verdict::Differs);
    differs.property = Some("mode".into());
    differs.expected = Some("0644".into());
    differs.seen = Some("0600".into());
    differs.claimed_at = Some(Place { file: "spec/web/site.yaml".into(), line: 41, column: 5 });
    differs.from = Some(Origin::Imported(Place::line("runbook.md", 12)));
    differs.why = Some("413 on large attachments".into());
    let hostile = "/tmp/\u{1b}[2J\n::error::x%\"<b>]]>{{ x }}$(id)\u{202e}#";
    let mut waived = whole("/etc/w", Verdict::Waived("until the move".into()));
    waived.property = Some("owner".into());
    Run {
        command: "verify",
        targets: vec![
            Target {
                name: "ssh:web-01".into(),
                against: "spec/web".into(),
                findings: vec![
                    differs,
                    whole("/etc/gone", Verdict::Missing),
                    whole("/etc/same", Verdict::Same),
                    whole("/root", Verdict::Undecided(Why::new(WhyCode::Denied, "/root: no permission"))),
                    waived,
                    whole(hostile, Verdict::Extra),
                ],
                contents: [("file[/etc/a].mode".to_owned(), unified("a\nb\n", "a\n\u{1b}[2Jc\u{202e}\n"))].into(),
                ..Target::default()
            },
            Target {
                name: "ssh:web-02".into(),
                unreachable: Some(("ssh: Connection refused".into(), vec!["check the port".into()])),
                ..Target::default()
            },
        ],
    }
}

#[test]
fn every_report_of_one_run() {
    for report in REPORTS {
        let mut bytes = Vec::new();
        (report.write)(&run(), false, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let acts = text.chars().find(|c| *c != '\n' && model::text::unsafe_on_terminals(*c));
        assert_eq!(acts, None, "{} sends a character that terminals act on", report.name);
        insta::assert_snapshot!(report.name, text);
    }
}

#[test]
fn a_host_cannot_write_a_line_of_a_report() {
    for name in ["github", "human", "tap"] {
        let mut bytes = Vec::new();
        (exchange::report::named(name).unwrap().write)(&run(), true, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.lines().all(|l| !l.starts_with("::error::x")), "{name}:\n{text}");
    }
}

#[test]
fn the_json_report_has_what_its_schema_requires() {
    let mut bytes = Vec::new();
    json::write(&run(), &mut bytes).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let schema = json::schema();
    let known =
        schema["properties"]["targets"]["items"]["properties"]["findings"]["items"]["properties"].as_object().unwrap();
    for finding in report["targets"][0]["findings"].as_array().unwrap() {
        for field in finding.as_object().unwrap().keys() {
            assert!(known.contains_key(field), "{field} is not in the schema");
        }
    }
    for field in schema["required"].as_array().unwrap() {
        assert!(report.get(field.as_str().unwrap()).is_some(), "{field} is missing");
    }
}
