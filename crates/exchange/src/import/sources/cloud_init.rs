//! cloud-init user data: `#cloud-config`, and scripts.

use super::super::conversion::Construct;
use super::super::effect::{Effect, Want};
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::{Shell, quoted};
use super::super::source::Source;
use super::super::statement::{Confidence, Says, Statement};
use super::script::document;
use crate::spec_file::node::{self, Node, What};
use model::value::Value;

/// The reader.
pub(super) struct CloudInit;

const CONSTRUCTS: &[Construct] = &[
    Construct::yes(
        "users: [{name, uid, groups, shell, homedir, sudo, ssh_authorized_keys}]",
        "user[x], its keys and sudo rules",
    ),
    Construct::yes("groups", "group[x]"),
    Construct::yes("packages", "package[x], with a version where one is named"),
    Construct::yes(
        "write_files: [{path, content, owner, permissions, append}]",
        "the contents, owner and mode; encoded ones only that they are there",
    ),
    Construct::yes("runcmd, bootcmd", "as the shell reader reads the commands"),
    Construct::yes("timezone, locale, hostname, fqdn", "timezone, locale, hostname"),
    Construct::partly("ssh_authorized_keys, mounts, swap, ntp", "keys of the default user and mounts"),
    Construct::no("apt, package_update, power_state, other modules", "listed as not understood, or nothing that lasts"),
];

impl Source for CloudInit {
    fn name(&self) -> &'static str {
        "cloud-init"
    }

    fn summary(&self) -> &'static str {
        "cloud-init user data, known by its first line (#cloud-config)"
    }

    fn takes(&self, file: &File) -> bool {
        file.text().lines().next().is_some_and(|l| l.trim_end() == "#cloud-config")
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        for file in mine {
            let source = node::Source { path: &file.path, text: file.text() };
            match node::read(source) {
                Ok(Some(root)) => Reader { file, all, out }.root(&root),
                Ok(None) => {}
                Err(problems) => {
                    for problem in problems.into_iter().take(5) {
                        out.problem(problem.place, problem.what);
                    }
                }
            }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        CONSTRUCTS
    }
}

struct Reader<'a> {
    file: &'a File,
    all: &'a Files,
    out: &'a mut Out,
}

/// The items of a list, or a single one.
fn items(node: &Node) -> Vec<&Node> {
    match &node.what {
        What::List(items) => items.iter().collect(),
        What::Map(_) | What::Scalar { .. } => vec![node],
    }
}

fn text(node: &Node, name: &str) -> Option<String> {
    node.get(name).and_then(Node::text).map(str::to_owned)
}

impl Reader<'_> {
    fn say(&mut self, node: &Node, said: &str, says: Says) {
        let line = usize::try_from(node.at.line).unwrap_or(1);
        self.out.say(Statement::new(self.file.line(line), said).says(says));
    }

    fn effects(&mut self, node: &Node, said: &str, effects: Vec<Effect>) {
        self.say(node, said, Says::Effects(effects));
    }

    fn root(&mut self, root: &Node) {
        for (key, value) in root.map().unwrap_or_default() {
            let name = key.text().unwrap_or_default();
            match name {
                "users" => items(value).into_iter().for_each(|u| self.user(u)),
                "groups" => items(value).into_iter().for_each(|g| self.group(g)),
                "packages" => items(value).into_iter().for_each(|p| self.package(p)),
                "write_files" => items(value).into_iter().for_each(|f| self.file(f)),
                "runcmd" | "bootcmd" => items(value).into_iter().for_each(|c| self.command(c)),
                "timezone" => self.value(value, name, "timezone", "timezone", "configured"),
                "hostname" | "fqdn" => self.value(value, name, "hostname", "hostname", "configured"),
                "locale" => {
                    let locale = value.text().unwrap_or_default().to_owned();
                    self.effects(
                        value,
                        &format!("locale: {locale}"),
                        vec![
                            Effect::there("locale", &locale),
                            Effect::is("env", "system/LANG", "value", locale.as_str()),
                        ],
                    );
                }
                "mounts" => items(value).into_iter().for_each(|m| {
                    let fields: Vec<&str> = items(m).iter().filter_map(|n| n.text()).collect();
                    if let [_, path, ..] = fields.as_slice() {
                        self.effects(m, &fields.join(" "), vec![Effect::there("fstab", *path)]);
                    }
                }),
                "package_update"
                | "package_upgrade"
                | "package_reboot_if_required"
                | "manage_etc_hosts"
                | "preserve_hostname"
                | "final_message"
                | "output"
                | "power_state"
                | "disable_root"
                | "ssh_pwauth" => self.say(key, name, Says::Nothing),
                _ => self.say(key, name, Says::NotUnderstood(format!("the module {name}"))),
            }
        }
    }

    fn value(&mut self, node: &Node, key: &str, kind: &str, name: &str, property: &str) {
        let value = node.text().unwrap_or_default().to_owned();
        self.effects(node, &format!("{key}: {value}"), vec![Effect::is(kind, name, property, value.as_str())]);
    }

    fn user(&mut self, user: &Node) {
        let Some(name) = text(user, "name").or_else(|| user.text().map(str::to_owned)) else { return };
        if name == "default" {
            return self.say(user, "default", Says::Nothing);
        }
        let mut effects = vec![Effect::there("user", &name)];
        if let Some(uid) = text(user, "uid").and_then(|u| u.parse().ok()) {
            effects.push(Effect::wants("user", &name, "uid", Want::Is(Value::Int(uid))));
        }
        for (key, property) in [("shell", "shell"), ("homedir", "home"), ("gecos", "gecos")] {
            if let Some(value) = text(user, key) {
                effects.push(Effect::is("user", &name, property, value.as_str()));
            }
        }
        if let Some(groups) = user.get("groups") {
            let groups: Vec<String> = items(groups)
                .iter()
                .filter_map(|g| g.text())
                .flat_map(|g| g.split(',').map(|g| g.trim().to_owned()))
                .collect();
            effects.push(Effect::wants("user", &name, "groups", Want::Has(groups)));
        }
        if let Some(rules) = user.get("sudo") {
            let lines: Vec<String> =
                items(rules).iter().filter_map(|r| r.text()).map(|r| format!("{name} {r}")).collect();
            if !lines.is_empty() && rules.text() != Some("false") {
                let path = "/etc/sudoers.d/90-cloud-init-users".to_owned();
                effects.push(Effect::Lines { path, lines, there: true, source: None });
            }
        }
        if let Some(keys) = user.get("ssh_authorized_keys").or_else(|| user.get("ssh-authorized-keys")) {
            let home = text(user, "homedir").unwrap_or_else(|| format!("/home/{name}"));
            let lines: Vec<String> = items(keys).iter().filter_map(|k| k.text()).map(str::to_owned).collect();
            let path = format!("{home}/.ssh/authorized_keys");
            effects.push(Effect::Lines { path, lines, there: true, source: None });
        }
        self.effects(user, &format!("user {name}"), effects);
    }

    fn group(&mut self, group: &Node) {
        match (group.text(), group.map()) {
            (Some(name), _) => {
                let name = name.to_owned();
                self.effects(group, &format!("group {name}"), vec![Effect::there("group", name)]);
            }
            (None, Some(map)) => {
                for (name, members) in map {
                    let name = name.text().unwrap_or_default().to_owned();
                    let members: Vec<String> =
                        items(members).iter().filter_map(|m| m.text()).map(str::to_owned).collect();
                    let effects = vec![
                        Effect::there("group", &name),
                        Effect::wants("group", &name, "members", Want::Has(members)),
                    ];
                    self.effects(group, &format!("group {name}"), effects);
                }
            }
            (None, None) => {}
        }
    }

    fn package(&mut self, package: &Node) {
        let words: Vec<String> = items(package).iter().filter_map(|n| n.text()).map(str::to_owned).collect();
        let mut effects = Vec::new();
        if let Some(name) = words.first() {
            effects.push(Effect::there("package", name));
            if let Some(version) = words.get(1) {
                effects.push(Effect::wants("package", name, "versions", Want::Has(vec![version.clone()])));
            }
        }
        self.effects(package, &format!("package {}", words.join(" ")), effects);
    }

    fn file(&mut self, node: &Node) {
        let Some(path) = text(node, "path") else {
            return self.say(node, "write_files", Says::Unresolved("which file it writes".to_owned()));
        };
        let mut effects = Vec::new();
        let content = text(node, "content").unwrap_or_default();
        if node.get("encoding").is_some() {
            effects.push(Effect::there("file", &path));
        } else if text(node, "append").as_deref() == Some("true") {
            let lines = content.lines().map(str::to_owned).collect();
            effects.push(Effect::Lines { path: path.clone(), lines, there: true, source: None });
        } else {
            effects.push(Effect::Contents { path: path.clone(), text: content, source: None });
        }
        if let Some(mode) = text(node, "permissions") {
            effects.push(Effect::mode(&path, &mode));
        }
        if let Some(owner) = text(node, "owner") {
            effects.extend(Effect::owned(&path, &owner));
        }
        self.effects(node, &format!("write {path}"), effects);
    }

    fn command(&mut self, node: &Node) {
        let command = match &node.what {
            What::List(words) => quoted(words.iter().filter_map(Node::text)),
            What::Scalar { text, .. } => text.clone(),
            What::Map(_) => return self.say(node, "runcmd", Says::NotUnderstood("a command that is a map".to_owned())),
        };
        let lookup = |path: &str| document(self.all, self.file, path);
        let mut shell = Shell::new(Statement::new(self.file.line(1), "").at_most(Confidence::Exact), &lookup);
        shell.user = Some("root".to_owned());
        shell.is_one_line = true;
        shell.read(&command, node.at.line, self.out);
    }
}
