//! sshd's configuration files: each keyword, the conditions it stands under, and its line.

/// A line of sshd_config(5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The keyword in lower case.
    pub keyword: String,
    /// What stands behind it, with single blanks and without quotes.
    pub value: String,
    /// Its line.
    pub line: u32,
}

/// The lines that say something.
pub fn parse(text: &str) -> Vec<Directive> {
    let directive = |(line, text): (u32, &str)| {
        let end = text.find(|c: char| c.is_whitespace() || c == '=')?;
        let (keyword, rest) = text.split_at(end);
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('=').unwrap_or(rest);
        let words: Vec<&str> = rest.split_whitespace().map(|w| w.trim_matches('"')).collect();
        Some(Directive { keyword: keyword.to_ascii_lowercase(), value: words.join(" "), line })
    };
    crate::read::lines(text, &['#']).filter_map(directive).collect()
}

/// Keywords that hold for each of their lines, not for the first alone.
pub fn adds_up(keyword: &str) -> bool {
    matches!(
        keyword,
        "port"
            | "listenaddress"
            | "hostkey"
            | "hostcertificate"
            | "acceptenv"
            | "setenv"
            | "subsystem"
            | "allowusers"
            | "denyusers"
            | "allowgroups"
            | "denygroups"
            | "permitopen"
            | "permitlisten"
    )
}

/// A value as `sshd -T` spells it. `None` where only sshd itself can tell what becomes of it.
pub fn effective(keyword: &str, value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    Some(match (keyword, lower.as_str()) {
        (_, "yes" | "no" | "none" | "any") => lower,
        ("permitrootlogin", "prohibit-password") => "without-password".to_owned(),
        ("loglevel" | "syslogfacility", _) => value.to_ascii_uppercase(),
        ("logingracetime" | "clientaliveinterval", _) => {
            seconds(value).map_or_else(|| value.to_owned(), |n| n.to_string())
        }
        (k, _) if is_list(k) && value.starts_with(['+', '-', '^']) => return None,
        _ => value.to_owned(),
    })
}

fn is_list(keyword: &str) -> bool {
    keyword.ends_with("algorithms")
        || matches!(keyword, "ciphers" | "macs" | "pubkeyacceptedkeytypes" | "hostbasedacceptedkeytypes")
}

/// Times of sshd_config(5): `2m`, `1h30m`, `90`.
fn seconds(text: &str) -> Option<u64> {
    let (mut total, mut digits) = (0_u64, String::new());
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(digits.parse::<u64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    if digits.is_empty() { Some(total) } else { total.checked_add(digits.parse().ok()?) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read() {
        let all = parse("# c\nPort 22\n  Subsystem\tsftp  /usr/lib/sftp -l INFO\nBanner=\"/etc/issue\"\nlonely\n");
        let all: Vec<_> = all.iter().map(|d| (d.keyword.as_str(), d.value.as_str(), d.line)).collect();
        let sub = ("subsystem", "sftp /usr/lib/sftp -l INFO", 3);
        assert_eq!(all, [("port", "22", 2), sub, ("banner", "/etc/issue", 4)]);
    }

    #[test]
    fn values_are_spelled_as_sshd_does() {
        assert_eq!(effective("logingracetime", "2m").as_deref(), Some("120"));
        assert_eq!(effective("logingracetime", "1h30").as_deref(), Some("3630"));
        assert_eq!(effective("x11forwarding", "Yes").as_deref(), Some("yes"));
        assert_eq!(effective("ciphers", "-3des-cbc"), None);
        assert_eq!(seconds("99999999999999999999w"), None);
    }
}
