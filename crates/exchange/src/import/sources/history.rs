//! Shell histories: what people typed, with its time where the shell kept it.

use super::super::conversion::Construct;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::call::home;
use super::super::shell::{Shell, no_files};
use super::super::source::Source;
use super::super::statement::{Rank, Statement};

/// The reader.
pub(super) struct History;

impl Source for History {
    fn name(&self) -> &'static str {
        "history"
    }

    fn summary(&self) -> &'static str {
        "shell histories (.bash_history, .zsh_history, and their like)"
    }

    fn takes(&self, file: &File) -> bool {
        file.name().ends_with("_history") || file.name() == ".history"
    }

    fn read(&self, mine: &[File], _all: &Files, out: &mut Out) {
        for file in mine {
            one(file, out);
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        const {
            &[
                Construct::yes("COMMAND", "as the shell reader reads it, done by the user whose history it is"),
                Construct::yes("#1489622400", "the time of the command below (bash)"),
                Construct::yes(": 1489622400:0;COMMAND", "the time of the command (zsh)"),
                Construct::yes("cat > FILE <<EOF …", "commands of several lines"),
            ]
        }
    }
}

/// The user whose history a file is, by the directory it is in.
fn owner(path: &str) -> Option<String> {
    let (_, path) = path.split_once(":/").map_or(("", path), |(host, rest)| (host, rest));
    let path = path.trim_start_matches('/');
    if path.starts_with("root/") {
        return Some("root".to_owned());
    }
    let user = path.strip_prefix("home/")?.split('/').next()?;
    Some(user.to_owned())
}

fn one(file: &File, out: &mut Out) {
    let mut like = Statement::new(file.line(1), "").rank(Rank::Trace);
    like.who = owner(&file.path);
    let mut shell = Shell::new(like, &no_files);
    shell.user = owner(&file.path);
    shell.login.clone_from(&shell.user);
    shell.dir = shell.user.as_deref().map(home);
    let lines: Vec<&str> = file.text().lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if let Some(seconds) = line.strip_prefix('#').and_then(|s| s.trim().parse::<i64>().ok()) {
            shell.like.when = Some(time(seconds));
            at += 1;
            continue;
        }
        let mut command = match zsh(line) {
            Some((seconds, command)) => {
                shell.like.when = Some(time(seconds));
                command.to_owned()
            }
            None => line.to_owned(),
        };
        let start = at;
        let mark = mark(&command);
        at += 1;
        // A command goes on behind a backslash, and a heredoc until its mark.
        while at < lines.len() && (lines[at - 1].ends_with('\\') || mark.is_some()) {
            command.push('\n');
            command.push_str(lines[at]);
            at += 1;
            if mark.as_deref() == Some(lines[at - 1].trim()) {
                break;
            }
        }
        if !command.trim().is_empty() {
            shell.read(&command, u32::try_from(start + 1).unwrap_or(u32::MAX), out);
        }
    }
}

/// The mark that ends a heredoc.
fn mark(command: &str) -> Option<String> {
    let after = command.split_once("<<")?.1;
    if after.starts_with('<') {
        return None;
    }
    let mark = after.trim_start_matches('-').trim_start().trim_start_matches(['\'', '"', '\\']);
    let mark: String = mark.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!mark.is_empty()).then_some(mark)
}

fn zsh(line: &str) -> Option<(i64, &str)> {
    let (head, command) = line.strip_prefix(": ")?.split_once(';')?;
    Some((head.split(':').next()?.parse().ok()?, command))
}

/// Seconds since 1970 as a date and time in UTC.
pub(super) fn time(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Howard Hinnant's days to civil, for years around ours.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest % 3600 / 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_times() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(time(1_489_622_461), "2017-03-16T00:01:01Z");
    }

    #[test]
    fn a_history_is_of_whose_directory_it_is_in() {
        assert_eq!(owner("web-03:/root/.bash_history").as_deref(), Some("root"));
        assert_eq!(owner("web-03:/home/anna/.bash_history").as_deref(), Some("anna"));
        assert_eq!(owner("old/.bash_history"), None);
    }
}
