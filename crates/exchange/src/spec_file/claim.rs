//! A written value as a claim, checked against the shape of the property it is about.

use super::node::{Node, Source, What};
use super::problem::{Problem, meant};
use super::scalar;
use kinds::kind::{Property, Shape};
use model::claim::Claim;
use model::pattern::Pattern;
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
type Maker = fn(&Reader<'_>, &Node, Shape) -> Made;

/// The matchers, under Goss's names.
const MATCHERS: &[(&str, Maker)] = &[
    ("and", |r, n, s| Ok(Claim::And(r.claims(n, s)?))),
    ("consist-of", |r, n, s| Ok(Claim::ConsistOf(r.claims(n, item(s))?))),
    ("contain-element", |r, n, s| Ok(Claim::ContainElement(Box::new(r.claim(n, item(s))?)))),
    ("contain-elements", |r, n, s| Ok(Claim::ContainElements(r.claims(n, item(s))?))),
    ("contain-substring", |r, n, _| Ok(Claim::Substring(r.text(n)?))),
    ("equal", |r, n, _| Ok(Claim::Is(r.value(n)?))),
    ("ge", |r, n, _| r.order(Relation::AtLeast, n)),
    ("gjson", |r, n, _| Ok(Claim::Json(r.keyed(n)?))),
    ("gt", |r, n, _| r.order(Relation::Greater, n)),
    ("have-key", |r, n, _| Ok(Claim::Key(r.text(n)?))),
    ("have-key-with-value", |r, n, _| Ok(Claim::Keys(r.keyed(n)?))),
    ("have-len", |r, n, _| Ok(Claim::Len(Box::new(r.claim(n, Shape::Int)?)))),
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

/// The shape of a list's items.
fn item(shape: Shape) -> Shape {
    match shape {
        Shape::Versions => Shape::Version,
        Shape::Set | Shape::List | Shape::Lines | Shape::Map | Shape::Text => Shape::Text,
        Shape::Bool | Shape::Int | Shape::Version => shape,
    }
}

impl Reader<'_> {
    /// What is claimed of a property.
    pub(crate) fn property(&self, node: &Node, property: &Property) -> Made {
        let claim = self.claim(node, property.shape)?;
        if claim.is_vacuous() && self.manner == Manner::Exact {
            let mut problem =
                self.source.problem(node, format!("this says nothing of {}: it cannot fail", property.name));
            problem.hints.push("name what must be there, or leave the property out".to_owned());
            return Err(problem);
        }
        Ok(claim)
    }

    fn claim(&self, node: &Node, shape: Shape) -> Made {
        match &node.what {
            What::Map(entries) => self.map(node, entries, shape),
            What::List(items) => self.list(node, items, shape),
            What::Scalar { .. } if node.is_null() => Err(self.source.problem(node, "a value is missing here")),
            What::Scalar { text, is_plain } => self.scalar(node, text, *is_plain, shape),
        }
    }

    fn scalar(&self, node: &Node, text: &str, is_plain: bool, shape: Shape) -> Made {
        let value = scalar::meaning(text, is_plain);
        let wrong = |what: &str| Err(self.source.problem(node, format!("expected {what}, found `{text}`")));
        match (shape, value) {
            (Shape::Bool, Value::Bool(b)) => Ok(Claim::Is(b.into())),
            (Shape::Bool, _) => wrong("true or false"),
            (Shape::Int, Value::Int(n)) => Ok(Claim::Is(n.into())),
            (Shape::Int, _) => {
                self.bound(node, text).unwrap_or_else(|| wrong("a whole number, or a bound such as `>= 3`"))
            }
            (Shape::Version | Shape::Versions, _) if text.starts_with(['<', '>', '=', '!']) => match Range::parse(text)
            {
                Some(range) => Ok(Claim::Versions(range)),
                None => wrong("a range of versions such as `>= 8.2, < 8.3`"),
            },
            (Shape::Versions | Shape::Set, _) => Ok(self.all_of(vec![Claim::Is(text.into())])),
            (Shape::Version | Shape::Text, _) => Ok(Claim::Is(text.into())),
            (Shape::List, _) => Ok(Claim::Is(Value::List(vec![text.into()]))),
            (Shape::Lines, _) => self.patterns(node),
            (Shape::Map, _) => wrong("a map"),
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

    fn list(&self, node: &Node, items: &[Node], shape: Shape) -> Made {
        match shape {
            Shape::Lines => self.patterns(node),
            Shape::List if self.manner == Manner::Exact => Ok(Claim::Is(self.value(node)?)),
            Shape::Set | Shape::List | Shape::Versions => {
                let claims: Result<Vec<Claim>, Problem> = items.iter().map(|n| self.claim(n, item(shape))).collect();
                Ok(self.all_of(claims?))
            }
            Shape::Text | Shape::Version if self.manner == Manner::Exact => Err(self
                .source
                .problem(node, "expected a single value, found a list")
                .hinted("`or: [..]` says one of these")),
            Shape::Text | Shape::Version | Shape::Int | Shape::Bool | Shape::Map => {
                Err(self.source.problem(node, format!("expected {}, found a list", word(shape))))
            }
        }
    }

    fn map(&self, node: &Node, entries: &[(Node, Node)], shape: Shape) -> Made {
        if let [(key, value)] = entries
            && let Some((_, make)) = MATCHERS.iter().find(|(name, _)| key.text() == Some(name))
        {
            return make(self, value, shape);
        }
        if shape == Shape::Map {
            return Ok(Claim::Is(self.value(node)?));
        }
        let Some((key, _)) = entries.first() else {
            return Err(self.source.problem(node, "an empty map says nothing"));
        };
        let name = key.text().unwrap_or_default();
        if entries.len() > 1 && entries.iter().all(|(k, _)| matcher_names().any(|m| k.text() == Some(m))) {
            let problem = self.source.problem(node, "several matchers at one level");
            return Err(problem.hinted("join them: `and: [{..}, {..}]`"));
        }
        let mut problem = self.source.problem(key, format!("there is no matcher `{name}`"));
        if let Some(meant) = meant(name, matcher_names()) {
            problem.hints.push(format!("did you mean `{meant}`?"));
        }
        Err(problem)
    }

    fn claims(&self, node: &Node, shape: Shape) -> Result<Vec<Claim>, Problem> {
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
        entries
            .iter()
            .map(|(key, value)| {
                let claim = match &value.what {
                    What::Scalar { text, is_plain } => Claim::Is(scalar::meaning(text, *is_plain)),
                    What::List(_) | What::Map(_) => self.claim(value, Shape::Set)?,
                };
                Ok((key.text().unwrap_or_default().to_owned(), claim))
            })
            .collect()
    }

    fn patterns(&self, node: &Node) -> Made {
        let nodes = if let What::List(items) = &node.what { items.as_slice() } else { std::slice::from_ref(node) };
        let mut patterns = Vec::new();
        for node in nodes {
            if let What::Map(entries) = &node.what {
                return self.map(node, entries, Shape::Text);
            }
            // A text of several lines stands for each of them.
            for line in self.text(node)?.lines() {
                patterns.push(Pattern::parse(line).map_err(|e| self.source.problem(node, e.to_string()))?);
            }
        }
        Ok(Claim::Patterns(patterns))
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
        regex::Regex::new(&text).map(Claim::Regexp).map_err(|e| self.source.problem(node, e.to_string()))
    }

    fn semver(&self, node: &Node) -> Made {
        let text = self.text(node)?;
        // Goss separates bounds by spaces too.
        let bounds = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" >", ",>").replace(" <", ",<");
        let want = semver::VersionReq::parse(&bounds).map_err(|e| self.source.problem(node, e.to_string()))?;
        Ok(Claim::Semver(text, want))
    }

    fn text(&self, node: &Node) -> Result<String, Problem> {
        match node.text() {
            Some(text) if !node.is_null() => Ok(text.to_owned()),
            _ => Err(self.source.problem(node, format!("expected a text, found {}", node.shape()))),
        }
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

impl Problem {
    pub(crate) fn hinted(mut self, hint: &str) -> Self {
        self.hints.push(hint.to_owned());
        self
    }
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
    }
}
