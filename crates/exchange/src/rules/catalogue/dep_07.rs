//! DEP-07: migrations and uploads of assets.
//!
//! What it does not see: tasks of Capistrano and the CI: they lie with the code; `repot import` reads them.

use super::statement::statements;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "DEP-07",
    severity: Severity::Medium,
    summary: "a script migrates the database or brings assets somewhere",
    verdict: Fate::Replace,
    mechanism: "a Job before the Deployment, or a step of the CI",
    person: "Say which version may run beside the migrated database.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/controllers/job/"),
    unseen: Some("tasks of Capistrano and the CI: they lie with the code; `repot import` reads them"),
    apply,
};

/// What migrations and assets are called.
const WORDS: &[&str] = &[
    "artisan migrate",
    "db:migrate",
    "doctrine:migrations",
    "migrations:migrate",
    "manage.py migrate",
    "alembic upgrade",
    "flyway ",
    "phinx migrate",
    "assets:precompile",
    "assets:install",
    "collectstatic",
    "liquibase ",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for said in statements(host).filter(|said| matches!(said.one.id.kind.as_str(), "file" | "cron")) {
        if WORDS.iter().any(|word| said.text.contains(word)) {
            let proposal = out.propose(said.one, said.short()).reach(Reach::Rest);
            if let Some(place) = said.place {
                proposal.at(place);
            }
        }
    }
}
