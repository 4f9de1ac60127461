//! The lists that a person acts on. A list of which nothing is known says so, and how that changes.

use super::matrix::{NOBODY, UNCLAIMED};
use super::{Column, Fate, Item, List, Mark, Material, Platform, Row, Tree};
use crate::explain::Standing;
use crate::ran::Found;
use model::decision;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn lists(material: &Material<'_>, rows: &[Row], columns: &[Column], coverage: &[Tree]) -> Vec<List> {
    vec![
        undocumented(rows),
        stale(material),
        news(rows, columns),
        undecided(material, rows, columns),
        uncovered(coverage),
        without_check(material),
        without_code(material),
        secrets(material),
        left_behind(material),
        left_to_do(material),
    ]
}

/// One item a resource: nobody reads its properties one by one.
fn by_resource<'a>(rows: impl Iterator<Item = (&'a Row, String)>) -> Vec<Item> {
    let mut groups: BTreeMap<(String, String), (Vec<String>, String)> = BTreeMap::new();
    for (row, says) in rows {
        let group = groups.entry((format!("{}[{}]", row.kind, row.name), says)).or_default();
        group.0.extend(row.property.clone());
        if group.1.is_empty() {
            group.1 = row.claimed_at.as_ref().map(ToString::to_string).unwrap_or_default();
        }
    }
    let item = |((what, says), (properties, at)): ((String, String), (Vec<String>, String))| {
        let of = if properties.is_empty() { String::new() } else { format!(" ({})", properties.join(", ")) };
        Item { what, says: format!("{says}{of}"), at }
    };
    groups.into_iter().map(item).collect()
}

fn undocumented(rows: &[Row]) -> List {
    let found = rows.iter().filter(|r| r.origin == NOBODY).map(|r| (r, r.origin_says.clone()));
    let is_known = rows.iter().any(|r| r.expected.is_some() && r.origin != UNCLAIMED);
    List {
        id: "undocumented",
        title: "Changes that nobody wrote down",
        does: "find out why each is so and write it into the spec as `why`, or undo it",
        items: is_known.then(|| by_resource(found)),
        not_known: "there is no spec; `repot capture TARGET` writes one".to_owned(),
    }
}

fn stale(material: &Material<'_>) -> List {
    let explained: Vec<_> =
        material.roles.iter().filter_map(|r| r.explained.as_ref()).filter(|e| !e.statements.is_empty()).collect();
    let mut items = Vec::new();
    for explained in &explained {
        for (recorded, standing) in explained.statements.iter().zip(&explained.standing) {
            let says = match standing {
                Standing::Stale(why) => why.clone(),
                Standing::Superseded(by, why) => {
                    format!("{why}; {} says so", explained.statements[*by].statement.place)
                }
                Standing::Agreed
                | Standing::Unknown(_)
                | Standing::Unresolved(_)
                | Standing::Elsewhere(_)
                | Standing::NotUnderstood(_)
                | Standing::Nothing
                | Standing::Prose => continue,
            };
            let s = &recorded.statement;
            items.push(Item { what: s.said.clone(), says, at: s.place.to_string() });
        }
    }
    List {
        id: "stale",
        title: "Lines of runbooks and scripts that are no longer so",
        does: "correct or strike them, so that nobody follows them",
        items: (!explained.is_empty()).then_some(items),
        not_known: "nothing was imported; `repot import FILE…` reads what people wrote down".to_owned(),
    }
}

/// The rows of a mark, with the columns that show it.
fn marked(rows: &[Row], columns: &[Column], is_wanted: &dyn Fn(Mark) -> bool) -> Vec<Item> {
    let mut found: BTreeMap<usize, (Mark, BTreeSet<&str>, Option<&str>)> = BTreeMap::new();
    for column in columns {
        for (row, mark) in column.marks.iter().enumerate().filter(|(_, m)| is_wanted(**m)) {
            let cell = column.cells.get(&row);
            let group = found.entry(row).or_insert((*mark, BTreeSet::new(), None));
            group.1.insert(&column.target);
            group.2 = group.2.or(cell.and_then(|c| c.because.as_deref().or(c.seen.as_deref())));
        }
    }
    let says = |mark: Mark, targets: &BTreeSet<&str>, more: Option<&str>| {
        let on = match targets.len() {
            1..=3 => targets.iter().copied().collect::<Vec<_>>().join(", "),
            n => format!("{n} machines"),
        };
        let more = more.map_or_else(String::new, |m| format!(": {}", short(m)));
        format!("{} on {on}{more}", mark.name())
    };
    let items = found.iter().map(|(row, (mark, targets, more))| (&rows[*row], says(*mark, targets, *more)));
    by_resource(items)
}

/// How long a value may be in a list.
const LONGEST: usize = 200;

fn short(text: &str) -> String {
    let line: String = text.chars().take(LONGEST).map(|c| if c == '\n' { ' ' } else { c }).collect();
    if text.chars().count() > LONGEST { line + "…" } else { line }
}

fn news(rows: &[Row], columns: &[Column]) -> List {
    let is_wanted = |mark| matches!(mark, Mark::Differs | Mark::Missing | Mark::Extra);
    List {
        id: "differences",
        title: "What is not as claimed",
        does: "correct the machine, or the spec, or waive it with a reason",
        items: (!columns.is_empty()).then(|| marked(rows, columns, &is_wanted)),
        not_known: "nothing was verified; `repot verify TARGET` does".to_owned(),
    }
}

fn undecided(material: &Material<'_>, rows: &[Row], columns: &[Column]) -> List {
    let mut items: Vec<Item> = material.platforms.iter().flat_map(open).collect();
    items.extend(marked(rows, columns, &|mark| mark == Mark::Undecided));
    List {
        id: "undecided",
        title: "What nobody decided, and what could not be looked at",
        does: "decide with `repot review`; give repot the rights it lacked",
        items: (!columns.is_empty() || !material.platforms.is_empty()).then_some(items),
        not_known: "nothing was verified and nothing reviewed yet".to_owned(),
    }
}

/// How many entries of a rule are named.
const MOST_OF_A_RULE: usize = 5;

/// What is open on a platform: a rule with all its entries is one thing to decide.
fn open(platform: &Platform) -> Vec<Item> {
    let mut rules: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let mut items = Vec::new();
    for open in &platform.open {
        match &open.rule {
            Some(rule) => rules.entry((rule, &open.says)).or_default().push(&open.on),
            None => items.push(Item { what: open.on.clone(), says: open.says.clone(), at: platform.name.clone() }),
        }
    }
    let of_rule = |((rule, says), on): ((&str, &str), Vec<&str>)| {
        let named = on.iter().take(MOST_OF_A_RULE).copied().collect::<Vec<_>>().join(", ");
        let more = match on.len().saturating_sub(MOST_OF_A_RULE) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        Item { what: rule.to_owned(), says: format!("proposes {says}; of {named}{more}"), at: platform.name.clone() }
    };
    rules.into_iter().map(of_rule).chain(items).collect()
}

fn uncovered(coverage: &[Tree]) -> List {
    let sites = coverage.iter().flat_map(|tree| {
        tree.servers.iter().flat_map(move |(server, inside)| {
            std::iter::once(server).chain(inside).filter(|s| s.state == "not-reached").map(move |site| Item {
                what: site.name.clone(),
                says: format!("{}, in {} on {}", site.detail, server.name, tree.target),
                at: site.at.clone(),
            })
        })
    });
    List {
        id: "uncovered",
        title: "Locations that no test comes to",
        does: "write a test for each: the request that would reach it stands beside it",
        items: (!coverage.is_empty()).then(|| sites.collect()),
        not_known: "coverage was not asked for; `repot e2e TARGET --coverage` does".to_owned(),
    }
}

/// What the newest rebuild found of its own code: what it changed unclaimed, and what is claimed and not provided.
fn rebuilt(material: &Material<'_>, verdict: &str) -> Option<Vec<Item>> {
    let run = material.runs.iter().rev().find(|run| run.command == "rebuild" && !run.targets.is_empty())?;
    let found = run.targets.iter().flat_map(|on| on.found.iter().filter(|f| f.verdict == verdict));
    let item = |f: &Found| Item {
        what: match &f.property {
            Some(property) => format!("{}[{}].{property}", f.kind, f.name),
            None => format!("{}[{}]", f.kind, f.name),
        },
        says: f.why.clone().unwrap_or_default(),
        at: f.set_at.as_ref().or(f.claimed_at.as_ref()).map(ToString::to_string).unwrap_or_default(),
    };
    Some(found.map(item).collect())
}

fn without_check(material: &Material<'_>) -> List {
    let tasks = material.maps.iter().flat_map(|map| {
        map.tasks.iter().filter(|(_, claims)| claims.is_empty()).map(|(task, _)| Item {
            what: task.clone(),
            says: "meets no claim of the spec".to_owned(),
            at: map.generator.clone(),
        })
    });
    let known = (!material.maps.is_empty()).then(|| tasks.collect());
    List {
        id: "code-without-check",
        title: "Code without a check",
        does: "claim what it does in the spec, or remove it",
        items: rebuilt(material, "extra").or(known),
        not_known: NO_CODE.to_owned(),
    }
}

/// Why nothing is known of code.
const NO_CODE: &str = "no code was generated; `repot generate ansible --base TARGET` does";

fn without_code(material: &Material<'_>) -> List {
    let claims = material.maps.iter().flat_map(|map| {
        map.unmapped.iter().map(|(subject, why)| Item {
            what: subject.clone(),
            says: why.clone(),
            at: map.generator.clone(),
        })
    });
    let known = (!material.maps.is_empty()).then(|| claims.collect());
    List {
        id: "check-without-code",
        title: "Checks without code",
        does: "see that each is met in another way, or write the code",
        items: rebuilt(material, "missing").or(known),
        not_known: NO_CODE.to_owned(),
    }
}

fn secrets(material: &Material<'_>) -> List {
    let mut items = Vec::new();
    for map in &material.maps {
        items.extend(map.secrets.iter().map(|(name, used)| used_in(name, used, &map.generator)));
        items.extend(map.payload.iter().map(|path| Item {
            what: path.clone(),
            says: "the spec knows it by its digest only; `--payload-from` brings it".to_owned(),
            at: map.generator.clone(),
        }));
    }
    for platform in &material.platforms {
        items.extend(platform.secrets.iter().map(|(name, keys)| Item {
            what: name.clone(),
            says: format!("a Secret of {}", keys.join(", ")),
            at: platform.name.clone(),
        }));
        items.extend(platform.payload.iter().map(|path| {
            Item {
                what: path.clone(),
                says: "the spec knows it by its digest only; `repot try kubernetes --payload-from TARGET` brings it"
                    .to_owned(),
                at: platform.name.clone(),
            }
        }));
    }
    let is_generated = !material.maps.is_empty() || material.platforms.iter().any(|p| p.left.is_some());
    List {
        id: "secrets",
        title: "Secrets and contents to provide",
        does: "give each a value where the code or the cluster takes it from",
        items: is_generated.then_some(items),
        not_known: "nothing was generated; `repot generate ansible --base TARGET` or `repot generate kubernetes` does"
            .to_owned(),
    }
}

fn used_in(name: &str, used: &[String], at: &str) -> Item {
    Item { what: name.to_owned(), says: format!("used in {}", used.join(", ")), at: at.to_owned() }
}

/// Why nothing is known of a platform.
const NO_PLATFORM: &str = "nothing was decided yet; `repot review` does";

fn left_behind(material: &Material<'_>) -> List {
    let mut items: BTreeSet<Item> = BTreeSet::new();
    for platform in &material.platforms {
        let is_kept = |fate: &Fate| fate.what == decision::Fate::Keep.name();
        let left = platform.fates.iter().filter(|(_, fate)| fate.is_gone && !is_kept(fate));
        items.extend(left.map(|(subject, fate)| Item {
            what: subject.clone(),
            says: format!("{}: {}", fate.what, fate.because),
            at: fate.by.clone(),
        }));
    }
    List {
        id: "left-behind",
        title: "What is left behind, and why",
        does: "read it: what stands here is not carried over",
        items: (!material.platforms.is_empty()).then(|| items.into_iter().collect()),
        not_known: NO_PLATFORM.to_owned(),
    }
}

fn left_to_do(material: &Material<'_>) -> List {
    let mut left: Option<Vec<Item>> = None;
    for platform in &material.platforms {
        let item = |what: &String| Item { says: what.clone(), at: platform.name.clone(), ..Item::default() };
        let Some(todo) = &platform.left else { continue };
        left.get_or_insert_default().extend(todo.iter().map(item));
    }
    List {
        id: "left-to-do",
        title: "What is left for a person to do",
        does: "do it, or say who does",
        items: left,
        not_known: "no manifests were generated; `repot generate kubernetes` does".to_owned(),
    }
}
