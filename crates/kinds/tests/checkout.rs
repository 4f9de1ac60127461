//! What git keeps beside a tree. These roots are made here, because git keeps no `.git` of a recorded one.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test makes its own folders")]

use kinds::kind_named;
use model::facts::KindFacts;
use model::plan::Ask;
use model::standing::Standing;
use std::fs;
use std::path::{Path, PathBuf};
use testkit::probe::probe;
use testkit::replay::Replay;

/// A root with a checkout in /opt/tools, thrown away at the end.
struct Root(PathBuf);

impl Root {
    fn new(name: &str) -> Self {
        let root = Self(std::env::temp_dir().join(format!("repot-{name}-{}", std::process::id())));
        for (path, text) in [
            ("var/lib/dpkg/status", ""),
            ("opt/tools/run.sh", "true\n"),
            ("opt/tools/.git/HEAD", "ref: refs/heads/main\n"),
            ("opt/tools/.git/packed-refs", "0123abc refs/heads/main\n"),
            ("opt/tools/.git/config", "[remote \"origin\"]\n\turl = https://git.example.test/tools.git\n"),
            ("opt/tools/.git/hooks/pre-commit.sample", "exit 1\n"),
            ("opt/tools/.git/hooks/post-merge", "#!/bin/sh\n"),
            ("opt/tools/.git/objects/12/34", "x"),
        ] {
            let path = root.0.join("root").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    fn seen(&self) -> KindFacts {
        probe(kind_named("file").unwrap(), &Replay::open(&self.0), &Ask { sweep: true, ..Ask::default() })
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn a_checkout_is_its_tree_its_configuration_and_its_hooks() {
    let root = Root::new("checkout");
    let seen = root.seen();
    let names: Vec<&String> = seen.resources.keys().filter(|n| Path::new(n).starts_with("/opt/tools")).collect();
    assert_eq!(names, ["/opt/tools", "/opt/tools/.git/config", "/opt/tools/.git/hooks/post-merge"]);
    let revision = &seen.resources["/opt/tools"].facts["revision"];
    assert_eq!(revision.value().and_then(|v| v.as_text()), Some("0123abc"));
    let config = &seen.resources["/opt/tools/.git/config"].facts["sha256"];
    assert_eq!(config.standing, Standing::Local);
}

#[test]
fn where_a_checkout_comes_from_is_not_part_of_its_tree() {
    let root = Root::new("remote");
    let before = root.seen();
    fs::write(root.0.join("root/opt/tools/.git/config"), "[remote \"origin\"]\n\turl = https://evil.test/\n").unwrap();
    let after = root.seen();
    assert_eq!(before.resources["/opt/tools"], after.resources["/opt/tools"]);
    assert_ne!(before.resources["/opt/tools/.git/config"], after.resources["/opt/tools/.git/config"]);
}
