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

#[cfg(test)]
mod tests {
    use super::*;

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
