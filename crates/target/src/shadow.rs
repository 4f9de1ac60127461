//! A second nginx on a target, run from an edited copy of its configuration as long as it is held. Secrets stay on the
//! target: edits are lines that are replaced there, in which what was not shown is kept as it is.

use crate::address::Address;
use crate::held::{Held, quoted};
use crate::observe::Reach;
use crate::trouble::Trouble;
use model::text::SECRET;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const SCRIPT: &str = include_str!("shadow.sh");

/// How long it runs at most, in seconds, when nobody lets it end.
const LIMIT: u32 = 3600;

/// The most secrets in a line: sed keeps nine groups.
const MOST_SECRETS: usize = 9;

/// A file of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Edited<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its text as it was read, secrets replaced.
    pub before: &'a [u8],
    /// The text it shall have, a line for each line.
    pub after: &'a [u8],
}

/// Starts it. `dir` takes all that it writes and is not there yet; `main` is the file that includes the others.
pub fn start(address: &Address, reach: &Reach, dir: &str, main: &str, files: &[Edited<'_>]) -> Result<Held, Trouble> {
    Held::start(address, reach, &script(dir, main, files)?)
}

fn script(dir: &str, main: &str, files: &[Edited<'_>]) -> Result<String, Trouble> {
    let mut text = format!("D={} MAIN={} LIMIT={LIMIT}\n", quoted(dir), quoted(main));
    let directories: BTreeSet<&str> = files.iter().filter_map(|f| Some(f.path.rsplit_once('/')?.0)).collect();
    text.push_str("directories() {\n:\n");
    for directory in &directories {
        put(&mut text, &format!("mkdir -p \"$D\"{}\n", quoted(directory)));
    }
    text.push_str("}\nfiles() {\n:\n");
    for file in files {
        let (edits, lines) = edits(file, dir)?;
        put(&mut text, &format!("edited {} {lines} <<'REPOT-EDITS'\n{edits}REPOT-EDITS\n", quoted(file.path)));
    }
    text.push_str("}\nfarms() {\n:\n");
    for directory in &directories {
        put(&mut text, &format!("farm {}\n", quoted(directory)));
    }
    text.push_str("}\n");
    text.push_str(SCRIPT);
    Ok(text)
}

fn put(text: &mut String, line: &str) {
    text.push_str(line);
}

/// The script for sed that makes one text of the other, and how many lines it changes.
fn edits(file: &Edited<'_>, dir: &str) -> Result<(String, usize), Trouble> {
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).split('\n').map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(file.before), lines(file.after));
    let mut script = String::new();
    let mut count = 0;
    for (number, (old, new)) in (1..).zip(before.iter().zip(&after)) {
        if old == new {
            continue;
        }
        let wrong = |why: &str| Trouble::new(format!("{}:{number}: {why}", file.path));
        let (pattern, secrets) = pattern(old);
        let new = replacement(new, &secrets).ok_or_else(|| wrong("what stands beside a secret cannot be edited"))?;
        if secrets.len() > MOST_SECRETS {
            return Err(wrong("it holds too many secrets in one line").hint("give each a line of its own"));
        }
        // Writing to a string does not fail.
        writeln!(script, "{number}s/^{pattern}$/{new}/w {dir}/.edits").ok();
        count += 1;
    }
    Ok((script, count))
}

/// A line as a regular expression of sed, secrets as groups, and the secrets' fingerprints.
fn pattern(line: &str) -> (String, Vec<String>) {
    let mut out = String::new();
    let mut secrets = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(SECRET) {
        out.push_str(&escaped(&rest[..at], r".[]*^$\/"));
        let length = fingerprint(&rest[at..]);
        secrets.push(rest[at..at + length].to_owned());
        out.push_str(r"\(.*\)");
        rest = &rest[at + length..];
    }
    out.push_str(&escaped(rest, r".[]*^$\/"));
    (out, secrets)
}

/// How long a fingerprint is.
fn fingerprint(text: &str) -> usize {
    let rest = &text[SECRET.len()..];
    SECRET.len() + rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len())
}

/// A line as a replacement of sed; none if the secrets in it are not those, in order.
fn replacement(line: &str, secrets: &[String]) -> Option<String> {
    let mut out = String::new();
    let mut rest = line;
    for (number, secret) in (1..).zip(secrets) {
        let (before, after) = rest.split_once(secret.as_str())?;
        out.push_str(&escaped(before, r"\&/"));
        // Writing to a string does not fail.
        write!(out, "\\{number}").ok();
        rest = after;
    }
    (!rest.contains(SECRET)).then(|| out + &escaped(rest, r"\&/"))
}

fn escaped(text: &str, special: &str) -> String {
    text.chars().flat_map(|c| special.contains(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    fn run(raw: &str, before: &str, after: &str) -> (String, usize) {
        let dir = tempfile::tempdir().unwrap();
        let name = dir.path().display().to_string();
        let file = Edited { path: "/x", before: before.as_bytes(), after: after.as_bytes() };
        let (script, count) = edits(&file, &name).unwrap();
        std::fs::write(dir.path().join("script"), script).unwrap();
        std::fs::write(dir.path().join("raw"), raw).unwrap();
        let mut sed = Command::new("sed");
        sed.env("LC_ALL", "C")
            .arg("-f")
            .arg(dir.path().join("script"))
            .arg(dir.path().join("raw"))
            .stdin(Stdio::null());
        let output = sed.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let made = std::fs::read_to_string(dir.path().join(".edits")).unwrap_or_default();
        assert!(made.lines().count() <= count);
        (String::from_utf8_lossy(&output.stdout).into_owned(), made.lines().count())
    }

    #[test]
    fn lines_are_replaced_and_what_was_not_shown_stays() {
        let raw = "a { b \"the/real.key\"; c [^*]; }\nd /1&2;\n";
        let before = "a { b \"secret:v1:Ab_9-x\"; c [^*]; }\nd /1&2;\n";
        let after = "a { set \\x; b \"secret:v1:Ab_9-x\"; c [^*]; }\nd /t/1&2;\n";
        assert_eq!(run(raw, before, after), ("a { set \\x; b \"the/real.key\"; c [^*]; }\nd /t/1&2;\n".into(), 2));
        // A line that is not as it was read is not replaced.
        assert_eq!(run("x\n", "a\n", "b\n"), ("x\n".into(), 0));
    }

    #[test]
    fn what_would_lose_a_secret_is_refused_with_its_line() {
        let file = Edited { path: "/x", before: b"\na secret:v1:q;", after: b"\na;" };
        assert!(edits(&file, "/t").unwrap_err().what.starts_with("/x:2: "));
    }
}
