//! What tests have proven of nginx's configuration: of each target the newest run that asked for it, as a tree.

use super::{Site, Tree};
use crate::ran::Ran;
use serde_json::Value;

pub(super) fn trees(runs: &[Ran]) -> Vec<Tree> {
    let mut trees: Vec<Tree> = Vec::new();
    for run in runs.iter().rev() {
        for on in &run.targets {
            for coverage in &on.coverage {
                let of = coverage["of"].as_str().unwrap_or_default();
                if !trees.iter().any(|t| t.target == on.target && t.of == of) {
                    trees.push(tree(&on.target, &run.taken, of, coverage));
                }
            }
        }
    }
    trees.sort_by(|a, b| (&a.target, &a.of).cmp(&(&b.target, &b.of)));
    trees
}

fn tree(target: &str, taken: &str, of: &str, coverage: &Value) -> Tree {
    let mut servers: Vec<(Site, Vec<Site>)> = Vec::new();
    for value in coverage["sites"].as_array().into_iter().flatten() {
        let one = site(value);
        match (value["kind"].as_str(), servers.last_mut()) {
            (Some("server"), _) | (_, None) => servers.push((one, Vec::new())),
            (_, Some((_, inside))) => inside.push(one),
        }
    }
    Tree { target: target.to_owned(), taken: taken.to_owned(), of: of.to_owned(), servers }
}

fn site(value: &Value) -> Site {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let at = &value["at"];
    let place = match (at["file"].as_str(), at["line"].as_u64()) {
        (Some(file), Some(line)) if line > 0 => format!("{file}:{line}"),
        (Some(file), _) => file.to_owned(),
        (None, _) => String::new(),
    };
    Site { name: text("name"), at: place, state: text("state"), detail: text("detail") }
}
