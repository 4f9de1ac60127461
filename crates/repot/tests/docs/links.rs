//! Links lead somewhere, and every page of the book stands in its summary.

use super::page::{Page, pages, repository};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::collections::BTreeSet;

/// The names that headings can be linked by, as mdBook makes them.
fn headings(page: &Page) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Option<String> = None;
    for (event, _) in page.events() {
        match (event, &mut open) {
            (Event::Start(Tag::Heading { .. }), _) => open = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(name)) => name.push_str(&text),
            (Event::End(TagEnd::Heading(_)), _) => names.extend(open.take().map(|name| anchor(&name))),
            _ => {}
        }
    }
    names
}

fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

fn links(page: &Page) -> Vec<String> {
    let target = |event: Event<'_>| {
        let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else { return None };
        Some(dest_url.to_string())
    };
    page.events().filter_map(|(event, _)| target(event)).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in &pages {
        let outside = |link: &String| link.starts_with("http://") || link.starts_with("https://");
        for link in links(page).into_iter().filter(|link| !outside(link)) {
            count += 1;
            let (file, heading) = link.split_once('#').map_or((link.as_str(), None), |(f, h)| (f, Some(h)));
            let dir = page.path().parent().unwrap().to_owned();
            let path = if file.is_empty() { page.path() } else { dir.join(file) };
            let Ok(path) = path.canonicalize() else {
                wrong.push(format!("{}: {link} leads nowhere", page.name));
                continue;
            };
            let to = pages.iter().find(|p| p.path() == path);
            if heading.is_some_and(|h| to.is_none_or(|to| !headings(to).contains(h))) {
                wrong.push(format!("{}: {link}: there is no such heading", page.name));
            }
        }
    }
    assert!(count > 20, "only {count} links were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_of_the_book_stands_in_its_summary() {
    let pages = pages();
    let summary = pages.iter().find(|p| p.name == "docs/src/SUMMARY.md").unwrap();
    let listed: BTreeSet<String> = links(summary).into_iter().map(|link| format!("docs/src/{link}")).collect();
    let there: BTreeSet<String> =
        pages.iter().map(|p| p.name.clone()).filter(|n| n.starts_with("docs/src/") && *n != summary.name).collect();
    let unlisted: Vec<&String> = there.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not in SUMMARY.md: {unlisted:?}");
    assert!(repository().join("docs/book.toml").is_file());
}
