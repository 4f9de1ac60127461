//! cloud-init user data: `#cloud-config`, and scripts; also several parts in one MIME text.

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
    Construct::yes("mounts, swap: {filename}", "fstab[x], swap[x]"),
    Construct::partly(
        "ssh_authorized_keys, user, password, chpasswd",
        "keys of the default user, where he is named; that passwords were set",
    ),
    Construct::yes(
        "ssh_keys, ca_certs, rsyslog: {configs}, wireguard",
        "the files they write; of private keys that they are there",
    ),
    Construct::yes(
        "ntp: {servers, pools, ntp_client}, resolv_conf",
        "the lines of the client's file, where the client is named",
    ),
    Construct::yes(
        "apt: {sources, conf, http_proxy, sources_list}, yum_repos, apt_sources",
        "repositories, and the files they write",
    ),
    Construct::yes("Content-Type: multipart/mixed", "each part as it would be alone"),
    Construct::partly(
        "package_update, power_state, growpart, disk_setup, final_message and their like",
        "nothing that is compared",
    ),
    Construct::no("ansible, chef, puppet, salt_minion, snap, lxd, other modules", "listed as not understood"),
];

impl Source for CloudInit {
    fn name(&self) -> &'static str {
        "cloud-init"
    }

    fn summary(&self) -> &'static str {
        "cloud-init user data, known by its first line (#cloud-config), or by its parts"
    }

    fn takes(&self, file: &File) -> bool {
        let first = file.text().lines().next().unwrap_or_default().trim_end();
        first == MARK || first.starts_with("Content-Type: multipart/") && file.text().contains(MARK)
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        for file in mine {
            if file.text().starts_with(MARK) {
                one(file, file.text(), all, out);
            } else {
                parts(file, all, out);
            }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        CONSTRUCTS
    }
}

/// The first line of such data.
const MARK: &str = "#cloud-config";

fn one(file: &File, text: &str, all: &Files, out: &mut Out) {
    match node::read(node::Source { path: &file.path, text }) {
        Ok(Some(root)) => Reader { file, all, out, default_user: default_user(&root) }.root(&root),
        Ok(None) => {}
        Err(problems) => {
            for problem in problems.into_iter().take(5) {
                out.problem(problem.place, problem.what);
            }
        }
    }
}

/// The parts of a MIME text: configurations and scripts, each with its lines where they stand.
fn parts(file: &File, all: &Files, out: &mut Out) {
    let lines: Vec<&str> = file.text().lines().collect();
    let is_end = |line: &&str| line.starts_with("--");
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if line != MARK && !line.starts_with("#!") {
            at += 1;
            continue;
        }
        let end = lines[at..].iter().position(is_end).map_or(lines.len(), |end| at + end);
        let text = format!("{}{}\n", "\n".repeat(at), lines[at..end].join("\n"));
        if line == MARK {
            one(file, &text, all, out);
        } else {
            let lookup = |path: &str| document(all, file, path);
            let mut shell = Shell::new(Statement::new(file.line(1), ""), &lookup);
            shell.user = Some("root".to_owned());
            shell.read(&text, 1, out);
        }
        at = end;
    }
}

/// The user that keys without a name are for, where the data says who that is.
fn default_user(root: &Node) -> Option<String> {
    let of_system = root.get("system_info").and_then(|s| s.get("default_user")).and_then(|u| text(u, "name"));
    let of_user = root.get("user").and_then(|u| u.text().map(str::to_owned).or_else(|| text(u, "name")));
    of_user.or(of_system)
}

struct Reader<'a> {
    default_user: Option<String>,
    file: &'a File,
    all: &'a Files,
    out: &'a mut Out,
}

/// Keys that set how cloud-init itself works, or do something once that nothing shows afterwards.
const PASSING: &[&str] = &[
    "package_update",
    "package_upgrade",
    "package_reboot_if_required",
    "apt_update",
    "apt_upgrade",
    "manage_etc_hosts",
    "manage_resolv_conf",
    "preserve_hostname",
    "prefer_fqdn_over_hostname",
    "create_hostname_file",
    "final_message",
    "output",
    "power_state",
    "disable_root",
    "disable_root_opts",
    "ssh",
    "ssh_deletekeys",
    "ssh_genkeytypes",
    "ssh_pwauth",
    "ssh_fp_console_blacklist",
    "no_ssh_fingerprints",
    "ssh_publish_hostkeys",
    "user",
    "system_info",
    "merge_how",
    "merge_type",
    "mount_default_fields",
    "launch-index",
    "reporting",
    "datasource",
    "datasource_list",
    "disk_setup",
    "fs_setup",
    "growpart",
    "resize_rootfs",
    "random_seed",
    "phone_home",
    "ssh_import_id",
    "cloud_init_modules",
    "cloud_config_modules",
    "cloud_final_modules",
    "syslog_fix_perms",
    "def_log_file",
    "log_cfgs",
    "network",
    "version",
    "ssh_quiet_keygen",
    "allow_public_ssh_keys",
    "updates",
    "debug",
    "fan",
    "grub_dpkg",
    "grub-dpkg",
    "byobu_by_default",
    "disable_ec2_metadata",
    "migrate",
    "vendor_data",
    "vendor_data2",
    "autoinstall",
];

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
        self.say(node, said, if effects.is_empty() { Says::Nothing } else { Says::Effects(effects) });
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
                "timezone" => self.value(value, name, "timezone", "timezone", "zone"),
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
                    } else {
                        self.say(m, &fields.join(" "), Says::Nothing);
                    }
                }),
                "ssh_authorized_keys" => self.default_keys(key, value),
                "ssh_keys" => self.host_keys(value),
                "swap" => match text(value, "filename") {
                    Some(path) => self.effects(key, &format!("swap {path}"), vec![Effect::there("swap", path)]),
                    None => self.say(key, name, Says::Nothing),
                },
                "ca_certs" | "ca-certs" => self.certificates(key, value),
                "rsyslog" => self.texts(value, "configs", "/etc/rsyslog.d/", "filename"),
                "wireguard" => self.texts(value, "interfaces", "", "config_path"),
                "ntp" => self.time(key, value),
                "resolv_conf" => {
                    let servers = value.get("nameservers").map(items).unwrap_or_default();
                    let lines = servers.iter().filter_map(|n| n.text()).map(|n| format!("nameserver {n}")).collect();
                    let path = "/etc/resolv.conf".to_owned();
                    self.effects(key, name, vec![Effect::Lines { path, lines, there: true, source: None }]);
                }
                "apt" => self.apt(key, value),
                "apt_sources" => items(value).into_iter().for_each(|s| self.apt_source("cloud_config_sources", s)),
                "yum_repos" => {
                    for (id, _) in value.map().unwrap_or_default() {
                        let id = id.text().unwrap_or_default().to_owned();
                        let path = format!("/etc/yum.repos.d/{}.repo", id.replace(['/', ' '], "_"));
                        self.effects(key, &format!("yum_repos: {id}"), Effect::came(&path));
                    }
                }
                "chpasswd" | "password" => self.passwords(key, value),
                "keyboard" => {
                    self.effects(key, name, vec![Effect::Touched { path: "/etc/default/keyboard".to_owned() }])
                }
                _ if PASSING.contains(&name) => self.say(key, name, Says::Nothing),
                _ => self.say(key, name, Says::NotUnderstood(format!("the module {name}"))),
            }
        }
    }

    /// Keys of the user whom the image has.
    fn default_keys(&mut self, key: &Node, keys: &Node) {
        let Some(user) = self.default_user.clone() else {
            return self.say(
                key,
                "ssh_authorized_keys",
                Says::Unresolved("who the default user of the image is".to_owned()),
            );
        };
        let lines = items(keys).iter().filter_map(|k| k.text()).map(str::to_owned).collect();
        let path = format!("{}/.ssh/authorized_keys", super::super::shell::call::home(&user));
        self.effects(key, "ssh_authorized_keys", vec![Effect::Lines { path, lines, there: true, source: None }]);
    }

    /// The keys of the host itself: `rsa_private`, `rsa_public`, `rsa_certificate`.
    fn host_keys(&mut self, keys: &Node) {
        for (key, value) in keys.map().unwrap_or_default() {
            let Some((algorithm, what)) = key.text().and_then(|k| k.rsplit_once('_')) else { continue };
            let ending = match what {
                "private" => "",
                "public" => ".pub",
                "certificate" => "-cert.pub",
                _ => continue,
            };
            let path = format!("/etc/ssh/ssh_host_{algorithm}_key{ending}");
            let mut effects = Effect::came(&path);
            if let Some(text) = value.text().filter(|_| what == "public") {
                effects.push(Effect::Lines { path, lines: vec![text.trim().to_owned()], there: true, source: None });
            }
            self.effects(key, &format!("ssh_keys: {algorithm}_{what}"), effects);
        }
    }

    fn certificates(&mut self, key: &Node, value: &Node) {
        let trusted = value.get("trusted").map(items).unwrap_or_default();
        // It writes one file for all or, in newer versions, one for each.
        let path = "/usr/local/share/ca-certificates/cloud-init-ca-cert*".to_owned();
        let effects = if trusted.is_empty() { Vec::new() } else { vec![Effect::there("file", path)] };
        self.effects(key, "ca_certs", effects);
    }

    /// A list of files with their texts: a text alone, or a map with a name and `content`.
    fn texts(&mut self, value: &Node, list: &str, dir: &str, name: &str) {
        for item in value.get(list).map(items).unwrap_or_default() {
            let content = item.text().map(str::to_owned).or_else(|| text(item, "content")).unwrap_or_default();
            let file = text(item, name).unwrap_or_else(|| "20-cloud-config.conf".to_owned());
            let path = if file.starts_with('/') { file } else { format!("{dir}{file}") };
            let lines = content.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
            let effects = vec![
                Effect::there("file", &path),
                Effect::Lines { path: path.clone(), lines, there: true, source: None },
            ];
            self.effects(item, &format!("write {path}"), effects);
        }
    }

    fn time(&mut self, key: &Node, value: &Node) {
        let hosts = |name: &str| -> Vec<String> {
            let nodes = value.get(name).map(items).unwrap_or_default();
            nodes.iter().filter_map(|n| n.text()).map(str::to_owned).collect()
        };
        let (servers, pools) = (hosts("servers"), hosts("pools"));
        let (path, package) = match text(value, "ntp_client").as_deref() {
            Some("chrony") => ("/etc/chrony/chrony.conf", Some("chrony")),
            Some("ntp" | "ntpdate") => ("/etc/ntp.conf", Some("ntp")),
            Some("systemd-timesyncd") => ("/etc/systemd/timesyncd.conf.d/cloud-init.conf", None),
            _ if servers.is_empty() && pools.is_empty() => return self.say(key, "ntp", Says::Nothing),
            _ => return self.say(key, "ntp", Says::Unresolved("which client keeps the time".to_owned())),
        };
        let lines = match package {
            None => vec![format!("NTP={}", servers.iter().chain(&pools).cloned().collect::<Vec<_>>().join(" "))],
            Some(_) => {
                let line = |word: &'static str| move |host: &String| format!("{word} {host} iburst");
                servers.iter().map(line("server")).chain(pools.iter().map(line("pool"))).collect()
            }
        };
        let mut effects = vec![Effect::Lines { path: path.to_owned(), lines, there: true, source: None }];
        effects.extend(package.map(|name| Effect::there("package", name)));
        self.effects(key, "ntp", effects);
    }

    fn apt(&mut self, key: &Node, value: &Node) {
        for (name, source) in value.get("sources").and_then(Node::map).unwrap_or_default() {
            let name = name.text().unwrap_or_default().trim_end_matches(".list").to_owned();
            self.apt_source(&name, source);
        }
        let mut effects = Vec::new();
        if let Some(conf) = text(value, "conf") {
            let path = "/etc/apt/apt.conf.d/94cloud-init-config".to_owned();
            effects.push(Effect::Contents { path, text: conf, source: None });
        }
        let is_proxy = ["proxy", "http_proxy", "https_proxy", "ftp_proxy"].iter().any(|p| value.get(p).is_some());
        if is_proxy {
            effects.extend(Effect::came("/etc/apt/apt.conf.d/90cloud-init-aptproxy"));
        }
        if value.get("sources_list").is_some() || value.get("primary").is_some() || value.get("security").is_some() {
            effects.push(Effect::Touched { path: "/etc/apt/sources.list".to_owned() });
        }
        if value.get("debconf_selections").is_some() {
            self.say(key, "apt: debconf_selections", Says::Unresolved("what packages were answered".to_owned()));
        }
        if !effects.is_empty() || value.get("sources").is_none() {
            self.effects(key, "apt", effects);
        }
    }

    /// A repository: `source: deb URI SUITE …`, `source: ppa:x/y`, and its key.
    fn apt_source(&mut self, name: &str, source: &Node) {
        let line = text(source, "source").unwrap_or_default();
        let file = text(source, "filename").unwrap_or_else(|| name.to_owned());
        let file = if file.starts_with('/') { file } else { format!("/etc/apt/sources.list.d/{file}") };
        let path = if file.contains('.') && file.ends_with(".list") { file } else { format!("{file}.list") };
        let mut effects = Vec::new();
        match (line.strip_prefix("ppa:"), line.split_whitespace().find(|word| word.contains("://"))) {
            (Some(ppa), _) => effects.push(Effect::there("package-repository", format!("*{ppa}*"))),
            (None, Some(uri)) => {
                effects.extend(Effect::came(&path));
                effects.push(Effect::there("package-repository", format!("{}*", uri.trim_end_matches('/'))));
            }
            // `deb $MIRROR $RELEASE multiverse`: the file alone is known.
            (None, None) if !line.is_empty() => effects.extend(Effect::came(&path)),
            (None, None) => {}
        }
        self.effects(source, &format!("apt source {name}"), effects);
    }

    fn passwords(&mut self, key: &Node, value: &Node) {
        let list = ["list", "users"].iter().find_map(|k| value.get(k)).map(items).unwrap_or_default();
        let named = list.iter().flat_map(|item| {
            let lines = item.text().map(|t| t.lines().map(str::to_owned).collect::<Vec<_>>()).unwrap_or_default();
            let of_lines = lines.into_iter().filter_map(|l| Some(l.split_once(':')?.0.trim().to_owned()));
            of_lines.chain(text(item, "name")).collect::<Vec<_>>()
        });
        let who: Vec<String> =
            if value.map().is_some() { named.collect() } else { self.default_user.iter().cloned().collect() };
        let effects = who.iter().map(|name| Effect::wants("user", name, "password", Want::Any)).collect();
        // The words are a secret, and are not said.
        self.effects(key, key.text().unwrap_or_default(), effects);
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
