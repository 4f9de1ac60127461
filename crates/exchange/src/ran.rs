//! What a command found, as it is kept in a project: JSON, version 1. `repot report` is made of these.
//!
//! What is as claimed is kept once for all targets of a run, so that a run of a fleet is not as large as the fleet.

use crate::report::{Run, Target, json, spelled};
use model::finding::Verdict;
use model::place::Place;
use model::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The version that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// How the names of machines begin that `repot rebuild` makes; a role and a number follow.
pub const REBUILT: &str = "repot-rebuild-";

/// A run of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    /// Says what the file is: `run`.
    pub repot: String,
    /// Its version.
    pub version: u32,
    /// What was done: `verify`, `e2e`, `diff`, `capture`, `rebuild`, `try`.
    pub command: String,
    /// When it ended, as `2026-11-25T23:42:10Z`.
    pub taken: String,
    /// How long it took.
    pub seconds: f64,
    /// What shows it again.
    pub typed: String,
    /// The stage of the migration that the targets are, where it was said: `rebuilt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The kinds that were looked at, where it was not all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Its exit status.
    pub exit: u8,
    /// Claims that held on some target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// What each target gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<On>,
    /// The steps that it went through, where it is of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// A claim that held.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Held {
    /// The resource's kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The property; none of the resource as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// What was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// Where the claim was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Place>,
}

/// What one target gave.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct On {
    /// The target as it was named.
    pub target: String,
    /// What it was compared with.
    pub against: String,
    /// How it ended for this target.
    pub exit: u8,
    /// Why it gave nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<String>,
    /// What held: the first and the last of several in a row, by their number in the run's `held`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<(usize, usize)>,
    /// What was seen of what held, where that is not what was expected, word for word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<(usize, Value)>,
    /// Everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Found>,
    /// What tests have proven of its configuration, as the JSON report has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<serde_json::Value>,
}

/// A finding that is news, or waived.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The resource's kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// The verdict's name.
    pub verdict: String,
    /// What was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Value>,
    /// Why it is undecided or waived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Where the claim was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Place>,
    /// Where it is set on the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_at: Option<Place>,
    /// Why it is claimed, or which part of the target answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What changed in the contents, as `diff -u`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// How long it took.
    pub seconds: f64,
    /// What it gave, in words.
    pub result: String,
    /// Its exit status.
    pub exit: u8,
}

/// What is known of a run at a glance, without what it found.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Glance {
    /// What was done.
    pub command: String,
    /// When.
    pub taken: String,
    /// How long it took.
    pub seconds: f64,
    /// What shows it again.
    pub typed: String,
    /// The stage, where it was said.
    pub stage: Option<String>,
    /// Its exit status.
    pub exit: u8,
    /// On what.
    #[serde(default)]
    pub targets: Vec<GlanceOn>,
}

/// A target of a run at a glance.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct GlanceOn {
    /// The target as it was named.
    pub target: String,
    /// What it was compared with.
    pub against: String,
    /// How it ended for this target.
    pub exit: u8,
}

impl Glance {
    /// Reads it; none of what is no run that this repot knows.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// What is said of a run beside what it found.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// When it ended.
    pub taken: String,
    /// How long it took.
    pub seconds: f64,
    /// What shows it again.
    pub typed: String,
    /// The stage, where it was said.
    pub stage: Option<String>,
    /// The kinds, where it was not all.
    pub kinds: Vec<String>,
}

impl Ran {
    /// What is kept of a run.
    pub fn of(run: &Run, about: About) -> Self {
        let mut ran = Self::new(run.command, about, run.exit().code());
        let mut numbers: HashMap<Held, usize> = HashMap::new();
        ran.targets = run.targets.iter().map(|target| on(target, &mut numbers)).collect();
        let mut held: Vec<(Held, usize)> = numbers.into_iter().collect();
        held.sort_by_key(|(_, number)| *number);
        ran.held = held.into_iter().map(|(held, _)| held).collect();
        ran
    }

    /// A run without findings.
    pub fn new(command: &str, about: About, exit: u8) -> Self {
        Self {
            repot: "run".to_owned(),
            version: VERSION,
            command: command.to_owned(),
            taken: about.taken,
            seconds: about.seconds,
            typed: about.typed,
            stage: about.stage,
            kinds: about.kinds,
            exit,
            held: Vec::new(),
            targets: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Reads it; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            repot: String,
            version: u32,
        }
        let head: Head = serde_json::from_str(text).map_err(|e| e.to_string())?;
        if head.repot != "run" {
            return Err(format!("it is `{}`, not a run", head.repot));
        }
        if head.version > VERSION {
            return Err(format!("it is of version {}, written by a newer repot", head.version));
        }
        serde_json::from_str(text).map_err(|e| e.to_string())
    }

    /// Its text.
    pub fn text(&self) -> String {
        // What is made of texts, numbers and lists has a form in JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        spelled(&text, |c| format!("\\u{:04x}", u32::from(c))) + "\n"
    }
}

fn on(target: &Target, numbers: &mut HashMap<Held, usize>) -> On {
    let mut on = On {
        target: target.name.clone(),
        against: target.against.clone(),
        exit: target.exit().code(),
        unreachable: target.unreachable.as_ref().map(|(what, _)| what.clone()),
        coverage: target.proven.iter().map(json::coverage).collect(),
        ..On::default()
    };
    for finding in &target.findings {
        if !matches!(finding.verdict, Verdict::Same) {
            on.found.push(found(finding, target));
            continue;
        }
        let held = Held {
            kind: finding.id.kind.clone(),
            name: finding.id.name.clone(),
            property: finding.property.clone(),
            expected: finding.expected.clone(),
            claimed_at: finding.claimed_at.clone(),
        };
        let next = numbers.len();
        let number = *numbers.entry(held).or_insert(next);
        match on.held.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => on.held.push((number, number)),
        }
        if let Some(seen) = finding.seen.as_ref().filter(|s| finding.expected.as_ref() != Some(&s.to_string())) {
            on.seen.push((number, seen.clone()));
        }
    }
    on
}

fn found(finding: &model::finding::Finding, target: &Target) -> Found {
    let because = match &finding.verdict {
        Verdict::Undecided(why) => Some(why.to_string()),
        Verdict::Waived(reason) => Some(reason.clone()),
        Verdict::Same | Verdict::Differs | Verdict::Missing | Verdict::Extra => None,
    };
    Found {
        kind: finding.id.kind.clone(),
        name: finding.id.name.clone(),
        property: finding.property.clone(),
        verdict: finding.verdict.name().to_owned(),
        expected: finding.expected.clone(),
        seen: finding.seen.clone(),
        because,
        claimed_at: finding.claimed_at.clone(),
        set_at: finding.set_at.clone(),
        why: finding.why.clone(),
        diff: target.contents.get(&finding.subject()).cloned(),
    }
}

/// The JSON Schema of a run.
pub fn schema() -> serde_json::Value {
    use serde_json::json;
    let place = json!({"type": "object", "required": ["file"], "additionalProperties": false, "properties": {
        "file": {"type": "string"}, "line": {"type": "integer"}, "column": {"type": "integer"}}});
    let text = json!({"type": "string"});
    let number = json!({"type": "integer", "minimum": 0});
    let claim = json!({"kind": text, "name": text, "property": text, "expected": text, "claimed_at": place});
    let mut found = claim.clone();
    if let Some(map) = found.as_object_mut() {
        map.extend([
            ("verdict".to_owned(), json!({"enum": ["differs", "missing", "extra", "undecided", "waived"]})),
            ("seen".to_owned(), json!(true)),
            ("because".to_owned(), json!({"type": "string", "description": "why it is undecided or waived"})),
            ("set_at".to_owned(), place.clone()),
            ("why".to_owned(), text.clone()),
            ("diff".to_owned(), text.clone()),
        ]);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://repot.dev/schema/run/v1.json",
        "title": "repot run",
        "type": "object",
        "required": ["repot", "version", "command", "taken", "seconds", "typed", "exit"],
        "properties": {
            "repot": {"const": "run"}, "version": {"const": VERSION}, "command": text,
            "taken": {"type": "string", "format": "date-time"}, "seconds": {"type": "number"},
            "typed": {"type": "string", "description": "the command that shows it again"},
            "stage": text, "kinds": {"type": "array", "items": text}, "exit": {"enum": [0, 1, 2, 3, 4, 5, 70]},
            "held": {"type": "array", "description": "claims that held on some target", "items": {
                "type": "object", "required": ["kind", "name"], "properties": claim}},
            "targets": {"type": "array", "items": {
                "type": "object", "required": ["target", "against", "exit"], "properties": {
                    "target": text, "against": text, "exit": number, "unreachable": text,
                    "held": {"type": "array", "description": "the first and the last of claims in a row that held, by their number in the run's `held`",
                             "items": {"type": "array", "items": number, "minItems": 2, "maxItems": 2}},
                    "seen": {"type": "array", "items": {"type": "array", "minItems": 2, "maxItems": 2}},
                    "found": {"type": "array", "items": {
                        "type": "object", "required": ["kind", "name", "verdict"], "properties": found}},
                    "coverage": {"type": "array", "items": {"type": "object"}}}}},
            "steps": {"type": "array", "items": {
                "type": "object", "required": ["name", "seconds", "result", "exit"], "properties": {
                    "name": text, "seconds": {"type": "number"}, "result": text, "exit": number}}}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::answer::{Why, WhyCode};
    use model::finding::Finding;
    use model::id::ResourceId;

    fn finding(name: &str, verdict: Verdict) -> Finding {
        let id = ResourceId::new("file", name);
        Finding { property: Some("mode".into()), expected: Some("0644".into()), ..Finding::whole(id, verdict) }
    }

    #[test]
    fn what_was_found_comes_back_and_what_held_is_kept_once() {
        let same = |name: &str| finding(name, Verdict::Same);
        let mut otherwise = same("/b");
        otherwise.seen = Some(Value::Text("0664".into()));
        let undecided = finding("/c\u{1b}\u{202e}", Verdict::Undecided(Why::new(WhyCode::Denied, "/c")));
        let target = |name: &str, findings| Target { name: name.into(), findings, ..Target::default() };
        let run = Run {
            command: "verify",
            targets: vec![
                target("ssh:a", vec![same("/a"), otherwise, undecided]),
                target("ssh:b", vec![same("/a"), same("/b")]),
            ],
        };
        let ran = Ran::of(&run, About { taken: "2026-11-25T00:00:00Z".into(), ..About::default() });
        assert_eq!(ran.held.len(), 2);
        assert_eq!(ran.targets[0].held, [(0, 1)]);
        assert_eq!(ran.targets[1].held, [(0, 1)]);
        assert_eq!(ran.targets[0].seen, [(1, Value::Text("0664".into()))]);
        assert_eq!(ran.exit, 3);
        let text = ran.text();
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
        assert_eq!(Ran::parse(&text).unwrap(), ran);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(jsonschema::is_valid(&schema(), &value));
    }

    #[test]
    fn what_is_newer_or_something_else_is_refused() {
        assert!(Ran::parse(r#"{"repot": "run", "version": 2}"#).unwrap_err().contains("newer repot"));
        assert!(Ran::parse(r#"{"repot": "report", "version": 1}"#).unwrap_err().contains("not a run"));
    }
}
