//! What one path is, as facts.

use super::attributes;
use super::names::Names;
use super::tree::{self, Tree};
use crate::out::{Out, Shown};
use crate::read;
use crate::redact::Redacted;
use crate::sys::{Algorithm, Attributes, FileType, Stat, Sys};
use model::answer::{Why, WhyCode};
use model::fact::Fact;
use model::standing::Standing;
use model::text;
use model::value::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// The largest contents that are kept beside a spec, in bytes.
const MOST_KEPT: u64 = 256 << 10;

/// The largest file whose secrets are looked for, in bytes; a larger one is only digested.
const MOST_SEARCHED: u64 = 4 << 20;

/// The largest file that is digested, in bytes; of a larger one the size is pinned.
pub(crate) const MOST_DIGESTED: u64 = 2 << 30;

/// What stands beside mode and owner.
const ATTRIBUTES: &[&str] = &["acl", "append-only", "capabilities", "default-acl", "immutable"];

/// Who brought what of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standings {
    /// Its mode and owner.
    pub(crate) metadata: Standing,
    /// Its contents or where it links to.
    pub(crate) contents: Standing,
}

/// A look at one path.
pub(crate) struct Look<'a> {
    pub(crate) sys: &'a dyn Sys,
    pub(crate) names: &'a Names,
    pub(crate) path: &'a Path,
    pub(crate) stat: &'a Stat,
}

impl Look<'_> {
    fn name(&self) -> String {
        text::from_bytes(self.path.as_os_str().as_encoded_bytes())
    }

    /// Type, mode, owner, group and what stands beside them.
    pub(crate) fn metadata(&self, standing: Standing) -> Shown {
        let mut shown = Shown::new().stands("filetype", self.stat.kind.name(), standing);
        if self.stat.kind != FileType::Link {
            shown = shown
                .stands("mode", format!("{:04o}", self.stat.mode), standing)
                .stands("owner", self.names.user(self.stat.uid), standing)
                .stands("group", self.names.group(self.stat.gid), standing);
            shown = self.attributes(shown);
        }
        shown
    }

    /// Capabilities, ACLs and the immutable flag: no package of a distribution is without a record of them, so what is
    /// there on a file that is not shipped so is people's.
    fn attributes(&self, mut shown: Shown) -> Shown {
        let answer = self.sys.attributes(self.path);
        let Attributes { capability, acl, default_acl, immutable, append_only, .. } = match answer {
            Ok(Some(attributes)) => attributes,
            Ok(None) => return shown,
            Err(why) => {
                let is_dir = self.stat.kind == FileType::Directory;
                return ATTRIBUTES
                    .iter()
                    .filter(|property| is_dir || **property != "default-acl")
                    .fold(shown, |shown, property| shown.fact(property, Fact::unknown(why.clone())));
            }
        };
        if let Some(list) = capability.as_deref().and_then(attributes::capabilities) {
            shown = shown.local("capabilities", Value::List(list.into_iter().map(Value::Text).collect()));
        }
        for (property, raw) in [("acl", acl), ("default-acl", default_acl)] {
            let list = raw.and_then(|r| attributes::acl(&r, |u| self.names.user(u), |g| self.names.group(g)));
            if let Some(list) = list {
                shown = shown.local(property, Value::List(list.into_iter().map(Value::Text).collect()));
            }
        }
        for (property, flag) in [("immutable", immutable), ("append-only", append_only)] {
            if flag == Some(true) {
                shown = shown.local(property, true);
            }
        }
        shown
    }

    /// Whether anything beside mode and owner is set.
    pub(crate) fn has_attributes(&self) -> bool {
        match self.sys.attributes(self.path) {
            Ok(Some(a)) => {
                let is_listed = a.capability.is_some() || a.acl.is_some() || a.default_acl.is_some();
                is_listed || a.immutable == Some(true) || a.append_only == Some(true)
            }
            Ok(None) | Err(_) => false,
        }
    }

    /// All that is pinned of a path.
    pub(crate) fn whole(&self, standings: Standings, out: &Out<'_>, wants_contents: bool) -> Shown {
        let shown = self.metadata(standings.metadata);
        match self.stat.kind {
            FileType::Link => self.link(shown, standings.contents),
            FileType::File => self.contents(shown, standings.contents, out, wants_contents),
            FileType::Directory | FileType::Socket | FileType::Pipe | FileType::CharDevice | FileType::BlockDevice => {
                shown
            }
        }
    }

    fn link(&self, shown: Shown, standing: Standing) -> Shown {
        let target = self
            .sys
            .link(self.path)
            .map(|t| t.map(|t| Value::Text(text::from_bytes(t.as_os_str().as_encoded_bytes()))));
        shown.fact("linked-to", Fact::new(target).standing(standing))
    }

    fn contents(&self, shown: Shown, standing: Standing, out: &Out<'_>, wants_contents: bool) -> Shown {
        if self.stat.size > MOST_DIGESTED {
            return shown.stands("size", i64::try_from(self.stat.size).unwrap_or(i64::MAX), standing);
        }
        let searched = if self.stat.size <= MOST_SEARCHED { self.sys.read(self.path, MOST_SEARCHED) } else { Ok(None) };
        let bytes = match searched {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                let digest = self.sys.digest(self.path, Algorithm::Sha256).map(|d| d.map(Value::Text));
                return shown.fact("sha256", Fact::new(digest).standing(standing));
            }
            // Which of the two it would be, only its contents tell.
            Err(why) => {
                return shown.fact("sha256", Fact::unknown(why.clone())).fact("fingerprint", Fact::unknown(why));
            }
        };
        match out.redact().file(&self.name(), &bytes) {
            // A digest of what holds a secret would let the secret be guessed where the rest is known.
            None => shown.stands("fingerprint", out.redact().whole(&bytes), standing),
            Some(redacted) if redacted.secrets > 0 => {
                let shown = shown.stands("fingerprint", out.redact().whole(&bytes), standing);
                self.kept(shown, &redacted, standing, wants_contents)
            }
            Some(redacted) => {
                let digest = self.sys.digest(self.path, Algorithm::Sha256).map(|d| d.map(Value::Text));
                let shown = shown.fact("sha256", Fact::new(digest).standing(standing));
                self.kept(shown, &redacted, standing, wants_contents)
            }
        }
    }

    /// The contents of a text that people wrote, for the file beside the spec.
    fn kept(&self, shown: Shown, redacted: &Redacted, standing: Standing, wants_contents: bool) -> Shown {
        let is_text = redacted.is_text && !redacted.bytes.contains(&0) && redacted.bytes.len() as u64 <= MOST_KEPT;
        if !wants_contents || !is_text || standing == Standing::Shipped {
            return shown;
        }
        shown.stands("content", text::from_bytes(&redacted.bytes), standing)
    }

    /// What was asked for by name and is not shown otherwise.
    pub(crate) fn asked(
        &self,
        mut shown: Shown,
        wanted: &BTreeSet<&str>,
        out: &Out<'_>,
        wants_contents: bool,
    ) -> Shown {
        let is_dir = self.stat.kind == FileType::Directory;
        // The digest and the count of one tree are one walk.
        let tree = ["tree-digest", "tree-files"].iter().any(|p| wanted.contains(p)).then(|| {
            if is_dir { tree::digest(self.sys, self.path) } else { Tree { digest: Ok(String::new()), files: 0 } }
        });
        if ATTRIBUTES.iter().any(|p| wanted.contains(p)) && self.stat.kind != FileType::Link {
            shown = self.attributes(shown);
        }
        for property in wanted {
            shown = match *property {
                "filetype" => shown.is("filetype", self.stat.kind.name()),
                "mode" => shown.is("mode", format!("{:04o}", self.stat.mode)),
                "owner" => shown.is("owner", self.names.user(self.stat.uid)),
                "group" => shown.is("group", self.names.group(self.stat.gid)),
                "uid" => shown.is("uid", self.stat.uid),
                "gid" => shown.is("gid", self.stat.gid),
                "size" => shown.is("size", i64::try_from(self.stat.size).unwrap_or(i64::MAX)),
                "mtime" => shown.is("mtime", self.stat.mtime),
                "linked-to" if self.stat.kind == FileType::Link => self.link(shown, Standing::Shipped),
                property if ATTRIBUTES.contains(&property) => self.attribute(shown, property),
                "tree-digest" | "tree-files" | "revision" | "linked-to" if !is_dir => {
                    shown.fact(property, Fact::new(Ok(None)))
                }
                "tree-digest" => match tree.as_ref().map(|t| t.digest.clone()) {
                    Some(digest) => shown.answer(property, digest.map(Some)),
                    None => shown,
                },
                "tree-files" => {
                    shown.is(property, tree.as_ref().map_or(0, |t| i64::try_from(t.files).unwrap_or(i64::MAX)))
                }
                "revision" => shown.answer(property, tree::revision(self.sys, &self.name())),
                "md5" => self.digest(shown, "md5", Algorithm::Md5),
                "sha256" => self.digest(shown, "sha256", Algorithm::Sha256),
                "sha512" => self.digest(shown, "sha512", Algorithm::Sha512),
                "fingerprint" => self.fingerprint(shown, out),
                "contents" => self.text(shown, out),
                "selinux-label" => self.label(shown),
                _ => shown,
            };
        }
        let is_digested = ["fingerprint", "sha256"].iter().any(|p| wanted.contains(p));
        if wants_contents && is_digested { self.kept_now(shown, out) } else { shown }
    }

    /// What stands beside mode and owner, said also where it is not set: it may have been set when it was captured.
    fn attribute(&self, shown: Shown, property: &str) -> Shown {
        match property {
            _ if shown.has(property) => shown,
            "append-only" | "immutable" if self.stat.kind != FileType::Link => shown.is(property, false),
            _ => shown.fact(property, Fact::new(Ok(None))),
        }
    }

    /// The contents of a text as they are now, to be compared with those kept beside the spec.
    fn kept_now(&self, shown: Shown, out: &Out<'_>) -> Shown {
        if self.stat.kind != FileType::File || self.stat.size > MOST_KEPT {
            return shown;
        }
        let redacted =
            self.sys.read(self.path, MOST_KEPT).ok().flatten().and_then(|b| out.redact().file(&self.name(), &b));
        match redacted {
            Some(redacted) => self.kept(shown, &redacted, Standing::Local, true),
            None => shown,
        }
    }

    fn digest(&self, shown: Shown, property: &str, algorithm: Algorithm) -> Shown {
        // Goss digests what a link leads to.
        let real = self.sys.real(self.path).ok().flatten().unwrap_or_else(|| self.path.to_owned());
        shown.answer(property, self.sys.digest(&real, algorithm))
    }

    fn fingerprint(&self, shown: Shown, out: &Out<'_>) -> Shown {
        shown.answer("fingerprint", self.sys.read(self.path, MOST_SEARCHED).map(|b| b.map(|b| out.redact().whole(&b))))
    }

    fn text(&self, shown: Shown, out: &Out<'_>) -> Shown {
        let bytes = self.sys.read(self.path, read::MOST);
        let text = bytes.and_then(|bytes| match bytes {
            None => Ok(None),
            Some(bytes) => match out.redact().file(&self.name(), &bytes) {
                Some(redacted) => Ok(Some(text::from_bytes(&redacted.bytes))),
                None => Err(Why::new(WhyCode::Denied, format!("{}: all of it is a secret", self.name()))),
            },
        });
        shown.answer("contents", text)
    }

    fn label(&self, shown: Shown) -> Shown {
        let label = self
            .sys
            .attributes(self.path)
            .map(|a| a.and_then(|a| a.selinux).map(|l| text::from_bytes(l.strip_suffix(b"\0").unwrap_or(&l))));
        shown.answer("selinux-label", label)
    }
}
