//! What is set around all containers: kernel parameters, names, time, languages, disks in memory.

use super::App;
use super::item::{of, one};

/// Parameters that a pod may set by itself: allowed by the baseline Pod Security Standard and safe for the kubelet at
/// the version named.
pub(crate) const SAFE: &[(&str, u32)] = &[
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 18),
    ("net.ipv4.ip_unprivileged_port_start", 22),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
];

/// Whether a pod may set a parameter by itself.
pub(crate) fn is_safe(parameter: &str) -> bool {
    SAFE.iter().any(|(name, _)| *name == parameter)
}

pub(super) fn look(app: &mut App<'_>) {
    let want = app.want;
    app.timezone = one(&want, "timezone", "timezone").and_then(|t| t.text("zone"));
    app.locales =
        of(&want, "locale").filter(|l| l.flag("configured") == Some(true)).map(|l| l.name().to_owned()).collect();
    for parameter in of(&want, "kernel-param").filter(|p| p.is_site() && is_safe(p.name())) {
        if let (true, Some(value)) = (app.is_carried("kernel-param", parameter.name()), parameter.text("value")) {
            app.sysctls.insert(parameter.name().to_owned(), value.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    let own: Vec<String> = of(&want, "interface").flat_map(|i| i.texts("addrs")).collect();
    let is_own = |address: &String| own.iter().any(|a| a.split('/').next() == Some(address));
    for entry in of(&want, "hosts-entry").filter(super::item::Item::is_site) {
        for address in entry.texts("addresses").into_iter().filter(|a| !is_own(a)) {
            app.aliases.entry(address).or_default().push(entry.name().to_owned());
        }
    }
    if let Some(resolver) = one(&want, "resolver", "resolv.conf") {
        app.search = resolver.texts("search");
        app.dns_options = resolver.texts("options");
    }
    for mount in of(&want, "fstab").filter(|m| m.text("filesystem").as_deref() == Some("tmpfs")) {
        let size = mount.texts("opts").iter().find_map(|o| o.strip_prefix("size=").map(str::to_owned));
        if mount.is_site() {
            app.memory_disks.insert(mount.name().to_owned(), size);
        }
    }
}
