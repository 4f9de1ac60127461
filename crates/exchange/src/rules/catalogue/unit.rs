//! Unit files by their paths.

/// Where people and packages keep units.
const DIRS: &[&str] =
    &["/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/", "/run/systemd/system/"];

/// The kind and the name of what a unit file, a drop-in or an init script is of: a service or a timer.
pub(super) fn unit_of(path: &str) -> Option<(&'static str, &str)> {
    if let Some(name) = path.strip_prefix("/etc/init.d/") {
        return Some(("service", name));
    }
    let rest = DIRS.iter().find_map(|dir| path.strip_prefix(dir))?;
    let unit = rest.split('/').next()?;
    let unit = unit.strip_suffix(".d").unwrap_or(unit);
    let service = unit.strip_suffix(".service").map(|name| ("service", name));
    service.or_else(|| unit.strip_suffix(".timer").map(|name| ("timer", name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_drop_ins_are_of_their_service() {
        assert_eq!(unit_of("/etc/systemd/system/a.service"), Some(("service", "a")));
        assert_eq!(unit_of("/etc/systemd/system/a.service.d/x.conf"), Some(("service", "a")));
        assert_eq!(unit_of("/lib/systemd/system/b.timer"), Some(("timer", "b")));
        assert_eq!(unit_of("/etc/init.d/c"), Some(("service", "c")));
        assert_eq!(unit_of("/etc/systemd/system/x.target.wants/a.service"), None);
        assert_eq!(unit_of("/etc/systemd/system.conf"), None);
    }
}
