//! Extensions come with packages, and with the links that load them; one that people switched off is switched off.

use super::write::component::BASE;
use super::write::follow::follow;
use super::write::handlers;
use super::write::project::Project;
use super::write::task::{Phase, Task};
use super::write::yaml::list;
use super::{Lack, Rule};
use model::id::ResourceId;

pub(super) const RULE: Rule = Rule::code("php-extension", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if lack.is_wanted() {
        return follow(lack, project);
    }
    match lack.id.name.split_once(':').and_then(|(sapi, extension)| loaded_by(project, sapi, extension)) {
        Some(link) => switch_off(lack, project, &link),
        None => project.cannot(lack, "the spec does not say which file loads it elsewhere: remove it by hand"),
    }
}

/// A link that loads an extension, as Debian lays it out.
struct Link {
    /// A pattern where its number is not known.
    path: String,
    version: String,
    sapi: String,
    module: String,
}

/// The link by which a way of running PHP would load an extension, after the one by which another way does.
fn loaded_by(project: &Project<'_>, sapi: &str, extension: &str) -> Option<Link> {
    let loads = |(id, entry): (&ResourceId, &model::spec::Entry)| {
        let (other, name) = id.name.split_once(':')?;
        if id.kind != "php-extension" || name != extension || other == sapi {
            return None;
        }
        let claim = entry.claims.get("ini")?.claim.value()?;
        Link::of(&claim.as_text()?.replacen(&format!("/{other}/"), &format!("/{sapi}/"), 1))
    };
    project.want.spec.entries.iter().find_map(loads).or_else(|| beside(project, sapi, extension))
}

/// The same after what another extension is loaded by, where no way of running PHP loads this one.
fn beside(project: &Project<'_>, sapi: &str, extension: &str) -> Option<Link> {
    let dir = |(id, entry): (&ResourceId, &model::spec::Entry)| {
        let claim = entry.claims.get("ini").filter(|_| id.kind == "php-extension")?.claim.value()?;
        let (dir, _) = claim.as_text()?.rsplit_once('/')?;
        dir.ends_with(&format!("/{sapi}/conf.d")).then(|| dir.to_owned())
    };
    let dir = project.want.spec.entries.iter().find_map(dir)?;
    Link::of(&format!("{dir}/[0-9]*-{}.ini", extension.to_ascii_lowercase()))
}

impl Link {
    /// `/etc/php/8.2/fpm/conf.d/20-soap.ini`
    fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix("/etc/php/")?.split('/').collect();
        let [version, sapi, "conf.d", file] = parts.as_slice() else { return None };
        let (_, module) = file.strip_suffix(".ini")?.rsplit_once('-')?;
        let is_word =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let own = [*version, *sapi, module];
        own.iter().all(|text| is_word(text)).then(|| Self {
            path: path.to_owned(),
            version: own[0].to_owned(),
            sapi: own[1].to_owned(),
            module: own[2].to_owned(),
        })
    }
}

/// By Debian's own tool, which remembers it over upgrades.
fn switch_off(lack: &Lack<'_>, project: &mut Project<'_>, link: &Link) {
    let role = project.components.of_path("/etc/php");
    let role = if project.has_role(&role) { role } else { BASE.to_owned() };
    let notify = handlers::for_path(project, &role, &link.path);
    let title = format!("Switch {} off for PHP's {}", link.module, link.sapi);
    let argv = ["phpdismod", "-v", &link.version, "-s", &link.sapi, &link.module];
    let task = Task::of(lack, Phase::Removals, title, "ansible.builtin.command")
        .arg("argv", list(argv))
        .arg("removes", link.path.as_str())
        .notify(notify);
    let name = project.task(&role, lack, task);
    project.writes(&link.path, &name);
}
