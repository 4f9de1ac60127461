//! An HTTP/1 answer as it stands on the wire, read without trusting a byte of it.

use kinds::sys::Fetched;

/// The most that is kept of a body, in bytes.
pub const LONGEST_BODY: usize = 1 << 20;

/// Reads an answer. `None` when it is none. What comes before the final answer (1xx) is skipped.
pub fn parse(mut bytes: &[u8]) -> Option<Fetched> {
    loop {
        let (head, rest) = split_head(bytes)?;
        let answer = parse_head(head)?;
        if !(100..200).contains(&answer.status) {
            return Some(with_body(answer, rest));
        }
        bytes = rest;
    }
}

fn split_head(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    Some((&bytes[..at], &bytes[at + 4..]))
}

fn parse_head(head: &[u8]) -> Option<Fetched> {
    let text = model::text::from_bytes(head);
    let mut lines = text.lines();
    let mut words = lines.next()?.split_whitespace();
    words.next().filter(|v| v.starts_with("HTTP/"))?;
    let status = words.next()?.parse().ok()?;
    let field = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
    };
    Some(Fetched { status, headers: lines.filter_map(field).collect(), body: Vec::new() })
}

fn with_body(mut answer: Fetched, rest: &[u8]) -> Fetched {
    let said = |name: &str| answer.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let mut body = if said("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked")) {
        unchunk(rest)
    } else {
        let length = said("content-length").and_then(|l| l.parse().ok()).unwrap_or(usize::MAX);
        rest[..rest.len().min(length)].to_vec()
    };
    body.truncate(LONGEST_BODY);
    answer.body = body;
    answer
}

/// The chunks put together; one that was cut ends the body.
fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let size = String::from_utf8_lossy(&rest[..end]);
        let size = size.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(size, 16) else { break };
        rest = &rest[end + 2..];
        body.extend_from_slice(&rest[..rest.len().min(size)]);
        match size.checked_add(2).and_then(|n| rest.get(n..)) {
            Some(next) if size > 0 => rest = next,
            _ => break,
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_chunks_end_a_body() {
        let plain = parse(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\nhiMORE").unwrap();
        assert_eq!((plain.status, plain.body.as_slice()), (200, b"hi".as_slice()));
        assert_eq!(plain.headers[1], ("x-a".to_owned(), "b".to_owned()));
        let chunked = parse(b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x\r\n yo\r\n0\r\n\r\n");
        assert_eq!(chunked.unwrap().body, b"hi yo");
        let later = parse(b"HTTP/1.1 103 Early\r\n\r\nHTTP/2 204\r\n\r\n").unwrap();
        assert_eq!(later.status, 204);
    }

    #[test]
    fn nonsense_is_no_answer_and_nothing_makes_it_stop() {
        for bytes in [b"".as_slice(), b"\r\n\r\n", b"SSH-2.0\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 99999 x\r\n\r\n"]
        {
            assert!(parse(bytes).is_none());
        }
        let huge = parse(b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab");
        assert_eq!(huge.unwrap().body, b"ab");
    }
}
