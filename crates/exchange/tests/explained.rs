//! Differences of two machines, explained by a spec: waived, intended, left open, and what is none of these.

use exchange::spec_file::parse::parse;
use kinds::KnownKinds;
use model::coverage::Coverage;
use model::diff::{diff, explain};
use model::fact::Fact;
use model::facts::{Facts, KindFacts, Resource};
use std::collections::BTreeMap;

fn facts(zones: &[(&str, &str)]) -> Facts {
    let resource =
        |value: &str| Resource { facts: [("configured".to_owned(), Fact::is(value))].into(), ..Resource::default() };
    let resources = zones.iter().map(|(name, value)| ((*name).to_owned(), resource(value))).collect();
    let kind = KindFacts { coverage: Coverage::Complete, resources };
    Facts { kinds: BTreeMap::from([("hostname".to_owned(), kind)]), key: None }
}

#[test]
fn what_a_spec_knows_of_is_explained_and_the_rest_is_not() {
    let text = "repot: 1\nopen:\n  \"hostname[moves]\": it moved between two looks\nhostname:\n  waived: {configured: a, waive: new network}\n  \
                intended: {configured: new}\n  wrong: {configured: old}\n  gone: {exists: false}\n  late: {configured: a, waive: {reason: x, until: 2026-01-01}}\n";
    let spec = parse(&[("site.yaml".to_owned(), text.to_owned())]).expect("the spec is one").spec;
    let names = ["waived", "intended", "wrong", "moves", "unknown", "late"];
    let old: Vec<(&str, &str)> = names.iter().map(|n| (*n, "old")).chain([("gone", "old")]).collect();
    let new: Vec<(&str, &str)> = names.iter().map(|n| (*n, "new")).collect();
    let mut findings = diff(&facts(&old), &facts(&new), &KnownKinds);
    assert_eq!(findings.iter().filter(|f| f.verdict.is_news()).count(), 7);
    explain(&mut findings, &spec, "2026-06-01");
    let left: Vec<String> = findings.iter().filter(|f| f.verdict.is_news()).map(|f| f.id.name.clone()).collect();
    assert_eq!(left, ["late", "unknown", "wrong"]);
}

#[test]
fn a_waiver_of_its_own_covers_what_it_names_with_its_reason_and_until_its_day() {
    let text = "repot: 1\ncomplete: [hostname]\nwaive:\n  \"hostname[a*].configured\": moved\n  \"hostname[x]\": {reason: extra, until: 2026-06-30}\n\
                hostname:\n  a1: {configured: old}\n  b1: {configured: old}\n";
    let spec = parse(&[("site.yaml".to_owned(), text.to_owned())]).expect("the spec is one").spec;
    let seen = facts(&[("a1", "new"), ("b1", "new"), ("x", "new")]);
    let verdicts = |day: &str| -> Vec<&str> {
        model::compare::compare(&spec, &seen, &KnownKinds, day).iter().map(|f| f.verdict.name()).collect()
    };
    assert_eq!(verdicts("2026-06-30"), ["waived", "differs", "waived"]);
    assert_eq!(verdicts("2026-07-01"), ["waived", "differs", "extra"]);
    for wrong in [
        "waive: [x]\n",
        "waive: {x: y}\n",
        "waive: {\"nokind[x]\": y}\n",
        "waive: {\"file[x]\": {until: 2026-01-01}}\n",
    ] {
        let text = format!("repot: 1\n{wrong}");
        assert!(parse(&[("site.yaml".to_owned(), text)]).is_err(), "{wrong}");
    }
}
