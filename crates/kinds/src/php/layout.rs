//! Where the PHPs of a host live: versions, server interfaces (SAPIs), their ini files and programs.

use crate::read;
use crate::sys::Sys;
use model::answer::{Answer, Why, WhyCode};
use model::text;
use std::path::Path;
use std::sync::Arc;

/// One way PHP is run on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sapi {
    /// PHP's version as its directory has it; empty where there is only one place for PHP.
    pub version: String,
    /// What names begin with: the interface, after the version where several are installed.
    pub label: String,
    /// The interface: `cli`, `fpm`, `apache2`, `cgi`.
    pub name: String,
    /// The directory of `php.ini`.
    pub dir: String,
    /// The directory of more ini files.
    pub scan: String,
    /// The program that answers `-i` for this interface.
    pub program: Option<String>,
    /// A command line PHP of the same version, where this interface has no program.
    pub stand_in: Option<String>,
    /// The main file of FPM's pools.
    pub pools: Option<String>,
    /// Where an untouched php.ini of the package may lie.
    pub pristine: Vec<String>,
}

/// What was found, shared by the kinds that read PHP.
pub struct Installed(Result<Vec<Sapi>, Why>);

impl Installed {
    /// The ways PHP is run on this host.
    pub fn of(sys: &dyn Sys) -> Result<Vec<Sapi>, Why> {
        let found: Arc<Installed> = sys.memo().get(|| Installed(look(sys)));
        found.0.clone()
    }
}

fn look(sys: &dyn Sys) -> Result<Vec<Sapi>, Why> {
    let mut all = debian(sys)?;
    all.extend(debian_5(sys)?);
    all.extend(one_place(sys, "", "/etc", "/etc/php.d", &["/usr/bin", "/usr/sbin"], "/etc/php-fpm.conf")?);
    let local = ["/usr/local/bin", "/usr/local/sbin"];
    all.extend(one_place(
        sys,
        "",
        "/usr/local/etc/php",
        "/usr/local/etc/php/conf.d",
        &local,
        "/usr/local/etc/php-fpm.conf",
    )?);
    all.extend(collections(sys)?);
    let mut versions: Vec<&String> = all.iter().map(|s| &s.version).collect();
    versions.sort();
    versions.dedup();
    let several = versions.len() > 1;
    for sapi in &mut all {
        sapi.label = if several && !sapi.version.is_empty() {
            format!("{}/{}", sapi.version, sapi.name)
        } else {
            sapi.name.clone()
        };
    }
    Ok(all)
}

fn names(sys: &dyn Sys, dir: &str) -> Result<Vec<String>, Why> {
    match sys.list(Path::new(dir)) {
        Ok(found) => Ok(found.unwrap_or_default().iter().map(|n| text::from_bytes(n.as_encoded_bytes())).collect()),
        // A file of that name is no directory of PHP.
        Err(why) if why.code == WhyCode::Unsupported => Ok(Vec::new()),
        Err(why) => Err(why),
    }
}

fn is_there(sys: &dyn Sys, path: &str) -> Result<bool, Why> {
    Ok(sys.stat(Path::new(path))?.is_some())
}

/// The first of several paths that is there.
fn first(sys: &dyn Sys, paths: impl IntoIterator<Item = String>) -> Answer<String> {
    for path in paths {
        if is_there(sys, &path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn debian(sys: &dyn Sys) -> Result<Vec<Sapi>, Why> {
    let mut all = Vec::new();
    for version in names(sys, "/etc/php")? {
        if !version.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        for name in names(sys, &format!("/etc/php/{version}"))? {
            if name == "mods-available" {
                continue;
            }
            // A removed package leaves its directory behind.
            let Some(program) = debian_program(sys, &version, &name)? else { continue };
            let runs = matches!(name.as_str(), "cli" | "fpm");
            let dir = format!("/etc/php/{version}/{name}");
            let ending = if name == "cli" { ".cli" } else { "" };
            all.push(Sapi {
                scan: format!("{dir}/conf.d"),
                pools: (name == "fpm").then(|| format!("{dir}/php-fpm.conf")),
                pristine: vec![format!("/usr/lib/php/{version}/php.ini-production{ending}")],
                program: runs.then_some(program),
                stand_in: first(sys, [format!("/usr/bin/php{version}")])?,
                label: String::new(),
                version: version.clone(),
                name,
                dir,
            });
        }
    }
    Ok(all)
}

fn debian_program(sys: &dyn Sys, version: &str, name: &str) -> Answer<String> {
    let paths = match name {
        "cli" => vec![format!("/usr/bin/php{version}")],
        "fpm" => vec![format!("/usr/sbin/php-fpm{version}")],
        "cgi" => vec![format!("/usr/bin/php-cgi{version}")],
        "apache2" => vec![format!("/usr/lib/apache2/modules/libphp{version}.so")],
        "embed" => vec![format!("/usr/lib/libphp{version}.so"), format!("/usr/lib/php/{version}/sapi/embed")],
        "phpdbg" => vec![format!("/usr/bin/phpdbg{version}")],
        _ => Vec::new(),
    };
    first(sys, paths)
}

/// Debian's PHP 5, before several versions could stand side by side.
fn debian_5(sys: &dyn Sys) -> Result<Vec<Sapi>, Why> {
    let mut all = Vec::new();
    for name in names(sys, "/etc/php5")? {
        let program = match name.as_str() {
            "cli" => "/usr/bin/php5",
            "fpm" => "/usr/sbin/php5-fpm",
            "apache2" => "/usr/lib/apache2/modules/libphp5.so",
            "cgi" => "/usr/bin/php5-cgi",
            _ => continue,
        };
        if !is_there(sys, program)? {
            continue;
        }
        let dir = format!("/etc/php5/{name}");
        let ending = if name == "cli" { ".cli" } else { "" };
        all.push(Sapi {
            version: "5".to_owned(),
            label: String::new(),
            scan: format!("{dir}/conf.d"),
            pools: (name == "fpm").then(|| format!("{dir}/php-fpm.conf")),
            pristine: vec![format!("/usr/share/php5/php.ini-production{ending}")],
            program: matches!(name.as_str(), "cli" | "fpm").then(|| program.to_owned()),
            stand_in: first(sys, ["/usr/bin/php5".to_owned()])?,
            name,
            dir,
        });
    }
    Ok(all)
}

/// One php.ini for every interface: Red Hat's packages, and PHP built by hand or in an official image.
fn one_place(
    sys: &dyn Sys,
    version: &str,
    dir: &str,
    scan: &str,
    programs: &[&str],
    pools: &str,
) -> Result<Vec<Sapi>, Why> {
    let paths = |name: &str| programs.iter().map(|d| format!("{d}/{name}")).collect::<Vec<_>>();
    let mut all = Vec::new();
    if !is_there(sys, scan)? && !is_there(sys, &format!("{dir}/php.ini"))? {
        return Ok(all);
    }
    let mut pristine = vec![format!("{dir}/php.ini-production")];
    for doc in names(sys, "/usr/share/doc")?.iter().filter(|n| n.starts_with("php") && n.contains("-common")) {
        pristine.push(format!("/usr/share/doc/{doc}/php.ini-production"));
    }
    for (name, program) in [("cli", "php"), ("fpm", "php-fpm")] {
        let Some(program) = first(sys, paths(program))? else { continue };
        all.push(Sapi {
            version: version.to_owned(),
            label: String::new(),
            name: name.to_owned(),
            dir: dir.to_owned(),
            scan: scan.to_owned(),
            stand_in: None,
            program: Some(program),
            pools: (name == "fpm").then(|| pools.to_owned()),
            pristine: pristine.clone(),
        });
    }
    Ok(all)
}

/// Red Hat's and Remi's collections, several versions side by side.
fn collections(sys: &dyn Sys) -> Result<Vec<Sapi>, Why> {
    let mut all = Vec::new();
    for vendor in ["remi", "rh"] {
        for name in names(sys, &format!("/etc/opt/{vendor}"))?.iter().filter(|n| n.contains("php")) {
            let dir = format!("/etc/opt/{vendor}/{name}");
            let root = format!("/opt/{vendor}/{name}/root/usr");
            let programs = [format!("{root}/bin"), format!("{root}/sbin")];
            let programs: Vec<&str> = programs.iter().map(String::as_str).collect();
            let version = name.trim_start_matches("rh-").trim_start_matches("php");
            let (scan, pools) = (format!("{dir}/php.d"), format!("{dir}/php-fpm.conf"));
            all.extend(one_place(sys, version, &dir, &scan, &programs, &pools)?);
        }
    }
    Ok(all)
}

impl Sapi {
    /// The ini files in the order in which PHP reads them: its own php.ini, then those of the scan directory.
    pub fn files(&self, sys: &dyn Sys) -> Result<Vec<String>, Why> {
        let api = if self.name == "fpm" { "fpm-fcgi" } else { &self.name };
        let main = [format!("{}/php-{api}.ini", self.dir), format!("{}/php.ini", self.dir)];
        let mut files: Vec<String> = first(sys, main)?.into_iter().collect();
        files.extend(read::files_in(sys, &self.scan, ".ini")?);
        Ok(files)
    }
}
