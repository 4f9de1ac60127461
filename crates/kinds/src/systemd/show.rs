//! What a running systemd says of all its units, in one process.

use crate::read;
use crate::sys::{Command, Sys};
use model::answer::{Answer, Why, WhyCode};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The properties that are asked for (org.freedesktop.systemd1(5)).
const PROPERTIES: &str = "Id,Names,LoadState,ActiveState,SubState,UnitFileState,Type,User,Group,Restart,MainPID,NextElapseUSecRealtime,Persistent,Unit,RemainAfterExit,Transient,Result";

/// What systemd says of its units, by name.
pub(crate) type Units = BTreeMap<String, BTreeMap<String, String>>;

/// All loaded units of these types. `None`: systemd is not what runs here.
pub(crate) fn units(sys: &dyn Sys) -> Arc<Answer<Units>> {
    sys.memo().get(|| ask(sys))
}

fn ask(sys: &dyn Sys) -> Answer<Units> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    // sd_booted(3)
    if sys.stat(std::path::Path::new("/run/systemd/system"))?.is_none() {
        return Ok(None);
    }
    let argv =
        ["systemctl", "show", "--all", "--no-pager", "--property", PROPERTIES, "*.service", "*.timer", "*.socket"];
    let Some(out) = sys.run(&Command::new(argv))? else { return Ok(None) };
    let text = model::text::from_bytes(&out.stdout);
    if out.status != 0 && text.trim().is_empty() {
        let said = model::text::from_bytes(&out.stderr);
        return Err(Why::new(
            WhyCode::Failed,
            format!("systemctl show: {}", said.lines().next().unwrap_or("it said nothing")),
        ));
    }
    Ok(Some(parse(&text)))
}

/// Blocks of `Key=value`, one a unit, a blank line between them.
fn parse(text: &str) -> Units {
    let mut units = Units::new();
    for block in text.split("\n\n") {
        let fields: BTreeMap<String, String> = read::lines(block, &[])
            .filter_map(|(_, l)| l.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())))
            .collect();
        if let Some(id) = fields.get("Id") {
            units.insert(id.clone(), fields.clone());
        }
    }
    units
}
