//! Files, directories and links: those that are not as a package brought them, and any that is asked for by name.

use crate::files::names::Names;
use crate::files::sweep::Sweep;
use crate::kind::{Area, Form, Kind, Property, Shape};
use crate::out::Out;
use crate::shipped::Shipped;
use crate::sys::Sys;
use model::coverage::Coverage;
use model::id::is_pattern;
use model::plan::{Ask, Wanted};

/// Files, directories and links.
pub(super) struct File;

const PROPERTIES: &[Property] = &[
    Property::new("filetype", Shape::Text, "what it is; of a link, that it is one").one_of(&[
        "file",
        "directory",
        "symlink",
        "socket",
        "pipe",
        "character-device",
        "block-device",
    ]),
    Property::new("mode", Shape::Text, "the permission bits as four octal digits; of a link itself, not of its target")
        .form(Form::Mode),
    Property::new("owner", Shape::Text, "the owner's name, or the number where it has none"),
    Property::new("group", Shape::Text, "the group's name, or the number where it has none"),
    Property::new("uid", Shape::Int, "the owner's number").on_request(),
    Property::new("gid", Shape::Int, "the group's number").on_request(),
    Property::new("linked-to", Shape::Text, "where a link points, as it is written"),
    Property::new("sha256", Shape::Text, "the SHA-256 of the contents; of files that hold a secret, see fingerprint")
        .form(Form::Hex(64)),
    Property::new("fingerprint", Shape::Text, "a keyed digest of the contents of a file that holds a secret"),
    Property::new("size", Shape::Int, "the size; captured only of files that are too large to be digested")
        .unit("bytes"),
    Property::new("md5", Shape::Text, "the MD5 of the contents").form(Form::Hex(32)).on_request(),
    Property::new("sha512", Shape::Text, "the SHA-512 of the contents").form(Form::Hex(128)).on_request(),
    Property::new("contents", Shape::Lines, "patterns over the lines of the contents, secrets replaced")
        .on_request()
        .aliases(&["contains"]),
    Property::new("content", Shape::Text, "the contents of a text that people wrote, secrets replaced").stored(),
    Property::new("capabilities", Shape::List, "file capabilities, as setcap(8) writes them"),
    Property::new("acl", Shape::List, "the access ACL, as getfacl(1) writes it"),
    Property::new("default-acl", Shape::List, "a directory's default ACL, as getfacl(1) writes it"),
    Property::new("immutable", Shape::Bool, "the immutable flag of chattr(1)"),
    Property::new("append-only", Shape::Bool, "the append-only flag of chattr(1)"),
    Property::new(
        "diverted-from",
        Shape::Text,
        "the path at which its package brought it, before people diverted it (dpkg-divert(1))",
    ),
    Property::new(
        "statoverride",
        Shape::Text,
        "owner, group and mode that dpkg is told to keep (dpkg-statoverride(1))",
    ),
    Property::new("selinux-label", Shape::Text, "the SELinux label").on_request(),
    Property::new("mtime", Shape::Int, "when the contents changed last, since 1970").unit("seconds").on_request(),
    Property::new(
        "tree-digest",
        Shape::Text,
        "one SHA-256 over names, types, modes, owners and contents of a whole tree",
    ),
    Property::new("tree-files", Shape::Int, "how many files the tree digest covers").unit("files"),
    Property::new("revision", Shape::Text, "the git commit or the deployed revision of a tree"),
];

/// What packages' records say of a path.
const OF_RECORDS: &[&str] = &["diverted-from", "statoverride"];

impl Kind for File {
    fn name(&self) -> &'static str {
        "file"
    }

    fn summary(&self) -> &'static str {
        "a file, directory or link, named by its path; of an application only its whole tree"
    }

    fn area(&self) -> Area {
        Area::Files
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn relooks_by_name(&self) -> bool {
        true
    }

    fn has_globs(&self) -> bool {
        true
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let empty = Shipped::default();
        // Who brought a property does not matter to who asks for just that one, unless the packages' records are it.
        let is_recorded = |wanted: &Wanted| OF_RECORDS.iter().any(|p| wanted.properties.contains(*p));
        let reads = ask.asks_who() || ask.names.values().any(is_recorded);
        let read = reads.then(|| Shipped::of(sys));
        let (shipped, unknown) = match read.as_deref() {
            None => (&empty, None),
            Some(Ok(shipped)) => (shipped, None),
            // Without the packages' records nothing can be told apart; what is asked for by name still can be seen.
            Some(Err(why)) => (&empty, Some(why.clone())),
        };
        let names = Names::of(sys);
        let mut sweep = Sweep::new(sys, ask, shipped, &names, out);
        for (name, wanted) in &ask.names {
            if !is_pattern(name) {
                sweep.wishes.entry(name.clone()).or_default().add(wanted);
                continue;
            }
            let matching = sweep.matching(name);
            if matching.is_empty() && sweep.blind.is_none() {
                sweep.covers_nothing(name);
            }
            for name in matching {
                sweep.wishes.entry(name).or_default().add(wanted);
            }
        }
        if ask.sweep && unknown.is_none() {
            sweep.run();
        }
        sweep.named();
        match (ask.sweep, unknown.or(sweep.blind)) {
            (_, Some(why)) => Coverage::Unknown(why),
            (true, None) => Coverage::Complete,
            (false, None) => Coverage::Asked,
        }
    }
}
