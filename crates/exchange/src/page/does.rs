//! What a host does, in words of people: what it answers to, what runs, what happens by itself, who comes in. Each with who
//! asked for it, where it is proven, and what becomes of it. The matrix has all of it; nobody reads nine thousand rows first.

use super::matrix::{NOBODY, PACKAGED, UNCLAIMED, severity};
use super::{Column, Deed, Doing, Mark, Row};
use std::collections::{BTreeMap, BTreeSet};

/// A resource with what is claimed of it.
struct Resource<'r> {
    kind: &'r str,
    name: &'r str,
    /// Its rows, by number.
    rows: Vec<usize>,
    claims: BTreeMap<&'r str, &'r str>,
}

impl Resource<'_> {
    fn is(&self, property: &str, value: &str) -> bool {
        self.claims.get(property) == Some(&value)
    }

    /// A claim that says something.
    fn says(&self, property: &str) -> Option<&str> {
        let bare = self.claims.get(property)?.trim_start_matches("exactly ");
        Some(bare).filter(|text| !matches!(*text, "" | "[]" | "{}" | "none"))
    }

    /// Several claims, as far as they are made.
    fn all(&self, properties: &[&str]) -> String {
        properties.iter().filter_map(|p| self.says(p)).collect::<Vec<_>>().join(", ")
    }
}

/// One thing that hosts do: its title, and what of a resource tells that it is done; more of it in few words.
struct Way {
    title: &'static str,
    tells: fn(&Resource<'_>) -> Option<(String, String)>,
    /// Whether also that counts which the system brought.
    is_shipped_too: bool,
}

const WAYS: &[Way] = &[
    Way { title: "Answers as", tells: site, is_shipped_too: true },
    Way { title: "Listens at", tells: port, is_shipped_too: true },
    Way { title: "Runs all the time", tells: service, is_shipped_too: false },
    Way { title: "Does by itself", tells: job, is_shipped_too: false },
    Way { title: "Holds", tells: tree, is_shipped_too: false },
    Way { title: "Hands on mail", tells: mail, is_shipped_too: false },
    Way { title: "Lets in", tells: person, is_shipped_too: false },
];

/// A server of nginx, of which every directive is a resource: told by its names, or where it listens.
fn site(of: &Resource<'_>) -> Option<(String, String)> {
    let server = of.name.strip_prefix("http/server[").filter(|_| of.kind == "nginx")?;
    let (name, directive) = server.split_once("]/")?;
    let value = of.says("value")?;
    match directive {
        "server_name" => Some((name.to_owned(), format!("for {value}"))),
        "listen" => Some((name.to_owned(), format!("at {value}"))),
        _ => None,
    }
}

fn port(of: &Resource<'_>) -> Option<(String, String)> {
    (of.kind == "port").then(|| (of.name.replacen("6:", ":", 1), of.all(&["process", "ip"])))
}

fn service(of: &Resource<'_>) -> Option<(String, String)> {
    let does = of.kind == "service" && of.is("running", "true");
    let command = of.says("command").map(|c| c.trim_start_matches('[').trim_end_matches(']').to_owned());
    let user = of.says("user").map(|user| format!("as {user}"));
    does.then(|| (of.name.to_owned(), command.into_iter().chain(user).collect::<Vec<_>>().join(", ")))
}

fn job(of: &Resource<'_>) -> Option<(String, String)> {
    match of.kind {
        "cron" if of.is("enabled", "true") => Some((of.name.to_owned(), of.all(&["schedule"]))),
        "timer" if of.is("enabled", "true") || of.is("active", "true") => {
            Some((of.name.to_owned(), of.all(&["schedule", "unit"])))
        }
        _ => None,
    }
}

/// An application: a file is one of thousands.
fn tree(of: &Resource<'_>) -> Option<(String, String)> {
    let is_tree = of.kind == "file" && (of.says("tree-digest").is_some() || of.says("revision").is_some());
    is_tree.then(|| {
        let revision = of.says("revision").map_or_else(String::new, |r| format!("revision {r}"));
        (of.name.to_owned(), revision)
    })
}

fn mail(of: &Resource<'_>) -> Option<(String, String)> {
    match (of.kind, of.name) {
        ("mail-alias", name) => Some((name.to_owned(), format!("to {}", of.says("recipients")?))),
        ("postfix", "relayhost") => Some(("everything".to_owned(), format!("through {}", of.says("value")?))),
        _ => None,
    }
}

fn person(of: &Resource<'_>) -> Option<(String, String)> {
    match of.kind {
        "user" => {
            of.says("authorized-keys").map(|_| (of.name.to_owned(), format!("with a key, {}", of.all(&["shell"]))))
        }
        "sudo-rule" => Some((format!("sudo {}", of.name), of.all(&["rule"]))),
        _ => None,
    }
}

/// What several resources tell of one thing that is done.
#[derive(Default)]
struct Told {
    how: BTreeSet<String>,
    rows: BTreeSet<usize>,
}

/// All of it, in the order of the list; a group for what nothing tells of is left out.
pub(super) fn doings(rows: &[Row], columns: &[Column], no_hosts: &[String]) -> Vec<Doing> {
    let mut resources = resources(rows);
    resources.retain(|(role, ..), _| no_hosts.iter().all(|no_host| no_host != role));
    let doing = |way: &Way| {
        let mut found: BTreeMap<(&str, String), Told> = BTreeMap::new();
        for ((role, ..), of) in &resources {
            if let Some((what, how)) = (way.tells)(of) {
                let deed = found.entry((role, what)).or_default();
                deed.how.insert(how);
                deed.rows.extend(&of.rows);
            }
        }
        let mut shipped = 0;
        let mut deeds = Vec::new();
        for ((role, what), Told { how, rows: numbers }) in found {
            let own = numbers.iter().any(|n| rows[*n].origin != PACKAGED);
            if own || way.is_shipped_too {
                let how: Vec<String> = how.into_iter().filter(|text| !text.is_empty()).collect();
                deeds.push(deed(role, what, how.join("; "), &numbers, rows, columns));
            } else {
                shipped += 1;
            }
        }
        Doing { title: way.title, deeds, shipped }
    };
    WAYS.iter().map(doing).filter(|doing| !doing.deeds.is_empty()).collect()
}

/// The claimed resources, by role, kind and name.
fn resources(rows: &[Row]) -> BTreeMap<(&str, &str, &str), Resource<'_>> {
    let mut all: BTreeMap<(&str, &str, &str), Resource<'_>> = BTreeMap::new();
    for (number, row) in rows.iter().enumerate().filter(|(_, row)| row.origin != UNCLAIMED) {
        let of = all.entry((&row.role, &row.kind, &row.name)).or_insert_with(|| Resource {
            kind: &row.kind,
            name: &row.name,
            rows: Vec::new(),
            claims: BTreeMap::new(),
        });
        of.rows.push(number);
        if let (Some(property), Some(expected)) = (&row.property, &row.expected) {
            of.claims.insert(property, expected);
        }
    }
    all
}

fn deed(role: &str, what: String, how: String, numbers: &BTreeSet<usize>, rows: &[Row], columns: &[Column]) -> Deed {
    let of: Vec<&Row> = numbers.iter().map(|n| &rows[*n]).collect();
    // Who asked for one property of it asked for it; what nobody asked for stands last.
    let rank = |row: &&&Row| match row.origin.as_str() {
        PACKAGED => 1,
        NOBODY => 2,
        _ => 0,
    };
    let asked = of.iter().min_by_key(rank);
    let mut stages: Vec<(&str, Mark)> = Vec::new();
    for column in columns {
        let marks = numbers.iter().filter_map(|n| column.marks.get(*n)).copied();
        let worst = marks.max_by_key(|mark| severity(*mark)).unwrap_or(Mark::None);
        match stages.iter_mut().find(|(stage, _)| *stage == column.stage) {
            Some((_, mark)) if severity(worst) > severity(*mark) => *mark = worst,
            Some(_) => {}
            None => stages.push((&column.stage, worst)),
        }
    }
    let fates = of.iter().filter_map(|row| row.fate.as_ref());
    let kept: BTreeSet<&str> = fates.clone().filter(|f| f.artefact.is_some()).map(|f| f.what.as_str()).collect();
    let gone = fates.clone().find(|f| f.artefact.is_none());
    let ends = match (kept.is_empty(), gone) {
        (false, _) => kept.into_iter().collect::<Vec<_>>().join(", "),
        (true, Some(fate)) if fate.because.is_empty() => fate.what.clone(),
        (true, Some(fate)) => format!("{}: {}", fate.what, fate.because),
        (true, None) => String::new(),
    };
    Deed {
        role: role.to_owned(),
        what,
        how,
        origin: asked.map(|row| row.origin.clone()).unwrap_or_default(),
        asked: asked.map(|row| row.origin_says.clone()).unwrap_or_default(),
        proven: stages.into_iter().map(|(stage, mark)| (stage.to_owned(), mark)).collect(),
        ends,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Fate;

    fn row(kind: &str, name: &str, property: &str, expected: &str, origin: &str) -> Row {
        Row {
            role: "web".into(),
            kind: kind.into(),
            name: name.into(),
            property: Some(property.into()),
            expected: Some(expected.into()),
            origin: origin.into(),
            origin_says: format!("{origin}, said"),
            ..Row::default()
        }
    }

    fn column(stage: &str, marks: &[Mark]) -> Column {
        Column { stage: stage.into(), marks: marks.to_vec(), ..Column::default() }
    }

    #[test]
    fn what_a_host_does_is_told_with_who_asked_where_it_is_proven_and_where_it_ends() {
        let mut rows = vec![
            row("cron", "root: /srv/report", "enabled", "true", "nobody"),
            row("cron", "root: /srv/report", "schedule", "0 3 * * *", "runbook"),
            row("cron", "root: /srv/off", "enabled", "false", "nobody"),
            row("service", "dbus", "running", "true", PACKAGED),
            row("service", "shop", "running", "true", "nobody"),
        ];
        rows[0].fate =
            Some(Fate { what: "CronJob".into(), artefact: Some("kube/cronjobs.yaml".into()), ..Fate::default() });
        rows[4].fate = Some(Fate { what: "drop".into(), because: "nobody needs it".into(), ..Fate::default() });
        let columns = [
            column("legacy host", &[Mark::Same, Mark::Same, Mark::Same, Mark::Same, Mark::Same]),
            column("rebuilt", &[Mark::Same, Mark::Differs, Mark::None, Mark::None, Mark::None]),
        ];
        let all = doings(&rows, &columns, &[]);
        let titles: Vec<(&str, usize, usize)> = all.iter().map(|d| (d.title, d.deeds.len(), d.shipped)).collect();
        assert_eq!(titles, [("Runs all the time", 1, 1), ("Does by itself", 1, 0)]);
        let job = &all[1].deeds[0];
        assert_eq!((job.what.as_str(), job.how.as_str()), ("root: /srv/report", "0 3 * * *"));
        assert_eq!((job.asked.as_str(), job.ends.as_str()), ("runbook, said", "CronJob"));
        assert_eq!(job.proven, [("legacy host".into(), Mark::Same), ("rebuilt".into(), Mark::Differs)]);
        let shop = &all[0].deeds[0];
        assert!(doings(&rows, &columns, &["web".into()]).is_empty(), "what other tools checked is no host's doing");
        assert_eq!((shop.asked.as_str(), shop.ends.as_str()), ("nobody, said", "drop: nobody needs it"));
    }

    #[test]
    fn one_server_and_one_port_are_one_line_whatever_tells_of_them() {
        let rows = [
            row("nginx", "http/server[shop:80]/server_name", "value", "shop www.shop", "runbook"),
            row("nginx", "http/server[shop:80]/listen", "value", "80", "runbook"),
            row("nginx", "http/server[shop:80]/root", "value", "/srv", "runbook"),
            row("port", "tcp:80", "process", "nginx", "nobody"),
            row("port", "tcp6:80", "process", "nginx", "nobody"),
        ];
        let all = doings(&rows, &[], &[]);
        let lines: Vec<(&str, &str)> =
            all.iter().flat_map(|d| &d.deeds).map(|d| (d.what.as_str(), d.how.as_str())).collect();
        assert_eq!(lines, [("shop:80", "at 80; for shop www.shop"), ("tcp:80", "nginx")]);
    }
}
