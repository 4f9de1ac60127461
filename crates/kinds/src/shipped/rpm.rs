//! rpm's records, through one process: paths, digests, flags and install times of all packages.

use super::{Given, Owned, Package, Recorded, Shipped};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::text;
use std::path::Path;

/// `[..]` repeats for each file; `%{=NAME}` for each file too.
const FORMAT: &str = "[%{=NAME}\\t%{=INSTALLTIME}\\t%{FILEFLAGS:fflags}\\t%{FILEDIGESTS}\\t%{FILEMODES:octal}\\t\
    %{FILEUSERNAME}\\t%{FILEGROUPNAME}\\t%{FILENAMES}\\n]";

pub(super) fn read(sys: &dyn Sys, shipped: &mut Shipped) -> Result<(), Why> {
    let mut is_used = false;
    for path in ["/var/lib/rpm", "/usr/lib/sysimage/rpm"] {
        is_used |= sys.stat(Path::new(path))?.is_some();
    }
    if !is_used {
        return Ok(());
    }
    if !sys.is_live() {
        return Err(Why::new(WhyCode::NotRunning, "rpm's database is read through rpm on a running machine"));
    }
    let out = read::output(sys, &["rpm", "-qa", "--qf", FORMAT])?;
    let out = out.ok_or_else(|| Why::new(WhyCode::NoTool, "rpm's records are there, and rpm is not installed"))?;
    for line in out.lines() {
        file(shipped, line);
    }
    Ok(())
}

/// One line: a file of a package.
fn file(shipped: &mut Shipped, line: &str) {
    let fields: Vec<&str> = line.splitn(8, '\t').collect();
    let [name, time, flags, digest, mode, user, group, path] = fields[..] else { return };
    if shipped.packages.last().is_none_or(|p| p.name != name) {
        let installed = time.parse().unwrap_or_default();
        shipped.packages.push(Package { name: name.to_owned(), installed, scripts: String::new() });
    }
    let package = u32::try_from(shipped.packages.len() - 1).unwrap_or_default();
    let owned = Owned {
        package,
        digest: Recorded::of(digest.as_bytes()),
        given: given(shipped, mode, user, group),
        is_conffile: flags.contains('c'),
        is_obsolete: flags.contains('g') || flags.contains('m'),
    };
    // A ghost is made after it was installed: what is recorded of it does not hold.
    let is_ghost = flags.contains('g');
    let ghost = Owned { digest: None, given: None, ..owned };
    shipped.add(&text::to_bytes(path), if is_ghost { ghost } else { owned });
}

fn given(shipped: &mut Shipped, mode: &str, user: &str, group: &str) -> Option<Given> {
    let mode = u16::try_from(u32::from_str_radix(mode, 8).ok()? & 0o7777).ok()?;
    let owner = (user.to_owned(), group.to_owned());
    let at = shipped.owners.iter().position(|o| *o == owner).unwrap_or_else(|| {
        shipped.owners.push(owner);
        shipped.owners.len() - 1
    });
    Some(Given { mode, owner: u16::try_from(at).ok()? })
}
