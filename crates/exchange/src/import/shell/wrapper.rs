//! Commands that run other commands: sudo, su, ssh, env, nohup and their like.

use super::word::Word;

/// What a command that runs another comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrapped<'w> {
    /// It is no such command.
    No,
    /// It runs the rest of its words, as this user where it says so.
    Words(&'w [Word], Option<String>),
    /// It runs a text, as this user where it says so.
    Text(&'w Word, Option<String>),
    /// What follows in the same source runs as this user.
    Becomes(String),
    /// It runs a script: a file, or what it gets as input.
    Script(Option<&'w Word>),
    /// It runs a command on another host.
    Elsewhere(String, &'w [Word]),
    /// It runs a command with words that only a run could tell.
    Given(&'w [Word]),
}

/// Takes the outermost wrapper off.
pub(super) fn unwrap(words: &[Word]) -> Wrapped<'_> {
    let Some((first, rest)) = words.split_first() else { return Wrapped::No };
    match first.text.rsplit('/').next().unwrap_or_default() {
        "sudo" | "doas" => sudo(rest),
        "su" => su(rest),
        "runuser" => su(rest),
        "env" => {
            let at =
                rest.iter().position(|w| !w.text.starts_with('-') && !is_assignment(&w.text)).unwrap_or(rest.len());
            Wrapped::Words(&rest[at..], None)
        }
        "nohup" | "time" | "exec" | "command" | "builtin" | "setsid" | "stdbuf" | "eatmydata" | "noglob" => {
            Wrapped::Words(after_options(rest, &[]), None)
        }
        "nice" | "ionice" | "chrt" => Wrapped::Words(after_options(rest, &["-n", "-c", "-p"]), None),
        "timeout" => Wrapped::Words(after_options(rest, &["-s", "-k"]).get(1..).unwrap_or_default(), None),
        // once, instance or always, and a name
        "cloud-init-per" => Wrapped::Words(rest.get(2..).unwrap_or_default(), None),
        "watch" => Wrapped::Words(after_options(rest, &["-n"]), None),
        "xargs" => Wrapped::Given(after_options(rest, &["-n", "-P", "-I", "-d", "-L", "-a"])),
        "sh" | "bash" | "dash" | "zsh" | "ksh" => inline(rest),
        "eval" if rest.len() == 1 => Wrapped::Text(&rest[0], None),
        "ssh" => ssh(rest),
        _ => Wrapped::No,
    }
}

pub(super) fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}

fn after_options<'w>(words: &'w [Word], with_value: &[&str]) -> &'w [Word] {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word.text == "--" {
            at += 1;
            break;
        }
        if !word.text.starts_with('-') || word.text == "-" {
            break;
        }
        at += if with_value.contains(&word.text.as_str()) { 2 } else { 1 };
    }
    words.get(at..).unwrap_or_default()
}

fn sudo(words: &[Word]) -> Wrapped<'_> {
    let mut user = "root".to_owned();
    let mut is_login = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        match text {
            "-u" | "--user" => {
                user = words.get(at + 1).map_or(user, |w| w.text.clone());
                at += 2;
            }
            "-g" | "-p" | "-C" | "-h" | "-r" | "-t" | "-U" => at += 2,
            "--" => {
                at += 1;
                break;
            }
            _ if text.starts_with("-u") => {
                user = text[2..].to_owned();
                at += 1;
            }
            _ if text.starts_with("--user=") => {
                user = text["--user=".len()..].to_owned();
                at += 1;
            }
            _ if text.starts_with('-') => {
                is_login |= !text.starts_with("--") && (text.contains('i') || text.contains('s'));
                is_login |= matches!(text, "--login" | "--shell");
                at += 1;
            }
            _ if is_assignment(text) => at += 1,
            _ => break,
        }
    }
    match words.get(at..).unwrap_or_default() {
        [] if is_login => Wrapped::Becomes(user),
        rest => Wrapped::Words(rest, Some(user)),
    }
}

fn su(words: &[Word]) -> Wrapped<'_> {
    let mut user = None;
    let mut command = None;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.text.as_str() {
            "-c" | "--command" => {
                command = words.get(at + 1);
                at += 2;
            }
            "-s" | "--shell" | "-g" => at += 2,
            "-u" => {
                user = words.get(at + 1).map(|w| w.text.clone());
                at += 2;
            }
            "--" if user.is_some() => return Wrapped::Words(&words[at + 1..], user),
            text if text.starts_with('-') => at += 1,
            text => {
                user.get_or_insert_with(|| text.to_owned());
                at += 1;
            }
        }
    }
    let user = user.unwrap_or_else(|| "root".to_owned());
    match command {
        Some(command) => Wrapped::Text(command, Some(user)),
        None => Wrapped::Becomes(user),
    }
}

fn inline(words: &[Word]) -> Wrapped<'_> {
    let at = words.iter().position(|w| {
        w.text
            .strip_prefix('-')
            .is_some_and(|o| !o.starts_with('-') && o.ends_with('c') && o.chars().all(|c| c.is_ascii_lowercase()))
    });
    match at {
        Some(at) => words.get(at + 1).map_or(Wrapped::No, |text| Wrapped::Text(text, None)),
        // `bash -s` reads its input and gives the rest of the words to it.
        None if words.iter().any(|w| w.text == "-s") => Wrapped::Script(None),
        None => Wrapped::Script(after_options(words, &["-o", "-O"]).first().filter(|w| w.text != "-")),
    }
}

fn ssh(words: &[Word]) -> Wrapped<'_> {
    const WITH_VALUE: &[&str] =
        &["-p", "-i", "-l", "-o", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-m", "-S", "-W", "-w"];
    match after_options(words, WITH_VALUE).split_first() {
        Some((host, rest)) if !rest.is_empty() => {
            let host = host.text.rsplit('@').next().unwrap_or_default().to_owned();
            Wrapped::Elsewhere(host, after_options(rest, WITH_VALUE))
        }
        _ => Wrapped::No,
    }
}
