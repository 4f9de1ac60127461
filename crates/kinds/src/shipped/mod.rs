//! What packages brought: who owns a path, and whether what is there is still what was brought.
//!
//! Read from the packaging system's own files, once per look. See dpkg(1), dpkg-divert(1), update-alternatives(1),
//! dpkg-statoverride(1) and ucf(1) for what each of them means.

pub mod class;
mod dpkg;
mod rpm;
pub(crate) mod script;

use crate::sys::{Algorithm, FileType, Sys};
use model::answer::Why;
use model::standing::Standing;
use model::text;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What packages brought, by path.
#[derive(Debug, Default)]
pub struct Shipped {
    owned: HashMap<Box<[u8]>, Owned>,
    packages: Vec<Package>,
    /// Top directories that are links into /usr (the merged /usr).
    merged: Vec<Vec<u8>>,
    /// Modes and owners that an administrator told dpkg to keep.
    overrides: HashMap<Box<[u8]>, Override>,
    /// What people had moved aside: where it is, and where its package brought it.
    diverted: HashMap<Box<[u8]>, Box<[u8]>>,
    /// Links that update-alternatives made, and whether a person chose.
    alternatives: HashMap<Box<[u8]>, bool>,
    /// Owners by number, where the packaging system records them.
    owners: Vec<(String, String)>,
    /// Which packages' scripts name a path.
    naming: OnceLock<HashMap<Box<str>, Vec<usize>>>,
    /// The commands of the scripts that make accounts.
    account_commands: OnceLock<Vec<String>>,
}

/// A digest of contents as a packaging system recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// dpkg's, and rpm's up to version 4.6.
    Md5([u8; 16]),
    /// rpm's since.
    Sha256([u8; 32]),
}

impl Recorded {
    /// Of hexadecimal digits, as many as the digest has.
    fn of(text: &[u8]) -> Option<Self> {
        match text.len() {
            32 => unhex(text).map(Self::Md5),
            64 => unhex(text).map(Self::Sha256),
            _ => None,
        }
    }

    /// The algorithm it is of.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Md5(_) => Algorithm::Md5,
            Self::Sha256(_) => Algorithm::Sha256,
        }
    }

    /// Whether it is the digest of these hexadecimal digits.
    fn is(&self, digits: &str) -> bool {
        Self::of(digits.as_bytes()) == Some(*self)
    }
}

/// A mode and owner as a packaging system recorded them.
#[derive(Debug, Clone, Copy)]
struct Given {
    mode: u16,
    owner: u16,
}

/// One path that a package brought.
#[derive(Debug, Clone, Copy)]
pub struct Owned {
    package: u32,
    /// The digest of its contents as brought, where that is recorded.
    pub digest: Option<Recorded>,
    given: Option<Given>,
    /// Whether a person is expected to edit it.
    pub is_conffile: bool,
    /// Whether it need not be there: a newer version of its package no longer brings it, or it is made at run time.
    pub is_obsolete: bool,
}

/// A package as the noise model needs it.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// When it was installed or upgraded last, in seconds since 1970; 0 where unknown.
    pub installed: i64,
    /// Its maintainer scripts, for the files they make and the modes and owners they set.
    pub scripts: String,
}

impl std::fmt::Display for Override {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:04o}", self.user, self.group, self.mode)
    }
}

/// A mode and owner that dpkg keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The user's name.
    pub user: String,
    /// The group's name.
    pub group: String,
    /// The mode.
    pub mode: u32,
}

impl Shipped {
    /// What packages brought to a system, read once per look.
    pub fn of(sys: &dyn Sys) -> Arc<Result<Shipped, Why>> {
        sys.memo().get(|| Self::read(sys))
    }

    fn read(sys: &dyn Sys) -> Result<Shipped, Why> {
        let mut shipped = Shipped::default();
        for top in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
            if sys.link(Path::new(&format!("/{top}")))?.is_some() {
                shipped.merged.push(format!("/{top}/").into_bytes());
            }
        }
        if dpkg::is_used(sys)? {
            dpkg::read(sys, &mut shipped)?;
        } else {
            rpm::read(sys, &mut shipped)?;
        }
        Ok(shipped)
    }

    /// The path by which a file is known: with a merged /usr, /bin/sh is /usr/bin/sh.
    fn known_as(&self, path: &[u8]) -> Box<[u8]> {
        for top in &self.merged {
            if path.starts_with(top) {
                return [b"/usr".as_slice(), path].concat().into_boxed_slice();
            }
        }
        path.into()
    }

    fn add(&mut self, path: &[u8], owned: Owned) {
        let path = self.known_as(path);
        let entry = self.owned.entry(path).or_insert(owned);
        entry.digest = owned.digest.or(entry.digest);
        entry.given = owned.given.or(entry.given);
        entry.is_conffile |= owned.is_conffile;
        entry.is_obsolete |= owned.is_obsolete;
    }

    /// What is recorded of a path.
    pub fn get(&self, path: &Path) -> Option<&Owned> {
        self.owned.get(&self.known_as(path.as_os_str().as_encoded_bytes()))
    }

    /// The package that brought a path.
    pub fn package(&self, path: &Path) -> Option<&Package> {
        self.get(path).and_then(|o| self.packages.get(usize::try_from(o.package).ok()?))
    }

    /// The mode and owner that an administrator told dpkg to keep for a path.
    pub fn kept(&self, path: &Path) -> Option<&Override> {
        self.overrides.get(&self.known_as(path.as_os_str().as_encoded_bytes()))
    }

    /// The path at which a package brought a file, before people had dpkg put it where it is.
    pub fn diverted_from(&self, path: &Path) -> Option<String> {
        let from = self.diverted.get(&self.known_as(path.as_os_str().as_encoded_bytes()))?;
        Some(text::from_bytes(from))
    }

    /// The paths at which packages brought what people had put elsewhere: something is expected there.
    pub fn diverted_by_people(&self) -> impl Iterator<Item = &[u8]> {
        self.diverted.iter().filter(|(to, _)| self.owned.contains_key(*to)).map(|(_, from)| &**from)
    }

    /// Whether people had dpkg record something of a path.
    pub fn is_redirected(&self, path: &Path) -> bool {
        let path = self.known_as(path.as_os_str().as_encoded_bytes());
        self.diverted.contains_key(&path) || self.overrides.contains_key(&path)
    }

    /// Whether a path is a link of update-alternatives, and if so, whether a person chose where it points.
    pub fn alternative(&self, path: &Path) -> Option<bool> {
        self.alternatives.get(&self.known_as(path.as_os_str().as_encoded_bytes())).copied()
    }

    /// Whether a command of a maintainer script that makes accounts, or asks for them, names one.
    pub fn is_scripted_account(&self, name: &str) -> bool {
        let read = || self.packages.iter().flat_map(|p| script::account_commands(&p.scripts)).collect();
        self.account_commands.get_or_init(read).iter().any(|command| script::has_word(command, name))
    }

    /// Every line of every maintainer script.
    pub fn script_lines(&self) -> impl Iterator<Item = &str> {
        self.packages.iter().flat_map(|p| p.scripts.lines())
    }

    /// The mode and the names of owner and group that a path was brought with, where that is recorded (rpm).
    pub fn given(&self, path: &Path) -> Option<(u32, &str, &str)> {
        let given = self.get(path)?.given?;
        let (user, group) = self.owners.get(usize::from(given.owner))?;
        Some((u32::from(given.mode), user, group))
    }

    /// Whether a maintainer script has a line with a path and one of these words: it makes the file, or sets its mode.
    pub fn is_scripted(&self, path: &Path, words: &[&str]) -> bool {
        let path = path.to_string_lossy();
        let naming = self.naming.get_or_init(|| naming(&self.packages)).get(&*path);
        naming
            .into_iter()
            .flatten()
            .filter_map(|at| self.packages.get(*at))
            .any(|package| package.scripts.lines().any(|l| names(l, &path) && words.iter().any(|w| l.contains(w))))
    }

    /// Whether a package is called as a path's last name, or has a script that names the path.
    pub fn is_named(&self, path: &Path) -> bool {
        let name = path.file_name().map(|n| n.to_string_lossy());
        self.packages.iter().any(|p| Some(p.name.as_str()) == name.as_deref()) || self.is_scripted(path, &[""])
    }

    /// Every path that must be there: all but what a newer version of its package no longer brings.
    pub fn expected(&self) -> impl Iterator<Item = &[u8]> {
        self.owned.iter().filter(|(_, o)| !o.is_obsolete).map(|(p, _)| &**p)
    }

    /// Whether a regular file's contents are as brought: `None` when nothing is recorded of them.
    pub fn is_as_brought(&self, sys: &dyn Sys, path: &Path) -> Result<Option<bool>, Why> {
        let Some(recorded) = self.get(path).and_then(|o| o.digest) else { return Ok(None) };
        // Only a link's end is looked for: what leads there has no say in what the contents are.
        let real = match sys.link(path)? {
            Some(_) => sys.real(path)?,
            None => None,
        };
        let seen = sys.digest(real.as_deref().unwrap_or(path), recorded.algorithm())?;
        Ok(seen.map(|seen| recorded.is(&seen)))
    }

    /// Who brought a path: people, if no package did or if it was changed since.
    pub fn standing(&self, sys: &dyn Sys, path: &Path) -> Result<Standing, Why> {
        let is_local = match self.get(path) {
            _ if class::of(path).is_some() => false,
            Some(_) => self.is_as_brought(sys, path)? == Some(false),
            None => match sys.stat(path)? {
                Some(stat) if stat.kind == FileType::Link => !self.is_link_to_shipped(sys, path)?,
                _ => true,
            },
        };
        Ok(if is_local { Standing::Local } else { Standing::Shipped })
    }

    /// Whether a link of nobody's leads to what a package brought: packages and their tools make many of those.
    pub fn is_link_to_shipped(&self, sys: &dyn Sys, path: &Path) -> Result<bool, Why> {
        if let Some(chosen) = self.alternative(path) {
            return Ok(!chosen);
        }
        if class::is_for_people(path) {
            return Ok(false);
        }
        Ok(sys.real(path)?.is_some_and(|real| self.get(&real).is_some()))
    }
}

/// The paths that packages' scripts name, and by which packages.
fn naming(packages: &[Package]) -> HashMap<Box<str>, Vec<usize>> {
    let mut naming: HashMap<Box<str>, Vec<usize>> = HashMap::new();
    let of_path = |c: char| c.is_ascii_alphanumeric() || "/._+@:-".contains(c);
    for (at, package) in packages.iter().enumerate() {
        for word in package.scripts.split(|c| !of_path(c)) {
            let Some(start) = word.find('/') else { continue };
            let path = word[start..].trim_end_matches(['/', '.', ':']);
            let by = naming.entry(path.into()).or_default();
            if by.last() != Some(&at) {
                by.push(at);
            }
        }
    }
    naming
}

/// Whether a line of a script names a path, and not only one that begins with it.
fn names(line: &str, path: &str) -> bool {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    line.match_indices(path).any(|(at, _)| !line[at + path.len()..].starts_with(goes_on))
}

/// The words of a script that makes a file.
pub const MAKES: &[&str] = &[">", "cp ", "install ", "mv ", "touch "];

/// The words of a script that sets a mode or an owner.
pub const SETS_MODE: &[&str] = &["chmod", "chown", "chgrp", "statoverride", "install ", "=/", "=\"/"];

/// Who owns a path. `None`: no package.
pub fn owner(sys: &dyn Sys, path: &str) -> Result<Option<String>, Why> {
    match &*Shipped::of(sys) {
        Ok(shipped) => Ok(shipped.package(&path_of(path)).map(|p| p.name.clone())),
        Err(why) => Err(why.clone()),
    }
}

/// Whether somebody wants to know who brought what.
struct Asked(bool);

/// Says, before the first probe of a look, whether anything in it asks who brought a value. Who asks for a value by its
/// name does not, and then the packages' records, the largest reading of all, are read for nothing.
pub fn asked(sys: &dyn Sys, who: bool) {
    sys.memo().get(|| Asked(who));
}

/// Whether somebody wants to know who brought what; where that was not said, somebody does.
pub(crate) fn is_asked(sys: &dyn Sys) -> bool {
    sys.memo().get(|| Asked(true)).0
}

/// Standings found in this look: several kinds ask for those of the same files.
#[derive(Default)]
struct Known(Mutex<HashMap<String, Standing>>);

/// Who brought what is at a path, if anybody asks.
pub fn standing(sys: &dyn Sys, path: &str) -> Result<Standing, Why> {
    if !is_asked(sys) {
        return Ok(Standing::Shipped);
    }
    let known = sys.memo().get(Known::default);
    let lock = || known.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(standing) = lock().get(path) {
        return Ok(*standing);
    }
    let standing = match &*Shipped::of(sys) {
        Ok(shipped) => shipped.standing(sys, &path_of(path))?,
        Err(why) => return Err(why.clone()),
    };
    lock().insert(path.to_owned(), standing);
    Ok(standing)
}

/// A path of the target that was made text.
pub fn path_of(text: &str) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(text::to_bytes(text)).into()
}

fn unhex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut out = [0_u8; N];
    for (byte, digits) in out.iter_mut().zip(text.chunks_exact(2)) {
        let high = char::from(digits[0]).to_digit(16)?;
        let low = char::from(digits[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_makes_the_files_it_names_and_no_others() {
        let scripts = "cp /usr/share/a/conf \"$DPKG_ROOT/etc/a/a.conf\"\nchmod 0640 /etc/a/b.conf.d/\n".to_owned();
        let shipped =
            Shipped { packages: vec![Package { name: "a".to_owned(), installed: 0, scripts }], ..Shipped::default() };
        for (path, words, expected) in [
            ("/etc/a/a.conf", MAKES, true),
            ("/etc/a/a.con", MAKES, false),
            ("/etc/a/b.conf", SETS_MODE, false),
            ("/a.conf", MAKES, false),
            ("/etc/a/a.conf", SETS_MODE, false),
        ] {
            assert_eq!(shipped.is_scripted(Path::new(path), words), expected, "{path}");
        }
    }

    #[test]
    fn a_digest_is_known_by_its_length() {
        let (short, long) = ("0f".repeat(16), "0f".repeat(32));
        for (digits, other) in [(&short, &long), (&long, &short)] {
            let recorded = Recorded::of(digits.as_bytes()).unwrap();
            assert!(recorded.is(digits) && !recorded.is(other) && !recorded.is(&digits.replace('f', "e")));
        }
        assert_eq!(Recorded::of(b"newconffile"), None);
        assert_eq!(Recorded::of("zz".repeat(16).as_bytes()), None);
    }
}
