//! systemd's units: what files say of them, and what a running systemd says.

pub(crate) mod enabled;
pub(crate) mod show;
pub(crate) mod unit_file;
