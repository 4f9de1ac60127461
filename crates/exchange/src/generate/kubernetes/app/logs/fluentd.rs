//! Fluentd's settings, as td-agent has them: `<source>` of files becomes a source of containers, the rest stays.

use super::{Collector, Found, PHP_BEGINS, Program, find, included, tag, without_secrets};
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::item::of;
use crate::generate::kubernetes::app::places::for_page;
use std::collections::{BTreeMap, BTreeSet};

/// A directive and what stands in it.
#[derive(Debug, Clone, Default)]
struct Directive {
    name: String,
    argument: String,
    parameters: Vec<(String, String)>,
    inner: Vec<Directive>,
    /// The file it stands in.
    file: String,
}

/// How deep directives may stand in each other.
const DEEPEST: usize = 12;

/// How often files may include others.
const MOST_FILES: usize = 200;

/// Where all events go after their lines are put together.
const LABEL: &str = "@HOST";

impl Directive {
    fn value(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn kind(&self) -> &str {
        self.value("@type").or_else(|| self.value("type")).unwrap_or_default()
    }
}

/// The collector made of it, and what a person has to know.
pub(super) fn collector(app: &App<'_>, texts: &BTreeMap<String, String>, main: &str) -> (Collector, Vec<String>) {
    let mut read = BTreeSet::new();
    let mut all = Vec::new();
    file(texts, main, &mut read, &mut all);
    let (mut sources, mut rest, mut notes) = (String::new(), String::new(), Vec::new());
    let mut secrets = BTreeMap::new();
    let mut taken = BTreeMap::new();
    for directive in &all {
        match (directive.name.as_str(), directive.kind()) {
            ("source", "tail") => {
                let (found, missing) = find(app, directive.value("path").unwrap_or_default(), &mut taken);
                notes.extend(missing);
                for log in found {
                    source(&mut sources, directive, &log);
                }
            }
            ("source", kind) => notes.push(format!(
                "A source of the type {} of the collector is not carried over: say who is to send to what.",
                for_page(kind)
            )),
            ("system", _) => {}
            _ => write(&mut rest, directive, 1, &mut secrets),
        }
    }
    let text = format!(
        "# Made by repot generate kubernetes of the host's collector: its tags, parsers, filters and outputs.\n\
         {sources}<label {LABEL}>\n{rest}</label>\n"
    );
    let gem = |p: super::Item<'_>| {
        let name = p.name().strip_prefix("gem:")?;
        name.starts_with("fluent-plugin-").then(|| (name.to_owned(), p.texts("versions").into_iter().next()))
    };
    let plugins = of(&app.want, "package").filter_map(gem).map(|(name, v)| (name, v.unwrap_or_default())).collect();
    let files = [("fluent.conf".to_owned(), text)].into_iter().collect();
    (Collector { program: Program::Fluentd, version: None, files, secrets, plugins, read }, notes)
}

/// One file with all that it includes.
fn file(texts: &BTreeMap<String, String>, path: &str, read: &mut BTreeSet<String>, out: &mut Vec<Directive>) {
    let Some(text) = texts.get(path) else { return };
    if read.len() > MOST_FILES || !read.insert(path.to_owned()) {
        return;
    }
    let mut open: Vec<Directive> = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some(pattern) = line.strip_prefix("@include") {
            if open.is_empty() {
                for other in included(texts, path, pattern.trim()) {
                    file(texts, other, read, out);
                }
            }
        } else if let Some(closed) = line.strip_prefix("</") {
            let Some(ended) = open.pop() else { continue };
            if closed.trim_end_matches('>') != ended.name {
                continue;
            }
            match open.last_mut() {
                Some(outer) => outer.inner.push(ended),
                None => out.push(ended),
            }
        } else if let Some(opened) = line.strip_prefix('<').and_then(|l| l.strip_suffix('>')) {
            if open.len() >= DEEPEST {
                continue;
            }
            let (name, argument) = opened.split_once(char::is_whitespace).unwrap_or((opened, ""));
            let (name, argument) = (name.trim().to_owned(), argument.trim().to_owned());
            open.push(Directive { name, argument, file: path.to_owned(), ..Directive::default() });
        } else if let Some(directive) = open.last_mut() {
            let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            directive.parameters.push((name.to_owned(), value.trim().to_owned()));
        }
    }
}

/// What tail reads a container's file by.
const CRI: &str = r"/^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<message>.*)$/";

/// A log of the host: the same tag, from the container that has it now.
fn source(out: &mut String, directive: &Directive, log: &Found) {
    let tag = tag(directive.value("tag").unwrap_or("host"), &log.path);
    let parse = parse_of(directive);
    out.push_str(&format!("\n# {}\n", one_line(&log.path)));
    out.push_str(&format!(
        "<source>\n  @type tail\n  path {}\n  path_key file\n  pos_file /var/lib/repot/{}.pos\n  tag {}\n  read_from_head true\n  \
         <parse>\n    @type regexp\n    expression {CRI}\n    time_format %Y-%m-%dT%H:%M:%S.%N%:z\n  </parse>\n</source>\n",
        log.files,
        file_name(&tag),
        one_line(&tag)
    ));
    let filter = |out: &mut String, body: &str| {
        out.push_str(&format!("<filter {}>\n{body}</filter>\n", one_line(&tag)));
    };
    filter(out, &format!("  @type grep\n  <regexp>\n    key stream\n    pattern /^{}$/\n  </regexp>\n", log.stream));
    // The runtime cuts long lines; a record is not whole before its last part.
    filter(
        out,
        "  @type concat\n  key message\n  use_partial_cri_logtag true\n  partial_cri_logtag_key logtag\n  \
         partial_cri_stream_key stream\n  stream_identity_key file\n  separator \"\"\n",
    );
    let begins = parse.iter().find(|(n, _)| n == "format_firstline").map(|(_, v)| v.clone());
    if let Some(begins) = begins.or_else(|| log.is_php.then(|| format!("/^{PHP_BEGINS}/"))) {
        // What stands on several lines is one record, as it was one message.
        filter(
            out,
            &format!(
                "  @type concat\n  key message\n  multiline_start_regexp {begins}\n  stream_identity_key file\n  flush_interval 5\n  \
                 timeout_label {LABEL}.{}\n",
                file_name(&tag)
            ),
        );
    }
    let parser = parser(&parse);
    out.push_str(&format!(
        "<match {}>\n  @type relabel\n  @label {LABEL}.{}\n</match>\n",
        one_line(&tag),
        file_name(&tag)
    ));
    out.push_str(&format!(
        "<label {LABEL}.{}>\n{parser}  <match **>\n    @type relabel\n    @label {LABEL}\n  </match>\n</label>\n",
        file_name(&tag)
    ));
}

/// The name of a file, and of a label, for a tag.
fn file_name(tag: &str) -> String {
    crate::generate::kubernetes::app::names::label(tag, 60)
}

/// Text of a host on one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '<' | '>') { '_' } else { c }).collect()
}

/// How the host parsed the lines: `<parse>`, or `format` as older versions write it.
fn parse_of(directive: &Directive) -> Vec<(String, String)> {
    if let Some(parse) = directive.inner.iter().find(|d| d.name == "parse") {
        return parse.parameters.clone();
    }
    let is_of_parser = |name: &str| {
        matches!(
            name,
            "time_format"
                | "time_key"
                | "keys"
                | "delimiter"
                | "types"
                | "timezone"
                | "keep_time_key"
                | "format_firstline"
        ) || name.strip_prefix("format").is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    };
    let mut parse = Vec::new();
    match directive.value("format") {
        Some(expression) if expression.starts_with('/') => {
            parse.push(("@type".to_owned(), "regexp".to_owned()));
            parse.push(("expression".to_owned(), expression.to_owned()));
        }
        Some(name) => parse.push(("@type".to_owned(), name.to_owned())),
        None => parse.push(("@type".to_owned(), "none".to_owned())),
    }
    parse.extend(directive.parameters.iter().filter(|(n, _)| is_of_parser(n)).cloned());
    parse
}

/// The host's parser, on what the container said.
fn parser(parse: &[(String, String)]) -> String {
    let kind = parse.iter().find(|(n, _)| n == "@type").map_or("none", |(_, v)| v.as_str());
    if kind == "none" {
        return String::new();
    }
    let mut lines: Vec<(String, String)> = parse.to_vec();
    if kind == "multiline" {
        // That parser is tail's alone: what it means is one expression over all lines.
        let mut parts: Vec<(u32, &str)> = Vec::new();
        for (name, value) in parse {
            if let Some(Ok(n)) = name.strip_prefix("format").map(str::parse::<u32>) {
                parts.push((n, value.strip_prefix('/').and_then(|v| v.strip_suffix('/')).unwrap_or(value)));
            }
        }
        parts.sort_unstable();
        let whole: String = parts.iter().map(|(_, part)| *part).collect();
        lines.retain(|(n, _)| !n.starts_with("format") && n != "@type" && !n.starts_with("multiline"));
        lines.insert(0, ("expression".to_owned(), format!("/{whole}/m")));
        lines.insert(0, ("@type".to_owned(), "regexp".to_owned()));
    }
    let inner: String = lines.iter().map(|(n, v)| format!("      {n} {v}\n")).collect();
    format!(
        "  <filter **>\n    @type parser\n    key_name message\n    reserve_data true\n    emit_invalid_record_to_error false\n    \
         <parse>\n{inner}    </parse>\n  </filter>\n"
    )
}

/// A directive as it was.
fn write(out: &mut String, directive: &Directive, depth: usize, secrets: &mut BTreeMap<String, (String, String)>) {
    let pad = "  ".repeat(depth);
    let argument = if directive.argument.is_empty() { String::new() } else { format!(" {}", directive.argument) };
    out.push_str(&format!("{pad}<{}{argument}>\n", directive.name));
    for (name, value) in &directive.parameters {
        let kept = without_secrets(value, &directive.file, secrets, |v| format!("#{{ENV['{v}']}}"));
        // Only within these quotes a variable is one.
        let kept = if kept == *value { kept } else { format!("\"{}\"", kept.trim_matches(['"', '\''])) };
        out.push_str(&format!("{pad}  {name} {kept}\n"));
    }
    for inner in &directive.inner {
        write(out, inner, depth + 1, secrets);
    }
    out.push_str(&format!("{pad}</{}>\n", directive.name));
}
