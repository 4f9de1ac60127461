//! The same objects as a chart of Helm. What a host says is data there too: nothing of it is a template.

use super::{gateway, manifests, overlays, yaml};
use crate::generate::kubernetes::app::App;
use crate::generate::kubernetes::app::component::PodOf;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Writes it.
pub(crate) fn write(app: &App<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    let chart = json!({
        "apiVersion": "v2", "name": app.name, "description": "Made by repot generate kubernetes", "type": "application",
        "version": "0.1.0", "appVersion": "1",
    });
    files.insert("helm/Chart.yaml".to_owned(), yaml::document(&chart).into_bytes());
    let values = json!({
        "image": {"registry": "registry.example.com", "tag": "1"}, "storage": "1Gi", "storageClass": "",
        "ingress": {"enabled": true, "className": ""}, "gateway": {"enabled": false, "className": "example"}, "autoscaling": {"enabled": false},
    });
    files.insert(
        "helm/values.yaml".to_owned(),
        format!("# What differs from one place to the next.\n{}", yaml::document(&values)).into_bytes(),
    );
    for (name, objects) in manifests::base(app) {
        let text = template(app, &yaml::documents(&objects));
        let text = match name.as_str() {
            "ingress.yaml" => format!("{{{{- if .Values.ingress.enabled }}}}\n{}{{{{- end }}}}\n", class(&text)),
            _ => text,
        };
        files.insert(format!("helm/templates/{name}"), text.into_bytes());
    }
    let routes = gateway::objects(app);
    if !routes.is_empty() {
        let text = template(app, &yaml::documents(&routes));
        let text =
            text.replace("gatewayClassName: example", "gatewayClassName: {{ .Values.gateway.className | quote }}");
        files.insert(
            "helm/templates/gateway.yaml".to_owned(),
            format!("{{{{- if .Values.gateway.enabled }}}}\n{text}{{{{- end }}}}\n").into_bytes(),
        );
    }
    if app.in_pod(&PodOf::Web).next().is_some() {
        let objects: Vec<Value> = overlays::scaling(app);
        let text = template(app, &yaml::documents(&objects));
        files.insert(
            "helm/templates/autoscaling.yaml".to_owned(),
            format!("{{{{- if .Values.autoscaling.enabled }}}}\n{text}{{{{- end }}}}\n").into_bytes(),
        );
    }
}

/// A manifest in which braces are text, and the values stand in their places.
fn template(app: &App<'_>, text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let escaped = line.replace("{{", "\u{0}").replace('\u{0}', "{{ \"{{\" }}");
        let prefix = format!("image: {}-", app.name);
        let trimmed = escaped.trim_start().trim_start_matches("- ");
        let line = if trimmed.starts_with(&prefix) {
            let name = trimmed.trim_start_matches("image: ");
            escaped.replace(
                trimmed,
                &format!("image: \"{{{{ .Values.image.registry }}}}/{name}:{{{{ .Values.image.tag }}}}\""),
            )
        } else if trimmed == "storage: \"1Gi\"" || trimmed == "storage: 1Gi" {
            escaped.replace(trimmed, "storage: {{ .Values.storage | quote }}")
        } else if trimmed == "accessModes:" {
            let indent = " ".repeat(line.len() - line.trim_start().len());
            format!(
                "{indent}{{{{- with .Values.storageClass }}}}\n{indent}storageClassName: {{{{ . | quote }}}}\n{indent}{{{{- end }}}}\n{escaped}"
            )
        } else {
            escaped
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// The class of an Ingress, where one is named.
fn class(text: &str) -> String {
    text.replace(
        "\nspec:\n",
        "\nspec:\n  {{- with .Values.ingress.className }}\n  ingressClassName: {{ . | quote }}\n  {{- end }}\n",
    )
}
