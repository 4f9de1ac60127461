//! Where an entry of the spec ended: in artefacts, or in a decision with a reason. There is no third.

use super::app::App;
use super::app::item::Item;
use super::fate::Fated;
use model::decision::Fate;

/// Where an entry ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    /// In artefacts.
    Made(Made),
    /// In a decision.
    Left(Fated),
}

/// Artefacts of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// Whether it is carried over as it is or in another form.
    pub(crate) fate: Fate,
    /// What of the output holds it.
    pub(crate) artefacts: Vec<String>,
    /// The containers in which its claims hold.
    pub(crate) holds: Vec<String>,
    /// Properties that are otherwise in a pod, and for what reason.
    pub(crate) otherwise: Vec<(String, String)>,
}

impl Account {
    /// Carried over as it is: proven in these containers.
    pub(crate) fn kept(holds: Vec<String>, artefacts: Vec<String>) -> Self {
        Account::Made(Made { fate: Fate::Keep, artefacts, holds, otherwise: Vec::new() })
    }

    /// Carried over in another form: the artefact says it, no container shows the claim as it is.
    pub(crate) fn adapted(artefact: impl Into<String>) -> Self {
        Account::Made(Made {
            fate: Fate::Adapt,
            artefacts: vec![artefact.into()],
            holds: Vec::new(),
            otherwise: Vec::new(),
        })
    }

    /// The same, with some properties that are otherwise.
    pub(crate) fn but(self, property: &str, why: &str) -> Self {
        match self {
            Account::Made(mut made) => {
                made.otherwise.push((property.to_owned(), why.to_owned()));
                Account::Made(made)
            }
            left @ Account::Left(_) => left,
        }
    }

    /// Left behind.
    pub(crate) fn left(fate: Fate, because: impl Into<String>) -> Self {
        Account::Left(Fated { fate, because: because.into() })
    }
}

/// Images of containers, as artefacts.
pub(crate) fn images(app: &App<'_>, containers: &[String]) -> Vec<String> {
    let of = |name: &String| app.components.iter().find(|c| &c.name == name).map(|c| format!("images/{}", c.image));
    let mut images: Vec<String> = containers.iter().filter_map(of).collect();
    images.sort();
    images.dedup();
    images
}

/// Kept in the containers for which something holds; left behind where there are none.
pub(crate) fn kept_where(app: &App<'_>, containers: Vec<String>, or: &str) -> Account {
    if containers.is_empty() {
        return Account::left(Fate::Drop, or);
    }
    let images = images(app, &containers);
    Account::kept(containers, images)
}

/// What a rule of a kind is asked with.
pub(crate) type Rendering = fn(&Item<'_>, &App<'_>) -> Account;
