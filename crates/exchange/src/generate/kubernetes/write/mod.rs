//! How the system is written: images, manifests for Kustomize and Helm, the specs that hold in each container, pages.

pub(crate) mod gateway;
pub(crate) mod helm;
pub(crate) mod holds;
pub(crate) mod images;
pub(crate) mod manifests;
mod network;
pub(crate) mod node;
pub(crate) mod overlays;
pub(crate) mod pages;
mod pods;
pub(crate) mod secrets;
pub(crate) mod users;
pub(crate) mod yaml;
