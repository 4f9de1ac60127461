//! One look (or two) at one target, however it is reached.

use crate::address::Address;
use crate::recording;
use crate::transport::{self, Way};
use crate::trouble::Trouble;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::event::Event;
use model::facts::Facts;
use model::plan::Plan;
use std::path::PathBuf;
use std::time::Duration;

/// What a target showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// The host's own name, empty if it could not be read.
    pub host: String,
    /// What each look gave.
    pub looks: Vec<Facts>,
    /// Child processes that the probes started.
    pub processes: u64,
    /// Wall time on the target in milliseconds.
    pub millis: u64,
    /// Whether the last event came: if not, the answer was cut.
    pub is_whole: bool,
    /// Whether a shell was asked, because no agent ran there.
    pub through_shell: bool,
    /// Whether it has no shell, and was looked at from another container of its pod.
    pub from_beside: bool,
    /// The id of the key its secrets are fingerprinted with, where it is known.
    pub key: Option<String>,
}

impl Observed {
    /// Takes in one event.
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Hello { host, .. } => self.host = host,
            Event::Look { .. } => self.looks.push(Facts::default()),
            Event::Done { processes, millis } => {
                self.processes = processes;
                self.millis = millis;
                self.is_whole = true;
            }
            Event::Begin { .. } | Event::Resource { .. } | Event::End { .. } => {
                if let Some(look) = self.looks.last_mut() {
                    look.take(event);
                }
            }
        }
    }

    /// The first look: the one that was at everything.
    pub fn facts(&self) -> Option<&Facts> {
        self.looks.first()
    }

    /// After a cut: every kind of the plan that was not begun is unknown too, so that nothing follows from silence.
    pub fn mark_cut(&mut self, plan: &Plan, why: &str) {
        if self.looks.is_empty() {
            self.looks.push(Facts::default());
        }
        for look in &mut self.looks {
            for kind in plan.kinds.keys() {
                let seen = look.kinds.entry(kind.clone()).or_insert_with(|| model::facts::KindFacts {
                    coverage: Coverage::Unknown(Why::new(WhyCode::Cut, why)),
                    resources: std::collections::BTreeMap::new(),
                });
                if let Coverage::Unknown(reason) = &mut seen.coverage
                    && reason.code == WhyCode::Cut
                {
                    reason.detail = why.to_owned();
                }
            }
        }
    }
}

/// How targets are reached.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Where the agent is, if not beside this program.
    pub agent: Option<PathBuf>,
    /// Whether the agent runs through sudo.
    pub sudo: bool,
    /// The password sudo asks for, if it does.
    pub sudo_password: Option<String>,
    /// More options for ssh, as after `-o`.
    pub ssh_options: Vec<String>,
    /// The ssh configuration file, if not the user's.
    pub ssh_config: Option<PathBuf>,
    /// Whether ssh may ask for passwords and the like.
    pub may_ask: bool,
    /// How long a target may be silent before it is given up.
    pub patience: Duration,
    /// Whether the agent is removed afterwards.
    pub remove_agent: bool,
    /// Whether no agent is sent, and a shell there is asked instead.
    pub no_agent: bool,
    /// The cluster, as kubectl's configuration names it, if not its current one.
    pub kube_context: Option<String>,
    /// The image of the container from which one without a shell is looked at.
    pub debug_image: Option<String>,
}

/// Looks at a target. `watch` hears every event as it comes.
pub fn observe(
    address: &Address,
    plan: &Plan,
    reach: &Reach,
    watch: &mut dyn FnMut(&Event),
) -> Result<Observed, Trouble> {
    if let Address::Recording(path) = address {
        let (header, mut observed) = recording::read(path)?;
        observed.key = Some(header.key);
        if !observed.is_whole {
            observed.mark_cut(plan, "the recording was cut short");
        }
        return Ok(observed);
    }
    let mut observed = Observed::default();
    let mut take = |event: Event| {
        watch(&event);
        observed.take(event);
    };
    let ended = transport::run(address, plan, reach, &mut take);
    observed.through_shell = ended == Ok(Way::Shell);
    observed.from_beside = ended == Ok(Way::Beside);
    match ended.map(|_way| ()) {
        Ok(()) if observed.is_whole => Ok(observed),
        // Nothing came at all: the target was not reached. Something came: it is kept, and the rest is unknown.
        Err(trouble) if observed.looks.is_empty() => Err(trouble),
        Err(trouble) => {
            observed.mark_cut(plan, &trouble.what);
            Ok(observed)
        }
        Ok(()) => {
            observed.mark_cut(plan, "the agent ended before its last word");
            Ok(observed)
        }
    }
}
