//! Gossfiles: every type of resource, every attribute and every matcher of Goss's manual, each held and each not.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use exchange::spec_file::parse::parse;
use kinds::KnownKinds;
use model::compare::compare;
use model::coverage::Coverage;
use model::fact::Fact;
use model::facts::{Facts, KindFacts, Resource};
use model::finding::Verdict;
use model::spec::Spec;
use model::value::Value;
use std::collections::BTreeMap;

fn spec(text: &str) -> Result<Spec, String> {
    let parsed = parse(&[("goss.yaml".to_owned(), text.to_owned())]);
    parsed.map(|p| p.spec).map_err(|p| p.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// What a machine shows of one resource.
fn shows(kind: &str, name: &str, values: &[(&str, Value)]) -> Facts {
    let facts = values.iter().map(|(property, value)| ((*property).to_owned(), Fact::is(value.clone()))).collect();
    let resource = Resource { facts, ..Resource::default() };
    let seen = KindFacts { coverage: Coverage::Asked, resources: BTreeMap::from([(name.to_owned(), resource)]) };
    Facts { kinds: BTreeMap::from([(kind.to_owned(), seen)]), ..Facts::default() }
}

/// Whether all that a gossfile says holds of a machine.
fn holds(text: &str, facts: &Facts) -> bool {
    let findings = compare(&spec(text).unwrap_or_else(|p| panic!("{p}")), facts, &KnownKinds, "2026-01-01");
    assert!(!findings.is_empty(), "{text} checks nothing");
    findings.iter().all(|f| f.verdict == Verdict::Same)
}

/// Whether a value written in a gossfile matches: the kind `matching`, as its probe shows it.
fn matches(content: &str, claim: &str) -> bool {
    let text = format!("matching:\n  x:\n    content: {content}\n    matches: {claim}\n");
    let content =
        spec(&text).unwrap_or_else(|p| panic!("{p}")).entries.values().next().unwrap().inputs["content"].clone();
    holds(&text, &shows("matching", "x", &[("matches", content)]))
}

#[test]
fn every_matcher_of_the_manual() {
    for (content, claim, expected) in [
        // Default matchers.
        ("foo", "foo", true),
        ("foo", "fo", false),
        ("true", "true", true),
        ("true", "false", false),
        ("42", "42", true),
        ("42", "43", false),
        ("[group1, group2, group3]", "[group1, group2]", true),
        ("[group1, group2, group3]", "[group1, group2, group2]", false),
        ("[a, b]", "[{have-prefix: a}, b]", true),
        // Texts: whatever is seen is taken as one.
        ("42", "'42'", true),
        ("42", "{have-prefix: '4'}", true),
        ("42", "{have-prefix: '2'}", false),
        ("42", "{have-suffix: '2'}", true),
        ("42", "{have-suffix: '4'}", false),
        ("42", "{match-regexp: '\\d{2}'}", true),
        ("42", "{match-regexp: '^\\d$'}", false),
        ("42", "{contain-substring: '2'}", true),
        ("42", "{contain-substring: '3'}", false),
        ("42", "{and: ['42', {have-prefix: '4'}, {have-suffix: '2'}]}", true),
        // Numbers: whatever is seen is taken as one.
        ("'42'", "42", true),
        ("'42'", "42.0", true),
        ("'42'", "42.5", false),
        ("42.0", "42", true),
        ("'42'", "{gt: 40}", true),
        ("'42'", "{gt: 42}", false),
        ("'42'", "{ge: 42}", true),
        ("'42'", "{lt: 45}", true),
        ("'42'", "{lt: 42}", false),
        ("'42'", "{le: 42}", true),
        ("'42'", "{le: 41.9}", false),
        // Lists; a text is its lines.
        ("[foo, bar, moo]", "{contain-elements: [foo, bar]}", true),
        ("[foo, bar, moo]", "{contain-elements: [foo, nope]}", false),
        ("[foo, bar, moo]", "{equal: [foo, bar, moo]}", true),
        ("[foo, bar, moo]", "{equal: [foo, moo, bar]}", false),
        ("[foo, bar, moo]", "{consist-of: [foo, {have-prefix: m}, bar]}", true),
        ("[foo, bar, moo]", "{consist-of: [foo, bar]}", false),
        ("[foo, bar, moo]", "{contain-element: {have-prefix: b}}", true),
        ("[foo, bar, moo]", "{contain-element: {have-prefix: x}}", false),
        ("[2]", "{contain-element: 2}", true),
        ("\"a\\nb\"", "{contain-element: b}", true),
        ("\"a\\nbc\"", "{contain-element: b}", false),
        // The rest.
        ("[a, b, c]", "{have-len: 3}", true),
        ("abc", "{have-len: 3}", true),
        ("{a: 1}", "{have-len: 2}", false),
        ("{foo: bar, baz: bing}", "{and: [{have-key: baz}]}", true),
        ("{foo: bar}", "{have-key: baz}", false),
        ("foo", "{not: bar}", true),
        ("foo", "{not: foo}", false),
        ("FAIL", "{not: FAIL}", false),
        ("foo", "{or: [bar, {have-prefix: f}]}", true),
        ("foo", "{or: [bar, moo]}", false),
        ("foo", "{equal: foo}", true),
        ("\"a foo\\nb\"", "{have-patterns: [foo, '!bar', '/^b$/']}", true),
        ("\"a foo\\nb\"", "{have-patterns: ['!/^b$/']}", false),
        // Versions.
        ("[1.0.1, 1.9.9]", "{semver-constraint: '>1.0.0 <2.0.0 !=1.5.0'}", true),
        ("[1.0.1, 1.5.0, 1.9.9]", "{not: {semver-constraint: '>1.0.0 <2.0.0 !=1.5.0'}}", true),
        ("1.0.1", "{semver-constraint: '>5.0.0 || < 1.5.0'}", true),
        ("3.0.1", "{semver-constraint: '>5.0.0 || < 1.5.0'}", false),
    ] {
        assert_eq!(matches(content, claim), expected, "{content} against {claim}");
    }
}

#[test]
fn json_is_looked_into_as_gjson_does() {
    let json = r#"'{"foo": "bar", "moo": {"nested": "cow"}, "count": "15", "list": [{"n": 1}, {"n": 22}], "a.b": 1.5, "no": null}'"#;
    for (claim, expected) in [
        ("{moo.nested: cow}", true),
        ("{moo.nested: calf}", false),
        ("{foo: {have-prefix: b}}", true),
        ("{count: {le: 25}}", true),
        ("{count: {gt: 25}}", false),
        ("{'@this': {have-key: foo}}", true),
        ("{moo: {and: [{have-key: nested}, {not: {have-key: nested2}}]}}", true),
        ("{list.#: 2}", true),
        ("{list.1.n: 22}", true),
        ("{'list.#.n': [1, 22]}", true),
        ("{'list.#(n>5).n': 22}", true),
        ("{'a\\.b': 1.5}", true),
        ("{'a\\.b': {lt: 1.4}}", false),
        // Of what is not there nothing holds.
        ("{nope: {not: x}}", false),
        ("{no: {not: x}}", false),
    ] {
        assert_eq!(matches(json, &format!("{{gjson: {claim}}}")), expected, "{claim}");
    }
    assert!(!matches("not json", "{gjson: {a: {not: b}}}"));
}

/// A resource as the manual shows it, what a machine shows on which it holds, and one property that is otherwise.
type Case = (&'static str, &'static str, &'static str, Vec<(&'static str, Value)>, (&'static str, Value));

fn set(items: &[&str]) -> Value {
    Value::set(items.iter().copied())
}

fn cases() -> Vec<Case> {
    let digest = "7f78ce27859049f725936f7b52c6e25d774012947d915e7b394402cfceb70c4c";
    vec![
        (
            "dns:\n  localhost:\n    resolvable: true\n    resolve: localhost\n    addrs: [127.0.0.1]\n    server: 8.8.8.8\n    timeout: 500\n",
            "dns",
            "localhost",
            vec![("addrs", set(&["127.0.0.1", "::1"]))],
            ("addrs", set(&["127.0.0.2"])),
        ),
        (
            "file:\n  passwords:\n    path: /etc/passwd\n    exists: true\n    mode: '0644'\n    size: 2118\n    owner: root\n    group: root\n    filetype: file\n    contents: [root, '!/x{3}/']\n    sha256: 7f78ce27859049f725936f7b52c6e25d774012947d915e7b394402cfceb70c4c\n    skip: false\n",
            "file",
            "/etc/passwd",
            vec![
                ("mode", "0644".into()),
                ("size", 2118_i64.into()),
                ("owner", "root".into()),
                ("group", "root".into()),
                ("filetype", "file".into()),
                ("contents", "root:x:0\n".into()),
                ("sha256", digest.into()),
            ],
            ("contents", "xxx\nroot\n".into()),
        ),
        (
            "file:\n  /etc/alternatives/mta:\n    exists: true\n    filetype: symlink\n    linked-to: /usr/sbin/sendmail\n",
            "file",
            "/etc/alternatives/mta",
            vec![("filetype", "symlink".into()), ("linked-to", "/usr/sbin/sendmail".into())],
            ("linked-to", "/usr/sbin/exim4".into()),
        ),
        (
            "group:\n  nobodies:\n    groupname: nogroup\n    exists: true\n    gid: 65534\n    skip: false\n",
            "group",
            "nogroup",
            vec![("gid", 65534_i64.into())],
            ("gid", 1_i64.into()),
        ),
        (
            "http:\n  https://www.example.org:\n    status: 200\n    url: https://www.example.org\n    allow-insecure: false\n    no-follow-redirects: false\n    timeout: 1000\n    request-headers: ['Content-Type: text/html']\n    headers: ['Content-Type: text/html']\n    request-body: '{\"key\": \"value\"}'\n    body: [example]\n    username: ''\n    password: ''\n    ca-file: ''\n    cert-file: ''\n    key-file: ''\n    proxy: ''\n    skip: false\n    method: PUT\n",
            "http",
            "https://www.example.org",
            vec![
                ("status", 200_i64.into()),
                ("headers", "Content-Type: text/html; charset=UTF-8\nServer: x".into()),
                ("body", "an example\n".into()),
            ],
            ("headers", "Server: x".into()),
        ),
        (
            "kernel-param:\n  kernel.ostype:\n    name: kernel.ostype\n    value: Linux\n",
            "kernel-param",
            "kernel.ostype",
            vec![("value", "Linux".into())],
            ("value", "Hurd".into()),
        ),
        (
            "kernel-param:\n  net.core.somaxconn:\n    value: {gt: 200}\n",
            "kernel-param",
            "net.core.somaxconn",
            vec![("value", "4096".into())],
            ("value", "128".into()),
        ),
        (
            "mount:\n  home:\n    exists: true\n    timeout: 1000\n    mountpoint: /home\n    opts: [rw, relatime]\n    vfs-opts: [rw]\n    source: /dev/sda1\n    filesystem: xfs\n    usage: {lt: 95}\n",
            "mount",
            "/home",
            vec![
                ("opts", set(&["rw", "relatime", "nodev"])),
                ("vfs-opts", set(&["rw"])),
                ("source", "/dev/sda1".into()),
                ("filesystem", "xfs".into()),
                ("usage", 94_i64.into()),
            ],
            ("usage", 95_i64.into()),
        ),
        (
            "package:\n  web:\n    name: httpd\n    installed: true\n    versions: [2.2.15]\n    retry_count: 3\n    retry_delay: 1s\n    skip: false\n",
            "package",
            "httpd",
            vec![("versions", set(&["2.2.15"]))],
            ("versions", set(&["2.2.16"])),
        ),
        (
            "service:\n  sshd:\n    name: sshd\n    enabled: true\n    running: true\n    runlevels: ['3', '5']\n    skip: false\n",
            "service",
            "sshd",
            vec![("enabled", true.into()), ("running", true.into()), ("runlevels", set(&["2", "3", "4", "5"]))],
            ("running", false.into()),
        ),
        (
            "user:\n  nobodies:\n    username: nobody\n    exists: true\n    uid: 65534\n    gid: '65534'\n    groups: [nogroup]\n    home: /nonexistent\n    shell: {have-suffix: nologin}\n    skip: false\n",
            "user",
            "nobody",
            vec![
                ("uid", 65534_i64.into()),
                ("gid", 65534_i64.into()),
                ("groups", set(&["nogroup", "other"])),
                ("home", "/nonexistent".into()),
                ("shell", "/usr/sbin/nologin".into()),
            ],
            ("shell", "/bin/sh".into()),
        ),
    ]
}

#[test]
fn every_type_of_the_manual_holds_and_does_not() {
    for (text, kind, name, values, (property, otherwise)) in cases() {
        assert!(holds(text, &shows(kind, name, &values)), "{text}");
        let changed: Vec<(&str, Value)> = values
            .iter()
            .map(|(p, value)| (*p, if *p == property { otherwise.clone() } else { value.clone() }))
            .collect();
        assert_ne!(changed, values, "{text}: nothing is otherwise");
        assert!(!holds(text, &shows(kind, name, &changed)), "{text} with another {property}");
    }
}

#[test]
fn what_only_asks_is_a_part_of_the_question() {
    let text = "addr:\n  web:\n    address: tcp://127.0.0.1:80\n    reachable: true\n    timeout: 500\n    local-address: 127.0.0.1\n";
    let spec = spec(text).unwrap();
    let inputs = &spec.entries.values().next().unwrap().inputs;
    assert_eq!(inputs.keys().collect::<Vec<_>>(), ["address", "local-address", "timeout"]);
    assert!(holds(text, &shows("addr", "web", &[])));
}

#[test]
fn one_resource_under_several_titles_must_meet_them_all() {
    let text = "file:\n  root is there: {path: /etc/passwd, exists: true, contents: [root]}\n  no bob: {path: /etc/passwd, exists: true, contents: ['!bob']}\n";
    let seen = |contents: &str| shows("file", "/etc/passwd", &[("contents", contents.into())]);
    assert!(holds(text, &seen("root\n")));
    assert!(!holds(text, &seen("root\nbob\n")) && !holds(text, &seen("alice\n")));
}

#[test]
fn a_list_is_at_least_and_a_text_is_all_there_is() {
    let groups = |claim: &str| format!("user:\n  deploy:\n    exists: true\n    groups: {claim}\n");
    let seen = |items: &[&str]| shows("user", "deploy", &[("groups", set(items))]);
    assert!(holds(&groups("[a]"), &seen(&["a", "b"])) && !holds(&groups("[c]"), &seen(&["a", "b"])));
    assert!(holds(&groups("a"), &seen(&["a"])) && !holds(&groups("a"), &seen(&["a", "b"])));
    let contents = |claim: &str| format!("file:\n  /x:\n    exists: true\n    contents: {claim}\n");
    let file = |text: &str| shows("file", "/x", &[("contents", text.into())]);
    assert!(holds(&contents("\"a\\n\""), &file("a\n")) && !holds(&contents("\"a\\n\""), &file("a\nb\n")));
    assert!(holds(&contents("[a]"), &file("xax\nb\n")));
}

#[test]
fn what_is_not_to_be_there_is_looked_at_no_further() {
    let text = "package:\n  telnetd:\n    installed: false\n    versions: [1.0]\n";
    let gone = Facts {
        kinds: BTreeMap::from([(
            "package".to_owned(),
            KindFacts { coverage: Coverage::Complete, resources: BTreeMap::new() },
        )]),
        ..Facts::default()
    };
    assert!(holds(text, &gone));
    assert!(!holds(text, &shows("package", "telnetd", &[("versions", set(&["1.0"]))])));
}

#[test]
fn what_goss_would_not_read_is_told() {
    for (text, says) in [
        (
            "file:\n{{ range .Vars.files }}\n  {{.}}: {exists: true}\n{{end}}\n",
            "goss.yaml:2:1: this gossfile is a template",
        ),
        ("matching:\n  x: {content: {{ .Vars.a }}, matches: 1}\n", "goss render"),
        ("user:\n  a: {exists: true, uid: {gt: 1, lt: 5}}\n", "several matchers at one level"),
        ("user:\n  a: {exists: true, home: {have-prefx: /}}\n", "did you mean `have-prefix`?"),
        ("registry:\n  HKLM: {exists: true}\n", "there is no kind `registry`"),
        ("file:\n  /a: {exists: true}\nfile:\n  /b: {exists: true}\n", "`file` is written twice"),
    ] {
        let said = spec(text).unwrap_err();
        assert!(said.contains(says), "{text}: {said}");
    }
}

#[test]
fn json_is_yaml() {
    let text = "{\n\t\"user\": {\n\t\t\"root\": {\"exists\": true, \"uid\": 0}\n\t}\n}\n";
    assert!(holds(text, &shows("user", "root", &[("uid", 0_i64.into())])));
}
