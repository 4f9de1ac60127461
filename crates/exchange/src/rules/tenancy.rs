//! Where middleware runs on the platform, and what follows from it.

/// Where a service is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tenancy {
    /// A container of its own in the application's pod.
    Container,
    /// A native sidecar in the application's pod: started before it and ended after it.
    Sidecar,
    /// A Deployment or StatefulSet with a Service, one for all.
    Shared,
    /// Once on every node: a DaemonSet.
    Node,
    /// Not in the cluster.
    Outside,
}

impl Tenancy {
    /// Every one.
    pub const ALL: [Tenancy; 5] =
        [Tenancy::Container, Tenancy::Sidecar, Tenancy::Shared, Tenancy::Node, Tenancy::Outside];

    /// The word used in every file and output.
    pub fn name(self) -> &'static str {
        match self {
            Tenancy::Container => "container",
            Tenancy::Sidecar => "sidecar",
            Tenancy::Shared => "shared",
            Tenancy::Node => "node",
            Tenancy::Outside => "outside",
        }
    }

    /// The place of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tenancy| tenancy.name() == word)
    }
}
