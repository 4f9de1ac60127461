//! Who is asked for names: it differs from one network to the next, so it is a variable.

use super::write::component::NETWORK;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::{Yaml, list};
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("resolver", render);

const TEMPLATE: &str = "\
# {{ ansible_managed }}
{% if resolver.search %}
search {{ resolver.search | join(' ') }}
{% endif %}
{% for server in resolver.nameservers %}
nameserver {{ server }}
{% endfor %}
{% if resolver.options %}
options {{ resolver.options | join(' ') }}
{% endif %}
";

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if lack.id.name != "resolv.conf" || lack.text("managed-by").is_some() {
        return project.cannot(lack, "it is decided by who manages the machine's network");
    }
    let texts = |property| list(lack.texts(property).unwrap_or_default());
    let resolver =
        Yaml::Map(["nameservers", "search", "options"].into_iter().map(|p| (p.to_owned(), texts(p))).collect());
    project.variable("resolver", resolver, "Who is asked for names (/etc/resolv.conf)");
    let src = project.keep(NETWORK, "templates", "/etc/resolv.conf", ".j2", TEMPLATE.as_bytes().to_vec());
    let mut task = Task::of(lack, Phase::Files, "Say who is asked for names", "ansible.builtin.template")
        .arg("src", src)
        .arg("dest", "/etc/resolv.conf")
        .arg("owner", "root")
        .arg("group", "root")
        .arg("mode", "0644")
        .arg("unsafe_writes", true);
    task.origins.push("unsafe_writes: in containers the file is a mount, which cannot be replaced".to_owned());
    project.task(NETWORK, lack, task);
}
