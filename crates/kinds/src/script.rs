//! Which commands a shell script calls, as far as that can be seen without running it: the words in the places where a
//! shell takes a command. What a variable holds is not followed.

use std::collections::BTreeSet;

/// Words that a shell reads itself, and the commands it has built in (sh(1), bash(1)).
const OWN: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "function",
    "select", "time", "!", "{", "}", "[", "[[", "]]", "(", ")", ".", ":", "alias", "bg", "break", "builtin", "cd",
    "command", "continue", "declare", "echo", "eval", "exec", "exit", "export", "false", "fg", "getopts", "hash",
    "jobs", "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read", "readonly",
    "return", "set", "shift", "shopt", "source", "test", "times", "trap", "true", "type", "typeset", "ulimit", "umask",
    "unalias", "unset", "wait",
];

/// Commands whose first word that is no option is a command again.
const WRAPPERS: &[&str] = &[
    "sudo",
    "nice",
    "ionice",
    "nohup",
    "setsid",
    "env",
    "exec",
    "time",
    "command",
    "xargs",
    "chronic",
    "timeout",
    "flock",
    "start-stop-daemon",
    "runuser",
    "su",
    "then",
    "do",
    "else",
    "if",
    "elif",
    "while",
    "until",
    "!",
    "{",
];

/// The commands that a script calls: names and paths, as written.
pub(crate) fn commands(script: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut own: BTreeSet<String> = BTreeSet::new();
    let mut here: Option<String> = None;
    for line in joined(script) {
        if let Some(end) = &here {
            if line.trim() == end {
                here = None;
            }
            continue;
        }
        here = heredoc(&line);
        if let Some((name, _)) = line.split_once("()") {
            own.insert(name.trim().trim_start_matches("function ").to_owned());
        }
        for part in parts(&line) {
            called(&part, &mut found);
        }
    }
    found.retain(|f| !own.contains(f));
    found
}

/// Lines, joined where a backslash ends one.
fn joined(script: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in script.lines() {
        let (text, more) = line.strip_suffix('\\').map_or((line, false), |l| (l, true));
        match lines.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.push(' ');
                last.push_str(text);
            }
            None => lines.push(text.to_owned()),
        }
        goes_on = more;
    }
    lines
}

/// The word that ends a here document which begins on this line.
fn heredoc(line: &str) -> Option<String> {
    let (_, after) = line.split_once("<<")?;
    let after = after.trim_start_matches('-').trim_start();
    let word: String = after
        .trim_start_matches(['\'', '"', '\\'])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty() && !after.starts_with('<')).then_some(word)
}

/// The simple commands of a line, each as its words: what quotes hold is one word, a comment ends the line, and what
/// stands in `$( )` or backquotes is a command of its own.
fn parts(line: &str) -> Vec<Vec<String>> {
    let mut parts = vec![Vec::new()];
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut chars = line.chars().peekable();
    let end_word = |word: &mut String, parts: &mut Vec<Vec<String>>| {
        if !word.is_empty()
            && let Some(last) = parts.last_mut()
        {
            last.push(std::mem::take(word));
        }
    };
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => word.push(c),
            (_, '$') if chars.peek() == Some(&'(') => {
                chars.next();
                end_word(&mut word, &mut parts);
                parts.push(Vec::new());
                quote = None;
            }
            (_, '`') => {
                end_word(&mut word, &mut parts);
                parts.push(Vec::new());
                quote = None;
            }
            (Some(_), _) => word.push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                // Even an empty text is a word.
                word.push('\u{0}');
            }
            (None, '\\') => word.extend(chars.next()),
            (None, '#') if word.is_empty() => break,
            // `2>&1` joins two outputs.
            (None, '&') if word.ends_with(['>', '<']) || chars.peek() == Some(&'>') => word.push(c),
            (None, ';' | '|' | '&' | '(' | ')') => {
                end_word(&mut word, &mut parts);
                parts.push(Vec::new());
            }
            (None, c) if c.is_whitespace() => end_word(&mut word, &mut parts),
            (None, c) => word.push(c),
        }
    }
    end_word(&mut word, &mut parts);
    parts
}

/// Takes in the command of a simple command, and those that it wraps.
fn called(words: &[String], found: &mut BTreeSet<String>) {
    let is_assignment = |w: &str| w.split_once('=').is_some_and(|(n, _)| !n.is_empty() && n.chars().all(is_of_name));
    let mut is_wrapped = false;
    for (at, word) in words.iter().enumerate() {
        let word = word.replace('\u{0}', "");
        // A redirection and its file, an assignment, the options and numbers of a wrapper.
        let follows_redirection = at > 0 && words[at - 1].ends_with(['>', '<']);
        let is_passed = word.contains(['>', '<']) || follows_redirection || is_assignment(&word) || word.is_empty();
        if is_passed || is_wrapped && (word.starts_with('-') || word.starts_with(|c: char| c.is_ascii_digit())) {
            continue;
        }
        let is_command = word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
            && word.chars().all(|c| is_of_name(c) || matches!(c, '/' | '.' | '+' | '-'));
        if is_command && !OWN.contains(&word.as_str()) {
            found.insert(word.clone());
        }
        is_wrapped = WRAPPERS.contains(&word.as_str());
        if !is_wrapped {
            return;
        }
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_where_a_shell_takes_them() {
        for (script, expected) in [
            ("mysqldump -u root db | gzip -9 > /b/$(date +%F).gz", "date gzip mysqldump"),
            ("test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }", "run-parts"),
            ("A=1 sudo -n nice -n 10 /opt/x.sh arg >/dev/null 2>&1 &", "/opt/x.sh nice sudo"),
            ("if ! curl -fs 'http://a;b|c'; then logger \"no $(hostname)\"; fi", "curl hostname logger"),
            ("cat <<EOF | mail root\nrm -rf everything\nEOF\nfind / \\\n -name x", "cat find mail"),
            ("# rm x\nlog() { logger x; }\nlog a; $CMD b; for i in a b; do touch $i; done", "logger touch"),
            ("x=\"$(id -u)\" && [ -n \"$x\" ]", "id"),
        ] {
            assert_eq!(Vec::from_iter(commands(script)).join(" "), expected, "{script}");
        }
    }
}
