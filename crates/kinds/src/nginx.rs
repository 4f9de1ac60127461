//! nginx's configuration language as the kind sees it: the directives of one file, with their blocks and lines.

use model::text;
use nginx::tree;

/// A directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Its name.
    pub name: String,
    /// Its arguments, without their quotes.
    pub arguments: Vec<String>,
    /// The directives of its block, if it has one.
    pub block: Option<Vec<Directive>>,
    /// The line it begins on.
    pub line: u32,
}

/// The directives of a file, in order, and what is wrong with it. A block that does not end, ends with the file.
pub fn parse(path: &str, text: &str) -> (Vec<Directive>, Option<String>) {
    let (tree, problem) = tree::alone(path, text.as_bytes());
    (tree.into_iter().map(|directive| read(directive, text)).collect(), problem.map(|problem| problem.to_string()))
}

fn read(directive: tree::Directive, text: &str) -> Directive {
    let mut arguments: Vec<String> = directive.args.iter().map(|word| text::from_bytes(&word.value)).collect();
    let mut block = directive.block;
    // A block in another language is one argument, up to its closing brace.
    if directive.name.ends_with("_by_lua_block") {
        let inside = text.get(directive.inside..directive.span.1).unwrap_or_default();
        arguments.push(inside.strip_suffix('}').unwrap_or(inside).trim().to_owned());
        block = None;
    }
    Directive {
        name: directive.name,
        arguments,
        block: block.map(|inside| inside.into_iter().map(|directive| read(directive, text)).collect()),
        line: directive.at.line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_quotes_and_variables_are_read() {
        let text = "user www-data; # c\nhttp {\n  server {\n listen 80;\n location ~ \\.php${x} { return 200 \"a;b\"; }\n }\n}\n";
        let (all, problem) = parse("/n", text);
        assert_eq!(problem, None);
        assert_eq!((all[0].name.as_str(), all[0].arguments[0].as_str(), all[0].line), ("user", "www-data", 1));
        let server = &all[1].block.as_ref().unwrap()[0];
        let location = &server.block.as_ref().unwrap()[1];
        assert_eq!((location.arguments.join(" ").as_str(), location.line), ("~ \\.php${x}", 5));
        assert_eq!(location.block.as_ref().unwrap()[0].arguments, ["200", "a;b"]);
    }

    #[test]
    fn what_is_broken_is_told_with_its_line_and_what_comes_before_is_read() {
        let (all, problem) = parse("/n", "user x;\nhttp { server { listen 80;");
        assert_eq!((all.len(), problem.as_deref()), (2, Some("/n:2: the file ends where `}` is expected")));
        assert_eq!(all[1].block.as_ref().unwrap()[0].block.as_ref().unwrap()[0].name, "listen");
        assert_eq!(parse("/n", "}}} a b;").1.as_deref(), Some("/n:1: `}` closes nothing"));
    }

    #[test]
    fn a_block_of_lua_is_an_argument_and_an_include_stays() {
        let (all, problem) = parse("/n", "content_by_lua_block { if x then y(\"}\") {} end }\ninclude a/*.conf;");
        assert_eq!(problem, None);
        assert_eq!((all[0].arguments.join(""), &all[0].block), ("if x then y(\"}\") {} end".to_owned(), &None));
        assert_eq!((all[1].name.as_str(), all[1].arguments[0].as_str()), ("include", "a/*.conf"));
    }
}
