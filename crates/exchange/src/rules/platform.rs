//! Where the system is to run: what a rule may propose differs by the platform's version and the nodes' kernel.

/// The platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// Its name, `kubernetes`.
    pub name: String,
    /// The minor version: 34 of 1.34.
    pub minor: u32,
    /// The kernel of the nodes, where it is known.
    pub kernel: Option<(u32, u32)>,
}

/// The only platform there is yet.
pub(crate) const KUBERNETES: &str = "kubernetes";

/// The version that is taken where nobody says one: old enough that every supported cluster has it.
const MINOR: u32 = 35;

impl Default for Platform {
    fn default() -> Self {
        Self { name: KUBERNETES.to_owned(), minor: MINOR, kernel: None }
    }
}

impl Platform {
    /// The version as people write it.
    pub fn version(&self) -> String {
        format!("1.{}", self.minor)
    }

    /// Whether the nodes' kernel is known to be older than this one.
    pub fn is_kernel_before(&self, wanted: (u32, u32)) -> bool {
        self.kernel.is_some_and(|kernel| kernel < wanted)
    }

    /// The minor of a version such as `1.34`, `v1.34.2`.
    pub fn minor_of(version: &str) -> Option<u32> {
        let (major, rest) = version.trim_start_matches('v').split_once('.')?;
        (major == "1").then(|| rest.split('.').next()?.parse().ok())?
    }

    /// The two first numbers of a kernel's release such as `6.1`, `6.1.0-38-amd64`.
    pub fn kernel_of(release: &str) -> Option<(u32, u32)> {
        let mut numbers = release.split(['.', '-']).map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_write_them() {
        assert_eq!(Platform::minor_of("1.34"), Some(34));
        assert_eq!(Platform::minor_of("v1.29.4"), Some(29));
        assert_eq!(Platform::minor_of("2.1"), None);
        assert_eq!(Platform::minor_of("34"), None);
        assert_eq!(Platform::kernel_of("6.1.0-38-amd64"), Some((6, 1)));
        assert_eq!(Platform::kernel_of("four"), None);
    }
}
