//! Files that are a secret as a whole: keys, key stores, the stores of passwords. Nothing of them is kept but a fingerprint.

use crate::detectors;
use crate::fingerprint::fingerprints;
use crate::name::{self, Strength};
use crate::scan;

/// Names of files that are secrets.
const NAMES: &[&str] = &[
    "shadow",
    "shadow-",
    "gshadow",
    "gshadow-",
    "opasswd",
    "smbpasswd",
    "sasldb2",
    "secrets.tdb",
    "passdb.tdb",
    "krb5.keytab",
    "authkey",
    ".erlang.cookie",
    "random-seed",
    ".mylogin.cnf",
    ".xauthority",
    "secring.gpg",
    "trustdb.gpg",
    "munge.key",
    "master.key",
    "wallet.dat",
    "cwallet.sso",
    "ewallet.p12",
    ".vault-token",
    "vault-token",
    "keys.db",
    "key4.db",
    "key3.db",
    "logins.json",
    "login.keyring",
    "stash",
    ".k5.stash",
    "password-store",
    "secret.key",
    "secret_token",
    ".secret",
    ".vault_pass",
    ".vault_pass.txt",
    "dh_private",
];

/// Endings of names of files that are secrets.
const ENDINGS: &[&str] = &[
    ".keytab",
    ".jks",
    ".keystore",
    ".p12",
    ".pfx",
    ".kdbx",
    ".kdb",
    ".psk",
    ".ppk",
    ".jceks",
    ".bcfks",
    ".p8",
    ".pvk",
    ".agekey",
    ".secret",
    ".htpasswd.db",
];

/// Endings of tables that programs make of a text; a table is as secret as its text.
const TABLES: &[&str] = &[".db", ".lmdb", ".cdb", ".pag", ".dir", ".dbm", ".mdb"];

/// Whether nothing of a file may be shown: all of it is a secret.
#[must_use]
pub fn whole_file_secret(path: &str, bytes: &[u8]) -> bool {
    let path = path.to_ascii_lowercase();
    let base = path.rsplit('/').next().unwrap_or_default();
    let content = &bytes[scan::trim(bytes, 0..bytes.len())];
    if content.is_empty() || is_fingerprint(content) {
        return false;
    }
    let listed = NAMES.contains(&base)
        || ENDINGS.iter().any(|e| base.ends_with(e))
        || path.contains("/private-keys-v1.d/")
        || path.ends_with("/.vnc/passwd");
    // What was redacted before is not judged by its contents once more.
    let redacted = !fingerprints(content).is_empty();
    let judged = || is_key_file(base, content) || is_only_a_key(content) || is_only_a_secret(&path, base, content);
    listed || is_table(base) || !redacted && judged()
}

fn is_fingerprint(content: &[u8]) -> bool {
    fingerprints(content).first().is_some_and(|f| *f == (0..content.len()))
}

/// `*.key`, SSH's `id_*` and `*_key`, unless what they hold is public or settings.
fn is_key_file(base: &str, content: &[u8]) -> bool {
    let named = base.ends_with(".key") || base.starts_with("ssh_host_") && base.ends_with("_key");
    if !named {
        return false;
    }
    let public = [&b"PUBLIC KEY"[..], b"BEGIN CERTIFICATE", b"ssh-rsa ", b"ssh-ed25519 ", b"ecdsa-sha2-"]
        .iter()
        .any(|p| scan::find(content, p, 0).is_some());
    let private = scan::find(content, b"PRIVATE", 0).is_some();
    // A key of DNS is a few lines of settings, whose secret is found by its name. A public key ring is packets of its own.
    let settings = content.contains(&b'{') && content.contains(&b';') && !content.contains(&0);
    let ring = matches!(content[0], 0x98 | 0x99 | 0xc6);
    private || !public && !settings && !ring
}

/// A table made of a text with secrets: `sasl_passwd.db`.
fn is_table(base: &str) -> bool {
    let stem = TABLES.iter().find_map(|t| base.strip_suffix(t));
    stem.is_some_and(|s| {
        s.contains("passwd") || name::named(s.as_bytes()).is_some_and(|n| n.strength == Strength::Strong)
    })
}

/// One private key in armour and nothing else.
fn is_only_a_key(content: &[u8]) -> bool {
    let blocks = detectors::private_key_blocks(content);
    let Some(first) = blocks.first() else { return content.starts_with(b"PuTTY-User-Key-File") };
    let begins = content.starts_with(b"-----BEGIN ") && first.start < 64;
    let last = blocks.last().map_or(0, |b| b.end);
    begins && content.len() - last < 64
}

/// A file named like a secret, with one word in it: `db_password`, `/run/secrets/token`.
fn is_only_a_secret(path: &str, base: &str, content: &[u8]) -> bool {
    let stem = base.strip_suffix(".txt").unwrap_or(base);
    let named =
        path.contains("/secrets/") || name::named(stem.as_bytes()).is_some_and(|n| n.strength >= Strength::Medium);
    let record = content.iter().filter(|b| **b == b':').count() > 2;
    named && !record && content.len() < 4096 && content.is_ascii() && !content.iter().any(u8::is_ascii_whitespace)
}
