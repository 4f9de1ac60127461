//! The names of targets: `local`, `rootfs:DIR`, `ssh:[user@]host[:port]`, `podman:NAME`, `docker:NAME`,
//! `pod:NAMESPACE/POD[/CONTAINER]`, `recording:FILE`.

use std::fmt;
use std::path::PathBuf;

/// A machine to observe, or what was kept of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// The machine repot runs on.
    Local,
    /// A directory that is some machine's root: an unpacked image, a mounted disk.
    Rootfs(PathBuf),
    /// A machine reached through OpenSSH; `host` may be an alias of the user's configuration.
    Ssh {
        /// The login, if given.
        user: Option<String>,
        /// The host or alias.
        host: String,
        /// The port, if given.
        port: Option<u16>,
    },
    /// A running container.
    Container {
        /// `podman` or `docker`.
        engine: &'static str,
        /// Its name or id.
        name: String,
    },
    /// A container of a running pod.
    Pod {
        /// The namespace.
        namespace: String,
        /// The pod.
        pod: String,
        /// The container, if not the pod's default.
        container: Option<String>,
    },
    /// A recording.
    Recording(PathBuf),
}

/// The forms of an address, for help and errors.
pub const FORMS: &str = "local, rootfs:DIR, ssh:[USER@]HOST[:PORT], podman:NAME, docker:NAME, \
                         pod:NAMESPACE/POD[/CONTAINER], recording:FILE";

impl Address {
    /// Reads an address; the error says what is wrong with it and what forms there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "local" {
            return Ok(Address::Local);
        }
        let Some((scheme, rest)) = text.split_once(':') else {
            return Err(format!("`{text}` is no target. {}", meant(text)));
        };
        if rest.is_empty() {
            return Err(format!("`{text}` names nothing after `{scheme}:`. Targets are {FORMS}"));
        }
        match scheme {
            "rootfs" => Ok(Address::Rootfs(rest.into())),
            "recording" => Ok(Address::Recording(rest.into())),
            "ssh" => ssh(text, rest),
            "podman" => container(text, "podman", rest),
            "docker" => container(text, "docker", rest),
            "pod" => pod(text, rest),
            _ => Err(format!("`{text}`: there is no target of the form `{scheme}:`. Targets are {FORMS}")),
        }
    }

    /// A name for files and reports: the host, container or directory without what is around it.
    pub fn short(&self) -> String {
        let name = match self {
            Address::Local => "local".to_owned(),
            Address::Rootfs(path) | Address::Recording(path) => {
                path.file_stem().map_or_else(|| "root".to_owned(), |n| n.to_string_lossy().into_owned())
            }
            Address::Ssh { host, .. } => host.clone(),
            Address::Container { name, .. } => name.clone(),
            Address::Pod { pod, container, .. } => {
                container.as_ref().map_or_else(|| pod.clone(), |c| format!("{pod}-{c}"))
            }
        };
        let safe = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
        let name: String = name.trim_matches('.').chars().map(safe).collect();
        if name.is_empty() { "host".to_owned() } else { name }
    }
}

fn meant(text: &str) -> String {
    if text.contains('/') {
        format!("For a directory write `rootfs:{text}`, for a recording `recording:{text}`. Targets are {FORMS}")
    } else {
        format!("For a host write `ssh:{text}`. Targets are {FORMS}")
    }
}

/// What begins with `-` would be read as an option by the program it is handed to.
fn plain<'a>(text: &str, part: &'a str) -> Result<&'a str, String> {
    let bad = part.is_empty() || part.starts_with('-') || part.chars().any(|c| c.is_whitespace() || c.is_control());
    if bad { Err(format!("`{text}`: `{part}` cannot be a name here. Targets are {FORMS}")) } else { Ok(part) }
}

fn ssh(text: &str, rest: &str) -> Result<Address, String> {
    let (user, host) = match rest.rsplit_once('@') {
        Some((user, host)) => (Some(plain(text, user)?.to_owned()), host),
        None => (None, rest),
    };
    // An IPv6 address stands in brackets when a port follows.
    let (host, port) = match host.strip_prefix('[').and_then(|h| h.split_once(']')) {
        Some((host, _)) if host.matches(':').count() < 2 => {
            return Err(format!("`{text}`: `{host}` is no IPv6 address; only one stands in brackets"));
        }
        Some((host, "")) => (host, None),
        Some((host, after)) => {
            let port = after.strip_prefix(':');
            (host, Some(port.ok_or_else(|| format!("`{text}`: after `]` stands nothing, or `:` and a port"))?))
        }
        None if host.matches(':').count() > 1 => (host, None),
        None => host.split_once(':').map_or((host, None), |(h, p)| (h, Some(p))),
    };
    let port =
        port.map(|p| p.parse().map_err(|_bad| format!("`{text}`: `{p}` is no port (1 to 65535)"))).transpose()?;
    Ok(Address::Ssh { user, host: plain(text, host)?.to_owned(), port })
}

fn container(text: &str, engine: &'static str, name: &str) -> Result<Address, String> {
    Ok(Address::Container { engine, name: plain(text, name)?.to_owned() })
}

fn pod(text: &str, rest: &str) -> Result<Address, String> {
    let mut parts = rest.splitn(3, '/');
    let (Some(namespace), Some(pod)) = (parts.next(), parts.next()) else {
        return Err(format!("`{text}`: write pod:NAMESPACE/POD or pod:NAMESPACE/POD/CONTAINER"));
    };
    let container = parts.next().map(|c| plain(text, c).map(str::to_owned)).transpose()?;
    Ok(Address::Pod { namespace: plain(text, namespace)?.to_owned(), pod: plain(text, pod)?.to_owned(), container })
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Local => f.write_str("local"),
            Address::Rootfs(path) => write!(f, "rootfs:{}", path.display()),
            Address::Recording(path) => write!(f, "recording:{}", path.display()),
            Address::Container { engine, name } => write!(f, "{engine}:{name}"),
            Address::Pod { namespace, pod, container } => {
                write!(f, "pod:{namespace}/{pod}")?;
                container.as_ref().map_or(Ok(()), |c| write!(f, "/{c}"))
            }
            Address::Ssh { user, host, port } => {
                f.write_str("ssh:")?;
                if let Some(user) = user {
                    write!(f, "{user}@")?;
                }
                match port {
                    Some(port) if host.contains(':') => write!(f, "[{host}]:{port}"),
                    Some(port) => write!(f, "{host}:{port}"),
                    None => f.write_str(host),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_comes_back() {
        for text in [
            "local",
            "rootfs:/mnt/disk",
            "ssh:web-01",
            "ssh:deploy@web-01:2222",
            "ssh:[fe80::1]:22",
            "ssh:fe80::1",
            "podman:web",
            "docker:web",
            "pod:shop/web-0",
            "pod:shop/web-0/php",
            "recording:a.repot",
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("web-01", "ssh:web-01"),
            ("./image", "rootfs:./image"),
            ("ssh:", "names nothing"),
            ("ssh:-oProxyCommand=x", "cannot be a name"),
            ("ssh:h:0x", "no port"),
            ("ssh:[fe80::1]x:22", "after `]` stands nothing"),
            ("ssh:[web-01:22]", "no IPv6 address"),
            ("telnet:h", "no target of the form"),
            ("pod:web", "NAMESPACE/POD"),
            ("podman:--privileged", "cannot be a name"),
        ] {
            let error = Address::parse(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
