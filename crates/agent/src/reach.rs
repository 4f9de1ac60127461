//! Connecting from the machine to an address, within a time limit that covers finding the address too.

use model::answer::{Answer, Why, WhyCode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, connect, ipproto, socket_with, sockopt};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A connection to `tcp://host:port`. `None` when nothing answers there in time.
pub(crate) fn reach(address: &str, timeout: Duration, from: Option<&str>) -> Answer<TcpStream> {
    let failed = |detail: String| Why::new(WhyCode::Failed, format!("{address}: {detail}"));
    let Some(to) = address.strip_prefix("tcp://") else {
        return Err(Why::new(WhyCode::Unsupported, format!("{address}: only tcp:// addresses can be reached")));
    };
    let from: Option<IpAddr> = match from.map(str::parse) {
        Some(Ok(ip)) => Some(ip),
        Some(Err(_)) => return Err(failed("the local address is no IP address".to_owned())),
        None => None,
    };
    let end = Instant::now() + timeout;
    for at in resolve(to, timeout) {
        if from.is_some_and(|ip| ip.is_ipv4() != at.is_ipv4()) {
            continue;
        }
        match open(at, from, end.saturating_duration_since(Instant::now())) {
            Ok(stream) => return Ok(Some(stream)),
            Err(e) if is_no_answer(e) => {}
            Err(e) => return Err(failed(std::io::Error::from(e).to_string())),
        }
    }
    Ok(None)
}

/// The addresses of `host:port`; none when the name cannot be resolved in time.
fn resolve(to: &str, timeout: Duration) -> Vec<SocketAddr> {
    let (tell, told) = mpsc::channel();
    let name = to.to_owned();
    std::thread::spawn(move || {
        let found: Vec<SocketAddr> = name.to_socket_addrs().map(Iterator::collect).unwrap_or_default();
        // Nobody waits any more when the time is over.
        drop(tell.send(found));
    });
    told.recv_timeout(timeout).unwrap_or_default()
}

fn open(at: SocketAddr, from: Option<IpAddr>, timeout: Duration) -> Result<TcpStream, Errno> {
    let family = if at.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::STREAM, flags, Some(ipproto::TCP))?;
    if let Some(ip) = from {
        bind(&socket, &SocketAddr::new(ip, 0))?;
    }
    match connect(&socket, &at) {
        Ok(()) => {}
        Err(Errno::INPROGRESS) => {
            let wait = Timespec::try_from(timeout).map_err(|_far| Errno::INVAL)?;
            if poll(&mut [PollFd::new(&socket, PollFlags::OUT)], Some(&wait))? == 0 {
                return Err(Errno::TIMEDOUT);
            }
            sockopt::socket_error(&socket)??;
        }
        Err(e) => return Err(e),
    }
    let stream = TcpStream::from(socket);
    let blocking = stream.set_nonblocking(false);
    blocking.map_err(|e| Errno::from_io_error(&e).unwrap_or(Errno::IO))?;
    Ok(stream)
}

/// Whether an error says that the other side does not answer, rather than that this side could not ask.
fn is_no_answer(e: Errno) -> bool {
    [
        Errno::CONNREFUSED,
        Errno::CONNRESET,
        Errno::TIMEDOUT,
        Errno::HOSTUNREACH,
        Errno::NETUNREACH,
        Errno::ADDRNOTAVAIL,
        Errno::AFNOSUPPORT,
        // A rule of the machine's own firewall.
        Errno::PERM,
        Errno::ACCESS,
    ]
    .contains(&e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn what_listens_is_reached_and_what_does_not_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let second = Duration::from_secs(1);
        let at = format!("tcp://127.0.0.1:{port}");
        assert!(reach(&at, second, None).unwrap().is_some());
        assert!(reach(&at, second, Some("127.0.0.1")).unwrap().is_some());
        assert!(reach(&at, second, Some("nowhere")).is_err());
        drop(listener);
        assert!(reach(&at, second, None).unwrap().is_none());
        assert!(reach("udp://127.0.0.1:53", second, None).is_err());
    }
}
