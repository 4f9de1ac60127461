//! X.509 certificates as facts: what one says, and whether a private key belongs to it. Certificates of hosts are
//! hostile data: nothing here trusts a length, a name or a number in them.

use sha2::Digest;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode, oid::ObjectIdentifier, pem};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whom it is for.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names and addresses it is good for.
    pub names: Vec<String>,
    /// From when.
    pub not_before: String,
    /// Until when.
    pub not_after: String,
    /// Until when, in seconds since 1970.
    pub ends: u64,
    /// The kind of its key.
    pub key_type: String,
    /// The length of its key, where that is known.
    pub key_length: Option<i64>,
    /// The digest of the whole.
    pub sha256: String,
    /// Whether its subject signed it.
    pub self_signed: bool,
    /// The public key, as the certificate has it.
    key: Vec<u8>,
}

/// The most certificates that are read of one file.
const MOST: usize = 500;

/// The certificates of a file in DER: of PEM blocks, or the file as it is.
pub fn all(bytes: &[u8]) -> Vec<Vec<u8>> {
    let blocks: Vec<Vec<u8>> =
        blocks(bytes).into_iter().filter(|(l, _)| is_label(l)).map(|(_, d)| d).take(MOST).collect();
    if blocks.is_empty() && bytes.first() == Some(&0x30) {
        return vec![bytes.to_vec()];
    }
    blocks
}

fn is_label(label: &str) -> bool {
    matches!(label, "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE")
}

/// The longest PEM block, in bytes.
const LONGEST: usize = 1 << 16;

/// The PEM blocks of a file: label and contents. What cannot be decoded is left out.
fn blocks(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let text = String::from_utf8_lossy(bytes);
    text.split("-----BEGIN ").skip(1).take(MOST * 2).filter_map(block).collect()
}

/// One block, without the dashes it begins with.
fn block(text: &str) -> Option<(String, Vec<u8>)> {
    let (label, rest) = text.split_once("-----")?;
    let (body, end) = rest.split_once("-----END ")?;
    if !end.starts_with(label) || label.len() > 60 || body.len() > LONGEST {
        return None;
    }
    // Lines of any length are read, the decoder wants them alike.
    let body: Vec<char> = body.chars().filter(|c| !c.is_whitespace()).collect();
    let lines: Vec<String> = body.chunks(64).map(|line| line.iter().collect()).collect();
    let whole = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"));
    let (_, der) = pem::decode_vec(whole.as_bytes()).ok()?;
    Some((label.to_owned(), der))
}

/// Reads a certificate. `None` where it is none.
pub fn parse(der: &[u8]) -> Option<Seen> {
    let whole = whole(der)?;
    let certificate = Certificate::from_der(whole).ok()?;
    let body = &certificate.tbs_certificate;
    let key = body.subject_public_key_info.subject_public_key.raw_bytes().to_vec();
    let algorithm = &body.subject_public_key_info.algorithm;
    let curve = algorithm.parameters.as_ref().and_then(|p| p.decode_as::<ObjectIdentifier>().ok());
    let (key_type, key_length) = key_of(&algorithm.oid.to_string(), curve.map(|c| c.to_string()), &key);
    Some(Seen {
        subject: body.subject.to_string(),
        issuer: body.issuer.to_string(),
        names: names(&certificate),
        not_before: body.validity.not_before.to_date_time().to_string(),
        not_after: body.validity.not_after.to_date_time().to_string(),
        ends: body.validity.not_after.to_unix_duration().as_secs(),
        key_type,
        key_length,
        sha256: sha2::Sha256::digest(whole).iter().map(|b| format!("{b:02x}")).collect(),
        self_signed: body.subject.to_der().ok() == body.issuer.to_der().ok(),
        key,
    })
}

/// The certificate alone: OpenSSL's trusted ones have something behind it.
fn whole(der: &[u8]) -> Option<&[u8]> {
    let (_, _, rest) = element(der)?;
    der.get(..der.len() - rest.len())
}

fn names(certificate: &Certificate) -> Vec<String> {
    let Ok(Some((_, SubjectAltName(all)))) = certificate.tbs_certificate.get::<SubjectAltName>() else {
        return Vec::new();
    };
    all.iter().filter_map(name).collect()
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(dns) => Some(dns.to_string()),
        GeneralName::Rfc822Name(mail) => Some(format!("email:{mail}")),
        GeneralName::UniformResourceIdentifier(uri) => Some(format!("uri:{uri}")),
        GeneralName::IpAddress(bytes) => match bytes.as_bytes() {
            [a, b, c, d] => Some(std::net::Ipv4Addr::new(*a, *b, *c, *d).to_string()),
            other => <[u8; 16]>::try_from(other).ok().map(|b| std::net::Ipv6Addr::from(b).to_string()),
        },
        GeneralName::DirectoryName(name) => Some(format!("dir:{name}")),
        GeneralName::OtherName(_) | GeneralName::EdiPartyName(_) | GeneralName::RegisteredId(_) => None,
    }
}

fn key_of(algorithm: &str, curve: Option<String>, key: &[u8]) -> (String, Option<i64>) {
    let bits = |n: usize| i64::try_from(n).ok();
    match algorithm {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
            ("rsa".to_owned(), modulus(key).and_then(|n| bits(length(n))))
        }
        "1.2.840.10045.2.1" => {
            let length = match curve.as_deref() {
                Some("1.2.840.10045.3.1.7" | "1.3.132.0.10") => Some(256),
                Some("1.3.132.0.34") => Some(384),
                Some("1.3.132.0.35") => Some(521),
                _ => None,
            };
            ("ec".to_owned(), length)
        }
        "1.3.101.112" => ("ed25519".to_owned(), Some(256)),
        "1.3.101.113" => ("ed448".to_owned(), Some(456)),
        "1.2.840.10040.4.1" => ("dsa".to_owned(), None),
        other => (other.to_owned(), None),
    }
}

/// The bits of a number.
fn length(number: &[u8]) -> usize {
    let first = number.first().map_or(0, |b| b.leading_zeros() as usize);
    (number.len() * 8).saturating_sub(first)
}

/// One element of DER: its tag, its contents, and what stands behind it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(*first) {
        short @ 0..=0x7f => (short, rest),
        long => {
            let (digits, rest) = rest.split_at_checked(long & 0x7f)?;
            if digits.is_empty() || digits.len() > 4 {
                return None;
            }
            (digits.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b)), rest)
        }
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((*tag, contents, rest))
}

/// A number without its leading zeros.
fn number(tag: u8, contents: &[u8]) -> Option<&[u8]> {
    let zeros = contents.iter().take_while(|b| **b == 0).count();
    (tag == 2).then(|| &contents[zeros..])
}

/// The modulus of an RSA public key.
fn modulus(key: &[u8]) -> Option<&[u8]> {
    let (_, inside, _) = element(key)?;
    let (tag, contents, _) = element(inside)?;
    number(tag, contents)
}

/// What is known of whether a private key belongs to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It cannot be told: the file holds no key, an encrypted one, or one without its public half.
    Unclear,
}

/// Whether the private key in a file belongs to a certificate.
pub fn matches(certificate: &Seen, file: &[u8]) -> Match {
    let mut clear = None;
    for (label, der) in blocks(file) {
        let public = match label.as_str() {
            "RSA PRIVATE KEY" => rsa(&der),
            "EC PRIVATE KEY" => ec(&der),
            "PRIVATE KEY" => inner(&der).and_then(|k| rsa(k).or_else(|| ec(k))),
            _ => None,
        };
        if let Some(public) = public {
            clear = Some(public);
        }
    }
    match clear {
        None => Match::Unclear,
        Some(public) if public == certificate.key || Some(public.as_slice()) == modulus(&certificate.key) => Match::Yes,
        Some(_) => Match::No,
    }
}

/// The key inside PKCS#8.
fn inner(der: &[u8]) -> Option<&[u8]> {
    let (_, inside, _) = element(der)?;
    let (_, _, rest) = element(inside)?;
    let (_, _, rest) = element(rest)?;
    let (tag, key, _) = element(rest)?;
    (tag == 4).then_some(key)
}

/// The modulus of an RSA private key.
fn rsa(der: &[u8]) -> Option<Vec<u8>> {
    let (_, inside, _) = element(der)?;
    let (_, version, rest) = element(inside)?;
    let (tag, contents, _) = element(rest)?;
    (version == [0]).then(|| number(tag, contents)).flatten().map(<[u8]>::to_vec)
}

/// The public half that most EC private keys hold.
fn ec(der: &[u8]) -> Option<Vec<u8>> {
    let (_, inside, _) = element(der)?;
    let (_, version, mut rest) = element(inside)?;
    if version != [1] {
        return None;
    }
    while let Some((tag, contents, after)) = element(rest) {
        if tag == 0xa1 {
            let (_, bits, _) = element(contents)?;
            return bits.get(1..).map(<[u8]>::to_vec);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_none_is_refused() {
        assert_eq!(parse(b""), None);
        assert_eq!(parse(b"\x30\x84\xff\xff\xff\xff"), None);
        assert!(all(b"-----BEGIN CERTIFICATE-----\nAAAA").is_empty());
        assert!(all(b"nothing").is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            prop_assert_eq!(parse(&bytes), None);
        }

        #[test]
        fn any_text_with_marks_is_read(text in "(-----BEGIN |-----END |CERTIFICATE|-----|A|=|\\n){0,30}") {
            prop_assert!(all(text.as_bytes()).len() < 31);
        }
    }
}
