//! The list of sources, in the order in which they choose their files: those that say most of what others are for first.

use super::source::Source;

mod ansible;
mod capistrano;
mod cloud_init;
mod cloud_init_log;
mod copies;
mod dockerfile;
mod fabric;
mod git_log;
mod gossfile;
mod history;
mod infrataster;
mod package_log;
mod runbook;
mod script;
mod serverspec;
mod sudo_log;

/// Every source.
pub const SOURCES: &[&dyn Source] = &[
    &cloud_init::CloudInit,
    &gossfile::Gossfile,
    &ansible::Ansible,
    &dockerfile::Dockerfile,
    &infrataster::Infrataster,
    &serverspec::ServerSpec,
    &capistrano::Capistrano,
    &fabric::Fabric,
    &runbook::Runbook,
    &script::Script,
    &history::History,
    &package_log::PackageLog,
    &sudo_log::SudoLog,
    &git_log::GitLog,
    &cloud_init_log::CloudInitLog,
    &copies::Copies,
];
