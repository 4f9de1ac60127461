//! Walks a program as it would run, and folds what is literal: variables, loops over lists, formatted texts.
#![expect(clippy::wildcard_enum_match_arm, reason = "a language has more than is folded")]

use super::super::shell::word::Word;
use super::super::statement::{Confidence, one_line};
use super::known::{Known, joined};
use super::{At, Block, Call, Code, DEEPEST, Function};
use std::collections::BTreeMap;

/// How many calls of one program are read, loops unrolled.
const MOST_CALLS: usize = 100_000;

/// How long texts may get by folding, in bytes.
const LONGEST: usize = 1 << 20;

/// What is known while a program is walked.
#[derive(Debug, Default)]
pub struct State {
    /// Variables.
    pub names: BTreeMap<String, Known>,
    /// Functions.
    pub functions: BTreeMap<String, Function>,
    /// The most that can be known here: less inside of conditions that could not be worked out.
    pub trust: Option<Confidence>,
    depth: usize,
    calls: usize,
    returned: Option<Known>,
}

impl State {
    /// How sure a statement is that was made of these words here.
    pub fn sure(&self, words: &[&Word]) -> Confidence {
        let words = words.iter().map(|w| w.confidence).max().unwrap_or(Confidence::Exact);
        words.max(self.trust.unwrap_or(Confidence::Exact))
    }

    /// Forgets that a function returned.
    pub fn end(&mut self) {
        self.returned = None;
    }

    /// Whether the program does more than any does.
    pub fn is_over(&self) -> bool {
        self.calls >= MOST_CALLS
    }
}

/// A call with its arguments worked out.
#[derive(Debug, Clone)]
pub struct Called<'c> {
    /// The line.
    pub line: u32,
    /// What it is a method of.
    pub on: Option<Known>,
    /// The names before it: `env` of `env.roledefs`, `RSpec` of `RSpec.describe`.
    pub path: String,
    /// The name.
    pub name: &'c str,
    /// The arguments.
    pub args: Vec<Known>,
    /// The arguments with names.
    pub named: Vec<(String, Known)>,
    /// Its block.
    pub block: Option<&'c Block>,
    /// Its words.
    pub said: &'c str,
}

impl Called<'_> {
    /// An argument with this name, or at this place.
    pub fn arg(&self, at: usize, name: &str) -> Option<&Known> {
        self.named.iter().find(|(n, _)| n == name).map(|(_, v)| v).or_else(|| self.args.get(at))
    }

    /// An argument with this name.
    pub fn named(&self, name: &str) -> Option<&Known> {
        self.named.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
}

/// A reader of programs: what calls mean, and the walk over everything else.
pub trait Walk: Sized {
    /// What is known.
    fn state(&mut self) -> &mut State;

    /// A call that is not one of the program's own functions: its value if it has a meaning here.
    fn called(&mut self, call: &Called<'_>) -> Option<Known>;

    /// A call whose arguments are not to be worked out before: its value if it has a meaning here.
    fn raw(&mut self, _line: u32, _call: &Call) -> Option<Known> {
        None
    }

    /// A block with what it is given.
    fn call_block(&mut self, block: &Block, given: &[Known]) -> Known {
        self.block(block, given)
    }

    /// Whether a function of the program is read on its own, and not where it is called.
    fn stands_alone(&mut self, _name: &str) -> bool {
        false
    }

    /// Whether a condition only looks whether a step was done before.
    fn looks(&self, _condition: &At) -> bool {
        false
    }

    /// Around the body of a `with`: whether the call changes anything for what stands in it.
    fn entered(&mut self, _call: &Called<'_>) {}

    /// After the body of a `with`.
    fn left(&mut self, _call: &Called<'_>) {}

    /// Runs one piece after the other.
    fn run(&mut self, body: &[At]) {
        for at in body {
            if self.state().returned.is_some() || self.state().is_over() {
                return;
            }
            self.value(at);
        }
    }

    /// What a piece gives.
    fn value(&mut self, at: &At) -> Known {
        let state = self.state();
        if state.depth >= DEEPEST {
            return Known::Unknown("code nested too deep".to_owned());
        }
        state.depth += 1;
        let value = self.value_of(at);
        self.state().depth -= 1;
        value
    }

    /// What a piece gives, within the bounds of depth.
    fn value_of(&mut self, at: &At) -> Known {
        match &at.code {
            Code::Literal(known) => known.clone(),
            Code::Text(parts) => {
                let words: Vec<Word> = parts.iter().map(|p| self.value(p).word()).collect();
                bounded(joined(words))
            }
            Code::Name(name) => self.name(at.line, name),
            Code::Index(of, key) => {
                let (of, key) = (self.value(of), self.value(key));
                index(&of, &key)
            }
            Code::List(items) => Known::List(items.iter().map(|i| self.value(i)).collect()),
            Code::Map(pairs) => Known::Map(pairs.iter().map(|(k, v)| (self.value(k), self.value(v))).collect()),
            Code::Call(call) => self.call(at.line, call),
            Code::Assign(target, value, adds) => {
                let value = self.value(value);
                self.assign(target, value, *adds);
                Known::Nothing
            }
            Code::If(branches) => self.branches(branches),
            Code::For(names, over, body) => {
                let over = self.value(over);
                self.each(&over, &Block { names: names.clone(), body: body.clone() });
                Known::Nothing
            }
            Code::While(body) => {
                self.guessed(|walk| walk.run(body));
                Known::Nothing
            }
            Code::Function(function) => {
                self.state().functions.insert(function.name.clone(), function.clone());
                Known::Nothing
            }
            Code::With(items, body) => self.with(items, body),
            Code::Body(body) => {
                let mut last = Known::Nothing;
                for at in body {
                    last = self.value(at);
                }
                last
            }
            Code::Binary(operator, left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                bounded(binary(operator, &left, &right))
            }
            Code::Not(inner) => match self.value(inner).holds() {
                Some(holds) => Known::Flag(!holds),
                None => Known::Unknown("a condition".to_owned()),
            },
            Code::Block(block) => Known::Block(block.clone()),
            Code::Return(value) => {
                let value = value.as_ref().map_or(Known::Nothing, |v| self.value(v));
                self.state().returned = Some(value);
                Known::Nothing
            }
            Code::Other(what) => Known::Unknown(what.clone()),
        }
    }

    /// The value of a name.
    fn name(&mut self, line: u32, name: &str) -> Known {
        if let Some(value) = self.state().names.get(name) {
            return value.clone().at_most(Confidence::Folded);
        }
        let call = Call {
            receiver: None,
            name: name.to_owned(),
            args: Vec::new(),
            named: Vec::new(),
            block: None,
            said: name.to_owned(),
        };
        self.call(line, &call)
    }

    /// A call: what its arguments are, then what it means.
    fn call(&mut self, line: u32, call: &Call) -> Known {
        self.state().calls += 1;
        if self.state().is_over() {
            return Known::Unknown("a program of too many calls".to_owned());
        }
        if let Some(value) = self.raw(line, call) {
            return value;
        }
        let path = call.receiver.as_ref().map_or(String::new(), path);
        let is_name = !path.is_empty() && !path.contains('(');
        let on = match &call.receiver {
            Some(receiver) if is_name => {
                let key = format!("{path}.{}", call.name);
                if let Some(value) = self.state().names.get(&key).filter(|_| call.args.is_empty()) {
                    return value.clone().at_most(Confidence::Folded);
                }
                Some(self.value(receiver))
            }
            Some(receiver) => Some(self.value(receiver)),
            None => None,
        };
        let args: Vec<Known> = call.args.iter().map(|a| self.value(a)).collect();
        let named: Vec<(String, Known)> = call.named.iter().map(|(n, v)| (n.clone(), self.value(v))).collect();
        let called =
            Called { line, on, path, name: &call.name, args, named, block: call.block.as_ref(), said: &call.said };
        if called.on.is_none()
            && let Some(function) = self.state().functions.get(&call.name).cloned()
        {
            if self.stands_alone(&call.name) {
                return Known::Nothing;
            }
            return self.function(&function, &called.args, &called.named);
        }
        if let Some(value) = self.called(&called) {
            return value;
        }
        match self.method(&called) {
            Some(value) => bounded(value),
            None => {
                if let Some(block) = called.block {
                    self.guessed(|walk| walk.run(&block.body));
                }
                Known::Unknown(one_line(&call.said))
            }
        }
    }

    /// A function of the program.
    fn function(&mut self, function: &Function, args: &[Known], named: &[(String, Known)]) -> Known {
        let before = self.state().names.clone();
        for (at, (name, default)) in function.names.iter().enumerate() {
            let given = named.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).or_else(|| args.get(at).cloned());
            let value = match (given, default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.value(default),
                (None, None) => Known::Unknown(name.clone()),
            };
            self.state().names.insert(name.clone(), value);
        }
        self.run(&function.body);
        let state = self.state();
        // What was set on an object stays; what was a variable of the function does not.
        let kept: Vec<(String, Known)> =
            state.names.iter().filter(|(n, _)| n.contains('.')).map(|(n, v)| (n.clone(), v.clone())).collect();
        state.names = before;
        state.names.extend(kept);
        state.returned.take().unwrap_or(Known::Nothing)
    }

    /// A block with what it is given.
    fn block(&mut self, block: &Block, given: &[Known]) -> Known {
        let before: Vec<(String, Option<Known>)> =
            block.names.iter().map(|n| (n.clone(), self.state().names.get(n).cloned())).collect();
        let spread = match given {
            [Known::List(items)] if block.names.len() > 1 => items.clone(),
            _ => given.to_vec(),
        };
        for (at, name) in block.names.iter().enumerate() {
            self.state().names.insert(name.clone(), spread.get(at).cloned().unwrap_or(Known::Nothing));
        }
        let mut last = Known::Nothing;
        for at in &block.body {
            last = self.value(at);
        }
        for (name, value) in before {
            match value {
                Some(value) => self.state().names.insert(name, value),
                None => self.state().names.remove(&name),
            };
        }
        last
    }

    /// A block for each item; once, with a guess, when the items are not known.
    fn each(&mut self, over: &Known, block: &Block) {
        match over {
            Known::List(_) | Known::Map(_) => {
                for item in over.items() {
                    if self.state().is_over() {
                        return;
                    }
                    self.block(block, &[item]);
                }
            }
            _ => self.guessed(|walk| {
                let given: Vec<Known> = block.names.iter().map(|n| Known::Unknown(n.clone())).collect();
                walk.block(block, &given);
            }),
        }
    }

    /// Everything in here may or may not be so.
    fn guessed(&mut self, run: impl FnOnce(&mut Self)) {
        let before = self.state().trust.replace(Confidence::Guessed);
        run(self);
        self.state().trust = before;
    }

    /// The first branch whose condition holds; all of them, as guesses, where that is not known.
    fn branches(&mut self, branches: &[(Option<At>, Vec<At>)]) -> Known {
        for (at, (condition, body)) in branches.iter().enumerate() {
            let holds = condition.as_ref().map_or(Some(true), |c| self.value(c).holds());
            match holds {
                Some(true) => {
                    let mut last = Known::Nothing;
                    for at in body {
                        last = self.value(at);
                    }
                    return last;
                }
                Some(false) => {}
                None if branches.len() == 1 && condition.as_ref().is_some_and(|c| self.looks(c)) => {
                    let before = self.state().trust;
                    self.state().trust = before.max(Some(Confidence::Folded));
                    self.run(body);
                    self.state().trust = before;
                    return Known::Nothing;
                }
                None => {
                    let rest: Vec<&(Option<At>, Vec<At>)> = branches[at..].iter().collect();
                    self.guessed(|walk| {
                        for (_, body) in rest {
                            walk.run(body);
                            // It returns in one branch only.
                            walk.state().returned = None;
                        }
                    });
                    return Known::Unknown("what a condition gives".to_owned());
                }
            }
        }
        Known::Nothing
    }

    /// The body of a `with`, inside of what its calls change.
    fn with(&mut self, items: &[At], body: &[At]) -> Known {
        let mut entered = Vec::new();
        for item in items {
            let Code::Call(call) = &item.code else { continue };
            let args: Vec<Known> = call.args.iter().map(|a| self.value(a)).collect();
            let named: Vec<(String, Known)> = call.named.iter().map(|(n, v)| (n.clone(), self.value(v))).collect();
            let path = call.receiver.as_ref().map_or(String::new(), path);
            entered.push(Called {
                line: item.line,
                on: None,
                path,
                name: &call.name,
                args,
                named,
                block: None,
                said: &call.said,
            });
        }
        for call in &entered {
            self.entered(call);
        }
        self.run(body);
        for call in entered.iter().rev() {
            self.left(call);
        }
        Known::Nothing
    }

    /// Keeps a value under a name.
    fn assign(&mut self, target: &At, value: Known, adds: bool) {
        let names: Vec<String> = match &target.code {
            Code::List(targets) => {
                let values = value.items();
                for (at, target) in targets.iter().enumerate() {
                    let value = values.get(at).cloned().unwrap_or(Known::Unknown("a part of a value".to_owned()));
                    self.assign(target, value, false);
                }
                return;
            }
            Code::Index(of, key) => {
                let key = self.value(key).plain();
                key.map(|key| format!("{}.{key}", path(of))).into_iter().collect()
            }
            _ => vec![path(target)],
        };
        for name in names.into_iter().filter(|n| !n.is_empty()) {
            let value = match self.state().names.get(&name) {
                Some(before) if adds => bounded(binary("+", before, &value)),
                _ => value.clone(),
            };
            self.state().names.insert(name, value);
        }
    }

    /// The methods that both languages have of texts, lists and maps.
    fn method(&mut self, call: &Called<'_>) -> Option<Known> {
        let on = call.on.as_ref();
        let first = call.args.first();
        match (call.name, on) {
            ("each" | "each_value" | "each_key" | "each_pair" | "each_with_index", Some(on)) => {
                let block = call.block?;
                let over = match (call.name, on) {
                    ("each_key", Known::Map(pairs)) => Known::List(pairs.iter().map(|(k, _)| k.clone()).collect()),
                    ("each_value", Known::Map(pairs)) => Known::List(pairs.iter().map(|(_, v)| v.clone()).collect()),
                    _ => on.clone(),
                };
                self.each(&over, block);
                Some(Known::Nothing)
            }
            ("map" | "collect" | "flat_map", Some(on @ (Known::List(_) | Known::Map(_)))) => {
                let block = call.block?;
                let items: Vec<Known> = on.items().into_iter().map(|i| self.block(block, &[i])).collect();
                let items = if call.name == "flat_map" { items.iter().flat_map(Known::items).collect() } else { items };
                Some(Known::List(items))
            }
            ("select" | "reject" | "filter", Some(on @ (Known::List(_) | Known::Map(_)))) => {
                let block = call.block?;
                let mut kept = Vec::new();
                for item in on.items() {
                    let holds = self.block(block, std::slice::from_ref(&item)).holds()?;
                    if holds == (call.name != "reject") {
                        kept.push(item);
                    }
                }
                Some(match on {
                    Known::Map(_) => Known::Map(
                        kept.iter().map(|i| (index(i, &Known::Number(0)), index(i, &Known::Number(1)))).collect(),
                    ),
                    _ => Known::List(kept),
                })
            }
            ("keys", Some(Known::Map(pairs))) => Some(Known::List(pairs.iter().map(|(k, _)| k.clone()).collect())),
            ("values", Some(Known::Map(pairs))) => Some(Known::List(pairs.iter().map(|(_, v)| v.clone()).collect())),
            ("items" | "iteritems" | "to_a", Some(on)) => Some(Known::List(on.items())),
            ("push" | "concat" | "append" | "<<", Some(Known::List(items))) => {
                let mut items = items.clone();
                for arg in &call.args {
                    match (call.name, arg) {
                        ("concat", list) => items.extend(list.items()),
                        (_, item) => items.push(item.clone()),
                    }
                }
                let list = Known::List(items);
                if !call.path.is_empty() && self.state().names.contains_key(&call.path) {
                    self.state().names.insert(call.path.clone(), list.clone());
                }
                Some(list)
            }
            ("uniq" | "sort" | "flatten" | "compact" | "freeze" | "to_s" | "to_sym" | "dup" | "to_str", Some(on)) => {
                Some(on.clone())
            }
            ("join", Some(Known::List(items))) => Some(joined_by(items, first)),
            ("join", Some(by @ Known::Text(_))) if matches!(first, Some(Known::List(_))) => {
                Some(joined_by(&first?.items(), Some(by)))
            }
            ("join", Some(on)) => Some(joined_path(on, &call.args)),
            ("split", Some(on)) => {
                let text = on.plain()?;
                let by = first.and_then(Known::plain).filter(|b| !b.is_empty());
                Some(Known::List(match by {
                    Some(by) => text.split(by.as_str()).map(Known::text).collect(),
                    None => text.split_whitespace().map(Known::text).collect(),
                }))
            }
            ("strip" | "chomp", Some(on)) => Some(Known::text(on.plain()?.trim())),
            ("lower" | "downcase", Some(on)) => Some(Known::text(on.plain()?.to_lowercase())),
            ("upper" | "upcase", Some(on)) => Some(Known::text(on.plain()?.to_uppercase())),
            ("replace" | "gsub" | "sub" | "tr", Some(Known::Text(on))) => {
                let (from, to) = (first?.plain()?, call.args.get(1)?.plain()?);
                if on.lacks.is_some() || matches!(first, Some(Known::Pattern(_))) {
                    return None;
                }
                Some(Known::text(on.text.replace(&from, &to)).at_most(Confidence::Folded))
            }
            ("format", Some(Known::Text(template))) => Some(braces(template, &call.args, &call.named)),
            ("get" | "fetch", Some(map @ Known::Map(_))) => {
                Some(map.get(&first?.plain()?).cloned().or_else(|| call.args.get(1).cloned()).unwrap_or(Known::Nothing))
            }
            ("merge", Some(Known::Map(pairs))) => {
                let mut pairs = pairs.clone();
                if let Some(Known::Map(more)) = first {
                    pairs.retain(|(k, _)| !more.iter().any(|(m, _)| m == k));
                    pairs.extend(more.clone());
                }
                Some(Known::Map(pairs))
            }
            ("call", Some(Known::Block(block))) => {
                let block = block.clone();
                Some(self.block(&block, &call.args))
            }
            ("dict", None) => {
                Some(Known::Map(call.named.iter().map(|(n, v)| (Known::text(n.clone()), v.clone())).collect()))
            }
            ("str" | "unicode" | "list" | "tuple" | "sorted" | "Array" | "String", None) => first.cloned(),
            ("lambda" | "proc", None) => call.block.map(|b| Known::Block(b.clone())),
            ("empty?", Some(on)) => on.holds().map(|h| Known::Flag(!h)),
            ("nil?", Some(on)) => Some(Known::Flag(*on == Known::Nothing)),
            _ => None,
        }
    }
}

/// The dotted names of a piece: `env.roledefs`, `Foo::Bar`; empty where it is something else.
pub fn path(at: &At) -> String {
    match &at.code {
        Code::Name(name) => name.clone(),
        Code::Call(call) if call.args.is_empty() && call.named.is_empty() && call.block.is_none() => {
            match &call.receiver {
                None => call.name.clone(),
                Some(receiver) => {
                    let before = path(receiver);
                    if before.is_empty() { String::new() } else { format!("{before}.{}", call.name) }
                }
            }
        }
        Code::Index(of, key) => match &key.code {
            Code::Literal(key) => key.plain().map(|k| format!("{}.{k}", path(of))).unwrap_or_default(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn bounded(value: Known) -> Known {
    match &value {
        Known::Text(word) if word.text.len() > LONGEST => Known::Unknown("a very long text".to_owned()),
        Known::List(items) if items.len() > 10_000 => Known::Unknown("a very long list".to_owned()),
        _ => value,
    }
}

fn index(of: &Known, key: &Known) -> Known {
    let found = match (of, key) {
        (Known::List(items), Known::Number(at)) => {
            let at = if *at < 0 { i64::try_from(items.len()).unwrap_or(i64::MAX) + at } else { *at };
            usize::try_from(at).ok().and_then(|at| items.get(at)).cloned()
        }
        (Known::Map(_), key) => key.plain().and_then(|k| of.get(&k).cloned()),
        _ => None,
    };
    found.unwrap_or_else(|| Known::Unknown("an item that is not known".to_owned()))
}

fn joined_by(items: &[Known], by: Option<&Known>) -> Known {
    let by = by.map_or_else(|| Word::literal(""), Known::word);
    let mut words = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            words.push(by.clone());
        }
        words.push(item.word());
    }
    joined(words).at_most(Confidence::Folded)
}

/// `os.path.join(a, b)`, `File.join(a, b)`, `shared_path.join(a)`.
fn joined_path(on: &Known, args: &[Known]) -> Known {
    let mut all = match on {
        Known::Text(word) => word.clone(),
        _ => Word::literal(""),
    };
    for arg in args {
        let word = arg.word();
        if word.text.starts_with('/') {
            all = word;
            continue;
        }
        if !all.text.is_empty() && !all.text.ends_with('/') {
            all.push(Word::literal("/"));
        }
        all.push(word);
    }
    Known::Text(all).at_most(Confidence::Folded)
}

fn binary(operator: &str, left: &Known, right: &Known) -> Known {
    match (operator, left, right) {
        ("+", Known::Number(a), Known::Number(b)) => a.checked_add(*b).map_or(Known::Nothing, Known::Number),
        ("+" | "|", Known::List(a), b @ Known::List(_)) => Known::List(a.iter().cloned().chain(b.items()).collect()),
        ("+", Known::Text(a), b) | ("/", Known::Text(a), b @ Known::Text(_)) => {
            let between = if operator == "/" { "/" } else { "" };
            joined([a.clone(), Word::literal(between), b.word()]).at_most(Confidence::Folded)
        }
        ("+", a @ Known::Unknown(_), b @ Known::Text(_)) => joined([a.word(), b.word()]),
        ("%", Known::Text(template), values) => percent(template, values).at_most(Confidence::Folded),
        ("==" | "!=", a, b) => match (a.plain(), b.plain()) {
            (Some(a), Some(b)) => Known::Flag((a == b) == (operator == "==")),
            _ => Known::Unknown("a comparison".to_owned()),
        },
        ("and" | "&&", a, b) => match a.holds() {
            Some(true) => b.clone(),
            Some(false) => a.clone(),
            None => Known::Unknown("a condition".to_owned()),
        },
        ("or" | "||", a, b) => match a.holds() {
            Some(true) => a.clone(),
            Some(false) => b.clone(),
            // What the environment says is not known, the default is what is meant.
            None if matches!(b, Known::Text(_)) => b.clone().at_most(Confidence::Guessed),
            None => Known::Unknown("a condition".to_owned()),
        },
        ("in", a, Known::Map(pairs)) => match a.plain() {
            Some(a) => Known::Flag(pairs.iter().any(|(k, _)| k.plain().as_deref() == Some(a.as_str()))),
            None => Known::Unknown("a condition".to_owned()),
        },
        ("in", a, Known::List(items)) => match a.plain() {
            Some(a) => Known::Flag(items.iter().any(|i| i.plain().as_deref() == Some(a.as_str()))),
            None => Known::Unknown("a condition".to_owned()),
        },
        _ => Known::Unknown(format!("what {operator} gives")),
    }
}

/// Python's `template % values`.
fn percent(template: &Word, values: &Known) -> Known {
    let list = match values {
        Known::List(items) => items.clone(),
        other => vec![other.clone()],
    };
    let mut next = list.into_iter();
    let mut all = Word { text: String::new(), ..template.clone() };
    let mut rest = template.text.as_str();
    while let Some(at) = rest.find('%') {
        all.text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix('%') {
            all.text.push('%');
            rest = after;
            continue;
        }
        let (value, after) = match after.strip_prefix('(').and_then(|a| a.split_once(')')) {
            Some((key, after)) => (values.get(key).cloned().unwrap_or_else(|| Known::Unknown(key.to_owned())), after),
            None => (next.next().unwrap_or_else(|| Known::Unknown("a missing value".to_owned())), after),
        };
        let flags = after.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(after.len());
        all.push(value.word());
        rest = after.get(flags + 1..).unwrap_or("");
    }
    all.text.push_str(rest);
    Known::Text(all)
}

/// Python's `template.format(…)`.
fn braces(template: &Word, args: &[Known], named: &[(String, Known)]) -> Known {
    let mut all = Word { text: String::new(), ..template.clone() };
    let mut rest = template.text.as_str();
    let mut next = 0;
    while let Some(at) = rest.find(['{', '}']) {
        all.text.push_str(&rest[..at]);
        let brace = &rest[at..at + 1];
        if rest[at + 1..].starts_with(brace) {
            all.text.push_str(brace);
            rest = &rest[at + 2..];
            continue;
        }
        let Some((inside, after)) = rest[at + 1..].split_once('}') else { break };
        let key = inside.split([':', '!', '.', '[']).next().unwrap_or_default();
        let value = match key.parse::<usize>() {
            _ if key.is_empty() => {
                next += 1;
                args.get(next - 1)
            }
            Ok(at) => args.get(at),
            Err(_) => named.iter().find(|(n, _)| n == key).map(|(_, v)| v),
        };
        all.push(value.map_or_else(|| Known::Unknown(inside.to_owned()).word(), Known::word));
        rest = after;
    }
    all.text.push_str(rest);
    Known::Text(all).at_most(Confidence::Folded)
}
