//! Users: people, and the accounts of programs with the numbers they have.

use super::group::FIRST_OF_PEOPLE;
use super::write::component::USERS;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::{Yaml, list};
use super::{Lack, Rule};
use model::id::ResourceId;

pub(super) const RULE: Rule = Rule::code("user", render);

/// Seconds of a day: the account's end is kept in days, and the module wants seconds.
const DAY: i64 = 86_400;

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    let name = &lack.id.name;
    if !lack.is_wanted() {
        let task = Task::of(lack, Phase::Removals, format!("Remove the user {name}"), "ansible.builtin.user");
        project.task(USERS, lack, task.arg("name", name.as_str()).arg("state", "absent"));
        return;
    }
    keys(lack, project);
    let properties: Vec<&&str> = lack.properties.iter().filter(|p| **p != "authorized-keys").collect();
    if properties.is_empty() && !lack.whole {
        return;
    }
    let uid = lack.value("uid").and_then(|v| v.as_int());
    let of_person = uid.is_none_or(|uid| uid >= FIRST_OF_PEOPLE) && name != "root";
    let task = Task::of(lack, Phase::Users, format!("Add the user {name}"), "ansible.builtin.user")
        .arg("name", name.as_str())
        .arg_if("uid", uid.map(Yaml::Int));
    let task = groups(lack, project, task)
        .arg_if("home", lack.text("home"))
        .arg_if("shell", lack.text("shell"))
        .arg_if("comment", lack.text("gecos"))
        .arg_if("system", (!of_person).then_some(true))
        .arg("create_home", of_person);
    let task = password(lack, project, task);
    let seconds = lack.value("expires").and_then(|v| v.as_int()).map(|days| Yaml::Int(days * DAY));
    let task = task.arg_if("expires", seconds);
    project.task(USERS, lack, task);
}

fn groups(lack: &Lack<'_>, project: &Project<'_>, task: Task) -> Task {
    let primary = lack.value("gid").and_then(|v| v.as_int()).and_then(|gid| group_of(project, gid));
    let others: Vec<String> = lack.texts("groups").unwrap_or_default();
    let others: Vec<String> = others.into_iter().filter(|g| Some(g) != primary.as_ref()).collect();
    let task = task.arg_if("group", primary);
    if others.is_empty() { task } else { task.arg("groups", list(others)).arg("append", false) }
}

/// The name of the group with a number.
fn group_of(project: &Project<'_>, gid: i64) -> Option<String> {
    let is = |id: &ResourceId| {
        let claims = project.want.spec.entries.get(id).map(|e| &e.claims);
        claims.and_then(|c| c.get("gid")?.claim.value()).and_then(|v| v.as_int()) == Some(gid)
    };
    project.want.spec.entries.keys().find(|id| id.kind == "group" && is(id)).map(|id| id.name.clone())
}

/// A password is its hash, and that is a secret.
fn password(lack: &Lack<'_>, project: &mut Project<'_>, task: Task) -> Task {
    let name = &lack.id.name;
    match lack.text("password") {
        Some(hash) => {
            let used = format!("the hash of the password of {name}, as in /etc/shadow");
            let value = project.text(&hash, &format!("{name}_password_hash"), &used);
            task.arg("password", value)
        }
        None if lack.flag("locked") == Some(true) && lack.lacks("locked") => task.arg("password_lock", true),
        None => task,
    }
}

/// Keys come with the file they stand in.
fn keys(lack: &Lack<'_>, project: &mut Project<'_>) {
    if !lack.lacks("authorized-keys") || lack.whole {
        return;
    }
    let home = lack.text("home").unwrap_or_else(|| format!("/home/{}", lack.id.name));
    let file = format!("{home}/.ssh/authorized_keys");
    if project.claims("file", &file) {
        project.meets_one(lack, "authorized-keys", crate::generate::By::Through(format!("file[{file}]")));
    } else {
        project.cannot_one(
            lack,
            "authorized-keys",
            "the spec knows the keys by their digests only, and has no file of them",
        );
    }
}
