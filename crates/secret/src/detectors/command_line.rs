//! Secrets among the arguments of commands: `mysql -px`, `curl -u user:x`, `sshpass -p x`, `--password=x`.

use crate::detector::Detector;
use crate::document::Document;
use crate::format::Format;
use crate::hit::SecretType;
use crate::literal::{Coding, literal};
use crate::name::{self, Strength};
use crate::scan;
use crate::span::Finds;
use crate::value::{self, Setting};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

pub(super) const DETECTOR: Detector = Detector {
    name: "command_line",
    summary: "secrets among a command's arguments: `mysql -px`, `curl -u user:x`, `sshpass -p x`, `--password x`, `echo x | passwd`",
    find,
};

/// How an option carries its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// In the same word: `-px`.
    Same,
    /// In the same word or the next: `-p x`.
    Next,
    /// In the same word or the next, after this mark: `-u user:x`.
    After(u8),
    /// The last word of the command.
    Last,
}

/// A program's option that carries a secret.
struct Carrier {
    programs: &'static [&'static str],
    option: &'static str,
    form: Form,
}

const fn carrier(programs: &'static [&'static str], option: &'static str, form: Form) -> Carrier {
    Carrier { programs, option, form }
}

const MYSQL: &[&str] = &[
    "mysql",
    "mysqldump",
    "mysqladmin",
    "mysqlimport",
    "mysqlcheck",
    "mysqlshow",
    "mysqlbinlog",
    "mysqlslap",
    "mysqlhotcopy",
    "mariadb",
    "mariadb-dump",
    "mariadb-admin",
    "mariadb-import",
    "mariadb-check",
    "mariadb-show",
    "mariabackup",
    "innobackupex",
    "xtrabackup",
    "mytop",
    "mysqlrepl",
    "mycli",
];
const LDAP: &[&str] =
    &["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami", "ldappasswd", "ldapcompare", "ldapmodrdn"];
const SNMP: &[&str] = &[
    "snmpwalk",
    "snmpget",
    "snmpgetnext",
    "snmpset",
    "snmpbulkwalk",
    "snmpbulkget",
    "snmptrap",
    "snmptable",
    "snmpdf",
    "check_snmp",
    "snmpstatus",
];
const OPENSSL: &[&str] = &["openssl"];
const CHECKS: &[&str] = &[
    "check_mysql",
    "check_mysql_query",
    "check_mysql_health",
    "check_pgsql",
    "check_postgres",
    "check_ldap",
    "check_imap",
    "check_pop",
    "check_smtp",
    "check_ftp",
    "check_oracle",
    "check_radius",
    "check_ssh",
    "check_mongodb",
    "check_rabbitmq",
];

const CARRIERS: &[Carrier] = &[
    carrier(MYSQL, "-p", Form::Same),
    carrier(&["sshpass"], "-p", Form::Next),
    carrier(&["curl"], "-u", Form::After(b':')),
    carrier(&["curl"], "--user", Form::After(b':')),
    carrier(&["curl"], "-U", Form::After(b':')),
    carrier(&["curl"], "--proxy-user", Form::After(b':')),
    carrier(&["curl"], "--pass", Form::Next),
    carrier(&["curl"], "--oauth2-bearer", Form::Next),
    carrier(&["redis-cli", "redis-benchmark", "valkey-cli", "keydb-cli"], "-a", Form::Next),
    carrier(LDAP, "-w", Form::Next),
    carrier(SNMP, "-c", Form::Next),
    carrier(SNMP, "-C", Form::Next),
    carrier(SNMP, "-A", Form::Next),
    carrier(SNMP, "-X", Form::Next),
    carrier(&["smbclient", "rpcclient", "net", "smbget"], "-U", Form::After(b'%')),
    carrier(&["ipmitool"], "-P", Form::Next),
    carrier(&["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"], "-p", Form::Next),
    carrier(&["zip", "unzip", "zipcloak"], "-P", Form::Next),
    carrier(&["7z", "7za", "7zr"], "-p", Form::Same),
    carrier(&["rar", "unrar"], "-p", Form::Same),
    carrier(&["rar", "unrar"], "-hp", Form::Same),
    carrier(&["docker", "podman", "buildah", "skopeo"], "-p", Form::Next),
    carrier(&["lftp"], "-u", Form::After(b',')),
    carrier(&["ncftpput", "ncftpget", "ncftp", "ncftpls"], "-p", Form::Next),
    carrier(&["sqlcmd", "bcp", "osql"], "-P", Form::Next),
    carrier(&["tsql", "freebcp"], "-P", Form::Next),
    carrier(&["useradd", "usermod", "adduser"], "-p", Form::Next),
    carrier(&["htpasswd"], "-b", Form::Last),
    carrier(&["htpasswd"], "-nb", Form::Last),
    carrier(&["htpasswd"], "-bc", Form::Last),
    carrier(&["htpasswd"], "-cb", Form::Last),
    carrier(&["htpasswd"], "-nbB", Form::Last),
    carrier(&["htpasswd"], "-bB", Form::Last),
    carrier(&["htpasswd"], "-nbm", Form::Last),
    carrier(&["rabbitmqctl"], "add_user", Form::Last),
    carrier(&["rabbitmqctl"], "change_password", Form::Last),
    carrier(&["swaks"], "-ap", Form::Next),
    carrier(&["sendemail", "sendEmail"], "-xp", Form::Next),
    carrier(&["keytool", "jarsigner"], "-storepass", Form::Next),
    carrier(&["keytool", "jarsigner"], "-keypass", Form::Next),
    carrier(&["keytool"], "-srcstorepass", Form::Next),
    carrier(&["keytool"], "-deststorepass", Form::Next),
    carrier(OPENSSL, "-k", Form::Next),
    carrier(OPENSSL, "-K", Form::Next),
    carrier(OPENSSL, "-pass", Form::After(b':')),
    carrier(OPENSSL, "-passin", Form::After(b':')),
    carrier(OPENSSL, "-passout", Form::After(b':')),
    carrier(CHECKS, "-p", Form::Next),
    carrier(CHECKS, "-P", Form::Next),
    carrier(&["check_http", "check_nt", "check_nagios"], "-a", Form::After(b':')),
    carrier(&["check_http"], "-b", Form::After(b':')),
    carrier(&["check_nt"], "-s", Form::Next),
    carrier(&["gpg", "gpg2"], "--passphrase", Form::Next),
    carrier(&["s3cmd"], "--secret_key", Form::Next),
    carrier(&["vncpasswd"], "-f", Form::Last),
    carrier(&["wpa_passphrase"], "", Form::Last),
    carrier(&["ftp-upload", "wput", "axel"], "--password", Form::Next),
    carrier(&["http", "https", "httpie"], "-a", Form::After(b':')),
    carrier(&["ab", "siege", "wrk"], "-A", Form::After(b':')),
    carrier(&["mosquitto_pub", "mosquitto_sub"], "-P", Form::Next),
    carrier(&["cadaver", "kinit"], "--password", Form::Next),
    carrier(&["nxc", "crackmapexec", "evil-winrm"], "-p", Form::Next),
    carrier(&["xfreerdp", "rdesktop"], "-p", Form::Next),
    carrier(&["newrelic-install", "nrsysmond-config"], "--set", Form::After(b'=')),
];

/// The programs whose options are known.
static PROGRAMS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| CARRIERS.iter().flat_map(|c| c.programs.iter().copied()).collect());

/// How deep quotes in quotes are read.
const DEEPEST: u8 = 2;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    if document.format == Format::Binary {
        return;
    }
    for line in document.lines() {
        Command::default().read(document, line, 0, finds);
    }
}

/// What a line's words have said so far.
#[derive(Default)]
struct Command {
    program: Option<String>,
    words: Vec<Range<usize>>,
}

impl Command {
    fn read(&mut self, document: &Document<'_>, line: Range<usize>, depth: u8, finds: &mut Finds<'_>) {
        let bytes = &document.bytes[..line.end];
        let mut at = line.start;
        let mut piped = None;
        while at < line.end {
            let byte = bytes[at];
            if is_break(byte) {
                self.finish(document, finds);
                if byte == b'|' {
                    piped = self.echoed(document).or(piped);
                }
                self.words.clear();
                self.program = None;
                at += 1;
            } else if byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']') {
                at += 1;
            } else {
                let end = word_end(bytes, at);
                self.word(document, at..end, depth, finds);
                if let Some(echoed) = piped.clone().filter(|_| self.reads_password(document, at..end)) {
                    take_echoed(document, echoed, finds);
                    piped = None;
                }
                at = end.max(at + 1);
            }
        }
        self.finish(document, finds);
    }

    fn word(&mut self, document: &Document<'_>, word: Range<usize>, depth: u8, finds: &mut Finds<'_>) {
        let bytes = document.bytes;
        let inner = unquoted(bytes, word.clone());
        let spaced = inner != word && bytes[inner.clone()].iter().any(u8::is_ascii_whitespace);
        if spaced && depth < DEEPEST {
            Self::default().read(document, inner.clone(), depth + 1, finds);
        }
        if let Some(program) = program(&bytes[inner.clone()]).filter(|_| !spaced) {
            self.finish(document, finds);
            self.program = Some(program);
            self.words.clear();
        }
        self.long_option(document, inner.clone(), finds);
        if self.words.len() < 256 {
            self.words.push(word);
        }
    }

    /// `--password=x`, and `--password x` once its second word has come.
    fn long_option(&self, document: &Document<'_>, word: Range<usize>, finds: &mut Finds<'_>) {
        let bytes = document.bytes;
        let previous = self.words.last().map(|w| unquoted(bytes, w.clone()));
        let Some(previous) = previous.filter(|p| bytes[p.clone()].starts_with(b"--")) else { return };
        let option = &bytes[previous];
        let mysql = self.program.as_deref().is_some_and(|p| MYSQL.contains(&p));
        let Some(named) =
            name::named(&option[2..]).filter(|n| n.strength >= Strength::Medium && !option.contains(&b'=') && !mysql)
        else {
            return;
        };
        let setting = Setting { strength: Strength::Strong, place: document.place(), quoted: false };
        let begins = bytes[word.clone()].first();
        if begins.is_some_and(|b| !matches!(b, b'-' | b'<')) && value::is_secret(&bytes[word.clone()], setting) {
            finds.add(named.what, word.clone(), coding(bytes, &word));
        }
    }

    /// Looks through the words of a command that is complete.
    fn finish(&self, document: &Document<'_>, finds: &mut Finds<'_>) {
        let Some(program) = self.program.as_deref() else { return };
        for carrier in CARRIERS.iter().filter(|c| c.programs.contains(&program)) {
            for (i, word) in self.words.iter().enumerate() {
                if let Some(secret) = self.carried(document.bytes, carrier, i, word.clone()) {
                    take(document, secret, finds);
                }
            }
        }
    }

    fn carried(&self, bytes: &[u8], carrier: &Carrier, i: usize, word: Range<usize>) -> Option<Range<usize>> {
        let inner = unquoted(bytes, word);
        let option = carrier.option.as_bytes();
        if !bytes[inner.clone()].starts_with(option) {
            return None;
        }
        let mut rest = inner.start + option.len()..inner.end;
        let long = option.starts_with(b"--") || option.len() > 2;
        if rest.is_empty() && carrier.form != Form::Same {
            let next = if carrier.form == Form::Last { self.last(i) } else { self.words.get(i + 1) };
            rest = unquoted(bytes, next?.clone());
        } else if long || carrier.form == Form::Last {
            let equals = bytes.get(rest.start) == Some(&b'=') && carrier.form != Form::Last;
            rest.start = if equals { rest.start + 1 } else { return None };
        } else if !rest.is_empty() && carrier.programs == OPENSSL {
            return None;
        } else {
            rest = unquoted(bytes, rest);
        }
        if let Form::After(mark) = carrier.form {
            let rest = unquoted(bytes, rest.clone());
            let at = scan::find(&bytes[..rest.end], &[mark], rest.start)?;
            let kind = scan::lower(&bytes[rest.start..at]);
            let elsewhere = carrier.programs == OPENSSL && kind != "pass";
            return (!elsewhere).then_some(at + 1..rest.end);
        }
        Some(rest)
    }

    /// The last word of the command, if it is not the option itself and no file redirection.
    fn last(&self, option: usize) -> Option<&Range<usize>> {
        self.words.iter().skip(option + 1).next_back()
    }

    /// What `echo` writes into the next command of a pipe.
    fn echoed(&self, document: &Document<'_>) -> Option<Range<usize>> {
        let bytes = document.bytes;
        let echo = self.words.iter().position(|w| matches!(&bytes[w.clone()], b"echo" | b"printf"))?;
        let word = self.words[echo + 1..].iter().rev().find(|w| bytes[w.start] != b'-')?;
        Some(unquoted(bytes, word.clone()))
    }

    /// The command of this word reads a password from its input.
    fn reads_password(&self, document: &Document<'_>, word: Range<usize>) -> bool {
        matches!(
            &document.bytes[word],
            b"chpasswd"
                | b"/usr/sbin/chpasswd"
                | b"--stdin"
                | b"--password-stdin"
                | b"-S"
                | b"smbpasswd"
                | b"saslpasswd2"
                | b"kinit"
                | b"cryptsetup"
        )
    }
}

fn take_echoed(document: &Document<'_>, echoed: Range<usize>, finds: &mut Finds<'_>) {
    let bytes = document.bytes;
    let colon = scan::skip(&bytes[..echoed.end], echoed.start, |b| b != b':');
    let start = if colon < echoed.end { colon + 1 } else { echoed.start };
    let end = scan::find(&bytes[..echoed.end], b"\\n", start).unwrap_or(echoed.end);
    take(document, start..end, finds);
}

fn take(document: &Document<'_>, secret: Range<usize>, finds: &mut Finds<'_>) {
    let secret = unquoted(document.bytes, secret);
    let literal = &document.bytes[secret.clone()];
    let place = document.place();
    let setting = Setting { strength: Strength::Strong, place, quoted: false };
    if !literal.is_empty() && literal[0] != b'-' && (value::is_secret(literal, setting) || is_number(literal)) {
        finds.add(SecretType::Password, secret.clone(), coding(document.bytes, &secret));
    }
}

fn is_number(literal: &[u8]) -> bool {
    literal.len() > 3 && literal.iter().all(u8::is_ascii_digit)
}

/// How a word is written that may have stood in quotes.
fn coding(bytes: &[u8], word: &Range<usize>) -> Coding {
    match word.start.checked_sub(1).map(|i| bytes[i]) {
        Some(b'"') => Coding::Double,
        Some(b'\'') => Coding::Single,
        Some(_) | None => Coding::Plain,
    }
}

/// A byte that ends a command.
fn is_break(byte: u8) -> bool {
    matches!(byte, b'|' | b';' | b'&' | b'(' | b')' | b'`' | b'{' | b'}' | b'\n')
}

/// Where a word ends: at white space or a mark outside quotes.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' | b'\'' => match literal(bytes, at) {
                Some(found)
                    if closes(bytes, found.end, bytes[at]) && matches!(bytes.get(found.end), Some(b',' | b']')) =>
                {
                    return found.end;
                }
                Some(found) if closes(bytes, found.end, bytes[at]) => at = found.end,
                _ if at == start => at += 1,
                _ => return at,
            },
            b',' if matches!(bytes.get(at + 1), Some(b'"' | b'\'')) => return at,
            byte if byte.is_ascii_whitespace() => break,
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                at = scan::skip(bytes, at, |b| b != b'}' && !b.is_ascii_whitespace())
            }
            b'|' | b';' | b'`' | b')' => break,
            b'&' if bytes.get(at + 1).is_none_or(|b| *b == b'&' || b.is_ascii_whitespace()) => break,
            _ => at += 1,
        }
    }
    at.min(bytes.len())
}

fn closes(bytes: &[u8], end: usize, quote: u8) -> bool {
    bytes[end - 1] == quote
}

/// A word without the quotes around it.
fn unquoted(bytes: &[u8], word: Range<usize>) -> Range<usize> {
    let text = &bytes[word.clone()];
    match text {
        [a @ (b'"' | b'\''), .., b] if a == b => word.start + 1..word.end - 1,
        [b'"' | b'\'', ..] => word.start + 1..word.end,
        _ => word,
    }
}

/// The program a word names, if it is one whose options are known.
fn program(word: &[u8]) -> Option<String> {
    if word.len() > 256 || word.first() == Some(&b'-') {
        return None;
    }
    let base = word.rsplit(|b| *b == b'/').next()?;
    let place = &word[..word.len() - base.len()];
    let holds_programs = [&b"bin/"[..], b"plugins/", b"libexec/", b"./"].iter().any(|p| place.ends_with(p));
    if !place.is_empty() && !holds_programs || base.len() > 20 {
        return None;
    }
    let base = std::str::from_utf8(base).ok().filter(|b| b.len() > 1)?;
    PROGRAMS.contains(base).then(|| base.to_owned())
}
