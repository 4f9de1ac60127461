//! Every report is of its format, whatever a host says: JSON by its schema, JUnit by what XML is, TAP and GitHub's
//! commands by their grammar. And specs that repot writes are by the schema that repot prints.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use exchange::report::{Look, Run, Target, json, named};
use exchange::schema;
use exchange::spec_file::role::{Host, Role, capture};
use jsonschema::Validator;
use kinds::kind::{Form, Kind, Property, Role as Part, Shape};
use kinds::{KINDS, KnownKinds};
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::draft::draft;
use model::fact::Fact;
use model::facts::{Facts, KindFacts, Resource};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::place::Place;
use model::proven::{Proven, Site, State};
use model::value::Value;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use regex::Regex;
use std::collections::BTreeMap;

/// A schema that says which draft it is of, as a validator.
fn validator(schema: &serde_json::Value) -> Validator {
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(jsonschema::meta::is_valid(schema), "{:?}", jsonschema::meta::validate(schema).err());
    jsonschema::validator_for(schema).unwrap()
}

fn wrong(validator: &Validator, document: &serde_json::Value) -> Vec<String> {
    validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

/// What texts that break reports are made of.
const PIECES: &[&str] = &[
    "a",
    "/etc/x",
    "\n",
    "\r\n",
    "\u{1b}[2J",
    "]]>",
    "<b>",
    "&",
    "\"",
    "::error::x",
    "ok 1",
    "1..9",
    "# SKIP",
    "%0A",
    "\u{202e}",
    "\u{0}",
    "\u{85}",
    "\u{fffe}",
    "\u{1f600}",
    "\\",
    " ",
];

fn hostile() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES).prop_map(str::to_owned), 0..5)
        .prop_map(|p| p.concat())
        .boxed()
        .prop_union(any::<String>().boxed())
}

fn verdict() -> impl Strategy<Value = Verdict> {
    (0..6_u8, hostile()).prop_map(|(number, text)| match number {
        0 => Verdict::Same,
        1 => Verdict::Differs,
        2 => Verdict::Missing,
        3 => Verdict::Extra,
        4 => Verdict::Undecided(Why::new(WhyCode::Denied, text)),
        _ => Verdict::Waived(text),
    })
}

fn finding() -> impl Strategy<Value = Finding> {
    let texts = proptest::collection::vec(hostile(), 6);
    (verdict(), texts, any::<[bool; 5]>(), any::<u16>()).prop_map(|(verdict, texts, has, line)| {
        let some = |at: usize| has[at].then(|| texts[at + 1].clone());
        let kind = KINDS[usize::from(line) % KINDS.len()].name();
        Finding {
            property: some(0),
            expected: some(1),
            seen: some(2).map(Value::from),
            why: some(3),
            claimed_at: some(4).map(|file| Place { file, line: u32::from(line), column: 1 }),
            ..Finding::whole(ResourceId::new(kind, texts[0].clone()), verdict)
        }
    })
}

fn site() -> impl Strategy<Value = Site> {
    (proptest::collection::vec(hostile(), 4), 1..9_u32, 0..6_u8, 0..3_u64).prop_map(|(texts, line, state, came)| {
        let [name, within, file, detail]: [String; 4] = texts.try_into().unwrap();
        let state = match state {
            0 => State::Asserted,
            1 => State::Exercised,
            2 => State::Undecided(detail),
            3 => State::NotReached(detail),
            4 => State::Inside(detail),
            5 => State::Never(detail),
            _ => State::OnlyTraced(detail),
        };
        let at = Place::line(file, line);
        let lines = vec![at.clone()];
        Site {
            kind: "location",
            name,
            within,
            at,
            last_line: line,
            lines,
            state,
            came,
            asserted: came / 2,
            perhaps: 0,
            weight: None,
        }
    })
}

prop_compose! {
    fn proven()(sites in proptest::collection::vec(site(), 0..5), problem in hostile()) -> Proven {
        Proven { of: "nginx".to_owned(), sites, problems: vec![problem], ..Proven::default() }
    }
}

prop_compose! {
    fn a_run()(targets in proptest::collection::vec((hostile(), proptest::collection::vec(finding(), 0..6), proptest::option::of(hostile()), proptest::collection::vec(proven(), 0..2)), 0..3)) -> Run {
        let target = |(name, findings, lost, proven): (String, Vec<Finding>, Option<String>, Vec<Proven>)| match lost {
            Some(why) => Target { name: name.clone(), unreachable: Some((why, vec![name])), ..Target::default() },
            None => Target { name, against: "spec/web".to_owned(), findings, proven, ..Target::default() },
        };
        Run { command: "verify", targets: targets.into_iter().map(target).collect() }
    }
}

fn written(name: &str, run: &Run) -> String {
    let mut bytes = Vec::new();
    (named(name).unwrap().write)(run, Look::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// How many findings there are, those of lost targets counted as one.
fn count(run: &Run, counts: impl Fn(&Finding) -> bool) -> usize {
    run.targets
        .iter()
        .map(|t| if t.unreachable.is_some() { 1 } else { t.findings.iter().filter(|f| counts(f)).count() })
        .sum()
}

/// Characters that XML 1.0 may hold, also as references.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn json_is_by_its_schema(run in a_run()) {
        let report: serde_json::Value = serde_json::from_str(&written("json", &run)).unwrap();
        prop_assert_eq!(wrong(&validator(&json::schema()), &report), Vec::<String>::new());
        prop_assert_eq!(&report["exit"], &serde_json::json!(run.exit().code()));
        let names: Vec<&str> = report["targets"].as_array().unwrap().iter().map(|t| t["target"].as_str().unwrap()).collect();
        prop_assert_eq!(names, run.targets.iter().map(|t| t.name.as_str()).collect::<Vec<_>>());
    }

    #[test]
    fn junit_is_xml_that_counts_right(run in a_run()) {
        let text = written("junit", &run);
        let mut reader = Reader::from_str(&text);
        let mut sums: BTreeMap<String, usize> = BTreeMap::new();
        let mut said: Vec<(String, usize)> = Vec::new();
        loop {
            let event = reader.read_event().unwrap();
            #[expect(clippy::wildcard_enum_match_arm, reason = "what is no tag counts nothing")]
            match event {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                    for attribute in tag.attributes() {
                        let attribute = attribute.unwrap();
                        let raw = std::str::from_utf8(&attribute.value).unwrap();
                        let value = quick_xml::escape::unescape(raw).unwrap();
                        prop_assert!(value.chars().all(is_xml), "{:?}", value);
                        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
                        if name == "testsuites" && ["tests", "failures", "errors", "skipped"].contains(&key.as_str()) {
                            said.push((key, value.parse().unwrap()));
                        }
                    }
                    *sums.entry(name).or_default() += 1;
                }
                _ => {}
            }
        }
        let seen = |name: &str| sums.get(name).copied().unwrap_or_default();
        for (what, number) in said {
            let tag = match what.as_str() { "tests" => "testcase", "failures" => "failure", "errors" => "error", _ => "skipped" };
            prop_assert_eq!(seen(tag), number, "{}", what);
        }
        let reached = run.targets.iter().filter(|t| t.unreachable.is_none());
        let sites: usize = reached.flat_map(|t| &t.proven).map(|p| p.sites.len()).sum();
        prop_assert_eq!(seen("testcase"), count(&run, |_| true) + sites);
        let is_failure = |f: &Finding| matches!(f.verdict, Verdict::Differs | Verdict::Missing | Verdict::Extra);
        let lost = run.targets.iter().filter(|t| t.unreachable.is_some()).count();
        prop_assert_eq!(seen("failure") + lost, count(&run, is_failure));
    }

    #[test]
    fn tap_numbers_its_lines(run in a_run()) {
        let text = written("tap", &run);
        let mut lines = text.lines();
        prop_assert_eq!(lines.next(), Some("TAP version 13"));
        let total = count(&run, |_| true);
        let plan = format!("1..{total}");
        prop_assert_eq!(lines.next(), Some(plan.as_str()));
        let result = Regex::new(r"^(not )?ok (\d+) - ([^#\\]|\\.)*( # SKIP .*)?$").unwrap();
        let mut number = 0;
        for line in lines.filter(|line| !line.starts_with("# ")) {
            let found = result.captures(line);
            prop_assert!(found.is_some(), "{:?}", line);
            number += 1;
            prop_assert_eq!(found.unwrap()[2].parse::<usize>().unwrap(), number);
        }
        prop_assert_eq!(number, total);
        let bad = text.lines().filter(|line| line.starts_with("not ok ")).count();
        prop_assert_eq!(bad, count(&run, |f| f.verdict.is_news()));
    }

    #[test]
    fn lcov_is_records_of_known_lines(run in a_run()) {
        let text = written("lcov", &run);
        let line = Regex::new(r"^(TN:\w*|SF:.*|FN:\d+,.*|FNDA:\d+,.*|(FNF|FNH|BRF|BRH|LF|LH):\d+|BRDA:\d+,0,[01],(-|\d+)|DA:\d+,\d+|end_of_record)$").unwrap();
        for each in text.lines() {
            prop_assert!(line.is_match(each), "{:?}", each);
        }
        let count = |begin: &str| text.lines().filter(|l| l.starts_with(begin)).count();
        prop_assert_eq!(count("SF:"), count("end_of_record"));
        prop_assert_eq!(count("FN:"), count("FNDA:"));
    }

    #[test]
    fn github_gets_one_command_a_finding(run in a_run()) {
        let text = written("github", &run);
        let command = Regex::new(r"^::(error|warning) (file=[^,:]*,line=[1-9]\d*,)?title=[^,:]*::").unwrap();
        prop_assert!(text.lines().all(|line| command.is_match(line)), "{}", text);
        prop_assert_eq!(text.lines().count(), count(&run, |f| f.verdict.is_news()));
    }

    #[test]
    fn people_get_a_last_line_that_counts(run in a_run()) {
        let text = written("human", &run);
        let marks = text.lines().filter(|line| line.starts_with('✓') || line.starts_with('✗')).count();
        prop_assert_eq!(marks, run.targets.len());
        prop_assert_eq!(text.contains("targets are as claimed"), run.targets.len() > 1);
    }
}

/// A value that a property takes.
fn value(property: &Property) -> Value {
    if let Some(value) = property.values.first() {
        return (*value).into();
    }
    match (property.form, property.shape) {
        (Form::Mode, _) => "0644".into(),
        (Form::Hex(digits), _) => "a".repeat(digits).into(),
        (Form::Any, Shape::Bool) => true.into(),
        (Form::Any, Shape::Int) => 42_i64.into(),
        (Form::Any, Shape::Text | Shape::Lines | Shape::Any) => "12:30 {x}".into(),
        (Form::Any, Shape::Version) => "1.0".into(),
        (Form::Any, Shape::Set | Shape::List) => Value::set(["a", "yes", "1e3"]),
        (Form::Any, Shape::Versions) => Value::set(["1.0", "2.0-1"]),
        (Form::Any, Shape::Map) => Value::Map([("a".to_owned(), "true".into())].into()),
    }
}

#[test]
fn specs_that_are_captured_are_by_the_schema() {
    let resource = |kind: &dyn Kind| {
        let pinned = kind.properties().iter().filter(|p| p.role == Part::Pinned);
        let facts =
            pinned.map(|p| (p.name.to_owned(), Fact::is(value(p)).local().at(Place::line("/etc/x", 3)))).collect();
        Resource { facts, ..Resource::default() }
    };
    let seen = |kind: &&dyn Kind| {
        let resources = BTreeMap::from([("a b".to_owned(), resource(*kind))]);
        (kind.name().to_owned(), KindFacts { coverage: Coverage::Complete, resources })
    };
    let facts = Facts { kinds: KINDS.iter().map(seen).collect(), ..Facts::default() };
    let draft = draft(&facts, &facts, &KnownKinds);
    let hosts = [Host { name: "h", draft: &draft }];
    let captured =
        capture(Role { name: "h", dir: "spec/h", hosts: &hosts, files: &BTreeMap::new(), key: "k", only: None })
            .unwrap();
    let validator = validator(&schema::spec());
    for (name, merged) in captured.files {
        let document: serde_json::Value = serde_saphyr::from_str(&merged.text).unwrap();
        assert_eq!(wrong(&validator, &document), Vec::<String>::new(), "{name}");
        assert!(document.as_object().unwrap().len() > 2, "{name} says nothing");
    }
}

#[test]
fn the_schema_of_specs_refuses_what_the_parser_does() {
    let validator = validator(&schema::spec());
    for (text, is_good) in [
        ("repot: 1\nservice:\n  nginx: {enabled: true, why: x, from: runbook.md}\n", true),
        (
            "repot: 1\nfile:\n  /x: {contents: [a, '!b'], size: '>= 3', mode: {value: '0644', waive: {reason: x, until: 2030-01-01}}}\n",
            true,
        ),
        ("service:\n  nginx: {title: x, enabled: {or: [true, false]}}\n", true),
        ("matching:\n  x: {content: [1], matches: {contain-element: 1}}\n", true),
        ("repot: 2\n", false),
        ("repot: 1\nservise: {}\n", false),
        ("repot: 1\nservice:\n  nginx: {enabeld: true}\n", false),
        ("repot: 1\nservice:\n  nginx: {enabled: maybe}\n", false),
        ("repot: 1\nfile:\n  /x: {filetype: directry}\n", false),
        ("repot: 1\nuser:\n  x: {uid: {gt: 1, lt: 2}}\n", false),
        ("repot: 1\nuser:\n  x: {uid: {value: 1, because: z}}\n", false),
        ("repot: 1\ncomplete: [nothing]\n", false),
    ] {
        let document: serde_json::Value = serde_saphyr::from_str(text).unwrap();
        assert_eq!(validator.is_valid(&document), is_good, "{text}: {:?}", wrong(&validator, &document));
    }
}

#[test]
fn decisions_and_reviews_are_by_their_schemas() {
    use exchange::rules::decisions::{self, Change, Said};
    use exchange::rules::report::Reviewed;
    use exchange::rules::{Contents, Decisions, Host as Seen, RULES, decided, report};
    use exchange::spec_file::parse::parse;
    let text = "repot: 1\nservice: {nginx: {running: true, enabled: true}, ssh: {running: true}}\nport: {\"tcp:80\": {service: nginx, process: \"a\\u001b[2Jb\"}}\ncommand: {\"true\": {exit-status: 0}}\n";
    let spec = parse(&[("spec/web/site.yaml".to_owned(), text.to_owned())]).unwrap().spec;
    let contents = Contents::new();
    let host = Seen::new(&spec, &contents, 1);
    let said = Said { author: "anna".into(), date: "2026-11-25".into(), ..Said::default() };
    let changes = [Change::Rule("SVC-01".into(), Some(said))];
    let mut decisions = Decisions::default();
    changes.iter().for_each(|change| change.apply(&mut decisions));
    let review = decided(&host, &decisions.platform, RULES, &decisions);
    let json = report::json(Reviewed { host: &host, review: &review, decisions: &decisions });
    assert_eq!(wrong(&validator(&report::schema()), &json), [""; 0]);
    let file = decisions::write("d", "", &changes).unwrap();
    let file: serde_json::Value = serde_saphyr::from_str(&file).unwrap();
    assert_eq!(wrong(&validator(&decisions::schema()), &file), [""; 0]);
    let bad = serde_json::json!({"repot-decisions": 1, "kubernetes": {"rules": {"SVC-01": {"verdict": "maybe"}}}});
    assert_ne!(wrong(&validator(&decisions::schema()), &bad), [""; 0]);
    let shown = report::human(Reviewed { host: &host, review: &review, decisions: &decisions }, true);
    assert!(!shown.contains('\u{1b}'), "what a host says acts on no terminal");
}
