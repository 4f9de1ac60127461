//! What is set around all containers: kernel parameters, names, time, languages, disks in memory.

use super::App;
use super::item::{Item, of, one};
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
    for entry in of(&want, "hosts-entry").filter(Item::is_site) {
        for address in entry.texts("addresses").into_iter().filter(|a| !is_own(a)) {
            app.aliases.entry(address).or_default().push(entry.name().to_owned());
        }
    }
    if let Some(resolver) = one(&want, "resolver", "resolv.conf") {
        app.search = resolver.texts("search");
        app.dns_options = resolver.texts("options");
    }
    repositories(app);
    for mount in of(&want, "fstab").filter(|m| m.text("filesystem").as_deref() == Some("tmpfs")) {
        let size = mount.texts("opts").iter().find_map(|o| o.strip_prefix("size=").map(str::to_owned));
        if mount.is_site() {
            app.memory_disks.insert(mount.name().to_owned(), size);
        }
    }
}

/// Where lists of repositories and keys of them stand.
const LISTS: &str = "/etc/apt/sources.list.d/";
const KEYS: &[&str] = &["/etc/apt/keyrings/", "/etc/apt/trusted.gpg.d/", "/usr/share/keyrings/"];

/// Repositories that people added: the images are built from them too. One with a password in it is a person's to add.
fn repositories(app: &mut App<'_>) {
    let want = app.want;
    for file in of(&want, "file").filter(Item::is_site) {
        let is_list = file.name().starts_with(LISTS) && [".list", ".sources"].iter().any(|e| file.name().ends_with(e));
        let is_own = ["debian.sources", "ubuntu.sources"].iter().any(|own| file.name().ends_with(own));
        let is_key = KEYS.iter().any(|dir| file.name().starts_with(dir));
        if (!is_list && !is_key) || is_own || !app.is_carried("file", file.name()) {
            continue;
        }
        let Some(bytes) = app.want.contents.get(file.id) else { continue };
        let text = String::from_utf8_lossy(bytes);
        if is_list && text.contains(model::text::SECRET) {
            app.todo.push(format!(
                "The list of repositories {} holds a password, and is not in the images: where a package comes from there, give the \
                 list to `images/base` as a secret of the build.",
                super::places::for_page(file.name())
            ));
            continue;
        }
        let says_something = text.lines().map(str::trim).any(|l| !l.is_empty() && !l.starts_with('#'));
        if !is_list || says_something {
            app.repositories.insert(file.name().to_owned(), bytes.clone());
        }
    }
}
