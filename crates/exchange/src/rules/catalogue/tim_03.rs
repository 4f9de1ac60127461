//! TIM-03: languages.

use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "TIM-03",
    severity: Severity::Medium,
    summary: "programs run in a language setting that a slim image has not got",
    verdict: Fate::Adapt,
    mechanism: "the package locales (or C.UTF-8) and LANG in the image",
    person: "Say which programs sort, format or write in that language.",
    source: Source::Convention,
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in host.of("locale").filter(|one| one.is_site()) {
        out.propose(one, format!("the language setting {}", one.name()));
    }
    for one in host.of("env").filter(|one| one.is_site()) {
        let name = one.name().rsplit('/').next().unwrap_or_default();
        if matches!(name, "LANG" | "LANGUAGE") || name.starts_with("LC_") {
            out.propose(one, format!("{name} = {}", one.text("value").unwrap_or_default()));
        }
    }
    let files = ["/etc/locale.gen", "/etc/locale.conf", "/etc/default/locale"];
    for one in host.of("file").filter(|one| one.is_site() && files.contains(&one.name())) {
        out.propose(one, one.name());
    }
}
