//! What Kubernetes makes of a kernel parameter: safe in a pod, in a pod only where the node allows it, or the node's.

use crate::rules::{Host, One, Platform};

/// Whose a kernel parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A pod may set it.
    Safe,
    /// A pod may set it once it runs a newer Kubernetes or kernel; till then the node must allow it.
    SafeLater(Since),
    /// A pod may set it where the node's kubelet allows it.
    Unsafe,
    /// It is the node's.
    Node,
    /// It is the node's, though a pod sees it as if it were its own.
    Visible,
    /// The kernel has it no more.
    Dead,
}

/// From when a parameter is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since {
    /// The minor version of Kubernetes.
    pub(super) minor: u32,
    /// The kernel of the node.
    pub(super) kernel: (u32, u32),
}

/// The safe ones, with the Kubernetes and the kernel that brought them (kubelet's list, and that of Pod Security).
const SAFE: &[(&str, Since)] = &[
    ("kernel.shm_rmid_forced", Since { minor: 0, kernel: (0, 0) }),
    ("net.ipv4.ip_local_port_range", Since { minor: 0, kernel: (0, 0) }),
    ("net.ipv4.tcp_syncookies", Since { minor: 0, kernel: (4, 6) }),
    ("net.ipv4.ping_group_range", Since { minor: 18, kernel: (0, 0) }),
    ("net.ipv4.ip_unprivileged_port_start", Since { minor: 22, kernel: (0, 0) }),
    ("net.ipv4.ip_local_reserved_ports", Since { minor: 27, kernel: (3, 16) }),
    ("net.ipv4.tcp_keepalive_time", Since { minor: 29, kernel: (4, 5) }),
    ("net.ipv4.tcp_fin_timeout", Since { minor: 29, kernel: (4, 6) }),
    ("net.ipv4.tcp_keepalive_intvl", Since { minor: 29, kernel: (4, 5) }),
    ("net.ipv4.tcp_keepalive_probes", Since { minor: 29, kernel: (4, 5) }),
    ("net.ipv4.tcp_rmem", Since { minor: 32, kernel: (4, 15) }),
    ("net.ipv4.tcp_wmem", Since { minor: 32, kernel: (4, 15) }),
    ("net.ipv4.tcp_slow_start_after_idle", Since { minor: 37, kernel: (4, 15) }),
    ("net.ipv4.tcp_notsent_lowat", Since { minor: 37, kernel: (4, 6) }),
];

/// Parts of `net` that are the node's: a pod has none, or sees the node's.
const NODE_NET: &[&str] = &["net.core.netdev_max_backlog", "net.core.rmem_", "net.core.wmem_", "net.core.optmem_max"];

/// Whether a pod may set a parameter by itself: allowed by the baseline Pod Security Standard, and safe for the kubelet.
pub fn is_safe_in_pods(name: &str, platform: &Platform) -> bool {
    class(name, platform) == Class::Safe
}

/// The parameters that people set, each with whose it is on the platform.
pub(super) fn parameters<'h>(host: &Host<'h>, platform: &Platform) -> Vec<(One<'h>, Class)> {
    let set = host.of("kernel-param").filter(|one| is_set(*one));
    set.map(|one| (one, class(one.name(), platform))).collect()
}

/// Whose a parameter is on a platform.
pub(super) fn class(name: &str, platform: &Platform) -> Class {
    if let Some((_, since)) = SAFE.iter().find(|(safe, _)| *safe == name) {
        let is_safe = platform.minor >= since.minor && !platform.is_kernel_before(since.kernel);
        return if is_safe { Class::Safe } else { Class::SafeLater(*since) };
    }
    match name {
        "net.ipv4.tcp_tw_recycle" => return Class::Dead,
        "net.netfilter.nf_conntrack_max" | "net.netfilter.nf_conntrack_expect_max" | "net.nf_conntrack_max" => {
            return Class::Visible;
        }
        _ => {}
    }
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    if begins(NODE_NET) || begins(&["net.bridge."]) {
        return Class::Node;
    }
    if begins(&["kernel.shm", "kernel.msg", "fs.mqueue.", "net."]) || name == "kernel.sem" {
        return Class::Unsafe;
    }
    Class::Node
}

/// Whether people set a parameter, in a file or by hand.
pub(super) fn is_set(one: One<'_>) -> bool {
    one.is_set("value") || one.is_set("persisted")
}

/// What is seen of it.
pub(super) fn seen(one: One<'_>) -> String {
    match (one.text("value"), one.text("persisted")) {
        (Some(value), Some(file)) if value != file => format!("{} = {value}, and a file says {file}", one.name()),
        (Some(value), _) | (None, Some(value)) => format!("{} = {value}", one.name()),
        (None, None) => one.name().to_owned(),
    }
}
