//! Services that people put elsewhere than into the application's pod: a pod of their own, or none in the cluster.
//!
//! The application goes on asking where it asked on the host, with the host's own settings: beside it a way carries each
//! connection from that port of the loopback to the Service; and a service that waits on its loopback only has a door,
//! which takes in what comes for it.

use super::App;
use super::component::{Component, Health, Of, PodOf, User};
use super::item::{Item, of};
use super::names::{label, plain};
use crate::rules::tenancy::{Task, Tenancy, grace_seconds, task};
use std::collections::{BTreeMap, BTreeSet};

/// The program that carries connections.
const SOCAT: &str = "/usr/bin/socat";

/// How far a door is from the port that it leads to.
const APART: u16 = 20_000;

/// A pod of its own.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    /// The service of the host.
    pub(crate) service: String,
    /// Where it runs: shared, stateful or node.
    pub(crate) tenancy: Tenancy,
    /// The ports that others ask, and where the pod takes that.
    pub(crate) ports: BTreeMap<u16, u16>,
}

/// A service outside of the cluster.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    /// The service of the host.
    pub(crate) service: String,
    pub(crate) ports: BTreeSet<u16>,
}

/// The ports of TCP at which a service waits, and whether each waits on the loopback only.
pub(super) fn ports(app: &App<'_>, mine: impl Fn(&Item<'_>) -> bool) -> BTreeMap<u16, bool> {
    let mut all = BTreeMap::new();
    for port in of(&app.want, "port").filter(|p| mine(p)) {
        let (family, number) = port.name().split_once(':').unwrap_or_default();
        let (true, Ok(number)) = (matches!(family, "tcp" | "tcp6"), number.parse::<u16>()) else { continue };
        let ips = port.texts("ip");
        let is_loopback = !ips.is_empty() && ips.iter().all(|ip| ip.starts_with("127.") || ip == "::1");
        let known = all.entry(number).or_insert(is_loopback);
        *known &= is_loopback;
    }
    all
}

/// How it is heard that something waits at a port. A kubelet asks the pod's address, where nothing answers for what waits
/// on the loopback: that is asked inside.
pub(super) fn health(port: u16, is_loopback: bool) -> Health {
    if is_loopback {
        let ask = format!("exec 3<>/dev/tcp/127.0.0.1/{port}");
        Health::Exec(["/bin/bash", "-c", &ask].map(str::to_owned).to_vec())
    } else {
        Health::Tcp(port)
    }
}

/// Puts a service's container where a person said. What nobody decided stays with the application, as on the host.
pub(super) fn place(app: &mut App<'_>, service: &str, mut component: Component) {
    component.grace = Some(u64::from(grace_seconds(&app.host(), service)));
    let waits = ports(app, |p| p.text("service").as_deref() == Some(service));
    put(app, service, app.fates.place(service), component, waits);
}

/// Puts a container where it is to run; `waits` are its ports, and whether each is on the loopback only.
pub(super) fn put(
    app: &mut App<'_>,
    service: &str,
    tenancy: Tenancy,
    mut component: Component,
    waits: BTreeMap<u16, bool>,
) {
    match tenancy {
        Tenancy::Container => {
            if !app.fates.places.contains_key(service) && task(&app.host(), service) == Task::Store {
                app.todo.push(format!(
                    "{} keeps data and runs in each of the application's pods: with more than one pod they differ, or write to one \
                     volume. `repot review --tenancy {} stateful` gives it a pod of its own.",
                    for_page(service),
                    super::names::word(service)
                ));
            }
            app.components.push(component);
        }
        Tenancy::Sidecar => {
            component.is_sidecar = is_native(app, service);
            app.components.push(component);
        }
        Tenancy::Shared | Tenancy::Stateful | Tenancy::Node => own(app, service, tenancy, component, &waits),
        Tenancy::Outside => outside(app, service, waits.into_keys().collect()),
    }
}

/// Whether the cluster knows containers that start before the others and end after them; else it is said.
fn is_native(app: &mut App<'_>, service: &str) -> bool {
    let is_native = app.fates.platform.minor >= 29;
    if !is_native {
        let version = app.fates.platform.version();
        app.todo.push(format!(
            "{} is a container among others: native sidecars are on by default since 1.29, and this is {version}.",
            for_page(service)
        ));
    }
    is_native
}

fn own(app: &mut App<'_>, service: &str, tenancy: Tenancy, mut component: Component, waits: &BTreeMap<u16, bool>) {
    let name = name(app, service);
    component.pod = PodOf::Own(name.clone());
    let mut reached = BTreeMap::new();
    let mut doors = Vec::new();
    for (port, is_loopback) in waits {
        if !is_loopback {
            reached.insert(*port, *port);
            continue;
        }
        let at = if *port < u16::MAX - APART { port + APART } else { port - APART };
        reached.insert(*port, at);
        let listen = format!("TCP-LISTEN:{at},reuseaddr,fork");
        let mut door =
            carrier(&format!("door-{port}"), PodOf::Own(name.clone()), &listen, &format!("TCP:127.0.0.1:{port}"));
        door.ports = vec![(format!("p{at}"), at)];
        door.is_sidecar = app.fates.platform.minor >= 29;
        doors.push(door);
    }
    if reached.is_empty() {
        app.todo.push(format!(
            "{} waits at no port of TCP: whoever spoke to it through a socket of this machine does not reach it in a pod of its own.",
            for_page(service)
        ));
    }
    if tenancy == Tenancy::Node {
        app.todo.push(format!(
            "{} runs once on every node, with data of its own on each: prove that the application bears that.",
            for_page(service)
        ));
    }
    app.components.extend(doors);
    app.components.push(component);
    app.own.insert(name, Own { service: service.to_owned(), tenancy, ports: reached });
}

/// A service outside: a name in the cluster that leads there.
pub(super) fn outside(app: &mut App<'_>, service: &str, ports: BTreeSet<u16>) {
    let name = name(app, service);
    app.todo.push(format!(
        "{} runs outside of the cluster: say where in `kube/base/service.yaml` (externalName of {}).",
        for_page(service),
        for_page(&service_name(app, &name))
    ));
    app.outside.insert(name, Outside { service: service.to_owned(), ports });
}

/// The name of a pod of its own; none of the application's.
fn name(app: &App<'_>, service: &str) -> String {
    let short = plain(service, 40);
    let is_taken = matches!(short.as_str(), "web" | "mail" | "jobs") || app.own.contains_key(&short);
    if is_taken { label(&format!("{service}.own"), 40) } else { short }
}

/// The name of the Service that leads to a service.
pub(crate) fn service_name(app: &App<'_>, name: &str) -> String {
    format!("{}-{name}", app.name)
}

/// The ways from the loopback of the application's pods to what is elsewhere.
pub(super) fn ways(app: &mut App<'_>) {
    let mut to: Vec<(String, u16, u16)> = Vec::new();
    for (name, own) in &app.own {
        to.extend(own.ports.iter().map(|(port, at)| (name.clone(), *port, *at)));
    }
    for (name, outside) in &app.outside {
        to.extend(outside.ports.iter().map(|port| (name.clone(), *port, *port)));
    }
    let is_native = app.fates.platform.minor >= 29;
    let pods: Vec<PodOf> =
        [PodOf::Web, PodOf::Job].into_iter().filter(|pod| app.in_pod(pod).next().is_some()).collect();
    for pod in pods {
        for (name, port, at) in &to {
            if pod == PodOf::Job && !is_native {
                // A job would not end while another container of its pod runs.
                app.todo.push(format!("Jobs do not reach {} at port {port} of their loopback.", for_page(name)));
                continue;
            }
            let listen = format!("TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork");
            let far = format!("TCP:{}:{at}", service_name(app, name));
            let mut way = carrier(&plain(&format!("to-{name}-{port}"), 60), pod.clone(), &listen, &far);
            way.is_sidecar = is_native;
            way.health = Some(health(*port, true));
            app.components.push(way);
        }
    }
}

/// A container that carries connections.
fn carrier(name: &str, pod: PodOf, from: &str, to: &str) -> Component {
    let mut carrier = Component::new(name, Of::Way, pod);
    carrier.image = "way".to_owned();
    carrier.packages.insert("socat".to_owned());
    carrier.user = Some(User { name: "nobody".to_owned(), uid: 65534, gid: 65534 });
    carrier.argv = [SOCAT, from, to].map(str::to_owned).to_vec();
    carrier.memory = Some(64);
    carrier
}

/// What speaks to others through a socket of this machine cannot be put into a pod of its own; it stays, and that is said.
pub(super) fn stays(app: &mut App<'_>, service: &str, why: &str) -> bool {
    match app.fates.place(service) {
        Tenancy::Container => false,
        Tenancy::Sidecar => is_native(app, service),
        tenancy @ (Tenancy::Shared | Tenancy::Stateful | Tenancy::Node | Tenancy::Outside) => {
            app.todo.push(format!(
                "{} was to run elsewhere ({}), and stays with the application: {why}.",
                for_page(service),
                tenancy.name()
            ));
            false
        }
    }
}

/// A name of a host within a page.
pub(crate) fn for_page(text: &str) -> String {
    format!("`{}`", model::text::for_terminal(text).replace('`', "'"))
}
