//! New Relic for PHP: the extension in the images that run PHP, and its daemon where a person said, else beside them.
//!
//! The extension speaks to the daemon at a port of the loopback and starts none itself. The licence is in a file of the
//! host; a file that holds a secret is mounted from a Secret like any other.

use super::App;
use super::component::{Component, Health, Of, Placed, PodOf, User, What};
use super::item::{Item, of, one};
use super::places;
use crate::rules::tenancy::Tenancy;
use std::collections::BTreeMap;

/// The port at which the daemon waits for extensions.
const PORT: u16 = 31339;

/// The daemon's service.
pub(crate) const DAEMON: &str = "newrelic-daemon";

/// Where the daemon's program is.
const PROGRAM: &str = "/usr/bin/newrelic-daemon";

pub(super) fn add(app: &mut App<'_>) {
    let is_ours = |e: &Item<'_>| e.name().ends_with(":newrelic");
    let Some(extension) = of(&app.want, "php-extension").find(is_ours) else { return };
    if !app.is_carried("php-extension", extension.name()) {
        return;
    }
    let agents: Vec<String> =
        of(&app.want, "package").map(|p| p.name().to_owned()).filter(|name| name.starts_with("newrelic-php")).collect();
    let has_php = |c: &Component| c.packages.iter().any(|p| p.starts_with("php"));
    for component in app.components.iter_mut().filter(|c| has_php(c)) {
        component.packages.extend(agents.clone());
        component.scratch.insert("/var/log/newrelic".to_owned());
        for sapi in sapis(component) {
            let text = format!(
                "; The daemon is a container of its own.\nnewrelic.daemon.address = \"127.0.0.1:{PORT}\"\nnewrelic.daemon.dont_launch = 3\n"
            );
            let what = What::Content(text.into_bytes());
            let placed = Placed { what, mode: Some("0644".to_owned()), owner: None };
            component.files.insert(format!("{sapi}/conf.d/99-repot-newrelic.ini"), placed);
        }
    }
    if app.fates.outside(DAEMON).is_some() {
        return places::outside(app, DAEMON, [PORT].into_iter().collect());
    }
    let component = daemon(app, &agents);
    places::put(
        app,
        DAEMON,
        app.fates.places.get(DAEMON).map_or(Tenancy::Sidecar, |p| p.tenancy),
        component,
        BTreeMap::from([(PORT, false)]),
    );
}

/// The directories of settings of the ways in which a component runs PHP.
fn sapis(component: &Component) -> Vec<String> {
    let mut all = Vec::new();
    for package in &component.packages {
        let Some((version, sapi)) = package.strip_prefix("php").and_then(|p| p.split_once('-')) else { continue };
        let is_version = version.chars().all(|c| c.is_ascii_digit() || c == '.') && !version.is_empty();
        if is_version && matches!(sapi, "fpm" | "cli") {
            all.push(format!("/etc/php/{version}/{sapi}"));
        }
    }
    all
}

fn daemon(app: &App<'_>, agents: &[String]) -> Component {
    let mut daemon = Component::new(DAEMON, Of::Unit(DAEMON.to_owned()), PodOf::Web);
    let own = one(&app.want, "package", DAEMON).map(|p| p.name().to_owned());
    // Some releases have the program in the extension's own package.
    daemon.packages.extend(own.map_or_else(|| agents.to_vec(), |own| vec![own]));
    daemon.user = Some(User { name: "nobody".to_owned(), uid: 65534, gid: 65534 });
    let address = format!("--address=0.0.0.0:{PORT}");
    daemon.argv = [PROGRAM, &address, "--watchdog-foreground", "--logfile=/proc/self/fd/1"].map(str::to_owned).to_vec();
    daemon.scratch.extend(["/tmp", "/run", "/var/log/newrelic"].map(str::to_owned));
    daemon.ports = vec![(format!("p{PORT}"), PORT)];
    daemon.health = Some(Health::Tcp(PORT));
    daemon.memory = Some(256);
    // It sends what it has once a minute.
    daemon.grace = Some(75);
    daemon
}
