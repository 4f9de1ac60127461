//! A system that lets nobody look: whatever a probe makes of it must be "could not look".

use kinds::memo::Memo;
use kinds::sys::{Algorithm, Attributes, Command, Output, Space, Stat, Sys};
use model::answer::{Answer, Why, WhyCode};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A system that denies every question.
#[derive(Default)]
pub struct Deny(Memo);

fn denied<T>(what: impl std::fmt::Display) -> Answer<T> {
    Err(Why::new(WhyCode::Denied, format!("{what}: no permission")))
}

impl Sys for Deny {
    fn is_live(&self) -> bool {
        true
    }
    fn stat(&self, path: &Path) -> Answer<Stat> {
        denied(path.display())
    }
    fn read(&self, path: &Path, _most: u64) -> Answer<Vec<u8>> {
        denied(path.display())
    }
    fn list(&self, path: &Path) -> Answer<Vec<OsString>> {
        denied(path.display())
    }
    fn link(&self, path: &Path) -> Answer<PathBuf> {
        denied(path.display())
    }
    fn real(&self, path: &Path) -> Answer<PathBuf> {
        denied(path.display())
    }
    fn digest(&self, path: &Path, _algorithm: Algorithm) -> Answer<String> {
        denied(path.display())
    }
    fn attributes(&self, path: &Path) -> Answer<Attributes> {
        denied(path.display())
    }
    fn run(&self, command: &Command) -> Answer<Output> {
        denied(command.argv.join(" "))
    }
    fn space(&self, path: &Path) -> Answer<Space> {
        denied(path.display())
    }
    fn now(&self) -> u64 {
        0
    }
    fn memo(&self) -> &Memo {
        &self.0
    }
}
