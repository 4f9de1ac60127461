//! dpkg's own records: /var/lib/dpkg, and ucf's in /var/lib/ucf.

use super::{Override, Owned, Package, Recorded, Shipped};
use crate::sys::{Foreseen, Sys};
use model::answer::{Why, WhyCode};
use model::text;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const DPKG: &str = "/var/lib/dpkg";

/// The most that is read of one record.
const MOST: u64 = 64 << 20;

pub(super) fn is_used(sys: &dyn Sys) -> Result<bool, Why> {
    Ok(sys.stat(Path::new("/var/lib/dpkg/status"))?.is_some())
}

pub(super) fn read(sys: &dyn Sys, shipped: &mut Shipped) -> Result<(), Why> {
    let info = format!("{DPKG}/info");
    let names = sys.list(Path::new(&info))?.unwrap_or_default();
    let read: Vec<PathBuf> = names
        .iter()
        .filter(|n| [".list", ".md5sums", ".postinst", ".preinst"].iter().any(|e| n.to_string_lossy().ends_with(e)))
        .map(|n| Path::new(&info).join(n))
        .collect();
    sys.foresee(&Foreseen::Reads(&read));
    let diversions = diversions(&bytes(sys, &format!("{DPKG}/diversions"))?);
    for (from, (to, by)) in &diversions {
        // `:` stands for an administrator.
        if by == ":" {
            let (to, from) = (shipped.known_as(to), shipped.known_as(from));
            shipped.diverted.insert(to, from);
        }
    }
    let mut numbers: HashMap<String, u32> = HashMap::new();
    for name in &names {
        let name = text::from_bytes(name.as_encoded_bytes());
        let Some(stem) = name.strip_suffix(".list") else { continue };
        let number = package(sys, shipped, &info, stem)?;
        numbers.insert(stem.split(':').next().unwrap_or(stem).to_owned(), number);
        lists(sys, shipped, &info, stem, number, &diversions)?;
    }
    conffiles(shipped, &bytes(sys, &format!("{DPKG}/status"))?, &numbers);
    ucf(sys, shipped, &numbers)?;
    overrides(shipped, &text::from_bytes(&bytes(sys, &format!("{DPKG}/statoverride"))?));
    alternatives(sys, shipped)
}

/// A record's bytes; one that is not there is empty, one that is too large is not read in part.
fn bytes(sys: &dyn Sys, path: &str) -> Result<Vec<u8>, Why> {
    Ok(sys.read(Path::new(path), MOST)?.unwrap_or_default())
}

fn package(sys: &dyn Sys, shipped: &mut Shipped, info: &str, stem: &str) -> Result<u32, Why> {
    let installed = sys.stat(Path::new(&format!("{info}/{stem}.list")))?.map_or(0, |s| s.mtime);
    let name = stem.split(':').next().unwrap_or(stem).to_owned();
    let mut scripts = String::new();
    for ending in ["postinst", "preinst"] {
        // A script that cannot be read only means that less is known to be shipped.
        let script = sys.read(Path::new(&format!("{info}/{stem}.{ending}")), 1 << 20).ok().flatten();
        scripts.push_str(&text::from_bytes(&script.unwrap_or_default()));
    }
    shipped.packages.push(Package { name, installed, scripts });
    u32::try_from(shipped.packages.len() - 1).map_err(|e| Why::new(WhyCode::TooLarge, e.to_string()))
}

fn lists(
    sys: &dyn Sys,
    shipped: &mut Shipped,
    info: &str,
    stem: &str,
    package: u32,
    diversions: &Diversions,
) -> Result<(), Why> {
    let name = stem.split(':').next().unwrap_or(stem);
    let owned = Owned { package, digest: None, given: None, is_conffile: false, is_obsolete: false };
    for line in bytes(sys, &format!("{info}/{stem}.list"))?.split(|b| *b == b'\n').filter(|l| l.starts_with(b"/")) {
        shipped.add(diverted(diversions, name, line), owned);
    }
    for line in bytes(sys, &format!("{info}/{stem}.md5sums"))?.split(|b| *b == b'\n') {
        let Some((digest, path)) = line.split_at_checked(32) else { continue };
        let Some(path) = path.strip_prefix(b"  ").filter(|p| !p.is_empty()) else { continue };
        let path = [b"/", path].concat();
        shipped.add(diverted(diversions, name, &path), Owned { digest: Recorded::of(digest), ..owned });
    }
    Ok(())
}

/// Where dpkg-divert put a path: by the path, the new one and the package that is not diverted (`:` for nobody).
type Diversions = HashMap<Vec<u8>, (Vec<u8>, String)>;

fn diversions(bytes: &[u8]) -> Diversions {
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
    lines.chunks_exact(3).map(|three| (three[0].to_vec(), (three[1].to_vec(), text::from_bytes(three[2])))).collect()
}

fn diverted<'a>(diversions: &'a Diversions, package: &str, path: &'a [u8]) -> &'a [u8] {
    match diversions.get(path) {
        Some((to, by)) if by != package => to,
        _ => path,
    }
}

/// The `Conffiles:` fields of the status file: a path and a digest a line.
fn conffiles(shipped: &mut Shipped, status: &[u8], numbers: &HashMap<String, u32>) {
    let (mut package, mut inside) = (None, false);
    for line in status.split(|b| *b == b'\n') {
        if !line.starts_with(b" ") {
            inside = line.starts_with(b"Conffiles:");
            if let Some(name) = line.strip_prefix(b"Package: ") {
                package = numbers.get(&text::from_bytes(name)).copied();
            }
            continue;
        }
        if let (true, Some(package)) = (inside, package) {
            let mut words = line.split(|b| *b == b' ').filter(|w| !w.is_empty());
            let (Some(path), Some(digest)) = (words.next(), words.next()) else { continue };
            // `obsolete` and `remove-on-upgrade`; `newconffile` stands for a digest that is not known yet.
            let is_obsolete = words.next().is_some() || digest == b"newconffile";
            shipped.add(
                path,
                Owned { package, digest: Recorded::of(digest), given: None, is_conffile: true, is_obsolete },
            );
        }
    }
}

/// ucf's hashfile (`digest  path`) and registry (`package  path`).
fn ucf(sys: &dyn Sys, shipped: &mut Shipped, numbers: &HashMap<String, u32>) -> Result<(), Why> {
    let words = |line: &str| -> Option<(String, String)> {
        let (a, b) = line.split_once(char::is_whitespace)?;
        Some((a.to_owned(), b.trim().to_owned()))
    };
    let registry = text::from_bytes(&bytes(sys, "/var/lib/ucf/registry")?);
    let owners: HashMap<String, String> = registry.lines().filter_map(words).map(|(p, f)| (f, p)).collect();
    for line in text::from_bytes(&bytes(sys, "/var/lib/ucf/hashfile")?).lines() {
        let Some((digest, path)) = words(line) else { continue };
        let package = owners.get(&path).and_then(|p| numbers.get(p)).copied().unwrap_or_default();
        let digest = Recorded::of(digest.as_bytes());
        shipped
            .add(&text::to_bytes(&path), Owned { package, digest, given: None, is_conffile: true, is_obsolete: false });
    }
    Ok(())
}

/// `user group mode path` a line.
fn overrides(shipped: &mut Shipped, text: &str) {
    for line in text.lines() {
        let mut words = line.splitn(4, ' ');
        let (Some(user), Some(group), Some(mode), Some(path)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Ok(mode) = u32::from_str_radix(mode, 8) else { continue };
        let kept = Override { user: user.to_owned(), group: group.to_owned(), mode };
        let path = shipped.known_as(&text::to_bytes(path));
        shipped.overrides.insert(path, kept);
    }
}

/// /var/lib/dpkg/alternatives/NAME: `auto` or `manual`, the link, then pairs of name and link up to a blank line.
fn alternatives(sys: &dyn Sys, shipped: &mut Shipped) -> Result<(), Why> {
    let dir = format!("{DPKG}/alternatives");
    let names = sys.list(Path::new(&dir))?.unwrap_or_default();
    let records: Vec<PathBuf> = names.iter().map(|n| Path::new(&dir).join(n)).collect();
    sys.foresee(&Foreseen::Reads(&records));
    for name in names {
        let name = text::from_bytes(name.as_encoded_bytes());
        let record = text::from_bytes(&bytes(sys, &format!("{dir}/{name}"))?);
        let mut lines = record.lines();
        let chosen = lines.next() == Some("manual");
        let mut links = vec![(name, lines.next().unwrap_or_default().to_owned())];
        while let Some(slave) = lines.next().filter(|l| !l.is_empty()) {
            links.push((slave.to_owned(), lines.next().unwrap_or_default().to_owned()));
        }
        for (at, (name, link)) in links.into_iter().enumerate() {
            // What a person chose is one act: the others follow from the first.
            let chosen = chosen && at == 0;
            let shown = shipped.known_as(&text::to_bytes(&format!("/etc/alternatives/{name}")));
            shipped.alternatives.insert(shown, chosen);
            let link = shipped.known_as(&text::to_bytes(&link));
            shipped.alternatives.insert(link, false);
        }
    }
    Ok(())
}
