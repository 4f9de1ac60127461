//! Images: a Containerfile each, the script that fills it, and the files it is filled with. All are built in the
//! directory `images`: `podman build -f images/nginx/Containerfile images`.

use super::users;
use crate::generate::ansible::safe_path;
use crate::generate::kubernetes::app::component::{Component, Of, Placed, What};
use crate::generate::kubernetes::app::files::revision;
use crate::generate::kubernetes::app::item::{of, one};
use crate::generate::kubernetes::app::names::word;
use crate::generate::kubernetes::app::{App, machine_made};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Writes them all.
pub(crate) fn write(app: &App<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    base(app, files);
    for image in app.images() {
        one_image(app, image, files);
    }
    let about = "What a person gives: repot try brings it with --payload-from. Not for version control.\n";
    files.insert("images/payload/README".to_owned(), about.into());
    files.insert("images/.gitignore".to_owned(), b"payload/*\n!payload/README\n".to_vec());
}

/// The distribution's image of the host's release.
fn distribution(app: &App<'_>) -> String {
    let version = one(&app.want, "package", "base-files").and_then(|p| p.texts("versions").into_iter().next());
    match version {
        Some(v) if v.contains("ubuntu") => {
            // Ubuntu's base-files counts 12 for 22.04 and 13 for 24.04.
            let release = if v.starts_with("13") { "24.04" } else { "22.04" };
            format!("docker.io/library/ubuntu:{release}")
        }
        Some(v) => format!(
            "docker.io/library/debian:{}-slim",
            v.split('.').next().unwrap_or("12").split(|c: char| !c.is_ascii_digit()).next().unwrap_or("12")
        ),
        None => "docker.io/library/debian:12-slim".to_owned(),
    }
}

const HEAD: &str = "#!/bin/sh\n# Fills the image. Made by repot generate kubernetes.\nset -eu\numask 022\nexport DEBIAN_FRONTEND=noninteractive LC_ALL=C\n";
/// What differs from one build to the next, and nobody reads.
const TAIL: &str = "apt-get clean\nfind / -xdev -xtype l -path '/etc/*' -delete\nrm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/cache/ldconfig/aux-cache /var/lib/dpkg/*-old /etc/*-\n\
                    find /var/log /var/cache/apt -xdev -type f -delete\n";

fn base(app: &App<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    let containerfile = format!(
        "# What all images begin with: the host's release, users by their numbers, time zone, languages, authorities, and the\n\
         # versions of packages that the host has.\n\
         ARG DISTRIBUTION={}\nFROM ${{DISTRIBUTION}}\nARG SOURCE_DATE_EPOCH\nARG FILES\n\
         RUN --mount=type=bind,source=base,target=/run/repot sh /run/repot/fill.sh\n",
        distribution(app)
    );
    files.insert("images/base/Containerfile".to_owned(), containerfile.into_bytes());
    let mut pins = String::from("# The versions of the host.\n");
    for package in of(&app.want, "package").filter(|p| !p.name().contains(':')) {
        let is_tame = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric() || "+.~:-_".contains(c));
        if let Some(version) =
            package.texts("versions").into_iter().next().filter(|v| is_tame(v) && is_tame(package.name()))
        {
            writeln!(pins, "\nPackage: {}\nPin: version {version}\nPin-Priority: 1001", package.name()).ok();
        }
    }
    files.insert("images/base/pins".to_owned(), pins.into_bytes());
    let mut fill = String::from(HEAD);
    fill.push_str("install -D -m 644 /run/repot/pins /etc/apt/preferences.d/repot\n");
    let mut packages = vec!["ca-certificates", "tzdata"];
    if !app.repositories.is_empty() {
        // A repository spoken to over TLS needs the authorities first.
        fill.push_str(
            "apt-get -q update\napt-get -qy --no-install-recommends --allow-downgrades install ca-certificates\n",
        );
    }
    for (path, bytes) in &app.repositories {
        let name = safe_path(path);
        files.insert(format!("images/base/rootfs/{name}"), bytes.clone());
        writeln!(fill, "install -D -m 644 /run/repot/rootfs/{name} {}", word(path)).ok();
    }
    fill.push_str(update(app));
    if !app.locales.is_empty() {
        packages.push("locales");
    }
    writeln!(fill, "apt-get -qy --no-install-recommends --allow-downgrades install {}", packages.join(" ")).ok();
    for command in users::commands(app) {
        writeln!(fill, "{command}").ok();
    }
    if let Some(zone) = app.timezone.as_deref().filter(|z| is_zone(z)) {
        writeln!(fill, "ln -sfn /usr/share/zoneinfo/{zone} /etc/localtime\nprintf '%s\\n' {zone} >/etc/timezone").ok();
    }
    for locale in &app.locales {
        let charset = locale.split_once('.').map_or("ISO-8859-1", |(_, c)| c.split('@').next().unwrap_or(c));
        writeln!(fill, "printf '%s\\n' {} >>/etc/locale.gen", word(&format!("{locale} {charset}"))).ok();
    }
    if !app.locales.is_empty() {
        fill.push_str("locale-gen >/dev/null\n");
    }
    let mut has_authority = false;
    for file in of(&app.want, "file").filter(|f| f.name().starts_with("/usr/local/share/ca-certificates/")) {
        if let Some(bytes) = app.want.contents.get(file.id) {
            let name = safe_path(file.name());
            files.insert(format!("images/base/rootfs/{name}"), bytes.clone());
            writeln!(fill, "install -D -m 644 /run/repot/rootfs/{name} {}", word(file.name())).ok();
            has_authority = true;
        }
    }
    if has_authority {
        fill.push_str("update-ca-certificates >/dev/null\n");
    }
    fill.push_str(TAIL);
    files.insert("images/base/fill.sh".to_owned(), fill.into_bytes());
}

/// Brings the lists of packages. One that is not the distribution's may be away: what is missed is said where it is installed.
fn update(app: &App<'_>) -> &'static str {
    if app.repositories.is_empty() {
        "apt-get -q update\n"
    } else {
        "apt-get -q update || echo 'not every repository of the host was reached' >&2\n"
    }
}

fn is_zone(zone: &str) -> bool {
    zone.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c)) && !zone.contains("..")
}

fn one_image(app: &App<'_>, image: &Component, files: &mut BTreeMap<String, Vec<u8>>) {
    let name = &image.image;
    let mut out = format!("# {}\n", about(image));
    writeln!(out, "ARG BASE={}-base:latest\nFROM ${{BASE}}\nARG SOURCE_DATE_EPOCH\n# A digest of the files here: with a new one the image is filled anew.\nARG FILES", app.name).ok();
    writeln!(
        out,
        "RUN --mount=type=bind,source={name},target=/run/repot --mount=type=bind,source=payload,target=/run/payload \\\n    sh /run/repot/fill.sh"
    )
    .ok();
    let all: Vec<&Component> = app.components.iter().filter(|c| c.image == *name).collect();
    let trees = all.iter().flat_map(|c| &c.files).filter(|(_, placed)| placed.what == What::Tree);
    let revisions: BTreeSet<String> = trees.filter_map(|(path, _)| revision(app, path)).collect();
    if let (Some(only), 1) = (revisions.first(), revisions.len()) {
        writeln!(out, "LABEL org.opencontainers.image.revision={only}").ok();
    }
    if let Some(signal) = image.stop_signal {
        writeln!(out, "STOPSIGNAL {signal}").ok();
    }
    if let Some(user) = &image.user {
        writeln!(out, "USER {}:{}", user.uid, user.gid).ok();
    }
    files.insert(format!("images/{name}/Containerfile"), out.into_bytes());
    let mut fill = String::from(HEAD);
    let packages: BTreeSet<&str> = all.iter().flat_map(|c| c.packages.iter()).map(String::as_str).collect();
    if !packages.is_empty() {
        let packages: Vec<String> = packages.iter().map(|p| word(p)).collect();
        writeln!(
            fill,
            "{}apt-get -qy --no-install-recommends --allow-downgrades install {}",
            update(app),
            packages.join(" ")
        )
        .ok();
    }
    let mut lines = Vec::new();
    for component in &all {
        for (path, placed) in &component.files {
            let mut line = String::new();
            put(&mut line, path, placed, name, files);
            lines.push(line);
        }
        lines.extend(component.finish.iter().map(|l| format!("{l}\n")));
    }
    let mut all_lines = lines.concat();
    directories(&mut all_lines, &all);
    let mut seen = BTreeSet::new();
    // A word may hold the end of a line, so only whole ones are told apart by their lines.
    let is_whole = !lines.iter().any(|l| l.matches('\n').count() > 2);
    for line in all_lines.split_inclusive('\n') {
        if !is_whole || !line.starts_with("mkdir -p ") || seen.insert(line) {
            fill.push_str(line);
        }
    }
    fill.push_str(&machine_made::take_out(&all));
    fill.push_str(TAIL);
    files.insert(format!("images/{name}/fill.sh"), fill.into_bytes());
}

fn about(image: &Component) -> String {
    match &image.of {
        Of::Nginx => "nginx with the host's servers and locations; it logs to its output.".to_owned(),
        Of::Pool(_) => "PHP-FPM with the host's extensions and settings; a container runs one pool.".to_owned(),
        Of::Mail => "Postfix with the host's settings.".to_owned(),
        Of::Unit(unit) => format!("What the unit {} ran.", super::yaml::comment(unit)),
        Of::Process(name) => format!("What ran as {}.", super::yaml::comment(name)),
        Of::Jobs => "What the jobs of cron and timers call.".to_owned(),
        Of::Way if image.image == crate::generate::kubernetes::app::syslog::NAME => {
            "What takes lines of programs that call syslog(3), and writes them to its output.".to_owned()
        }
        Of::Way => "What carries connections to services that run in pods of their own.".to_owned(),
    }
}

/// The lines that put one path.
fn put(fill: &mut String, path: &str, placed: &Placed, image: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let at = word(path);
    let parent = word(path.rsplit_once('/').map_or("/", |(p, _)| if p.is_empty() { "/" } else { p }));
    let (uid, gid) = placed.owner.unwrap_or((0, 0));
    let is_octal = |m: &&String| m.len() <= 5 && m.chars().all(|c| ('0'..='7').contains(&c));
    let mode = |usual: &str| placed.mode.as_ref().filter(is_octal).cloned().unwrap_or_else(|| usual.to_owned());
    match &placed.what {
        What::Content(bytes) => {
            let name = safe_path(path);
            files.insert(format!("images/{image}/rootfs/{name}"), bytes.clone());
            let usual = if bytes.starts_with(b"#!") { "0755" } else { "0644" };
            writeln!(fill, "install -D -m {} -o {uid} -g {gid} /run/repot/rootfs/{name} {at}", mode(usual)).ok();
        }
        What::Payload => {
            let usual = if ["/bin/", "/sbin/"].iter().any(|b| path.contains(b)) { "0755" } else { "0644" };
            writeln!(fill, "install -D -m {} -o {uid} -g {gid} /run/payload/{} {at}", mode(usual), safe_path(path))
                .ok();
        }
        What::Tree => {
            writeln!(
                fill,
                "mkdir -p {parent}\ntar -C {parent} --numeric-owner -xzf /run/payload/{}.tar.gz",
                safe_path(path)
            )
            .ok();
        }
        What::Link(target) => {
            writeln!(fill, "mkdir -p {parent}\nln -sfn -- {} {at}", word(target)).ok();
        }
        What::Directory => {
            writeln!(fill, "install -d -m {} -o {uid} -g {gid} {at}", mode("0755")).ok();
        }
        What::Gone => {
            writeln!(fill, "rm -rf -- {at}").ok();
        }
    }
}

/// Places to mount at, and logs that are the container's output.
fn directories(fill: &mut String, all: &[&Component]) {
    let scratch: BTreeSet<&String> = all.iter().flat_map(|c| c.scratch.iter().chain(c.shared.keys())).collect();
    for path in scratch {
        writeln!(fill, "install -d -m 1777 {}", word(path)).ok();
    }
    let volumes: BTreeSet<&String> = all.iter().flat_map(|c| c.volumes.keys()).collect();
    for path in volumes {
        writeln!(fill, "mkdir -p {}", word(path)).ok();
    }
    let secrets: BTreeSet<&String> = all.iter().flat_map(|c| c.secrets.iter().chain(&c.stubs)).collect();
    for path in secrets {
        let parent = path.rsplit_once('/').map_or("/", |(p, _)| p);
        writeln!(fill, "mkdir -p {}\n[ -e {1} ] || : >{1}", word(parent), word(path)).ok();
    }
    let logs: BTreeMap<&String, &str> = all.iter().flat_map(|c| c.logs.iter().map(|(p, to)| (p, *to))).collect();
    for (path, to) in logs {
        let parent = path.rsplit_once('/').map_or("/", |(p, _)| p);
        writeln!(fill, "mkdir -p {}\nln -sfn {to} {}", word(parent), word(path)).ok();
    }
}
