//! The kernel and the host itself: parameters, modules, mounts, locale, time, name, limits.

use super::super::super::conversion::Construct;
use super::super::super::effect::{Effect, Want};
use super::super::call::{Call, Said};
use super::Family;

pub(super) const FAMILY: Family = Family {
    name: "system",
    summary: "commands that set the kernel's parameters and modules, mounts, the locale, the time and the name",
    programs: &[
        "sysctl",
        "modprobe",
        "insmod",
        "rmmod",
        "mount",
        "umount",
        "swapon",
        "swapoff",
        "mkswap",
        "fallocate",
        "mkfs",
        "locale-gen",
        "update-locale",
        "localectl",
        "localedef",
        "timedatectl",
        "tzselect",
        "hostnamectl",
        "hostname",
        "domainname",
        "ulimit",
        "setcap",
        "depmod",
        "update-initramfs",
        "update-grub",
        "ntpdate",
        "hwclock",
        "prlimit",
    ],
    constructs: &[
        Construct::yes("sysctl -w KEY=VALUE", "kernel-param value"),
        Construct::partly("sysctl -p, sysctl --system", "nothing: the files say what is set"),
        Construct::yes("modprobe MODULE, rmmod MODULE", "kernel-module loaded"),
        Construct::yes("mount [-t TYPE] [-o OPTS] SOURCE DIR, umount DIR", "mount, its source, type"),
        Construct::yes("swapon FILE, swapoff FILE", "swap"),
        Construct::yes("locale-gen LOCALE, update-locale LANG=…, localectl set-locale", "locale generated, its value"),
        Construct::yes("timedatectl set-timezone ZONE", "timezone"),
        Construct::partly(
            "timedatectl set-ntp, localectl set-keymap",
            "unresolved; that the keyboard's file was changed",
        ),
        Construct::yes("hostnamectl set-hostname NAME, hostname NAME", "hostname"),
        Construct::yes("setcap CAPS FILE", "that the file has capabilities"),
        Construct::no("ulimit, update-grub, update-initramfs, mkfs", "nothing that is compared"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    match call.program {
        "sysctl" => sysctl(call, said),
        "modprobe" | "insmod" => modules(call, said, true),
        "rmmod" => modules(call, said, false),
        "mount" => mount(call, said),
        "umount" => unmounted(call, said),
        "swapon" => swap(call, said, true),
        "swapoff" => swap(call, said, false),
        "mkswap" | "fallocate" => {
            let word = call.operands(&["-l", "-L", "-o", "-U"]).first().map(|w| (*w).clone());
            if let Some(path) = word.and_then(|w| call.path_of(&w, said)).filter(|p| !p.starts_with("/dev/")) {
                said.effect(Effect::there("file", path));
            }
        }
        "locale-gen" => {
            for word in call.operands(&[]) {
                if let Some(name) = said.known(word) {
                    said.effect(Effect::is("locale", name, "generated", true));
                }
            }
        }
        "update-locale" => call.args.iter().for_each(|w| locale(&w.text, said)),
        "localectl" => {
            let operands = call.operands(&[]);
            match operands.first().map(|w| w.text.as_str()) {
                Some("set-locale") => operands[1..].iter().for_each(|w| locale(&w.text, said)),
                Some("set-keymap") => said.effect(Effect::Touched { path: "/etc/vconsole.conf".to_owned() }),
                Some("set-x11-keymap") => said.effect(Effect::Touched { path: "/etc/default/keyboard".to_owned() }),
                _ => {}
            }
        }
        "timedatectl" => {
            let operands = call.operands(&[]);
            if operands.first().is_some_and(|w| w.text == "set-ntp") {
                said.unresolved("which service keeps the time");
            }
            if let [verb, zone, ..] = operands.as_slice()
                && verb.text == "set-timezone"
                && let Some(zone) = said.known(zone)
            {
                said.effect(Effect::is("timezone", "timezone", "zone", zone));
            }
        }
        "hostnamectl" | "hostname" => hostname(call, said),
        "setcap" => {
            if let Some(path) = call.operands(&[]).last().and_then(|w| call.path_of(w, said)) {
                said.effect(Effect::wants("file", path, "capabilities", Want::Any));
            }
        }
        _ => {}
    }
}

fn sysctl(call: &Call<'_>, said: &mut Said) {
    let is_file = call.has(&["-p", "--load", "--system", "-a", "--all"]);
    for word in call.operands(&["-r", "-N"]).into_iter().filter(|_| !is_file) {
        let Some(text) = said.known(word) else { continue };
        if let Some((key, value)) = text.split_once('=') {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            said.effect(Effect::is("kernel-param", key.trim().replace('/', "."), "value", value));
        }
    }
}

fn modules(call: &Call<'_>, said: &mut Said, loaded: bool) {
    let loaded = loaded && !call.has(&["-r", "--remove"]);
    if let Some(word) = call.operands(&["-d", "-S"]).first()
        && let Some(name) = said.known(word)
    {
        let name = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".ko").replace('-', "_");
        said.effect(Effect::is("kernel-module", name, "loaded", loaded));
    }
}

fn mount(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&["-t", "-o", "--types", "--options", "-L", "-U"]);
    let kind = call.value(&["-t", "--types"]).map(|w| w.text);
    let [source, dir] = operands.as_slice() else {
        if let [dir] = operands.as_slice()
            && let Some(path) = call.path_of(dir, said)
        {
            said.effect(Effect::there("mount", path));
        }
        return;
    };
    let Some(path) = call.path_of(dir, said) else { return };
    said.effect(Effect::there("mount", &path));
    if let Some(kind) = kind.filter(|k| k != "nfs") {
        said.effect(Effect::is("mount", &path, "filesystem", kind));
    }
    if let Some(source) = said.known(source).filter(|s| !s.contains('=') && *s != "none") {
        said.effect(Effect::is("mount", &path, "source", source));
    }
}

fn unmounted(call: &Call<'_>, said: &mut Said) {
    for word in call.operands(&["-t"]) {
        if let Some(path) = call.path_of(word, said).filter(|p| !p.starts_with("/dev/")) {
            said.effect(Effect::gone("mount", path));
        }
    }
}

fn swap(call: &Call<'_>, said: &mut Said, there: bool) {
    for word in call.operands(&["-p", "--priority"]) {
        if let Some(path) = call.path_of(word, said) {
            said.effect(Effect::Presence { id: model::id::ResourceId::new("swap", path), there });
        }
    }
}

fn locale(text: &str, said: &mut Said) {
    if let Some((name, value)) = text.split_once('=') {
        let value = value.trim_matches('"');
        said.effect(Effect::is("locale", name, "value", value));
        said.effect(Effect::is("env", format!("system/{name}"), "value", value));
    }
}

fn hostname(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&["-F"]);
    let word = match (call.program, operands.as_slice()) {
        ("hostnamectl", [verb, name, ..]) if matches!(verb.text.as_str(), "set-hostname" | "hostname") => name,
        ("hostname", [name]) => name,
        _ => return,
    };
    if let Some(name) = said.known(word) {
        said.effect(Effect::is("hostname", "hostname", "running", name));
        if call.program == "hostnamectl" {
            said.effect(Effect::is("hostname", "hostname", "configured", name));
        }
    }
}
