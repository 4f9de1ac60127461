//! The programs that run a command on a target: OpenSSH, podman, docker, kubectl, sudo.

use crate::observe::Reach;
use crate::trouble::Trouble;
use std::path::Path;

/// A program that runs a shell command line on a target, with its stdin and stdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Through {
    /// The program and its arguments up to the command line.
    pub(crate) argv: Vec<String>,
    /// Whether what follows is one word that a login shell on the far side reads (ssh), or `sh -c WORD` (the rest).
    pub(crate) is_one_word: bool,
    /// What it is, for messages.
    pub(crate) what: String,
    /// Where the target's root is, if it is seen from beside it.
    pub(crate) root: Option<&'static str>,
    /// What to do when it fails, by a part of what it says.
    pub(crate) hints: &'static [(&'static str, &'static str)],
}

const SSH_HINTS: &[(&str, &str)] = &[
    ("Host key verification failed", "check the host's key and add it: ssh-keyscan HOST >> ~/.ssh/known_hosts"),
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", "the host's key is not the one you know; find out why before you go on"),
    (
        "Permission denied",
        "try `ssh HOST true` by hand; load a key with ssh-add, or set User and IdentityFile in ~/.ssh/config",
    ),
    ("Could not resolve hostname", "check the name; aliases come from ~/.ssh/config"),
    ("Connection refused", "nothing listens there; check the port"),
    ("timed out", "no answer from there; check the network, or a ProxyJump in ~/.ssh/config"),
    ("a password is required", "sudo asks for a password: set REPOT_SUDO_PASSWORD, or allow NOPASSWD for this user"),
    ("a terminal is required", "sudo asks for a password: set REPOT_SUDO_PASSWORD, or allow NOPASSWD for this user"),
];

const ENGINE_HINTS: &[(&str, &str)] = &[
    ("no such container", "list the running ones: podman ps, or docker ps"),
    ("No such container", "list the running ones: podman ps, or docker ps"),
    ("not running", "start it first"),
    ("executable file not found", NO_SHELL),
];

pub(crate) const POD_HINTS: &[(&str, &str)] = &[
    ("NotFound", "list the pods: kubectl get pods --namespace NAMESPACE"),
    ("refused", "is kubectl set up for this cluster? try kubectl get pods"),
    ("context was not found", "list them: kubectl config get-contexts"),
    ("does not exist", "list them: kubectl config get-contexts"),
    ("executable file not found", NO_SHELL),
    ("not found in $PATH", NO_SHELL),
    (
        "/proc/1/root: Permission denied",
        "the container beside it must run as the same user and group: set runAsUser and runAsGroup in the pod",
    ),
];

/// That a container has no shell.
const NO_SHELL: &str = "the container has no sh";

impl Through {
    /// A trouble with what to do about it, by what the program said.
    pub(crate) fn explain(&self, mut trouble: Trouble, said: &str) -> Trouble {
        for (_, hint) in self.hints.iter().filter(|(part, _)| said.contains(part)) {
            trouble.lacks_shell |= *hint == NO_SHELL;
            trouble = trouble.hint(*hint);
        }
        trouble
    }
}

pub(crate) fn ssh(user: Option<&str>, host: &str, port: Option<u16>, reach: &Reach) -> Through {
    let mut argv: Vec<String> = vec!["ssh".into()];
    if let Some(config) = &reach.ssh_config {
        argv.extend(["-F".into(), config.display().to_string()]);
    }
    for option in &reach.ssh_options {
        argv.extend(["-o".into(), option.clone()]);
    }
    // The first value counts, so that the user's options above win.
    let batch = if reach.may_ask { "BatchMode=no" } else { "BatchMode=yes" };
    for option in ["StrictHostKeyChecking=yes", "ConnectTimeout=10", "ServerAliveInterval=15", batch, "LogLevel=ERROR"]
    {
        argv.extend(["-o".into(), option.into()]);
    }
    argv.extend(["-T".into(), "-x".into(), "-a".into()]);
    if let Some(port) = port {
        argv.extend(["-p".into(), port.to_string()]);
    }
    if let Some(user) = user {
        argv.extend(["-l".into(), user.into()]);
    }
    argv.extend(["--".into(), host.into()]);
    Through { argv, is_one_word: true, what: "ssh".into(), root: None, hints: SSH_HINTS }
}

pub(crate) fn container(engine: &str, name: &str) -> Through {
    let argv = [engine, "exec", "-i", name].map(str::to_owned).to_vec();
    Through { argv, is_one_word: false, what: engine.to_owned(), root: None, hints: ENGINE_HINTS }
}

/// kubectl, for the cluster that is meant.
pub(crate) fn kubectl(reach: &Reach) -> Vec<String> {
    let context = reach.kube_context.iter().flat_map(|context| ["--context".to_owned(), context.clone()]);
    ["kubectl".to_owned()].into_iter().chain(context).collect()
}

pub(crate) fn pod(namespace: &str, pod: &str, container: Option<&str>, reach: &Reach) -> Through {
    let mut argv = kubectl(reach);
    argv.extend(["exec", "-i", "--namespace", namespace, pod].map(str::to_owned));
    if let Some(container) = container {
        argv.extend(["--container".into(), container.into()]);
    }
    argv.push("--".into());
    Through { argv, is_one_word: false, what: "kubectl".into(), root: None, hints: POD_HINTS }
}

/// This machine, with the agent run through sudo.
pub(crate) fn sudo_here(reach: &Reach) -> Result<Through, Trouble> {
    if reach.agent.as_deref().is_some_and(|a| !Path::is_file(a)) {
        return Err(Trouble::new("there is no agent to run through sudo"));
    }
    Ok(Through { argv: Vec::new(), is_one_word: false, what: "sudo".into(), root: None, hints: SSH_HINTS })
}
