//! nginx: one container; its servers' names and ports are what is asked for from outside.

use super::App;
use super::component::{Component, Health, Of, PodOf};
use super::item::{Item, of, one};
use super::places;
use crate::rules::tenancy::grace_seconds;
use std::collections::BTreeSet;

pub(super) fn add(app: &mut App<'_>) {
    let want = app.want;
    let runs = one(&want, "service", "nginx")
        .is_some_and(|s| s.flag("enabled") != Some(false) || s.flag("running") == Some(true));
    if !runs || !app.is_carried("service", "nginx") || app.fates.outside("nginx").is_some() {
        return;
    }
    let is_sidecar = places::stays(app, "nginx", "it speaks to what answers for it through sockets and the loopback");
    let mut nginx = Component::new("nginx", Of::Nginx, PodOf::Web);
    nginx.packages = packages(app);
    let user = one(&want, "nginx", "user").and_then(|u| u.text("value"));
    nginx.user = user.and_then(|u| app.user(u.split_whitespace().next().unwrap_or_default()));
    nginx.argv = ["/usr/sbin/nginx", "-g", "daemon off;"].map(str::to_owned).to_vec();
    nginx.stop_signal = Some("SIGQUIT");
    nginx.is_sidecar = is_sidecar;
    nginx.grace = Some(u64::from(grace_seconds(&app.host(), "nginx")));
    nginx.scratch.extend(["/run", "/var/lib/nginx", "/tmp"].map(str::to_owned));
    for directive in of(&want, "nginx") {
        let Some(value) = directive.text("value") else { continue };
        match directive.name().rsplit('/').next().unwrap_or_default() {
            "access_log" => log(&mut nginx, &value, "/dev/stdout"),
            "error_log" => log(&mut nginx, &value, "/dev/stderr"),
            _ => {}
        }
    }
    // What nginx uses where nothing is set.
    log(&mut nginx, "/var/log/nginx/error.log", "/dev/stderr");
    log(&mut nginx, "/var/log/nginx/access.log", "/dev/stdout");
    servers(app, &mut nginx);
    nginx.health = health(app);
    app.components.push(nginx);
}

/// nginx's packages that people asked for, modules among them.
fn packages(app: &App<'_>) -> BTreeSet<String> {
    let is_nginx =
        |p: &Item<'_>| p.name() == "nginx" || p.name().starts_with("nginx-") || p.name().starts_with("libnginx-mod-");
    let wanted = |p: &Item<'_>| p.name() == "nginx" || p.text("asked-for").as_deref() == Some("hand");
    of(&app.want, "package").filter(|p| is_nginx(p) && wanted(p)).map(|p| p.name().to_owned()).collect()
}

fn log(nginx: &mut Component, value: &str, to: &'static str) {
    for one in value.split(';') {
        let path = one.split_whitespace().next().unwrap_or_default();
        if path.starts_with('/') && !path.starts_with("/dev/") && !path.contains('$') {
            nginx.logs.insert(path.to_owned(), to);
        }
    }
}

/// The names and ports of the servers.
fn servers(app: &mut App<'_>, nginx: &mut Component) {
    let want = app.want;
    let mut ports = BTreeSet::new();
    for listen in of(&want, "nginx").filter(|d| d.name().ends_with("/listen")) {
        let server = listen.name().trim_end_matches("/listen");
        let names = one(&want, "nginx", &format!("{server}/server_name")).and_then(|n| n.text("value"));
        for one in listen.text("value").unwrap_or_default().split(';') {
            let mut words = one.split_whitespace();
            let Some(address) = words.next() else { continue };
            let is_tls = words.any(|w| w == "ssl");
            let (host, port) = match address.rsplit_once(':') {
                Some((host, port)) => (host, port.parse().ok()),
                None => ("", address.parse().ok()),
            };
            let Some(port) = port else { continue };
            // What listens on the loopback is for the host itself.
            if matches!(host, "127.0.0.1" | "[::1]" | "localhost") {
                continue;
            }
            ports.insert(port);
            for name in names.as_deref().unwrap_or_default().split_whitespace().filter(|n| is_host(n)) {
                let host = (name.to_owned(), port, is_tls);
                if !app.hosts.contains(&host) {
                    app.hosts.push(host);
                }
            }
        }
        let pair = |what: &str| self::one(&want, "nginx", &format!("{server}/{what}")).and_then(|v| v.text("value"));
        if let (Some(certificate), Some(key)) = (pair("ssl_certificate"), pair("ssl_certificate_key"))
            && !app.tls.contains(&(certificate.clone(), key.clone()))
        {
            app.tls.push((certificate, key));
        }
    }
    if ports.iter().any(|p| *p < 1024) {
        // Unprivileged programs may then listen where the host's did.
        app.sysctls.insert("net.ipv4.ip_unprivileged_port_start".to_owned(), "0".to_owned());
    }
    nginx.ports = ports.iter().map(|p| (format!("p{p}"), *p)).collect();
    app.service_ports = ports.into_iter().collect();
}

/// Whether a server's name is one that an Ingress takes.
fn is_host(name: &str) -> bool {
    let bare = name.strip_prefix("*.").unwrap_or(name);
    let is_label = |l: &str| {
        !l.is_empty()
            && l.len() < 64
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    bare.contains('.') && name.len() < 254 && bare.split('.').all(is_label)
}

/// A location that says by its name that it tells how the system is; else the first port.
fn health(app: &App<'_>) -> Option<Health> {
    let words = ["health", "healthz", "healthcheck", "readyz", "livez", "ping", "up"];
    let is_health = |path: &str| words.contains(&path.trim_matches('/').rsplit('/').next().unwrap_or_default());
    for directive in of(&app.want, "nginx") {
        let Some((server, rest)) = directive.name().split_once("/location[") else { continue };
        let location = rest.split(']').next().unwrap_or_default();
        let path = location.trim_start_matches("= ").to_owned();
        // A kubelet comes from the node's address.
        if one(&app.want, "nginx", &format!("{server}/location[{location}]/deny")).is_some() {
            continue;
        }
        let listen = one(&app.want, "nginx", &format!("{server}/listen")).and_then(|l| l.text("value"));
        let words: Vec<String> = listen.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let port = words.first().and_then(|a| a.parse().ok());
        if let (true, true, Some(port), false) =
            (path.starts_with('/'), is_health(&path), port, words.iter().any(|w| w == "ssl"))
        {
            let names = one(&app.want, "nginx", &format!("{server}/server_name")).and_then(|n| n.text("value"));
            let host = names.unwrap_or_default().split_whitespace().find(|n| is_host(n)).unwrap_or_default().to_owned();
            return Some(Health::Http { port, path, host });
        }
    }
    app.service_ports.first().map(|p| Health::Tcp(*p))
}
