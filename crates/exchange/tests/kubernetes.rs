//! What the generator of Kubernetes promises: every entry ends somewhere, names of a host are data, no secret is written.

use exchange::generate::kubernetes::{Fated, Fates, Kubernetes, Place, of_decided};
use exchange::generate::{Generated, Generator, Want};
use exchange::rules::tenancy::Tenancy;
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
    let want = Want {
        role: "shop",
        spec,
        lacking: &[],
        extra: &[],
        base_extra: &[],
        contents: &contents,
        pin: true,
        base: "",
    };
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
    assert_eq!(
        containers[3]["command"],
        serde_json::json!(["/usr/bin/tini", "--", "/usr/bin/php", "/srv/shop/count.php", "a b"])
    );
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

/// A shop with a cache that waits on the loopback, and a queue that waits for everybody.
const MIDDLEWARE: &str = r#"
  redis-server: {enabled: true, running: true, user: redis, command: ["/usr/bin/redis-server /etc/redis/redis.conf"]}
  beanstalkd: {enabled: true, running: true, user: beanstalkd, command: ["/usr/bin/beanstalkd -l 0.0.0.0"]}
"#;
const THEIR_USERS: &str = "  redis: {uid: 106, gid: 110, home: /var/lib/redis}\n  beanstalkd: {uid: 107, gid: 111}\n";
const THEIR_PORTS: &str = "port:\n  \"tcp:6379\": {ip: [\"127.0.0.1\"], service: redis-server, process: redis-server}\n  \"tcp:11300\": {ip: [\"0.0.0.0\"], service: beanstalkd, process: beanstalkd}\ncron:\n  a: {schedule: \"* * * * *\", user: www-data, command: date, enabled: true}\n";

fn with_middleware() -> Spec {
    let text = SHOP.replace("service:\n", &format!("service:{MIDDLEWARE}"));
    spec(&format!("{}{THEIR_PORTS}", text.replace("user:\n", &format!("user:\n{THEIR_USERS}"))))
}

fn placed(places: &[(&str, Tenancy)]) -> Fates {
    let mut fates = Fates::default();
    for (service, tenancy) in places {
        fates.places.insert((*service).to_owned(), Place { tenancy: *tenancy, because: "so".to_owned() });
    }
    fates
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(|c| c["name"].as_str()).collect()
}

fn pod(document: &Value) -> &Value {
    &document["spec"]["template"]["spec"]
}

#[test]
fn where_nobody_decided_a_service_stays_with_the_application_and_a_store_is_told() {
    let made = generated(&with_middleware(), &[]);
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    assert!(names(&pod(web)["containers"]).contains(&"redis-server"));
    assert!(text(&made, "README.md").contains("repot review --tenancy redis-server stateful"));
    // A kubelet asks the pod's address, where nothing answers for what waits on the loopback.
    let probe = |name: &str| {
        let all = pod(web)["containers"].as_array().unwrap();
        all.iter().find(|c| c["name"] == name).unwrap()["readinessProbe"].clone()
    };
    assert!(probe("redis-server")["exec"]["command"].to_string().contains("/dev/tcp/127.0.0.1/6379"));
    assert_eq!(probe("beanstalkd")["tcpSocket"]["port"], 11300);
}

#[test]
fn a_stateful_service_has_a_pod_of_its_own_and_ways_lead_there() {
    let made = generated_with(&with_middleware(), &[], &placed(&[("redis-server", Tenancy::Stateful)]));
    let own = &documents(text(&made, "kube/base/pod-redis-server.yaml"))[0];
    assert_eq!(own["kind"], "StatefulSet");
    assert_eq!(own["spec"]["volumeClaimTemplates"][0]["metadata"]["name"], "redis-server-data");
    assert_eq!(pod(own)["securityContext"]["fsGroup"], 110);
    assert!(!pod(own)["volumes"].to_string().contains("persistentVolumeClaim"));
    assert_eq!(names(&pod(own)["containers"]), ["redis-server"]);
    assert_eq!(names(&pod(own)["initContainers"]), ["door-6379"], "it waits on its loopback, so that a door is needed");
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    assert!(!names(&pod(web)["containers"]).contains(&"redis-server"));
    assert_eq!(names(&pod(web)["initContainers"]), ["to-redis-server-6379"]);
    let way = &pod(web)["initContainers"][0];
    assert_eq!(way["restartPolicy"], "Always");
    assert_eq!(way["command"][2], "TCP:shop-redis-server:26379");
    let services = documents(text(&made, "kube/base/service.yaml"));
    let service = services.iter().find(|s| s["metadata"]["name"] == "shop-redis-server").unwrap();
    assert_eq!(
        (service["spec"]["clusterIP"].as_str(), service["spec"]["ports"][0]["port"].as_u64()),
        (Some("None"), Some(26379))
    );
    let jobs = text(&made, "kube/base/cronjobs.yaml");
    assert!(jobs.contains("to-redis-server-6379"), "jobs asked there too");
    assert!(!made.files.contains_key("kube/base/volumes.yaml"), "the StatefulSet claims it itself");
    let policies = documents(text(&made, "kube/base/networkpolicy.yaml"));
    let policy = policies.iter().find(|p| p["metadata"]["name"] == "shop-redis-server").unwrap();
    assert_eq!(policy["spec"]["ingress"][0]["ports"][0]["port"], 26379);
    assert!(text(&made, "holds/redis-server.yaml").contains("tcp:6379"), "what it claimed is proven in its pod");
}

#[test]
fn every_place_has_its_own_kind_of_pod() {
    for (tenancy, kind) in [(Tenancy::Shared, "Deployment"), (Tenancy::Node, "DaemonSet")] {
        let made = generated_with(&with_middleware(), &[], &placed(&[("beanstalkd", tenancy)]));
        let own = &documents(text(&made, "kube/base/pod-beanstalkd.yaml"))[0];
        assert_eq!(own["kind"], kind);
        assert!(pod(own).get("initContainers").is_none(), "it waits at every address: no door");
        let services = text(&made, "kube/base/service.yaml");
        assert_eq!(services.contains("internalTrafficPolicy: Local"), tenancy == Tenancy::Node, "{services}");
        assert!(text(&made, "kube/base/web.yaml").contains("TCP:shop-beanstalkd:11300"));
    }
    let made = generated_with(&with_middleware(), &[], &placed(&[("beanstalkd", Tenancy::Outside)]));
    assert!(!made.files.contains_key("kube/base/pod-beanstalkd.yaml"));
    assert!(text(&made, "kube/base/service.yaml").contains("type: ExternalName"));
    assert!(text(&made, "kube/base/web.yaml").contains("TCP:shop-beanstalkd:11300"));
    assert!(text(&made, "README.md").contains("externalName of `shop-beanstalkd`"));
    assert!(made.unmapped.iter().any(|(s, why)| s == "service[beanstalkd]" && why.contains("outside of the cluster")));
}

#[test]
fn a_sidecar_starts_first_where_the_cluster_knows_that() {
    let places = [("redis-server", Tenancy::Sidecar), ("php8.2-fpm", Tenancy::Sidecar)];
    let made = generated_with(&with_middleware(), &[], &placed(&places));
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    assert_eq!(names(&pod(web)["initContainers"]), ["redis-server", "php-shop", "php-www"]);
    let mut fates = placed(&places);
    fates.platform.minor = 28;
    let made = generated_with(&with_middleware(), &[], &fates);
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    assert!(pod(web).get("initContainers").is_none());
    assert!(text(&made, "README.md").contains("native sidecars are on by default since 1.29"));
}

#[test]
fn a_pod_is_given_as_long_to_end_as_each_of_its_services_needs() {
    let slow = with_middleware();
    let unit = [("/etc/systemd/system/counter.service", "[Service]\nTimeoutStopSec=5min\n")];
    let made = generated_with(&slow, &unit, &Fates::default());
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    let grace = pod(web)["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(grace >= 60, "a store is given a minute: {grace}");
    let mut text_of =
        format!("{SHOP}file:\n  /etc/systemd/system/counter.service: {{filetype: file, sha256: {}}}\n", "0".repeat(64));
    text_of.push_str(THEIR_PORTS);
    let made = generated(&spec(&text_of), &unit);
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    let grace = pod(web)["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(grace >= 300, "what the unit says of its own end: {grace}");
}

#[test]
fn a_mail_server_outside_is_spoken_to_at_once() {
    let package = "package:\n  postfix: {versions: [\"3.7.1\"], asked-for: hand}\n";
    let text_of = SHOP
        .replace("package:\n", package)
        .replace("service:\n", "service:\n  postfix: {enabled: true, running: true}\n")
        + "postfix:\n  relayhost: {value: \"[smtp.example.test]:587\"}\n";
    let here = generated(&spec(&text_of), &[]);
    assert!(here.files.contains_key("kube/base/mail.yaml"));
    let made = generated_with(&spec(&text_of), &[], &placed(&[("postfix", Tenancy::Outside)]));
    assert!(!made.files.contains_key("kube/base/mail.yaml"));
    let fill = text(&made, "images/php-fpm/fill.sh");
    assert!(fill.contains("msmtp-mta") && !fill.contains("postfix"), "{fill}");
    let client = text(&made, "images/php-fpm/rootfs/etc/msmtprc");
    assert!(client.contains("host smtp.example.test\nport 587\n") && client.contains("tls on"), "{client}");
    assert!(text(&made, "README.md").contains("there is no queue"));
}

/// A shop that Datadog, New Relic and a collector of logs watch.
fn watched(more: &str) -> Spec {
    let text = SHOP
        .replace("service:\n", &format!("service:{MIDDLEWARE}  datadog-agent: {{enabled: true, running: true}}\n  td-agent: {{enabled: true, running: true}}\n"))
        .replace("user:\n", &format!("user:\n{THEIR_USERS}"))
        .replace("package:\n", "package:\n  datadog-agent: {versions: [\"1:7.52.1-1\"], asked-for: hand}\n  newrelic-php5: {versions: [\"10.9.0.324\"], asked-for: hand}\n  newrelic-daemon: {versions: [\"10.9.0.324\"], asked-for: hand}\n  \"gem:fluent-plugin-s3\": {versions: [\"1.7.2\"]}\n")
        .replace("php-ini:\n", "php-ini:\n  \"fpm/www:error_log\": {value: /var/log/php/www.log}\n  \"fpm/www:newrelic.daemon.address\": {value: /tmp/.newrelic.sock}\n");
    spec(&format!("{text}{THEIR_PORTS}php-extension:\n  \"fpm:newrelic\": {{loaded: true}}\n{more}"))
}

const AGENT: &str = "api_key: secret:v1:kkkkkkkkkkkkkkkkkkkkkk\nsite: datadoghq.eu\nlogs_enabled: true\ntags: [\"env:prod\", \"team:shop\"]\n";

const CHECKS: &[(&str, &str)] = &[
    ("/etc/datadog-agent/datadog.yaml", AGENT),
    (
        "/etc/datadog-agent/conf.d/nginx.d/conf.yaml",
        "init_config:\ninstances:\n  - nginx_status_url: http://localhost:80/nginx_status\n",
    ),
    (
        "/etc/datadog-agent/conf.d/redisdb.d/conf.yaml",
        "instances:\n  - host: 127.0.0.1\n    port: 6379\n    password: secret:v1:rrrrrrrrrrrrrrrrrrrrrr\n",
    ),
    (
        "/etc/datadog-agent/conf.d/http_check.d/conf.yaml",
        "instances:\n  - name: partner\n    url: https://partner.example.test/ping\n",
    ),
    (
        "/etc/datadog-agent/conf.d/php.d/conf.yaml",
        "logs:\n  - type: file\n    path: /var/log/php/*.log\n    source: php\n    service: shop\n",
    ),
];

#[test]
fn datadog_asks_the_pods_what_it_asked_the_host() {
    let made = generated(&watched(""), CHECKS);
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    let notes = &web["spec"]["template"]["metadata"]["annotations"];
    let note = |name: &str| -> Value {
        serde_json::from_str(
            notes[format!("ad.datadoghq.com/{name}")].as_str().unwrap_or_else(|| panic!("{name} is not in {notes}")),
        )
        .unwrap()
    };
    let nginx = note("nginx.checks");
    assert_eq!(nginx["nginx"]["instances"][0]["nginx_status_url"], "http://%%host%%:80/nginx_status");
    assert!(nginx["nginx"]["init_config"].is_object(), "{nginx}");
    let redis = note("redis-server.checks");
    assert_eq!(redis["redisdb"]["instances"][0]["host"], "%%host%%");
    assert_eq!(redis["redisdb"]["instances"][0]["password"], "%%env_SECRET_2%%");
    let logs = note("php-www.logs");
    assert_eq!(logs[0]["service"], "shop");
    assert_eq!(logs[0]["log_processing_rules"][0]["type"], "multi_line", "a stack trace is one record");
    let node = documents(text(&made, "kube/node/datadog.yaml"));
    let agent = node.iter().find(|d| d["kind"] == "DaemonSet").unwrap();
    let container = &pod(agent)["containers"][0];
    assert_eq!(container["image"], "gcr.io/datadoghq/agent:7.52.1");
    let env = container["env"].to_string();
    assert!(
        env.contains("\"datadoghq.eu\"") && env.contains("env:prod team:shop") && env.contains("SECRET_2"),
        "{env}"
    );
    assert!(text(&made, "kube/node/secrets/shop-datadog.example.yaml").contains("DD_API_KEY: \"\""));
    assert!(text(&made, "MONITORING.md").contains("partner.example.test"), "what is of no container is a candidate");
    for (path, bytes) in &made.files {
        let is_page = path.ends_with(".md") || path == "account.json";
        assert!(is_page || !String::from_utf8_lossy(bytes).contains("secret:v1:"), "{path}");
    }
    let left: Vec<&(String, String)> = made.unmapped.iter().filter(|(s, _)| s.contains("datadog-agent]")).collect();
    assert!(!left.iter().any(|(s, _)| s.starts_with("service[")), "its service is a DaemonSet now: {left:?}");
    let gone = generated_with(&watched(""), CHECKS, &placed(&[("datadog-agent", Tenancy::Outside)]));
    assert!(!gone.files.contains_key("kube/node/datadog.yaml"));
}

#[test]
fn new_relics_extension_is_in_the_image_and_its_daemon_where_a_person_said() {
    let made = generated(&watched(""), &[]);
    assert!(text(&made, "images/php-fpm/fill.sh").contains("newrelic-php5"));
    let ini = text(&made, "images/php-fpm/rootfs/etc/php/8.2/fpm/conf.d/99-repot-newrelic.ini");
    assert!(ini.contains("newrelic.daemon.address = \"127.0.0.1:31339\"") && ini.contains("dont_launch = 3"), "{ini}");
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    assert_eq!(names(&pod(web)["initContainers"]), ["newrelic-daemon"], "it must outlive PHP, so that nothing is lost");
    assert!(pod(web)["terminationGracePeriodSeconds"].as_u64().unwrap() >= 75);
    let made = generated_with(&watched(""), &[], &placed(&[("newrelic-daemon", Tenancy::Node)]));
    assert_eq!(documents(text(&made, "kube/base/pod-newrelic-daemon.yaml"))[0]["kind"], "DaemonSet");
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    assert_eq!(names(&pod(web)["initContainers"]), ["to-newrelic-daemon-31339"]);
    let held = text(&made, "holds/php-www.yaml");
    assert!(!held.contains("/tmp/.newrelic.sock"), "the address is otherwise, and not claimed: {held}");
    let without = generated(&spec(SHOP), &[]);
    assert!(!without.files.keys().any(|p| p.contains("newrelic")));
}

const FLUENTD: &[(&str, &str)] = &[
    (
        "/etc/td-agent/td-agent.conf",
        "@include conf.d/*.conf\n<match shop.**>\n  @type s3\n  aws_sec_key secret:v1:ssssssssssssssssssssss\n  s3_bucket logs\n</match>\n",
    ),
    (
        "/etc/td-agent/conf.d/web.conf",
        "<source>\n  @type tail\n  path /var/log/nginx/access.log\n  pos_file /var/log/td-agent/a.pos\n  tag shop.access\n  format nginx\n</source>\n<source>\n  type tail\n  path /var/log/php/www.log\n  tag shop.php\n  <parse>\n    @type multiline\n    format_firstline /^\\[\\d+/\n    format1 /^\\[(?<time>[^\\]]+)\\] (?<message>.*)/\n    time_format %d-%b-%Y %H:%M:%S\n  </parse>\n</source>\n<source>\n  @type tail\n  path /var/log/syslog\n  tag sys\n  format syslog\n</source>\n",
    ),
];

#[test]
fn fluentd_goes_on_with_the_hosts_tags_parsers_and_outputs() {
    let made = generated(&watched(""), FLUENTD);
    let all = documents(text(&made, "kube/node/logs.yaml"));
    let settings = all[0]["data"]["fluent.conf"].as_str().unwrap();
    assert!(settings.contains("path /var/log/containers/shop-web-*_shop-*_nginx-*.log"), "{settings}");
    assert!(settings.contains("tag shop.access") && settings.contains("pattern /^stdout$/"), "{settings}");
    assert!(settings.contains("@type nginx"), "its parser: {settings}");
    assert!(settings.contains("multiline_start_regexp /^\\[\\d+/"), "the host's own first line: {settings}");
    assert!(settings.contains("expression /^\\[(?<time>[^\\]]+)\\] (?<message>.*)/m"), "{settings}");
    assert!(
        settings.contains("aws_sec_key \"#{ENV['SECRET_1']}\"") && settings.contains("s3_bucket logs"),
        "{settings}"
    );
    assert!(text(&made, "kube/node/fluentd/Containerfile").contains("fluent-plugin-s3:1.7.2"));
    assert!(text(&made, "README.md").contains("`/var/log/syslog`, which no container writes"));
    assert_eq!(all[1]["kind"], "DaemonSet");
    let account = text(&made, "ACCOUNT.md");
    assert!(account.contains("kube/node/logs.yaml"), "{account}");
    let gone = generated_with(&watched(""), FLUENTD, &placed(&[("td-agent", Tenancy::Outside)]));
    assert!(!gone.files.contains_key("kube/node/logs.yaml"));
}

#[test]
fn fluent_bit_does_so_as_well_and_keeps_php_records_whole() {
    let text_of = SHOP
        .replace("service:\n", "service:\n  fluent-bit: {enabled: true, running: true}\n")
        .replace("php-ini:\n", "php-ini:\n  \"fpm/www:error_log\": {value: /var/log/php/www.log}\n");
    let settings = [
        (
            "/etc/fluent-bit/fluent-bit.conf",
            "[SERVICE]\n    Parsers_File shop.parsers\n[INPUT]\n    Name tail\n    Path /var/log/php/www.log\n    Tag php.www\n[INPUT]\n    Name tail\n    Path /var/log/nginx/*.log\n    Tag web.*\n    Parser shop\n[OUTPUT]\n    Name http\n    Match *\n    Header Authorization Bearer secret:v1:bbbbbbbbbbbbbbbbbbbbbb\n",
        ),
        ("/etc/fluent-bit/shop.parsers", "[PARSER]\n    Name shop\n    Format regex\n    Regex ^(?<who>[^ ]*)\n"),
    ];
    let made = generated(&spec(&text_of), &settings);
    let all = documents(text(&made, "kube/node/logs.yaml"));
    let conf = all[0]["data"]["fluent-bit.conf"].as_str().unwrap();
    assert!(conf.contains("Tag php.www") && conf.contains("multiline.parser repot-php"), "{conf}");
    assert!(
        conf.contains("Tag web.var.log.nginx.access.log") && conf.contains("Tag web.var.log.nginx.error.log"),
        "{conf}"
    );
    assert!(conf.contains("Parser shop") && conf.contains("Header Authorization Bearer ${SECRET_1}"), "{conf}");
    let parsers = all[0]["data"]["parsers.conf"].as_str().unwrap();
    assert!(
        parsers.contains("Regex ^(?<who>[^ ]*)") && parsers.contains("[MULTILINE_PARSER]\n    Name repot-php"),
        "{parsers}"
    );
}

#[test]
fn what_programs_say_to_syslog_is_taken_and_written_to_an_output() {
    let rule = [("/etc/rsyslog.d/30-shop.conf", "local3.* /var/log/shop.log\n")];
    let file = format!("file:\n  /etc/rsyslog.d/30-shop.conf: {{filetype: file, sha256: {}}}\n", "0".repeat(64));
    let made = generated(&spec(&format!("{SHOP}{file}")), &rule);
    let web = &documents(text(&made, "kube/base/web.yaml"))[0];
    assert_eq!(names(&pod(web)["initContainers"]), ["syslog"]);
    for container in pod(web)["containers"].as_array().unwrap() {
        let mounts = container["volumeMounts"].as_array().unwrap();
        let socket = mounts.iter().find(|m| m["mountPath"] == "/dev/log").unwrap_or_else(|| panic!("{container}"));
        assert_eq!((socket["name"].as_str(), socket["subPath"].as_str()), (Some("syslog"), Some("log")));
    }
    let without = generated(&spec(SHOP), &[]);
    assert!(!text(&without, "kube/base/web.yaml").contains("/dev/log"), "nobody writes there");
}

#[test]
fn a_gateway_may_take_the_place_of_the_ingresses() {
    let tls = "  \"http/server[safe.test:443]/listen\": {value: \"443 ssl\"}\n  \"http/server[safe.test:443]/server_name\": {value: safe.test}\nenv:\n";
    let made = generated(&spec(&SHOP.replace("env:\n", tls)), &[]);
    let all = documents(text(&made, "kube/components/gateway/gateway.yaml"));
    let kinds: Vec<&str> = all.iter().map(|d| d["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Gateway", "HTTPRoute", "TLSRoute"]);
    assert_eq!(all[1]["spec"]["hostnames"][0], "shop.test");
    assert_eq!(all[0]["spec"]["listeners"][1]["tls"]["mode"], "Passthrough", "nginx speaks TLS itself");
    let component = text(&made, "kube/components/gateway/kustomization.yaml");
    assert_eq!(
        component.matches("$patch").count(),
        documents(text(&made, "kube/base/ingress.yaml")).len(),
        "{component}"
    );
    let chart = text(&made, "helm/templates/gateway.yaml");
    assert!(
        chart.starts_with("{{- if .Values.gateway.enabled }}") && chart.contains(".Values.gateway.className"),
        "{chart}"
    );
}

#[test]
fn images_are_built_from_the_repositories_of_the_host() {
    let sum = "0".repeat(64);
    let paths = ["/etc/apt/sources.list.d/php.list", "/etc/apt/sources.list.d/own.list", "/etc/apt/keyrings/php.asc"];
    let files: String = paths.iter().map(|p| format!("  {p}: {{filetype: file, sha256: {sum}}}\n")).collect();
    let contents = [
        (paths[0], "deb [signed-by=/etc/apt/keyrings/php.asc] https://packages.example.test/php bookworm main\n"),
        (paths[1], "deb https://anna:secret:v1:pppppppppppppppppppppp@apt.example.test/ bookworm main\n"),
        (paths[2], "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
    ];
    let made = generated(&spec(&format!("{SHOP}file:\n{files}")), &contents);
    let fill = text(&made, "images/base/fill.sh");
    assert!(fill.contains("/etc/apt/sources.list.d/php.list") && fill.contains("/etc/apt/keyrings/php.asc"), "{fill}");
    assert!(!fill.contains("own.list"), "a password does not go into an image: {fill}");
    assert!(text(&made, "README.md").contains("`/etc/apt/sources.list.d/own.list` holds a password"));
    assert!(made.met.iter().any(|m| m.subject == "file[/etc/apt/sources.list.d/php.list]"));
}

#[test]
fn a_secret_in_a_command_line_is_a_variable_from_a_secret() {
    let cron = "cron:\n  \"root: dump\": {schedule: \"0 3 * * *\", user: root, enabled: true, source: /var/spool/cron/crontabs/root, command: \"dump -psecret:v1:dddddddddddddddddddddd >/var/backups/all.sql\"}\n";
    let service = "service:\n  pusher: {enabled: true, running: true, user: www-data, command: [\"/usr/bin/push --key=secret:v1:eeeeeeeeeeeeeeeeeeeeee\"]}\n";
    let text_of = format!("{}{cron}", SHOP.replace("service:\n", service));
    let made = generated(&spec(&text_of), &[]);
    for (path, bytes) in &made.files {
        let is_page = path.ends_with(".md") || path == "account.json";
        assert!(is_page || !String::from_utf8_lossy(bytes).contains("secret:v1:"), "{path}");
    }
    let job = &documents(text(&made, "kube/base/cronjobs.yaml"))[0];
    let container = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["command"][2], "dump -p\"${REPOT_SECRET_1}\" >/var/backups/all.sql");
    assert_eq!(container["env"][0]["valueFrom"]["secretKeyRef"]["name"], "shop-secret-env");
    assert!(container["volumeMounts"].to_string().contains("/var/backups"), "what it keeps there is kept: {container}");
    assert_eq!(container["securityContext"]["runAsUser"], 33, "no root without a decision");
    let room = |made: &Generated| {
        serde_json::from_str::<Value>(text(made, "account.json")).unwrap()["volumes"]["backups"]["group"].clone()
    };
    assert_eq!(room(&made), 33, "who is no longer root can write there");
    assert!(text(&made, "README.md").contains("`chgrp -R 33`"));
    assert!(text(&made, "kube/base/web.yaml").contains("--key=$(REPOT_SECRET_1)"));
    let example = text(&made, "kube/secrets/shop-secret-env.example.yaml");
    assert!(example.contains("as in /var/spool/cron/crontabs/root"), "where to find it is said: {example}");
    // A person may keep a job as it is.
    let mut fates = Fates::default();
    fates.decided.insert(ResourceId::new("cron", "root: dump"), Fated { fate: Fate::Keep, because: "so".to_owned() });
    let kept = generated_with(&spec(&text_of), &[], &fates);
    assert!(room(&kept).is_null());
    let job = &documents(text(&kept, "kube/base/cronjobs.yaml"))[0];
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["securityContext"]["runAsUser"], 0);
    assert!(pod["securityContext"].get("runAsNonRoot").is_none());
    assert!(text(&kept, "kube/overlays/staging/namespace.yaml").contains("enforce: baseline"));
}

#[test]
fn what_packages_make_for_one_machine_is_in_no_image() {
    let key = "/etc/ssl/private/ssl-cert-snakeoil.key";
    let fill = |made: &Generated, image: &str| text(made, &format!("images/{image}/fill.sh")).to_owned();
    let made = generated(&spec(SHOP), &[]);
    for image in ["nginx", "php-fpm"] {
        assert!(fill(&made, image).contains(&format!("rm -f {key}\n")), "{image}");
        assert!(fill(&made, image).contains(": >/etc/machine-id\n"), "{image}");
    }
    // Where something that nobody gives a key to names this one, it stays.
    let site = format!("ssl_certificate_key {key};\n");
    let named = "file:\n  /etc/nginx/conf.d/tls.conf: {filetype: file, mode: \"0644\", owner: root, group: root}\n";
    let made = generated(&spec(&format!("{SHOP}{named}")), &[("/etc/nginx/conf.d/tls.conf", &site)]);
    assert!(!fill(&made, "nginx").contains(key), "{}", fill(&made, "nginx"));
    assert!(fill(&made, "php-fpm").contains(&format!("rm -f {key}\n")));
}

#[test]
fn a_tree_is_given_or_made_of_its_revision() {
    let commit = "7d2738dc898bae38568ef6877d8858616e67db29";
    let tree = |revision: &str| {
        let digest = "a".repeat(64);
        format!(
            "{SHOP}file:\n  /srv/shop: {{filetype: directory, mode: \"0755\", owner: root, group: root, tree-digest: \"{digest}\", tree-files: 3, revision: {revision:?}}}\n"
        )
    };
    let made = generated(&spec(&tree(commit)), &[]);
    assert!(
        text(&made, "images/nginx/Containerfile")
            .contains(&format!("LABEL org.opencontainers.image.revision={commit}\n"))
    );
    let readme = text(&made, "README.md");
    assert!(
        readme.contains(&format!("git archive --prefix=shop/ --output=images/payload/srv/shop.tar.gz {commit}")),
        "{readme}"
    );
    let made = generated(&spec(&tree("x; rm -rf /\nRUN id")), &[]);
    assert!(!text(&made, "images/nginx/Containerfile").contains("LABEL"));
    assert!(!text(&made, "README.md").contains("git archive"));
}

#[test]
fn a_program_of_no_package_gets_the_packages_of_its_libraries() {
    let text_of = format!(
        "{}executable:\n  /opt/shop/server: {{path: /opt/shop/server, libraries: [libpq5, libgone1]}}\n",
        SHOP.replace(
            "service:\n",
            "service:\n  feed: {enabled: true, running: true, user: www-data, command: [\"/opt/shop/server -p 1\"]}\n"
        )
        .replace("package:\n", "package:\n  libpq5: {versions: [\"15.1-1\"]}\n")
    );
    let fill = generated(&spec(&text_of), &[]);
    let fill = text(&fill, "images/feed/fill.sh");
    assert!(fill.contains(" libpq5 ") && !fill.contains("libgone1"), "{fill}");
}
