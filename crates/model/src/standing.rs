//! Who brought a fact to the host: the noise model's verdict, given where the fact is read.

use serde::{Deserialize, Serialize};

/// Who brought a fact to the host. Capture puts `Local` into `site.yaml` and `Shipped` into `baseline.yaml`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The OS or a package brought it, or it follows from what they brought.
    #[default]
    Shipped,
    /// People did it: it is not what the OS or a package brought.
    Local,
}
