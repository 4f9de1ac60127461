//! How an Ansible project is written: its YAML, its tasks, its templates, its files.

pub(crate) mod component;
pub(crate) mod follow;
pub(crate) mod handlers;
pub(crate) mod project;
pub(crate) mod secrets;
pub(crate) mod task;
pub(crate) mod yaml;
