//! Addresses as people type them.

use super::text;
use crate::Target;
use target::address::Address;

/// What is read as an address is written as the same one, and names nothing that a program takes for an option.
pub(super) fn target() -> Target {
    Target::new("address", run, || {
        [
            "local",
            "rootfs:/mnt/a",
            "ssh:deploy@web-01:2222",
            "ssh:[fe80::1%eth0]:22",
            "podman:web",
            "pod:a/b/c",
            "recording:a.repot",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    })
}

fn run(input: &[u8]) {
    let Some(typed) = text(input) else { return };
    let address = match Address::parse(typed) {
        Ok(address) => address,
        Err(said) => return assert!(!said.is_empty()),
    };
    let written = address.to_string();
    assert_eq!(Address::parse(&written).as_ref(), Ok(&address), "{typed:?} is written {written:?}");
    let short = address.short();
    assert!(
        !short.is_empty() && !short.contains('/') && !short.starts_with('.'),
        "{typed:?} has the file name {short:?}"
    );
    match &address {
        Address::Ssh { user, host, .. } => {
            assert!(!host.starts_with('-') && !user.as_ref().is_some_and(|u| u.starts_with('-')), "{typed:?}");
        }
        Address::Container { name, .. } => assert!(!name.starts_with('-'), "{typed:?}"),
        Address::Pod { namespace, pod, .. } => {
            assert!(!namespace.starts_with('-') && !pod.starts_with('-'), "{typed:?}")
        }
        Address::Local | Address::Rootfs(_) | Address::Recording(_) => {}
    }
}
