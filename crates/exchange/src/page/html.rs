//! The page as one HTML file: words and pictures stand in it, the matrix is made by its own script of its own data. It
//! fetches nothing, and its policy lets nothing run that repot did not put there.

use super::json::in_a_row;
use super::matrix::PACKAGED;
use super::{Cell, Column, Fate, Item, List, Mark, Page, Series, StepState, Stream, svg};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// How many items of a list are written out; all are in report.json.
const MOST_ITEMS: usize = 1_000;

/// How many machines stand in the overview.
const MOST_COLUMNS: usize = 60;

/// How many targets are shown as they moved.
const MOST_SERIES: usize = 20;

/// How many runs are listed.
const MOST_RUNS: usize = 100;

/// Its text.
pub fn text(page: &Page) -> String {
    let mut out = String::new();
    let (style, script) = (hash(STYLE), hash(SCRIPT));
    let title = escaped(&page.title);
    // Writing to a string does not fail.
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>The migration of {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#matrix\">To the matrix</a>\n"
    )
    .ok();
    header(page, &mut out);
    out.push_str("<main>\n");
    steps(page, &mut out);
    does(page, &mut out);
    stages(page, &mut out);
    out.push_str(MATRIX);
    pictures(page, &mut out);
    lists(page, &mut out);
    runs(page, &mut out);
    out.push_str("</main>\n<footer><p>Made by repot from what its commands kept in the project. The same as data: report.json; for a pull request: report.md.</p></footer>\n");
    writeln!(out, "<script type=\"application/json\" id=\"data\">{}</script>", embedded(&data(page))).ok();
    writeln!(out, "<script>{SCRIPT}</script>\n</body>\n</html>").ok();
    out
}

/// The frame of the matrix; the script fills it.
const MATRIX: &str = r#"<section id="matrix" aria-labelledby="matrix-h">
<h2 id="matrix-h">Every claim at every stage</h2>
<noscript><p class="note">The matrix needs this page's own script, which does not run here. All of it is in report.json; what differs stands in the lists below.</p></noscript>
<form id="filters" role="search" aria-label="Filter the matrix">
<label>Search <input type="search" id="f-q" autocomplete="off" spellcheck="false"></label>
<label>Verdict <select id="f-verdict"></select></label>
<label>Kind <select id="f-kind"></select></label>
<label>Component <select id="f-component"></select></label>
<label>Origin <select id="f-origin"></select></label>
<label>Stage <select id="f-stage"></select></label>
<label>Machine <select id="f-machine"></select></label>
<button type="button" id="f-clear">Clear</button>
<button type="button" id="f-link">Copy link to this view</button>
</form>
<p id="count" role="status" aria-live="polite"></p>
<div id="split">
<div id="grid" role="grid" tabindex="0" aria-labelledby="matrix-h" aria-describedby="grid-help"></div>
<section id="evidence" aria-label="Evidence" tabindex="-1" hidden></section>
</div>
<p id="grid-help" class="note">Arrow keys move, Enter shows the evidence, Escape closes it, / goes to the search.</p>
<table id="printed" hidden></table>
</section>
"#;

fn header(page: &Page, out: &mut String) {
    let worst = page.worst();
    let of = |mark: Mark| worst.get(&mark).copied().unwrap_or(0);
    let open = of(Mark::Differs) + of(Mark::Missing) + of(Mark::Extra) + of(Mark::Undecided);
    let proven = of(Mark::Same) + of(Mark::Waived) + of(Mark::Away);
    let says = if page.columns.is_empty() {
        format!("{} claims, and nothing was verified yet.", page.rows.len())
    } else {
        format!(
            "{} claims and findings on {}: {proven} hold wherever they were looked at, {open} do not or are not decided, {} were not looked at.",
            page.rows.len(),
            machines(page.columns.len()),
            of(Mark::None)
        )
    };
    let class = if page.columns.is_empty() || of(Mark::None) > 0 {
        "open"
    } else if open > 0 {
        "wrong"
    } else {
        "done"
    };
    writeln!(
        out,
        "<header>\n<h1>The migration of {}</h1>\n<p class=\"headline {class}\">{}</p>\n<p class=\"note\">Made {}.</p>\n\
         <nav aria-label=\"Parts of this page\"><a href=\"#steps\">Steps</a> <a href=\"#does\">What it does</a> <a href=\"#stages\">Stages</a> <a href=\"#matrix\">Matrix</a> <a href=\"#flow\">Flow</a> \
         <a href=\"#coverage\">Coverage</a> <a href=\"#drift\">Drift</a> <a href=\"#kills\">Changes found</a> <a href=\"#fleet\">Fleet</a> <a href=\"#lists\">Lists</a> <a href=\"#runs\">Runs</a></nav>",
        escaped(&page.title),
        escaped(&says),
        escaped(&page.made)
    )
    .ok();
    for line in &page.unread {
        writeln!(out, "<p class=\"headline wrong\">Could not be read: {}</p>", escaped(line)).ok();
    }
    out.push_str("</header>\n");
}

fn machines(n: usize) -> String {
    counted(n, "machine", "machines")
}

fn steps(page: &Page, out: &mut String) {
    if page.steps.is_empty() {
        return;
    }
    out.push_str("<section id=\"steps\" aria-labelledby=\"steps-h\">\n<h2 id=\"steps-h\">Where the migration stands</h2>\n<ol class=\"steps\">\n");
    for step in &page.steps {
        let class = match step.state {
            StepState::NotBegun => "none",
            StepState::Begun => "open",
            StepState::Done => "done",
            StepState::Wrong => "wrong",
        };
        let next =
            if step.next.is_empty() { String::new() } else { format!("<br><code>{}</code>", escaped(&step.next)) };
        writeln!(
            out,
            "<li class=\"{class}\"><b>{}</b> <span class=\"state\">{}</span><br>{}{next}</li>",
            escaped(step.name),
            step.state.name(),
            escaped(&step.says)
        )
        .ok();
    }
    out.push_str("</ol>\n</section>\n");
}

/// What the hosts do: a table for each thing, a line for each way.
fn does(page: &Page, out: &mut String) {
    if page.does.is_empty() {
        return;
    }
    out.push_str("<section id=\"does\" aria-labelledby=\"does-h\">\n<h2 id=\"does-h\">What the host does, and what became of it</h2>\n");
    let roles: BTreeSet<&str> = page.does.iter().flat_map(|d| &d.deeds).map(|d| d.role.as_str()).collect();
    let stages: Vec<&str> = page
        .does
        .iter()
        .flat_map(|d| &d.deeds)
        .next()
        .map_or_else(Vec::new, |d| d.proven.iter().map(|(s, _)| s.as_str()).collect());
    let to = if page.flow_to.is_empty() { "what becomes of it" } else { &page.flow_to };
    for doing in &page.does {
        let count = doing.deeds.len();
        writeln!(
            out,
            "<details{}><summary>{} <span class=\"count\">{count}</span></summary>",
            if count > 12 { "" } else { " open" },
            escaped(doing.title)
        )
        .ok();
        writeln!(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table class=\"does\">\n<thead><tr><th scope=\"col\">what</th><th scope=\"col\">who asked for it</th>", escaped(doing.title)).ok();
        for stage in stages.iter().copied().chain([to]) {
            write!(out, "<th scope=\"col\">{}</th>", escaped(stage)).ok();
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for deed in doing.deeds.iter().take(MOST_ITEMS) {
            let role = if roles.len() > 1 {
                format!(" <span class=\"n\">{}</span>", escaped(&deed.role))
            } else {
                String::new()
            };
            write!(
                out,
                "<tr><th scope=\"row\"><code>{}</code>{role}<br><span class=\"n\">{}</span></th><td>{}</td>",
                escaped(&deed.what),
                escaped(&deed.how),
                escaped(&deed.asked)
            )
            .ok();
            for (_, mark) in &deed.proven {
                write!(out, "<td class=\"m-{}\">{}</td>", class(*mark), mark.name()).ok();
            }
            writeln!(out, "<td>{}</td></tr>", escaped(if deed.ends.is_empty() { "–" } else { &deed.ends })).ok();
        }
        out.push_str("</tbody></table></div>\n");
        if doing.shipped > 0 {
            writeln!(
                out,
                "<p class=\"note\">And {} that the system and its packages bring, unchanged.</p>",
                doing.shipped
            )
            .ok();
        }
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}

fn stages(page: &Page, out: &mut String) {
    out.push_str(
        "<section id=\"stages\" aria-labelledby=\"stages-h\">\n<h2 id=\"stages-h\">What was proven where</h2>\n",
    );
    if page.columns.is_empty() {
        out.push_str("<p class=\"note\">Not run: <code>repot verify TARGET</code> proves a machine against the spec, <code>repot e2e TARGET</code> its answers.</p>\n</section>\n");
        return;
    }
    let shown =
        [Mark::Same, Mark::Differs, Mark::Missing, Mark::Extra, Mark::Undecided, Mark::Waived, Mark::Away, Mark::None];
    out.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Counts by machine\"><table>\n<thead><tr><th scope=\"col\">Stage</th><th scope=\"col\">Machine</th><th scope=\"col\">Looked at</th>");
    for mark in shown {
        write!(out, "<th scope=\"col\">{}</th>", mark.name()).ok();
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for column in page.columns.iter().take(MOST_COLUMNS) {
        let when = column.runs.last().and_then(|r| page.runs.get(*r)).map(|r| r.taken.clone()).unwrap_or_default();
        let why = column.unreachable.as_ref().map_or_else(String::new, |why| {
            format!("<br><span class=\"m-differs\">not reached: {}</span>", escaped(why))
        });
        write!(
            out,
            "<tr><td>{}</td><th scope=\"row\">{}{why}</th><td>{}</td>",
            escaped(&column.stage),
            escaped(&column.target),
            escaped(&moment(&when))
        )
        .ok();
        let counts = column.counts();
        for mark in shown {
            match counts.get(&mark) {
                Some(n) => write!(out, "<td class=\"num m-{}\">{n}</td>", class(mark)).ok(),
                None => write!(out, "<td class=\"num\">0</td>").ok(),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    if page.columns.len() > MOST_COLUMNS {
        writeln!(
            out,
            "<p class=\"note\">And {} machines more, all in the matrix.</p>",
            page.columns.len() - MOST_COLUMNS
        )
        .ok();
    }
    out.push_str("</section>\n");
}

fn moment(taken: &str) -> String {
    taken.chars().take(16).collect::<String>().replace('T', " ")
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::None => "none",
        Mark::Same => "same",
        Mark::Differs => "differs",
        Mark::Missing => "missing",
        Mark::Extra => "extra",
        Mark::Undecided => "undecided",
        Mark::Waived => "waived",
        Mark::Away => "away",
    }
}

fn pictures(page: &Page, out: &mut String) {
    section(
        out,
        "flow",
        "From where to what",
        page.flow.is_empty(),
        "there is no spec; <code>repot capture TARGET</code> writes one",
        |out| {
            let to = if page.flow_to.is_empty() {
                "nothing yet: no code was generated and nothing decided"
            } else {
                &page.flow_to
            };
            writeln!(out, "<p>Who asked for each claim, and where it ends in {}.</p>", escaped(to)).ok();
            let asked: Vec<Stream> = page.flow.iter().filter(|s| s.from != PACKAGED).cloned().collect();
            // What was shipped is most of it, and hides what people did.
            if asked.len() < page.flow.len() && !asked.is_empty() {
                out.push_str("<h3>Without packaged defaults</h3>\n");
                picture(
                    out,
                    &svg::sankey(
                        &asked,
                        &format!("How many claims that are not packaged defaults go from where to what in {to}"),
                    ),
                );
                out.push_str("<h3>All</h3>\n");
            }
            picture(out, &svg::sankey(&page.flow, &format!("How many claims go from where to what in {to}")));
            out.push_str("<details><summary>The numbers</summary><table><thead><tr><th scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\">Claims</th></tr></thead><tbody>\n");
            for stream in &page.flow {
                writeln!(
                    out,
                    "<tr><td>{}</td><td>{}</td><td class=\"num\">{}</td></tr>",
                    escaped(&stream.from),
                    escaped(&stream.to),
                    stream.count
                )
                .ok();
            }
            out.push_str("</tbody></table></details>\n");
        },
    );
    section(
        out,
        "coverage",
        "Which nginx locations are proven",
        page.coverage.is_empty(),
        "<code>repot e2e TARGET --coverage</code> follows the tests through the configuration",
        |out| {
            out.push_str("<p class=\"legend\"><span class=\"s-asserted\">●</span> asserted <span class=\"s-exercised\">●</span> exercised, nothing claimed <span class=\"s-not-reached\">●</span> not reached <span class=\"s-undecided\">●</span> undecided <span class=\"s-inside\">●</span> only from inside <span class=\"s-never\">●</span> dead</p>\n");
            for tree in &page.coverage {
                writeln!(
                    out,
                    "<h3>{} on {}, {}</h3>",
                    escaped(&tree.of),
                    escaped(&tree.target),
                    escaped(&moment(&tree.taken))
                )
                .ok();
                picture(out, &svg::tree(tree));
            }
        },
    );
    section(
        out,
        "drift",
        "What moved over time",
        page.drift.is_empty(),
        "<code>repot capture</code> and <code>repot verify</code> keep what they saw; twice, and there is something to show",
        |out| {
            let is_still = |series: &&Series| series.points.iter().all(|p| p.1 == 0);
            let (still, mut moved): (Vec<&Series>, Vec<&Series>) = page.drift.iter().partition(is_still);
            moved.sort_by_key(|series| std::cmp::Reverse(series.points.iter().map(|p| p.1).max()));
            for series in moved.iter().take(MOST_SERIES) {
                one_series(series, out);
            }
            if moved.len() > MOST_SERIES {
                let rest = moved.len() - MOST_SERIES;
                writeln!(out, "<p class=\"note\">And {rest} more, which moved less; all are in report.json.</p>").ok();
            }
            if !still.is_empty() {
                let named: Vec<String> = still.iter().take(MOST_SERIES).map(|s| escaped(&s.name)).collect();
                let rest = still.len().saturating_sub(MOST_SERIES);
                let rest = if rest > 0 { format!(", and {rest} more") } else { String::new() };
                writeln!(out, "<p>Nothing moved: {}{rest}.</p>", named.join("; ")).ok();
            }
        },
    );
    section(
        out,
        "kills",
        "How many planted changes were found",
        page.kills.is_empty(),
        "no mutation run is kept in <code>.repot/kill-rate.json</code>",
        |out| picture(out, &svg::kills(&page.kills)),
    );
    let machines = page.columns.len();
    let why = if machines < 3 {
        "fewer than three hosts were compared with one spec"
    } else {
        "no host differs from most of its brothers"
    };
    section(out, "fleet", "Hosts that differ from their brothers", page.outliers.is_empty(), why, |out| {
        picture(out, &svg::outliers(&page.outliers));
        for outlier in page.outliers.iter().take(MOST_COLUMNS) {
            writeln!(out, "<details><summary>{}: {}</summary><ul>", escaped(&outlier.target), outlier.differs.len())
                .ok();
            for (row, seen) in outlier.differs.iter().take(MOST_ITEMS) {
                let subject = page.rows.get(*row).map(super::Row::subject).unwrap_or_default();
                writeln!(out, "<li><code>{}</code>: {}</li>", escaped(&subject), escaped(seen)).ok();
            }
            out.push_str("</ul></details>\n");
        }
    });
}

fn one_series(series: &Series, out: &mut String) {
    let last = series.points.last().map_or(0, |p| p.1);
    let looks = counted(series.points.len(), "look", "looks");
    let facts = counted(last, "fact", "facts");
    writeln!(out, "<h3>{}: {facts} otherwise at the last of {looks}</h3>", escaped(&series.name)).ok();
    if series.points.len() > 1 {
        picture(out, &svg::drift(series));
    }
}

fn counted(n: usize, one: &str, several: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {several}") }
}

/// Words of repot's own, with what is to be typed as code.
fn with_code(text: &str) -> String {
    let parts = escaped(text);
    let parts: Vec<&str> = parts.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let part = |(n, part): (usize, &&str)| if n % 2 == 1 { format!("<code>{part}</code>") } else { (*part).to_owned() };
    if is_paired { parts.iter().enumerate().map(part).collect() } else { parts.join("`") }
}

fn picture(out: &mut String, svg: &str) {
    writeln!(out, "<div class=\"picture\">{svg}</div>").ok();
}

/// A part of the page; where there is nothing to show, why.
fn section(out: &mut String, id: &str, title: &str, is_empty: bool, why: &str, body: impl FnOnce(&mut String)) {
    writeln!(out, "<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{title}</h2>").ok();
    if is_empty {
        writeln!(out, "<p class=\"note\">Nothing to show: {why}.</p>").ok();
    } else {
        body(out);
    }
    out.push_str("</section>\n");
}

fn lists(page: &Page, out: &mut String) {
    out.push_str("<section id=\"lists\" aria-labelledby=\"lists-h\">\n<h2 id=\"lists-h\">What a person acts on</h2>\n");
    for list in &page.lists {
        one_list(list, out);
    }
    out.push_str("</section>\n");
}

fn one_list(list: &List, out: &mut String) {
    let Some(items) = &list.items else {
        writeln!(
            out,
            "<h3 id=\"{}\">{} <span class=\"count\">not known</span></h3>\n<p class=\"note\">Not run: {}.</p>",
            list.id,
            list.title,
            with_code(&list.not_known)
        )
        .ok();
        return;
    };
    writeln!(out, "<h3 id=\"{}\">{} <span class=\"count\">{}</span></h3>", list.id, list.title, items.len()).ok();
    if items.is_empty() {
        out.push_str("<p class=\"note\">None.</p>\n");
        return;
    }
    writeln!(
        out,
        "<p>To do: {}.</p>\n<details><summary>Show {}</summary>\n<ul class=\"items\">",
        with_code(list.does),
        items.len()
    )
    .ok();
    for item in items.iter().take(MOST_ITEMS) {
        one_item(item, out);
    }
    out.push_str("</ul>\n");
    if items.len() > MOST_ITEMS {
        writeln!(out, "<p>And {} more, all in report.json.</p>", items.len() - MOST_ITEMS).ok();
    }
    out.push_str("</details>\n");
}

fn one_item(item: &Item, out: &mut String) {
    let at =
        if item.at.is_empty() { String::new() } else { format!(" <span class=\"at\">{}</span>", escaped(&item.at)) };
    let says = if item.says.is_empty() { String::new() } else { format!(" {}", escaped(&item.says)) };
    let what = if item.what.is_empty() { String::new() } else { format!("<code>{}</code>", escaped(&item.what)) };
    writeln!(out, "<li>{what}{says}{at}</li>").ok();
}

fn runs(page: &Page, out: &mut String) {
    section(out, "runs", "What was run", page.runs.is_empty(), "no command has kept anything yet", |out| {
        out.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Runs\"><table>\n<thead><tr><th scope=\"col\">When</th><th scope=\"col\">What shows it again</th><th scope=\"col\">Took</th><th scope=\"col\">Exit status</th></tr></thead>\n<tbody>\n");
        for run in page.runs.iter().rev().take(MOST_RUNS) {
            let mut steps = String::new();
            for step in &run.steps {
                write!(
                    steps,
                    "<br><span class=\"note\">{}: {} ({:.1} s)</span>",
                    escaped(&step.name),
                    escaped(&step.result),
                    step.seconds
                )
                .ok();
            }
            let class = if run.exit == 0 { "m-same" } else { "m-differs" };
            writeln!(
                out,
                "<tr><td>{}</td><td><code>{}</code>{steps}</td><td class=\"num\">{:.1} s</td><td class=\"num {class}\">{}</td></tr>",
                escaped(&moment(&run.taken)),
                escaped(&run.typed),
                run.seconds,
                run.exit
            )
            .ok();
        }
        out.push_str("</tbody></table></div>\n");
    });
}

/// Texts by number: most stand in many places.
#[derive(Default)]
struct Texts<'a> {
    all: Vec<&'a str>,
    numbers: HashMap<&'a str, usize>,
}

impl<'a> Texts<'a> {
    fn number(&mut self, text: &'a str) -> usize {
        let (all, next) = (&mut self.all, self.numbers.len());
        *self.numbers.entry(text).or_insert_with(|| {
            all.push(text);
            next
        })
    }

    fn maybe(&mut self, text: Option<&'a str>) -> Value {
        text.map_or(json!(-1), |text| json!(self.number(text)))
    }
}

/// What the matrix is made of, short.
fn data(page: &Page) -> Value {
    let mut texts = Texts::default();
    let mut fates: Vec<&Fate> = Vec::new();
    let mut fate_numbers: HashMap<(&str, &str, &str, Option<&str>), usize> = HashMap::new();
    let mut rows = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        let fate = row.fate.as_ref().map_or(json!(-1), |fate| {
            let key = (fate.what.as_str(), fate.because.as_str(), fate.by.as_str(), fate.artefact.as_deref());
            json!(*fate_numbers.entry(key).or_insert_with(|| {
                fates.push(fate);
                fates.len() - 1
            }))
        });
        let place = row.claimed_at.as_ref();
        rows.push(json!([
            texts.number(&row.role),
            texts.number(&row.kind),
            texts.number(&row.name),
            texts.maybe(row.property.as_deref()),
            texts.maybe(row.expected.as_deref()),
            texts.maybe(place.map(|p| p.file.as_str())),
            place.map_or(0, |p| p.line),
            texts.number(&row.component),
            texts.number(&row.origin),
            texts.number(&row.origin_says),
            texts.maybe(row.why.as_deref()),
            fate
        ]));
    }
    let columns: Vec<Value> = page.columns.iter().map(|c| column(c, &mut texts)).collect();
    let runs = page.runs.iter().map(|r| json!([r.command, r.taken, r.seconds, r.typed, r.exit, r.kinds]));
    json!({
        "marks": Mark::ALL.map(Mark::name),
        "classes": Mark::ALL.map(class),
        "rows": rows,
        "columns": columns,
        "fates": fates.iter().map(|f| json!([f.what, f.because, f.by, f.artefact, f.is_gone])).collect::<Vec<_>>(),
        "runs": runs.collect::<Vec<_>>(),
        "texts": texts.all,
    })
}

fn column<'a>(column: &'a Column, texts: &mut Texts<'a>) -> Value {
    let marks: Vec<usize> = in_a_row(&column.marks).into_iter().flat_map(|(mark, n)| [mark as usize, n]).collect();
    let cell = |cell: &'a Cell, texts: &mut Texts<'a>| {
        json!([
            texts.maybe(cell.seen.as_deref()),
            texts.maybe(cell.expected.as_deref()),
            texts.maybe(cell.because.as_deref()),
            texts.maybe(cell.at.as_deref()),
            texts.maybe(cell.diff.as_deref())
        ])
    };
    let cells: Vec<Value> = column.cells.iter().map(|(row, c)| json!([row, cell(c, texts)])).collect();
    json!({"stage": column.stage, "target": column.target, "runs": column.runs, "unreachable": column.unreachable,
           "marks": marks, "cells": cells})
}

/// JSON inside of a script element: nothing in it can end the element, begin a comment, or steer a terminal.
fn embedded(value: &Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' | '>' | '&' => write!(out, "\\u{:04x}", u32::from(c)).ok(),
            c if model::text::unsafe_on_terminals(c) => write!(out, "\\u{:04x}", u32::from(c)).ok(),
            c => {
                out.push(c);
                None
            }
        };
    }
    out
}

/// Text between tags and in quoted attributes. What steers or hides text is spelled, as on a terminal.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if model::text::unsafe_on_terminals(c) => {
                write!(out, "\\u{{{:x}}}", u32::from(c)).ok();
            }
            c => out.push(c),
        }
    }
    out
}

/// The source that a policy names an element by.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
