//! What a review says: for people, and as JSON of version 1 with its schema.

use super::decided::{Accounting, Obsolete, Outcome, Review};
use super::decisions::Decisions;
use super::tenancy::{Middleware, Tenancy, homeless, middleware};
use super::{Host, Proposal, RULES, Rule, rule_named};
use model::decision::{Decision, Fate};
use model::id::ResourceId;
use model::text::for_terminal;
use serde_json::{Value, json};
use std::fmt::Write;

/// How many entries of a rule are shown where not all are asked for.
const SHOWN: usize = 4;

/// What is reported.
#[derive(Debug, Clone, Copy)]
pub struct Reviewed<'a> {
    /// The host.
    pub host: &'a Host<'a>,
    /// What became of its entries.
    pub review: &'a Review,
    /// What people decided.
    pub decisions: &'a Decisions,
}

/// Everything for people: rule by rule, then where middleware runs, then how much is left.
pub fn human(reviewed: Reviewed<'_>, is_all: bool) -> String {
    let mut out = String::new();
    for rule in RULES {
        if reviewed.review.fired().contains(rule.id) {
            of_rule(&mut out, reviewed, rule, is_all);
        }
    }
    out.push_str(&tenancies(reviewed));
    out.push_str(&without_rule(reviewed.review));
    for obsolete in obsolete(reviewed) {
        writeln!(out, "obsolete: {}: {}", for_terminal(&obsolete.on), obsolete.why).ok();
    }
    out.push_str(&summary(&reviewed.review.accounting()));
    out
}

/// Decisions that no longer rest on what they were made for, those on places too.
fn obsolete(reviewed: Reviewed<'_>) -> Vec<Obsolete> {
    let services = homeless(&middleware(reviewed.host, reviewed.review), reviewed.decisions);
    let placed =
        services.into_iter().map(|on| Obsolete { on, why: "no such service needs a place any more".to_owned() });
    reviewed.review.obsolete.iter().cloned().chain(placed).collect()
}

/// One rule for people, with all its entries.
pub fn human_rule(reviewed: Reviewed<'_>, rule: &'static Rule) -> String {
    let mut out = String::new();
    of_rule(&mut out, reviewed, rule, true);
    writeln!(out, "source: {}", rule.source.name()).ok();
    if let Some(unseen) = rule.unseen {
        writeln!(out, "what it does not see: {unseen}").ok();
    }
    out
}

/// One entry for people: what was decided, and all that is proposed.
pub fn human_entry(reviewed: Reviewed<'_>, id: &ResourceId) -> String {
    let mut out = format!("{}\n", for_terminal(&id.to_string()));
    match reviewed.review.outcomes.get(id) {
        Some(Outcome::Decided(decision)) => decided(&mut out, decision),
        Some(Outcome::Undecided(_)) => out.push_str("  undecided\n"),
        None => out.push_str("  the spec has no such entry\n"),
    }
    for proposal in reviewed.review.proposals.get(id).into_iter().flatten() {
        writeln!(out, "  {} proposes {}: {}", proposal.rule, proposal.fate.name(), for_terminal(&proposal.because))
            .ok();
        writeln!(out, "    by: {}", for_terminal(&proposal.mechanism)).ok();
        for evidence in &proposal.evidence {
            let place = evidence.place.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
            writeln!(out, "    seen: {}{}", for_terminal(&evidence.what), for_terminal(&place)).ok();
        }
    }
    out
}

fn decided(out: &mut String, decision: &Decision) {
    let (author, because) = (for_terminal(&decision.author), for_terminal(&decision.because));
    writeln!(out, "  decided: {} by {author} on {}: {because}", decision.fate.name(), decision.date).ok();
}

fn of_rule(out: &mut String, reviewed: Reviewed<'_>, rule: &Rule, is_all: bool) {
    let led: Vec<&Proposal> = reviewed.review.led_by(rule.id).collect();
    let beside = reviewed.review.proposals.values().flatten().filter(|p| p.rule == rule.id).count() - led.len();
    let open = led.iter().filter(|p| reviewed.review.decision(&p.id).is_none()).count();
    let state = match reviewed.decisions.rules.get(rule.id) {
        Some(said) => {
            let verdict = said.verdict.map_or("accepted", Fate::name);
            format!("{verdict} by {} on {}", for_terminal(&said.author), said.date)
        }
        None if led.is_empty() => "other rules lead".to_owned(),
        None if open == 0 => "decided by name".to_owned(),
        None => "undecided".to_owned(),
    };
    writeln!(out, "{} ({}) {}: {state}", rule.id, rule.severity.name(), rule.verdict.name()).ok();
    writeln!(out, "  {}", rule.summary).ok();
    writeln!(out, "  by: {}", rule.mechanism).ok();
    writeln!(out, "  to do: {}", rule.person).ok();
    let shown = if is_all { led.len() } else { SHOWN };
    for proposal in led.iter().take(shown) {
        out.push_str(&line(reviewed.review, proposal));
    }
    if led.len() > shown {
        writeln!(out, "  … and {} more; `repot review {}` shows all", led.len() - shown, rule.id).ok();
    }
    if beside > 0 {
        writeln!(out, "  {beside} more where another rule leads").ok();
    }
    out.push('\n');
}

fn line(review: &Review, proposal: &Proposal) -> String {
    let fate = review.decision(&proposal.id).map_or(proposal.fate, |d| d.fate);
    let evidence = proposal.evidence.first();
    let place = evidence.and_then(|e| e.place.as_ref()).map(|p| format!(" ({p})")).unwrap_or_default();
    let seen = evidence.map(|e| e.what.clone()).unwrap_or_default();
    let own = if fate == proposal.fate { "" } else { " (decided by name)" };
    let text = format!("{}: {}{own}: {seen}{place}", proposal.id, fate.name());
    format!("    {}\n", for_terminal(&text.replace('\n', " ")))
}

fn without_rule(review: &Review) -> String {
    let is_open = |outcome: &Outcome| matches!(outcome, Outcome::Undecided(p) if p.is_empty());
    let ids: Vec<String> = review.outcomes.iter().filter(|(_, o)| is_open(o)).map(|(id, _)| id.to_string()).collect();
    if ids.is_empty() {
        return String::new();
    }
    let mut out = format!("{} entries that no rule speaks of; decide them by name:\n", ids.len());
    for id in &ids {
        writeln!(out, "    {}", for_terminal(id)).ok();
    }
    out.push('\n');
    out
}

/// Where middleware runs, and what follows from it.
pub fn tenancies(reviewed: Reviewed<'_>) -> String {
    let mut out = String::new();
    for one in middleware(reviewed.host, reviewed.review) {
        of_middleware(&mut out, reviewed, &one);
    }
    if !out.is_empty() {
        out.insert_str(0, "Where middleware runs:\n");
        out.push('\n');
    }
    out
}

fn of_middleware(out: &mut String, reviewed: Reviewed<'_>, one: &Middleware<'_>) {
    let name = one.service.name();
    let placed = reviewed.decisions.tenancy.get(name);
    let how = placed.map_or_else(
        || "as usual; undecided".to_owned(),
        |p| format!("decided by {} on {}: {}", p.author, p.date, p.because),
    );
    out.push_str(&consequences(reviewed, one, one.tenancy(reviewed.decisions), &how));
}

/// What follows from a place for one service.
pub fn consequences(reviewed: Reviewed<'_>, one: &Middleware<'_>, tenancy: Tenancy, how: &str) -> String {
    let life = one.life_cycle(tenancy, reviewed.host, &reviewed.decisions.platform);
    let mut out = format!("  {}: {} ({})\n", for_terminal(one.service.name()), tenancy.name(), for_terminal(how));
    writeln!(out, "    starts {}", life.start).ok();
    writeln!(out, "    ready: {}", for_terminal(&life.readiness)).ok();
    if let (Some(stop), Some(grace)) = (&life.pre_stop, life.grace_seconds) {
        writeln!(out, "    ends: {stop}; terminationGracePeriodSeconds at least {grace}").ok();
    }
    writeln!(out, "    otherwise {}", life.otherwise).ok();
    out
}

/// How much is decided, in a line or two.
pub fn summary(sum: &Accounting) -> String {
    let fates: Vec<String> = sum.fates.iter().map(|(fate, n)| format!("{n} {}", fate.name())).collect();
    let decided: usize = sum.fates.values().sum();
    let fates = if fates.is_empty() { String::new() } else { format!(" ({})", fates.join(", ")) };
    format!(
        "{} entries: {decided} decided{fates}, {} undecided with a proposal, {} without one\n",
        sum.entries, sum.undecided, sum.unexplained
    )
}

/// The address of the schema.
pub const ID_SCHEMA: &str = "https://repot.dev/schema/review/v1.json";

/// Everything as JSON, version 1.
pub fn json(reviewed: Reviewed<'_>) -> Value {
    let review = reviewed.review;
    let rules: Vec<Value> =
        review.fired().into_iter().filter_map(rule_named).map(|r| of_rule_json(reviewed, r)).collect();
    let entries: Vec<Value> = review
        .outcomes
        .iter()
        .map(|(id, outcome)| {
            let proposals: Vec<Value> = review.proposals.get(id).into_iter().flatten().map(of_proposal).collect();
            let decision = match outcome {
                Outcome::Decided(decision) => of_decision(decision),
                Outcome::Undecided(_) => Value::Null,
            };
            json!({"id": id.to_string(), "decision": decision, "proposals": proposals})
        })
        .collect();
    let tenancy: Vec<Value> = middleware(reviewed.host, review).iter().map(|one| of_tenancy(reviewed, one)).collect();
    let obsolete: Vec<Value> = obsolete(reviewed).iter().map(|o| json!({"on": o.on, "why": o.why})).collect();
    let sum = review.accounting();
    let fates: serde_json::Map<String, Value> =
        sum.fates.iter().map(|(fate, n)| (fate.name().to_owned(), json!(n))).collect();
    json!({
        "$schema": ID_SCHEMA,
        "version": 1,
        "platform": {"name": reviewed.decisions.platform.name, "version": reviewed.decisions.platform.version()},
        "accounting": {"entries": sum.entries, "decided": fates, "undecided": sum.undecided, "unexplained": sum.unexplained},
        "rules": rules,
        "entries": entries,
        "tenancy": tenancy,
        "obsolete": obsolete,
    })
}

fn of_rule_json(reviewed: Reviewed<'_>, rule: &Rule) -> Value {
    let led = reviewed.review.led_by(rule.id).count();
    let said = reviewed.decisions.rules.get(rule.id);
    json!({
        "id": rule.id, "severity": rule.severity.name(), "summary": rule.summary, "verdict": rule.verdict.name(),
        "mechanism": rule.mechanism, "person": rule.person, "source": rule.source.name(), "unseen": rule.unseen,
        "leads": led, "decided": said.map(|s| s.verdict.map_or("accepted", Fate::name)),
    })
}

fn of_proposal(proposal: &Proposal) -> Value {
    let evidence: Vec<Value> = proposal
        .evidence
        .iter()
        .map(|e| json!({"what": e.what, "at": e.place.as_ref().map(ToString::to_string)}))
        .collect();
    json!({"rule": proposal.rule, "verdict": proposal.fate.name(), "mechanism": proposal.mechanism,
           "because": proposal.because, "evidence": evidence})
}

fn of_decision(decision: &Decision) -> Value {
    json!({"verdict": decision.fate.name(), "because": decision.because, "mechanism": decision.mechanism,
           "rule": decision.rule, "author": decision.author, "date": decision.date})
}

fn of_tenancy(reviewed: Reviewed<'_>, one: &Middleware<'_>) -> Value {
    let tenancy = one.tenancy(reviewed.decisions);
    let life = one.life_cycle(tenancy, reviewed.host, &reviewed.decisions.platform);
    let is_decided = reviewed.decisions.tenancy.contains_key(one.service.name());
    json!({"service": one.service.name(), "tenancy": tenancy.name(), "decided": is_decided, "usual": one.usual.name(),
           "start": life.start, "readiness": life.readiness, "pre-stop": life.pre_stop,
           "grace-seconds": life.grace_seconds, "otherwise": life.otherwise})
}

/// The schema of [`json`].
pub fn schema() -> Value {
    let text = json!({"type": "string"});
    let maybe = json!({"type": ["string", "null"]});
    let count = json!({"type": "integer", "minimum": 0});
    let fates: Vec<&str> = Fate::ALL.iter().map(|f| f.name()).collect();
    let verdict = json!({"enum": fates});
    let object = |properties: Value| {
        let required: Vec<String> = properties.as_object().map(|p| p.keys().cloned().collect()).unwrap_or_default();
        json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
    };
    let list = |items: Value| json!({"type": "array", "items": items});
    let evidence = object(json!({"what": text, "at": maybe}));
    let proposal = object(
        json!({"rule": text, "verdict": verdict, "mechanism": text, "because": text, "evidence": list(evidence)}),
    );
    let decision = object(
        json!({"verdict": verdict, "because": text, "mechanism": text, "rule": maybe, "author": text, "date": text}),
    );
    let entry =
        object(json!({"id": text, "decision": {"oneOf": [{"type": "null"}, decision]}, "proposals": list(proposal)}));
    let rule = object(
        json!({"id": text, "severity": {"enum": ["low", "medium", "high"]}, "summary": text, "verdict": verdict,
        "mechanism": text, "person": text, "source": text, "unseen": maybe, "leads": count, "decided": maybe}),
    );
    let places: Vec<&str> = Tenancy::ALL.iter().map(|t| t.name()).collect();
    let tenancy = object(
        json!({"service": text, "tenancy": {"enum": places}, "decided": {"type": "boolean"}, "usual": {"enum": places},
        "start": text, "readiness": text, "pre-stop": maybe, "grace-seconds": {"type": ["integer", "null"]}, "otherwise": text}),
    );
    let accounting = object(json!({"entries": count, "decided": {"type": "object", "additionalProperties": count},
        "undecided": count, "unexplained": count}));
    let mut schema = object(
        json!({"$schema": text, "version": {"const": 1}, "platform": object(json!({"name": text, "version": text})),
        "accounting": accounting, "rules": list(rule), "entries": list(entry), "tenancy": list(tenancy),
        "obsolete": list(object(json!({"on": text, "why": text})))}),
    );
    if let Some(map) = schema.as_object_mut() {
        map.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        map.insert("$id".to_owned(), ID_SCHEMA.into());
        map.insert("title".to_owned(), "repot review".into());
    }
    schema
}
