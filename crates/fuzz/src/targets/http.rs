//! What a web server answers.

use crate::Target;
use agent::answer_of_http::{LONGEST_BODY, parse};

/// Whatever a server sends, the answer is bounded by it.
pub(super) fn target() -> Target {
    Target::new("http-answer", run, || {
        [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x\r\n yo\r\n0\r\n\r\n",
            "HTTP/1.1 103 Early\r\n\r\nHTTP/2 204\r\n\r\n",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    })
}

fn run(input: &[u8]) {
    let Some(answer) = parse(input) else { return };
    assert!(answer.body.len() <= input.len().min(LONGEST_BODY), "the body is longer than what was sent");
    assert!(!(100..200).contains(&answer.status));
}
