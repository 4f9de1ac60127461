//! Runs a plan: every kind in its own time, and one kind's trouble never another's.

use crate::heard::Heard;
use kinds::kind::Kind;
use kinds::out::Out;
use kinds::redact::Redact;
use kinds::sys::Sys;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::event::{Event, PROTOCOL};
use model::plan::{Ask, Plan};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// How many kinds are looked at side by side: most wait for a disk or a program.
const SIDE_BY_SIDE: usize = 4;

/// A system for one look. A second look gets a new one, so that nothing is remembered between them.
pub type MakeSys = Box<dyn Fn() -> Arc<dyn Sys + Send + Sync>>;

/// Runs a plan and hands every event to `emit`, up to but without the last one, [`Event::Done`].
pub fn serve(plan: &Plan, make: &MakeSys, redact: &Arc<dyn Redact + Send + Sync>, emit: &mut dyn FnMut(Event)) {
    emit(Event::Hello { protocol: PROTOCOL, host: host(&*make()) });
    emit(Event::Look { number: 1 });
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    Look::new(plan, make(), redact).run(&plan.kinds, &mut |event| {
        if let Event::Resource { kind, name, .. } = &event {
            names.entry(kind.clone()).or_default().insert(name.clone());
        }
        emit(event);
    });
    let Some(pause) = plan.again_after else { return };
    thread::sleep(Duration::from_secs(pause));
    emit(Event::Look { number: 2 });
    let again = plan.kinds.iter().map(|(kind, ask)| (kind.clone(), second(kind, ask, names.remove(kind)))).collect();
    Look::new(plan, make(), redact).run(&again, emit);
}

/// What the second look asks: for costly kinds only what the first one showed.
fn second(kind: &str, ask: &Ask, shown: Option<BTreeSet<String>>) -> Ask {
    let by_name = kinds::kind_named(kind).is_some_and(Kind::relooks_by_name);
    if !ask.sweep || !by_name {
        return ask.clone();
    }
    let mut again = ask.clone();
    again.sweep = false;
    for name in shown.unwrap_or_default() {
        again.names.entry(name).or_default();
    }
    again
}

fn host(sys: &dyn Sys) -> String {
    let path = if sys.is_live() { "/proc/sys/kernel/hostname" } else { "/etc/hostname" };
    kinds::read::file_or_empty(sys, path).unwrap_or_default().trim().to_owned()
}

struct Look {
    sys: Arc<dyn Sys + Send + Sync>,
    redact: Arc<dyn Redact + Send + Sync>,
    limit: Duration,
}

/// A kind that is being looked at.
struct Running {
    kind: &'static dyn Kind,
    until: Instant,
}

impl Look {
    fn new(plan: &Plan, sys: Arc<dyn Sys + Send + Sync>, redact: &Arc<dyn Redact + Send + Sync>) -> Self {
        Self { sys, redact: Arc::clone(redact), limit: Duration::from_secs(plan.seconds_per_kind.max(1)) }
    }

    fn run(&self, asks: &BTreeMap<String, Ask>, emit: &mut dyn FnMut(Event)) {
        kinds::shipped::asked(&*self.sys, asks.values().any(Ask::asks_who));
        let mut waiting = queue(asks, emit);
        let heard = Arc::new(Heard::default());
        let mut running: Vec<Running> = Vec::new();
        loop {
            while running.len() < SIDE_BY_SIDE {
                let Some((kind, ask)) = waiting.pop_front() else { break };
                emit(Event::Begin { kind: kind.name().to_owned() });
                self.start(kind, ask, Arc::clone(&heard));
                running.push(Running { kind, until: Instant::now() + self.limit });
            }
            let Some(next) = running.iter().map(|r| r.until).min() else { return };
            heard.take(next).into_iter().for_each(|event| hear(event, &mut running, emit));
            self.give_up(&mut running, emit);
        }
    }

    /// Gives up the kinds whose time is over.
    fn give_up(&self, running: &mut Vec<Running>, emit: &mut dyn FnMut(Event)) {
        let late = Instant::now();
        running.retain(|r| {
            let over = r.until <= late;
            if over {
                emit(self.given_up(r.kind));
            }
            !over
        });
    }

    fn given_up(&self, kind: &dyn Kind) -> Event {
        let detail = format!("{} took longer than {} s", kind.name(), self.limit.as_secs());
        let coverage = Coverage::Unknown(Why::new(WhyCode::Timeout, detail));
        Event::End { kind: kind.name().to_owned(), coverage }
    }

    fn start(&self, kind: &'static dyn Kind, ask: Ask, to: Arc<Heard>) {
        let (sys, redact) = (Arc::clone(&self.sys), Arc::clone(&self.redact));
        // Not joined: a probe that hangs in the kernel must not hold the others.
        thread::spawn(move || {
            let mut sink = |event| to.say(event);
            let probe = AssertUnwindSafe(|| kind.probe(&*sys, &ask, &mut Out::new(kind, &ask, &*redact, &mut sink)));
            let coverage = catch_unwind(probe).unwrap_or_else(|_panic| {
                let detail = format!("the probe of {} broke: a bug in repot", kind.name());
                Coverage::Unknown(Why::new(WhyCode::Failed, detail))
            });
            sink(Event::End { kind: kind.name().to_owned(), coverage });
        });
    }
}

/// Hands on what a kind says; what it says after it was given up is not heard.
fn hear(event: Event, running: &mut Vec<Running>, emit: &mut dyn FnMut(Event)) {
    let Some(at) = running.iter().position(|r| Some(r.kind.name()) == kind_of(&event)) else { return };
    if matches!(event, Event::End { .. }) {
        running.swap_remove(at);
    }
    emit(event);
}

/// The kinds to look at, costly ones first; of a kind that is not known it is said that it is not.
fn queue(asks: &BTreeMap<String, Ask>, emit: &mut dyn FnMut(Event)) -> VecDeque<(&'static dyn Kind, Ask)> {
    let mut queue = VecDeque::new();
    for (name, ask) in asks {
        match kinds::kind_named(name) {
            Some(kind) if kind.relooks_by_name() => queue.push_front((kind, ask.clone())),
            Some(kind) => queue.push_back((kind, ask.clone())),
            None => {
                let why = Why::new(WhyCode::Unsupported, format!("this agent knows no kind {name}"));
                emit(Event::Begin { kind: name.clone() });
                emit(Event::End { kind: name.clone(), coverage: Coverage::Unknown(why) });
            }
        }
    }
    queue
}

fn kind_of(event: &Event) -> Option<&str> {
    match event {
        Event::Begin { kind } | Event::Resource { kind, .. } | Event::End { kind, .. } => Some(kind),
        Event::Hello { .. } | Event::Look { .. } | Event::Done { .. } => None,
    }
}
