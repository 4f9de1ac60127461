//! `repot e2e trace`: a copy of the target's nginx runs beside it and traces the requests of the suite; what it saw is put
//! beside what the configuration says.

use super::SuiteArgs;
use super::going::{Going, To};
use crate::commands::reporting::ReportArgs;
use crate::error::CommandError;
use crate::observing::ReachArgs;
use crate::project::Project;
use crate::ui::Ui;
use clap::Args;
use e2e::configuration::Configuration;
use e2e::looking::Looking;
use e2e::run::{FileRun, Runner};
use e2e::sent::Arriving;
use e2e::suite::{File, Suite};
use e2e::trace::Traced;
use e2e::way::{Rule, Way};
use e2e::world;
use exchange::report::{self, Run};
use model::exit::Exit;
use model::finding::{Finding, Verdict};
use model::text::for_terminal;
use nginx::shadow::{self, Beside, FIELD, Logged, Shadow};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use target::address::Address;
use target::held::Held;
use target::observe::Reach;
use target::project_key::ProjectKey;
use target::shadow::Edited;
use target::trouble::Trouble;
use target::tunnel::{self, Tunnel};

const AFTER: &str = "\
A second nginx is started on the target from a copy of its configuration in which every server, location and `if` leaves a
mark. It listens on ports of its own, writes only into a directory of its own below /tmp, and is ended and removed when
the requests are made, however repot ends. The running nginx is not touched; what stands behind it gets the requests.

A container may be traced; any other target only with --i-may-change-this-host.

Examples:
  repot e2e trace podman:web-new
  repot e2e trace ssh:staging-01 --sudo --i-may-change-this-host --report human --report json:trace.json

Exit status: 0 when what was traced agrees with the configuration for every request; 1, 3 and 5 as those of verify";

/// How often another set of ports is tried.
const TRIES: u16 = 4;

/// How often files of the target are asked for: an answer may lead to the next question.
const MOST_ROUNDS: usize = 6;

/// Traces which servers and locations requests come through.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Trace {
    /// The machine: podman:NAME, docker:NAME, or another that may be changed
    #[arg(value_name = "TARGET")]
    target: String,
    /// Start a second nginx on a target that is no container. Never say this of a host that people rely on
    #[arg(long)]
    i_may_change_this_host: bool,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    reports: ReportArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

/// A second nginx, and the ways to it and to the first one.
struct Running {
    held: Held,
    shadow: Shadow,
    first: Way,
    second: Way,
    _tunnel: Tunnel,
}

impl Trace {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        self.reports.check()?;
        let going = Going::read(&self.target)?;
        let address = self.allowed(&going)?;
        let suite = self.suite.read(project, ui)?;
        let environment = self.suite.environment(project)?;
        let engine = self.suite.engine()?;
        engine.fit()?;
        let reach = self.reach.reach(ui, 1);
        let key = project.key()?.map_or_else(ProjectKey::random, Ok)?;
        let looking = Looking { address, reach: &reach, key: &key };
        let watch = ui.watch(&going.name);
        watch.doing("reading nginx's configuration");
        let configuration = Configuration::read(&looking, None)?;
        let running = start(address, &reach, &configuration)?;
        let nonce = ProjectKey::random()?.id();
        let headers = |file: &File| vec![format!("{FIELD}: {}", whose(&nonce, &suite, file))];
        let runner = Runner {
            engine: engine.as_ref(),
            suite: &suite,
            environment: &environment,
            limits: self.suite.limits(),
            workers: self.reach.jobs(),
            bodies: false,
            headers: &headers,
        };
        let runs = runner.run(&running.second, &|file| watch.doing(file))?;
        watch.doing("ending the second nginx");
        let logged = logged(&running.held.end()?);
        let of_file = |file: &File| logged.get(&whose(&nonce, &suite, file)).map_or(&[][..], Vec::as_slice);
        let arriving = Arriving { way: &running.first, beside: &environment.beside };
        let mut known = world::Files::default();
        let mut findings = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let traced = Traced { router: &configuration.router, shadow: &running.shadow, world: &known, arriving };
            let files = suite.files.iter().zip(&runs);
            findings = files.flat_map(|(file, run)| traced.findings(&file.hurl, run, of_file(file))).collect();
            if !known.learn(&looking)? {
                break;
            }
        }
        drop(watch);
        for line in wrong(&suite, &runs) {
            ui.error(&CommandError::usage(line));
        }
        for problem in &configuration.problems {
            ui.warn(problem);
        }
        if self.reports.is_for_people()? {
            ui.show(&told(&findings))?;
        }
        let target = report::Target {
            name: going.name.clone(),
            against: "its nginx configuration".to_owned(),
            findings,
            ..report::Target::default()
        };
        let run = Run { command: "e2e", targets: vec![target] };
        self.reports.write(&run, ui)?;
        Ok(if suite.refused.is_empty() { run.exit() } else { run.exit().worse(Exit::Usage) })
    }

    /// The target, if it may be traced.
    fn allowed<'a>(&self, going: &'a Going) -> Result<&'a Address, CommandError> {
        match &going.to {
            To::Machine(address @ Address::Container { .. }) => Ok(address),
            To::Machine(address @ (Address::Local | Address::Ssh { .. } | Address::Pod { .. }))
                if self.i_may_change_this_host =>
            {
                Ok(address)
            }
            To::Machine(Address::Local | Address::Ssh { .. } | Address::Pod { .. }) => Err(CommandError::usage(
                format!("{}: to trace, a second nginx is started there", going.name),
            )
            .hint("trace a container of it; or say --i-may-change-this-host, but never of a host that people rely on")),
            To::Machine(Address::Rootfs(_) | Address::Recording(_)) | To::Urls(_) => {
                Err(CommandError::usage(format!("{}: nothing can be started there", going.name))
                    .hint("trace podman:NAME, docker:NAME, ssh:HOST, pod:NAMESPACE/POD or local"))
            }
        }
    }
}

/// What tells whose a request is: this run's, and which file's.
fn whose(nonce: &str, suite: &Suite, file: &File) -> String {
    let at = suite.files.iter().position(|f| f.path == file.path).unwrap_or(suite.files.len());
    format!("{nonce}-{at}")
}

fn start(address: &Address, reach: &Reach, configuration: &Configuration) -> Result<Running, Trouble> {
    let mut tried = 0;
    loop {
        tried += 1;
        match once(address, reach, configuration) {
            Err(trouble) if tried < TRIES && trouble.what.contains("Address already in use") => {}
            ended => return ended,
        }
    }
}

fn once(address: &Address, reach: &Reach, configuration: &Configuration) -> Result<Running, Trouble> {
    let main = &configuration.main;
    let nonce = ProjectKey::random()?.id();
    let real = shadow::ports(&configuration.files, main);
    // Ports by chance, below those that the kernel hands out for connections.
    let chance = nonce.bytes().fold(0_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(u16::from(byte)));
    let others = (18_000 + chance % 12_000..).filter(|port| !real.contains(port));
    let ports: BTreeMap<u16, u16> = real.iter().copied().zip(others).collect();
    let dir = format!("/tmp/repot-trace-{nonce}");
    let made = Shadow::of(&configuration.files, main, &Beside { dir: dir.clone(), ports: ports.clone() });
    let edited = |(path, before)| Some(Edited { path, before, after: made.files.get(path)? });
    let files: Vec<Edited<'_>> = configuration.files.iter().filter_map(edited).collect();
    let held = target::shadow::start(address, reach, &dir, main, &files)?;
    let tunnel = tunnel::open(address, reach, &ports.values().copied().collect::<Vec<_>>())?;
    let first = Way { rules: first_rules(&tunnel), ..Way::through(&tunnel) };
    let second = second(&tunnel, &ports);
    Ok(Running { held, shadow: made, first, second, _tunnel: tunnel })
}

/// Where the same requests would come in at the first nginx.
fn first_rules(tunnel: &Tunnel) -> Vec<Rule> {
    let apart =
        tunnel.apart.iter().map(|(port, to)| Rule { host: None, port: Some(*port), to: to.clone(), to_port: None });
    apart.chain([Rule::all(&tunnel.host)]).collect()
}

/// The way to the second nginx: each port leads to the one that stands for it.
fn second(tunnel: &Tunnel, ports: &BTreeMap<u16, u16>) -> Way {
    let rules = ports.iter().map(|(real, other)| {
        let forwarded = tunnel.ports.iter().find(|(there, _)| there == other).map(|(_, here)| *here);
        let apart = tunnel.apart.iter().find(|(port, _)| port == real).map(|(_, to)| to.clone());
        let to = if forwarded.is_some() { tunnel.host.clone() } else { apart.unwrap_or_else(|| tunnel.host.clone()) };
        Rule { host: None, port: Some(*real), to, to_port: Some(forwarded.unwrap_or(*other)) }
    });
    let rules = rules.chain([Rule::all(&tunnel.host)]).collect();
    Way { rules, ..Way::through(tunnel) }
}

/// What was logged, by whose it is.
fn logged(lines: &[String]) -> BTreeMap<String, Vec<Logged>> {
    let mut all: BTreeMap<String, Vec<Logged>> = BTreeMap::new();
    for line in lines.iter().filter_map(|line| Shadow::logged(line)) {
        all.entry(line.id.clone()).or_default().push(line);
    }
    all
}

fn wrong(suite: &Suite, runs: &[FileRun]) -> Vec<String> {
    suite.files.iter().zip(runs).flat_map(|(file, run)| e2e::findings::syntax(&file.hurl, run)).collect()
}

/// Every request and its way, for people.
fn told(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let place = finding.claimed_at.as_ref().map(ToString::to_string).unwrap_or_default();
        let way = finding.seen.as_ref().map_or_else(|| "not known".to_owned(), ToString::to_string);
        let verdict = match &finding.verdict {
            Verdict::Same => "agrees".to_owned(),
            Verdict::Undecided(why) => format!("not decided: {why}"),
            Verdict::Waived(reason) => format!("agrees as far as it goes: {reason}"),
            Verdict::Differs | Verdict::Missing | Verdict::Extra => {
                format!("differs from {}", finding.expected.as_deref().unwrap_or("nothing"))
            }
        };
        // Writing to a string does not fail.
        writeln!(out, "{}  ({place})", for_terminal(&finding.id.name)).ok();
        writeln!(out, "    {}", for_terminal(&way)).ok();
        let why = finding.why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
        writeln!(out, "    {}", for_terminal(&format!("{verdict}{why}"))).ok();
    }
    out
}
