//! Laws over the list of kinds, so that nothing can be half-added.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads its own folders, and stops where it cannot"
)]

use kinds::KINDS;
use kinds::kind::{Kind, Life, Role};
use model::coverage::Coverage;
use model::fact::Seen;
use model::plan::{Ask, Wanted};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use testkit::deny::Deny;
use testkit::probe::probe;
use testkit::replay::Replay;

fn is_spelled(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn names_are_unique_sorted_and_spelled_alike() {
    let names: Vec<&str> = KINDS.iter().map(|k| k.name()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    for kind in KINDS {
        assert!(is_spelled(kind.name()), "{}", kind.name());
        let mut seen = BTreeSet::new();
        for property in kind.properties() {
            assert!(is_spelled(property.name), "{}.{}", kind.name(), property.name);
            for name in std::iter::once(&property.name).chain(property.aliases) {
                assert!(seen.insert(*name), "{} has two properties named {name}", kind.name());
            }
        }
        assert!(!seen.is_empty(), "{} has no property", kind.name());
    }
}

#[test]
fn no_file_of_a_kind_is_forgotten() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kinds");
    let list = fs::read_to_string(dir.join("mod.rs")).unwrap();
    let (mut files, mut kinds) = (BTreeSet::new(), 0);
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name != "mod" {
            assert!(list.contains(&format!("mod {name};")), "{name} is not in mod.rs");
            files.insert(name);
        }
    }
    for kind in KINDS {
        kinds += 1;
        let file = kind.name().replace('-', "_");
        assert!(files.contains(&file), "the kind {} is not in a file {file}.rs", kind.name());
    }
    assert!(kinds > 0);
}

#[test]
fn every_description_says_something() {
    for kind in KINDS {
        assert!(
            kind.summary().len() > 10 && !kind.summary().ends_with('.'),
            "{}: a phrase without full stop",
            kind.name()
        );
        for property in kind.properties() {
            let id = format!("{}.{}", kind.name(), property.name);
            assert!(property.summary.len() > 5 && !property.summary.ends_with('.'), "{id}: a phrase without full stop");
        }
    }
}

#[test]
fn a_system_that_denies_everything_shows_nothing_as_known() {
    for kind in KINDS {
        for ask in [Ask::everything(), asked(*kind)] {
            let seen = probe(*kind, &Deny::default(), &ask);
            assert_ne!(seen.coverage, Coverage::Complete, "{}: nothing could be looked at", kind.name());
            for (name, resource) in &seen.resources {
                assert!(!resource.absent, "{}[{name}] is shown as absent", kind.name());
                for (property, fact) in &resource.facts {
                    assert!(
                        matches!(fact.seen, Seen::Unknown(_)),
                        "{}[{name}].{property} is shown as known",
                        kind.name()
                    );
                }
            }
        }
    }
}

fn asked(kind: &dyn Kind) -> Ask {
    let shown = |role| role != Role::Input;
    let properties = kind.properties().iter().filter(|p| shown(p.role)).map(|p| p.name.to_owned()).collect();
    let wanted = Wanted { properties, ..Wanted::default() };
    Ask { names: [("/nowhere".to_owned(), wanted)].into(), ..Ask::default() }
}

#[test]
fn a_directory_shows_no_live_value() {
    let nothing = tempdir();
    let rootfs = Replay::open(&nothing);
    for kind in KINDS {
        let seen = probe(*kind, &rootfs, &Ask::everything());
        for (name, resource) in &seen.resources {
            for (property, fact) in &resource.facts {
                let live = kind.property(property).is_some_and(|p| p.life == Life::Live);
                assert!(!live || fact.value().is_none(), "{}[{name}].{property} needs a running machine", kind.name());
            }
        }
    }
    fs::remove_dir_all(nothing).unwrap();
}

/// An empty root that is not running.
fn tempdir() -> std::path::PathBuf {
    let dir = std::env::temp_dir().join(format!("repot-laws-{}", std::process::id()));
    fs::create_dir_all(dir.join("root")).unwrap();
    fs::write(dir.join("system.yaml"), "live: false\n").unwrap();
    dir
}
