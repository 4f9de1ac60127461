//! The whole story: capture, verify is silent, a change is found, diff explains it; over ssh and in the container.

use crate::host::{Project, container, news, on_host, ssh};

fn story(target: &str) {
    let project = Project::new();
    project.capture(target);
    let site = project.read("spec/web/site.yaml");
    assert!(site.contains("package:") && site.contains("file:"), "{site}");
    let (status, report) = project.verify(target);
    assert_eq!((status, news(&report)), (0, Vec::new()));

    on_host("echo 'client_max_body_size 1m;' > /etc/nginx/conf.d/zz-story.conf").unwrap();
    let (status, report) = project.verify(target);
    let found = news(&report);
    let recording = format!("recording:.repot/recordings/{}.repot", target.split(':').next_back().unwrap_or_default());
    let diff = project.repot(&["diff", &recording, target]);
    on_host("rm /etc/nginx/conf.d/zz-story.conf").unwrap();

    assert_eq!(status, 1);
    let wanted = "file[/etc/nginx/conf.d/zz-story.conf]";
    assert!(found.iter().any(|n| n.id == wanted), "{found:?}");
    assert_eq!(diff.status.code(), Some(1), "{}", String::from_utf8_lossy(&diff.stderr));
    assert!(String::from_utf8_lossy(&diff.stdout).contains(wanted));
    let (status, report) = project.verify(target);
    assert_eq!((status, news(&report)), (0, Vec::new()), "after the change was taken back");
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn over_ssh() {
    story(&ssh());
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn in_the_container() {
    story(&container());
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn two_captures_of_an_unchanged_host_are_the_same_bytes() {
    let (first, second) = (Project::new(), Project::new());
    first.capture(&container());
    std::fs::create_dir_all(second.path(".repot")).unwrap();
    std::fs::copy(first.path(".repot/key"), second.path(".repot/key")).unwrap();
    second.capture(&container());
    for name in ["site.yaml", "baseline.yaml"] {
        let (a, b) = (first.read(&format!("spec/web/{name}")), second.read(&format!("spec/web/{name}")));
        let differ: Vec<_> = a.lines().zip(b.lines()).filter(|(a, b)| a != b).take(10).collect();
        assert!(a == b, "{name}: {differ:#?}");
    }
    first.capture(&container());
    assert_eq!(
        first.read("spec/web/site.yaml"),
        second.read("spec/web/site.yaml"),
        "captured again into the same files"
    );
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn the_same_host_is_the_same_over_ssh_and_in_its_container() {
    let project = Project::new();
    project.capture(&container());
    let (status, report) = project.verify(&ssh());
    assert_eq!((status, news(&report)), (0, Vec::new()));
}
