//! Laws over the list of rules, and every rule's own cases: what it must propose for, and what it must stay silent on.
#![expect(clippy::disallowed_methods, reason = "a test reads its cases")]

use exchange::rules::decisions::{Change, Said};
use exchange::rules::{Contents, Decisions, Host, Out, Outcome, Platform, Proposal, RULES, Rule, decided, rule_named};
use exchange::spec_file::parse::parse;
use model::decision::Fate;
use model::id::ResourceId;
use model::spec::Spec;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The cases of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    fires: BTreeMap<String, Case>,
    silent: BTreeMap<String, Case>,
}

/// A host, and what is to be proposed for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    minor: Option<u32>,
    kernel: Option<String>,
    hosts: Option<usize>,
    #[serde(default)]
    site: String,
    #[serde(default)]
    baseline: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    expect: BTreeMap<String, String>,
    /// A file and line that must stand in the evidence.
    at: Option<String>,
}

impl Case {
    fn platform(&self) -> Platform {
        let kernel = self.kernel.as_deref().map(|k| Platform::kernel_of(k).expect("a kernel"));
        let default = Platform::default();
        Platform { minor: self.minor.unwrap_or(default.minor), kernel, ..default }
    }

    fn problem(&self) -> Option<String> {
        let file = |name: &str, text: &String| (name.to_owned(), text.clone());
        parse(&[file("baseline.yaml", &self.baseline), file("site.yaml", &self.site)]).err().map(|p| p[0].to_string())
    }

    fn spec(&self, rule: &str) -> Spec {
        let file = |name: &str, text: &String| (format!("spec/web/{name}"), text.clone());
        let files = [file("baseline.yaml", &self.baseline), file("site.yaml", &self.site)];
        parse(&files).unwrap_or_else(|p| panic!("{rule}: {}", p[0])).spec
    }

    fn contents(&self) -> Contents {
        let file =
            |(path, text): (&String, &String)| (ResourceId::new("file", path.as_str()), text.clone().into_bytes());
        self.files.iter().map(file).collect()
    }

    fn proposals(&self, rule: &'static Rule) -> Vec<Proposal> {
        let (spec, contents, platform) = (self.spec(rule.id), self.contents(), self.platform());
        for id in contents.keys() {
            assert!(spec.entries.contains_key(id), "{}: the case keeps {id} and its spec has no such entry", rule.id);
        }
        let mut out = Out::new(rule, &platform);
        (rule.apply)(&Host::new(&spec, &contents, self.hosts.unwrap_or(1)), &mut out);
        out.into_proposals().collect()
    }
}

fn dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules/catalogue")
}

fn stem(rule: &Rule) -> String {
    rule.id.to_lowercase().replace('-', "_")
}

fn cases(rule: &Rule) -> Cases {
    let path = dir().join(format!("{}.yaml", stem(rule)));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn every_rule_fires_on_its_own_data_and_is_silent_on_the_other() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let cases = cases(rule);
        assert!(!cases.fires.is_empty() && !cases.silent.is_empty(), "{} has no case of one side", rule.id);
        let all = cases.fires.iter().chain(&cases.silent);
        let unread: Vec<String> =
            all.filter_map(|(name, c)| Some(format!("{}, {name}: {}", rule.id, c.problem()?))).collect();
        if !unread.is_empty() {
            wrong.extend(unread);
            continue;
        }
        for (name, case) in &cases.fires {
            let proposals = case.proposals(rule);
            let seen: BTreeMap<String, String> =
                proposals.iter().map(|p| (p.id.to_string(), p.fate.name().to_owned())).collect();
            if case.expect.is_empty() || seen != case.expect {
                wrong.push(format!("{}, {name}: expected {:?}, proposed {seen:?}", rule.id, case.expect));
            }
            let places: Vec<String> = proposals
                .iter()
                .flat_map(|p| &p.evidence)
                .filter_map(|e| Some(e.place.as_ref()?.to_string()))
                .collect();
            if let Some(at) = case.at.as_ref().filter(|at| !places.contains(at)) {
                wrong.push(format!("{}, {name}: expected evidence at {at}, there is {places:?}", rule.id));
            }
            let is_said = |p: &Proposal| !p.mechanism.is_empty() && !p.because.is_empty() && !p.evidence.is_empty();
            assert!(proposals.iter().all(is_said), "{}, {name}: a proposal without reason or evidence", rule.id);
        }
        for (name, case) in &cases.silent {
            let spec = case.spec(rule.id);
            assert!(!spec.entries.is_empty(), "{}, {name}: silence on nothing proves nothing", rule.id);
            let seen: Vec<String> = case.proposals(rule).iter().map(|p| p.id.to_string()).collect();
            if !seen.is_empty() {
                wrong.push(format!("{}, {name}: expected silence, proposed for {seen:?}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_is_described_and_listed_in_order() {
    let ids: Vec<&str> = RULES.iter().map(|r| r.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted, "ids are unique and in order");
    for rule in RULES {
        let is_said =
            [rule.summary, rule.mechanism, rule.person, rule.source.name()].iter().all(|t| !t.trim().is_empty());
        assert!(is_said, "{} is not fully described", rule.id);
        assert!(rule.source.name() == "convention" || rule.source.name().starts_with("https://"), "{}", rule.id);
        assert!(rule.unseen.is_none_or(|u| !u.trim().is_empty()), "{}", rule.id);
        assert!(rule_named(rule.id).is_some_and(|r| std::ptr::eq(r, *rule)));
    }
}

#[test]
fn no_file_of_a_rule_is_forgotten() {
    let listed: BTreeSet<String> = RULES.iter().map(|r| stem(r)).collect();
    let is_rule = |stem: &str| stem.as_bytes().iter().rev().take_while(|b| b.is_ascii_digit()).count() == 2;
    for entry in fs::read_dir(dir()).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if is_rule(&stem) {
            assert!(listed.contains(&stem), "{} is not listed in RULES", path.display());
            let text = fs::read_to_string(&path).unwrap();
            let id = stem.to_uppercase().replace('_', "-");
            assert!(path.extension().is_some_and(|e| e == "yaml") || text.contains(&format!("id: \"{id}\"")), "{stem}");
        }
    }
}

fn ssh() -> Spec {
    let text = "repot: 1\nservice: {ssh: {running: true}}\nport: {\"tcp:22\": {ip: [\"0.0.0.0\"], service: ssh, process: sshd}}\ncommand: {true: {exit-status: 0}}\n";
    parse(&[("spec/web/site.yaml".to_owned(), text.to_owned())]).expect("a spec").spec
}

fn said(verdict: Option<Fate>, because: &str) -> Said {
    Said {
        verdict,
        because: because.to_owned(),
        author: "anna".to_owned(),
        date: "2026-11-25".to_owned(),
        ..Said::default()
    }
}

#[test]
fn every_entry_ends_in_one_decision_or_is_shown_as_undecided() {
    let (spec, contents, platform) = (ssh(), Contents::new(), Platform::default());
    let host = Host::new(&spec, &contents, 1);
    let mut decisions = Decisions::default();
    let rules = &[rule_named("SVC-08").unwrap()];
    let nothing = decided(&host, &platform, rules, &decisions);
    assert_eq!((nothing.accounting().undecided, nothing.accounting().unexplained), (2, 1));
    Change::Rule("SVC-08".into(), Some(said(None, ""))).apply(&mut decisions);
    let by_rule = decided(&host, &platform, rules, &decisions);
    assert_eq!(by_rule.accounting().fates, BTreeMap::from([(Fate::Drop, 2)]));
    let port = ResourceId::new("port", "tcp:22");
    assert_eq!(by_rule.decision(&port).unwrap().rule.as_deref(), Some("SVC-08"));
    Change::Entry(port.clone(), Some(said(Some(Fate::Keep), "sftp"))).apply(&mut decisions);
    let by_name = decided(&host, &platform, rules, &decisions);
    let decision = by_name.decision(&port).unwrap();
    assert_eq!((decision.fate, decision.because.as_str()), (Fate::Keep, "sftp"), "what is said of it by name counts");
    assert_eq!(by_name.outcomes.len(), spec.entries.len());
    assert!(matches!(&by_name.outcomes[&ResourceId::new("command", "true")], Outcome::Undecided(p) if p.is_empty()));
}

#[test]
fn a_decision_on_what_is_otherwise_now_is_obsolete() {
    let (spec, contents, platform) = (ssh(), Contents::new(), Platform::default());
    let host = Host::new(&spec, &contents, 1);
    let before = decided(&host, &platform, RULES, &Decisions::default());
    let port = ResourceId::new("port", "tcp:22");
    let mut decisions = Decisions::default();
    let of = |digest: String| Said { of: Some(digest), ..said(Some(Fate::Keep), "sftp") };
    Change::Entry(port.clone(), Some(of(before.digests[&port].clone()))).apply(&mut decisions);
    Change::Rule("SVC-08".into(), Some(of(before.digest_of_rule("SVC-08")))).apply(&mut decisions);
    assert_eq!(decided(&host, &platform, RULES, &decisions).obsolete, []);
    let mut moved = spec.clone();
    moved.entries.remove(&port);
    let now = decided(&Host::new(&moved, &contents, 1), &platform, RULES, &decisions);
    let on: Vec<&str> = now.obsolete.iter().map(|o| o.on.as_str()).collect();
    assert_eq!(on, ["port[tcp:22]", "SVC-08"]);
}

#[test]
fn a_rule_speaks_of_every_kind_whoever_brought_it() {
    let mut silent = Vec::new();
    for kind in kinds::KINDS {
        for file in ["site.yaml", "baseline.yaml"] {
            let text = format!("repot: 1\n{}:\n  x: {{{}: true}}\n", kind.name(), kind.presence());
            let spec = parse(&[(format!("spec/web/{file}"), text)]).unwrap_or_else(|p| panic!("{}", p[0])).spec;
            let contents = Contents::new();
            let review = decided(&Host::new(&spec, &contents, 1), &Platform::default(), RULES, &Decisions::default());
            if review.accounting().unexplained > 0 {
                silent.push(format!("{} in {file}", kind.name()));
            }
        }
    }
    assert_eq!(silent, [""; 0], "no rule proposes anything");
}
