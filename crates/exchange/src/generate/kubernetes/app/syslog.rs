//! `/dev/log` for programs that call syslog(3): in a pod nothing waits there, and what they say would be lost without a word.
//!
//! A container waits at a socket that all containers of the pod see as `/dev/log`, and writes each line to its output. It
//! starts before the others, because a socket is mounted as it is when a container starts.

use super::App;
use super::component::{Component, Health, Of, Placed, PodOf, User, What};
use super::item::{Item, of};

/// The directory of the socket, and its name there.
pub(crate) const DIR: &str = "/run/repot-syslog";
/// The socket's name.
pub(crate) const SOCKET: &str = "log";
/// What the containers have it as.
pub(crate) const DEV_LOG: &str = "/dev/log";
/// The container, and the directory that the pod's containers share.
pub(crate) const NAME: &str = "syslog";
/// Its settings.
const SETTINGS: &str = "/etc/repot/rsyslog.conf";

/// Facilities that are for programs of people's own.
const LOCAL: &[&str] = &["local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"];

pub(super) fn add(app: &mut App<'_>) {
    if !is_written_to(app) || app.in_pod(&PodOf::Web).next().is_none() {
        return;
    }
    if app.fates.platform.minor < 29 {
        app.todo.push(format!(
            "What calls syslog(3) finds no {DEV_LOG}: the container that takes it must start before the others, which clusters do from 1.29 on."
        ));
        return;
    }
    for pod in [PodOf::Web, PodOf::Job] {
        let all: Vec<&mut Component> = app.components.iter_mut().filter(|c| c.pod == pod && c.of != Of::Way).collect();
        if all.is_empty() {
            continue;
        }
        for component in all {
            component.has_syslog = true;
        }
        app.components.push(taker(pod));
    }
}

/// Whether people have something that writes there: settings of PHP, or rules of people's own for what programs say.
fn is_written_to(app: &App<'_>) -> bool {
    let by_php = of(&app.want, "php-ini")
        .any(|i| i.name().ends_with(":error_log") && i.text("value").as_deref() == Some("syslog"));
    by_php || rules(app).next().is_some()
}

/// Files with rules for what programs of people's own say to syslog.
pub(crate) fn rules<'a>(app: &'a App<'_>) -> impl Iterator<Item = Item<'a>> {
    let is_rule = |f: &Item<'a>| {
        let is_place =
            ["/etc/rsyslog.d/", "/etc/rsyslog.conf", "/etc/syslog-ng/"].iter().any(|p| f.name().starts_with(p));
        let text = app.want.contents.get(f.id).map(|b| String::from_utf8_lossy(b).into_owned()).unwrap_or_default();
        let said = text.lines().map(str::trim).filter(|l| !l.starts_with('#'));
        let is_for_programs = |line: &str| {
            LOCAL.iter().any(|l| line.contains(l)) || line.contains("programname") || line.contains("program(")
        };
        is_place && f.is_site() && said.into_iter().any(is_for_programs)
    };
    of(&app.want, "file").filter(is_rule)
}

fn taker(pod: PodOf) -> Component {
    let mut taker = Component::new(NAME, Of::Way, pod.clone());
    if pod == PodOf::Job {
        taker.name = format!("{NAME}-job");
    }
    taker.image = NAME.to_owned();
    taker.packages.insert("rsyslog".to_owned());
    taker.user = Some(User { name: "nobody".to_owned(), uid: 65534, gid: 65534 });
    let text = format!(
        "# What programs say to syslog goes to the container's output, a line each.\n\
         global(workDirectory=\"/tmp\")\n\
         module(load=\"imuxsock\" SysSock.Use=\"off\")\n\
         input(type=\"imuxsock\" Socket=\"{DIR}/{SOCKET}\" RateLimit.Interval=\"0\")\n\
         template(name=\"line\" type=\"string\" string=\"%timereported:::date-rfc3339% %syslogfacility-text%.%syslogseverity-text% %syslogtag%%msg:::sp-if-no-1st-sp%%msg%\\n\")\n\
         action(type=\"omfile\" file=\"/dev/stdout\" template=\"line\")\n"
    );
    let what = What::Content(text.into_bytes());
    taker.files.insert(SETTINGS.to_owned(), Placed { what, mode: Some("0644".to_owned()), owner: None });
    taker.argv = ["/usr/sbin/rsyslogd", "-n", "-i", "NONE", "-f", SETTINGS].map(str::to_owned).to_vec();
    taker.shared.insert(DIR.to_owned(), NAME.to_owned());
    taker.scratch.insert("/tmp".to_owned());
    taker.health = Some(Health::Exec(["/usr/bin/test", "-S", &format!("{DIR}/{SOCKET}")].map(str::to_owned).to_vec()));
    taker.is_sidecar = true;
    taker.memory = Some(64);
    taker
}
