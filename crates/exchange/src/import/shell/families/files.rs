//! Files: copied, moved, linked, made, removed, and who may do what with them.

use super::super::super::conversion::Construct;
use super::super::super::effect::{Effect, Want};
use super::super::super::statement::Confidence;
use super::super::call::{Call, Said};
use super::super::word::Word;
use super::Family;
use model::id::ResourceId;

pub(super) const FAMILY: Family = Family {
    name: "files",
    summary: "commands that make, copy, move, link and remove files, and set who may do what with them",
    programs: &[
        "cp", "mv", "ln", "install", "mkdir", "touch", "rm", "rmdir", "unlink", "chmod", "chown", "chgrp", "chattr",
        "setfacl", "truncate", "rsync", "scp", "sftp", "dd", "vi", "vim", "nano", "emacs", "joe", "mcedit", "ed", "ex",
        "pico", "sudoedit", "editor", "ne", "patch",
    ],
    constructs: &[
        Construct::partly(
            "cp|mv|install SRC DST",
            "the file, its contents where SRC is known, mode and owner of install",
        ),
        Construct::yes("ln -s TARGET LINK", "the link and where it leads"),
        Construct::yes("mkdir [-p] [-m MODE] DIR, touch FILE, rm FILE, rm -r DIR", "the file is there, or is not"),
        Construct::yes("chmod 0644 FILE, chown [-R] USER:GROUP FILE, chgrp", "its mode, owner, group"),
        Construct::partly("chmod u+x FILE", "that its mode was set"),
        Construct::yes("chattr +i FILE, chattr +a FILE", "immutable, append-only"),
        Construct::partly("setfacl -m …", "that an access list was set, and its entries"),
        Construct::partly("rsync|scp … DST", "that files came there"),
        Construct::partly("vi|vim|nano FILE, patch FILE", "that the file was changed by hand"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    match call.program {
        "cp" | "mv" => copy(call, said),
        "install" => install(call, said),
        "ln" => link(call, said),
        "mkdir" => mkdir(call, said),
        "touch" | "truncate" => {
            each(call, &["-t", "-d", "-r", "-s"], said, |path, said| said.effect(Effect::there("file", path)))
        }
        "rm" | "rmdir" | "unlink" => {
            for word in call.operands(&[]) {
                if let Some(path) = call.paths_of(word, said) {
                    said.effect(Effect::gone("file", path));
                }
            }
        }
        "chmod" => chmod(call, said),
        "chown" | "chgrp" => chown(call, said),
        "chattr" => chattr(call, said),
        "setfacl" => setfacl(call, said),
        "rsync" | "scp" => brought(call, said),
        "sftp" => said.unresolved("what was sent"),
        "dd" => {
            let to = call
                .args
                .iter()
                .find_map(|w| w.text.strip_prefix("of=").map(|t| Word { text: t.to_owned(), ..w.clone() }));
            if let Some(path) = to.and_then(|w| call.path_of(&w, said)).filter(|p| !p.starts_with("/dev/")) {
                said.effect(Effect::there("file", path));
            }
        }
        "patch" => {
            let operands = call.operands(&["-p", "-i", "-d", "-o"]);
            match operands.first() {
                Some(word) => {
                    if let Some(path) = call.path_of(word, said) {
                        said.effect(Effect::Touched { path });
                    }
                }
                None => said.unresolved("which files the patch changes"),
            }
        }
        _ => each(call, &["-c", "-S", "-u", "-T", "--cmd"], said, |path, said| {
            if !path.contains("/+") {
                said.effect(Effect::Touched { path });
            }
        }),
    }
}

fn each(call: &Call<'_>, with_value: &[&str], said: &mut Said, mut run: impl FnMut(String, &mut Said)) {
    for word in call.operands(with_value).into_iter().filter(|w| !w.text.starts_with('+')) {
        if let Some(path) = call.path_of(word, said) {
            run(path, said);
        }
    }
}

/// The sources and the destination of cp, mv, ln and install, and whether the destination is a directory.
fn ends<'a>(call: &Call<'a>, with_value: &[&str]) -> Option<(Vec<&'a Word>, Word, bool)> {
    let mut operands = call.operands(with_value);
    if let Some(dir) = call.value(&["-t", "--target-directory"]).filter(|_| call.has(&["-t", "--target-directory"])) {
        return Some((operands, dir, true));
    }
    let last = operands.pop()?.clone();
    let is_dir = operands.len() > 1
        || last.text.ends_with('/')
        || last.text == "."
        || last.text.ends_with(".d")
        || last.text == "..";
    (!operands.is_empty()).then_some((operands, last, is_dir))
}

fn end_of(from: &Word, dir: &str) -> String {
    let name = from.text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    format!("{}/{name}", dir.trim_end_matches('/'))
}

fn copy(call: &Call<'_>, said: &mut Said) {
    let Some((from, to, is_dir)) = ends(call, &["-S", "-t", "--suffix", "--target-directory"]) else { return };
    let Some(to) = call.path_of(&to, said) else { return };
    let is_tree = call.has(&["-r", "-R", "-a", "--recursive", "--archive"]);
    for word in from {
        let Some(text) = said.known(word) else { continue };
        if word.is_pattern {
            said.effect(Effect::Tree { path: to.clone() });
            said.guessed();
            continue;
        }
        let source = call.path(text).ok();
        // `cp f{,.bak}` keeps a copy beside: the file itself stays.
        let path = if is_dir { end_of(word, &to) } else { to.clone() };
        if call.program == "mv"
            && let Some(source) = &source
        {
            said.effect(Effect::gone("file", source));
        }
        let document = source.as_deref().and_then(|s| (call.texts)(s)).or_else(|| (call.texts)(text));
        match document.filter(|d| d.text.lacks.is_none() && !is_tree) {
            Some(document) => said.effect(Effect::Contents { path, text: document.text.text, source: document.source }),
            None => {
                said.effect(Effect::there("file", &path));
                if is_tree {
                    said.effect(Effect::Tree { path });
                } else {
                    said.effect(Effect::Touched { path });
                }
            }
        }
    }
}

fn install(call: &Call<'_>, said: &mut Said) {
    let with_value = ["-m", "-o", "-g", "-t", "-S", "--mode", "--owner", "--group", "--target-directory"];
    let mut paths = Vec::new();
    if call.has(&["-d", "--directory"]) {
        each(call, &with_value, said, |path, said| {
            said.effect(Effect::is("file", &path, "filetype", "directory"));
            paths.push(path);
        });
    } else {
        let Some((from, to, is_dir)) = ends(call, &with_value) else { return };
        let Some(to) = call.path_of(&to, said) else { return };
        for word in from {
            let path = if is_dir { end_of(word, &to) } else { to.clone() };
            let source = call.path(&word.text).ok();
            let input = call.input.filter(|_| word.text == "/dev/stdin" || word.text == "-").cloned();
            let document =
                input.or_else(|| source.as_deref().and_then(|s| (call.texts)(s))).or_else(|| (call.texts)(&word.text));
            super::write::written(&path, document.as_ref(), false, said);
            paths.push(path);
        }
    }
    let mode = call.value(&["-m", "--mode"]).and_then(|w| said.known(&w).map(str::to_owned)).and_then(|m| octal(&m));
    let owner = call.value(&["-o", "--owner"]).and_then(|w| said.known(&w).map(str::to_owned));
    let group = call.value(&["-g", "--group"]).and_then(|w| said.known(&w).map(str::to_owned));
    for path in paths {
        let settings = [("mode", &mode), ("owner", &owner), ("group", &group)];
        for (property, value) in settings.into_iter().filter_map(|(p, v)| Some((p, v.as_ref()?))) {
            said.effect(Effect::is("file", &path, property, value.as_str()));
        }
    }
}

/// A mode as four octal digits.
fn octal(text: &str) -> Option<String> {
    let digits = text.trim_start_matches('0');
    let is_mode =
        text.len() <= 5 && !text.is_empty() && text.bytes().all(|b| matches!(b, b'0'..=b'7')) && digits.len() <= 4;
    is_mode.then(|| format!("{digits:0>4}"))
}

fn link(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&["-t", "-S"]);
    let is_soft = call.has(&["-s", "--symbolic"]);
    let (target, to, is_dir) = match operands.as_slice() {
        [target] => (*target, Word::literal("."), true),
        [target, to] => (*target, (*to).clone(), to.text.ends_with('/') || to.text == "." || looks_like_dir(&to.text)),
        _ => return said.unresolved("links of several files"),
    };
    let Some(text) = said.known(target).map(str::to_owned) else { return };
    let Some(to) = call.path_of(&to, said) else { return };
    let path = if is_dir { end_of(target, &to) } else { to };
    if is_soft {
        said.effect(Effect::is("file", &path, "linked-to", text));
    } else {
        said.effect(Effect::there("file", &path));
    }
}

/// Whether a path is a directory by the name it has on most hosts.
fn looks_like_dir(path: &str) -> bool {
    path.ends_with("-enabled") || path.ends_with(".d") || path.ends_with("/bin") || path.ends_with("/sbin")
}

fn mkdir(call: &Call<'_>, said: &mut Said) {
    let mode = call.value(&["-m", "--mode"]).and_then(|w| octal(&w.text));
    each(call, &["-m", "--mode"], said, |path, said| {
        said.effect(Effect::is("file", &path, "filetype", "directory"));
        if let Some(mode) = &mode {
            said.effect(Effect::is("file", &path, "mode", mode.as_str()));
        }
    });
}

/// The file, and with -R everything below it.
fn targets(path: &str, is_deep: bool) -> Vec<String> {
    let mut all = vec![path.to_owned()];
    if is_deep {
        all.push(format!("{}/*", path.trim_end_matches('/')));
    }
    all
}

fn chmod(call: &Call<'_>, said: &mut Said) {
    let mut operands: Vec<&Word> = call
        .args
        .iter()
        .filter(|w| !w.text.starts_with('-') || w.text.starts_with("-x") || w.text.starts_with("-w"))
        .collect();
    if operands.len() < 2 {
        return;
    }
    let Some(mode) = said.known(operands.remove(0)).map(str::to_owned) else { return };
    let is_deep = call.has(&["-R", "--recursive"]);
    for word in operands {
        let Some(path) = call.paths_of(word, said) else { continue };
        for path in targets(&path, is_deep) {
            match octal(&mode) {
                Some(mode) => said.effect(Effect::is("file", path, "mode", mode)),
                None => {
                    said.confidence = said.confidence.max(Some(Confidence::Folded));
                    said.effect(Effect::wants("file", path, "mode", symbolic(&mode)));
                }
            }
        }
    }
}

/// What a symbolic mode says of four octal digits.
fn symbolic(mode: &str) -> Want {
    let one_more = |who: usize, bit: u32| {
        let digits: String = (0..8).filter(|d| d & bit == bit).map(|d| char::from_digit(d, 8).unwrap_or('0')).collect();
        let mut pattern = ["."; 4];
        let class = format!("[{digits}]");
        pattern[who] = &class;
        Want::Matches(format!("^{}$", pattern.join("")))
    };
    match mode {
        "+x" | "a+x" | "u+x" | "ug+x" | "ugo+x" => one_more(1, 1),
        "g+w" => one_more(2, 2),
        "g+s" => one_more(0, 2),
        "u+s" | "+s" => one_more(0, 4),
        "o-r" | "o-rwx" | "o=" | "go-rwx" | "go=" => Want::Matches("^...[0123]$".to_owned()),
        _ => Want::Any,
    }
}

fn chown(call: &Call<'_>, said: &mut Said) {
    let reference = call.has(&["--reference"]);
    let mut operands = call.operands(&[]);
    if operands.len() < 2 || reference {
        return;
    }
    let Some(who) = said.known(operands.remove(0)).map(str::to_owned) else { return };
    let (owner, group) = match who.split_once([':', '.']) {
        _ if call.program == "chgrp" => (None, Some(who.clone())),
        Some((owner, "")) => (Some(owner.to_owned()), Some(owner.to_owned())),
        Some((owner, group)) => (Some(owner.to_owned()).filter(|o| !o.is_empty()), Some(group.to_owned())),
        None => (Some(who.clone()), None),
    };
    for word in operands {
        let Some(path) = call.paths_of(word, said) else { continue };
        for path in targets(&path, call.has(&["-R", "--recursive"])) {
            for (property, value) in [("owner", &owner), ("group", &group)] {
                if let Some(value) = value {
                    let number = if property == "owner" { "uid" } else { "gid" };
                    match value.parse::<i64>() {
                        Ok(n) => said.effect(Effect::is("file", &path, number, n)),
                        Err(_) => said.effect(Effect::is("file", &path, property, value.as_str())),
                    }
                }
            }
        }
    }
}

fn chattr(call: &Call<'_>, said: &mut Said) {
    for (letter, property) in [('i', "immutable"), ('a', "append-only")] {
        let flag = call.args.iter().find(|w| w.text.starts_with(['+', '-', '=']) && w.text.contains(letter));
        let Some(on) = flag.map(|w| !w.text.starts_with('-')) else { continue };
        for word in call.args.iter().filter(|w| !w.text.starts_with(['+', '-', '='])) {
            if let Some(path) = call.path_of(word, said) {
                said.effect(Effect::is("file", path, property, on));
            }
        }
    }
}

fn setfacl(call: &Call<'_>, said: &mut Said) {
    let entries = call.value(&["-m", "--modify"]);
    let is_default = call.has(&["-d", "--default"]);
    let is_removed = call.has(&["-b", "-k", "-x", "--remove-all", "--remove", "--remove-default"]);
    for word in call.operands(&["-m", "-x", "-M", "--modify", "--remove"]) {
        let Some(path) = call.path_of(word, said) else { continue };
        let entries = entries.as_ref().map(|w| w.text.clone()).unwrap_or_default();
        let mut wants: Vec<(&str, String)> = Vec::new();
        for entry in entries.split(',').filter(|e| !e.is_empty()) {
            let own = entry.strip_prefix("d:").or_else(|| entry.strip_prefix("default:"));
            let property = if own.is_some() || is_default { "default-acl" } else { "acl" };
            wants.push((property, long_entry(own.unwrap_or(entry))));
        }
        let all = targets(&path, call.has(&["-R", "--recursive"]));
        for path in &all {
            for (property, entry) in &wants {
                said.effect(Effect::wants("file", path, property, Want::Has(vec![entry.clone()])));
            }
            if is_removed {
                said.effect(Effect::wants("file", path, "acl", Want::Not(Box::new(Want::Any))));
            }
        }
    }
}

/// An entry as getfacl(1) writes it: `u:www-data:rX` is `user:www-data:r-x`.
fn long_entry(entry: &str) -> String {
    let parts: Vec<&str> = entry.splitn(3, ':').collect();
    let [tag, name, rights] = parts.as_slice() else { return entry.to_owned() };
    let tag = match *tag {
        "u" => "user",
        "g" => "group",
        "o" => "other",
        "m" => "mask",
        tag => tag,
    };
    let has = |c: char, or: char| if rights.contains([c, or]) { c } else { '-' };
    format!("{tag}:{name}:{}{}{}", has('r', 'r'), has('w', 'w'), has('x', 'X'))
}

fn brought(call: &Call<'_>, said: &mut Said) {
    let with_value = [
        "-e",
        "-P",
        "-i",
        "-o",
        "-F",
        "-l",
        "--exclude",
        "--include",
        "--rsh",
        "--chmod",
        "--chown",
        "--filter",
        "--files-from",
        "--bwlimit",
    ];
    let operands = call.operands(&with_value);
    let Some((to, from)) = operands.split_last() else { return };
    let Some(text) = said.known(to) else { return };
    // What goes to another host is not this one's.
    let is_elsewhere = text.split('/').next().is_some_and(|host| host.contains(':'));
    if is_elsewhere || from.is_empty() || call.has(&["-n", "--dry-run"]) {
        return;
    }
    let Some(path) = call.path_of(to, said) else { return };
    let is_tree = call.program == "rsync" && from.iter().all(|w| w.text.ends_with('/')) || from.len() > 1;
    match from {
        _ if is_tree => said.effect(Effect::Tree { path }),
        [one] if text.ends_with('/') && !call.has(&["-r"]) => {
            let path = end_of(one, &path);
            said.effect(Effect::Presence { id: ResourceId::new("file", &path), there: true });
            said.effect(Effect::Tree { path });
        }
        _ => {
            said.effect(Effect::there("file", &path));
            said.effect(Effect::Touched { path });
        }
    }
}
