//! Ruby as a tree of calls and literals.

use super::super::statement::one_line;
use super::known::Known;
use super::{At, Block, Call, Code, DEEPEST, Function};
use ruby_prism::{CallNode, Node, NodeList};

/// How much memory the parser's stack gets: it goes down once for each level of nesting, and stops by itself at 10 000.
const STACK: usize = 64 << 20;

/// A program, and what is no Ruby in it.
#[derive(Debug, Default)]
pub struct Program {
    /// What it does.
    pub body: Vec<At>,
    /// The first error, with its line.
    pub error: Option<(u32, String)>,
}

/// Reads a program; `None` when it cannot be read for want of memory.
pub fn read(source: &str) -> Option<Program> {
    let text = source.to_owned();
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || parse(&text)).ok()?;
    thread.join().ok()
}

fn parse(source: &str) -> Program {
    let result = ruby_prism::parse(source.as_bytes());
    let error = result.errors().next().map(|e| (line_of(&e.location()), bytes(e.message())));
    let reader = Reader;
    let body = match result.node().as_program_node() {
        Some(program) => reader.list(&program.statements().body(), 0),
        None => Vec::new(),
    };
    Program { body, error }
}

struct Reader;

/// The line on which a piece begins.
fn line_of(location: &ruby_prism::Location<'_>) -> u32 {
    u32::try_from(location.start_line()).unwrap_or(u32::MAX)
}

fn bytes(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

impl Reader {
    fn said(&self, node: &Node<'_>) -> String {
        bytes(node.location().as_slice())
    }

    fn list(&self, list: &NodeList<'_>, depth: usize) -> Vec<At> {
        list.iter().map(|n| self.node(&n, depth + 1)).collect()
    }

    fn node(&self, node: &Node<'_>, depth: usize) -> At {
        let line = line_of(&node.location());
        let code =
            if depth > DEEPEST { Code::Other("code nested too deep".to_owned()) } else { self.code(node, depth) };
        At::new(line, code)
    }

    fn boxed(&self, node: &Node<'_>, depth: usize) -> Box<At> {
        Box::new(self.node(node, depth + 1))
    }

    /// What stands in a body: statements, or one of them with its rescue.
    fn body(&self, node: Option<Node<'_>>, depth: usize) -> Vec<At> {
        let Some(node) = node else { return Vec::new() };
        match node.as_statements_node() {
            Some(statements) => self.list(&statements.body(), depth),
            None => vec![self.node(&node, depth + 1)],
        }
    }

    fn statements(&self, statements: Option<ruby_prism::StatementsNode<'_>>, depth: usize) -> Vec<At> {
        statements.map(|s| self.list(&s.body(), depth)).unwrap_or_default()
    }

    fn code(&self, node: &Node<'_>, depth: usize) -> Code {
        if let Some(call) = node.as_call_node() {
            return self.call(&call, self.said(node), depth);
        }
        if let Some(code) = self.literal(node, depth) {
            return code;
        }
        if let Some(code) = self.variable(node, depth) {
            return code;
        }
        self.control(node, depth).unwrap_or_else(|| Code::Other(one_line(&self.said(node))))
    }

    fn literal(&self, node: &Node<'_>, depth: usize) -> Option<Code> {
        let literal = |known| Some(Code::Literal(known));
        if let Some(text) = node.as_string_node() {
            return literal(Known::text(bytes(text.unescaped())));
        }
        if let Some(symbol) = node.as_symbol_node() {
            return literal(Known::text(bytes(symbol.unescaped())));
        }
        if let Some(text) = node.as_interpolated_string_node() {
            return Some(Code::Text(self.list(&text.parts(), depth)));
        }
        if let Some(symbol) = node.as_interpolated_symbol_node() {
            return Some(Code::Text(self.list(&symbol.parts(), depth)));
        }
        if let Some(part) = node.as_embedded_statements_node() {
            return Some(Code::Body(self.statements(part.statements(), depth)));
        }
        if let Some(pattern) = node.as_regular_expression_node() {
            let flags = [(pattern.is_ignore_case(), 'i'), (pattern.is_extended(), 'x'), (pattern.is_multi_line(), 's')];
            let flags: String = flags.iter().filter(|(on, _)| *on).map(|(_, c)| *c).collect();
            // ^ and $ are those of lines in Ruby.
            let pattern = bytes(pattern.unescaped()).replace("\\/", "/");
            return literal(Known::Pattern(format!("(?m{flags}){pattern}")));
        }
        if let Some(pattern) = node.as_interpolated_regular_expression_node() {
            return Some(Code::Call(Box::new(Call {
                receiver: None,
                name: "Regexp".to_owned(),
                args: vec![At::new(line_of(&node.location()), Code::Text(self.list(&pattern.parts(), depth)))],
                named: Vec::new(),
                block: None,
                said: self.said(node),
            })));
        }
        if node.as_integer_node().is_some() {
            let text = self.said(node).replace('_', "");
            let is_octal = text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
            return literal(match text.parse() {
                Ok(number) if !is_octal => Known::Number(number),
                _ => Known::text(text),
            });
        }
        if node.as_float_node().is_some() {
            return literal(Known::text(self.said(node)));
        }
        if node.as_true_node().is_some() {
            return literal(Known::Flag(true));
        }
        if node.as_false_node().is_some() {
            return literal(Known::Flag(false));
        }
        if node.as_nil_node().is_some() {
            return literal(Known::Nothing);
        }
        if let Some(list) = node.as_array_node() {
            return Some(Code::List(self.list(&list.elements(), depth)));
        }
        if let Some(map) = node.as_hash_node() {
            return Some(Code::Map(self.pairs(&map.elements(), depth)));
        }
        if let Some(map) = node.as_keyword_hash_node() {
            return Some(Code::Map(self.pairs(&map.elements(), depth)));
        }
        None
    }

    fn pairs(&self, list: &NodeList<'_>, depth: usize) -> Vec<(At, At)> {
        list.iter()
            .filter_map(|n| {
                n.as_assoc_node().map(|p| (self.node(&p.key(), depth + 1), self.node(&p.value(), depth + 1)))
            })
            .collect()
    }

    fn variable(&self, node: &Node<'_>, depth: usize) -> Option<Code> {
        let name = |name: &[u8]| Some(Code::Name(bytes(name)));
        let line = line_of(&node.location());
        let assign = |to: &[u8], value: &Node<'_>, adds: bool| {
            let to = At::new(line, Code::Name(bytes(to)));
            Some(Code::Assign(Box::new(to), self.boxed(value, depth), adds))
        };
        if let Some(read) = node.as_local_variable_read_node() {
            return name(read.name().as_slice());
        }
        if node.as_it_local_variable_read_node().is_some() {
            return name(b"it");
        }
        if let Some(read) = node.as_constant_read_node() {
            return name(read.name().as_slice());
        }
        if node.as_constant_path_node().is_some() {
            let path = self.said(node).replace("::", ".");
            return Some(Code::Name(path.trim_start_matches('.').to_owned()));
        }
        if let Some(read) = node.as_instance_variable_read_node() {
            return name(read.name().as_slice());
        }
        if let Some(read) = node.as_global_variable_read_node() {
            return name(read.name().as_slice());
        }
        if let Some(write) = node.as_local_variable_write_node() {
            return assign(write.name().as_slice(), &write.value(), false);
        }
        if let Some(write) = node.as_constant_write_node() {
            return assign(write.name().as_slice(), &write.value(), false);
        }
        if let Some(write) = node.as_instance_variable_write_node() {
            return assign(write.name().as_slice(), &write.value(), false);
        }
        if let Some(write) = node.as_global_variable_write_node() {
            return assign(write.name().as_slice(), &write.value(), false);
        }
        if let Some(write) = node.as_local_variable_operator_write_node() {
            return assign(write.name().as_slice(), &write.value(), true);
        }
        if let Some(write) = node.as_local_variable_or_write_node() {
            return assign(write.name().as_slice(), &write.value(), false);
        }
        if let Some(write) = node.as_multi_write_node() {
            let targets = write.lefts().iter().map(|t| At::new(line, Code::Name(self.said(&t)))).collect();
            return Some(Code::Assign(
                Box::new(At::new(line, Code::List(targets))),
                self.boxed(&write.value(), depth),
                false,
            ));
        }
        None
    }

    fn control(&self, node: &Node<'_>, depth: usize) -> Option<Code> {
        if let Some(inner) = node.as_parentheses_node() {
            return Some(Code::Body(self.body(inner.body(), depth)));
        }
        if let Some(begin) = node.as_begin_node() {
            let mut body = self.statements(begin.statements(), depth);
            if let Some(ensure) = begin.ensure_clause() {
                body.extend(self.statements(ensure.statements(), depth));
            }
            return Some(Code::Body(body));
        }
        if let Some(module) = node.as_module_node() {
            return Some(Code::Body(self.body(module.body(), depth)));
        }
        if let Some(class) = node.as_class_node() {
            return Some(Code::Body(self.body(class.body(), depth)));
        }
        if let Some(test) = node.as_if_node() {
            let mut branches =
                vec![(Some(self.node(&test.predicate(), depth + 1)), self.statements(test.statements(), depth))];
            if let Some(rest) = test.subsequent() {
                branches.push((None, self.body(Some(rest), depth)));
            }
            return Some(Code::If(branches));
        }
        if let Some(test) = node.as_else_node() {
            return Some(Code::Body(self.statements(test.statements(), depth)));
        }
        if let Some(test) = node.as_unless_node() {
            let condition = At::new(line_of(&node.location()), Code::Not(self.boxed(&test.predicate(), depth)));
            let mut branches = vec![(Some(condition), self.statements(test.statements(), depth))];
            if let Some(rest) = test.else_clause() {
                branches.push((None, self.statements(rest.statements(), depth)));
            }
            return Some(Code::If(branches));
        }
        if let Some(case) = node.as_case_node() {
            return Some(self.case(&case, depth));
        }
        if let Some(both) = node.as_and_node() {
            return Some(Code::Binary("and", self.boxed(&both.left(), depth), self.boxed(&both.right(), depth)));
        }
        if let Some(either) = node.as_or_node() {
            return Some(Code::Binary("or", self.boxed(&either.left(), depth), self.boxed(&either.right(), depth)));
        }
        if let Some(each) = node.as_for_node() {
            let names = match each.index().as_multi_target_node() {
                Some(many) => many.lefts().iter().map(|n| self.said(&n)).collect(),
                None => vec![self.said(&each.index())],
            };
            return Some(Code::For(
                names,
                self.boxed(&each.collection(), depth),
                self.statements(each.statements(), depth),
            ));
        }
        if let Some(repeat) = node.as_while_node() {
            return Some(Code::While(self.statements(repeat.statements(), depth)));
        }
        if let Some(lambda) = node.as_lambda_node() {
            return Some(Code::Block(Block {
                names: self.names(lambda.parameters()),
                body: self.body(lambda.body(), depth),
            }));
        }
        if let Some(function) = node.as_def_node() {
            let (names, _) = self.parameters(function.parameters(), depth);
            return Some(Code::Function(Function {
                name: bytes(function.name().as_slice()),
                names,
                body: self.body(function.body(), depth),
                marks: Vec::new(),
            }));
        }
        if let Some(back) = node.as_return_node() {
            let value = back.arguments().and_then(|a| a.arguments().iter().next());
            return Some(Code::Return(value.map(|v| self.boxed(&v, depth))));
        }
        None
    }

    fn case(&self, case: &ruby_prism::CaseNode<'_>, depth: usize) -> Code {
        let line = line_of(&case.location());
        let mut branches = Vec::new();
        for when in case.conditions().iter().filter_map(|c| c.as_when_node()) {
            let mut condition: Option<At> = None;
            for value in when.conditions().iter() {
                let value = self.node(&value, depth + 1);
                let one = match case.predicate() {
                    Some(subject) => At::new(line, Code::Binary("==", self.boxed(&subject, depth), Box::new(value))),
                    None => value,
                };
                condition = Some(match condition.take() {
                    Some(before) => At::new(line, Code::Binary("or", Box::new(before), Box::new(one))),
                    None => one,
                });
            }
            branches.push((condition, self.statements(when.statements(), depth)));
        }
        if let Some(rest) = case.else_clause() {
            branches.push((None, self.statements(rest.statements(), depth)));
        }
        Code::If(branches)
    }

    fn parameters(
        &self,
        parameters: Option<ruby_prism::ParametersNode<'_>>,
        depth: usize,
    ) -> (Vec<(String, Option<At>)>, bool) {
        let mut names = Vec::new();
        let Some(parameters) = parameters else { return (names, false) };
        for required in parameters.requireds().iter() {
            match required.as_multi_target_node() {
                Some(many) => names.extend(many.lefts().iter().map(|n| (self.said(&n), None))),
                None => names.push((self.said(&required), None)),
            }
        }
        for optional in parameters.optionals().iter().filter_map(|o| o.as_optional_parameter_node()) {
            names.push((bytes(optional.name().as_slice()), Some(self.node(&optional.value(), depth + 1))));
        }
        (names, true)
    }

    fn names(&self, node: Option<Node<'_>>) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        if node.as_numbered_parameters_node().is_some() {
            return vec!["_1".to_owned(), "_2".to_owned()];
        }
        let parameters = node.as_block_parameters_node().and_then(|b| b.parameters());
        self.parameters(parameters, DEEPEST).0.into_iter().map(|(name, _)| name).collect()
    }

    fn call(&self, call: &CallNode<'_>, said: String, depth: usize) -> Code {
        let name = bytes(call.name().as_slice());
        let receiver = call.receiver();
        let mut args: Vec<Node<'_>> = call.arguments().map(|a| a.arguments().iter().collect()).unwrap_or_default();
        match (receiver.as_ref(), name.as_str(), args.as_slice()) {
            (Some(of), "[]", [key]) => return Code::Index(self.boxed(of, depth), self.boxed(key, depth)),
            (Some(of), "!", []) => return Code::Not(self.boxed(of, depth)),
            (Some(left), "+" | "%" | "==" | "!=" | "/" | "|", [right]) => {
                let operators = ["+", "%", "==", "!=", "/", "|"];
                let operator = operators.into_iter().find(|o| *o == name).unwrap_or("+");
                return Code::Binary(operator, self.boxed(left, depth), self.boxed(right, depth));
            }
            (Some(of), "[]=", [key, value]) => {
                let line = line_of(&call.location());
                let target = At::new(line, Code::Index(self.boxed(of, depth), self.boxed(key, depth)));
                return Code::Assign(Box::new(target), self.boxed(value, depth), false);
            }
            _ => {}
        }
        let mut named = Vec::new();
        if let Some(keywords) = args.last().and_then(Node::as_keyword_hash_node) {
            for pair in keywords.elements().iter().filter_map(|p| p.as_assoc_node()) {
                let key = match pair.key().as_symbol_node() {
                    Some(symbol) => bytes(symbol.unescaped()),
                    None => match pair.key().as_string_node() {
                        Some(text) => bytes(text.unescaped()),
                        None => self.said(&pair.key()),
                    },
                };
                named.push((key, self.node(&pair.value(), depth + 1)));
            }
            args.pop();
        }
        let block = call
            .block()
            .and_then(|b| b.as_block_node())
            .map(|block| Block { names: self.names(block.parameters()), body: self.body(block.body(), depth) });
        Code::Call(Box::new(Call {
            receiver: receiver.map(|r| self.node(&r, depth + 1)),
            name,
            args: args.iter().map(|a| self.node(a, depth + 1)).collect(),
            named,
            block,
            said,
        }))
    }
}
