//! Who is asked for by which name, and who may speak to the pods.

use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::item::{Item, of};
use crate::generate::kubernetes::app::names;
use crate::generate::kubernetes::app::places::service_name;
use crate::rules::tenancy::Tenancy;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The Services: of the web, of each pod of a service's own, and names that lead out of the cluster.
pub(crate) fn services(app: &App<'_>) -> Vec<Value> {
    let mut all: Vec<Value> = if app.service_ports.is_empty() { Vec::new() } else { vec![web(app)] };
    for (name, own) in app.own.iter().filter(|(_, own)| !own.ports.is_empty()) {
        let ports = own
            .ports
            .values()
            .map(|at| json!({"name": format!("p{at}"), "port": at, "targetPort": at, "protocol": "TCP"}));
        let mut spec = json!({"selector": labels(app, name), "ports": ports.collect::<Value>()});
        match own.tenancy {
            // Each pod asks the one on its own node.
            Tenancy::Node => spec["internalTrafficPolicy"] = json!("Local"),
            Tenancy::Stateful => spec["clusterIP"] = json!("None"),
            Tenancy::Container | Tenancy::Sidecar | Tenancy::Shared | Tenancy::Outside => {}
        }
        let metadata = json!({"name": service_name(app, name)});
        all.push(json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}));
    }
    for (name, outside) in &app.outside {
        let metadata = json!({"name": service_name(app, name)});
        let far = format!("{}.outside.example.com", names::label(&outside.service, 40));
        let spec = json!({"type": "ExternalName", "externalName": far});
        all.push(json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}));
    }
    all
}

fn web(app: &App<'_>) -> Value {
    let ports = app
        .service_ports
        .iter()
        .map(|p| json!({"name": format!("p{p}"), "port": p, "targetPort": format!("p{p}"), "protocol": "TCP"}));
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": format!("{}-web", app.name)},
        "spec": {"selector": labels(app, "web"), "ports": ports.collect::<Value>()},
    })
}

/// The labels by which pods are found.
pub(crate) fn labels(app: &App<'_>, component: &str) -> Value {
    json!({"app.kubernetes.io/name": app.name, "app.kubernetes.io/component": component})
}

/// The routes from names to the Service: one Ingress a port, because a port of nginx is a server of its own.
pub(crate) fn ingresses(app: &App<'_>) -> Vec<Value> {
    let mut by_port: BTreeMap<(u16, bool), BTreeSet<&str>> = BTreeMap::new();
    for (host, port, is_tls) in &app.hosts {
        by_port.entry((*port, *is_tls)).or_default().insert(host);
    }
    let tls_hosts: BTreeSet<&str> =
        by_port.iter().filter(|((_, t), _)| *t).flat_map(|(_, hosts)| hosts.iter().copied()).collect();
    let mut out = Vec::new();
    for ((port, is_tls), hosts) in by_port {
        // Of two servers of one name the one with TLS answers: the ingress sends people there.
        let hosts: BTreeSet<&str> =
            if is_tls || port != 80 { hosts } else { hosts.into_iter().filter(|h| !tls_hosts.contains(h)).collect() };
        if hosts.is_empty() {
            continue;
        }
        let backend = json!({"service": {"name": format!("{}-web", app.name), "port": {"name": format!("p{port}")}}});
        let rules = hosts
            .iter()
            .map(|h| json!({"host": h, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}));
        let mut spec = json!({"rules": rules.collect::<Value>()});
        let mut metadata = json!({"name": format!("{}-p{port}", app.name)});
        if is_tls {
            spec["tls"] = json!([{"hosts": hosts, "secretName": format!("{}-tls", app.name)}]);
            // nginx behind it speaks TLS itself, with what only that server sets.
            metadata["annotations"] = json!({"nginx.ingress.kubernetes.io/backend-protocol": "HTTPS"});
        }
        out.push(json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}));
    }
    out
}

/// Who may speak to the pods: anybody to the ports of the web, but for those that the host's firewall kept to some.
pub(crate) fn policies(app: &App<'_>) -> Vec<Value> {
    let kept = kept_to(app);
    let mut rules = Vec::new();
    let open: Vec<Value> = app
        .service_ports
        .iter()
        .filter(|p| !kept.contains_key(p))
        .map(|p| json!({"port": p, "protocol": "TCP"}))
        .collect();
    if !open.is_empty() {
        rules.push(json!({"ports": open}));
    }
    for (port, from) in kept.iter().filter(|(p, _)| app.service_ports.contains(p)) {
        let from: Vec<Value> = from.iter().map(|cidr| json!({"ipBlock": {"cidr": cidr}})).collect();
        if !from.is_empty() {
            rules.push(json!({"from": from, "ports": [{"port": port, "protocol": "TCP"}]}));
        }
    }
    let policy = |name: String, selector: Value, ingress: Value| {
        json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name},
            "spec": {"podSelector": selector, "policyTypes": ["Ingress"], "ingress": ingress},
        })
    };
    let all = json!({"matchLabels": {"app.kubernetes.io/name": app.name}});
    let mut out = vec![policy(format!("{}-nobody", app.name), all.clone(), json!([]))];
    if !rules.is_empty() {
        out.push(policy(format!("{}-web", app.name), json!({"matchLabels": labels(app, "web")}), json!(rules)));
    }
    for (name, own) in app.own.iter().filter(|(_, own)| !own.ports.is_empty()) {
        let ports = own.ports.values().map(|at| json!({"port": at, "protocol": "TCP"})).collect::<Value>();
        let rule = json!([{"from": [{"podSelector": all}], "ports": ports}]);
        out.push(policy(format!("{}-{name}", app.name), json!({"matchLabels": labels(app, name)}), rule));
    }
    out
}

/// Ports that the firewall keeps to some addresses; to nobody where there are none.
fn kept_to(app: &App<'_>) -> BTreeMap<u16, Vec<String>> {
    let mut kept: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for chain in of(&app.want, "firewall-rule").filter(Item::is_site) {
        for rule in chain.texts("rules") {
            let words: Vec<&str> = rule.split_whitespace().collect();
            let is_drop = words.iter().any(|w| matches!(*w, "drop" | "DROP" | "reject" | "REJECT"));
            let after = |what: &str| words.iter().position(|w| *w == what).and_then(|at| words.get(at + 1)).copied();
            let port = after("--dport").or_else(|| after("dport")).and_then(|p| p.parse::<u16>().ok());
            let (Some(port), true) = (port, is_drop) else { continue };
            // `! -s 10.0.0.0/8 … -j DROP`, and `ip saddr != 10.0.0.0/8 drop`.
            let not = words.windows(3).find_map(|w| match w {
                ["!", "-s", cidr] | ["saddr", "!=", cidr] => Some((*cidr).to_owned()),
                _ => None,
            });
            let is_all = not.is_none() && !words.iter().any(|w| matches!(*w, "saddr" | "-s"));
            if let Some(cidr) = not.filter(|c| is_cidr(c)) {
                kept.entry(port).or_default().push(cidr);
            } else if is_all {
                kept.entry(port).or_default();
            }
        }
    }
    kept
}

fn is_cidr(text: &str) -> bool {
    let Some((ip, length)) = text.split_once('/') else { return false };
    ip.parse::<std::net::IpAddr>().is_ok() && length.parse::<u8>().is_ok_and(|l| l <= 128)
}
