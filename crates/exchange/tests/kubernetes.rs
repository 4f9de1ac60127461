//! What the generator of Kubernetes promises: every entry ends somewhere, names of a host are data, no secret is written.

use exchange::generate::kubernetes::{Fated, Fates, Kubernetes, of_decided};
use exchange::generate::{Generated, Generator, Want};
use exchange::spec_file::parse::parse;
use kinds::KINDS;
use model::decision::Fate;
use model::id::ResourceId;
use model::spec::Spec;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn spec(text: &str) -> Spec {
    parse(&[("spec/shop/site.yaml".to_owned(), format!("repot: 1\n{text}"))]).expect("the spec is one").spec
}

fn generated_with(spec: &Spec, contents: &[(&str, &str)], fates: &Fates) -> Generated {
    let contents: BTreeMap<ResourceId, Vec<u8>> =
        contents.iter().map(|(name, text)| (ResourceId::new("file", *name), text.as_bytes().to_vec())).collect();
    let want = Want { role: "shop", spec, lacking: &[], extra: &[], contents: &contents, pin: true, base: "" };
    of_decided(&want, fates)
}

fn generated(spec: &Spec, contents: &[(&str, &str)]) -> Generated {
    generated_with(spec, contents, &Fates::default())
}

fn text<'g>(generated: &'g Generated, path: &str) -> &'g str {
    let bytes = generated.files.get(path).unwrap_or_else(|| panic!("{path} is not among {:?}", generated.files.keys()));
    std::str::from_utf8(bytes).expect("it is text")
}

fn documents(text: &str) -> Vec<Value> {
    text.split("\n---\n").map(|one| serde_saphyr::from_str(one).unwrap_or_else(|e| panic!("{e}\n{one}"))).collect()
}

const SHOP: &str = r#"
package:
  nginx: {versions: ["1.22.1-9"], asked-for: hand}
  php8.2-fpm: {versions: ["8.2.1-1"], asked-for: hand}
  php8.2-cli: {versions: ["8.2.1-1"], asked-for: hand}
  php8.2-gd: {versions: ["8.2.1-1"], asked-for: hand}
service:
  nginx: {enabled: true, running: true}
  php8.2-fpm: {enabled: true, running: true, command: ["/usr/sbin/php-fpm8.2 --nodaemonize"]}
  ssh: {enabled: true, running: true, command: ["/usr/sbin/sshd -D"]}
  counter: {enabled: true, running: true, user: www-data, command: ["/usr/bin/php /srv/shop/count.php 'a b'"]}
user:
  www-data: {uid: 33, gid: 33}
  shop: {uid: 990, gid: 990}
group:
  www-data: {gid: 33}
  shop: {gid: 990}
php-pool:
  www: {user: www-data, listen: /run/php/www.sock, pm-max-children: "10"}
  shop: {user: shop, listen: /run/php/shop.sock, listen-owner: www-data, listen-group: www-data, pm-max-children: "2"}
php-ini:
  "fpm/www:memory_limit": {value: 100M}
nginx:
  user: {value: www-data}
  "http/server[shop.test:80]/listen": {value: "80"}
  "http/server[shop.test:80]/server_name": {value: "shop.test ~^x$ 'bad;name'"}
  "http/server[shop.test:80]/root": {value: /srv/shop}
  "http/server[shop.test:80]/location[= /healthz]/return": {value: "200"}
env:
  service/counter/TOKEN: {value: "secret:v1:aaaaaaaaaaaaaaaaaaaaaa"}
  service/counter/PAUSE: {value: "5"}
kernel-param:
  net.ipv4.tcp_fin_timeout: {value: "15"}
  vm.swappiness: {value: "10"}
"#;

#[test]
fn every_entry_ends_in_an_artefact_or_in_a_decision_with_a_reason() {
    let entries: String =
        KINDS.iter().map(|k| format!("{}:\n  some-name: {{{}: true}}\n", k.name(), k.presence())).collect();
    // Some kinds ask for more than a name; what cannot be said of them is left out.
    let all = parse(&[("spec/shop/site.yaml".to_owned(), format!("repot: 1\n{entries}"))]);
    let spec_of_all = all.map_or_else(|_| spec(SHOP), |parsed| parsed.spec);
    for spec in [spec(SHOP), spec_of_all] {
        let made = generated(&spec, &[]);
        let met: BTreeSet<&str> = made.met.iter().map(|m| m.subject.as_str()).collect();
        let left: BTreeSet<&str> = made.unmapped.iter().map(|(s, _)| s.as_str()).collect();
        for id in spec.entries.keys() {
            let id = id.to_string();
            assert!(met.contains(id.as_str()) != left.contains(id.as_str()), "{id} ended nowhere, or twice");
        }
        assert!(made.unmapped.iter().all(|(_, why)| why.split_once(": ").is_some_and(|(_, why)| !why.is_empty())));
        let account: Value = serde_json::from_str(text(&made, "account.json")).unwrap();
        assert_eq!(account["entries"].as_array().unwrap().len(), spec.entries.len());
    }
}

#[test]
fn a_pool_is_a_container_that_is_not_root() {
    let made = generated(&spec(SHOP), &[("/etc/php/8.2/fpm/pool.d/www.conf", "[www]\n")]);
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    let pod = &web["spec"]["template"]["spec"];
    let containers = pod["containers"].as_array().unwrap();
    let names: Vec<&str> = containers.iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["nginx", "php-shop", "php-www", "counter"]);
    for container in containers {
        let context = &container["securityContext"];
        assert_eq!(context["runAsNonRoot"], true, "{container}");
        assert_eq!(context["allowPrivilegeEscalation"], false);
        assert_eq!(context["readOnlyRootFilesystem"], true);
        assert_eq!(context["capabilities"]["drop"][0], "ALL");
    }
    // Ten children of 100 MiB, and what the master takes.
    assert_eq!(containers[2]["resources"]["limits"]["memory"], "1128Mi");
    assert_eq!(containers[1]["securityContext"]["runAsUser"], 990);
    assert_eq!(containers[3]["command"], serde_json::json!(["/usr/bin/php", "/srv/shop/count.php", "a b"]));
    let start = text(&made, "images/php-fpm/rootfs/etc/repot/php-shop.conf");
    assert!(start.contains("listen.owner = shop\nlisten.group = www-data\n"), "{start}");
    let sysctls = pod["securityContext"]["sysctls"].to_string();
    assert!(sysctls.contains("tcp_fin_timeout") && sysctls.contains("ip_unprivileged_port_start"), "{sysctls}");
    assert!(!sysctls.contains("swappiness"));
    let hosts = text(&made, "kube/base/ingress.yaml");
    assert!(hosts.contains("shop.test") && !hosts.contains("bad"), "{hosts}");
}

#[test]
fn no_secret_is_written_and_its_key_is() {
    let made = generated(&spec(SHOP), &[]);
    for (path, bytes) in &made.files {
        // The pages name what the spec names, which is a fingerprint.
        let is_manifest = path.starts_with("kube/") || path.starts_with("helm/") || path.starts_with("images/");
        assert!(!is_manifest || !String::from_utf8_lossy(bytes).contains("secret:v1:"), "{path}");
    }
    let example = &documents(text(&made, "kube/secrets/shop-secret-env.example.yaml"))[0];
    let data = example["stringData"].as_object().unwrap();
    assert_eq!(data.len(), 1);
    assert!(data.values().all(|v| v == ""), "{data:?}");
    let external = &documents(text(&made, "kube/components/external-secrets/externalsecrets.yaml"))[0];
    assert_eq!(external["spec"]["data"][0]["secretKey"].as_str(), data.keys().next().map(String::as_str));
}

#[test]
fn what_a_person_decided_goes_before_what_is_made() {
    let id = ResourceId::new("service", "counter");
    let mut fates = Fates::default();
    fates.decided.insert(id.clone(), Fated { fate: Fate::Drop, because: "nobody counts".to_owned() });
    let made = generated_with(&spec(SHOP), &[], &fates);
    assert!(!text(&made, "kube/base/web.yaml").contains("counter"));
    assert!(made.unmapped.contains(&(id.to_string(), "drop: nobody counts".to_owned())));
    // Only what depends on it differs.
    let before = generated(&spec(SHOP), &[]);
    assert_eq!(before.files["kube/base/service.yaml"], made.files["kube/base/service.yaml"]);
    assert_eq!(before.files["images/nginx/fill.sh"], made.files["images/nginx/fill.sh"]);
}

const HOSTILE: &[&str] = &[
    "a\nb: c",
    "{{ .Values.x }}",
    "$(id)",
    "`id`",
    "quote'\"x",
    "- name: x",
    "#comment",
    "\u{1b}[31mred",
    "\u{202e}gnp.exe",
    "../../etc/passwd",
    "&anchor *alias !tag",
    "%percent% \\% x",
    "yes",
    "very-long-name-very-long-name-very-long-name-very-long-name-very-long-name-very-long-name-very-long-name",
];

#[test]
fn names_of_a_host_are_data() {
    let mut text_of = String::from(SHOP);
    let quote = |t: &str| serde_json::to_string(t).unwrap();
    text_of.push_str("cron:\n");
    for name in HOSTILE {
        let command = quote(&format!("echo {name}"));
        text_of.push_str(&format!("  {command}: {{schedule: \"* * * * *\", user: www-data, command: {command}, env: {{A_B: {}}}, enabled: true}}\n", quote(name)));
    }
    text_of.push_str("file:\n");
    let paths: Vec<String> = HOSTILE.iter().map(|n| format!("/etc/nginx/{n}")).collect();
    for path in &paths {
        text_of.push_str(&format!(
            "  {}: {{filetype: file, mode: \"0644\", sha256: {}}}\n",
            quote(path),
            "0".repeat(64)
        ));
    }
    let spec = spec(&text_of);
    let contents: Vec<(&str, &str)> = paths.iter().map(|p| (p.as_str(), "x")).collect();
    let made = generated(&spec, &contents);
    for path in made.files.keys() {
        let is_tame = path.split('/').all(|p| p != ".." && !p.is_empty()) && path.chars().all(|c| c.is_ascii_graphic());
        assert!(is_tame && !path.starts_with('/'), "{path:?}");
    }
    let jobs = documents(text(&made, "kube/base/cronjobs.yaml"));
    assert_eq!(jobs.len(), HOSTILE.len());
    let mut names = BTreeSet::new();
    let mut commands = BTreeSet::new();
    for job in &jobs {
        let name = job["metadata"]["name"].as_str().unwrap();
        let is_label =
            name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') && !name.ends_with('-');
        assert!(is_label && name.len() <= 52 && name.starts_with(|c: char| c.is_ascii_lowercase()), "{name:?}");
        assert!(names.insert(name.to_owned()), "two jobs of the name {name}");
        let command =
            job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"][2].as_str().unwrap();
        commands.insert(command.to_owned());
    }
    for name in HOSTILE.iter().filter(|n| !n.contains('%')) {
        assert!(commands.contains(&format!("echo {name}")), "{name:?} is not among {commands:?}");
    }
    // The same in a chart: no text of the host is a template there.
    let chart = text(&made, "helm/templates/cronjobs.yaml");
    let without = chart.replace("{{ \"{{\" }}", "");
    for (at, _) in without.match_indices("{{") {
        let rest: String = without[at..].chars().take(40).collect();
        assert!(rest.starts_with("{{ .Values.image."), "{rest}");
    }
    // Each file is put by a command whose words are quoted.
    let fill = text(&made, "images/nginx/fill.sh");
    assert!(fill.contains("'/etc/nginx/$(id)'") && fill.contains("'/etc/nginx/`id`'"), "{fill}");
    assert!(fill.contains("'/etc/nginx/quote'\\''\"x'"), "{fill}");
}

#[test]
fn the_same_spec_gives_the_same_files() {
    let (a, b) = (generated(&spec(SHOP), &[]), generated(&spec(SHOP), &[]));
    assert_eq!(a.files, b.files);
    assert_eq!(Kubernetes.name(), "kubernetes");
}
