//! Where a claim comes from.

use crate::place::Place;
use std::fmt;

/// Where a claim comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A capture saw it; the place is the file and line on the target that set it, where known.
    Observed(Option<Place>),
    /// A source that was imported asks for it.
    Imported(Place),
    /// A person wrote it into the spec.
    Authored,
    /// The package's own default.
    Packaged,
}

/// The words that stand for a packaged default in a spec's `from`.
pub const PACKAGED: &str = "packaged default";

/// The word that stands for an observation in a spec's `from`.
pub const OBSERVED: &str = "observed";

impl Origin {
    /// Reads the text of a `from`.
    pub fn parse(text: &str) -> Self {
        if text == PACKAGED {
            return Origin::Packaged;
        }
        if text == OBSERVED {
            return Origin::Observed(None);
        }
        if let Some(place) = text.strip_prefix("observed at ") {
            return Origin::Observed(Some(place_of(place)));
        }
        Origin::Imported(place_of(text))
    }
}

fn place_of(text: &str) -> Place {
    match text.rsplit_once(':') {
        Some((file, line)) => match line.parse() {
            Ok(line) => Place::line(file, line),
            Err(_) => Place::file(text),
        },
        None => Place::file(text),
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Observed(None) => f.write_str(OBSERVED),
            Origin::Observed(Some(place)) => write!(f, "observed at {place}"),
            Origin::Imported(place) => write!(f, "{place}"),
            Origin::Authored => f.write_str("authored"),
            Origin::Packaged => f.write_str(PACKAGED),
        }
    }
}
