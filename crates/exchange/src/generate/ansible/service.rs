//! Services: their units come with files and packages; whether they are started is said here.

use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::{Lack, Rule};
use crate::generate::By;

pub(super) const RULE: Rule = Rule::code("service", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    unit(lack, project, "service", "running");
}

/// A task that enables, starts or masks a unit.
pub(super) fn unit(lack: &Lack<'_>, project: &mut Project<'_>, kind: &str, running: &str) {
    if !lack.is_wanted() {
        return project.cannot(lack, "a unit is removed with the file or package that brings it");
    }
    let role = project.components.of_service(&lack.id.name);
    let unit = format!("{}.{kind}", lack.id.name);
    let states = ["enabled", running, "masked"];
    let is_static = lack.value("enabled").is_none();
    let says = |property: &str| lack.lacks(property).then(|| lack.flag(property)).flatten();
    let (enabled, is_running, masked) = (says("enabled"), says(running), says("masked").filter(|m| *m || lack.still));
    let is_own = lack.is_site() || lack.still;
    if is_own
        && (enabled.is_some() || masked == Some(true) || is_running.is_some())
        && !(is_static && is_running == Some(false))
    {
        let verb = match (masked, enabled, is_running) {
            (Some(true), ..) => "Mask",
            (_, Some(true), _) => "Start at boot",
            (_, Some(false), _) => "Do not start at boot",
            (.., Some(true)) => "Start",
            _ => "Stop",
        };
        let state = is_running.map(|up| if up { "started" } else { "stopped" });
        let task = Task::of(lack, Phase::Services, format!("{verb}: {unit}"), "ansible.builtin.systemd_service")
            .arg("name", unit)
            .arg_if("enabled", enabled.filter(|_| masked != Some(true)))
            .arg_if("masked", masked)
            .arg_if("state", state.filter(|_| masked != Some(true)))
            .arg("daemon_reload", true);
        let name = project.add(&role, task);
        for property in states.iter().filter(|p| lack.lacks(p)) {
            project.meets_one(lack, property, By::Task(name.clone()));
        }
    } else {
        for property in states.iter().filter(|p| lack.lacks(p)) {
            project.meets_one(lack, property, By::Through("what its package brings".to_owned()));
        }
    }
    let files = lack.set_at().into_iter().map(|p| p.file);
    let drop_ins = lack.texts("drop-ins").unwrap_or_default();
    let fragment = lack.text("fragment");
    let writer = files.chain(drop_ins).chain(fragment).find_map(|f| project.writer(&f).map(str::to_owned));
    let by = writer.map_or_else(|| By::Through("what its package brings".to_owned()), By::Task);
    for property in lack.properties.iter().filter(|p| !states.contains(p)) {
        project.meets_one(lack, property, by.clone());
    }
    if lack.properties.is_empty() {
        project.meets(lack, by);
    }
}
