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
    let want = Want {
        role: "web",
        spec,
        lacking: &lacks,
        extra: &[],
        base_extra: &[],
        contents: &contents,
        pin: false,
        base: "nothing",
    };
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

#[test]
fn the_lists_of_packages_are_asked_for_again_once_a_source_changed() {
    let print = format!("secret:v1:{}", "A".repeat(22));
    let spec = spec(&format!(
        "package:\n  nginx: {{installed: true, asked-for: hand}}\n\
         file:\n  /etc/apt/sources.list.d/own.list: {{filetype: file, fingerprint: \"{print}\"}}\n\
         \x20 /etc/apt/keyrings/own.asc: {{filetype: file, sha256: {:064}}}\n",
        0
    ));
    let list = format!("deb http://anna:{print}@apt.example.test/ own main\n");
    let generated =
        generated(&spec, &[("/etc/apt/sources.list.d/own.list", &list), ("/etc/apt/keyrings/own.asc", "key\n")]);
    let sources = yaml(text(&generated, "roles/apt/tasks/main.yml"));
    let secret = sources.as_array().expect("tasks").iter().find(|task| task.get("ansible.builtin.template").is_some());
    assert_eq!(secret.map(|task| &task["diff"]), Some(&false.into()), "{sources}");
    let registered: Vec<&str> =
        sources.as_array().expect("tasks").iter().filter_map(|task| task["register"].as_str()).collect();
    assert_eq!(registered, ["apt_source_1", "apt_source_2"], "{sources}");
    let tasks = yaml(text(&generated, "roles/base/tasks/main.yml"));
    let asks = &tasks[0];
    let fresh = asks["ansible.builtin.apt"]["cache_valid_time"].as_str().unwrap_or_default();
    assert!(registered.iter().all(|name| fresh.contains(name)), "{asks}");
    // An archive that is gone is what apt only warns of: what cannot be installed without it fails by itself.
    assert!(asks["failed_when"].as_str().is_some_and(|when| when.contains("is not search")), "{asks}");
    assert!(tasks[1]["ansible.builtin.apt"].get("update_cache").is_none(), "{tasks}");
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
    let spec = spec(
        "package:\n  base: {versions: [\"1\"]}\n  nginx: {versions: [\"2\"]}\n  lost: {versions: [\"3\"]}\n\
              waive:\n  \"package[python3-*]\": Ansible needs it\n  \"package[lapsed]\": {reason: for a time, until: \"2025-12-31\"}\n",
    );
    let (before, after) = (
        packages(&[("base", "1")]),
        packages(&[("base", "1"), ("nginx", "2"), ("lost", "3"), ("htop", "4"), ("python3-apt", "5"), ("lapsed", "6")]),
    );
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
        today: "2026-01-01",
    };
    let covered = covered(built, &KnownKinds);
    let shown: Vec<String> = covered.findings.iter().map(|f| format!("{} {}", f.verdict.name(), f.subject())).collect();
    assert_eq!(
        shown,
        [
            "extra package[htop]",
            "extra package[lapsed]",
            "missing package[lost].versions",
            "extra task[mine : Install htop]",
            "extra task[nginx : Old]"
        ]
    );
    assert_eq!((covered.changed, covered.claimed), (5, 3));
    assert_eq!((covered.claims, covered.by_base, covered.by_tasks, covered.by_others), (3, 1, 1, 0));
}

/// A task of a role by its name.
fn task(generated: &Generated, role: &str, name: &str) -> serde_json::Value {
    let tasks = yaml(text(generated, &format!("roles/{role}/tasks/main.yml")));
    let found = tasks.as_array().and_then(|all| all.iter().find(|t| t["name"] == name).cloned());
    found.unwrap_or_else(|| panic!("no task `{name}` in {tasks}"))
}

#[test]
fn what_people_switched_off_is_switched_off_by_the_distributions_own_tools() {
    let spec = spec(
        "package:\n  php8.2-soap: {installed: true}\n  rsync: {installed: true}\n\
         php-extension:\n  \"cli:soap\": {ini: /etc/php/8.2/cli/conf.d/20-soap.ini}\n  \"fpm:soap\": {loaded: false}\n  \"fpm:odd\": {loaded: false}\n\
         service:\n  rsync: {enabled: false}\n\
         file:\n  /etc/rc2.d/K01rsync: {filetype: symlink, linked-to: ../init.d/rsync}\n  /etc/rc3.d/K01rsync: {filetype: symlink, linked-to: ../init.d/rsync}\n\
         \x20 /etc/rc0.d/K01rsync: {filetype: symlink, linked-to: ../init.d/rsync}\n",
    );
    let generated = generated(&spec, &[]);
    let off = task(&generated, "base", "Switch soap off for PHP's fpm");
    let command = &off["ansible.builtin.command"];
    assert_eq!(command["argv"], serde_json::json!(["phpdismod", "-v", "8.2", "-s", "fpm", "soap"]));
    assert_eq!(command["removes"], "/etc/php/8.2/fpm/conf.d/20-soap.ini");
    assert!(generated.unmapped.iter().any(|(s, _)| s == "php-extension[fpm:odd]"), "{:?}", generated.unmapped);
    let off = task(&generated, "rsync", "Do not start the init script rsync");
    assert_eq!(off["ansible.builtin.command"]["creates"], "/etc/rc2.d/K01rsync");
    let by = |name: &str| generated.met.iter().find(|m| m.subject.starts_with(name)).map(|m| m.by.clone());
    let tool = By::Task("rsync : Do not start the init script rsync".to_owned());
    assert_eq!(by("file[/etc/rc3.d/K01rsync]"), Some(tool.clone()));
    assert_ne!(by("file[/etc/rc0.d/K01rsync]"), Some(tool));
}

#[test]
fn an_extension_that_nothing_loads_is_switched_off_after_the_place_of_others() {
    let spec = spec(
        "php-extension:\n  \"fpm:curl\": {ini: /etc/php/8.2/fpm/conf.d/20-curl.ini}\n  \"fpm:soap\": {loaded: false}\n",
    );
    let off = task(&generated(&spec, &[]), "base", "Switch soap off for PHP's fpm");
    let command = &off["ansible.builtin.command"];
    assert_eq!(command["argv"], serde_json::json!(["phpdismod", "-v", "8.2", "-s", "fpm", "soap"]));
    assert_eq!(command["removes"], "/etc/php/8.2/fpm/conf.d/[0-9]*-soap.ini");
}

#[test]
fn what_scripts_of_packages_switch_on_is_kept_to_what_the_spec_names() {
    let spec = spec(
        "complete: [file]\npackage:\n  nginx: {installed: true}\nservice:\n  nginx: {enabled: true, running: true}\n\
         file:\n  /etc/nginx/sites-enabled/shop: {filetype: symlink, linked-to: ../sites-available/shop}\n\
         \x20 /etc/odd/mods-enabled/{{ x }}: {filetype: symlink, linked-to: ../x}\n",
    );
    let generated = generated(&spec, &[]);
    let defaults = yaml(text(&generated, "roles/nginx/defaults/main.yml"));
    assert_eq!(defaults["nginx_sites_enabled"], serde_json::json!(["/etc/nginx/sites-enabled/shop"]));
    let off = task(&generated, "nginx", "Switch off what is not to be on in /etc/nginx/sites-enabled");
    let difference = "{{ nginx_sites_enabled_found.files | map(attribute='path') | difference(nginx_sites_enabled) }}";
    assert_eq!(off["loop"], difference);
    assert_eq!(off["notify"], serde_json::json!(["Restart nginx"]));
    let others = yaml(text(&generated, "roles/base/defaults/main.yml"));
    assert_eq!(others["base_odd_mods_enabled"][0], "UNSAFE /etc/odd/mods-enabled/{{ x }}");
}

#[test]
fn what_does_something_at_boot_does_it_again_when_its_file_changed() {
    let spec = spec(
        "package:\n  nftables: {installed: true}\n\
         service:\n  nftables: {enabled: true, type: oneshot, command: [\"/usr/sbin/nft -f /etc/nftables.conf\"]}\n\
         \x20 rc-local: {type: forking, command: [\"/etc/rc.local start\"]}\n\
         \x20 job: {type: oneshot, command: [\"/bin/sh /opt/job.sh\"]}\n\
         file:\n  /etc/nftables.conf: {filetype: file}\n  /etc/rc.local: {filetype: file}\n  /opt/job.sh: {filetype: file}\n",
    );
    let files = ["/etc/nftables.conf", "/etc/rc.local", "/opt/job.sh"].map(|path| (path, "text\n"));
    let generated = generated(&spec, &files);
    let notified = |role: &str, path: &str| task(&generated, role, &format!("Copy {path}"))["notify"].clone();
    assert_eq!(notified("nftables", "/etc/nftables.conf"), serde_json::json!(["Restart nftables"]));
    // After whatever it may work on, and a job of a timer is not for now.
    assert_eq!(notified("app", "/etc/rc.local"), serde_json::json!(["Restart rc-local"]));
    assert!(notified("app", "/opt/job.sh").is_null());
}

#[test]
fn of_the_base_only_rights_are_taken() {
    let spec = spec("package:\n  passwd: {installed: true}\n");
    let extra = ["/usr/bin/chfn", "/etc/netplan/50-cloud-init.yaml"].map(|path| ResourceId::new("file", path));
    let contents = BTreeMap::new();
    let findings = compare(&spec, &nothing(), &KnownKinds, "2026-01-01");
    let lacks = lacking(&spec, &findings, None);
    let want = Want {
        role: "web",
        spec: &spec,
        lacking: &lacks,
        extra: &[],
        base_extra: &extra,
        contents: &contents,
        pin: false,
        base: "nothing",
    };
    let generated = Ansible.generate(&want);
    let file = task(&generated, "base", "Take set-uid from /usr/bin/chfn")["ansible.builtin.file"].clone();
    assert_eq!(file["mode"], "u-s,g-s");
    assert!(!text(&generated, "roles/base/tasks/main.yml").contains("netplan"));
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
