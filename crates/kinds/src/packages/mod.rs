//! Readings of packaging systems for the kind `package`, one file a system.

pub(crate) mod dpkg;
pub(crate) mod history;
pub(crate) mod language;
pub(crate) mod needs;
pub(crate) mod rpm;
mod stanza;
mod yum;

use crate::sys::Sys;
use model::facts::VersionOrder;
use model::standing::Standing;
use std::collections::BTreeSet;

/// A package as its packaging system records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) versions: BTreeSet<String>,
    pub(crate) arch: BTreeSet<String>,
    pub(crate) order: VersionOrder,
    pub(crate) held: bool,
    /// `hand` or `dependency`, where its packaging system keeps that beside it: yum and dnf do.
    pub(crate) asked_for: Option<&'static str>,
    pub(crate) state: Option<String>,
    /// Who brought the version.
    pub(crate) standing: Standing,
}

impl Found {
    pub(crate) fn new(version: &str, order: VersionOrder) -> Self {
        Self {
            versions: BTreeSet::from([version.to_owned()]),
            arch: BTreeSet::new(),
            order,
            held: false,
            asked_for: None,
            state: None,
            standing: Standing::Shipped,
        }
    }
}

/// Whether a package is of the base that every installation has, as far as its packaging system tells: dpkg does.
pub(crate) fn is_of_base(sys: &dyn Sys, name: &str) -> bool {
    needs::Askers::of(sys).as_ref().as_ref().is_ok_and(|askers| askers.is_of_base(name))
}
