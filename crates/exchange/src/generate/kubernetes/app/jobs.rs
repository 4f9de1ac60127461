//! Every line of a crontab and every timer of people's making, as jobs; and the image they share.

use super::component::{Component, Of, PodOf, User};
use super::item::{Item, of, one};
use super::names::{plain, variable};
use super::{App, Job, cron, hidden, unit};
use model::decision::Fate;
use model::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The longest name of a CronJob: its jobs' names are eleven bytes longer and end at 63.
const LONGEST: usize = 52;

pub(super) fn add(app: &mut App<'_>) {
    let want = app.want;
    let mut image = Component::new("jobs", Of::Jobs, PodOf::Job);
    let lines: Vec<Item<'_>> = of(&want, "cron").filter(|c| is_wanted(app, c)).collect();
    let timers: Vec<Item<'_>> =
        of(&want, "timer").filter(|t| t.flag("enabled") == Some(true) && t.flag("masked") != Some(true)).collect();
    let mut jobs: Vec<Job> = lines.iter().filter_map(|line| of_cron(app, line)).collect();
    for timer in timers {
        jobs.extend(of_timer(app, &timer, &mut image));
    }
    let mut names = BTreeSet::new();
    for job in &mut jobs {
        let wanted = job.name.clone();
        for n in 2.. {
            if names.insert(job.name.clone()) {
                break;
            }
            let end = format!("-{n}");
            job.name = format!(
                "{}{end}",
                wanted.get(..wanted.len().min(LONGEST - end.len())).unwrap_or_default().trim_end_matches('-')
            );
        }
    }
    if jobs.is_empty() {
        return;
    }
    for job in &jobs {
        image.packages.extend(called(app, &job.command));
    }
    if let Some(fpm) = app.components.iter().find(|c| matches!(c.of, Of::Pool(_))) {
        // What the pools have, a job of PHP has as well.
        image.packages.extend(fpm.packages.clone());
    }
    image.user = app.web_user();
    image.argv = ["/bin/sh", "-c", "exit 0"].map(str::to_owned).to_vec();
    image.scratch.insert("/tmp".to_owned());
    app.components.push(image);
    app.jobs = jobs;
}

/// Lines that run what is in other lines' directories, and lines of packages that are in no image, are no jobs.
fn is_wanted(app: &App<'_>, line: &Item<'_>) -> bool {
    let command = line.text("command").unwrap_or_default();
    let is_run_parts = command.contains("run-parts");
    let source = line.text("source").unwrap_or_default();
    let family = source.strip_prefix("/etc/cron.d/").unwrap_or_default();
    let of_image =
        !family.is_empty() && app.components.iter().any(|c| c.packages.iter().any(|p| p.starts_with(family)));
    line.flag("enabled") != Some(false)
        && line.text("schedule").is_some()
        && !is_run_parts
        && (line.is_site() || of_image)
        && app.is_carried("cron", line.name())
}

/// The time at which cron runs what is in a directory such as /etc/cron.daily.
fn of_directory(app: &App<'_>, word: &str) -> Option<String> {
    let runs = |c: &Item<'_>| {
        c.text("command").is_some_and(|c| c.contains("run-parts") && c.contains(&format!("/etc/cron.{word}")))
    };
    of(&app.want, "cron").find(runs)?.text("schedule")
}

fn of_cron(app: &App<'_>, line: &Item<'_>) -> Option<Job> {
    let (written, command, user) =
        (line.text("schedule")?, line.text("command")?, line.text("user").unwrap_or_else(|| "root".to_owned()));
    let (schedule, note) = cron::schedule(&written, |word| of_directory(app, word));
    let mut env: BTreeMap<String, String> = logins(app);
    if let Some(Value::Map(mine)) = line.value("env") {
        env.extend(
            mine.into_iter()
                .map(|(name, value)| (name, value.as_text().map_or_else(|| value.to_string(), str::to_owned))),
        );
    }
    let shell = env.remove("SHELL").unwrap_or_else(|| "/bin/sh".to_owned());
    let mut notes: Vec<String> = note.into_iter().collect();
    if let Some(to) = env.remove("MAILTO").filter(|to| !to.is_empty()) {
        notes.push(format!("its output was mailed to {to}; it is in the job's log now: make an alert of a failed job"));
    }
    env.retain(|name, _| variable(name));
    let argv = cron::command(&hidden::in_shell(&command, &mut env), &shell);
    Some(job(app, line, &command_name(&command), schedule, argv, &user, env, notes))
}

/// What cron gives each job of the variables of logins.
fn logins(app: &App<'_>) -> BTreeMap<String, String> {
    let read = |e: &Item<'_>| e.set_in().is_some_and(|f| matches!(f, "/etc/environment" | "/etc/default/locale"));
    let mine = of(&app.want, "env").filter(read);
    mine.filter_map(|e| Some((e.name().strip_prefix("system/")?.to_owned(), e.text("value")?))).collect()
}

/// A few words that tell what a command does.
fn command_name(command: &str) -> String {
    let tame = |w: &&str| !w.starts_with('-') && !w.contains('=') && !w.contains("secret:");
    let bare = |w: &str| {
        w.rsplit('/').next().unwrap_or_default().trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
    };
    let words: Vec<String> =
        command.split_whitespace().filter(tame).map(bare).filter(|w| !w.is_empty()).take(2).collect();
    words.join("-")
}

#[expect(clippy::too_many_arguments, reason = "what a job is, once")]
fn job(
    app: &App<'_>,
    item: &Item<'_>,
    hint: &str,
    schedule: Option<String>,
    command: Vec<String>,
    user: &str,
    env: BTreeMap<String, String>,
    mut notes: Vec<String>,
) -> Job {
    let was = app.user(user);
    let is_root = was.as_ref().is_none_or(|u| u.uid == 0);
    // Only a person who says by name that it is kept as it is gives a job root; the rules do not.
    let stays_root = is_root && app.fates.decided.get(item.id).is_some_and(|f| f.fate == Fate::Keep);
    let web = app.web_user();
    let root = User { name: "root".to_owned(), uid: 0, gid: 0 };
    let as_whom = stays_root.then_some(root).or(was.filter(|u| u.uid != 0)).or(web).unwrap_or(User {
        name: "nobody".to_owned(),
        uid: 65534,
        gid: 65534,
    });
    if stays_root {
        notes.push(format!("it runs as {user}, as it was decided: the namespace is not restricted for it"));
    } else if is_root {
        notes.push(format!("it ran as {user}; it runs as {} now: what only {user} could do fails, unless it is decided to keep the job as it is", as_whom.name));
    }
    Job {
        name: plain(hint, LONGEST - 4),
        subject: item.id.to_string(),
        is_suspended: schedule.is_none(),
        schedule,
        notes,
        command,
        env,
        user: as_whom,
    }
}

fn of_timer(app: &App<'_>, timer: &Item<'_>, image: &mut Component) -> Option<Job> {
    if !timer.is_site() || !app.is_carried("timer", timer.name()) {
        return None;
    }
    let unit_name = timer.text("unit").unwrap_or_else(|| format!("{}.service", timer.name()));
    let service = one(&app.want, "service", unit_name.trim_end_matches(".service"))?;
    // A timer of a package that people only gave another time is the package's all the same.
    if !service.is_site() {
        return None;
    }
    let command = service.texts("command").into_iter().next()?;
    let times = timer.texts("schedule");
    let schedule = match times.as_slice() {
        [only] => cron::calendar(only),
        _ => None,
    };
    let notes = if schedule.is_none() {
        vec![format!("`{}` is no time that a CronJob has", times.join(", "))]
    } else {
        Vec::new()
    };
    let argv = unit::words(command.trim_start_matches(['-', '+', '!', '@', ':']));
    image.packages.extend(unit::packages(app, service.name(), &argv));
    let user = service.text("user").unwrap_or_else(|| "root".to_owned());
    let mut env = unit::environment(app, service.name());
    let argv = argv.iter().map(|word| hidden::in_word(word, &mut env)).collect();
    Some(job(app, timer, timer.name(), schedule, argv, &user, env, notes))
}

/// The packages of what a command line calls, as far as the spec knows them.
fn called(app: &App<'_>, command: &[String]) -> BTreeSet<String> {
    let text = command.join(" ");
    let words: BTreeSet<&str> = text.split(|c: char| c.is_whitespace() || "|;&(){}<>\"'`".contains(c)).collect();
    let mut all = BTreeSet::new();
    for program in of(&app.want, "executable") {
        let name = program.name();
        // A script's own programs stand in the list of what people's scripts call: all of them are needed by some job.
        let is_called = words.contains(name) || words.contains(name.rsplit('/').next().unwrap_or_default());
        let of_script = !name.starts_with('/');
        if is_called || of_script {
            all.extend(program.text("package"));
        }
    }
    // What these call themselves.
    for (program, package) in
        [("curl", "curl"), ("rsync", "openssh-client"), ("git", "openssh-client"), ("scp", "openssh-client")]
    {
        if words.contains(program) && one(&app.want, "package", package).is_some() {
            all.insert(package.to_owned());
        }
    }
    all
}
