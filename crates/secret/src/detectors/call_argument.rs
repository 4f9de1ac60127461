//! Passwords as arguments of calls that connect: `new PDO($dsn, 'user', 'x')`, `mysqli_connect(h, u, 'x')`, `$redis->auth('x')`.

use crate::detector::Detector;
use crate::document::Document;
use crate::format::Format;
use crate::hit::SecretType;
use crate::literal::{Literal, literal};
use crate::scan;
use crate::span::Finds;
use crate::value;

pub(super) const DETECTOR: Detector = Detector {
    name: "call_argument",
    summary: "passwords given to calls that connect: `new PDO(d, u, 'x')`, `mysqli_connect(h, u, 'x')`, `ldap_bind`, `ftp_login`, `->auth('x')`",
    find,
};

/// Functions, and which of their arguments is a secret, from 0.
const CALLS: &[(&str, usize)] = &[
    ("pdo", 2),
    ("mysqli", 2),
    ("mysqli_connect", 2),
    ("mysql_connect", 2),
    ("mysql_pconnect", 2),
    ("mysqli_real_connect", 3),
    ("real_connect", 2),
    ("mysqli_change_user", 2),
    ("ftp_login", 2),
    ("ldap_bind", 2),
    ("ldap_sasl_bind", 2),
    ("ssh2_auth_password", 2),
    ("imap_open", 2),
    ("oci_connect", 1),
    ("oci_pconnect", 1),
    ("odbc_connect", 2),
    ("odbc_pconnect", 2),
    ("mssql_connect", 2),
    ("mssql_pconnect", 2),
    ("sybase_connect", 2),
    ("ibase_connect", 2),
    ("db2_connect", 2),
    ("ifx_connect", 2),
    ("fbsql_connect", 2),
    ("ingres_connect", 2),
    ("getconnection", 2),
    ("mysqldb.connect", 2),
    ("pymysql.connect", 2),
    ("simple_bind_s", 1),
    ("simple_bind", 1),
    ("->connect", 2),
    ("::connect", 2),
    (".login", 1),
    ("->login", 1),
    ("->auth", 0),
    (".auth", 0),
    ("->setpassword", 0),
    (".setpassword", 0),
    ("->setauth", 1),
    ("->sethttpauth", 1),
    ("passwordauthentication", 1),
    ("usernamepasswordcredentials", 1),
    ("networkcredential", 1),
    ("amqpconnection", 3),
    ("amqpstreamconnection", 3),
    ("plaincredentials", 1),
    ("httpbasicauth", 1),
    ("basic_auth", 1),
    ("->addserver", 9),
    ("hash_hmac", 2),
    ("openssl_encrypt", 2),
    ("openssl_decrypt", 2),
    ("mcrypt_encrypt", 1),
    ("mcrypt_decrypt", 1),
    ("->setapikey", 0),
    ("->setsecret", 0),
    ("jwt::encode", 1),
    ("jwt::decode", 1),
    ("jwt.encode", 1),
    ("jwt.decode", 1),
    ("->withbasicauth", 1),
    ("setusernameandpassword", 1),
    ("->authenticate", 1),
];

/// How much of a call is read.
const LONGEST: usize = 1024;

fn find(document: &Document<'_>, finds: &mut Finds<'_>) {
    if !matches!(document.format, Format::Code | Format::Settings) {
        return;
    }
    let bytes = document.bytes;
    for open in scan::occurrences(bytes, b"(") {
        let Some(nth) = secret_argument(bytes, open) else { continue };
        let Some(found) = argument(bytes, open + 1, nth) else { continue };
        let inner = found.inner.clone();
        if inner.len() > 1 && !value::is_reference(&bytes[inner.clone()]) && !value::is_path(&bytes[inner.clone()]) {
            finds.add(SecretType::Password, inner, found.coding);
        }
    }
}

/// Which argument of the function before this parenthesis is a secret.
fn secret_argument(bytes: &[u8], open: usize) -> Option<usize> {
    let before = &bytes[open.saturating_sub(40)..open];
    let blank = before.iter().rev().take_while(|b| scan::is_blank(**b)).count();
    let before = &before[..before.len() - blank];
    let length = before
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'>' | b'-' | b':'))
        .count();
    let function = scan::lower(&before[before.len() - length..]);
    CALLS.iter().find(|(name, _)| is_call(&function, name)).map(|(_, nth)| *nth)
}

/// The function ends in the name, and what is before it belongs to another word.
fn is_call(function: &str, name: &str) -> bool {
    let Some(before) = function.strip_suffix(name) else { return false };
    let marked = name.starts_with(|c: char| !c.is_ascii_alphanumeric());
    marked || !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// The argument of this number, if it is a literal.
fn argument(bytes: &[u8], start: usize, nth: usize) -> Option<Literal> {
    let window = &bytes[..bytes.len().min(start + LONGEST)];
    let (mut at, mut depth, mut number) = (start, 0_u32, 0);
    while at < window.len() {
        let found = literal(window, at);
        let begins = scan::skip(window, at, |b| b.is_ascii_whitespace());
        if number == nth && depth == 0 && begins > at {
            at = begins;
            continue;
        }
        match window[at] {
            _ if number == nth && depth == 0 => return found,
            b'"' | b'\'' => at = found?.end,
            b'(' | b'[' | b'{' => (depth, at) = (depth + 1, at + 1),
            b')' | b']' | b'}' => (depth, at) = (depth.checked_sub(1)?, at + 1),
            b',' if depth == 0 => (number, at) = (number + 1, at + 1),
            b';' if depth == 0 => return None,
            _ => at += 1,
        }
    }
    None
}
