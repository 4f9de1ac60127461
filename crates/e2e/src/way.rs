//! How a request gets to the target while its URL, Host, SNI and cookies stay those of production.

use target::tunnel::Tunnel;

/// How requests get to a target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    /// A program that the engine is run by, and its arguments: one that enters the target's network.
    pub through: Vec<String>,
    /// A SOCKS proxy that ends on the target.
    pub socks: Option<u16>,
    /// Where connections go instead; the first rule that fits counts.
    pub rules: Vec<Rule>,
}

/// Where connections for a host and port go instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The host of the URL; any if none.
    pub host: Option<String>,
    /// The port of the URL; any if none.
    pub port: Option<u16>,
    /// The address.
    pub to: String,
    /// The port there; the same if none.
    pub to_port: Option<u16>,
}

impl Rule {
    /// Everything to one address, ports as they are.
    pub fn all(to: impl Into<String>) -> Self {
        Self { host: None, port: None, to: to.into(), to_port: None }
    }

    /// As curl's `--connect-to` takes it.
    pub fn spelled(&self) -> String {
        let number = |port: Option<u16>| port.map_or_else(String::new, |p| p.to_string());
        let host = self.host.as_deref().map_or_else(String::new, bracketed);
        format!("{host}:{}:{}:{}", number(self.port), bracketed(&self.to), number(self.to_port))
    }
}

/// An IPv6 address stands in brackets.
fn bracketed(host: &str) -> String {
    if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() }
}

impl Way {
    /// The way through a tunnel.
    pub fn through(tunnel: &Tunnel) -> Self {
        let forwarded = tunnel.ports.iter().map(|(there, here)| Rule {
            host: None,
            port: Some(*there),
            to: tunnel.host.clone(),
            to_port: Some(*here),
        });
        let apart =
            tunnel.apart.iter().map(|(port, to)| Rule { host: None, port: Some(*port), to: to.clone(), to_port: None });
        let rules = forwarded.chain(apart).chain([Rule::all(&tunnel.host)]).collect();
        Self { through: tunnel.inside.clone(), socks: tunnel.socks, rules }
    }

    /// The way to addresses written as URLs: `http://10.0.0.5`, `https://10.0.0.5:8443`, several with commas between.
    pub fn to_urls(text: &str) -> Result<Self, String> {
        let rules = text.split(',').map(|url| rule(url.trim())).collect::<Result<Vec<Rule>, String>>()?;
        // A port that was named serves its scheme; what has no port serves the rest.
        let (mut exact, rest): (Vec<Rule>, Vec<Rule>) = rules.into_iter().partition(|r| r.to_port.is_some());
        exact.extend(rest);
        Ok(Self { rules: exact, ..Self::default() })
    }
}

fn rule(url: &str) -> Result<Rule, String> {
    let wrong = |why: &str| format!("`{url}` is no address for a target: {why}; write http://HOST[:PORT]");
    let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("it has no scheme"))?;
    let port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(wrong("its scheme is neither http nor https")),
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.contains(['/', '?', '#', '@']) {
        return Err(wrong("paths stand in the .hurl files"));
    }
    let (host, own) = match authority.strip_prefix('[').and_then(|a| a.split_once(']')) {
        Some((host, after)) => (host, after.strip_prefix(':')),
        None => authority.split_once(':').map_or((authority, None), |(h, p)| (h, Some(p))),
    };
    if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(wrong("it names no host"));
    }
    let to_port = own.map(|p| p.parse().map_err(|_bad| wrong("its port is none"))).transpose()?;
    Ok(Rule { host: None, port: to_port.map(|_| port), to: host.to_owned(), to_port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Vec<String> {
        Way::to_urls(text).unwrap().rules.iter().map(Rule::spelled).collect()
    }

    #[test]
    fn urls_become_rules_and_exact_ports_come_first() {
        assert_eq!(spelled("http://10.0.0.5"), ["::10.0.0.5:"]);
        assert_eq!(spelled("http://10.0.0.5:8080/"), [":80:10.0.0.5:8080"]);
        assert_eq!(spelled("http://a, https://a:8443"), [":443:a:8443", "::a:"]);
        assert_eq!(spelled("https://[fe80::1]:444"), [":443:[fe80::1]:444"]);
        assert_eq!(spelled("https://[fe80::1]"), ["::[fe80::1]:"]);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["ftp://a", "http://", "http://a/path", "http://u@a", "http://a:x", "a", "http://a b"] {
            assert!(Way::to_urls(text).is_err(), "{text}");
        }
    }
}
