//! Decisions as people write them, and rules over whatever a spec says.

use super::spec::{check_problems, said as told};
use super::text;
use crate::Target;
use exchange::rules::decisions::{Change, Said, read, write};
use exchange::rules::report::{Reviewed, human, json};
use exchange::rules::{Contents, Decisions, Host, Platform, RULES, decided};
use exchange::spec_file::parse::parse;
use model::decision::Fate;
use model::id::ResourceId;
use model::text::unsafe_on_terminals;

const DECISIONS: &[&str] = &[
    "repot-decisions: 1\nkubernetes:\n  version: \"1.29\"\n  rules:\n    SVC-08: {verdict: accepted, author: a, date: 2026-11-25}\n",
    "repot-decisions: 1\nkubernetes: {entries: {\"port[tcp:22]\": {verdict: keep, because: x, author: a, date: 2026-11-25}}}\n",
    "# a\nrepot-decisions: 1\nkubernetes:\n  rules: {}\n  # b\n  tenancy:\n    redis:\n      verdict: shared\n      because: |\n        x\n      author: a\n      date: 2026-11-25\n",
    "repot-decisions: 1\nkubernetes:\n  entries:\n",
];

const SPECS: &[&str] = &[
    "repot: 1\nservice:\n  ssh: {running: true}\n  nginx: {running: true, command: [a]}\nport:\n  \"tcp:80\": {ip: [0.0.0.0], service: nginx}\n",
    "repot: 1\ncron:\n  \"root: a\": {schedule: '@reboot', command: \"flock a %\", env: {TZ: x}}\nfile:\n  /etc/rc.local: {mode: \"4755\"}\n",
    "repot: 1\nkernel-param:\n  vm.swappiness: {value: '1', persisted: '2'}\nphp-pool:\n  www: {request-terminate-timeout: 9m, listen: /run/x}\n",
    "repot: 1\nnginx:\n  \"http/server[x:443]/ssl_certificate\": {value: /a}\nfstab:\n  /srv: {source: 'a:/b', filesystem: nfs}\n",
];

/// A change is written at its place or the file was refused; written, it says what was decided, and said twice it is the same.
pub(super) fn files() -> Target {
    let run = |input: &[u8]| {
        let Some(text) = text(input) else { return };
        if let Err(problems) = read("decisions.yaml", text) {
            return check_problems(text, &problems);
        }
        let said = |because: &str| Said {
            verdict: Some(Fate::Drop),
            because: because.to_owned(),
            author: "a".to_owned(),
            date: "2026-11-25".to_owned(),
            ..Said::default()
        };
        let id = ResourceId::new("file", "/etc/a b: \"c\"");
        let changes = [Change::Rule("SVC-08".into(), Some(said("x"))), Change::Entry(id.clone(), Some(said("y # z")))];
        let Ok(written) = write("decisions.yaml", text, &changes) else { return };
        let again = write("decisions.yaml", &written, &changes).unwrap_or_else(|p| panic!("{}", told(&p)));
        assert_eq!(again, written, "said twice is said once");
        let decisions = read("decisions.yaml", &written).unwrap_or_else(|p| panic!("{}", told(&p)));
        assert_eq!(decisions.entries.get(&id).map(|s| s.because.as_str()), Some("y # z"));
        let gone = write("decisions.yaml", &written, &[Change::Entry(id, None)]);
        gone.unwrap_or_else(|p| panic!("{}", told(&p)));
    };
    Target::new("decisions", run, || DECISIONS.iter().map(|s| s.as_bytes().to_vec()).collect())
}

/// Every entry ends in one outcome, whatever a spec says; nothing of it acts on a terminal.
pub(super) fn rules() -> Target {
    let run = |input: &[u8]| {
        let Some(text) = text(input) else { return };
        let Ok(parsed) = parse(&[("site.yaml".to_owned(), text.to_owned())]) else { return };
        let files = parsed.spec.entries.keys().filter(|id| id.kind == "file");
        let contents: Contents = files.map(|id| (id.clone(), input.to_vec())).collect();
        let host = Host::new(&parsed.spec, &contents, 2);
        let platform = Platform { minor: 28, ..Platform::default() };
        let decisions = Decisions { platform: platform.clone(), ..Decisions::default() };
        let review = decided(&host, &platform, RULES, &decisions);
        assert!(review.outcomes.keys().eq(parsed.spec.entries.keys()), "an entry has no outcome");
        assert!(review.proposals.keys().all(|id| parsed.spec.entries.contains_key(id)), "a proposal for nothing");
        let reviewed = Reviewed { host: &host, review: &review, decisions: &decisions };
        let shown = human(reviewed, true);
        assert!(!shown.chars().any(|c| c != '\n' && unsafe_on_terminals(c)), "{shown:?}");
        assert_eq!(json(reviewed)["entries"].as_array().map(Vec::len), Some(parsed.spec.entries.len()));
    };
    Target::new("rules", run, || SPECS.iter().map(|s| s.as_bytes().to_vec()).collect())
}
