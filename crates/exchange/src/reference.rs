//! The reference pages of the docs, made of what the kinds say of themselves. A test fails when they are stale.

use crate::report::{Look, REPORTS, Run, Target};
use kinds::KINDS;
use kinds::kind::{Area, Kind, Life, Property, Role, Shape};
use model::exit;
use model::finding::{Finding, Verdict};
use model::id::ResourceId;
use model::place::Place;
use std::fmt::Write;

/// Every page: its file name and its text.
pub fn pages() -> Vec<(String, String)> {
    let mut pages = vec![
        ("kinds.md".to_owned(), index()),
        ("exit-codes.md".to_owned(), exit_codes()),
        ("reports.md".to_owned(), reports()),
        ("imports.md".to_owned(), crate::import::conversion::page()),
        ("rules.md".to_owned(), crate::rules::reference::page()),
    ];
    pages.extend(KINDS.iter().map(|k| (format!("kind-{}.md", k.name()), page(*k))));
    pages
}

/// The part of the book's summary that lists the reference.
pub fn summary() -> String {
    let mut out = String::from("# Reference\n\n");
    let fixed = [
        ("Commands", "commands"),
        ("Settings", "settings"),
        ("Exit codes", "reference/exit-codes"),
        ("Reports", "reference/reports"),
        ("What imports understand", "reference/imports"),
        ("Rules", "reference/rules"),
        ("Kinds", "reference/kinds"),
    ];
    for (title, page) in fixed {
        writeln!(out, "- [{title}]({page}.md)").ok();
    }
    for kind in KINDS {
        writeln!(out, "  - [{0}](reference/kind-{0}.md)", kind.name()).ok();
    }
    out
}

/// What a command prints of a kind, in lines of a width.
pub fn about(kind: &dyn Kind, width: usize) -> String {
    let mut out = wrapped(&format!("{}: {}", kind.name(), kind.summary()), width, 2);
    let swept = if kind.is_swept() { "Captured." } else { "Not captured: only what a spec names is looked at." };
    let globs = if kind.has_globs() { " A name may hold `*` and `?`." } else { "" };
    let there = format!("{swept} That it is there is written `{}: true`.{globs}", kind.presence());
    write!(out, "\n{}\nProperties:\n", wrapped(&there, width, 0)).ok();
    for property in kind.properties() {
        let mut traits = vec![shape(property.shape).to_owned()];
        traits.extend(property.unit.map(|unit| format!("in {unit}")));
        traits.extend((property.life == Life::Live).then(|| "of a running machine only".to_owned()));
        traits.extend((property.role != Role::Pinned).then(|| role(property.role).to_owned()));
        traits.extend(property.secret.then(|| "shown as a keyed fingerprint".to_owned()));
        writeln!(out, "  {} ({})", property.name, traits.join("; ")).ok();
        let values =
            if property.values.is_empty() { String::new() } else { format!(": {}", property.values.join(", ")) };
        let line = format!("      {}{values}", property.summary);
        out.push_str(&wrapped(&line, width, 6));
    }
    out
}

/// One line a kind.
pub fn list(width: usize) -> String {
    let line = |kind: &&dyn Kind| wrapped(&format!("{:<20} {}", kind.name(), kind.summary()), width, 21);
    KINDS.iter().map(line).collect()
}

/// A text in lines of a width, those after the first moved in.
fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    // What stands before the first word stays as it is.
    let lead = text.len() - text.trim_start().len();
    out.push_str(&text[..lead]);
    column += lead;
    for (number, word) in text[lead..].split(' ').enumerate() {
        let length = word.chars().count();
        if number > 0 && column + 1 + length > width && !word.is_empty() {
            write!(out, "\n{:indent$}", "").ok();
            column = indent;
        } else if number > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
    out
}

fn index() -> String {
    let mut out = String::from("# Kinds\n\nWhat repot reads. Each page lists the properties of one kind.\n\n");
    let mut kinds: Vec<&dyn Kind> = KINDS.to_vec();
    kinds.sort_by_key(|kind| (kind.area(), kind.name()));
    for area in kinds.chunk_by(|a, b| a.area() == b.area()) {
        writeln!(out, "## {}\n", area.first().map_or("", |kind| title(kind.area()))).ok();
        for kind in area {
            writeln!(out, "- [{0}](kind-{0}.md): {1}", kind.name(), kind.summary()).ok();
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn title(area: Area) -> &'static str {
    match area {
        Area::Host => "The host",
        Area::Packages => "Packages",
        Area::Services => "Services",
        Area::Schedule => "What happens at its time",
        Area::Files => "Files",
        Area::Runtime => "Interpreters and their settings",
        Area::Web => "Web",
        Area::Mail => "Mail",
        Area::People => "Who may do what",
        Area::Network => "Network",
        Area::System => "Kernel, mounts, limits",
        Area::Checks => "Checks",
        Area::Other => "Everything else",
    }
}

fn page(kind: &dyn Kind) -> String {
    let mut out = format!("# {}\n\nA resource is {}.\n\n", kind.name(), kind.summary());
    let swept = if kind.is_swept() { "yes" } else { "no: only what a spec names" };
    writeln!(out, "Captured: {swept}. That it is there is written `{}: true`.", kind.presence()).ok();
    if kind.has_globs() {
        out.push_str(
            "A name may hold `*`: the claims are then made of every resource it covers, and there must be one.\n",
        );
    }
    out.push_str("\n| property | values | read from | role | meaning |\n|---|---|---|---|---|\n");
    for property in kind.properties() {
        out.push_str(&row(property));
    }
    out
}

fn row(p: &Property) -> String {
    let unit = p.unit.map_or_else(String::new, |u| format!(", {u}"));
    let values = if p.values.is_empty() { String::new() } else { format!(": {}", p.values.join(", ")) };
    let secret = if p.secret { "; shown as a keyed fingerprint only" } else { "" };
    let aliases =
        if p.aliases.is_empty() { String::new() } else { format!(" (also written {})", p.aliases.join(", ")) };
    let life = match p.life {
        Life::Static => "files",
        Life::Live => "a running machine",
    };
    let role = role(p.role);
    format!(
        "| `{}`{aliases} | {}{unit}{values} | {life} | {role} | {}{secret} |\n",
        p.name,
        shape(p.shape),
        p.summary.replace('|', "\\|")
    )
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Pinned => "captured",
        Role::Volatile => "shown, not captured",
        Role::OnRequest => "when asked for",
        Role::Input => "part of the question",
        Role::Stored => "kept as a file beside the spec",
    }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Bool => "true or false",
        Shape::Int => "number",
        Shape::Text => "text",
        Shape::Version => "version",
        Shape::Versions => "versions",
        Shape::Set => "set of texts",
        Shape::List => "list of texts",
        Shape::Map => "map",
        Shape::Lines => "lines",
        Shape::Any => "anything",
    }
}

fn reports() -> String {
    let mut out = String::from(
        "# Reports\n\n`--report NAME` writes a report to stdout, `--report NAME:FILE` to a file; several may be asked for at once. \
         Without one to stdout, the one for people is written there. The exit code does not depend on them.\n\n\
         This is one run in each of them: a mode that is not as claimed, and a host that was not reached.\n",
    );
    for report in REPORTS {
        let mut bytes = Vec::new();
        // Writing to memory does not fail.
        (report.write)(&example(), Look::default(), &mut bytes).ok();
        let text = String::from_utf8_lossy(&bytes);
        writeln!(out, "\n## {}\n\n{}.\n\n```text\n{text}```", report.name, report.summary).ok();
    }
    out.push_str(
        "\nThe JSON report is of version 1: fields are added, never changed or removed. `repot schema report` prints its JSON Schema.\n",
    );
    out
}

/// A run with a bit of everything that reports show.
fn example() -> Run {
    let mode = Finding {
        property: Some("mode".to_owned()),
        expected: Some("0644".to_owned()),
        seen: Some("0666".into()),
        claimed_at: Some(Place { file: "spec/web/site.yaml".to_owned(), line: 41, column: 5 }),
        why: Some("413 on large attachments".to_owned()),
        ..Finding::whole(ResourceId::new("file", "/etc/nginx/conf.d/upload.conf"), Verdict::Differs)
    };
    let same = Finding::whole(ResourceId::new("service", "nginx"), Verdict::Same);
    let reached = Target {
        name: "ssh:web-01".to_owned(),
        against: "spec/web".to_owned(),
        findings: vec![mode, same],
        ..Target::default()
    };
    let why = (
        "ssh: connect to host web-02 port 22: Connection refused".to_owned(),
        vec!["nothing listens there; check the port".to_owned()],
    );
    let lost = Target {
        name: "ssh:web-02".to_owned(),
        against: "spec/web".to_owned(),
        unreachable: Some(why),
        ..Target::default()
    };
    Run { command: "verify", targets: vec![reached, lost] }
}

fn exit_codes() -> String {
    let mut out = String::from(
        "# Exit codes\n\nWhen several apply, the worst wins, in the order 70, 2, 5, 1, 3, 4, 0.\n\n| code | meaning |\n|---|---|\n",
    );
    for exit in exit::ALL {
        writeln!(out, "| {} | {} |", exit.code(), exit.meaning()).ok();
    }
    out
}
