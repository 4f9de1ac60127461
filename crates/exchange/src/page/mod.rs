//! The whole migration on one page: every claim of the specs beside every stage at which it was looked at, where it came
//! from, and what became of it. Made of what commands kept in the project; it asks no machine.
//!
//! [`Page`] is what there is to say; `html`, `markdown` and `json` say it.

mod coverage;
mod decided;
mod does;
mod drift;
mod fleet;
mod flow;
pub mod html;
pub mod json;
pub mod lists;
pub mod markdown;
mod matrix;
mod svg;

pub use decided::Accounted;

use crate::explain::Explained;
use crate::ran::Ran;
use model::place::Place;
use model::spec::Spec;
use std::collections::BTreeMap;

/// What a page is made of.
#[derive(Debug, Default)]
pub struct Material<'a> {
    /// What the project is called.
    pub title: String,
    /// When the page is made.
    pub made: String,
    /// The specs by role.
    pub roles: Vec<Role<'a>>,
    /// The roles whose specs are of no host: what other tools checked.
    pub no_hosts: Vec<String>,
    /// What commands found, from the oldest to the newest.
    pub runs: Vec<Ran>,
    /// Targets that a capture read: they are the hosts that the specs are of.
    pub captured: Vec<String>,
    /// What generators wrote of their claims, by generator.
    pub maps: Vec<Map>,
    /// What was decided, by platform.
    pub platforms: Vec<Platform>,
    /// Directories of specs that were made of a role's spec, and the role: `kubernetes/holds`.
    pub derived: Vec<(String, String)>,
    /// Of how many changes of a kind how many were found, where that was measured.
    pub kills: BTreeMap<String, Kill>,
    /// The seven steps.
    pub steps: Vec<Step>,
    /// What of the project could not be read, a line each.
    pub unread: Vec<String>,
}

/// A role's spec, and who asked for what.
#[derive(Debug)]
pub struct Role<'a> {
    /// Its name.
    pub name: String,
    /// The name under which runs were compared with it: `spec/web`.
    pub against: String,
    /// What is claimed.
    pub spec: Spec,
    /// What is said of its host, and by whom; none where nothing is known of the host.
    pub explained: Option<Explained<'a>>,
}

/// Which claims a generator's code meets.
#[derive(Debug, Clone, Default)]
pub struct Map {
    /// The generator: `ansible`.
    pub generator: String,
    /// The role.
    pub role: String,
    /// Tasks, and the claims they meet.
    pub tasks: BTreeMap<String, Vec<String>>,
    /// Claims that follow from others, and from what.
    pub follows: BTreeMap<String, String>,
    /// Claims that nothing meets, and why.
    pub unmapped: BTreeMap<String, String>,
    /// What a person has to give.
    pub payload: Vec<String>,
    /// Secrets that a person has to give, and where each is used.
    pub secrets: BTreeMap<String, Vec<String>>,
}

/// What becomes of claims on a platform.
#[derive(Debug, Clone, Default)]
pub struct Platform {
    /// Its name: `kubernetes`.
    pub name: String,
    /// The role whose claims they are.
    pub role: String,
    /// What became of each claim, by subject: `kind[name]`, or `kind[name].property`.
    pub fates: BTreeMap<String, Fate>,
    /// What a person still has to decide.
    pub open: Vec<Open>,
    /// Secrets that a person has to give, and what each is made of; none where nothing was generated.
    pub secrets: BTreeMap<String, Vec<String>>,
    /// Files and trees that a person has to give.
    pub payload: Vec<String>,
    /// What a person has to do; none where nothing was generated.
    pub left: Option<Vec<String>>,
}

/// What a person still has to decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    /// On what.
    pub on: String,
    /// The rule that proposes something.
    pub rule: Option<String>,
    /// What it proposes and why, or why it is open.
    pub says: String,
}

/// What became of a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fate {
    /// In one word, for counting: `image`, `ConfigMap`, `dropped`.
    pub what: String,
    /// Why.
    pub because: String,
    /// The rule or the person.
    pub by: String,
    /// The artefact, where there is one.
    pub artefact: Option<String>,
    /// Whether nothing of it is left: it was decided away.
    pub is_gone: bool,
}

/// Of how many changes how many were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kill {
    /// Changes that were made.
    pub changes: u64,
    /// Of these, found on the right resource.
    pub found: u64,
}

/// One of the seven steps of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// How far it is.
    pub state: StepState,
    /// What is known of it.
    pub says: String,
    /// The next command of it.
    pub next: String,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Nothing was done.
    NotBegun,
    /// Something was done.
    Begun,
    /// Done, and nothing is open.
    Done,
    /// Done, and something is not as it should be.
    Wrong,
}

impl StepState {
    /// The name used in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotBegun => "not begun",
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Wrong => "something is wrong",
        }
    }
}

/// What there is to say.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What the project is called.
    pub title: String,
    /// When the page was made.
    pub made: String,
    /// A row for each claim, and for each thing that was found and nobody claims.
    pub rows: Vec<Row>,
    /// A column for each machine that was looked at.
    pub columns: Vec<Column>,
    /// What the hosts do.
    pub does: Vec<Doing>,
    /// The runs, from the oldest to the newest.
    pub runs: Vec<RunLine>,
    /// From where to what: how many claims.
    pub flow: Vec<Stream>,
    /// The platform or the code that the flow ends in.
    pub flow_to: String,
    /// What tests have proven of configurations.
    pub coverage: Vec<Tree>,
    /// How targets moved away from what they were.
    pub drift: Vec<Series>,
    /// How many changes of a kind were found.
    pub kills: BTreeMap<String, Kill>,
    /// Hosts that differ from their brothers.
    pub outliers: Vec<Outlier>,
    /// What a person acts on.
    pub lists: Vec<List>,
    /// The seven steps.
    pub steps: Vec<Step>,
    /// What of the project could not be read.
    pub unread: Vec<String>,
}

/// A claim, or something that nobody claims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The role, or what else it is compared with.
    pub role: String,
    /// The kind.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The property; none of the resource as a whole.
    pub property: Option<String>,
    /// What is claimed; none where nobody claims it.
    pub expected: Option<String>,
    /// Where it is claimed.
    pub claimed_at: Option<Place>,
    /// What it is part of: `nginx`, `php`, `base`.
    pub component: String,
    /// Where it comes from, in one word: see [`matrix::ORIGINS`].
    pub origin: String,
    /// The same in a sentence, with the place.
    pub origin_says: String,
    /// Why it is so, as a person wrote.
    pub why: Option<String>,
    /// What becomes of it.
    pub fate: Option<Fate>,
}

impl Row {
    /// `kind[name]` or `kind[name].property`.
    pub fn subject(&self) -> String {
        match &self.property {
            Some(property) => format!("{}[{}].{property}", self.kind, self.name),
            None => format!("{}[{}]", self.kind, self.name),
        }
    }
}

/// One thing that hosts do: answer, run, listen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doing {
    /// What.
    pub title: &'static str,
    /// In which ways.
    pub deeds: Vec<Deed>,
    /// How many more the system and its packages do of their own.
    pub shipped: usize,
}

/// Something that a host does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deed {
    /// The role of the host.
    pub role: String,
    /// What it does.
    pub what: String,
    /// When, with what, as whom.
    pub how: String,
    /// Who asked for it, in one word.
    pub origin: String,
    /// The same in a sentence, with the place.
    pub asked: String,
    /// The worst that was seen of it at each stage.
    pub proven: Vec<(String, Mark)>,
    /// What becomes of it; nothing where nobody said so far.
    pub ends: String,
}

/// What was seen in one place at one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Nobody looked.
    None,
    /// As claimed.
    Same,
    /// Otherwise.
    Differs,
    /// Not there.
    Missing,
    /// There, and nobody claims it.
    Extra,
    /// Could not look.
    Undecided,
    /// Not as claimed, and accepted.
    Waived,
    /// Decided away: it is not to hold there.
    Away,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Mark; 8] =
        [Mark::None, Mark::Same, Mark::Differs, Mark::Missing, Mark::Extra, Mark::Undecided, Mark::Waived, Mark::Away];

    /// The name used in every output.
    pub fn name(self) -> &'static str {
        match self {
            Mark::None => "not looked at",
            Mark::Same => "same",
            Mark::Differs => "differs",
            Mark::Missing => "missing",
            Mark::Extra => "extra",
            Mark::Undecided => "undecided",
            Mark::Waived => "waived",
            Mark::Away => "decided away",
        }
    }

    /// The mark of a verdict's name.
    fn of(verdict: &str) -> Self {
        Self::ALL.into_iter().find(|m| m.name() == verdict).unwrap_or(Mark::Undecided)
    }

    /// Whether a person has to look at it.
    pub fn is_news(self) -> bool {
        matches!(self, Mark::Differs | Mark::Missing | Mark::Extra | Mark::Undecided)
    }
}

/// A machine that was looked at.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// The stage of the migration that it is: see [`matrix::stage`].
    pub stage: String,
    /// The target as it was named.
    pub target: String,
    /// The newest run of each command, by number in the page's runs.
    pub runs: Vec<usize>,
    /// Why nothing was seen.
    pub unreachable: Option<String>,
    /// A mark for each row.
    pub marks: Vec<Mark>,
    /// What more there is to say of a row.
    pub cells: BTreeMap<usize, Cell>,
}

impl Column {
    /// How many rows of each mark there are.
    pub fn counts(&self) -> BTreeMap<Mark, usize> {
        let mut counts = BTreeMap::new();
        for mark in &self.marks {
            *counts.entry(*mark).or_default() += 1;
        }
        counts
    }
}

/// The evidence of one row at one stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// What was seen.
    pub seen: Option<String>,
    /// What was expected then, where the spec says something else now.
    pub expected: Option<String>,
    /// Why it is undecided or waived.
    pub because: Option<String>,
    /// Where it is set on the target, or who answered.
    pub at: Option<String>,
    /// What changed in the contents.
    pub diff: Option<String>,
}

/// A run in one line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunLine {
    /// What was done.
    pub command: String,
    /// When.
    pub taken: String,
    /// How long it took.
    pub seconds: f64,
    /// What shows it again.
    pub typed: String,
    /// Its exit status.
    pub exit: u8,
    /// The kinds that were looked at, where it was not all.
    pub kinds: Vec<String>,
    /// On which targets.
    pub targets: Vec<String>,
    /// Its steps.
    pub steps: Vec<crate::ran::Step>,
}

/// How many claims go from an origin to a fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Where they come from.
    pub from: String,
    /// Where they end.
    pub to: String,
    /// How many.
    pub count: usize,
}

/// What tests have proven of a configuration on a target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The target.
    pub target: String,
    /// When.
    pub taken: String,
    /// Whose configuration.
    pub of: String,
    /// Its servers, and what is in them.
    pub servers: Vec<(Site, Vec<Site>)>,
}

/// A part of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// As people name it.
    pub name: String,
    /// Where it is.
    pub at: String,
    /// How far it is proven.
    pub state: String,
    /// What more there is to say.
    pub detail: String,
}

/// How a target moved away from what it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// The target, and what it was compared with.
    pub name: String,
    /// When, and how many facts were otherwise; with the first of them.
    pub points: Vec<(String, usize, Vec<String>)>,
}

/// A host that differs from its brothers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outlier {
    /// The host.
    pub target: String,
    /// How many brothers it was compared with.
    pub brothers: usize,
    /// In what it differs from most of them: the row, and what was seen on it.
    pub differs: Vec<(usize, String)>,
}

/// A list that a person acts on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// Its name in links.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What to do with it.
    pub does: &'static str,
    /// The items; none where nothing is known of it.
    pub items: Option<Vec<Item>>,
    /// Why nothing is known of it, and the command that changes that.
    pub not_known: String,
}

/// An item of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// What it is about.
    pub what: String,
    /// What is said of it.
    pub says: String,
    /// Where.
    pub at: String,
}

/// Makes the page.
pub fn page(material: &Material<'_>) -> Page {
    let matrix = matrix::matrix(material);
    let coverage = coverage::trees(&material.runs);
    let (flow_to, flow) = flow::flow(material, &matrix.rows);
    let outliers = fleet::outliers(&matrix.rows, &matrix.columns);
    let lists = lists::lists(material, &matrix.rows, &matrix.columns, &coverage);
    Page {
        title: material.title.clone(),
        made: material.made.clone(),
        does: does::doings(&matrix.rows, &matrix.columns, &material.no_hosts),
        drift: drift::series(&material.runs),
        runs: matrix.runs,
        rows: matrix.rows,
        columns: matrix.columns,
        flow,
        flow_to,
        coverage,
        kills: material.kills.clone(),
        outliers,
        lists,
        steps: material.steps.clone(),
        unread: material.unread.clone(),
    }
}
