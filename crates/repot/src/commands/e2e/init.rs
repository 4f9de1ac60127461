//! `repot e2e init`: a suite for a host that has none. A request for every location that can be reached, with what the
//! host answers today; only asked for with methods that change nothing, and twice, so that what moves is left out.

use super::SuiteArgs;
use super::covering::{NAME_THE_HOST, configuration_in, lacks_host, log};
use super::going::{Going, ports_of};
use crate::error::CommandError;
use crate::files;
use crate::observing::ReachArgs;
use crate::project::Project;
use crate::stored::safe_path;
use crate::ui::Ui;
use clap::Args;
use e2e::configuration::Configuration;
use e2e::coverage::url;
use e2e::engine::{Call, Engine, Job, Ran};
use e2e::environment::Environment;
use e2e::expected::expected;
use e2e::redaction::Redaction;
use e2e::wanted::{OfServer, One, known_paths, wanted};
use e2e::way::Way;
use e2e::world::Files;
use e2e::written::{File, Merged, Written};
use model::exit::Exit;
use nginx::config::{Config, Id};
use nginx::request::Asked;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;
use target::project_key::ProjectKey;
use target::trouble::Trouble;

/// How often files of the target are asked for.
const MOST_ROUNDS: usize = 4;

/// What shows the time in seconds is to move between the two times.
const BETWEEN: Duration = Duration::from_millis(1100);

const AFTER: &str = "\
Every location is asked for once by GET or HEAD, twice in all: a location that acts on a GET acts. Files that nobody
edited are written anew; to those that somebody edited only what is missing is added.

Examples:
  repot e2e init ssh:web-01
  repot e2e init ssh:web-01 --from access.log
  repot e2e init https://10.0.0.5 --nginx-conf nginx.txt      where `nginx -T >nginx.txt` was run there

Exit status: 0 written, 2 usage, 3 some answer or file could not be looked at, 4 nothing to ask for, 5 not reached";

/// Writes e2e/*.hurl: a request for every location that can be reached, with what the host answers today.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Init {
    /// The machine, or its address written as a URL
    #[arg(value_name = "TARGET")]
    target: String,
    /// An access log: the most used URLs of each location and status are asked for, without their queries; may be
    /// repeated
    #[arg(long, value_name = "[HOST=]FILE")]
    from: Vec<String>,
    /// nginx's configuration, instead of asking the target: what `nginx -T` printed, or its nginx.conf
    #[arg(long, value_name = "FILE")]
    nginx_conf: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

/// What was asked of one server, twice.
struct Asking<'a> {
    engine: &'a dyn Engine,
    way: &'a Way,
    environment: &'a Environment,
    suite: &'a SuiteArgs,
}

impl Init {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let going = Going::read_all(std::slice::from_ref(&self.target))?.remove(0);
        let environment = self.suite.environment(project)?;
        let engine = self.suite.engine()?;
        engine.fit()?;
        let reach = self.reach.reach(ui, 1);
        let key = project.key()?.map_or_else(ProjectKey::random, Ok)?;
        let unreachable = |trouble: Trouble| CommandError::unreachable(&going.name, trouble);
        let watch = ui.watch(&going.name);
        watch.doing("reading nginx's configuration");
        let looking = going.looking(&reach, &key);
        let configuration = match (&self.nginx_conf, &looking) {
            (Some(path), _) => configuration_in(path, &reach, &key)?,
            (None, Some(looking)) => Configuration::read(looking, None).map_err(unreachable)?,
            (None, None) => {
                return Err(CommandError::usage(format!(
                    "{}: its nginx cannot be asked for its configuration",
                    going.name
                ))
                .hint("--nginx-conf FILE reads it from a file here, such as what `nginx -T` printed"));
            }
        };
        for problem in &configuration.problems {
            ui.warn(&format!("could not read all: {problem}"));
        }
        let router = &configuration.router;
        let logs = self.from.iter().map(|typed| log(typed)).collect::<Result<Vec<_>, _>>()?;
        if let Some(log) = logs.iter().find(|log| log.lacks_host(&router.config)) {
            return Err(CommandError::usage(lacks_host(log)).hint(NAME_THE_HOST));
        }
        let known = match &looking {
            Some(looking) => known_paths(&router.config, looking).map_err(unreachable)?,
            None => BTreeMap::new(),
        };
        let mut world = Files::default();
        let mut all = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let real: Vec<(Asked, u64)> = logs.iter().flat_map(|log| log.asked(router, &world)).collect();
            all = wanted(router, &world, &known, &real);
            let learnt = looking.as_ref().map_or(Ok(false), |looking| world.learn(looking));
            if !learnt.map_err(unreachable)? {
                break;
            }
        }
        let requests = || all.iter().flat_map(|of| &of.requests);
        if requests().next().is_none() {
            ui.warn("the configuration has no location that a request can be made for");
            return Ok(Exit::Nothing);
        }
        let open = going.open_ports(&reach, &ports_of(requests().map(|one| url(&one.asked)))).map_err(unreachable)?;
        let asking = Asking { engine: engine.as_ref(), way: &open.way, environment: &environment, suite: &self.suite };
        watch.doing("asking");
        let (files, silent) = asking.all(&router.config, &all, &going.name, router)?;
        drop(watch);
        self.write(project, ui, &files)?;
        let unclaimed = files
            .iter()
            .flat_map(|f| &f.requests)
            .filter(|r| !r.answer.iter().any(|l| l.starts_with("HTTP ") && !l.ends_with('*')))
            .count();
        for line in &silent {
            ui.warn(line);
        }
        let is_whole = silent.is_empty() && unclaimed == 0 && configuration.problems.is_empty();
        Ok(if is_whole { Exit::Same } else { Exit::Undecided })
    }

    fn write(&self, project: &Project, ui: &Ui, all: &[File]) -> Result<(), CommandError> {
        for file in all.iter().filter(|f| !f.requests.is_empty()) {
            let path = project.e2e().join(safe_path(&format!("{}.hurl", file.name)));
            let shown = path.display();
            let old = files::read(&path)?;
            match file.merged(old.as_deref()) {
                Merged::Whole(text) => {
                    files::write(&path, text.as_bytes())?;
                    ui.say(&format!(
                        "{shown}: {} requests, {} parts without one",
                        file.requests.len(),
                        file.without.len()
                    ));
                }
                Merged::Added(text, count) => {
                    files::write(&path, text.as_bytes())?;
                    ui.say(&format!("{shown}: it was edited; {count} requests were added at its end"));
                }
                Merged::Left => ui.say(&format!("{shown}: it was edited, and nothing is missing; left as it is")),
            }
        }
        Ok(())
    }
}

impl Asking<'_> {
    /// Asks for all of it twice; the files to write, and what gave no answer.
    fn all(
        &self,
        config: &Config,
        all: &[OfServer],
        target: &str,
        router: &nginx::walk::Router,
    ) -> Result<(Vec<File>, Vec<String>), CommandError> {
        let all_requests: Vec<&One> = all.iter().flat_map(|of| &of.requests).collect();
        let begins = begins(&all_requests);
        let (first, insecure) = self.once(&all_requests, &BTreeSet::new())?;
        thread::sleep(BETWEEN);
        let (again, _) = self.once(&all_requests, &insecure)?;
        let (redacts_first, redacts_again) = (self.redaction(&first), self.redaction(&again));
        let set = fields_set(config);
        let mut silent = Vec::new();
        let mut files = Vec::new();
        let mut at = 0;
        for (of, name) in all.iter().zip(names(config, all)) {
            let mut file = File { name, server: router.shown(of.id), target: target.to_owned(), ..File::default() };
            for one in &of.requests {
                let calls = (call(&first, &begins, at), call(&again, &begins, at));
                let is_insecure = insecure.contains(&at);
                at += 1;
                let covers: Vec<String> = one.covers.iter().map(|id| router.shown(*id)).collect();
                let (Some(one_call), Some(two)) = calls else {
                    let why = complaint(&first, &begins, at - 1)
                        .or_else(|| complaint(&again, &begins, at - 1))
                        .unwrap_or("no answer");
                    silent.push(format!("{} {}: {why}", one.asked.method, url(&one.asked)));
                    let why = format!("{} {}: {why}", one.asked.method, url(&one.asked));
                    file.without.extend(covers.into_iter().map(|part| (part, why.clone())));
                    continue;
                };
                let both = expected(one_call, two, &set, &redacts_first);
                let other = expected(two, one_call, &set, &redacts_again);
                // What either of the two runs shows to be secret is left out.
                let answer = if both.lines.len() <= other.lines.len() { both } else { other };
                file.requests.push(Written {
                    covers,
                    asked: one.asked.clone(),
                    insecure: is_insecure,
                    times: one.times,
                    answer: answer.lines,
                });
            }
            file.without.extend(of.without.iter().map(|(id, why)| (router.shown(*id), why.clone())));
            files.push(file);
        }
        Ok((files, silent))
    }

    fn redaction(&self, ran: &Ran) -> Redaction {
        Redaction::of(self.environment, &BTreeMap::new(), ran)
    }

    /// Makes every request once, in a file of its own making; those whose certificates cannot be verified again, without
    /// that.
    fn once(&self, all: &[&One], insecure: &BTreeSet<usize>) -> Result<(Ran, BTreeSet<usize>), CommandError> {
        let dir =
            tempfile::Builder::new().prefix("repot-init-").tempdir().map_err(|e| CommandError::usage(e.to_string()))?;
        let path = dir.path().join("init.hurl");
        let ran = self.file(&path, all, insecure)?;
        let begins = begins(all);
        let refused: BTreeSet<usize> =
            (0..all.len()).filter(|at| complaint(&ran, &begins, *at).is_some_and(|why| why.contains("(60)"))).collect();
        if refused.is_empty() {
            return Ok((ran, insecure.clone()));
        }
        let insecure: BTreeSet<usize> = insecure.union(&refused).copied().collect();
        Ok((self.file(&path, all, &insecure)?, insecure))
    }

    fn file(&self, path: &std::path::Path, all: &[&One], insecure: &BTreeSet<usize>) -> Result<Ran, CommandError> {
        let mut text = String::new();
        for (at, one) in all.iter().enumerate() {
            // As many lines as `begins` counts, so that a line says which one it is.
            let fields: Vec<String> = one.asked.headers.iter().flatten().map(|(n, v)| format!("{n}: {v}")).collect();
            let fields = if fields.is_empty() { "# nothing more".to_owned() } else { fields.join("\n") };
            let verify = insecure.contains(&at);
            text.push_str(&format!(
                "{} {}\n{fields}\n[Options]\ninsecure: {verify}\nHTTP *\n",
                one.asked.method,
                url(&one.asked)
            ));
        }
        std::fs::write(path, text).map_err(|e| CommandError::file(path, &e))?;
        let job = Job {
            file: path,
            way: self.way,
            environment: self.environment,
            captured: &BTreeMap::new(),
            cookies: None,
            cookies_after: None,
            goes_on: true,
            headers: &[],
            bodies: true,
            limits: self.suite.limits(),
        };
        Ok(self.engine.run(&job)?)
    }
}

/// The line that each request begins on in the file that asks, and the one behind the last.
fn begins(all: &[&One]) -> Vec<u32> {
    let mut line = 1;
    let mut begins = vec![line];
    for one in all {
        let fields = one.asked.headers.iter().flatten().count().max(1);
        line += u32::try_from(fields).unwrap_or(1) + 4;
        begins.push(line);
    }
    begins
}

fn call<'a>(ran: &'a Ran, begins: &[u32], at: usize) -> Option<&'a Call> {
    ran.requests.iter().rfind(|made| made.line == begins[at])?.calls.last()
}

fn complaint<'a>(ran: &'a Ran, begins: &[u32], at: usize) -> Option<&'a str> {
    let of = begins[at]..begins[at + 1];
    let own = ran.errors.iter().find(|e| of.contains(&e.line));
    own.or_else(|| ran.errors.iter().find(|e| e.line == 0)).map(|e| e.what.as_str())
}

/// Names of fields that the configuration itself sets.
fn fields_set(config: &Config) -> BTreeSet<String> {
    let lines = (0..config.blocks.len()).flat_map(|id| config.lines(id)).filter(|l| l.name == "add_header");
    lines.filter_map(|l| l.arg(0)).map(|name| name.to_ascii_lowercase()).collect()
}

/// A name for the file of each server: its first name, and its port where several share that.
fn names(config: &Config, all: &[OfServer]) -> Vec<String> {
    let plain = |name: &String| !name.is_empty() && name != "_" && !name.starts_with(['~', '*', '.']);
    let first = |id: Id| config.server(id).and_then(|s| s.names.iter().find(|n| plain(n)).cloned());
    let slug = |name: String| -> String {
        let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        name.chars().take(80).map(|c| if is_fit(c) { c } else { '-' }).collect()
    };
    let firsts: Vec<String> = all.iter().map(|of| slug(first(of.id).unwrap_or_else(|| "server".to_owned()))).collect();
    let port = |of: &OfServer| of.requests.first().map_or(0, |one| one.asked.port);
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    for (of, first) in all.iter().zip(&firsts) {
        let shares = firsts.iter().filter(|f| *f == first).count() > 1 || first == "server";
        let mut name = if shares { format!("{first}-{}", port(of)) } else { first.clone() };
        while !taken.insert(name.clone()) {
            name.push_str("-b");
        }
        names.push(name);
    }
    names
}
