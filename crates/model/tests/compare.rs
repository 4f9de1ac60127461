//! The laws of comparing: what could not be looked at is never "not there", and the order of things never matters.

use model::answer::{Answer, Why, WhyCode};
use model::claim::Claim;
use model::compare::compare;
use model::coverage::Coverage;
use model::diff::diff;
use model::draft::draft;
use model::exit::Exit;
use model::fact::Fact;
use model::facts::{Facts, KindFacts, Resource};
use model::finding::Verdict;
use model::id::ResourceId;
use model::place::Place;
use model::spec::{Claimed, Entry, Note, Open, Spec, Waiver};
use model::value::Value;
use model::vocabulary::Vocabulary;
use proptest::prelude::*;
use std::collections::BTreeMap;

struct AllBut(&'static str);

impl Vocabulary for AllBut {
    fn pins(&self, _kind: &str, property: &str) -> bool {
        property != self.0
    }

    fn unshown(&self, _kind: &str, property: &str) -> Answer<Value> {
        if property == self.0 { Err(denied()) } else { Ok(None) }
    }
}

const ALL: AllBut = AllBut("pid");
const TODAY: &str = "2026-01-31";

fn resource(facts: &[(&str, Fact)]) -> Resource {
    Resource { facts: facts.iter().map(|(n, f)| ((*n).to_owned(), f.clone())).collect(), ..Resource::default() }
}

fn seen(coverage: Coverage, resources: &[(&str, Resource)]) -> Facts {
    let resources = resources.iter().map(|(n, r)| ((*n).to_owned(), r.clone())).collect();
    Facts { kinds: BTreeMap::from([("thing".to_owned(), KindFacts { coverage, resources })]), ..Facts::default() }
}

fn entry(property: &str, claim: Claim) -> Entry {
    let claimed = Claimed { claim, note: Note::default() };
    Entry {
        place: Place::line("site.yaml", 3),
        claims: BTreeMap::from([(property.to_owned(), claimed)]),
        ..Entry::default()
    }
}

fn spec(name: &str, entry: Entry) -> Spec {
    Spec { entries: BTreeMap::from([(ResourceId::new("thing", name), entry)]), ..Spec::default() }
}

fn verdicts(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    compare(spec, facts, &ALL, TODAY).into_iter().map(|f| f.verdict).collect()
}

fn denied() -> Why {
    Why::new(WhyCode::Denied, "no permission")
}

#[test]
fn absent_needs_complete_coverage() {
    let want = spec("a", entry("x", Claim::Is(true.into())));
    assert_eq!(verdicts(&want, &seen(Coverage::Complete, &[])), [Verdict::Missing]);
    assert_eq!(verdicts(&want, &seen(Coverage::Unknown(denied()), &[])), [Verdict::Undecided(denied())]);
    assert!(matches!(verdicts(&want, &seen(Coverage::Asked, &[]))[..], [Verdict::Undecided(_)]));
    assert!(matches!(verdicts(&want, &Facts::default())[..], [Verdict::Undecided(_)]));
}

#[test]
fn what_could_not_be_looked_at_satisfies_neither_a_claim_nor_its_negation() {
    let facts = seen(Coverage::Complete, &[("a", resource(&[("x", Fact::unknown(denied()))]))]);
    for claim in [Claim::Is(true.into()), Claim::Not(Box::new(Claim::Is(true.into())))] {
        assert_eq!(verdicts(&spec("a", entry("x", claim)), &facts), [Verdict::Undecided(denied())]);
    }
}

#[test]
fn a_missing_resource_does_not_satisfy_a_negated_claim() {
    let claim = Claim::Not(Box::new(Claim::Is(true.into())));
    assert_eq!(verdicts(&spec("nope", entry("x", claim)), &seen(Coverage::Complete, &[])), [Verdict::Missing]);
}

#[test]
fn presence_is_judged_both_ways() {
    let gone = Entry { presence: Some((false, Note::default())), ..Entry::default() };
    let here = seen(Coverage::Complete, &[("a", resource(&[]))]);
    let absent = Resource { absent: true, ..Resource::default() };
    assert_eq!(verdicts(&spec("a", gone.clone()), &here), [Verdict::Extra]);
    assert_eq!(verdicts(&spec("a", gone.clone()), &seen(Coverage::Asked, &[("a", absent)])), [Verdict::Same]);
    assert!(matches!(verdicts(&spec("a", gone), &seen(Coverage::Unknown(denied()), &[]))[..], [Verdict::Undecided(_)]));
}

#[test]
fn a_closed_kind_shows_what_nobody_claimed() {
    let mut want = spec("a", entry("x", Claim::Is("1".into())));
    let facts = seen(
        Coverage::Complete,
        &[
            ("a", resource(&[("x", Fact::is("1")), ("y", Fact::is("2")), ("pid", Fact::is("9"))])),
            ("b", resource(&[("x", Fact::is("1"))])),
            ("moving", resource(&[("x", Fact::is("1"))])),
        ],
    );
    assert_eq!(verdicts(&want, &facts), [Verdict::Same]);
    want.closed.insert("thing".into(), Place::default());
    want.open.push(Open { what: "thing[mov*]".into(), why: "it moves".into() });
    let subjects: Vec<String> = compare(&want, &facts, &ALL, TODAY)
        .iter()
        .filter(|f| f.verdict == Verdict::Extra)
        .map(|f| f.subject())
        .collect();
    assert_eq!(subjects, ["thing[a].y", "thing[b]"]);
}

#[test]
fn a_closed_kind_that_was_not_looked_at_is_undecided() {
    let want = Spec { closed: BTreeMap::from([("thing".into(), Place::default())]), ..Spec::default() };
    assert!(matches!(verdicts(&want, &Facts::default())[..], [Verdict::Undecided(_)]));
}

#[test]
fn a_waiver_ends_on_its_day() {
    let mut want = entry("x", Claim::Is("1".into()));
    want.note.waive = Some(Waiver { reason: "until the move".into(), until: Some("2026-01-31".into()) });
    let facts = seen(Coverage::Complete, &[("a", resource(&[("x", Fact::is("2"))]))]);
    let want = spec("a", want);
    assert_eq!(verdicts(&want, &facts), [Verdict::Waived("until the move".into())]);
    assert_eq!(compare(&want, &facts, &ALL, "2026-02-01")[0].verdict, Verdict::Differs);
}

#[test]
fn a_waiver_does_not_hide_that_nobody_could_look() {
    let mut want = entry("x", Claim::Is("1".into()));
    want.note.waive = Some(Waiver { reason: "known".into(), until: None });
    let facts = seen(Coverage::Complete, &[("a", resource(&[("x", Fact::unknown(denied()))]))]);
    assert_eq!(verdicts(&spec("a", want), &facts), [Verdict::Undecided(denied())]);
}

#[test]
fn a_pattern_must_cover_something() {
    let mut want = entry("x", Claim::Is("1".into()));
    want.glob = true;
    let facts = seen(
        Coverage::Complete,
        &[("a1", resource(&[("x", Fact::is("1"))])), ("a2", resource(&[("x", Fact::is("2"))]))],
    );
    assert_eq!(verdicts(&spec("a*", want.clone()), &facts), [Verdict::Same, Verdict::Differs]);
    assert_eq!(verdicts(&spec("z*", want), &facts), [Verdict::Missing]);
}

#[test]
fn a_secret_is_not_compared_with_another_key() {
    let mut want = spec("a", entry("x", Claim::Is("password=secret:v1:abc".into())));
    want.key = Some("k1".into());
    let mut facts = seen(Coverage::Complete, &[("a", resource(&[("x", Fact::is("password=secret:v1:def"))]))]);
    assert!(matches!(verdicts(&want, &facts)[..], [Verdict::Undecided(_)]));
    facts.key = Some("k1".into());
    assert_eq!(verdicts(&want, &facts), [Verdict::Differs]);
}

#[test]
fn nothing_compared_is_not_success() {
    assert_eq!(Exit::of(&compare(&Spec::default(), &Facts::default(), &ALL, TODAY)), Exit::Nothing);
    assert_eq!(Exit::Differs.worse(Exit::Undecided).code(), 1);
    assert_eq!(Exit::Differs.worse(Exit::Unreachable).code(), 5);
    assert_eq!(Exit::Nothing.worse(Exit::Same).code(), 4);
}

#[test]
fn a_draft_leaves_out_what_moved_and_splits_the_rest() {
    let look = |x: &str| {
        seen(
            Coverage::Complete,
            &[(
                "a",
                resource(&[
                    ("x", Fact::is(x)),
                    ("y", Fact::is("1").local()),
                    ("z", Fact::is("2")),
                    ("pid", Fact::is("7")),
                ]),
            )],
        )
    };
    let drafted = draft(&look("1"), &look("2"), &ALL);
    let id = ResourceId::new("thing", "a");
    assert_eq!(drafted.site[&id].facts.keys().collect::<Vec<_>>(), ["y"]);
    assert_eq!(drafted.baseline[&id].facts.keys().collect::<Vec<_>>(), ["z"]);
    assert_eq!(drafted.open.iter().map(|o| o.what.as_str()).collect::<Vec<_>>(), ["thing[a].x"]);
}

#[test]
fn what_could_not_be_looked_at_is_not_known_to_be_there() {
    let blind = Resource { unknown: Some(denied()), ..resource(&[("x", Fact::unknown(denied()))]) };
    let facts = seen(Coverage::Complete, &[("a", blind)]);
    for wanted in [true, false] {
        let there = Entry { presence: Some((wanted, Note::default())), ..Entry::default() };
        assert!(matches!(verdicts(&spec("a", there), &facts)[..], [Verdict::Undecided(_)]), "{wanted}");
    }
    let mut closed = Spec::default();
    closed.closed.insert("thing".into(), Place::default());
    assert!(matches!(verdicts(&closed, &facts)[..], [Verdict::Undecided(_)]));
    assert!(diff(&facts, &facts, &ALL).iter().all(|f| matches!(f.verdict, Verdict::Undecided(_))));
    let drafted = draft(&facts, &facts, &ALL);
    assert!(drafted.site.is_empty() && drafted.baseline.is_empty());
    assert_eq!(drafted.open.iter().map(|o| o.what.as_str()).collect::<Vec<_>>(), ["thing[a]"]);
}

#[test]
fn a_value_that_moves_is_compared_only_where_somebody_claims_it() {
    let look =
        |x: &str| seen(Coverage::Complete, &[("a", resource(&[("x", Fact::is(x).moving()), ("y", Fact::is("1"))]))]);
    let drafted = draft(&look("1"), &look("1"), &ALL);
    let id = ResourceId::new("thing", "a");
    assert_eq!(drafted.baseline[&id].facts.keys().collect::<Vec<_>>(), ["y"]);
    assert!(diff(&look("1"), &look("2"), &ALL).iter().all(|f| f.verdict == Verdict::Same));
    let mut want = spec("a", entry("y", Claim::Is("1".into())));
    want.closed.insert("thing".into(), Place::default());
    assert_eq!(verdicts(&want, &look("2")), [Verdict::Same]);
    assert_eq!(verdicts(&spec("a", entry("x", Claim::Is("1".into()))), &look("2")), [Verdict::Differs]);
}

#[test]
fn an_answer_cut_short_is_unknown() {
    use model::event::Event;
    let begun = vec![
        Event::Begin { kind: "thing".into() },
        Event::Resource { kind: "thing".into(), name: "a".into(), resource: resource(&[("x", Fact::is("1"))]) },
    ];
    let facts: Facts = begun.into_iter().collect();
    assert_eq!(verdicts(&spec("a", entry("x", Claim::Is("1".into()))), &facts), [Verdict::Same]);
    assert!(matches!(verdicts(&spec("b", entry("x", Claim::Is("1".into()))), &facts)[..], [Verdict::Undecided(_)]));
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![any::<bool>().prop_map(Value::Bool), any::<i64>().prop_map(Value::Int), ".*".prop_map(Value::Text)]
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let resource = proptest::collection::btree_map("[a-c]", any_value().prop_map(Fact::is), 0..4)
        .prop_map(|facts| Resource { facts, ..Resource::default() });
    let coverage = prop_oneof![Just(Coverage::Complete), Just(Coverage::Asked)];
    let kind = (coverage, proptest::collection::btree_map("[a-d]", resource, 0..5))
        .prop_map(|(coverage, resources)| KindFacts { coverage, resources });
    proptest::collection::btree_map("[k-m]", kind, 0..3).prop_map(|kinds| Facts { kinds, ..Facts::default() })
}

proptest! {
    #[test]
    fn a_machine_is_the_same_as_itself(facts in any_facts()) {
        prop_assert!(diff(&facts, &facts, &ALL).iter().all(|f| f.verdict == Verdict::Same));
    }

    #[test]
    fn a_difference_is_seen_from_both_sides(a in any_facts(), b in any_facts()) {
        let news = |x: &Facts, y: &Facts| diff(x, y, &ALL).iter().filter(|f| f.verdict.is_news()).count();
        prop_assert_eq!(news(&a, &b), news(&b, &a));
    }

    #[test]
    fn facts_survive_writing(facts in any_facts()) {
        let text = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), facts);
    }
}
