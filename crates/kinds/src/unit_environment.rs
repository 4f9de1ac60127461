//! The environment that systemd's unit files give to services: `Environment=` and `EnvironmentFile=`, systemd.exec(5).

/// What a unit file says of the environment, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it says.
    pub says: Says,
    /// Its line.
    pub line: u32,
}

/// What can be said of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// `Environment=NAME=value`, one by one.
    Sets(String, String),
    /// `EnvironmentFile=PATH`; the path may be a pattern. True: it may be missing.
    Reads(String, bool),
    /// An empty `Environment=`: what was set before holds no more.
    ForgetsSettings,
    /// An empty `EnvironmentFile=`: the files named before are not read.
    ForgetsFiles,
}

/// The statements of the section `[Service]`.
pub fn parse(text: &str) -> Vec<Statement> {
    let (mut all, mut inside) = (Vec::new(), false);
    for (line, text) in logical(text) {
        if text.starts_with('[') {
            inside = text == "[Service]";
            continue;
        }
        let Some((key, value)) = text.split_once('=').filter(|_| inside) else { continue };
        let value = value.trim();
        let mut say = |says| all.push(Statement { says, line });
        match key.trim() {
            "Environment" if value.is_empty() => say(Says::ForgetsSettings),
            "EnvironmentFile" if value.is_empty() => say(Says::ForgetsFiles),
            "EnvironmentFile" => {
                let path = value.strip_prefix('-');
                say(Says::Reads(path.unwrap_or(value).to_owned(), path.is_some()));
            }
            "Environment" => {
                for word in words(value) {
                    if let Some((name, value)) = word.split_once('=') {
                        say(Says::Sets(name.to_owned(), value.to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
    all
}

/// Lines with those a backslash continues; comments left out.
fn logical(text: &str) -> Vec<(u32, String)> {
    let (mut lines, mut open): (Vec<(u32, String)>, bool) = (Vec::new(), false);
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if content.starts_with(['#', ';']) || (content.is_empty() && !open) {
            continue;
        }
        let continues = content.ends_with('\\');
        let content = content.strip_suffix('\\').unwrap_or(content);
        match lines.last_mut() {
            Some((_, last)) if open => {
                last.push(' ');
                last.push_str(content);
            }
            _ => lines.push((number, content.to_owned())),
        }
        open = continues;
    }
    lines
}

/// Words as systemd splits them: quotes hold blanks together, and may stand anywhere.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', _) => {
                begun = true;
                word.extend(chars.next());
            }
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => (quote, begun) = (Some(c), true),
            (c, None) if c.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (c, _) => {
                begun = true;
                word.push(c);
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// The variables of a file of `NAME=value` lines, with the line of each: /etc/environment, EnvironmentFile=, the plain
/// assignments and exports of a shell script.
pub fn assignments(text: &str) -> Vec<(String, String, u32)> {
    let assignment = |(line, text): (u32, &str)| {
        let text = text.strip_prefix("export ").unwrap_or(text);
        let (name, value) = text.trim_start().split_once('=')?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        is_name.then(|| (name.to_owned(), plain(value.trim()), line))
    };
    crate::read::lines(text, &['#', ';']).filter_map(assignment).collect()
}

/// A value without the quotes around it, and without what stands behind them.
fn plain(value: &str) -> String {
    for mark in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(mark)
            && let Some(end) = inner.find(mark)
        {
            return inner[..end].to_owned();
        }
    }
    value.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_resets_are_understood() {
        let text = "[Unit]\nEnvironment=NO=1\n[Service]\nEnvironment=A=1 \"B=two words\" 'C=x'\n# c\nEnvironment=\n\
            EnvironmentFile=-/etc/default/x\nEnvironment=D=1 \\\n  E=2\n";
        let all = parse(text);
        let sets = |n: &str, v: &str, line| Statement { says: Says::Sets(n.into(), v.into()), line };
        assert_eq!(all[..3], [sets("A", "1", 4), sets("B", "two words", 4), sets("C", "x", 4)]);
        assert_eq!(all[3].says, Says::ForgetsSettings);
        assert_eq!(all[4].says, Says::Reads("/etc/default/x".into(), true));
        assert_eq!(all[5..], [sets("D", "1", 8), sets("E", "2", 8)]);
    }

    #[test]
    fn assignments_are_read_without_their_quotes() {
        let all = assignments("# c\nA=\"x y\" # z\nexport B='1'\nif true; then\n=\nC=$A/bin\n");
        let all: Vec<_> = all.iter().map(|(n, v, l)| (n.as_str(), v.as_str(), *l)).collect();
        assert_eq!(all, [("A", "x y", 2), ("B", "1", 3), ("C", "$A/bin", 6)]);
    }
}
