//! Postfix: a pod of its own, because it needs root. What sends mail hands it over by the queue's directory, which both
//! have: no mail is lost when either of them is away.

use super::App;
use super::component::{Component, Health, Of, Placed, PodOf, What};
use super::item::{Item, of, one};
use super::names::word;

/// Where the queue is.
pub(crate) const SPOOL: &str = "/var/spool/postfix";
/// The script that starts it.
pub(crate) const START: &str = "/etc/repot/mail.sh";
/// The group that may hand over mail.
pub(crate) const DROP: &str = "postdrop";

pub(super) fn add(app: &mut App<'_>) {
    let want = app.want;
    let has = one(&want, "package", "postfix").is_some();
    let runs = of(&want, "service").any(|s| {
        s.name().starts_with("postfix") && (s.flag("enabled") == Some(true) || s.flag("running") == Some(true))
    });
    let settings = settings(app);
    for component in app.components.iter_mut().filter(|c| c.packages.contains("postfix")) {
        component.finish.extend(settings.clone());
    }
    if !has || !runs || !app.is_carried("service", "postfix") {
        return;
    }
    let mut mail = Component::new("mail", Of::Mail, PodOf::Mail);
    mail.packages.insert("postfix".to_owned());
    let asked =
        |p: &Item<'_>| p.name().starts_with("libsasl2-modules") && p.text("asked-for").as_deref() == Some("hand");
    mail.packages.extend(of(&want, "package").filter(asked).map(|p| p.name().to_owned()));
    mail.argv = vec![START.to_owned()];
    mail.stop_signal = Some("SIGTERM");
    mail.finish = settings;
    mail.finish.push("postconf -e maillog_file=/dev/stdout".to_owned());
    mail.files.insert(
        START.to_owned(),
        Placed { what: What::Content(start(app).into_bytes()), mode: Some("0755".to_owned()), owner: None },
    );
    mail.health = Some(Health::Exec(vec!["/usr/sbin/postfix".to_owned(), "status".to_owned()]));
    app.components.push(mail);
    volume(app, "mail-spool", SPOOL, "the queue: mail that is not yet delivered");
    volume(app, "mailboxes", "/var/mail", "mail of local users");
    for component in &mut app.components {
        let is_mail = component.of == Of::Mail;
        if is_mail || component.packages.contains("postfix") {
            component.volumes.insert(SPOOL.to_owned(), "mail-spool".to_owned());
        }
        if is_mail {
            component.volumes.insert("/var/mail".to_owned(), "mailboxes".to_owned());
        }
    }
}

fn volume(app: &mut App<'_>, name: &str, path: &str, about: &'static str) {
    app.volumes.insert(name.to_owned(), super::Volume { path: path.to_owned(), about });
}

/// What people set, as commands.
fn settings(app: &App<'_>) -> Vec<String> {
    let mut out = Vec::new();
    for setting in of(&app.want, "postfix").filter(Item::is_site) {
        let Some(value) = setting.text("value") else { continue };
        out.push(match setting.name().strip_prefix("master:") {
            Some(service) => {
                let name = service.split('/').next().unwrap_or_default();
                let kind = service.split('/').nth(1).unwrap_or_default();
                // The columns after the type: private unpriv chroot wakeup maxproc command.
                let columns = value.trim_start_matches("n ").to_owned();
                let columns = if value.split_whitespace().count() < 6 { value.clone() } else { columns };
                let columns = if columns.split_whitespace().count() == 5 { format!("n {columns}") } else { value };
                format!("postconf -M {}", word(&format!("{service}={name} {kind} {columns}")))
            }
            None => format!("postconf -e {}", word(&format!("{}={value}", setting.name()))),
        });
    }
    let aliases: Vec<String> = of(&app.want, "mail-alias")
        .filter(|a| !a.texts("recipients").is_empty())
        .map(|a| format!("{}: {}", a.name(), a.texts("recipients").join(", ")))
        .collect();
    if !aliases.is_empty() {
        out.push(format!(
            "printf '%s\\n' {} >/etc/aliases",
            aliases.iter().map(|a| word(a)).collect::<Vec<_>>().join(" ")
        ));
        out.push("newaliases".to_owned());
    }
    out
}

/// The script that starts it: the queue's directories, the maps that are secrets, then postfix itself.
fn start(app: &App<'_>) -> String {
    let mut out = String::from(
        "#!/bin/sh\n# Starts postfix in front: the queue is a volume, and may be empty at first.\nset -eu\n",
    );
    for setting in of(&app.want, "postfix").filter(Item::is_site) {
        let value = setting.text("value").unwrap_or_default();
        for map in
            value.split([',', ' ']).filter_map(|v| v.strip_prefix("hash:")).filter(|p| p.starts_with("/etc/postfix/"))
        {
            out.push_str(&format!("[ ! -f {0} ] || postmap {0}\n", word(map)));
        }
    }
    out.push_str("[ ! -x /usr/lib/postfix/configure-instance.sh ] || /usr/lib/postfix/configure-instance.sh -\n");
    out.push_str("exec /usr/sbin/postfix start-fg\n");
    out
}
