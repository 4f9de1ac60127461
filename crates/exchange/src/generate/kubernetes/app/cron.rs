//! Times and command lines of cron and systemd's timers, as a CronJob has them.

use super::names::word;

/// A time, as a CronJob takes it: none where it has no such time, and what a person has to know.
pub(crate) fn schedule(text: &str, daily: impl Fn(&str) -> Option<String>) -> (Option<String>, Option<String>) {
    let text = text.trim();
    match text {
        "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" | "@hourly" => {
            return (Some(text.to_owned()), None);
        }
        "@reboot" => {
            return (
                None,
                Some(
                    "@reboot: Kubernetes starts nothing at a boot; make it an init container or run it once by hand"
                        .to_owned(),
                ),
            );
        }
        "hourly" | "daily" | "weekly" | "monthly" => {
            let at = daily(text).unwrap_or_else(|| format!("@{text}"));
            return (Some(at), None);
        }
        _ => {}
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let is_field = |f: &&str| !f.is_empty() && f.chars().all(|c| c.is_ascii_alphanumeric() || "*,-/?".contains(c));
    if fields.len() != 5 || !fields.iter().all(is_field) {
        return (None, Some(format!("`{text}` is no time that a CronJob takes")));
    }
    // The seventh day is Sunday for cron, and nothing for Kubernetes.
    let day = if fields[4].chars().any(|c| c == '7') && !fields[4].contains('/') {
        fields[4].replace('7', "0")
    } else {
        fields[4].to_owned()
    };
    let range = fields[4].contains('-') && fields[4].contains('7');
    let note = range.then(|| format!("`{}`: a range that ends on the seventh day; check it", fields[4]));
    (Some(format!("{} {} {} {} {day}", fields[0], fields[1], fields[2], fields[3])), note)
}

/// The command line of a crontab as a shell's arguments: `%` ends the command there, and what follows is its input.
pub(crate) fn command(line: &str, shell: &str) -> Vec<String> {
    let (mut parts, mut part, mut is_escaped) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match (is_escaped, c) {
            (true, '%') => {
                part.pop();
                part.push('%');
            }
            (false, '%') => parts.push(std::mem::take(&mut part)),
            (_, c) => part.push(c),
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    parts.push(part);
    let command = parts.remove(0);
    let script = if parts.is_empty() {
        command
    } else {
        format!("printf '%s\\n' {} | {{ {command}\n}}", word(&parts.join("\n")))
    };
    vec![shell.to_owned(), "-c".to_owned(), script]
}

/// A time of a timer as a time of cron.
pub(crate) fn calendar(text: &str) -> Option<String> {
    let spec = text.strip_prefix("OnCalendar=")?.trim();
    match spec {
        "minutely" => return Some("* * * * *".to_owned()),
        "hourly" | "daily" | "weekly" | "monthly" | "yearly" => {
            return Some(match spec {
                // systemd's week begins on Monday.
                "weekly" => "0 0 * * 1".to_owned(),
                word => format!("@{word}"),
            });
        }
        _ => {}
    }
    let mut words = spec.split_whitespace().peekable();
    let mut weekdays = "*".to_owned();
    if words.peek().is_some_and(|w| w.starts_with(|c: char| c.is_ascii_alphabetic())) {
        weekdays = words.next()?.replace("..", "-");
        if !weekdays.chars().all(|c| c.is_ascii_alphabetic() || c == ',' || c == '-') {
            return None;
        }
    }
    let mut date = "*-*-*";
    if words.peek().is_some_and(|w| !w.contains(':')) {
        date = words.next()?;
    }
    let time = words.next().unwrap_or("00:00:00");
    if words.next().is_some() {
        return None;
    }
    let mut days = date.split('-').rev();
    let (day, month, year) = (days.next()?, days.next()?, days.next().unwrap_or("*"));
    let mut times = time.split(':');
    let (hour, minute, second) = (times.next()?, times.next()?, times.next().unwrap_or("00"));
    if year != "*" || !second.trim_start_matches('0').is_empty() {
        return None;
    }
    Some(format!("{} {} {} {} {weekdays}", field(minute)?, field(hour)?, field(day)?, field(month)?))
}

/// A field of a time: numbers without zeros in front, lists, ranges and steps.
fn field(text: &str) -> Option<String> {
    let number = |t: &str| t.parse::<u8>().ok().map(|n| n.to_string());
    let one = |part: &str| -> Option<String> {
        let (range, step) = part.split_once('/').map_or((part, None), |(r, s)| (r, Some(s)));
        let range = match range.split_once("..") {
            Some((from, to)) => format!("{}-{}", number(from)?, number(to)?),
            None if range == "*" => "*".to_owned(),
            // `0/15` of systemd is `*/15` of cron.
            None if step.is_some() && number(range).as_deref() == Some("0") => "*".to_owned(),
            None if step.is_some() => return None,
            None => number(range)?,
        };
        Some(match step {
            Some(step) => format!("{range}/{}", number(step)?),
            None => range,
        })
    };
    text.split(',').map(one).collect::<Option<Vec<_>>>().map(|parts| parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_cron_are_taken_as_they_are() {
        let none = |_: &str| None;
        assert_eq!(schedule("*/15 * * * *", none).0.as_deref(), Some("*/15 * * * *"));
        assert_eq!(schedule("0 3 * * 7", none).0.as_deref(), Some("0 3 * * 0"));
        assert_eq!(schedule("@reboot", none).0, None);
        assert_eq!(schedule("a b; c * *", none).0, None);
        assert_eq!(schedule("daily", |_| Some("25 6 * * *".to_owned())).0.as_deref(), Some("25 6 * * *"));
    }

    #[test]
    fn percent_ends_a_command() {
        assert_eq!(command("date +\\%F", "/bin/sh")[2], "date +%F");
        assert_eq!(command("mail -s x root%one%two", "/bin/sh")[2], "printf '%s\\n' 'one\ntwo' | { mail -s x root\n}");
    }

    #[test]
    fn times_of_timers_are_times_of_cron() {
        for (timer, cron) in [
            ("OnCalendar=*-*-* 06:40:00", Some("40 6 * * *")),
            ("OnCalendar=Sun *-*-* 03:10:00", Some("10 3 * * Sun")),
            ("OnCalendar=*-*-* 6,18:00", Some("0 6,18 * * *")),
            ("OnCalendar=*-*-* *:09,39:00", Some("9,39 * * * *")),
            ("OnCalendar=*:0/15", Some("*/15 * * * *")),
            ("OnCalendar=weekly", Some("0 0 * * 1")),
            ("OnCalendar=*-*-01 00:00:00", Some("0 0 1 * *")),
            ("OnCalendar=*-*-* 00:00:30", None),
            ("OnCalendar=2027-01-01", None),
            ("OnBootSec=15min", None),
        ] {
            assert_eq!(calendar(timer).as_deref(), cron, "{timer}");
        }
    }
}
