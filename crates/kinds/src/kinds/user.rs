//! Users of the system's own files; others (LDAP, SSSD) when they are asked for by name.

use crate::accounts::{Accounts, User as Account};
use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::redact::Redact;
use crate::sys::{Command, Sys};
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;
use std::collections::BTreeMap;

/// Users.
pub(super) struct User;

const PROPERTIES: &[Property] = &[
    Property::new("uid", Shape::Int, "the user's number, from /etc/passwd (passwd(5))"),
    Property::new("gid", Shape::Int, "the number of the primary group"),
    Property::new("groups", Shape::Set, "the names of all its groups, the primary one too (group(5))"),
    Property::new("home", Shape::Text, "the home directory"),
    Property::new("shell", Shape::Text, "the login shell"),
    Property::new("gecos", Shape::Text, "the comment field: a name, a room, a phone").aliases(&["comment"]),
    Property::new("locked", Shape::Bool, "whether no password opens it, from /etc/shadow (shadow(5))"),
    Property::new("password", Shape::Text, "the password's hash, if there is one").secret(),
    Property::new("min-days", Shape::Int, "days before the password may change").unit("days"),
    Property::new("max-days", Shape::Int, "days after which the password must change").unit("days"),
    Property::new("warn-days", Shape::Int, "days of warning before that").unit("days"),
    Property::new("expires", Shape::Int, "when the account ends, in days since 1970").unit("days"),
    Property::new(
        "authorized-keys",
        Shape::Set,
        "keys that may log in: options, type, the key's digest, comment (sshd(8))",
    ),
];

/// The properties that /etc/shadow says.
const OF_SHADOW: &[&str] = &["locked", "password", "min-days", "max-days", "warn-days", "expires"];

impl Kind for User {
    fn name(&self) -> &'static str {
        "user"
    }

    fn summary(&self) -> &'static str {
        "a user, named by its login"
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
            Ok(accounts) => Reading::of(sys, ask, accounts, out.redact()),
            Err(why) => return Coverage::Unknown(why.clone()),
        };
        let mut listing = Listing::default();
        let mut seen = std::collections::BTreeSet::new();
        for account in &accounts.accounts.users {
            // Of two lines of one name the first counts (getpwnam(3)).
            let is_wanted = ask.sweep || ask.names.contains_key(&account.name);
            if seen.insert(account.name.clone()) && is_wanted {
                listing.add(account.name.clone(), accounts.shown(account));
            }
        }
        for name in ask.names.keys().filter(|n| !seen.contains(*n)) {
            if let Some(account) = listing.seen(elsewhere(sys, name)) {
                listing.add(name.clone(), accounts.shown(&account));
            }
        }
        listing.show(ask, out)
    }
}

/// A user that only the name service knows.
fn elsewhere(sys: &dyn Sys, name: &str) -> Result<Option<Account>, Why> {
    let switch = read::file_or_empty(sys, "/etc/nsswitch.conf")?;
    let passwd = switch.lines().find_map(|l| l.trim().strip_prefix("passwd:")).unwrap_or_default();
    let is_more = ["ldap", "sss", "winbind", "nis"].iter().any(|s| passwd.split_whitespace().any(|w| w == *s));
    if !is_more || !sys.is_live() || name.starts_with('-') {
        return Ok(None);
    }
    let answer = sys.run(&Command::new(["getent", "passwd", name]))?;
    Ok(answer.and_then(|a| crate::accounts::users(&model::text::from_bytes(&a.stdout)).into_iter().next()))
}

struct Reading<'a> {
    sys: &'a dyn Sys,
    accounts: &'a Accounts,
    shadow: Result<BTreeMap<String, Vec<String>>, Why>,
    whole: &'a dyn Redact,
    asks_who: bool,
}

impl<'a> Reading<'a> {
    fn of(sys: &'a dyn Sys, ask: &Ask, accounts: &'a Accounts, whole: &'a dyn Redact) -> Self {
        let shadow = read::file_or_empty(sys, "/etc/shadow").map(|t| shadow(&t));
        Self { sys, accounts, shadow, whole, asks_who: ask.asks_who() }
    }

    fn shown(&self, a: &Account) -> Shown {
        let is_packages = !self.asks_who || self.accounts.is_packages(self.sys, &a.name, a.uid, false);
        let own = if is_packages { Standing::Shipped } else { Standing::Local };
        let place = Place::line("/etc/passwd", a.line);
        let fact = |value: Value, standing| Fact::is(value).standing(standing).at(place.clone());
        let groups = self.accounts.groups_of(a);
        let master = self.accounts.master(&a.name);
        let differs = |shipped: Option<&str>, now: &str| match shipped {
            Some(shipped) if is_packages && shipped != now => Standing::Local,
            _ => own,
        };
        let shown = Shown::new()
            .fact("uid", fact(a.uid.into(), own))
            .fact("gid", fact(a.gid.into(), own))
            .fact("home", fact(a.home.as_str().into(), differs(master.map(|m| m.home.as_str()), &a.home)))
            .fact("shell", fact(a.shell.as_str().into(), self.shell(a, own)))
            .fact("groups", fact(Value::set(groups.iter().cloned()), self.membership(a, own)));
        let shown = if a.gecos.is_empty() { shown } else { shown.fact("gecos", fact(a.gecos.as_str().into(), own)) };
        self.keys(a, self.password(a, own, shown))
    }

    /// A system account that people gave a shell to log in with.
    fn shell(&self, a: &Account, own: Standing) -> Standing {
        if own == Standing::Local || a.uid == 0 {
            return own;
        }
        let closed = |s: &str| s.ends_with("/nologin") || s.ends_with("/false") || s.ends_with("/sync") || s.is_empty();
        match self.accounts.master(&a.name) {
            Some(master) if master.shell != a.shell => Standing::Local,
            None if !closed(&a.shell) && a.shell.ends_with("sh") && self.is_password_set(a) => Standing::Local,
            _ => own,
        }
    }

    fn is_password_set(&self, a: &Account) -> bool {
        self.shadow.as_ref().is_ok_and(|s| s.get(&a.name).and_then(|f| f.first()).is_some_and(|p| is_hash(p)))
    }

    /// Groups of people's making, or a system account in a group that is not its own: somebody put it there.
    fn membership(&self, a: &Account, own: Standing) -> Standing {
        if !self.asks_who {
            return own;
        }
        let is_peoples = |name: &str| {
            self.accounts.groups.iter().any(|g| {
                g.name == name && g.members.contains(&a.name) && !self.accounts.is_packages(self.sys, name, g.gid, true)
            })
        };
        let joined = self.accounts.groups.iter().any(|g| g.members.contains(&a.name) && !self.is_scripted(a, &g.name));
        let local = self.accounts.groups_of(a).iter().any(|g| is_peoples(g)) || joined;
        if own == Standing::Local || local { Standing::Local } else { own }
    }

    /// Whether a maintainer script puts the account into the group.
    fn is_scripted(&self, a: &Account, group: &str) -> bool {
        let shipped = crate::shipped::Shipped::of(self.sys);
        shipped
            .as_ref()
            .as_ref()
            .is_ok_and(|s| s.script_lines().any(|l| l.contains(group) && l.contains(a.name.as_str())))
    }

    fn password(&self, a: &Account, own: Standing, shown: Shown) -> Shown {
        let fields = match &self.shadow {
            Ok(shadow) => shadow.get(&a.name),
            Err(why) => {
                return OF_SHADOW.iter().fold(shown, |shown, p| shown.fact(p, Fact::unknown(why.clone())));
            }
        };
        let Some(fields) = fields else { return shown };
        let hash = fields.first().map_or("", String::as_str);
        let set = is_hash(hash);
        // A package never gives an account a password.
        let standing = if set { Standing::Local } else { own };
        let mut shown = shown.stands("locked", !set && !hash.is_empty(), standing);
        if set {
            shown = shown.stands("password", hash, Standing::Local);
        }
        for (property, at, usual) in
            [("min-days", 2, "0"), ("max-days", 3, "99999"), ("warn-days", 4, "7"), ("expires", 6, "")]
        {
            let Some(Ok(days)) = fields.get(at).map(|f| f.parse::<i64>()) else { continue };
            let is_usual = days.to_string() == usual;
            shown = shown.stands(property, days, if is_usual { Standing::Shipped } else { Standing::Local });
        }
        shown
    }

    fn keys(&self, a: &Account, shown: Shown) -> Shown {
        let mut keys = Vec::new();
        for name in ["authorized_keys", "authorized_keys2"] {
            match read::file(self.sys, &format!("{}/.ssh/{name}", a.home)) {
                Ok(text) => keys.extend(read::lines(&text.unwrap_or_default(), &['#']).map(|(_, l)| self.key(l))),
                Err(why) => return shown.fact("authorized-keys", Fact::unknown(why)),
            }
        }
        if keys.is_empty() { shown } else { shown.local("authorized-keys", Value::set(keys)) }
    }

    /// A key without its middle: options and type, a digest of the key itself, the comment.
    fn key(&self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|w| w.starts_with("AAAA")).unwrap_or(words.len());
        let before = words[..at].join(" ");
        let Some(key) = words.get(at) else { return self.whole.whole(line.as_bytes()) };
        let after = words[at + 1..].join(" ");
        // The public key is no secret; its digest is what ssh-keygen -l prints, and shorter.
        let digest = sha256_base64(key).unwrap_or_else(|| (*key).to_owned());
        [before, digest, after].iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }
}

/// `SHA256:…` of a key in base64, as ssh-keygen(1) prints it.
fn sha256_base64(key: &str) -> Option<String> {
    use sha2::Digest;
    let bytes = unbase64(key)?;
    Some(format!("SHA256:{}", base64(&sha2::Sha256::digest(&bytes))))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|a| *a == byte)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}

/// Without padding.
fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_usize, |w, b| w << 8 | usize::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..=chunk.len() {
            out.push(char::from(ALPHABET[word >> (18 - 6 * i) & 63]));
        }
    }
    out
}

/// Whether the field opens the account: neither empty nor locked (`!`, `*`).
fn is_hash(field: &str) -> bool {
    !field.is_empty() && !field.starts_with(['!', '*'])
}

/// The fields after the name, by name; the first line of a name counts.
fn shadow(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.split(':').map(str::to_owned);
        if let Some(name) = fields.next() {
            out.entry(name).or_insert_with(|| fields.collect());
        }
    }
    out
}
