//! Programs of other languages as far as statements need them: calls with their literals, loops, conditions, functions.
//!
//! Two parsers give one tree ([`python`], [`ruby`]), and one walk folds it ([`walk`]). Nothing is executed: what a call
//! gives is known only where the walk works it out from literals.

pub mod commands;
pub mod known;
pub mod python;
pub mod ruby;
pub mod walk;

use known::Known;

/// How deep programs may be nested.
pub const DEEPEST: usize = 120;

/// A piece of a program, and the line it begins on.
#[derive(Debug, Clone, PartialEq)]
pub struct At {
    /// The line.
    pub line: u32,
    /// What stands there.
    pub code: Code,
}

/// A piece of a program.
#[derive(Debug, Clone, PartialEq)]
pub enum Code {
    /// A literal.
    Literal(Known),
    /// A text of parts, as interpolation makes one.
    Text(Vec<At>),
    /// A name: a variable, a constant, a method without arguments.
    Name(String),
    /// `a[b]`.
    Index(Box<At>, Box<At>),
    /// `[a, b]`.
    List(Vec<At>),
    /// `{a: b}`.
    Map(Vec<(At, At)>),
    /// `a.b(c)`, `a.b`, `b(c)`.
    Call(Box<Call>),
    /// `a = b`, and `a += b` when it adds.
    Assign(Box<At>, Box<At>, bool),
    /// Conditions with their bodies; the last may be without one.
    If(Vec<(Option<At>, Vec<At>)>),
    /// A loop over items.
    For(Vec<String>, Box<At>, Vec<At>),
    /// A loop whose passes are not known.
    While(Vec<At>),
    /// A function.
    Function(Function),
    /// `with a, b: body`.
    With(Vec<At>, Vec<At>),
    /// Pieces one after the other: a body, a class, a module.
    Body(Vec<At>),
    /// `a + b` and other operators.
    Binary(&'static str, Box<At>, Box<At>),
    /// `not a`.
    Not(Box<At>),
    /// A block that is kept for later.
    Block(Block),
    /// `return a`.
    Return(Option<Box<At>>),
    /// Something that is not read, and what it is.
    Other(String),
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What it is a method of.
    pub receiver: Option<At>,
    /// The name.
    pub name: String,
    /// The arguments.
    pub args: Vec<At>,
    /// The arguments with names.
    pub named: Vec<(String, At)>,
    /// The block it is given.
    pub block: Option<Block>,
    /// Its words.
    pub said: String,
}

/// A block or lambda.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The names of what it is given.
    pub names: Vec<String>,
    /// What it does.
    pub body: Vec<At>,
}

/// A function.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// The name.
    pub name: String,
    /// The names of what it is given, with defaults.
    pub names: Vec<(String, Option<At>)>,
    /// What it does.
    pub body: Vec<At>,
    /// The decorators before it.
    pub marks: Vec<At>,
}

impl At {
    /// Something at a line.
    pub fn new(line: u32, code: Code) -> Self {
        Self { line, code }
    }
}
