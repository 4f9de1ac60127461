//! One step: a command or a pipeline, gathered until it is said as a whole.

use super::super::effect::Effect;
use super::super::out::Out;
use super::super::statement::{Confidence, Says, Statement};
use super::call::Said;

/// What the commands of a pipeline say together.
#[derive(Debug, Default)]
pub(super) struct Step {
    effects: Vec<Effect>,
    unresolved: Vec<String>,
    not_understood: Vec<String>,
    confidence: Option<Confidence>,
}

impl Step {
    /// Takes in what one command says, whose words are this sure.
    pub(super) fn take(&mut self, said: Said, words: Confidence) {
        if !said.effects.is_empty() {
            let confidence = words.max(said.confidence.unwrap_or(Confidence::Exact));
            self.confidence = self.confidence.max(Some(confidence));
        }
        self.effects.extend(said.effects);
        self.unresolved.extend(said.unresolved);
    }

    /// A command that no family knows.
    pub(super) fn not_understood(&mut self, why: String) {
        self.not_understood.push(why);
    }

    /// Says it: what is known, and apart from that what is not.
    pub(super) fn say(self, like: Statement, out: &mut Out) {
        let is_silent = self.effects.is_empty() && self.unresolved.is_empty() && self.not_understood.is_empty();
        if !self.effects.is_empty() {
            let confidence = self.confidence.unwrap_or(Confidence::Exact);
            out.say(like.clone().at_most(confidence).effects(self.effects));
        }
        if !self.unresolved.is_empty() {
            out.say(like.clone().says(Says::Unresolved(joined(self.unresolved))));
        }
        if !self.not_understood.is_empty() {
            out.say(like.clone().says(Says::NotUnderstood(joined(self.not_understood))));
        }
        if is_silent {
            out.say(like);
        }
    }
}

fn joined(mut reasons: Vec<String>) -> String {
    reasons.dedup();
    reasons.truncate(5);
    reasons.join("; ")
}
