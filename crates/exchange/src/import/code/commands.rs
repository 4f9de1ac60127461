//! Commands in the texts of a program, read by the one shell reader.

use super::super::out::Out;
use super::super::shell::Shell;
use super::super::shell::word::Word;
use super::super::statement::{Confidence, Says, Statement};

/// Reads a command that a program runs. What the program lacks is a variable without a value for the shell; where such a
/// one stands in quotes, what the shell made of it is taken back.
pub fn read(shell: &mut Shell<'_>, command: &Word, line: u32, confidence: Confidence, out: &mut Out) {
    let before = shell.like.confidence;
    shell.like.confidence = confidence.max(command.confidence);
    shell.is_one_line = true;
    match &command.lacks {
        None => shell.read(&command.text, line, out),
        Some(lacks) => {
            let mut said = Out::default();
            shell.read(&command.text, line, &mut said);
            out.take(said, |statement| known(statement, lacks));
        }
    }
    shell.like.confidence = before;
}

fn known(statement: Statement, lacks: &str) -> Statement {
    let has_gap = statement.what().iter().any(|e| serde_json::to_string(e).is_ok_and(|text| text.contains("${")));
    if has_gap { statement.says(Says::Unresolved(format!("the value of {lacks}"))) } else { statement }
}
