//! Entries of fstab: disks in memory are an emptyDir; the rest needs a decision.

use super::Rule;
use super::account::Account;
use super::app::App;
use super::app::item::Item;
use model::decision::Fate;

pub(super) const RULE: Rule = Rule::code("fstab", account);

fn account(item: &Item<'_>, app: &App<'_>) -> Account {
    if app.memory_disks.contains_key(item.name()) {
        return Account::adapted(format!("kube/base/web.yaml: emptyDir of medium Memory at {}", item.name()));
    }
    match item.text("filesystem").as_deref() {
        Some("nfs" | "nfs4" | "cifs" | "glusterfs" | "ceph") if item.texts("opts").iter().any(|o| o == "noauto") => {
            Account::left(Fate::Drop, "it is mounted by hand only; what mounts it is not in the pods")
        }
        Some("nfs" | "nfs4" | "cifs" | "glusterfs" | "ceph") => {
            Account::left(Fate::Replace, "a PersistentVolume of the same share: see the README")
        }
        Some("swap") => Account::left(Fate::Drop, "a kubelet runs without swap for pods by default"),
        _ => Account::left(Fate::Replace, "disks are volumes, and what is read from this one stands in the images"),
    }
}
