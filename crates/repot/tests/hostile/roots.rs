//! Root directories that somebody made to break whoever reads them. Each is captured twice and verified.

use crate::host::{Case, stderr};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

type Setup = fn(&Path);

fn put(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A small Debian, so that every kind has something to read beside the trap.
fn debian(root: &Path) {
    put(root, "etc/hostname", "web-03\n");
    put(root, "etc/passwd", "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n");
    put(root, "etc/group", "root:x:0:\nann:x:1000:\n");
    put(root, "etc/shadow", "root:*:19000:0:99999:7:::\nann:!:19000:0:99999:7:::\n");
    put(
        root,
        "var/lib/dpkg/status",
        "Package: hello\nStatus: install ok installed\nVersion: 1.0\nArchitecture: amd64\n\n",
    );
    put(root, "var/lib/dpkg/info/hello.list", "/.\n/usr\n/usr/bin\n/usr/bin/hello\n");
    put(root, "var/lib/dpkg/info/hello.md5sums", "5d41402abc4b2a76b9719d911017c592  usr/bin/hello\n");
    put(root, "usr/bin/hello", "hello");
}

fn named(root: &Path, name: &[u8]) {
    put(root, "opt/.keep", "");
    fs::write(root.join("etc").join(OsStr::from_bytes(name)), "x\n").unwrap();
    fs::write(root.join("opt").join(OsStr::from_bytes(name)), "x\n").unwrap();
}

fn fifo(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn sparse(path: &Path, bytes: u64) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::File::create(path).unwrap().set_len(bytes).unwrap();
}

fn repeated(piece: &str, times: usize) -> String {
    piece.repeat(times)
}

/// The cases: a name, and what is put into the root.
const CASES: &[(&str, Setup)] = &[
    ("an empty root", |_| ()),
    ("a name with a newline", |r| named(r, b"a\nb.conf")),
    ("a name with quotes", |r| named(r, b"a'b\"c`d.conf")),
    ("a name of a template", |r| named(r, b"{{ x }}{% raw %}.conf")),
    ("a name of a command", |r| named(r, b"$(id);`id`|id&.conf")),
    ("a name with an escape", |r| named(r, b"\x1b[2J\x1b]0;t\x07.conf")),
    ("a name that is not UTF-8", |r| named(r, b"\xff\xfe\x80.conf")),
    ("a name that looks like an escape of ours", |r| named(r, b"\\xff\\x5c.conf")),
    ("a name that turns the text", |r| named(r, "a\u{202e}fnoc.\u{2066}".as_bytes())),
    ("a name of YAML", |r| named(r, b"a: [b, {c: d}] # e")),
    ("a name with leading dash", |r| named(r, b"-rf")),
    ("a name of spaces", |r| named(r, b"   ")),
    ("a name of 255 bytes", |r| named(r, &[b'n'; 255])),
    ("a name of a tab and a carriage return", |r| named(r, b"a\tb\rc")),
    ("a name of XML", |r| named(r, b"]]><x a=\"b\">&amp;")),
    ("a name of a workflow command", |r| named(r, b"::error file=x::y")),
    ("a link to itself", |r| symlink("loop", r.join("etc/loop")).unwrap()),
    ("two links in a circle", |r| {
        symlink("b", r.join("etc/a")).unwrap();
        symlink("a", r.join("etc/b")).unwrap();
    }),
    ("a directory that links to its parent", |r| {
        fs::create_dir_all(r.join("opt/x")).unwrap();
        symlink("..", r.join("opt/x/up")).unwrap();
    }),
    ("links out of the root", |r| {
        symlink("../../../../../../etc/passwd", r.join("etc/out")).unwrap();
        symlink("/etc/shadow", r.join("etc/absolute")).unwrap();
    }),
    ("configuration that links out of the root", |r| {
        fs::remove_file(r.join("etc/hostname")).unwrap();
        symlink("../../../../../../../../../../../../etc/hostname", r.join("etc/hostname")).unwrap();
    }),
    ("a link with a very long target", |r| symlink(repeated("a/", 2000), r.join("etc/long")).unwrap()),
    ("a pipe where a file is expected", |r| {
        fs::remove_file(r.join("etc/passwd")).unwrap();
        fifo(&r.join("etc/passwd"));
    }),
    ("a pipe where the package database is", |r| {
        fs::remove_file(r.join("var/lib/dpkg/status")).unwrap();
        fifo(&r.join("var/lib/dpkg/status"));
    }),
    ("a pipe among configuration", |r| fifo(&r.join("etc/cron.d/pipe"))),
    ("a socket where a file is expected", |r| {
        fs::remove_file(r.join("etc/group")).unwrap();
        drop(UnixListener::bind(r.join("etc/group")).unwrap());
    }),
    ("a directory where a file is expected", |r| {
        fs::remove_file(r.join("etc/hostname")).unwrap();
        fs::create_dir(r.join("etc/hostname")).unwrap();
    }),
    ("a file where a directory is expected", |r| {
        put(r, "etc/cron.d", "x");
        put(r, "etc/systemd", "x");
        put(r, "var/spool", "x");
    }),
    ("a sparse terabyte among configuration", |r| sparse(&r.join("etc/big.conf"), 1 << 40)),
    ("a sparse terabyte in place of the package database", |r| sparse(&r.join("var/lib/dpkg/status"), 1 << 40)),
    ("a sparse terabyte in a tree", |r| sparse(&r.join("srv/data/big"), 1 << 40)),
    ("a directory of fifty thousand entries", |r| {
        fs::create_dir_all(r.join("srv/many")).unwrap();
        for i in 0..50_000 {
            fs::write(r.join(format!("srv/many/{i}")), "").unwrap();
        }
    }),
    ("a very deep tree", |r| {
        let mut path = r.join("opt");
        for _ in 0..300 {
            path.push("d");
        }
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("end"), "x").unwrap();
    }),
    ("a unit file of fifty megabytes", |r| {
        put(r, "etc/systemd/system/big.service", repeated("[Service]\nExecStart=/bin/true\n", 1_700_000))
    }),
    ("a unit file of one endless line", |r| {
        put(r, "etc/systemd/system/line.service", format!("[Service]\nExecStart={}", repeated("a", 5 << 20)))
    }),
    ("a unit that continues for ever", |r| {
        put(r, "etc/systemd/system/c.service", repeated("ExecStart=a\\\n", 200_000))
    }),
    ("a package database cut in half", |r| put(r, "var/lib/dpkg/status", "Package: hello\nStatus: install ok insta")),
    ("a package database of garbage", |r| put(r, "var/lib/dpkg/status", [0xff_u8, 0, 10, 13, 58].repeat(10_000))),
    ("a package without a name", |r| put(r, "var/lib/dpkg/status", "Status: install ok installed\nVersion: 1\n\n")),
    ("a package with a hostile name", |r| {
        put(
            r,
            "var/lib/dpkg/status",
            "Package: $(id)\u{1b}[31m{{x}}\nStatus: install ok installed\nVersion: 1\u{1b}\n\n",
        )
    }),
    ("a list of files cut in half", |r| put(r, "var/lib/dpkg/info/hello.list", "/.\n/usr/bi")),
    ("md5sums of garbage", |r| {
        put(r, "var/lib/dpkg/info/hello.md5sums", "zz\n\n  \nfff usr\n../../../etc/passwd  x\n")
    }),
    ("diversions of garbage", |r| put(r, "var/lib/dpkg/diversions", "/a\n/b\n")),
    ("users of garbage", |r| {
        put(r, "etc/passwd", ":::::::\nroot\n\n#\nx:y:z:w:v:u:t:s\na:x:99999999999999999999:1::/:/x\n")
    }),
    ("a user twice", |r| put(r, "etc/passwd", "a:x:1:1::/:/x\na:x:2:2::/:/y\n")),
    ("a user with a hostile name", |r| put(r, "etc/passwd", "a\u{1b}]0;x\u{7}:x:1:1:{{ }}:/:/x\n$(id):x:2:2::/:/x\n")),
    ("nginx that includes itself", |r| {
        put(r, "etc/nginx/nginx.conf", "http { include /etc/nginx/nginx.conf; }\n");
    }),
    ("nginx that never closes", |r| put(r, "etc/nginx/nginx.conf", repeated("a {", 5000))),
    ("sshd that includes itself", |r| put(r, "etc/ssh/sshd_config", "Include /etc/ssh/sshd_config\nPort 22\n")),
    ("sudoers that include themselves", |r| {
        put(r, "etc/sudoers", "@includedir /etc/sudoers.d\n@include /etc/sudoers\n");
        put(r, "etc/sudoers.d/a", "#include /etc/sudoers.d/a\nann ALL=(ALL) NOPASSWD: ALL\n");
    }),
    ("php.ini of garbage", |r| put(r, "etc/php/8.2/fpm/php.ini", "[[[\n;;;\n=\nmemory_limit\n${X${Y}}\n\"\n")),
    ("crontabs of garbage", |r| {
        put(r, "etc/crontab", "* * *\n@reboot\n%%%\n\u{0}\nMAILTO=\n* * * * * root $(id) {{ x }}\n");
        put(r, "var/spool/cron/crontabs/ann", [0xff_u8, 10].repeat(1000));
    }),
    ("sysctl of garbage", |r| put(r, "etc/sysctl.d/x.conf", "=\n-\n-a=b=c\nnet..x = 1\n../../etc/passwd = 1\n")),
    ("fstab of garbage", |r| put(r, "etc/fstab", "a\n\n# x\nb c d e f g h i\n\\040 \\999 x y\n")),
    ("hosts of garbage", |r| put(r, "etc/hosts", "1.2.3.4\n::g x\n\t\nx y z\n1.2.3.4 a#b\n")),
    ("a certificate of garbage", |r| {
        put(
            r,
            "etc/ssl/private/x.pem",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----",
        )
    }),
    ("a git configuration of garbage", |r| {
        put(r, "home/ann/.gitconfig", "[a\n[\"b\"]\n x\n[include]\n path = .gitconfig\n")
    }),
    ("aliases of garbage", |r| put(r, "etc/aliases", ":\nx\n: y\na: \"|/bin/sh -c 'x'\", :include:/etc/aliases\n")),
    ("repositories of garbage", |r| {
        put(r, "etc/apt/sources.list", "deb\ndeb [\ndeb [a=b http://x y z\ndeb [trusted=yes] http://u:p@x ./\n")
    }),
    ("limits of garbage", |r| {
        put(r, "etc/security/limits.d/x.conf", "* soft\n@ - - -\nx soft nofile 99999999999999999999999\n")
    }),
    ("locales of garbage", |r| put(r, "etc/default/locale", "LANG=\"\nLC_ALL=$(id)\n\u{1b}=x\n")),
    ("no permission at all", |r| fs::set_permissions(r.join("etc"), fs::Permissions::from_mode(0o000)).unwrap()),
];

#[test]
fn there_are_many_cases_and_each_has_its_name() {
    let mut names: Vec<&str> = CASES.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CASES.len());
    assert!(CASES.len() >= 60, "{}", CASES.len());
}

#[test]
fn every_hostile_root_is_read_to_its_end() {
    let workers = 4;
    std::thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || CASES.iter().skip(worker).step_by(workers).for_each(|(name, setup)| one(name, *setup)));
        }
    });
}

fn one(name: &str, setup: Setup) {
    let case = Case::new();
    if name != "an empty root" {
        debian(&case.root());
    }
    setup(&case.root());
    let capture = || case.repot(&["capture", "rootfs:root", "--settle", "0", "--kind-timeout", "40"], None);
    let output = capture();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{name}: {:?}\n{}", output.status.code(), stderr(&output));
    let spec = || {
        let read = |file: &str| fs::read_to_string(case.dir.path().join("spec/root").join(file)).unwrap_or_default();
        (read("site.yaml"), read("baseline.yaml"))
    };
    let first = spec();
    let again = capture();
    assert!(matches!(again.status.code(), Some(0 | 3)), "{name}: the second capture\n{}", stderr(&again));
    assert_eq!(first, spec(), "{name}: two captures differ");
    let verified = case.repot(&["verify", "rootfs:root", "--once"], None);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    // 3: what could not be looked at in the capture cannot be now. 4: nothing could be looked at.
    assert!(matches!(verified.status.code(), Some(0 | 3 | 4)), "{name}: {:?}\n{said}", verified.status.code());
    for report in ["json", "junit", "tap", "github"] {
        case.repot(&["verify", "rootfs:root", "--once", "--report", report], None);
    }
    fs::set_permissions(case.root().join("etc"), fs::Permissions::from_mode(0o755)).ok();
}
