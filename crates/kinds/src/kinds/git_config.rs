//! git's settings for the whole system and for each user.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::shipped::path_of;
use crate::sys::Sys;
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use std::collections::BTreeMap;

/// git's settings.
pub(super) struct GitConfig;

const PROPERTIES: &[Property] =
    &[Property::new("values", Shape::List, "its values in the order of the files; `true` where it stands without one")
        .aliases(&["value"])];

impl Kind for GitConfig {
    fn name(&self) -> &'static str {
        "git-config"
    }

    fn summary(&self) -> &'static str {
        "a setting of git, named `USER:SECTION.KEY` from the user's ~/.gitconfig and ~/.config/git/config, or \
         `system:SECTION.KEY` from /etc/gitconfig; files they include are named as `include.path`, and not read"
    }

    fn area(&self) -> Area {
        Area::Runtime
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        let users = homes(sys);
        let mut files = vec![("system".to_owned(), vec!["/etc/gitconfig".to_owned()])];
        for (user, home) in listing.seen(users) {
            files.push((user, vec![format!("{home}/.config/git/config"), format!("{home}/.gitconfig")]));
        }
        for (user, paths) in files {
            let mut all: BTreeMap<String, (Vec<String>, Place)> = BTreeMap::new();
            for path in paths {
                let found = settings(sys, &path);
                for setting in listing.seen(found) {
                    let place = Place::line(&path, setting.line);
                    let entry = all.entry(setting.key).or_insert_with(|| (Vec::new(), place));
                    entry.0.push(setting.value);
                }
            }
            for (key, (values, place)) in all {
                listing.add(format!("{user}:{key}"), Shown::new().fact("values", Fact::is(values).local().at(place)));
            }
        }
        listing.show(ask, out)
    }
}

/// The users and their homes; homes that several share are the first one's.
fn homes(sys: &dyn Sys) -> Result<Vec<(String, String)>, Why> {
    let text = read::file_or_empty(sys, "/etc/passwd")?;
    let mut seen = std::collections::BTreeSet::from(["/".to_owned(), "/nonexistent".to_owned(), String::new()]);
    let user = |line: &str| {
        let mut fields = line.split(':');
        Some((fields.next()?.to_owned(), fields.nth(4)?.trim_end_matches('/').to_owned()))
    };
    Ok(text.lines().filter_map(user).filter(|(_, home)| seen.insert(home.clone())).collect())
}

fn settings(sys: &dyn Sys, path: &str) -> Result<Vec<Setting>, Why> {
    let bytes = sys.read(&path_of(path), read::MOST)?;
    Ok(bytes.map(|b| parse(&model::text::from_bytes(&b))).unwrap_or_default())
}

/// A line of the file.
#[derive(Debug, PartialEq, Eq)]
struct Setting {
    key: String,
    value: String,
    line: u32,
}

/// git-config(1)'s syntax: sections with subsections, `#` and `;` comments, quotes, lines continued by `\`.
fn parse(text: &str) -> Vec<Setting> {
    let (mut section, mut all) = (String::new(), Vec::new());
    let mut lines = (1_u32..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let mut line = line.trim();
        if line.starts_with('[')
            && let Some((name, rest)) = header(line)
        {
            section = name;
            line = rest.trim();
        }
        if line.is_empty() || line.starts_with(['#', ';']) || section.is_empty() {
            continue;
        }
        let (key, value) = line.split_once('=').map_or((line, None), |(k, v)| (k, Some(v)));
        let mut whole = value.unwrap_or("true").to_owned();
        while whole.ends_with('\\')
            && let Some((_, next)) = lines.next()
        {
            whole.pop();
            whole.push_str(next.trim_end());
        }
        let key = key.split(['#', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
        if !key.is_empty() {
            all.push(Setting { key: format!("{section}.{key}"), value: plain(&whole), line: number });
        }
    }
    all
}

/// `[section "sub"]`, and what stands behind it on the line.
fn header(line: &str) -> Option<(String, &str)> {
    let quoted = line.find('"').filter(|q| line.find(']').is_some_and(|end| *q < end));
    let from = match quoted {
        Some(open) => open + 1 + line[open + 1..].find('"')? + 1,
        None => 0,
    };
    let end = from + line[from..].find(']')?;
    let name = line[1..end].trim();
    let name = match name.split_once('"') {
        Some((section, sub)) => {
            format!("{}.{}", section.trim().to_ascii_lowercase(), sub.trim_end().trim_end_matches('"'))
        }
        None => name.to_ascii_lowercase(),
    };
    Some((name, &line[end + 1..]))
}

/// A value without its quotes, escapes and comment.
fn plain(text: &str) -> String {
    let (mut value, mut quoted, mut keep) = (String::new(), false, 0);
    let mut chars = text.trim().chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                quoted = !quoted;
                keep = value.len();
            }
            '\\' => match chars.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some(other) => value.push(other),
                None => {}
            },
            '#' | ';' if !quoted => break,
            c => value.push(c),
        }
    }
    let end = value.trim_end().len().max(keep);
    value.truncate(end);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_quotes_and_comments_are_read() {
        let text = "[User]\n\tname = \"A; B\" ; c\n[url \"https://x.test/\"]\n insteadOf = git@x.test: # y\n[core] bare\n\
            [alias]\n l = log \\\n  -n1\n";
        let all = parse(text);
        let seen: Vec<_> = all.iter().map(|s| (s.key.as_str(), s.value.as_str(), s.line)).collect();
        let url = ("url.https://x.test/.insteadof", "git@x.test:", 4);
        assert_eq!(seen, [("user.name", "A; B", 2), url, ("core.bare", "true", 5), ("alias.l", "log   -n1", 7)]);
    }

    #[test]
    fn broken_lines_are_passed_over() {
        assert_eq!(parse("[unclosed\na = b\n[\"]\n= x\n\\\n"), []);
    }
}
