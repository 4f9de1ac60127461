//! Capistrano 2 and 3: Capfiles, `config/deploy.rb`, stages and tasks; and what `deploy:print_config_variables` printed.

use super::super::code::known::Known;
use super::super::code::walk::{Called, State, Walk};
use super::super::code::{At, Block, commands, ruby};
use super::super::conversion::Construct;
use super::super::effect::Effect;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::Shell;
use super::super::shell::call::absolute;
use super::super::shell::word::Word;
use super::super::source::Source;
use super::super::statement::{Confidence, Says, Statement};
use super::script::document;
use std::collections::BTreeMap;

/// The reader.
pub(super) struct Capistrano;

const CONSTRUCTS: &[Construct] = &[
    Construct::yes(
        "set :deploy_to, set :repo_url, set :x, -> { … }, fetch(:x)",
        "what the deployment makes: releases, shared, current, repo",
    ),
    Construct::yes(
        "set :linked_files, set :linked_dirs, append :linked_dirs, …",
        "the files and directories in shared/",
    ),
    Construct::yes("server NAME, role :web, …", "which hosts and roles a stage has; said as what lasts nowhere"),
    Construct::yes(
        "config/deploy/STAGE.rb",
        "the stage is the scope of its statements, unless there is only one stage",
    ),
    Construct::yes(
        "execute :a, 'b', execute 'a b', sudo :a, capture, test, as, within, with",
        "as the shell reader reads the command; `on roles(:x)` is its scope",
    ),
    Construct::partly(
        "upload! LOCAL, REMOTE",
        "the contents, where LOCAL was given; kept for a later `mv` of the same path",
    ),
    Construct::partly("upload! StringIO.new(…), template of ERB", "that the file was made"),
    Construct::yes("run \"…\", sudo \"…\", put text, path (Capistrano 2)", "as the shell reader reads the command"),
    Construct::yes("namespace, task, desc, before, after, invoke", "each task is read once"),
    Construct::yes(
        "%w{…}, arrays, hashes, each, interpolation, constants, ENV[…] || 'x'",
        "folded where they are literal",
    ),
    Construct::partly("if, unless, case", "folded where the condition is literal, guessed otherwise"),
    Construct::yes("DEBUG :linked_dirs => [\"log\"] (pasted output)", "as `set`, in whatever text the lines stand"),
    Construct::no("run_locally, ask, set :x, `…`", "changes nothing on the host, or is known only to a run"),
];

impl Source for Capistrano {
    fn name(&self) -> &'static str {
        "capistrano"
    }

    fn summary(&self) -> &'static str {
        "Capistrano 2 and 3: Capfile, config/deploy.rb, config/deploy/*.rb, *.rake and *.cap"
    }

    fn takes(&self, file: &File) -> bool {
        let text = || file.text().chars().take(20_000).collect::<String>();
        match (file.name(), file.ending().as_str()) {
            ("Capfile", _) | (_, "cap") => true,
            ("deploy.rb", _) => true,
            (_, "rake") => {
                text().contains("on roles") || text().contains("on release_roles") || text().contains("on primary")
            }
            (_, "rb") => file.dir().ends_with("config/deploy") || text().contains("set :deploy_to"),
            _ => false,
        }
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        let is_stage = |f: &&File| f.dir().ends_with("config/deploy");
        let stages: Vec<&File> = mine.iter().filter(is_stage).collect();
        let mut settings = Settings::default();
        // What deploy.rb sets holds in every stage and task, whatever the order of their names.
        let rank = |f: &File| match f.name() {
            "Capfile" => 0,
            "deploy.rb" => 1,
            _ if is_stage(&f) => 3,
            _ => 2,
        };
        let mut ordered: Vec<&File> = mine.iter().collect();
        ordered.sort_by_key(|f| (rank(f), f.path.clone()));
        for file in ordered {
            let scope = is_stage(&file).then(|| file.name().trim_end_matches(".rb").to_owned());
            let mut of_stage = settings.clone();
            let known = if scope.is_some() { &mut of_stage } else { &mut settings };
            let scope = scope.filter(|_| stages.len() > 1);
            one(file, all, known, scope, out);
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        CONSTRUCTS
    }
}

/// What `set` set.
#[derive(Debug, Clone, Default)]
struct Settings(BTreeMap<String, Known>);

fn one(file: &File, all: &Files, settings: &mut Settings, scope: Option<String>, out: &mut Out) {
    let Some(program) = ruby::read(file.text()) else {
        return out.problem(file.line(1), "this cannot be read for want of memory; it was left out");
    };
    if let Some((line, error)) = &program.error {
        out.problem(file.line(usize::try_from(*line).unwrap_or(1)), format!("this is no Ruby: {error}"));
    }
    let lookup = |path: &str| document(all, file, path);
    let mut shell = Shell::new(Statement::new(file.line(1), ""), &lookup);
    shell.user = Some("deploy".to_owned());
    let mut said = Out::default();
    let mut reader = Reader {
        state: State::default(),
        file,
        all,
        out: &mut said,
        shell,
        settings,
        stage: scope.clone(),
        hosts: Vec::new(),
        uploads: BTreeMap::new(),
        is_remote: false,
    };
    reader.run(&program.body);
    let (hosts, is_over) = (std::mem::take(&mut reader.hosts), reader.state.is_over());
    if is_over {
        said.problem(file.line(1), "this does more than any deployment does; the rest was left out");
    }
    // Which hosts a stage has is known once all of its file is read.
    out.take(said, |mut statement| {
        if scope.is_some() && statement.scope == scope {
            statement.hosts.clone_from(&hosts);
        }
        statement
    });
}

struct Reader<'a, 'f> {
    state: State,
    file: &'a File,
    all: &'a Files,
    out: &'a mut Out,
    shell: Shell<'f>,
    settings: &'a mut Settings,
    stage: Option<String>,
    /// The hosts that were named so far.
    hosts: Vec<String>,
    /// What was uploaded, by its path on the host: a later `mv` brings it where it belongs.
    uploads: BTreeMap<String, Option<(String, File)>>,
    /// Whether what is read runs on a host.
    is_remote: bool,
}

impl Reader<'_, '_> {
    fn say(&mut self, call: &Called<'_>, sure: Confidence, says: Says) {
        let line = usize::try_from(call.line).unwrap_or(1);
        let mut statement = Statement::new(self.file.line(line), call.said).at_most(sure).says(says);
        statement.scope = self.shell.like.scope.clone().or_else(|| self.stage.clone());
        self.out.say(statement);
    }

    fn setting(&self, name: &str) -> Option<Known> {
        self.settings.0.get(name).cloned()
    }

    fn deploy_to(&self) -> Known {
        self.setting("deploy_to")
            .or_else(|| {
                let name = self.setting("application")?.plain()?;
                Some(Known::text(format!("/var/www/{name}")).at_most(Confidence::Folded))
            })
            .unwrap_or_else(|| Known::Unknown("deploy_to".to_owned()))
    }

    fn below(&self, dir: &str) -> Known {
        let mut word = self.deploy_to().word();
        word.push(Word::literal(dir));
        Known::Text(word)
    }

    /// `set :name, value`.
    fn set(&mut self, call: &Called<'_>) {
        let Some(name) = call.args.first().and_then(Known::plain) else {
            return self.say(call, Confidence::Exact, Says::Unresolved("which setting it sets".to_owned()));
        };
        let value = match (call.args.get(1), call.block) {
            (Some(Known::Block(block)), _) => self.lazily(&block.clone()),
            (Some(value), _) => value.clone(),
            (None, Some(block)) => self.lazily(&block.clone()),
            (None, None) if !call.named.is_empty() => {
                Known::Map(call.named.iter().map(|(n, v)| (Known::text(n.clone()), v.clone())).collect())
            }
            (None, None) => Known::Nothing,
        };
        let value = match (call.name, self.setting(&name)) {
            ("append", before) => {
                let mut items = before.map(|b| b.items()).unwrap_or_default();
                items.extend(call.args.iter().skip(1).flat_map(Known::items));
                Known::List(items)
            }
            ("set_if_empty", Some(before)) => before,
            _ => value,
        };
        self.settings.0.insert(name.clone(), value.clone());
        let base = self.deploy_to().word();
        let says = setting(&name, &value, &base);
        let sure = self.state.sure(&[&value.word()]);
        self.say(call, sure, says);
    }

    /// A block that gives a value when it is asked for.
    fn lazily(&mut self, block: &Block) -> Known {
        let mut last = Known::Nothing;
        for at in &block.body {
            last = self.value(at);
        }
        last.at_most(Confidence::Folded)
    }

    /// `execute :sudo, :systemctl, 'reload', 'x'`, `execute "a b"`.
    fn execute(&mut self, call: &Called<'_>) {
        let mut command = Word::literal("");
        for (at, arg) in call.args.iter().enumerate() {
            for item in arg.items() {
                if !command.text.is_empty() {
                    command.push(Word::literal(" "));
                }
                let word = item.word();
                // SSHKit quotes nothing: several words in one argument are several words.
                command.push(if at > 0 && word.text.is_empty() { Word::literal("''") } else { word });
            }
        }
        if call.name == "sudo" {
            let mut all = Word::literal("sudo ");
            all.push(command);
            command = all;
        }
        if let Some((from, to)) = moved(&command.text)
            && let Some(upload) = self.uploads.get(&from).cloned()
        {
            return self.upload_moved(call, &command, upload, to);
        }
        let sure = self.state.sure(&[&command]);
        let scope = self.shell.like.scope.clone();
        self.shell.like.scope = scope.clone().or_else(|| self.stage.clone());
        let mut said = Out::default();
        commands::read(&mut self.shell, &command, call.line, sure, &mut said);
        self.out.take(said, lasting);
        self.shell.like.scope = scope;
    }

    /// `upload! local, remote`, then `mv remote elsewhere`: the file as it was given lies there.
    fn upload_moved(&mut self, call: &Called<'_>, command: &Word, upload: Option<(String, File)>, to: String) {
        let sure = self.state.sure(&[command]);
        let effects = match upload {
            Some((_, file)) => vec![Effect::copy_of(&file, to)],
            None => Effect::came(&to),
        };
        self.say(call, sure, Says::Effects(effects));
    }

    fn upload(&mut self, call: &Called<'_>) {
        let Some(remote) = call.args.get(1).map(Known::word) else { return };
        if let Some(lacks) = remote.lacks {
            return self.say(call, Confidence::Exact, Says::Unresolved(lacks));
        }
        let to = if remote.text.starts_with('/') {
            absolute(&remote.text)
        } else {
            self.shell.dir.as_ref().and_then(|dir| absolute(&format!("{dir}/{}", remote.text)))
        };
        let Some(to) = to else {
            return self.say(
                call,
                Confidence::Exact,
                Says::Unresolved(format!("the directory in which {} is", remote.text)),
            );
        };
        let local = call.args.first().and_then(Known::plain);
        // Tasks name files from the directory of the Capfile on.
        let file = local.as_ref().and_then(|name| self.all.above(self.file, name)).cloned();
        self.uploads.insert(to.clone(), file.clone().map(|f| (to.clone(), f)));
        if to.starts_with("/tmp/") {
            return self.say(call, Confidence::Exact, Says::Nothing);
        }
        let effects = match file {
            Some(file) => vec![Effect::copy_of(&file, to)],
            None => Effect::came(&to),
        };
        self.say(call, Confidence::Exact, Says::Effects(effects));
    }

    fn inside(&mut self, block: &Block, change: impl FnOnce(&mut Self)) {
        let (dir, user, scope, is_remote) =
            (self.shell.dir.clone(), self.shell.user.clone(), self.shell.like.scope.clone(), self.is_remote);
        change(self);
        self.run(&block.body);
        (self.shell.dir, self.shell.user, self.shell.like.scope, self.is_remote) = (dir, user, scope, is_remote);
    }
}

/// A task that starts or stops a service is there to be called, and says nothing of how the host is to be.
fn lasting(statement: Statement) -> Statement {
    let is_run = |e: &Effect| matches!(e, Effect::Property { property, .. } if property == "running");
    match &statement.says {
        Says::Effects(effects) if effects.iter().any(is_run) => {
            let rest: Vec<Effect> = effects.iter().filter(|e| !is_run(e)).cloned().collect();
            let says = if rest.is_empty() { Says::Nothing } else { Says::Effects(rest) };
            statement.says(says)
        }
        Says::Effects(_) | Says::Nothing | Says::Unresolved(_) | Says::NotUnderstood(_) | Says::Prose => statement,
    }
}

/// What a setting says of the host.
fn setting(name: &str, value: &Known, deploy_to: &Word) -> Says {
    if let Some(lacks) = &deploy_to.lacks {
        return match name {
            "linked_files" | "linked_dirs" => Says::Unresolved(lacks.clone()),
            _ => Says::Nothing,
        };
    }
    let base = deploy_to.text.trim_end_matches('/');
    let directory =
        |path: String| vec![Effect::there("file", &path), Effect::is("file", &path, "filetype", "directory")];
    match name {
        "deploy_to" => match value.plain() {
            Some(_) => Says::Effects(
                ["", "/releases", "/shared"]
                    .iter()
                    .flat_map(|dir| directory(format!("{base}{dir}")))
                    .chain([Effect::is("file", format!("{base}/current"), "filetype", "symlink")])
                    .collect(),
            ),
            None => Says::Unresolved("the directory of the deployment".to_owned()),
        },
        "repo_url" | "repository" => Says::Effects(vec![Effect::there("file", format!("{base}/repo"))]),
        "linked_files" | "linked_dirs" | "shared_children" | "shared_dirs" | "shared_files" => match value.texts() {
            Some(names) => Says::Effects(
                names
                    .iter()
                    .flat_map(|n| {
                        let path = format!("{base}/shared/{}", n.trim_matches('/'));
                        if name.ends_with("_files") { vec![Effect::there("file", path)] } else { directory(path) }
                    })
                    .collect(),
            ),
            None => Says::Unresolved(format!("what {name} holds")),
        },
        _ => Says::Nothing,
    }
}

/// `mv A B`, with sudo or without: where a file that was uploaded comes to lie.
fn moved(command: &str) -> Option<(String, String)> {
    let words: Vec<&str> = command.split_whitespace().filter(|w| *w != "sudo" && !w.starts_with('-')).collect();
    match words.as_slice() {
        ["mv" | "cp" | "install", from, to] => Some(((*from).to_owned(), (*to).to_owned())),
        _ => None,
    }
}

impl Walk for Reader<'_, '_> {
    fn state(&mut self) -> &mut State {
        &mut self.state
    }

    fn called(&mut self, call: &Called<'_>) -> Option<Known> {
        if call.on.is_some() && call.path != "self" && !matches!(call.path.as_str(), "SSHKit" | "Rake" | "Dir") {
            return None;
        }
        match (call.name, call.block) {
            ("set" | "append" | "set_if_empty", _) if call.on.is_none() && !call.args.is_empty() => self.set(call),
            ("fetch" | "any?", _) => {
                let name = call.args.first().and_then(Known::plain)?;
                return Some(match self.setting(&name) {
                    Some(value) => value,
                    None if name == "deploy_to" => self.deploy_to(),
                    None => match call.args.get(1) {
                        Some(default) => default.clone(),
                        None => Known::Unknown(name),
                    },
                });
            }
            ("deploy_to" | "deploy_path", None) => return Some(self.deploy_to()),
            ("shared_path", None) => return Some(self.below("/shared")),
            ("current_path", None) => return Some(self.below("/current")),
            ("release_path" | "latest_release", None) => {
                return Some(self.below("/current").at_most(Confidence::Guessed));
            }
            ("releases_path", None) => return Some(self.below("/releases")),
            ("repo_path", None) => return Some(self.below("/repo")),
            ("application" | "user" | "stage" | "branch" | "rails_env", None) if call.args.is_empty() => {
                let name = call.name;
                return Some(self.setting(name).unwrap_or_else(|| Known::Unknown(name.to_owned())));
            }
            ("roles" | "role" | "release_roles" | "primary" | "only" | "hosts", None) if call.args.len() <= 1 => {
                let names = call.args.first().and_then(Known::texts).unwrap_or_default();
                return Some(Known::text(names.join(", ")));
            }
            ("server" | "role", _) => {
                let named = call.args.iter().skip(usize::from(call.name == "role"));
                self.hosts.extend(named.flat_map(|a| a.items()).filter_map(|a| a.plain()).filter(|h| !h.is_empty()));
                self.say(call, Confidence::Exact, Says::Nothing);
            }
            ("on", Some(block)) => {
                let block = block.clone();
                let scope = call.args.first().and_then(Known::plain).filter(|s| !s.is_empty());
                self.inside(&block, |r| {
                    r.is_remote = true;
                    // Which hosts have a role is known to the stage alone; a task without any is for all.
                    r.shell.like.scope = r.stage.clone().or(scope);
                    r.shell.dir = None;
                });
            }
            ("within", Some(block)) => {
                let dir = call.args.first().map(Known::word)?;
                let block = block.clone();
                self.inside(&block, |r| r.shell.dir = dir.lacks.is_none().then_some(dir.text));
            }
            ("as", Some(block)) => {
                let user = call.arg(0, "user").and_then(Known::plain);
                let block = block.clone();
                self.inside(&block, |r| r.shell.user = user);
            }
            ("with" | "namespace" | "task" | "load" | "start" | "transaction", Some(block)) => {
                let block = block.clone();
                self.inside(&block, |r| {
                    // Capistrano 2 runs what stands in a task on the host.
                    r.is_remote |= call.name == "task";
                });
            }
            ("before" | "after", Some(block)) => {
                let block = block.clone();
                self.inside(&block, |_| {});
            }
            ("run_locally", Some(_)) => self.say(call, Confidence::Exact, Says::Nothing),
            ("execute" | "capture" | "test" | "sudo" | "run" | "try_sudo" | "surun", _) if !call.args.is_empty() => {
                self.execute(call);
            }
            ("upload!" | "upload", _) => self.upload(call),
            ("put", _) if call.args.len() >= 2 => {
                let (text, path) = (call.args.first().map(Known::word)?, call.args.get(1).map(Known::word)?);
                let says = match (&text.lacks, &path.lacks, absolute(&path.text)) {
                    (_, Some(lacks), _) => Says::Unresolved(lacks.clone()),
                    (_, None, None) => Says::Unresolved(format!("where {} is", path.text)),
                    (Some(_), None, Some(path)) => Says::Effects(vec![Effect::Touched { path }]),
                    (None, None, Some(path)) => {
                        Says::Effects(vec![Effect::Contents { path, text: text.text.clone(), source: None }])
                    }
                };
                let sure = self.state.sure(&[&text, &path]);
                self.say(call, sure, says);
            }
            (
                "desc"
                | "lock"
                | "require"
                | "require_relative"
                | "import"
                | "invoke"
                | "info"
                | "warn"
                | "error"
                | "debug"
                | "before"
                | "after"
                | "logger"
                | "exit"
                | "puts"
                | "raise"
                | "abort"
                | "install_plugin"
                | "default_run_options"
                | "ssh_options"
                | "ask",
                _,
            ) => {}
            _ => return None,
        }
        Some(Known::Unknown(format!("what {} gives", call.name)))
    }
}

/// What `deploy:print_config_variables` printed, pasted somewhere: whether the text is such output, which is then read.
pub(super) fn pasted(file: &File, text: &str, line: usize, out: &mut Out) -> bool {
    let settings: Vec<Option<(String, Known)>> = text.lines().map(printed).collect();
    if settings.iter().flatten().count() < 2 {
        return false;
    }
    let deploy_to = settings.iter().flatten().find(|(name, _)| name == "deploy_to");
    let base = deploy_to.map_or_else(|| Known::Unknown("deploy_to".to_owned()), |(_, v)| v.clone()).word();
    for (at, (said, printed)) in text.lines().zip(&settings).enumerate() {
        if let Some((name, value)) = printed {
            out.say(Statement::new(file.line(line + at), said).says(setting(name, value, &base)));
        }
    }
    true
}

/// A line of the output: the setting and its value.
fn printed(line: &str) -> Option<(String, Known)> {
    let (name, value) = line.trim().trim_start_matches("DEBUG").trim().split_once(" => ")?;
    let name = name.trim().strip_prefix(':')?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let program = ruby::read(value)?;
    let first: &At = program.body.first()?;
    Some((name.to_owned(), Literals(State::default()).value(first)))
}

/// A walk over literals alone.
struct Literals(State);

impl Walk for Literals {
    fn state(&mut self) -> &mut State {
        &mut self.0
    }

    fn called(&mut self, _call: &Called<'_>) -> Option<Known> {
        None
    }
}
