//! Groups, with the numbers they have: what is on disks belongs to numbers.

use super::write::component::USERS;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::Yaml;
use super::{Lack, Rule};
use crate::generate::By;
use model::id::ResourceId;

pub(super) const RULE: Rule = Rule::code("group", render);

/// Below this, groups and users are the system's.
pub(super) const FIRST_OF_PEOPLE: i64 = 1000;

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    let name = &lack.id.name;
    if !lack.is_wanted() {
        let task = Task::of(lack, Phase::Removals, format!("Remove the group {name}"), "ansible.builtin.group");
        project.task(USERS, lack, task.arg("name", name.as_str()).arg("state", "absent"));
        return;
    }
    if lack.whole || lack.lacks("gid") {
        let gid = lack.value("gid").and_then(|v| v.as_int());
        let task = Task::of(lack, Phase::Groups, format!("Add the group {name}"), "ansible.builtin.group")
            .arg("name", name.as_str())
            .arg_if("gid", gid.map(Yaml::Int))
            .arg_if("system", gid.filter(|g| *g < FIRST_OF_PEOPLE).map(|_| true));
        project.task(USERS, lack, task);
    }
    if lack.lacks("members") {
        members(lack, project);
    }
}

/// Who is in a group is said where users are.
fn members(lack: &Lack<'_>, project: &mut Project<'_>) {
    for user in lack.texts("members").unwrap_or_default() {
        if !project.want.spec.entries.contains_key(&ResourceId::new("user", &user)) {
            project.cannot_one(lack, "members", &format!("the spec has no user {user}"));
            return;
        }
    }
    project.meets_one(lack, "members", By::Through("the groups of its users".to_owned()));
}
