//! A host with Apache: its suite is written from its configuration, and the tests say what of that they proved. Needs
//! Apache itself, which `make test-fast` installs.

use crate::suite::{Suite, Tested};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PROGRAM: &str = "/usr/sbin/apache2";

struct Apache(Child);

impl Drop for Apache {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

const SHOP: &str = "<VirtualHost *:${PORT}>
  ServerName shop.test
  ServerAlias www.shop.test
  DocumentRoot docs
  <Directory docs>
    Options -Indexes
  </Directory>
  <Location /private>
    Require all denied
  </Location>
  <LocationMatch \"^/gone/[0-9]+$\">
    Redirect gone
  </LocationMatch>
  <Location /*/edit>
    Header always set X-Edit yes
  </Location>
</VirtualHost>
";

const OLD: &str = "<VirtualHost *:${PORT}>
  ServerName old.test
  Redirect permanent / http://shop.test/
</VirtualHost>
";

fn start(suite: &Suite, port: u16) -> Apache {
    let root = suite.path("host/etc/apache2");
    fs::create_dir_all(root.join("run")).unwrap();
    fs::set_permissions(suite.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let conf = root.join("apache2.conf");
    let mut command = Command::new(PROGRAM);
    command.arg("-X").arg("-d").arg(&root).arg("-f").arg(conf).stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    for _ in 0..1000 {
        assert!(child.try_wait().unwrap().is_none(), "Apache does not run");
        if root.join("run/pid").exists() && TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Apache(child);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("Apache does not answer");
}

fn suite(port: u16) -> Suite {
    let modules = "/usr/lib/apache2/modules";
    let load = |name: &str| format!("LoadModule {name}_module {modules}/mod_{name}.so\n");
    let loads: String = ["mpm_event", "authz_core", "alias", "headers"].map(load).concat();
    let main = format!(
        "Define PORT {port}\nPidFile run/pid\nErrorLog run/error.log\nDefaultRuntimeDir run\nUser nobody\nGroup nogroup\n\
         IncludeOptional mods-enabled/*.load\nListen 127.0.0.1:${{PORT}}\nServerName main.test\n\
         <Location /status>\n  Require all denied\n</Location>\nIncludeOptional sites-enabled/*.conf\n"
    );
    Suite::new(&[
        ("host/etc/apache2/apache2.conf", &main),
        ("host/etc/apache2/mods-enabled/all.load", &loads),
        ("host/etc/apache2/sites-enabled/a-shop.conf", SHOP),
        ("host/etc/apache2/sites-enabled/b-old.conf", OLD),
        ("host/etc/apache2/docs/robots.txt", "User-agent: *\n"),
    ])
}

fn states(tested: &Tested) -> Vec<(String, String)> {
    let sites = tested.report["targets"][0]["coverage"][0]["sites"].as_array().unwrap();
    let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
    sites.iter().map(|site| (text(&site["name"]), text(&site["state"]))).collect()
}

#[test]
fn a_suite_is_written_and_proves_every_location_of_apache() {
    assert!(Path::new(PROGRAM).exists(), "install apache2-bin");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let suite = suite(port);
    let running = start(&suite, port);
    let conf = suite.path("host/etc/apache2/apache2.conf").display().to_string();
    let target = "http://127.0.0.1";
    let output = suite.run(&["init", target, "--apache-conf", &conf]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let written = fs::read_to_string(suite.path("e2e/shop.test.hurl")).unwrap();
    assert!(written.contains("# covers <Location /private> (/etc/apache2/sites-enabled/a-shop.conf:8)"), "{written}");

    let tested = suite.tested(&[target, "--apache-conf", &conf, "--coverage"]);
    assert_eq!(tested.status, 0, "{:#}\n{}", tested.report, tested.stderr);
    assert_eq!(tested.report["targets"][0]["coverage"][0]["of"], "apache");
    let of = |name: &str, state: &str| (name.to_owned(), state.to_owned());
    assert_eq!(
        states(&tested),
        [
            of("<Location /status>", "asserted"),
            of("virtual host shop.test www.shop.test", "asserted"),
            of("<Directory docs>", "only-traced"),
            of("<Location /private>", "asserted"),
            of("<LocationMatch \"^/gone/[0-9]+$\">", "asserted"),
            of("<Location /*/edit>", "asserted"),
            of("virtual host old.test", "asserted"),
        ]
    );

    // A change of the host is told with the section that answers now, and the one that the test is for.
    drop(running);
    suite.write("host/etc/apache2/sites-enabled/a-shop.conf", &SHOP.replace("gone/[0-9]+", "gone/[a-z]+"));
    fs::remove_file(suite.path("host/etc/apache2/run/pid")).unwrap();
    let running = start(&suite, port);
    let tested = suite.tested(&[target, "--apache-conf", &conf]);
    assert_eq!(tested.status, 1, "{:#}", tested.report);
    let findings = tested.report["targets"][0]["findings"].as_array().unwrap();
    let failed: Vec<&serde_json::Value> = findings.iter().filter(|f| f["verdict"] == "differs").collect();
    assert_eq!(failed.len(), 1, "{failed:#?}");
    let why = failed[0]["why"].as_str().unwrap();
    assert!(
        why.starts_with(
            "no location of virtual host shop.test www.shop.test (/etc/apache2/sites-enabled/a-shop.conf:1)"
        ),
        "{why}"
    );
    assert!(
        why.contains("the test is for <LocationMatch \"^/gone/[0-9]+$\"> (/etc/apache2/sites-enabled/a-shop.conf:11)"),
        "{why}"
    );
    drop(running);
}

#[test]
fn only_the_named_file_is_written() {
    assert!(Path::new(PROGRAM).exists(), "install apache2-bin");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let suite = suite(port);
    let running = start(&suite, port);
    let conf = suite.path("host/etc/apache2/apache2.conf").display().to_string();
    let run = |file: &str| suite.run(&["init", "http://127.0.0.1", "--apache-conf", &conf, "--file", file]);
    assert_eq!(run("e2e/old.test.hurl").status.code(), Some(0));
    assert!(suite.path("e2e/old.test.hurl").exists() && !suite.path("e2e/shop.test.hurl").exists());
    let refused = run("e2e/none.hurl");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("e2e/shop.test.hurl"), "{said}");
    drop(running);
}
