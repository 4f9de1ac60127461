//! A way for TCP connections to a target, as long as it is held. They end on the target's own address, as those of its
//! users do, because firewalls tell that from the loopback; what listens only elsewhere is reached where it listens.

use crate::address::Address;
use crate::listening;
use crate::observe::Reach;
use crate::transport::through;
use crate::trouble::Trouble;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What the far side says once it listens.
const READY: &str = "repot-tunnel-ready";

/// How often a connection that was refused for load is tried again.
const TRIES: u32 = 4;

/// What every machine is to itself.
const LOOPBACK: &str = "127.0.0.1";

/// A way to a target.
#[derive(Debug)]
pub struct Tunnel {
    /// A program, with its arguments, that runs another one inside the target's network.
    pub inside: Vec<String>,
    /// The port of a SOCKS proxy here that ends on the target.
    pub socks: Option<u16>,
    /// The address that is the target.
    pub host: String,
    /// Ports of the target that listen only at another address, and which.
    pub apart: Vec<(u16, String)>,
    /// Ports of the target and where they are here, if only some were forwarded.
    pub ports: Vec<(u16, u16)>,
    _held: Option<Held>,
}

/// A process that holds the way open.
#[derive(Debug)]
struct Held(Child);

impl Drop for Held {
    fn drop(&mut self) {
        // Its stdin closes with it; what does not end by that is ended.
        drop(self.0.stdin.take());
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Tunnel {
    fn to(host: &str) -> Self {
        let apart = Vec::new();
        Self { inside: Vec::new(), socks: None, host: host.to_owned(), apart, ports: Vec::new(), _held: None }
    }

    /// A machine whose sockets are known.
    fn knowing(host: &str, tables: &str) -> Self {
        Self { apart: listening::apart(tables, host), ..Self::to(host) }
    }
}

/// Opens the way to a target. `ports` are the ones that are wanted, for targets of which each is forwarded by itself.
pub fn open(address: &Address, reach: &Reach, ports: &[u16]) -> Result<Tunnel, Trouble> {
    match address {
        Address::Local => Ok(Tunnel::knowing(&own_address(), &tables("/proc/net"))),
        Address::Ssh { user, host, port } => ssh(&through::ssh(user.as_deref(), host, *port, reach), reach),
        Address::Container { engine, name } => container(engine, name),
        Address::Pod { namespace, pod, .. } => forwarded(namespace, pod, ports, reach),
        Address::Rootfs(_) | Address::Recording(_) => {
            Err(Trouble::new(format!("{address} does not run, so nothing answers there"))
                .hint("tests over HTTP need a running target: local, ssh:, podman:, docker:, pod:, or a URL"))
        }
    }
}

/// The address that this machine has for others; nothing is sent to find it.
fn own_address() -> String {
    let address = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    address.map_or_else(|_alone| LOOPBACK.to_owned(), |a| a.ip().to_string())
}

/// The kernel's tables of sockets; what cannot be read tells nothing.
fn tables(dir: &str) -> String {
    let read = |name: &str| std::fs::read_to_string(format!("{dir}/{name}")).unwrap_or_default();
    read("tcp") + &read("tcp6")
}

/// One ssh connection that takes any number of TCP connections, through its SOCKS proxy.
fn ssh(through: &through::Through, reach: &Reach) -> Result<Tunnel, Trouble> {
    for tried in 1.. {
        match ssh_once(through, reach) {
            // sshd refuses connections at random beyond MaxStartups; a little later it takes them. The port may have
            // been taken meanwhile.
            Err(trouble) if tried < TRIES && is_passing(&trouble.what) => {
                thread::sleep(Duration::from_millis(200 * u64::from(tried)));
            }
            ended => return ended,
        }
    }
    Err(Trouble::new("ssh was not tried"))
}

fn is_passing(what: &str) -> bool {
    what.contains("kex_exchange_identification") || what.contains("Address already in use")
}

fn ssh_once(through: &through::Through, reach: &Reach) -> Result<Tunnel, Trouble> {
    let port = free_port()?;
    let (program, arguments) = through.argv.split_first().ok_or_else(|| Trouble::new("there is no ssh"))?;
    let mut command = Command::new(program);
    command.arg("-D").arg(format!("{LOOPBACK}:{port}")).args(["-o", "ExitOnForwardFailure=yes"]);
    command.args(["-o", "ControlMaster=no", "-o", "ControlPath=none"]);
    // It ends with its stdin, and so with repot, however repot ends.
    const SAYS: &str = "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; echo; echo repot-tunnel-ready $SSH_CONNECTION";
    command.args(arguments).arg(format!("{SAYS}; exec cat >/dev/null"));
    let (child, said) =
        start(command, reach.patience, |line| line.starts_with(READY)).map_err(|said| explained(through, &said))?;
    // The third word of SSH_CONNECTION is the address that sshd was reached at.
    let own = said.last().and_then(|line| line.split_whitespace().nth(3)).unwrap_or(LOOPBACK);
    Ok(Tunnel { socks: Some(port), _held: Some(child), ..Tunnel::knowing(own, &said.join("\n")) })
}

fn explained(through: &through::Through, said: &str) -> Trouble {
    let last = said.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("it ended without a word").trim();
    let mut trouble = through.explain(Trouble::new(format!("{}: {last}", through.what)), said);
    if said.contains("administratively prohibited") {
        trouble = trouble.hint("sshd there forbids forwarding: AllowTcpForwarding");
    }
    trouble
}

fn free_port() -> Result<u16, Trouble> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr());
    free.map(|a| a.port()).map_err(|e| Trouble::new(format!("a free port here: {e}")))
}

/// Starts a program that goes on running, and waits until a line of its output says that it is ready. If it never does,
/// what it complained.
fn start(
    mut command: Command,
    patience: Duration,
    mut is_ready: impl FnMut(&str) -> bool,
) -> Result<(Held, Vec<String>), String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| format!("{}: {e}", command.get_program().display()))?;
    let heard = lines(child.stdout.take());
    let complaints = lines(child.stderr.take());
    let held = Held(child);
    let until = Instant::now() + patience;
    let mut said = Vec::new();
    loop {
        match heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                let ready = is_ready(&line);
                said.push(line);
                if ready {
                    return Ok((held, said));
                }
            }
            Err(RecvTimeoutError::Timeout) => return Err(format!("silent for {} s", patience.as_secs())),
            Err(RecvTimeoutError::Disconnected) => {
                drop(held);
                let all: Vec<String> = complaints.iter().take(200).collect();
                return Err(all.join("\n"));
            }
        }
    }
}

/// Hands over lines as they come, and reads on when nobody listens any more.
fn lines(from: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(from) = from {
        thread::spawn(move || {
            for line in BufReader::new(from.take(1 << 24)).split(b'\n').map_while(Result::ok) {
                // Nobody listens after the first word; it must not stop writing for that.
                sender.send(String::from_utf8_lossy(&line).into_owned()).ok();
            }
        });
    }
    receiver
}

/// A container: its network is entered where that is allowed, or else its address is used.
fn container(engine: &str, name: &str) -> Result<Tunnel, Trouble> {
    const FORMAT: &str = "{{.State.Pid}}{{range .NetworkSettings.Networks}} {{.IPAddress}}{{end}}";
    let output = Command::new(engine).args(["inspect", "--type", "container", "--format", FORMAT, name]).output();
    let output = output.map_err(|e| Trouble::new(format!("{engine}: {e}")).hint(format!("install {engine}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or("it failed without a word").trim();
        return Err(Trouble::new(format!("{engine}: {last}")).hint(format!("list the running ones: {engine} ps")));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.split_whitespace();
    let pid: u32 = words.next().and_then(|w| w.parse().ok()).unwrap_or(0);
    if pid == 0 {
        return Err(Trouble::new(format!("the container {name} does not run")).hint(format!("{engine} start {name}")));
    }
    let inside: Vec<String> = ["nsenter", &format!("--net=/proc/{pid}/ns/net"), "--"].map(str::to_owned).to_vec();
    let address = words.next();
    if runs(&inside) {
        let tables = tables(&format!("/proc/{pid}/net"));
        return Ok(Tunnel { inside, ..Tunnel::knowing(address.unwrap_or(LOOPBACK), &tables) });
    }
    match address {
        Some(address) => Ok(Tunnel::to(address)),
        None => Err(Trouble::new(format!("the container {name} has no address, and its network cannot be entered"))
            .hint("run repot as root, or name a URL as the target")),
    }
}

fn runs(inside: &[String]) -> bool {
    let Some((program, arguments)) = inside.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(arguments).arg("true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|s| s.success())
}

/// A pod: each port is forwarded by kubectl, which chooses the ports here.
fn forwarded(namespace: &str, pod: &str, ports: &[u16], reach: &Reach) -> Result<Tunnel, Trouble> {
    let argv = through::kubectl(reach);
    let (program, first) = argv.split_first().ok_or_else(|| Trouble::new("there is no kubectl"))?;
    let mut command = Command::new(program);
    command.args(first).args(["port-forward", "--namespace", namespace, &format!("pod/{pod}")]);
    command.args(ports.iter().map(|p| format!(":{p}")));
    let mut found: Vec<(u16, u16)> = Vec::new();
    let started = start(command, reach.patience, |line| {
        found.extend(forwarding(line));
        ports.iter().all(|p| found.iter().any(|(there, _)| there == p))
    });
    match started {
        Ok((child, _)) => Ok(Tunnel { ports: found, _held: Some(child), ..Tunnel::to(LOOPBACK) }),
        Err(said) => {
            let last = said.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("it ended without a word");
            Err(Trouble::new(format!("kubectl: {last}"))
                .hint(format!("try kubectl port-forward --namespace {namespace} pod/{pod} :80")))
        }
    }
}

/// `Forwarding from 127.0.0.1:40123 -> 80` as the port there and the port here.
fn forwarding(line: &str) -> Option<(u16, u16)> {
    let (here, there) = line.strip_prefix("Forwarding from 127.0.0.1:")?.split_once(" -> ")?;
    Some((there.trim().parse().ok()?, here.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubectl_says_is_read() {
        assert_eq!(forwarding("Forwarding from 127.0.0.1:40123 -> 80"), Some((80, 40123)));
        assert_eq!(forwarding("Forwarding from [::1]:40123 -> 80"), None);
        assert_eq!(forwarding("Handling connection for 80"), None);
    }

    #[test]
    fn a_program_that_goes_on_is_held_until_it_is_dropped() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo hello; echo ready; exec cat"]);
        let (held, said) = start(command, Duration::from_secs(10), |line| line == "ready").unwrap();
        assert_eq!(said, ["hello", "ready"]);
        drop(held);
        let mut command = Command::new("sh");
        command.args(["-c", "echo no >&2; exit 1"]);
        assert_eq!(start(command, Duration::from_secs(10), |_| false).unwrap_err(), "no");
    }

    #[test]
    fn what_does_not_run_is_no_way() {
        let trouble = open(&Address::Rootfs("/x".into()), &Reach::default(), &[]).unwrap_err();
        assert!(trouble.what.contains("does not run"), "{trouble}");
    }
}
