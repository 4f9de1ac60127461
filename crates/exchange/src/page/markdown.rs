//! The page as Markdown, short enough for a pull request: where it stands, what differs, and how long each list is.

use super::{Item, List, Mark, Page};
use std::fmt::Write;

/// How many items of a list are named.
const MOST: usize = 20;

/// How many columns are named.
const MOST_COLUMNS: usize = 40;

/// Its text.
pub fn text(page: &Page) -> String {
    let mut out = format!(
        "# The migration of {}\n\n{} claims and findings on {} machines. Made {}.\n",
        escaped(&page.title),
        page.rows.len(),
        page.columns.len(),
        page.made
    );
    // Writing to a string does not fail.
    out.push_str("\n| step | state | |\n|---|---|---|\n");
    for step in &page.steps {
        writeln!(out, "| {} | {} | {} |", step.name, step.state.name(), escaped(&step.says)).ok();
    }
    does(page, &mut out);
    stages(page, &mut out);
    if !page.flow.is_empty() {
        let to = if page.flow_to.is_empty() { "nothing yet" } else { &page.flow_to };
        writeln!(out, "\n## From where to {}\n\n| from | to | claims |\n|---|---|---|", escaped(to)).ok();
        for stream in &page.flow {
            writeln!(out, "| {} | {} | {} |", escaped(&stream.from), escaped(&stream.to), stream.count).ok();
        }
    }
    for list in &page.lists {
        one_list(list, &mut out);
    }
    for line in &page.unread {
        writeln!(out, "\n> could not be read: {}", escaped(line)).ok();
    }
    out
}

fn does(page: &Page, out: &mut String) {
    if page.does.is_empty() {
        return;
    }
    out.push_str("\n## What the host does, and what became of it\n");
    for doing in &page.does {
        writeln!(out, "\n{}: {}\n", doing.title, doing.deeds.len()).ok();
        for deed in doing.deeds.iter().take(MOST) {
            let proven: Vec<String> =
                deed.proven.iter().map(|(stage, mark)| format!("{stage}: {}", mark.name())).collect();
            let known = [deed.how.clone(), deed.asked.clone(), proven.join(", "), deed.ends.clone()];
            let known: Vec<String> = known.iter().filter(|text| !text.is_empty()).map(|text| escaped(text)).collect();
            writeln!(out, "- {}: {}", escaped(&deed.what), known.join(" · ")).ok();
        }
        if doing.deeds.len() > MOST {
            writeln!(out, "- and {} more", doing.deeds.len() - MOST).ok();
        }
    }
}

fn stages(page: &Page, out: &mut String) {
    if page.columns.is_empty() {
        out.push_str("\nNothing was verified yet.\n");
        return;
    }
    let shown =
        [Mark::Same, Mark::Differs, Mark::Missing, Mark::Extra, Mark::Undecided, Mark::Waived, Mark::Away, Mark::None];
    let names: Vec<&str> = shown.iter().map(|m| m.name()).collect();
    writeln!(
        out,
        "\n## What was proven where\n\n| stage | machine | {} |\n|---|---|{}",
        names.join(" | "),
        "---|".repeat(shown.len())
    )
    .ok();
    for column in page.columns.iter().take(MOST_COLUMNS) {
        let counts = column.counts();
        let n = |mark: &Mark| counts.get(mark).map_or_else(String::new, ToString::to_string);
        let cells: Vec<String> = shown.iter().map(n).collect();
        let target = match &column.unreachable {
            Some(why) => format!("{} (not reached: {})", escaped(&column.target), escaped(why)),
            None => escaped(&column.target),
        };
        writeln!(out, "| {} | {target} | {} |", escaped(&column.stage), cells.join(" | ")).ok();
    }
    if page.columns.len() > MOST_COLUMNS {
        writeln!(out, "\nand {} machines more.", page.columns.len() - MOST_COLUMNS).ok();
    }
}

fn one_list(list: &List, out: &mut String) {
    let Some(items) = &list.items else {
        writeln!(out, "\n## {}\n\nNot known: {}", list.title, escaped(&list.not_known)).ok();
        return;
    };
    writeln!(out, "\n## {}: {}\n", list.title, items.len()).ok();
    if items.is_empty() {
        out.push_str("None.\n");
        return;
    }
    writeln!(out, "To do: {}.\n", list.does).ok();
    for item in items.iter().take(MOST) {
        writeln!(out, "- {}", line(item)).ok();
    }
    if items.len() > MOST {
        writeln!(out, "- and {} more, all in report.json and index.html", items.len() - MOST).ok();
    }
}

fn line(item: &Item) -> String {
    let gap = if item.what.is_empty() { "" } else { ": " };
    let says = if item.says.is_empty() { String::new() } else { format!("{gap}{}", escaped(&item.says)) };
    let at = if item.at.is_empty() { String::new() } else { format!(" ({})", escaped(&item.at)) };
    format!("{}{says}{at}", escaped(&item.what))
}

/// A text that is only text in Markdown and in the HTML it becomes, and stays in its line and its cell. Nobody is
/// notified by a name in it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // An address would become a link, and an issue's number too.
            ':' => out.push_str("&#58;"),
            '.' if out.ends_with("www") => out.push_str("&#46;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if model::text::unsafe_on_terminals(c) => {
                write!(out, "\\\\u{{{:x}}}", u32::from(c)).ok();
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Options, Parser};

    #[test]
    fn what_a_host_says_is_only_text() {
        let hostile = "<img src=x onerror=alert(1)> [a](javascript:x) ![i](http://x) | **b** `c` @team #1 \u{202e}\u{1b}[2J\n# h\n- x http://evil";
        let page = Page {
            title: hostile.into(),
            lists: vec![List {
                id: "x",
                title: "X",
                does: "y",
                items: Some(vec![Item { what: hostile.into(), says: hostile.into(), at: hostile.into() }]),
                not_known: String::new(),
            }],
            ..Page::default()
        };
        let text = text(&page);
        assert!(!text.chars().any(|c| c != '\n' && model::text::unsafe_on_terminals(c)), "{text}");
        let events: Vec<Event<'_>> = Parser::new_ext(&text, Options::all()).collect();
        let is_markup = |e: &Event<'_>| {
            use pulldown_cmark::Tag;
            matches!(e, Event::Html(_) | Event::InlineHtml(_) | Event::Code(_))
                || matches!(e, Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Strong | Tag::Emphasis))
        };
        assert!(!events.iter().any(is_markup), "{events:?}");
        assert_eq!(events.iter().filter(|e| matches!(e, Event::Start(pulldown_cmark::Tag::Item))).count(), 1);
    }
}
