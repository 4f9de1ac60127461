//! Something that runs a `.hurl` file, and what it says of it. The `hurl` binary is one; the trait is all that the rest
//! of repot knows of it.

use crate::environment::Environment;
use crate::way::Way;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use target::side_by_side::side_by_side;
use target::trouble::Trouble;

/// Runs `.hurl` files.
pub trait Engine: Sync {
    /// Runs one file to its end. An error is one of the engine itself: what the requests met is in [`Ran`].
    fn run(&self, job: &Job<'_>) -> Result<Ran, Trouble>;

    /// Runs files that only read, so many at once, in place of the job's own; their results come in the files' order.
    fn run_all(&self, job: &Job<'_>, files: &[&Path], at_once: usize) -> Vec<Result<Ran, Trouble>> {
        side_by_side(files, at_once, |_, file| self.run(&Job { file, ..job.clone() }))
    }

    /// Whether what it says can be believed. Asked for before anything is changed; of what only reads, afterwards will do,
    /// when the engine may know without being asked.
    fn fit(&self) -> Result<(), Trouble> {
        Ok(())
    }
}

/// One file to run.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The file.
    pub file: &'a Path,
    /// How requests get to the target.
    pub way: &'a Way,
    /// Variables, secrets, and hosts that are not the target.
    pub environment: &'a Environment,
    /// More variables: what setups captured.
    pub captured: &'a BTreeMap<String, String>,
    /// The cookies to begin with.
    pub cookies: Option<&'a Path>,
    /// Where to leave the cookies.
    pub cookies_after: Option<&'a Path>,
    /// Whether to go on after a request that failed.
    pub goes_on: bool,
    /// More header fields for each request.
    pub headers: &'a [String],
    /// Whether the bodies of the answers are wanted.
    pub bodies: bool,
    /// Limits.
    pub limits: Limits,
}

/// What a run may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For one request, unless the file says otherwise.
    pub request: Duration,
    /// For a whole file.
    pub file: Duration,
}

/// What a run gave.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// The requests that were made, retries included, in order.
    pub requests: Vec<Made>,
    /// What stopped a request, or the file as a whole.
    pub errors: Vec<Complaint>,
    /// What was captured.
    pub captured: BTreeMap<String, String>,
    /// How long all of it took.
    pub took: Duration,
}

/// A request that was made.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// The line it begins on.
    pub line: u32,
    /// What went over the wire: one call for each redirect that was followed, and one for the end.
    pub calls: Vec<Call>,
    /// What was checked.
    pub checks: Vec<Check>,
}

/// A request and its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The URL as it was sent.
    pub url: String,
    /// The fields of the request.
    pub sent: Vec<(String, String)>,
    /// The status.
    pub status: u16,
    /// The fields of the answer, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, if it was wanted.
    pub body: Option<Vec<u8>>,
}

impl Call {
    /// The first field of a name in the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Something that was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// The line of the file.
    pub line: u32,
    /// What was seen instead; none when it holds.
    pub failed: Option<Failed>,
}

/// How a check failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failed {
    /// What was seen, in one line.
    pub seen: String,
}

/// What an engine complains of, with its place in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complaint {
    /// The line; 0 for the file as a whole.
    pub line: u32,
    /// The column; 0 for the line as a whole.
    pub column: u32,
    /// What is wrong.
    pub what: String,
    /// Whether the target could not be reached at all.
    pub is_unreachable: bool,
    /// Whether the file itself cannot be read.
    pub is_syntax: bool,
}
