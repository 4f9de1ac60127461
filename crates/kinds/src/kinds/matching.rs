//! Values that stand in the spec itself: gossfiles match them, mostly after a template put them there.

use crate::kind::{Area, Kind, Property, Shape};
use crate::out::{Out, Shown};
use crate::sys::Sys;
use model::answer::{Why, WhyCode};
use model::coverage::Coverage;
use model::plan::Ask;

/// Values of the spec.
pub(super) struct Matching;

const PROPERTIES: &[Property] = &[
    Property::new("content", Shape::Any, "the value").input(),
    Property::new("matches", Shape::Any, "what is claimed of it").on_request(),
];

impl Kind for Matching {
    fn name(&self) -> &'static str {
        "matching"
    }

    fn summary(&self) -> &'static str {
        "a value that is written in the spec itself, by any name: what is claimed of it says nothing of the host"
    }

    fn area(&self) -> Area {
        Area::Checks
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn is_swept(&self) -> bool {
        false
    }

    fn probe(&self, _sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        out.answer_each(|name| {
            let content = ask.input(name, "content");
            let none = || Why::new(WhyCode::Malformed, format!("{name} has no content to match"));
            content.map(|content| Some(Shown::new().is("matches", content.clone()))).ok_or_else(none)
        })
    }
}
