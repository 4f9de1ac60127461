//! How long the coverage of 100,000 requests over 10,000 locations takes: `cargo run --release -p repot-e2e --example
//! coverage`. It prints CPU time, which other work on the machine does not change.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints, and stops where it cannot go on")]

use e2e::coverage::Tally;
use nginx::config::Config;
use nginx::tree::Files;
use nginx::walk::Router;
use serving::request::{Asked, Blind};
use std::fmt::Write;

/// Servers with a hundred locations each: prefixes, exact ones, and ten expressions.
const SERVERS: usize = 100;

/// Requests for each server.
const REQUESTS: usize = 1000;

fn main() {
    let mut text = String::from("http {\n");
    for server in 0..SERVERS {
        writeln!(text, "server {{ listen 80; server_name s{server}.test;").unwrap();
        for n in 0..60 {
            writeln!(text, "location /p{n}/ {{ proxy_pass http://x; }}").unwrap();
        }
        for n in 0..30 {
            writeln!(text, "location = /e{n} {{ return 204; }}").unwrap();
        }
        for n in 0..10 {
            writeln!(text, "location ~ ^/r{n}/[0-9]+\\.php$ {{ fastcgi_pass x; }}").unwrap();
        }
        text.push_str("}\n");
    }
    text.push_str("}\n");
    let begun = cpu();
    let mut files = Files::default();
    files.add("/n", text);
    let router = Router::new(Config::read(&files, "/n"));
    let read = cpu();
    let mut tally = Tally::new(&router, &Blind);
    for server in 0..SERVERS {
        for n in 0..REQUESTS {
            // Half of the places are never asked for, so that what would reach them has to be found.
            let target = match n % 3 {
                0 => format!("/p{}/{n}", n % 30),
                1 => format!("/e{}?x={n}", n % 15),
                _ => format!("/r{}/{n}.php", n % 5),
            };
            let asked = Asked {
                port: 80,
                host: format!("s{server}.test").into_bytes(),
                method: "GET".to_owned(),
                target: target.into_bytes(),
                headers: Some(Vec::new()),
                ..Asked::default()
            };
            tally.request(&asked, true);
        }
    }
    let followed = cpu();
    let proven = tally.proven();
    let counts = proven.counts(Some("location"));
    let ended = cpu();
    println!(
        "{} requests over {} locations: {} asserted, {} not reached; CPU ms: {} reading, {} following, {} finding what is missing, {} in all",
        proven.requests,
        counts.reachable(),
        counts.asserted,
        counts.not_reached,
        read - begun,
        followed - read,
        ended - followed,
        ended - begun
    );
    assert_eq!((proven.requests, counts.reachable()), (100_000, 10_000));
}

/// CPU time of this process in milliseconds, of what the kernel counts in hundredths of a second.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) * 10
}
