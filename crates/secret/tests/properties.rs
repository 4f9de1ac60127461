//! What holds for every text: done once is done, nothing but secrets changes, bounded time, one secret one fingerprint.

use proptest::prelude::*;
use secret::{Key, redact_file, redact_value};
use std::time::{Duration, Instant};

const PATHS: &[&str] = &[
    "/srv/app/.env",
    "/srv/app/config.php",
    "/etc/app.conf",
    "/etc/app.yml",
    "/srv/app/config.json",
    "/etc/postfix/sasl_passwd",
    "/root/.bash_history",
    "/etc/nginx/.htpasswd",
    "/usr/share/doc/x/README",
    "/srv/app/x.xml",
    "/etc/snmp/snmpd.conf",
    "/root/.netrc",
    "/etc/ppp/chap-secrets",
    "/root/.pgpass",
    "/srv/blob.bin",
    "/etc/haproxy.cfg",
    "/var/lib/cloud/user-data.txt",
];

/// What texts with secrets are made of.
const PIECES: &[&str] = &[
    "password",
    "DB_PASSWORD",
    "secret",
    "api_key",
    "token",
    "auth",
    "key",
    "=",
    ": ",
    " => ",
    ":=",
    "==",
    "'",
    "\"",
    "`",
    "\\",
    "\\\"",
    "\\n",
    "\n",
    "\r\n",
    " ",
    "\t",
    "  ",
    ",",
    ";",
    "&",
    "?",
    "#",
    "|",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "</",
    "</password>",
    "<password>",
    "${X}",
    "$X",
    "{{ x }}",
    "%{X}",
    "://",
    "@",
    "u:p@h",
    "mysql://u:",
    "mysql -p",
    "curl -u a:",
    "sshpass -p ",
    "--password ",
    "--token=",
    "echo x | chpasswd",
    "Authorization: Basic ",
    "Bearer ",
    "X-Api-Key: ",
    "AUTH ",
    "define('API_KEY', '",
    "new PDO('d', 'u', '",
    "->auth('",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "IDENTIFIED BY '",
    "name: DB_PASSWORD\n  value: ",
    "secret:v1:",
    "secret:v1:AAAAAAAAAAAAAAAAAAAAAA",
    "$6$",
    "$2y$10$",
    "{SSHA}",
    "*0123456789ABCDEF0123456789ABCDEF01234567",
    "AKIAMADEUPMADEUP1234",
    "ghp_madeupMADEUPmadeup0123456789FAKEFAKE",
    "eyJmYWtlIjoibWFkZXVwIn0.eyJmYWtlIjoibWFkZXVwIn0.bWFkZXVw",
    "hooks.slack.com/services/",
    "q8Zr2mN5xT0vLk7WcY3b",
    "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "madeup",
    "made up",
    "x9!",
    "é",
    "hunter",
    "123456",
    "user",
    "allow ",
    "machine h login u ",
    "chpasswd:\n  list: |\n    ",
    "|\n  ",
    "- ",
    "!!str ",
];

fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(|p| p.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        1 => "[A-Za-z0-9+/=_-]{0,44}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|p| p.concat())
}

fn key() -> Key {
    Key::new([7; 32])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn done_once_is_done(path in prop::sample::select(PATHS), text in text()) {
        let once = redact_file(path, &text, &key());
        let twice = redact_file(path, &once.bytes, &key());
        prop_assert_eq!(String::from_utf8_lossy(&twice.bytes), String::from_utf8_lossy(&once.bytes));
        prop_assert_eq!(twice.hits, []);
        prop_assert_eq!(redact_file(path, &text, &key()), once);
    }

    #[test]
    fn a_value_done_once_is_done(hint in prop::sample::select(&["DB_PASSWORD", "cron", "environment[X].value", "file[/x].sha256"][..]), text in text()) {
        let text = String::from_utf8_lossy(&text).into_owned();
        let (once, _) = redact_value(hint, &text, &key());
        let (twice, hits) = redact_value(hint, &once, &key());
        prop_assert_eq!(&twice, &once);
        prop_assert_eq!(hits, []);
    }

    #[test]
    fn nothing_changes_but_what_was_found(path in prop::sample::select(PATHS), text in text()) {
        let done = redact_file(path, &text, &key());
        if done.hits.is_empty() {
            prop_assert_eq!(&done.bytes, &text);
        } else {
            prop_assert!(String::from_utf8_lossy(&done.bytes).contains("secret:v1:"));
        }
        if let Some(first) = done.hits.iter().filter(|h| h.by != "whole_file").min() {
            let line = first.line as usize - 1;
            let before: usize = text.split_inclusive(|b| *b == b'\n').take(line).map(<[u8]>::len).sum();
            prop_assert_eq!(&done.bytes[..before], &text[..before]);
        }
    }

    #[test]
    fn one_secret_has_one_fingerprint(secret in "[A-Za-z][A-Za-z0-9!%+_.]{6,20}[A-Za-z0-9]") {
        let expected = key().fingerprint(secret.as_bytes()).to_string();
        for (path, text) in [
            ("/srv/.env", format!("DB_PASSWORD={secret}\n")),
            ("/srv/.env", format!("DB_PASSWORD=\"{secret}\"\n")),
            ("/srv/a.php", format!("<?php return ['password' => '{secret}'];")),
            ("/srv/a.json", format!("{{\"password\": \"{secret}\"}}")),
            ("/srv/a.yml", format!("db:\n  password: {secret}\n")),
            ("/srv/a.ini", format!("password = {secret} ; old\n")),
            ("/srv/a.xml", format!("<password>{secret}</password>")),
            ("/srv/a.conf", format!("fastcgi_param DB_PASSWORD {secret};\n")),
            ("/root/.bash_history", format!("mysql -uroot -p'{secret}' app\n")),
            ("/root/.netrc", format!("machine h login u password {secret}\n")),
        ] {
            let done = String::from_utf8(redact_file(path, text.as_bytes(), &key()).bytes).unwrap();
            prop_assert_eq!(done, text.replace(&secret, &expected), "{}", path);
        }
        prop_assert_eq!(redact_value("DB_PASSWORD", &secret, &key()).0, expected.clone());
        prop_assert_ne!(key().fingerprint(secret.as_bytes()), Key::new([8; 32]).fingerprint(secret.as_bytes()));
    }

    #[test]
    fn single_line_secrets_keep_the_lines(secrets in prop::collection::vec("[a-z]{8}[0-9]{2}", 1..8)) {
        let text: String = secrets.iter().map(|s| format!("api_password = {s}\n# next\n")).collect();
        let done = redact_file("/etc/app.conf", text.as_bytes(), &key());
        prop_assert_eq!(done.hits.len(), secrets.len());
        prop_assert_eq!(done.bytes.split(|b| *b == b'\n').count(), text.split('\n').count());
        prop_assert_eq!(done.hits.iter().map(|h| h.line).collect::<Vec<_>>(), (0..secrets.len()).map(|i| 2 * i as u32 + 1).collect::<Vec<_>>());
    }
}

/// A line that repeats a piece takes no more than in proportion longer when it is four times as long.
#[test]
fn time_grows_no_faster_than_the_text() {
    const SMALL: usize = 1 << 12;
    let time = |path: &str, piece: &str, size: usize| {
        let text = piece.repeat(size / piece.len() + 1);
        let start = Instant::now();
        assert!(!redact_file(path, text.as_bytes(), &key()).bytes.is_empty());
        start.elapsed()
    };
    let nested = [
        "password='${",
        "password=${",
        "x[password]=${",
        "eyJ-",
        "xoxb-",
        "?token=$",
        "\"'",
        "$1$",
        "<password>",
        "password: |\n ",
        "X-Key:",
        "://a",
        "a:",
        "(",
        "jwt::encode(",
        "$(",
        "=",
        "\\\"",
    ];
    let paths = ["/etc/app.conf", "/srv/app/config.php", "/root/.bash_history"];
    for (piece, path) in nested.iter().chain(PIECES).zip(paths.iter().cycle()) {
        let (small, large) = (time(path, piece, SMALL), time(path, piece, 4 * SMALL));
        assert!(large < small * 12 + Duration::from_millis(400), "{piece:?} in {path}: {small:?}, then {large:?}");
    }
}

#[test]
fn whole_files_are_one_fingerprint() {
    let key = key();
    for (path, text) in [
        ("/etc/shadow", "root:*:1:0:99999:7:::\n"),
        ("/etc/ssl/private/x.key", "-----BEGIN PRIVATE KEY-----\nMIImadeup\n-----END PRIVATE KEY-----\n"),
        (
            "/home/deploy/.ssh/anything",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bmadeup\n-----END OPENSSH PRIVATE KEY-----\n",
        ),
        ("/etc/zabbix/agent.psk", "0123456789abcdef\n"),
        ("/etc/krb5.keytab", "\x05\x02madeup"),
        ("/etc/postfix/sasl_passwd.db", "\0\0madeup"),
        ("/run/secrets/db", "madeup"),
        ("/srv/app/db_password.txt", "madeup\n"),
    ] {
        let done = redact_file(path, text.as_bytes(), &key);
        assert_eq!(String::from_utf8_lossy(&done.bytes), format!("{}\n", key.fingerprint(text.as_bytes())), "{path}");
        assert_eq!(redact_file(path, &done.bytes, &key).hits, [], "{path}");
    }
    for (path, text) in [
        (
            "/etc/apt/keyrings/docker.key",
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmadeup\n-----END PGP PUBLIC KEY BLOCK-----\n",
        ),
        ("/etc/ssl/certs/x.crt", "-----BEGIN CERTIFICATE-----\nMIImadeup\n-----END CERTIFICATE-----\n"),
        ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"),
        ("/etc/pam.d/common-password", "password required pam_unix.so\n"),
        ("/etc/shadow", ""),
        ("/etc/aliases.db", "\0\0x"),
    ] {
        let done = redact_file(path, text.as_bytes(), &key);
        assert_eq!((done.bytes.as_slice(), done.hits.len()), (text.as_bytes(), 0), "{path}");
    }
}

#[test]
fn a_text_that_a_crash_left_nuls_in_is_still_a_text() {
    for (path, text) in [
        (
            "/root/.bash_history",
            "mysql -uroot -pmadeup9x app\n\0\0\0\0\nls -l /srv/app /var/log/nginx /etc/nginx\n# and on and on\n",
        ),
        ("/etc/app.conf", "fastcgi_param DB_PASSWORD madeup9x;\n# \0\n"),
    ] {
        let done = redact_file(path, text.as_bytes(), &key());
        assert!(done.is_text && !String::from_utf8_lossy(&done.bytes).contains("madeup9x"), "{path}");
    }
    let program = [&b"\x7fELF\x02\x01\x01\0\0\0\0\0"[..], b"password=%s"].concat();
    assert!(!redact_file("/usr/local/bin/x", &program, &key()).is_text);
}

#[test]
fn values_are_redacted_by_what_they_are_called() {
    let key = key();
    let madeup = key.fingerprint(b"madeup").to_string();
    for (hint, text, expected) in [
        ("environment[DB_PASSWORD].value", "madeup", madeup.clone()),
        ("php-ini[fpm/www:mysqli.default_pw].value", "madeup", madeup.clone()),
        ("cron", "0 1 * * * mysqldump -pmadeup app", format!("0 1 * * * mysqldump -p{madeup} app")),
        (
            "php-ini[fpm/www:session.save_path].value",
            "tcp://h:6379?auth=madeup123",
            format!("tcp://h:6379?auth={}", key.fingerprint(b"madeup123")),
        ),
        ("file[/etc/postfix/sasl_passwd].mode", "0600", "0600".into()),
        ("file[/etc/passwd].owner", "root", "root".into()),
        ("file", "/etc/ssl/private/secret-key.pem", "/etc/ssl/private/secret-key.pem".into()),
        ("package[passwd].versions", "1:4.13+dfsg1-1", "1:4.13+dfsg1-1".into()),
        ("sshd[PasswordAuthentication].value", "yes", "yes".into()),
        (
            "postfix[smtp_sasl_password_maps].value",
            "hash:/etc/postfix/sasl_passwd",
            "hash:/etc/postfix/sasl_passwd".into(),
        ),
        (
            "file[/x].sha256",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        ),
    ] {
        assert_eq!(redact_value(hint, text, &key).0, expected, "{hint}");
    }
}

#[test]
fn a_long_secret_is_taken_to_its_end() {
    let secret = "madeup9".repeat(4000);
    for (path, text) in [
        ("/srv/.env", format!("PASSWORD={secret}\n")),
        ("/srv/a.php", format!("$password = '{secret}';")),
        ("/srv/a.sh", format!("run x password={secret} y")),
        ("/srv/a.json", format!("{{\"a\": 1, \"token\": \"{secret}\"}}")),
        ("/srv/a.conf", format!("x https://example.org/?token={secret}&y=1")),
    ] {
        let done = redact_file(path, text.as_bytes(), &key());
        assert!(!String::from_utf8_lossy(&done.bytes).contains("madeup9madeup9"), "{path}");
        assert_eq!(done.bytes.len(), text.len() - secret.len() + 32, "{path}");
    }
}
