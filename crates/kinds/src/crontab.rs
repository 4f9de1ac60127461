//! The format of crontabs, crontab(5) and anacrontab(5): what runs when, as whom, with which variables.

use crate::listing::Listing;
use crate::read;
use crate::sys::{FileType, Stat, Sys};
use model::answer::{Answer, Why};
use model::text;
use std::collections::BTreeMap;
use std::path::Path;

/// A job as a crontab has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The five fields with single blanks, or a word such as `@daily`.
    pub schedule: String,
    /// The user, where the crontab names one.
    pub user: Option<String>,
    /// The command as it is written.
    pub command: String,
    /// The variables set above it.
    pub env: BTreeMap<String, String>,
    /// The lines that set those variables.
    pub env_lines: Vec<u32>,
    /// Its line.
    pub line: u32,
}

/// What a crontab is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The system: each job names its user.
    System,
    /// One user.
    User,
    /// Anacron: period, delay, name, command.
    Anacron,
}

/// The crontabs of the host, each with its form and user.
pub(crate) fn all(sys: &dyn Sys, listing: &mut Listing) -> Vec<(String, Form, Option<String>)> {
    let mut all =
        vec![("/etc/crontab".to_owned(), Form::System, None), ("/etc/anacrontab".to_owned(), Form::Anacron, None)];
    for name in listing.seen(names(sys, "/etc/cron.d")) {
        all.push((format!("/etc/cron.d/{name}"), Form::System, None));
    }
    for dir in ["/var/spool/cron/crontabs", "/var/spool/cron/tabs", "/var/spool/cron"] {
        for name in listing.seen(names(sys, dir)) {
            all.push((format!("{dir}/{name}"), Form::User, Some(name)));
        }
    }
    all
}

/// The names in a directory, hidden ones left out.
pub(crate) fn names(sys: &dyn Sys, dir: &str) -> Result<Vec<String>, Why> {
    let names = sys.list(Path::new(dir))?.unwrap_or_default();
    Ok(names.iter().map(|n| text::from_bytes(n.as_encoded_bytes())).filter(|n| !n.starts_with('.')).collect())
}

/// A crontab's text, and what its file is; none of what is no file, such as a directory of crontabs.
pub(crate) fn text(sys: &dyn Sys, path: &str) -> Answer<(Stat, String)> {
    let real = sys.real(Path::new(path))?;
    let Some(stat) = real.map(|r| sys.stat(&r)).transpose()?.flatten() else { return Ok(None) };
    if stat.kind != FileType::File {
        return Ok(None);
    }
    Ok(read::file(sys, path)?.map(|text| (stat, text)))
}

/// Every job of a crontab. A line that is no job is left out, as cron does.
pub fn parse(text: &str, form: Form) -> Vec<Job> {
    let (mut env, mut env_lines, mut jobs) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (line, text) in crate::read::lines(text, &['#']) {
        if let Some((name, value)) = variable(text) {
            env.insert(name.to_owned(), value.to_owned());
            env_lines.push(line);
        } else if let Some((schedule, user, command)) = job(text, form) {
            let (env, env_lines) = (env.clone(), env_lines.clone());
            jobs.push(Job { schedule, user, command, env, env_lines, line });
        }
        // Every job carries its variables: a crontab of many of both would not end.
        if jobs.len().saturating_mul(env.len()) > MOST_VARIABLES {
            break;
        }
    }
    jobs
}

const MOST_VARIABLES: usize = 1 << 20;

/// `NAME = value`, quotes taken off. A job has no `=` before its first blank, unless it is not one.
fn variable(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = unquoted(name.trim());
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !name.starts_with(|c: char| c.is_ascii_digit())).then(|| (name, unquoted(value.trim())))
}

fn unquoted(text: &str) -> &str {
    for mark in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(mark).and_then(|t| t.strip_suffix(mark)) {
            return inner;
        }
    }
    text
}

fn job(line: &str, form: Form) -> Option<(String, Option<String>, String)> {
    let fields = match (form, line.starts_with('@')) {
        (Form::Anacron, _) => 2,
        (_, true) => 1,
        (_, false) => 5,
    };
    let mut rest = line;
    let mut schedule = Vec::new();
    for _ in 0..fields {
        schedule.push(word(&mut rest)?);
    }
    let user = match form {
        Form::System | Form::Anacron => Some(word(&mut rest)?.to_owned()),
        Form::User => None,
    };
    let begins = schedule.first().is_some_and(|f| is_field(f));
    (begins && !rest.is_empty()).then(|| (schedule.join(" "), user, rest.to_owned()))
}

/// The next word of a line, which is taken off it with the blanks behind it.
fn word<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let end = rest.find(char::is_whitespace)?;
    let (word, after) = rest.split_at(end);
    *rest = after.trim_start();
    (!word.is_empty()).then_some(word)
}

fn is_field(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '*' | '@' | '-' | '~'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn jobs_and_their_variables_are_read() {
        let text = "MAILTO=\"ops@example.test\"\n# c\n17 *\t* * *\troot    cd / && run\nPATH = /bin\n@reboot deploy x=1 y\nrubbish\n5 4 * *\n";
        let jobs = parse(text, Form::System);
        assert_eq!(jobs.len(), 2);
        assert_eq!(
            (jobs[0].schedule.as_str(), jobs[0].command.as_str(), jobs[0].line),
            ("17 * * * *", "cd / && run", 3)
        );
        assert_eq!(jobs[0].env.get("MAILTO").map(String::as_str), Some("ops@example.test"));
        assert_eq!(jobs[0].env.len(), 1);
        assert_eq!(
            (jobs[1].schedule.as_str(), jobs[1].user.as_deref(), jobs[1].env.len()),
            ("@reboot", Some("deploy"), 2)
        );
    }

    #[test]
    fn a_users_crontab_names_no_user() {
        let jobs = parse("*/5 * * * * php a.php %in\n", Form::User);
        assert_eq!((jobs[0].user.as_deref(), jobs[0].command.as_str()), (None, "php a.php %in"));
    }

    #[test]
    fn anacron_has_names() {
        let jobs = parse("7\t10\tcron.weekly\trun-parts /etc/cron.weekly\n@monthly 15 m x\n", Form::Anacron);
        assert_eq!((jobs[0].schedule.as_str(), jobs[0].user.as_deref()), ("7 10", Some("cron.weekly")));
        assert_eq!(jobs[1].schedule, "@monthly 15");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[ -~\\n\\t]{0,80}") {
            for job in parse(&text, Form::System) {
                prop_assert!(!job.command.is_empty() && job.user.is_some());
            }
        }
    }
}
