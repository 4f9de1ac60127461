//! Where mail to local names goes: /etc/aliases, aliases(5).

use crate::kind::{Area, Kind, Property, Shape};
use crate::listing::Listing;
use crate::out::{Out, Shown};
use crate::read;
use crate::sys::Sys;
use model::answer::Why;
use model::coverage::Coverage;
use model::fact::Fact;
use model::place::Place;
use model::plan::Ask;
use model::standing::Standing;
use model::value::Value;

/// Mail to a local name.
pub(super) struct MailAlias;

const PROPERTIES: &[Property] = &[Property::new(
    "recipients",
    Shape::Set,
    "where mail to the name goes: addresses, `|command`, `/file`, `:include:/file`",
)
.aliases(&["aliased-to"])];

const FILES: &[&str] = &["/etc/aliases", "/etc/mail/aliases", "/etc/postfix/aliases"];

/// What packages write into the file when they make it: names by where their mail goes.
const SHIPPED: &[(&str, &str)] = &[
    ("postmaster", "mailer-daemon info marketing sales support"),
    (
        "root",
        "postmaster nobody hostmaster usenet news webmaster www ftp abuse noc security clamav bin daemon adm lp sync \
         shutdown halt mail uucp operator games gopher radiusd nut dbus vcsa canna wnn rpm nscd pcap apache webalizer \
         dovecot fax quagga radvd pvm amandabackup amanda privoxy ident named xfs gdm mailnull postgres sshd smmsp postfix \
         netdump ldap squid ntp mysql desktop rpcuser rpc nfsnobody ingres system toor manager dumper trouble decode",
    ),
    ("news", "newsadm newsadmin usenet"),
    ("ftp", "ftpadm ftpadmin ftp-adm ftp-admin"),
    ("webmaster", "www"),
];

impl Kind for MailAlias {
    fn name(&self) -> &'static str {
        "mail-alias"
    }

    fn summary(&self) -> &'static str {
        "a local name mail is sent to, as in /etc/aliases, in lower case"
    }

    fn area(&self) -> Area {
        Area::Mail
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn probe(&self, sys: &dyn Sys, ask: &Ask, out: &mut Out<'_>) -> Coverage {
        let mut listing = Listing::default();
        for path in FILES {
            let found = read_file(sys, path, &mut listing);
            listing.seen(found);
        }
        listing.show(ask, out)
    }
}

fn read_file(sys: &dyn Sys, path: &str, listing: &mut Listing) -> Result<(), Why> {
    let Some(text) = read::file(sys, path)? else { return Ok(()) };
    let brought = crate::origin::Origin::of(sys, path, &text, &[]);
    for alias in parse(&text) {
        let usual = |(to, names): &(&str, &str)| alias.recipients == [*to] && names.split(' ').any(|n| n == alias.name);
        let is_shipped = brought.standing == Standing::Shipped || SHIPPED.iter().any(usual);
        let standing = if is_shipped { Standing::Shipped } else { Standing::Local };
        let fact = Fact::is(Value::set(alias.recipients)).standing(standing).at(Place::line(path, alias.line));
        if !listing.has(&alias.name) {
            listing.add(alias.name, Shown::new().fact("recipients", fact));
        }
    }
    Ok(())
}

/// A line of the file.
#[derive(Debug, PartialEq, Eq)]
struct Alias {
    name: String,
    recipients: Vec<String>,
    line: u32,
}

/// The aliases; a line that begins with a blank continues the one before it.
fn parse(text: &str) -> Vec<Alias> {
    let mut lines: Vec<(u32, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match lines.last_mut() {
            _ if line.trim().is_empty() || line.trim_start().starts_with('#') => {}
            Some((_, last)) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push((number, line.trim().to_owned())),
        }
    }
    lines.iter().filter_map(|(line, text)| alias(*line, text)).collect()
}

fn alias(line: u32, text: &str) -> Option<Alias> {
    let name = split(text, ':').into_iter().next()?;
    let rest = text.get(name.len()..)?.strip_prefix(':')?;
    let recipients = split(rest, ',').into_iter().map(unquoted).filter(|r| !r.is_empty()).collect();
    let name = unquoted(name).to_ascii_lowercase();
    (!name.is_empty()).then_some(Alias { name, recipients, line })
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text).to_owned()
}

/// Splits outside of quotes.
fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|c| {
        let splits = c == mark && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        splits
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_are_split_outside_of_quotes() {
        let all =
            parse("# c\nPostmaster: root\nchat: \"|/usr/bin/php -r 'a,b:c'\",\n  ops@example.test\n\"a:b\": c\nbad\n");
        assert_eq!(all.len(), 3);
        assert_eq!((all[0].name.as_str(), all[0].line), ("postmaster", 2));
        assert_eq!(all[1].recipients, ["|/usr/bin/php -r 'a,b:c'", "ops@example.test"]);
        assert_eq!(all[2].name, "a:b");
    }
}
