//! DEP-05: how PHP notices new code.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "DEP-05",
    severity: Severity::Medium,
    summary: "PHP looks for newer files before it runs what it has compiled; in an image files never change",
    verdict: Fate::Adapt,
    mechanism: "opcache.validate_timestamps = 0 in the image",
    person: "Drop reloads after a deployment: a new image is a new pod.",
    source: Source::Page("https://www.php.net/manual/en/opcache.configuration.php"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("php-ini") {
        let Some((scope, key)) = one.name().rsplit_once(':') else { continue };
        let is_on = one.text("value").is_some_and(|v| matches!(v.as_str(), "On" | "1" | "Yes" | "True"));
        if key == "opcache.validate_timestamps" && is_on && !scope.ends_with("cli") {
            out.propose(one, format!("{scope} looks for newer files"));
        }
    }
}
