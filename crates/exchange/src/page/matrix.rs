//! The parity matrix: a row for every claim, a column for every machine that was looked at, and what was seen.

use super::{Cell, Column, Fate, Mark, Material, Page, Role, Row, RunLine};
use crate::explain::{Because, Explained, FactOrigin};
use crate::generate::ansible::write::component::{BASE, Components};
use crate::ran::{Found, Held, On, REBUILT, Ran};
use model::id::ResourceId;
use model::origin::Origin;
use model::place::Place;
use model::spec::{Entry, Note};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where claims come from, in one word; sources that were imported stand under their own names beside these.
pub(super) const PACKAGED: &str = "packaged default";
pub(super) const BY_HAND: &str = "by hand";
pub(super) const NOBODY: &str = "nobody";
pub(super) const AUTHORED: &str = "written into the spec";
pub(super) const UNCLAIMED: &str = "not in the spec";

/// The stage of the hosts that specs were captured from.
pub(super) const LEGACY: &str = "legacy host";

/// The kind of tests over HTTP.
pub(super) const REQUEST: &str = "request";

/// Rows and columns.
pub(super) struct Matrix {
    pub(super) rows: Vec<Row>,
    pub(super) columns: Vec<Column>,
    pub(super) runs: Vec<RunLine>,
}

/// A row by what it is compared with, kind, name and property.
type Key = (String, String, String, Option<String>);

#[derive(Default)]
struct Making {
    rows: Vec<Row>,
    numbers: HashMap<Key, usize>,
    /// The rows of a resource, for what is said of it as a whole.
    of_resource: HashMap<(String, String, String), Vec<usize>>,
}

pub(super) fn matrix(material: &Material<'_>) -> Matrix {
    let mut making = Making::default();
    for role in &material.roles {
        making.claims(role, material);
    }
    let mut columns: Vec<Column> = Vec::new();
    let runs = Runs { all: &material.runs, material };
    for (number, run) in material.runs.iter().enumerate().rev() {
        if !matches!(run.command.as_str(), "verify" | "e2e") {
            continue;
        }
        let mut cache = Cache::new();
        for on in &run.targets {
            let stage = stage(run, &on.target, &material.captured);
            let is_it = |c: &Column| c.stage == stage && lasting(&c.target) == lasting(&on.target);
            let at = columns.iter().position(is_it).unwrap_or_else(|| {
                columns.push(Column { stage, target: on.target.clone(), ..Column::default() });
                columns.len() - 1
            });
            making.fill(&mut columns[at], number, on, &runs, &mut cache);
        }
    }
    let length = making.rows.len();
    for column in &mut columns {
        column.marks.resize(length, Mark::None);
        column.runs.sort_unstable();
        decided_away(column, &making.rows);
    }
    columns.sort_by(|a, b| (rank(&a.stage), &a.stage, &a.target).cmp(&(rank(&b.stage), &b.stage, &b.target)));
    let mut matrix = Matrix { rows: making.rows, columns, runs: material.runs.iter().map(line).collect() };
    sort(&mut matrix);
    matrix
}

/// What of a target's name stays the same: a machine that a rebuild made has a new number each time.
fn lasting(target: &str) -> &str {
    let is_made = target.split_once(':').is_some_and(|(_, name)| name.starts_with(REBUILT));
    if is_made { target.trim_end_matches(|c: char| c.is_ascii_digit()) } else { target }
}

/// The stages that are known by their targets, in their order.
const STAGES: &[&str] = &[LEGACY, "host", "unpacked system", "container", "pod", "address"];

fn rank(stage: &str) -> usize {
    // What was named stands where a rebuilt host does: behind the old ones.
    match STAGES.iter().position(|s| *s == stage) {
        Some(at @ 0..=1) => at,
        None => 2,
        Some(at) => at + 1,
    }
}

/// Which stage of a migration a target is: what was said of it, or what its name says.
pub(super) fn stage(run: &Ran, target: &str, captured: &[String]) -> String {
    if let Some(stage) = &run.stage {
        return stage.clone();
    }
    if captured.iter().any(|c| c == target) {
        return LEGACY.to_owned();
    }
    let scheme = target.split_once(':').map_or(target, |(scheme, _)| scheme);
    let stage = match scheme {
        "rootfs" => "unpacked system",
        "podman" | "docker" => "container",
        "pod" => "pod",
        "http" | "https" => "address",
        "recording" => LEGACY,
        _ => "host",
    };
    stage.to_owned()
}

impl Making {
    fn claims(&mut self, role: &Role<'_>, material: &Material<'_>) {
        let components = Components::of(&role.spec);
        let origins = role.explained.as_ref().map(origins).unwrap_or_default();
        for (id, entry) in &role.spec.entries {
            let whole = entry.presence.as_ref().map(|(wanted, note)| (None, wanted_text(*wanted), note));
            let claims = entry.claims.iter().map(|(p, c)| (Some(p.clone()), c.claim.to_string(), &c.note));
            for (property, expected, note) in whole.into_iter().chain(claims) {
                let place = note.place.as_ref().unwrap_or(&entry.place);
                let from = note.from.as_ref().or(entry.note.from.as_ref());
                let known = origins.get(&(id, property.as_deref().unwrap_or_default()));
                let (origin, origin_says) = origin(role, place, from, known.copied(), entry, note);
                let mut row = Row {
                    role: role.name.clone(),
                    kind: id.kind.clone(),
                    name: id.name.clone(),
                    property,
                    expected: Some(expected),
                    claimed_at: Some(place.clone()),
                    component: component(&components, id, from),
                    origin,
                    origin_says,
                    why: note.why.clone().or_else(|| entry.note.why.clone()),
                    fate: None,
                };
                row.fate = fate(&row, material);
                self.push(row);
            }
        }
    }

    fn push(&mut self, row: Row) -> usize {
        let number = self.rows.len();
        let resource = (row.role.clone(), row.kind.clone(), row.name.clone());
        self.of_resource.entry(resource).or_default().push(number);
        self.numbers.insert((row.role.clone(), row.kind.clone(), row.name.clone(), row.property.clone()), number);
        self.rows.push(row);
        number
    }

    /// What an older run has to say after newer ones: what they did not look at.
    fn fill(&mut self, column: &mut Column, number: usize, on: &On, runs: &Runs<'_>, cache: &mut Cache) {
        let run = &runs.all[number];
        let role = runs.role(&on.against);
        let newer: Vec<&Ran> = column.runs.iter().map(|r| &runs.all[*r]).filter(|r| r.command == run.command).collect();
        if let Some(why) = &on.unreachable {
            if newer.is_empty() {
                column.unreachable = Some(why.clone());
                column.runs.push(number);
            }
            return;
        }
        if newer.iter().any(|r| r.kinds.is_empty()) {
            return;
        }
        let is_wanted = |kind: &str| !newer.iter().any(|r| r.kinds.iter().any(|known| known == kind));
        let held = cache
            .entry(role.clone())
            .or_insert_with(|| run.held.iter().map(|held| self.held(&role, held, run)).collect());
        for (first, last) in &on.held {
            for (row, then) in held.get(*first..=*last).unwrap_or_default() {
                if !is_wanted(&self.rows[*row].kind) || !free(column, *row) {
                    continue;
                }
                column.marks[*row] = Mark::Same;
                if then.is_some() {
                    column.cells.insert(*row, Cell { expected: then.clone(), ..Cell::default() });
                }
            }
        }
        for (at, seen) in &on.seen {
            if let Some((row, _)) = held.get(*at) {
                column.cells.entry(*row).or_default().seen = Some(seen.to_string());
            }
        }
        for found in on.found.iter().filter(|f| is_wanted(&f.kind)) {
            self.one(&role, found, run, column);
        }
        column.runs.push(number);
    }

    /// The row of a claim that held, and what it claimed then, where that is not what it claims now.
    fn held(&mut self, role: &str, held: &Held, run: &Ran) -> (usize, Option<String>) {
        let row = match self.number(role, &held.kind, &held.name, &held.property) {
            Some(row) => row,
            None => {
                let found = Found {
                    kind: held.kind.clone(),
                    name: held.name.clone(),
                    property: held.property.clone(),
                    expected: held.expected.clone().or_else(|| Some("there".to_owned())),
                    claimed_at: held.claimed_at.clone(),
                    ..Found::default()
                };
                self.push(unclaimed(role, &found, run))
            }
        };
        let then =
            held.expected.clone().filter(|e| held.property.is_some() && self.rows[row].expected.as_ref() != Some(e));
        (row, then)
    }

    fn number(&self, role: &str, kind: &str, name: &str, property: &Option<String>) -> Option<usize> {
        self.numbers.get(&(role.to_owned(), kind.to_owned(), name.to_owned(), property.clone())).copied()
    }

    fn one(&mut self, role: &str, found: &Found, run: &Ran, column: &mut Column) {
        let mark = Mark::of(&found.verdict);
        let whole = (role.to_owned(), found.kind.clone(), found.name.clone());
        let mut rows: Vec<usize> = self.number(role, &found.kind, &found.name, &found.property).into_iter().collect();
        // What is said of a resource as a whole is said of each of its claims.
        if found.property.is_none() && matches!(mark, Mark::Missing | Mark::Undecided | Mark::Waived) {
            rows.extend(self.of_resource.get(&whole).into_iter().flatten());
        }
        if rows.is_empty() {
            rows.push(self.push(unclaimed(role, found, run)));
        }
        for row in rows {
            put(column, row, found, mark, &self.rows[row]);
        }
    }
}

/// Runs, and which spec each was compared with.
struct Runs<'a> {
    all: &'a [Ran],
    material: &'a Material<'a>,
}

impl Runs<'_> {
    /// The role that a comparison was with, or what else it was with.
    fn role(&self, against: &str) -> String {
        let is_of = |(dir, _): &&(String, String)| against.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
        let role = self.material.roles.iter().find(|r| r.against == against).map(|r| &r.name);
        let derived = || self.material.derived.iter().find(is_of).map(|(_, role)| role);
        role.or_else(derived).map_or_else(|| against.to_owned(), Clone::clone)
    }
}

/// The rows of what held in a run, by role.
type Cache = HashMap<String, Vec<(usize, Option<String>)>>;

/// Whether nothing is said of a row yet.
fn free(column: &mut Column, row: usize) -> bool {
    if column.marks.len() <= row {
        column.marks.resize(row + 1, Mark::None);
    }
    column.marks[row] == Mark::None
}

fn put(column: &mut Column, row: usize, found: &Found, mark: Mark, of: &Row) {
    if !free(column, row) && severity(column.marks[row]) >= severity(mark) {
        return;
    }
    column.marks[row] = mark;
    // A test says who answered; a claim says why it is made, which its row does.
    let by = found.why.as_ref().filter(|_| of.kind == REQUEST);
    let at: Vec<String> = found.set_at.iter().map(ToString::to_string).chain(by.cloned()).collect();
    let cell = Cell {
        seen: found.seen.as_ref().map(ToString::to_string),
        expected: found.expected.clone().filter(|e| found.property.is_some() && of.expected.as_ref() != Some(e)),
        because: found.because.clone(),
        at: (!at.is_empty()).then(|| at.join(": ")),
        diff: found.diff.clone(),
    };
    if cell != Cell::default() {
        column.cells.insert(row, cell);
    }
}

fn wanted_text(wanted: bool) -> String {
    if wanted { "there".to_owned() } else { "not there".to_owned() }
}

/// A row for what no spec of the project claims: something extra, a test, or a claim of a spec that is elsewhere.
fn unclaimed(role: &str, found: &Found, run: &Ran) -> Row {
    let is_claimed = found.expected.is_some() || (found.claimed_at.is_some() && found.verdict != "extra");
    let origin = match run.command.as_str() {
        "e2e" => "tests over HTTP",
        _ if is_claimed => "a spec elsewhere",
        _ => UNCLAIMED,
    };
    Row {
        role: role.to_owned(),
        kind: found.kind.clone(),
        name: found.name.clone(),
        property: found.property.clone(),
        expected: if is_claimed { found.expected.clone().or(Some("there".to_owned())) } else { None },
        claimed_at: found.claimed_at.clone(),
        component: if run.command == "e2e" { "http".to_owned() } else { BASE.to_owned() },
        origin: origin.to_owned(),
        ..Row::default()
    }
}

/// Every fact of a host and why it is so, by subject.
fn origins<'a>(explained: &'a Explained<'_>) -> HashMap<(&'a ResourceId, &'a str), &'a FactOrigin> {
    explained.facts.iter().map(|f| ((&f.id, f.property.as_str()), f)).collect()
}

fn origin(
    role: &Role<'_>,
    place: &Place,
    from: Option<&Origin>,
    known: Option<&FactOrigin>,
    entry: &Entry,
    note: &Note,
) -> (String, String) {
    if let (Some(known), Some(explained)) = (known, &role.explained) {
        let statement = |at: usize| &explained.statements[at];
        let whose = |at: usize| {
            let s = &statement(at).statement;
            let whose: Vec<&str> = [s.when.as_deref(), s.who.as_deref()].into_iter().flatten().collect();
            let whose = if whose.is_empty() { String::new() } else { format!(" ({})", whose.join(", ")) };
            format!("{whose}: {}", s.said)
        };
        return match &known.because {
            Because::Packaged => (PACKAGED.to_owned(), PACKAGED.to_owned()),
            Because::Asked(at, place, _) => (statement(*at).source.clone(), format!("{place}{}", whose(*at))),
            Because::ByHand(at, place, _) => (BY_HAND.to_owned(), format!("{place}{}", whose(*at))),
            Because::Nobody => {
                let seen = known.set_at.as_ref().map(|p| format!(", set at {p} on the host")).unwrap_or_default();
                (NOBODY.to_owned(), format!("nobody knows who asked for it{seen}"))
            }
        };
    }
    let is_baseline = place.file.ends_with("baseline.yaml");
    match from {
        Some(Origin::Packaged) => (PACKAGED.to_owned(), PACKAGED.to_owned()),
        Some(Origin::Imported(at)) => (file_name(&at.file), at.to_string()),
        Some(Origin::Authored) => (AUTHORED.to_owned(), place.to_string()),
        Some(seen @ Origin::Observed(_)) if !is_baseline => {
            (NOBODY.to_owned(), format!("only {seen}; nobody asked for it"))
        }
        Some(Origin::Observed(_)) | None if is_baseline => {
            (PACKAGED.to_owned(), "came with the system or a package".to_owned())
        }
        Some(Origin::Observed(_)) | None => {
            let is_captured = place.file.ends_with("site.yaml") || place.file.contains("/hosts/");
            let waived = note.waive.as_ref().or(entry.note.waive.as_ref());
            match (is_captured, waived) {
                (true, _) => (NOBODY.to_owned(), "captured; nobody asked for it".to_owned()),
                (false, Some(waiver)) => (AUTHORED.to_owned(), format!("{place}, waived: {}", waiver.reason)),
                (false, None) => (AUTHORED.to_owned(), place.to_string()),
            }
        }
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// What a resource is part of: by where the host sets it, by its name, or by its kind's.
fn component(components: &Components, id: &ResourceId, from: Option<&Origin>) -> String {
    if let Some(Origin::Observed(Some(place))) = from {
        let part = components.of_path(&place.file);
        if part != BASE {
            return part;
        }
    }
    if id.name.starts_with('/') {
        return components.of_path(&id.name);
    }
    let known = match id.kind.as_str() {
        "package" => components.of_package(&id.name),
        "service" | "timer" => components.of_service(&id.name),
        kind => components.of_package(kind),
    };
    if known == BASE && id.kind.contains('-') { components.of_package(&id.kind) } else { known }
}

/// What became of a claim: on a platform that was decided on, else in code.
fn fate(row: &Row, material: &Material<'_>) -> Option<Fate> {
    let (subject, whole) = (row.subject(), format!("{}[{}]", row.kind, row.name));
    let mut of_role = material.platforms.iter().filter(|p| p.role == row.role);
    let decided = of_role.find_map(|p| p.fates.get(&subject).or_else(|| p.fates.get(&whole)));
    decided.cloned()
}

/// What was decided away is not missing in a container or a pod.
fn decided_away(column: &mut Column, rows: &[Row]) {
    if !matches!(column.stage.as_str(), "container" | "pod" | "image") {
        return;
    }
    for (row, mark) in column.marks.iter_mut().enumerate() {
        let is_gone = rows[row].fate.as_ref().is_some_and(|f| f.is_gone);
        if is_gone && *mark != Mark::Same && *mark != Mark::Waived {
            *mark = Mark::Away;
        }
    }
}

fn line(run: &Ran) -> RunLine {
    RunLine {
        command: run.command.clone(),
        taken: run.taken.clone(),
        seconds: run.seconds,
        typed: run.typed.clone(),
        exit: run.exit,
        kinds: run.kinds.clone(),
        targets: run.targets.iter().map(|t| t.target.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        steps: run.steps.clone(),
    }
}

/// Rows in the order in which people look for them.
fn sort(matrix: &mut Matrix) {
    let mut order: Vec<usize> = (0..matrix.rows.len()).collect();
    let key = |row: &Row| (row.kind == REQUEST, row.role.clone(), row.kind.clone(), row.name.clone());
    order.sort_by(|a, b| {
        let (x, y) = (&matrix.rows[*a], &matrix.rows[*b]);
        (key(x), &x.property).cmp(&(key(y), &y.property))
    });
    let mut to = vec![0; order.len()];
    for (new, old) in order.iter().enumerate() {
        to[*old] = new;
    }
    matrix.rows = order.iter().map(|old| std::mem::take(&mut matrix.rows[*old])).collect();
    for column in &mut matrix.columns {
        column.marks = order.iter().map(|old| column.marks[*old]).collect();
        column.cells = std::mem::take(&mut column.cells).into_iter().map(|(old, cell)| (to[old], cell)).collect();
    }
}

impl Page {
    /// How many rows a mark has at worst: of several columns the worst counts.
    pub fn worst(&self) -> BTreeMap<Mark, usize> {
        let mut counts = BTreeMap::new();
        for row in 0..self.rows.len() {
            let marks = self.columns.iter().map(|c| c.marks[row]);
            let worst = marks.max_by_key(|m| severity(*m)).unwrap_or(Mark::None);
            *counts.entry(worst).or_default() += 1;
        }
        counts
    }
}

/// How much a mark asks for a person.
pub(super) fn severity(mark: Mark) -> u8 {
    match mark {
        Mark::None => 0,
        Mark::Same => 1,
        Mark::Away => 2,
        Mark::Waived => 3,
        Mark::Undecided => 4,
        Mark::Extra => 5,
        Mark::Missing => 6,
        Mark::Differs => 7,
    }
}
