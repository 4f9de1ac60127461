//! Addresses that the host must be able to reach. Only looked at when asked for by name.

use crate::kind::{Area, Kind, Property, Shape};
use crate::out::{Out, Shown};
use crate::sys::Sys;
use model::answer::{Answer, Why, WhyCode};
use model::coverage::Coverage;
use model::plan::Ask;
use model::value::Value;
use std::time::Duration;

/// Addresses reached from the host.
pub(super) struct Addr;

const PROPERTIES: &[Property] = &[
    Property::new("address", Shape::Text, "the address, if the name is not it").input(),
    Property::new("timeout", Shape::Int, "how long connecting may take; 500 if it is not said").unit("ms").input(),
    Property::new("local-address", Shape::Text, "the host's own address to connect from").input(),
];

impl Kind for Addr {
    fn name(&self) -> &'static str {
        "addr"
    }

    fn summary(&self) -> &'static str {
        "an address the host can connect to, named `tcp://host:port`"
    }

    fn area(&self) -> Area {
        Area::Checks
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn presence(&self) -> &'static str {
        "reachable"
    }

    fn is_swept(&self) -> bool {
        false
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        out.answer_each(|name| Ok(reach(sys, ask, name)?.map(|()| Shown::new())))
    }
}

fn reach(sys: &dyn Sys, ask: &Ask, name: &str) -> Answer<()> {
    if !sys.is_live() {
        return Err(Why::not_running());
    }
    let address = ask.input(name, "address").and_then(Value::as_text).unwrap_or(name);
    if !is_address(address) {
        return Err(Why::new(WhyCode::Unsupported, format!("{address} is not of the form tcp://host:port")));
    }
    let from = ask.input(name, "local-address").and_then(Value::as_text);
    sys.connect(address, patience(ask, name, 500), from)
}

fn is_address(name: &str) -> bool {
    let rest = name.strip_prefix("tcp://").and_then(|r| r.rsplit_once(':'));
    rest.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

/// How long an answer is waited for: what the spec says in milliseconds, or the usual, and a minute at most.
pub(super) fn patience(ask: &Ask, name: &str, usual: u64) -> Duration {
    let said = ask.input(name, "timeout").and_then(Value::as_int).and_then(|ms| u64::try_from(ms).ok());
    Duration::from_millis(said.unwrap_or(usual).clamp(1, 60_000))
}
