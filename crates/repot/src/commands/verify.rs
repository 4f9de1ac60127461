//! `repot verify`: prove machines against the spec.

use super::known_kind::known_kind;
use super::planning;
use super::reporting::ReportArgs;
use crate::error::CommandError;
use crate::observing::{ReachArgs, addresses};
use crate::project::Project;
use crate::ran::{self, Begun, StageArgs};
use crate::standing;
use crate::stored::differing;
use crate::ui::Ui;
use clap::Args;
use exchange::report::{self, Run};
use kinds::KnownKinds;
use model::answer::WhyCode;
use model::compare::compare;
use model::exit::Exit;
use model::facts::Facts;
use model::finding::{Finding, Verdict};
use model::plan::Plan;
use model::spec::Spec;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::thread;
use std::time::Duration;
use target::address::Address;
use target::observe::Observed;
use target::project_key::ProjectKey;
use target::trouble::Trouble;

const AFTER: &str = "\
What differs is looked at a second time before it is told, so that what only passed by is no news.

Examples:
  repot verify ssh:web-01 --sudo                   against spec/web-01/, or the only spec there is
  repot verify ssh:web-01 local --role web         two machines against spec/web/
  repot verify local --spec goss.yaml              against a plain gossfile
  repot verify ssh:web-01 --report junit:out.xml   for a CI service, beside what you see

Exit status: 0 all same, 1 something differs, 2 usage or a spec that cannot be read,
  3 something could not be looked at, 4 nothing was compared, 5 a target could not be reached";

/// Seconds before the second look, where nobody says otherwise.
const SETTLE: u64 = 1;

/// Looks at machines and compares them with a spec.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Verify {
    /// The machines: ssh:[USER@]HOST[:PORT], local, rootfs:DIR, podman:NAME and so on
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,
    /// The role they are proven against; by default the one of the target's name, or the only one
    #[arg(long, value_name = "NAME", conflicts_with = "spec")]
    role: Option<String>,
    /// A spec file (also a plain gossfile) or a directory of them, instead of a role
    #[arg(long, value_name = "PATH")]
    spec: Option<PathBuf>,
    /// Only these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kind: Vec<String>,
    /// Look once: tell also what may only pass by
    #[arg(long)]
    once: bool,
    /// Seconds before the second look
    #[arg(long, value_name = "SECONDS", default_value_t = SETTLE)]
    settle: u64,
    #[command(flatten)]
    stage: StageArgs,
    #[command(flatten)]
    reports: ReportArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

/// What one target is proven against.
struct Against {
    name: String,
    spec: Rc<Spec>,
    /// Where the contents of what people wrote are kept.
    files: PathBuf,
}

/// A spec to read: at a path, or of a role with what a host has of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Path(PathBuf),
    Role(String, Option<String>),
}

/// What a target showed, and what follows from it.
struct Seen {
    facts: Facts,
    findings: Vec<Finding>,
}

impl Seen {
    fn of(facts: Facts, against: &Against, today: &str) -> Self {
        let findings = compare(&against.spec, &facts, &KnownKinds, today);
        Self { facts, findings }
    }
}

impl Verify {
    /// One machine against one role, with what else is the same as typed by nobody.
    pub(crate) fn of(target: &Address, role: &str, reach: &ReachArgs) -> Self {
        Self {
            targets: vec![target.to_string()],
            role: Some(role.to_owned()),
            spec: None,
            kind: Vec::new(),
            once: false,
            settle: SETTLE,
            stage: StageArgs::default(),
            reports: ReportArgs::default(),
            reach: reach.clone(),
        }
    }

    /// The same against a spec file.
    pub(crate) fn against(target: &Address, spec: &Path, reach: &ReachArgs) -> Self {
        Self { role: None, spec: Some(spec.to_owned()), ..Self::of(target, "", reach) }
    }

    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        self.reports.check()?;
        let run = self.found(project, ui)?;
        self.reports.write(&run, ui)?;
        ui.next_with(|| next(&run, &self.reach, project));
        Ok(run.exit())
    }

    /// The same, of a machine that is this stage of the migration.
    pub(crate) fn at(self, stage: &str) -> Self {
        Self { stage: StageArgs::named(stage), ..self }
    }

    /// What it finds.
    pub(crate) fn found(&self, project: &Project, ui: &Ui) -> Result<Run, CommandError> {
        let begun = Begun::now();
        let ui = &ui.usually(ran::usual(project, "verify"));
        self.check_kinds()?;
        let addresses = addresses(&self.targets)?;
        let against = self.all_against(project, &addresses)?;
        self.warn_of_nothing(&against, ui);
        let key = project.key()?;
        let key_id = key.as_ref().map(ProjectKey::id);
        let plan_key = key.map_or_else(ProjectKey::random, Ok)?;
        let asked: Vec<(Address, Plan)> = addresses
            .iter()
            .zip(&against)
            .map(|(address, against)| {
                let mut plan = planning::of_spec(&against.spec, &plan_key);
                // What is looked at once only is asked for its contents at once.
                let is_once = matches!(address, Address::Rootfs(_));
                plan.kinds.values_mut().for_each(|ask| ask.contents = is_once);
                (address.clone(), plan)
            })
            .collect();
        let today = today();
        let first = self.reach.observe_all(&asked, project, ui).into_iter().zip(&against);
        let mut seen: Vec<Result<Seen, Trouble>> =
            first.map(|(result, against)| Ok(Seen::of(facts(result?, key_id.as_ref()), against, &today))).collect();
        if !self.once {
            self.look_again(&asked, &against, &mut seen, &today, project, ui);
        }
        let targets = asked.iter().zip(&against).zip(seen).map(|(((address, _), against), seen)| {
            let mut target = report::Target {
                name: address.to_string(),
                against: against.name.clone(),
                ..report::Target::default()
            };
            match seen {
                Ok(seen) => {
                    target.contents = differing(&against.files, &address.short(), &seen.facts, &seen.findings);
                    target.findings = seen.findings;
                }
                Err(trouble) => target.unreachable = Some((trouble.what, trouble.hints)),
            }
            target
        });
        let run = Run { command: "verify", targets: targets.collect() };
        ran::keep(project, &run, begun, &self.stage, &self.kind, ui);
        Ok(run)
    }

    fn check_kinds(&self) -> Result<(), CommandError> {
        self.kind.iter().try_for_each(|kind| known_kind(kind).map(drop))
    }

    /// What each target is proven against; targets of one spec share it.
    fn all_against(&self, project: &Project, addresses: &[Address]) -> Result<Vec<Against>, CommandError> {
        let mut read: BTreeMap<Of, Rc<Spec>> = BTreeMap::new();
        let mut all = Vec::new();
        for address in addresses {
            let of = match &self.spec {
                Some(path) => Of::Path(path.clone()),
                None => {
                    let role = project.role_of(address, self.role.as_deref())?;
                    let own = Some(address.short()).filter(|host| project.has_own(&role, host));
                    Of::Role(role, own)
                }
            };
            let spec = match read.get(&of) {
                Some(spec) => Rc::clone(spec),
                None => {
                    let spec = Rc::new(self.claims(project, &of, address)?);
                    read.insert(of.clone(), Rc::clone(&spec));
                    spec
                }
            };
            all.push(match of {
                Of::Path(path) => Against { name: path.display().to_string(), spec, files: path.join("files") },
                Of::Role(role, _) => {
                    let dir = project.role(&role);
                    Against { name: dir.display().to_string(), spec, files: dir.join("files") }
                }
            });
        }
        Ok(all)
    }

    /// The claims of a spec on the kinds that are asked for.
    fn claims(&self, project: &Project, of: &Of, address: &Address) -> Result<Spec, CommandError> {
        let mut spec = match of {
            Of::Path(path) => Project::spec_at(path)?,
            Of::Role(role, _) => project.spec(role, &address.short())?,
        };
        if !self.kind.is_empty() {
            spec.entries.retain(|id, _| self.kind.contains(&id.kind));
            spec.closed.retain(|kind, _| self.kind.contains(kind));
        }
        Ok(spec)
    }

    /// Says why nothing will be compared, where a spec claims nothing.
    fn warn_of_nothing(&self, against: &[Against], ui: &Ui) {
        let empty: BTreeSet<&str> = against.iter().filter(|a| a.spec.is_empty()).map(|a| a.name.as_str()).collect();
        for name in empty {
            match self.kind.as_slice() {
                [] => ui.warn(&format!("{name} claims nothing, so nothing is proven")),
                kinds => ui.warn(&format!("{name} claims nothing of {}, so nothing is proven", kinds.join(", "))),
            }
        }
    }

    /// Looks a second time at the kinds in which something was found: what is still so is told.
    fn look_again(
        &self,
        asked: &[(Address, Plan)],
        against: &[Against],
        seen: &mut [Result<Seen, Trouble>],
        today: &str,
        project: &Project,
        ui: &Ui,
    ) {
        let mut again = Vec::new();
        for (at, (address, plan)) in asked.iter().enumerate() {
            let Ok(first) = &seen[at] else { continue };
            let kinds = news(&first.findings);
            if kinds.is_empty() || matches!(address, Address::Recording(_) | Address::Rootfs(_)) {
                continue;
            }
            let mut plan = plan.clone();
            plan.kinds.retain(|kind, _| kinds.contains(kind.as_str()));
            plan.kinds.values_mut().for_each(|ask| ask.contents = true);
            again.push((at, (address.clone(), plan)));
        }
        if again.is_empty() {
            return;
        }
        thread::sleep(Duration::from_secs(self.settle));
        let (places, asked): (Vec<usize>, Vec<(Address, Plan)>) = again.into_iter().unzip();
        for (at, result) in places.into_iter().zip(self.reach.observe_all(&asked, project, ui)) {
            let second = result.ok().and_then(|o| o.looks.into_iter().next());
            if let (Ok(seen), Some(second)) = (&mut seen[at], second) {
                seen.facts.kinds.extend(second.kinds);
                seen.findings = compare(&against[at].spec, &seen.facts, &KnownKinds, today);
            }
        }
    }
}

/// What a person does with what was found.
fn next(run: &Run, reach: &ReachArgs, project: &Project) -> String {
    let again = |target: &report::Target| format!("{}{}", target.name, reach.again());
    if let Some((target, denied)) = run.targets.iter().find_map(|t| denied(t, reach)) {
        return format!(
            "`repot verify {} --sudo`: {denied} could not be looked at without the rights of root",
            again(target)
        );
    }
    let all = run.targets.iter().flat_map(|t| t.findings.iter().map(move |found| (t, found)));
    let news: Vec<(&report::Target, &Finding)> = all.filter(|(_, found)| found.verdict.is_news()).collect();
    match news.iter().find(|(_, found)| !is_undecided(found)).or(news.first()) {
        Some((_, found)) if is_undecided(found) => {
            format!("give repot what it lacked, and see `repot explain '{}'`", found.id)
        }
        Some((target, found)) => format!(
            "`repot explain '{id}'` says who asked for it; then correct the machine, or `repot accept {} '{id}'`, or waive it in the spec",
            again(target),
            id = found.id
        ),
        None => match run.targets.iter().find(|t| t.unreachable.is_some()) {
            Some(lost) => format!("the same again when {} can be reached", lost.name),
            None => standing::after(project),
        },
    }
}

fn is_undecided(found: &Finding) -> bool {
    matches!(found.verdict, Verdict::Undecided(_))
}

/// What of a target was denied to a user, where root could look; none where nothing was.
pub(super) fn denied<'a>(target: &'a report::Target, reach: &ReachArgs) -> Option<(&'a report::Target, usize)> {
    let is_denied = |f: &&Finding| matches!(&f.verdict, Verdict::Undecided(why) if why.code == WhyCode::Denied);
    let count = target.findings.iter().filter(is_denied).count();
    (count > 0 && reach.may_gain(&target.name)).then_some((target, count))
}

/// The kinds in which something differs.
fn news(findings: &[Finding]) -> BTreeSet<&str> {
    findings.iter().filter(|f| f.verdict.is_news()).map(|f| f.id.kind.as_str()).collect()
}

fn facts(observed: Observed, key: Option<&String>) -> Facts {
    let key = observed.key.clone().or_else(|| key.cloned());
    let mut facts = observed.looks.into_iter().next().unwrap_or_default();
    facts.key = key;
    facts
}

/// Today, in UTC, as waivers write it.
pub(crate) fn today() -> String {
    jiff::Timestamp::now().to_string().chars().take(10).collect()
}
