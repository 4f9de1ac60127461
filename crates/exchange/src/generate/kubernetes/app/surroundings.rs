//! What is set around all containers: kernel parameters, names, time, languages, disks in memory.

use super::App;
use super::item::{of, one};
use crate::rules::is_safe_in_pods;

pub(super) fn look(app: &mut App<'_>) {
    let want = app.want;
    app.timezone = one(&want, "timezone", "timezone").and_then(|t| t.text("zone"));
    app.locales =
        of(&want, "locale").filter(|l| l.flag("configured") == Some(true)).map(|l| l.name().to_owned()).collect();
    for parameter in of(&want, "kernel-param").filter(|p| p.is_site() && is_safe_in_pods(p.name(), &app.fates.platform))
    {
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
