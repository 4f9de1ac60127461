//! What statements come to on a host: which hold, which are stale, which are for others, and why a fact is so.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use exchange::explain::{Explained, explain};
use exchange::import::files::{File, Files};
use exchange::import::record::Recorded;
use model::coverage::Coverage;
use model::fact::Fact;
use model::facts::{Facts, KindFacts, Resource};
use model::place::Place;
use model::value::Value;
use std::collections::BTreeMap;

/// Statements of some files.
fn read(files: &[(&str, &str)]) -> Vec<Recorded> {
    let mut files = Files::new(files.iter().map(|(path, text)| File::new(*path, true, text.as_bytes())));
    let out = exchange::import::read(&mut files);
    out.statements()
        .iter()
        .map(|(s, statement)| Recorded { source: (*s).to_owned(), statement: statement.clone() })
        .collect()
}

/// A host that shows all there is of some kinds.
#[derive(Default)]
struct Shown(Facts);

impl Shown {
    fn kind(mut self, kind: &str) -> Self {
        let complete = KindFacts { coverage: Coverage::Complete, resources: BTreeMap::new() };
        self.0.kinds.entry(kind.to_owned()).or_insert(complete);
        self
    }

    fn fact(mut self, kind: &str, name: &str, property: &str, fact: Fact) -> Self {
        self = self.kind(kind);
        let resources = &mut self.0.kinds.get_mut(kind).unwrap().resources;
        let resource: &mut Resource = resources.entry(name.to_owned()).or_default();
        resource.facts.insert(property.to_owned(), fact.local());
        self
    }

    fn is(self, kind: &str, name: &str, property: &str, value: impl Into<Value>) -> Self {
        self.fact(kind, name, property, Fact::is(value))
    }

    /// A file with its text.
    fn file(self, path: &str, text: &str) -> Self {
        self.is("file", path, "content", text).is("file", path, "sha256", "0")
    }
}

fn standings(explained: &Explained<'_>) -> String {
    let line = |(s, standing): (&Recorded, &exchange::explain::Standing)| {
        format!("{}: {}\n", s.statement.place.line, standing.name())
    };
    explained.statements.iter().zip(&explained.standing).map(line).collect()
}

/// Why a fact is so: the reason, and the line that gave it.
fn why(explained: &Explained<'_>, id: &str, property: &str) -> String {
    use exchange::explain::Because;
    let fact = explained.facts.iter().find(|f| f.id.to_string() == id && f.property == property).unwrap();
    match &fact.because {
        Because::Asked(_, place, sure) | Because::ByHand(_, place, sure) => {
            format!("{} {place} {}", fact.because.name(), sure.name())
        }
        because @ (Because::Packaged | Because::Nobody) => because.name().to_owned(),
    }
}

#[test]
fn a_stage_of_other_hosts_says_nothing_of_this_one() {
    let fabfile = "from fabric.api import *\nenv.roledefs = {'web': ['web-01', 'web-02'], 'staging': ['deploy@staging-01']}\n\
                   @task\n@roles('staging')\ndef s():\n    sudo('apt-get install mailcatcher')\n\
                   @task\n@roles('web')\ndef w():\n    sudo('apt-get install varnish')\n";
    let statements = read(&[("fabfile.py", fabfile)]);
    let facts = Shown::default().kind("package").is("hostname", "hostname", "configured", "web-02.example.test");
    assert_eq!(standings(&explain(&statements, &facts.0)), "2: nothing\n6: elsewhere\n10: stale\n");
    // Where no source knows the host by its name, nothing is taken to be for others.
    let facts = Shown::default().kind("package").is("hostname", "hostname", "configured", "db-07");
    assert_eq!(standings(&explain(&statements, &facts.0)), "2: nothing\n6: stale\n10: stale\n");
}

#[test]
fn a_stage_of_capistrano_is_for_its_servers() {
    let stage = |host: &str, dir: &str| format!("server '{host}', roles: %w{{web}}\nset :deploy_to, '{dir}'\n");
    let (production, staging) = (stage("web-01.example.test", "/srv/a"), stage("staging-01.example.test", "/srv/b"));
    let statements = read(&[("config/deploy/production.rb", &production), ("config/deploy/staging.rb", &staging)]);
    let facts = Shown::default().kind("file").is("hostname", "hostname", "configured", "web-01");
    assert_eq!(standings(&explain(&statements, &facts.0)), "1: nothing\n2: stale\n1: elsewhere\n2: elsewhere\n");
}

#[test]
fn what_was_commented_out_or_back_in_is_compared_by_its_words() {
    let fabfile = "from fabric.api import *\nfrom fabric.contrib.files import *\n@task\ndef t():\n    \
                   uncomment('/etc/a', 'tokens off;')\n    comment('/etc/a', '^save 900')\n    \
                   uncomment('/etc/a', 'gzip on;')\n    comment('/etc/a', '^user x')\n";
    let statements = read(&[("fabfile.py", fabfile)]);
    let facts = Shown::default().file("/etc/a", "tokens off;\n#save 900\n# gzip on;\nuser x\n");
    assert_eq!(standings(&explain(&statements, &facts.0)), "5: agreed\n6: agreed\n7: stale\n8: stale\n");
}

#[test]
fn groups_of_a_substitution_are_looked_for_by_what_they_hold() {
    let text = "sed -i 's/^# *\\(en_US\\|de_DE\\)/\\1/' /etc/l\nsed -i 's/^#\\(fr_FR\\)/\\1/' /etc/l\n";
    let statements = read(&[("a.sh", text)]);
    let facts = Shown::default().file("/etc/l", "de_DE UTF-8\nen_US UTF-8\n# it_IT\n");
    assert_eq!(standings(&explain(&statements, &facts.0)), "1: agreed\n2: stale\n");
}

#[test]
fn what_a_host_shows_under_another_name_is_compared_there() {
    let text = "ln -sf /usr/share/zoneinfo/Europe/Rome /etc/localtime\necho Europe/Oslo > /etc/timezone\n\
                echo 'nameserver 8.8.8.8' >> /etc/resolv.conf\necho 'nameserver 9.9.9.9' >> /etc/resolv.conf\n\
                rm -rf /var/lib/apt/lists/*\nsystemctl stop httpd\n";
    let statements = read(&[("a.sh", text)]);
    let facts = Shown::default()
        .is("timezone", "timezone", "zone", "Europe/Rome")
        .is("resolver", "resolv.conf", "nameservers", Value::from(vec!["9.9.9.9".to_owned()]))
        .kind("file")
        .kind("service");
    let standings = standings(&explain(&statements, &facts.0));
    assert_eq!(standings, "1: agreed\n2: stale\n3: superseded\n4: agreed\n5: unknown\n6: agreed\n");
}

#[test]
fn a_whole_file_is_stale_where_more_stands_in_it() {
    let statements = read(&[("r.md", "Create `/etc/aliases`:\n\n```\nroot: anna\n```\n")]);
    let alias = |name: &str, line| {
        (name.to_owned(), Fact::is(Value::from(vec!["anna".to_owned()])).at(Place::line("/etc/aliases", line)))
    };
    let shown = |names: &[&str]| {
        let mut shown = Shown::default().is("file", "/etc/aliases", "mode", "0644");
        for (line, name) in (1..).zip(names) {
            let (name, fact) = alias(name, line);
            shown = shown.fact("mail-alias", &name, "recipients", fact);
        }
        shown
    };
    assert_eq!(standings(&explain(&statements, &shown(&["root"]).0)), "4: agreed\n");
    assert_eq!(standings(&explain(&statements, &shown(&["root", "backup"]).0)), "4: stale\n");
}

#[test]
fn what_is_set_in_a_linked_file_is_asked_for_where_its_text_stands() {
    let fabfile = "from fabric.api import *\n@task\ndef t():\n    put('site', '/etc/n/sites-available/a')\n    \
                   sudo('ln -s ../sites-available/a /etc/n/sites-enabled/a')\n";
    let statements = read(&[("fabfile.py", fabfile), ("site", "listen 80;\nroot /srv/a;\n")]);
    let at = |line| Place::line("/etc/n/sites-enabled/a", line);
    let facts = Shown::default()
        .file("/etc/n/sites-available/a", "listen 80;\nroot /srv/a;\n")
        .is("file", "/etc/n/sites-enabled/a", "linked-to", "../sites-available/a")
        .fact("nginx", "http/server[a]/root", "value", Fact::is("/srv/a").at(at(2)))
        .is("file", "/srv/a/index.html", "sha256", "1");
    let explained = explain(&statements, &facts.0);
    assert_eq!(why(&explained, "nginx[http/server[a]/root]", "value"), "asked site:2 exact");
    assert_eq!(why(&explained, "file[/srv/a/index.html]", "sha256"), "asked site:2 guessed");
}

#[test]
fn a_copy_beside_a_file_explains_less_than_anything_else_does() {
    let files = [("web:/etc/*~", "1488362400 /etc/x.bak\n"), ("web:/root/.bash_history", "sed -i s/a/b/ /etc/x\n")];
    let statements = read(&files);
    let facts = Shown::default().file("/etc/x", "b\nc\n").file("/etc/x.bak", "a\nc\n").fact(
        "cron",
        "c",
        "command",
        Fact::is("c").at(Place::line("/etc/x", 2)),
    );
    let explained = explain(&statements, &facts.0);
    assert_eq!(why(&explained, "cron[c]", "command"), "by-hand web:/root/.bash_history:1 guessed");
    assert_eq!(why(&explained, "file[/etc/x.bak]", "sha256"), "by-hand web:/etc/*~:1 guessed");
}

#[test]
fn a_key_of_another_user_was_put_here_by_whom_put_it_there() {
    let statements = read(&[("u.sh", "useradd -m -s /bin/bash deploy\n")]);
    let keys = |names: &[&str]| Value::from(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
    let facts = Shown::default()
        .is("user", "deploy", "shell", "/bin/bash")
        .is("user", "deploy", "authorized-keys", keys(&["ssh-ed25519 SHA256:x ci", "ssh-rsa SHA256:y anna"]))
        .is("user", "root", "authorized-keys", keys(&["ssh-ed25519 SHA256:x ci"]))
        .is("user", "anna", "authorized-keys", keys(&["ssh-ed25519 SHA256:z anna"]));
    let explained = explain(&statements, &facts.0);
    assert_eq!(why(&explained, "user[root]", "authorized-keys"), "asked u.sh:1 guessed");
    assert_eq!(why(&explained, "user[anna]", "authorized-keys"), "nobody");
}

const GOSSFILE: &str = "\
package:
  nginx: {installed: true, versions: [\"1.22\"]}
service:
  nginx:
    enabled: true
    running: false
file:
  /etc/x:
    exists: true
    mode: \"0600\"
    contents: [\"/^a/\", \"!zzz\"]
command:
  list:
    exec: ls /
    exit-status: 0
    stdout: {contain-element: {have-prefix: e}}
user:
  gone: {exists: false, skip: true}
";

#[test]
fn a_gossfile_is_compared_and_becomes_claims_with_its_lines() {
    let statements = read(&[("goss.yaml", GOSSFILE)]);
    let facts = Shown::default()
        .is("package", "nginx", "versions", Value::from(vec!["1.22".to_owned()]))
        .is("service", "nginx", "enabled", true)
        .is("service", "nginx", "running", true)
        .file("/etc/x", "a\nb\n")
        .is("file", "/etc/x", "mode", "0644");
    assert_eq!(
        standings(&explain(&statements, &facts.0)),
        "2: agreed\n2: agreed\n5: agreed\n6: stale\n9: agreed\n10: stale\n11: agreed\n15: unknown\n16: unknown\n18: nothing\n"
    );
    let spec = exchange::import::claims::spec(statements.iter().map(|s| &s.statement)).unwrap();
    insta::assert_snapshot!(spec);
    let parsed = exchange::spec_file::parse::parse(&[("checks.yaml".to_owned(), spec)]).unwrap().spec;
    let own = exchange::spec_file::parse::parse(&[("goss.yaml".to_owned(), GOSSFILE.to_owned())]).unwrap().spec;
    // Nothing that the gossfile claims is lost or said otherwise.
    for (id, entry) in own.entries {
        let imported = &parsed.entries[&id];
        assert_eq!(imported.inputs, entry.inputs);
        for (property, claimed) in entry.claims {
            assert_eq!(imported.claims[&property].claim.to_string(), claimed.claim.to_string(), "{id}.{property}");
        }
    }
}

#[test]
fn a_gossfile_reads_what_it_includes_once_and_is_no_template() {
    let files = [
        ("goss.yaml", "gossfile:\n  other.yaml: {}\n  goss.yaml: {}\n  ../../x.yaml: {}\n"),
        ("other.yaml", "gossfile: {goss.yaml: {}}\nuser:\n  anna: {exists: true}\n"),
        ("goss_t.yaml", "user:\n  \"{{ .Vars.x }}\": {exists: true}\n"),
    ];
    let mut all = Files::new(files.iter().map(|(path, text)| File::new(*path, false, text.as_bytes())));
    let out = exchange::import::read(&mut all);
    let said: Vec<&str> = out.statements().iter().map(|(_, s)| s.said.as_str()).collect();
    assert_eq!(said, ["user anna: exists: true", "gossfile"]);
    assert!(out.problems().iter().any(|p| p.what.contains("template")));
}

#[test]
fn rules_of_a_firewall_are_compared_by_their_words() {
    let text = "iptables -A INPUT -p tcp --dport 22 -j ACCEPT\niptables -I INPUT 1 -s 10.0.0.1 -j DROP\n\
                iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\niptables -D INPUT -p tcp --dport 23 -j ACCEPT\n\
                ufw allow 80/tcp\nufw allow from 10.1.0.0/16 to any port 22\nnft add rule inet f input tcp dport 9 drop\n";
    let statements = read(&[("fw.sh", text)]);
    let rules = |rules: &[&str]| Value::from(rules.iter().map(|r| (*r).to_owned()).collect::<Vec<_>>());
    let facts = Shown::default()
        .is("firewall-rule", "ip filter INPUT", "rules", rules(&["-p tcp -m tcp --dport 22 -j ACCEPT", "-j LOG"]))
        .is("firewall-rule", "ip filter ufw-user-input", "rules", rules(&["-p tcp -m tcp --dport 80 -j ACCEPT"]))
        .is("firewall-rule", "inet f input", "rules", rules(&["tcp dport 9 drop"]));
    let explained = explain(&statements, &facts.0);
    assert_eq!(standings(&explained), "1: agreed\n2: stale\n3: stale\n4: agreed\n5: agreed\n6: stale\n7: agreed\n");
    assert_eq!(why(&explained, "firewall-rule[inet f input]", "rules"), "asked fw.sh:7 exact");
}
