//! Every report of the same run, with what a hostile host may say in it.

use exchange::report::contents::unified;
use exchange::report::{Look, REPORTS, Run, Target};
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::origin::Origin;
use model::place::Place;
use model::proven::{Proven, Site, State, Traffic};

const HOSTILE: &str = "/tmp/\u{1b}[2J\n::error::x%\"<b>]]>{{ x }}$(id)\u{202e}#";

fn site(kind: &'static str, name: &str, line: u32, state: State, counts: [u64; 3]) -> Site {
    let at = Place::line("/etc/nginx/sites-enabled/chat", line);
    let [came, asserted, perhaps] = counts;
    let within =
        if kind == "server" { String::new() } else { "server chat.test (/etc/nginx/sites-enabled/chat:1)".into() };
    Site {
        kind,
        name: name.to_owned(),
        within,
        lines: vec![at.clone(), Place { line: line + 1, ..at.clone() }],
        at,
        last_line: line + 2,
        state,
        came,
        asserted,
        perhaps,
        weight: Some(came * 100),
    }
}

fn proven() -> Proven {
    Proven {
        of: "nginx".into(),
        sites: vec![
            site("server", "server chat.test", 1, State::Asserted, [7, 3, 0]),
            site("location", "location = /login", 10, State::Asserted, [3, 3, 0]),
            site("location", "location /api/", 20, State::Exercised, [4, 0, 0]),
            // The same lines in another server that includes them.
            site("location", "location /api/", 20, State::NotReached("GET https://chat.test/api/".into()), [0, 0, 0]),
            site("location", HOSTILE, 30, State::NotReached(HOSTILE.into()), [0, 0, 0]),
            site("if", "if ($arg_x)", 40, State::Undecided("whether if ($arg_x) holds is not known".into()), [0, 0, 2]),
            site("location", "location @app", 50, State::Inside("named: nothing leads to it".into()), [0, 0, 0]),
            site("location", "location /dead", 60, State::Never("every path leads elsewhere".into()), [0, 0, 0]),
        ],
        problems: vec![HOSTILE.into()],
        requests: 7,
        elsewhere: 1,
        kept: [("/etc/nginx/sites-enabled/chat".to_owned(), "spec/web/files/etc/nginx/sites-enabled/chat".to_owned())]
            .into(),
        traffic: Some(Traffic { requests: 1000, asserted: 999, undecided: 1 }),
    }
}

fn run() -> Run {
    let whole = |name: &str, verdict| Finding::whole(ResourceId::new("file", name), verdict);
    let mut differs = whole("/etc/a", Verdict::Differs);
    differs.property = Some("mode".into());
    differs.expected = Some("0644".into());
    differs.seen = Some("0600".into());
    differs.claimed_at = Some(Place { file: "spec/web/site.yaml".into(), line: 41, column: 5 });
    differs.from = Some(Origin::Imported(Place::line("runbook.md", 12)));
    differs.why = Some("413 on large attachments".into());
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
                    whole(HOSTILE, Verdict::Extra),
                ],
                proven: vec![proven()],
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
        (report.write)(&run(), Look::default(), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let acts = text.chars().find(|c| *c != '\n' && model::text::unsafe_on_terminals(*c));
        assert_eq!(acts, None, "{} sends a character that terminals act on", report.name);
        insta::assert_snapshot!(report.name, text);
    }
}

#[test]
fn a_host_cannot_write_a_line_of_a_report() {
    for name in ["github", "human", "lcov", "tap"] {
        let mut bytes = Vec::new();
        (exchange::report::named(name).unwrap().write)(&run(), Look { colour: true, ..Look::default() }, &mut bytes)
            .unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.lines().all(|l| !l.starts_with("::error::x")), "{name}:\n{text}");
    }
}
