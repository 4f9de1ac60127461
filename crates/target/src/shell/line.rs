//! A question as one line of sh: whatever stands in a path or an argument stays one word.

use std::fmt::Write;

/// A word. The shell that reads it has a variable `n` that holds a newline. `None` where no word can hold it.
pub(crate) fn word(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![b'\''];
    for byte in bytes {
        match byte {
            0 => return None,
            b'\'' => out.extend_from_slice(b"'\\''"),
            b'\n' => out.extend_from_slice(b"'\"$n\"'"),
            other => out.push(*other),
        }
    }
    out.push(b'\'');
    Some(out)
}

/// Bytes as what printf(1) makes them of.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string does not fail.
        write!(out, "\\{byte:03o}").ok();
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    /// What a shell makes of a line.
    fn through(shell: &[&str], line: &[u8]) -> Vec<u8> {
        let mut child = Command::new(shell[0])
            .args(&shell[1..])
            .args(["-c", "n='\n'\nIFS= read -r line; eval \"$line\""])
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(line).unwrap();
        child.wait_with_output().unwrap().stdout
    }

    #[test]
    fn every_byte_stays_what_it_is_in_every_shell() {
        let all: Vec<u8> = (1..=255).chain(*b"'$(id)`id`\"\\\n\n{{ x }}\n").collect();
        let line = [b"printf %s ".as_slice(), &word(&all).unwrap(), b"\n"].concat();
        let shells: [&[&str]; 3] = [&["dash"], &["bash", "--posix"], &["busybox", "sh"]];
        let mut tried = 0;
        for shell in shells {
            let is_there = Command::new(shell[0]).args(["-c", ":"]).output().is_ok();
            if is_there || shell[0] == "busybox" && Command::new("busybox").output().is_ok() {
                assert_eq!(through(shell, &line), all, "{shell:?}");
                tried += 1;
            }
        }
        assert!(tried > 0, "there is no shell to try");
        assert_eq!(word(b"a\0b"), None);
    }

    #[test]
    fn input_is_what_printf_makes_of_it() {
        let all: Vec<u8> = (1..=255).collect();
        let line = format!("printf '{}'\n", escaped(&all));
        assert_eq!(through(&["sh"], line.as_bytes()), all);
    }
}
