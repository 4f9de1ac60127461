//! Runbooks: Markdown or plain text, with commands in blocks, behind prompts, and in sentences such as "edit FILE and
//! set X". Steps that are words only are listed as such.

use super::super::conversion::Construct;
use super::super::effect::Effect;
use super::super::files::{File, Files};
use super::super::out::Out;
use super::super::shell::{Shell, families};
use super::super::source::Source;
use super::super::statement::{Confidence, Says, Statement};
use super::script::document;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;
use std::sync::LazyLock;

/// The reader.
pub(super) struct Runbook;

impl Source for Runbook {
    fn name(&self) -> &'static str {
        "runbook"
    }

    fn summary(&self) -> &'static str {
        "runbooks and notes in Markdown or plain text (.md, .markdown, .txt, README, INSTALL), when they are named"
    }

    fn takes(&self, file: &File) -> bool {
        let is_text = matches!(file.ending().as_str(), "md" | "markdown" | "txt" | "text" | "mkd");
        let is_known =
            ["README", "INSTALL", "RUNBOOK", "HOWTO", "NOTES"].contains(&file.name().to_ascii_uppercase().as_str());
        // Wherever else a text lies, it may be anything: a list of requirements, a licence.
        (is_text || is_known) && (file.named || matches!(file.ending().as_str(), "md" | "markdown"))
    }

    fn read(&self, mine: &[File], all: &Files, out: &mut Out) {
        for file in mine {
            let lookup = |path: &str| document(all, file, path);
            let shell = Shell::new(Statement::new(file.line(1), ""), &lookup);
            let mut reader = Reader { file, shell, out, when: None, about: None };
            let is_markdown = matches!(file.ending().as_str(), "md" | "markdown" | "mkd")
                || file.text().lines().any(|l| l.starts_with("```"));
            if is_markdown { reader.markdown() } else { reader.plain() }
        }
    }

    fn constructs(&self) -> &'static [Construct] {
        const {
            &[
                Construct::yes(
                    "a fenced block of sh, bash, console or nothing; an indented block",
                    "its lines as commands",
                ),
                Construct::yes(
                    "$ COMMAND, # COMMAND, user@host:~# COMMAND",
                    "commands; what stands between them is their output; after `#` as root",
                ),
                Construct::yes("Edit `FILE` and set `X`, followed by a block or not", "lines of the file"),
                Construct::yes("Create `FILE`: followed by a block", "the contents of the file"),
                Construct::partly(
                    "Run `COMMAND` in a sentence",
                    "a command; guessed unless the sentence begins with run, do, then, execute, type",
                ),
                Construct::yes("## 2016-03-01 …", "the date of the steps below"),
                Construct::yes("- words only", "a step in prose, listed"),
            ]
        }
    }
}

struct Reader<'a, 'f> {
    file: &'a File,
    shell: Shell<'f>,
    out: &'a mut Out,
    when: Option<String>,
    /// The file that the sentence before a block speaks of, whether as a whole, and its line.
    about: Option<About>,
}

#[derive(Debug, Clone)]
struct About {
    path: String,
    is_whole: bool,
}

/// A paragraph or item: its words, and the code in it.
#[derive(Debug, Default)]
struct Sentence {
    text: String,
    codes: Vec<String>,
    start: usize,
    had_block: bool,
}

#[expect(clippy::unwrap_used, reason = "the expressions are literals")]
mod patterns {
    use super::{LazyLock, Regex};
    pub(super) static DATE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b((?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)\b").unwrap());
    pub(super) static PATH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s`(])(/(?:etc|var|usr|opt|srv|home|root|lib|boot)/[^\s`,;:)]+)").unwrap());
    pub(super) static EDIT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(edit|change|open|set|add|append|adjust|modify|uncomment|make sure|ensure|should (?:have|contain|say))\b").unwrap()
    });
    pub(super) static CREATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(create|write|make|put|save|install|contents? of|looks like|replace)\b").unwrap()
    });
    pub(super) static ADD: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)\b(add|append|set|change|edit|uncomment)\b").unwrap());
    pub(super) static RUN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^\W*(?:\d+[.)]\s*)?(?:then|now|next|finally|first|and|also)?,?\s*(?:run|do|execute|type|enter|issue|start|stop|restart|enable|disable|install|remove|reload|use)\b").unwrap()
    });
    pub(super) static NOT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(not|never|don't|no longer|instead of|used to|do not|avoid|was|were|if)\b").unwrap()
    });
    pub(super) static PROMPT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\s*(?:[\w.-]+@[\w.-]+[:\s][^#$%>]*|\[[^\]]+\]\s*)?([#$%])\s+(\S.*)$").unwrap());
}

impl Reader<'_, '_> {
    fn line_of(&self, offset: usize) -> usize {
        self.file.text().as_bytes()[..offset.min(self.file.text().len())].iter().filter(|b| **b == b'\n').count() + 1
    }

    fn like(&self, line: usize, said: &str) -> Statement {
        let mut statement = Statement::new(self.file.line(line), said);
        statement.when.clone_from(&self.when);
        statement
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what else Markdown has holds no steps")]
    fn markdown(&mut self) {
        let text = self.file.text();
        let mut sentence: Option<Sentence> = None;
        let mut heading: Option<String> = None;
        let mut block: Option<(String, String, usize)> = None;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => {
                    self.sentence(sentence.take());
                    self.about = None;
                    heading = Some(String::new());
                }
                Event::End(TagEnd::Heading(_)) => self.heading(&heading.take().unwrap_or_default()),
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.into_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    if let Some(sentence) = &mut sentence {
                        sentence.had_block = true;
                    }
                    self.sentence(sentence.take());
                    block = Some((info, String::new(), 0));
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((info, code, start)) = block.take() {
                        let line = self.line_of(start);
                        self.block(&info, &code, line);
                    }
                }
                Event::Text(words) => match (&mut block, &mut heading, &mut sentence) {
                    (Some((_, code, start)), _, _) => {
                        if code.is_empty() {
                            *start = range.start;
                        }
                        code.push_str(&words);
                    }
                    (None, Some(heading), _) => heading.push_str(&words),
                    (None, None, Some(sentence)) => sentence.text.push_str(&words),
                    (None, None, None) => {}
                },
                Event::Code(words) => match (&mut heading, &mut sentence) {
                    (Some(heading), _) => heading.push_str(&words),
                    (None, Some(sentence)) => {
                        sentence.text.push('`');
                        sentence.text.push_str(&words);
                        sentence.text.push('`');
                        sentence.codes.push(words.into_string());
                    }
                    (None, None) => {}
                },
                Event::SoftBreak | Event::HardBreak => {
                    if let Some(sentence) = &mut sentence {
                        sentence.text.push(' ');
                    }
                }
                Event::Start(Tag::Paragraph | Tag::Item | Tag::TableCell) => {
                    let is_empty = sentence.as_ref().is_some_and(|s| s.text.trim().is_empty());
                    if !is_empty {
                        self.sentence(sentence.take());
                        sentence = Some(Sentence { start: range.start, ..Sentence::default() });
                    }
                }
                Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => {
                    self.sentence(sentence.take());
                }
                _ => {}
            }
        }
        self.sentence(sentence.take());
    }

    fn heading(&mut self, text: &str) {
        self.when = patterns::DATE.find(text).map(|m| m.as_str().to_owned());
        self.shell.like.when.clone_from(&self.when);
    }

    fn plain(&mut self) {
        let text = self.file.text().to_owned();
        let lines: Vec<&str> = text.lines().collect();
        let mut at = 0;
        while at < lines.len() {
            let start = at;
            if lines[at].trim().is_empty() {
                at += 1;
                continue;
            }
            let is_code =
                |line: &str| patterns::PROMPT.is_match(line) || line.starts_with("    ") || line.starts_with('\t');
            if is_code(lines[at]) {
                while at < lines.len()
                    && (is_code(lines[at])
                        || (lines[at].trim().is_empty() && lines.get(at + 1).is_some_and(|l| is_code(l))))
                {
                    at += 1;
                }
                let indent = lines[start].len() - lines[start].trim_start().len();
                let code: Vec<&str> =
                    lines[start..at].iter().map(|l| l.get(indent..).unwrap_or_else(|| l.trim_start())).collect();
                self.block("", &code.join("\n"), start + 1);
                continue;
            }
            let is_item = |line: &str| {
                let line = line.trim_start();
                line.starts_with("- ")
                    || line.starts_with("* ")
                    || line
                        .split_once(['.', ')'])
                        .is_some_and(|(n, _)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
            };
            at += 1;
            while at < lines.len() && !lines[at].trim().is_empty() && !is_code(lines[at]) && !is_item(lines[at]) {
                at += 1;
            }
            let is_heading =
                lines.get(start + 1).is_some_and(|l| l.len() > 2 && l.chars().all(|c| matches!(c, '=' | '-' | '~')));
            let words = lines[start..at].join(" ");
            if is_heading || lines[start].starts_with("==") {
                self.heading(&words);
                self.about = None;
                continue;
            }
            let codes = words.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            let offset = text.lines().take(start).map(|l| l.len() + 1).sum();
            let had_block = words.trim_end().ends_with(':');
            self.sentence(Some(Sentence { text: words, codes, start: offset, had_block }));
        }
    }

    /// A paragraph or an item: what it says of a file, the commands in it, or that it is words only.
    fn sentence(&mut self, sentence: Option<Sentence>) {
        let Some(sentence) = sentence.filter(|s| !s.text.trim().is_empty()) else { return };
        let line = self.line_of(sentence.start);
        let is_denied = patterns::NOT.is_match(&sentence.text);
        let is_run = patterns::RUN.is_match(&sentence.text);
        let path = patterns::PATH.captures(&sentence.text).map(|c| c[1].trim_end_matches('.').to_owned());
        let is_edit = patterns::EDIT.is_match(&sentence.text);
        let is_create = patterns::CREATE.is_match(&sentence.text);
        self.about = path
            .clone()
            .filter(|_| is_edit || is_create || sentence.text.trim_end().ends_with(':'))
            .map(|path| About { path, is_whole: is_create && !patterns::ADD.is_match(&sentence.text) });
        let mut has_said = false;
        let (mut settings, mut commands) = (Vec::new(), Vec::new());
        for code in &sentence.codes {
            match code.split_whitespace().next() {
                Some(first) if code.contains(' ') && families::is_known(first) => commands.push(code.clone()),
                Some(_) if Some(code) != path.as_ref() && (code.contains(['=', ' ']) || code.ends_with(';')) => {
                    settings.push(code.clone())
                }
                _ => {}
            }
        }
        if let (Some(path), false) = (path.filter(|_| is_edit), settings.is_empty()) {
            let effect = Effect::Lines { path, lines: settings, there: true, source: None };
            let confidence = if is_denied { Confidence::Guessed } else { Confidence::Exact };
            let statement = self.like(line, &sentence.text).at_most(confidence).effects(vec![effect]);
            self.out.say(statement);
            has_said = true;
            self.about = None;
        }
        for command in commands {
            let confidence = if is_run && !is_denied { Confidence::Exact } else { Confidence::Guessed };
            self.commands(&command, line, confidence, true);
            has_said = true;
        }
        if !has_said && !sentence.had_block && self.about.is_none() {
            let statement = self.like(line, &sentence.text).says(Says::Prose);
            self.out.say(statement);
        }
    }

    fn commands(&mut self, text: &str, line: usize, confidence: Confidence, is_one_line: bool) {
        self.shell.like.confidence = confidence;
        self.shell.is_one_line = is_one_line;
        self.shell.read(text, u32::try_from(line).unwrap_or(u32::MAX), self.out);
        self.shell.like.confidence = Confidence::Exact;
        self.shell.is_one_line = false;
    }

    /// A block: commands behind prompts, what a file is to hold, or commands.
    fn block(&mut self, info: &str, code: &str, line: usize) {
        let about = self.about.take();
        let info = info.split([' ', ',', '{']).next().unwrap_or_default().to_ascii_lowercase();
        let is_shell = matches!(
            info.as_str(),
            "sh" | "bash" | "shell" | "console" | "shell-session" | "shellsession" | "zsh" | "terminal"
        );
        let has_prompts = code.lines().any(|l| {
            patterns::PROMPT.captures(l).is_some_and(|c| &c[1] == "$" || families::is_known(first_word(&c[2])))
        });
        if has_prompts {
            return self.session(code, line);
        }
        if super::capistrano::pasted(self.file, code, line, self.out) {
            return;
        }
        let words: Vec<&str> =
            code.lines().filter(|l| !l.trim().is_empty() && !l.trim().starts_with('#')).map(first_word).collect();
        let is_commands = !words.is_empty() && words.iter().all(|w| families::is_known(w));
        if let Some(about) = about.filter(|_| !is_shell && !is_commands) {
            let effect = if about.is_whole {
                Effect::Contents { path: about.path, text: code.to_owned(), source: Some(self.file.line(line)) }
            } else {
                let lines: Vec<String> = code.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
                let source = (lines.len() == code.lines().count()).then(|| self.file.line(line));
                Effect::Lines { path: about.path, lines, there: true, source }
            };
            let statement = self.like(line, code).effects(vec![effect]);
            return self.out.say(statement);
        }
        let is_plain = info.is_empty() || info == "text";
        if is_shell || (is_plain && code.lines().any(|l| families::is_known(first_word(l)))) {
            return self.commands(code, line, Confidence::Exact, false);
        }
        let statement = self
            .like(line, code)
            .says(Says::NotUnderstood("a block that is no commands, and of no file that is named".to_owned()));
        self.out.say(statement);
    }

    /// Commands behind prompts, with what they print between them.
    fn session(&mut self, code: &str, line: usize) {
        let lines: Vec<&str> = code.lines().collect();
        let mut at = 0;
        while at < lines.len() {
            let Some(found) = patterns::PROMPT.captures(lines[at]) else {
                at += 1;
                continue;
            };
            let start = at;
            let mut command = found[2].to_owned();
            // A command goes on behind a backslash, and a heredoc until its mark.
            let mark = command
                .split("<<")
                .nth(1)
                .map(|m| m.trim_start_matches('-').trim_start().trim_matches(['\'', '"', '\\']).to_owned());
            let mark = mark
                .and_then(|m| m.split([' ', '\'', '"', '>', '|']).next().map(str::to_owned))
                .filter(|m| !m.is_empty() && !m.starts_with('<'));
            while at + 1 < lines.len() && (lines[at].ends_with('\\') || mark.is_some()) {
                at += 1;
                let next = lines[at].strip_prefix("> ").unwrap_or(lines[at]);
                command.push('\n');
                command.push_str(next);
                if mark.as_deref() == Some(next.trim()) {
                    break;
                }
            }
            let before = self.shell.user.clone();
            if &found[1] == "#" {
                self.shell.user = Some("root".to_owned());
            }
            self.commands(&command, line + start, Confidence::Exact, false);
            if &found[1] == "#" {
                self.shell.user = before;
            }
            at += 1;
        }
    }
}

/// The first word of a command line, without sudo and assignments before it.
fn first_word(line: &str) -> &str {
    line.split_whitespace().find(|w| !matches!(*w, "sudo" | "-E" | "-H") && !w.contains('=')).unwrap_or_default()
}
