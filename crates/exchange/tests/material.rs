//! What readers make of real material: the lab's papers, and trees built in the kind of public projects. Every source
//! parses, and the share of statements that were understood is printed.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]
#![expect(clippy::disallowed_methods, reason = "a test reads its own material")]

use exchange::import::files::{File, Files};
use exchange::import::statement::Says;
use exchange::import::{self, out::Out};
use std::collections::BTreeMap;
use std::path::Path;

fn collect(dir: &Path, base: &Path, to: &mut Vec<File>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, base, to);
        } else {
            let name = path.strip_prefix(base).unwrap().to_string_lossy().into_owned();
            to.push(File::new(name, false, &std::fs::read(&path).unwrap()));
        }
    }
}

fn read(dir: &Path) -> (Files, Out) {
    let mut all = Vec::new();
    collect(dir, dir, &mut all);
    let mut files = Files::new(all);
    let out = import::read(&mut files);
    (files, out)
}

fn lab() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lab/papers")
}

/// Understood and all statements, by source.
fn shares(out: &Out) -> BTreeMap<&'static str, (usize, usize)> {
    let mut shares: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for (source, statement) in out.statements() {
        let share = shares.entry(source).or_default();
        share.1 += 1;
        share.0 += usize::from(statement.is_understood());
    }
    shares
}

fn lines(out: &Out, of: &str) -> String {
    let mut text = String::new();
    for (_, s) in out.statements().iter().filter(|(name, _)| *name == of) {
        let line = format!("{}:{}", s.place.file, s.place.line);
        let scope = s.scope.as_ref().map_or(String::new(), |scope| format!(" [{scope}]"));
        let sure = s.confidence.name();
        match &s.says {
            Says::Effects(effects) => {
                for effect in effects {
                    text.push_str(&format!("{line}{scope} {sure}: {effect}\n"));
                }
            }
            Says::Nothing => text.push_str(&format!("{line}{scope}: nothing lasts\n")),
            Says::Unresolved(why) => text.push_str(&format!("{line}{scope}: unresolved: {why}\n")),
            Says::NotUnderstood(why) => text.push_str(&format!("{line}{scope}: not understood: {why}\n")),
            Says::Prose => text.push_str(&format!("{line}{scope}: prose\n")),
        }
    }
    for problem in out.problems() {
        text.push_str(&format!("! {}: {}\n", problem.place, problem.what));
    }
    text
}

#[test]
fn the_labs_fabfile() {
    insta::assert_snapshot!(lines(&read(&lab()).1, "fabric"));
}

#[test]
fn the_labs_capistrano() {
    insta::assert_snapshot!(lines(&read(&lab()).1, "capistrano"));
}

#[test]
fn every_paper_of_the_lab_is_read() {
    let (files, out) = read(&lab());
    let unread: Vec<&str> = files.unread().iter().map(|f| f.path.as_str()).collect();
    for (source, (understood, all)) in shares(&out) {
        println!("{source:<12} {understood} of {all} statements understood ({} %)", understood * 100 / all.max(1));
    }
    println!("not read: {}", unread.join(", "));
    assert!(out.statements().len() > 200);
}

#[test]
fn the_labs_serverspec() {
    let (_, out) = read(&lab());
    insta::assert_snapshot!(lines(&out, "serverspec"));
    let spec = import::claims::spec(out.statements().iter().map(|(_, s)| s)).unwrap();
    insta::assert_snapshot!(spec);
    let parsed = exchange::spec_file::parse::parse(&[("checks.yaml".to_owned(), spec)]);
    assert!(parsed.is_ok(), "{:?}", parsed.err());
}

#[test]
fn the_labs_infrataster() {
    let (_, out) = read(&lab());
    let made: String = out.made().iter().map(|(name, text)| format!("== {name}\n{text}")).collect();
    insta::assert_snapshot!(lines(&out, "infrataster") + &made);
}

#[test]
fn the_labs_other_papers() {
    let (_, out) = read(&lab());
    for source in ["ansible", "dockerfile", "cloud-init"] {
        insta::assert_snapshot!(source, lines(&out, source));
    }
}

/// Trees built in the kind of public projects.
#[test]
fn material_in_the_kind_of_public_projects_is_read() {
    let material = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/material");
    let mut text = String::new();
    for (tree, source) in [
        ("fabric1", "fabric"),
        ("fabric2", "fabric"),
        ("capistrano2", "capistrano"),
        ("capistrano3", "capistrano"),
        ("serverspec", "serverspec"),
        ("ansible", "ansible"),
    ] {
        let (_, out) = read(&material.join(tree));
        let (understood, all) = shares(&out).get(source).copied().unwrap_or_default();
        println!("{tree:<12} {understood} of {all} statements understood ({} %)", understood * 100 / all.max(1));
        assert!(understood * 10 >= all * 6, "{tree}: {understood} of {all}");
        text.push_str(&format!("== {tree}\n{}", lines(&out, source)));
    }
    insta::assert_snapshot!(text);
}

/// What other people published, kept with its licence: all of it is read, and of each source at least this share (of a
/// hundred) and so many statements are understood. The rest depends on what only a run could tell.
#[test]
fn what_other_people_published_is_read() {
    let others = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/material/others");
    for (tree, source, least, count) in [
        ("niteoweb.fabfile-2.2.3", "fabric", 55, 100),
        ("serverspec-runner-1.3.8", "serverspec", 85, 8),
        ("cyberark.conjur", "ansible", 60, 20),
        ("cyberark.conjur", "dockerfile", 90, 10),
        ("cyberark.conjur", "script", 35, 20),
    ] {
        let (_, out) = read(&others.join(tree));
        let (understood, all) = shares(&out).get(source).copied().unwrap_or_default();
        println!(
            "{tree:<24} {source:<11} {understood} of {all} statements understood ({} %)",
            understood * 100 / all.max(1)
        );
        assert!(
            all >= count && understood * 100 >= all * least,
            "{tree}, {source}: {understood} of {all}\n{}",
            lines(&out, source)
        );
        assert!(out.problems().is_empty(), "{tree}: {:?}", out.problems());
    }
}

/// A name for each source, by which its reader takes a file, and the words that a file of it begins with.
const NAMES: &[(&str, &str)] = &[
    ("user-data", "#cloud-config\n"),
    ("goss.yaml", ""),
    ("roles/a/tasks/main.yml", "- hosts: a\n"),
    ("Dockerfile", ""),
    ("x_spec.rb", "require 'infrataster/rspec'\ndescribe server(:a) do\n"),
    ("y_spec.rb", "describe package('a') do\n"),
    ("config/deploy.rb", "set :deploy_to, '/a'\n"),
    ("fabfile.py", "from fabric.api import *\n"),
    ("runbook.md", "# a\n"),
    ("setup.sh", "#!/bin/sh\n"),
    ("web:/root/.bash_history", ""),
    ("web:/var/log/apt/history.log", "Start-Date: 2017-01-01 00:00:00\n"),
    ("web:/var/log/dpkg.log", ""),
    ("web:/var/log/yum.log", ""),
    ("web:/var/log/auth.log", "Mar  1 10:00:00 web sudo: anna : TTY=p ; PWD=/ ; USER=root ; COMMAND=/bin/ls\n"),
    ("web:/opt/a/.git/logs/HEAD", ""),
    ("web:/etc/.git", ""),
    ("web:/etc/*~", ""),
    ("web:/var/log/cloud-init.log", "2023-01-01 10:00:00,1 - util.py[DEBUG]: Running command ['"),
    ("web:/var/lib/dnf/history.sqlite", "1795662066\t-\tdnf install "),
];

/// Every reader gets every hostile text: deep, long, endless, no text at all, and paths that lead out.
#[test]
fn hostile_texts_end_in_time_in_every_reader() {
    let deep = |open: &str, close: &str| open.repeat(5_000) + &close.repeat(5_000);
    let texts: Vec<Vec<u8>> = vec![
        deep("(", ")").into_bytes(),
        deep("[", "]").into_bytes(),
        deep("{a: ", "}").into_bytes(),
        deep("$(", ")").into_bytes(),
        "- ".repeat(5_000).into_bytes(),
        (0..3_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>().into_bytes(),
        "a".repeat(1 << 20).into_bytes(),
        ("a: ".to_owned() + &"b".repeat(1 << 20) + "\n").into_bytes(),
        "x = 'a'\n".repeat(20_000).into_bytes(),
        b"\xff\xfe\x00\x80 \xc3(\n\xf0\x28\x8c\xbc".repeat(2_000),
        "\u{202e}\u{0}\u{7f}\r".repeat(5_000).into_bytes(),
        "put('../../../../etc/shadow', '../../../x')\ncp ../../../../../etc/shadow /../../x\nCOPY ../../x /../../y\n\
         - copy: src=../../../x dest=/../../y\ngossfile: {../../x.yaml: {}}\n"
            .to_owned()
            .into_bytes(),
        "a: &a [*a, *a]\nb: &b [*a, *a]\nc: &c [*b, *b]\n".to_owned().into_bytes(),
        "include: goss.yaml\ngossfile: {goss.yaml: {}}\n- include_tasks: main.yml\n. setup.sh\nsource setup.sh\n"
            .to_owned()
            .into_bytes(),
    ];
    for (name, head) in NAMES {
        for text in &texts {
            let bytes = [head.as_bytes(), text].concat();
            let mut files = Files::new([File::new(*name, true, &bytes)]);
            let begun = std::time::Instant::now();
            let out = import::read(&mut files);
            let shown: String = String::from_utf8_lossy(text).chars().take(40).collect();
            assert!(begun.elapsed().as_secs() < 60, "{name}: {shown}");
            for (_, statement) in out.statements() {
                assert!(statement.said.chars().count() <= 300, "{name}: {shown}");
                assert!(
                    !statement.what().iter().any(|e| e.path().is_some_and(|p| p.contains("/../"))),
                    "{name}: {shown}"
                );
            }
        }
    }
    // Each name is taken by the reader that it is for, so that none is left out.
    let taken = |(name, head): &(&str, &str)| {
        let mut files = Files::new([File::new(*name, true, head.as_bytes())]);
        import::read(&mut files);
        files.source_of(name)
    };
    let taken: std::collections::BTreeSet<&str> = NAMES.iter().filter_map(taken).collect();
    for source in import::SOURCES {
        assert!(taken.contains(source.name()), "{} gets nothing hostile", source.name());
    }
}

/// What is hostile ends in time: deep, long, endless, and with paths that lead out.
#[test]
fn hostile_programs_end_in_time() {
    let deep = |open: &str, close: &str| open.repeat(6_000) + "1" + &close.repeat(6_000);
    let cases = [
        ("fabfile.py", format!("x = {}\n", deep("(", ")"))),
        ("fabfile.py", format!("from fabric.api import *\nrun({})\n", "'a' + ".repeat(4_000) + "'b'")),
        ("fabfile.py", "def f():\n    f()\nx = 'a'\nfor i in [1,2,3,4,5,6,7,8,9]:\n  x = x + x + x + x + x + x + x + x\n  run(x)\n".to_owned()),
        ("fabfile.py", "from fabric.api import *\ndef a():\n    put('../../../../etc/shadow', '/../../x')\n".to_owned()),
        ("fabfile.py", format!("run('''{}''')\n", "x".repeat(2 << 20))),
        ("deploy.rb", format!("set :deploy_to, {}\n", deep("[", "]"))),
        ("deploy.rb", format!("{} 1\n", "!".repeat(9_000))),
        ("deploy.rb", "def a; a; end\na\nset(:x) { a }\n".to_owned()),
        ("deploy.rb", format!("set :a, \"{}\"\n", "#{".repeat(5_000))),
        ("a_spec.rb", "describe package('x') do\n  (1..9).each { |i| [1]*9 }\n it { should ".to_owned()),
        ("a_spec.rb", format!("describe file('{}') do it {{ should exist }} end", "../".repeat(5_000))),
        ("Dockerfile", format!("RUN {}\n", "a \\\n".repeat(4_000))),
        ("site.yml", format!("- hosts: {}\n", deep("[", "]"))),
        ("site.yml", "- hosts: a\n  tasks:\n    - shell: '{{ {{ {{'\n    - copy: dest={{ x\n".to_owned()),
        ("user-data", "#cloud-config\nruncmd:\n- [[[]]]\nusers: {a: {b: c}}\n".to_owned()),
        ("fabfile.py", "\u{0}\\xff\u{202e}".to_owned()),
    ];
    for (name, text) in cases {
        let mut files = Files::new([File::new(name, true, text.as_bytes())]);
        let begun = std::time::Instant::now();
        let out = import::read(&mut files);
        assert!(begun.elapsed().as_secs() < 60, "{name}: {}", text.chars().take(60).collect::<String>());
        for (_, statement) in out.statements() {
            assert!(!statement.what().iter().any(|e| e.path().is_some_and(|p| p.contains("/../"))), "{name}");
        }
    }
}
