//! The commands of a maintainer script, read as far as it takes to see which accounts it makes.

use std::collections::BTreeMap;

/// The words of the commands that make accounts (adduser(8), useradd(8)), and of those that ask for what is made
/// elsewhere.
const OF_ACCOUNTS: &[&str] =
    &["adduser", "addgroup", "useradd", "groupadd", "usermod", "groupmod", "sysusers", "getent", "user", "group"];

/// The commands of a script that are about accounts.
pub(super) fn account_commands(script: &str) -> Vec<String> {
    let mut commands = commands(script);
    commands.retain(|command| OF_ACCOUNTS.iter().any(|word| has_word(command, word)));
    commands
}

/// Whether a line has a word that stands by itself.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(inside) && !line[at + word.len()..].starts_with(inside))
}

/// The lines of a script, joined where a backslash continues them, with variables replaced that it sets to a plain
/// text. Nothing is run, and what a condition decides counts as done.
fn commands(script: &str) -> Vec<String> {
    let mut variables = BTreeMap::new();
    let mut out = Vec::new();
    let mut open = String::new();
    for line in script.lines() {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        if let Some(part) = line.strip_suffix('\\') {
            open.push_str(part);
            open.push(' ');
            continue;
        }
        let command = replaced(&format!("{open}{line}"), &variables);
        open.clear();
        if let Some((name, value)) = assignment(&command) {
            variables.insert(name, value);
        }
        out.push(command);
    }
    out
}

/// `NAME=text` or `NAME="text"`, and nothing else on the line.
fn assignment(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let value = value.trim().trim_matches(['"', '\'']);
    let is_plain = !value.contains(|c: char| c.is_whitespace() || "$`;&|()".contains(c));
    (is_name && is_plain).then(|| (name.to_owned(), value.to_owned()))
}

fn replaced(line: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let braced = after.strip_prefix('{');
        let text = braced.unwrap_or(after);
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let closed = braced.is_none() || text[end..].starts_with('}');
        match variables.get(&text[..end]).filter(|_| closed) {
            Some(value) => {
                out.push_str(value);
                rest = &text[end + usize::from(braced.is_some())..];
            }
            None => {
                out.push('$');
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_joined_and_variables_replaced() {
        let script = "U=\"redis\"\n# U=other\nadduser \\\n  --system \\\n  ${U} || true\nchown $U:$UNKNOWN /a\nX=$(id)\necho $X ${U-no}\n";
        let expected = [
            "U=\"redis\"",
            "adduser  --system  redis || true",
            "chown redis:$UNKNOWN /a",
            "X=$(id)",
            "echo $X ${U-no}",
        ];
        assert_eq!(commands(script), expected);
    }
}
