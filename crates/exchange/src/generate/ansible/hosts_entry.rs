//! Names in /etc/hosts: they differ from one network to the next, so they are a variable.

use super::write::component::NETWORK;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::{Yaml, map};
use super::{Lack, Rule};
use crate::generate::By;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule::code("hosts-entry", render);

/// All of them are one task, made with the first.
fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if let Some(task) = project.writer("/etc/hosts").map(str::to_owned) {
        return project.meets(lack, By::Task(task));
    }
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let lacking: Vec<&Lack<'_>> = project.want.lacking.iter().filter(|l| l.id.kind == "hosts-entry").collect();
    for lack in lacking.iter().filter(|l| l.is_wanted()) {
        for address in lack.texts("addresses").unwrap_or_default() {
            names.entry(address).or_default().push(lack.id.name.clone());
        }
    }
    let entry =
        |(address, names): (String, Vec<String>)| map([("address", address.into()), ("names", names.join(" ").into())]);
    let entries = Yaml::List(names.into_iter().map(entry).collect());
    let variable = project.variable("hosts_entries", entries, "Names in /etc/hosts");
    let line = "{{ item.address }}\t{{ item.names }}";
    let mut task = Task::of(lack, Phase::Lines, "Name hosts in /etc/hosts", "ansible.builtin.lineinfile")
        .arg("path", "/etc/hosts")
        .arg("regexp", Yaml::Jinja("^{{ item.address | regex_escape }}\\s+{{ item.names | regex_escape }}$".to_owned()))
        .arg("line", Yaml::Jinja(line.to_owned()))
        .arg("owner", "root")
        .arg("group", "root")
        .arg("mode", "0644")
        .arg("unsafe_writes", true)
        .keyword("loop", Yaml::Jinja(format!("{{{{ {variable} }}}}")));
    task.origins.push("unsafe_writes: in containers the file is a mount, which cannot be replaced".to_owned());
    task.entries = lacking.iter().map(|l| l.id.to_string()).collect();
    let name = project.task(NETWORK, lack, task);
    project.writes("/etc/hosts", &name);
}
