//! The docs are true: what they show of the terminal is what the terminal shows, what they say to type can be typed,
//! the specs in them are specs, their links lead somewhere, and their reference pages are made of the code.
//! `REPOT_BLESS=1` rewrites what is shown and made; read the change before you commit it.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod console;
mod links;
mod page;
mod specs;
mod typed;
