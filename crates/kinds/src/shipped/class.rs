//! Paths that no package owns and no person made: generated trees, caches and state, each class with its reason.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

/// What is made of a path that belongs to a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It and what is below it is not looked at.
    Skip,
    /// Its mode and owner are pinned, its contents are not: another kind reads them, or they move.
    Metadata,
    /// All of it is pinned, as shipped: packages write it once and then leave it to people.
    Baseline,
    /// The same where a package of its name, or one whose scripts name it, is there; else it is people's.
    Written,
    /// Links are pinned as shipped; what is no link is people's.
    Links,
    /// Mode and owner of the directories right in it are pinned, what is in those is not looked at.
    Tops,
    /// All of it is pinned, as people's: nothing else writes there.
    Peoples,
}

/// A class of paths.
#[derive(Debug)]
pub struct Class {
    /// A pattern with `*`; a pattern that ends with `/` covers the directory and everything below it.
    pub pattern: &'static str,
    /// What is made of it.
    pub treatment: Treatment,
    /// Why it is nobody's doing.
    pub reason: &'static str,
}

const fn skip(pattern: &'static str, reason: &'static str) -> Class {
    Class { pattern, treatment: Treatment::Skip, reason }
}

const fn metadata(pattern: &'static str, reason: &'static str) -> Class {
    Class { pattern, treatment: Treatment::Metadata, reason }
}

const fn baseline(pattern: &'static str, reason: &'static str) -> Class {
    Class { pattern, treatment: Treatment::Baseline, reason }
}

const fn written(pattern: &'static str, reason: &'static str) -> Class {
    Class { pattern, treatment: Treatment::Written, reason }
}

const fn links(pattern: &'static str, reason: &'static str) -> Class {
    Class { pattern, treatment: Treatment::Links, reason }
}

const fn tops(pattern: &'static str, reason: &'static str) -> Class {
    Class { pattern, treatment: Treatment::Tops, reason }
}

const fn peoples(pattern: &'static str, reason: &'static str) -> Class {
    Class { pattern, treatment: Treatment::Peoples, reason }
}

/// The copies from which packages made files that they then leave to people: the file, and its copy.
pub const PRISTINE: &[(&str, &str)] = &[
    ("/etc/motd", "/usr/share/base-files/motd"),
    ("/etc/profile", "/usr/share/base-files/profile"),
    ("/root/.bashrc", "/usr/share/base-files/dot.bashrc"),
    ("/root/.profile", "/usr/share/base-files/dot.profile"),
    ("/etc/inputrc", "/usr/share/readline/inputrc"),
];

/// What the installer of a mail server makes of the machine's name, unless a person has it otherwise.
pub const MAIL_NAME: &str = "/etc/mailname";

/// Every class.
pub static CLASSES: &[Class] = &[
    skip("/proc/", "the kernel's, not on a disk"),
    skip("/sys/", "the kernel's, not on a disk"),
    skip("/dev/", "the kernel's, not on a disk"),
    skip("/run/", "made at boot"),
    skip("/tmp/", "made at any time"),
    skip("/var/tmp/", "made at any time"),
    skip("/lost+found/", "the file system's"),
    skip("/var/cache/", "caches (hier(7))"),
    tops("/var/log/", "logs (hier(7)), in directories that whoever writes them needs"),
    skip("/var/log/journal/", "made by systemd-journald"),
    skip("/var/log/private/", "made by systemd"),
    skip("/var/backups/", "copies made by cron jobs of packages"),
    skip("/var/mail/", "mail"),
    skip("/var/lock/", "locks"),
    skip("/var/spool/postfix/", "mail on its way"),
    skip("/var/spool/mail/", "mail"),
    skip("/var/spool/rsyslog/", "logs on their way"),
    skip("/var/spool/cron/", "read by the kind cron"),
    peoples("/var/spool/cron/atjobs/", "what people left for at(1) to run"),
    peoples("/var/spool/at/", "what people left for at(1) to run"),
    skip("/var/spool/cron/atjobs/.SEQ", "the number of at's last job"),
    skip("/var/spool/at/.SEQ", "the number of at's last job"),
    skip("/var/spool/at/spool/", "what at's jobs print"),
    skip("/var/lib/dpkg/", "dpkg's records"),
    skip("/var/lib/apt/", "apt's records"),
    skip("/var/lib/rpm/", "rpm's records"),
    skip("/var/lib/dnf/", "dnf's records"),
    skip("/var/lib/yum/", "yum's records"),
    skip("/var/lib/ucf/", "ucf's records"),
    skip("/var/lib/systemd/", "systemd's state"),
    peoples("/var/lib/systemd/linger/", "who may run services without being there (loginctl(1) enable-linger)"),
    skip("/var/lib/pam/", "made by pam-auth-update"),
    skip("/var/lib/php/sessions/", "PHP sessions"),
    skip("/var/lib/logrotate/", "logrotate's state"),
    skip("/var/lib/dhcp/", "leases"),
    skip("/var/lib/NetworkManager/", "leases"),
    skip("/var/lib/cloud/", "made at boot"),
    skip("/var/lib/mysql/", "a database"),
    skip("/var/lib/postgresql/", "a database"),
    skip("/var/lib/redis/", "a database"),
    skip("/var/lib/mongodb/", "a database"),
    skip("/var/lib/containers/", "container images"),
    skip("/var/lib/docker/", "container images"),
    skip("/var/lib/private/", "state of services"),
    skip("/boot/", "made by the kernel's packages and the boot loader"),
    skip("*/__pycache__/", "made by Python"),
    skip("*.pyc", "made by Python"),
    skip("*/.git/", "read as a revision"),
    skip("/usr/share/mime/", "made by update-mime-database"),
    skip("*/icon-theme.cache", "made by gtk-update-icon-cache"),
    skip("*/mimeinfo.cache", "made by update-desktop-database"),
    skip("*/gschemas.compiled", "made by glib-compile-schemas"),
    skip("*/giomodule.cache", "made by gio-querymodules"),
    skip("*/loaders.cache", "made by gdk-pixbuf-query-loaders"),
    skip("/usr/share/info/dir*", "made by install-info"),
    skip("/usr/lib/locale/locale-archive", "made by locale-gen; read by the kind locale"),
    skip("/usr/lib/udev/hwdb.bin", "made by systemd-hwdb"),
    skip("/usr/lib/modules/", "made by depmod"),
    skip("/usr/share/fonts/*/.uuid", "made by fontconfig"),
    skip("/etc/udev/hwdb.bin", "made by systemd-hwdb"),
    skip("/etc/ld.so.cache", "made by ldconfig"),
    skip("/etc/mtab", "a link to the kernel's"),
    skip("/etc/.pwd.lock", "a lock of the shadow tools"),
    skip("/etc/.updated", "made by systemd"),
    skip("/var/.updated", "made by systemd"),
    skip("/etc/passwd-", "a copy made by the shadow tools"),
    skip("/etc/group-", "a copy made by the shadow tools"),
    skip("/etc/shadow-", "a copy made by the shadow tools"),
    skip("/etc/gshadow-", "a copy made by the shadow tools"),
    skip("/etc/subuid-", "a copy made by the shadow tools"),
    skip("/etc/subgid-", "a copy made by the shadow tools"),
    skip("*/.bash_history", "what somebody typed"),
    skip("*/.zsh_history", "what somebody typed"),
    skip("*/.mysql_history", "what somebody typed"),
    skip("*/.viminfo", "what an editor remembers"),
    skip("*/.lesshst", "what a pager remembers"),
    skip("*/.wget-hsts", "what wget remembers"),
    skip("*/.cache/", "caches"),
    metadata("/etc/passwd", "read by the kind user"),
    metadata("/etc/shadow", "read by the kind user"),
    metadata("/etc/group", "read by the kind group"),
    metadata("/etc/gshadow", "read by the kind group"),
    baseline("/etc/subuid", "written by the shadow tools"),
    baseline("/etc/subgid", "written by the shadow tools"),
    metadata("/etc/hostname", "read by the kind hostname"),
    metadata("/etc/hosts", "read by the kind hosts-entry"),
    metadata("/etc/resolv.conf", "read by the kind resolver"),
    metadata("/etc/timezone", "read by the kind timezone"),
    metadata("/etc/localtime", "read by the kind timezone"),
    metadata("/etc/locale.gen", "read by the kind locale"),
    metadata("/etc/default/locale", "read by the kind locale"),
    metadata("/etc/locale.conf", "read by the kind locale"),
    metadata("/etc/environment", "read by the kind env"),
    metadata("/etc/fstab", "read by the kind fstab"),
    metadata("/etc/machine-id", "made at the first boot"),
    baseline("/etc/machine-info", "written by hostnamectl"),
    metadata("/etc/aliases", "read by the kind mail-alias"),
    metadata("/etc/aliases.db", "made by newaliases"),
    baseline(MAIL_NAME, "written by debconf"),
    metadata("/etc/postfix/main.cf", "read by the kind postfix"),
    metadata("/etc/postfix/master.cf", "read by the kind postfix"),
    baseline("/etc/postfix/dynamicmaps.cf", "written by postfix's packages"),
    baseline("/etc/postfix/*.proto", "copied by postfix"),
    baseline("/etc/security/opasswd", "made by PAM's packages"),
    baseline("/etc/shells", "written by packages"),
    baseline("/etc/ca-certificates.conf", "written by debconf"),
    metadata("/etc/ssl/certs/ca-certificates.crt", "made by update-ca-certificates"),
    metadata("/etc/ssl/certs/*.0", "made by update-ca-certificates"),
    metadata("/etc/ssl/certs/java/cacerts", "made by update-ca-certificates"),
    baseline("/etc/ssl/certs/ssl-cert-snakeoil.pem", "made by the package ssl-cert"),
    baseline("/etc/ssl/private/ssl-cert-snakeoil.key", "made by the package ssl-cert"),
    baseline("/etc/nsswitch.conf", "copied by base-files, edited by packages of NSS modules"),
    baseline("/etc/profile", "copied by base-files"),
    baseline("/etc/motd", "copied by base-files"),
    baseline("/etc/pam.d/common-*", "made by pam-auth-update"),
    metadata("/etc/network/interfaces", "read by the kind interface"),
    metadata("/etc/apt/sources.list", "read by the kind package-repository"),
    metadata("/etc/modules", "read by the kind kernel-module"),
    written("/etc/default/*", "written by debconf"),
    baseline("/etc/ssh/ssh_host_*", "made at the first start of sshd"),
    baseline("/etc/inputrc", "copied by readline-common"),
    baseline("/etc/nanorc", "copied by nano"),
    links("/etc/php/*/*/conf.d/*", "links made by phpenmod; read by the kind php-extension"),
    links("/etc/rc?.d/*", "links made by update-rc.d; read by the kind service"),
    links("/etc/systemd/system/*.wants/*", "links made by systemctl; read by the kind service"),
    links("/etc/systemd/system/*.requires/*", "links made by systemctl; read by the kind service"),
    links("/usr/local/man", "made by base-files"),
    baseline("/root/.bashrc", "copied by base-files"),
    baseline("/root/.profile", "copied by base-files"),
];

/// The classes in the form in which they are found: by the path itself, by a directory above it, by pattern.
struct Found {
    exact: HashMap<&'static str, &'static Class>,
    directories: HashMap<&'static str, &'static Class>,
    patterns: Vec<&'static Class>,
}

fn found() -> &'static Found {
    static FOUND: OnceLock<Found> = OnceLock::new();
    FOUND.get_or_init(|| {
        let mut found = Found { exact: HashMap::new(), directories: HashMap::new(), patterns: Vec::new() };
        for class in CLASSES {
            match class.pattern.strip_suffix('/') {
                _ if class.pattern.contains(['*', '?']) => found.patterns.push(class),
                Some(dir) => drop(found.directories.insert(dir, class)),
                None => drop(found.exact.insert(class.pattern, class)),
            }
        }
        found
    })
}

/// The class of a path that no package owns.
pub fn of(path: &Path) -> Option<&'static Class> {
    let text = path.to_string_lossy();
    let found = found();
    if let Some(class) = found.exact.get(&*text) {
        return Some(class);
    }
    let mut at = &*text;
    while !at.is_empty() {
        if let Some(class) = found.directories.get(at) {
            return Some(class);
        }
        at = &at[..at.rfind('/').unwrap_or(0)];
    }
    found.patterns.iter().copied().find(|class| covers(class.pattern, &text))
}

fn covers(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('/') {
        Some(dir) => model::id::glob(dir, path) || model::id::glob(&format!("{dir}/*"), path),
        None => model::id::glob(pattern, path),
    }
}

/// Where people put things (hier(7)): what is there is theirs, links too.
pub fn is_for_people(path: &Path) -> bool {
    ["/usr/local", "/opt", "/srv", "/home", "/root", "/var/www"].iter().any(|top| path.starts_with(top))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_covers_itself_and_what_is_below() {
        for (path, covered) in [
            ("/var/cache", true),
            ("/var/cache/apt/x", true),
            ("/var/caches", false),
            ("/srv/a/__pycache__/b.py", true),
            ("/etc/passwd-", true),
            ("/etc/nginx/nginx.conf", false),
        ] {
            assert_eq!(of(Path::new(path)).is_some(), covered, "{path}");
        }
    }

    #[test]
    fn every_class_has_its_reason_once() {
        for (at, class) in CLASSES.iter().enumerate() {
            assert!(class.reason.len() > 3, "{}", class.pattern);
            assert!(CLASSES[..at].iter().all(|c| c.pattern != class.pattern), "{} twice", class.pattern);
        }
    }
}
