//! Every parser of what a machine says and of what a user writes, as a fuzz target: bytes go in, and laws must hold of
//! what comes out. libFuzzer runs them for long (`make fuzz`); the ordinary tests run the seeds, every input that once
//! broke something, and some mutations of them.

pub mod mutation;
pub mod targets;

type Run = dyn Fn(&[u8]) + Send + Sync;
type Seeds = dyn Fn() -> Vec<Vec<u8>> + Send + Sync;

/// A parser, or several that read the same thing, with the laws of what they give.
pub struct Target {
    /// Its name: that of its corpus, and of what it reads.
    pub name: String,
    /// Runs it on an input. A law that is broken is a panic.
    run: Box<Run>,
    /// Inputs to begin with.
    seeds: Box<Seeds>,
}

impl Target {
    /// A target.
    pub fn new(
        name: impl Into<String>,
        run: impl Fn(&[u8]) + Send + Sync + 'static,
        seeds: impl Fn() -> Vec<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), run: Box::new(run), seeds: Box::new(seeds) }
    }

    /// Runs it on an input.
    ///
    /// # Panics
    /// When a law is broken.
    pub fn run(&self, input: &[u8]) {
        (self.run)(input);
    }

    /// Inputs to begin with.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        (self.seeds)()
    }
}
