//! Which locations of a target's web server the tests came to, and which one answered where something differs.

use super::going::{Going, Open, To};
use crate::error::CommandError;
use crate::files;
use crate::project::Project;
use crate::stored::safe_path;
use clap::Args;
use e2e::access_log::AccessLog;
use e2e::configuration::Configuration;
use e2e::coverage::Tally;
use e2e::environment::Environment;
use e2e::findings::{Unlocated, findings};
use e2e::locating::{Anywhere, Located};
use e2e::looking::Looking;
use e2e::run::FileRun;
use e2e::sent::Arriving;
use e2e::served::Served;
use e2e::suite::Suite;
use e2e::traffic::Log;
use e2e::world::Files;
use model::answer::{Why, WhyCode};
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::proven::{Proven, percent};
use model::value::Value;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use target::address::Address;
use target::observe::Reach;
use target::project_key::ProjectKey;
use target::trouble::Trouble;

/// The kind under which too little coverage is reported.
const KIND: &str = "coverage";

/// How often files of the target are asked for: an answer may lead to the next question.
const MOST_ROUNDS: usize = 6;

/// Coverage of a web server's configuration.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Coverage")]
pub(crate) struct CoverArgs {
    /// Show which servers, locations and `if` branches of the target's nginx or Apache the tests came to, of which they
    /// assert something, and which nothing can reach
    #[arg(long)]
    coverage: bool,
    /// How much of what can be reached has to be asserted, in percent; less is a difference. Implies --coverage
    #[arg(long, value_name = "PERCENT", value_parser = hundredths)]
    coverage_min: Option<usize>,
    /// nginx's configuration, instead of asking the target: what `nginx -T` printed, or its nginx.conf
    #[arg(long, value_name = "FILE")]
    nginx_conf: Option<PathBuf>,
    /// Apache's configuration, instead of asking the target: its apache2.conf or httpd.conf
    #[arg(long, value_name = "FILE", conflicts_with = "nginx_conf")]
    apache_conf: Option<PathBuf>,
    /// An access log to weigh the locations with, and the host it is of where neither the log nor the configuration
    /// says so; may be repeated. Implies --coverage
    #[arg(long, value_name = "[HOST=]FILE")]
    weights: Vec<String>,
}

/// Percent as hundredths of a percent.
fn hundredths(text: &str) -> Result<usize, String> {
    let wrong = || format!("`{text}` is no percentage from 0 to 100, with at most two decimals");
    let (whole, rest) = text.trim_end_matches('%').split_once('.').unwrap_or((text.trim_end_matches('%'), ""));
    if rest.len() > 2 || !rest.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let whole: usize = whole.parse().map_err(|_bad| wrong())?;
    let rest: usize = format!("{rest:0<2}").parse().map_err(|_bad| wrong())?;
    Some(whole * 100 + rest).filter(|n| *n <= 10_000).ok_or_else(wrong)
}

impl CoverArgs {
    /// Whether coverage is to be shown.
    pub(crate) fn is_wanted(&self) -> bool {
        self.coverage || self.coverage_min.is_some() || !self.weights.is_empty()
    }

    /// Reads what was named.
    pub(crate) fn read(&self, project: &Project, reach: &Reach) -> Result<Covering, CommandError> {
        let key = project.key()?.map_or_else(ProjectKey::random, Ok)?;
        let given = given(self.nginx_conf.as_deref(), self.apache_conf.as_deref(), reach, &key)?;
        let logs = self.weights.iter().map(|typed| log(typed)).collect::<Result<Vec<_>, _>>()?;
        Ok(Covering { is_wanted: self.is_wanted(), least: self.coverage_min, given, logs, key })
    }
}

/// A configuration in a file here, if one was named.
pub(crate) fn given(
    nginx: Option<&Path>,
    apache: Option<&Path>,
    reach: &Reach,
    key: &ProjectKey,
) -> Result<Option<Served>, CommandError> {
    match (nginx, apache) {
        (Some(path), _) => Ok(Some(Served::Nginx(Box::new(nginx_in(path, reach, key)?)))),
        (None, Some(path)) => apache_in(path, reach, key).map(Some),
        (None, None) => Ok(None),
    }
}

fn apache_in(path: &Path, reach: &Reach, key: &ProjectKey) -> Result<Served, CommandError> {
    let path = path.canonicalize().map_err(|e| CommandError::file(path, &e))?;
    let (root, main) = e2e::served::root_of(&path);
    let address = Address::Rootfs(root);
    let looking = Looking { address: &address, reach, key };
    let served = Served::apache(&looking, &main)?.filter(|served| !served.web().doors().is_empty());
    served.ok_or_else(|| {
        CommandError::usage(format!("{}: nothing in it says where Apache listens", path.display()))
            .hint("give it the apache2.conf or httpd.conf that includes the others")
    })
}

fn nginx_in(path: &Path, reach: &Reach, key: &ProjectKey) -> Result<Configuration, CommandError> {
    let bytes = std::fs::read(path).map_err(|e| CommandError::file(path, &e))?;
    if let Some(dumped) = Configuration::dumped(&bytes) {
        return Ok(dumped);
    }
    let path = path.canonicalize().map_err(|e| CommandError::file(path, &e))?;
    let (root, main) = e2e::configuration::root_of(&path);
    let address = Address::Rootfs(root);
    let looking = Looking { address: &address, reach, key };
    let configuration = Configuration::read(&looking, Some(&main))?;
    if configuration.router.config.servers.is_empty() {
        let what = format!("{}: there is no server of HTTP in it", path.display());
        let error =
            CommandError::usage(configuration.problems.first().map_or(what.clone(), |p| format!("{what}; {p}")));
        return Err(error.hint("give it what `nginx -T` printed, or the nginx.conf that includes the others"));
    }
    Ok(configuration)
}

/// What is wrong with a log whose requests' host is not known.
pub(crate) fn lacks_host(log: &Log) -> String {
    format!("{}: it does not say which host its requests were for, and no server writes a log of that name", log.name)
}

/// What is wrong where only an address is known.
pub(crate) const UNASKED: &str = "its web server cannot be asked for its configuration";

/// What to do about it.
pub(crate) const NAME_THE_FILE: &str = "--nginx-conf FILE reads it from a file here, such as what `nginx -T` printed; \
                                        --apache-conf FILE reads Apache's";

/// What to do about a log of unknown hosts.
pub(crate) const NAME_THE_HOST: &str = "name the host before the file, as in HOST=FILE";

pub(crate) fn log(typed: &str) -> Result<Log, CommandError> {
    let (host, path) = match typed.split_once('=') {
        Some((host, path)) if !host.contains('/') => (Some(host.to_owned()), Path::new(path)),
        _ => (None, Path::new(typed)),
    };
    let file = std::fs::File::open(path).map_err(|e| CommandError::file(path, &e))?;
    let log = AccessLog::read(BufReader::new(file)).map_err(|e| CommandError::file(path, &e))?;
    if log.requests.is_empty() {
        return Err(CommandError::usage(format!(
            "{}: none of its {} lines is a request",
            path.display(),
            log.passed_over
        ))
        .hint("logs are read in the forms combined and common, with a virtual host before them, and as JSON"));
    }
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Log { name, host, log })
}

/// What is needed to say where answers come from.
pub(crate) struct Covering {
    is_wanted: bool,
    least: Option<usize>,
    given: Option<Served>,
    logs: Vec<Log>,
    key: ProjectKey,
}

/// What a target's answers amount to.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// What the tests found, and whether enough is covered.
    pub(crate) findings: Vec<Finding>,
    /// What is covered of each web server, if that was wanted and could be told.
    pub(crate) proven: Vec<Proven>,
    /// The files of their configurations.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Why it is not known where answers come from, where that was only beside the point.
    pub(crate) unlocated: Option<Trouble>,
}

impl Covering {
    /// What the runs of a target's files amount to.
    pub(crate) fn tell(
        &self,
        going: &Going,
        open: &Open,
        reach: &Reach,
        suite: &Suite,
        environment: &Environment,
        runs: &[FileRun],
    ) -> Told {
        let all = || suite.files.iter().zip(runs);
        let findings: Vec<Finding> = all().flat_map(|(file, run)| findings(&file.hurl, run, &Unlocated)).collect();
        let has_news = findings.iter().any(|f| f.verdict == Verdict::Differs);
        if !self.is_wanted && !has_news {
            return Told { findings, ..Told::default() };
        }
        let looking = going.looking(reach, &self.key);
        let read = match (&self.given, &looking) {
            (Some(given), _) => Ok(vec![given.clone()]),
            (None, Some(looking)) => Served::all(looking),
            (None, None) => Err(Trouble::new(UNASKED).hint(NAME_THE_FILE)),
        };
        match read {
            Ok(servers) => {
                let arriving = Arriving { way: &open.way, beside: &environment.beside };
                let seen = Seen { suite, runs, arriving, servers: &servers };
                let mut told = self.located(&seen, looking.as_ref());
                let files = servers.iter().flat_map(Served::files);
                told.files = files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
                told
            }
            Err(trouble) if self.is_wanted => {
                let why = Why::new(WhyCode::Failed, trouble.what.clone());
                let unknown = Finding::whole(ResourceId::new(KIND, "web server"), Verdict::Undecided(why));
                let findings = findings.into_iter().chain([unknown]).collect();
                Told { findings, unlocated: Some(trouble), ..Told::default() }
            }
            Err(trouble) => Told { findings, unlocated: Some(trouble), ..Told::default() },
        }
    }

    /// Follows the requests again and again until the target's files leave no question open.
    fn located(&self, seen: &Seen<'_>, looking: Option<&Looking<'_>>) -> Told {
        let mut world = Files::default();
        let mut unlocated = None;
        for _ in 0..MOST_ROUNDS {
            let mut told = self.once(seen, &world);
            let learnt = looking.map_or(Ok(false), |looking| world.learn(looking));
            match learnt {
                Ok(true) => {}
                Ok(false) => return told,
                Err(trouble) => {
                    told.unlocated = Some(trouble);
                    return told;
                }
            }
            unlocated = told.unlocated;
        }
        Told { unlocated, ..self.once(seen, &world) }
    }

    fn once(&self, seen: &Seen<'_>, world: &Files) -> Told {
        let webs = || seen.servers.iter().map(Served::web);
        let located = Anywhere(webs().map(|web| Located { web, world, arriving: seen.arriving }).collect());
        let files = || seen.suite.files.iter().zip(seen.runs);
        let mut told = Told::default();
        told.findings.extend(files().flat_map(|(file, run)| findings(&file.hurl, run, &located)));
        if self.is_wanted {
            for served in seen.servers {
                self.cover(seen, served, world, &mut told);
            }
            let lacks = |log: &&Log| webs().all(|web| log.lacks_host(web));
            for log in self.logs.iter().filter(lacks) {
                let why = Why::new(WhyCode::Failed, format!("{}; {NAME_THE_HOST}", lacks_host(log)));
                told.findings.push(Finding::whole(ResourceId::new(KIND, &log.name), Verdict::Undecided(why)));
            }
        }
        told
    }

    /// What is covered of one web server.
    fn cover(&self, seen: &Seen<'_>, served: &Served, world: &Files, told: &mut Told) {
        let web = served.web();
        let mut tally = Tally::new(web, world);
        for (file, run) in seen.suite.files.iter().zip(seen.runs) {
            if let Ok(ran) = &run.ran {
                tally.file(&file.hurl, ran, &seen.arriving);
            }
        }
        for (asked, times) in self.logs.iter().flat_map(|log| log.asked(web, world)) {
            tally.traffic(asked, times);
        }
        let mut proven = tally.proven();
        proven.problems = served.problems().to_vec();
        told.findings.extend(self.enough(&proven));
        told.proven.push(proven);
    }

    /// Whether enough is asserted, and whether anything could be.
    fn enough(&self, proven: &Proven) -> Option<Finding> {
        let id = ResourceId::new(KIND, &proven.of);
        let Some(share) = proven.counts(None).share() else {
            let why = Why::new(WhyCode::Failed, "the configuration has no server that requests can come to");
            return Some(Finding::whole(id, Verdict::Undecided(why)));
        };
        let least = self.least?;
        let verdict = if share >= least { Verdict::Same } else { Verdict::Differs };
        Some(Finding {
            property: Some("asserted".to_owned()),
            expected: Some(format!("at least {}", percent(least))),
            seen: Some(Value::Text(percent(share))),
            ..Finding::whole(id, verdict)
        })
    }
}

struct Seen<'a> {
    suite: &'a Suite,
    runs: &'a [FileRun],
    arriving: Arriving<'a>,
    servers: &'a [Served],
}

/// Keeps the files of a configuration where LCOV can point at them: a file that the spec holds as it is stays there, the
/// others are written below .repot.
pub(crate) fn keep(
    project: &Project,
    going: &Going,
    files: &[(String, Vec<u8>)],
    proven: &mut Proven,
) -> Result<(), CommandError> {
    project.ignore_own()?;
    let To::Machine(address) = &going.to else { return keep_in(&project.nginx("url"), None, files, proven) };
    let spec = project.role_of(address, None).ok().map(|role| project.role(&role).join("files"));
    keep_in(&project.nginx(&address.short()), spec.as_deref(), files, proven)
}

fn keep_in(
    dir: &Path,
    spec: Option<&Path>,
    files: &[(String, Vec<u8>)],
    proven: &mut Proven,
) -> Result<(), CommandError> {
    for (path, bytes) in files {
        let below = safe_path(path);
        let held = spec.map(|spec| spec.join(&below)).filter(|held| std::fs::read(held).is_ok_and(|old| old == *bytes));
        let kept = match held {
            Some(held) => held,
            None => {
                let kept = dir.join(&below);
                files::write(&kept, bytes)?;
                kept
            }
        };
        proven.kept.insert(path.clone(), kept.display().to_string());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_as_they_are_written() {
        for (text, wanted) in [("0", 0), ("100", 10_000), ("95.5", 9_550), ("99.99%", 9_999)] {
            assert_eq!(hundredths(text), Ok(wanted), "{text}");
        }
        for text in ["", "101", "-1", "1.234", "x", "1.x", "100.01"] {
            assert!(hundredths(text).is_err(), "{text}");
        }
    }
}
