//! Requests followed through a configuration as hosts have it.

use nginx::config::Config;
use nginx::tree::Files;
use nginx::walk::Router;
use serving::reach::Reach;
use serving::request::{Asked, Blind, End, Route, Seen, World};

const MAIN: &str = "/etc/nginx/nginx.conf";

fn router(text: &str) -> Router {
    let mut files = Files::default();
    files.add(MAIN, format!("http {{\n{text}\n}}\n"));
    let config = Config::read(&files, MAIN);
    assert_eq!(config.problems, []);
    Router::new(config)
}

/// Only these are files; what ends with a slash is a directory.
struct Only(&'static [&'static str]);

impl World for Only {
    fn seen(&self, path: &str) -> Seen {
        let is = |p: &&&str| p.trim_end_matches('/') == path.trim_end_matches('/');
        match self.0.iter().find(is) {
            Some(path) if path.ends_with('/') => Seen::Directory,
            Some(_) => Seen::File,
            None => Seen::Nothing,
        }
    }
}

fn ask(host: &str, target: &str) -> Asked {
    Asked {
        port: 80,
        host: host.into(),
        method: "GET".into(),
        target: target.into(),
        headers: Some(Vec::new()),
        ..Asked::default()
    }
}

/// The steps without the server, and the end.
fn shown(router: &Router, route: &Route) -> String {
    let mark = |sure: bool| if sure { "" } else { "?" };
    let steps: Vec<String> =
        route.steps.iter().skip(1).map(|s| router.config.name(s.block) + mark(s.is_sure)).collect();
    let end = match &route.end {
        End::Closed => "closed".to_owned(),
        End::Status(n) | End::Redirect(n) => n.to_string(),
        End::File(path) => path.clone(),
        End::Handler(what) => what.clone(),
        End::Unknown => "unknown".to_owned(),
    };
    format!("{} -> {end}", steps.join(", ").replace("location ", ""))
}

const CHAT: &str = r#"
server {
    server_name chat.test;
    root /srv;
    error_page 502 503 504 @down;
    error_page 404 /missing.html;
    rewrite ^/rooms/([a-z]+)$ /room?name=$1 last;
    if ($http_user_agent ~ "Bad(Bot)") { return 403; }
    location = /healthz { fastcgi_pass unix:/x; }
    location ^~ /assets/ {
        location ~ \.map$ { deny all; }
        location ~* \.(css|js)$ { expires 30d; }
    }
    location ~ /\.(?!well-known) { deny all; }
    location /old { rewrite ^/old/(.*)$ /new/$1 last; }
    location /new { if ($arg_gone) { return 410; } return 204; }
    location /api/ { proxy_pass http://127.0.0.1:9; client_max_body_size 1k; }
    location /hidden/ { internal; alias /hidden/; }
    location = /missing.html { internal; }
    location /aliased { alias /other; try_files $uri =418; }
    location /only { limit_except GET { deny all; } return 200 x; }
    location /loop { rewrite ^ /loop2 last; }
    location = /loop2 { rewrite ^ /loop last; }
    location /checked { auth_request /auth; proxy_pass http://127.0.0.1:9; }
    location = /auth { internal; return 200; }
    location / { try_files $uri @app; }
    location @app { fastcgi_pass unix:/x; }
    location @down { try_files /down.html =503; }
}
"#;

const FILES: Only = Only(&[
    "/srv/robots.txt",
    "/srv/assets/",
    "/srv/assets/a.css",
    "/srv/dir/",
    "/srv/missing.html",
    "/other/x",
    "/srv/down.html",
]);

// What stands inside a location is what is found; the outer one is not gone through.
#[test]
fn every_phase_is_followed() {
    let router = router(CHAT);
    for (target, wanted) in [
        ("/healthz", "= /healthz -> fastcgi_pass unix:/x"),
        ("/healthz/", "/, @app -> fastcgi_pass unix:/x"),
        ("/robots.txt", "/ -> /srv/robots.txt"),
        ("/login", "/, @app -> fastcgi_pass unix:/x"),
        ("/rooms/abc", "/, @app -> fastcgi_pass unix:/x"),
        ("/assets/a.css", "~* \\.(css|js)$ -> /srv/assets/a.css"),
        ("/assets/b.css", "~* \\.(css|js)$, = /missing.html -> /srv/missing.html"),
        ("/assets/a.map", "~ \\.map$ -> 403"),
        ("/assets/", "^~ /assets/ -> 403"),
        ("/x/.env", "~ /\\.(?!well-known) -> 403"),
        ("/.well-known/x", "/, @app -> fastcgi_pass unix:/x"),
        ("/old/a", "/old, /new -> 204"),
        ("/new?gone=1", "/new, if ($arg_gone) -> 410"),
        ("/new?gone=0", "/new -> 204"),
        ("/api", "/api/ -> 301"),
        ("/api/x", "/api/ -> proxy_pass http://127.0.0.1:9"),
        ("/hidden/x", "/hidden/, = /missing.html -> /srv/missing.html"),
        ("/aliased/x", "/aliased -> /other/x"),
        ("/aliased/y", "/aliased -> 418"),
        ("/checked", "/checked, = /auth -> proxy_pass http://127.0.0.1:9"),
        ("/loop", "/loop, = /loop2, /loop, = /loop2, /loop, = /loop2, /loop, = /loop2, /loop, = /loop2, /loop -> 500"),
        ("/%2e%2e/x", " -> 400"),
    ] {
        let route = router.route(&ask("chat.test", target), &FILES);
        assert_eq!(shown(&router, &route), wanted, "{target}");
        assert_eq!(route.doubts, Vec::<String>::new(), "{target}");
    }
}

#[test]
fn fields_methods_and_bodies_count() {
    let router = router(CHAT);
    let mut asked = ask("chat.test", "/only");
    asked.method = "POST".into();
    assert_eq!(shown(&router, &router.route(&asked, &FILES)), "/only -> 403");
    let mut asked = ask("chat.test", "/healthz");
    asked.headers = Some(vec![("user-agent".into(), "a BadBot".into())]);
    assert_eq!(shown(&router, &router.route(&asked, &FILES)), "if ($http_user_agent ~ Bad(Bot)) -> 403");
    asked.headers = Some(vec![("content-length".into(), "2000".into())]);
    asked.target = b"/api/".to_vec();
    assert_eq!(shown(&router, &router.route(&asked, &FILES)), "/api/ -> 413");
}

#[test]
fn what_cannot_be_decided_says_so() {
    let router = router(CHAT);
    let route = router.route(&ask("chat.test", "/login"), &Blind);
    assert_eq!(shown(&router, &route), "/, @app? -> fastcgi_pass unix:/x");
    assert!(route.doubts[0].contains("whether /srv/login is there is not known"), "{:?}", route.doubts);
    let mut asked = ask("chat.test", "/healthz");
    asked.headers = None;
    assert!(router.route(&asked, &FILES).doubts[0].contains("whether if ($http_user_agent"));
    asked.headers = Some(Vec::new());
    asked.status = Some(502);
    let route = router.route(&asked, &FILES);
    assert_eq!(shown(&router, &route), "= /healthz, @down? -> /srv/down.html");
}

#[test]
fn servers_are_chosen_by_address_port_and_name() {
    let names = r#"
server { listen 80 default_server; server_name _; location /d {} }
server { server_name a.test *.b.test; location /b {} }
server { server_name .c.test c.*; location /c {} }
server { server_name ~^e(?<n>\d+)\.test$; location /e {} }
server { listen 127.0.0.1:80; server_name a.test; location /l {} }
server { listen 8080; location /p {} }
server { server_name c.test; location /shadowed {} }
"#;
    let router = router(names);
    let server = |host: &str, port: u16, address: Option<&str>| {
        let address = address.map(|a| a.parse().unwrap());
        let route = router.route(&Asked { port, address, ..ask(host, "/") }, &Blind);
        let config = &router.config;
        let block = route.steps.first().map(|s| s.block).unwrap();
        config.children(block).next().map(|l| config.name(l)).unwrap()
    };
    for (host, port, address, wanted) in [
        ("a.test", 80, None, "location /b"),
        ("A.TEST.:80", 80, Some("10.0.0.1"), "location /b"),
        ("a.test", 80, Some("127.0.0.1"), "location /l"),
        ("x.y.b.test", 80, None, "location /b"),
        ("b.test", 80, None, "location /d"),
        ("c.test", 80, None, "location /c"),
        ("x.c.test", 80, None, "location /c"),
        ("c.org", 80, None, "location /c"),
        ("e12.test", 80, None, "location /e"),
        ("nobody.test", 80, None, "location /d"),
        ("nobody.test", 8080, None, "location /p"),
    ] {
        assert_eq!(server(host, port, address), wanted, "{host}:{port} {address:?}");
    }
    let closed = router.route(&Asked { port: 81, ..ask("a.test", "/") }, &Blind);
    assert_eq!(closed.end, End::Closed);
}

fn reached(router: &Router, known: &[String]) -> Vec<String> {
    router
        .config
        .sites()
        .map(|id| {
            let how = match router.reach(id, known, &FILES) {
                Reach::By(all) => {
                    let first = &all[0];
                    let (host, target) = (String::from_utf8_lossy(&first.host), String::from_utf8_lossy(&first.target));
                    let fields: Vec<String> =
                        first.headers.iter().flatten().map(|(n, v)| format!(" {n}: {v}")).collect();
                    format!("{} {host}:{}{target}{}", first.method, first.port, fields.concat())
                }
                Reach::Perhaps(_, why) => format!("perhaps: {why}"),
                Reach::Inside(why) => format!("inside: {why}"),
                Reach::Never(why) => format!("never: {why}"),
                Reach::Traced(why) => format!("traced: {why}"),
            };
            format!("{}: {how}", router.config.name(id).replace("location ", ""))
        })
        .collect()
}

#[test]
fn every_location_has_a_request_or_a_reason() {
    let dead = r#"
server {
    server_name a.test;
    location / { return 200; }
    location ~ ^/x { return 200; }
    location ~ ^/xy { return 200; }
    location = /z { return 200; }
    location /w { if ($http_x_mode = "a b") { return 201; } return 200; }
    location ~ "^/(?<y>20[0-9]{2})/archive" { return 301 /; }
    location @n { return 200; }
    location /t { try_files $uri @t; }
    location @t { return 204; }
    location ~ /\.(?!well-known) { deny all; }
    location /q { if ($unknown_thing) { return 403; } return 200; }
    location ~ "^/(?|r)$" { return 200; }
    error_page 404 /e/404.html;
    location /e/ { internal; }
    location /f { return 404; }
}
server { server_name a.test; location /gone {} }
server { listen unix:/x; server_name u.test; }
"#;
    let router = router(dead);
    let known = ["/x1".to_owned()];
    assert_eq!(
        reached(&router, &known),
        [
            "server a.test: GET a.test:80/x1",
            "/: GET a.test:80/",
            "~ ^/x: GET a.test:80/x1",
            "~ ^/xy: never: every path tried that it is for leads elsewhere: to location ~ ^/x (/etc/nginx/nginx.conf:6)",
            "= /z: GET a.test:80/z",
            "/w: GET a.test:80/w",
            "if ($http_x_mode = a b): GET a.test:80/w x-mode: a b",
            "~ ^/(?<y>20[0-9]{2})/archive: GET a.test:80/2011/archive",
            "@n: inside: named: nothing leads to it",
            "/t: GET a.test:80/t",
            "@t: GET a.test:80/t",
            "~ /\\.(?!well-known): GET a.test:80/.repot",
            "/q: GET a.test:80/q",
            "if ($unknown_thing): perhaps: no safe request is known that makes its condition hold",
            "~ ^/(?|r)$: perhaps: no path is known that it matches",
            "/e/: GET a.test:80/e/",
            "/f: GET a.test:80/f",
            "server a.test: never: the server at /etc/nginx/nginx.conf:3 has its names: a.test",
            "/gone: never: the server at /etc/nginx/nginx.conf:3 has its names: a.test",
            "server u.test: never: it listens only on sockets in the file system",
        ]
    );
}

#[test]
fn a_path_that_ends_with_a_slash_is_no_directory_to_try() {
    let router = router(
        "server { root /srv; location / { try_files $uri @app; } location /d { try_files $uri $uri/ @app; } \
         location @app { proxy_pass http://a; } }",
    );
    let world = Only(&["/srv/", "/srv/d/", "/srv/d/index.html"]);
    let route = |target: &str| shown(&router, &router.route(&ask("a", target), &world));
    assert_eq!(route("/"), "/, @app -> proxy_pass http://a");
    assert_eq!(route("/d"), "/d, /d -> /srv/d/index.html");
}
