//! PHP-FPM: one image, and of it a container a pool, because a container that is not root has one user.

use super::App;
use super::component::{Component, Health, Of, Placed, PodOf, What};
use super::item::{Item, of, one};
use super::names::plain;
use super::places;
use crate::rules::tenancy::grace_seconds;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Where the file that starts one pool stands.
pub(crate) const STARTS: &str = "/etc/repot";

pub(super) fn add(app: &mut App<'_>) {
    let want = app.want;
    let Some(fpm) = of(&want, "service").find(|s| is_fpm(s.name()) && s.flag("enabled") != Some(false)) else { return };
    if !app.is_carried("service", fpm.name()) {
        return;
    }
    let is_sidecar =
        places::stays(app, fpm.name(), "nginx speaks to it through a socket, and both have the same files");
    let grace = Some(u64::from(grace_seconds(&app.host(), fpm.name())));
    let program = fpm.texts("command").first().and_then(|c| c.split_whitespace().next().map(str::to_owned));
    let program = program.unwrap_or_else(|| format!("/usr/sbin/{}", fpm.name()));
    let pools: Vec<Item<'_>> =
        of(&want, "php-pool").filter(|p| p.text("listen").is_some() && app.is_carried("php-pool", p.name())).collect();
    for pool in &pools {
        let mut component = container(app, pool, &program, fpm.name());
        (component.is_sidecar, component.grace) = (is_sidecar, grace);
        app.components.push(component);
    }
}

fn is_fpm(name: &str) -> bool {
    name.starts_with("php") && name.ends_with("fpm")
}

fn container(app: &App<'_>, pool: &Item<'_>, program: &str, service: &str) -> Component {
    let mut php = Component::new(
        &format!("php-{}", plain(pool.name().rsplit('/').next().unwrap_or_default(), 40)),
        Of::Pool(pool.name().to_owned()),
        PodOf::Web,
    );
    php.image = "php-fpm".to_owned();
    php.packages = packages(app, service);
    php.user = pool.text("user").and_then(|u| app.user(&u));
    let start = format!("{STARTS}/{}.conf", php.name);
    php.argv = [program, "--nodaemonize", "--fpm-config", &start].map(str::to_owned).to_vec();
    php.stop_signal = Some("SIGQUIT");
    php.scratch.extend(["/tmp".to_owned(), "/run".to_owned()]);
    if let Some(listen) = pool.text("listen").filter(|l| l.starts_with('/'))
        && let Some((dir, _)) = listen.rsplit_once('/')
    {
        php.shared.insert(dir.to_owned(), plain(dir, 50));
    }
    let own =
        |key: &str| one(&app.want, "php-ini", &format!("fpm/{}:{key}", pool.name())).and_then(|v| v.text("value"));
    let logs = [own("error_log"), pool.text("slowlog"), pool.text("access-log")];
    for path in
        logs.into_iter().flatten().filter(|l| l.starts_with('/') && !l.starts_with("/dev/") && !l.starts_with("/proc/"))
    {
        // The output of the container's first process: what a worker writes there is not wrapped.
        php.logs.insert(path, "/proc/1/fd/2");
    }

    let text = starts(app, pool);
    php.files
        .insert(start, Placed { what: What::Content(text.into_bytes()), mode: Some("0644".to_owned()), owner: None });
    php.memory = memory(pool, own("memory_limit").as_deref());
    let socket = pool.text("listen").filter(|l| l.starts_with('/'));
    php.health = socket.map(|s| Health::Exec(["/usr/bin/test".to_owned(), "-S".to_owned(), s].to_vec()));
    php
}

/// The file that starts one pool: the host's own file of it, and what is otherwise when one user runs it all.
fn starts(app: &App<'_>, pool: &Item<'_>) -> String {
    let mut out = String::from(
        "; One pool a container, as the host's own file has it.\n[global]\nerror_log = /proc/self/fd/2\ndaemonize = no\nprocess_control_timeout = 20s\n",
    );
    if let Some(file) = pool.set_in() {
        writeln!(out, "include = {}", line(file)).ok();
    }
    let user = pool.text("user").unwrap_or_default();
    let listens_as = pool.text("listen-owner").unwrap_or_else(|| user.clone());
    if listens_as != user && pool.text("listen").is_some_and(|l| l.starts_with('/')) {
        // Only root could give the socket to somebody else; the group is enough.
        let group = pool.text("listen-group").filter(|g| app.gid(g).is_some());
        writeln!(out, "[{}]\nlisten.owner = {}", line(pool.name()), line(&user)).ok();
        if let Some(group) = group {
            writeln!(out, "listen.group = {}\nlisten.mode = 0660", line(&group)).ok();
        }
    }

    out
}

/// A value on a line of a file of settings.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, ';' | '=' | '"' | '[' | ']') { '_' } else { c }).collect()
}

/// FPM with every extension that people asked for, and what mail is handed to.
pub(super) fn packages(app: &App<'_>, service: &str) -> BTreeSet<String> {
    let version = service.trim_end_matches("-fpm").to_owned();
    let mut all = extensions(app, &version);
    all.insert(service.to_owned());
    let has_mail = |p: &&str| one(&app.want, "package", p).is_some();
    all.extend(["postfix"].iter().filter(|p| has_mail(p)).map(|p| (*p).to_owned()));
    all
}

/// PHP's extensions, as packages that people asked for.
pub(super) fn extensions(app: &App<'_>, version: &str) -> BTreeSet<String> {
    let front = format!("{version}-");
    let is_extension =
        |p: &Item<'_>| p.name().starts_with(&front) && !p.name().ends_with("-fpm") && !p.name().ends_with("-dev");
    let asked = |p: &Item<'_>| p.text("asked-for").as_deref() != Some("dependency");
    of(&app.want, "package").filter(|p| is_extension(p) && asked(p)).map(|p| p.name().to_owned()).collect()
}

/// The most that the pool can take: every child with all that its memory_limit allows. In MiB.
fn memory(pool: &Item<'_>, limit: Option<&str>) -> Option<u64> {
    let children: u64 = pool.text("pm-max-children")?.parse().ok()?;
    let each = mebibytes(limit?)?;
    // What the master and shared memory take.
    children.checked_mul(each)?.checked_add(128)
}

/// A size as PHP writes it, in MiB.
fn mebibytes(text: &str) -> Option<u64> {
    let number = |t: &str| t.trim().parse::<u64>().ok();
    match text.trim().char_indices().last()? {
        (at, 'M' | 'm') => number(&text[..at]),
        (at, 'G' | 'g') => number(&text[..at])?.checked_mul(1024),
        (at, 'K' | 'k') => Some(number(&text[..at])?.div_ceil(1024)),
        _ => Some(number(text)?.div_ceil(1024 * 1024)),
    }
}
