//! Which files of the host stand in which image, which are mounted, and which directories are volumes.

use super::component::{Component, Of, Placed, What};
use super::item::{Item, of, one};
use super::{App, Volume};
use model::id::ResourceId;
use model::text::SECRET;
use std::collections::BTreeSet;

/// Endings of copies that nothing reads.
const LEFTOVER: &[&str] = &[
    ".bak",
    ".old",
    ".orig",
    ".save",
    ".disabled",
    ".rej",
    ".swp",
    "~",
    ".dpkg-old",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-bak",
    ".ucf-old",
    ".ucf-dist",
    ".rpmsave",
    ".rpmnew",
];

/// Whether a path is a copy that nothing reads.
pub(crate) fn is_leftover(path: &str) -> bool {
    LEFTOVER.iter().any(|end| path.ends_with(end))
}

pub(super) fn place(app: &mut App<'_>) {
    let want = app.want;
    let trees = trees(app);
    let writers: Vec<String> = writers(app);
    let mut components = std::mem::take(&mut app.components);
    for component in &mut components {
        let fronts = fronts(app, component, &trees);
        for item in want.spec.entries.iter().filter(|(id, _)| id.kind == "file").map(|(id, entry)| Item { id, entry }) {
            let exact = component.argv.iter().any(|a| a == item.name());
            let below = fronts.iter().any(|f| is_below(item.name(), f));
            if (below || exact) && app.is_carried("file", item.name()) {
                one_file(app, component, &item);
            }
        }
        interpreted(component);
        extensions(app, component);
        disks(app, component, &trees, &writers);
    }
    app.components = components;
    // What is below a volume comes with it.
    let volumes: Vec<String> = app.volumes.values().map(|v| v.path.clone()).collect();
    for component in &mut app.components {
        component.files.retain(|path, _| !volumes.iter().any(|v| is_below(path, v)));
        component.secrets.retain(|path| !volumes.iter().any(|v| is_below(path, v) && path != v));
    }
    for component in &app.components {
        for (path, placed) in &component.files {
            match placed.what {
                What::Payload => drop(app.payload.insert(path.clone(), false)),
                What::Tree => drop(app.payload.insert(path.clone(), true)),
                What::Content(_) | What::Link(_) | What::Directory | What::Gone => {}
            }
        }
    }
}

/// The commit that a tree was deployed from.
pub(crate) fn revision(app: &App<'_>, tree: &str) -> Option<String> {
    let is_commit = |r: &String| r.len() >= 7 && r.chars().all(|c| c.is_ascii_hexdigit());
    one(&app.want, "file", tree)?.text("revision").filter(is_commit)
}

/// Whether a path is a directory or below it.
pub(crate) fn is_below(path: &str, dir: &str) -> bool {
    let dir = dir.trim_end_matches('/');
    path == dir || path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'))
}

/// What is served and run: the roots of servers, with the links that lead there, where they lead, and what is shared
/// between releases.
fn trees(app: &App<'_>) -> BTreeSet<String> {
    let is_root = |d: &Item<'_>| matches!(d.name().rsplit('/').next(), Some("root" | "alias"));
    let mut trees = BTreeSet::new();
    let mut paths: BTreeSet<String> = of(&app.want, "nginx").filter(is_root).filter_map(|d| d.text("value")).collect();
    let words = app
        .components
        .iter()
        .flat_map(|c| c.argv.iter())
        .filter(|a| ["/var/www/", "/srv/", "/opt/"].iter().any(|f| a.starts_with(f)));
    paths.extend(words.filter_map(|a| a.rsplit_once('/').map(|(dir, _)| dir.to_owned())));
    for path in paths.iter().filter(|p| p.starts_with('/') && !p.contains('$') && p.len() > 1) {
        let mut is_linked = false;
        for link in prefixes(path) {
            let target = one(&app.want, "file", link).and_then(|f| f.text("linked-to"));
            let Some(target) = target else { continue };
            is_linked = true;
            let parent = link.rsplit_once('/').map_or("", |(p, _)| p);
            let target = if target.starts_with('/') { target } else { format!("{parent}/{target}") };
            trees.extend([link.to_owned(), target, format!("{parent}/shared")]);
        }
        if !is_linked {
            trees.insert(path.trim_end_matches('/').to_owned());
        }
    }
    let own = ["/usr/share/nginx", "/var/www/html", "/usr", "/etc", "/var", "/var/www"];
    trees.retain(|t| !own.contains(&t.as_str()));
    trees
}

fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path]).filter(|p| !p.is_empty())
}

/// What of the host a component reads.
fn fronts(app: &App<'_>, component: &Component, trees: &BTreeSet<String>) -> BTreeSet<String> {
    let mut fronts: BTreeSet<String> = BTreeSet::new();
    let mut add = |all: &[&str]| fronts.extend(all.iter().map(|f| (*f).to_owned()));
    let is_php = component.packages.iter().any(|p| p.starts_with("php"));
    if is_php {
        add(&["/etc/php", "/usr/share/php"]);
    }
    if is_php {
        // Extensions that no package brought, and where links to them lead.
        for module in of(&app.want, "php-extension").filter_map(|e| e.text("module")).filter(|m| m.starts_with('/')) {
            let target = one(&app.want, "file", &module).and_then(|f| f.text("linked-to"));
            add(&[&module]);
            add(&target.iter().map(String::as_str).filter(|t| t.starts_with('/')).collect::<Vec<_>>());
        }
    }
    match &component.of {
        Of::Nginx => add(&["/etc/nginx"]),
        Of::Pool(_) | Of::Way => {}
        Of::Mail => add(&["/etc/postfix", "/etc/mailname"]),
        Of::Unit(_) | Of::Process(_) => {
            let dirs = component.argv.iter().filter(|a| a.starts_with("/etc/")).filter_map(|a| a.rsplit_once('/'));
            let dirs: Vec<&str> = dirs.map(|(dir, _)| dir).filter(|d| *d != "/etc").collect();
            add(&dirs);
        }
        Of::Jobs => {
            add(&["/usr/local", "/usr/bin"]);
            let scripts: Vec<String> =
                app.jobs.iter().flat_map(|j| j.command.iter()).flat_map(|c| super::unit::words(c)).collect();
            let scripts: Vec<&str> = scripts.iter().map(String::as_str).filter(|w| w.starts_with('/')).collect();
            add(&scripts);
        }
    }
    if is_php || matches!(component.of, Of::Nginx | Of::Jobs) {
        fronts.extend(trees.iter().cloned());
    }
    fronts
}

fn one_file(app: &App<'_>, component: &mut Component, item: &Item<'_>) {
    let path = item.name();
    let place = |what| Placed { what, mode: item.text("mode"), owner: owner(app, item) };
    if !item.is_wanted() {
        component.files.insert(path.to_owned(), place(What::Gone));
        return;
    }
    if let Some(target) = item.text("linked-to") {
        if item.is_site() || path.starts_with("/etc/php/") || path.starts_with("/etc/nginx/") {
            component.files.insert(path.to_owned(), place(What::Link(target)));
        }
        return;
    }
    let is_directory = item.text("filetype").as_deref() == Some("directory");
    if is_leftover(path) || !(item.is_site() || is_directory) {
        return;
    }
    if app.tls.iter().any(|(certificate, key)| path == certificate || path == key) {
        component.secrets.insert(path.to_owned());
        return;
    }
    let contents = app.want.contents.get(&ResourceId::new("file", path));
    let holds_secret = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes());
    let what = match contents {
        _ if item.value("tree-digest").is_some() => What::Tree,
        _ if is_directory => What::Directory,
        Some(bytes) if holds_secret(bytes) => return secret(component, path),
        None if item.value("fingerprint").is_some() => return secret(component, path),
        Some(bytes) => What::Content(bytes.clone()),
        // What is made of another file, such as a map of postfix, is made in the image.
        None if item.value("sha256").is_none() => return,
        None => What::Payload,
    };
    component.files.insert(path.to_owned(), place(what));
}

/// A script that names its own interpreter is started by its name, so that it is called what it was called.
fn interpreted(component: &mut Component) {
    let [interpreter, script, ..] = component.argv.as_slice() else { return };
    let Some(Placed { what: What::Content(bytes), .. }) = component.files.get(script) else { return };
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    if matches!(component.of, Of::Process(_))
        && first.strip_prefix(b"#!").is_some_and(|rest| rest.trim_ascii() == interpreter.as_bytes())
    {
        component.argv.remove(0);
    }
}

/// nginx asks of a program's file only whether it is there: what is in it is not for it.
fn secret(component: &mut Component, path: &str) {
    let is_program = component.of == Of::Nginx && !path.starts_with("/etc/");
    if is_program {
        component.stubs.insert(path.to_owned())
    } else {
        component.secrets.insert(path.to_owned())
    };
}

fn owner(app: &App<'_>, item: &Item<'_>) -> Option<(u64, u64)> {
    let owner = item.text("owner")?;
    let group = item.text("group")?;
    let uid = if owner == "root" { 0 } else { app.user(&owner)?.uid };
    let gid = if group == "root" { 0 } else { app.gid(&group)? };
    Some((uid, gid))
}

/// Extensions that people turned off for one way of running PHP.
fn extensions(app: &App<'_>, component: &mut Component) {
    if !component.packages.iter().any(|p| p.starts_with("php")) {
        return;
    }
    let version = component
        .packages
        .iter()
        .find_map(|p| p.strip_prefix("php")?.split('-').next().filter(|v| v.contains('.')).map(str::to_owned));
    let Some(version) = version else { return };
    let off =
        app.want.spec.entries.iter().filter(|(id, _)| id.kind == "php-extension").map(|(id, entry)| Item { id, entry });
    for extension in off.filter(|e| !e.is_wanted()) {
        if let Some((sapi, name)) = extension.name().split_once(':') {
            let is_tame = |t: &str| t.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            if is_tame(sapi) && is_tame(name) {
                component.finish.push(format!("rm -f /etc/php/{version}/{sapi}/conf.d/*-{name}.ini"));
            }
        }
    }
}

/// Whom the programs of the application run as.
fn writers(app: &App<'_>) -> Vec<String> {
    let is_own =
        |c: &&Component| matches!(c.of, Of::Nginx | Of::Pool(_)) || c.packages.iter().any(|p| p.starts_with("php"));
    let users: BTreeSet<String> =
        app.components.iter().filter(is_own).filter_map(|c| c.user.as_ref()).map(|u| u.name.clone()).collect();
    users.into_iter().collect()
}

/// Directories that the system writes to: volumes where they outlive it, memory where they do not.
fn disks(app: &mut App<'_>, component: &mut Component, trees: &BTreeSet<String>, users: &[String]) {
    let has_trees =
        component.packages.iter().any(|p| p.starts_with("php")) || matches!(component.of, Of::Nginx | Of::Jobs);
    if has_trees {
        let dirs: Vec<Item<'_>> =
            of(&app.want, "file").filter(|f| f.text("filetype").as_deref() == Some("directory")).collect();
        for dir in dirs.iter().filter(|d| trees.iter().any(|t| is_below(d.name(), t)) && may(d, users, 2)) {
            let name = volume_name(app, dir.name());
            component.volumes.insert(dir.name().to_owned(), name);
        }
        let front = if component.packages.iter().any(|p| p.starts_with("php")) { "session.save_path" } else { "" };
        let saves: BTreeSet<String> = of(&app.want, "php-ini")
            .filter(|i| !front.is_empty() && i.name().ends_with(&format!(":{front}")))
            .filter_map(|i| i.text("value"))
            .filter(|p| p.starts_with('/') && p != "/tmp")
            .collect();
        for path in saves {
            app.volumes
                .entry("sessions".to_owned())
                .or_insert(Volume::new(path.clone(), "sessions of PHP, which all pods share"));
            component.volumes.insert(path, "sessions".to_owned());
        }
        for path in app.memory_disks.keys() {
            component.shared.insert(path.clone(), super::names::plain(path, 50));
        }
    }
    if component.of == Of::Jobs {
        for dir in kept_by_jobs(app, trees) {
            let name = volume_name(app, &dir);
            component.volumes.insert(dir, name);
        }
        make_room(app, component, users);
    }
    if let (Of::Unit(_), Some(user)) = (&component.of, &component.user) {
        let home = one(&app.want, "user", &user.name).and_then(|u| u.text("home"));
        if let Some(home) = home.filter(|h| h.starts_with("/var/lib/")) {
            let name = format!("{}-data", super::names::plain(&component.name, 40));
            app.volumes.entry(name.clone()).or_insert(Volume::new(home.clone(), "what a service keeps"));
            component.volumes.insert(home, name);
            for dir in [format!("/var/log/{}", user.name), format!("/run/{}", user.name)] {
                component.scratch.insert(dir);
            }
        }
    }
}

/// Where a host keeps data, with how many more parts of a path name a place of its own there.
const DATA: &[(&str, usize)] =
    &[("/var/backups", 0), ("/backup", 0), ("/backups", 0), ("/data", 0), ("/srv", 1), ("/mnt", 1), ("/var/lib", 1)];

/// Places with data that jobs name, in their commands or in their scripts, and that the host has.
fn kept_by_jobs(app: &App<'_>, trees: &BTreeSet<String>) -> BTreeSet<String> {
    let is_end = |c: char| c.is_whitespace() || "'\"`;|&<>()=,".contains(c);
    let mut texts: Vec<String> = app.jobs.iter().flat_map(|j| j.command.clone()).collect();
    let called: Vec<String> =
        texts.iter().flat_map(|t| t.split(is_end)).filter(|w| w.starts_with('/')).map(str::to_owned).collect();
    let script = |path: &String| app.want.contents.get(&ResourceId::new("file", path));
    texts.extend(called.iter().filter_map(script).map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
    let mut found = BTreeSet::new();
    for word in texts.iter().flat_map(|t| t.split(is_end)).filter(|w| w.starts_with('/') && !w.contains("..")) {
        for (root, more) in DATA {
            let Some(rest) = word.strip_prefix(root).filter(|r| r.is_empty() || r.starts_with('/')) else { continue };
            let parts: Vec<&str> =
                rest.split('/').filter(|p| !p.is_empty() && !p.contains(['$', '*'])).take(*more).collect();
            if parts.len() == *more {
                found.insert([&[*root], parts.as_slice()].concat().join("/"));
            }
        }
    }
    let meet = |one: &str, other: &str| is_below(one, other) || is_below(other, one);
    found.retain(|dir| {
        let is_known = app.volumes.values().any(|v| meet(dir, &v.path)) || trees.iter().any(|t| meet(dir, t));
        let is_there = of(&app.want, "file").chain(of(&app.want, "mount")).any(|f| is_below(f.name(), dir));
        // Every Debian has this one, whether or not the spec names it.
        !is_known && (is_there || dir == "/var/backups")
    });
    found
}

/// Whether one of the users may do something in a directory (4 list it, 2 write, 1 enter), by its mode.
fn may(dir: &Item<'_>, users: &[String], wanted: u32) -> bool {
    let Some(mode) = dir.text("mode").and_then(|m| u32::from_str_radix(&m, 8).ok()) else { return false };
    let is_mine = |what: &str| dir.text(what).is_some_and(|o| users.contains(&o));
    let has = |bits: u32| bits & wanted == wanted;
    has(mode) || (has(mode >> 3) && is_mine("group")) || (has(mode >> 6) && is_mine("owner"))
}

/// For jobs that were root's, to whom every directory is open, and no longer are.
fn make_room(app: &mut App<'_>, component: &Component, users: &[String]) {
    let Some(user) = component.user.as_ref().filter(|_| app.jobs.iter().any(|job| job.user.uid != 0)) else { return };
    for (path, name) in &component.volumes {
        let is_open = one(&app.want, "file", path).is_some_and(|dir| may(&dir, users, 7));
        if let (false, Some(volume)) = (is_open, app.volumes.get_mut(name)) {
            volume.group = Some(user.gid);
        }
    }
}

fn volume_name(app: &mut App<'_>, path: &str) -> String {
    if let Some((name, _)) = app.volumes.iter().find(|(_, v)| v.path == path) {
        return name.clone();
    }
    let last = super::names::plain(path.rsplit('/').next().unwrap_or_default(), 40);
    let name = if app.volumes.contains_key(&last) { super::names::label(path, 50) } else { last };
    app.volumes.insert(name.clone(), Volume::new(path, "what the application writes"));
    name
}
