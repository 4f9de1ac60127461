//! Postfix: a pod of its own, because it needs root. What sends mail hands it over by the queue's directory, which both
//! have: no mail is lost when either of them is away.

use super::App;
use super::component::{Component, Health, Of, Placed, PodOf, What};
use super::item::{Item, of, one};
use super::machine_made::made_at_start;
use super::names::word;
use super::places;
use crate::rules::tenancy::Tenancy;

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
    let service = ["postfix", "postfix@-"].into_iter().find(|s| app.fates.places.contains_key(*s)).unwrap_or("postfix");
    if has && app.fates.outside(service).is_some() {
        return hand_over(app, service);
    }
    match app.fates.place(service) {
        // A pod of its own with a queue that all have is what it is anyway.
        Tenancy::Shared => {}
        Tenancy::Container if !app.fates.places.contains_key(service) => {}
        tenancy @ (Tenancy::Container | Tenancy::Sidecar | Tenancy::Stateful | Tenancy::Node) => {
            app.todo.push(format!(
                "{} was to run elsewhere ({}), and has a pod of its own: it needs root, which the application's pods have \
                 not, and one queue for all, which no mail leaves with a pod.",
                places::for_page(service),
                tenancy.name()
            ));
        }
        Tenancy::Outside => {}
    }
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
    // Where the host's syslog put it.
    mail.logs.insert("/var/log/mail.log".to_owned(), "/dev/stdout");
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

/// Where a relay outside is spoken to at once.
const CLIENT: &str = "/etc/msmtprc";

/// The mail server is outside: programs that call `sendmail` speak to it at once, and there is no queue here.
fn hand_over(app: &mut App<'_>, service: &str) {
    let relay = one(&app.want, "postfix", "relayhost").and_then(|r| r.text("value")).filter(|r| !r.is_empty());
    let (host, port) = match &relay {
        Some(relay) => {
            let (host, port) = relay.rsplit_once(':').unwrap_or((relay, "25"));
            (host.trim_matches(['[', ']']).to_owned(), port.to_owned())
        }
        None => {
            let name = "relay".to_owned();
            let ports = [25].into_iter().collect();
            app.outside.insert(name.clone(), places::Outside { service: service.to_owned(), ports });
            (places::service_name(app, &name), "25".to_owned())
        }
    };
    let is_tame = |t: &str| t.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
    if !is_tame(&host) || !is_tame(&port) {
        app.todo.push(format!("`relayhost` of {} is no name: write {CLIENT} yourself.", places::for_page(service)));
    }
    let has_password = of(&app.want, "postfix")
        .any(|p| p.name() == "smtp_sasl_auth_enable" && p.text("value").as_deref() == Some("yes"));
    if has_password {
        app.todo.push(format!("The relay asks for a password: add `auth`, `user` and `passwordeval` to {CLIENT}."));
    }
    app.todo.push(format!(
        "Mail is handed to {} at port {port} while the application waits: there is no queue, so that what it does not take fails \
         there and then.",
        places::for_page(&host)
    ));
    let text = format!(
        "# Mail goes to the relay at once. Made by repot generate kubernetes.\n\
         account default\nhost {host}\nport {port}\nread_envelope_from on\n{}",
        if port == "25" { "" } else { "tls on\n" }
    );
    for component in app.components.iter_mut().filter(|c| c.packages.contains("postfix")) {
        component.packages.remove("postfix");
        component.packages.insert("msmtp-mta".to_owned());
        let what = What::Content(text.clone().into_bytes());
        component.files.insert(CLIENT.to_owned(), Placed { what, mode: Some("0644".to_owned()), owner: None });
    }
}

fn volume(app: &mut App<'_>, name: &str, path: &str, about: &'static str) {
    app.volumes.insert(name.to_owned(), super::Volume::new(path, about));
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
    out.push_str(&made_at_start());
    out.push_str("[ ! -x /usr/lib/postfix/configure-instance.sh ] || /usr/lib/postfix/configure-instance.sh -\n");
    out.push_str("exec /usr/sbin/postfix start-fg\n");
    out
}
