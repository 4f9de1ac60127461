//! How PHP is set up on a host: which versions and server interfaces there are, their ini files, their pools.
//! Several kinds read from this one reading.

pub mod constants;
pub mod info;
pub mod ini;
pub mod layout;
pub mod pool;
pub mod settings;
