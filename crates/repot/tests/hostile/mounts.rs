//! File systems that do not answer, or take nothing: mounted in a name space of the test's own, as root.

use crate::host::{Case, stderr};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A mount of fuse whose server never says a word: whoever asks for anything below it waits for ever.
const HANGS: &str =
    "exec 9<>/dev/fuse; mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 none \"$1\" || exit 99";

/// Runs a script in its own name space, with the case's directory as the current one; `$repot` is repot.
fn alone(case: &Case, script: &str, dir: &Path) -> Output {
    let script = format!("{script}\nexec \"$repot\" \"$@\"");
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", &script, "sh"]).arg(dir).current_dir(case.dir.path());
    command.env("repot", env!("CARGO_BIN_EXE_repot")).env_remove("REPOT_KEY");
    command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_mount_that_hangs_costs_its_time_and_the_rest_is_kept() {
    let case = Case::new();
    let mount = case.root().join("mnt");
    std::fs::create_dir(&mount).unwrap();
    case.write("root/etc/hostname", "web-03\n");
    case.write("root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    let begun = Instant::now();
    let script = format!("{HANGS}\nshift; set -- capture rootfs:root --settle 0 --kind-timeout 5");
    let output = alone(&case, &script, &mount);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("file took longer than 5 s"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    let site = std::fs::read_to_string(case.dir.path().join("spec/root/site.yaml")).unwrap();
    assert!(site.contains("web-03") && site.contains("shell: /bin/bash"), "{site}");
}

#[test]
fn a_file_below_a_mount_that_hangs_is_undecided() {
    let case = Case::new();
    let mount = case.dir.path().join("mnt");
    std::fs::create_dir(&mount).unwrap();
    let claimed = mount.join("x").display().to_string();
    case.write(
        "spec.yaml",
        format!(
            "repot: 1\nhostname:\n  hostname: {{running: {{have-prefix: ''}}}}\nfile:\n  {claimed}: {{mode: '0644'}}\n"
        ),
    );
    let script = format!("{HANGS}\nshift; set -- verify local --spec spec.yaml --once --kind-timeout 3");
    let output = alone(&case, &script, &mount);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}{}", stderr(&output));
    assert!(said.contains("timeout") && said.contains("1 same"), "{said}");
}

/// A project on a file system that is prepared so.
fn project_on(mount: &str) -> (Case, Output) {
    let case = Case::new();
    case.write("root/etc/hostname", "web-03\n");
    let project = case.dir.path().join("project");
    std::fs::create_dir(&project).unwrap();
    let script = format!("{mount} || exit 99\nshift; set -- --project project capture rootfs:root --settle 0");
    let output = alone(&case, &script, &project);
    (case, output)
}

#[test]
fn a_project_on_a_full_disk_is_an_error_that_says_so() {
    // A file system of one block.
    let (_case, output) = project_on("mount -t tmpfs -o size=4k,nr_inodes=20 none \"$1\"");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("No space left") && said.contains("make room"), "{said}");
}

#[test]
fn a_project_on_a_read_only_disk_is_an_error_that_says_so() {
    let (_case, output) = project_on("mount -t tmpfs -o ro none \"$1\"");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("Read-only file system") && said.contains("--project DIR"), "{said}");
}
