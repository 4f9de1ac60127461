//! Timers: as services.

use super::write::project::Project;
use super::{Lack, Rule};

pub(super) const RULE: Rule = Rule::code("timer", render);

fn render(lack: &Lack<'_>, project: &mut Project<'_>) {
    super::service::unit(lack, project, "timer", "active");
}
