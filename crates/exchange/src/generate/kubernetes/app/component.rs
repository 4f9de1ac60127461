//! One container of the system: what is in its image, how it runs, and what it is given.

use std::collections::{BTreeMap, BTreeSet};

/// What of the host a container runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Of {
    Nginx,
    /// A pool of PHP-FPM.
    Pool(String),
    /// The mail server.
    Mail,
    /// A unit of systemd.
    Unit(String),
    /// A process that something other than a unit of its own starts.
    Process(String),
    /// Jobs of cron and timers; it runs nothing by itself.
    Jobs,
    /// What carries connections to or from a service that runs in a pod of its own.
    Way,
}

/// In which pod it runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PodOf {
    /// With everything that speaks to each other over the loopback.
    Web,
    /// The mail server's own, because it needs root.
    Mail,
    /// That of each job.
    Job,
    /// One of its own, of a service that a person put elsewhere, by the pod's name.
    Own(String),
}

/// A user by its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
}

/// What stands at a path of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// Contents that the spec keeps.
    Content(Vec<u8>),
    /// A link.
    Link(String),
    /// A directory.
    Directory,
    /// A file whose contents a person gives.
    Payload,
    /// A tree that a person gives, as an archive.
    Tree,
    /// What the packages bring is taken away.
    Gone,
}

/// A path of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) what: What,
    pub(crate) mode: Option<String>,
    pub(crate) owner: Option<(u64, u64)>,
}

/// Where something hears whether a container is well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Health {
    Http {
        port: u16,
        path: String,
        host: String,
    },
    Tcp(u16),
    /// A command inside.
    Exec(Vec<String>),
}

/// One container.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    /// Its name, a DNS label.
    pub(crate) name: String,
    /// The image's name: several containers may share one.
    pub(crate) image: String,
    pub(crate) of: Of,
    pub(crate) pod: PodOf,
    pub(crate) packages: BTreeSet<String>,
    /// As whom it runs; none is root.
    pub(crate) user: Option<User>,
    pub(crate) argv: Vec<String>,
    pub(crate) directory: Option<String>,
    pub(crate) files: BTreeMap<String, Placed>,
    /// Files that hold a secret, mounted from a Secret.
    pub(crate) secrets: BTreeSet<String>,
    /// Files of which only that they are there counts.
    pub(crate) stubs: BTreeSet<String>,
    /// Variables; a value with a fingerprint comes from a Secret.
    pub(crate) env: BTreeMap<String, String>,
    /// Variables that the cluster fills in, and the field of the pod that each is.
    pub(crate) downward: BTreeMap<String, &'static str>,
    /// Whether programs in it say something to syslog.
    pub(crate) has_syslog: bool,
    /// Directories that outlive the pod, and the volume of each.
    pub(crate) volumes: BTreeMap<String, String>,
    /// Directories that the containers of a pod share, and the name of each.
    pub(crate) shared: BTreeMap<String, String>,
    /// Directories that it alone writes to while it runs.
    pub(crate) scratch: BTreeSet<String>,
    /// Logs that go to its output instead.
    pub(crate) logs: BTreeMap<String, &'static str>,
    pub(crate) ports: Vec<(String, u16)>,
    pub(crate) health: Option<Health>,
    /// The most memory, in MiB.
    pub(crate) memory: Option<u64>,
    pub(crate) stop_signal: Option<&'static str>,
    /// Whether it starts before the others of its pod and ends after them.
    pub(crate) is_sidecar: bool,
    /// How many seconds it needs to end so that nothing is lost, as far as it is known of it alone.
    pub(crate) grace: Option<u64>,
    /// What is noted on its pod.
    pub(crate) annotations: BTreeMap<String, String>,
    /// More lines for the script that finishes the image.
    pub(crate) finish: Vec<String>,
}

impl Component {
    pub(crate) fn new(name: &str, of: Of, pod: PodOf) -> Self {
        Self {
            name: name.to_owned(),
            image: name.to_owned(),
            of,
            pod,
            packages: BTreeSet::new(),
            user: None,
            argv: Vec::new(),
            directory: None,
            files: BTreeMap::new(),
            secrets: BTreeSet::new(),
            stubs: BTreeSet::new(),
            env: BTreeMap::new(),
            downward: BTreeMap::new(),
            has_syslog: false,
            volumes: BTreeMap::new(),
            shared: BTreeMap::new(),
            scratch: BTreeSet::new(),
            logs: BTreeMap::new(),
            ports: Vec::new(),
            health: None,
            memory: None,
            stop_signal: None,
            is_sidecar: false,
            grace: None,
            annotations: BTreeMap::new(),
            finish: Vec::new(),
        }
    }

    /// Whether it runs under a small init. On the host systemd ended it by a signal; the first process of a container hears
    /// only signals that it asked for, and would be killed at the end of its grace period.
    pub(crate) fn needs_init(&self) -> bool {
        matches!(self.of, Of::Unit(_) | Of::Process(_))
    }

    /// Whether a path of the host is there in the container.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.secrets.contains(path)
    }
}
