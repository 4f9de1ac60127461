//! Postfix's own files: main.cf and master.cf, as logical lines with their numbers.

/// A parameter of main.cf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value, with single blanks.
    pub value: String,
    /// The line it begins on.
    pub line: u32,
}

/// A service of master.cf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name and type: `smtp/inet`.
    pub name: String,
    /// Its other fields and its command, with single blanks.
    pub value: String,
    /// The line it begins on.
    pub line: u32,
}

/// The parameters, in order; a later line of the same name wins.
pub fn main_cf(text: &str) -> Vec<Parameter> {
    let parameter = |(line, text): (u32, String)| {
        let (name, value) = text.split_once('=')?;
        Some(Parameter { name: name.trim().to_owned(), value: spaced(value), line })
    };
    logical(text).into_iter().filter_map(parameter).filter(|p| !p.name.is_empty()).collect()
}

/// The services, in order.
pub fn master_cf(text: &str) -> Vec<Service> {
    let service = |(line, text): (u32, String)| {
        let mut words = text.split_whitespace();
        let (name, kind) = (words.next()?, words.next()?);
        let value = words.collect::<Vec<_>>().join(" ");
        (!value.is_empty()).then(|| Service { name: format!("{name}/{kind}"), value, line })
    };
    logical(text).into_iter().filter_map(service).collect()
}

/// A value with single blanks, as it means the same.
pub fn spaced(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines joined with those after them that begin with a blank; comments between them do not end them.
fn logical(text: &str) -> Vec<(u32, String)> {
    let mut lines: Vec<(u32, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        match lines.last_mut() {
            Some((_, last)) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(content);
            }
            _ => lines.push((number, content.to_owned())),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_begin_with_a_blank_continue() {
        let all = main_cf("# c\na = 1\n  2\n# between\n\t3\n\nb=\nno value\n");
        let all: Vec<_> = all.iter().map(|p| (p.name.as_str(), p.value.as_str(), p.line)).collect();
        assert_eq!(all, [("a", "1 2 3", 2), ("b", "", 7)]);
    }

    #[test]
    fn services_have_a_type() {
        let all = master_cf("smtp  inet n - y - - smtpd\n  -o a=b\nbad\n");
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].name.as_str(), all[0].value.as_str()), ("smtp/inet", "n - y - - smtpd -o a=b"));
    }
}
