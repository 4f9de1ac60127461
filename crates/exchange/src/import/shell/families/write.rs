//! What is written to a file: by `>`, `>>` and tee.

use super::super::super::conversion::Construct;
use super::super::super::effect::Effect;
use super::super::call::{Call, Document, Said};
use super::Family;

pub(in super::super) const FAMILY: Family = Family {
    name: "write",
    summary: "commands that write their input to a file",
    programs: &["tee", "sponge"],
    constructs: &[
        Construct::yes("… | tee FILE, tee -a FILE <<EOF", "the file's contents, or lines of it"),
        Construct::partly("COMMAND > FILE", "the file is there; what a program prints is not known"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    let appends = call.has(&["-a", "--append"]);
    for word in call.operands(&[]) {
        if word.text.starts_with("/dev/") {
            continue;
        }
        if let Some(path) = call.path_of(word, said) {
            written(&path, call.input, appends, said);
        }
    }
    said.output = call.input.cloned();
}

/// A text that is written to a file.
pub(in super::super) fn written(path: &str, text: Option<&Document>, appends: bool, said: &mut Said) {
    let Some(document) = text else {
        said.effect(Effect::there("file", path));
        return said.effect(Effect::Touched { path: path.to_owned() });
    };
    let source = document.source.clone();
    let path = path.to_owned();
    if document.text.lacks.is_some() {
        let parts = known_parts(&document.text.text);
        if appends {
            return said.effect(Effect::Touched { path });
        }
        return said.effect(Effect::Template { path, parts, source });
    }
    if appends || document.is_part {
        let lines = document.lines().into_iter().filter(|l| !l.trim().is_empty()).collect::<Vec<_>>();
        let is_whole = lines.len() == document.lines().len();
        return said.effect(Effect::Lines { path, lines, there: true, source: source.filter(|_| is_whole) });
    }
    said.effect(Effect::Contents { path, text: document.text.text.clone(), source });
}

/// What stands between the parts of a text that are not known: whole lines without any.
fn known_parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    for line in text.split_inclusive('\n') {
        if line.contains('$') || line.contains('`') {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push_str(line);
        }
    }
    parts.retain(|p| !p.trim().is_empty());
    parts
}
