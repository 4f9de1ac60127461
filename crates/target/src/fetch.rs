//! Bringing a file or a tree from a target, where a person asked for it: the only way in which contents leave one.

use crate::address::Address;
use crate::observe::Reach;
use crate::transport::through::{self, Through};
use crate::trouble::Trouble;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes the file at a path of the target to a file here; a tree as an archive of tar(1) that gzip(1) packed, with the
/// last part of its path as its first.
pub fn fetch(address: &Address, reach: &Reach, path: &str, is_tree: bool, to: &Path) -> Result<(), Trouble> {
    let sudo = if reach.sudo { "sudo -n " } else { "" };
    let line = match path.rsplit_once('/') {
        Some((parent, name)) if is_tree => {
            let parent = if parent.is_empty() { "/" } else { parent };
            format!("exec {sudo}tar -C {} -czf - -- {}", quoted(parent), quoted(name))
        }
        _ => format!("exec {sudo}cat -- {}", quoted(path)),
    };
    let argv = argv(address, reach, line)?;
    let wrong = |what: &dyn std::fmt::Display| Trouble::new(format!("{address}: {path}: {what}"));
    let out = File::create(to).map_err(|e| Trouble::new(format!("{}: {e}", to.display())))?;
    let ended =
        Command::new(&argv[0]).args(&argv[1..]).stdin(Stdio::null()).stdout(out).stderr(Stdio::piped()).output();
    let ended = ended.map_err(|e| wrong(&format!("{}: {e}", argv[0])))?;
    if ended.status.success() {
        return Ok(());
    }
    // Half a file is none.
    std::fs::remove_file(to).ok();
    let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    Err(wrong(&said).hint("what root owns is read with --sudo"))
}

fn argv(address: &Address, reach: &Reach, line: String) -> Result<Vec<String>, Trouble> {
    let through: Through = match address {
        Address::Local => Through { argv: Vec::new(), is_one_word: false, what: String::new(), root: None, hints: &[] },
        Address::Ssh { user, host, port } => through::ssh(user.as_deref(), host, *port, reach),
        Address::Container { engine, name } => through::container(engine, name),
        Address::Pod { namespace, pod, container } => through::pod(namespace, pod, container.as_deref(), reach),
        Address::Rootfs(_) | Address::Recording(_) => {
            return Err(Trouble::new(format!("{address} is no running machine that files can be brought from")));
        }
    };
    let mut argv = through.argv;
    if through.is_one_word {
        argv.push(format!("exec sh -c {}", quoted(&line)));
    } else {
        argv.extend(["sh".to_owned(), "-c".to_owned(), line]);
    }
    Ok(argv)
}

/// One word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
