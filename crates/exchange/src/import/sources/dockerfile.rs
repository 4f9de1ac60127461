//! Dockerfiles: what an attempt at a container says of the host it was made after.

use super::super::conversion::Construct;
use super::super::effect::Effect;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::call::absolute;
use super::super::shell::{Shell, quoted};
use super::super::source::Source;
use super::super::statement::{Confidence, Says, Statement};
use super::script::document;
use std::collections::BTreeMap;

/// The reader.
pub(super) struct Dockerfile;

const CONSTRUCTS: &[Construct] = &[
    Construct::yes(
        "RUN …, RUN [\"…\"], RUN <<EOF",
        "as the shell reader reads the command, as root or as USER, in WORKDIR",
    ),
    Construct::yes(
        "COPY SRC… DEST, --chown, --chmod; ADD of a local file",
        "the contents, where the file was given; otherwise that it is there",
    ),
    Construct::partly("ADD URL, ADD of an archive, COPY --from=STAGE", "that the destination is there"),
    Construct::yes("ENV, ARG, ${X}, ${X:-y}", "folded; an ENV is a variable of any process (guessed)"),
    Construct::yes("WORKDIR, USER", "the directory; WORKDIR says that it is there"),
    Construct::partly("EXPOSE PORT", "that something listens there (guessed)"),
    Construct::no(
        "FROM, CMD, ENTRYPOINT, LABEL, VOLUME, HEALTHCHECK, ONBUILD, SHELL, STOPSIGNAL",
        "nothing that lasts on a host",
    ),
];

impl Source for Dockerfile {
    fn name(&self) -> &'static str {
        "dockerfile"
    }

    fn summary(&self) -> &'static str {
        "Dockerfiles and Containerfiles"
    }

    fn takes(&self, file: &File) -> bool {
        let name = file.name();
        if matches!(file.ending().as_str(), "j2" | "jinja2" | "erb" | "tmpl" | "template" | "md" | "sh") {
            return false;
        }
        let is_named = |n: &str| name == n || name.strip_prefix(n).is_some_and(|rest| rest.starts_with(['.', '-']));
        is_named("Dockerfile") || is_named("Containerfile") || file.ending() == "dockerfile"
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        for file in mine {
            let lookup = |path: &str| document(all, file, path);
            let mut shell = Shell::new(Statement::new(file.line(1), "").at_most(Confidence::Exact), &lookup);
            shell.user = Some("root".to_owned());
            shell.dir = Some("/".to_owned());
            Reader { file, all, out, shell, variables: BTreeMap::new() }.read();
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        CONSTRUCTS
    }
}

struct Reader<'a, 'f> {
    file: &'a File,
    all: &'a Files,
    out: &'a mut Out,
    shell: Shell<'f>,
    variables: BTreeMap<String, String>,
}

impl Reader<'_, '_> {
    fn read(&mut self) {
        let text = self.file.text().to_owned();
        let lines: Vec<&str> = text.lines().collect();
        let mut at = 0;
        while at < lines.len() {
            let start = at;
            let line = lines[at].trim();
            at += 1;
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let mut body = rest.to_owned();
            while body.ends_with('\\') && at < lines.len() {
                let next = lines[at];
                at += 1;
                // A comment between continued lines is no part of the command.
                let next = if next.trim_start().starts_with('#') { "\\" } else { next };
                body.push('\n');
                body.push_str(next);
            }
            if let Some(mark) = heredoc(rest) {
                while at < lines.len() {
                    body.push('\n');
                    body.push_str(lines[at]);
                    at += 1;
                    if lines[at - 1].trim() == mark {
                        break;
                    }
                }
            }
            self.instruction(&word.to_ascii_uppercase(), &body, start + 1);
        }
    }

    fn say(&mut self, line: usize, said: &str, sure: Confidence, says: Says) {
        self.out.say(Statement::new(self.file.line(line), said).at_most(sure).says(says));
    }

    fn instruction(&mut self, word: &str, body: &str, line: usize) {
        let said = format!("{word} {body}");
        match word {
            "RUN" => self.run(body, line),
            "COPY" | "ADD" => self.copy(body, line, &said),
            "ENV" | "ARG" => self.variables(word, body, line, &said),
            "WORKDIR" => {
                let path = self.filled(body.trim());
                let path = if path.starts_with('/') {
                    path
                } else {
                    format!("{}/{path}", self.shell.dir.clone().unwrap_or_default())
                };
                let Some(path) = absolute(&path) else {
                    return self.say(line, &said, Confidence::Exact, Says::Unresolved("which directory".to_owned()));
                };
                self.shell.dir = Some(path.clone());
                self.say(line, &said, Confidence::Guessed, Says::Effects(vec![Effect::there("file", path)]));
            }
            "USER" => {
                let user = self.filled(body.trim());
                self.shell.user = user.split(':').next().map(str::to_owned);
                self.say(line, &said, Confidence::Exact, Says::Nothing);
            }
            "EXPOSE" => {
                let ports: Vec<String> = self.filled(body).split_whitespace().map(str::to_owned).collect();
                let effects = ports
                    .iter()
                    .filter_map(|p| {
                        let (port, protocol) = p.split_once('/').unwrap_or((p, "tcp"));
                        let port: u16 = port.parse().ok()?;
                        Some(Effect::there("port", format!("{protocol}*:{port}")))
                    })
                    .collect();
                self.say(line, &said, Confidence::Guessed, Says::Effects(effects));
            }
            "FROM" | "CMD" | "ENTRYPOINT" | "LABEL" | "VOLUME" | "HEALTHCHECK" | "ONBUILD" | "SHELL" | "STOPSIGNAL"
            | "MAINTAINER" => {
                if word == "FROM" {
                    self.shell.user = Some("root".to_owned());
                    self.shell.dir = Some("/".to_owned());
                }
                self.say(line, &said, Confidence::Exact, Says::Nothing);
            }
            _ => self.say(
                line,
                &said,
                Confidence::Exact,
                Says::NotUnderstood(format!("no instruction is called {word}")),
            ),
        }
    }

    fn run(&mut self, body: &str, line: usize) {
        let mut body = body.trim_start();
        while let Some(rest) = body.strip_prefix("--") {
            body = rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
        }
        let list: Option<Vec<String>> = body.starts_with('[').then(|| serde_json::from_str(body).ok()).flatten();
        for (name, value) in &self.variables {
            self.shell.set(name.clone(), value.clone());
        }
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let dir = self.shell.dir.clone();
        if let Some(words) = list {
            self.shell.read(&quoted(words.iter().map(String::as_str)), line, self.out);
        } else if let Some((mark, (_, inner))) =
            heredoc(body).filter(|_| body.starts_with("<<")).zip(body.split_once('\n'))
        {
            let inner: Vec<&str> = inner.lines().filter(|l| l.trim() != mark).collect();
            self.shell.read(&inner.join("\n"), line + 1, self.out);
        } else {
            // What stands on continued lines begins on the line of RUN.
            self.shell.is_one_line = true;
            self.shell.read(body, line, self.out);
            self.shell.is_one_line = false;
        }
        self.shell.dir = dir;
    }

    fn copy(&mut self, body: &str, line: usize, said: &str) {
        let body = self.filled(&body.replace("\\\n", " "));
        let mut owner = None;
        let mut mode = None;
        let mut is_other = false;
        let words: Vec<String> = if body.trim_start().starts_with('[') {
            serde_json::from_str(body.trim()).unwrap_or_default()
        } else {
            body.split_whitespace().map(str::to_owned).collect()
        };
        let mut paths = Vec::new();
        for word in words {
            match word.split_once('=') {
                Some(("--chown", value)) => owner = Some(value.to_owned()),
                Some(("--chmod", value)) => mode = Some(value.to_owned()),
                Some(("--from", _)) => is_other = true,
                _ if word.starts_with("--") => {}
                _ => paths.push(word),
            }
        }
        let Some(dest) = paths.pop().filter(|_| !paths.is_empty()) else {
            return self.say(
                line,
                said,
                Confidence::Exact,
                Says::Unresolved("what it copies, and where to".to_owned()),
            );
        };
        let is_dir = dest.ends_with('/') || dest == "." || paths.len() > 1;
        let dest =
            if dest.starts_with('/') { dest } else { format!("{}/{dest}", self.shell.dir.clone().unwrap_or_default()) };
        let Some(dest) = absolute(&dest) else {
            return self.say(line, said, Confidence::Exact, Says::Unresolved("where it copies to".to_owned()));
        };
        let mut effects = Vec::new();
        for path in &paths {
            let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let to =
                if is_dir && name != "." { format!("{}/{name}", dest.trim_end_matches('/')) } else { dest.clone() };
            let in_context = path.trim_start_matches("./").trim_start_matches('/');
            let is_elsewhere = is_other || path.contains("://");
            match self.all.above(self.file, in_context).filter(|_| !is_elsewhere) {
                Some(file) => effects.push(Effect::copy_of(file, &to)),
                None if name == "." => continue,
                None => effects.push(Effect::there("file", &to)),
            }
            effects.extend(owner.iter().flat_map(|owner| Effect::owned(&to, owner)));
            effects.extend(mode.iter().map(|mode| Effect::mode(&to, mode)));
        }
        let says = if effects.is_empty() { Says::Nothing } else { Says::Effects(effects) };
        self.say(line, said, Confidence::Exact, says);
    }

    fn variables(&mut self, word: &str, body: &str, line: usize, said: &str) {
        let body = body.replace("\\\n", " ");
        let mut effects = Vec::new();
        let words: Vec<&str> = body.split_whitespace().collect();
        let pairs: Vec<(String, String)> = if words.first().is_some_and(|w| !w.contains('=')) && word == "ENV" {
            body.trim()
                .split_once(char::is_whitespace)
                .map(|(n, v)| (n.to_owned(), v.trim().to_owned()))
                .into_iter()
                .collect()
        } else {
            words
                .iter()
                .filter_map(|w| w.split_once('='))
                .map(|(n, v)| (n.to_owned(), v.trim_matches(['"', '\'']).to_owned()))
                .collect()
        };
        for (name, value) in pairs {
            let value = self.filled(&value);
            if word == "ENV" && !is_of_builds(&name) {
                effects.push(Effect::is("env", format!("*/{name}"), "value", value.clone()));
            }
            self.variables.insert(name, value);
        }
        let says = if effects.is_empty() { Says::Nothing } else { Says::Effects(effects) };
        self.say(line, said, Confidence::Guessed, says);
    }

    /// A text with the variables put in that are known.
    fn filled(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.variables {
            text = text.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
        }
        text
    }
}

/// Whether a variable is there for the programs that build the image.
fn is_of_builds(name: &str) -> bool {
    matches!(
        name,
        "DEBIAN_FRONTEND" | "DEBCONF_NONINTERACTIVE_SEEN" | "COMPOSER_ALLOW_SUPERUSER" | "BUILDKIT_INLINE_CACHE"
    ) || ["PIP_", "NPM_CONFIG_", "BUNDLE_", "POETRY_"].iter().any(|start| name.starts_with(start))
}

fn heredoc(text: &str) -> Option<String> {
    let rest = text.split_once("<<")?.1.trim_start_matches('-');
    let mark: String =
        rest.trim_matches(['"', '\'']).chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    (!mark.is_empty()).then_some(mark)
}
