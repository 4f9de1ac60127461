//! The laws of generators, and what hostile names and contents become in the code that is made of them.

use exchange::generate::ansible::Ansible;
use exchange::generate::covered::{Built, CodeMap, RanTask, covered};
use exchange::generate::{Answer, By, GENERATORS, Generated, Generator, Want, lacking};
use exchange::spec_file::parse::parse;
use kinds::{KINDS, KnownKinds};
use model::compare::compare;
use model::coverage::Coverage;
use model::fact::Fact;
use model::facts::{Facts, KindFacts, Resource};
use model::id::ResourceId;
use model::spec::Spec;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_generator_answers_for_every_kind() {
    for generator in GENERATORS {
        for kind in KINDS {
            let answer = generator.answer(kind.name());
            let said = match answer {
                Some(Answer::Follows(text) | Answer::Unmapped(text)) => text,
                Some(Answer::Code) => "code",
                None => panic!("{} is silent on {}", generator.name(), kind.name()),
            };
            assert!(!said.trim().is_empty(), "{} says nothing on {}", generator.name(), kind.name());
        }
        assert_eq!(generator.answer("no-such-kind"), None);
    }
}

/// A machine of which everything was seen and that has nothing.
fn nothing() -> Facts {
    let empty = || KindFacts { coverage: Coverage::Complete, resources: BTreeMap::new() };
    Facts { kinds: KINDS.iter().map(|k| (k.name().to_owned(), empty())).collect(), key: None }
}

fn spec(text: &str) -> Spec {
    parse(&[("spec/web/site.yaml".to_owned(), format!("repot: 1\n{text}"))]).expect("the spec is one").spec
}

fn generated(spec: &Spec, contents: &[(&str, &str)]) -> Generated {
    let findings = compare(spec, &nothing(), &KnownKinds, "2026-01-01");
    let lacks = lacking(spec, &findings, None);
    let contents =
        contents.iter().map(|(name, text)| (ResourceId::new("file", *name), text.as_bytes().to_vec())).collect();
    let want =
        Want { role: "web", spec, lacking: &lacks, extra: &[], contents: &contents, pin: false, base: "nothing" };
    Ansible.generate(&want)
}

fn text<'g>(generated: &'g Generated, path: &str) -> &'g str {
    let bytes = generated.files.get(path).unwrap_or_else(|| panic!("{path} is not among {:?}", generated.files.keys()));
    std::str::from_utf8(bytes).expect("it is text")
}

/// A file's YAML; the mark `!unsafe` becomes the beginning of its text.
fn yaml(text: &str) -> serde_json::Value {
    serde_saphyr::from_str(&text.replace("!unsafe \"", "\"UNSAFE ")).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Every scalar of a value.
fn scalars<'v>(value: &'v serde_json::Value, out: &mut Vec<&'v str>) {
    match value {
        serde_json::Value::String(text) => out.push(text),
        serde_json::Value::Array(items) => items.iter().for_each(|v| scalars(v, out)),
        serde_json::Value::Object(map) => map.values().for_each(|v| scalars(v, out)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

const HOSTILE: &[&str] = &[
    "/etc/a\nb: c",
    "/etc/{{ lookup('pipe','id') }}",
    "/etc/{% raw %}",
    "/etc/quote'\"x",
    "/etc/ - name: x",
    "/etc/#comment",
    "/etc/\u{1b}[31mred",
    "/etc/\u{202e}gnp.exe",
    "/etc/../../etc/passwd",
    "/etc/&anchor *alias !tag",
];

#[test]
fn names_of_a_host_are_data() {
    let entry = |name: &&str| {
        format!(
            "  {}: {{filetype: file, mode: \"0644\", sha256: {}}}\n",
            serde_json::to_string(name).unwrap(),
            "0".repeat(64)
        )
    };
    let spec = spec(&format!("file:\n{}", HOSTILE.iter().map(entry).collect::<String>()));
    let contents: Vec<(&str, &str)> = HOSTILE.iter().map(|name| (*name, "{{ x }}")).collect();
    let generated = generated(&spec, &contents);
    let tasks = yaml(text(&generated, "roles/base/tasks/main.yml"));
    let tasks = tasks.as_array().unwrap();
    assert_eq!(tasks.len(), HOSTILE.len());
    let dests: BTreeSet<&str> = tasks
        .iter()
        .map(|t| t["ansible.builtin.copy"]["dest"].as_str().unwrap().trim_start_matches("UNSAFE "))
        .collect();
    assert_eq!(dests, HOSTILE.iter().copied().collect::<BTreeSet<&str>>());
    for task in tasks {
        let mut all = Vec::new();
        scalars(task, &mut all);
        for scalar in all {
            let is_jinja = ["{{", "{%", "{#"].iter().any(|open| scalar.contains(open));
            assert!(!is_jinja || scalar.starts_with("UNSAFE "), "{scalar:?} would be templated");
        }
    }
    let sources: BTreeSet<&str> = tasks.iter().map(|t| t["ansible.builtin.copy"]["src"].as_str().unwrap()).collect();
    assert_eq!(sources.len(), HOSTILE.len(), "two files would share one source");
    for path in generated.files.keys() {
        let is_tame = path.split('/').all(|p| p != ".." && !p.is_empty()) && path.chars().all(|c| c.is_ascii_graphic());
        assert!(is_tame && !path.starts_with('/'), "{path:?}");
    }
}

#[test]
fn what_a_module_would_not_take_as_it_stands_is_unmapped() {
    let names = ["/etc/$HOME", "/etc/${HOME}/x", "/etc/\\xff"];
    let entry = |name: &&str| {
        format!(
            "  {}: {{filetype: file, mode: \"0644\", sha256: {}}}\n",
            serde_json::to_string(name).unwrap(),
            "0".repeat(64)
        )
    };
    let spec = spec(&format!("file:\n{}", names.iter().map(entry).collect::<String>()));
    let contents: Vec<(&str, &str)> = names.iter().map(|name| (*name, "x")).collect();
    let generated = generated(&spec, &contents);
    assert_eq!(generated.tasks, 0);
    for name in names {
        let is_said = |(subject, why): &(String, String)| subject.contains(name) && !why.is_empty();
        assert!(generated.unmapped.iter().any(is_said), "{name}");
    }
}

#[test]
fn values_of_a_host_are_data() {
    let spec = spec(
        "user:\n  eve: {uid: 2000, gid: 2000, home: /home/eve, shell: /bin/sh, gecos: \"{{ lookup('pipe', 'id') }}\"}\n\
         cron:\n  \"eve: x\": {schedule: \"1 2 * * *\", command: \"echo {{ x }} '\\\"\", user: eve, enabled: true, source: /var/spool/cron/crontabs/eve}\n\
         fstab:\n  /mnt/x: {source: \"//nas/{{ y }}\", filetype: cifs, filesystem: cifs, opts: [ro]}\n"
            .replace("filetype: cifs, ", "")
            .as_str(),
    );
    let generated = generated(&spec, &[]);
    for (path, module, argument, wanted) in [
        ("roles/users/tasks/main.yml", "ansible.builtin.user", "comment", "UNSAFE {{ lookup('pipe', 'id') }}"),
        ("roles/cron/tasks/main.yml", "ansible.builtin.cron", "job", "UNSAFE echo {{ x }} '\""),
        ("roles/app/tasks/main.yml", "ansible.posix.mount", "src", "UNSAFE //nas/{{ y }}"),
    ] {
        let tasks = yaml(text(&generated, path));
        let found = tasks.as_array().unwrap().iter().find_map(|t| t[module][argument].as_str());
        assert_eq!(found, Some(wanted), "{path}");
    }
}

#[test]
fn a_secret_is_a_variable_without_a_value() {
    let print = format!("secret:v1:{}", "A".repeat(22));
    let spec = spec(&format!(
        "file:\n  /etc/app.conf: {{filetype: file, mode: \"0640\", owner: root, group: root, fingerprint: \"{print}\"}}\n"
    ));
    let generated = generated(&spec, &[("/etc/app.conf", &format!("token = {print}\n"))]);
    assert_eq!(text(&generated, "roles/base/templates/etc/app.conf.j2"), "token = {{ vault_app_conf_token }}\n");
    assert!(text(&generated, "vault.example.yml").contains("# /etc/app.conf\nvault_app_conf_token: \"\"\n"));
    for (path, bytes) in &generated.files {
        assert!(!String::from_utf8_lossy(bytes).contains(&print), "{path} holds a fingerprint");
    }
}

#[test]
fn every_claim_that_is_lacking_is_answered_once_at_least() {
    let spec = spec(
        "package:\n  nginx: {installed: true, asked-for: hand, from: \"runbook.md:41\"}\n  libx: {versions: [\"1\"], asked-for: dependency}\n\
         service:\n  nginx: {enabled: true, running: true}\n  own: {masked: true}\n\
         nginx:\n  worker_processes: {value: \"2\", from: \"observed at /etc/nginx/nginx.conf:2\"}\n\
         file:\n  /etc/nginx/nginx.conf: {filetype: file, mode: \"0644\", owner: root, group: root, sha256: 0000000000000000000000000000000000000000000000000000000000000000}\n\
         \x20 /dev/odd: {filetype: pipe, mode: \"0644\"}\n  /etc/gone: {exists: false}\n\
         route:\n  default: {via: \"10.0.0.1\"}\n\
         group:\n  staff: {gid: 50, members: [ghost]}\n\
         timezone:\n  timezone: {zone: Europe/Berlin}\n\
         kernel-param:\n  vm.swappiness: {persisted: \"10\"}\n\
         mail-alias:\n  root: {recipients: [ops]}\n",
    );
    let generated = generated(&spec, &[("/etc/nginx/nginx.conf", "worker_processes 2;\n")]);
    let findings = compare(&spec, &nothing(), &KnownKinds, "2026-01-01");
    for lack in lacking(&spec, &findings, None) {
        for subject in lack.subjects() {
            let met = generated.met.iter().any(|m| m.subject == subject);
            let unmapped = generated.unmapped.iter().any(|(s, _)| *s == subject);
            assert!(met || unmapped, "{subject} is neither met nor unmapped");
        }
    }
    let by = |subject: &str| generated.met.iter().find(|m| m.subject == subject).map(|m| &m.by);
    let copied = By::Task("nginx : Copy /etc/nginx/nginx.conf".to_owned());
    assert_eq!(by("nginx[worker_processes].value"), Some(&copied));
    let packages = text(&generated, "roles/base/tasks/main.yml");
    assert!(packages.contains("# nginx: runbook.md:41\n- name: Install packages"), "{packages}");
    assert!(packages.contains("name: \"{{ nginx_packages + base_packages_along }}\""), "{packages}");
    assert_eq!(yaml(text(&generated, "roles/nginx/defaults/main.yml"))["nginx_packages"][0], "nginx");
    let all = &generated.entries;
    assert!(all["nginx : Restart nginx"].contains("file[/etc/nginx/nginx.conf]"), "{all:?}");
    let tasks = text(&generated, "roles/nginx/tasks/main.yml");
    assert!(tasks.contains("    - Restart nginx\n"), "{tasks}");
}

/// Facts of packages, by name and version.
fn packages(all: &[(&str, &str)]) -> Facts {
    let resource = |version: &str| {
        let versions = model::value::Value::List(vec![version.into()]);
        Resource { facts: [("versions".to_owned(), Fact::is(versions))].into(), ..Resource::default() }
    };
    let resources = all.iter().map(|(name, version)| ((*name).to_owned(), resource(version))).collect();
    let mut facts = nothing();
    facts.kinds.insert("package".to_owned(), KindFacts { coverage: Coverage::Complete, resources });
    facts
}

#[test]
fn code_and_spec_cover_each_other_both_ways() {
    let spec =
        spec("package:\n  base: {versions: [\"1\"]}\n  nginx: {versions: [\"2\"]}\n  lost: {versions: [\"3\"]}\n");
    let (before, after) =
        (packages(&[("base", "1")]), packages(&[("base", "1"), ("nginx", "2"), ("lost", "3"), ("htop", "4")]));
    let compared = |facts: &Facts| compare(&spec, facts, &KnownKinds, "2026-01-01");
    let (on_base, on_built) = (compared(&before), compared(&after));
    let map = CodeMap {
        tasks: BTreeMap::from([
            ("nginx : Install".to_owned(), vec!["package[nginx].versions".to_owned()]),
            ("nginx : Old".to_owned(), vec!["package[went]".to_owned()]),
            ("Begin".to_owned(), Vec::new()),
        ]),
        ..CodeMap::default()
    };
    let ran = |name: &str| RanTask { name: name.to_owned(), place: None, changed: true };
    let ran = [ran("Begin"), ran("nginx : Install"), ran("nginx : Old"), ran("mine : Install htop")];
    let built = Built {
        spec: &spec,
        before: &before,
        after: &after,
        on_base: &on_base,
        on_built: &on_built,
        map: &map,
        ran: &ran,
    };
    let covered = covered(built, &KnownKinds);
    let shown: Vec<String> = covered.findings.iter().map(|f| format!("{} {}", f.verdict.name(), f.subject())).collect();
    assert_eq!(
        shown,
        [
            "extra package[htop]",
            "missing package[lost].versions",
            "extra task[mine : Install htop]",
            "extra task[nginx : Old]"
        ]
    );
    assert_eq!((covered.changed, covered.claimed), (3, 2));
    assert_eq!((covered.claims, covered.by_base, covered.by_tasks, covered.by_others), (3, 1, 1, 0));
}

#[test]
fn a_link_that_would_lead_to_what_is_removed_goes_with_it() {
    let spec =
        spec("package:\n  nginx: {installed: true}\nfile:\n  /etc/nginx/sites-available/default: {exists: false}\n");
    let generated = generated(&spec, &[]);
    let tasks = text(&generated, "roles/nginx/tasks/main.yml");
    for path in ["/etc/nginx/sites-available/default", "/etc/nginx/sites-enabled/default"] {
        assert!(tasks.contains(&format!("    path: {path}\n    state: absent\n")), "{tasks}");
    }
}
