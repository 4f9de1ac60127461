//! What the name of a value says: `DB_PASSWORD`, `php-ini:mysqli.default_pw`, `environment[fpm/www:API_KEY].value`.

use crate::name::{self, Named};

/// Properties that hold what a resource's name promises.
const VALUES: &[&str] = &["value", "default", "running", "persisted", "values", "content", "text", "master", "local"];

/// The name in a hint that says what its value is; nothing where the property says it is about something else.
pub(crate) fn name(hint: &str) -> &str {
    let name = match (hint.split_once('['), hint.rsplit_once("].")) {
        (Some((_, rest)), Some((_, property))) if VALUES.contains(&property) => {
            rest.rsplit_once("].").map_or(rest, |(n, _)| n)
        }
        (Some(_), Some((_, property))) => property,
        _ => hint,
    };
    name.rsplit([':', '/']).next().unwrap_or(name)
}

/// What a hint says of its value.
pub(crate) fn named(hint: &str) -> Option<Named> {
    name::named(name(hint).as_bytes())
}

/// Whether a hint is the name of something that has a value, and not of a kind or a property.
pub(crate) fn names_a_value(hint: &str) -> bool {
    let valued = hint.rsplit_once("].").is_some_and(|(_, property)| VALUES.contains(&property));
    valued || !hint.contains('[') && hint.contains(|c: char| c.is_ascii_uppercase() || c == '_' || c == ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_what_says_what_the_value_is() {
        for (hint, expected) in [
            ("DB_PASSWORD", "DB_PASSWORD"),
            ("php-ini:mysqli.default_pw", "mysqli.default_pw"),
            ("php-ini[fpm/www:mysqli.default_pw].value", "mysqli.default_pw"),
            ("file[/etc/postfix/sasl_passwd].mode", "mode"),
            ("package[passwd].versions", "versions"),
            ("user[deploy].password", "password"),
            ("environment[A[B]].value", "A[B]"),
        ] {
            assert_eq!(name(hint), expected);
        }
    }
}
