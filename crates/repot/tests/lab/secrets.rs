//! No secret of the host is in anything repot writes, the files that hold them are captured all the same, and a changed
//! secret is a finding.

use crate::host::{Project, container, lab, name};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
#[ignore = "needs the lab: make test-lab"]
fn no_secret_leaves_the_host() {
    let project = Project::new();
    let captured = project.capture(&container());
    let verified = project.repot(&["verify", &container(), "--role", "web", "--report", "json:verify.json"]);
    let explained = project.repot(&["explain", "file[*]"]);
    let output = Command::new(lab().join("secrets")).arg(name()).output().unwrap();
    let secrets: Vec<String> =
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).filter(|s| s.len() >= 6).collect();
    assert!(secrets.len() >= 40, "the lab has {} secrets", secrets.len());
    let mut written = vec![("stdout and stderr".to_owned(), Vec::new())];
    for output in [&captured, &verified, &explained] {
        written[0].1.extend_from_slice(&output.stdout);
        written[0].1.extend_from_slice(&output.stderr);
    }
    collect(project.dir.path(), &mut written);
    let mut leaks = Vec::new();
    for (name, bytes) in &written {
        let text = String::from_utf8_lossy(bytes);
        leaks.extend(secrets.iter().filter(|s| text.contains(s.as_str())).map(|s| format!("{s} in {name}")));
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    assert!(written.iter().any(|(name, _)| name.ends_with("site.yaml")));
    let holds_one = |(name, bytes): &(String, Vec<u8>)| {
        name.contains("/files/") && String::from_utf8_lossy(bytes).contains(model::text::SECRET)
    };
    assert!(written.iter().filter(|w| holds_one(w)).count() >= 5, "files that hold secrets are captured");
}

fn collect(dir: &Path, to: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, to);
        } else if !path.ends_with(".repot/key") {
            to.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}
