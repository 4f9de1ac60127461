//! The path that sections are compared with, made of what a client sent by Apache's own rules.

/// What becomes of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The path, decoded and normalised.
    Path(Vec<u8>),
    /// Apache answers with this status and looks no further.
    Refused(u16),
}

/// How paths are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct How {
    /// `MergeSlashes`
    pub merges_slashes: bool,
    /// `AllowEncodedSlashes`
    pub encoded_slashes: Slashes,
}

/// What becomes of `%2F`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slashes {
    /// 404.
    Refused,
    /// It is a slash.
    Decoded,
    /// It stays as it is.
    Kept,
}

impl Default for How {
    fn default() -> Self {
        Self { merges_slashes: true, encoded_slashes: Slashes::Refused }
    }
}

/// Reads a target as it was sent.
pub fn read(target: &[u8], how: How) -> Target {
    let is_wrong = |b: &u8| *b <= b' ' || *b == 0x7f || *b == b'#';
    if target.first() != Some(&b'/') || target.iter().any(is_wrong) {
        return Target::Refused(400);
    }
    // Slashes at the beginning are one, whatever MergeSlashes says.
    let slashes = target.iter().take_while(|b| **b == b'/').count();
    let raw = target[slashes - 1..].split(|b| *b == b'?').next().unwrap_or_default();
    let Some(path) = normalised(raw, how.merges_slashes) else { return Target::Refused(400) };
    decoded(&path, how.encoded_slashes)
}

/// Decodes what need not be encoded, and takes `//`, `/./` and `/../` out.
fn normalised(raw: &[u8], merges_slashes: bool) -> Option<Vec<u8>> {
    let mut path = Vec::with_capacity(raw.len());
    let mut raw = raw.to_vec();
    let mut at = 0;
    while at < raw.len() {
        if raw[at] == b'%' {
            let byte = hex(raw.get(at + 1..at + 3)?)?;
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                at += 2;
                raw[at] = byte;
            }
        }
        if path.last().is_none_or(|last| *last == b'/') {
            if merges_slashes && raw[at] == b'/' && !path.is_empty() {
                at += 1;
                continue;
            }
            let ends = |at: usize| raw.get(at).is_none_or(|b| *b == b'/');
            if raw[at] == b'.' && ends(at + 1) {
                at += 2;
                continue;
            }
            if let Some(length) = dots(&raw[at..]).filter(|length| ends(at + length)) {
                // The slash behind the part that goes stays; above the root there is nothing.
                if path.len() <= 1 {
                    return None;
                }
                path.pop();
                while path.last().is_some_and(|last| *last != b'/') {
                    path.pop();
                }
                at += length + 1;
                continue;
            }
        }
        path.push(raw[at]);
        at += 1;
    }
    Some(path)
}

/// A path with slashes that follow each other made one.
pub(crate) fn merged(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    for byte in path {
        if *byte != b'/' || out.last() != Some(&b'/') {
            out.push(*byte);
        }
    }
    out
}

/// How long `..` is at the beginning of a text, its second dot perhaps encoded.
fn dots(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b".")?;
    if rest.first() == Some(&b'.') {
        return Some(2);
    }
    (rest.len() >= 3 && rest[..3].eq_ignore_ascii_case(b"%2e")).then_some(4)
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    u8::try_from(digit(digits[0])? * 16 + digit(digits[1])?).ok()
}

/// Decodes the rest.
fn decoded(path: &[u8], slashes: Slashes) -> Target {
    let mut out = Vec::with_capacity(path.len());
    let mut at = 0;
    let mut is_refused = false;
    while let Some(&byte) = path.get(at) {
        at += 1;
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let Some(meant) = path.get(at..at + 2).and_then(hex) else { return Target::Refused(400) };
        at += 2;
        match (meant, slashes) {
            (0, _) | (b'/', Slashes::Refused) => is_refused = true,
            (b'/', Slashes::Kept) => out.extend_from_slice(&path[at - 3..at]),
            _ => out.push(meant),
        }
    }
    if is_refused { Target::Refused(404) } else { Target::Path(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_as_apache_does() {
        for (sent, wanted) in [
            ("/", Ok("/")),
            ("/a//b/", Ok("/a/b/")),
            ("/a/./b/.", Ok("/a/b/")),
            ("/a/b/../c", Ok("/a/c")),
            ("/a/%2e%2e/c", Ok("/c")),
            ("/%61?x", Ok("/a")),
            ("/a%20b", Ok("/a b")),
            ("/..", Err(400)),
            ("/a/../..", Err(400)),
            ("/%zz", Err(400)),
            ("/a%2fb", Err(404)),
            ("/%00", Err(404)),
            ("/a b", Err(400)),
            ("*", Err(400)),
        ] {
            let wanted = match wanted {
                Ok(path) => Target::Path(path.into()),
                Err(status) => Target::Refused(status),
            };
            assert_eq!(read(sent.as_bytes(), How::default()), wanted, "{sent}");
        }
        let how = How { merges_slashes: false, encoded_slashes: Slashes::Decoded };
        assert_eq!(read(b"/a//b%2Fc", how), Target::Path(b"/a//b/c".to_vec()));
    }
}
