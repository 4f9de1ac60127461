//! The traces that a host itself keeps, as files that readers take: secrets were replaced where they were read.

use crate::commands::planning;
use crate::error::CommandError;
use crate::observing::{ReachArgs, addresses};
use crate::project::Project;
use crate::ui::Ui;
use exchange::import::files::File;
use model::coverage::Coverage;
use model::exit::Exit;
use model::text::{for_terminal, to_bytes};
use target::project_key::ProjectKey;

/// What hosts keep of who did what; and whether all of it could be looked at.
pub(super) fn read(
    typed: &[String],
    reach: &ReachArgs,
    key: &ProjectKey,
    project: &Project,
    ui: &Ui,
) -> Result<(Vec<File>, Exit), CommandError> {
    let asked: Vec<_> = addresses(typed)?.into_iter().map(|a| (a, planning::traces(key))).collect();
    let (mut files, mut exit) = (Vec::new(), Exit::Same);
    for ((address, _), result) in asked.iter().zip(reach.observe_all(&asked, project, ui)) {
        let observed = match result {
            Ok(observed) => observed,
            Err(trouble) => {
                exit = Exit::Unreachable;
                ui.error(&CommandError::unreachable(address, trouble));
                continue;
            }
        };
        let Some(seen) = observed.facts().and_then(|f| f.kinds.get(planning::TRACE)) else { continue };
        if let Coverage::Unknown(why) = &seen.coverage {
            ui.warn(&for_terminal(&format!("{address}: could not look at all traces: {why}")));
            exit = if exit == Exit::Same { Exit::Undecided } else { exit };
        }
        for (name, resource) in &seen.resources {
            let fact = |property: &str| resource.facts.get(property).and_then(|f| f.value());
            let Some(text) = fact("text").and_then(|v| v.as_text()) else { continue };
            let first = fact("first-line").and_then(|v| v.as_int()).and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
            // The lines before the part that is shown keep their numbers.
            let text = format!("{}{text}", "\n".repeat(first.saturating_sub(1)));
            files.push(File::new(format!("{}:{name}", address.short()), true, &to_bytes(&text)));
        }
    }
    Ok((files, exit))
}
