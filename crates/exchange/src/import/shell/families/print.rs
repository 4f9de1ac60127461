//! echo, printf and cat: what they print goes to a file or to the next command.

use super::super::super::conversion::Construct;
use super::super::call::{Call, Document, Said};
use super::super::expand::escapes;
use super::super::word::Word;
use super::Family;

pub(super) const FAMILY: Family = Family {
    name: "print",
    summary: "commands that print a text, for a file or for the next command",
    programs: &["echo", "printf", "cat"],
    constructs: &[
        Construct::yes("echo TEXT > FILE, echo -e, echo -n", "the file's contents, or a line of it"),
        Construct::yes("cat > FILE <<EOF, cat FILE | …", "the text of the heredoc, or of a file that is known"),
        Construct::partly("printf FORMAT ARG…", "%s, %d and escapes"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    said.output = match call.program {
        "echo" => Some(echo(call)),
        "printf" => printf(call),
        _ => cat(call, said),
    };
}

fn echo(call: &Call<'_>) -> Document {
    let (mut has_newline, mut has_escapes) = (true, false);
    let mut words = call.args;
    while let Some((first, rest)) = words.split_first() {
        match first.text.as_str() {
            "-n" => has_newline = false,
            "-e" => has_escapes = true,
            "-E" => has_escapes = false,
            "-ne" | "-en" => (has_newline, has_escapes) = (false, true),
            _ => break,
        }
        words = rest;
    }
    let mut text = Word::literal("");
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            text.push(Word::literal(" "));
        }
        text.push(word.clone());
    }
    if has_escapes {
        text.text = escapes(&text.text);
    }
    if has_newline {
        text.push(Word::literal("\n"));
    }
    text.is_pattern = false;
    Document::new(text, None)
}

fn printf(call: &Call<'_>) -> Option<Document> {
    let (format, args) = call.args.split_first()?;
    let format = Word { text: escapes(&format.text), ..format.clone() };
    let mut text = Word { text: String::new(), ..format.clone() };
    let mut args = args.iter();
    let mut is_used = false;
    loop {
        let mut rest = format.text.as_str();
        while let Some(at) = rest.find('%') {
            text.text.push_str(&rest[..at]);
            let (letter, after) = (rest[at + 1..].chars().next()?, &rest[at + 1..]);
            match letter {
                '%' => text.text.push('%'),
                's' | 'd' => {
                    is_used = true;
                    text.push(args.next().cloned().unwrap_or_else(|| Word::literal("")));
                }
                _ => return None,
            }
            rest = &after[letter.len_utf8()..];
        }
        text.text.push_str(rest);
        // The format is used again while there are arguments.
        if args.len() == 0 || !is_used {
            break;
        }
    }
    text.is_pattern = false;
    Some(Document::new(text, None))
}

fn cat(call: &Call<'_>, said: &mut Said) -> Option<Document> {
    let operands = call.operands(&[]);
    if operands.iter().all(|w| w.text == "-") {
        return call.input.cloned();
    }
    let mut whole: Option<Document> = None;
    for word in operands {
        let next = if word.text == "-" { call.input.cloned() } else { (call.texts)(&call.path_of(word, said)?) };
        let next = next?;
        whole = Some(match whole {
            None => next,
            Some(mut all) => {
                all.text.push(next.text);
                all
            }
        });
    }
    whole
}
