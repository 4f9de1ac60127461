//! GitLab's Code Quality format: findings at the lines of the spec and of the code, shown in a merge request.

use super::{Run, decided, saying};
use model::finding::{Finding, Verdict};
use model::text::for_terminal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{Result, Write};

/// Where a finding is shown that is written nowhere.
const NOWHERE: &str = "spec";

/// Writes it.
pub fn write(run: &Run, out: &mut dyn Write) -> Result<()> {
    let mut all = Vec::new();
    for target in &run.targets {
        if let Some((what, _)) = &target.unreachable {
            all.push(issue(&target.name, what, "blocker", (NOWHERE, 1), run.command));
        }
        let news = target.findings.iter().filter(|f| f.verdict.is_news());
        all.extend(news.map(|finding| {
            let severity = if matches!(finding.verdict, Verdict::Undecided(_)) { "minor" } else { "major" };
            let subject = format!("{}: {}", target.name, finding.subject());
            issue(&subject, &(saying(finding) + &decided(finding)), severity, place(finding), run.command)
        }));
    }
    writeln!(out, "{:#}", Value::Array(all))
}

fn place(finding: &Finding) -> (&str, u32) {
    finding.claimed_at.as_ref().map_or((NOWHERE, 1), |place| (place.file.as_str(), place.line.max(1)))
}

fn issue(subject: &str, says: &str, severity: &str, (path, line): (&str, u32), check: &str) -> Value {
    let description = for_terminal(&format!("{subject}: {says}")).into_owned();
    let digest = Sha256::digest(format!("{path}\n{subject}\n{says}"));
    let fingerprint: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
    json!({
        "description": description, "check_name": format!("repot-{check}"), "fingerprint": fingerprint,
        "severity": severity, "location": { "path": for_terminal(path), "lines": { "begin": line } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Target;
    use model::id::ResourceId;
    use model::place::Place;

    #[test]
    fn news_stand_at_their_lines_and_only_they_do() {
        let at = Some(Place::line("spec/web/site.yaml", 7));
        let finding = |name: &str, verdict: Verdict| Finding {
            claimed_at: at.clone(),
            ..Finding::whole(ResourceId::new("file", name), verdict)
        };
        let findings = vec![finding("/a", Verdict::Missing), finding("/b", Verdict::Same)];
        let target = Target { name: "ssh:a".into(), findings, ..Target::default() };
        let mut out = Vec::new();
        write(&Run { command: "verify", targets: vec![target] }, &mut out).unwrap();
        let all: Vec<Value> = serde_json::from_slice(&out).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0]["location"], json!({ "path": "spec/web/site.yaml", "lines": { "begin": 7 } }));
        assert_eq!(all[0]["fingerprint"].as_str().unwrap().len(), 32);
    }
}
