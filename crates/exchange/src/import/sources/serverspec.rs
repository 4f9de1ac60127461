//! ServerSpec: what specs claim of a host, as statements of a checking source.

#![expect(clippy::wildcard_enum_match_arm, reason = "a language has more than specs need")]

use super::super::code::known::Known;
use super::super::code::walk::{Called, State, Walk};
use super::super::code::{At, Block, Call, Code, ruby};
use super::super::conversion::Construct;
use super::super::effect::{Effect, Want};
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::call::absolute;
use super::super::source::Source;
use super::super::statement::{Confidence, Rank, Says, Statement};
use model::value::Value;
use std::collections::BTreeMap;

/// The reader.
pub(super) struct ServerSpec;

const CONSTRUCTS: &[Construct] = &[
    Construct::yes("describe package('x') do it { should be_installed }", "package[x]; with_version, by('gem') too"),
    Construct::yes("service: be_enabled, be_running", "service[x]; with_level and under('…') are not read"),
    Construct::yes(
        "file: be_file, be_directory, be_symlink, be_socket, exist, be_linked_to, be_mode, be_owned_by, be_grouped_into",
        "file[x]",
    ),
    Construct::yes(
        "file: its(:content) { should match /x/ }, contain('x'), its(:sha256sum), its(:md5sum), its(:size)",
        "file[x].contents, a line that matches",
    ),
    Construct::partly("file: be_readable.by('others'), be_writable, be_executable", "the bit of the mode"),
    Construct::yes("port: be_listening, .with('tcp'), .on('127.0.0.1')", "port[tcp:x]; without a protocol, tcp"),
    Construct::yes(
        "user: exist, have_uid, belong_to_group, belong_to_primary_group, have_home_directory, have_login_shell",
        "user[x]",
    ),
    Construct::yes("group: exist, have_gid", "group[x]"),
    Construct::yes("process: be_running, its(:user), its(:args), its(:count)", "process[x]"),
    Construct::yes("command: its(:stdout), its(:stderr), its(:exit_status)", "command[x]"),
    Construct::yes("linux_kernel_parameter, its(:value)", "kernel-param[x].value"),
    Construct::partly(
        "php_config('x', ini: FILE), its(:value)",
        "php-ini[SAPI:x] of the SAPI whose file it is; without one, of the command line",
    ),
    Construct::partly("cron: have_entry('…').with_user('…')", "cron[USER: command]"),
    Construct::yes("host: be_resolvable, its(:ipaddress)", "dns[x]"),
    Construct::partly(
        "host: be_reachable.with(port: 22)",
        "addr[tcp://x:22]; without a port it is a ping, which no claim is",
    ),
    Construct::yes("file: be_mounted.with(type: …, device: …)", "mount[x], its file system and source"),
    Construct::yes(
        "interface: exist, be_up, have_ipv4_address; mount, be_mounted; kernel_module, be_loaded; routing_table",
        "interface, mount, kernel-module",
    ),
    Construct::yes("should, should_not, is_expected.to, expect(subject).to, not_to", "the claim, or its opposite"),
    Construct::yes("loops over literals, %w{}, hashes, constants, interpolation, context", "a claim for each pass"),
    Construct::yes(
        "shared_examples, include_examples, it_behaves_like",
        "read where they are included, with their arguments",
    ),
    Construct::partly("if os[:family] == …", "both branches are guessed"),
    Construct::partly(
        "let(:x) { … }, before, after",
        "let is folded where it is literal; before and after are not read",
    ),
    Construct::no("selinux, iptables, yumrepo, windows_*, x509, docker_*, other matchers", "listed as not understood"),
];

impl Source for ServerSpec {
    fn name(&self) -> &'static str {
        "serverspec"
    }

    fn summary(&self) -> &'static str {
        "ServerSpec specs (*_spec.rb)"
    }

    fn takes(&self, file: &File) -> bool {
        const TYPES: &[&str] = &[
            "package(",
            "service(",
            "file(",
            "port(",
            "command(",
            "user(",
            "group(",
            "process(",
            "cron",
            "host(",
            "interface(",
            "linux_kernel_parameter(",
        ];
        // Some keep specs under other names: spec/web/default.rb.
        let has_helper = || {
            file.text().lines().take(20).any(|l| matches!(l.trim(), "require 'spec_helper'" | "require 'serverspec'"))
        };
        (file.name().ends_with("_spec.rb") || file.ending() == "rb" && has_helper())
            && !file.text().contains("infrataster")
            && !super::infrataster::is_one(file)
            && TYPES.iter().any(|t| {
                file.text().contains(&format!("describe {t}"))
                    || file.text().contains(&format!("context {t}"))
                    || file.text().contains("_examples")
            })
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        for file in mine {
            let mut reader = Reader {
                state: State::default(),
                file,
                out,
                subject: None,
                shared: BTreeMap::new(),
                lets: BTreeMap::new(),
                included: None,
            };
            // The helper's constants and shared examples hold in every spec.
            for helper in all.all().filter(|f| is_helper(f, file)) {
                if let Some(program) = ruby::read(helper.text()) {
                    reader.run(&program.body);
                }
            }
            let Some(program) = ruby::read(file.text()) else {
                out.problem(file.line(1), "this cannot be read for want of memory; it was left out");
                continue;
            };
            reader.run(&program.body);
            let is_over = reader.state.is_over();
            if let Some((line, error)) = &program.error {
                out.problem(file.line(usize::try_from(*line).unwrap_or(1)), format!("this is no Ruby: {error}"));
            }
            if is_over {
                out.problem(file.line(1), "this claims more than any spec does; the rest was left out");
            }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        CONSTRUCTS
    }
}

/// The helper of a spec, in its directory or above it, and files of shared examples in the same tree.
fn is_helper(helper: &File, spec: &File) -> bool {
    let is_above = helper.dir().is_empty() || format!("{}/", spec.dir()).starts_with(&format!("{}/", helper.dir()));
    let top = |file: &File| file.path.split("spec/").next().map(str::to_owned);
    let is_shared =
        || helper.ending() == "rb" && !helper.name().ends_with("_spec.rb") && helper.text().contains("shared_examples");
    (helper.name() == "spec_helper.rb" && is_above) || (top(helper) == top(spec) && is_shared())
}

/// What a `describe` is about.
#[derive(Debug, Clone)]
struct Subject {
    kind: String,
    name: Option<String>,
    lacks: Option<String>,
    named: Vec<(String, Known)>,
    args: Vec<Known>,
    confidence: Confidence,
}

struct Reader<'a> {
    state: State,
    file: &'a File,
    out: &'a mut Out,
    subject: Option<Subject>,
    shared: BTreeMap<String, Block>,
    lets: BTreeMap<String, Block>,
    /// The line of this file at which shared examples are included, while they are read.
    included: Option<u32>,
}

/// The types of resources of ServerSpec.
const TYPES: &[&str] = &[
    "package",
    "service",
    "file",
    "port",
    "user",
    "group",
    "process",
    "command",
    "linux_kernel_parameter",
    "php_config",
    "cron",
    "host",
    "interface",
    "kernel_module",
    "default_gateway",
    "routing_table",
    "selinux",
    "iptables",
    "yumrepo",
    "mail_alias",
    "ppa",
    "cgroup",
    "lxc",
    "zfs",
    "bond",
    "bridge",
    "ip6tables",
    "ipfilter",
    "ipnat",
    "json_file",
    "mysql_config",
    "selinux_module",
    "x509_certificate",
    "x509_private_key",
    "docker_container",
    "docker_image",
    "windows_feature",
    "windows_registry_key",
    "iis_website",
    "iis_app_pool",
];

/// One chained matcher: its name and arguments.
#[derive(Debug, Clone)]
struct Link {
    name: String,
    args: Vec<Known>,
}

impl Reader<'_> {
    fn say(&mut self, line: u32, said: &str, says: Says) {
        // Shared examples may stand in another file; who includes them asks for it.
        let line = usize::try_from(self.included.unwrap_or(line)).unwrap_or(1);
        let sure = self.subject.as_ref().map_or(Confidence::Exact, |s| s.confidence).max(self.state.sure(&[]));
        let said = match &self.subject {
            Some(subject) => format!("{} {}: {said}", subject.kind, subject.name.as_deref().unwrap_or("?")),
            None => said.to_owned(),
        };
        self.out.say(Statement::new(self.file.line(line), &said).rank(Rank::Checked).at_most(sure).says(says));
    }

    /// The subject that an argument of `describe` is.
    fn subject_of(&mut self, at: &At) -> Option<Subject> {
        let (name, args, named) = match &at.code {
            Code::Call(call) if call.receiver.is_none() => (&call.name, call.args.as_slice(), call.named.as_slice()),
            Code::Name(name) => (name, [].as_slice(), [].as_slice()),
            _ => return None,
        };
        if !TYPES.contains(&name.as_str()) || self.state.functions.contains_key(name) {
            return None;
        }
        let args: Vec<Known> = args.iter().map(|a| self.value(a)).collect();
        let named = named.iter().map(|(n, v)| (n.clone(), self.value(v))).collect();
        let word = args.first().map(Known::word);
        Some(Subject {
            kind: name.clone(),
            name: word.as_ref().filter(|w| w.lacks.is_none()).map(|w| w.text.clone()),
            lacks: word.as_ref().and_then(|w| w.lacks.clone()),
            confidence: word.map_or(Confidence::Exact, |w| w.confidence),
            named,
            args,
        })
    }

    /// `describe X do … end`, `context X do … end`.
    fn describe(&mut self, call: &Call) {
        let Some(block) = &call.block else { return };
        let before = self.subject.clone();
        if let Some(subject) = call.args.first().and_then(|a| self.subject_of(a)) {
            self.subject = Some(subject);
        }
        let lets = self.lets.clone();
        self.run(&block.body);
        self.lets = lets;
        self.subject = before;
    }

    /// The claims in an `it`, as calls of should and friends.
    fn example(&mut self, line: u32, property: Option<&str>, body: &[At]) {
        let mut has_claim = false;
        for at in body {
            has_claim |= self.claim(at, property);
        }
        if !has_claim && !body.is_empty() {
            self.say(line, "an example", Says::NotUnderstood("an example without a claim that is read".to_owned()));
        }
    }

    fn claim(&mut self, at: &At, property: Option<&str>) -> bool {
        let Code::Call(call) = &at.code else { return false };
        let is_not = matches!(call.name.as_str(), "should_not" | "not_to" | "to_not");
        if !is_not && !matches!(call.name.as_str(), "should" | "to") {
            return false;
        }
        let mut property = property.map(str::to_owned);
        if let Some(receiver) = &call.receiver {
            match self.expected(receiver) {
                Some(of) => property = of.or(property),
                None => {
                    self.say(
                        at.line,
                        &call.said,
                        Says::NotUnderstood("what it expects of is not the subject".to_owned()),
                    );
                    return true;
                }
            }
        }
        let Some(matcher) = call.args.first() else {
            self.say(at.line, &call.said, Says::NotUnderstood("a claim without a matcher".to_owned()));
            return true;
        };
        let chain = self.chain(matcher);
        let says = self.meaning(property.as_deref(), &chain, is_not);
        self.say(at.line, &call.said, says);
        true
    }

    /// What `expect(…)` is about: the subject, or a property of it. `None` when it is something else.
    fn expected(&mut self, receiver: &At) -> Option<Option<String>> {
        match &receiver.code {
            Code::Name(name) if name == "is_expected" || name == "subject" => Some(None),
            Code::Call(call) if call.name == "is_expected" => Some(None),
            Code::Call(call) if call.name == "expect" => match call.args.first().map(|a| &a.code) {
                None => Some(None),
                Some(Code::Name(name)) if name == "subject" => Some(None),
                Some(Code::Call(of)) => {
                    if let Some(subject) = call.args.first().and_then(|a| self.subject_of(a)) {
                        self.subject = Some(subject);
                        return Some(None);
                    }
                    let inner = of.receiver.as_ref()?;
                    if matches!(&inner.code, Code::Name(n) if n == "subject") {
                        return Some(Some(of.name.clone()));
                    }
                    let subject = self.subject_of(inner)?;
                    self.subject = Some(subject);
                    Some(Some(of.name.clone()))
                }
                _ => None,
            },
            Code::Call(call) if call.name == "subject" => Some(None),
            _ => {
                // `file('x').should be_file`, as ServerSpec 1 had it.
                let subject = self.subject_of(receiver)?;
                self.subject = Some(subject);
                Some(None)
            }
        }
    }

    /// `be_listening.on('x').with('tcp')`, from the first link to the last.
    fn chain(&mut self, at: &At) -> Vec<Link> {
        let mut links = Vec::new();
        let mut next = Some(at);
        while let Some(at) = next {
            match &at.code {
                Code::Call(call) => {
                    // `be_a_file` is `be_file`.
                    let name = call.name.strip_prefix("be_a_").or_else(|| call.name.strip_prefix("be_an_"));
                    let name = name.map_or_else(|| call.name.clone(), |n| format!("be_{n}"));
                    let mut args: Vec<Known> = call.args.iter().map(|a| self.value(a)).collect();
                    if !call.named.is_empty() {
                        let named = call.named.iter().map(|(n, v)| (Known::text(n.clone()), self.value(v)));
                        args.push(Known::Map(named.collect()));
                    }
                    links.push(Link { name, args });
                    next = call.receiver.as_ref();
                }
                Code::Name(name) => {
                    links.push(Link { name: name.clone(), args: Vec::new() });
                    next = None;
                }
                _ => next = None,
            }
            if links.len() > 20 {
                break;
            }
        }
        links.reverse();
        links
    }

    /// What a matcher says of the subject.
    fn meaning(&self, property: Option<&str>, chain: &[Link], is_not: bool) -> Says {
        let Some(subject) = &self.subject else {
            return Says::NotUnderstood("a claim about no resource of ServerSpec".to_owned());
        };
        if let Some(lacks) = &subject.lacks {
            return Says::Unresolved(lacks.clone());
        }
        let Some(first) = chain.first() else { return Says::NotUnderstood("a claim without a matcher".to_owned()) };
        for link in chain {
            let pairs = |arg: &Known| match arg {
                Known::Map(pairs) => pairs.iter().map(|(_, value)| value.clone()).collect(),
                other => vec![other.clone()],
            };
            if let Some(lacks) = link.args.iter().flat_map(pairs).find_map(|a| a.word().lacks) {
                return Says::Unresolved(lacks);
            }
        }
        let name = subject.name.clone().unwrap_or_default();
        let claim = Claim { subject, name: &name, property, first, rest: &chain[1..], is_not };
        match claim.effects() {
            Some(effects) => Says::Effects(effects),
            None => Says::NotUnderstood(format!(
                "no claim of repot is {}{}{}",
                subject.kind,
                property.map_or_else(String::new, |p| format!(" its({p})")),
                chain.iter().map(|l| format!(" {}", l.name)).collect::<String>()
            )),
        }
    }
}

/// A matcher with all that it says.
struct Claim<'c> {
    subject: &'c Subject,
    name: &'c str,
    property: Option<&'c str>,
    first: &'c Link,
    rest: &'c [Link],
    is_not: bool,
}

impl Claim<'_> {
    fn effects(&self) -> Option<Vec<Effect>> {
        match self.subject.kind.as_str() {
            "package" => self.package(),
            "service" => self.service(),
            "file" => self.file(),
            "port" => self.port(),
            "user" => self.user(),
            "group" => self.group(),
            "process" => self.process(),
            "command" => self.command(),
            "linux_kernel_parameter" => self.parameter("kernel-param", self.name.to_owned()),
            "php_config" => self.parameter("php-ini", format!("{}:{}", self.sapi()?, self.name)),
            "cron" => self.cron(),
            "host" => self.host(),
            "interface" => self.interface(),
            "kernel_module" => (self.first.name == "be_loaded").then(|| self.there("kernel-module", self.name)),
            "mail_alias" => (self.first.name == "be_aliased_to")
                .then(|| self.is("mail-alias", "recipients", self.has(self.text()?)))?,
            _ => None,
        }
    }

    fn there(&self, kind: &str, name: &str) -> Vec<Effect> {
        vec![if self.is_not { Effect::gone(kind, name) } else { Effect::there(kind, name) }]
    }

    fn want(&self, want: Want) -> Want {
        if self.is_not { Want::Not(Box::new(want)) } else { want }
    }

    fn is(&self, kind: &str, property: &str, want: Want) -> Option<Vec<Effect>> {
        Some(vec![Effect::wants(kind, self.name, property, self.want(want))])
    }

    fn has(&self, item: String) -> Want {
        Want::Has(vec![item])
    }

    /// The matcher's first argument as a text.
    fn text(&self) -> Option<String> {
        self.first.args.first().and_then(Known::plain)
    }

    fn link(&self, names: &[&str]) -> Option<String> {
        self.rest.iter().find(|l| names.contains(&l.name.as_str())).and_then(|l| l.args.first()).and_then(Known::plain)
    }

    fn package(&self) -> Option<Vec<Effect>> {
        if self.first.name != "be_installed" {
            return None;
        }
        let prefix = match self.link(&["by"]).as_deref() {
            None => "",
            Some("gem") => "gem:",
            Some("npm") => "npm:",
            Some("pip" | "pip2" | "pip3") => "pip:",
            Some("pear") => "pear:",
            Some("pecl") => "pecl:",
            Some(_) => return None,
        };
        let name = format!("{prefix}{}", self.name);
        let mut effects = self.there("package", &name);
        if let Some(version) = self.link(&["with_version"]) {
            if self.is_not {
                return None;
            }
            effects.push(Effect::wants("package", name, "versions", Want::Has(vec![version])));
        }
        Some(effects)
    }

    fn service(&self) -> Option<Vec<Effect>> {
        if !self.rest.is_empty() {
            return None;
        }
        let property = match self.first.name.as_str() {
            "be_enabled" => "enabled",
            "be_running" => "running",
            _ => return None,
        };
        let (kind, name) = match self.name.strip_suffix(".timer") {
            Some(name) => ("timer", name),
            None => ("service", self.name.trim_end_matches(".service")),
        };
        Some(vec![Effect::is(kind, name, property, !self.is_not)])
    }

    fn file(&self) -> Option<Vec<Effect>> {
        if absolute(self.name).as_deref() != Some(self.name) {
            return None;
        }
        if let Some(property) = self.property {
            return self.file_property(property);
        }
        let filetype = |name: &str| self.is("file", "filetype", Want::Is(name.into()));
        match self.first.name.as_str() {
            "exist" => Some(self.there("file", self.name)),
            // ServerSpec follows links here, repot does not.
            "be_file" => filetype("file"),
            "be_directory" => filetype("directory"),
            "be_symlink" => filetype("symlink"),
            "be_socket" => filetype("socket"),
            "be_pipe" => filetype("pipe"),
            "be_linked_to" => self.is("file", "linked-to", Want::Is(self.text()?.into())),
            "be_mode" => self.is("file", "mode", Want::Is(format!("{:0>4}", self.text()?).into())),
            "be_owned_by" => self.is("file", "owner", Want::Is(self.text()?.into())),
            "be_grouped_into" => self.is("file", "group", Want::Is(self.text()?.into())),
            "be_immutable" => self.is("file", "immutable", Want::Is(true.into())),
            "contain" if self.rest.is_empty() => self.contents("file", "contents"),
            "be_mounted" => self.mounted(),
            "be_readable" => self.bit(4),
            "be_writable" => self.bit(2),
            "be_executable" => self.bit(1),
            _ => None,
        }
    }

    fn file_property(&self, property: &str) -> Option<Vec<Effect>> {
        match property {
            "content" => self.contents("file", "contents"),
            "md5sum" | "sha256sum" => self.equal("file", property.trim_end_matches("sum")),
            "size" | "owner" | "group" | "mtime" => self.equal("file", property),
            "mode" => self.is("file", "mode", Want::Is(format!("{:0>4}", self.text()?).into())),
            "link_target" => self.equal("file", "linked-to"),
            _ => None,
        }
    }

    /// `be_mounted`, and `.with(type: 'ext4', device: '/dev/sda1')`.
    fn mounted(&self) -> Option<Vec<Effect>> {
        let mut effects = self.there("mount", self.name);
        for (key, value) in self.options() {
            let property = match key.as_str() {
                "type" => "filesystem",
                "device" => "source",
                _ => return None,
            };
            effects.push(Effect::is("mount", self.name, property, value.as_str()));
        }
        (effects.len() == 1 || !self.is_not).then_some(effects)
    }

    /// What `.with(a: b)` adds, where all of it is known.
    fn options(&self) -> Vec<(String, String)> {
        let of = self.rest.iter().filter(|l| matches!(l.name.as_str(), "with" | "only_with"));
        let pairs = of.flat_map(|l| &l.args).flat_map(|arg| match arg {
            Known::Map(pairs) => pairs.clone(),
            _ => Vec::new(),
        });
        pairs.filter_map(|(key, value)| Some((key.plain()?, value.plain()?))).collect()
    }

    /// A bit of the mode, of one of owner, group and others.
    fn bit(&self, bit: u32) -> Option<Vec<Effect>> {
        let who = self.link(&["by"])?;
        let place = match who.as_str() {
            "owner" => 1,
            "group" => 2,
            "others" => 3,
            _ => return None,
        };
        let digits: String = (0..8_u32).filter(|d| d & bit != 0).map(|d| d.to_string()).collect();
        let pattern: String =
            (0..4).map(|at| if at == place { format!("[{digits}]") } else { "[0-7]".to_owned() }).collect();
        self.is("file", "mode", Want::Matches(format!("^{pattern}$")))
    }

    /// Lines of a text: `match /x/`, `contain('x')`, `include('x')`, `eq 'x'`.
    fn contents(&self, kind: &str, property: &str) -> Option<Vec<Effect>> {
        let arg = self.first.args.first()?;
        let pattern = match (self.first.name.as_str(), arg) {
            ("match" | "contain" | "include", Known::Pattern(pattern)) => format!("/{}/", of_a_line(pattern)?),
            ("match", text) => format!("/{}/", of_a_line(&text.plain()?)?),
            ("contain" | "include" | "eq", text) => {
                let text = text.plain()?;
                let mut lines = text.lines().filter(|l| !l.trim().is_empty());
                let (line, None) = (lines.next()?, lines.next()) else { return None };
                if self.first.name == "eq" { format!("/^{}$/", regex::escape(line)) } else { line.to_owned() }
            }
            _ => return None,
        };
        let want = if self.is_not { Want::Has(vec![format!("!{pattern}")]) } else { Want::Has(vec![pattern]) };
        Some(vec![Effect::wants(kind, self.name, property, want)])
    }

    fn equal(&self, kind: &str, property: &str) -> Option<Vec<Effect>> {
        let arg = self.first.args.first()?;
        let want = match (self.first.name.as_str(), arg) {
            ("eq" | "eql" | "equal" | "be", Known::Number(n)) => Want::Is(Value::Int(*n)),
            ("eq" | "eql" | "equal" | "==", text) => Want::Is(text.plain()?.into()),
            ("match" | "contain" | "include", Known::Pattern(pattern)) => Want::Matches(pattern.clone()),
            ("match", text) => Want::Matches(text.plain()?),
            ("contain" | "include", text) => Want::Matches(regex::escape(&text.plain()?)),
            _ => return None,
        };
        self.is(kind, property, want)
    }

    fn port(&self) -> Option<Vec<Effect>> {
        if self.first.name != "be_listening" {
            return None;
        }
        let protocol = self.link(&["with"]).unwrap_or_else(|| "tcp".to_owned());
        let name = format!("{protocol}:{}", self.name);
        let mut effects = self.there("port", &name);
        if let Some(address) = self.link(&["on"]) {
            if self.is_not {
                return None;
            }
            effects.push(Effect::wants("port", name, "ip", Want::Has(vec![address])));
        }
        Some(effects)
    }

    fn user(&self) -> Option<Vec<Effect>> {
        match self.first.name.as_str() {
            "exist" => Some(self.there("user", self.name)),
            "have_uid" => self.is("user", "uid", Want::Is(Value::Int(self.text()?.parse().ok()?))),
            "belong_to_group" => self.is("user", "groups", self.has(self.text()?)),
            "belong_to_primary_group" => self.is("user", "groups", self.has(self.text()?)),
            "have_home_directory" => self.is("user", "home", Want::Is(self.text()?.into())),
            "have_login_shell" => self.is("user", "shell", Want::Is(self.text()?.into())),
            _ => None,
        }
    }

    fn group(&self) -> Option<Vec<Effect>> {
        match self.first.name.as_str() {
            "exist" => Some(self.there("group", self.name)),
            "have_gid" => self.is("group", "gid", Want::Is(Value::Int(self.text()?.parse().ok()?))),
            _ => None,
        }
    }

    fn process(&self) -> Option<Vec<Effect>> {
        match (self.property, self.first.name.as_str()) {
            (None, "be_running") => Some(self.there("process", self.name)),
            (Some("user"), "eq") => self.is("process", "user", self.has(self.text()?)),
            (Some("count"), "eq") => self.is("process", "count", Want::Is(Value::Int(self.text()?.parse().ok()?))),
            (Some("args"), _) => self.contents("process", "args"),
            _ => None,
        }
    }

    fn command(&self) -> Option<Vec<Effect>> {
        match self.property? {
            "exit_status" => match self.first.name.as_str() {
                "eq" | "eql" | "be" | "equal" => {
                    self.is("command", "exit-status", Want::Is(Value::Int(self.text()?.parse().ok()?)))
                }
                "be_zero" => self.is("command", "exit-status", Want::Is(Value::Int(0))),
                _ => None,
            },
            property @ ("stdout" | "stderr") => self.contents("command", property),
            _ => None,
        }
    }

    /// A value that a resource has one of.
    fn parameter(&self, kind: &str, name: String) -> Option<Vec<Effect>> {
        if self.property != Some("value") {
            return None;
        }
        let want = match (self.first.name.as_str(), self.first.args.first()?) {
            ("eq" | "eql" | "equal", value) => Want::Is(value.plain()?.into()),
            ("match", Known::Pattern(pattern)) => Want::Matches(pattern.clone()),
            ("match", value) => Want::Matches(value.plain()?),
            _ => return None,
        };
        Some(vec![Effect::wants(kind, name, "value", self.want(want))])
    }

    /// Which PHP reads the file that php_config names: the one whose directory it is in.
    fn sapi(&self) -> Option<String> {
        let given =
            self.subject.named.iter().find(|(n, _)| n == "ini").map(|(_, v)| v).or_else(|| self.subject.args.get(1));
        match given {
            None => Some("cli".to_owned()),
            Some(file) => {
                let file = file.get("ini").and_then(Known::plain).or_else(|| file.plain())?;
                ["cli", "fpm", "apache2", "cgi"]
                    .iter()
                    .find(|s| file.contains(&format!("/{s}/")))
                    .map(|s| (*s).to_owned())
            }
        }
    }

    fn cron(&self) -> Option<Vec<Effect>> {
        if self.first.name != "have_entry" {
            return None;
        }
        let entry = self.text()?;
        let user = self.link(&["with_user"]).unwrap_or_else(|| "root".to_owned());
        let fields = if entry.starts_with('@') { 1 } else { 5 };
        let command = entry.split_whitespace().skip(fields).collect::<Vec<_>>().join(" ");
        let schedule = entry.split_whitespace().take(fields).collect::<Vec<_>>().join(" ");
        let name = format!("{user}: {command}");
        if self.is_not {
            return Some(vec![Effect::gone("cron", name)]);
        }
        Some(vec![Effect::there("cron", &name), Effect::wants("cron", name, "schedule", Want::Has(vec![schedule]))])
    }

    fn host(&self) -> Option<Vec<Effect>> {
        match (self.property, self.first.name.as_str()) {
            (None, "be_resolvable") => Some(self.there("dns", self.name)),
            // Without a port it is asked by ping, and of that there is no claim.
            (None, "be_reachable") => {
                let options = self.options();
                let option = |name: &str| options.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
                let (port, protocol) = (option("port")?, option("proto").unwrap_or("tcp"));
                Some(self.there("addr", &format!("{protocol}://{}:{port}", self.name)))
            }
            (Some("ipaddress" | "ipv4_address" | "ipv6_address"), "eq") => {
                self.is("dns", "addrs", self.has(self.text()?))
            }
            _ => None,
        }
    }

    fn interface(&self) -> Option<Vec<Effect>> {
        match (self.property, self.first.name.as_str()) {
            (None, "exist") => Some(self.there("interface", self.name)),
            (None, "be_up") => self.is("interface", "up", Want::Is(true.into())),
            (None, "have_ipv4_address" | "have_ipv6_address") => {
                let address = self.text()?;
                let want = if address.contains('/') { self.has(address) } else { return None };
                self.is("interface", "addrs", want)
            }
            _ => None,
        }
    }
}

/// A pattern that is asked of one line at a time: what spans lines cannot be.
fn of_a_line(pattern: &str) -> Option<String> {
    let pattern = pattern.strip_prefix("(?m)").unwrap_or(pattern);
    let pattern = pattern.replace("\\A", "^").replace("\\z", "$").replace("\\Z", "$");
    (!pattern.contains("\\n") && regex::Regex::new(&pattern).is_ok()).then_some(pattern)
}

impl Walk for Reader<'_> {
    fn state(&mut self) -> &mut State {
        &mut self.state
    }

    fn raw(&mut self, line: u32, call: &Call) -> Option<Known> {
        let is_rspec = call
            .receiver
            .as_ref()
            .is_none_or(|r| matches!(&r.code, Code::Name(n) if n == "RSpec" || n == "Serverspec"));
        if !is_rspec {
            return None;
        }
        match (call.name.as_str(), &call.block) {
            ("describe" | "context" | "xdescribe" | "fdescribe", Some(_)) => self.describe(call),
            ("it" | "specify" | "example", Some(block)) => self.example(line, None, &block.body),
            ("its", Some(block)) => {
                let property = call.args.first().map(|a| self.value(a)).and_then(|v| v.plain());
                match property {
                    Some(property) => self.example(line, Some(&property), &block.body),
                    None => self.say(line, &call.said, Says::Unresolved("which property it is about".to_owned())),
                }
            }
            ("xit" | "pending" | "skip", _) => self.say(line, &call.said, Says::Nothing),
            ("shared_examples" | "shared_examples_for" | "shared_context", Some(block)) => {
                let name = call.args.first().map(|a| self.value(a)).and_then(|v| v.plain())?;
                self.shared.insert(name, block.clone());
            }
            ("include_examples" | "it_behaves_like" | "it_should_behave_like" | "include_context", _) => {
                let args: Vec<Known> = call.args.iter().map(|a| self.value(a)).collect();
                let name = args.first().and_then(Known::plain)?;
                match self.shared.get(&name).cloned() {
                    Some(block) => {
                        let before = (self.subject.clone(), self.included);
                        self.included = self.included.or(Some(line));
                        self.call_block(&block, &args[1..]);
                        (self.subject, self.included) = before;
                    }
                    None => self.say(line, &call.said, Says::Unresolved(format!("the shared examples {name}"))),
                }
            }
            ("let" | "let!", Some(block)) => {
                let name = call.args.first().map(|a| self.value(a)).and_then(|v| v.plain())?;
                self.lets.insert(name, block.clone());
            }
            ("subject", Some(block)) => {
                let subject = block.body.first().and_then(|at| self.subject_of(at));
                if subject.is_some() {
                    self.subject = subject;
                }
            }
            ("before" | "after" | "around", Some(_)) | ("set" | "require" | "require_relative" | "include", _) => {}
            (name, None) if self.lets.contains_key(name) && call.args.is_empty() => {
                let block = self.lets.get(name).cloned()?;
                return Some(self.call_block(&block, &[]));
            }
            _ => return None,
        }
        Some(Known::Nothing)
    }

    fn called(&mut self, call: &Called<'_>) -> Option<Known> {
        match call.name {
            "property" | "os" if call.on.is_none() => Some(Known::Unknown(call.name.to_owned())),
            _ => None,
        }
    }
}
