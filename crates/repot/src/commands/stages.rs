//! What the stages of a long command gave, told one by one as they end and all together at the end. Rebuilding and trying
//! both go through stages.

use crate::ui::Ui;
use model::exit::Exit;
use std::path::Path;
use std::time::Instant;

/// What one stage gave.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) seconds: f64,
    pub(crate) result: String,
    pub(crate) exit: Exit,
}

/// The stages that ended, in their order.
#[derive(Debug)]
pub(crate) struct Stages {
    all: Vec<Stage>,
    /// How wide the column of names is.
    width: usize,
}

impl Stages {
    /// None yet.
    pub(crate) fn new(width: usize) -> Self {
        Self { all: Vec::new(), width }
    }

    /// One has ended.
    pub(crate) fn done(&mut self, ui: &Ui, name: impl Into<String>, begin: Instant, result: String, exit: Exit) {
        let seconds = begin.elapsed().as_secs_f64();
        let name = name.into();
        ui.say(&format!("{name}: {result} ({seconds:.1} s)"));
        self.all.push(Stage { name, seconds, result, exit });
    }

    /// The one that ended last.
    pub(crate) fn last_mut(&mut self) -> Option<&mut Stage> {
        self.all.last_mut()
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Stage> {
        self.all.iter()
    }

    /// The worst of an exit and theirs.
    pub(crate) fn worst(&self, exit: Exit) -> Exit {
        self.all.iter().fold(exit, |exit, stage| exit.worse(stage.exit))
    }

    /// The time and the result of each, and where the logs are.
    pub(crate) fn tell(&self, ui: &Ui, logs: &Path) {
        ui.say("");
        for Stage { name, seconds, result, .. } in &self.all {
            ui.say(&format!("{seconds:>8.1} s  {name:<width$} {result}", width = self.width));
        }
        ui.say(&format!("logs: {}", logs.display()));
    }
}
