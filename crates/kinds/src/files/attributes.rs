//! Capabilities and ACLs in the form in which people write them.

/// The capabilities by number (capabilities(7), linux/capability.h).
const CAPABILITIES: [&str; 41] = [
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
];

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// `security.capability` (struct vfs_cap_data) as setcap(8) writes it; sorted.
pub(crate) fn capabilities(raw: &[u8]) -> Option<Vec<String>> {
    let flags = word(raw, 0)?;
    let (permitted, inheritable) = (wide(raw, 4)?, wide(raw, 8)?);
    let effective = flags & 1 == 1;
    let mut out = Vec::new();
    for bit in 0..64 {
        let (p, i) = (permitted >> bit & 1 == 1, inheritable >> bit & 1 == 1);
        if p || i {
            let name = CAPABILITIES.get(bit).map_or_else(|| bit.to_string(), |n| format!("cap_{n}"));
            let letters = [(effective, "e"), (i, "i"), (p, "p")].map(|(on, l)| if on { l } else { "" }).concat();
            out.push(format!("{name}={letters}"));
        }
    }
    Some(out)
}

/// Two words eight bytes apart; the upper one is missing in version 1.
fn wide(raw: &[u8], at: usize) -> Option<u64> {
    let low = u64::from(word(raw, at)?);
    Some(low | word(raw, at + 8).map_or(0, u64::from) << 32)
}

/// `system.posix_acl_*` (acl_ea_header) as getfacl(1) writes it, in its order. `None` when it cannot be read.
pub(crate) fn acl(raw: &[u8], user: impl Fn(u32) -> String, group: impl Fn(u32) -> String) -> Option<Vec<String>> {
    (word(raw, 0)? == 2).then_some(())?;
    raw.get(4..)?
        .chunks(8)
        .map(|entry| {
            let tag = u16::from_le_bytes(entry.get(0..2)?.try_into().ok()?);
            let bits = u16::from_le_bytes(entry.get(2..4)?.try_into().ok()?);
            let id = word(entry, 4)?;
            let who = match tag {
                0x01 => "user:".to_owned(),
                0x02 => format!("user:{}", user(id)),
                0x04 => "group:".to_owned(),
                0x08 => format!("group:{}", group(id)),
                0x10 => "mask:".to_owned(),
                0x20 => "other:".to_owned(),
                _ => return None,
            };
            let letter = |bit: u16, l: char| if bits & bit != 0 { l } else { '-' };
            Some(format!("{who}:{}{}{}", letter(4, 'r'), letter(2, 'w'), letter(1, 'x')))
        })
        .collect()
}

/// `security.capability` of what getcap(8) says of a file: `cap_a,cap_b=ep`, or `= cap_a+ep` as older ones do. `None`
/// when it cannot be read.
pub fn raw_capabilities(text: &str) -> Option<Vec<u8>> {
    let (mut permitted, mut inheritable, mut effective) = (0_u64, 0_u64, 0_u32);
    for clause in text.trim_start_matches(['=', ' ']).split_whitespace() {
        let (names, letters) = clause.split_once(['=', '+'])?;
        for name in names.split(',') {
            let name = name.strip_prefix("cap_").unwrap_or(name);
            let bit = CAPABILITIES.iter().position(|n| *n == name).or_else(|| name.parse().ok()).filter(|b| *b < 64)?;
            permitted |= u64::from(letters.contains('p')) << bit;
            inheritable |= u64::from(letters.contains('i')) << bit;
        }
        effective |= u32::from(letters.contains('e'));
    }
    let low = |wide: u64| u32::try_from(wide & 0xffff_ffff).unwrap_or_default();
    let words =
        [0x0200_0000 | effective, low(permitted), low(inheritable), low(permitted >> 32), low(inheritable >> 32)];
    Some(words.iter().flat_map(|w| w.to_le_bytes()).collect())
}

/// `system.posix_acl_*` of the lines that `getfacl -n` says, with names as numbers. `None` when they cannot be read.
pub fn raw_acl<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<Vec<u8>> {
    let mut raw = 2_u32.to_le_bytes().to_vec();
    for line in lines {
        let mut parts = line.split('\t').next()?.trim().split(':');
        let (who, id, letters) = (parts.next()?, parts.next()?, parts.next()?);
        let tag: u16 = match (who, id.is_empty()) {
            ("user", true) => 0x01,
            ("user", false) => 0x02,
            ("group", true) => 0x04,
            ("group", false) => 0x08,
            ("mask", _) => 0x10,
            ("other", _) => 0x20,
            _ => return None,
        };
        let bits: u16 =
            [('r', 4), ('w', 2), ('x', 1)].iter().filter(|(l, _)| letters.contains(*l)).map(|(_, b)| b).sum();
        let id: u32 = if id.is_empty() { u32::MAX } else { id.parse().ok()? };
        raw.extend(tag.to_le_bytes());
        raw.extend(bits.to_le_bytes());
        raw.extend(id.to_le_bytes());
    }
    Some(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_say_is_what_the_kernel_keeps() {
        for (said, shown) in [
            ("cap_net_bind_service=ep", vec!["cap_net_bind_service=ep"]),
            ("= cap_net_raw,cap_bpf+ip", vec!["cap_net_raw=ip", "cap_bpf=ip"]),
            ("cap_chown=ei cap_kill+p", vec!["cap_chown=ei", "cap_kill=ep"]),
        ] {
            assert_eq!(capabilities(&raw_capabilities(said).unwrap()).unwrap(), shown, "{said}");
        }
        assert_eq!(raw_capabilities("cap_nonsense=ep"), None);
        let lines = ["user::rw-", "user:33:r-x\t#effective:r--", "group::r--", "mask::r--", "other::---"];
        let shown = acl(&raw_acl(lines).unwrap(), |u| u.to_string(), |g| g.to_string()).unwrap();
        assert_eq!(shown, ["user::rw-", "user:33:r-x", "group::r--", "mask::r--", "other::---"]);
        assert_eq!(raw_acl(["nonsense"]), None);
    }

    #[test]
    fn capabilities_are_written_as_setcap_writes_them() {
        let raw = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(capabilities(&raw).unwrap(), ["cap_net_bind_service=ep"]);
        assert_eq!(capabilities(&raw[..3]), None);
    }

    #[test]
    fn an_acl_is_written_as_getfacl_writes_it() {
        let mut raw = vec![2, 0, 0, 0];
        for (tag, bits, id) in
            [(1_u16, 6_u16, u32::MAX), (2, 4, 1000), (4, 4, u32::MAX), (16, 4, u32::MAX), (32, 0, u32::MAX)]
        {
            raw.extend(tag.to_le_bytes());
            raw.extend(bits.to_le_bytes());
            raw.extend(id.to_le_bytes());
        }
        let shown = acl(&raw, |id| format!("u{id}"), |id| format!("g{id}")).unwrap();
        assert_eq!(shown, ["user::rw-", "user:u1000:r--", "group::r--", "mask::r--", "other::---"]);
        assert_eq!(acl(&raw[..7], |_| String::new(), |_| String::new()), None);
    }
}
