//! nginx's settings: each directive of the configuration as nginx puts it together, and defaults that matter.

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::nginx::{self, Directive};
use crate::origin::Origin;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::fact::Fact;
use model::id::glob;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::text;
use std::collections::BTreeMap;
use std::path::Path;

/// nginx's settings.
pub(super) struct Nginx;

const PROPERTIES: &[Property] = &[Property::new(
    "value",
    Shape::Text,
    "its arguments with single blanks; those of several lines of the same name in a block are joined by `; `",
)];

impl Kind for Nginx {
    fn name(&self) -> &'static str {
        "nginx"
    }

    fn summary(&self) -> &'static str {
        "a directive of nginx, named by its blocks and its name: `worker_processes`, `http/gzip`, \
         `http/server[example.test:443]/location[/upload]/client_max_body_size`"
    }

    fn area(&self) -> Area {
        Area::Web
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        for main in MAINS {
            let mut files =
                Files { sys, main, read: 0, open: Vec::new(), settings: BTreeMap::new(), servers: BTreeMap::new() };
            match files.include(main, "", &mut listing) {
                Ok(false) => continue,
                Ok(true) => files.defaults(),
                Err(why) => listing.blind(why),
            }
            for (name, setting) in files.settings {
                listing.add(name, Shown::new().fact("value", setting.fact()));
            }
            break;
        }
        listing.show(ask, out)
    }
}

const MAINS: &[&str] =
    &["/etc/nginx/nginx.conf", "/usr/local/openresty/nginx/conf/nginx.conf", "/usr/local/nginx/conf/nginx.conf"];

const MOST_FILES: usize = 2000;

/// Directives that hold for each of their first arguments: these become part of the name.
const KEYED: &[&str] = &[
    "add_header",
    "error_page",
    "fastcgi_param",
    "fastcgi_split_path_info",
    "limit_req_zone",
    "log_format",
    "proxy_set_header",
    "scgi_param",
    "set",
    "uwsgi_param",
];

/// What nginx does where nothing is said, for what people ask of most.
const DEFAULTS: &[(&str, &str)] = &[
    ("worker_processes", "1"),
    ("events/worker_connections", "512"),
    ("http/client_body_timeout", "60s"),
    ("http/client_header_timeout", "60s"),
    ("http/client_max_body_size", "1m"),
    ("http/default_type", "text/plain"),
    ("http/fastcgi_read_timeout", "60s"),
    ("http/gzip", "off"),
    ("http/keepalive_timeout", "75s"),
    ("http/large_client_header_buffers", "4 8k"),
    ("http/proxy_read_timeout", "60s"),
    ("http/send_timeout", "60s"),
    ("http/sendfile", "off"),
    ("http/server_tokens", "on"),
    ("http/tcp_nodelay", "on"),
    ("http/tcp_nopush", "off"),
];

/// The lines of Debian's own nginx.conf, of which no copy is kept.
const USUAL: &[&str] = &[
    "user www-data;",
    "worker_processes auto;",
    "pid /run/nginx.pid;",
    "error_log /var/log/nginx/error.log;",
    "worker_connections 768;",
    "sendfile on;",
    "tcp_nopush on;",
    "types_hash_max_size 2048;",
    "default_type application/octet-stream;",
    "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; # Dropping SSLv3, ref: POODLE",
    "ssl_prefer_server_ciphers on;",
    "access_log /var/log/nginx/access.log;",
    "gzip on;",
];

/// A setting as it is shown.
struct Setting {
    values: Vec<String>,
    place: Option<Place>,
    standing: Standing,
}

impl Setting {
    fn fact(self) -> Fact {
        Fact { place: self.place, ..Fact::is(self.values.join("; ")).standing(self.standing) }
    }
}

/// A file's lines and who brought them.
type Lines = Vec<Standing>;

struct Files<'a> {
    sys: &'a dyn Sys,
    main: &'a str,
    read: usize,
    open: Vec<String>,
    settings: BTreeMap<String, Setting>,
    servers: BTreeMap<String, usize>,
}

impl Files<'_> {
    /// Reads a file into a context. False when it is not there.
    fn include(&mut self, path: &str, context: &str, listing: &mut Listing) -> Result<bool, Why> {
        self.read += 1;
        if self.read > MOST_FILES || self.open.iter().any(|f| f == path) {
            return Err(Why::new(
                WhyCode::TooLarge,
                format!("{path}: included by itself, or more than {MOST_FILES} files"),
            ));
        }
        let Some(text) = read::file(self.sys, path)? else { return Ok(false) };
        let origin = Origin::of(self.sys, path, &text, &[]);
        let usual = |line: &str| path == "/etc/nginx/nginx.conf" && USUAL.contains(&line.trim());
        let lines: Lines = text.lines().map(|l| if usual(l) { Standing::Shipped } else { origin.line(l) }).collect();
        self.open.push(path.to_owned());
        let (directives, problem) = nginx::parse(path, &text);
        self.block(&directives, context, path, &lines, listing);
        if let Some(problem) = problem {
            listing.blind(Why::new(WhyCode::Malformed, problem));
        }
        self.open.pop();
        Ok(true)
    }

    fn block(&mut self, directives: &[Directive], context: &str, path: &str, lines: &Lines, listing: &mut Listing) {
        for directive in directives {
            if directive.name == "include" {
                for pattern in &directive.arguments {
                    let files = self.matching(pattern);
                    for file in listing.seen(files) {
                        if let Err(why) = self.include(&file, context, listing) {
                            listing.blind(why);
                        }
                    }
                }
                continue;
            }
            let arguments = directive.arguments.join(" ");
            if let Some(block) = &directive.block {
                let inside = self.inside(directive, block, &arguments, context);
                let before = self.settings.len();
                self.block(block, &format!("{inside}/"), path, lines, listing);
                // A block is seen by what is in it; an empty one is a fact as well.
                if self.settings.len() == before {
                    self.set(&inside, String::new(), directive.line, path, lines);
                }
            } else {
                let first = directive.arguments.first().filter(|_| KEYED.contains(&directive.name.as_str()));
                let (name, value) = match first {
                    Some(first) => (format!("{context}{} {first}", directive.name), directive.arguments[1..].join(" ")),
                    None => (format!("{context}{}", directive.name), arguments),
                };
                self.set(&name, value, directive.line, path, lines);
            }
        }
    }

    /// The name of a block: its arguments in brackets, a server's name and port.
    fn inside(&mut self, directive: &Directive, block: &[Directive], arguments: &str, context: &str) -> String {
        let name = &directive.name;
        if name == "server" && arguments.is_empty() {
            let base = format!("{context}server[{}]", server(block));
            let count = self.servers.entry(base.clone()).or_default();
            *count += 1;
            return if *count == 1 { base } else { format!("{base} #{count}") };
        }
        if arguments.is_empty() { format!("{context}{name}") } else { format!("{context}{name}[{arguments}]") }
    }

    fn set(&mut self, name: &str, value: String, line: u32, path: &str, lines: &Lines) {
        let standing = lines.get((line as usize).saturating_sub(1)).copied().unwrap_or(Standing::Local);
        let place = Place::line(path, line);
        let new = || Setting { values: Vec::new(), place: Some(place), standing: Standing::Shipped };
        let setting = self.settings.entry(name.to_owned()).or_insert_with(new);
        setting.standing = setting.standing.max(standing);
        setting.values.push(value);
    }

    fn defaults(&mut self) {
        for (name, value) in DEFAULTS {
            let setting = || Setting { values: vec![(*value).to_owned()], place: None, standing: Standing::Shipped };
            self.settings.entry((*name).to_owned()).or_insert_with(setting);
        }
    }

    /// The files an include names: a path, or a pattern in its last part, beside the main file where it is not absolute.
    fn matching(&self, pattern: &str) -> Result<Vec<String>, Why> {
        let path = Path::new(self.main).parent().unwrap_or(Path::new("/")).join(pattern);
        let (Some(dir), Some(last)) = (path.parent(), path.file_name().and_then(|n| n.to_str())) else {
            return Ok(Vec::new());
        };
        if !last.contains(['*', '?']) {
            return Ok(vec![path.display().to_string()]);
        }
        let names = self.sys.list(dir)?.unwrap_or_default();
        let names = names.iter().map(|n| text::from_bytes(n.as_encoded_bytes()));
        let fits = |n: &String| glob(last, n) && (!n.starts_with('.') || last.starts_with('.'));
        Ok(names.filter(fits).map(|n| format!("{}/{n}", dir.display())).collect())
    }
}

/// What a server is called: its first name and the port it listens at.
fn server(block: &[Directive]) -> String {
    let first = |name: &str| block.iter().find(|d| d.name == name).and_then(|d| d.arguments.first());
    let name = first("server_name").map_or("_", String::as_str);
    let listen = first("listen").map_or("80", String::as_str);
    let port = listen.rsplit(':').next().unwrap_or(listen);
    let port = if port.ends_with(']') || port.contains('.') { "80" } else { port };
    let port = if listen.starts_with("unix:") { listen } else { port };
    format!("{name}:{port}")
}
