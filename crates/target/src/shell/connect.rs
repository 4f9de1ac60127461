//! Connecting from a target to an address by whichever program there can.

use kinds::sys::{Command, Sys};
use model::answer::{Answer, Why, WhyCode};
use std::time::Duration;

const PYTHON: &str = "import socket, sys
a = sys.argv
try: socket.create_connection((a[1], int(a[2])), float(a[3]), (a[4], 0) if a[4] else None)
except OSError: sys.exit(9)";

/// Whether `tcp://host:port` can be reached. `None` when nothing answers there in time.
pub(super) fn connect(sys: &dyn Sys, address: &str, timeout: Duration, from: Option<&str>) -> Answer<()> {
    let Some((host, port)) = address.strip_prefix("tcp://").and_then(|to| to.rsplit_once(':')) else {
        return Err(Why::new(WhyCode::Unsupported, format!("{address}: only tcp:// addresses can be reached")));
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let seconds = timeout.as_secs_f64().to_string();
    let whole = timeout.as_secs_f64().ceil().max(1.0).to_string();
    let from = from.unwrap_or_default();
    let mut ways: Vec<(Vec<&str>, &[i32])> = vec![(vec!["python3", "-c", PYTHON, host, port, &seconds, from], &[9])];
    if from.is_empty() {
        ways.push((vec!["bash", "-c", "exec 3<>\"/dev/tcp/$0/$1\"", host, port], &[1]));
        ways.push((vec!["nc", "-z", "-w", &whole, host, port], &[1]));
    } else {
        ways.push((vec!["nc", "-z", "-w", &whole, "-s", from, host, port], &[1]));
    }
    for (argv, refused) in ways {
        let mut command = Command::new(argv);
        command.timeout = timeout + Duration::from_secs(1);
        command.shared = false;
        match sys.run(&command) {
            Ok(None) => {}
            Ok(Some(out)) if out.status == 0 => return Ok(Some(())),
            Ok(Some(out)) if refused.contains(&out.status) => return Ok(None),
            Ok(Some(out)) => {
                let said = model::text::from_bytes(&out.stderr);
                let said = said.lines().next().unwrap_or_default();
                return Err(Why::new(WhyCode::Failed, format!("{address}: {said}")));
            }
            Err(why) if why.code == WhyCode::Timeout => return Ok(None),
            Err(why) => return Err(why),
        }
    }
    Err(Why::new(WhyCode::NoTool, format!("{address}: there is no python3, bash or nc to connect with")))
}
