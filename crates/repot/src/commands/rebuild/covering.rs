//! Whether code and spec cover each other: the machine's facts before and after the playbook, and what the code says of
//! itself in `map.json`.

use super::{Rebuild, Work, playbook, proof};
use crate::commands::planning;
use crate::commands::verify::today;
use crate::error::CommandError;
use exchange::generate::covered::{Built, CodeMap, Covered, covered};
use exchange::report::{Run, Target};
use kinds::KnownKinds;
use model::compare::compare;
use model::exit::Exit;
use model::facts::Facts;
use model::finding::Finding;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Instant;
use target::address::Address;
use target::project_key::ProjectKey;

/// What the machine is: all that a capture would write down, and all that the spec speaks of.
pub(super) fn facts(asked: &Rebuild, on: &Address, work: &Work<'_>) -> Result<Facts, CommandError> {
    let key = work.project.key()?.map_or_else(ProjectKey::random, Ok)?;
    let plan = planning::everything_and(&work.spec, &key);
    let all = asked.reach.observe_all(&[(on.clone(), plan)], work.project, work.ui);
    let observed = all.into_iter().next().ok_or_else(|| CommandError::usage(format!("{on} was not looked at")))?;
    let observed = observed.map_err(|trouble| CommandError::unreachable(on, trouble))?;
    let id = observed.key.clone().or_else(|| Some(key.id()));
    let mut facts = observed.looks.into_iter().next().unwrap_or_default();
    facts.key = id;
    Ok(facts)
}

/// The stage: both coverages, with what they lack as findings.
pub(super) fn cover(
    asked: &Rebuild,
    on: &Address,
    before: &Facts,
    on_built: &[Finding],
    args: &[String],
    work: &mut Work<'_>,
) -> Result<(), CommandError> {
    let begin = Instant::now();
    let after = facts(asked, on, work)?;
    let on_base = compare(&work.spec, before, &KnownKinds, &today());
    let mut map = code_map(&playbook::map(&work.code)?);
    // A task of a person's names by its tags what it is there for; one without any is there for nothing.
    let mine = playbook::tagged(args, work)?.into_iter().filter(|(_, entries)| !entries.is_empty());
    for (task, entries) in mine {
        map.tasks.entry(task).or_insert(entries);
    }
    let built = Built {
        spec: &work.spec,
        before,
        after: &after,
        on_base: &on_base,
        on_built,
        map: &map,
        ran: &work.ran,
        today: &today(),
    };
    let Covered { changed, claimed, claims, by_base, by_tasks, by_others, tasks, findings } =
        covered(built, &KnownKinds);
    let share = |part: usize, whole: usize| part as f64 * 100.0 / whole.max(1) as f64;
    let result = format!(
        "{claimed} of {changed} changed facts are claimed ({:.2} %); of {claims} claims the base holds {by_base}, tasks \
         provide {by_tasks}, {by_others} follow ({:.2} %); {tasks} tasks",
        share(claimed, changed),
        share(by_base + by_tasks + by_others, claims),
    );
    let target = Target {
        name: "the code".to_owned(),
        against: work.project.role(&work.role).display().to_string(),
        findings,
        ..Target::default()
    };
    // That nothing is uncovered is a result too.
    let exit = if target.findings.is_empty() { Exit::Same } else { target.exit() };
    proof::keep("coverage", Run { command: "rebuild", targets: vec![target] }, work)?;
    work.done("coverage", begin, result, exit);
    Ok(())
}

fn code_map(map: &Value) -> CodeMap {
    let texts =
        |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let tasks = map["tasks"].as_object().into_iter().flatten();
    let pairs = |name: &str| -> BTreeMap<String, String> {
        let pairs = map[name].as_object().into_iter().flatten();
        pairs.filter_map(|(subject, how)| Some((subject.clone(), how.as_str()?.to_owned()))).collect()
    };
    CodeMap {
        tasks: tasks.map(|(task, subjects)| (task.clone(), texts(subjects))).collect(),
        follows: pairs("follows"),
        unmapped: pairs("unmapped"),
    }
}
