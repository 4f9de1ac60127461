//! Programs that are brought and kept: git, downloads, archives, builds, keys, certificates, alternatives, mail maps.

use super::super::super::conversion::Construct;
use super::super::super::effect::{Effect, Want};
use super::super::call::{Call, Said, home};
use super::super::word::Word;
use super::Family;

pub(super) const FAMILY: Family = Family {
    name: "programs",
    summary: "git, downloads, archives, builds, keys, certificates, alternatives, and settings of single programs",
    programs: &[
        "git",
        "svn",
        "hg",
        "curl",
        "wget",
        "tar",
        "unzip",
        "gunzip",
        "gzip",
        "bunzip2",
        "xz",
        "zip",
        "7z",
        "make",
        "cmake",
        "configure",
        "gcc",
        "go",
        "cargo",
        "ssh-keygen",
        "ssh-copy-id",
        "ssh-keyscan",
        "ssh-add",
        "ssh-agent",
        "openssl",
        "certbot",
        "letsencrypt",
        "htpasswd",
        "update-ca-certificates",
        "update-alternatives",
        "alternatives",
        "postconf",
        "postmap",
        "postalias",
        "newaliases",
        "dpkg-divert",
        "dpkg-statoverride",
        "dpkg-deb",
        "debconf-show",
        "mysql",
        "mysqldump",
        "mysqladmin",
        "psql",
        "pg_dump",
        "createuser",
        "createdb",
        "redis-cli",
        "mongo",
        "mail",
        "mutt",
        "sendmail",
        "cap",
        "fab",
        "bundle",
        "rake",
        "artisan",
        "drush",
        "wp",
        "docker",
        "podman",
        "kubectl",
        "vagrant",
        "ansible",
        "ansible-playbook",
        "puppet",
        "chef-client",
        "salt-call",
        "aws",
        "gcloud",
        "gpg",
        "logrotate",
        "rsyslogd",
        "named-checkconf",
        "restorecon",
        "setsebool",
        "semanage",
        "getenforce",
        "setenforce",
    ],
    constructs: &[
        Construct::yes("git clone URL [DIR], git pull, git checkout [COMMIT]", "the tree is there, its revision"),
        Construct::yes("git config [--global|--system] KEY VALUE", "git-config"),
        Construct::partly(
            "curl -o FILE URL, wget -O FILE URL, wget URL",
            "the file is there; what it holds is not known",
        ),
        Construct::partly("curl URL | bash", "unresolved: what the script did is not known"),
        Construct::partly("tar x -C DIR, unzip -d DIR", "files came to the directory"),
        Construct::partly(
            "./configure --prefix=DIR, then make install; cmake --install",
            "files came to that prefix, below DESTDIR where it is given; /usr/local where nothing is said",
        ),
        Construct::yes("update-alternatives --set NAME PATH", "the link in /etc/alternatives"),
        Construct::yes("ssh-keygen -f FILE, ssh-copy-id, htpasswd FILE USER, openssl … -out FILE", "the file is there"),
        Construct::yes("postconf -e 'KEY = VALUE'", "postfix"),
        Construct::yes("postmap FILE, newaliases", "the database beside the file"),
        Construct::yes(
            "dpkg-divert --add FILE, dpkg-statoverride --add USER GROUP MODE FILE",
            "the file, its mode and owner",
        ),
        Construct::no(
            "mysql, psql, redis-cli, docker, kubectl, cap, fab",
            "what other programs were told; listed as unresolved where it changes something",
        ),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    match call.program {
        "git" => git(call, said),
        "svn" | "hg" => checkout(call, said, &["checkout", "co", "clone", "export"]),
        "curl" | "wget" => fetched(call, said),
        "tar" => archive(call, said, &["-C", "--directory"]),
        "unzip" | "7z" => archive(call, said, &["-d", "-o"]),
        "make" | "cmake" if call.args.iter().any(|w| w.text == "install" || w.text == "--install") => {
            said.guessed();
            match made(call) {
                Ok(path) => said.effect(Effect::Tree { path }),
                Err(why) => said.unresolved(why),
            }
        }
        "configure" => said.prefix = call.value(&["--prefix"]).filter(|w| w.lacks.is_none()).map(|w| w.text),
        "update-alternatives" | "alternatives" => alternative(call, said),
        "ssh-keygen" => keys(call, said),
        "ssh-copy-id" => said.unresolved("a key for another host"),
        "openssl" => outputs(call, said, &["-out", "-keyout"]),
        "htpasswd" => {
            if let Some(word) = call.operands(&[]).first()
                && let Some(path) = call.path_of(word, said)
            {
                said.effect(Effect::Touched { path });
            }
        }
        "certbot" | "letsencrypt" => domains(call, said),
        "postconf" => postconf(call, said),
        "postmap" | "postalias" => {
            for word in call.operands(&["-c", "-q"]) {
                let Some(text) = said.known(word) else { continue };
                let text = text.split_once(':').map_or(text, |(_, path)| path).to_owned();
                if let Some(path) = call.path_of(&Word::literal(text), said) {
                    said.effect(Effect::there("file", format!("{path}.db")));
                }
            }
        }
        "newaliases" => said.effect(Effect::there("file", "/etc/aliases.db")),
        "update-ca-certificates" => said.effect(Effect::Tree { path: "/etc/ssl/certs".to_owned() }),
        "dpkg-divert" => diverted(call, said),
        "dpkg-statoverride" => overridden(call, said),
        "mysql" | "psql" | "redis-cli" | "mongo" | "createuser" | "createdb" | "mysqladmin"
            if !call.args.is_empty() || call.input.is_some() =>
        {
            said.unresolved(format!("what {} was told", call.program));
        }
        "docker" | "podman" | "kubectl" | "ansible" | "ansible-playbook" | "puppet" | "chef-client" | "salt-call"
        | "cap" | "fab" | "bundle" | "rake" | "artisan" | "drush" | "wp" | "setsebool" | "semanage" | "setenforce" => {
            said.unresolved(format!("what {} does", call.program))
        }
        _ => {}
    }
}

fn git(call: &Call<'_>, said: &mut Said) {
    // `git -C DIR verb`
    let dir = call.args.first().filter(|w| w.text == "-C").and_then(|_| call.args.get(1)).cloned();
    let rest: Vec<Word> = if dir.is_some() { call.args[2..].to_vec() } else { call.args.to_vec() };
    let skip = rest.iter().position(|w| !w.text.starts_with('-') && !w.text.contains("core.")).unwrap_or(0);
    let Some((verb, args)) = rest.get(skip..).and_then(<[Word]>::split_first) else { return };
    let here = dir.map(|w| w.text).or_else(|| call.dir.map(str::to_owned));
    match verb.text.as_str() {
        "clone" => {
            let inner = Call { args, ..call.clone() };
            checkout(&inner, said, &[]);
        }
        "config" => config(args, call, said),
        "pull" | "checkout" | "reset" | "merge" | "init" | "submodule" | "fetch" | "remote" | "commit" | "add"
        | "switch" | "apply" | "am" | "rebase" => {
            let is_change = !matches!(verb.text.as_str(), "fetch" | "remote" | "commit" | "add");
            let target =
                args.last().filter(|w| verb.text == "init" && !w.text.starts_with('-')).map(|w| w.text.clone());
            let path = target.or(here).and_then(|d| call.path(&d).ok());
            let commit = args.last().filter(|w| verb.text == "checkout" && is_commit(&w.text)).map(|w| w.text.clone());
            match path {
                Some(path) if is_change => {
                    if let Some(commit) = commit {
                        said.effect(Effect::wants("file", &path, "revision", Want::Begins(commit)));
                    }
                    said.effect(Effect::Tree { path });
                }
                None if is_change => said.unresolved("which checkout it is"),
                _ => {}
            }
        }
        _ => {}
    }
}

/// Whether a word is the digits of a commit.
fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_hexdigit())
        && text.bytes().any(|b| b.is_ascii_digit())
}

fn config(args: &[Word], call: &Call<'_>, said: &mut Said) {
    let is_system = args.iter().any(|w| w.text == "--system");
    let is_global = args.iter().any(|w| w.text == "--global");
    let is_unset = args.iter().any(|w| matches!(w.text.as_str(), "--unset" | "--unset-all" | "--remove-section"));
    let inner = Call { args, ..call.clone() };
    let file = inner.value(&["--file", "-f"]).and_then(|w| call.path(&w.text).ok());
    let words = inner.operands(&["--file", "-f", "--type"]);
    // `--file /home/deploy/.gitconfig` is deploy's own.
    let owner = file
        .as_deref()
        .and_then(|f| f.strip_suffix("/.gitconfig"))
        .map(|dir| if dir == "/root" { "root" } else { dir.trim_start_matches("/home/") });
    let is_system = is_system || file.as_deref() == Some("/etc/gitconfig");
    let is_global = is_global || owner.is_some();
    let whose = match (is_system, is_global, owner.or(call.user)) {
        (true, _, _) => "system".to_owned(),
        (false, true, Some(user)) => user.to_owned(),
        (false, true, None) => return said.unresolved("whose git it is"),
        // A checkout's own settings are not compared.
        _ => return,
    };
    let Some(key) = words.first().and_then(|w| said.known(w)).map(str::to_owned) else { return };
    // Sections and keys are in lower case, what stands between them is as it is written.
    let parts: Vec<&str> = key.splitn(2, '.').collect();
    let key = match (parts.as_slice(), key.rsplit_once('.')) {
        ([section, rest], Some((_, last))) => {
            let middle = rest.strip_suffix(last).unwrap_or("");
            format!("{}.{middle}{}", section.to_lowercase(), last.to_lowercase())
        }
        _ => key,
    };
    let name = format!("{whose}:{key}");
    match words.get(1) {
        _ if is_unset => said.effect(Effect::gone("git-config", name)),
        Some(value) => {
            let Some(value) = said.known(value) else { return };
            said.effect(Effect::wants("git-config", name, "values", Want::Has(vec![value.to_owned()])));
            let path = if is_system { "/etc/gitconfig".to_owned() } else { format!("{}/.gitconfig", home(&whose)) };
            said.effect(Effect::Touched { path });
        }
        None => {}
    }
}

fn checkout(call: &Call<'_>, said: &mut Said, verbs: &[&str]) {
    let operands = call.operands(&[
        "-b",
        "--branch",
        "--depth",
        "-o",
        "--origin",
        "-u",
        "--reference",
        "-r",
        "--config",
        "-c",
        "--username",
        "--password",
    ]);
    let operands: Vec<&Word> = operands.into_iter().filter(|w| !verbs.contains(&w.text.as_str())).collect();
    let path = match operands.as_slice() {
        [_, dir, ..] => call.path_of(dir, said),
        [url] => {
            let Some(url) = said.known(url) else { return };
            let name = url
                .trim_end_matches('/')
                .rsplit(['/', ':'])
                .next()
                .unwrap_or_default()
                .trim_end_matches(".git")
                .to_owned();
            call.path_of(&Word::literal(name), said)
        }
        [] => None,
    };
    if let Some(path) = path {
        said.effect(Effect::there("file", &path));
        said.effect(Effect::Tree { path });
    }
}

/// Where `make install` brings files: below DESTDIR, and the prefix that it or `./configure` was given.
fn made(call: &Call<'_>) -> Result<String, String> {
    let set = |names: &[&str]| {
        let of = |w: &Word| names.iter().find_map(|n| w.text.strip_prefix(n)?.strip_prefix('=').map(str::to_owned));
        call.args.iter().find_map(of)
    };
    let prefix = set(&["PREFIX", "prefix", "--prefix"])
        .or_else(|| call.value(&["--prefix"]).map(|w| w.text))
        .or_else(|| call.prefix.map(str::to_owned))
        .unwrap_or_else(|| "/usr/local".to_owned());
    let below = set(&["DESTDIR"]).unwrap_or_default();
    call.path(&format!("{below}{prefix}"))
}

fn fetched(call: &Call<'_>, said: &mut Said) {
    let with_value = [
        "-o",
        "-O",
        "-H",
        "-d",
        "-X",
        "-u",
        "-A",
        "-e",
        "-b",
        "-c",
        "-F",
        "-m",
        "-w",
        "-x",
        "-T",
        "-P",
        "-U",
        "-t",
        "-i",
        "--header",
        "--data",
        "--request",
        "--user",
        "--output",
        "--output-document",
        "--directory-prefix",
        "--max-time",
        "--retry",
        "--connect-timeout",
        "--cacert",
        "--resolve",
        "--post-data",
        "--user-agent",
        "--tries",
        "--timeout",
    ];
    let is_wget = call.program == "wget";
    let output = if is_wget { call.value(&["-O", "--output-document"]) } else { call.value(&["-o", "--output"]) };
    let keeps_name = !is_wget && call.has(&["-O", "--remote-name"]);
    let with_value: Vec<&str> = with_value.into_iter().filter(|o| is_wget || *o != "-O").collect();
    match output {
        Some(word) if word.text == "-" => {}
        Some(word) => {
            if let Some(path) = call.path_of(&word, said).filter(|p| !p.starts_with("/dev/")) {
                said.effect(Effect::there("file", &path));
                said.effect(Effect::Touched { path });
            }
        }
        None if is_wget || keeps_name => {
            let dir = call.value(&["-P", "--directory-prefix"]).map(|w| w.text).filter(|_| is_wget);
            for word in call.operands(&with_value) {
                let Some(url) = said.known(word) else { continue };
                let name = url
                    .split(['?', '#'])
                    .next()
                    .unwrap_or(url)
                    .trim_end_matches('/')
                    .rsplit('/')
                    .next()
                    .unwrap_or_default();
                let name = dir.as_ref().map_or_else(|| name.to_owned(), |dir| format!("{dir}/{name}"));
                match call.path(&name) {
                    Ok(path) => said.effect(Effect::there("file", path)),
                    Err(why) => said.unresolved(why),
                }
            }
        }
        None => {}
    }
}

fn archive(call: &Call<'_>, said: &mut Said, dirs: &[&str]) {
    let first = call.args.first().map(|w| w.text.as_str()).unwrap_or_default();
    let extracts = call.program != "tar"
        || (!first.starts_with("--") && first.trim_start_matches('-').contains('x'))
        || call.has(&["--extract", "-x"]);
    if !extracts || (call.program == "tar" && first.trim_start_matches('-').contains('c') && !first.contains('x')) {
        return;
    }
    let dir = call.value(dirs).map(|w| w.text).or_else(|| call.dir.map(str::to_owned));
    match dir.and_then(|d| call.path(&d).ok()) {
        Some(path) => {
            said.guessed();
            said.effect(Effect::Tree { path });
        }
        None => said.unresolved("where the archive was unpacked"),
    }
}

fn alternative(call: &Call<'_>, said: &mut Said) {
    let words: Vec<&str> = call.args.iter().map(|w| w.text.as_str()).collect();
    let at = |option: &str, n: usize| words.iter().position(|w| *w == option).and_then(|at| words.get(at + n)).copied();
    if let (Some(name), Some(path)) = (at("--set", 1), at("--set", 2)) {
        return said.effect(Effect::is("file", format!("/etc/alternatives/{name}"), "linked-to", path));
    }
    if let (Some(name), Some(path)) = (at("--install", 2), at("--install", 3)) {
        said.guessed();
        return said.effect(Effect::is("file", format!("/etc/alternatives/{name}"), "linked-to", path));
    }
    if words.contains(&"--config") {
        said.unresolved("which alternative was chosen");
    }
}

fn keys(call: &Call<'_>, said: &mut Said) {
    if call.has(&["-R", "-l", "-y", "-F", "-e", "-i"]) {
        return;
    }
    let path = match call.value(&["-f"]) {
        Some(word) => call.path_of(&word, said),
        None => call.user.map(|user| {
            let kind = call.value(&["-t"]).map_or_else(|| "rsa".to_owned(), |w| w.text);
            format!("{}/.ssh/id_{kind}", home(user))
        }),
    };
    match path {
        Some(path) => {
            said.effect(Effect::there("file", &path));
            said.effect(Effect::there("file", format!("{path}.pub")));
        }
        None => said.unresolved("whose key it is"),
    }
}

fn outputs(call: &Call<'_>, said: &mut Said, options: &[&str]) {
    for (at, word) in call.args.iter().enumerate() {
        if options.contains(&word.text.as_str())
            && let Some(path) =
                call.args.get(at + 1).and_then(|w| call.path_of(w, said)).filter(|p| !p.starts_with("/dev/"))
        {
            said.effect(Effect::there("file", &path));
            said.effect(Effect::Touched { path });
        }
    }
}

fn domains(call: &Call<'_>, said: &mut Said) {
    match call.value(&["-d", "--domains", "--domain"]) {
        Some(word) if word.lacks.is_none() => {
            let name = word.text.split(',').next().unwrap_or_default().to_owned();
            said.effect(Effect::Tree { path: format!("/etc/letsencrypt/live/{name}") });
        }
        _ => said.unresolved("for which names the certificate is"),
    }
}

fn postconf(call: &Call<'_>, said: &mut Said) {
    if !call.has(&["-e", "-M", "-P", "-X", "-#"]) && !call.args.iter().any(|w| w.text.contains('=')) {
        return;
    }
    let is_master = call.has(&["-M"]);
    let is_gone = call.has(&["-X", "-#"]);
    for word in call.operands(&["-c"]) {
        let Some(text) = said.known(word) else { continue };
        let (key, value) = text.split_once('=').map_or((text, ""), |(k, v)| (k.trim(), v.trim()));
        if key.starts_with(model::text::SECRET) {
            said.unresolved("a setting that was taken for a secret");
            continue;
        }
        if is_gone {
            said.effect(Effect::gone("postfix", key));
        } else if is_master {
            said.effect(Effect::there("postfix", format!("master:{key}")));
        } else {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            said.effect(Effect::is("postfix", key, "value", value));
        }
    }
    let file = if is_master { "/etc/postfix/master.cf" } else { "/etc/postfix/main.cf" };
    said.effect(Effect::Touched { path: file.to_owned() });
}

fn diverted(call: &Call<'_>, said: &mut Said) {
    let is_removed = call.has(&["--remove"]);
    if let Some(word) = call.operands(&["--divert", "--package"]).last()
        && let Some(path) = call.path_of(word, said)
    {
        let to = call.value(&["--divert"]).map_or_else(|| format!("{path}.distrib"), |w| w.text);
        if !is_removed {
            said.effect(Effect::Touched { path });
            said.effect(Effect::there("file", to));
        }
    }
}

fn overridden(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&[]);
    if let ([owner, group, mode, file], true) = (operands.as_slice(), call.has(&["--add"]))
        && let Some(path) = call.path_of(file, said)
    {
        said.effect(Effect::is("file", &path, "owner", owner.text.as_str()));
        said.effect(Effect::is("file", &path, "group", group.text.as_str()));
        said.effect(Effect::is("file", &path, "mode", format!("{:0>4}", mode.text)));
    }
}
