//! False alarms: an unchanged host under restarts and real traffic is never news.

use crate::host::{Project, container, lab, name, news, on_host};
use std::process::Command;

/// How often an unchanged host is verified.
const TIMES: usize = 20;

#[test]
#[ignore = "needs the lab: make test-lab"]
fn an_unchanged_host_is_never_news() {
    let project = Project::new();
    project.capture(&container());
    let services =
        on_host("systemctl list-units --type=service --state=running --no-legend --plain | cut -d' ' -f1").unwrap();
    let restartable: Vec<&str> =
        services.lines().filter(|s| !s.starts_with("systemd-") && !s.contains("dbus") && !s.contains("@")).collect();
    let mut alarms = Vec::new();
    for time in 0..TIMES {
        if let Some(service) = restartable.get(time % (restartable.len() + 1)) {
            on_host(&format!("systemctl restart {service}")).unwrap();
        }
        let traffic = Command::new(lab().join("traffic")).arg(name()).output().unwrap();
        assert!(traffic.status.success(), "{}", String::from_utf8_lossy(&traffic.stderr));
        let (_, report) = project.verify(&container());
        alarms.extend(news(&report).into_iter().map(|n| format!("{time}: {}", n.line)));
    }
    assert!(alarms.is_empty(), "{} false alarms in {TIMES} runs:\n{}", alarms.len(), alarms.join("\n"));
}
