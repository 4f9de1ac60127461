//! A pod: its ports are forwarded by kubectl, here by a program that says what kubectl says.

use crate::server::Server;
use crate::suite::Suite;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

/// Runs `repot e2e` on a pod with a kubectl that is this script.
fn run(suite: &Suite, kubectl: &str) -> Output {
    let bin = suite.path("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("kubectl"), format!("#!/bin/sh\n{kubectl}\n")).unwrap();
    fs::set_permissions(bin.join("kubectl"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = suite.command(&["pod:shop/web-0", "--timeout", "20"]);
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", bin.display())).output().unwrap()
}

#[test]
fn ports_of_a_pod_are_forwarded_and_the_forwarding_ends() {
    let server = Server::start();
    let port = server.target().rsplit(':').next().unwrap().to_owned();
    let suite = Suite::new(&[("e2e/a.hurl", "GET http://a.test/\nHTTP 200\n\nGET http://a.test:8080/\nHTTP 200\n")]);
    let dir = suite.path("").display().to_string();
    let kubectl = format!(
        "echo \"$@\" >{dir}/asked; echo $$ >{dir}/pid\n\
         for there in 80 443 8080; do\n\
         echo \"Forwarding from 127.0.0.1:{port} -> $there\"; echo \"Forwarding from [::1]:{port} -> $there\"\ndone\n\
         echo 'Handling connection for 80'\nexec sleep 600"
    );
    let output = run(&suite, &kubectl);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let asked = fs::read_to_string(suite.path("asked")).unwrap();
    assert_eq!(asked.trim(), "port-forward --namespace shop pod/web-0 :80 :443 :8080");
    let pid = fs::read_to_string(suite.path("pid")).unwrap();
    assert!(!std::path::Path::new(&format!("/proc/{}", pid.trim())).exists(), "kubectl goes on");
}

#[test]
fn what_kubectl_complains_is_told() {
    let suite = Suite::new(&[("e2e/a.hurl", "GET http://a.test/\nHTTP 200\n")]);
    let output = run(&suite, "echo 'Error from server (NotFound): pods \"web-0\" not found' >&2; exit 1");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains("pods \"web-0\" not found") && said.contains("kubectl port-forward"), "{said}");
}
