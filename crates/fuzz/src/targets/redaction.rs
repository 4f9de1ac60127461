//! Secrets in texts: what is replaced stays replaced, and one that was planted never comes through.

use super::text;
use crate::Target;
use secret::{Key, redact_file, redact_value};

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
    "/root/.netrc",
    "/srv/blob.bin",
    "/usr/local/bin/run.sh",
    "/etc/cron.d/app",
];

const HINTS: &[&str] =
    &["env[DB_PASSWORD].value", "cron[x].command", "php-ini[fpm/www:x].value", "file[/x].sha256", "DB_PASSWORD", "x"];

/// A secret that stands nowhere else.
const PLANTED: &str = "Zq7vMadeUpX4nLw2";

/// Lines that hold it, each by itself a secret to every reader, and the file it is read in.
const LINES: &[(&str, &str)] = &[
    ("/srv/app/.env", "DB_PASSWORD={}"),
    ("/srv/app/.env", "export API_SECRET=\"{}\""),
    ("/srv/app/config.php", "$password = '{}';"),
    ("/srv/app/config.php", "define('DB_PASSWORD', '{}');"),
    ("/etc/app.conf", "password = {}"),
    ("/etc/app.conf", "fastcgi_param DB_PASSWORD {};"),
    ("/etc/app.conf", "url = mysql://app:{}@db/app"),
    ("/etc/app.yml", "password: {}"),
    ("/srv/app/config.json", "\"password\": \"{}\","),
    ("/root/.bash_history", "mysql -uroot -p'{}' app"),
    ("/etc/cron.d/app", "0 1 * * * root PGPASSWORD={} pg_dump app"),
    ("/usr/local/bin/run.sh", "curl -u app:{} https://example.org/"),
];

fn key() -> Key {
    Key::new([7; 32])
}

/// A first byte that chooses, and the rest.
fn chosen<'a, T>(input: &'a [u8], from: &'a [T]) -> Option<(&'a T, &'a [u8])> {
    let (first, rest) = input.split_first()?;
    Some((&from[usize::from(*first) % from.len()], rest))
}

fn seeds() -> Vec<Vec<u8>> {
    let line = |(at, (_, line)): (usize, &(&str, &str))| {
        let first = u8::try_from(at).unwrap_or_default();
        [&[first][..], line.replace("{}", "q8Zr2mN5xT0vLk7W").as_bytes(), b"\n# next\n"].concat()
    };
    LINES.iter().enumerate().map(line).collect()
}

/// A file that was redacted is not changed by doing it again.
pub(super) fn files() -> Target {
    let run = |input: &[u8]| {
        let Some((path, text)) = chosen(input, PATHS) else { return };
        let once = redact_file(path, text, &key());
        let twice = redact_file(path, &once.bytes, &key());
        assert!(twice.hits.is_empty() && twice.bytes == once.bytes, "{path}: done once is not done");
        assert!(!once.hits.is_empty() || once.bytes == text, "{path}: something was changed and nothing found");
    };
    Target::new("redact-file", run, seeds)
}

/// A value that was redacted is not changed by doing it again.
pub(super) fn values() -> Target {
    let run = |input: &[u8]| {
        let Some((hint, rest)) = chosen(input, HINTS) else { return };
        let Some(text) = text(rest) else { return };
        let (once, hits) = redact_value(hint, text, &key());
        let (twice, again) = redact_value(hint, &once, &key());
        assert!(again.is_empty() && twice == once, "{hint}: done once is not done");
        assert!(!hits.is_empty() || once == text, "{hint}: something was changed and nothing found");
    };
    Target::new("redact-value", run, seeds)
}

/// A secret on a line of its own is found whatever stands in the lines before and after it.
pub(super) fn planted() -> Target {
    let run = |input: &[u8]| {
        let Some(((path, line), rest)) = chosen(input, LINES) else { return };
        // What an input says of it in the clear is nobody's secret.
        if rest.windows(4).any(|w| PLANTED.as_bytes().starts_with(w)) {
            return;
        }
        let at = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |at| at + 1);
        let mut bytes = rest[..at].to_vec();
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        bytes.extend(line.replace("{}", PLANTED).into_bytes());
        bytes.push(b'\n');
        bytes.extend(&rest[at..]);
        let done = redact_file(path, &bytes, &key());
        let shown = String::from_utf8_lossy(&done.bytes);
        assert!(!done.is_text || !shown.contains(PLANTED), "{path} still holds the secret: {shown:?}");
    };
    Target::new("redact-planted", run, || {
        let mut seeds = seeds();
        seeds.extend(LINES.iter().enumerate().map(|(at, _)| vec![u8::try_from(at).unwrap_or_default()]));
        seeds
    })
}
