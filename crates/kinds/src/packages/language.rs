//! Packages of languages, from the records their installers leave; those that a system package brought are left out.

use super::Found;
use crate::read;
use crate::shipped;
use crate::sys::Sys;
use model::answer::Why;
use model::facts::VersionOrder;
use model::standing::Standing;
use model::text;
use std::collections::BTreeMap;
use std::path::Path;

type Packages = BTreeMap<String, Found>;

/// How the names of languages' packages begin.
pub(crate) const PREFIXES: &[&str] = &["gem:", "npm:", "pear:", "pecl:", "pip:"];

pub(crate) fn read(sys: &dyn Sys) -> Result<Packages, Why> {
    let mut found = Packages::new();
    for top in ["/usr/local/lib", "/usr/lib"] {
        for name in entries(sys, top)? {
            if name.starts_with("python") || name.starts_with("pypy") {
                for dir in ["dist-packages", "site-packages"] {
                    pip(sys, &format!("{top}/{name}/{dir}"), &mut found)?;
                }
            }
        }
        npm(sys, &format!("{top}/node_modules"), &mut found)?;
    }
    for top in ["/var/lib/gems", "/usr/local/lib/ruby/gems", "/usr/lib/ruby/gems", "/usr/share/rubygems-integration"] {
        for version in entries(sys, top)? {
            gems(sys, &format!("{top}/{version}/specifications"), &mut found)?;
        }
    }
    for dir in ["/usr/share/php/.registry", "/usr/local/lib/php/.registry", "/usr/share/pear/.registry"] {
        pear(sys, dir, "pear", &mut found)?;
        for channel in entries(sys, dir)? {
            if let Some(name) = channel.strip_prefix(".channel.") {
                let prefix = if name.contains("pecl") { "pecl" } else { "pear" };
                pear(sys, &format!("{dir}/{channel}"), prefix, &mut found)?;
            }
        }
    }
    Ok(found)
}

fn entries(sys: &dyn Sys, dir: &str) -> Result<Vec<String>, Why> {
    let names = sys.list(Path::new(dir))?.unwrap_or_default();
    Ok(names.iter().map(|n| text::from_bytes(n.as_encoded_bytes())).collect())
}

/// Adds a package unless a system package owns its record.
fn add(
    sys: &dyn Sys,
    record: &str,
    name: String,
    version: &str,
    order: VersionOrder,
    found: &mut Packages,
) -> Result<(), Why> {
    if shipped::owner(sys, record)?.is_some() {
        return Ok(());
    }
    let mut package = Found::new(version, order);
    package.standing = Standing::Local;
    found.entry(name).or_insert(package).versions.insert(version.to_owned());
    Ok(())
}

/// `NAME-VERSION.dist-info/METADATA` or `NAME-VERSION.egg-info[/PKG-INFO]`.
fn pip(sys: &dyn Sys, dir: &str, found: &mut Packages) -> Result<(), Why> {
    for entry in entries(sys, dir)? {
        let stem = entry.strip_suffix(".dist-info").or_else(|| entry.strip_suffix(".egg-info"));
        let Some((name, version)) = stem.and_then(|s| s.split_once('-')) else { continue };
        // An egg names the Python it was made for after its version.
        let version = version.split("-py").next().unwrap_or(version);
        let record = ["METADATA", "PKG-INFO"]
            .iter()
            .map(|f| format!("{dir}/{entry}/{f}"))
            .find(|p| matches!(sys.stat(Path::new(p)), Ok(Some(_))))
            .unwrap_or_else(|| format!("{dir}/{entry}"));
        add(sys, &record, format!("pip:{name}"), version, VersionOrder::Pep440, found)?;
    }
    Ok(())
}

/// `NAME/package.json` and `@SCOPE/NAME/package.json`.
fn npm(sys: &dyn Sys, dir: &str, found: &mut Packages) -> Result<(), Why> {
    for entry in entries(sys, dir)? {
        let names = if entry.starts_with('@') {
            entries(sys, &format!("{dir}/{entry}"))?.into_iter().map(|n| format!("{entry}/{n}")).collect()
        } else {
            vec![entry]
        };
        for name in names {
            let record = format!("{dir}/{name}/package.json");
            let Some(text) = read::file(sys, &record)? else { continue };
            let parsed: Option<serde_json::Value> = serde_json::from_str(&text).ok();
            let version = parsed.as_ref().and_then(|v| v.get("version")?.as_str().map(str::to_owned));
            if let Some(version) = version {
                add(sys, &record, format!("npm:{name}"), &version, VersionOrder::Semver, found)?;
            }
        }
    }
    Ok(())
}

/// `NAME-VERSION.gemspec`; a platform may follow the version.
fn gems(sys: &dyn Sys, dir: &str, found: &mut Packages) -> Result<(), Why> {
    for entry in entries(sys, dir)? {
        let Some(stem) = entry.strip_suffix(".gemspec") else { continue };
        let at =
            stem.match_indices('-').map(|(i, _)| i).find(|i| stem[i + 1..].starts_with(|c: char| c.is_ascii_digit()));
        let Some(at) = at else { continue };
        let version = stem[at + 1..].split('-').next().unwrap_or_default();
        add(sys, &format!("{dir}/{entry}"), format!("gem:{}", &stem[..at]), version, VersionOrder::Gem, found)?;
    }
    Ok(())
}

/// `name.reg`, a serialized PHP array: the release's version stands in it as a string.
fn pear(sys: &dyn Sys, dir: &str, prefix: &str, found: &mut Packages) -> Result<(), Why> {
    for path in read::files_in(sys, dir, ".reg")? {
        let text = read::file_or_empty(sys, &path)?;
        let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".reg").to_owned();
        let version = serialized(&text, "release").or_else(|| serialized(&text, "version"));
        if let Some(version) = version {
            add(sys, &path, format!("{prefix}:{name}"), version, VersionOrder::Php, found)?;
        }
    }
    Ok(())
}

/// The string after a key of a serialized array: `s:7:"release";s:5:"1.0.1";`.
fn serialized<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let wanted = format!("\"{key}\";s:");
    let after = &text[text.find(&wanted)? + wanted.len()..];
    let (_, value) = after.split_once('"')?;
    value.split_once('"').map(|(v, _)| v)
}
