//! Whether a value can be a secret: it is a literal, and not a reference, a path, a switch or a word everybody knows.

use crate::name::Strength;
use crate::scan;

/// What is known of the place a value stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// How much the name says.
    pub(crate) strength: Strength,
    /// In what surroundings it stands.
    pub(crate) place: Place,
    /// It stands in quotes.
    pub(crate) quoted: bool,
}

/// In what surroundings a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where it takes effect.
    Live,
    /// In a comment, where examples are given, and old values are kept.
    Comment,
    /// In documentation that came with a package.
    Prose,
}

/// Words that settings give where a secret could stand.
const WORDS: &[&str] = &[
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "null",
    "nil",
    "none",
    "undefined",
    "auto",
    "default",
    "enabled",
    "disabled",
    "enable",
    "disable",
    "required",
    "optional",
    "sufficient",
    "requisite",
    "include",
    "any",
    "all",
    "plain",
    "login",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "sha",
    "des",
    "aes",
    "bcrypt",
    "argon2",
    "crypt",
    "yescrypt",
    "scram-sha-256",
    "cram-md5",
    "digest-md5",
    "peer",
    "trust",
    "ident",
    "pam",
    "ldap",
    "basic",
    "digest",
    "bearer",
    "files",
    "file",
    "systemd",
    "compat",
    "nis",
    "nisplus",
    "db",
    "sss",
    "winbind",
    "dns",
    "mymachines",
    "prompt",
    "ask",
    "stdin",
    "env",
    "string",
    "hidden",
    "integer",
    "boolean",
    "bool",
    "str",
    "bytes",
    "object",
    "array",
    "builtin",
    "nullok",
    "sasl",
    "gssapi",
    "external",
    "internal",
    "local",
    "unset",
    "inherit",
    "never",
    "always",
    "optional_no_ca",
    "unix",
    "empty",
    "ntlm",
    "xoauth2",
    "oauth2",
    "kerberos",
    "anonymous",
];

/// Words an example gives for a secret.
const EXAMPLES: &[&str] = &[
    "changeme",
    "change_me",
    "change-me",
    "example",
    "secret",
    "password",
    "passwd",
    "pass",
    "foo",
    "bar",
    "baz",
    "foobar",
    "foobared",
    "test",
    "testing",
    "mypass",
    "mypassword",
    "mysecret",
    "somepassword",
    "letmein",
    "token",
    "key",
    "value",
    "pw",
    "pwd",
    "hunter2",
    "s3cret",
    "secret123",
    "password123",
    "supersecret",
    "topsecret",
    "abc",
    "xyz",
    "dbpass",
    "text",
    "in",
    "is",
    "for",
    "and",
    "the",
    "to",
    "of",
    "a",
    "an",
    "it",
    "with",
    "from",
    "or",
    "not",
    "this",
    "that",
    "when",
    "use",
    "used",
];

/// Beginnings of what an example gives.
const EXAMPLE_STARTS: &[&str] = &["your", "my", "some", "the", "insert", "replace", "enter", "put_", "example"];

/// Directories at the top of a file system.
const TOP: &[&str] = &[
    "etc", "var", "usr", "run", "home", "srv", "opt", "root", "tmp", "mnt", "media", "data", "app", "dev", "proc",
    "sys", "lib", "bin", "sbin", "boot", "www", "path", "secrets", "private", "public", "static",
];

/// Endings of files' names.
const FILE_ENDINGS: &[&str] = &[
    ".pem", ".key", ".crt", ".cer", ".p12", ".pfx", ".jks", ".txt", ".conf", ".cnf", ".php", ".sh", ".yml", ".yaml",
    ".json", ".xml", ".html", ".ini", ".pub", ".asc", ".gpg",
];

/// How much of a value is looked at.
const LOOKED_AT: usize = 512;

/// How identifiers of licences begin (the SPDX list).
const LICENCES: &[&str] = &[
    "GPL",
    "LGPL",
    "AGPL",
    "GFDL",
    "MIT",
    "BSD",
    "Apache",
    "MPL",
    "ISC",
    "CC-",
    "CC0",
    "Artistic",
    "EPL",
    "EUPL",
    "Zlib",
    "Unlicense",
    "PHP-",
    "PostgreSQL",
    "OpenSSL",
    "BSL-",
    "CDDL",
    "OFL",
    "proprietary",
    "SEE LICENSE",
];

/// Whether it names a licence; a licence's key is longer.
fn is_licence(look: &[u8]) -> bool {
    look.len() < 32 && LICENCES.iter().any(|l| look.starts_with(l.as_bytes()))
}

/// Whether a value is a secret, given what its name says.
pub(crate) fn is_secret(value: &[u8], setting: Setting) -> bool {
    let value = &value[scan::trim(value, 0..value.len())];
    let look = &value[..value.len().min(LOOKED_AT)];
    if look.len() < 2
        || is_licence(look)
        || is_reference(look)
        || is_mask(look)
        || is_known(look)
        || is_path(look)
        || is_lookup(look)
    {
        return false;
    }
    if value.len() > LOOKED_AT {
        return true;
    }
    let random = looks_random(look);
    match (setting.strength, setting.place) {
        (Strength::Strong, Place::Live) => !is_sentence(look),
        (Strength::Strong, Place::Prose) if !setting.quoted => random,
        (Strength::Strong, Place::Comment | Place::Prose) => {
            random || is_one_word(look) && !is_example(look) && !is_call(look)
        }
        (Strength::Medium, Place::Comment | Place::Prose) | (Strength::Weak, _) => random,
        (Strength::Medium, Place::Live) => {
            random || look.len() >= 6 && is_one_word(look) && !is_constant(look) && !is_type(look)
        }
    }
}

/// It refers to a value that stands somewhere else: `$X`, `${X}`, `%{X}`, `{{ x }}`, `getenv("X")`, `<password>`.
pub(crate) fn is_reference(value: &[u8]) -> bool {
    let first = value[0];
    let last = value[value.len() - 1];
    let wrapped = |open: u8, close: u8| first == open && last == close;
    let plain = |from: usize| {
        value[from..].iter().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'>' | b'[' | b']' | b'\'' | b'"' | b':')
        })
    };
    let identifier =
        |from: usize| value.get(from).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') && plain(from);
    let call = || {
        let name = scan::skip(value, 0, |b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'\\' | b'>' | b'-' | b'$')
        });
        // `x=secret('a')` is cut off at the quote.
        name > 0 && name < value.len() && value[name] == b'(' && matches!(last, b')' | b',' | b';' | b'(')
    };
    let starts: [&[u8]; 17] = [
        b"${", b"$(", b"%{", b"{{", b"{%", b"<?", b"<%", b"#{", b"$[", b"<<", b"$ENV", b"$_", b"!vault", b"!secret",
        b"ENC[", b"ssm:", b"vault:",
    ];
    first == b'$' && (identifier(1) || in_directory(value))
        || starts.iter().any(|s| value.starts_with(s)) && !value.starts_with(b"<<<")
        || wrapped(b'<', b'>')
        || wrapped(b'{', b'}')
        || wrapped(b'[', b']')
        || wrapped(b'%', b'%')
        || value.starts_with(b"%(") && matches!(value, [.., b')', b's' | b'd' | b'r'])
        || wrapped(b'@', b'@')
        || wrapped(b'`', b'`')
        || value.starts_with(b"__") && value.ends_with(b"__")
        || value.len() <= 3 && matches!(first, b'%' | b'$')
        || first == b'%' && value.len() < 40 && value[1..].iter().all(|b| b.is_ascii_alphabetic() || *b == b'_')
        || call()
}

/// A path below a directory that a variable names: `$dir/private/key.pem`.
fn in_directory(value: &[u8]) -> bool {
    let name = scan::skip(value, 1, |b| b.is_ascii_alphanumeric() || b == b'_');
    name > 1 && value.get(name) == Some(&b'/') && is_path(&value[name..])
}

/// It hides what it stands for: `****`, `xxxx`, `...`.
fn is_mask(value: &[u8]) -> bool {
    value
        .iter()
        .all(|b| matches!(b, b'*' | b'.' | b'?' | b'_' | b'-' | b'!' | b'=' | b'#' | b'~' | b'\\' | b'/' | b'|'))
        || value.iter().all(|b| matches!(b, b'x' | b'X' | b'*'))
        || value.starts_with(b"\xe2\x80\xa6")
}

/// It is made of words that settings give, such as `files systemd`.
fn is_known(value: &[u8]) -> bool {
    let known = |w: &[u8]| {
        WORDS.iter().any(|k| w.eq_ignore_ascii_case(k.as_bytes())) || w.starts_with(b"[") && w.ends_with(b"]")
    };
    let text = |b: &u8| b.is_ascii_whitespace() || matches!(b, b',' | b'|' | b';');
    value.split(text).filter(|w| !w.is_empty()).all(known) || is_port(value)
}

/// `464/tcp`, as a list of services has it.
fn is_port(value: &[u8]) -> bool {
    let digits = scan::skip(value, 0, |b| b.is_ascii_digit());
    digits > 0 && matches!(&value[digits..], b"/tcp" | b"/udp" | b"/sctp" | b"/dccp")
}

/// It is where a file is.
pub(crate) fn is_path(value: &[u8]) -> bool {
    let text = scan::lower(value);
    let path_like = value.iter().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'/' | b'.' | b'_' | b'-' | b'~' | b'@' | b'*' | b'$' | b'{' | b'}' | b'%')
    });
    if !path_like {
        return false;
    }
    let ending = FILE_ENDINGS.iter().any(|e| text.ends_with(e));
    let plain = value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-'));
    let Some(rest) =
        text.strip_prefix('/').or(text.strip_prefix("~/")).or(text.strip_prefix("./")).or(text.strip_prefix("../"))
    else {
        return ending && plain && value.iter().filter(|b| b.is_ascii_digit()).count() < 6;
    };
    let top = rest.split('/').next().unwrap_or_default();
    TOP.contains(&top)
        || ending
        || rest.split('/').count() > 1 && rest.split('/').all(|s| s.len() < 20 && !looks_random(s.as_bytes()))
        || rest.is_empty()
}

/// It names a place to look the secret up in: `hash:/etc/postfix/sasl_passwd`, `unix:/run/x.sock`, `https://…`.
fn is_lookup(value: &[u8]) -> bool {
    let scheme =
        scan::skip(value, 0, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'_'));
    if scheme < 2 || value.get(scheme) != Some(&b':') {
        return false;
    }
    let rest = &value[scheme + 1..];
    rest.starts_with(b"//")
        || rest.starts_with(b"/") && is_path(&rest[..scan::skip(rest, 0, |b| !matches!(b, b' ' | b','))])
        || rest.starts_with(b"${")
}

fn is_one_word(value: &[u8]) -> bool {
    !value.iter().any(u8::is_ascii_whitespace)
}

/// The name of a constant or a variable elsewhere: `DB_PASSWORD`.
fn is_constant(value: &[u8]) -> bool {
    value.contains(&b'_') && value.iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
}

/// The name of a type, a class or a property: `App\Models\Token`, `user.token`, `auth_token`.
fn is_type(value: &[u8]) -> bool {
    let marks = value.iter().filter(|b| matches!(b, b'\\' | b'.' | b'_' | b'-' | b':')).count();
    marks > 0 && value.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'\\' | b'.' | b'_' | b'-' | b':'))
}

/// The beginning of a call, cut off at the first space.
fn is_call(value: &[u8]) -> bool {
    let name = scan::skip(value, 0, |b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'.'));
    name > 0 && value.get(name) == Some(&b'(')
}

fn is_example(value: &[u8]) -> bool {
    let text = scan::lower(value);
    let text = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    EXAMPLES.contains(&text) || EXAMPLE_STARTS.iter().any(|s| text.starts_with(s)) || text.is_empty()
}

/// It is written for people: `The password is too short.`
fn is_sentence(value: &[u8]) -> bool {
    let words: Vec<&[u8]> = value.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).collect();
    let wordlike = |w: &&[u8]| {
        let core = w.iter().filter(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
        core + 2 >= w.len()
    };
    let ends = matches!(value.last(), Some(b'.' | b'!' | b'?' | b':' | b','));
    let begins = value[0].is_ascii_uppercase();
    let small = words
        .iter()
        .skip(1)
        .any(|w| EXAMPLES[EXAMPLES.len() - 20..].iter().any(|s| w.eq_ignore_ascii_case(s.as_bytes())));
    words.len() >= 2
        && words.iter().all(wordlike)
        && (ends && words.len() >= 3 || begins && words.len() >= 3 || small && words.len() >= 4)
}

/// It is unlike anything a person would write for another purpose: letters with digits or marks, in one word.
pub(crate) fn looks_random(value: &[u8]) -> bool {
    if value.len() < 6 || !is_one_word(value) || is_address(value) || is_known_algorithm(value) {
        return false;
    }
    let has = |f: fn(&u8) -> bool| value.iter().any(f);
    let letters = has(u8::is_ascii_alphabetic);
    let digits = has(u8::is_ascii_digit);
    let marks = value.iter().any(|b| matches!(b, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'+' | b'?' | b'~'));
    let code = value.iter().any(|b| {
        matches!(b, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'"' | b'\'' | b'|' | b'\\' | b',')
    });
    letters && (digits || marks) && !code && !is_version_or_identifier(value)
}

/// An address, a host, a date, a time.
fn is_address(value: &[u8]) -> bool {
    let mut parts = value.split(|b| matches!(b, b'.' | b':'));
    let numbers = value.iter().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':' | b'/'));
    numbers && value.iter().filter(|b| matches!(b, b'.' | b':')).count() >= 2
        || parts.clone().count() >= 2
            && value.contains(&b'.')
            && parts.all(|p| {
                !p.is_empty()
                    && p.iter().all(|b| b.is_ascii_lowercase() || *b == b'-' || b.is_ascii_digit())
                    && p.len() < 16
            })
}

fn is_known_algorithm(value: &[u8]) -> bool {
    let text = scan::lower(value);
    [
        "sha", "aes", "md5", "hmac", "rsa", "ecdsa", "ed25519", "curve", "chacha", "utf", "iso-", "x509", "pbkdf2",
        "argon2", "base64", "oauth", "ipv", "tls", "ssl", "pkcs", "des", "http", "x25519", "blowfish", "camellia",
        "ssh-",
    ]
    .iter()
    .any(|a| text.starts_with(a) && value.len() < 24)
}

/// `php8.2-fpm`, `key1`, `auth_user_2`: words with a number at the end of one.
fn is_version_or_identifier(value: &[u8]) -> bool {
    let marked =
        value.iter().any(|b| matches!(b, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'+' | b'?' | b'~' | b'='));
    let parts: Vec<&[u8]> =
        value.split(|b| matches!(b, b'.' | b'-' | b'_' | b'/' | b':')).filter(|p| !p.is_empty()).collect();
    let simple = |p: &&[u8]| {
        let letters = scan::skip(p, 0, |b| b.is_ascii_alphabetic());
        let digits = scan::skip(p, letters, |b| b.is_ascii_digit());
        digits == p.len() && digits - letters <= 2
    };
    !marked && parts.len() >= 2 && parts.iter().all(simple)
}
