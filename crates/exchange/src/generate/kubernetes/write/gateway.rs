//! The Gateway API in place of the Ingresses: a component of Kustomize, and a switch of the chart.
//!
//! A server without TLS has an HTTPRoute. One with TLS is passed through, because nginx behind it speaks TLS itself, with what
//! only that server sets.

use super::{network, yaml};
use crate::generate::kubernetes::app::App;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where it is written.
const DIR: &str = "kube/components/gateway";

/// Writes the component.
pub(crate) fn write(app: &App<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    let objects = objects(app);
    if objects.is_empty() {
        return;
    }
    files.insert(format!("{DIR}/gateway.yaml"), yaml::documents(&objects).into_bytes());
    let without = |ingress: &Value| {
        let name = &ingress["metadata"]["name"];
        let gone = json!({
            "$patch": "delete", "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name},
        });
        json!({"patch": yaml::document(&gone)})
    };
    let patches: Vec<Value> = network::ingresses(app).iter().map(without).collect();
    let component = json!({
        "apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "resources": ["gateway.yaml"], "patches": patches,
    });
    let head = "# A Gateway and its routes in place of the Ingresses. Name this directory under `components` of an overlay, and the\n\
                # class of your gateways in gateway.yaml.\n";
    files.insert(format!("{DIR}/kustomization.yaml"), format!("{head}{}", yaml::document(&component)).into_bytes());
}

/// The gateway, with a listener a port, and the routes of each.
pub(crate) fn objects(app: &App<'_>) -> Vec<Value> {
    let mut ports: BTreeMap<(u16, bool), BTreeSet<&str>> = BTreeMap::new();
    for (host, port, is_tls) in &app.hosts {
        ports.entry((*port, *is_tls)).or_default().insert(host);
    }
    // A port is one listener, and has one protocol.
    let tls: BTreeSet<u16> = ports.keys().filter(|(_, t)| *t).map(|(p, _)| *p).collect();
    ports.retain(|(port, is_tls), _| *is_tls || !tls.contains(port));
    if ports.is_empty() {
        return Vec::new();
    }
    let api = "gateway.networking.k8s.io";
    let listener = |(port, is_tls): &(u16, bool)| {
        let mut listener =
            json!({"name": format!("p{port}"), "port": port, "protocol": if *is_tls { "TLS" } else { "HTTP" }});
        if *is_tls {
            listener["tls"] = json!({"mode": "Passthrough"});
        }
        listener
    };
    let listeners: Vec<Value> = ports.keys().map(listener).collect();
    let mut out = vec![json!({
        "apiVersion": format!("{api}/v1"), "kind": "Gateway", "metadata": {"name": app.name},
        "spec": {"gatewayClassName": "example", "listeners": listeners},
    })];
    for ((port, is_tls), hosts) in &ports {
        let (kind, version) = if *is_tls { ("TLSRoute", "v1alpha2") } else { ("HTTPRoute", "v1") };
        out.push(json!({
            "apiVersion": format!("{api}/{version}"), "kind": kind, "metadata": {"name": format!("{}-p{port}", app.name)},
            "spec": {
                "parentRefs": [{"name": app.name, "sectionName": format!("p{port}")}],
                "hostnames": hosts,
                "rules": [{"backendRefs": [{"name": format!("{}-web", app.name), "port": port}]}],
            },
        }));
    }
    out
}
