//! Groups of the system's own files.

use crate::accounts::Accounts;
use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::sys::Sys;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;

/// Groups.
pub(super) struct Group;

const PROPERTIES: &[Property] = &[
    Property::new("gid", Shape::Int, "the group's number, from /etc/group (group(5))"),
    Property::new("members", Shape::Set, "the users it names; those whose primary group it is are not among them"),
];

impl Kind for Group {
    fn name(&self) -> &'static str {
        "group"
    }

    fn summary(&self) -> &'static str {
        "a group of users, named by its name"
    }

    fn area(&self) -> Area {
        Area::People
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let read = Accounts::of(sys);
        let accounts = match &*read {
            Ok(accounts) => accounts,
            Err(why) => return Coverage::Unknown(why.clone()),
        };
        let mut listing = Listing::default();
        for group in &accounts.groups {
            let is_wanted = ask.sweep || ask.names.contains_key(&group.name);
            if listing.has(&group.name) || !is_wanted {
                continue;
            }
            // The group of a user's own name was made with the user.
            let is_users = accounts.users.iter().any(|u| u.name == group.name && u.gid == group.gid);
            let shipped = is_users || !ask.asks_who() || accounts.is_packages(sys, &group.name, group.gid, true);
            let own = if shipped { Standing::Shipped } else { Standing::Local };
            let members =
                if group.members.is_empty() || !ask.asks_who() { own } else { member_standing(sys, group, own) };
            let place = Place::line("/etc/group", group.line);
            let shown = Shown::new()
                .fact("gid", Fact::is(group.gid).standing(own).at(place.clone()))
                .fact("members", Fact::is(Value::set(group.members.iter().cloned())).standing(members).at(place));
            listing.add(group.name.clone(), shown);
        }
        listing.show(ask, out)
    }
}

/// Members that no maintainer script puts there were put there by people.
fn member_standing(sys: &dyn Sys, group: &crate::accounts::Group, own: Standing) -> Standing {
    let shipped = crate::shipped::Shipped::of(sys);
    let scripted = shipped.as_ref().as_ref().is_ok_and(|s| {
        group
            .members
            .iter()
            .all(|m| s.script_lines().any(|l| l.contains(m.as_str()) && l.contains(group.name.as_str())))
    });
    if scripted { own } else { Standing::Local }
}
