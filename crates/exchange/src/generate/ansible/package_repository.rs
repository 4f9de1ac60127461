//! Where packages come from: the lists and keys that people wrote come with their files.

use super::write::follow::follows_a_file;
use super::write::project::Project;
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("package-repository", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    if follows_a_file(lack, project) {
        return;
    }
    project.cannot(lack, "mirrors differ from one place to the next: add it where the machine is made");
}
