//! NET-18: how a service ends.
//!
//! What it does not see: the time after which a balancer no longer sends requests to a host: it is not on the host.

use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "NET-18",
    severity: Severity::High,
    summary: "a service is given a signal, a command or a time of its own to end in",
    verdict: Fate::Adapt,
    mechanism: "preStop, terminationGracePeriodSeconds (30 where nothing is said) and STOPSIGNAL of the image",
    person: "Give the pod as long as the longest of them needs, and prove that no request is lost.",
    source: Source::Page("https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"),
    unseen: Some("the time after which a balancer no longer sends requests to a host: it is not on the host"),
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let settings = ["KillSignal=", "KillMode=", "TimeoutStopSec=", "ExecStop=", "FinalKillSignal=", "SendSIGKILL="];
    for line in host.lines().filter(|line| line.file.is_site() && line.file.name().contains("systemd")) {
        if settings.iter().any(|setting| line.text.starts_with(setting)) {
            out.propose(line.file, line.text).at(line.place()).reach(Reach::Rest);
        }
    }
    for one in host.of("php-pool") {
        for other in one.texts("others").iter().filter(|o| o.starts_with("process_control_timeout=")) {
            out.propose(one, other.clone()).reach(Reach::Rest);
        }
        if let Some(time) = one.text("request-terminate-timeout").filter(|time| time.trim_end_matches('s') != "0") {
            let what = format!("requests of {} may take {time}", one.name());
            out.propose(one, what).reach(Reach::Rest);
        }
    }
}
