//! The answer compared with a real Apache: configurations and requests by chance, the same seed the same ones. A few in
//! every test; `make fuzz-apache CONFIGS=400` runs many.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]
#![expect(clippy::disallowed_methods, reason = "a real Apache is run")]

use apache::config::Config;
use apache::route::Router;
use apache::tree::Files;
use serving::request::{Asked, End};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Requests to each configuration.
const REQUESTS: usize = 250;

/// Where Debian has Apache and its modules.
const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

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

const NAMES: &[&str] = &["a.t", "b.t", "www.a.t", "A.T", "c.d.t", "http://e.t:80", "localhost", "f.t:99"];
const ALIASES: &[&str] = &["*.a.t", "b.t", "?.t", "*", "x*", "www.*", "c.d.t", "_", "*.b.*", "f.t"];
const HOSTS: &[&str] = &[
    "a.t",
    "b.t",
    "www.a.t",
    "A.t",
    "a.t.",
    "a.t:80",
    "x.a.t",
    "y.x.a.t",
    "c.d.t",
    "e.t",
    "q.t",
    "nobody",
    "xyz",
    "127.0.0.1",
    "",
    "a..t",
    "a.t/",
    "_",
    ".a.t",
    "a b",
    "1.2.3",
    "a.1",
    "f.t",
    "www.q",
    "main.t",
    "[::1]",
    "a.t:x",
    "z.b.org",
    "-a.t",
];
const PARTS: &[&str] = &["a", "b", "ab", "a.php", "x.png", "B", "img", ".git", "a b", "edit"];
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
    "x",
    "(?!z)b",
    "^/..$",
    "^(/a)+$",
    ".",
    "//",
];
const GLOBS: &[&str] = &["/*", "/a/*", "/*/b", "/?", "/[ab]", "/[!a]*", "/*.php", "/*/", "/.*", "/a*/b", "/*b"];
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
    "/a/.%2e/b",
    "/a/../../b",
    "/a/%2E./",
    "/a%5cb",
    "/~a",
    "/%7ea",
    "/a;b",
    "/a|b",
    "/a\"b",
    "/a#b",
    "/a/./",
    "///a///b//",
    "/a<b",
    "/a\\b",
    "/{a}",
    "/a^b",
    "/é",
    "/a+b",
    "//a/..//b/../",
    "/a//../b",
    "/%2e",
    "/a/%2fb/..",
    "/%2525",
];

/// A configuration: its text, which says in every answer through which lines it came.
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
        made.put(&format!("ServerRoot {dir}"));
        made.put(&format!(
            "PidFile {dir}/pid\nErrorLog {dir}/error.log\nDocumentRoot {dir}/nothing\nDefaultRuntimeDir {dir}"
        ));
        for module in ["mpm_event", "authz_core", "headers", "alias", "rewrite"] {
            made.put(&format!("LoadModule {module}_module {MODULES}/mod_{module}.so"));
        }
        made.put("User nobody\nGroup nogroup\nKeepAlive On\nMaxKeepAliveRequests 0\nKeepAliveTimeout 60\nTimeout 60");
        for port in ports {
            made.put(&format!("Listen 127.0.0.1:{port}"));
        }
        if made.chance.once_in(2) {
            made.put("ServerName main.t");
        } else {
            made.put("ServerName a.t");
        }
        made.put("Header always append X-Way 1\nDefine below /a\nDefine YES");
        made.sections();
        for _ in 0..made.chance.below(5) {
            made.host();
        }
        made.sections();
        made
    }

    fn put(&mut self, text: &str) {
        writeln!(self.text, "{text}").unwrap();
        self.line += text.lines().count();
    }

    fn host(&mut self) {
        let [one, two] = self.ports;
        let addresses: Vec<String> = (0..1 + self.chance.below(2))
            .map(|_| match self.chance.below(9) {
                0 => "*:*".to_owned(),
                1 => format!("127.0.0.1:{one}"),
                2 => format!("_default_:{two}"),
                3 => "127.0.0.1:*".to_owned(),
                4 => format!("127.0.0.2:{one}"),
                5 => format!("*:{two}"),
                _ => format!("*:{one}"),
            })
            .collect();
        let line = self.line;
        self.put(&format!("<VirtualHost {}>", addresses.join(" ")));
        self.put(&format!("Header always append X-Way {line}"));
        if !self.chance.once_in(5) {
            let name = self.chance.of(NAMES);
            self.put(&format!("ServerName {name}"));
        }
        for _ in 0..self.chance.below(3) {
            let alias = self.chance.of(ALIASES);
            self.put(&format!("ServerAlias {alias}"));
        }
        if self.chance.once_in(4) {
            self.put("MergeSlashes OFF");
        }
        if self.chance.once_in(4) {
            let word = self.chance.of(&["On", "NoDecode", "Off"]);
            self.put(&format!("AllowEncodedSlashes {word}"));
        }
        self.sections();
        if self.chance.once_in(3) {
            self.rules();
        }
        self.put("</VirtualHost>");
    }

    fn rules(&mut self) {
        if self.chance.once_in(2) {
            let line = self.chance.of(&[
                "Redirect permanent /a http://x.t/",
                "Redirect /b/ http://x.t/",
                "Redirect gone /img",
                "RedirectMatch 307 \\.png$ http://x.t/",
                "Redirect seeother /ab http://x.t/",
            ]);
            self.put(line);
        }
        if self.chance.once_in(2) {
            self.put("RewriteEngine On");
        }
        for _ in 0..self.chance.below(4) {
            let line = self.chance.of(&[
                "RewriteRule ^/b$ - [F]",
                "RewriteRule ^/b/(.*)$ /a/$1 [PT]",
                "RewriteRule php - [G]",
                "RewriteRule ^/AB$ http://x.t/ [NC,R=301,L]",
                "RewriteRule ^/a/a /img/x",
                "RewriteRule !^/ - [F]",
                "RewriteRule \\.git - [L]",
                "RewriteRule ^/edit$ http://x.t/",
                "RewriteRule \"^/a b$\" \"/b\" [PT,L]",
            ]);
            self.put(line);
        }
    }

    fn sections(&mut self) {
        for _ in 0..self.chance.below(6) {
            let around = self.chance.of(&[
                "",
                "",
                "",
                "",
                "IfModule mod_headers.c",
                "IfModule !headers_module",
                "IfDefine YES",
                "IfDefine !YES",
            ]);
            if !around.is_empty() {
                self.put(&format!("<{around}>"));
            }
            let head = self.head();
            let line = self.line;
            self.put(&format!("<{head}>"));
            self.put(&format!("Header always append \\\n  X-Way {line}"));
            self.put(if head.starts_with("LocationMatch") { "</LocationMatch>" } else { "</Location>" });
            if let Some(name) = around.split(' ').next().filter(|name| !name.is_empty()) {
                self.put(&format!("</{name}>"));
            }
        }
    }

    fn head(&mut self) -> String {
        match self.chance.below(6) {
            0 => format!("LocationMatch \"{}\"", self.chance.of(REGEXES)),
            1 => format!("Location ~ \"{}\"", self.chance.of(REGEXES)),
            2 => format!("Location \"{}\"", self.chance.of(GLOBS)),
            3 => "Location ${below}/b".to_owned(),
            _ => {
                let mut name = String::new();
                for _ in 0..1 + self.chance.below(3) {
                    name.push('/');
                    name.push_str(self.chance.of(PARTS));
                }
                if self.chance.once_in(3) {
                    name.push('/');
                }
                if self.chance.once_in(8) {
                    name = "/".to_owned();
                }
                format!("Location \"{name}\"")
            }
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
    let conf = dir.join("apache2.conf");
    std::fs::write(&conf, text).unwrap();
    let mut command = Command::new(PROGRAM);
    command.arg("-X").arg("-f").arg(&conf);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..3000 {
        // Its own word for it: on that port somebody else may listen.
        let is_up = dir.join("pid").exists() && TcpStream::connect(("127.0.0.1", port)).is_ok();
        if child.try_wait().unwrap().is_some() {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("Apache does not take it: {said}\n{text}");
        }
        if is_up {
            return Real(child);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("Apache does not answer:\n{text}");
}

/// One connection, made anew whenever Apache closes it.
struct Client {
    port: u16,
    link: Option<BufReader<TcpStream>>,
}

impl Client {
    /// The status, and the lines it came through.
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
        let request = format!("HEAD {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        link.get_mut().write_all(request.as_bytes()).ok()?;
        let mut line = String::new();
        link.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let (mut way, mut closes) = (String::new(), false);
        loop {
            line.clear();
            link.read_line(&mut line).ok().filter(|n| *n > 0)?;
            let field = line.trim_end();
            if field.is_empty() {
                break;
            }
            if let Some(value) = field.strip_prefix("X-Way: ") {
                way = value.to_owned();
            }
            closes |= field.eq_ignore_ascii_case("connection: close");
        }
        if closes {
            self.link = None;
        }
        Some((status, way))
    }
}

/// What the router says in the words of the real one's answer; none where it says that it does not know.
fn foretold(router: &Router, port: u16, host: &str, target: &str) -> Option<(u16, String)> {
    let asked = Asked {
        address: Some("127.0.0.1".parse().unwrap()),
        port,
        host: host.into(),
        method: "HEAD".into(),
        target: target.into(),
        headers: Some(Vec::new()),
        ..Asked::default()
    };
    let route = router.route(&asked);
    assert_eq!(route.doubts, Vec::<String>::new(), "nothing here is beyond it");
    let lines = route.steps.iter().map(|step| router.config.blocks[step.block].at.line);
    // What the main server says holds for the others.
    let lines: Vec<String> = std::iter::once(1).chain(lines.filter(|line| *line != 1)).map(|l| l.to_string()).collect();
    match route.end {
        End::Status(400) => Some((400, String::new())),
        End::Status(status) | End::Redirect(status) => Some((status, lines.join(", "))),
        // There are no files.
        End::Unknown => Some((404, lines.join(", "))),
        End::Closed | End::File(_) | End::Handler(_) => None,
    }
}

/// Two ports below those that the kernel hands out for connections, which anybody's may take meanwhile.
fn free_ports(config: u64) -> [u16; 2] {
    let from = u64::from(std::process::id()) * 11 + config * 2;
    let candidates = (0..20_000).map(|n| u16::try_from(12_000 + (from + n) % 20_000).unwrap());
    let mut free = candidates.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    [free.next().unwrap(), free.next().unwrap()]
}

#[test]
fn it_says_what_apache_does() {
    assert!(Path::new(PROGRAM).exists(), "install apache2-bin");
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual);
    let (configs, seed) = (number("REPOT_FUZZ_CONFIGS", 12), number("REPOT_FUZZ_SEED", 1));
    let (mut asked, mut wrong) = (0_usize, Vec::new());
    let mut by_status = std::collections::BTreeMap::new();
    for config in 0..configs {
        let dir = std::env::temp_dir().join(format!("repot-apache-{}-{config}", std::process::id()));
        std::fs::create_dir_all(dir.join("nothing")).unwrap();
        let ports = free_ports(config);
        let mut made = Made::new(seed + config, ports, &dir);
        let real = start(&dir, &made.text, ports[0]);
        let mut files = Files::default();
        files.add("/apache2.conf", made.text.clone());
        let read = Config::read(&files, "/apache2.conf");
        assert_eq!(read.problems, [], "{}", made.text);
        let router = Router::new(read);
        let mut clients = ports.map(|port| Client { port, link: None });
        for _ in 0..REQUESTS {
            let at = made.chance.below(2);
            let (host, target) = (made.chance.of(HOSTS).to_owned(), made.target());
            let (status, way) = clients[at].ask(&host, &target);
            let seen = if status == 400 { (status, String::new()) } else { (status, way) };
            let said = foretold(&router, ports[at], &host, &target).unwrap();
            *by_status.entry(status).or_insert(0_usize) += 1;
            asked += 1;
            if said != seen {
                wrong.push(format!(
                    "seed {} port {at} {host:?} {target}: Apache {seen:?}, repot {said:?}\n{}",
                    seed + config,
                    made.text
                ));
            }
        }
        drop(real);
        std::fs::remove_dir_all(&dir).unwrap();
    }
    println!("{configs} configurations, {asked} requests, {} differ; by status {by_status:?}", wrong.len());
    let heads: Vec<&str> = wrong.iter().filter_map(|w| w.lines().next()).take(30).collect();
    assert!(wrong.is_empty(), "{} of {asked} differ:\n{}\n{}", wrong.len(), heads.join("\n"), wrong[0]);
    assert!(asked > 0);
}
