//! The project as it grows: roles with their tasks and handlers, variables, files, and what meets each claim.

use super::component::{self, Components};
use super::secrets::Secrets;
use super::task::Task;
use super::yaml::{self, Yaml, comment};
use crate::generate::{By, Generated, Lack, Met, Want};
use model::id::ResourceId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What is to happen once, when one of the tasks that name it changed something.
#[derive(Debug, Clone)]
pub(crate) struct Handler {
    pub(crate) name: String,
    pub(crate) module: &'static str,
    pub(crate) args: Yaml,
    pub(crate) keywords: Vec<(&'static str, Yaml)>,
}

/// A variable that differs from one environment to the next.
#[derive(Debug, Clone)]
struct Variable {
    name: String,
    value: Yaml,
    about: &'static str,
}

/// The project as it grows.
#[derive(Debug)]
pub(crate) struct Project<'w> {
    pub(crate) want: Want<'w>,
    pub(crate) components: Components,
    roles: BTreeMap<String, Vec<Task>>,
    handlers: BTreeMap<String, Vec<Handler>>,
    variables: Vec<Variable>,
    /// Values of roles that a person may change: by role, with the name and what it is about.
    defaults: BTreeMap<String, Vec<(String, Yaml, String)>>,
    files: BTreeMap<String, Vec<u8>>,
    pub(crate) secrets: Secrets,
    /// Paths on the host that tasks write, and the task.
    written: BTreeMap<String, String>,
    met: Vec<Met>,
    unmapped: Vec<(String, String)>,
    payload: BTreeSet<String>,
    names: BTreeSet<String>,
    /// What tasks that say where packages come from register.
    sources: Vec<String>,
}

impl<'w> Project<'w> {
    pub(crate) fn new(want: Want<'w>) -> Self {
        Self {
            want,
            components: Components::of(want.spec),
            roles: BTreeMap::new(),
            handlers: BTreeMap::new(),
            variables: Vec::new(),
            defaults: BTreeMap::new(),
            files: BTreeMap::new(),
            secrets: Secrets::default(),
            written: BTreeMap::new(),
            met: Vec::new(),
            unmapped: Vec::new(),
            payload: BTreeSet::new(),
            names: BTreeSet::new(),
            sources: Vec::new(),
        }
    }

    /// What one more task that says where packages come from registers: the lists are old once it changed something.
    pub(crate) fn source(&mut self, role: &str) -> String {
        let name = format!("{role}_source_{}", self.sources.len() + 1);
        self.sources.push(name.clone());
        name
    }

    /// What those tasks register.
    pub(crate) fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Whether a role has tasks already.
    pub(crate) fn has_role(&self, role: &str) -> bool {
        self.roles.contains_key(role)
    }

    /// A name that nothing else has in this place: the one wanted, or one with a number.
    pub(crate) fn own_name(&mut self, place: &str, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        for n in 2.. {
            if self.names.insert(format!("{place} : {name}")) {
                break;
            }
            name = format!("{wanted} ({n})");
        }
        name
    }

    /// Adds a task to a role; its name is made one of its own. Gives the name that the map has.
    pub(crate) fn add(&mut self, role: &str, mut task: Task) -> String {
        task.name = self.own_name(role, &task.name);
        let name = format!("{role} : {}", task.name);
        self.roles.entry(role.to_owned()).or_default().push(task);
        name
    }

    /// Adds a task for a resource, which meets all that is lacking of it.
    pub(crate) fn task(&mut self, role: &str, lack: &Lack<'_>, task: Task) -> String {
        let name = self.add(role, task);
        self.meets(lack, By::Task(name.clone()));
        name
    }

    /// Notes that a path on the host is written by a task.
    pub(crate) fn writes(&mut self, path: &str, task: &str) {
        self.written.insert(path.to_owned(), task.to_owned());
    }

    /// The task that writes a path.
    pub(crate) fn writer(&self, path: &str) -> Option<&str> {
        self.written.get(path).map(String::as_str)
    }

    /// Notes what meets all that is lacking of a resource.
    pub(crate) fn meets(&mut self, lack: &Lack<'_>, by: By) {
        self.met.extend(lack.subjects().into_iter().map(|subject| Met { subject, by: by.clone() }));
    }

    /// Notes what meets one property.
    pub(crate) fn meets_one(&mut self, lack: &Lack<'_>, property: &str, by: By) {
        self.met.push(Met { subject: format!("{}.{property}", lack.id), by });
    }

    /// Notes that a resource follows from what packages bring.
    pub(crate) fn by_packages(&mut self, lack: &Lack<'_>) {
        self.meets(lack, By::Through("what its package brings".to_owned()));
    }

    /// Notes that nothing meets a resource.
    pub(crate) fn cannot(&mut self, lack: &Lack<'_>, why: &str) {
        self.unmapped.extend(lack.subjects().into_iter().map(|subject| (subject, why.to_owned())));
    }

    /// Notes that nothing meets one property.
    pub(crate) fn cannot_one(&mut self, lack: &Lack<'_>, property: &str, why: &str) {
        self.unmapped.push((format!("{}.{property}", lack.id), why.to_owned()));
    }

    /// A handler of a role; the name by which tasks notify it.
    pub(crate) fn handler(&mut self, role: &str, handler: Handler) -> String {
        let handlers = self.handlers.entry(role.to_owned()).or_default();
        let name = handler.name.clone();
        if !handlers.iter().any(|h| h.name == name) {
            handlers.push(handler);
        }
        name
    }

    /// A variable of the environment; the name by which it is used.
    pub(crate) fn variable(&mut self, name: &str, value: Yaml, about: &'static str) -> String {
        if !self.variables.iter().any(|v| v.name == name) {
            self.variables.push(Variable { name: name.to_owned(), value, about });
        }
        name.to_owned()
    }

    /// A value of a role; the name by which it is used, which begins with the role's.
    pub(crate) fn default(&mut self, role: &str, name: &str, value: Yaml, about: String) -> String {
        let name = format!("{role}_{name}");
        self.defaults.entry(role.to_owned()).or_default().push((name.clone(), value, about));
        name
    }

    /// Text of a host with fingerprints in it, as a value of a task.
    pub(crate) fn text(&mut self, text: &str, hint: &str, used_in: &str) -> Yaml {
        match self.secrets.template(text, hint, used_in) {
            Some(template) => Yaml::Jinja(template),
            None => Yaml::from(text),
        }
    }

    /// Keeps contents in a role, under `files` or `templates`; the path below it.
    pub(crate) fn keep(&mut self, role: &str, below: &str, path: &str, end: &str, bytes: Vec<u8>) -> String {
        let name = format!("{}{end}", safe_path(path));
        self.files.insert(format!("roles/{role}/{below}/{name}"), bytes);
        name
    }

    /// Something on the host that a person has to give; where it is looked for.
    pub(crate) fn payload(&mut self, path: &str) -> String {
        self.payload.insert(path.to_owned());
        safe_path(path)
    }

    /// Whether a role has a task of a name.
    pub(crate) fn has_task(&self, role: &str, name: &str) -> bool {
        self.names.contains(&format!("{role} : {name}"))
    }

    /// Whether the spec speaks of a resource.
    pub(crate) fn claims(&self, kind: &str, name: &str) -> bool {
        self.want.spec.entries.contains_key(&ResourceId::new(kind, name))
    }

    /// The project's files and what meets the claims.
    pub(crate) fn finish(mut self) -> Generated {
        for tasks in self.roles.values_mut() {
            tasks.sort_by_key(|t| t.phase);
        }
        let tasks = self.roles.values().map(Vec::len).sum();
        let entries = self.entries();
        self.write_roles();
        self.write_play();
        self.write_variables();
        self.write_settings();
        let mut generated = Generated {
            files: self.files,
            met: self.met,
            unmapped: self.unmapped,
            secrets: self.secrets.uses,
            payload: self.payload.into_iter().collect(),
            tasks,
            entries,
        };
        generated.met.sort_by(|a, b| a.subject.cmp(&b.subject));
        generated.met.dedup();
        generated.unmapped.sort();
        generated.unmapped.dedup();
        generated
    }

    /// What each task is there for, and each handler: what the tasks are there for that notify it.
    fn entries(&self) -> BTreeMap<String, BTreeSet<String>> {
        // What the first play does is for Ansible itself.
        let mut entries = BTreeMap::from([(BEGINS.to_owned(), BTreeSet::new())]);
        for (role, tasks) in &self.roles {
            for task in tasks {
                for name in task.notify.iter().chain([&task.name]) {
                    let of = entries.entry(format!("{role} : {name}")).or_default();
                    of.extend(task.entries.iter().cloned());
                }
            }
        }
        entries
    }

    fn write_roles(&mut self) {
        for (role, tasks) in &self.roles {
            let mut out =
                format!("---\n# The tasks of {role}, made by repot generate. Edit them: what you change stays.\n");
            for task in tasks {
                out.push('\n');
                task.write(&mut out);
            }
            self.files.insert(format!("roles/{role}/tasks/main.yml"), out.into_bytes());
            let about = format!(
                "---\ngalaxy_info:\n  role_name: {role}\n  author: repot\n  description: {}\n  license: proprietary\n  \
                min_ansible_version: \"2.14\"\ndependencies: []\n",
                about(role)
            );
            self.files.insert(format!("roles/{role}/meta/main.yml"), about.into_bytes());
        }
        for (role, values) in &self.defaults {
            let mut out = String::from("---\n# What this role works with. Edit it: what you change stays.\n");
            for (name, value, about) in values {
                write!(out, "\n# {}\n{name}:", comment(about)).ok();
                yaml::value(&mut out, value, 0);
            }
            self.files.insert(format!("roles/{role}/defaults/main.yml"), out.into_bytes());
        }
        for (role, handlers) in &self.handlers {
            let mut out = String::from("---\n# What a changed file asks for, once, at the end.\n");
            for handler in handlers {
                out.push_str("\n- name:");
                yaml::value(&mut out, &Yaml::from(handler.name.as_str()), 2);
                write!(out, "  {}:", handler.module).ok();
                yaml::value(&mut out, &handler.args, 2);
                for (name, value) in &handler.keywords {
                    write!(out, "  {name}:").ok();
                    yaml::value(&mut out, value, 2);
                }
            }
            self.files.insert(format!("roles/{role}/handlers/main.yml"), out.into_bytes());
        }
    }

    /// The play: the system first, then people, then programs, then what runs on them.
    fn write_play(&mut self) {
        let rank = |role: &&String| match role.as_str() {
            component::USERS => (0, (*role).clone()),
            component::APT => (1, (*role).clone()),
            component::BASE => (2, (*role).clone()),
            component::APP => (4, (*role).clone()),
            component::NETWORK => (5, (*role).clone()),
            _ => (3, (*role).clone()),
        };
        let mut roles: Vec<&String> = self.roles.keys().collect();
        roles.sort_by_key(rank);
        let mut out = format!(
            "---\n# Builds {role} from a bare machine ({base}).\n- name: Give Ansible what it needs on the machine\n  hosts: {group}\n  \
             become: true\n  gather_facts: false\n  tasks:\n    - name: {BEGINS}\n      \
             ansible.builtin.raw: >-\n        {PYTHON}\n      register: python\n      \
             changed_when: python.stdout is search('Setting up python3')\n\n- name: {name}\n  hosts: {group}\n  become: true\n  roles:\n",
            role = comment(self.want.role),
            base = comment(self.want.base),
            name = scalar(&format!("Build {}", self.want.role)),
            group = self.group()
        );
        for role in roles {
            writeln!(out, "    - role: {role}\n      tags: [{role}]").ok();
        }
        self.files.insert("site.yml".to_owned(), out.into_bytes());
    }

    fn group(&self) -> String {
        super::super::group(self.want.role)
    }

    fn write_variables(&mut self) {
        let mut out = String::from("---\n# What differs from one environment to the next.\n");
        for variable in &self.variables {
            write!(out, "\n# {}\n{}:", variable.about, variable.name).ok();
            yaml::value(&mut out, &variable.value, 0);
        }
        if !self.payload.is_empty() {
            out.push_str("\n# Where what the spec knows only by its digest is kept: see PAYLOAD.md\npayload_dir: \"{{ playbook_dir }}/payload\"\n");
        }
        if self.variables.is_empty() && self.payload.is_empty() {
            out.push_str("{}\n");
        }
        self.files.insert("group_vars/all/main.yml".to_owned(), out.into_bytes());
        if self.secrets.uses.is_empty() {
            return;
        }
        let mut out = String::from(
            "---\n# The secrets of this host, none of them here. Copy this file to vault.yml, fill it in, and encrypt it:\n\
             #   ansible-vault encrypt group_vars/all/vault.yml\n# A value with `{{` in it is written `!unsafe \"…\"`.\n",
        );
        for (name, uses) in &self.secrets.uses {
            out.push('\n');
            for used in uses {
                writeln!(out, "# {}", comment(used)).ok();
            }
            writeln!(out, "{name}: \"\"").ok();
        }
        self.files.insert("vault.example.yml".to_owned(), out.into_bytes());
    }

    fn write_settings(&mut self) {
        let group = self.group();
        let mut put = |name: &str, text: String| self.files.insert(name.to_owned(), text.into_bytes());
        put(
            "inventory.example.yml",
            format!(
                "---\n# Copy this to inventory.yml and name your machines.\n{group}:\n  hosts:\n    new-host.example.test:\n      ansible_user: root\n"
            ),
        );
        put(
            "ansible.cfg",
            "[defaults]\ninventory = inventory.yml\nroles_path = roles\nhost_key_checking = True\nretry_files_enabled = False\nforce_handlers = True\n\n\
             [ssh_connection]\npipelining = True\n"
                .to_owned(),
        );
        put(
            ".ansible-lint",
            "---\nprofile: production\noffline: true\n# What the host's own files look like is not ours to correct.\nexclude_paths:\n  - roles/*/files/\n  - roles/*/templates/\n  - payload/\n"
                .to_owned(),
        );
        put("requirements.yml", "---\ncollections:\n  - name: ansible.posix\n  - name: community.general\n".to_owned());
        put(".gitignore", "payload/\ngroup_vars/all/vault.yml\ninventory.yml\n*.retry\n".to_owned());
    }
}

/// The task that is there for Ansible itself.
const BEGINS: &str = "Install Python with its module for apt";

/// What Ansible's own modules need, where it is not there yet.
const PYTHON: &str = "python3 -c 'import shutil, apt' 2>/dev/null || { apt-get -q update && \\\n        \
                      DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install python3 python3-apt; }";

fn scalar(text: &str) -> String {
    let mut out = String::new();
    yaml::value(&mut out, &Yaml::from(text.replace(['{', '}', '%'], "_")), 2);
    out.trim().to_owned()
}

fn about(role: &str) -> String {
    match role {
        component::BASE => "The system itself and its settings".to_owned(),
        component::USERS => "People, groups, and what is in their homes".to_owned(),
        component::NETWORK => "Whom the machine asks for names, and those it knows itself".to_owned(),
        component::APP => "What runs on the host and is no package's".to_owned(),
        _ => format!("Settings and packages of {role}"),
    }
}

/// A path on the host as a path below a directory here: tame characters only, and no two paths the same.
pub fn safe_path(path: &str) -> String {
    let tame = |c: char| if c.is_ascii_alphanumeric() || "._+@-".contains(c) { c } else { '_' };
    let parts = path.split('/').filter(|p| !p.is_empty());
    let part = |p: &str| -> String {
        let p: String = p.chars().map(tame).take(150).collect();
        if p.chars().all(|c| c == '.') { p.replace('.', "_") } else { p }
    };
    let safe = parts.map(part).collect::<Vec<_>>().join("/");
    if format!("/{safe}") == path { safe } else { format!("{safe}-{}", digest(path)) }
}

fn digest(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().take(4).map(|b| format!("{b:02x}")).collect()
}

/// A text as a regular expression that matches just it.
pub(crate) fn expression(text: &str) -> String {
    regex::escape(text)
}
