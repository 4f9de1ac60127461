//! Packages: of the operating system, and of languages.

use super::super::super::conversion::Construct;
use super::super::super::effect::{Effect, Want};
use super::super::call::{Call, Said};
use super::super::word::Word;
use super::Family;

pub(super) const FAMILY: Family = Family {
    name: "packages",
    summary: "package managers, of the operating system and of languages",
    programs: &[
        "apt",
        "apt-get",
        "aptitude",
        "apt-mark",
        "dpkg",
        "dpkg-reconfigure",
        "debconf-set-selections",
        "add-apt-repository",
        "apt-key",
        "apt-add-repository",
        "yum",
        "dnf",
        "microdnf",
        "rpm",
        "zypper",
        "apk",
        "tasksel",
        "unattended-upgrade",
        "pecl",
        "pear",
        "pip",
        "pip2",
        "pip3",
        "easy_install",
        "npm",
        "yarn",
        "gem",
        "composer",
        "composer.phar",
        "cpanm",
        "cpan",
    ],
    constructs: &[
        Construct::yes(
            "apt-get|apt|aptitude install PKG[=VERSION]… , remove, purge, autoremove PKG",
            "package, its version",
        ),
        Construct::yes(
            "yum|dnf|zypper|apk install|remove PKG[-VERSION]…, swap, versionlock",
            "package, its version, held",
        ),
        Construct::partly(
            "yum groupinstall GROUP, dnf install @GROUP, dnf module",
            "unresolved: which packages belong to it",
        ),
        Construct::yes(
            "dpkg -i FILE.deb, rpm -i|-U FILE.rpm, dpkg -r|-P PKG, rpm -e PKG",
            "package, by the name of its file",
        ),
        Construct::yes(
            "pip|npm -g|gem|pecl|pear install NAME[==VERSION]",
            "package `pip:NAME` and its like, its version",
        ),
        Construct::partly(
            "pip install -r FILE, npm install, composer install|require",
            "what such files list is not read",
        ),
        Construct::partly(
            "apt-get update|upgrade|dist-upgrade",
            "nothing that is known lasts: versions change with them",
        ),
        Construct::partly("add-apt-repository LINE, apt-key add", "package-repository; of keys nothing"),
        Construct::yes("apt-mark hold|unhold PKG, echo 'PKG hold' | dpkg --set-selections", "package held"),
        Construct::no("dpkg-reconfigure, debconf-set-selections", "answers to questions of packages"),
    ],
    read,
};

const WITH_VALUE: &[&str] = &[
    "-o",
    "-t",
    "-c",
    "--target-release",
    "--config-file",
    "--option",
    "--enablerepo",
    "--disablerepo",
    "--releasever",
];

fn read(call: &Call<'_>, said: &mut Said) {
    match call.program {
        "apt" | "apt-get" | "aptitude" | "yum" | "dnf" | "microdnf" | "zypper" | "apk" | "tasksel" => {
            system(call, said)
        }
        "dpkg" | "rpm" => file(call, said),
        "apt-mark" => mark(call, said),
        "add-apt-repository" | "apt-add-repository" => repository(call, said),
        "pip" | "pip2" | "pip3" | "easy_install" => {
            language("pip", "==", &["-r", "-i", "--index-url", "-c", "-t", "--requirement"], call, said)
        }
        "npm" | "yarn" => npm(call, said),
        "gem" => language("gem", ":", &["-v", "--version", "-i", "-n", "--source"], call, said),
        "pecl" => language("pecl", "-", &["-d"], call, said),
        "pear" => language("pear", "-", &["-d"], call, said),
        "cpanm" | "cpan" => said.unresolved("modules of Perl are not among the packages that are compared"),
        "composer" | "composer.phar" => composer(call, said),
        "unattended-upgrade" | "apt-key" => {}
        _ => said.unresolved(format!("what {} asks or answers", call.program)),
    }
}

fn system(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(WITH_VALUE);
    let Some((verb, names)) = operands.split_first() else { return };
    if call.has(&["-s", "--dry-run", "--simulate", "--print-uris", "-d", "--download-only"]) {
        return;
    }
    let is_rpm = matches!(call.program, "yum" | "dnf" | "microdnf" | "zypper");
    match verb.text.as_str() {
        "install" | "add" | "reinstall" | "in" | "localinstall" | "install-n" | "install-na" | "install-nevra" => {
            names.iter().for_each(|n| if is_rpm { install_rpm(n, said) } else { install(n, said) })
        }
        "remove" | "purge" | "erase" | "autoremove" | "del" | "rm" | "full-remove" => {
            names.iter().for_each(|n| remove(n, is_rpm, said))
        }
        "swap" => {
            names.iter().take(1).for_each(|n| remove(n, is_rpm, said));
            names.iter().skip(1).for_each(|n| install_rpm(n, said));
        }
        "groupinstall" | "group" | "module" => said.unresolved(format!("what belongs to {}", joined(names))),
        "versionlock" => locked(names, said),
        _ => {}
    }
}

fn joined(words: &[&Word]) -> String {
    words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn install(word: &Word, said: &mut Said) {
    let Some(text) = said.known(word) else { return };
    if word.is_pattern || text.ends_with('^') {
        return said.unresolved(format!("which packages {text} stands for"));
    }
    if let Some(name) = text.strip_suffix('-').filter(|_| !text.contains('=')) {
        return said.effect(Effect::gone("package", name));
    }
    if text.ends_with(".deb") || text.ends_with(".rpm") {
        return from_file(text, said);
    }
    let (name, version) = text.split_once('=').map_or((text, None), |(n, v)| (n, Some(v)));
    let (name, _release) = name.split_once('/').unwrap_or((name, ""));
    let name = name.trim_end_matches('+');
    let name = if text.contains("++") { text.split(['=', '/']).next().unwrap_or(name) } else { name };
    let name = name.split_once(':').map_or(name, |(n, _)| n);
    if name.is_empty() {
        return;
    }
    said.effect(Effect::there("package", name));
    if let Some(version) = version {
        let want = match version.strip_suffix('*') {
            Some(start) => Want::Matches(format!("^{}", regex::escape(start))),
            None => Want::Has(vec![version.to_owned()]),
        };
        said.effect(Effect::wants("package", name, "versions", want));
    }
}

/// What yum and dnf install: `NAME`, `NAME.ARCH`, `NAME-VERSION-RELEASE.ARCH`, `@GROUP`, a file or where it lies.
fn install_rpm(word: &Word, said: &mut Said) {
    let Some(text) = said.known(word) else { return };
    if text.starts_with('@') {
        return said.unresolved(format!("what belongs to the group {}", text.trim_start_matches('@')));
    }
    if text.ends_with(".rpm") || text.starts_with('/') || text.contains('(') || word.is_pattern {
        return match text.ends_with(".rpm") && !word.is_pattern {
            true => from_file(text, said),
            false => said.unresolved(format!("which package gives {text}")),
        };
    }
    let (name, version) = nevra(text);
    said.effect(Effect::there("package", name));
    if let Some(version) = version {
        let start = format!("^([0-9]+:)?{}", regex::escape(version));
        said.effect(Effect::wants("package", name, "versions", Want::Matches(start)));
    }
}

/// The name and the version of what yum calls a package: the version is what begins with a digit and has a dot in it.
fn nevra(text: &str) -> (&str, Option<&str>) {
    const ARCHITECTURES: &[&str] = &[".x86_64", ".i386", ".i686", ".noarch", ".aarch64", ".src"];
    let text = ARCHITECTURES.iter().find_map(|arch| text.strip_suffix(arch)).unwrap_or(text);
    let parts: Vec<&str> = text.split('-').collect();
    // java-1.8.0-openjdk is a name.
    let begins = |part: &&&str| part.starts_with(|c: char| c.is_ascii_digit());
    let count = parts.iter().rev().take_while(begins).count().min(2);
    let first = parts.len() - count;
    if count == 0 || first == 0 || !parts[first].contains('.') {
        return (text, None);
    }
    let at = parts[..first].iter().map(|part| part.len() + 1).sum::<usize>();
    (&text[..at - 1], Some(&text[at..]))
}

/// `versionlock [add|delete] NAME…`.
fn locked(names: &[&Word], said: &mut Said) {
    let (held, names) = match names.split_first() {
        Some((verb, names)) if matches!(verb.text.as_str(), "add" | "delete") => (verb.text == "add", names),
        Some((verb, _)) if matches!(verb.text.as_str(), "list" | "clear" | "status" | "exclude") => return,
        _ => (true, names),
    };
    for word in names {
        if let Some(name) = said.known(word) {
            said.effect(Effect::is("package", nevra(name).0, "held", held));
        }
    }
}

fn remove(word: &Word, is_rpm: bool, said: &mut Said) {
    let Some(text) = said.known(word) else { return };
    if word.is_pattern {
        said.guessed();
    }
    said.effect(Effect::gone("package", if is_rpm { nevra(text).0 } else { text }));
}

/// The name of a package from that of its file: `name_version_arch.deb`, `name-version-release.arch.rpm`.
fn from_file(path: &str, said: &mut Said) {
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = match file.strip_suffix(".deb") {
        Some(stem) => stem.split('_').next().map(str::to_owned),
        None => file.strip_suffix(".rpm").map(|stem| {
            let parts: Vec<&str> = stem.split('-').collect();
            let count = parts.iter().take_while(|p| !p.starts_with(|c: char| c.is_ascii_digit())).count();
            // `epel-release-latest-7.noarch.rpm` is the latest of epel-release.
            let count = if count > 1 && parts[count - 1] == "latest" { count - 1 } else { count };
            parts[..count.max(1)].join("-")
        }),
    };
    match name.filter(|n| !n.is_empty()) {
        Some(name) => said.effect(Effect::there("package", name)),
        None => said.unresolved(format!("which package {file} holds")),
    }
}

fn file(call: &Call<'_>, said: &mut Said) {
    if call.has(&["--set-selections"]) {
        return selected(call, said);
    }
    let operands = call.operands(&["--root", "--force"]);
    let is_rpm = call.program == "rpm";
    let letters: String =
        call.args.iter().filter_map(|w| w.text.strip_prefix('-')).filter(|o| !o.starts_with('-')).collect();
    let installs =
        if is_rpm { letters.contains(['i', 'U', 'F']) && !letters.contains('q') } else { letters.contains('i') };
    let removes = if is_rpm { letters.contains('e') } else { letters.contains(['r', 'P']) };
    let installs = installs || call.has(&["--install", "--upgrade"]);
    let removes = removes || call.has(&["--remove", "--purge", "--erase"]);
    for word in operands {
        let Some(text) = said.known(word) else { continue };
        if removes {
            said.effect(Effect::gone("package", text));
        } else if installs && word.is_pattern {
            said.unresolved(format!("which files {text} stands for"));
        } else if installs {
            from_file(text, said);
        }
    }
}

/// `echo 'NAME hold' | dpkg --set-selections`.
fn selected(call: &Call<'_>, said: &mut Said) {
    let Some(document) = call.input.filter(|d| d.text.lacks.is_none()) else {
        return said.unresolved("which packages are selected");
    };
    for line in document.lines() {
        if let [name, state] = line.split_whitespace().collect::<Vec<_>>().as_slice() {
            said.effect(Effect::is("package", *name, "held", *state == "hold"));
        }
    }
}

fn mark(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&[]);
    let Some((verb, names)) = operands.split_first() else { return };
    let held = match verb.text.as_str() {
        "hold" => true,
        "unhold" => false,
        _ => return,
    };
    for word in names {
        if let Some(name) = said.known(word) {
            said.effect(Effect::is("package", name, "held", held));
        }
    }
}

fn repository(call: &Call<'_>, said: &mut Said) {
    for word in call.operands(&["-k"]) {
        let Some(text) = said.known(word) else { continue };
        match text.strip_prefix("ppa:") {
            Some(ppa) => said.effect(Effect::there("package-repository", format!("*{ppa}*"))),
            None => {
                let uri = text.split_whitespace().find(|t| t.contains("://"));
                match uri {
                    Some(uri) => {
                        said.effect(Effect::there("package-repository", format!("{}*", uri.trim_end_matches('/'))))
                    }
                    None => said.unresolved(format!("which repository {text} is")),
                }
            }
        }
    }
}

fn language(prefix: &str, separator: &str, with_value: &[&str], call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(with_value);
    let (verb, names) = match operands.split_first() {
        _ if call.program == "easy_install" => ("install", operands.as_slice()),
        Some((verb, names)) => (verb.text.as_str(), names),
        None => return,
    };
    let there = match verb {
        "install" | "add" => true,
        "uninstall" | "remove" => false,
        _ => return,
    };
    if let Some(list) = call.value(&["-r", "--requirement"]).filter(|_| prefix == "pip") {
        said.unresolved(format!("what {} lists", list.text));
    }
    let asked = call.value(&["-v", "--version"]).filter(|_| prefix == "gem").map(|w| w.text);
    for word in names {
        let Some(text) = said.known(word) else { continue };
        let file = text.rsplit('/').next().and_then(|file| archived(file, prefix));
        if file.is_none() && (text.contains('/') || text == "." || text.starts_with("git+")) {
            said.unresolved(format!("which package {text} holds"));
            continue;
        }
        let (name, version) = match &file {
            Some((name, version)) => (name.as_str(), Some(version.as_str())),
            None => versioned(text, separator),
        };
        let name = name.split(['<', '>', '!', '~', '[']).next().unwrap_or(name);
        let id = format!("{prefix}:{name}");
        said.effect(Effect::Presence { id: model::id::ResourceId::new("package", &id), there });
        if let Some(version) = version.map(str::to_owned).or_else(|| asked.clone()).filter(|_| there) {
            said.effect(Effect::wants("package", id, "versions", Want::Has(vec![version])));
        }
    }
}

/// The name and version of an archive of a package: `Chat_Smilies-1.0.3.tgz`, `chat_metrics-1.2.0-py3-none-any.whl`.
fn archived(file: &str, prefix: &str) -> Option<(String, String)> {
    let stem = [".tgz", ".tar.gz", ".whl", ".gem", ".zip", ".tar"].iter().find_map(|end| file.strip_suffix(end))?;
    let at = stem
        .match_indices('-')
        .map(|(at, _)| at)
        .find(|at| stem[at + 1..].starts_with(|c: char| c.is_ascii_digit()))?;
    let version = stem[at + 1..].split('-').next().unwrap_or_default();
    // The archives of PEAR spell names in their own way, its registry in lower case.
    let name = if matches!(prefix, "pear" | "pecl") { stem[..at].to_lowercase() } else { stem[..at].to_owned() };
    Some((name, version.to_owned()))
}

/// A name and its version; with `-` between them only where a digit follows.
fn versioned<'t>(text: &'t str, separator: &str) -> (&'t str, Option<&'t str>) {
    match text.rsplit_once(separator) {
        Some((name, version)) if separator != "-" || version.starts_with(|c: char| c.is_ascii_digit()) => {
            (name, Some(version))
        }
        // pecl's own words for "whichever is not stable yet"
        Some((name, "beta" | "alpha" | "stable" | "devel")) => (name, None),
        _ => (text, None),
    }
}

fn npm(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&["--prefix", "--registry"]);
    let is_global = call.has(&["-g", "--global"]) || operands.first().is_some_and(|w| w.text == "global");
    let operands: Vec<&Word> = operands.into_iter().filter(|w| w.text != "global").collect();
    let Some((verb, names)) = operands.split_first() else { return };
    let there = match verb.text.as_str() {
        "install" | "i" | "add" => true,
        "uninstall" | "remove" | "rm" | "un" => false,
        _ => return,
    };
    if !is_global {
        return said.unresolved("packages of an application, which its own files list");
    }
    for word in names {
        let Some(text) = said.known(word) else { continue };
        let at = text.rfind('@').filter(|at| *at > 0);
        let (name, version) = at.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])));
        let id = format!("npm:{name}");
        said.effect(Effect::Presence { id: model::id::ResourceId::new("package", &id), there });
        if let Some(version) = version.filter(|v| there && v.starts_with(|c: char| c.is_ascii_digit())) {
            said.effect(Effect::wants(
                "package",
                id,
                "versions",
                Want::Matches(format!("^{}(\\.|$)", regex::escape(version))),
            ));
        }
    }
}

fn composer(call: &Call<'_>, said: &mut Said) {
    let verb = call.operands(&["-d", "--working-dir"]).first().map(|w| w.text.clone()).unwrap_or_default();
    if matches!(verb.as_str(), "install" | "update" | "require" | "create-project" | "global") {
        said.unresolved("packages of an application, which its own files list");
    }
}
