//! Secrets, cookies, tokens and authorization are in no output, whatever fails.

use crate::server::Server;
use crate::suite::Suite;

const SECRETS: &[&str] =
    &["pa55-of-alice", "pa55%2Dof", "t0ken-of-the-form", "s3ss10n-c00kie", "QWxpY2U6cGE1NS1vZi1hbGljZQ=="];

#[test]
fn nothing_secret_is_shown() {
    let server = Server::start();
    let setup = "\
GET http://a.test/login
HTTP 200
[Captures]
token: xpath \"string(//input/@value)\"

POST http://a.test/login
[Form]
token: {{token}}
HTTP 303
";
    let fails = "\
# repot: independent
POST http://a.test/echo
[BasicAuth]
Alice: {{password}}
[Form]
password: {{password}}
token: {{token}}
HTTP 201
[Asserts]
body == \"x\"

POST http://a.test/echo?password={{password}}
[BasicAuth]
Alice: {{password}}
[Form]
password: {{password}}
token: {{token}}
HTTP 200
[Asserts]
body == \"x\"

GET http://a.test/who
X-Token: {{token}}
HTTP 200
[Asserts]
body == \"{{token}}\"
";
    let suite = Suite::new(&[
        ("e2e/_setup.hurl", setup),
        ("e2e/a.hurl", fails),
        ("e2e/variables/default.secrets", "password=pa55-of-alice\n"),
    ]);
    for report in ["human", "json", "junit", "tap", "github"] {
        let output = suite.run(&[&server.target(), "--report", report]);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{text}");
        // The library's report is redacted by hurl, what the program prints is by repot.
        let is_hidden = text.contains("echo?password={{password}}") || text.contains("echo?password=***");
        assert!(is_hidden, "{text}");
        assert!(text.contains("cookie session=*** token {{token}}"), "{text}");
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {report}:\n{text}");
        }
    }
}
