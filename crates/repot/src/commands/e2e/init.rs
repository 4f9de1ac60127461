//! `repot e2e init`: a suite for a host that has none. A request for every location that can be reached, with what the
//! host answers today; only asked for with methods that change nothing, and twice, so that what moves is left out.

use super::SuiteArgs;
use super::covering::{NAME_THE_FILE, NAME_THE_HOST, UNASKED, given, lacks_host, log};
use super::going::{Going, ports_of};
use crate::error::CommandError;
use crate::files;
use crate::observing::ReachArgs;
use crate::project::Project;
use crate::stored::safe_path;
use crate::ui::Ui;
use clap::Args;
use e2e::coverage::url;
use e2e::engine::{Call, Engine, Job, Ran};
use e2e::environment::Environment;
use e2e::expected::expected;
use e2e::looking::Looking;
use e2e::redaction::Redaction;
use e2e::served::Served;
use e2e::traffic::Log;
use e2e::wanted::{OfServer, One, known_paths, wanted};
use e2e::way::Way;
use e2e::web::Web;
use e2e::world::Files;
use e2e::written::{File, Merged, Written};
use model::exit::Exit;
use serving::request::{Asked, Id};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use target::project_key::ProjectKey;
use target::trouble::Trouble;

/// How often files of the target are asked for.
const MOST_ROUNDS: usize = 4;

/// What shows the time in seconds is to move between the two times.
const BETWEEN: Duration = Duration::from_millis(1100);

const AFTER: &str = "\
Every location of nginx, and every virtual host and <Location> of Apache, is asked for once by GET or HEAD, twice in
all: a location that acts on a GET acts. Files that nobody edited are written anew; to those that somebody edited only
what is missing is added.

Examples:
  repot e2e init ssh:web-01
  repot e2e init ssh:web-01 --from access.log                 with the URLs that people use
  repot e2e init ssh:web-01 --from shop.test=access.log       of a log that does not say its host
  repot e2e init ssh:web-01 --file e2e/shop.test.hurl         only the file of one server
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
    /// Apache's configuration, instead of asking the target: its apache2.conf or httpd.conf
    #[arg(long, value_name = "FILE", conflicts_with = "nginx_conf")]
    apache_conf: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

/// The servers of one web server, each with the name of its file.
struct Suite<'a> {
    web: &'a dyn Web,
    servers: Vec<(String, OfServer)>,
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
        watch.doing("reading the web server's configuration");
        let looking = going.looking(&reach, &key);
        let servers = match (given(self.nginx_conf.as_deref(), self.apache_conf.as_deref(), &reach, &key)?, &looking) {
            (Some(given), _) => vec![given],
            (None, Some(looking)) => Served::all(looking).map_err(unreachable)?,
            (None, None) => {
                return Err(CommandError::usage(format!("{}: {UNASKED}", going.name)).hint(NAME_THE_FILE));
            }
        };
        for problem in servers.iter().flat_map(Served::problems) {
            ui.warn(&format!("could not read all: {problem}"));
        }
        let logs = self.from.iter().map(|typed| log(typed)).collect::<Result<Vec<_>, _>>()?;
        if let Some(log) = logs.iter().find(|log| servers.iter().all(|served| log.lacks_host(served.web()))) {
            return Err(CommandError::usage(lacks_host(log)).hint(NAME_THE_HOST));
        }
        let mut taken = BTreeSet::new();
        let mut all: Vec<Suite<'_>> = Vec::new();
        for served in &servers {
            let wanted = wanted_of(served.web(), looking.as_ref(), &logs).map_err(unreachable)?;
            let names = names(served.web(), &wanted, &mut taken);
            all.push(Suite { web: served.web(), servers: names.into_iter().zip(wanted).collect() });
        }
        self.only_named(project, &mut all)?;
        let requests = || all.iter().flat_map(|suite| &suite.servers).flat_map(|(_, of)| &of.requests);
        if requests().next().is_none() {
            ui.warn("the configuration has no location that a request can be made for");
            return Ok(Exit::Nothing);
        }
        let open = going.open_ports(&reach, &ports_of(requests().map(|one| url(&one.asked)))).map_err(unreachable)?;
        let asking = Asking { engine: engine.as_ref(), way: &open.way, environment: &environment, suite: &self.suite };
        watch.doing("asking");
        let (mut files, mut silent) = (Vec::new(), Vec::new());
        for suite in &all {
            let (written, unanswered) = asking.all(suite, &going.name)?;
            files.extend(written);
            silent.extend(unanswered);
        }
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
        ui.next(&format!("read e2e/, then `repot e2e {}{} --coverage`", self.target, self.reach.again()));
        let is_whole = silent.is_empty() && unclaimed == 0 && servers.iter().all(|served| served.problems().is_empty());
        Ok(if is_whole { Exit::Same } else { Exit::Undecided })
    }

    /// Leaves only the servers whose files are asked for with --file.
    fn only_named(&self, project: &Project, all: &mut [Suite<'_>]) -> Result<(), CommandError> {
        if self.suite.file.is_empty() {
            return Ok(());
        }
        let absolute = |path: &Path| std::path::absolute(path).map_err(|e| CommandError::file(path, &e));
        let wanted = self.suite.file.iter().map(|path| absolute(path)).collect::<Result<Vec<_>, _>>()?;
        let mut known = Vec::new();
        for suite in &mut *all {
            let mut left = Vec::new();
            for (name, of) in std::mem::take(&mut suite.servers) {
                let path = path_of(project, &name);
                let whole = absolute(&path)?;
                known.push(path.display().to_string());
                if wanted.iter().any(|wanted| whole.starts_with(wanted)) {
                    left.push((name, of));
                }
            }
            suite.servers = left;
        }
        if all.iter().all(|suite| suite.servers.is_empty()) {
            return Err(CommandError::usage("no server's file is one of those named with --file")
                .hint(format!("the servers' files are {}", known.join(", "))));
        }
        Ok(())
    }

    fn write(&self, project: &Project, ui: &Ui, all: &[File]) -> Result<(), CommandError> {
        for file in all.iter().filter(|f| !f.requests.is_empty()) {
            let path = path_of(project, &file.name);
            let shown = path.display();
            let old = files::read(&path)?;
            match file.merged(old.as_deref()) {
                Merged::Whole(text) => {
                    files::write(&path, text.as_bytes())?;
                    let without = match file.without.len() {
                        0 => String::new(),
                        n => format!(", none for {n} parts of the configuration: the file says why"),
                    };
                    ui.say(&format!("{shown}: {} requests{without}", file.requests.len()));
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
    fn all(&self, suite: &Suite<'_>, target: &str) -> Result<(Vec<File>, Vec<String>), CommandError> {
        let web = suite.web;
        let all_requests: Vec<&One> = suite.servers.iter().flat_map(|(_, of)| &of.requests).collect();
        let begins = begins(&all_requests);
        let (first, insecure) = self.once(&all_requests, &BTreeSet::new())?;
        thread::sleep(BETWEEN);
        let (again, _) = self.once(&all_requests, &insecure)?;
        let (redacts_first, redacts_again) = (self.redaction(&first), self.redaction(&again));
        let set = web.fields_set();
        let mut silent = Vec::new();
        let mut files = Vec::new();
        let mut at = 0;
        for (name, of) in &suite.servers {
            let mut file =
                File { name: name.clone(), server: web.shown(of.id), target: target.to_owned(), ..File::default() };
            for one in &of.requests {
                let calls = (call(&first, &begins, at), call(&again, &begins, at));
                let is_insecure = insecure.contains(&at);
                at += 1;
                let covers: Vec<String> = one.covers.iter().map(|id| web.shown(*id)).collect();
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
            file.without.extend(of.without.iter().map(|(id, why)| (web.shown(*id), why.clone())));
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

    fn file(&self, path: &Path, all: &[&One], insecure: &BTreeSet<usize>) -> Result<Ran, CommandError> {
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

/// The path of the file of a server.
fn path_of(project: &Project, name: &str) -> PathBuf {
    project.e2e().join(safe_path(&format!("{name}.hurl")))
}

/// What is wanted of a web server, its files looked at until they leave no question.
fn wanted_of(web: &dyn Web, looking: Option<&Looking<'_>>, logs: &[Log]) -> Result<Vec<OfServer>, Trouble> {
    let known = looking.map_or(Ok(BTreeMap::new()), |looking| known_paths(web, looking))?;
    let mut world = Files::default();
    let mut all = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let real: Vec<(Asked, u64)> = logs.iter().flat_map(|log| log.asked(web, &world)).collect();
        all = wanted(web, &world, &known, &real);
        if !looking.map_or(Ok(false), |looking| world.learn(looking))? {
            break;
        }
    }
    Ok(all)
}

/// A name for the file of each server: its first name, and its port where several share that.
fn names(web: &dyn Web, all: &[OfServer], taken: &mut BTreeSet<String>) -> Vec<String> {
    let first = |id: Id| web.plain_name(id);
    let slug = |name: String| -> String {
        let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        name.chars().take(80).map(|c| if is_fit(c) { c } else { '-' }).collect()
    };
    let firsts: Vec<String> = all.iter().map(|of| slug(first(of.id).unwrap_or_else(|| "server".to_owned()))).collect();
    let port = |of: &OfServer| of.requests.first().map_or(0, |one| one.asked.port);
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
