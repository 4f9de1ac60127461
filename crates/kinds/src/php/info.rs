//! What `php -i` prints: the directives in effect and the extensions loaded.

use std::collections::BTreeMap;

/// What a PHP program says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Info {
    /// PHP's version.
    pub version: Option<String>,
    /// The directives in effect.
    pub directives: BTreeMap<String, String>,
    /// The extensions in lower case, with the version each names itself, where it names one.
    pub extensions: BTreeMap<String, Option<String>>,
}

const HEAD: &str = "Directive => Local Value => Master Value";

/// Sections that are no extensions.
const OTHERS: &[&str] =
    &["additional modules", "module name", "cgi-fcgi", "apache2handler", "php license", "php credits", "configuration"];

/// Reads what `php -i` prints. `None` when it does not look like it.
pub fn parse(text: &str) -> Option<Info> {
    let mut info = Info::default();
    let (mut section, mut table, mut blank) = (String::new(), false, true);
    let mut modules = false;
    for line in text.lines() {
        match line {
            "" => table = false,
            HEAD => table = true,
            line if table => info.directives.extend(directive(line)),
            line if blank && !line.contains(" => ") => {
                section = name_of(line);
                // The environment may hold secrets; nothing after it is a directive.
                if matches!(section.as_str(), "environment" | "php variables") {
                    break;
                }
                if modules && !OTHERS.contains(&section.as_str()) && is_extension(&section) {
                    info.extensions.entry(section.clone()).or_default();
                }
                modules |= section == "configuration";
            }
            line if section == "module name" && is_extension(line) => {
                info.extensions.entry(name_of(line)).or_default();
            }
            line => info.version_of(&section, line),
        }
        blank = line.is_empty();
    }
    (!info.directives.is_empty()).then_some(info)
}

impl Info {
    fn version_of(&mut self, section: &str, line: &str) {
        let Some((label, value)) = line.split_once(" => ") else { return };
        if label == "PHP Version" && self.version.is_none() {
            self.version = Some(value.to_owned());
        }
        let Some(version) = self.extensions.get_mut(section) else { return };
        let named = |l: &str| {
            let l = l.to_ascii_lowercase();
            matches!(l.as_str(), "version" | "module version" | "extension version" | "php extension version")
                || l == format!("{section} version")
                || l == format!("{section} extension version")
                || l == format!("{section} module version")
        };
        if version.is_none() && named(label) {
            *version = Some(value.trim_start_matches("mysqlnd ").trim().to_owned());
        }
    }
}

/// An extension's name as its ini file and `php -m` have it.
fn name_of(section: &str) -> String {
    let name = section.trim().to_ascii_lowercase();
    if name == "zend opcache" { "opcache".to_owned() } else { name }
}

/// Whether a heading can be an extension's name: sentences stand there as well.
fn is_extension(section: &str) -> bool {
    (1..=40).contains(&section.len())
        && section.split(' ').count() <= 3
        && section.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' '))
}

/// A line of a table: key, value now, value at start.
fn directive(line: &str) -> Option<(String, String)> {
    let (key, values) = line.split_once(" => ")?;
    // The value may itself hold the separator: both halves are alike then.
    let half = values.len().saturating_sub(4) / 2;
    let alike = values.is_char_boundary(half)
        && values[half..].strip_prefix(" => ").is_some_and(|second| second == &values[..half]);
    let value = if alike { &values[..half] } else { values.split_once(" => ")?.0 };
    Some((key.to_owned(), plain(value).to_owned()))
}

/// The value behind the words and colours that `php -i` shows.
fn plain(value: &str) -> &str {
    if value == "no value" {
        return "";
    }
    if value == "Unlimited" {
        return "-1";
    }
    let colour = value.strip_prefix("<font style=\"color: ").and_then(|v| v.split_once('"'));
    colour.map_or(value, |(colour, _)| colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "phpinfo()\nPHP Version => 8.2.36\n\nSystem => Linux\n\n ____\n\n\nConfiguration\n\napcu\n\n\
        APCu Support => Enabled\nVersion => 5.1.22\n\nDirective => Local Value => Master Value\n\
        apc.shm_size => 32M => 32M\nx.map => a => b => a => b\nhighlight.html => \
        <font style=\"color: #000000\">#000000</font> => <font style=\"color: #000000\">#000000</font>\n\
        y.none => no value => no value\nz => 1 => 2\n\nctype\n\nctype functions => enabled\n\nEnvironment\n\n\
        Variable => Value\nDB_PASSWORD => hunter2\n";

    #[test]
    fn directives_and_extensions_are_read() {
        let info = parse(TEXT).unwrap();
        assert_eq!(info.version.as_deref(), Some("8.2.36"));
        let get = |k: &str| info.directives.get(k).map(String::as_str);
        assert_eq!(get("apc.shm_size"), Some("32M"));
        assert_eq!(get("x.map"), Some("a => b"));
        assert_eq!(get("highlight.html"), Some("#000000"));
        assert_eq!((get("y.none"), get("z")), (Some(""), Some("1")));
        assert_eq!(info.extensions.get("apcu"), Some(&Some("5.1.22".to_owned())));
        assert_eq!(info.extensions.get("ctype"), Some(&None));
        assert_eq!(info.extensions.len(), 2);
    }

    #[test]
    fn what_is_no_such_output_is_refused() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("PHP Fatal error: nothing works"), None);
    }
}
