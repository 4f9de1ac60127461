//! `repot replay`: requests that people really made, sent to two machines, and what differs in the answers.
//!
//! The requests of an access log become a suite of tests over HTTP that claims nothing; it runs as every other suite
//! does, twice against the first machine, so that what moves by itself is known.

use super::e2e::{Going, Replayed, SuiteArgs, given, log, ports_of, replayed};
use super::reporting::ReportArgs;
use crate::error::CommandError;
use crate::files;
use crate::observing::ReachArgs;
use crate::project::Project;
use crate::ran::{self, Begun};
use crate::standing;
use crate::ui::Ui;
use clap::Args;
use e2e::replay::{BODY, Replay, Sent, most_used};
use e2e::served::Served;
use e2e::suite::Suite;
use e2e::traffic::Log;
use e2e::world::Files;
use exchange::report::Run;
use model::exit::Exit;
use serving::request::Asked;
use std::path::PathBuf;
use target::project_key::ProjectKey;

const AFTER: &str = "\
Only GET, HEAD and OPTIONS are sent unless --unsafe-methods says otherwise, and never to any host but the two named: the
host that the log names is what stands in the request. The first one is asked twice; what differs between its own
answers (dates, tokens, session ids, counters) is left out. A log has neither cookies nor bodies: replayed is what
anybody can ask.

Examples:
  repot replay --from access.log ssh:web-01 ssh:web-new
  repot replay --from shop.example.test=access.log https://10.0.0.5 https://10.0.0.6 --rate 5
  repot replay --from access.log ssh:web-01 ssh:web-new --report markdown:replay.md

Exit status: 0 no answer differs, 1 some do, 4 nothing in the log can be sent, and the others as those of verify";

/// Sends the requests of an access log to two machines, and compares the answers.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct ReplayArgs {
    /// The machine as it should be: a target as for verify, or its address written as a URL
    a: String,
    /// The machine to be compared with it
    b: String,
    /// An access log, and the host it is of where neither the log nor the configuration says so; may be repeated
    #[arg(long, value_name = "[HOST=]FILE", required = true)]
    from: Vec<String>,
    /// How many requests a second each machine gets at most
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rate: u32,
    /// How many different requests are sent at most, the most used first
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    most: u32,
    /// Also send what may change something there: POST, PUT, DELETE and so on, three times in all
    #[arg(long)]
    unsafe_methods: bool,
    /// How long the body of POST, PUT and PATCH is, in bytes of zero
    #[arg(long, value_name = "N", requires = "unsafe_methods", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=67_108_864))]
    body_bytes: u32,
    /// nginx's configuration, instead of asking the first machine: what `nginx -T` printed, or its nginx.conf
    #[arg(long, value_name = "FILE")]
    nginx_conf: Option<PathBuf>,
    /// Apache's configuration, instead of asking the target: its apache2.conf or httpd.conf
    #[arg(long, value_name = "FILE", conflicts_with = "nginx_conf")]
    apache_conf: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    reports: ReportArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

impl ReplayArgs {
    /// Does it.
    pub(crate) fn run(self, project: &Project, ui: &Ui) -> Result<Exit, CommandError> {
        let begun = Begun::now();
        self.reports.check()?;
        let targets = Going::read_all(&[self.a.clone(), self.b.clone()])?;
        let logs = self.from.iter().map(|typed| log(typed)).collect::<Result<Vec<_>, _>>()?;
        let asked = self.asked(project, &targets[0], &logs, ui)?;
        let replay = Replay {
            rate: self.rate,
            most: self.most as usize,
            unsafe_methods: self.unsafe_methods,
            has_body: self.body_bytes > 0,
        };
        let Sent { texts, sent, without } = most_used(&asked, replay);
        for (why, count) in &without {
            ui.say(&format!("{count} requests are not sent: {why}"));
        }
        if sent == 0 {
            ui.warn("nothing in the log can be sent");
            return Ok(Exit::Nothing);
        }
        ui.say(&format!("{sent} requests, to each at most {} a second; the first machine is asked twice", self.rate));
        let dir = tempfile::tempdir().map_err(|e| CommandError::usage(format!("a temporary directory: {e}")))?;
        for (at, text) in texts.iter().enumerate() {
            files::write(&dir.path().join(format!("{at:04}.hurl")), text.as_bytes())?;
        }
        files::write(&dir.path().join(BODY), &vec![0; self.body_bytes as usize])?;
        let suite = Suite::read(dir.path(), &[])?;
        let ports = ports_of(suite.files.iter().flat_map(|f| &f.hurl.requests).map(|r| r.url.clone()));
        let asked = Replayed { suite: &suite, ports: &ports, args: &self.suite, reach: &self.reach, rate: self.rate };
        let target = replayed(&targets, &asked, project, ui)?;
        let run = Run { command: "replay", targets: vec![target] };
        ran::keep_plain(project, &run, begun, ui);
        self.reports.write(&run, ui)?;
        ui.next_with(|| match run.exit() == Exit::Same {
            true => standing::after(project),
            false => {
                "see what each answers to the requests above; `repot diff OLD NEW` shows what differs between them"
                    .to_owned()
            }
        });
        Ok(run.exit())
    }

    /// The requests of the logs as the first machine got them, each with how often it was made.
    fn asked(
        &self,
        project: &Project,
        first: &Going,
        logs: &[Log],
        ui: &Ui,
    ) -> Result<Vec<(Asked, u64)>, CommandError> {
        let reach = self.reach.reach(ui, 1);
        let key = project.key()?.map_or_else(ProjectKey::random, Ok)?;
        let given = given(self.nginx_conf.as_deref(), self.apache_conf.as_deref(), &reach, &key)?;
        let servers = match (given, first.looking(&reach, &key)) {
            (Some(given), _) => vec![given],
            (None, Some(looking)) => {
                Served::all(&looking).map_err(|trouble| CommandError::unreachable(&first.name, trouble))?
            }
            (None, None) => return plain(&self.a, logs),
        };
        let mut all = Vec::new();
        for log in logs {
            let Some(web) = servers.iter().map(Served::web).find(|web| !log.lacks_host(*web)) else {
                return Err(CommandError::usage(super::e2e::lacks_host(log)).hint(super::e2e::NAME_THE_HOST));
            };
            all.extend(log.asked(web, &Files::default()));
        }
        Ok(all)
    }
}

/// Without a configuration: by the host of the log, or the one typed, and the scheme of the address.
fn plain(address: &str, logs: &[Log]) -> Result<Vec<(Asked, u64)>, CommandError> {
    let is_tls = address.starts_with("https://");
    let mut all = Vec::new();
    for log in logs {
        for (logged, times) in &log.log.requests {
            let Some(host) = logged.host.as_ref().or(log.host.as_ref()) else {
                let what = format!("{}: it does not say which host its requests were for", log.name);
                return Err(CommandError::usage(what).hint(super::e2e::NAME_THE_HOST));
            };
            let port = logged.port.unwrap_or(if is_tls { 443 } else { 80 });
            let asked = Asked {
                port,
                is_tls: is_tls || port == 443,
                host: host.as_bytes().to_vec(),
                method: logged.method.clone(),
                target: logged.target.clone().into_bytes(),
                headers: None,
                status: Some(logged.status),
                ..Asked::default()
            };
            all.push((asked, *times));
        }
    }
    Ok(all)
}
