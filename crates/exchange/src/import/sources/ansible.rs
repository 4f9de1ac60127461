//! Ansible: playbooks, roles and task files.

use super::super::code::known::Known;
use super::super::conversion::Construct;
use super::super::effect::{Effect, Want};
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::Shell;
use super::super::source::Source;
use super::super::statement::{Confidence, Says, Statement};
use super::super::template;
use super::script::document;
use crate::spec_file::node::{self, Node, What};
use model::value::Value;
use std::collections::BTreeMap;

/// The reader.
pub(super) struct Ansible;

const CONSTRUCTS: &[Construct] = &[
    Construct::yes("apt, yum, dnf, package, pip, gem, npm: name, state, version", "package[x]"),
    Construct::yes("service, systemd: name, enabled, state, masked", "service[x]"),
    Construct::yes("copy: src, content, dest, owner, group, mode", "the contents, where the file was given"),
    Construct::yes("template: src, dest, …", "the contents, or the fixed parts where a value is not known"),
    Construct::yes("file: path, state, src, owner, group, mode; unarchive, get_url, git", "file[x]"),
    Construct::yes(
        "lineinfile, replace, blockinfile: path, regexp, line, block",
        "lines of the file, or what was replaced in it",
    ),
    Construct::yes("user, group: name, uid, gid, groups, shell, home, state", "user[x], group[x]"),
    Construct::yes(
        "authorized_key, sysctl, cron, mount, timezone, locale_gen, hostname, alternatives, ini_file",
        "keys, kernel-param, cron, fstab, timezone, locale, hostname, lines",
    ),
    Construct::yes("command, shell, raw: as the shell reader reads them; chdir, creates", "what the commands say"),
    Construct::yes("name=x state=y, args, ansible.builtin.MODULE", "as their long forms"),
    Construct::yes("vars, roles/*/defaults, roles/*/vars, group_vars/all, loop, with_items over literals", "folded"),
    Construct::yes(
        "block, import_tasks, include_tasks, roles, pre_tasks, post_tasks",
        "task files are read where they are found, with the variables of their role",
    ),
    Construct::partly("when", "false by itself: the task is left out; otherwise its statements are guessed"),
    Construct::partly("{{ x }}, {{ x | default('y') }}", "folded; other filters and facts are unresolved"),
    Construct::yes(
        "apt_repository, yum_repository, apt_key",
        "the repository by its URI, or that its file came, where `filename`, `name` or `keyring` says which",
    ),
    Construct::yes(
        "modprobe, pam_limits, dpkg_selections, apache2_module, known_hosts, htpasswd, openssl_…, capabilities, acl",
        "kernel-module, limit, package held, and the files they write",
    ),
    Construct::partly("iptables, ufw", "as the shell reader reads the command that they stand for"),
    Construct::no(
        "mysql_…, postgresql_…, mongodb_…, docker_…, win_…",
        "what databases and containers hold is not compared",
    ),
    Construct::no(
        "handlers, register, delegate_to, debug, set_fact, other modules",
        "nothing that lasts, or listed as not understood",
    ),
];

/// Keys of a task that are no module.
const KEYWORDS: &[&str] = &[
    "name",
    "when",
    "with_items",
    "loop",
    "with_dict",
    "with_fileglob",
    "notify",
    "register",
    "tags",
    "become",
    "become_user",
    "become_method",
    "vars",
    "args",
    "environment",
    "ignore_errors",
    "changed_when",
    "failed_when",
    "delegate_to",
    "run_once",
    "no_log",
    "until",
    "retries",
    "delay",
    "check_mode",
    "diff",
    "loop_control",
    "sudo",
    "sudo_user",
    "remote_user",
    "listen",
    "async",
    "poll",
    "any_errors_fatal",
    "local_action",
    "connection",
    "throttle",
    "rescue",
    "always",
    "with_together",
];

impl Source for Ansible {
    fn name(&self) -> &'static str {
        "ansible"
    }

    fn summary(&self) -> &'static str {
        "Ansible playbooks, task files and roles (.yml, .yaml)"
    }

    fn takes(&self, file: &File) -> bool {
        if !matches!(file.ending().as_str(), "yml" | "yaml") {
            return false;
        }
        let dir = file.dir();
        let is_part = ["tasks", "handlers"].iter().any(|d| dir == *d || dir.ends_with(&format!("/{d}")));
        let is_list = |l: &str| l.starts_with("- ");
        let is_play = file.text().lines().any(|l| l.starts_with("- hosts:") || l.starts_with("  hosts:"));
        (is_part && file.text().lines().any(is_list)) || is_play
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        for file in mine {
            let mut variables = role_variables(file, all);
            let mut reader = Reader { file, all, out, depth: 0, trust: Confidence::Exact, user: None };
            match node::read(node::Source { path: &file.path, text: file.text() }) {
                Ok(Some(root)) => reader.list(&root, &mut variables),
                Ok(None) => {}
                Err(problems) => {
                    for problem in problems.into_iter().take(3) {
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

type Variables = BTreeMap<String, Known>;

/// The variables of a role, and of all groups, by the files that were given.
fn role_variables(file: &File, all: &Files) -> Variables {
    let mut variables = Variables::new();
    let role = file.dir().strip_suffix("/tasks").or_else(|| file.dir().strip_suffix("/handlers"));
    let is_role_file = |path: &str| {
        role.is_some_and(|r| path.starts_with(&format!("{r}/defaults/")) || path.starts_with(&format!("{r}/vars/")))
    };
    let mut of: Vec<&File> = all.all().filter(|f| is_role_file(&f.path) || f.path.contains("group_vars/all")).collect();
    of.sort_by_key(|f| (f.path.contains("/vars/"), f.path.clone()));
    for file in of {
        if let Ok(Some(root)) = node::read(node::Source { path: &file.path, text: file.text() }) {
            add_variables(&root, &mut variables);
            // It has been read, as what another file needs.
            all.get(&file.path).ok();
        }
    }
    variables
}

fn add_variables(node: &Node, variables: &mut Variables) {
    for (key, value) in node.map().unwrap_or_default() {
        if let Some(key) = key.text() {
            variables.insert(key.to_owned(), known(value));
        }
    }
}

/// A node as a value, its texts as they are written.
fn known(node: &Node) -> Known {
    match &node.what {
        What::Scalar { .. } if node.is_null() => Known::Nothing,
        What::Scalar { text, is_plain: true } if matches!(text.as_str(), "true" | "yes" | "True" | "on") => {
            Known::Flag(true)
        }
        What::Scalar { text, is_plain: true } if matches!(text.as_str(), "false" | "no" | "False" | "off") => {
            Known::Flag(false)
        }
        What::Scalar { text, .. } => Known::text(text.as_str()),
        What::List(items) => Known::List(items.iter().map(known).collect()),
        What::Map(pairs) => Known::Map(pairs.iter().map(|(k, v)| (known(k), known(v))).collect()),
    }
}

struct Reader<'a> {
    file: &'a File,
    all: &'a Files,
    out: &'a mut Out,
    depth: usize,
    trust: Confidence,
    user: Option<String>,
}

/// The arguments of a module, filled in.
struct Args<'n> {
    values: Vec<(String, Known)>,
    free: Option<Known>,
    node: &'n Node,
}

impl Args<'_> {
    fn get(&self, names: &[&str]) -> Option<&Known> {
        names.iter().find_map(|n| self.values.iter().find(|(name, _)| name == n).map(|(_, v)| v))
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        self.get(names).and_then(Known::plain)
    }

    fn flag(&self, names: &[&str]) -> Option<bool> {
        match self.text(names)?.to_ascii_lowercase().as_str() {
            "yes" | "true" | "on" | "1" => Some(true),
            "no" | "false" | "off" | "0" => Some(false),
            _ => None,
        }
    }

    /// What is not known of the arguments that are named.
    fn lacks(&self, names: &[&str]) -> Option<String> {
        names.iter().filter_map(|n| self.get(&[n])).flat_map(Known::items).find_map(|v| v.word().lacks)
    }
}

impl Reader<'_> {
    fn say(&mut self, node: &Node, said: &str, says: Says) {
        let line = usize::try_from(node.at.line).unwrap_or(1);
        self.out.say(Statement::new(self.file.line(line), said).at_most(self.trust).says(says));
    }

    fn list(&mut self, node: &Node, variables: &mut Variables) {
        self.depth += 1;
        if let What::List(items) = &node.what {
            for item in items.iter().take(if self.depth < 40 { usize::MAX } else { 0 }) {
                if item.get("hosts").is_some() { self.play(item, variables) } else { self.task(item, variables) }
            }
        }
        self.depth -= 1;
    }

    fn play(&mut self, play: &Node, variables: &Variables) {
        let mut variables = variables.clone();
        if let Some(vars) = play.get("vars") {
            add_variables(vars, &mut variables);
        }
        for key in ["pre_tasks", "tasks", "post_tasks"] {
            if let Some(tasks) = play.get(key) {
                self.list(tasks, &mut variables);
            }
        }
    }

    fn task(&mut self, task: &Node, variables: &Variables) {
        let mut variables = variables.clone();
        if let Some(vars) = task.get("vars") {
            add_variables(vars, &mut variables);
        }
        let before = (self.trust, self.user.clone());
        match task.get("when").map(known) {
            None | Some(Known::Flag(true)) => {}
            Some(Known::Flag(false)) => return self.say(task, "when: false", Says::Nothing),
            Some(_) => self.trust = Confidence::Guessed,
        }
        self.user = task.get("become_user").and_then(Node::text).map(str::to_owned).or(self.user.take());
        if let Some(block) = task.get("block") {
            self.list(block, &mut variables);
        } else {
            self.module(task, &variables);
        }
        (self.trust, self.user) = before;
    }

    fn module(&mut self, task: &Node, variables: &Variables) {
        let module = task
            .map()
            .unwrap_or_default()
            .iter()
            .find(|(k, _)| k.text().is_some_and(|k| !KEYWORDS.contains(&k) && !k.starts_with("with_")));
        let Some((key, value)) = module else {
            return self.say(task, "a task", Says::NotUnderstood("a task without a module".to_owned()));
        };
        let name = key.text().unwrap_or_default().rsplit('.').next().unwrap_or_default().to_owned();
        let items = ["loop", "with_items", "with_list"].iter().find_map(|k| task.get(k));
        let rounds: Vec<Option<Known>> = match items.map(|i| filled(&known(i), variables)) {
            None => vec![None],
            Some(Known::List(items)) => items.into_iter().flat_map(flat).map(Some).collect(),
            Some(other) => vec![Some(Known::Unknown(other.word().lacks.unwrap_or_else(|| "item".to_owned())))],
        };
        let is_loop = items.is_some();
        for item in rounds.into_iter().take(1000) {
            let mut variables = variables.clone();
            if let Some(item) = item {
                variables.insert("item".to_owned(), item);
            }
            let args = arguments(value, task.get("args"), &variables);
            let was = self.trust;
            if is_loop || !variables.is_empty() && has_braces(value) {
                self.trust = self.trust.max(Confidence::Folded);
            }
            self.one(key, &name, &args, &variables);
            self.trust = was;
        }
    }

    fn one(&mut self, key: &Node, name: &str, args: &Args<'_>, variables: &Variables) {
        let said = format!(
            "{name}: {}",
            args.values.iter().map(|(n, v)| format!("{n}={}", v.word().text)).collect::<Vec<_>>().join(" ")
        );
        if matches!(name, "command" | "shell" | "raw" | "script") {
            return self.command(key, args);
        }
        if let Some(command) = firewall(name, args) {
            let args = Args { values: Vec::new(), free: Some(Known::text(command)), node: args.node };
            return self.command(key, &args);
        }
        if let Some(lacks) = args.lacks(&["name", "path", "dest", "src", "pkg", "key"]) {
            return self.say(key, &said, Says::Unresolved(lacks));
        }
        let says = match self.effects(name, args, variables) {
            Some(Ok(effects)) if effects.is_empty() => Says::Nothing,
            Some(Ok(effects)) => Says::Effects(effects),
            Some(Err(why)) => Says::Unresolved(why),
            None => Says::NotUnderstood(format!("the module {name}")),
        };
        self.say(key, &said, says);
    }

    fn command(&mut self, key: &Node, args: &Args<'_>) {
        let command = args.get(&["cmd"]).or(args.free.as_ref()).map(Known::word);
        let Some(command) = command else {
            return self.say(key, "a command", Says::Unresolved("which command".to_owned()));
        };
        let lookup = |path: &str| document(self.all, self.file, path);
        let mut shell = Shell::new(Statement::new(self.file.line(1), ""), &lookup);
        shell.user = self.user.clone().or_else(|| Some("root".to_owned()));
        shell.dir = args.text(&["chdir"]);
        super::super::code::commands::read(&mut shell, &command, key.at.line, self.trust, self.out);
    }

    /// What a module says; `None` where it is not known.
    fn effects(&self, name: &str, args: &Args<'_>, variables: &Variables) -> Option<Result<Vec<Effect>, String>> {
        let missing = |what: &str| Err(format!("what {what} is"));
        Some(match name {
            "apt" | "yum" | "dnf" | "package" | "apk" | "zypper" | "pip" | "gem" | "npm" | "pear" => {
                Ok(packages(name, args))
            }
            "service" | "systemd" | "systemd_service" | "sysvinit" => match args.text(&["name"]) {
                Some(service) => Ok(service_effects(&service, args)),
                None => Ok(Vec::new()),
            },
            "copy" | "template" => match args.text(&["dest"]) {
                Some(dest) => Ok(self.pushed(name, &dest, args, variables)),
                None => missing("the destination"),
            },
            "file" => match args.text(&["path", "dest", "name"]) {
                Some(path) => Ok(file_effects(&path, args)),
                None => missing("the file"),
            },
            "get_url" | "unarchive" | "git" | "synchronize" => match args.text(&["dest"]) {
                Some(dest) => Ok([Effect::there("file", &dest)].into_iter().chain(attributes(&dest, args)).collect()),
                None => missing("the destination"),
            },
            "lineinfile" | "replace" | "blockinfile" | "ini_file" => match args.text(&["path", "dest", "name"]) {
                Some(path) => Ok(line_effects(name, &path, args)),
                None => missing("the file"),
            },
            "user" | "group" => match args.text(&["name"]) {
                Some(who) => Ok(account(name, &who, args)),
                None => missing("the name"),
            },
            "authorized_key" => match (args.text(&["user"]), args.text(&["key"])) {
                (Some(user), Some(key)) => {
                    let path = format!("{}/.ssh/authorized_keys", super::super::shell::call::home(&user));
                    Ok(vec![Effect::Lines { path, lines: vec![key], there: true, source: None }])
                }
                _ => missing("the key"),
            },
            "sysctl" => match (args.text(&["name", "key"]), args.text(&["value"])) {
                (Some(name), Some(value)) => Ok(vec![Effect::is("kernel-param", name, "value", value.as_str())]),
                _ => missing("the value"),
            },
            "timezone" => args.text(&["name"]).map_or_else(
                || missing("the zone"),
                |z| Ok(vec![Effect::is("timezone", "timezone", "configured", z.as_str())]),
            ),
            "hostname" => args.text(&["name"]).map_or_else(
                || missing("the name"),
                |n| Ok(vec![Effect::is("hostname", "hostname", "configured", n.as_str())]),
            ),
            "locale_gen" => {
                args.text(&["name"]).map_or_else(|| missing("the locale"), |l| Ok(vec![Effect::there("locale", l)]))
            }
            "mount" => args
                .text(&["path", "name"])
                .map_or_else(|| missing("the directory"), |p| Ok(vec![Effect::there("fstab", p)])),
            "cron" => match args.text(&["job"]) {
                Some(job) => {
                    let user = args.text(&["user"]).unwrap_or_else(|| "root".to_owned());
                    Ok(vec![Effect::there("cron", format!("{user}: {job}"))])
                }
                None => missing("the job"),
            },
            "alternatives" => match (args.text(&["name"]), args.text(&["path"])) {
                (Some(name), Some(path)) => {
                    Ok(vec![Effect::is("file", format!("/etc/alternatives/{name}"), "linked-to", path.as_str())])
                }
                _ => missing("the path"),
            },
            "apt_repository" => match (args.text(&["filename"]), args.text(&["state"]).as_deref()) {
                (Some(name), Some("absent")) => {
                    Ok(vec![Effect::gone("file", format!("/etc/apt/sources.list.d/{name}.list"))])
                }
                (Some(name), _) => Ok(Effect::came(&format!("/etc/apt/sources.list.d/{name}.list"))),
                (None, state) => repository(args, state == Some("absent")),
            },
            "yum_repository" => match (args.text(&["file", "name"]), args.text(&["state"]).as_deref()) {
                (Some(name), Some("absent")) => Ok(vec![Effect::gone("file", format!("/etc/yum.repos.d/{name}.repo"))]),
                (Some(name), _) => Ok(Effect::came(&format!("/etc/yum.repos.d/{name}.repo"))),
                (None, _) => missing("the repository"),
            },
            "apt_key" => match args.text(&["keyring"]) {
                Some(keyring) => Ok(Effect::came(&keyring)),
                None => missing("the file of the key"),
            },
            "modprobe" => match args.text(&["name"]) {
                Some(module) => {
                    let loaded = args.text(&["state"]).as_deref() != Some("absent");
                    Ok(vec![Effect::is("kernel-module", module.replace('-', "_"), "loaded", loaded)])
                }
                None => missing("the module"),
            },
            "pam_limits" => {
                let parts = ["domain", "limit_type", "limit_item", "value"].map(|name| args.text(&[name]));
                match parts {
                    [Some(domain), Some(sort), Some(item), Some(value)] => {
                        Ok(vec![Effect::is("limit", format!("{domain}/{sort}/{item}"), "value", value.as_str())])
                    }
                    _ => missing("the limit"),
                }
            }
            "dpkg_selections" => match (args.text(&["name"]), args.text(&["selection"])) {
                (Some(name), Some(selection)) => Ok(vec![Effect::is("package", name, "held", selection == "hold")]),
                _ => missing("the package"),
            },
            "apache2_module" => match args.text(&["name"]) {
                Some(name) => {
                    let id = model::id::ResourceId::new("file", format!("/etc/apache2/mods-enabled/{name}.load"));
                    Ok(vec![Effect::Presence { id, there: args.text(&["state"]).as_deref() != Some("absent") }])
                }
                None => missing("the module"),
            },
            "known_hosts" => match args.text(&["key"]) {
                Some(key) => {
                    let path = args.text(&["path"]).unwrap_or_else(|| "/root/.ssh/known_hosts".to_owned());
                    Ok(vec![Effect::Lines { path, lines: vec![key], there: true, source: None }])
                }
                None => missing("the key"),
            },
            "openssl_privatekey" | "openssl_csr" | "openssl_dhparam" | "openssl_publickey" | "x509_certificate"
            | "htpasswd" | "assemble" | "openssh_keypair" => match args.text(&["path", "dest"]) {
                Some(path) => Ok(Effect::came(&path).into_iter().chain(attributes(&path, args)).collect()),
                None => missing("the file"),
            },
            "capabilities" => match args.text(&["path", "key"]) {
                Some(path) => Ok(vec![Effect::wants("file", path, "capabilities", Want::Any)]),
                None => missing("the file"),
            },
            "acl" => match args.text(&["path", "name"]) {
                Some(path) => Ok(vec![Effect::wants("file", path, "acl", Want::Any)]),
                None => missing("the file"),
            },
            "debug"
            | "set_fact"
            | "assert"
            | "fail"
            | "meta"
            | "stat"
            | "wait_for"
            | "setup"
            | "pause"
            | "uri"
            | "find"
            | "getent"
            | "service_facts"
            | "package_facts"
            | "async_status"
            | "group_by"
            | "set_stats"
            | "wait_for_connection"
            | "tempfile"
            | "rpm_key"
            | "validate_argument_spec"
            | "get_certificate"
            | "command_facts"
            | "ping"
            | "include_vars"
            | "add_host"
            | "include_tasks"
            | "import_tasks"
            | "include"
            | "import_role"
            | "include_role"
            | "import_playbook"
            | "slurp"
            | "fetch"
            | "reboot"
            | "gather_facts"
            | "add_path" => Ok(Vec::new()),
            _ => return None,
        })
    }

    /// `copy` and `template`: files of the role, or beside the playbook.
    fn pushed(&self, module: &str, dest: &str, args: &Args<'_>, variables: &Variables) -> Vec<Effect> {
        let mut effects = Vec::new();
        let src = args.text(&["src"]);
        let dest = match &src {
            Some(src) if dest.ends_with('/') => format!("{dest}{}", src.rsplit('/').next().unwrap_or_default()),
            _ => dest.to_owned(),
        };
        let file = src.as_ref().and_then(|src| self.given(if module == "copy" { "files" } else { "templates" }, src));
        match (args.get(&["content"]).map(Known::word), file) {
            (Some(content), _) if content.lacks.is_none() => {
                effects.push(Effect::Contents { path: dest.clone(), text: content.text, source: None });
            }
            (_, Some(file)) if module == "copy" => {
                effects.push(Effect::Contents {
                    path: dest.clone(),
                    text: file.text().to_owned(),
                    source: Some(file.line(1)),
                });
            }
            (_, Some(file)) => {
                let value = |name: &str| Some(lookup(name, variables)).filter(|v| v.word().lacks.is_none());
                let parts = template::jinja(file.text(), &value);
                let source = Some(file.line(1));
                effects.push(match parts.whole() {
                    Some(text) => Effect::Contents { path: dest.clone(), text, source },
                    None => Effect::Template { path: dest.clone(), parts: parts.fixed(), source },
                });
            }
            _ => effects.extend([Effect::there("file", &dest), Effect::Touched { path: dest.clone() }]),
        }
        effects.extend(attributes(&dest, args));
        effects
    }

    fn given(&self, kind: &str, src: &str) -> Option<File> {
        let base = self.file.dir();
        let role = base.strip_suffix("/tasks").or_else(|| base.strip_suffix("/handlers")).unwrap_or(base);
        [
            format!("{role}/{kind}/{src}"),
            format!("{base}/{src}"),
            format!("{role}/{src}"),
            format!("{base}/{kind}/{src}"),
        ]
        .iter()
        .filter_map(|path| super::super::files::normal("", path.trim_start_matches('/')))
        .find_map(|path| self.all.get(&path).ok().cloned())
    }
}

/// A repository by its line (`deb URI …`, `ppa:x/y`): the URI is its name, with `*` for what is not known of it.
fn repository(args: &Args<'_>, is_gone: bool) -> Result<Vec<Effect>, String> {
    let line = args.get(&["repo", "repos"]).map(|line| line.word().text).ok_or("what the repository is")?;
    let mut known = String::new();
    let mut rest = line.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        known.push_str(before);
        known.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    known.push_str(rest);
    let name = match known.strip_prefix("ppa:") {
        Some(ppa) => format!("*{ppa}*"),
        None => known
            .split_whitespace()
            .find(|word| word.contains("://") && !word.starts_with('*'))
            .map(|uri| format!("{}*", uri.trim_end_matches(['/', '*'])))
            .ok_or("what the repository is")?,
    };
    Ok(vec![if is_gone { Effect::gone("package-repository", name) } else { Effect::there("package-repository", name) }])
}

/// The command that a module of firewalls stands for.
fn firewall(module: &str, args: &Args<'_>) -> Option<String> {
    let text = |name: &str| args.text(&[name]);
    let option = |option: &str, name: &str| text(name).map(|v| format!(" {option} '{v}'")).unwrap_or_default();
    Some(match module {
        "iptables" => {
            let chain = text("chain")?;
            if let Some(policy) = text("policy") {
                return Some(format!("iptables{} -P {chain} {policy}", option("-t", "table")));
            }
            let verb = match (text("state").as_deref(), text("action").as_deref()) {
                (Some("absent"), _) => "-D",
                (_, Some("insert")) => "-I",
                _ => "-A",
            };
            let given: String = [
                ("-p", "protocol"),
                ("-s", "source"),
                ("-d", "destination"),
                ("-i", "in_interface"),
                ("-o", "out_interface"),
                ("--sport", "source_port"),
                ("--dport", "destination_port"),
                ("-j", "jump"),
            ]
            .iter()
            .map(|(flag, name)| option(flag, name))
            .collect();
            format!("iptables{} {verb} {chain}{given}", option("-t", "table"))
        }
        "ufw" => match (text("state"), text("rule")) {
            (Some(state), None) => format!("ufw {}", if state == "enabled" { "enable" } else { "disable" }),
            (_, Some(rule)) => {
                let port = text("port").or_else(|| text("to_port"))?;
                let protocol = text("proto").filter(|p| p != "any").map(|p| format!("/{p}")).unwrap_or_default();
                format!("ufw {rule} {port}{protocol}")
            }
            (None, None) => return None,
        },
        _ => return None,
    })
}

/// The items of a list in a list; `with_items` makes one list of them.
fn flat(item: Known) -> Vec<Known> {
    if matches!(item, Known::List(_)) { item.items() } else { vec![item] }
}

fn has_braces(node: &Node) -> bool {
    match &node.what {
        What::Scalar { text, .. } => text.contains("{{"),
        What::List(items) => items.iter().any(has_braces),
        What::Map(pairs) => pairs.iter().any(|(_, v)| has_braces(v)),
    }
}

/// A value with the variables in its texts filled in.
fn filled(value: &Known, variables: &Variables) -> Known {
    match value {
        Known::Text(word) => fill(&word.text, variables, 0),
        Known::List(items) => Known::List(items.iter().map(|i| filled(i, variables)).collect()),
        Known::Map(pairs) => Known::Map(pairs.iter().map(|(k, v)| (k.clone(), filled(v, variables))).collect()),
        Known::Number(_)
        | Known::Flag(_)
        | Known::Pattern(_)
        | Known::Block(_)
        | Known::Nothing
        | Known::Unknown(_) => value.clone(),
    }
}

fn fill(text: &str, variables: &Variables, depth: usize) -> Known {
    if !text.contains("{{") || depth > 8 {
        return Known::text(text);
    }
    let trimmed = text.trim();
    if let Some(inside) = trimmed.strip_prefix("{{").and_then(|t| t.strip_suffix("}}")).filter(|t| !t.contains("}}")) {
        return refill(lookup(inside.trim(), variables), variables, depth);
    }
    let mut words = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        words.push(Known::text(before).word());
        let Some((inside, after)) = after.split_once("}}") else {
            rest = "";
            break;
        };
        words.push(refill(lookup(inside.trim(), variables), variables, depth).word());
        rest = after;
    }
    words.push(Known::text(rest).word());
    super::super::code::known::joined(words)
}

fn refill(value: Known, variables: &Variables, depth: usize) -> Known {
    match &value {
        Known::Text(word) if word.lacks.is_none() => fill(&word.text, variables, depth + 1),
        Known::List(items) => Known::List(items.iter().map(|i| refill(i.clone(), variables, depth + 1)).collect()),
        Known::Text(_)
        | Known::Number(_)
        | Known::Flag(_)
        | Known::Map(_)
        | Known::Pattern(_)
        | Known::Block(_)
        | Known::Nothing
        | Known::Unknown(_) => value,
    }
}

/// The value of an expression: a variable, an item's key (`a.b`, `a['b']`, `a[0]`), with a default.
fn lookup(expression: &str, variables: &Variables) -> Known {
    let (path, filter) = expression.split_once('|').map_or((expression, None), |(p, f)| (p, Some(f)));
    if let Some(text) = literal(path.trim()).filter(|_| filter.is_none()) {
        return Known::text(text);
    }
    let path = path.trim().replace("']", "").replace("\"]", "").replace("['", ".").replace("[\"", ".");
    let path = path.replace(']', "").replace('[', ".");
    let mut parts = path.split('.');
    let mut value = parts.next().and_then(|name| variables.get(name)).cloned();
    for part in parts {
        let at = part.parse::<usize>().ok();
        value = value.and_then(|v| match at {
            Some(at) => v.items().get(at).cloned(),
            None => v.get(part).cloned(),
        });
    }
    match (value, filter.map(str::trim)) {
        (Some(value), None) => value,
        // What these make of a value is the value, as far as a spec sees it.
        (Some(value), Some(filter))
            if ["default", "int", "string", "bool", "list", "mandatory", "trim"]
                .contains(&filter.split(['(', ' ']).next().unwrap_or_default()) =>
        {
            value
        }
        (Some(value), Some(filter)) => {
            filtered(&value, filter).unwrap_or_else(|| Known::Unknown(expression.to_owned()))
        }
        (None, Some(filter)) if filter.starts_with("default(") => {
            let default = filter.trim_start_matches("default(").split(')').next().unwrap_or_default();
            let default = default.split(", true").next().unwrap_or_default().trim();
            match literal(default) {
                Some(default) => Known::text(default),
                None => variables.get(default).cloned().unwrap_or_else(|| Known::Unknown(expression.to_owned())),
            }
        }
        _ => Known::Unknown(expression.to_owned()),
    }
}

/// A text in quotes.
fn literal(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text.strip_prefix(quote)?.strip_suffix(quote).filter(|inside| !inside.contains(quote))
}

/// What a filter makes of a value, where that is plain.
fn filtered(value: &Known, filter: &str) -> Option<Known> {
    let text = value.plain();
    Some(match filter.trim() {
        "lower" => Known::text(text?.to_lowercase()),
        "upper" => Known::text(text?.to_uppercase()),
        "dirname" => Known::text(text?.rsplit_once('/')?.0),
        "basename" => Known::text(text?.rsplit('/').next()?),
        _ => return None,
    })
}

/// The arguments of a module, in their long or short form.
fn arguments<'n>(value: &'n Node, more: Option<&Node>, variables: &Variables) -> Args<'n> {
    let mut args = Args { values: Vec::new(), free: None, node: value };
    match &args.node.what {
        What::Map(pairs) => {
            for (key, value) in pairs {
                args.values.push((key.text().unwrap_or_default().to_owned(), filled(&known(value), variables)));
            }
        }
        What::Scalar { text, .. } => {
            let mut free = Vec::new();
            for word in words(text) {
                match word.split_once('=').filter(|(n, _)| n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')) {
                    Some((name, value)) => {
                        args.values.push((name.to_owned(), fill(value.trim_matches(['"', '\'']), variables, 0)));
                    }
                    None => free.push(word),
                }
            }
            args.free = (!free.is_empty()).then(|| fill(text, variables, 0));
        }
        What::List(_) => args.free = Some(filled(&known(value), variables)),
    }
    for (key, value) in more.and_then(Node::map).unwrap_or_default() {
        args.values.push((key.text().unwrap_or_default().to_owned(), filled(&known(value), variables)));
    }
    args
}

/// `a=b c="d e" f={{ g }}` as its words.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut braces) = (Vec::new(), String::new(), None, 0_usize);
    for c in text.chars() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            ('{', _) => braces += 1,
            ('}', _) => braces = braces.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && quote.is_none() && braces == 0 {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            word.push(c);
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

fn packages(module: &str, args: &Args<'_>) -> Vec<Effect> {
    let prefix = match module {
        "pip" => "pip:",
        "gem" => "gem:",
        "npm" => "npm:",
        "pear" => "pear:",
        _ => "",
    };
    let is_there = !matches!(args.text(&["state"]).as_deref(), Some("absent" | "removed"));
    let mut effects = Vec::new();
    for name in args.get(&["name", "pkg", "package"]).map(Known::items).unwrap_or_default() {
        let Some(names) = name.plain() else { continue };
        for name in names.split(',').map(str::trim).filter(|n| !n.is_empty() && *n != "*") {
            let (name, version) = name.split_once('=').map_or((name, None), |(n, v)| (n, Some(v.to_owned())));
            let id = format!("{prefix}{name}");
            effects.push(if is_there { Effect::there("package", &id) } else { Effect::gone("package", &id) });
            if let Some(version) = version.or_else(|| args.text(&["version"])) {
                effects.push(Effect::wants("package", id, "versions", Want::Has(vec![version])));
            }
        }
    }
    effects
}

fn service_effects(name: &str, args: &Args<'_>) -> Vec<Effect> {
    let name = name.trim_end_matches(".service");
    let (kind, name) = name.strip_suffix(".timer").map_or(("service", name), |n| ("timer", n));
    let mut effects = Vec::new();
    for (arg, property) in [("enabled", "enabled"), ("masked", "masked")] {
        effects.extend(args.flag(&[arg]).map(|on| Effect::is(kind, name, property, on)));
    }
    match args.text(&["state"]).as_deref() {
        Some("started") => effects.push(Effect::is(kind, name, "running", true)),
        Some("stopped") => effects.push(Effect::is(kind, name, "running", false)),
        _ => {}
    }
    effects
}

fn attributes(path: &str, args: &Args<'_>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for property in ["owner", "group"] {
        effects.extend(args.text(&[property]).map(|v| Effect::is("file", path, property, v.as_str())));
    }
    let mode = args.text(&["mode"]).filter(|m| m.bytes().all(|b| b.is_ascii_digit()));
    effects.extend(mode.map(|m| Effect::is("file", path, "mode", format!("{m:0>4}"))));
    effects
}

fn file_effects(path: &str, args: &Args<'_>) -> Vec<Effect> {
    let filetype = |name: &str| vec![Effect::there("file", path), Effect::is("file", path, "filetype", name)];
    let mut effects = match args.text(&["state"]).as_deref() {
        Some("absent") => return vec![Effect::gone("file", path)],
        Some("directory") => filetype("directory"),
        Some("link") => match args.text(&["src"]) {
            Some(src) => vec![Effect::is("file", path, "linked-to", src.as_str())],
            None => filetype("symlink"),
        },
        _ => vec![Effect::there("file", path)],
    };
    effects.extend(attributes(path, args));
    effects
}

fn line_effects(module: &str, path: &str, args: &Args<'_>) -> Vec<Effect> {
    let path = path.to_owned();
    let is_there = args.text(&["state"]).as_deref() != Some("absent");
    let effect = match module {
        "replace" => match (args.text(&["regexp"]), args.text(&["replace"])) {
            (Some(pattern), replacement) => {
                let replacement = replacement.unwrap_or_default().replace('$', "$$");
                let replacement = (1..=9).fold(replacement, |r, n| r.replace(&format!("\\{n}"), &format!("${{{n}}}")));
                Effect::Substitution { path, pattern, replacement }
            }
            (None, _) => Effect::Touched { path },
        },
        "ini_file" => match (args.text(&["option"]), args.text(&["value"])) {
            (Some(option), Some(value)) => {
                Effect::Lines { path, lines: vec![format!("{option} = {value}")], there: is_there, source: None }
            }
            _ => Effect::Touched { path },
        },
        _ => match args.text(&["line", "block", "value"]) {
            Some(text) => {
                let lines = text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
                Effect::Lines { path, lines, there: is_there, source: None }
            }
            None => Effect::Touched { path },
        },
    };
    vec![effect]
}

fn account(kind: &str, name: &str, args: &Args<'_>) -> Vec<Effect> {
    if args.text(&["state"]).as_deref() == Some("absent") {
        return vec![Effect::gone(kind, name)];
    }
    let mut effects = vec![Effect::there(kind, name)];
    for property in ["uid", "gid"] {
        let number = args.text(&[property]).and_then(|v| v.parse().ok());
        effects.extend(number.map(|n| Effect::wants(kind, name, property, Want::Is(Value::Int(n)))));
    }
    if kind == "user" {
        for (arg, property) in [("shell", "shell"), ("home", "home"), ("comment", "gecos")] {
            effects.extend(args.text(&[arg]).map(|v| Effect::is(kind, name, property, v.as_str())));
        }
        let groups: Vec<String> = args
            .get(&["groups"])
            .and_then(Known::texts)
            .unwrap_or_default()
            .iter()
            .flat_map(|g| g.split(',').map(|g| g.trim().to_owned()))
            .filter(|g| !g.is_empty())
            .collect();
        if !groups.is_empty() {
            effects.push(Effect::wants(kind, name, "groups", Want::Has(groups)));
        }
    }
    effects
}
