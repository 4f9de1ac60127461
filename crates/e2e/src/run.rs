//! A suite run against one target: setups once, then every file, several at the same time.

use crate::engine::{Engine, Job, Limits, Ran};
use crate::environment::Environment;
use crate::redaction::Redaction;
use crate::suite::{File, Suite};
use crate::way::Way;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use target::side_by_side::side_by_side;
use target::trouble::Trouble;

/// How a suite is run.
pub struct Runner<'a> {
    /// What runs the files.
    pub engine: &'a dyn Engine,
    /// Which files.
    pub suite: &'a Suite,
    /// Variables and secrets.
    pub environment: &'a Environment,
    /// What a run may take.
    pub limits: Limits,
    /// How many files at the same time.
    pub workers: usize,
    /// Whether bodies are wanted.
    pub bodies: bool,
    /// More header fields for the requests of a file.
    pub headers: &'a (dyn Fn(&File) -> Vec<String> + Sync),
}

/// What became of a file.
#[derive(Debug, Clone)]
pub struct FileRun {
    /// What its requests met.
    pub ran: Result<Ran, NotRun>,
    /// What is not to be shown of it.
    pub redaction: Redaction,
}

/// Why a file was not run.
#[derive(Debug, Clone)]
pub enum NotRun {
    /// The setup it builds on failed.
    Setup(PathBuf),
    /// The engine failed.
    Engine(Trouble),
}

/// What a setup leaves to those that build on it.
#[derive(Debug, Clone, Default)]
struct Base {
    captured: BTreeMap<String, String>,
    cookies: Option<PathBuf>,
}

/// A setup's run, once it was run.
type Done = OnceLock<(FileRun, Result<Base, NotRun>)>;

struct Session<'a> {
    runner: &'a Runner<'a>,
    way: &'a Way,
    scratch: tempfile::TempDir,
    setups: Vec<Done>,
}

impl Runner<'_> {
    /// Runs every file against a target; the results come in the order of the suite. `tell` hears of each that begins.
    pub fn run(&self, way: &Way, tell: &(dyn Fn(&str) + Sync)) -> Result<Vec<FileRun>, Trouble> {
        let scratch = tempfile::Builder::new()
            .prefix("repot-e2e-")
            .tempdir()
            .map_err(|e| Trouble::new(format!("a temporary directory: {e}")))?;
        let files = &self.suite.files;
        let session = Session { runner: self, way, scratch, setups: files.iter().map(|_| Done::new()).collect() };
        let units = self.units();
        let all = side_by_side(&units, self.workers, |_, unit| {
            tell(&files[unit[0]].hurl.path);
            // Those of one process share the workers with what runs beside it.
            session.unit(unit, (self.workers * unit.len()).div_ceil(files.len()))
        });
        let mut runs: Vec<(usize, FileRun)> = all.into_iter().flatten().collect();
        runs.sort_by_key(|(at, _)| *at);
        Ok(runs.into_iter().map(|(_, run)| run).collect())
    }

    /// The files that run together: those that begin with the same and only read; every other one is by itself.
    fn units(&self) -> Vec<Vec<usize>> {
        let mut alike: Vec<(Like, Vec<usize>)> = Vec::new();
        let mut units = Vec::new();
        for (at, file) in self.suite.files.iter().enumerate() {
            if file.is_setup || !file.hurl.only_reads() {
                units.push(vec![at]);
                continue;
            }
            let like = (file.setup, file.hurl.is_independent, (self.headers)(file));
            match alike.iter_mut().find(|(other, _)| *other == like) {
                Some((_, unit)) => unit.push(at),
                None => alike.push((like, vec![at])),
            }
        }
        units.extend(alike.into_iter().map(|(_, unit)| unit));
        units
    }
}

/// What files that run together have in common: the setup, whether all requests are made, the fields.
type Like = (Option<usize>, bool, Vec<String>);

impl Session<'_> {
    fn unit(&self, unit: &[usize], at_once: usize) -> Vec<(usize, FileRun)> {
        let files: Vec<&File> = unit.iter().map(|at| &self.runner.suite.files[*at]).collect();
        let runs = match files.as_slice() {
            [file] if file.is_setup => vec![self.setup(unit[0]).0.clone()],
            [] => Vec::new(),
            [first, ..] => match self.base(first) {
                Ok(base) => self.all(&files, &base, at_once),
                Err(not) => {
                    let run = FileRun { ran: Err(not), redaction: Redaction::default() };
                    files.iter().map(|_| run.clone()).collect()
                }
            },
        };
        unit.iter().copied().zip(runs).collect()
    }

    /// What a file begins with.
    fn base(&self, file: &File) -> Result<Base, NotRun> {
        file.setup.map_or_else(|| Ok(Base::default()), |setup| self.setup(setup).1.clone())
    }

    /// A setup, run by whoever needs it first.
    fn setup(&self, at: usize) -> &(FileRun, Result<Base, NotRun>) {
        self.setups[at].get_or_init(|| {
            let file = &self.runner.suite.files[at];
            let base = match self.base(file) {
                Ok(base) => base,
                Err(not) => return (FileRun { ran: Err(not.clone()), redaction: Redaction::default() }, Err(not)),
            };
            let cookies = self.scratch.path().join(format!("{at}.cookies"));
            let run = self.one(file, &base, Some(&cookies));
            let mut captured = base.captured;
            let left = match &run.ran {
                Ok(ran) if is_good(ran) => {
                    captured.extend(ran.captured.clone());
                    Ok(Base { captured, cookies: Some(cookies) })
                }
                _ => Err(NotRun::Setup(file.path.clone())),
            };
            (run, left)
        })
    }

    fn one(&self, file: &File, base: &Base, cookies_after: Option<&PathBuf>) -> FileRun {
        self.with_job(file, base, cookies_after, |job| self.ran(base, self.runner.engine.run(job)))
    }

    /// Files that begin with the same.
    fn all(&self, files: &[&File], base: &Base, at_once: usize) -> Vec<FileRun> {
        match files {
            [] => Vec::new(),
            [file] => vec![self.one(file, base, None)],
            [first, ..] => {
                let paths: Vec<&Path> = files.iter().map(|file| file.path.as_path()).collect();
                let all = self.with_job(first, base, None, |job| self.runner.engine.run_all(job, &paths, at_once));
                all.into_iter().map(|ran| self.ran(base, ran)).collect()
            }
        }
    }

    fn with_job<R>(
        &self,
        file: &File,
        base: &Base,
        cookies_after: Option<&PathBuf>,
        run: impl FnOnce(&Job<'_>) -> R,
    ) -> R {
        let headers = (self.runner.headers)(file);
        run(&Job {
            file: &file.path,
            way: self.way,
            environment: self.runner.environment,
            captured: &base.captured,
            cookies: base.cookies.as_deref(),
            cookies_after: cookies_after.map(PathBuf::as_path),
            goes_on: file.hurl.is_independent,
            headers: &headers,
            bodies: self.runner.bodies,
            limits: self.runner.limits,
        })
    }

    fn ran(&self, base: &Base, ran: Result<Ran, Trouble>) -> FileRun {
        let empty = Ran::default();
        let redaction = Redaction::of(self.runner.environment, &base.captured, ran.as_ref().unwrap_or(&empty));
        FileRun { ran: ran.map_err(NotRun::Engine), redaction }
    }
}

fn is_good(ran: &Ran) -> bool {
    let is_last = |at: usize| ran.requests.get(at + 1).is_none_or(|next| next.line != ran.requests[at].line);
    let failed =
        |(at, made): (usize, &crate::engine::Made)| is_last(at) && made.checks.iter().any(|c| c.failed.is_some());
    ran.errors.is_empty() && !ran.requests.iter().enumerate().any(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Check, Complaint, Failed, Made};
    use std::sync::Mutex;
    use std::time::Duration;

    /// Captures the file's name; fails where it is told to.
    struct Fake {
        fails: &'static str,
        seen: Mutex<Vec<String>>,
    }

    impl Engine for Fake {
        fn run(&self, job: &Job<'_>) -> Result<Ran, Trouble> {
            let name = job.file.display().to_string();
            let with: Vec<&str> = job.captured.keys().map(String::as_str).collect();
            let cookies = if job.cookies.is_some() { " with cookies" } else { "" };
            self.seen.lock().unwrap().push(format!("{name} {}{cookies}", with.join("+")));
            let mut ran = Ran::default();
            ran.captured.insert(name.replace(['/', '.'], ""), "x".into());
            if name.ends_with(self.fails) {
                ran.errors.push(Complaint::default());
            }
            Ok(ran)
        }
    }

    fn suite(files: &[(&str, Option<usize>)]) -> Suite {
        let file = |(name, setup): &(&str, Option<usize>)| File {
            path: name.into(),
            hurl: crate::hurl_file::HurlFile::read(name, "").unwrap(),
            setup: *setup,
            is_setup: name.ends_with(crate::suite::SETUP),
        };
        Suite { files: files.iter().map(file).collect(), refused: Vec::new() }
    }

    fn run(fails: &'static str) -> (Vec<String>, Vec<FileRun>) {
        let suite =
            suite(&[("_setup.hurl", None), ("a.hurl", Some(0)), ("b/_setup.hurl", Some(0)), ("b/c.hurl", Some(2))]);
        let engine = Fake { fails, seen: Mutex::default() };
        let environment = Environment::default();
        let limits = Limits { request: Duration::from_secs(1), file: Duration::from_secs(1) };
        let headers = |_: &File| Vec::new();
        let runner = Runner {
            engine: &engine,
            suite: &suite,
            environment: &environment,
            limits,
            workers: 4,
            bodies: false,
            headers: &headers,
        };
        let runs = runner.run(&Way::default(), &|_| {}).unwrap();
        let mut seen = engine.seen.into_inner().unwrap();
        seen.sort();
        (seen, runs)
    }

    #[test]
    fn a_setup_is_run_once_and_what_it_leaves_is_passed_down() {
        let (seen, runs) = run("none");
        assert_eq!(
            seen,
            [
                "_setup.hurl ",
                "a.hurl _setuphurl with cookies",
                "b/_setup.hurl _setuphurl with cookies",
                "b/c.hurl _setuphurl+b_setuphurl with cookies"
            ]
        );
        assert!(runs.iter().all(|r| r.ran.is_ok()));
    }

    #[test]
    fn what_builds_on_a_failed_setup_is_not_run() {
        let (seen, runs) = run("b/_setup.hurl");
        assert_eq!(seen.len(), 3);
        assert!(matches!(&runs[3].ran, Err(NotRun::Setup(path)) if path.ends_with("b/_setup.hurl")));
        assert_eq!(run("_setup.hurl").0, ["_setup.hurl "]);
    }

    #[test]
    fn only_the_last_try_of_a_request_counts() {
        let tried = |failed: bool| Made {
            line: 1,
            checks: vec![Check { line: 2, failed: failed.then(Failed::default) }],
            ..Made::default()
        };
        assert!(is_good(&Ran { requests: vec![tried(true), tried(false)], ..Ran::default() }));
        assert!(!is_good(&Ran { requests: vec![tried(false), tried(true)], ..Ran::default() }));
    }
}
