//! What runs at set times: the system's crontabs, those of users, the scripts of cron.daily and its like, anacron.

use crate::crontab::{self, Form, Job};
use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::read;
use crate::redact::Redact;
use crate::sys::{FileType, Stat, Sys};
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What runs at set times.
pub(super) struct Cron;

const PROPERTIES: &[Property] = &[
    Property::new(
        "schedule",
        Shape::Text,
        "when it runs: five fields, a word such as `@daily`, or anacron's period and delay",
    ),
    Property::new("command", Shape::Text, "what runs, as it is written"),
    Property::new("user", Shape::Text, "the user it runs as"),
    Property::new(
        "enabled",
        Shape::Bool,
        "whether cron heeds it: the file's name, owner and mode are such that it does",
    ),
    Property::new("env", Shape::Map, "the variables set above it in its crontab"),
    Property::new("source", Shape::Text, "the file it stands in"),
];

impl Kind for Cron {
    fn name(&self) -> &'static str {
        "cron"
    }

    fn summary(&self) -> &'static str {
        "a job of cron or anacron, named `USER: COMMAND` (with the schedule behind it where that is not unique), \
         `anacron: JOB`, or `cron.daily/SCRIPT`"
    }

    fn area(&self) -> Area {
        Area::Schedule
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let rules = listing.seen(Rules::of(sys));
        let mut jobs = Vec::new();
        for (path, form, user) in crontab::all(sys, &mut listing) {
            let found = read_crontab(sys, &path, form, user, &rules);
            jobs.extend(listing.seen(found));
        }
        for (name, job) in named(jobs, out.redact()) {
            listing.add(name, job.shown());
        }
        for period in ["hourly", "daily", "weekly", "monthly", "yearly"] {
            let found = scripts(sys, period, &rules, &mut listing);
            listing.seen(found);
        }
        listing.show(ask, out)
    }
}

/// Whose cron it is: they do not heed the same file names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Rules {
    /// Debian's cron and run-parts: letters, digits, `_` and `-` only.
    #[default]
    Debian,
    /// Cronie: leftovers of editors and of rpm are passed over.
    Cronie,
}

impl Rules {
    fn of(sys: &dyn Sys) -> Result<Self, Why> {
        let debian =
            sys.stat(Path::new("/etc/debian_version"))?.is_some() || sys.stat(Path::new("/var/lib/dpkg"))?.is_some();
        Ok(if debian { Self::Debian } else { Self::Cronie })
    }

    fn heeds(self, name: &str) -> bool {
        match self {
            Self::Debian => name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
            Self::Cronie => {
                let leftovers = ["~", ",", ".rpmsave", ".rpmorig", ".rpmnew", ".swp", ".cfsaved"];
                !name.starts_with(['.', '#']) && !leftovers.iter().any(|end| name.ends_with(end))
            }
        }
    }
}

/// A job and the file it is in.
struct Found {
    job: Job,
    user: String,
    source: String,
    enabled: bool,
    standing: Standing,
    env_standing: Standing,
    env_line: Option<u32>,
    anacron: bool,
}

fn read_crontab(sys: &dyn Sys, path: &str, form: Form, user: Option<String>, rules: &Rules) -> Result<Vec<Found>, Why> {
    let Some((stat, text)) = crontab::text(sys, path)? else { return Ok(Vec::new()) };
    let name = path.rsplit('/').next().unwrap_or_default();
    let heeded = match form {
        Form::System if path.starts_with("/etc/cron.d/") => rules.heeds(name) && is_trusted(&stat),
        Form::System => is_trusted(&stat),
        Form::User | Form::Anacron => true,
    };
    // Debian's cron passes over a crontab whose last line does not end.
    let ended = *rules != Rules::Debian || form == Form::Anacron || text.ends_with('\n') || text.is_empty();
    let origin = Origin::of(sys, path, &text, &[]);
    let lines: Vec<&str> = text.lines().collect();
    let brought = |n: u32| {
        let line = lines.get((n as usize).saturating_sub(1)).copied().unwrap_or_default();
        if path == "/etc/crontab" && is_usual(line) { Standing::Shipped } else { origin.line(line) }
    };
    let found = |job: Job| Found {
        user: match form {
            Form::System => job.user.clone().unwrap_or_default(),
            Form::User => user.clone().unwrap_or_default(),
            Form::Anacron => "root".to_owned(),
        },
        source: path.to_owned(),
        enabled: heeded && ended,
        standing: brought(job.line),
        env_standing: job.env_lines.iter().map(|n| brought(*n)).max().unwrap_or_default().max(brought(job.line)),
        env_line: job.env_lines.iter().copied().max_by_key(|n| (brought(*n), *n)),
        anacron: form == Form::Anacron,
        job,
    };
    Ok(crontab::parse(&text, form).into_iter().map(found).collect())
}

/// The lines of Debian's own /etc/crontab, of which no copy is kept.
fn is_usual(line: &str) -> bool {
    const USUAL: &[&str] = &[
        "SHELL=/bin/sh",
        "PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin",
        "17 * * * * root cd / && run-parts --report /etc/cron.hourly",
        "25 6 * * * root test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )",
        "47 6 * * 7 root test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.weekly )",
        "52 6 1 * * root test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.monthly )",
        "25 6 * * * root test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }",
        "47 6 * * 7 root test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.weekly; }",
        "52 6 1 * * root test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.monthly; }",
    ];
    let spaced = line.split_whitespace().collect::<Vec<_>>().join(" ");
    USUAL.contains(&spaced.as_str())
}

fn is_trusted(stat: &Stat) -> bool {
    stat.uid == 0 && stat.mode & 0o022 == 0
}

/// The jobs by name; where names are alike, the schedule is added, then the file, then a number.
fn named(jobs: Vec<Found>, redact: &dyn Redact) -> BTreeMap<String, Found> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for job in &jobs {
        *count.entry(job.name(redact)).or_default() += 1;
    }
    let mut all = BTreeMap::new();
    for job in jobs {
        let mut name = job.name(redact);
        if count.get(&name).is_some_and(|n| *n > 1) {
            name = format!("{name} ({})", job.job.schedule);
        }
        if all.contains_key(&name) {
            name = format!("{name} in {}", job.source);
        }
        let mut free = name.clone();
        let mut n = 2;
        while all.contains_key(&free) {
            free = format!("{name} #{n}");
            n += 1;
        }
        all.insert(free, job);
    }
    all
}

const LONGEST_NAME: usize = 120;

impl Found {
    fn name(&self, redact: &dyn Redact) -> String {
        if self.anacron {
            return format!("anacron: {}", self.job.user.as_deref().unwrap_or_default());
        }
        let command = self.job.command.split_whitespace().collect::<Vec<_>>().join(" ");
        // A secret is not to be cut in two: what is left of it would not be known for one.
        let name = redact.value("cron", &format!("{}: {command}", self.user));
        if name.chars().count() <= LONGEST_NAME {
            return name;
        }
        let start: String = name.chars().take(LONGEST_NAME).collect();
        format!("{start}…")
    }

    fn shown(&self) -> Shown {
        let at = Place::line(&self.source, self.job.line);
        let fact = |value: Value| Fact::is(value).standing(self.standing).at(at.clone());
        let env = self.job.env.iter().map(|(k, v)| (k.clone(), Value::from(v.as_str()))).collect();
        let enabled = fact(self.enabled.into());
        let env_at = self.env_line.map(|n| Place::line(&self.source, n));
        Shown::new()
            .fact("schedule", fact(self.job.schedule.as_str().into()))
            .fact("command", fact(self.job.command.as_str().into()))
            .fact("user", fact(self.user.as_str().into()))
            .fact("enabled", if self.standing == Standing::Shipped { enabled.against(true) } else { enabled })
            .fact("env", Fact { place: env_at, ..Fact::is(Value::Map(env)).standing(self.env_standing) })
            .fact("source", fact(self.source.as_str().into()))
    }
}

/// The scripts that run-parts runs.
fn scripts(sys: &dyn Sys, period: &str, rules: &Rules, listing: &mut Listing) -> Result<(), Why> {
    let dir = format!("/etc/cron.{period}");
    for name in crontab::names(sys, &dir)? {
        let path = format!("{dir}/{name}");
        let target = sys.real(Path::new(&path))?;
        let stat = target.map(|t| sys.stat(&t)).transpose()?.flatten();
        let runs = stat.as_ref().is_some_and(|s| s.kind == FileType::File && s.mode & 0o111 != 0);
        let text = match read::file(sys, &path) {
            // A script may be a program of any size: who brought it is all that is asked.
            Err(why) if why.code != WhyCode::TooLarge => return Err(why),
            other => other.ok().flatten().unwrap_or_default(),
        };
        let standing = Origin::of(sys, &path, &text, &[]).standing;
        let fact = |value: &str| Fact::is(value).standing(standing).at(Place::file(&path));
        let enabled = Fact::is(runs && rules.heeds(&name)).standing(standing).at(Place::file(&path));
        let shown = Shown::new()
            .fact("schedule", fact(period))
            .fact("command", fact(&path))
            .fact("user", fact("root"))
            .fact("enabled", if standing == Standing::Shipped { enabled.against(true) } else { enabled })
            .fact("source", fact(&path));
        listing.add(format!("cron.{period}/{name}"), shown);
    }
    Ok(())
}
