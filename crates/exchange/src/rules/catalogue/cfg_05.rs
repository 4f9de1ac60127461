//! CFG-05: settings that depend on the host's name.
//!
//! What it does not see: the code of the application: its tree is captured as one digest.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "CFG-05",
    severity: Severity::High,
    summary: "a script does something else by the name of the host",
    verdict: Fate::Adapt,
    mechanism: "values of the overlay for each stage",
    person: "Say what each branch is for, and give the value to the stage.",
    source: Source::Convention,
    unseen: Some("the code of the application: its tree is captured as one digest"),
    apply,
};

/// How scripts ask for the name.
const ASKS: &[&str] = &[
    "$(hostname",
    "`hostname",
    "$HOSTNAME",
    "${HOSTNAME",
    "gethostname(",
    "php_uname('n'",
    "socket.gethostname",
    "os.hostname(",
    "%x{hostname}",
    "Socket.gethostname",
    "uname -n",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for line in host.lines().filter(|line| line.file.is_site() && !line.is_comment()) {
        let asks = ASKS.iter().any(|word| line.text.contains(word));
        let is_branch =
            ["case ", "if ", "[ ", "[[ ", "== ", "switch", "match ", "unless "].iter().any(|b| line.text.contains(b));
        if asks && is_branch {
            out.propose(line.file, line.text).at(line.place()).reach(Reach::Rest);
        }
    }
}
