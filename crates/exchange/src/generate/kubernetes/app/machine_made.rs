//! What packages make anew on each machine: keys, an identity, answers that name the machine they were installed on. In an
//! image they would be the same for all who run it, and other ones in each build.

use super::component::{Component, Of, What};

/// The certificate of Debian's ssl-cert, and its key.
const CERTIFICATE: &str = "/etc/ssl/certs/ssl-cert-snakeoil.pem";
const KEY: &str = "/etc/ssl/private/ssl-cert-snakeoil.key";

/// machine-id(5): an empty file is filled at boot, where there is one. The others are made again by whoever needs them.
const OWN: &str = "[ ! -e /etc/machine-id ] || : >/etc/machine-id\n\
                   rm -f /etc/aliases.db /etc/ssh/ssh_host_* /var/cache/debconf/*.dat\n";

/// The lines that take it out of an image, after which links to it lead nowhere.
pub(crate) fn take_out(all: &[&Component]) -> String {
    let mut out = OWN.to_owned();
    if all.iter().any(|c| keeps_key(c)) {
        return out;
    }
    out.push_str("find /etc/ssl/certs -type l -lname ssl-cert-snakeoil.pem -delete 2>/dev/null || :\n");
    let is_given = |path: &str| all.iter().any(|c| c.secrets.contains(path));
    for path in [CERTIFICATE, KEY] {
        // Where a Secret is mounted something has to be.
        out.push_str(&if is_given(path) { format!(": >{path}\n") } else { format!("rm -f {path}\n") });
    }
    out
}

/// Whether something that starts by itself names the key, and nobody gives it one. The mail server makes its own.
fn keeps_key(component: &Component) -> bool {
    let names = |text: &[u8]| text.windows(KEY.len()).any(|part| part == KEY.as_bytes());
    component.of != Of::Mail
        && !component.secrets.contains(KEY)
        && component.files.values().any(|placed| matches!(&placed.what, What::Content(text) if names(text)))
}

/// The lines with which the mail server makes what was taken out.
pub(super) fn made_at_start() -> String {
    format!(
        "[ ! -f /etc/aliases ] || newaliases\n\
         [ -e {KEY} ] || ! command -v make-ssl-cert >/dev/null || make-ssl-cert generate-default-snakeoil\n"
    )
}
