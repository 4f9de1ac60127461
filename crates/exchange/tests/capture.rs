//! Captures into spec files: what is written is met by its host, the same host gives the same bytes, and what people
//! edited stays.

use exchange::spec_file::role::{Captured, Host, Role, capture, host_file};
use exchange::spec_file::sums;
use kinds::KINDS;
use kinds::kind::{Form, Kind, Property, Shape};
use model::compare::compare;
use model::coverage::Coverage;
use model::draft::{Draft, draft};
use model::fact::Fact;
use model::facts::{Facts, KindFacts, Resource};
use model::finding::Verdict;
use model::id::ResourceId;
use model::place::Place;
use model::spec::Open;
use model::value::Value;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type Files = BTreeMap<String, String>;

fn captured(files: &Files, hosts: &[(&str, &Draft)]) -> Result<Captured, String> {
    captured_only(files, hosts, None)
}

fn captured_only(
    files: &Files,
    hosts: &[(&str, &Draft)],
    only: Option<&BTreeSet<ResourceId>>,
) -> Result<Captured, String> {
    let hosts: Vec<Host<'_>> = hosts.iter().map(|(name, draft)| Host { name, draft }).collect();
    let role = Role { name: "web", dir: "spec/web", hosts: &hosts, files, key: "k", only };
    capture(role).map_err(|p| p.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The files after a capture.
fn after(files: &Files, hosts: &[(&str, &Draft)]) -> Files {
    let captured = captured(files, hosts).unwrap_or_else(|p| panic!("{p}\n{files:#?}"));
    let mut files = files.clone();
    files.extend(captured.files.into_iter().map(|(name, merged)| (name, merged.text)));
    files.insert(sums::NAME.to_owned(), captured.sums);
    files
}

/// Facts of the one kind that every host has.
fn facts(names: &[(&str, &str)]) -> Facts {
    let resource = |value: &str| {
        let fact = Fact::is(value).local().at(Place::line("/etc/hostname", 1));
        Resource { facts: [("configured".to_owned(), fact)].into(), ..Resource::default() }
    };
    let resources = names.iter().map(|(name, value)| ((*name).to_owned(), resource(value))).collect();
    let kind = KindFacts { coverage: Coverage::Complete, resources };
    Facts { kinds: BTreeMap::from([("hostname".to_owned(), kind)]), key: Some("k".into()) }
}

fn drafted(names: &[(&str, &str)]) -> Draft {
    let facts = facts(names);
    draft(&facts, &facts, &kinds::KnownKinds)
}

fn edited(files: &Files, name: &str, edit: impl Fn(&str) -> String) -> Files {
    let mut files = files.clone();
    let text = edit(&files[name]);
    assert_ne!(text, files[name], "the edit changes something");
    files.insert(name.to_owned(), text);
    files
}

fn line<'f>(files: &'f Files, name: &str, begins: &str) -> &'f str {
    files[name].lines().find(|l| l.trim_start().starts_with(begins)).unwrap_or_else(|| panic!("{}", files[name]))
}

#[test]
fn what_people_edited_stays() {
    let first = after(&Files::new(), &[("h", &drafted(&[("a", "1"), ("b", "2"), ("c", "3"), ("e", "5")]))]);
    let files = edited(&first, "site.yaml", |text| {
        let text = text.replace("  a: {configured: \"1\"", "  # the old name\n  a: {configured: \"1\", why: because");
        let text =
            text.replace("\"2\"", "other").replace("  c: {configured: \"3\"", "  c: # here\n    {configured: \"3\"");
        format!("# mine\n{text}  # the last\n  own: {{exists: false}}\n")
    });
    let now = drafted(&[("a", "1b"), ("b", "2b"), ("d", "4"), ("e", "5")]);
    let out = captured(&files, &[("h", &now)]).unwrap().files.remove("site.yaml").unwrap();
    let want = files["site.yaml"]
        .replace("\"1\"", "\"1b\"")
        .replace(
            "{configured: \"3\", from: \"observed at /etc/hostname:1\"}",
            "{configured: \"3\", from: \"observed at /etc/hostname:1\", gone: true}",
        )
        .replace("  e: {", "  d: {configured: \"4\", from: \"observed at /etc/hostname:1\"}\n  e: {");
    assert_eq!(out.text, want);
    assert_eq!(out.updated, ["hostname[a].configured"]);
    assert_eq!(out.kept, ["hostname[b].configured"]);
    assert_eq!(out.gone, ["hostname[c]"]);
    assert_eq!(out.added, ["hostname[d]"]);
    let second = after(&files, &[("h", &now)]);
    assert_eq!(after(&second, &[("h", &now)]), second, "the same host gives the same bytes");
}

/// Accepts what a host shows of the resources named; the files, and what could not be accepted.
fn accepted(files: &Files, now: &Draft, names: &[&str]) -> (Files, Vec<String>) {
    let only: BTreeSet<ResourceId> = names.iter().map(|name| ResourceId::new("hostname", *name)).collect();
    let captured = captured_only(files, &[("h", now)], Some(&only)).unwrap_or_else(|p| panic!("{p}"));
    let kept = captured.files.values().flat_map(|merged| merged.kept.clone()).collect();
    let mut files = files.clone();
    files.extend(captured.files.into_iter().map(|(name, merged)| (name, merged.text)));
    files.insert(sums::NAME.to_owned(), captured.sums);
    (files, kept)
}

#[test]
fn what_was_shipped_is_noted_of_a_property_that_joins_an_entry() {
    let draft = |names: &[&str]| {
        let fact = |name: &&str| {
            let mut fact = Fact::is(true).local();
            fact.shipped = Some(Value::Bool(false));
            ((*name).to_owned(), fact)
        };
        let resource = Resource { facts: names.iter().map(fact).collect(), ..Resource::default() };
        let kind = KindFacts { coverage: Coverage::Complete, resources: [("nginx".to_owned(), resource)].into() };
        draft_of(&Facts { kinds: [("service".to_owned(), kind)].into(), key: Some("k".into()) })
    };
    let (first, now) = (draft(&["enabled"]), draft(&["enabled", "running"]));
    let before = after(&Files::new(), &[("h", &first)]);
    let files = after(&before, &[("h", &now)]);
    let whole = "nginx: {enabled: true, running: true}  # shipped: false; shipped: false";
    assert_eq!(line(&files, "site.yaml", "nginx"), format!("  {whole}"));
    let own = edited(&before, "site.yaml", |text| text.replace("  # shipped: false", " # mine"));
    let files = after(&own, &[("h", &now)]);
    assert_eq!(line(&files, "site.yaml", "nginx"), "  nginx: {enabled: true, running: true} # mine; shipped: false");
    // What comes after it in the order of names does not become part of the note, also where the file's last line is not ended.
    let cut = edited(&before, "site.yaml", |text| text.trim_end().replace("  # shipped: false", ""));
    let mut later = now.clone();
    let drafted = later.site.values().next().expect("nginx is there").clone();
    later.site.insert(ResourceId::new("service", "zabbix"), drafted);
    let files = after(&cut, &[("h", &later)]);
    assert_eq!(line(&files, "site.yaml", "nginx"), "  nginx: {enabled: true, running: true}  # shipped: false");
    assert_eq!(line(&files, "site.yaml", "zabbix"), format!("  {}", whole.replace("nginx", "zabbix")));
}

#[test]
fn what_is_accepted_moves_and_nothing_else_does() {
    let files = after(&Files::new(), &[("h", &drafted(&[("a", "1"), ("b", "2"), ("c", "3")]))]);
    let now = drafted(&[("a", "1x"), ("b", "2x"), ("d", "4")]);
    let (one, kept) = accepted(&files, &now, &["b"]);
    assert_eq!(one["site.yaml"], files["site.yaml"].replace("\"2\"", "\"2x\""));
    assert_eq!((one["baseline.yaml"].as_str(), kept.len()), (files["baseline.yaml"].as_str(), 0));
    // The rest is found as before, and a capture may still follow what captures wrote.
    let (both, _) = accepted(&one, &now, &["c", "d"]);
    assert!(line(&both, "site.yaml", "c:").contains("gone: true") && line(&both, "site.yaml", "d:").contains("\"4\""));
    assert!(line(&both, "site.yaml", "a:").contains("\"1\""));
    assert!(line(&after(&both, &[("h", &now)]), "site.yaml", "a:").contains("\"1x\""));
}

#[test]
fn what_people_wrote_is_accepted_where_it_stands_and_stays_theirs() {
    let first = after(&Files::new(), &[("h", &drafted(&[("a", "1"), ("b", "2")]))]);
    let files = edited(&first, "site.yaml", |text| {
        text.replace("  a: {configured: \"1\"", "  # ours\n  a: {why: because, configured: \"7\"")
    });
    let now = drafted(&[("a", "9"), ("b", "2")]);
    let (accepted, kept) = accepted(&files, &now, &["a"]);
    assert_eq!(accepted["site.yaml"], files["site.yaml"].replace("\"7\"", "\"9\""));
    assert!(kept.is_empty(), "{kept:?}");
    let later = drafted(&[("a", "10"), ("b", "2")]);
    assert!(line(&after(&accepted, &[("h", &later)]), "site.yaml", "a:").contains("\"9\""), "a person's claim stays");
}

#[test]
fn what_comes_back_is_claimed_again() {
    let (with, without) = (drafted(&[("a", "1"), ("b", "2")]), drafted(&[("a", "1")]));
    let first = after(&Files::new(), &[("h", &with)]);
    let second = after(&first, &[("h", &without)]);
    assert!(line(&second, "site.yaml", "b:").ends_with("gone: true}"));
    assert_eq!(after(&second, &[("h", &with)])["site.yaml"], first["site.yaml"]);
}

#[test]
fn a_value_that_a_person_wrote_never_follows_the_host() {
    let first = after(&Files::new(), &[("h", &drafted(&[("a", "1")]))]);
    let files = edited(&first, "site.yaml", |t| t.replace("\"1\"", "\"2\""));
    // The host comes to what the person wrote, and leaves it again.
    let met = after(&files, &[("h", &drafted(&[("a", "2")]))]);
    let left = captured(&met, &[("h", &drafted(&[("a", "3")]))]).unwrap();
    assert_eq!(left.files["site.yaml"].kept, ["hostname[a].configured"]);
    assert_eq!(left.files["site.yaml"].text, files["site.yaml"]);
}

#[test]
fn without_the_digests_every_value_is_a_persons() {
    let mut files = after(&Files::new(), &[("h", &drafted(&[("a", "1")]))]);
    files.remove(sums::NAME);
    let out = captured(&files, &[("h", &drafted(&[("a", "2")]))]).unwrap();
    assert_eq!(out.files["site.yaml"].text, files["site.yaml"]);
    assert_eq!(out.files["site.yaml"].kept, ["hostname[a].configured"]);
}

#[test]
fn a_claim_in_a_file_of_ones_own_is_not_made_again() {
    let mut files = Files::new();
    files.insert("extra.yaml".into(), "repot: 1\nhostname:\n  a: {configured: mine}\n".into());
    let out = after(&files, &[("h", &drafted(&[("a", "1"), ("b", "2")]))]);
    assert!(!out["site.yaml"].contains("  a:") && out["site.yaml"].contains("  b:"), "{}", out["site.yaml"]);
}

#[test]
fn hosts_of_a_role_share_what_is_the_same() {
    let (one, two) = (drafted(&[("a", "1"), ("b", "2"), ("c", "3")]), drafted(&[("a", "1"), ("b", "two")]));
    let files = after(&Files::new(), &[("w1", &one), ("w2", &two)]);
    assert!(files["site.yaml"].contains("  a:") && !files["site.yaml"].contains("  b:"));
    assert!(
        line(&files, &host_file("w1"), "b:").contains("\"2\"") && line(&files, &host_file("w2"), "b:").contains("two")
    );
    assert!(files[&host_file("w1")].contains("  c:") && !files[&host_file("w2")].contains("  c:"));
    // What was shared and no longer is moves; what is shared again moves back.
    let drifted = drafted(&[("a", "x"), ("b", "two")]);
    let moved = after(&files, &[("w1", &one), ("w2", &drifted)]);
    assert!(!moved["site.yaml"].contains("  a:"), "{}", moved["site.yaml"]);
    assert!(line(&moved, &host_file("w2"), "a:").contains('x'));
    let back = after(&moved, &[("w1", &one), ("w2", &two)]);
    assert!(back["site.yaml"].contains("  a:") && !back[&host_file("w2")].contains("  a:"));
    let said = captured(&files, &[("w1", &one)]).unwrap_err();
    assert!(said.contains("w2 shares the role web") && said.contains("capture its hosts together: w1, w2"), "{said}");
}

#[test]
fn what_cannot_be_merged_is_refused() {
    let now = drafted(&[("a", "1")]);
    for (name, text, says) in [
        ("site.yaml", "repot: 1\nkey: other\n", "another key"),
        ("site.yaml", "hostname:\n  a: {exists: true}\n", "a plain gossfile"),
        ("site.yaml", "repot: 2\n", "this spec is of version 2"),
        ("site.yaml", "repot: 1\nhostname:\n  a: {configurd: x}\n", "did you mean `configured`"),
        ("baseline.yaml", "repot: 1\nopen: [\n", "not YAML"),
        (".captured", "repot captured 2\n", "a newer repot"),
    ] {
        let files = Files::from([(name.to_owned(), text.to_owned())]);
        let said = captured(&files, &[("h", &now)]).unwrap_err();
        assert!(said.contains(says), "{text}: {said}");
    }
}

#[test]
fn people_may_open_what_was_complete_and_leave_things_open() {
    let mut now = drafted(&[("a", "1")]);
    now.open = vec![Open { what: "hostname[a].x".into(), why: "it moved between two looks".into() }];
    let first = after(&Files::new(), &[("h", &now)]);
    let files = edited(&first, "baseline.yaml", |t| {
        t.replace("  - hostname\n", "  - hostname # all\n")
            .replace("open:\n", "open:\n  \"hostname[tmp*]\": people make these\n")
    });
    now.open = vec![Open { what: "hostname[b].x".into(), why: "it moved between two looks".into() }];
    let second = after(&files, &[("h", &now)]);
    assert!(second["baseline.yaml"].contains("  \"hostname[tmp*]\": people make these\n"));
    assert!(second["baseline.yaml"].contains("hostname[b].x") && !second["baseline.yaml"].contains("hostname[a].x"));
    let opened = edited(&second, "baseline.yaml", |t| t.replace("complete:\n  - hostname # all\n", "complete: []\n"));
    assert!(after(&opened, &[("h", &now)])["baseline.yaml"].contains("complete: []\n"));
}

#[test]
fn a_long_name_is_still_a_key() {
    let name = "é\"".repeat(3000);
    let now = drafted(&[(&name, "1")]);
    let files = after(&Files::new(), &[("h", &now)]);
    assert_eq!(after(&files, &[("h", &now)]), files);
    assert!(files["site.yaml"].contains("  ? \"é"));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "\\PC{0,10}",
        1 => any::<String>(),
        2 => "[a-z0-9/.-]{1,8}",
        2 => proptest::sample::select(vec!["yes", "null", "~", "12:30", "<<", "=", "{{ x }}", "a: b", "# c", "- d", "*", "a?",
            "\\*", "\\", "!x", "&a", "value", "gone", "0644", "1e3", ">= 1", "\u{1b}[31m", "a\nb\n", " x ", "\t", "\u{85}",
            "\u{2028}", "\u{feff}", "or", "from", "'", "\"", "---", "%", "|", ">"]).prop_map(str::to_owned),
    ]
}

fn value(property: &Property) -> BoxedStrategy<Value> {
    if !property.values.is_empty() {
        return proptest::sample::select(property.values).prop_map(Value::from).boxed();
    }
    match property.form {
        Form::Any => {}
        Form::Mode => return "[0-7]{4}".prop_map(Value::Text).boxed(),
        Form::Hex(digits) => {
            let digit = proptest::sample::select(&b"0123456789abcdef"[..]).prop_map(char::from);
            return proptest::collection::vec(digit, digits).prop_map(|d| Value::Text(d.into_iter().collect())).boxed();
        }
    }
    match property.shape {
        Shape::Bool | Shape::Any => any::<bool>().prop_map(Value::Bool).boxed(),
        Shape::Int => any::<i64>().prop_map(Value::Int).boxed(),
        Shape::Text | Shape::Version | Shape::Lines => text().prop_map(Value::Text).boxed(),
        Shape::Set | Shape::Versions => proptest::collection::vec(text(), 0..4).prop_map(Value::set).boxed(),
        Shape::List => proptest::collection::vec(text(), 0..4).prop_map(Value::from).boxed(),
        Shape::Map => {
            let map = proptest::collection::btree_map(text(), text().prop_map(Value::Text), 0..3);
            map.prop_map(Value::Map).boxed()
        }
    }
}

fn fact(property: &'static Property) -> impl Strategy<Value = (String, Fact)> {
    let place = proptest::option::of(("[a-z/]{1,6}", 1..9_u32)).prop_map(|p| p.map(|(file, n)| Place::line(file, n)));
    (value(property), any::<bool>(), place, proptest::option::of(value(property))).prop_map(
        |(value, local, place, old)| {
            let mut fact = if local { Fact::is(value).local() } else { Fact::is(value) };
            fact.place = place;
            fact.shipped = old;
            (property.name.to_owned(), fact)
        },
    )
}

fn resource(kind: &'static dyn Kind) -> impl Strategy<Value = Resource> {
    let pinned: Vec<&'static Property> = kind.properties().iter().filter(|p| p.is_pinned()).collect();
    let count = pinned.len();
    let some = proptest::sample::subsequence(pinned, 0..=count.min(4));
    let facts = some.prop_flat_map(|properties| properties.into_iter().map(fact).collect::<Vec<_>>());
    (facts, proptest::bool::weighted(0.1)).prop_map(|(facts, absent)| Resource {
        absent,
        facts: if absent { BTreeMap::new() } else { facts.into_iter().collect() },
        ..Resource::default()
    })
}

/// What any host may show: names are few, so that two hosts share some.
fn any_facts() -> impl Strategy<Value = Facts> {
    let name = prop_oneof![3 => "[a-d]", 1 => text()];
    let kind = (0..KINDS.len()).prop_flat_map(move |index| {
        let kind = KINDS[index];
        let resources = proptest::collection::btree_map(name.clone(), resource(kind), 0..4);
        let coverage = proptest::sample::select(vec![Coverage::Complete, Coverage::Complete, Coverage::Asked]);
        (Just(KINDS[index].name().to_owned()), coverage, resources)
            .prop_map(|(name, coverage, resources)| (name, KindFacts { coverage, resources }))
    });
    proptest::collection::vec(kind, 1..5)
        .prop_map(|kinds| Facts { kinds: kinds.into_iter().collect(), key: Some("k".into()) })
}

fn draft_of(facts: &Facts) -> Draft {
    draft(facts, facts, &kinds::KnownKinds)
}

/// What the host does not meet of its files.
fn news(files: &Files, host: &str, facts: &Facts) -> Vec<String> {
    let is_its = |name: &String| name.ends_with(".yaml") && (!name.starts_with("hosts/") || *name == host_file(host));
    let texts: Vec<(String, String)> =
        files.iter().filter(|(n, _)| is_its(n)).map(|(n, t)| (n.clone(), t.clone())).collect();
    let spec = exchange::spec_file::parse::parse(&texts).unwrap_or_else(|p| panic!("{}\n{files:#?}", p[0])).spec;
    let found = compare(&spec, facts, &kinds::KnownKinds, "2026-01-01");
    let is_news = |verdict: &Verdict| !matches!(verdict, Verdict::Same);
    found.iter().filter(|f| is_news(&f.verdict)).map(|f| format!("{} {:?}", f.subject(), f)).collect()
}

/// What a kind shows that is not complete may be left out of the next look without being gone.
fn complete(mut facts: Facts) -> Facts {
    facts.kinds.values_mut().for_each(|kind| kind.coverage = Coverage::Complete);
    for kind in KINDS {
        let nothing = KindFacts { coverage: Coverage::Complete, resources: BTreeMap::new() };
        facts.kinds.entry(kind.name().to_owned()).or_insert(nothing);
    }
    facts
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn a_capture_is_met_by_its_host_and_gives_the_same_bytes_again(facts in any_facts()) {
        let draft = draft_of(&facts);
        let files = after(&Files::new(), &[("h", &draft)]);
        prop_assert_eq!(&after(&files, &[("h", &draft)]), &files);
        prop_assert_eq!(news(&files, "h", &facts), Vec::<String>::new());
        // Another reader of YAML finds the same names.
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".yaml")) {
            let read: BTreeMap<String, serde_json::Value> =
                serde_saphyr::from_str(text).map_err(|e| TestCaseError::fail(format!("{name}: {e}\n{text}")))?;
            let side = if name == "site.yaml" { &draft.site } else { &draft.baseline };
            for id in side.keys() {
                let names = read.get(&id.kind).and_then(|kind| kind.as_object());
                let escaped = model::id::literal(&id.name);
                prop_assert!(names.is_some_and(|n| n.contains_key(&id.name) || n.contains_key(&escaped)), "{}", id);
            }
        }
    }

    #[test]
    fn a_second_capture_follows_the_host_and_keeps_comments(
        first in any_facts(), second in any_facts(), third in any_facts(), at in any::<prop::sample::Index>()
    ) {
        let facts = [complete(first), complete(second), complete(third)];
        let drafts: Vec<Draft> = facts.iter().map(draft_of).collect();
        let mut files = after(&Files::new(), &[("h", &drafts[0])]);
        for text in files.iter_mut().filter(|(name, _)| name.ends_with(".yaml")).map(|(_, text)| text) {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.insert(at.index(lines.len()), "  # a note of mine");
            *text = lines.join("\n");
        }
        for (facts, draft) in facts.iter().zip(&drafts).skip(1) {
            files = after(&files, &[("h", draft)]);
            prop_assert_eq!(news(&files, "h", facts), Vec::<String>::new());
            prop_assert!(files["site.yaml"].contains("# a note of mine"));
            prop_assert_eq!(&after(&files, &[("h", draft)]), &files);
        }
    }

    #[test]
    fn hosts_of_a_role_each_meet_their_files(one in any_facts(), two in any_facts(), later in any_facts()) {
        let (one, two, later) = (complete(one), complete(two), complete(later));
        let mut files = Files::new();
        for two in [&two, &later, &one] {
            files = after(&files, &[("w1", &draft_of(&one)), ("w2", &draft_of(two))]);
            prop_assert_eq!(news(&files, "w1", &one), Vec::<String>::new());
            prop_assert_eq!(news(&files, "w2", two), Vec::<String>::new());
        }
        prop_assert_eq!(&after(&files, &[("w1", &draft_of(&one)), ("w2", &draft_of(&one))]), &files);
    }
}
