//! STA-05: directories for what passes, and locks.

use super::address::has_word;
use super::statement::statements;
use crate::rules::{Host, Out, Reach, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "STA-05",
    severity: Severity::Medium,
    summary: "something passing is kept in directories that a read-only container has not got",
    verdict: Fate::Adapt,
    mechanism: "an emptyDir for each, with readOnlyRootFilesystem",
    person: "Name every directory that is written to; a lock in a file holds within one pod only.",
    source: Source::Page("https://kubernetes.io/docs/concepts/storage/volumes/"),
    unseen: None,
    apply,
};

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    for one in ["mount", "fstab"].into_iter().flat_map(|kind| host.of(kind)) {
        let is_tmpfs = one.text("filesystem").as_deref() == Some("tmpfs");
        if is_tmpfs && one.is_site() && !one.name().contains("cache") && one.name() != "/dev/shm" {
            out.propose(one, format!("{} in memory", one.name()));
        }
    }
    for one in host.of("php-ini").filter(|one| one.is_site()) {
        let key = one.name().rsplit(':').next().unwrap_or_default();
        if matches!(key, "upload_tmp_dir" | "sys_temp_dir" | "soap.wsdl_cache_dir") {
            out.propose(one, format!("{key} = {}", one.text("value").unwrap_or_default()));
        }
    }
    for said in statements(host).filter(|said| said.one.id.kind != "service") {
        let is_lock = has_word(&said.text, "flock") || said.text.starts_with("PrivateTmp=");
        let may_lock = said.one.id.kind == "cron" || said.one.id.kind == "file";
        if is_lock && may_lock {
            let proposal = out.propose(said.one, said.short()).reach(Reach::Rest);
            if let Some(place) = said.place {
                proposal.at(place);
            }
        }
    }
}
