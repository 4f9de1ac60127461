//! Which location of the target's web server answered a request: for the findings that name it.

use crate::engine::Call;
use crate::findings::{Answered, Locate};
use crate::hurl_file::Request;
use crate::sent::Arriving;
use crate::web::Web;
use serving::request::{Came, End, Id, Route, Step, World};

/// Says where answers come from, by following requests through the configuration.
pub struct Located<'a> {
    /// The configuration.
    pub web: &'a dyn Web,
    /// What is known of the target's files.
    pub world: &'a dyn World,
    /// How requests got to the target.
    pub arriving: Arriving<'a>,
}

impl Locate for Located<'_> {
    fn answered(&self, request: &Request, calls: &[Call]) -> Option<Answered> {
        let asked = self.arriving.asked(calls.last()?, self.web)?;
        let route = self.web.route(&asked, self.world);
        let mut answered = self.said(&route);
        if let Some(covers) = request.covers.as_deref().filter(|covers| !self.comes_to(&route, covers)) {
            answered.by.push_str(&format!("; the test is for {covers}"));
        }
        Some(answered)
    }
}

/// The web servers of a target: the first that a request came in at answers.
pub struct Anywhere<'a>(pub Vec<Located<'a>>);

impl Locate for Anywhere<'_> {
    fn answered(&self, request: &Request, calls: &[Call]) -> Option<Answered> {
        let all = self.0.iter().filter_map(|located| located.answered(request, calls));
        all.reduce(|first, other| if first.at.is_none() && other.at.is_some() { other } else { first })
    }
}

impl Located<'_> {
    fn said(&self, route: &Route) -> Answered {
        let places: Vec<&Step> = route.steps.iter().filter(|s| !matches!(s.how, Came::Name)).collect();
        let Some(server) = route.steps.first() else {
            let by = match &route.end {
                End::Status(status) => format!("{} itself, with {status}, before any server", self.web.of()),
                End::Closed | End::Redirect(_) | End::File(_) | End::Handler(_) | End::Unknown => {
                    format!("no server of {}: none listens there", self.web.of())
                }
            };
            return Answered { by, at: None };
        };
        // What is not certain is told, but the line is that of what is.
        let last = places.iter().rfind(|step| step.is_sure).map_or(server.block, |step| step.block);
        let mut by = if places.is_empty() { "no location of ".to_owned() } else { String::new() };
        for (at, step) in places.iter().enumerate() {
            if at > 0 {
                by.push_str(", then ");
            }
            by.push_str(how(step.how));
            by.push_str(&self.web.shown(step.block));
            if !step.is_sure {
                by.push_str(", perhaps");
            }
        }
        by.push_str(&self.within(server.block, places.is_empty()));
        let unsure = places.iter().any(|step| !step.is_sure) || !route.doubts.is_empty();
        if let Some(doubt) = route.doubts.first().filter(|_| unsure) {
            by.push_str(&format!("; not certain: {doubt}"));
        }
        Answered { by, at: self.web.part(last).map(|part| part.at) }
    }

    fn within(&self, server: Id, is_alone: bool) -> String {
        let shown = self.web.shown(server);
        if is_alone { shown } else { format!(" of {shown}") }
    }

    fn comes_to(&self, route: &Route, covers: &str) -> bool {
        let parts = route.steps.iter().filter_map(|step| self.web.part(step.block));
        parts.into_iter().any(|part| covers.starts_with(&part.name))
    }
}

fn how(came: Came) -> &'static str {
    match came {
        Came::Name | Came::Path | Came::Condition => "",
        Came::Rewrite => "by rewrite ",
        Came::TryFiles => "by try_files ",
        Came::Index => "by index ",
        Came::ErrorPage => "by error_page ",
        Came::Subrequest => "asking ",
        Came::Refused => "refused, as internal, by ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::way::Way;
    use nginx::config::Config;
    use nginx::tree::Files;
    use nginx::walk::Router;
    use serving::request::Blind;

    fn answered(url: &str, covers: Option<&str>) -> (String, String) {
        let mut files = Files::default();
        files.add(
            "/n",
            "http { server { listen 80 default_server;\nserver_name a.test;\nlocation = /x { return 404; }\n\
             error_page 404 @e;\nlocation @e { return 410; }\nlocation /f { try_files $uri @e; } } }",
        );
        let router = Router::new(Config::read(&files, "/n"));
        let way = Way::default();
        let arriving = Arriving { way: &way, beside: &[] };
        let request = Request {
            line: 1,
            method: "GET".into(),
            url: url.into(),
            covers: covers.map(str::to_owned),
            first_claim: None,
        };
        let call = Call { url: url.into(), method: "GET".into(), ..Call::default() };
        let found = Located { web: &router, world: &Blind, arriving }.answered(&request, &[call]).unwrap();
        (found.by, found.at.map(|at| at.to_string()).unwrap_or_default())
    }

    #[test]
    fn the_whole_way_is_named_with_its_lines() {
        let of = " of server a.test (/n:1)";
        assert_eq!(
            answered("http://a.test/x", Some("location = /x (/n:3)")),
            (format!("location = /x (/n:3), then by error_page location @e (/n:5){of}"), "/n:5".into())
        );
        assert_eq!(
            answered("http://a.test/y", Some("location = /y (/n:9)")).0,
            "no location of server a.test (/n:1); the test is for location = /y (/n:9)"
        );
        let (by, at) = answered("http://a.test/f", None);
        assert!(by.contains("location @e (/n:5), perhaps") && by.contains("; not certain: /n:6: whether"), "{by}");
        assert_eq!(at, "/n:6");
        assert_eq!(
            answered("http://a.test:81/", None),
            ("no server of nginx: none listens there".into(), String::new())
        );
    }
}
