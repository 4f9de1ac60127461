//! Requests of an access log as the web server got them. A log seldom says all of it: the host comes from the log, from who typed
//! it, or from the server that writes that log; the port is the one on which the answer is the one that was logged.

use crate::access_log::{AccessLog, Logged};
use crate::web::Web;
use serving::request::{Asked, End, Id, World};
use std::collections::BTreeMap;

/// An access log.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Its name without its directory.
    pub name: String,
    /// The host its requests are for, if that was said.
    pub host: Option<String>,
    /// What is in it.
    pub log: AccessLog,
}

impl Log {
    /// Its requests, each with how often it was made, in the order of their texts.
    pub fn asked(&self, web: &dyn Web, world: &dyn World) -> Vec<(Asked, u64)> {
        let host = self.host_of(web);
        let sorted: BTreeMap<&Logged, &u64> = self.log.requests.iter().collect();
        let doors = Doors::of(web);
        sorted
            .into_iter()
            .filter_map(|(logged, times)| Some((doors.asked(logged, host.as_deref(), world)?, *times)))
            .collect()
    }

    /// Whether it is not known which host some of its requests were for: they are left out, for a guess would say of a
    /// server what another one did.
    pub fn lacks_host(&self, web: &dyn Web) -> bool {
        self.host_of(web).is_none() && self.log.requests.keys().any(|logged| logged.host.is_none())
    }

    fn host_of(&self, web: &dyn Web) -> Option<String> {
        let only = || match web.servers().as_slice() {
            // Whatever the host is, it is this server that answers.
            [id] => Some(web.plain_name(*id).unwrap_or_else(|| "localhost".to_owned())),
            _ => None,
        };
        self.host.clone().or_else(|| self.written_by(web)).or_else(only)
    }

    /// The first name of the server that writes a log of this name, if all that do share it.
    fn written_by(&self, web: &dyn Web) -> Option<String> {
        let writes = |id: &Id| {
            web.logs(*id).iter().any(|path| {
                path.rsplit('/')
                    .next()
                    .is_some_and(|name| self.name == name || self.name.starts_with(&format!("{name}.")))
            })
        };
        let mut names: Vec<String> =
            web.servers().into_iter().filter(writes).filter_map(|id| web.plain_name(id)).collect();
        names.sort();
        names.dedup();
        if names.len() == 1 { names.pop() } else { None }
    }
}

/// The ports there are to come in by, those of TLS first.
struct Doors<'a> {
    web: &'a dyn Web,
    ports: Vec<(u16, bool)>,
}

impl<'a> Doors<'a> {
    fn of(web: &'a dyn Web) -> Self {
        let mut ports = web.doors();
        ports.sort_by_key(|(port, is_tls)| (!is_tls, *port));
        ports.dedup();
        Self { web, ports }
    }

    fn asked(&self, logged: &Logged, host: Option<&str>, world: &dyn World) -> Option<Asked> {
        let host = logged.host.as_deref().or(host)?;
        let through = |(port, is_tls): (u16, bool)| Asked {
            address: None,
            port,
            is_tls,
            host: host.as_bytes().to_vec(),
            method: logged.method.clone(),
            target: logged.target.clone().into_bytes(),
            headers: None,
            status: Some(logged.status),
        };
        let mut all = self.ports.iter().filter(|(port, _)| logged.port.is_none_or(|p| p == *port)).map(|p| through(*p));
        let named = |asked: &Asked| self.web.has_name(asked.port, &String::from_utf8_lossy(&asked.host));
        let mut fits: Vec<Asked> = all.clone().filter(named).collect();
        if fits.is_empty() {
            return all.next();
        }
        // The first of the best.
        let best = (0..fits.len()).rev().max_by_key(|at| self.agrees(&fits[*at], world))?;
        Some(fits.swap_remove(best))
    }

    /// How well the configuration agrees with the answer that was logged.
    fn agrees(&self, asked: &Asked, world: &dyn World) -> u8 {
        let route = self.web.route(asked, world);
        match route.end {
            End::Status(status) | End::Redirect(status) if asked.status == Some(status) => 2,
            End::Status(_) | End::Redirect(_) | End::Closed => 0,
            End::File(_) | End::Handler(_) | End::Unknown => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nginx::config::Config;
    use nginx::tree::Files;
    use nginx::walk::Router;
    use serving::request::Blind;

    const CONF: &str = "http {
 server { listen 80; server_name a.test; return 301 https://a.test$request_uri; }
 server { listen 443 ssl; server_name a.test; access_log /var/log/a.log; location / { proxy_pass http://x; } }
 server { listen 8080; server_name b.test c.test; }
}";

    fn asked(name: &str, host: Option<&str>, text: &str) -> Vec<(String, u16, u64)> {
        let mut files = Files::default();
        files.add("/n", CONF);
        let router = Router::new(Config::read(&files, "/n"));
        let log = AccessLog::read(text.as_bytes()).unwrap();
        let log = Log { name: name.into(), host: host.map(str::to_owned), log };
        let all = log.asked(&router, &Blind);
        all.into_iter().map(|(a, n)| (String::from_utf8(a.host).unwrap(), a.port, n)).collect()
    }

    #[test]
    fn the_host_is_of_who_writes_the_log_and_the_port_is_where_the_answer_fits() {
        let line = |status: u16| format!("1 - - [x] \"GET /p HTTP/1.1\" {status} 1 \"-\" \"-\"\n");
        let two = format!("{}{}{}", line(200), line(301), line(200));
        assert_eq!(asked("a.log.1", None, &two), [("a.test".into(), 443, 2), ("a.test".into(), 80, 1)]);
        assert_eq!(asked("x.log", Some("c.test"), &line(200)), [("c.test".into(), 8080, 1)]);
        assert_eq!(asked("x.log", Some("z.test"), &line(404))[0].1, 443);
    }

    #[test]
    fn a_log_of_nobody_knows_which_host_is_not_guessed_at() {
        let line = "1 - - [x] \"GET /p HTTP/1.1\" 200 1 \"-\" \"-\"\n";
        assert_eq!(asked("copied.log", None, line), []);
        let mut files = Files::default();
        files.add("/n", CONF);
        let log = |host: Option<&str>| Log {
            name: "copied.log".into(),
            host: host.map(str::to_owned),
            log: AccessLog::read(line.as_bytes()).unwrap(),
        };
        assert!(log(None).lacks_host(&Router::new(Config::read(&files, "/n"))));
        assert!(!log(Some("a.test")).lacks_host(&Router::new(Config::read(&files, "/n"))));
        let mut alone = Files::default();
        alone.add("/n", "http { server { listen 80; } }");
        assert!(!log(None).lacks_host(&Router::new(Config::read(&alone, "/n"))));
    }
}
