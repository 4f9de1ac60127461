//! Spec files: what they mean, and what is wrong is said with its place.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use exchange::spec_file::parse::parse;
use model::compare::compare;
use model::coverage::Coverage;
use model::fact::Fact;
use model::facts::{Facts, KindFacts, Resource};
use model::finding::Verdict;
use model::place::Place;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Facts of the one kind that every host has.
fn facts(names: &[(&str, &str)]) -> Facts {
    let resources = names
        .iter()
        .map(|(name, value)| {
            let fact = Fact::is(*value).local().at(Place::line("/etc/hostname", 1));
            ((*name).to_owned(), Resource { facts: [("configured".to_owned(), fact)].into(), ..Resource::default() })
        })
        .collect();
    let kind = KindFacts { coverage: Coverage::Complete, resources };
    Facts { kinds: BTreeMap::from([("hostname".to_owned(), kind)]), ..Facts::default() }
}

fn problems(text: &str) -> String {
    let problems = parse(&[("spec/web/site.yaml".to_owned(), text.to_owned())]).unwrap_err();
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, says) in [
        ("repot: 1\nhostnam:\n  x: {configured: a}\n", "spec/web/site.yaml:2:1: there is no kind `hostnam`"),
        ("repot: 1\nhostnam:\n  x: {configured: a}\n", "did you mean `hostname`?"),
        ("repot: 1\nhostname:\n  x: {configurd: a}\n", "site.yaml:3:7: hostname has no property `configurd`"),
        ("repot: 1\nhostname:\n  x: {configurd: a}\n", "\n 3 |   x: {configurd: a}\n   |       ^^^^^^^^^\n"),
        ("repot: 1\nhostname:\n  x: {configured: a}\n  x: {configured: b}\n", "4:3: `x` is written twice"),
        ("repot: 1\nhostname:\n  x: {configured: }\n", "a value is missing here"),
        ("repot: 1\nhostname:\n  x: {exists: maybe}\n", "expected true or false, found maybe"),
        ("repot: 1\nhostname:\n  x: {exists: false, configured: a}\n", "cannot be absent and have configured a"),
        ("repot: 1\nhostname:\n  x: {configured: {have-prefx: a}}\n", "did you mean `have-prefix`?"),
        ("repot: 1\nhostname:\n  x: {configured: {have-prefix: a, have-suffix: b}}\n", "several matchers at one level"),
        ("repot: 1\nhostname:\n  x: {configured: {match-regexp: '('}}\n", "unclosed group"),
        ("repot: 1\nhostname:\n  x: {configured: [a]}\n", "expected a single value, found a list"),
        ("repot: 1\nhostname:\n  x: {}\n", "claims nothing"),
        ("repot: 1\nhostname:\n  x: {configured: {value: a, wy: b}}\n", "`wy` cannot stand beside `value`"),
        ("repot: 1\nhostname:\n  x: {configured: a, waive: {until: 2026-01-01}}\n", "a waiver needs a reason"),
        ("repot: 1\nhostname:\n  x: {configured: a, waive: {reason: r, until: soon}}\n", "`soon` is no day"),
        (
            "repot: 1\nhostname:\n  x: {configured: a, waive: {reason: r, until: 2026-13-01}}\n",
            "`2026-13-01` is no day",
        ),
        ("repot: 1\nhostname:\n  x: {exists: {and: [true, false]}}\n", "this can never hold"),
        ("repot: 1\nhostname:\n  x: {why: because}\n", "hostname[x] claims nothing"),
        ("repot: 1\nopen: {\"x[a]\": }\n", "what is left open needs a reason"),
        ("repot: 1\nx: !ruby/object {}\n", "no use for the tag `!ruby/object`"),
        ("a: 1\nb: 2\na: 3\nb: 4\n", "3:1: `a` is written twice"),
        ("a: 1\nb: 2\na: 3\nb: 4\n", "4:1: `b` is written twice"),
        ("é: \u{1b}[31m\n", "this is not YAML"),
        ("file:\n  /x: {contains: [\"{{.Vars.a}}\"]}\n", "2:20: this gossfile is a template"),
        ("repot: 2\n", "this spec is of version 2; this repot reads up to 1"),
        ("repot: 1\nhostname: [a]\n", "expected names of hostname, found a list"),
        ("repot: 1\n\thostname:\n", "this is not YAML"),
        ("file:\n{{ range }}\n", "render it first"),
        ("repot: 1\nhostname:\n  x: {configured: >= 3}\n", "put the whole value in quotes"),
        ("repot: 1\nhostname:\n  x:\n    configured: >= 3\n", "put the whole value in quotes"),
        ("repot: 1\n---\nrepot: 1\n", "a second document"),
    ] {
        let said = problems(text);
        assert!(said.contains(says), "{text}\nsaid {said}\nnot  {says}");
    }
}

#[test]
fn two_files_must_not_contradict_each_other() {
    let file =
        |name: &str, value: &str| (name.to_owned(), format!("repot: 1\nhostname:\n  x: {{configured: {value}}}\n"));
    assert!(parse(&[file("a.yaml", "a"), file("b.yaml", "a")]).is_ok());
    let said = parse(&[file("a.yaml", "a"), file("b.yaml", "b")]).unwrap_err()[0].to_string();
    assert!(said.contains("b.yaml:3:3") && said.contains("at a.yaml:3:7 and at b.yaml:3:7"), "{said}");
}

#[test]
fn a_spec_cannot_both_deny_and_describe_in_two_files() {
    let file = |name: &str, claim: &str| (name.to_owned(), format!("repot: 1\nhostname:\n  x: {{{claim}}}\n"));
    let said = parse(&[file("a.yaml", "configured: a"), file("b.yaml", "exists: false")]).unwrap_err()[0].to_string();
    assert!(said.starts_with("b.yaml:3:7: hostname[x] cannot be absent and have configured a"), "{said}");
    assert!(said.contains("claimed at a.yaml:3:7"), "{said}");
}

#[test]
fn what_is_gone_is_not_to_be_there() {
    let spec = |text: &str| parse(&[("s.yaml".to_owned(), format!("repot: 1\nhostname:\n{text}"))]).unwrap().spec;
    let verdicts = |text: &str, names: &[(&str, &str)]| -> Vec<Verdict> {
        compare(&spec(text), &facts(names), &kinds::KnownKinds, "2026-01-01").into_iter().map(|f| f.verdict).collect()
    };
    let whole = "  x: {configured: a, gone: true}\n";
    assert_eq!(verdicts(whole, &[]), [Verdict::Same]);
    assert_eq!(verdicts(whole, &[("x", "a")]), [Verdict::Extra]);
    let one = "  x: {exists: true, configured: {value: a, gone: true}}\n";
    assert_eq!(verdicts(one, &[("x", "b")]), [Verdict::Same]);
}

/// What gossfiles may say of the types that both know, from Goss's own manual.
const GOSS: &[(&str, &[&str])] = &[
    ("addr", &["reachable", "timeout", "local-address"]),
    ("command", &["exit-status", "exec", "stdout", "stderr", "timeout"]),
    ("dns", &["resolvable", "addrs", "server", "timeout"]),
    (
        "file",
        &[
            "exists",
            "mode",
            "owner",
            "group",
            "filetype",
            "linked-to",
            "contents",
            "contains",
            "size",
            "md5",
            "sha256",
            "sha512",
        ],
    ),
    ("group", &["exists", "gid"]),
    (
        "http",
        &[
            "status",
            "allow-insecure",
            "no-follow-redirects",
            "timeout",
            "request-headers",
            "headers",
            "body",
            "username",
            "password",
            "method",
        ],
    ),
    ("interface", &["exists", "addrs", "mtu"]),
    ("kernel-param", &["value"]),
    ("mount", &["exists", "opts", "source", "filesystem", "usage"]),
    ("package", &["installed", "versions"]),
    ("port", &["listening", "ip"]),
    ("process", &["running"]),
    ("service", &["enabled", "running"]),
    ("user", &["exists", "uid", "gid", "groups", "home", "shell"]),
];

#[test]
fn what_gossfiles_say_is_known() {
    let mut unknown = Vec::new();
    for (name, properties) in GOSS {
        let Some(kind) = kinds::kind_named(name) else { continue };
        let is_known = |p: &&&str| **p == kind.presence() || kind.property(p).is_some();
        unknown.extend(properties.iter().filter(|p| !is_known(p)).map(|p| format!("{name}.{p}")));
    }
    assert!(unknown.is_empty(), "as properties or other spellings of them: {unknown:?}");
}

#[test]
fn goss_skips_and_negates() {
    let text = "hostname:\n  a: {configured: x, skip: true}\n  b: {exists: false, configured: x}\n";
    let parsed = parse(&[("goss.yaml".to_owned(), text.to_owned())]).unwrap();
    assert_eq!(parsed.skipped[0].0.to_string(), "hostname[a]");
    let found = compare(&parsed.spec, &facts(&[]), &kinds::KnownKinds, "2026-01-01");
    assert_eq!(found.iter().map(|f| &f.verdict).collect::<Vec<_>>(), [&Verdict::Same]);
}

#[test]
fn aliases_cannot_blow_up() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        let items = vec![format!("*a{}", i - 1); 10].join(", ");
        text.push_str(&format!("a{i}: &a{i} [{items}]\n"));
    }
    assert!(problems(&text).contains("aliases repeat more than"));
    let said = problems(&format!("{}{}", "[".repeat(5000), "]".repeat(5000)));
    assert!(said.contains("levels deep") || said.contains("recursion limit"), "{said}");
    assert!(problems(&format!("repot: {}x{}", "[".repeat(70), "]".repeat(70))).contains("levels deep"));
}

#[test]
fn a_gossfile_is_read_as_goss_reads_it() {
    let text = "hostname:\n  x:\n    title: t\n    configured:\n      or:\n        - have-prefix: web\n        - equal: db\ngossfile:\n  other.yaml: {}\n";
    let parsed = parse(&[("goss.yaml".to_owned(), text.to_owned())]).unwrap();
    assert_eq!(parsed.includes[0].path, "other.yaml");
    let found = compare(&parsed.spec, &facts(&[("x", "web-1")]), &kinds::KnownKinds, "2026-01-01");
    assert_eq!(found[0].verdict, Verdict::Same);
}

proptest! {
    #[test]
    fn the_parser_never_breaks(text in "(repot: 1\n)?[ -~\n\t]{0,200}") {
        parse(&[("t.yaml".to_owned(), text)]).ok();
    }
}
