//! The constants that ini files calculate with: PHP's levels of error reporting.

const LEVELS: &[(&str, i32)] = &[
    ("E_ERROR", 1),
    ("E_WARNING", 2),
    ("E_PARSE", 4),
    ("E_NOTICE", 8),
    ("E_CORE_ERROR", 16),
    ("E_CORE_WARNING", 32),
    ("E_COMPILE_ERROR", 64),
    ("E_COMPILE_WARNING", 128),
    ("E_USER_ERROR", 256),
    ("E_USER_WARNING", 512),
    ("E_USER_NOTICE", 1024),
    ("E_STRICT", 2048),
    ("E_RECOVERABLE_ERROR", 4096),
    ("E_DEPRECATED", 8192),
    ("E_USER_DEPRECATED", 16384),
    ("E_ALL", 32767),
];

/// The value of an expression of constants, numbers and `| & ^ ~ !`, where it is one. All operators bind alike, from
/// left to right, as in PHP's own grammar of ini files.
pub fn value(text: &str) -> Option<i32> {
    let mut rest = text.trim();
    let mut total = None;
    while !rest.is_empty() {
        let operator = match total {
            None => None,
            Some(_) => {
                let first = rest.chars().next().filter(|c| matches!(c, '|' | '&' | '^'))?;
                rest = rest[1..].trim_start();
                Some(first)
            }
        };
        let (operand, after) = operand(rest)?;
        rest = after;
        total = Some(match (total, operator) {
            (Some(left), Some('|')) => left | operand,
            (Some(left), Some('&')) => left & operand,
            (Some(left), Some('^')) => left ^ operand,
            _ => operand,
        });
    }
    total
}

/// One operand with the signs before it, and what stands after it.
fn operand(text: &str) -> Option<(i32, &str)> {
    let signs = text.find(|c: char| !matches!(c, '~' | '!' | ' ' | '\t')).unwrap_or(text.len());
    let (before, rest) = text.split_at(signs);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    let mut value = LEVELS.iter().find(|(name, _)| *name == word).map(|(_, v)| *v).or_else(|| word.parse().ok())?;
    for sign in before.chars().rev() {
        value = match sign {
            '~' => !value,
            '!' => i32::from(value == 0),
            _ => value,
        };
    }
    Some((value, after.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_calculated_as_php_does() {
        assert_eq!(value("E_ALL & ~E_DEPRECATED & ~E_STRICT"), Some(22527));
        assert_eq!(value("E_ALL & ~E_NOTICE"), Some(32759));
        assert_eq!(value("E_ERROR|E_PARSE"), Some(5));
        assert_eq!(value("E_ALL"), Some(32767));
    }

    #[test]
    fn what_is_no_expression_has_no_value() {
        for text in ["", "128M", "E_ALL &", "& E_ALL", "E_ALL E_STRICT", "E_NOBODY", "(E_ALL)", "99999999999"] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
