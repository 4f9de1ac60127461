//! Every report of the same run, with what a hostile host may say in it.

use exchange::report::contents::unified;
use exchange::report::{REPORTS, Run, Target};
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
