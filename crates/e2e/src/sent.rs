//! A request that was sent, as the target's web server got it: the address and port that it came in on, and what it asked.

use crate::engine::Call;
use crate::way::{Rule, Way};
use crate::web::Web;
use serving::request::Asked;
use std::net::IpAddr;

/// How requests got to a target, for telling where they came in.
#[derive(Debug, Clone, Copy)]
pub struct Arriving<'a> {
    /// The way to the target.
    pub way: &'a Way,
    /// Hosts that are not the target.
    pub beside: &'a [Rule],
}

/// A URL taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url<'a> {
    /// Whether it is one of https.
    pub is_tls: bool,
    /// The host, brackets and all.
    pub host: &'a str,
    /// The port.
    pub port: u16,
    /// The host and port as they are written: what stands in the Host field.
    pub authority: &'a str,
    /// Path and query.
    pub target: &'a str,
}

impl<'a> Url<'a> {
    /// Takes a URL apart; none if it is none of HTTP.
    pub fn read(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (is_tls, usual) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (false, 80),
            "https" => (true, 443),
            _ => return None,
        };
        let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match authority.rfind(']') {
            Some(end) => (&authority[..=end], authority[end + 1..].strip_prefix(':')),
            None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let port = match port {
            Some(port) => port.parse().ok()?,
            None => usual,
        };
        Some(Self { is_tls, host, port, authority, target: target.split('#').next().unwrap_or_default() })
    }
}

impl Arriving<'_> {
    /// The request as the server got it; none if it went elsewhere.
    pub fn asked(&self, call: &Call, web: &dyn Web) -> Option<Asked> {
        let url = Url::read(&call.url)?;
        if self.beside.iter().any(|rule| covers(rule, &url)) {
            return None;
        }
        let rule = self.way.rules.iter().find(|rule| covers(rule, &url));
        let address = rule.and_then(|rule| rule.to.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        // A port that was mapped on its way is the machine's own only where the machine listens on it.
        let mapped = rule.and_then(|rule| rule.to_port).filter(|port| listens(web, *port));
        let headers: Vec<(String, String)> =
            call.sent.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect();
        let host = headers.iter().find(|(name, _)| name == "host").map_or(url.authority, |(_, host)| host.as_str());
        let target = if url.target.starts_with('/') { url.target.to_owned() } else { format!("/{}", url.target) };
        Some(Asked {
            address: address.filter(|_| mapped.is_some() || !is_mapped(rule)),
            port: mapped.unwrap_or(url.port),
            is_tls: url.is_tls,
            host: host.as_bytes().to_vec(),
            method: call.method.clone(),
            target: target.into_bytes(),
            headers: Some(headers),
            status: Some(call.status).filter(|status| *status > 0),
        })
    }
}

fn is_mapped(rule: Option<&Rule>) -> bool {
    rule.is_some_and(|rule| rule.to_port.is_some())
}

fn listens(web: &dyn Web, port: u16) -> bool {
    web.doors().iter().any(|(own, _)| *own == port)
}

fn covers(rule: &Rule, url: &Url<'_>) -> bool {
    let is_host = rule.host.as_deref().is_none_or(|host| host.eq_ignore_ascii_case(url.host));
    is_host && rule.port.is_none_or(|port| port == url.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nginx::config::Config;
    use nginx::tree::Files;
    use nginx::walk::Router;

    #[test]
    fn urls_are_taken_apart() {
        let url = Url::read("https://u:p@Chat.test:8443/a?b#c").unwrap();
        assert_eq!(
            (url.is_tls, url.host, url.port, url.authority, url.target),
            (true, "Chat.test", 8443, "Chat.test:8443", "/a?b")
        );
        let url = Url::read("http://[::1]:81?x").unwrap();
        assert_eq!((url.host, url.port, url.target), ("[::1]", 81, "?x"));
        assert_eq!(Url::read("http://a").map(|u| (u.port, u.target)), Some((80, "")));
        for text in ["ftp://a/", "a", "http://a:x/"] {
            assert_eq!(Url::read(text), None, "{text}");
        }
    }

    fn asked(rules: Vec<Rule>, url: &str) -> Option<(Option<String>, u16, String)> {
        let mut files = Files::default();
        files.add("/n", "http { server { listen 80; } server { listen 10.0.0.5:8080; } }");
        let router = Router::new(Config::read(&files, "/n"));
        let way = Way { rules, ..Way::default() };
        let beside = [Rule { host: Some("mail.test".into()), ..Rule::all("127.0.0.1") }];
        let call = Call { url: url.into(), method: "GET".into(), ..Call::default() };
        let asked = Arriving { way: &way, beside: &beside }.asked(&call, &router)?;
        Some((asked.address.map(|a| a.to_string()), asked.port, String::from_utf8(asked.target).unwrap()))
    }

    #[test]
    fn the_port_is_the_one_that_the_machine_has() {
        let forwarded =
            |to_port| vec![Rule { host: None, port: Some(80), to: "10.0.0.5".into(), to_port: Some(to_port) }];
        let found =
            |address: Option<&str>, port, target: &str| Some((address.map(str::to_owned), port, target.to_owned()));
        assert_eq!(asked(vec![Rule::all("10.0.0.9")], "http://a/x?y"), found(Some("10.0.0.9"), 80, "/x?y"));
        assert_eq!(asked(forwarded(8080), "http://a"), found(Some("10.0.0.5"), 8080, "/"));
        // A port here that leads to port 80 there.
        assert_eq!(asked(forwarded(40123), "http://a?x"), found(None, 80, "/?x"));
        assert_eq!(asked(vec![Rule::all("10.0.0.9")], "http://mail.test/x"), None);
    }
}
