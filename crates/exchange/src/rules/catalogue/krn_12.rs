//! KRN-12: devices that a service uses.
//!
//! What it does not see: devices that a process has open (/proc/PID/fd): no kind shows them.

use super::family::is_in_use;
use super::unit::unit_of;
use crate::rules::{Host, Out, Rule, Severity, Source};
use model::decision::Fate;

pub(super) static RULE: Rule = Rule {
    id: "KRN-12",
    severity: Severity::High,
    summary: "a service uses a device of the host",
    verdict: Fate::Block,
    mechanism: "a device plugin, or volumeDevices of a raw block volume",
    person: "Say which device it is and whether the nodes have one.",
    source: Source::Page("https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/"),
    unseen: Some("devices that a process has open (/proc/PID/fd): no kind shows them"),
    apply,
};

/// Devices that belong to a machine.
const DEVICES: &[&str] = &[
    "/dev/sd",
    "/dev/nvme",
    "/dev/vd",
    "/dev/mapper/",
    "/dev/tty",
    "/dev/nvidia",
    "/dev/dri",
    "/dev/video",
    "/dev/snd",
    "/dev/bus/usb",
    "/dev/usb",
    "/dev/st",
    "/dev/nst",
    "/dev/kvm",
];

fn apply(host: &Host<'_>, out: &mut Out<'_>) {
    let is_device = |kind: &str| matches!(kind, "block-device" | "character-device");
    for one in host.of("file").filter(|one| one.is_site()) {
        if one.text("filetype").is_some_and(|t| is_device(&t)) {
            out.propose(one, format!("the device {}", one.name()));
        }
    }
    for one in host.of("service").filter(|one| is_in_use(*one)) {
        let names_one = |word: &&str| DEVICES.iter().any(|device| word.starts_with(device));
        for command in one.texts("command") {
            for word in command.split([' ', '=']).filter(names_one) {
                out.propose(one, format!("{} is started with {word}", one.name()));
            }
        }
    }
    for line in host.lines().filter(|line| line.text.starts_with("DeviceAllow=")) {
        if let Some(one) = unit_of(line.file.name()).and_then(|(kind, unit)| host.get(kind, unit)) {
            out.propose(one, line.text).at(line.place());
        }
    }
}
