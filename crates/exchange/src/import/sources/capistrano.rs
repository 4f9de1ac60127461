//! Capistrano 2 and 3: Capfiles, `config/deploy.rb`, stages and tasks; and what `deploy:print_config_variables` printed.

use super::super::code::known::Known;
use super::super::code::walk::{Called, State, Walk};
use super::super::code::{At, Block, Code, commands, ruby};
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
        "the stage is the scope of its statements, unless there is only one stage; where stages deploy to places of their own, what deploy.rb and tasks say is said for each",
    ),
    Construct::yes(
        "execute :a, 'b', execute 'a b', sudo :a, capture, test, as, within, with",
        "as the shell reader reads the command; `on roles(:x)` is its scope",
    ),
    Construct::partly(
        "upload! LOCAL, REMOTE",
        "the contents, where LOCAL was given; kept for a later `mv` of the same path",
    ),
    Construct::yes("upload! StringIO.new(TEXT), REMOTE, mode: …", "the contents, where TEXT is known, and the mode"),
    Construct::partly("template of ERB", "that the file was made"),
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
        let (mut stages, mut common): (Vec<&File>, Vec<&File>) = mine.iter().partition(is_stage);
        // What deploy.rb sets holds in every stage and task, whatever the order of their names.
        let rank = |f: &File| match f.name() {
            "Capfile" => 0,
            "deploy.rb" => 1,
            _ => 2,
        };
        common.sort_by_key(|f| (rank(f), f.path.clone()));
        stages.sort_by_key(|f| f.path.clone());
        let plain = Run { files: &common, all, stage: None, hosts: Vec::new() };
        let settled = plain.settled(&Settings::default());
        let of_stages: Vec<(Settings, Run<'_>)> =
            stages.iter().map(|file| Run::of_stage(file, &plain, &settled)).collect();
        // A stage with a place of its own has its own files there; what is the same in all of them is said once.
        let place = |of: &Settings| ["deploy_to", "application"].map(|name| of.value(name).map(|v| v.word().text));
        let differ = of_stages.iter().any(|(of, _)| place(of) != place(&settled));
        let mut said = plain.read(&mut settled.ahead());
        if differ {
            let outs: Vec<Out> = of_stages.iter().map(|(of, run)| run.read(&mut of.pinned(&settled))).collect();
            said = in_stages(said, outs);
        }
        out.take(said, |statement| statement);
        let mut known = settled.ahead();
        plain.settle(&mut known);
        for (file, (of, run)) in stages.iter().zip(&of_stages) {
            let mut known = Settings { ahead: of.values.clone(), ..known.clone() };
            one(file, all, &mut known, run.stage.clone().filter(|_| stages.len() > 1), &[], out);
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        CONSTRUCTS
    }
}

/// What `set` set.
#[derive(Debug, Clone, Default)]
struct Settings {
    values: BTreeMap<String, Known>,
    /// What holds once everything is loaded: blocks and tasks see that.
    ahead: BTreeMap<String, Known>,
    /// What a stage sets after all others, so that no other value counts.
    pinned: BTreeMap<String, Known>,
}

impl Settings {
    fn value(&self, name: &str) -> Option<&Known> {
        self.pinned.get(name).or_else(|| self.values.get(name))
    }

    /// The beginning of a run that ends with these.
    fn ahead(&self) -> Self {
        Self { ahead: self.values.clone(), ..Self::default() }
    }

    /// The beginning of a run that ends with these, in which what a stage sets otherwise counts from the start.
    fn pinned(&self, settled: &Settings) -> Self {
        let of = |name: &&str| Some(((*name).to_owned(), self.value(name)?.clone()));
        let is_own = |(name, value): &(String, Known)| settled.value(name) != Some(value);
        let pinned = ["deploy_to", "application", "stage"].iter().filter_map(of).filter(is_own).collect();
        Self { pinned, ..self.ahead() }
    }
}

/// The files that all stages share, read for one of them or for none.
struct Run<'a> {
    files: &'a [&'a File],
    all: &'a Files,
    stage: Option<String>,
    hosts: Vec<String>,
}

impl<'a> Run<'a> {
    /// The same files for a stage, and what holds there in the end.
    fn of_stage(file: &File, plain: &Run<'a>, settled: &Settings) -> (Settings, Self) {
        let stage = file.name().trim_end_matches(".rb").to_owned();
        let named = Known::text(stage.as_str()).at_most(Confidence::Folded);
        let begun = Settings { pinned: BTreeMap::from([("stage".to_owned(), named)]), ..settled.ahead() };
        let mut known = plain.settled(&begun);
        let hosts = one(file, plain.all, &mut known, None, &[], &mut Out::default());
        (known, Run { files: plain.files, all: plain.all, stage: Some(stage), hosts })
    }

    /// What the files set in the end.
    fn settled(&self, begun: &Settings) -> Settings {
        let mut known = begun.clone();
        self.settle(&mut known);
        known
    }

    fn settle(&self, known: &mut Settings) {
        for file in self.files {
            one(file, self.all, known, None, &[], &mut Out::default());
        }
    }

    fn read(&self, known: &mut Settings) -> Out {
        let mut out = Out::default();
        for file in self.files {
            one(file, self.all, known, self.stage.clone(), &self.hosts, &mut out);
        }
        out
    }
}

/// What is said for no stage where every stage says the same, and otherwise what each says.
fn in_stages(plain: Out, stages: Vec<Out>) -> Out {
    let key = |s: &Statement| (s.place.clone(), s.says.clone(), s.confidence);
    let says = |out: &Out, s: &Statement| out.statements().iter().any(|(_, other)| key(other) == key(s));
    let mut all = Out::default();
    for (_, statement) in plain.statements() {
        if stages.iter().all(|stage| says(stage, statement)) {
            all.say(statement.clone());
        }
    }
    for stage in &stages {
        for (_, statement) in stage.statements() {
            if !says(&all, statement) {
                all.say(statement.clone());
            }
        }
    }
    for problem in plain.problems() {
        all.problem(problem.place.clone(), problem.what.clone());
    }
    all
}

/// Reads a file; the hosts that it names.
fn one(
    file: &File,
    all: &Files,
    settings: &mut Settings,
    scope: Option<String>,
    of_stage: &[String],
    out: &mut Out,
) -> Vec<String> {
    let Some(program) = ruby::read(file.text()) else {
        out.problem(file.line(1), "this cannot be read for want of memory; it was left out");
        return Vec::new();
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
            statement.hosts = hosts.iter().chain(of_stage).cloned().collect();
        }
        statement
    });
    hosts
}

/// What was uploaded.
#[derive(Clone)]
enum Upload {
    File(File),
    Text(String),
    Unknown,
}

impl Upload {
    /// That it lies there.
    fn at(&self, path: &str) -> Vec<Effect> {
        match self {
            Upload::File(file) => vec![Effect::copy_of(file, path)],
            Upload::Text(text) => vec![Effect::Contents { path: path.to_owned(), text: text.clone(), source: None }],
            Upload::Unknown => Effect::came(path),
        }
    }
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
    uploads: BTreeMap<String, Upload>,
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

    /// A setting as it is here; in a task as it is in the end.
    fn setting(&self, name: &str) -> Option<Known> {
        let late = self.settings.ahead.get(name).filter(|_| self.is_remote);
        self.settings.value(name).or(late).cloned()
    }

    /// Where it is deployed: in the end, whatever was set before that.
    fn deploy_to(&self) -> Known {
        let last = |name: &str| self.settings.value(name).or_else(|| self.settings.ahead.get(name)).cloned();
        last("deploy_to")
            .or_else(|| {
                let name = last("application")?.plain()?;
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
        self.settings.values.insert(name.clone(), value.clone());
        if self.settings.pinned.contains_key(&name) {
            // The stage sets it again.
            return self.say(call, Confidence::Exact, Says::Nothing);
        }
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
            return self.upload_moved(call, &command, &upload, &to);
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
    fn upload_moved(&mut self, call: &Called<'_>, command: &Word, upload: &Upload, to: &str) {
        let sure = self.state.sure(&[command]);
        self.say(call, sure, Says::Effects(upload.at(to)));
    }

    fn upload(&mut self, call: &Called<'_>) {
        let Some(remote) = call.args.get(1).map(Known::word) else { return };
        if let Some(lacks) = remote.lacks.clone() {
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
        let upload = self.uploaded(call);
        self.uploads.insert(to.clone(), upload.clone());
        if to.starts_with("/tmp/") {
            return self.say(call, Confidence::Exact, Says::Nothing);
        }
        let mut effects = upload.at(&to);
        effects.extend(mode(call, &to));
        let sure = self.state.sure(&[&remote]);
        self.say(call, sure, Says::Effects(effects));
    }

    /// What an upload brings: a file that was given, or a text.
    fn uploaded(&self, call: &Called<'_>) -> Upload {
        let Some(local) = call.args.first() else { return Upload::Unknown };
        if let Some(stream) = local.get(STREAM) {
            return stream.plain().map_or(Upload::Unknown, Upload::Text);
        }
        // Tasks name files from the directory of the Capfile on.
        let file = local.plain().and_then(|name| self.all.above(self.file, &name).cloned());
        file.map_or(Upload::Unknown, Upload::File)
    }

    fn inside(&mut self, block: &Block, change: impl FnOnce(&mut Self)) {
        let (dir, user, scope, is_remote) =
            (self.shell.dir.clone(), self.shell.user.clone(), self.shell.like.scope.clone(), self.is_remote);
        change(self);
        self.run(&block.body);
        (self.shell.dir, self.shell.user, self.shell.like.scope, self.is_remote) = (dir, user, scope, is_remote);
    }
}

/// The key of a text that is uploaded as a file.
const STREAM: &str = "a stream of";

/// The mode that a file is given: `:mode => 0600`, `mode: '0644'`.
fn mode(call: &Called<'_>, path: &str) -> Vec<Effect> {
    let mode = call.named("mode").or_else(|| call.args.last()?.get("mode")).and_then(Known::plain);
    mode.filter(|m| m.bytes().all(|b| matches!(b, b'0'..=b'7'))).map(|m| Effect::mode(path, &m)).into_iter().collect()
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

    /// `test "[ -f x ]"` looks whether a step was done before.
    fn looks(&self, condition: &At) -> bool {
        let inner = if let Code::Not(inner) = &condition.code { inner } else { condition };
        matches!(&inner.code, Code::Call(call) if call.name == "test" && call.receiver.is_none())
    }

    fn called(&mut self, call: &Called<'_>) -> Option<Known> {
        if call.on.is_some()
            && call.path != "self"
            && !matches!(call.path.as_str(), "SSHKit" | "Rake" | "Dir" | "StringIO")
        {
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
            // With a command it runs it; alone it is what stands before one.
            ("try_sudo", None) if call.args.is_empty() => {
                return Some(Known::text("").at_most(Confidence::Folded));
            }
            ("new", None) if call.path == "StringIO" => {
                return Some(Known::Map(vec![(Known::text(STREAM), call.args.first()?.clone())]));
            }
            ("execute" | "capture" | "test" | "sudo" | "run" | "try_sudo" | "surun", _) if !call.args.is_empty() => {
                self.execute(call);
            }
            ("upload!" | "upload", _) => self.upload(call),
            ("put", _) if call.args.len() >= 2 => {
                let (text, path) = (call.args.first().map(Known::word)?, call.args.get(1).map(Known::word)?);
                let says = match (&text.lacks, &path.lacks, absolute(&path.text)) {
                    (_, Some(lacks), _) => Says::Unresolved(lacks.clone()),
                    (_, None, None) => Says::Unresolved(format!("where {} is", path.text)),
                    (lacks, None, Some(path)) => {
                        let mut effects = mode(call, &path);
                        effects.push(match lacks {
                            Some(_) => Effect::Touched { path },
                            None => Effect::Contents { path, text: text.text.clone(), source: None },
                        });
                        Says::Effects(effects)
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
