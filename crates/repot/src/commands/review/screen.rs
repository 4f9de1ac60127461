//! The review in a terminal: one question at a time, answered with a key. Everything can be taken back, and nothing is
//! written before it was shown what it changes and a person said yes.

use super::author::Author;
use super::going::{Going, Step};
use crate::deciding::Deciding;
use crate::error::CommandError;
use crate::ui::Ui;
use console::{Key, Term};
use model::exit::Exit;

/// Goes through what is undecided.
pub(super) fn go_through(deciding: &Deciding, author: Author, ui: &Ui) -> Result<Exit, CommandError> {
    let term = Term::stderr();
    let mut going = Going::new(deciding, author);
    if going.is_done() {
        ui.say("everything is decided; `repot review --list` shows it");
        return Ok(super::exit(&deciding.review()));
    }
    let step = loop {
        draw(&term, &going).map_err(lost)?;
        let key = term.read_key().map_err(lost)?;
        match going.press(key_of(key)) {
            Step::Stay => {}
            end @ (Step::Write | Step::Leave) => break end,
        }
    };
    term.clear_screen().map_err(lost)?;
    match step {
        Step::Write => {
            let is_written = deciding.write(&going.changes())?;
            let path = deciding.path();
            ui.say(&if is_written { format!("{path} is written") } else { format!("{path} says so already") });
        }
        Step::Stay | Step::Leave => ui.say("nothing was written"),
    }
    let review = going.review_if(matches!(step, Step::Write));
    ui.say(exchange::rules::report::summary(&review.accounting()).trim_end());
    ui.next(super::next(&review));
    Ok(super::exit(&review))
}

/// That the terminal went away.
fn lost(error: std::io::Error) -> CommandError {
    CommandError::usage(format!("the terminal: {error}; nothing was written"))
        .hint("without a terminal: repot review --list, --accept RULE, --set ID VERDICT --because \"…\"")
}

fn draw(term: &Term, going: &Going<'_>) -> std::io::Result<()> {
    let (height, width) = term.size();
    term.clear_screen()?;
    for line in going.lines(usize::from(width), usize::from(height)) {
        term.write_line(&line)?;
    }
    term.flush()
}

/// What a key means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    /// A character.
    Char(char),
    /// Yes, further.
    Enter,
    /// Back, away.
    Escape,
    /// Takes back the last character.
    Backspace,
    /// To the question before.
    Up,
    /// To the next question.
    Down,
    /// Anything else.
    Other,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other key means nothing here")]
fn key_of(key: Key) -> Press {
    match key {
        Key::Char(c) => Press::Char(c),
        Key::Enter => Press::Enter,
        Key::Escape => Press::Escape,
        Key::Backspace | Key::Del => Press::Backspace,
        Key::ArrowUp | Key::ArrowLeft => Press::Up,
        Key::ArrowDown | Key::ArrowRight => Press::Down,
        _ => Press::Other,
    }
}
