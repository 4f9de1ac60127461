//! What follows from something else that is built: a setting from its file, a port from its service.

use super::project::Project;
use crate::generate::{Answer, By, Generator, Lack};

/// Notes what a resource follows from: the task that writes the file it is set in, or what its kind says.
pub(crate) fn follow(lack: &Lack<'_>, project: &mut Project<'_>) {
    let writers: Vec<String> =
        lack.set_at().iter().filter_map(|place| project.writer(&place.file)).map(str::to_owned).collect();
    match (writers.first(), super::super::Ansible.answer(&lack.id.kind)) {
        (Some(writer), _) => project.meets(lack, By::Task(writer.clone())),
        (None, Some(Answer::Unmapped(why))) => project.cannot(lack, why),
        (None, Some(Answer::Follows(how))) => project.meets(lack, By::Through(how.to_owned())),
        (None, Some(Answer::Code) | None) => project.by_packages(lack),
    }
}

/// Whether a file that a task writes sets it; then this is noted.
pub(crate) fn follows_a_file(lack: &Lack<'_>, project: &mut Project<'_>) -> bool {
    let writer = lack.set_at().iter().find_map(|place| project.writer(&place.file)).map(str::to_owned);
    let Some(writer) = writer else { return false };
    project.meets(lack, By::Task(writer));
    true
}
