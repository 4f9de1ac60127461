//! Walks the syntax tree of a text in the order in which a shell would run it.

use super::super::files::LARGEST;
use super::super::out::Out;
use super::super::statement::{Confidence, Says, Statement};
use super::super::tree::{self, children, named, text};
use super::call::{Call, Document, Said};
use super::expand::Expand;
use super::families::{self, Read};
use super::step::Step;
use super::word::Word;
use super::wrapper::{self, Wrapped};
use super::{DEEPEST, MOST_COMMANDS, Shell};
use model::place::Place;
use std::cell::Cell;
use tree_sitter::Node;

/// Reads a text whose first line is this line of the file.
pub(super) fn run(shell: &mut Shell<'_>, source: &str, line: u32, out: &mut Out) {
    let place = Place::line(&shell.like.place.file, line);
    if shell.depth > DEEPEST {
        return out.problem(place, format!("commands nested deeper than {DEEPEST}; what is inside was left out"));
    }
    if source.len() > LARGEST {
        return out.problem(place, format!("commands of more than {LARGEST} bytes; they were left out"));
    }
    let Some(tree) = tree::parse(&tree_sitter_bash::LANGUAGE.into(), source) else {
        return out.problem(place, "these commands take too much work to read; they were left out");
    };
    shell.depth += 1;
    let walk = &mut Walk { shell, source, line, out, trust: Confidence::Exact, depth: 0, within: Cell::new(0) };
    walk.sequence(tree.root_node());
    shell.depth -= 1;
}

/// Where a command's output goes.
struct Target {
    path: Word,
    appends: bool,
}

struct Walk<'w, 'f> {
    shell: &'w mut Shell<'f>,
    source: &'w str,
    /// The line of the file on which the text begins.
    line: u32,
    out: &'w mut Out,
    /// The most that can be known here: less inside of conditions that could not be worked out.
    trust: Confidence,
    depth: usize,
    /// How many substitutions the one that is looked at stands in.
    within: Cell<usize>,
}

impl Walk<'_, '_> {
    /// Everything below a node, one after the other.
    fn sequence(&mut self, node: Node<'_>) {
        for child in named(node) {
            self.node(child);
        }
    }

    fn node(&mut self, node: Node<'_>) {
        self.depth += 1;
        if self.depth > DEEPEST {
            self.out.problem(
                self.place(node),
                format!("commands nested deeper than {DEEPEST}; what is inside was left out"),
            );
        } else {
            self.kind(node);
        }
        self.depth -= 1;
    }

    fn kind(&mut self, node: Node<'_>) {
        match node.kind() {
            "comment" | "heredoc_body" | "heredoc_end" | "heredoc_start" => {}
            "program" | "compound_statement" | "do_group" => self.sequence(node),
            "subshell" => self.inside(|walk| walk.sequence(node)),
            "list" => self.list(node, None),
            // What is redirected is the last command of the list.
            "redirected_statement" if node.child_by_field_name("body").is_some_and(|b| b.kind() == "list") => {
                if let Some(list) = node.child_by_field_name("body") {
                    self.list(list, Some(node));
                }
            }
            "negated_command" => self.sequence(node),
            "if_statement" => self.condition(node),
            "for_statement" => self.each(node),
            "c_style_for_statement" | "while_statement" => self.guessed(|walk| {
                for body in named(node).into_iter().filter(|n| n.kind() == "do_group") {
                    walk.node(body);
                }
            }),
            "case_statement" => self.case(node),
            "function_definition" => self.function(node),
            "variable_assignment" => self.assign(node),
            "variable_assignments" => self.sequence(node),
            "declaration_command" => self.sequence_of(node, "variable_assignment"),
            "command" | "pipeline" | "redirected_statement" => self.step(node, None),
            "test_command" | "unset_command" => {}
            _ if node.is_error() => self.broken(node),
            _ => self.say(node, Says::NotUnderstood(format!("{} is not read", node.kind().replace('_', " ")))),
        }
    }

    fn sequence_of(&mut self, node: Node<'_>, kind: &str) {
        for child in named(node).into_iter().filter(|n| n.kind() == kind) {
            self.node(child);
        }
    }

    fn broken(&mut self, node: Node<'_>) {
        let inner: Vec<Node<'_>> = named(node)
            .into_iter()
            .filter(|n| matches!(n.kind(), "command" | "pipeline" | "redirected_statement" | "list"))
            .collect();
        self.say(node, Says::NotUnderstood("this is no shell".to_owned()));
        for child in inner {
            self.guessed(|walk| walk.node(child));
        }
    }

    fn place(&self, node: Node<'_>) -> Place {
        let row = if self.shell.is_one_line { 0 } else { u32::try_from(node.start_position().row).unwrap_or(u32::MAX) };
        Place::line(&self.shell.like.place.file, self.line.saturating_add(row))
    }

    fn like(&self, node: Node<'_>) -> Statement {
        let like = self.shell.like.clone();
        let said = Statement::new(self.place(node), without_heredoc(text(node, self.source)));
        Statement { place: said.place, said: said.said, ..like }.at_most(self.trust)
    }

    fn say(&mut self, node: Node<'_>, says: Says) {
        let statement = self.like(node).says(says);
        self.out.say(statement);
    }

    fn inside(&mut self, run: impl FnOnce(&mut Self)) {
        let (dir, user) = (self.shell.dir.clone(), self.shell.user.clone());
        run(self);
        (self.shell.dir, self.shell.user) = (dir, user);
    }

    fn trusting(&mut self, most: Confidence, run: impl FnOnce(&mut Self)) {
        let before = self.trust;
        self.trust = before.max(most);
        run(self);
        self.trust = before;
    }

    fn guessed(&mut self, run: impl FnOnce(&mut Self)) {
        self.trusting(Confidence::Guessed, run);
    }

    /// `a && b`, `a || b`; of the last one the output may go elsewhere.
    fn list(&mut self, node: Node<'_>, redirected: Option<Node<'_>>) {
        let parts = children(node);
        let Some(first) = parts.first() else { return };
        let operator = parts.iter().find(|n| matches!(n.kind(), "&&" | "||")).map(|n| n.kind());
        let is_look = self.is_look(*first);
        if !is_look {
            self.node(*first);
        }
        let rest: Vec<_> = parts.iter().skip(1).filter(|n| n.is_named()).collect();
        let trust = match (operator, is_look) {
            (Some("&&"), false) => Confidence::Exact,
            // Unless it is so already, it is made so.
            (Some("||"), true) => Confidence::Folded,
            _ => Confidence::Guessed,
        };
        for (at, part) in rest.iter().enumerate() {
            let redirected = redirected.filter(|_| at + 1 == rest.len());
            self.trusting(trust, |walk| match redirected {
                Some(node) => walk.step(node, Some(**part)),
                None => walk.node(**part),
            });
        }
    }

    /// Whether a command only looks at something.
    fn is_look(&self, node: Node<'_>) -> bool {
        match node.kind() {
            "test_command" => true,
            "negated_command" | "redirected_statement" | "pipeline" | "list" | "compound_statement" | "subshell" => {
                let inner: Vec<_> = named(node).into_iter().filter(|n| !n.kind().ends_with("_redirect")).collect();
                !inner.is_empty() && self.depth < DEEPEST && inner.iter().all(|n| self.is_look(*n))
            }
            "command" => node.child_by_field_name("name").is_some_and(|n| families::looks(text(n, self.source))),
            _ => false,
        }
    }

    fn condition(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let conditions: Vec<Node<'_>> =
            node.children_by_field_name("condition", &mut cursor).filter(Node::is_named).collect();
        let decided = match conditions.as_slice() {
            [one] => self.decide(*one),
            _ => None,
        };
        let is_negated = conditions.iter().any(|c| c.kind() == "negated_command") || self.says_not(&conditions);
        let is_look = !conditions.is_empty() && conditions.iter().all(|c| self.is_look(*c));
        let then_trust = match decided {
            Some(_) => Confidence::Folded,
            None if is_look && is_negated => Confidence::Folded,
            None => Confidence::Guessed,
        };
        for child in named(node).into_iter().filter(|n| !conditions.contains(n)) {
            let is_else = matches!(child.kind(), "elif_clause" | "else_clause");
            match (is_else, decided) {
                (false, Some(false)) | (true, Some(true)) => {}
                (false, _) => self.trusting(then_trust, |walk| walk.node(child)),
                (true, decided) => {
                    let trust = if decided.is_some() { Confidence::Folded } else { Confidence::Guessed };
                    self.trusting(trust, |walk| walk.sequence(child));
                }
            }
        }
    }

    /// Whether a test asks for something not to be there: `[ ! -e f ]`, `[ -z … ]`.
    fn says_not(&self, conditions: &[Node<'_>]) -> bool {
        conditions.iter().filter(|c| c.kind() == "test_command").any(|c| {
            let inner = text(*c, self.source).trim_start_matches(['[', ' ']);
            inner.starts_with('!') || inner.starts_with("-z")
        })
    }

    /// Whether a test of literals holds.
    fn decide(&self, node: Node<'_>) -> Option<bool> {
        if node.kind() == "command" {
            return match text(node, self.source) {
                "true" | ":" => Some(true),
                "false" => Some(false),
                _ => None,
            };
        }
        let [inner] = named(node).try_into().ok().filter(|_| node.kind() == "test_command")?;
        let parts = children(inner);
        let word = |at: usize| parts.get(at).map(|n| self.word(*n)).filter(|w| w.lacks.is_none()).map(|w| w.text);
        match (inner.kind(), parts.len()) {
            ("binary_expression", 3) => {
                let (left, right) = (word(0)?, word(2)?);
                match text(parts[1], self.source) {
                    "=" | "==" | "-eq" => Some(left == right),
                    "!=" | "-ne" => Some(left != right),
                    _ => None,
                }
            }
            ("unary_expression", 2) => match text(parts[0], self.source) {
                "-z" => Some(word(1)?.is_empty()),
                "-n" => Some(!word(1)?.is_empty()),
                _ => None,
            },
            _ => None,
        }
    }

    fn each(&mut self, node: Node<'_>) {
        let Some(variable) = node.child_by_field_name("variable").map(|n| text(n, self.source).to_owned()) else {
            return;
        };
        let mut cursor = node.walk();
        let values: Vec<Node<'_>> = node.children_by_field_name("value", &mut cursor).collect();
        let words: Vec<Word> = values.iter().flat_map(|n| self.words(*n)).collect();
        let Some(body) = node.child_by_field_name("body") else { return };
        let before = self.shell.variables.get(&variable).cloned();
        if words.iter().any(|w| w.lacks.is_some() || w.is_pattern) || words.is_empty() {
            self.shell.variables.remove(&variable);
            self.guessed(|walk| walk.node(body));
        } else {
            for word in words {
                self.shell.variables.insert(variable.clone(), word);
                self.trusting(Confidence::Folded, |walk| walk.node(body));
            }
        }
        if let Some(before) = before {
            self.shell.variables.insert(variable, before);
        }
    }

    fn case(&mut self, node: Node<'_>) {
        let word = node.child_by_field_name("value").map(|n| self.word(n));
        let known = word.filter(|w| w.lacks.is_none()).map(|w| w.text);
        for item in named(node).into_iter().filter(|n| n.kind() == "case_item") {
            let mut cursor = item.walk();
            let values: Vec<Node<'_>> = item.children_by_field_name("value", &mut cursor).collect();
            let fits = known.as_ref().map(|known| values.iter().any(|v| model::id::glob(&self.word(*v).text, known)));
            if fits == Some(false) {
                continue;
            }
            let trust = if fits == Some(true) { Confidence::Folded } else { Confidence::Guessed };
            self.trusting(trust, |walk| {
                for child in named(item).into_iter().filter(|n| !values.contains(n)) {
                    walk.node(child);
                }
            });
            if fits == Some(true) {
                return;
            }
        }
    }

    fn function(&mut self, node: Node<'_>) {
        let (Some(name), Some(body)) = (node.child_by_field_name("name"), node.child_by_field_name("body")) else {
            return;
        };
        let line = self.place(body).line;
        let body = (text(body, self.source).to_owned(), line);
        self.shell.functions.insert(text(name, self.source).to_owned(), body);
    }

    fn assign(&mut self, node: Node<'_>) {
        let Some(name) = node.child_by_field_name("name").map(|n| text(n, self.source).to_owned()) else { return };
        let value = node.child_by_field_name("value").map_or_else(|| Word::literal(""), |n| self.word(n));
        let value = if self.trust == Confidence::Guessed {
            Word::unknown(value.text, format!("the value of ${name}"))
        } else {
            value
        };
        self.shell.variables.insert(name, value);
    }

    fn word(&self, node: Node<'_>) -> Word {
        self.expand(|e| e.word(node))
    }

    fn words(&self, node: Node<'_>) -> Vec<Word> {
        self.expand(|e| e.words(node))
    }

    fn expand<T>(&self, run: impl FnOnce(&Expand<'_, '_>) -> T) -> T {
        let substituted = |node: Node<'_>| self.substituted(node);
        run(&Expand { shell: self.shell, source: self.source, substituted: &substituted })
    }

    /// What a substitution prints: only what echo, cat of a heredoc and pwd print is known.
    fn substituted(&self, node: Node<'_>) -> Option<Word> {
        self.within.set(self.within.get() + 1);
        let word = if self.within.get() > 8 { None } else { self.printed(node) };
        self.within.set(self.within.get() - 1);
        word
    }

    fn printed(&self, node: Node<'_>) -> Option<Word> {
        let [inner] = named(node).try_into().ok()?;
        if self.depth > 8 {
            return None;
        }
        let (command, heredoc) = match inner.kind() {
            "redirected_statement" => {
                let redirects: Vec<_> = named(inner).into_iter().filter(|n| n.kind() == "heredoc_redirect").collect();
                (inner.child_by_field_name("body")?, redirects.first().copied())
            }
            _ => (inner, None),
        };
        if command.kind() != "command" {
            return None;
        }
        let words = self.command_words(command);
        let text = match (words.first()?.text.as_str(), heredoc) {
            ("cat", Some(heredoc)) => self.heredoc(heredoc)?.text,
            ("echo", None) => {
                let mut text = Word::literal("");
                for (at, word) in words.iter().skip(1).enumerate() {
                    if at > 0 {
                        text.push(Word::literal(" "));
                    }
                    text.push(word.clone());
                }
                text
            }
            ("pwd", None) => Word::literal(self.shell.dir.clone()?),
            _ => return None,
        };
        Some(Word {
            text: text.text.trim_end_matches('\n').to_owned(),
            confidence: text.confidence.max(Confidence::Folded),
            ..text
        })
    }

    /// The words of a command, without assignments before it.
    fn command_words(&self, node: Node<'_>) -> Vec<Word> {
        named(node)
            .into_iter()
            .filter(|n| {
                !matches!(
                    n.kind(),
                    "variable_assignment" | "file_redirect" | "heredoc_redirect" | "herestring_redirect" | "comment"
                )
            })
            .filter(|n| !self.expand(|e| e.is_rest(*n)))
            .flat_map(|n| self.words(n))
            .collect()
    }

    /// A heredoc as a document.
    fn heredoc(&self, node: Node<'_>) -> Option<Document> {
        let body = named(node).into_iter().find(|n| n.kind() == "heredoc_body");
        let start = named(node).into_iter().find(|n| n.kind() == "heredoc_start")?;
        let mark = text(start, self.source);
        let Some(body) = body else { return Some(Document::new(Word::literal(""), None)) };
        let is_literal = mark.contains(['\'', '"', '\\']);
        let mut word = self.expand(|e| e.heredoc(body, is_literal));
        if children(node).first().is_some_and(|n| n.kind() == "<<-") {
            let lines: Vec<&str> = word.text.split('\n').map(|l| l.trim_start_matches('\t')).collect();
            word.text = lines.join("\n");
        }
        let place = Some(self.place(body)).filter(|_| !self.shell.is_one_line);
        Some(Document::new(word, place))
    }

    /// A command or a pipeline as one statement; of what is redirected, perhaps a part.
    fn step(&mut self, node: Node<'_>, body: Option<Node<'_>>) {
        self.shell.commands += 1;
        if self.shell.commands > MOST_COMMANDS {
            if self.shell.commands == MOST_COMMANDS + 1 {
                self.out.problem(self.place(node), format!("more than {MOST_COMMANDS} commands; the rest is left out"));
            }
            return;
        }
        let mut step = Step::default();
        let after = match body {
            Some(body) => self.redirected(node, Some(body), None, &mut step),
            None => self.pipe(node, None, &mut step),
        };
        if let Some(step) = after.said.then_some(step) {
            let like = self.like(node);
            step.say(like, self.out);
        }
        for (node, trust) in after.then {
            self.trusting(trust, |walk| walk.node(node));
        }
    }

    /// One part of a pipeline with what it gets as input; what follows it, and what it prints.
    fn pipe<'t>(&mut self, node: Node<'t>, input: Option<Document>, step: &mut Step) -> After<'t> {
        match node.kind() {
            "pipeline" => {
                let mut after = After::default();
                let mut input = input;
                for part in named(node) {
                    let next = self.pipe(part, input.take(), step);
                    input = next.output;
                    after.then.extend(next.then);
                    after.said |= next.said;
                }
                After { output: input, ..after }
            }
            "redirected_statement" => self.redirected(node, node.child_by_field_name("body"), input, step),
            "command" => {
                let words = self.command_words(node);
                self.with_assignments(node, |walk| walk.command(node, &words, input, &[], step))
            }
            "subshell" | "compound_statement" => {
                let mut after = After::default();
                let mut output: Option<Document> = None;
                let parts = named(node);
                let mut is_first = true;
                self.inside(|walk| {
                    for part in parts {
                        let next = walk.pipe(part, None, step);
                        after.said |= next.said;
                        after.then.extend(next.then);
                        output = if is_first { next.output } else { joined(output.take(), next.output) };
                        is_first = false;
                    }
                });
                After { output, ..after }
            }
            _ => {
                self.node(node);
                After::default()
            }
        }
    }

    fn with_assignments<T>(&mut self, node: Node<'_>, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.shell.variables.clone();
        let assignments: Vec<_> = named(node).into_iter().filter(|n| n.kind() == "variable_assignment").collect();
        if assignments.is_empty() {
            return run(self);
        }
        // They count for this command only, and not for its own words.
        let result = run(self);
        self.shell.variables = before;
        result
    }

    fn redirected<'t>(
        &mut self,
        node: Node<'t>,
        body: Option<Node<'t>>,
        input: Option<Document>,
        step: &mut Step,
    ) -> After<'t> {
        let mut input = input;
        let mut targets = Vec::new();
        let mut then = Vec::new();
        let mut pipeline = None;
        for redirect in named(node).into_iter().filter(|n| n.kind().ends_with("_redirect")) {
            match redirect.kind() {
                "file_redirect" => self.file_redirect(redirect, &mut targets, &mut input),
                "herestring_redirect" => {
                    let word = named(redirect).first().map(|n| self.word(*n));
                    input = word.map(|w| Document::new(Word { text: format!("{}\n", w.text), ..w }, None));
                }
                _ => {
                    input = self.heredoc(redirect);
                    for inner in named(redirect) {
                        match inner.kind() {
                            "file_redirect" => self.file_redirect(inner, &mut targets, &mut None),
                            "pipeline" => pipeline = Some(inner),
                            "heredoc_start" | "heredoc_body" | "heredoc_end" => {}
                            _ => then.push((inner, Confidence::Exact)),
                        }
                    }
                }
            }
        }
        let Some(body) = body else {
            // `> file` alone makes it empty.
            let empty = Some(Document::new(Word::literal(""), None));
            self.write(&targets, empty.as_ref(), step);
            return After { said: !targets.is_empty(), then, output: None };
        };
        let mut after = match body.kind() {
            "command" => {
                let words = self.command_words(body);
                self.with_assignments(body, |walk| walk.command(body, &words, input, &targets, step))
            }
            "pipeline" | "subshell" | "compound_statement" => {
                let after = self.pipe(body, input, step);
                self.write(&targets, after.output.as_ref(), step);
                after
            }
            _ => {
                self.node(body);
                self.write(&targets, None, step);
                After { said: targets.iter().any(|t| t.path.text != "/dev/null"), ..After::default() }
            }
        };
        if let Some(pipeline) = pipeline {
            let next = self.pipe(pipeline, after.output.take(), step);
            after.said |= next.said;
            after.output = next.output;
            after.then.extend(next.then);
        }
        after.then.extend(then);
        after
    }

    fn file_redirect(&self, node: Node<'_>, targets: &mut Vec<Target>, input: &mut Option<Document>) {
        let descriptor = node.child_by_field_name("descriptor").map(|n| text(n, self.source));
        let Some(destination) = node.child_by_field_name("destination").map(|n| self.word(n)) else { return };
        let operator = children(node).iter().map(|n| n.kind()).find(|k| k.contains(['<', '>'])).unwrap_or_default();
        match operator {
            "<" => {
                let path = self.absolute(&destination);
                *input = path.and_then(|p| self.document(&p));
            }
            ">" | ">|" | "&>" if descriptor != Some("2") => targets.push(Target { path: destination, appends: false }),
            ">>" | "&>>" if descriptor != Some("2") => targets.push(Target { path: destination, appends: true }),
            _ => {}
        }
    }

    fn absolute(&self, word: &Word) -> Option<String> {
        if word.lacks.is_some() {
            return None;
        }
        let call = self.call("", &[], None, &super::no_files);
        call.path(&word.text).ok()
    }

    /// A text that an earlier step wrote, or that was handed in.
    fn document(&self, path: &str) -> Option<Document> {
        self.shell.written.get(path).cloned().or_else(|| (self.shell.lookup)(path))
    }

    fn call<'a>(
        &'a self,
        program: &'a str,
        args: &'a [Word],
        input: Option<&'a Document>,
        texts: &'a dyn Fn(&str) -> Option<Document>,
    ) -> Call<'a> {
        let dir = self.shell.dir.as_deref();
        let built =
            self.shell.prefix.as_ref().filter(|(of, _)| of.as_deref() == dir).map(|(_, prefix)| prefix.as_str());
        Call { program, args, input, dir, user: self.shell.user.as_deref(), prefix: built, texts }
    }

    /// One command with its words and where its output goes.
    fn command<'t>(
        &mut self,
        node: Node<'t>,
        words: &[Word],
        input: Option<Document>,
        targets: &[Target],
        step: &mut Step,
    ) -> After<'t> {
        let Some(name) = words.first() else { return After::default() };
        if let Some(after) = self.special(node, words, &input) {
            return after;
        }
        if let Some(after) = self.wrapped(node, words, input.clone(), targets, step) {
            return after;
        }
        let trust = words.iter().map(|w| w.confidence).max().unwrap_or(Confidence::Exact);
        let init = ["/etc/init.d/", "/etc/rc.d/init.d/"].iter().find_map(|dir| name.text.strip_prefix(dir));
        let words: &[Word] = match init {
            // A script of init is what service(8) runs.
            Some(script) => &[&[Word::literal("service"), Word::literal(script)], &words[1..]].concat(),
            None => words,
        };
        let program = words[0].text.rsplit('/').next().unwrap_or_default().to_owned();
        let mut said = Said::default();
        let is_known = match &name.lacks {
            Some(lacks) => {
                said.unresolved(lacks.clone());
                true
            }
            None => {
                let texts = |path: &str| self.document(path);
                let call = self.call(&program, &words[1..], input.as_ref(), &texts);
                families::read(&call, &mut said) == Read::Yes
            }
        };
        if let Some(prefix) = said.prefix.take() {
            self.shell.prefix = Some((self.shell.dir.clone(), prefix));
        }
        let output = said.output.take();
        if !targets.is_empty() && families::looks(&program) {
            said.unresolved.clear();
        }
        let is_written = self.write(targets, output.as_ref(), step);
        if !is_known && !is_written {
            step.not_understood(format!("no reader of `{}`", name.text));
        }
        self.remember(&said);
        step.take(said, trust);
        After { said: true, then: Vec::new(), output }
    }

    /// What changes the shell itself: cd, source, set, a call of a function.
    fn special<'t>(&mut self, node: Node<'t>, words: &[Word], input: &Option<Document>) -> Option<After<'t>> {
        let name = words[0].text.as_str();
        match name {
            "cd" | "pushd" => {
                let target = words.iter().skip(1).find(|w| !w.text.starts_with('-'));
                self.shell.dir = match target {
                    Some(word) => self.absolute(word),
                    None => self.shell.user.as_deref().map(super::call::home),
                };
                Some(After::default())
            }
            "popd" => {
                self.shell.dir = None;
                Some(After::default())
            }
            "source" | "." if words.len() > 1 => {
                self.sourced(node, &words[1]);
                Some(After::default())
            }
            "exit" | "logout" if self.depth <= 2 => {
                self.shell.user.clone_from(&self.shell.login);
                Some(After::default())
            }
            "set" | "shift" | "return" | "exit" | "logout" | "trap" | "wait" | "break" | "continue" | "local"
            | "unset" => Some(After::default()),
            _ => {
                let (body, line) = self.shell.functions.get(name).cloned()?;
                if self.shell.depth > DEEPEST || input.is_some() {
                    return None;
                }
                self.called(node, &body, line, words);
                Some(After::default())
            }
        }
    }

    /// `source FILE`: read in place where the file was handed in or written before, each file once.
    fn sourced(&mut self, node: Node<'_>, file: &Word) {
        let path = self.absolute(file).unwrap_or_else(|| file.text.clone());
        let document = self.document(&path).or_else(|| (self.shell.lookup)(&file.text));
        match document.filter(|d| d.text.lacks.is_none()) {
            Some(document) if self.shell.sourced.insert(path) => {
                let line = self.place(node).line;
                let was = std::mem::replace(&mut self.shell.is_one_line, true);
                self.nested(&document.text.text, line, Confidence::Folded);
                self.shell.is_one_line = was;
            }
            Some(_) => {}
            None => self.say(node, Says::Unresolved(format!("what {} sets", file.text))),
        }
    }

    fn called(&mut self, node: Node<'_>, body: &str, line: u32, words: &[Word]) {
        if self.shell.depth > 16 {
            return self.say(node, Says::Unresolved("functions that call each other too deep".to_owned()));
        }
        let before = self.shell.variables.clone();
        for (at, word) in words.iter().enumerate().skip(1) {
            self.shell.variables.insert(at.to_string(), word.clone());
        }
        let arguments = std::mem::replace(&mut self.shell.arguments, words[1..].to_vec());
        // What a function does with what it is given is asked for where it is given.
        let was = self.shell.is_one_line;
        let line = if words.len() > 1 { self.place(node).line } else { line };
        self.shell.is_one_line |= words.len() > 1;
        self.nested(body, line, Confidence::Folded);
        self.shell.is_one_line = was;
        self.shell.arguments = arguments;
        self.shell.variables = before;
    }

    /// Reads a text that stands in another one.
    fn nested(&mut self, source: &str, line: u32, most: Confidence) {
        let trust = self.trust.max(most);
        let before = std::mem::replace(&mut self.shell.like.confidence, trust);
        run(self.shell, source, line, self.out);
        self.shell.like.confidence = before;
    }

    /// Commands that run others.
    fn wrapped<'t>(
        &mut self,
        node: Node<'t>,
        words: &[Word],
        input: Option<Document>,
        targets: &[Target],
        step: &mut Step,
    ) -> Option<After<'t>> {
        match wrapper::unwrap(words) {
            Wrapped::No => None,
            Wrapped::Becomes(user) => {
                self.shell.user = Some(user);
                Some(After::default())
            }
            Wrapped::Words([], _) => Some(After { said: true, ..After::default() }),
            Wrapped::Words(rest, user) => {
                Some(self.as_user(user, |walk| walk.command(node, rest, input, targets, step)))
            }
            Wrapped::Text(word, user) => {
                if let Some(lacks) = &word.lacks {
                    let lacks = lacks.clone();
                    self.say(node, Says::Unresolved(lacks));
                    return Some(After::default());
                }
                let line = self.place(node).line;
                let was = std::mem::replace(&mut self.shell.is_one_line, true);
                let text = word.text.clone();
                self.inside(|walk| {
                    if let Some(user) = user {
                        walk.shell.user = Some(user);
                    }
                    walk.nested(&text, line, Confidence::Exact);
                });
                self.shell.is_one_line = was;
                self.write(targets, None, step);
                Some(After { said: !targets.is_empty(), ..After::default() })
            }
            Wrapped::Script(file) => Some(self.script(node, file, input)),
            Wrapped::Elsewhere(host, rest) => {
                let text: Vec<&str> = rest.iter().map(|w| w.text.as_str()).collect();
                let line = self.place(node).line;
                let was = (
                    std::mem::replace(&mut self.shell.is_one_line, true),
                    self.shell.like.scope.replace(host.clone()),
                    std::mem::replace(&mut self.shell.like.hosts, vec![host]),
                );
                let text = text.join(" ");
                self.inside(|walk| walk.nested(&text, line, Confidence::Exact));
                (self.shell.is_one_line, self.shell.like.scope, self.shell.like.hosts) = was;
                Some(After::default())
            }
            Wrapped::Given(rest) => {
                let mut inner = rest.to_vec();
                if inner.is_empty() {
                    return Some(After { said: true, ..After::default() });
                }
                match input.filter(|d| d.text.lacks.is_none()) {
                    Some(document) => {
                        let given = document.text.text.split_whitespace();
                        inner.extend(given.map(|t| Word { confidence: Confidence::Folded, ..Word::literal(t) }));
                    }
                    None => inner.push(Word::unknown("…", "what xargs is given")),
                }
                Some(self.command(node, &inner, None, targets, step))
            }
        }
    }

    /// `bash FILE`, or a shell that reads its input: read in place where the text is known.
    fn script<'t>(&mut self, node: Node<'_>, file: Option<&Word>, input: Option<Document>) -> After<'t> {
        let document = match file {
            Some(file) => {
                self.absolute(file).and_then(|p| self.document(&p)).or_else(|| (self.shell.lookup)(&file.text))
            }
            None => input,
        };
        let key = file.map_or_else(|| "-".to_owned(), |file| file.text.clone());
        match document.filter(|d| d.text.lacks.is_none()) {
            Some(document) if file.is_none() || self.shell.sourced.insert(format!("run {key}")) => {
                let line = document.source.as_ref().filter(|_| file.is_none()).map(|place| place.line);
                let was = self.shell.is_one_line;
                self.shell.is_one_line |= line.is_none();
                let line = line.unwrap_or_else(|| self.place(node).line);
                let text = document.text.text.clone();
                self.inside(|walk| walk.nested(&text, line, Confidence::Folded));
                self.shell.is_one_line = was;
            }
            Some(_) => {}
            None if file.is_some() => self.say(node, Says::Unresolved(format!("what {key} does"))),
            None if is_piped(node) => self.say(node, Says::Unresolved("what the shell is given to run".to_owned())),
            // A shell that somebody types into: what was typed follows.
            None => self.say(node, Says::Nothing),
        }
        After::default()
    }

    fn as_user<T>(&mut self, user: Option<String>, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.shell.user.clone();
        if user.is_some() {
            self.shell.user = user;
        }
        let result = run(self);
        self.shell.user = before;
        result
    }

    /// A command's output, written to files. Whether anything but the bin was written to.
    fn write(&mut self, targets: &[Target], output: Option<&Document>, step: &mut Step) -> bool {
        let mut is_written = false;
        for target in targets.iter().filter(|t| !t.path.text.starts_with("/dev/")) {
            is_written = true;
            let mut said = Said::default();
            let call = self.call("", &[], None, &super::no_files);
            if let Some(path) = call.path_of(&target.path, &mut said) {
                families::write::written(&path, output, target.appends, &mut said);
            }
            let trust = target.path.confidence.max(output.map_or(Confidence::Exact, |d| d.text.confidence));
            self.remember(&said);
            step.take(said, trust);
        }
        is_written
    }

    /// Keeps what was written, for a later `crontab FILE` or `cat FILE`.
    fn remember(&mut self, said: &Said) {
        use super::super::effect::Effect;
        for effect in &said.effects {
            if let Effect::Contents { path, text, source } = effect {
                let document = Document::new(Word::literal(text.clone()), source.clone());
                self.shell.written.insert(path.clone(), document);
            }
        }
    }
}

/// Whether a command gets what another one prints.
fn is_piped(node: Node<'_>) -> bool {
    let parent = node.parent().filter(|p| p.kind() == "redirected_statement").or(Some(node));
    let part = parent.unwrap_or(node);
    part.parent().is_some_and(|p| p.kind() == "pipeline" && p.named_child(0) != Some(part))
}

/// The words of a command without the text that it is given: that may be long, and hold secrets.
fn without_heredoc(text: &str) -> &str {
    match (text.find("<<"), text.find('\n')) {
        (Some(mark), Some(line)) if mark < line && !text[mark..].starts_with("<<<") => &text[..line],
        _ => text,
    }
}

/// What follows a part of a pipeline.
#[derive(Debug, Default)]
struct After<'t> {
    /// Whether it said something of its own, so that the step is a statement.
    said: bool,
    /// Commands that stand behind it in the tree, and how sure they are.
    then: Vec<(Node<'t>, Confidence)>,
    /// What it prints, where that is known.
    output: Option<Document>,
}

/// The output of two commands one after the other: of `crontab -l; echo x` the known part.
fn joined(first: Option<Document>, second: Option<Document>) -> Option<Document> {
    match (first, second) {
        (None, None) => None,
        (None, Some(document)) | (Some(document), None) => Some(Document { is_part: true, ..document }),
        (Some(first), Some(second)) => {
            let mut text = first.text;
            text.push(second.text);
            Some(Document { text, source: first.source, is_part: first.is_part || second.is_part })
        }
    }
}
