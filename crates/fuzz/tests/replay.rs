//! Every target over its seeds, over every input that once broke it, and over mutations of both: the same ones every
//! time. `make fuzz` goes on from here for as long as one wants.

use fuzz::Target;
use fuzz::mutation::{Dice, mutated};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many mutations of each target are run; `REPOT_FUZZ_MUTATIONS` says otherwise.
const MUTATIONS: usize = 150;

/// How long one input may take, in a build without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn kept(target: &Target) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(corpus().join(&target.name)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).collect()
}

/// What is wrong with an input, if anything is.
fn broken(target: &Target, input: &[u8]) -> Option<String> {
    let begun = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(|| target.run(input)));
    let took = begun.elapsed();
    let what = match ended {
        Err(panic) => {
            panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
        }
        Ok(()) if took > LONGEST => Some(format!("it took {took:?}")),
        Ok(()) => return None,
    };
    Some(format!("{}: {}\n  input: {}", target.name, what.unwrap_or_default(), input.escape_ascii()))
}

fn replay(is_mine: impl Fn(&str) -> bool) {
    std::panic::set_hook(Box::new(|_| {}));
    let mutations = std::env::var("REPOT_FUZZ_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(MUTATIONS);
    let mut found = Vec::new();
    for target in fuzz::targets::all().iter().filter(|t| is_mine(&t.name)) {
        let inputs = [target.seeds(), kept(target)].concat();
        assert!(!inputs.is_empty(), "{} has no seed", target.name);
        let mut dice = Dice::new(inputs.len() as u64);
        let mutation = |_| {
            let (one, other) = (dice.below(inputs.len()), dice.below(inputs.len()));
            mutated(&inputs[one], &inputs[other], &mut dice)
        };
        let mutations: Vec<Vec<u8>> = (0..mutations).map(mutation).collect();
        found.extend(inputs.iter().chain(&mutations).filter_map(|input| broken(target, input)).take(3));
    }
    drop(std::panic::take_hook());
    assert!(found.is_empty(), "{} inputs break something:\n{}", found.len(), found.join("\n"));
}

#[test]
fn what_machines_say_of_files_and_services() {
    replay(|name| name.strip_prefix("kind-").is_some_and(|kind| kind < "n"));
}

#[test]
fn what_machines_say_of_the_rest() {
    replay(|name| name.strip_prefix("kind-").is_some_and(|kind| kind >= "n"));
}

#[test]
fn what_users_write_and_agents_send() {
    replay(|name| !name.starts_with("kind-"));
}

#[test]
fn every_corpus_is_of_a_target() {
    let names: BTreeSet<String> = fuzz::targets::all().into_iter().map(|t| t.name).collect();
    for entry in std::fs::read_dir(corpus()).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().unwrap();
        assert!(names.contains(&name), "corpus/{name} is of no target");
    }
}
