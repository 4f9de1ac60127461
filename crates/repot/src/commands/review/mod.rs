//! `repot review`: what becomes of each entry of a spec on Kubernetes. Rules propose, a person decides.

use crate::deciding::{Deciding, in_the_way};
use crate::error::CommandError;
use crate::project::Project;
use crate::run::print;
use crate::ui::Ui;
use clap::{Args, ValueEnum};
use exchange::rules::decisions::Change;
use exchange::rules::report::{self, Reviewed};
use exchange::rules::{Review as Outcomes, rule_named};
use model::exit::Exit;
use model::id::ResourceId;

mod author;
mod going;
mod scope;
mod screen;
mod typed;

const AFTER: &str = "\
Examples:
  repot review                             in a terminal: goes through what is undecided, with the keyboard
  repot review --list                      everything that is proposed, rule by rule, and why
  repot review NET-12                      one rule with all its entries
  repot review 'service[nginx]'            one entry with all that is proposed for it
  repot review --accept all                follow every rule that proposes something
  repot review --accept LOG-05 --what-if   which entries that would decide; nothing is written
  repot review --set 'kernel-param[kernel.panic]' node --because \"the nodes reboot by themselves\"
  repot review --check                     in CI: is everything decided?
  repot review --tenancy redis-server shared --because \"both pods need it\"

Decisions are written to spec/ROLE/decisions.yaml, which no capture touches; edit it freely. What a rule proposes as
`block` stays blocked when the rule is accepted: it must be decided by name.

Exit status: 0 everything is decided and nothing blocks, 3 something is undecided or blocks, 2 usage";

/// Decides what becomes of each entry of the spec on Kubernetes: rules propose, a person decides.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Review {
    /// A rule such as NET-12, or an entry, in quotes for your shell: show all of it
    #[arg(value_name = "RULE|KIND[NAME]")]
    what: Option<String>,
    /// Show what is proposed and what is decided
    #[arg(long)]
    list: bool,
    /// Only say whether everything is decided and nothing blocks, as generating asks: for CI
    #[arg(long, conflicts_with_all = ["list", "what", "accept", "set", "unset", "tenancy", "what_if"])]
    check: bool,
    /// With --list: every entry of every rule
    #[arg(long)]
    all: bool,
    /// With --list: how it is said
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Follow a rule's proposals; `all` for every rule that proposes something and is not decided yet
    #[arg(long, value_name = "RULE")]
    accept: Vec<String>,
    /// Decide an entry, or all that a rule leads: keep, adapt, replace, drop, node or block
    #[arg(long, num_args = 2, value_names = ["ID", "VERDICT"], action = clap::ArgAction::Append)]
    set: Vec<String>,
    /// Take back what was decided on a rule, an entry or a service
    #[arg(long, value_name = "ID")]
    unset: Vec<String>,
    /// Decide where a service runs: container, sidecar, shared, stateful, node or outside
    #[arg(long, num_args = 2, value_names = ["SERVICE", "PLACE"], action = clap::ArgAction::Append)]
    tenancy: Vec<String>,
    /// Why: of --set and --tenancy
    #[arg(long, value_name = "REASON")]
    because: Option<String>,
    /// The version of the cluster, as 1.35; kept in decisions.yaml
    #[arg(long, value_name = "VERSION")]
    kubernetes: Option<String>,
    /// The kernel of its nodes, as 6.1; kept in decisions.yaml
    #[arg(long, value_name = "VERSION")]
    node_kernel: Option<String>,
    /// Who decides; by default user.name of git, or the login
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Say what would change, and write nothing
    #[arg(long)]
    what_if: bool,
    /// The role; the only one there is, if it is not said
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
}

/// How it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// JSON, version 1 (see `repot schema review`)
    Json,
}

impl Review {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let role = project.one_role(self.role.as_deref(), "which spec is to be decided on?")?;
        let deciding = Deciding::of(project, &role)?;
        let review = deciding.review();
        let changes = self.changes(project, &deciding, &review)?;
        if !changes.is_empty() {
            return self.change(&deciding, &review, &changes, ui);
        }
        if self.what_if && self.accept.is_empty() {
            return Err(CommandError::usage("--what-if needs something to be changed").hint(
                "add --accept RULE, --set ID VERDICT --because \"…\" or --tenancy SERVICE PLACE --because \"…\"",
            ));
        }
        if self.check {
            return match in_the_way(&review) {
                Some(error) => Err(error),
                None => {
                    ui.say(report::summary(&review.accounting()).trim_end());
                    Ok(Exit::Same)
                }
            };
        }
        if !self.accept.is_empty() {
            ui.say("every rule that proposes something is decided already; nothing was written");
            ui.next(next(&review));
            return Ok(exit(&review));
        }
        let is_asking = self.list || self.what.is_some() || self.all || self.format == Format::Json;
        if !is_asking && ui.may_ask() {
            let said = author::said(project, self.author.as_deref())?;
            return screen::go_through(&deciding, said, ui);
        }
        self.show(&deciding, &review, ui)
    }

    fn show(&self, deciding: &Deciding, review: &Outcomes, ui: &Ui) -> Result<Exit, CommandError> {
        let host = deciding.host();
        let reviewed = Reviewed { host: &host, review, decisions: &deciding.decisions };
        let text = match (&self.what, self.format) {
            (None, Format::Json) => format!("{:#}\n", report::json(reviewed)),
            (Some(_), Format::Json) => {
                return Err(
                    CommandError::usage("--format json shows everything").hint("leave out the rule or the entry")
                );
            }
            (None, Format::Human) => report::human(reviewed, self.all),
            (Some(what), Format::Human) => one(reviewed, what)?,
        };
        match self.format {
            Format::Human => ui.show(&text)?,
            Format::Json => print(text.as_bytes())?,
        }
        Ok(exit(review))
    }

    fn change(
        &self,
        deciding: &Deciding,
        before: &Outcomes,
        changes: &[Change],
        ui: &Ui,
    ) -> Result<Exit, CommandError> {
        let mut decisions = deciding.decisions.clone();
        changes.iter().for_each(|change| change.apply(&mut decisions));
        let after = deciding.review_with(&decisions);
        let scope = scope::Scope::between(deciding, before, &after, &decisions, changes);
        ui.show(&scope.to_string())?;
        if self.what_if {
            // It must be possible to write it all the same.
            deciding.with(changes)?;
            ui.say("nothing was written");
            return Ok(exit(&after));
        }
        let is_written = deciding.write(changes)?;
        let path = deciding.path();
        ui.say(&if is_written { format!("{path} is written") } else { format!("{path} says so already") });
        ui.say(report::summary(&after.accounting()).trim_end());
        ui.next(next(&after));
        Ok(exit(&after))
    }
}

/// A rule or an entry with all that is known of it.
fn one(reviewed: Reviewed<'_>, what: &str) -> Result<String, CommandError> {
    if let Some(rule) = rule_named(&what.to_uppercase()) {
        return Ok(report::human_rule(reviewed, rule));
    }
    match ResourceId::parse(what) {
        Some(id) if reviewed.review.outcomes.contains_key(&id) => Ok(report::human_entry(reviewed, &id)),
        Some(_) => Err(typed::no_entry(what, reviewed.review)),
        None => Err(typed::no_rule(what)),
    }
}

/// What comes after a decision.
fn next(review: &Outcomes) -> &'static str {
    if exit(review) == Exit::Same {
        "`repot generate kubernetes`"
    } else {
        "`repot review --check` names what is still undecided or blocked"
    }
}

/// How a review ends.
fn exit(review: &Outcomes) -> Exit {
    if review.in_the_way().next().is_none() { Exit::Same } else { Exit::Undecided }
}
