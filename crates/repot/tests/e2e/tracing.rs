//! Tracing starts a second nginx: nowhere without a word that it may.

use crate::suite::Suite;

#[test]
fn no_host_is_traced_without_consent() {
    let suite = Suite::new(&[("e2e/a.hurl", "GET http://a.test/\nHTTP 200\n")]);
    let said = |args: &[&str]| {
        let output = suite.run(&[&["trace"], args].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for target in ["local", "ssh:web-01", "pod:shop/web-0"] {
        assert!(said(&[target]).contains("--i-may-change-this-host"), "{target}");
    }
    assert!(said(&["http://10.0.0.5", "--i-may-change-this-host"]).contains("nothing can be started there"));
    assert!(said(&["rootfs:/x", "--i-may-change-this-host"]).contains("nothing can be started there"));
}
