//! What an agent says and is asked, and recordings of it.

use crate::Target;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::event::Event;
use model::fact::Fact;
use model::facts::{Facts, Resource};
use model::place::Place;
use model::plan::{Ask, Plan};
use model::value::Value;
use serde_json::{from_slice, to_vec};
use target::recording::read_from;

fn some_events() -> Vec<Event> {
    let list = Value::List(vec!["a".into(), 1_i64.into(), true.into()]);
    let map = Value::Map([("k".to_owned(), "v\u{1b}".into())].into());
    let facts = [
        ("a", Fact::is(list).local().at(Place::line("/etc/x", 3))),
        ("b", Fact::is(map).against("y")),
        ("c", Fact::unknown(Why::new(WhyCode::Denied, "no"))),
        ("d", Fact::new(Ok(None)).moving()),
    ];
    let facts = facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect();
    let (kind, name) = ("file".to_owned(), "/etc/x\\xff".to_owned());
    vec![
        Event::Hello { protocol: 1, host: "web-01".to_owned() },
        Event::Look { number: 1 },
        Event::Begin { kind: kind.clone() },
        Event::Resource { kind: kind.clone(), name, resource: Resource { facts, ..Resource::default() } },
        Event::End { kind, coverage: Coverage::Complete },
        Event::Done { processes: 1, millis: 2 },
    ]
}

/// An event that was read is written as the same one, and may come at any time.
pub(super) fn events() -> Target {
    let run = |input: &[u8]| {
        let mut facts = Facts::default();
        for line in input.split(|b| *b == b'\n') {
            let Ok(event) = from_slice::<Event>(line) else { continue };
            let written = to_vec(&event).unwrap_or_else(|e| panic!("{event:?} cannot be written: {e}"));
            assert_eq!(from_slice::<Event>(&written).ok().as_ref(), Some(&event));
            facts.take(event);
        }
    };
    Target::new("events", run, || vec![lines(&some_events())])
}

/// A plan that was read is written as the same one.
pub(super) fn plans() -> Target {
    let run = |input: &[u8]| {
        let Ok(plan) = from_slice::<Plan>(input) else { return };
        let written = to_vec(&plan).unwrap_or_else(|e| panic!("{plan:?} cannot be written: {e}"));
        assert_eq!(from_slice::<Plan>(&written).ok().as_ref(), Some(&plan));
    };
    Target::new("plan", run, || {
        let ask = Ask { names: [("nginx".to_owned(), model::plan::Wanted::default())].into(), ..Ask::everything() };
        let kinds = [("service".to_owned(), ask)].into();
        let plan =
            Plan { protocol: 1, key: "00".into(), kinds, seconds_per_kind: 1, again_after: Some(3), ..Plan::default() };
        to_vec(&plan).into_iter().collect()
    })
}

/// A recording that can be read never shows as complete what it was cut in: an end was read of every such kind.
pub(super) fn recordings() -> Target {
    let run = |input: &[u8]| {
        let Ok((_, observed)) = read_from(input, "x.repot") else { return };
        for (kind, seen) in observed.looks.iter().flat_map(|look| &look.kinds) {
            let ended = |line: &[u8]| matches!(from_slice(line), Ok(Event::End { kind: ended, .. }) if ended == *kind);
            let is_cut = matches!(&seen.coverage, Coverage::Unknown(_));
            assert!(is_cut || input.split(|b| *b == b'\n').any(ended), "{kind} has no end");
        }
    };
    Target::new("recording", run, || {
        let head =
            r#"{"repot":"recording","version":1,"target":"local","host":"h","taken":"2026-01-01T00:00:00Z","key":"k"}"#;
        vec![[head.as_bytes(), b"\n", &lines(&some_events()[1..])].concat()]
    })
}

fn lines(events: &[Event]) -> Vec<u8> {
    let line = |event: &Event| [to_vec(event).unwrap_or_default(), b"\n".to_vec()].concat();
    events.iter().flat_map(line).collect()
}
