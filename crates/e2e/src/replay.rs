//! Requests of an access log as `.hurl` files that claim nothing: what is sent again, how fast, and what is not sent.

use crate::coverage::url;
use crate::hurl_file::INDEPENDENT;
use crate::hurl_quoting::{is_host, is_target};
use serving::request::Asked;
use std::collections::BTreeMap;

/// How many requests stand in one file.
const IN_A_FILE: usize = 50;

/// The name of the file that is sent as a body.
pub const BODY: &str = "body";

/// Methods that change nothing.
const SAFE: &[&str] = &["GET", "HEAD", "OPTIONS"];

/// Methods that are for proxies and for finding faults: they are never sent.
const NEVER: &[&str] = &["CONNECT", "TRACE"];

/// Methods that have a body.
const WITH_BODY: &[&str] = &["POST", "PUT", "PATCH"];

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub struct Replay {
    /// How many requests a second at most.
    pub rate: u32,
    /// How many different requests at most.
    pub most: usize,
    /// Whether methods that may change something are sent too.
    pub unsafe_methods: bool,
    /// Whether those that have a body get the file [`BODY`] as theirs.
    pub has_body: bool,
}

/// What is sent, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// The files.
    pub texts: Vec<String>,
    /// How many requests are in them.
    pub sent: usize,
    /// How many different requests are not sent, by why.
    pub without: BTreeMap<&'static str, usize>,
}

/// Makes files of requests, each with how often it was made: the most used first.
pub fn most_used(asked: &[(Asked, u64)], replay: Replay) -> Sent {
    let mut times: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut sent = Sent::default();
    let mut refused: BTreeMap<(String, String), &'static str> = BTreeMap::new();
    for (request, count) in asked {
        let key = (request.method.clone(), url(request));
        match why_not(request, replay) {
            Some(why) => drop(refused.insert(key, why)),
            None => *times.entry(key).or_default() += count,
        }
    }
    for why in refused.into_values() {
        *sent.without.entry(why).or_default() += 1;
    }
    let mut all: Vec<(&(String, String), &u64)> = times.iter().collect();
    all.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    if all.len() > replay.most {
        sent.without.insert("they are less used than those that are", all.len() - replay.most);
        all.truncate(replay.most);
    }
    sent.sent = all.len();
    sent.texts = all.chunks(IN_A_FILE).map(|some| file(some, replay)).collect();
    sent
}

fn why_not(request: &Asked, replay: Replay) -> Option<&'static str> {
    let method = request.method.as_str();
    if NEVER.contains(&method) {
        return Some("their method is never sent");
    }
    if !SAFE.contains(&method) && !replay.unsafe_methods {
        return Some("their method may change something (--unsafe-methods)");
    }
    (!is_host(&request.host) || !is_target(&request.target)).then_some("they cannot be written in a .hurl file")
}

fn file(requests: &[(&(String, String), &u64)], replay: Replay) -> String {
    let mut text = format!("{INDEPENDENT}\n");
    let delay = 1000_u32.div_ceil(replay.rate.max(1));
    for ((method, url), times) in requests {
        // Whether a certificate is a good one is not what is compared, and that of a new host is often none yet.
        text.push_str(&format!(
            "\n# {times} times in the log\n{method} {url}\n[Options]\ninsecure: true\ndelay: {delay}ms\n"
        ));
        if replay.has_body && WITH_BODY.contains(&method.as_str()) {
            text.push_str(&format!("file,{BODY};\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hurl_file::HurlFile;

    fn asked(method: &str, target: &str) -> Asked {
        Asked {
            port: 80,
            host: b"a.test".to_vec(),
            method: method.into(),
            target: target.as_bytes().to_vec(),
            ..Asked::default()
        }
    }

    const REPLAY: Replay = Replay { rate: 20, most: 100, unsafe_methods: false, has_body: false };

    #[test]
    fn only_what_changes_nothing_is_sent_and_the_rest_is_counted() {
        let all = [
            (asked("GET", "/a?b=1"), 2),
            (asked("GET", "/b"), 3),
            (asked("GET", "/b"), 4),
            (asked("POST", "/a"), 9),
            (asked("TRACE", "/"), 1),
            (asked("GET", "/{{x}}"), 1),
        ];
        let sent = most_used(&all, REPLAY);
        let read = HurlFile::read("0.hurl", &sent.texts[0]).unwrap();
        let shown: Vec<String> = read.requests.iter().map(|r| format!("{} {}", r.method, r.url)).collect();
        assert_eq!(shown, ["GET http://a.test/b", "GET http://a.test/a?b=1"]);
        assert!(read.is_independent && sent.texts[0].contains("delay: 50ms"));
        assert_eq!(sent.without.values().sum::<usize>(), 3, "{:?}", sent.without);
    }

    #[test]
    fn what_may_change_something_is_sent_when_it_is_asked_for() {
        let sent = most_used(&[(asked("POST", "/a"), 1)], Replay { unsafe_methods: true, has_body: true, ..REPLAY });
        assert!(sent.texts[0].contains("POST http://a.test/a\n") && sent.texts[0].ends_with("file,body;\n"));
        assert_eq!(most_used(&[(asked("TRACE", "/a"), 1)], Replay { unsafe_methods: true, ..REPLAY }).sent, 0);
    }

    #[test]
    fn the_most_used_come_first_and_the_rest_is_said() {
        let all: Vec<(Asked, u64)> = (0..120).map(|n| (asked("GET", &format!("/{n}")), n + 1)).collect();
        let sent = most_used(&all, REPLAY);
        assert_eq!((sent.sent, sent.texts.len(), sent.without.values().sum::<usize>()), (100, 2, 20));
        assert!(sent.texts[0].contains("a.test/119\n") && !sent.texts.concat().contains("a.test/19\n"));
    }
}
