//! The ways to a machine, one file each.

pub(crate) mod debug;
pub(crate) mod delivery;
pub(crate) mod local;
pub(crate) mod through;
pub(crate) mod wire;

use crate::address::Address;
use crate::observe::Reach;
use crate::trouble::Trouble;
use model::event::Event;
use model::plan::Plan;

/// Who looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Probes that ran where the target is.
    Agent,
    /// Probes that ran here and asked a shell there.
    Shell,
    /// Probes that ran in another container of the same pod.
    Beside,
}

/// Runs a plan at an address and hands over what is seen.
pub(crate) fn run(address: &Address, plan: &Plan, reach: &Reach, take: &mut dyn FnMut(Event)) -> Result<Way, Trouble> {
    match address {
        Address::Local if reach.sudo => delivery::run(&through::sudo_here(reach)?, plan, reach, take),
        Address::Local => local::running(plan, take).map(|()| Way::Agent),
        Address::Rootfs(root) => local::rootfs(root, plan, take).map(|()| Way::Agent),
        Address::Ssh { user, host, port } => {
            delivery::run(&through::ssh(user.as_deref(), host, *port, reach), plan, reach, take)
        }
        Address::Container { engine, name } => delivery::run(&through::container(engine, name), plan, reach, take),
        Address::Pod { namespace, pod, container } => {
            let through = through::pod(namespace, pod, container.as_deref(), reach);
            match delivery::run(&through, plan, reach, take) {
                Err(trouble) if trouble.lacks_shell => {
                    let beside = debug::beside(namespace, pod, container.as_deref(), reach)?;
                    delivery::run(&beside.through, plan, reach, take).map(|_agent| Way::Beside)
                }
                ended => ended,
            }
        }
        Address::Recording(path) => Err(Trouble::new(format!("{} is a recording", path.display()))),
    }
}
