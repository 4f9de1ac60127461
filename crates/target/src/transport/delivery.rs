//! The agent on the far side of one connection: it is found there or sent there, asked once, and heard to its end.
//!
//! All of it goes over one process's stdin and stdout. The far side runs `deliver.sh`, which says in a line with a
//! nonce whether it needs the agent; only then are its bytes sent, and only after the last of them was taken is the
//! plan sent, so that no program on the far side reads beyond its share. Where no program of ours can run, the same
//! connection goes on as a shell that is asked.

use super::Way;
use super::through::Through;
use super::wire::Wire;
use crate::binary::{self, Binary};
use crate::observe::Reach;
use crate::shell::{self, Conversation};
use crate::trouble::Trouble;
use model::event::Event;
use model::plan::Plan;
use std::thread;
use std::time::Duration;

const SCRIPT: &str = include_str!("deliver.sh");

/// How often a connection that was refused for load is tried again.
const TRIES: u32 = 4;

/// How many directories of the far side are tried.
const MOST_DIRECTORIES: usize = 5;

/// Runs a plan through a program that reaches the target.
pub(crate) fn run(through: &Through, plan: &Plan, reach: &Reach, take: &mut dyn FnMut(Event)) -> Result<Way, Trouble> {
    if reach.no_agent && through.root.is_none() {
        let there = patiently(|| Conversation::start(through, reach))?;
        return shell::serve(there, plan, take).map(|()| Way::Shell);
    }
    let agents = binary::find(reach.agent.as_deref())?;
    let (mut wire, is_agent) = patiently(|| {
        let mut wire = Wire::start(through, |nonce| script(agents, reach, through.root, nonce))?;
        let is_agent = deliver(&mut wire, agents, reach)?;
        Ok((wire, is_agent))
    })?;
    if !is_agent && through.root.is_some() {
        return Err(wire.trouble("no program of ours runs in the container beside it"));
    }
    if is_agent {
        return ask(&mut wire, plan, reach, take).map(|()| Way::Agent);
    }
    wire.send(format!("{}\n", shell::bootstrap(reach)).as_bytes())?;
    shell::serve(Conversation::go_on(wire, through, reach)?, plan, take).map(|()| Way::Shell)
}

/// Tries again what was refused for load.
fn patiently<T>(mut attempt: impl FnMut() -> Result<T, Trouble>) -> Result<T, Trouble> {
    let mut tried = 0;
    loop {
        tried += 1;
        match attempt() {
            // sshd refuses connections at random beyond MaxStartups (sshd_config(5)); a little later it takes them.
            Err(trouble) if tried < TRIES && trouble.what.contains("kex_exchange_identification") => {
                let spread = u64::from(std::process::id() % 7) * 40;
                thread::sleep(Duration::from_millis(200 * u64::from(tried) + spread));
            }
            ended => return ended,
        }
    }
}

/// Brings the agent to run; `false` where none can.
fn deliver(wire: &mut Wire, agents: &[Binary], reach: &Reach) -> Result<bool, Trouble> {
    let mut word = wire.word(reach.patience)?;
    // It is sent again where one directory turned out to hold no program.
    for _ in 0..MOST_DIRECTORIES {
        let needed = |agent: &&Binary| word.strip_prefix("need ") == Some(&agent.hash);
        let Some(agent) = agents.iter().find(needed) else { break };
        wire.send(&agent.bytes)?;
        word = wire.word(reach.patience)?;
    }
    match word.as_str() {
        "run" => Ok(true),
        "nowhere" => Ok(false),
        other => Err(wire.trouble(other)),
    }
}

fn ask(wire: &mut Wire, plan: &Plan, reach: &Reach, take: &mut dyn FnMut(Event)) -> Result<(), Trouble> {
    if let Some(password) = &reach.sudo_password
        && reach.sudo
    {
        wire.send(format!("{password}\n").as_bytes())?;
    }
    let mut text = serde_json::to_vec(plan).map_err(|e| Trouble::new(e.to_string()))?;
    text.push(b'\n');
    wire.send(&text)?;
    while let Some(line) = wire.line(reach.patience)? {
        let event: Event = serde_json::from_slice(&line).map_err(|_bad| {
            let shown: String = String::from_utf8_lossy(&line).chars().take(120).collect();
            wire.trouble(&format!("it said what an agent does not say: {}", shown.trim_end()))
        })?;
        let is_last = matches!(event, Event::Done { .. });
        take(event);
        if is_last {
            wire.hang_up();
            return Ok(());
        }
    }
    Err(wire.trouble("the connection ended before the agent's last word"))
}

fn script(agents: &[Binary], reach: &Reach, root: Option<&str>, nonce: &str) -> String {
    let sudo = match (reach.sudo, &reach.sudo_password) {
        (true, Some(_)) => "ask",
        (true, None) => "yes",
        (false, _) => "no",
    };
    let remove = if reach.remove_agent { "yes" } else { "no" };
    let root = root.unwrap_or_default();
    format!("{}NONCE={nonce} SUDO={sudo} REMOVE={remove} ROOT={root}\n{SCRIPT}", which(agents))
}

/// Which agent the far side takes: the one for its machine, else the first. Which machine it is, is only asked where
/// there is a choice.
fn which(agents: &[Binary]) -> String {
    let set = |agent: &Binary| format!("HASH={} SIZE={}", agent.hash, agent.bytes.len());
    let mut text = agents.first().map(|agent| set(agent) + "\n").unwrap_or_default();
    let others: String = agents.iter().filter_map(|a| Some(format!("{}) {};; ", a.machine?, set(a)))).collect();
    if !others.is_empty() {
        text.push_str(&format!("case $(uname -m) in {others}esac\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    fn agent(hash: &str, machine: Option<&'static str>) -> Binary {
        Binary { bytes: hash.as_bytes().to_vec(), hash: hash.to_owned(), machine }
    }

    /// What a shell on a machine of this name takes.
    fn taken(agents: &[Binary], machine: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let uname = dir.path().join("uname");
        std::fs::write(&uname, format!("#!/bin/sh\necho {machine}\n")).unwrap();
        std::fs::set_permissions(&uname, std::fs::Permissions::from_mode(0o755)).unwrap();
        let line = format!("{}echo $HASH $SIZE", which(agents));
        let said = Command::new("/bin/sh").env("PATH", dir.path()).args(["-c", &line]).output().unwrap();
        String::from_utf8(said.stdout).unwrap().trim().to_owned()
    }

    #[test]
    fn each_machine_takes_its_agent() {
        let agents = [agent("aa", None), agent("bbbb", Some("aarch64")), agent("cccccc", Some("riscv64"))];
        assert_eq!(taken(&agents, "aarch64"), "bbbb 4");
        assert_eq!(taken(&agents, "riscv64"), "cccccc 6");
        assert_eq!(taken(&agents, "x86_64"), "aa 2");
        assert!(!which(&agents[..1]).contains("uname"), "nothing is asked where there is no choice");
    }
}
