//! rpm's records, through one process: paths, digests, flags and install times of all packages.

use super::{Owned, Package, Shipped, unhex};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::text;
use std::path::Path;

/// `[..]` repeats for each file; `%{=NAME}` for each file too.
const FORMAT: &str = "[%{=NAME}\\t%{=INSTALLTIME}\\t%{FILEFLAGS:fflags}\\t%{FILEDIGESTS}\\t%{FILENAMES}\\n]";

pub(super) fn read(sys: &dyn Sys, shipped: &mut Shipped) -> Result<(), Why> {
    if !sys.is_live() {
        let there = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
        for path in there {
            if sys.stat(Path::new(path))?.is_some() {
                return Err(Why::new(WhyCode::NotRunning, "rpm's database is read through rpm on a running machine"));
            }
        }
        return Ok(());
    }
    let Some(out) = read::output(sys, &["rpm", "-qa", "--qf", FORMAT])? else { return Ok(()) };
    for line in out.lines() {
        let mut fields = line.splitn(5, '\t');
        let (Some(name), Some(time), Some(flags), Some(digest), Some(path)) =
            (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        if shipped.packages.last().is_none_or(|p| p.name != name) {
            let installed = time.parse().unwrap_or_default();
            shipped.packages.push(Package { name: name.to_owned(), installed, scripts: String::new() });
        }
        let package = u32::try_from(shipped.packages.len() - 1).unwrap_or_default();
        // Newer rpms record SHA-256; its first half is compared with the first half of what is there.
        let digest = unhex(digest.as_bytes());
        shipped.add(
            &text::to_bytes(path),
            Owned { package, digest, is_conffile: flags.contains('c'), is_obsolete: flags.contains('g') },
        );
    }
    Ok(())
}
