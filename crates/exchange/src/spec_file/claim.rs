//! A written value as a claim, checked against the shape of the property it is about.

use super::node::{Node, Source, What};
use super::problem::{Problem, meant};
use super::scalar;
use kinds::kind::{Form, Property, Shape};
use model::claim::Claim;
use model::pattern::{BadPattern, Pattern};
use model::semver_range::SemverRange;
use model::value::Value;
use model::version::{Range, Relation};
use std::collections::BTreeMap;

/// How lists are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// A list is all there is.
    Exact,
    /// Goss: a list is at least what there is.
    Goss,
}

/// Reads claims of one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) manner: Manner,
}

type Made = Result<Claim, Problem>;
type Maker = fn(&Reader<'_>, &Node, Option<Shape>) -> Made;

/// The matchers, under Goss's names.
const MATCHERS: &[(&str, Maker)] = &[
    ("and", |r, n, s| Ok(Claim::And(r.claims(n, s)?))),
    ("consist-of", |r, n, s| Ok(Claim::ConsistOf(r.claims(n, item(s))?))),
    ("contain-element", |r, n, s| Ok(Claim::ContainElement(Box::new(r.claim(n, item(s))?)))),
    ("contain-elements", |r, n, s| Ok(Claim::ContainElements(r.claims(n, item(s))?))),
    ("contain-substring", |r, n, _| Ok(Claim::Substring(r.text(n)?))),
    ("equal", |r, n, s| r.equal(n, s)),
    ("ge", |r, n, _| r.order(Relation::AtLeast, n)),
    ("gjson", |r, n, _| Ok(Claim::Json(r.keyed(n)?))),
    ("gt", |r, n, _| r.order(Relation::Greater, n)),
    ("have-key", |r, n, _| Ok(Claim::Key(r.text(n)?))),
    ("have-key-with-value", |r, n, _| Ok(Claim::Keys(r.keyed(n)?))),
    ("have-len", |r, n, _| Ok(Claim::Len(Box::new(r.claim(n, Some(Shape::Int))?)))),
    ("have-patterns", |r, n, _| r.patterns(n)),
    ("have-prefix", |r, n, _| Ok(Claim::Prefix(r.text(n)?))),
    ("have-suffix", |r, n, _| Ok(Claim::Suffix(r.text(n)?))),
    ("le", |r, n, _| r.order(Relation::AtMost, n)),
    ("lt", |r, n, _| r.order(Relation::Less, n)),
    ("match-regexp", |r, n, _| r.regexp(n)),
    ("not", |r, n, s| Ok(Claim::Not(Box::new(r.claim(n, s)?)))),
    ("or", |r, n, s| Ok(Claim::Or(r.claims(n, s)?))),
    ("semver-constraint", |r, n, _| r.semver(n)),
];

/// The names of the matchers, for schema and reference.
pub(crate) fn matcher_names() -> impl Iterator<Item = &'static str> {
    MATCHERS.iter().map(|(name, _)| *name)
}

/// Whether a name is a matcher's.
pub(crate) fn is_matcher(name: &str) -> bool {
    matcher_names().any(|m| m == name)
}

/// The shape of a list's items.
fn item(shape: Option<Shape>) -> Option<Shape> {
    shape.map(|shape| match shape {
        Shape::Versions => Shape::Version,
        Shape::Set | Shape::List | Shape::Lines | Shape::Map | Shape::Text => Shape::Text,
        Shape::Bool | Shape::Int | Shape::Version | Shape::Any => shape,
    })
}

impl Reader<'_> {
    /// What is claimed of a property.
    pub(crate) fn property(&self, node: &Node, property: &Property) -> Made {
        let claim = self.claim(node, Some(property.shape))?;
        if claim.is_vacuous() && self.manner == Manner::Exact {
            let problem = self.source.problem(node, format!("this says nothing of {}: it cannot fail", property.name));
            return Err(problem.hinted("name what must be there, or leave the property out"));
        }
        self.possible(node, property, &claim)?;
        Ok(claim)
    }

    /// A property with few values takes no other.
    fn possible(&self, node: &Node, property: &Property, claim: &Claim) -> Result<(), Problem> {
        let Claim::Is(Value::Text(text)) = claim else { return Ok(()) };
        if !property.form.fits(text) {
            let what = format!("`{text}` can never be a {}", property.name);
            return Err(self.source.problem(node, what).hinted(&spelling(property.form, text)));
        }
        if property.values.is_empty() || property.values.contains(&text.as_str()) {
            return Ok(());
        }
        let known = property.values.join(", ");
        let problem = self.source.problem(node, format!("{} is never `{text}`", property.name));
        Err(match meant(text, property.values.iter().copied()) {
            Some(meant) => problem.hinted(&format!("did you mean `{meant}`?")),
            None => problem.hinted(&format!("it is one of {known}")),
        })
    }

    /// A claim; without a shape, of a value of which nothing is known.
    fn claim(&self, node: &Node, shape: Option<Shape>) -> Made {
        let shape = shape.filter(|shape| *shape != Shape::Any);
        match &node.what {
            What::Map(entries) => self.map(node, entries, shape),
            What::List(items) => self.list(node, items, shape),
            What::Scalar { .. } if node.is_null() => Err(self.source.problem(node, "a value is missing here")),
            What::Scalar { text, is_plain } => match shape {
                Some(shape) => self.scalar(node, text, *is_plain, shape),
                // A number with a point is one wherever it stands, `42` and `42.0` are the same.
                None if *is_plain && scalar::is_fraction(text) => {
                    Ok(Claim::Order(Relation::Equal, text.as_str().into()))
                }
                None => Ok(Claim::Is(scalar::meaning(text, *is_plain))),
            },
        }
    }

    fn scalar(&self, node: &Node, text: &str, is_plain: bool, shape: Shape) -> Made {
        let value = scalar::meaning(text, is_plain);
        let wrong = |what: &str| Err(self.source.problem(node, format!("expected {what}, found `{text}`")));
        match (shape, value) {
            (Shape::Bool, Value::Bool(b)) => Ok(Claim::Is(b.into())),
            // Goss compares a text with the text of what it sees.
            (Shape::Bool, Value::Text(t)) if self.manner == Manner::Goss && (t == "true" || t == "false") => {
                Ok(Claim::Is((t == "true").into()))
            }
            (Shape::Bool, _) => {
                let problem = self.source.problem(node, format!("expected true or false, found `{text}`"));
                Err(yes_or_no(text).map_or(problem.clone(), |hint| problem.hinted(hint)))
            }
            (Shape::Int, Value::Int(n)) => Ok(Claim::Is(n.into())),
            (Shape::Int, Value::Text(t)) if t.parse::<i64>().is_ok_and(|n| n.to_string() == t) => {
                Ok(Claim::Is(t.parse::<i64>().unwrap_or_default().into()))
            }
            (Shape::Int, _) => {
                self.bound(node, text).unwrap_or_else(|| wrong("a whole number, or a bound such as `>= 3`"))
            }
            (Shape::Version | Shape::Versions, _) if scalar::is_range(text) => match Range::parse(text) {
                Some(range) => Ok(Claim::Versions(range)),
                None => wrong("a range of versions such as `>= 8.2, < 8.3`"),
            },
            (Shape::Versions | Shape::Set, _) => Ok(Claim::ConsistOf(vec![Claim::Is(text.into())])),
            (Shape::Version | Shape::Text, _) => Ok(Claim::Is(text.into())),
            (Shape::List, _) => Ok(Claim::Is(Value::List(vec![text.into()]))),
            // Of Goss a text is all there is, a list is patterns.
            (Shape::Lines, _) if self.manner == Manner::Goss => Ok(Claim::Is(text.into())),
            (Shape::Lines, _) => self.patterns(node),
            (Shape::Map, _) => wrong("a map"),
            (Shape::Any, value) => Ok(Claim::Is(value)),
        }
    }

    /// Exactly this; a list of things without an order in any order.
    fn equal(&self, node: &Node, shape: Option<Shape>) -> Made {
        match (&node.what, shape) {
            (What::List(items), Some(Shape::Set | Shape::Versions)) => {
                let items: Result<Vec<Claim>, Problem> =
                    items.iter().map(|item| self.value(item).map(Claim::Is)).collect();
                Ok(Claim::ConsistOf(items?))
            }
            (What::Scalar { text, is_plain }, Some(Shape::Bool)) => self.scalar(node, text, *is_plain, Shape::Bool),
            (What::Scalar { text, .. }, Some(Shape::Text | Shape::Version | Shape::Lines)) if !node.is_null() => {
                Ok(Claim::Is(text.as_str().into()))
            }
            (What::Scalar { text, is_plain }, Some(Shape::Int)) => {
                let number = scalar::meaning(text, *is_plain).as_int();
                let problem = || self.source.problem(node, format!("expected a whole number, found `{text}`"));
                number.map(|n| Claim::Is(n.into())).ok_or_else(problem)
            }
            _ => Ok(Claim::Is(self.value(node)?)),
        }
    }

    fn bound(&self, node: &Node, text: &str) -> Option<Made> {
        let signs =
            [(">=", Relation::AtLeast), ("<=", Relation::AtMost), (">", Relation::Greater), ("<", Relation::Less)];
        let (relation, rest) = signs.iter().find_map(|(s, r)| Some((*r, text.strip_prefix(s)?.trim())))?;
        let number =
            rest.parse::<i64>().map_err(|_bad| self.source.problem(node, format!("`{rest}` is no whole number")));
        Some(number.map(|n| Claim::Order(relation, n.into())))
    }

    fn all_of(&self, claims: Vec<Claim>) -> Claim {
        match self.manner {
            Manner::Exact => Claim::ConsistOf(claims),
            Manner::Goss => Claim::ContainElements(claims),
        }
    }

    fn list(&self, node: &Node, items: &[Node], shape: Option<Shape>) -> Made {
        match shape {
            Some(Shape::Lines) => self.patterns(node),
            Some(Shape::List) if self.manner == Manner::Exact => {
                let items: Result<Vec<Value>, Problem> = items.iter().map(|n| self.text(n).map(Value::from)).collect();
                Ok(Claim::Is(Value::List(items?)))
            }
            None | Some(Shape::Set | Shape::List | Shape::Versions | Shape::Any) => {
                let claims: Result<Vec<Claim>, Problem> = items.iter().map(|n| self.claim(n, item(shape))).collect();
                Ok(self.all_of(claims?))
            }
            Some(Shape::Text | Shape::Version) => Err(self
                .source
                .problem(node, "expected a single value, found a list")
                .hinted("`or: [..]` says one of these")),
            Some(shape @ (Shape::Int | Shape::Bool | Shape::Map)) => {
                Err(self.source.problem(node, format!("expected {}, found a list", word(shape))))
            }
        }
    }

    fn map(&self, node: &Node, entries: &[(Node, Node)], shape: Option<Shape>) -> Made {
        if let [(key, value)] = entries
            && let Some((_, make)) = MATCHERS.iter().find(|(name, _)| key.text() == Some(name))
        {
            return make(self, value, shape);
        }
        match shape {
            None => return Ok(Claim::Is(self.value(node)?)),
            Some(Shape::Map) => return self.texts(entries),
            Some(_) => {}
        }
        let Some((key, _)) = entries.first() else {
            return Err(self.source.problem(node, "an empty map says nothing"));
        };
        let name = key.text().unwrap_or_default();
        if entries.len() > 1 && entries.iter().all(|(k, _)| k.text().is_some_and(is_matcher)) {
            let problem = self.source.problem(node, "several matchers at one level");
            return Err(problem.hinted("join them: `and: [{..}, {..}]`"));
        }
        let problem = self.source.problem(key, format!("there is no matcher `{name}`"));
        Err(match meant(name, matcher_names()) {
            Some(meant) => problem.hinted(&format!("did you mean `{meant}`?")),
            None => problem.hinted(&format!("there are {}", matcher_names().collect::<Vec<_>>().join(", "))),
        })
    }

    /// Texts by name.
    fn texts(&self, entries: &[(Node, Node)]) -> Made {
        let text = |(key, value): &(Node, Node)| {
            Ok((key.text().unwrap_or_default().to_owned(), Value::from(self.text(value)?)))
        };
        Ok(Claim::Is(Value::Map(entries.iter().map(text).collect::<Result<_, Problem>>()?)))
    }

    fn claims(&self, node: &Node, shape: Option<Shape>) -> Result<Vec<Claim>, Problem> {
        match &node.what {
            What::List(items) if items.is_empty() && self.manner == Manner::Exact => {
                Err(self.source.problem(node, "an empty list says nothing"))
            }
            What::List(items) => items.iter().map(|n| self.claim(n, shape)).collect(),
            What::Map(_) | What::Scalar { .. } => {
                Err(self.source.problem(node, format!("expected a list, found {}", node.shape())))
            }
        }
    }

    fn keyed(&self, node: &Node) -> Result<BTreeMap<String, Claim>, Problem> {
        let Some(entries) = node.map() else {
            return Err(self.source.problem(node, format!("expected a map, found {}", node.shape())));
        };
        let claim =
            |(key, value): &(Node, Node)| Ok((key.text().unwrap_or_default().to_owned(), self.claim(value, None)?));
        entries.iter().map(claim).collect()
    }

    fn patterns(&self, node: &Node) -> Made {
        let nodes = if let What::List(items) = &node.what { items.as_slice() } else { std::slice::from_ref(node) };
        let mut patterns = Vec::new();
        for node in nodes {
            // A text of several lines stands for each of them.
            for line in self.text(node)?.lines() {
                patterns.push(Pattern::parse(line).map_err(|e| self.pattern_problem(node, &e))?);
            }
        }
        Ok(Claim::Patterns(patterns))
    }

    fn pattern_problem(&self, node: &Node, error: &BadPattern) -> Problem {
        let problem = self.source.problem(node, bad_expression(error));
        problem.hinted("what stands between slashes is a regular expression; \\/ begins a text with a slash")
    }

    fn order(&self, relation: Relation, node: &Node) -> Made {
        match self.value(node)? {
            value @ (Value::Int(_) | Value::Text(_)) => Ok(Claim::Order(relation, value)),
            Value::Bool(_) | Value::List(_) | Value::Map(_) => {
                Err(self.source.problem(node, format!("expected a number or a version, found {}", node.shape())))
            }
        }
    }

    fn regexp(&self, node: &Node) -> Made {
        let text = self.text(node)?;
        regex::Regex::new(&text).map(Claim::Regexp).map_err(|e| self.source.problem(node, bad_expression(&e)))
    }

    fn semver(&self, node: &Node) -> Made {
        let text = self.text(node)?;
        SemverRange::parse(&text).map(Claim::Semver).map_err(|what| self.source.problem(node, what))
    }

    fn text(&self, node: &Node) -> Result<String, Problem> {
        match node.text() {
            Some(text) if !node.is_null() => Ok(text.to_owned()),
            _ => Err(self.source.problem(node, format!("expected a text, found {}", node.shape()))),
        }
    }

    /// A part of the question, in the shape it must have.
    pub(crate) fn input(&self, node: &Node, shape: Shape) -> Result<Value, Problem> {
        let value = self.value(node)?;
        let fits = match (shape, &value) {
            (Shape::Bool, Value::Bool(_)) | (Shape::Int, Value::Int(_)) | (Shape::Map, Value::Map(_)) => true,
            (Shape::Any, _) => true,
            (Shape::Text | Shape::Version, Value::Text(_)) | (Shape::Lines, Value::Text(_) | Value::List(_)) => true,
            (Shape::Text | Shape::Version, Value::Int(_) | Value::Bool(_)) => return Ok(self.text(node)?.into()),
            (Shape::Set | Shape::List | Shape::Versions, Value::List(_)) => true,
            _ => false,
        };
        if fits { Ok(value) } else { Err(self.source.problem(node, format!("expected {}", word(shape)))) }
    }

    /// A written value as it stands.
    pub(crate) fn value(&self, node: &Node) -> Result<Value, Problem> {
        match &node.what {
            What::Scalar { .. } if node.is_null() => Err(self.source.problem(node, "a value is missing here")),
            What::Scalar { text, is_plain } => Ok(scalar::meaning(text, *is_plain)),
            What::List(items) => Ok(Value::List(items.iter().map(|n| self.value(n)).collect::<Result<_, _>>()?)),
            What::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(k, v)| Ok((k.text().unwrap_or_default().to_owned(), self.value(v)?)))
                    .collect::<Result<_, Problem>>()?;
                Ok(Value::Map(entries))
            }
        }
    }
}

/// How a text is to be spelled instead.
fn spelling(form: Form, text: &str) -> String {
    match form {
        Form::Any => "any text will do".to_owned(),
        Form::Mode => {
            let digits = format!("{:0>4}", text.trim_start_matches("0o"));
            let meant = if form.fits(&digits) { digits } else { "0644".to_owned() };
            format!("write four octal digits in quotes, such as \"{meant}\"")
        }
        Form::Hex(digits) => format!("write all {digits} hexadecimal digits, in lower case"),
    }
}

/// What to write for what other tools take for yes or no.
fn yes_or_no(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" | "1" => Some("write true"),
        "no" | "off" | "n" | "0" => Some("write false"),
        _ => None,
    }
}

/// The last line of what the regex crate says: the ones before it draw what the caller draws too.
fn bad_expression(error: &impl ToString) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    format!("this is no regular expression: {}", last.strip_prefix("error: ").unwrap_or(last))
}

/// The word for a shape in messages.
pub(crate) fn word(shape: Shape) -> &'static str {
    match shape {
        Shape::Bool => "true or false",
        Shape::Int => "a whole number",
        Shape::Text => "a text",
        Shape::Version => "a version",
        Shape::Versions => "versions",
        Shape::Set => "a set of texts",
        Shape::List => "a list of texts",
        Shape::Map => "a map",
        Shape::Lines => "patterns over lines",
        Shape::Any => "anything",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str, shape: Shape, manner: Manner) -> Result<Claim, String> {
        let source = Source { path: "t", text };
        let node = crate::spec_file::node::read(source).unwrap().unwrap();
        let reader = Reader { source, manner };
        let property = Property::new("p", shape, "").one_of(if text == "directry" { &["directory"] } else { &[] });
        reader.property(&node, &property).map_err(|p| p.to_string())
    }

    fn holds(text: &str, shape: Shape, seen: impl Into<Value>) -> bool {
        made(text, shape, Manner::Exact).unwrap().holds(Some(&seen.into()), None).unwrap()
    }

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|i| (*i).into()).collect())
    }

    #[test]
    fn the_shape_says_what_a_scalar_means() {
        assert!(holds("0644", Shape::Text, "0644") && holds("yes", Shape::Text, "yes"));
        assert!(holds("true", Shape::Text, "true") && holds("1440", Shape::Text, 1440_i64));
        assert!(holds("true", Shape::Bool, true));
        assert!(holds("'>= 3'", Shape::Int, 3_i64) && !holds("'> 3'", Shape::Int, 3_i64));
        assert!(holds("'>= 8.2, < 8.3'", Shape::Version, "8.2.29"));
        assert!(
            holds("[true, 80]", Shape::List, list(&["true", "80"])) && !holds("[a, b]", Shape::List, list(&["b", "a"]))
        );
        assert!(holds("[b, a]", Shape::Set, list(&["a", "b"])) && !holds("[a]", Shape::Set, list(&["a", "b"])));
        assert!(holds("{equal: [b, a]}", Shape::Set, list(&["a", "b"])));
        assert!(holds("[]", Shape::Set, list(&[])) && !holds("[]", Shape::Set, list(&["a"])));
        assert!(holds("['!x', /^a/]", Shape::Lines, "abc") && !holds("['!x', /^a/]", Shape::Lines, "ax"));
        let map = Value::Map([("a".to_owned(), "true".into())].into());
        assert!(
            holds("{a: true}", Shape::Map, map.clone())
                && holds("{have-key-with-value: {a: {not: {equal: 'false'}}}}", Shape::Map, map)
        );
        assert!(holds("{gjson: {a.b: {gt: 2}, c: {contain-element: x}}}", Shape::Lines, r#"{"a":{"b":3},"c":["x"]}"#));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (text, shape, says) in [
            ("yes", Shape::Bool, "expected true or false"),
            ("a", Shape::Int, "expected a whole number"),
            ("'>= x'", Shape::Int, "`x` is no whole number"),
            ("{equal: a}", Shape::Int, "expected a whole number"),
            ("'>= '", Shape::Version, "expected a range of versions"),
            ("[]", Shape::Lines, "it cannot fail"),
            ("{and: []}", Shape::Text, "an empty list says nothing"),
            ("{}", Shape::Text, "an empty map says nothing"),
            ("[a]", Shape::Bool, "expected true or false, found a list"),
            ("a", Shape::Map, "expected a map"),
            ("[/(/]", Shape::Lines, "unclosed group"),
            ("{semver-constraint: a.b}", Shape::Version, "`a.b` is no semantic version"),
            ("directry", Shape::Text, "did you mean `directory`"),
            ("{gt: [1]}", Shape::Int, "expected a number or a version"),
        ] {
            let said = made(text, shape, Manner::Exact).unwrap_err();
            assert!(said.contains(says), "{text}: {said}");
        }
    }

    #[test]
    fn lists_of_goss_are_at_least() {
        let goss = |text: &str, seen: &[&str]| {
            made(text, Shape::Set, Manner::Goss).unwrap().holds(Some(&list(seen)), None).unwrap()
        };
        assert!(goss("[a]", &["a", "b"]) && !goss("[a, c]", &["a", "b"]));
        assert!(goss("{consist-of: [b, {have-prefix: a}]}", &["ax", "b"]));
        assert!(made("[]", Shape::Set, Manner::Goss).unwrap().is_vacuous());
    }
}
