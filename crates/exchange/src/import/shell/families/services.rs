//! Services: started, enabled, masked; Debian's switches of web servers and of PHP.

use super::super::super::conversion::Construct;
use super::super::super::effect::Effect;
use super::super::call::{Call, Said};
use super::Family;

pub(super) const FAMILY: Family = Family {
    name: "services",
    summary: "commands that start, stop, enable and disable services and modules",
    programs: &[
        "systemctl",
        "service",
        "invoke-rc.d",
        "chkconfig",
        "update-rc.d",
        "initctl",
        "rc-update",
        "rc-service",
        "start",
        "stop",
        "restart",
        "reload",
        "a2ensite",
        "a2dissite",
        "a2enmod",
        "a2dismod",
        "a2enconf",
        "a2disconf",
        "phpenmod",
        "phpdismod",
        "php5enmod",
        "php5dismod",
        "nginx",
        "apachectl",
        "apache2ctl",
        "kill",
        "killall",
        "pkill",
        "supervisorctl",
        "monit",
    ],
    constructs: &[
        Construct::yes(
            "systemctl enable|disable|mask|unmask [--now] UNIT…",
            "service or timer: enabled, masked, running",
        ),
        Construct::yes("systemctl start|stop UNIT, service NAME start|stop", "service running"),
        Construct::yes("update-rc.d NAME defaults|disable|remove, chkconfig NAME on|off", "service enabled"),
        Construct::yes("a2ensite, a2enmod, a2enconf, a2dis…", "the link in Apache's *-enabled"),
        Construct::yes("phpenmod [-v V] [-s SAPI] NAME…, phpdismod", "the link in conf.d"),
        Construct::yes("systemctl restart|reload|daemon-reload, nginx -t, kill", "nothing that lasts"),
        Construct::yes("/etc/init.d/NAME start|stop", "as service NAME start|stop"),
    ],
    read,
};

fn read(call: &Call<'_>, said: &mut Said) {
    match call.program {
        "systemctl" => systemctl(call, said),
        "service" | "invoke-rc.d" | "rc-service" => {
            let operands = call.operands(&[]);
            if let [name, verb, ..] = operands.as_slice() {
                let verb = verb.text.clone();
                if let Some(name) = said.known(name) {
                    ran(name, &verb, said);
                }
            }
        }
        "start" | "stop" => {
            let verb = call.program;
            for word in call.operands(&[]) {
                if let Some(name) = said.known(word) {
                    ran(name, verb, said);
                }
            }
        }
        "update-rc.d" | "chkconfig" | "rc-update" => at_boot(call, said),
        "phpenmod" | "phpdismod" | "php5enmod" | "php5dismod" => php(call, said),
        program if program.starts_with("a2") => apache(call, said),
        _ => {}
    }
}

fn ran(name: &str, verb: &str, said: &mut Said) {
    match verb {
        "start" => said.effect(Effect::is(kind(name), plain(name), running(name), true)),
        "stop" => said.effect(Effect::is(kind(name), plain(name), running(name), false)),
        _ => {}
    }
}

/// The kind a unit belongs to.
fn kind(unit: &str) -> &'static str {
    if unit.ends_with(".timer") { "timer" } else { "service" }
}

fn running(unit: &str) -> &'static str {
    if unit.ends_with(".timer") { "active" } else { "running" }
}

fn plain(unit: &str) -> &str {
    unit.strip_suffix(".service").or_else(|| unit.strip_suffix(".timer")).unwrap_or(unit)
}

fn systemctl(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&["-H", "-M", "-t", "-p", "-n", "-o"]);
    let Some((verb, units)) = operands.split_first() else { return };
    if call.has(&["--user"]) {
        return said.unresolved("units of a user's own systemd are not compared");
    }
    let now = call.has(&["--now"]);
    for word in units {
        let Some(unit) = said.known(word) else { continue };
        if word.is_pattern {
            said.unresolved(format!("which units {unit} stands for"));
            continue;
        }
        let is = |property: &str, value: bool| Effect::is(kind(unit), plain(unit), property, value);
        match verb.text.as_str() {
            "start" | "stop" => ran(unit, &verb.text, said),
            "enable" | "disable" | "reenable" => {
                let on = verb.text != "disable";
                said.effect(is("enabled", on));
                if now {
                    said.effect(is(running(unit), on));
                }
            }
            "mask" => {
                said.effect(is("masked", true));
                if now {
                    said.effect(is(running(unit), false));
                }
            }
            "unmask" => said.effect(is("masked", false)),
            "edit" => {
                let dir = if call.has(&["--full"]) { String::new() } else { ".d/override.conf".to_owned() };
                let unit = if unit.contains('.') { unit.to_owned() } else { format!("{unit}.service") };
                said.effect(Effect::Touched { path: format!("/etc/systemd/system/{unit}{dir}") });
            }
            "set-property" | "set-default" | "link" => said.unresolved(format!("systemctl {}", verb.text)),
            _ => {}
        }
    }
}

fn at_boot(call: &Call<'_>, said: &mut Said) {
    let operands = call.operands(&["--level"]);
    let words: Vec<&str> = operands.iter().map(|w| w.text.as_str()).collect();
    let (name, verb) = match (call.program, words.as_slice()) {
        ("rc-update", [verb, name, ..]) => (*name, *verb),
        (_, [name, verb, ..]) => (*name, *verb),
        ("chkconfig", [name]) if call.has(&["--del"]) => (*name, "off"),
        ("chkconfig", [name]) if call.has(&["--add"]) => (*name, "on"),
        _ => return,
    };
    if let Some(lacks) = operands.iter().find_map(|w| w.lacks.clone()) {
        return said.unresolved(lacks);
    }
    let on = match verb {
        "defaults" | "enable" | "on" | "add" | "start" => true,
        "disable" | "remove" | "off" | "del" | "stop" => false,
        _ => return,
    };
    said.effect(Effect::is("service", plain(name), "enabled", on));
}

fn apache(call: &Call<'_>, said: &mut Said) {
    let (on, what) = match call.program {
        "a2ensite" => (true, "sites"),
        "a2dissite" => (false, "sites"),
        "a2enmod" => (true, "mods"),
        "a2dismod" => (false, "mods"),
        "a2enconf" => (true, "conf"),
        "a2disconf" => (false, "conf"),
        _ => return,
    };
    let ending = if what == "mods" { "load" } else { "conf" };
    for word in call.operands(&[]) {
        let Some(name) = said.known(word) else { continue };
        let stem = name.strip_suffix(".conf").unwrap_or(name);
        let id = model::id::ResourceId::new("file", format!("/etc/apache2/{what}-enabled/{stem}.{ending}"));
        said.effect(Effect::Presence { id, there: on });
    }
}

fn php(call: &Call<'_>, said: &mut Said) {
    let on = call.program.contains("en");
    let version = call.value(&["-v"]).map_or_else(|| "*".to_owned(), |w| w.text);
    let sapi = call.value(&["-s"]).map_or_else(|| "*".to_owned(), |w| w.text);
    let sapi = if sapi == "ALL" { "*".to_owned() } else { sapi };
    for word in call.operands(&["-v", "-s"]) {
        let Some(name) = said.known(word) else { continue };
        let name = name.split('/').next().unwrap_or(name);
        let link = format!("/etc/php/{version}/{sapi}/conf.d/*-{name}.ini");
        said.effect(Effect::Presence { id: model::id::ResourceId::new("file", link), there: on });
    }
}
