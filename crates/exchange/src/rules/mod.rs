//! What becomes of a host's facts on a platform: rules propose, people decide, and every entry of a spec ends in a
//! decision or is shown as undecided.
//!
//! A rule is one file in `catalogue/` with its test data beside it, and one line in [`RULES`]. It looks at a [`Host`]
//! (a spec and the contents kept beside it) and proposes a [`Fate`](model::decision::Fate) for entries of it.
//! [`decided`] holds the proposals and a person's [`Decisions`] against every entry.

mod catalogue;
mod decided;
pub mod decisions;
mod host;
mod platform;
mod proposal;
pub(crate) mod reference;
pub mod report;
mod rule;
pub mod tenancy;

pub use catalogue::{RULES, is_safe_in_pods};
pub use decided::{Accounting, Obsolete, Outcome, Review, decided};
pub use decisions::Decisions;
pub use host::{Contents, Host, One};
pub use platform::Platform;
pub use proposal::{Evidence, Out, Proposal, Reach};
pub use rule::{Rule, Severity, Source};

/// The rule of an id.
pub fn rule_named(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
