//! Python, 2 and 3, as a tree of calls and literals.

use super::super::statement::one_line;
use super::super::tree::{self, named, text};
use super::known::Known;
use super::{At, Block, Call, Code, DEEPEST, Function};
use tree_sitter::Node;

/// Reads a program; `None` when it takes more work than programs do.
pub fn read(source: &str) -> Option<Vec<At>> {
    let tree = tree::parse(&tree_sitter_python::LANGUAGE.into(), source)?;
    Some(Reader { source }.body(tree.root_node(), 0))
}

struct Reader<'s> {
    source: &'s str,
}

impl Reader<'_> {
    fn at(&self, node: Node<'_>, code: Code) -> At {
        At::new(u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX), code)
    }

    fn text(&self, node: Node<'_>) -> String {
        text(node, self.source).to_owned()
    }

    /// The statements below a node.
    fn body(&self, node: Node<'_>, depth: usize) -> Vec<At> {
        named(node).into_iter().filter(|n| n.kind() != "comment").map(|n| self.node(n, depth + 1)).collect()
    }

    fn field(&self, node: Node<'_>, name: &str, depth: usize) -> Option<At> {
        node.child_by_field_name(name).map(|n| self.node(n, depth + 1))
    }

    fn block(&self, node: Node<'_>, name: &str, depth: usize) -> Vec<At> {
        node.child_by_field_name(name).map(|n| self.body(n, depth)).unwrap_or_default()
    }

    fn node(&self, node: Node<'_>, depth: usize) -> At {
        let code =
            if depth > DEEPEST { Code::Other("code nested too deep".to_owned()) } else { self.code(node, depth) };
        self.at(node, code)
    }

    fn boxed(&self, node: Option<Node<'_>>, parent: Node<'_>, depth: usize) -> Box<At> {
        Box::new(match node {
            Some(node) => self.node(node, depth + 1),
            None => self.other(parent),
        })
    }

    fn other(&self, node: Node<'_>) -> At {
        self.at(node, Code::Other(one_line(text(node, self.source))))
    }

    fn code(&self, node: Node<'_>, depth: usize) -> Code {
        let field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "expression_statement" | "parenthesized_expression" | "await" | "interpolation" | "module" | "block" => {
                let mut inner = self.body(node, depth);
                if inner.len() == 1 { inner.remove(0).code } else { Code::Body(inner) }
            }
            "identifier" => Code::Name(self.text(node)),
            "integer" => number(text(node, self.source)),
            "true" => Code::Literal(Known::Flag(true)),
            "false" => Code::Literal(Known::Flag(false)),
            "none" => Code::Literal(Known::Nothing),
            "string" => self.string(node, depth),
            "concatenated_string" => Code::Text(self.body(node, depth)),
            "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern" | "list_pattern" => {
                Code::List(self.body(node, depth))
            }
            "dictionary" => Code::Map(
                named(node)
                    .into_iter()
                    .filter(|n| n.kind() == "pair")
                    .filter_map(|n| Some((self.field(n, "key", depth)?, self.field(n, "value", depth)?)))
                    .collect(),
            ),
            "attribute" => Code::Call(Box::new(Call {
                receiver: self.field(node, "object", depth),
                name: field("attribute").map(|n| self.text(n)).unwrap_or_default(),
                args: Vec::new(),
                named: Vec::new(),
                block: None,
                said: self.text(node),
            })),
            "subscript" => {
                Code::Index(self.boxed(field("value"), node, depth), self.boxed(field("subscript"), node, depth))
            }
            "call" => self.call(node, depth),
            "assignment" | "augmented_assignment" if field("right").is_some() => Code::Assign(
                self.boxed(field("left"), node, depth),
                self.boxed(field("right"), node, depth),
                node.kind() == "augmented_assignment",
            ),
            "binary_operator" | "boolean_operator" | "comparison_operator" => self.binary(node, depth),
            "not_operator" => Code::Not(self.boxed(field("argument"), node, depth)),
            "if_statement" => self.condition(node, depth),
            "conditional_expression" => {
                let parts = self.body(node, depth);
                match <[At; 3]>::try_from(parts) {
                    Ok([yes, condition, no]) => Code::If(vec![(Some(condition), vec![yes]), (None, vec![no])]),
                    Err(_) => Code::Other(one_line(text(node, self.source))),
                }
            }
            "for_statement" => Code::For(
                field("left").map(|n| self.names(n)).unwrap_or_default(),
                self.boxed(field("right"), node, depth),
                self.block(node, "body", depth),
            ),
            "list_comprehension" | "generator_expression" => self.comprehension(node, depth),
            "while_statement" => Code::While(self.block(node, "body", depth)),
            "function_definition" => Code::Function(self.function(node, Vec::new(), depth)),
            "decorated_definition" => {
                let marks = named(node).into_iter().filter(|n| n.kind() == "decorator");
                let marks = marks.filter_map(|n| n.named_child(0)).map(|n| self.node(n, depth + 1)).collect();
                match field("definition") {
                    Some(definition) if definition.kind() == "function_definition" => {
                        Code::Function(self.function(definition, marks, depth))
                    }
                    Some(definition) => self.code(definition, depth + 1),
                    None => Code::Body(Vec::new()),
                }
            }
            "class_definition" => Code::Body(self.block(node, "body", depth)),
            "with_statement" => {
                let mut items = Vec::new();
                for clause in named(node).into_iter().filter(|n| n.kind() == "with_clause") {
                    for item in named(clause) {
                        let value = item.child_by_field_name("value").unwrap_or(item);
                        let value =
                            if value.kind() == "as_pattern" { value.named_child(0).unwrap_or(value) } else { value };
                        // Python 2's nested items come as one tuple.
                        if value.kind() == "tuple" {
                            items.extend(self.body(value, depth));
                        } else {
                            items.push(self.node(value, depth + 1));
                        }
                    }
                }
                Code::With(items, self.block(node, "body", depth))
            }
            "try_statement" => {
                let mut body = self.block(node, "body", depth);
                for clause in named(node) {
                    if matches!(clause.kind(), "else_clause" | "finally_clause") {
                        body.extend(named(clause).into_iter().flat_map(|n| self.body(n, depth + 1)));
                    } else if clause.kind() == "except_clause" {
                        let handled = named(clause).into_iter().filter(|n| n.kind() == "block");
                        body.push(
                            self.at(clause, Code::While(handled.flat_map(|n| self.body(n, depth + 1)).collect())),
                        );
                    }
                }
                Code::Body(body)
            }
            "lambda" => Code::Block(Block {
                names: field("parameters").map(|n| self.names(n)).unwrap_or_default(),
                body: self.field(node, "body", depth).into_iter().collect(),
            }),
            "return_statement" => Code::Return(node.named_child(0).map(|n| Box::new(self.node(n, depth + 1)))),
            "print_statement"
            | "pass_statement"
            | "import_statement"
            | "import_from_statement"
            | "global_statement"
            | "future_import_statement"
            | "raise_statement"
            | "assert_statement"
            | "delete_statement"
            | "break_statement"
            | "continue_statement"
            | "comment" => Code::Body(Vec::new()),
            _ => Code::Other(one_line(text(node, self.source))),
        }
    }

    fn names(&self, node: Node<'_>) -> Vec<String> {
        if node.kind() == "identifier" {
            return vec![self.text(node)];
        }
        named(node).into_iter().filter(|n| n.kind() == "identifier").map(|n| self.text(n)).collect()
    }

    fn call(&self, node: Node<'_>, depth: usize) -> Code {
        let said = self.text(node);
        let function = node.child_by_field_name("function");
        let (receiver, name) = match function {
            Some(f) if f.kind() == "attribute" => (
                self.field(f, "object", depth),
                f.child_by_field_name("attribute").map(|n| self.text(n)).unwrap_or_default(),
            ),
            Some(f) => (None, self.text(f)),
            None => (None, String::new()),
        };
        let (mut args, mut keywords) = (Vec::new(), Vec::new());
        if let Some(list) = node.child_by_field_name("arguments") {
            if list.kind() == "generator_expression" {
                args.push(self.node(list, depth + 1));
            } else {
                for arg in named(list) {
                    match arg.kind() {
                        "comment" => {}
                        "keyword_argument" => {
                            let name = arg.child_by_field_name("name").map(|n| self.text(n)).unwrap_or_default();
                            if let Some(value) = self.field(arg, "value", depth) {
                                keywords.push((name, value));
                            }
                        }
                        "list_splat" | "dictionary_splat" => args.push(self.other(arg)),
                        _ => args.push(self.node(arg, depth + 1)),
                    }
                }
            }
        }
        Code::Call(Box::new(Call { receiver, name, args, named: keywords, block: None, said }))
    }

    fn function(&self, node: Node<'_>, marks: Vec<At>, depth: usize) -> Function {
        let mut names = Vec::new();
        if let Some(list) = node.child_by_field_name("parameters") {
            for parameter in named(list) {
                match parameter.kind() {
                    "identifier" => names.push((self.text(parameter), None)),
                    "typed_parameter" => names.extend(self.names(parameter).into_iter().take(1).map(|n| (n, None))),
                    "default_parameter" | "typed_default_parameter" => {
                        let name = parameter.child_by_field_name("name").map(|n| self.text(n)).unwrap_or_default();
                        names.push((name, self.field(parameter, "value", depth)));
                    }
                    _ => {}
                }
            }
        }
        let name = node.child_by_field_name("name").map(|n| self.text(n)).unwrap_or_default();
        Function { name, names, body: self.block(node, "body", depth), marks }
    }

    fn condition(&self, node: Node<'_>, depth: usize) -> Code {
        let mut branches = vec![(self.field(node, "condition", depth), self.block(node, "consequence", depth))];
        for clause in named(node) {
            match clause.kind() {
                "elif_clause" => {
                    branches.push((self.field(clause, "condition", depth), self.block(clause, "consequence", depth)));
                }
                "else_clause" => branches.push((None, self.block(clause, "body", depth))),
                _ => {}
            }
        }
        Code::If(branches)
    }

    fn comprehension(&self, node: Node<'_>, depth: usize) -> Code {
        let clauses: Vec<Node<'_>> = named(node).into_iter().filter(|n| n.kind() == "for_in_clause").collect();
        let has_filter = named(node).iter().any(|n| n.kind() == "if_clause");
        let (Some(body), [clause], false) = (self.field(node, "body", depth), clauses.as_slice(), has_filter) else {
            return Code::Other(one_line(text(node, self.source)));
        };
        let names = clause.child_by_field_name("left").map(|n| self.names(n)).unwrap_or_default();
        Code::Call(Box::new(Call {
            receiver: self.field(*clause, "right", depth),
            name: "map".to_owned(),
            args: Vec::new(),
            named: Vec::new(),
            block: Some(Block { names, body: vec![body] }),
            said: self.text(node),
        }))
    }

    fn binary(&self, node: Node<'_>, depth: usize) -> Code {
        let mut cursor = node.walk();
        let operator = node.children(&mut cursor).find(|n| !n.is_named()).map(|n| n.kind()).unwrap_or_default();
        let operands: Vec<Node<'_>> = named(node).into_iter().filter(|n| n.kind() != "comment").collect();
        let operator = ["+", "%", "==", "!=", "and", "or", "in"].into_iter().find(|o| *o == operator);
        match (operator, operands.as_slice()) {
            (Some(operator), [left, right]) => {
                Code::Binary(operator, Box::new(self.node(*left, depth + 1)), Box::new(self.node(*right, depth + 1)))
            }
            _ => Code::Other(one_line(text(node, self.source))),
        }
    }

    fn string(&self, node: Node<'_>, depth: usize) -> Code {
        let parts = named(node);
        let start = parts.iter().find(|n| n.kind() == "string_start").map(|n| self.text(*n)).unwrap_or_default();
        let is_raw = start.to_ascii_lowercase().contains('r');
        let mut pieces = Vec::new();
        for part in parts {
            match part.kind() {
                "string_content" => {
                    let raw = self.text(part);
                    pieces.push(self.at(part, Code::Literal(Known::text(if is_raw { raw } else { unescaped(&raw) }))));
                }
                "interpolation" => {
                    pieces.push(self.boxed(part.child_by_field_name("expression"), part, depth).as_ref().clone())
                }
                _ => {}
            }
        }
        match pieces.as_slice() {
            [] => Code::Literal(Known::text("")),
            [At { code: literal @ Code::Literal(_), .. }] => literal.clone(),
            _ => Code::Text(pieces),
        }
    }
}

fn number(text: &str) -> Code {
    let digits = text.replace('_', "").to_ascii_lowercase();
    let is_octal = digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    // A mode is a text here: 0644 of Python 2 is no number that anybody means.
    if is_octal {
        return Code::Literal(Known::text(digits));
    }
    if let Some(octal) = digits.strip_prefix("0o") {
        return Code::Literal(Known::text(format!("0{octal}")));
    }
    match digits.trim_end_matches('l').parse() {
        Ok(number) => Code::Literal(Known::Number(number)),
        Err(_) => Code::Literal(Known::text(text)),
    }
}

/// A text with its escapes taken off.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('\n') | None => {}
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(c @ ('\\' | '\'' | '"')) => out.push(c),
            Some(c) => out.extend(['\\', c]),
        }
    }
    out
}
