//! Names that call their value a secret: `DB_PASSWORD`, `blowfishSecret`, `mysqli.default_pw`, `licence-key`; and those
//! that only speak of one: `password_min_length`, `smtp_sasl_password_maps`, `PasswordAuthentication`.

use crate::hit::SecretType;

/// How much a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// Its value is a secret if it looks like one.
    Weak,
    /// Its value is a secret if it can be one.
    Medium,
    /// Its value is a secret, whatever it is.
    Strong,
}

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// How much it says.
    pub(crate) strength: Strength,
    /// What the value is.
    pub(crate) what: SecretType,
}

/// The longest name that is read.
pub(crate) const LONGEST: usize = 160;

/// Parts of a word that make it a password's name wherever they stand.
const PASSWORD_PARTS: &[&str] = &["password", "passwd", "passphrase", "passwort", "motdepasse"];

/// Words for a password on their own.
const PASSWORD_WORDS: &[&str] = &["pwd", "pw", "psk", "pass", "passwords", "passcode", "pincode"];

/// Endings of words that are a password's name: `dbpass`, `smtppwd`, `rootpw`.
const PASSWORD_ENDINGS: &[&str] = &["pass", "pwd", "pw"];

/// Words that only end like one.
const NOT_PASSWORDS: &[&str] = &[
    "compass",
    "bypass",
    "surpass",
    "trespass",
    "encompass",
    "overpass",
    "underpass",
    "proxypass",
    "multipass",
    "onepass",
    "twopass",
    "firstpass",
    "oldpwd",
    "cwd",
];

/// Programs whose `…_pass` directive passes requests on.
const PASSING: &[&str] =
    &["proxy", "fastcgi", "uwsgi", "scgi", "grpc", "memcached", "first", "two", "second", "single", "multi", "by"];

/// Words that qualify `key` into a secret one.
const KEY_OWNERS: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "priv",
    "auth",
    "encryption",
    "encrypt",
    "crypt",
    "crypto",
    "master",
    "signing",
    "sign",
    "signature",
    "app",
    "application",
    "cookie",
    "session",
    "shared",
    "preshared",
    "service",
    "account",
    "client",
    "hmac",
    "security",
    "write",
    "ingest",
    "deploy",
    "stripe",
    "storage",
    "primary",
    "secondary",
    "instrumentation",
    "integration",
    "routing",
    "tsig",
    "cipher",
    "symmetric",
    "nonce",
    "jwt",
    "aes",
    "blowfish",
    "management",
    "admin",
    "webhook",
    "logged",
    "in",
    "validation",
    "decryption",
    "server",
    "wep",
    "mac",
    "dkim",
    "recaptcha",
    "captcha",
    "psk",
];

/// Words that make a name speak about a secret, when they stand after it.
const ABOUT: &[&str] = &[
    "length",
    "len",
    "min",
    "max",
    "minimum",
    "maximum",
    "age",
    "expire",
    "expires",
    "expiry",
    "expiration",
    "ttl",
    "lifetime",
    "timeout",
    "days",
    "day",
    "count",
    "size",
    "bits",
    "file",
    "filename",
    "files",
    "path",
    "paths",
    "dir",
    "directory",
    "location",
    "url",
    "uri",
    "urls",
    "endpoint",
    "type",
    "types",
    "name",
    "names",
    "id",
    "ids",
    "algo",
    "algorithm",
    "algorithms",
    "method",
    "methods",
    "mechanism",
    "mechanisms",
    "policy",
    "prompt",
    "field",
    "fields",
    "attribute",
    "attr",
    "column",
    "enabled",
    "enable",
    "required",
    "require",
    "requisite",
    "allowed",
    "allow",
    "map",
    "maps",
    "backend",
    "backends",
    "provider",
    "class",
    "format",
    "encoding",
    "scheme",
    "schemes",
    "cost",
    "rounds",
    "iterations",
    "warn",
    "warning",
    "change",
    "changed",
    "changes",
    "command",
    "cmd",
    "program",
    "mode",
    "source",
    "lookup",
    "authentication",
    "authenticator",
    "verify",
    "verification",
    "check",
    "checks",
    "checker",
    "reset",
    "recovery",
    "strength",
    "quality",
    "tries",
    "retry",
    "retries",
    "attempts",
    "label",
    "title",
    "text",
    "message",
    "msg",
    "help",
    "hint",
    "description",
    "desc",
    "error",
    "errors",
    "placeholder",
    "header",
    "prefix",
    "suffix",
    "regex",
    "pattern",
    "rule",
    "rules",
    "validator",
    "manager",
    "function",
    "func",
    "callback",
    "handler",
    "query",
    "txt",
    "md",
    "html",
    "php",
    "py",
    "css",
    "conf",
    "cnf",
    "ini",
    "yml",
    "yaml",
    "json",
    "xml",
    "sh",
    "log",
    "rotation",
    "interval",
    "seconds",
    "status",
    "state",
    "list",
    "cache",
    "caching",
    "tool",
    "helper",
    "hashers",
    "version",
    "limit",
    "limits",
    "usage",
    "form",
    "page",
    "view",
    "template",
    "route",
    "controller",
    "module",
    "plugin",
    "support",
    "never",
    "last",
    "created",
    "updated",
    "date",
    "time",
    "dialog",
    "exec",
    "script",
    "always",
    "sessions",
    "inactive",
    "reuse",
    "remember",
    "grace",
    "lock",
    "locked",
    "delay",
    "store",
    "stores",
    "stdin",
    "fd",
    "agent",
    "kind",
    "ref",
    "selector",
    "visibility",
    "input",
    "icon",
    "storage",
    "database",
];

/// Words that leave a name in doubt: another word's owner, not the secret's.
const DOUBTFUL: &[&str] = &[
    "user", "users", "username", "host", "hosts", "port", "login", "auth", "ring", "config", "settings", "option",
    "options", "info", "server", "servers",
];

/// Words that, at the beginning, ask a question about a secret.
const ASKING: &[&str] = &[
    "max", "min", "enable", "disable", "allow", "require", "requires", "show", "hide", "use", "has", "is", "no", "num",
    "ask", "prompt", "check", "forgot", "lost", "change", "need", "needs", "can", "permit", "force", "expire",
    "public",
];

/// What a name says of its value; nothing for most names.
pub(crate) fn named(name: &[u8]) -> Option<Named> {
    if name.len() > LONGEST || name.len() < 2 || !may_name_a_secret(name) {
        return None;
    }
    let words = words(name);
    let (after, mut found) = term(&words)?;
    let rest = &words[after..];
    if rest.iter().any(|w| ABOUT.contains(&w.as_str())) {
        return None;
    }
    let doubtful = rest.iter().any(|w| DOUBTFUL.contains(&w.as_str()));
    if doubtful || words.len() > 1 && ASKING.contains(&words[0].as_str()) {
        found.strength = Strength::Weak;
    }
    Some(found)
}

/// A quick look that leaves out nearly every name.
fn may_name_a_secret(name: &[u8]) -> bool {
    let lower = |i: usize| name.get(i).map_or(0, u8::to_ascii_lowercase);
    (0..name.len()).any(|i| {
        let next = [lower(i + 1), lower(i + 2)];
        match lower(i) {
            b'p' => matches!(&next, b"as" | b"sk" | b"in") || next[0] == b'w',
            b's' => matches!(&next, b"ec" | b"al"),
            b'c' => matches!(&next, b"om" | b"re"),
            b't' => matches!(&next, b"ok" | b"de"),
            b'k' => &next == b"ey",
            b'a' => &next == b"ut",
            b'b' => &next == b"ea",
            b'l' => &next == b"ic",
            _ => false,
        }
    })
}

/// The words of a name, in lower case: split at marks, and where a capital begins a word.
fn words(name: &[u8]) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for (i, byte) in name.iter().enumerate() {
        let before = i.checked_sub(1).map(|j| name[j]);
        let capital = byte.is_ascii_uppercase()
            && (before.is_some_and(|b| b.is_ascii_lowercase())
                || before.is_some_and(|b| b.is_ascii_uppercase())
                    && name.get(i + 1).is_some_and(u8::is_ascii_lowercase));
        if (capital || !byte.is_ascii_alphabetic()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if byte.is_ascii_alphabetic() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The last term for a secret in a name's words: where the words after it begin, and what it says.
fn term(words: &[String]) -> Option<(usize, Named)> {
    (0..words.len()).rev().find_map(|i| {
        let before = i.checked_sub(1).map_or("", |j| words[j].as_str());
        term_at(before, &words[i]).map(|n| (i + 1, n))
    })
}

fn term_at(before: &str, word: &str) -> Option<Named> {
    let named = |strength, what| Some(Named { strength, what });
    let passing = word == "pass" && PASSING.contains(&before);
    if PASSWORD_PARTS.iter().any(|p| word.contains(p)) {
        let listed = word.ends_with("maps") || word.ends_with("file") || word.ends_with("authentication");
        return if listed { None } else { named(Strength::Strong, SecretType::Password) };
    }
    if PASSWORD_WORDS.contains(&word) && !passing {
        return named(Strength::Strong, SecretType::Password);
    }
    let ending = PASSWORD_ENDINGS.iter().any(|e| word.len() > e.len() + 1 && word.len() < 20 && word.ends_with(e));
    if ending && !NOT_PASSWORDS.contains(&word) {
        return named(Strength::Strong, SecretType::Password);
    }
    match word {
        "secret" | "secrets" | "requirepass" | "masterauth" | "secretkey" | "clientsecret" | "appsecret"
        | "sharedsecret" => named(Strength::Strong, SecretType::Named),
        "key" if before.starts_with("licen") => named(Strength::Medium, SecretType::LicenceKey),
        "key" if matches!(before, "private" | "priv") => named(Strength::Medium, SecretType::PrivateKey),
        "key" if KEY_OWNERS.contains(&before) => named(Strength::Medium, SecretType::Token),
        "apikey" | "accesskey" | "authkey" | "appkey" | "signingkey" | "masterkey" | "sessionkey" | "authtoken"
        | "accesstoken" | "refreshtoken" | "bearertoken" | "bearer" => named(Strength::Medium, SecretType::Token),
        "privatekey" => named(Strength::Medium, SecretType::PrivateKey),
        // Of a package it is MIT; of a service it is a key, and long.
        "license" | "licence" => named(Strength::Weak, SecretType::LicenceKey),
        "licensekey" | "licencekey" => named(Strength::Medium, SecretType::LicenceKey),
        "presharedkey" | "sharedkey" | "encryptionkey" => named(Strength::Medium, SecretType::Token),
        "key" | "auth" | "pin" | "authorization" => named(Strength::Weak, SecretType::Token),
        "community" | "communities" if before == "snmp" => named(Strength::Strong, SecretType::Password),
        "community" => named(Strength::Weak, SecretType::Password),
        "rocommunity" | "rwcommunity" | "trapcommunity" => named(Strength::Strong, SecretType::Password),
        "token" | "tokens" | "credential" | "credentials" | "creds" => named(Strength::Medium, SecretType::Token),
        "salt" => named(Strength::Medium, SecretType::Named),
        _ if word.len() < 24 && (word.ends_with("secret") || word.ends_with("token")) => {
            named(Strength::Medium, SecretType::Token)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strength(name: &str) -> Option<Strength> {
        named(name.as_bytes()).map(|n| n.strength)
    }

    #[test]
    fn names_that_call_their_value_a_secret() {
        for name in [
            "password",
            "DB_PASSWORD",
            "dbPassword",
            "mysqli.default_pw",
            "rootpw",
            "olcRootPW",
            "smtp_pass",
            "ftppass",
            "PGPASSWORD",
            "requirepass",
            "blowfish_secret",
            "clientSecret",
            "wpa_passphrase",
            "psk",
            "userPassword",
            "Cleartext-Password",
            "password_hash",
            "password2",
            "CURLOPT_USERPWD",
            "SNMP_COMMUNITY",
        ] {
            assert_eq!(strength(name), Some(Strength::Strong), "{name}");
        }
        for name in [
            "api_key",
            "apiKey",
            "APIKEY",
            "AWS_SECRET_ACCESS_KEY",
            "license_key",
            "AUTH_SALT",
            "authToken",
            "client-key-data",
        ] {
            assert!(strength(name) >= Some(Strength::Medium), "{name}");
        }
    }

    #[test]
    fn names_that_only_speak_of_a_secret() {
        for name in [
            "password_min_length",
            "smtp_sasl_password_maps",
            "PasswordAuthentication",
            "PASS_MAX_DAYS",
            "proxy_pass",
            "fastcgi_pass",
            "AuthUserFile",
            "passwords.txt",
            "token_type",
            "AWS_ACCESS_KEY_ID",
            "compass",
            "keyboard",
            "author",
            "bypass",
            "passwd_query",
            "ssl_certificate_key_file",
            "monkey",
            "package",
            "hostname",
            "public",
            "OLDPWD",
            "password-stdin",
        ] {
            assert_eq!(strength(name), None, "{name}");
        }
        for name in ["disable_password", "no_password", "smtp_auth", "password_server", "license"] {
            assert_eq!(strength(name), Some(Strength::Weak), "{name}");
        }
    }
}
