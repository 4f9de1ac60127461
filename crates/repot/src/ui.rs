//! What a person sees: colours on terminals only, progress on stderr only, everything of a host escaped.

use crate::error::CommandError;
use crate::fit::fit;
use crate::run::print;
use crate::settings;
use exchange::report::Look;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use model::text::for_terminal;
use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

/// How loud repot is and where.
#[derive(Debug, Clone)]
pub(crate) struct Ui {
    quiet: bool,
    verbose: bool,
    progress: Option<MultiProgress>,
    /// The project as it was named, where it is not the directory that a person is in.
    project: Option<String>,
    /// How many seconds what is being done usually takes.
    usual: Option<u64>,
    /// Whether stdout takes colours.
    pub(crate) colour: bool,
    colour_stderr: bool,
}

impl Ui {
    /// Decides once what the terminals take.
    pub(crate) fn new(quiet: bool, verbose: bool) -> Self {
        let wanted =
            settings::NO_COLOR.os().is_none_or(|v| v.is_empty()) && settings::TERM.os().is_none_or(|t| t != "dumb");
        let terminal = std::io::stderr().is_terminal();
        Self {
            quiet,
            verbose,
            progress: (terminal && !quiet).then(MultiProgress::new),
            project: None,
            usual: None,
            colour: wanted && std::io::stdout().is_terminal(),
            colour_stderr: wanted && terminal,
        }
    }

    /// The same, of a project that was named: commands that are said name it too.
    pub(crate) fn of(self, project: &Path) -> Self {
        let named = (project != Path::new(".")).then(|| project.display().to_string());
        Self { project: named, ..self }
    }

    /// A text whose commands can be typed where the person is.
    pub(crate) fn typeable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.project {
            Some(project) => text.replace("`repot ", &format!("`repot --project {project} ")).into(),
            None => text.into(),
        }
    }

    /// The same, knowing how many seconds what is being done usually takes.
    pub(crate) fn usually(&self, seconds: Option<u64>) -> Self {
        Self { usual: seconds, ..self.clone() }
    }

    /// What the report for people may use.
    pub(crate) fn look(&self) -> Look {
        Look { colour: self.colour, all: self.verbose, width: self.width() }
    }

    /// How many characters a line of stdout has, where it is a terminal.
    pub(crate) fn width(&self) -> Option<usize> {
        width_of(std::io::stdout())
    }

    /// A result that people read, on stdout.
    pub(crate) fn show(&self, text: &str) -> Result<(), CommandError> {
        let text = if self.colour && !text.contains('\u{1b}') { signed(text) } else { text.to_owned() };
        match self.width() {
            Some(width) => print(fit(&text, width).as_bytes()),
            None => print(text.as_bytes()),
        }
    }

    /// What comes next: for a person at a terminal, who may not know it.
    pub(crate) fn next(&self, line: &str) {
        self.next_with(|| line.to_owned());
    }

    /// The same, found out only where somebody is told.
    pub(crate) fn next_with(&self, line: impl FnOnce() -> String) {
        if !self.quiet && std::io::stderr().is_terminal() {
            self.say(&format!("next: {}", for_terminal(&line())));
        }
    }

    /// Whether a person may be asked something.
    pub(crate) fn may_ask(&self) -> bool {
        std::io::stdin().is_terminal() && self.colour_stderr
    }

    /// A line for the person, not part of the result.
    pub(crate) fn say(&self, line: &str) {
        if !self.quiet {
            self.line(line);
        }
    }

    /// A line for a person who wants to know more.
    pub(crate) fn detail(&self, line: &str) {
        if self.verbose {
            self.line(line);
        }
    }

    /// Something a person should not miss.
    pub(crate) fn warn(&self, line: &str) {
        self.line(&format!("{} {}", self.paint("warning:", "33;1"), for_terminal(line)));
    }

    /// A failure, with what to do next.
    pub(crate) fn error(&self, error: &CommandError) {
        let shown: Vec<_> = error.what.lines().map(for_terminal).collect();
        self.line(&format!("{} {}", self.paint("error:", "31;1"), shown.join("\n")));
        for hint in &error.hints {
            self.line(&format!("{} {}", self.paint("hint:", "36;1"), for_terminal(hint)));
        }
    }

    fn line(&self, line: &str) {
        let line = self.typeable(line);
        let line = width_of(std::io::stderr()).map_or_else(|| line.to_string(), |width| fit(&line, width));
        let print = || {
            // Nobody is left to be told when stderr is closed.
            writeln!(std::io::stderr(), "{line}").ok();
        };
        match &self.progress {
            Some(progress) => progress.suspend(print),
            None => print(),
        }
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.colour_stderr { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A line that moves while a target is looked at; nothing when stderr is no terminal.
    pub(crate) fn watch(&self, name: &str) -> Watch {
        let bar = self.progress.as_ref().map(|all| {
            let usual = self.usual.map_or_else(String::new, |s| format!(" of about {s}s"));
            let style =
                ProgressStyle::with_template(&format!("{{spinner}} {{prefix:<24}} {{elapsed:>4}}{usual} {{msg}}"));
            let bar = all.add(ProgressBar::new_spinner());
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar.set_prefix(for_terminal(name).into_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Watch { bar }
    }
}

/// What a line that begins with one of these says has a colour in every report.
const SIGNS: &[(&str, &str)] = &[("✓", "32;1"), ("✗", "31;1"), ("≠", "31"), ("?", "33")];

/// A text with its signs in their colours.
fn signed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches(' ');
        let found = SIGNS.iter().find(|(sign, _)| rest.strip_prefix(sign).is_some_and(|after| after.starts_with(' ')));
        match found {
            Some((sign, code)) => {
                let (lead, after) = (&line[..line.len() - rest.len()], &rest[sign.len()..]);
                out.push_str(&format!("{lead}\u{1b}[{code}m{sign}\u{1b}[0m{after}"));
            }
            None => out.push_str(line),
        }
    }
    out
}

/// How many characters a line of a stream has, where it is a terminal.
pub(crate) fn width_of(stream: impl std::os::fd::AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0).max(20))
}

/// The moving line of one target.
#[derive(Debug)]
pub(crate) struct Watch {
    bar: Option<ProgressBar>,
}

impl Watch {
    /// What is being done.
    pub(crate) fn doing(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(for_terminal(what).into_owned());
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_have_one_colour_wherever_a_line_begins_with_them() {
        assert_eq!(signed("  ✗ a: b ✗\n? c\n"), "  \u{1b}[31;1m✗\u{1b}[0m a: b ✗\n\u{1b}[33m?\u{1b}[0m c\n");
        assert_eq!(signed("a ✗ b\n  ?x"), "a ✗ b\n  ?x");
    }
}
