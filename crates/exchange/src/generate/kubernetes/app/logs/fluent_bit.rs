//! Fluent Bit's settings in their classic form: `[INPUT]` of files becomes one of containers, the rest stays.

use super::{Collector, Found, PHP_BEGINS, Program, find, included, tag, without_secrets};
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::names::label;
use crate::generate::kubernetes::app::places::for_page;
use std::collections::{BTreeMap, BTreeSet};

/// A section and what stands in it.
#[derive(Debug, Clone)]
struct Section {
    name: String,
    values: Vec<(String, String)>,
    file: String,
}

/// How many files are read.
const MOST_FILES: usize = 200;

/// Where the settings are in the container.
const DIR: &str = "/fluent-bit/repot";

/// The name of the parser that puts PHP's records together.
const PHP: &str = "repot-php";

impl Section {
    fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The collector made of it, and what a person has to know.
pub(super) fn collector(app: &App<'_>, texts: &BTreeMap<String, String>, main: &str) -> (Collector, Vec<String>) {
    let mut read = BTreeSet::new();
    let mut all = Vec::new();
    sections(texts, main, &mut read, &mut all);
    let mut parsers = Vec::new();
    let service = all.iter().find(|s| s.is("service")).cloned();
    let named = service.iter().flat_map(|s| s.values.iter());
    for (_, file) in named.filter(|(n, _)| n.eq_ignore_ascii_case("parsers_file")) {
        for path in included(texts, main, file) {
            sections(texts, path, &mut read, &mut parsers);
        }
    }
    let (mut inputs, mut rest, mut notes) = (String::new(), String::new(), Vec::new());
    let mut secrets = BTreeMap::new();
    let mut taken = BTreeMap::new();
    let mut together: BTreeMap<String, String> = BTreeMap::new();
    for section in &all {
        match (section.name.to_ascii_lowercase().as_str(), section.value("name").unwrap_or_default()) {
            ("input", "tail") => {
                let (found, missing) = find(app, section.value("path").unwrap_or_default(), &mut taken);
                notes.extend(missing);
                for log in found {
                    input(&mut inputs, section, &log, &parsers, &mut together);
                }
            }
            ("input", kind) => notes.push(format!(
                "An input of the name {} of the collector is not carried over: say who is to send to what.",
                for_page(kind)
            )),
            ("service", _) => {}
            _ => write(&mut rest, section, &mut secrets),
        }
    }
    let text = format!(
        "# Made by repot generate kubernetes of the host's collector: its tags, parsers, filters and outputs.\n\
         [SERVICE]\n    Flush 1\n    Daemon Off\n    Log_Level info\n    Parsers_File /fluent-bit/etc/parsers.conf\n    \
         Parsers_File {DIR}/parsers.conf\n{inputs}{rest}"
    );
    let mut theirs = String::from("# The host's parsers, and those that put lines together.\n");
    for parser in &parsers {
        write(&mut theirs, parser, &mut secrets);
    }
    for (name, begins) in &together {
        theirs.push_str(&format!(
            "\n[MULTILINE_PARSER]\n    Name {name}\n    Type regex\n    Flush_Timeout 5000\n    \
             Rule \"start_state\" \"/^{begins}/\" \"cont\"\n    Rule \"cont\" \"/^(?!{begins}).*/\" \"cont\"\n"
        ));
    }
    let files = [("fluent-bit.conf".to_owned(), text), ("parsers.conf".to_owned(), theirs)].into_iter().collect();
    (Collector { program: Program::FluentBit, version: None, files, secrets, plugins: BTreeMap::new(), read }, notes)
}

fn sections(texts: &BTreeMap<String, String>, path: &str, read: &mut BTreeSet<String>, out: &mut Vec<Section>) {
    let Some(text) = texts.get(path) else { return };
    if read.len() > MOST_FILES || !read.insert(path.to_owned()) {
        return;
    }
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some(pattern) = line.strip_prefix("@INCLUDE").or_else(|| line.strip_prefix("@include")) {
            for other in included(texts, path, pattern.trim()) {
                sections(texts, other, read, out);
            }
        } else if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            out.push(Section { name: name.trim().to_owned(), values: Vec::new(), file: path.to_owned() });
        } else if let Some(section) = out.last_mut() {
            let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            section.values.push((name.to_owned(), value.trim().to_owned()));
        }
    }
}

/// A log of the host: the same tag, from the container that has it now.
fn input(
    out: &mut String,
    section: &Section,
    log: &Found,
    parsers: &[Section],
    together: &mut BTreeMap<String, String>,
) {
    let tag = tag(section.value("tag").unwrap_or("host"), &log.path);
    let (tag, file) = (one_line(&tag), label(&tag, 60));
    out.push_str(&format!(
        "\n# {}\n[INPUT]\n    Name tail\n    Path {}\n    Path_Key file\n    Tag {tag}\n    multiline.parser docker, cri\n    \
         DB /var/lib/repot/{file}.db\n    Read_from_Head On\n    Skip_Long_Lines Off\n\
         [FILTER]\n    Name grep\n    Match {tag}\n    Regex stream ^{}$\n",
        one_line(&log.path),
        log.files,
        log.stream
    ));
    let mut multiline =
        section.value("multiline.parser").filter(|p| !matches!(*p, "docker" | "cri")).map(str::to_owned);
    if section.value("multiline").is_some_and(|on| on.eq_ignore_ascii_case("on"))
        && let Some(first) = section.value("parser_firstline")
        && let Some(begins) =
            parsers.iter().find(|p| p.is("parser") && p.value("name") == Some(first)).and_then(|p| p.value("regex"))
    {
        let name = label(&format!("repot-{first}"), 60);
        let begins = begins.trim_matches('/').trim_start_matches('^').trim_end_matches('$').to_owned();
        together.insert(name.clone(), begins);
        multiline = Some(name);
    }
    if multiline.is_none() && log.is_php {
        together.insert(PHP.to_owned(), PHP_BEGINS.to_owned());
        multiline = Some(PHP.to_owned());
    }
    if let Some(multiline) = multiline {
        out.push_str(&format!(
            "[FILTER]\n    Name multiline\n    Match {tag}\n    multiline.key_content log\n    multiline.parser {multiline}\n"
        ));
    }
    if let Some(parser) = section.value("parser").or_else(|| section.value("parser_firstline")) {
        out.push_str(&format!(
            "[FILTER]\n    Name parser\n    Match {tag}\n    Key_Name log\n    Parser {parser}\n    Reserve_Data On\n    Preserve_Key On\n"
        ));
    }
}

/// Text of a host on one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '_' } else { c }).collect()
}

/// A section as it was.
fn write(out: &mut String, section: &Section, secrets: &mut BTreeMap<String, (String, String)>) {
    out.push_str(&format!("\n[{}]\n", section.name.to_ascii_uppercase()));
    for (name, value) in &section.values {
        let kept = without_secrets(value, &section.file, secrets, |v| format!("${{{v}}}"));
        out.push_str(&format!("    {name} {kept}\n"));
    }
}
