//! Fabric 1 and 2: fabfiles, and the files they push.

#![expect(clippy::wildcard_enum_match_arm, reason = "a language has more than a fabfile needs")]

use super::super::code::known::Known;
use super::super::code::walk::{Called, State, Walk, path};
use super::super::code::{At, Code, Function, commands, python};
use super::super::conversion::Construct;
use super::super::effect::Effect;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::Shell;
use super::super::shell::call::{absolute, home};
use super::super::shell::word::Word;
use super::super::source::Source;
use super::super::statement::{Confidence, Says, Statement};
use super::super::template;
use super::script::document;
use std::collections::BTreeSet;

/// The reader.
pub(super) struct Fabric;

const CONSTRUCTS: &[Construct] = &[
    Construct::yes("run(…), sudo(…, user=…), c.run(…), c.sudo(…)", "as the shell reader reads the command"),
    Construct::yes(
        "put(LOCAL, REMOTE, mode=…), put(StringIO(TEXT), REMOTE)",
        "the file's contents, where LOCAL was given to import; patterns and directories too",
    ),
    Construct::yes(
        "upload_template(T, REMOTE, context=…)",
        "the contents, or the fixed parts where a value is not known; `%(x)s`",
    ),
    Construct::partly("upload_template(…, use_jinja=True)", "`{{ x }}` where it is known; blocks are gaps"),
    Construct::yes("append, contrib.files.sed, comment, uncomment", "lines of the file, or what was replaced in it"),
    Construct::yes("rsync_project(REMOTE, LOCAL)", "the files below LOCAL, where they were given"),
    Construct::yes(
        "with cd(…), settings(user=…), c.cd(…), lcd, hide, prefix",
        "the directory and user of what stands inside",
    ),
    Construct::yes(
        "@task, @task(hosts=…), @roles(…), @hosts(…), Connection(HOST), execute(…)",
        "each task is read once; roles and hosts are the scope of its statements",
    ),
    Construct::yes("env.x, variables, constants, functions with arguments", "folded where they are literal"),
    Construct::yes("for x in [...], tuples, zip-free comprehensions", "a pass for each item"),
    Construct::yes("'%s' % x, '%(x)s' % d, ''.format(…), f'', +, ''.join, os.path.join", "folded"),
    Construct::partly(
        "if …",
        "folded where the condition is literal; after exists() or contains() what is wanted; otherwise guessed",
    ),
    Construct::partly("try/except, while", "what is tried; handlers and loops are guessed"),
    Construct::partly("getpass, prompt, os.environ", "not known: what depends on it is unresolved"),
    Construct::no("get, local, open_shell, reboot", "change nothing on the host"),
    Construct::no(
        "classes, imports of other fabfiles",
        "bodies of classes are read in place, imports are not followed",
    ),
];

impl Source for Fabric {
    fn name(&self) -> &'static str {
        "fabric"
    }

    fn summary(&self) -> &'static str {
        "fabfiles of Fabric 1 and 2, in Python 2 or 3, known by their name or by what they import"
    }

    fn takes(&self, file: &File) -> bool {
        file.ending() == "py"
            && (file.name() == "fabfile.py"
                || file.text().lines().take(200).any(|l| {
                    l.starts_with("from fabric") || l.starts_with("import fabric") || l.starts_with("from invoke")
                }))
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        for file in mine {
            let Some(program) = python::read(file.text()) else {
                out.problem(file.line(1), "this takes too much work to read; it was left out");
                continue;
            };
            let lookup = |path: &str| document(all, file, path);
            let shell = Shell::new(Statement::new(file.line(1), ""), &lookup);
            let mut reader =
                Reader { state: State::default(), file, all, out, shell, tasks: BTreeSet::new(), saved: Vec::new() };
            reader.program(&program);
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        CONSTRUCTS
    }
}

/// The key of a text that is pushed as a file.
const STREAM: &str = "a stream of";

/// The key of the host that a connection leads to.
const HOST: &str = "a connection to";

struct Reader<'a, 'f> {
    state: State,
    file: &'a File,
    all: &'a Files,
    out: &'a mut Out,
    shell: Shell<'f>,
    tasks: BTreeSet<String>,
    /// Directory and user before each `with` that is open.
    saved: Vec<(Option<String>, Option<String>)>,
}

impl Reader<'_, '_> {
    fn program(&mut self, program: &[At]) {
        let functions: Vec<&Function> = program.iter().filter_map(|at| function(&at.code)).collect();
        let has_marks = functions.iter().any(|f| f.marks.iter().any(|m| path_of_mark(m).ends_with("task")));
        let called = called_names(program);
        for function in &functions {
            let is_marked = function.marks.iter().any(|m| path_of_mark(m).ends_with("task"));
            let needs = function.names.iter().filter(|(_, default)| default.is_none()).count();
            let is_old_task = !has_marks
                && !function.name.starts_with('_')
                && (needs == 0 || !called.contains(function.name.as_str()));
            if is_marked || is_old_task {
                self.tasks.insert(function.name.clone());
            }
        }
        self.state.names.insert("__file__".to_owned(), Known::text("fabfile.py"));
        self.run(program);
        let is_roles = |at: &&At| matches!(&at.code, Code::Assign(target, _, _) if path(target) == "env.roledefs");
        if let Some(at) = program.iter().find(is_roles) {
            self.roles(at.line);
        }
        for function in functions.into_iter().filter(|f| self.tasks.contains(&f.name)).cloned().collect::<Vec<_>>() {
            self.task(&function);
        }
        if self.state.is_over() {
            self.out.problem(self.file.line(1), "this fabfile does more than any does; the rest was left out");
        }
    }

    fn task(&mut self, function: &Function) {
        let roles: Vec<String> = function
            .marks
            .iter()
            .filter(|m| matches!(path_of_mark(m).rsplit('.').next(), Some("roles" | "hosts")))
            .flat_map(|m| match &m.code {
                Code::Call(call) => {
                    call.args.iter().filter_map(|a| self.value(a).texts()).flatten().collect::<Vec<_>>()
                }
                _ => Vec::new(),
            })
            .collect();
        // Fabric 2: `@task(hosts=['web-01'])`.
        let of_task = function.marks.iter().find_map(|m| match &m.code {
            Code::Call(call) => call.named.iter().find(|(name, _)| name == "hosts").map(|(_, hosts)| hosts),
            _ => None,
        });
        let hosts = of_task.and_then(|hosts| self.value(hosts).texts()).unwrap_or_default();
        let roles: Vec<String> = roles.into_iter().chain(hosts.iter().cloned()).collect();
        self.shell.like.scope = (!roles.is_empty()).then(|| roles.join(", "));
        self.shell.like.hosts = roles.iter().flat_map(|role| self.hosts(role)).chain(hosts).collect();
        self.shell.user = self.state.names.get("env.user").and_then(Known::plain);
        // Who logs in begins at home.
        self.shell.dir = self.shell.user.as_deref().map(home);
        let before = self.state.names.clone();
        for (name, default) in &function.names {
            let value = default.as_ref().map_or_else(|| Known::Unknown(name.clone()), |d| self.value(d));
            self.state.names.insert(name.clone(), value);
        }
        let body = function.body.clone();
        self.run(&body);
        // A `return` ends the task, and only the task.
        self.state.end();
        let env: Vec<(String, Known)> = self
            .state
            .names
            .iter()
            .filter(|(n, _)| n.starts_with("env."))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect();
        self.state.names = before;
        for (name, value) in env {
            self.state.names.entry(name).or_insert(value);
        }
        self.shell.like.scope = None;
        self.shell.like.hosts.clear();
    }

    /// The hosts of a role; of `@hosts` the name is one itself. Of a role of which that is not known, none.
    fn hosts(&self, role: &str) -> Vec<String> {
        match self.state.names.get("env.roledefs").map(|defs| defs.get(role).cloned()) {
            Some(Some(hosts)) => hosts.get("hosts").cloned().unwrap_or(hosts).texts().unwrap_or_default(),
            _ if role.contains(['.', '@']) => vec![role.to_owned()],
            _ => Vec::new(),
        }
    }

    /// Which hosts the roles of a fabfile have.
    fn roles(&mut self, line: u32) {
        let Some(Known::Map(roles)) = self.state.names.get("env.roledefs") else { return };
        let names: Vec<String> = roles.iter().filter_map(|(role, _)| role.plain()).collect();
        let line = usize::try_from(line).unwrap_or(1);
        let mut statement = Statement::new(self.file.line(line), &format!("roles: {}", names.join(", ")));
        statement.hosts = names.iter().flat_map(|role| self.hosts(role)).collect();
        self.out.say(statement);
    }

    fn command(&mut self, call: &Called<'_>, user: Option<String>) {
        let Some(command) = call.arg(0, "command") else { return };
        let word = command.word();
        let before = std::mem::replace(&mut self.shell.user, user);
        let sure = self.state.sure(&[&word]);
        if word.text.starts_with("${") && word.lacks.is_some() && !word.text.contains(' ') {
            let why = word.lacks.unwrap_or_default();
            self.say(call, sure, Says::Unresolved(why));
        } else {
            commands::read(&mut self.shell, &word, call.line, sure, self.out);
        }
        self.shell.user = before;
    }

    fn say(&mut self, call: &Called<'_>, sure: Confidence, says: Says) {
        let line = usize::try_from(call.line).unwrap_or(1);
        let statement = Statement::new(self.file.line(line), call.said).at_most(sure).says(says);
        self.out.say(statement.for_whom(&self.shell.like));
    }

    fn effects(&mut self, call: &Called<'_>, words: &[&Word], effects: Vec<Effect>) {
        let sure = self.state.sure(words);
        self.say(call, sure, Says::Effects(effects));
    }

    /// A path on the host, where it is known.
    fn remote(&self, word: &Word) -> Result<String, String> {
        if let Some(lacks) = &word.lacks {
            return Err(lacks.clone());
        }
        let text = match (word.text.strip_prefix('~'), word.text.starts_with('/')) {
            (Some(rest), _) => {
                let user = self.shell.user.as_deref().ok_or("the home directory of who logs in")?;
                format!("{}{rest}", home(user))
            }
            (None, true) => word.text.clone(),
            (None, false) => match (&self.shell.dir, &self.shell.user) {
                (Some(dir), _) => format!("{dir}/{}", word.text),
                (None, Some(user)) => format!("{}/{}", home(user), word.text),
                (None, None) => return Err(format!("the directory in which {} is", word.text)),
            },
        };
        absolute(&text).ok_or_else(|| format!("{text} leads out of the root directory"))
    }

    /// `put(local, remote)`: the files that were given, as they are.
    fn put(&mut self, call: &Called<'_>) {
        let local = call.arg(0, "local_path").or_else(|| call.named("local"));
        let stream = local.and_then(|local| local.get(STREAM)).map(Known::word);
        let local = local.map(Known::word);
        let (Some(local), Some(remote)) = (local, call.arg(1, "remote_path").or_else(|| call.named("remote"))) else {
            return self.say(call, Confidence::Exact, Says::Unresolved("what it pushes".to_owned()));
        };
        let remote = remote.word();
        let path = match self.remote(&remote) {
            Ok(path) => path,
            Err(why) => return self.say(call, Confidence::Exact, Says::Unresolved(why)),
        };
        let mut effects = Vec::new();
        let mut missing = None;
        let pushed = match &stream {
            Some(_) => Ok(Vec::new()),
            None => self.pushed(&local.text, &path, remote.text.ends_with('/')),
        };
        match (&local.lacks, pushed) {
            _ if stream.as_ref().is_some_and(|text| text.lacks.is_none()) => {
                let text = stream.as_ref().map(|text| text.text.clone()).unwrap_or_default();
                effects.push(Effect::Contents { path: path.clone(), text, source: None });
            }
            (Some(lacks), _) => missing = Some(lacks.clone()),
            (None, Err(why)) => missing = Some(why),
            (None, Ok(files)) => {
                effects.extend(files.iter().map(|(to, file)| Effect::copy_of(file, to)));
            }
        }
        if let Some(why) = missing {
            effects.extend(Effect::came(&path));
            self.say(call, Confidence::Exact, Says::Unresolved(why));
        }
        if let Some(mode) = call.named("mode").and_then(Known::plain) {
            effects.push(Effect::mode(&path, &mode));
        }
        let words = if stream.is_some() { vec![&remote] } else { vec![&local, &remote] };
        self.effects(call, &words, effects);
    }

    /// A call on `Connection(HOST)`: for that host.
    fn on_host(&mut self, host: &Word, call: &Called<'_>) -> Option<Known> {
        let name = host.text.rsplit('@').next().unwrap_or_default().to_owned();
        let before = (self.shell.like.scope.replace(name.clone()), std::mem::take(&mut self.shell.like.hosts));
        self.shell.like.hosts = host.lacks.is_none().then_some(name).into_iter().collect();
        let call = Called { on: None, path: String::new(), ..call.clone() };
        let value = self.called(&call);
        (self.shell.like.scope, self.shell.like.hosts) = before;
        value
    }

    /// The files that a path pushes, and where to.
    fn pushed(&self, local: &str, remote: &str, is_dir: bool) -> Result<Vec<(String, File)>, String> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        if let Some((dir, pattern)) = local.rsplit_once('/').filter(|(_, p)| p.contains('*')) {
            let below = self.all.below(self.file, dir).map_err(|e| e.to_string())?;
            let files: Vec<(String, File)> = below
                .into_iter()
                .filter(|f| f.dir().ends_with(dir.trim_start_matches("./")) && model::id::glob(pattern, f.name()))
                .map(|f| (format!("{remote}/{}", f.name()), f.clone()))
                .collect();
            return if files.is_empty() { Err(format!("no file that was given is {local}")) } else { Ok(files) };
        }
        if let Ok(file) = self.all.from(self.file, local) {
            let to = if is_dir { format!("{remote}/{}", name(local)) } else { remote.to_owned() };
            return Ok(vec![(to, file.clone())]);
        }
        let below = self.all.below(self.file, local.trim_end_matches('/')).map_err(|e| e.to_string())?;
        let start = below.first().map_or(0, |f| f.path.find(local.trim_end_matches('/')).unwrap_or(0));
        let base = if local.ends_with('/') { remote.to_owned() } else { format!("{remote}/{}", name(local)) };
        Ok(below
            .into_iter()
            .map(|f| {
                let rest = f.path.get(start + local.trim_end_matches('/').len() + 1..).unwrap_or(f.name());
                (format!("{}/{rest}", base.trim_end_matches('/')), f.clone())
            })
            .collect())
    }

    /// `upload_template(template, remote, context=…)`.
    fn template(&mut self, call: &Called<'_>) {
        let (Some(name), Some(remote)) = (call.arg(0, "filename"), call.arg(1, "destination")) else {
            return self.say(call, Confidence::Exact, Says::Unresolved("what it pushes".to_owned()));
        };
        let (mut name, remote) = (name.word(), remote.word());
        if let Some(dir) = call.named("template_dir") {
            let mut joined = dir.word();
            joined.push(Word::literal("/"));
            joined.push(name);
            name = joined;
        }
        let path = match self.remote(&remote) {
            Ok(path) => path,
            Err(why) => return self.say(call, Confidence::Exact, Says::Unresolved(why)),
        };
        let file = match &name.lacks {
            Some(lacks) => Err(lacks.clone()),
            None => self.all.from(self.file, &name.text).cloned().map_err(|e| e.to_string()),
        };
        let mut effects = Vec::new();
        match file {
            Ok(file) => {
                let context = call.arg(2, "context").cloned().unwrap_or(Known::Nothing);
                let value = |key: &str| context.get(key).cloned();
                let is_jinja = call.named("use_jinja").and_then(Known::holds).unwrap_or(false);
                let filled = if is_jinja {
                    template::jinja(file.text(), &value)
                } else {
                    template::percent(file.text(), &value)
                };
                let source = Some(file.line(1));
                effects.push(match filled.whole() {
                    Some(text) => Effect::Contents { path: path.clone(), text, source },
                    None => Effect::Template { path: path.clone(), parts: filled.fixed(), source },
                });
            }
            Err(why) => {
                self.say(call, Confidence::Exact, Says::Unresolved(why));
                effects.extend(Effect::came(&path));
            }
        }
        if let Some(mode) = call.named("mode").and_then(Known::plain) {
            effects.push(Effect::mode(&path, &mode));
        }
        self.effects(call, &[&remote], effects);
    }

    /// `append(file, lines)`, `sed(file, before, after)`, `comment`, `uncomment`.
    fn edit(&mut self, call: &Called<'_>) {
        let file = if call.name == "append" || call.name == "sed" || call.name.ends_with("comment") {
            call.arg(0, "filename")
        } else {
            None
        };
        let Some(file) = file.map(Known::word) else {
            return self.say(call, Confidence::Exact, Says::Unresolved("which file it changes".to_owned()));
        };
        let path = match self.remote(&file) {
            Ok(path) => path,
            Err(why) => return self.say(call, Confidence::Exact, Says::Unresolved(why)),
        };
        let words: Vec<Word> = match call.name {
            "append" => call.arg(1, "text").map(|t| t.items().iter().map(Known::word).collect()).unwrap_or_default(),
            "sed" => [call.arg(1, "before"), call.arg(2, "after")].into_iter().flatten().map(Known::word).collect(),
            _ => call.arg(1, "regex").map(|r| vec![r.word()]).unwrap_or_default(),
        };
        if let Some(lacks) = words.iter().find_map(|w| w.lacks.clone()) {
            self.say(call, Confidence::Exact, Says::Unresolved(lacks));
            return self.effects(call, &[&file], vec![Effect::Touched { path }]);
        }
        let char = call.named("char").and_then(Known::plain).unwrap_or_else(|| "#".to_owned());
        let effect = match (call.name, words.as_slice()) {
            ("append", lines) => {
                let lines = lines.iter().flat_map(|w| w.text.lines().map(str::to_owned)).collect();
                Effect::Lines { path, lines, there: true, source: None }
            }
            ("sed", [before, after]) => {
                Effect::Substitution { path, pattern: before.text.clone(), replacement: replacement(&after.text) }
            }
            ("comment", [pattern]) => {
                let pattern = anchored(&pattern.text);
                Effect::Substitution { path, pattern, replacement: format!("{char}${{1}}") }
            }
            ("uncomment", [pattern]) => {
                let pattern = format!(
                    r"^([ \t]*){}[ \t]?{}",
                    regex::escape(&char),
                    anchored(&pattern.text).trim_start_matches('^')
                );
                Effect::Substitution { path, pattern, replacement: "${1}${2}".to_owned() }
            }
            _ => return self.say(call, Confidence::Exact, Says::Unresolved("what it changes".to_owned())),
        };
        let all: Vec<&Word> = words.iter().chain([&file]).collect();
        self.effects(call, &all, vec![effect]);
    }

    /// `rsync_project(remote, local)`.
    fn rsync(&mut self, call: &Called<'_>) {
        let Some(remote) = call.arg(0, "remote_dir").map(Known::word) else { return };
        let path = match self.remote(&remote) {
            Ok(path) => path,
            Err(why) => return self.say(call, Confidence::Exact, Says::Unresolved(why)),
        };
        let local = call.arg(1, "local_dir").and_then(Known::plain).unwrap_or_else(|| ".".to_owned());
        let excluded: Vec<String> = call.named("exclude").and_then(Known::texts).unwrap_or_default();
        let base = match local.rsplit('/').next() {
            Some(name) if !matches!(name, "" | "." | "..") => format!("{path}/{name}"),
            _ => path.clone(),
        };
        let mut effects = Vec::new();
        match self.pushed(&local, &path, true) {
            Ok(files) => effects.extend(
                files
                    .into_iter()
                    .filter(|(to, _)| !excluded.iter().any(|e| model::id::glob(&format!("*{e}*"), to)))
                    .map(|(path, file)| Effect::copy_of(&file, path)),
            ),
            Err(why) => {
                self.say(call, Confidence::Exact, Says::Unresolved(why));
                effects.push(Effect::Tree { path: base });
            }
        }
        self.effects(call, &[&remote], effects);
    }

    /// Whether a call is one of Fabric's: not a method of something that is known, or of another module.
    fn is_fabric(&self, call: &Called<'_>) -> bool {
        if call.on.is_none() {
            return true;
        }
        let head = call.path.split('.').next().unwrap_or_default();
        let is_module = matches!(head, "api" | "fabric" | "files" | "operations" | "contrib" | "project" | "utils");
        let is_connection = matches!(call.on, Some(Known::Unknown(_)))
            && matches!(head, "c" | "ctx" | "cxn" | "conn" | "connection" | "context" | "self");
        is_module || is_connection
    }
}

impl Walk for Reader<'_, '_> {
    fn state(&mut self) -> &mut State {
        &mut self.state
    }

    fn stands_alone(&mut self, name: &str) -> bool {
        self.tasks.contains(name)
    }

    fn looks(&self, condition: &At) -> bool {
        let inner = match &condition.code {
            Code::Not(inner) => inner,
            _ => condition,
        };
        matches!(&inner.code, Code::Call(call) if matches!(call.name.as_str(), "exists" | "contains" | "is_link" | "isfile"))
    }

    fn entered(&mut self, call: &Called<'_>) {
        self.saved.push((self.shell.dir.clone(), self.shell.user.clone()));
        match call.name {
            "cd" => {
                let word = call.arg(0, "path").map_or_else(|| Word::unknown("", "a directory"), Known::word);
                self.shell.dir = self.remote(&word).ok();
            }
            "settings" => {
                if let Some(user) = call.named("user").or_else(|| call.named("sudo_user")) {
                    self.shell.user = user.plain();
                }
            }
            _ => {}
        }
    }

    fn left(&mut self, _call: &Called<'_>) {
        if let Some((dir, user)) = self.saved.pop() {
            (self.shell.dir, self.shell.user) = (dir, user);
        }
    }

    fn called(&mut self, call: &Called<'_>) -> Option<Known> {
        if matches!(call.name, "StringIO" | "BytesIO") {
            return Some(Known::Map(vec![(Known::text(STREAM), call.args.first()?.clone())]));
        }
        if call.name == "Connection" && !call.args.is_empty() {
            return Some(Known::Map(vec![(Known::text(HOST), call.args.first()?.clone())]));
        }
        if let Some(host) = call.on.as_ref().and_then(|on| on.get(HOST)).map(Known::word) {
            return self.on_host(&host, call);
        }
        if call.name == "dirname" || call.name == "abspath" || call.name == "realpath" {
            // Paths of files that are pushed are named from the fabfile on.
            let text = call.args.first()?.plain()?;
            let dir = text.rsplit_once('/').map_or("", |(dir, _)| dir);
            return Some(Known::text(if call.name == "dirname" { dir } else { text.as_str() }));
        }
        if call.name == "env" && call.on.is_none() && call.args.is_empty() {
            let of = |(name, value): (&String, &Known)| Some((Known::text(name.strip_prefix("env.")?), value.clone()));
            return Some(Known::Map(self.state.names.iter().filter_map(of).collect()));
        }
        if !self.is_fabric(call) {
            return None;
        }
        let given_user = call.named("user").and_then(Known::plain);
        // `from fabric.api import run as _run`, where run is wrapped.
        match call.name.trim_start_matches('_') {
            "run" => self.command(call, self.shell.user.clone()),
            "sudo" => self.command(call, given_user.or_else(|| Some("root".to_owned()))),
            "put" | "upload_project" => self.put(call),
            "upload_template" => self.template(call),
            "append" | "sed" | "comment" | "uncomment" => self.edit(call),
            "rsync_project" | "rsync" => self.rsync(call),
            "local" | "get" | "execute" | "reboot" | "open_shell" | "puts" | "abort" | "warn" => {
                self.say(call, Confidence::Exact, Says::Nothing);
            }
            _ => return None,
        }
        Some(Known::Unknown(format!("what {} gives", call.name)))
    }
}

fn function(code: &Code) -> Option<&Function> {
    match code {
        Code::Function(function) => Some(function),
        _ => None,
    }
}

fn path_of_mark(mark: &At) -> String {
    match &mark.code {
        Code::Call(call) if !call.args.is_empty() || !call.named.is_empty() => call.name.clone(),
        _ => path(mark),
    }
}

/// The names that are called somewhere with arguments.
fn called_names(program: &[At]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<&At> = program.iter().collect();
    while let Some(at) = open.pop() {
        match &at.code {
            Code::Call(call) => {
                if call.receiver.is_none() && !(call.args.is_empty() && call.named.is_empty()) {
                    names.insert(call.name.clone());
                }
                open.extend(call.receiver.iter().chain(&call.args).chain(call.named.iter().map(|(_, v)| v)));
            }
            Code::Function(function) => open.extend(&function.body),
            Code::Body(body) | Code::While(body) | Code::List(body) | Code::Text(body) => open.extend(body),
            Code::For(_, over, body) => open.extend(body.iter().chain([over.as_ref()])),
            Code::With(items, body) => open.extend(items.iter().chain(body)),
            Code::If(branches) => {
                for (condition, body) in branches {
                    open.extend(condition.iter().chain(body));
                }
            }
            Code::Assign(_, value, _) | Code::Not(value) => open.push(value),
            Code::Binary(_, left, right) => open.extend([left.as_ref(), right.as_ref()]),
            Code::Return(Some(value)) => open.push(value),
            Code::Index(of, key) => open.extend([of.as_ref(), key.as_ref()]),
            Code::Map(_) | Code::Literal(_) | Code::Name(_) | Code::Block(_) | Code::Return(None) | Code::Other(_) => {}
        }
    }
    names
}

/// What `sed` puts in: its groups as the regex crate names them.
fn replacement(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.replace('$', "$$").chars().collect::<Vec<_>>().into_iter();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(d) if d.is_ascii_digit() => out.push_str(&format!("${{{d}}}")),
                Some(c) => out.push(c),
                None => out.push('\\'),
            },
            '&' => out.push_str("${0}"),
            c => out.push(c),
        }
    }
    out
}

/// A pattern in a group of its own, with its anchor before it.
fn anchored(pattern: &str) -> String {
    match pattern.strip_prefix('^') {
        Some(rest) => format!("^({rest})"),
        None => format!("({pattern})"),
    }
}
