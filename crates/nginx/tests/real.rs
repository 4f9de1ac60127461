//! The answer compared with a real nginx: configurations and requests by chance, the same seed the same ones. A few in
//! every test; `make fuzz-nginx CONFIGS=2000` runs many.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]
#![expect(clippy::disallowed_methods, reason = "a real nginx is run")]

use nginx::config::Config;
use nginx::tree::Files;
use nginx::walk::Router;
use serving::request::{Asked, End};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Requests to each configuration.
const REQUESTS: usize = 250;

/// Numbers by chance: xorshift.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % most
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

const NAMES: &[&str] = &[
    "a.t",
    "b.t",
    "c.t",
    "*.a.t",
    ".b.t",
    ".c.t",
    "*.x.a.t",
    "a.*",
    "www.*",
    "b.c.*",
    "~^e(\\d+)\\.t$",
    "~b\\.T$",
    "~^.\\.t",
    "_",
    "\"\"",
    "x.a.t",
    "www.c.t",
    "A.T",
    "~x",
    "c.d.e.t",
    "*.d.e.t",
];
const HOSTS: &[&str] = &[
    "a.t", "b.t", "c.t", "x.a.t", "y.x.a.t", "A.t", "b.t.", "b.t:99", "www.b.t", "www.c.t", "a.org", "www.org",
    "b.c.x", "e12.t", "B.T", "q.t", "nobody", "c.d.e.t", "z.d.e.t", "..", "a..t", "a.t/", "_", ".a.t",
];
const PARTS: &[&str] = &["a", "b", "ab", "a.php", "x.png", "B", "img", ".git", "a b", "é"];
const REGEXES: &[&str] = &[
    "\\.php$",
    "\\.(png|gif)$",
    "^/a",
    "^/a/b",
    "b$",
    "/\\.",
    "^/(?<y>a|b)/",
    "(?i)IMG",
    "a{2}",
    "^/[^/]+/$",
    "\\.[a-z]+$",
    "x",
    "^/\\Qa.\\E",
    "(?!z)b",
    "\\h",
    "^/..$",
    "^(/a)+$",
    ".",
];
const TARGETS: &[&str] = &[
    "/%2e%2e",
    "/..",
    "/a/../b",
    "/a//b",
    "//",
    "/./a",
    "/a/.",
    "/a/..",
    "/%61",
    "/a%2fb",
    "/a%2Fb/",
    "/%",
    "/%zz",
    "/%00",
    "/a%20b",
    "/a%3Fx",
    "/a?x=/b",
    "/a#b",
    "/a.php/b",
    "/A",
    "/%c3%a9",
    "/a/%2e%2e/b",
    "/...",
    "/a/...",
    "/.a",
    "/a./",
    "/%25",
    "*",
    "a",
];

/// A configuration: its text, which says in every answer on which line it was made.
struct Made {
    text: String,
    line: usize,
    chance: Chance,
    ports: [u16; 2],
}

impl Made {
    fn new(seed: u64, ports: [u16; 2], dir: &Path) -> Self {
        let chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut made = Self { text: String::new(), line: 1, chance, ports };
        let dir = dir.display();
        made.put(&format!("daemon off; master_process off; pid {dir}/pid; error_log {dir}/error.log;"));
        made.put("events { worker_connections 64; }");
        made.put(&format!("http {{ access_log off; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;"));
        made.put("server_names_hash_bucket_size 128; keepalive_requests 100000;");
        for number in 0..1 + made.chance.below(4) {
            made.server(number);
        }
        made.put("}");
        made
    }

    fn put(&mut self, text: &str) {
        writeln!(self.text, "{text}").unwrap();
        self.line += 1;
    }

    fn server(&mut self, number: usize) {
        self.put("server {");
        for port in self.ports {
            if !self.chance.once_in(3) || (number == 0) {
                // Only one may be the default of a socket.
                let default = if number == 1 && port == self.ports[0] { " default_server" } else { "" };
                self.put(&format!("listen 127.0.0.1:{port}{default};"));
            }
        }
        if !self.text.trim_end().ends_with(';') {
            let port = self.ports[0];
            self.put(&format!("listen 127.0.0.1:{port};"));
        }
        let names: Vec<&str> = (0..self.chance.below(4)).map(|_| self.chance.of(NAMES)).collect();
        if !names.is_empty() {
            self.put(&format!("server_name {};", names.join(" ")));
        }
        if self.chance.once_in(3) {
            self.put("merge_slashes off;");
        }
        self.put("root /nonexistent; error_page 403 404 = @none;");
        let line = self.line;
        self.put(&format!("location @none {{ return 200 {line}; }}"));
        self.locations("", 0);
        self.put("}");
    }

    fn locations(&mut self, outer: &str, depth: usize) {
        let mut taken = Vec::new();
        for _ in 0..self.chance.below(if depth == 0 { 9 } else { 4 }) {
            let (head, name) = self.location(outer);
            // The same name twice is an error.
            if taken.contains(&name) {
                continue;
            }
            taken.push(name.clone());
            let line = self.line;
            let pass =
                if self.chance.once_in(4) && !head.starts_with('@') { " proxy_pass http://127.0.0.1:1;" } else { "" };
            self.put(&format!("location {head} {{ return 200 {line};{pass}"));
            let is_static = !head.starts_with('~') && !head.starts_with('=');
            if is_static && depth < 2 && self.chance.once_in(2) {
                self.locations(&name, depth + 1);
            } else if head.starts_with('~') && depth < 2 && self.chance.once_in(3) {
                self.regex_inside();
            }
            self.put("}");
        }
    }

    fn regex_inside(&mut self) {
        let line = self.line;
        let regex = self.chance.of(REGEXES);
        self.put(&format!("location ~ \"{regex}\" {{ return 200 {line}; }}"));
    }

    fn location(&mut self, outer: &str) -> (String, String) {
        if self.chance.once_in(3) {
            let sign = if self.chance.once_in(3) { "~*" } else { "~" };
            let regex = self.chance.of(REGEXES);
            return (format!("{sign} \"{regex}\""), format!("{sign}{regex}"));
        }
        let mut name = outer.to_owned();
        if name.is_empty() || self.chance.once_in(2) {
            name.push('/');
        }
        for n in 0..self.chance.below(3) {
            if n > 0 {
                name.push('/');
            }
            name.push_str(self.chance.of(PARTS));
        }
        if self.chance.once_in(3) {
            name.push('/');
        }
        match self.chance.below(4) {
            0 => (format!("= \"{name}\""), format!("={name}")),
            1 => (format!("^~ \"{name}\""), name),
            _ => (format!("\"{name}\""), name),
        }
    }

    fn target(&mut self) -> String {
        if self.chance.once_in(3) {
            return self.chance.of(TARGETS).to_owned();
        }
        let mut target = String::new();
        for _ in 0..1 + self.chance.below(3) {
            target.push('/');
            let part = self.chance.of(PARTS);
            target.push_str(&part.replace(' ', "%20"));
        }
        if self.chance.once_in(3) {
            target.push('/');
        }
        target
    }
}

struct Real(Child);

impl Drop for Real {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn start(dir: &Path, text: &str, port: u16) -> Real {
    let conf = dir.join("nginx.conf");
    std::fs::write(&conf, text).unwrap();
    let mut command = Command::new("/usr/sbin/nginx");
    command.arg("-p").arg(dir).arg("-c").arg(&conf).arg("-e").arg(dir.join("error.log"));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..3000 {
        // Its own word for it: on that port somebody else may listen.
        let is_up = dir.join("pid").exists() && TcpStream::connect(("127.0.0.1", port)).is_ok();
        if is_up && child.try_wait().unwrap().is_none() {
            return Real(child);
        }
        if child.try_wait().unwrap().is_some() {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("nginx does not take it: {said}\n{text}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nginx does not answer:\n{text}");
}

/// One connection, made anew whenever nginx closes it.
struct Client {
    port: u16,
    link: Option<BufReader<TcpStream>>,
}

impl Client {
    /// The status and the body.
    fn ask(&mut self, host: &str, target: &str) -> (u16, String) {
        for _ in 0..3 {
            if let Some(answer) = self.tried(host, target) {
                return answer;
            }
            self.link = None;
        }
        panic!("no answer to {target}");
    }

    fn tried(&mut self, host: &str, target: &str) -> Option<(u16, String)> {
        let link = self.link.get_or_insert_with(|| {
            let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            BufReader::new(stream)
        });
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        link.get_mut().write_all(request.as_bytes()).ok()?;
        let mut line = String::new();
        link.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let (mut length, mut closes) = (0, false);
        loop {
            line.clear();
            link.read_line(&mut line).ok().filter(|n| *n > 0)?;
            let field = line.trim_end().to_ascii_lowercase();
            if field.is_empty() {
                break;
            }
            if let Some(value) = field.strip_prefix("content-length: ") {
                length = value.parse().ok()?;
            }
            closes |= field == "connection: close";
        }
        let mut body = vec![0; length];
        link.read_exact(&mut body).ok()?;
        if closes {
            self.link = None;
        }
        Some((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// What the router says, in the words of the real one's answer.
fn foretold(router: &Router, port: u16, host: &str, target: &str) -> (u16, String) {
    let asked = Asked {
        address: Some("127.0.0.1".parse().unwrap()),
        port,
        host: host.into(),
        method: "GET".into(),
        target: target.into(),
        headers: Some(Vec::new()),
        ..Asked::default()
    };
    let route = router.route(&asked, &Nothing);
    let line = |id: usize| router.config.blocks[id].at.line.to_string();
    match route.end {
        End::Status(200) => (200, route.steps.last().map(|s| line(s.block)).unwrap_or_default()),
        End::Status(status) | End::Redirect(status) => (status, String::new()),
        End::Closed | End::File(_) | End::Handler(_) | End::Unknown => {
            panic!("{target}: {:?} {:?}", route.end, route.doubts)
        }
    }
}

struct Nothing;

impl serving::request::World for Nothing {
    fn seen(&self, path: &str) -> serving::request::Seen {
        let is_root = path.trim_end_matches('/').is_empty();
        if is_root { serving::request::Seen::Directory } else { serving::request::Seen::Nothing }
    }
}

/// Two ports below those that the kernel hands out for connections, which anybody's may take meanwhile.
fn free_ports(config: u64) -> [u16; 2] {
    let from = u64::from(std::process::id()) * 7 + config * 2;
    let candidates = (0..20_000).map(|n| u16::try_from(12_000 + (from + n) % 20_000).unwrap());
    let mut free = candidates.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    [free.next().unwrap(), free.next().unwrap()]
}

#[test]
fn it_says_what_nginx_does() {
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual);
    let (configs, seed) = (number("REPOT_FUZZ_CONFIGS", 12), number("REPOT_FUZZ_SEED", 1));
    let (mut asked, mut wrong) = (0_usize, Vec::new());
    let mut by_status = std::collections::BTreeMap::new();
    for config in 0..configs {
        let dir = std::env::temp_dir().join(format!("repot-nginx-{}-{config}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let ports = free_ports(config);
        let mut made = Made::new(seed + config, ports, &dir);
        let real = start(&dir, &made.text, ports[0]);
        let mut files = Files::default();
        files.add("/nginx.conf", made.text.clone());
        let read = Config::read(&files, "/nginx.conf");
        assert_eq!(read.problems, [], "{}", made.text);
        let router = Router::new(read);
        let mut clients = ports.map(|port| Client { port, link: None });
        for _ in 0..REQUESTS {
            let at = made.chance.below(2);
            // A port that nobody listens on says nothing.
            if router.sockets.at(Some("127.0.0.1".parse().unwrap()), ports[at]).is_none() {
                continue;
            }
            let (host, target) = (made.chance.of(HOSTS).to_owned(), made.target());
            let (status, body) = clients[at].ask(&host, &target);
            let said = foretold(&router, ports[at], &host, &target);
            let seen = if status == 200 { (status, body) } else { (status, String::new()) };
            *by_status.entry(status).or_insert(0_usize) += 1;
            asked += 1;
            if said != seen {
                wrong.push(format!(
                    "seed {} {host} {target}: nginx {seen:?}, repot {said:?}\n{}",
                    seed + config,
                    made.text
                ));
            }
        }
        drop(real);
        std::fs::remove_dir_all(&dir).unwrap();
    }
    println!("{configs} configurations, {asked} requests, {} differ; by status {by_status:?}", wrong.len());
    assert!(
        wrong.is_empty(),
        "{} of {asked} differ:\n{}",
        wrong.len(),
        wrong.iter().take(2).cloned().collect::<String>()
    );
    assert!(asked > 0);
}

#[test]
fn the_files_of_a_real_host_are_read() {
    // What nginx itself prints of its own configuration is read without a problem.
    let printed = Command::new("/usr/sbin/nginx").args(["-T", "-q"]).output().unwrap();
    if let Some((files, main)) = Files::dumped(&printed.stdout) {
        assert_eq!(Config::read(&files, &main).problems, []);
    }
}
