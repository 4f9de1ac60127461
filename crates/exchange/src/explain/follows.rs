//! What follows from what: a fact that no statement speaks of is explained by the one that explains its cause.

use super::host::{Host, One};
use model::id::ResourceId;
use model::value::Value;

/// The resources a fact follows from, the nearest first.
pub(super) fn causes(one: &One<'_>, host: &Host<'_>) -> Vec<ResourceId> {
    let name = one.id.name.as_str();
    let mut causes = Vec::new();
    if let Some(place) = &one.fact.place {
        causes.push(file(&place.file));
    }
    let text =
        |property: &str| host.there(&one.id).and_then(|r| r.facts.get(property)?.value()?.as_text()).map(str::to_owned);
    match one.id.kind.as_str() {
        "file" => causes.extend(of_file(name, host)),
        "group" => causes.push(ResourceId::new("user", name)),
        "user" => {
            if one.property == "authorized-keys" {
                let home = text("home").unwrap_or_default();
                causes.push(file(&format!("{home}/.ssh/authorized_keys")));
                causes.extend(with_keys_of(&one.id, host));
            }
            causes.push(ResourceId::new("user", name));
        }
        "service" | "timer" => {
            causes.extend(text("fragment").map(|f| file(&f)));
            causes.extend(listed(host, &one.id, "drop-ins").iter().map(|f| file(f)));
            causes.push(ResourceId::new("service", name));
            causes.push(ResourceId::new("package", name));
        }
        "port" => {
            let service = text("service").unwrap_or_default();
            // postfix@- is of the package postfix.
            let program = service.split('@').next().unwrap_or_default();
            causes.extend(of_port(name, program));
            causes.push(ResourceId::new("package", program));
            causes.push(ResourceId::new("service", &service));
            causes.extend(asked_for(program, host));
            causes.push(ResourceId::new("process", text("process").unwrap_or_default()));
        }
        "process" => {
            let programs = listed(host, &one.id, "args");
            causes.extend(programs.iter().flat_map(|a| a.split_whitespace()).filter(|w| w.starts_with('/')).map(file));
            causes.push(ResourceId::new("service", name));
            causes.push(ResourceId::new("package", name));
        }
        "certificate" => causes.push(file(name)),
        "cron" => causes.extend(text("source").map(|f| file(&f))),
        "executable" => {
            causes.extend(text("path").map(|f| file(&f)));
            causes.push(file(name));
            causes.extend(text("package").map(|p| ResourceId::new("package", p)));
        }
        "mount" | "swap" => {
            causes.push(ResourceId::new("fstab", name));
            causes.push(ResourceId::new("fstab", format!("swap {name}")));
            causes.push(file(name));
        }
        "timezone" => causes.extend(["/etc/localtime", "/etc/timezone"].map(file)),
        "nginx" => causes.extend(around(name, host)),
        "firewall-rule" => {
            causes.extend(["/etc/nftables.conf", "/etc/iptables/rules.v4", "/etc/sysconfig/iptables"].map(file))
        }
        "php-extension" => {
            causes.extend(text("ini").map(|f| file(&f)));
            causes.extend(text("module").map(|f| file(&f)));
        }
        "package-repository" => {
            let key = name.strip_prefix("key ");
            causes.extend(key.map(file));
            causes.extend(key.into_iter().flat_map(|key| host.naming(key)).map(file));
        }
        "interface" | "route" => {
            causes.extend(
                ["/etc/network", "/etc/netplan", "/etc/sysconfig/network-scripts"]
                    .iter()
                    .flat_map(|d| host.files_below(d)),
            );
        }
        "resolver" => causes.push(file("/etc/resolv.conf")),
        "package" => causes.extend(name.split_once(':').map(|(tool, _)| ResourceId::new("package", tool))),
        _ => {}
    }
    // That a package is held, or came with another one, does not say that it was asked for.
    if one.property != "asked-for" {
        causes.push(one.id.clone());
    }
    causes.retain(|id| !id.name.is_empty());
    causes
}

fn file(path: &str) -> ResourceId {
    ResourceId::new("file", path)
}

fn listed(host: &Host<'_>, id: &ResourceId, property: &str) -> Vec<String> {
    let value = host.there(id).and_then(|r| r.facts.get(property)?.value());
    let items = value.and_then(Value::as_list).unwrap_or_default();
    items.iter().filter_map(|i| i.as_text()).map(str::to_owned).collect()
}

/// What a file follows from: the text it was made of, and the directories it is in.
fn of_file(path: &str, host: &Host<'_>) -> Vec<ResourceId> {
    let mut causes = vec![file(path)];
    // A unit that is a link was enabled or masked.
    let unit =
        path.strip_prefix("/etc/systemd/system/").and_then(|p| p.rsplit('/').next()).and_then(|p| p.rsplit_once('.'));
    causes.extend(
        unit.filter(|(_, kind)| matches!(*kind, "service" | "timer")).map(|(name, kind)| ResourceId::new(kind, name)),
    );
    let brought = [
        ("/usr/share/php/", "pear:*"),
        ("/usr/lib/python3/dist-packages/", "pip:*"),
        ("/usr/local/lib/python", "pip:*"),
    ];
    causes.extend(
        brought
            .iter()
            .filter(|(dir, _)| path.starts_with(dir))
            .flat_map(|(_, all)| host.covered(&ResourceId::new("package", *all))),
    );
    // postmap, newaliases and makemap write beside their text.
    causes.extend([".db", ".cdb", ".dir", ".pag"].iter().filter_map(|end| path.strip_suffix(end)).map(file));
    // A key goes with the certificate of its name.
    let stem = path.strip_suffix(".key").and_then(|p| p.rsplit('/').next());
    let is_its = |id: &ResourceId| stem.is_some_and(|stem| id.name.ends_with(&format!("/{stem}.crt")));
    causes.extend(stem.into_iter().flat_map(|_| host.covered(&ResourceId::new("file", "*.crt"))).filter(is_its));
    causes.extend(host.naming(path).into_iter().map(file));
    if let Some(home) = path.strip_suffix("/.ssh/authorized_keys") {
        causes.extend(users_at(home, host).iter().flat_map(|user| with_keys_of(user, host)));
    }
    let mut dir = path;
    while let Some((above, _)) = dir.rsplit_once('/').filter(|(above, _)| above.matches('/').count() > 1) {
        causes.extend(served(above, host));
        causes.push(file(above));
        dir = above;
    }
    let home = path.strip_prefix("/home/").and_then(|rest| rest.split('/').next());
    causes.extend(home.map(|user| ResourceId::new("user", user)));
    // A directory that nobody made is made for what is in it.
    causes.extend(host.files_below(path).into_iter().take(50));
    causes
}

/// The directives of nginx that serve a directory.
fn served(dir: &str, host: &Host<'_>) -> Vec<ResourceId> {
    let is_it = |id: &ResourceId| {
        host.there(id).and_then(|r| r.facts.get("value")?.value()?.as_text()).is_some_and(|v| v == dir)
    };
    host.covered(&ResourceId::new("nginx", "*/root")).into_iter().filter(is_it).collect()
}

/// The users whose home a directory is.
fn users_at(home: &str, host: &Host<'_>) -> Vec<ResourceId> {
    let is_it = |id: &ResourceId| {
        host.there(id).and_then(|r| r.facts.get("home")?.value()?.as_text()).is_some_and(|h| h == home)
    };
    host.covered(&ResourceId::new("user", "*")).into_iter().filter(is_it).collect()
}

/// Other users whom a key of this one lets in too: who put it there for them has put it here.
fn with_keys_of(user: &ResourceId, host: &Host<'_>) -> Vec<ResourceId> {
    let own = listed(host, user, "authorized-keys");
    let shares = |id: &ResourceId| listed(host, id, "authorized-keys").iter().any(|key| own.contains(key));
    host.covered(&ResourceId::new("user", "*")).into_iter().filter(|id| id != user).filter(shares).collect()
}

/// What sets a port of a program: the services that postfix names by their port or its name in services(5).
fn of_port(port: &str, program: &str) -> Vec<ResourceId> {
    const NAMES: &[(&str, &str)] =
        &[("25", "smtp"), ("465", "smtps"), ("465", "submissions"), ("587", "submission"), ("628", "qmqp")];
    let number = port.rsplit(':').next().unwrap_or_default();
    if program != "postfix" || number == "25" {
        return Vec::new();
    }
    let names = NAMES.iter().filter(|(n, _)| *n == number).map(|(_, name)| *name);
    names.chain([number]).map(|name| ResourceId::new("postfix", format!("master:{name}/inet"))).collect()
}

/// The packages with a name like a service's that people asked for: openssh-server of ssh, redis-server of redis.
fn asked_for(program: &str, host: &Host<'_>) -> Vec<ResourceId> {
    if program.len() < 3 {
        return Vec::new();
    }
    let like = |name: &str| name.split(['-', '.']).any(|part| part.ends_with(program) || part.starts_with(program));
    host.covered(&ResourceId::new("package", "*")).into_iter().filter(|id| like(&id.name)).collect()
}

/// The other directives of the block that a directive of nginx stands in: a file it includes is read for their sake.
fn around(name: &str, host: &Host<'_>) -> Vec<ResourceId> {
    let mut found = Vec::new();
    let mut block = name;
    // A slash inside of brackets is part of a location's name.
    while let Some(at) = block.rfind('/').filter(|at| *at > 0) {
        block = &block[..at];
        if block.matches('[').count() != block.matches(']').count() {
            continue;
        }
        let start = format!("{block}/");
        let of_block = host.of_kind("nginx").filter(|n| n.starts_with(&start) && *n != name).take(100);
        found.extend(of_block.map(|n| ResourceId::new("nginx", n)));
        if !found.is_empty() {
            break;
        }
    }
    found
}
