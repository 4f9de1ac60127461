//! Entries of dpkg's and apt's databases (deb822(5)): fields of a name and a value, a blank line between entries.

/// One entry: its lines are looked through only for what is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stanza<'t>(&'t str);

/// The entries of a text.
pub(super) fn stanzas(text: &str) -> impl Iterator<Item = Stanza<'_>> {
    text.split("\n\n").filter(|s| !s.trim().is_empty()).map(Stanza)
}

impl<'t> Stanza<'t> {
    /// The value of a field: what stands in its line.
    pub(super) fn get(&self, name: &str) -> Option<&'t str> {
        let line = |line: &'t str| line.strip_prefix(name)?.strip_prefix(':');
        self.0.lines().find_map(line).map(str::trim)
    }

    /// Its first line.
    pub(super) fn first_line(&self) -> &'t str {
        self.0.lines().next().unwrap_or_default()
    }

    #[cfg(test)]
    pub(super) fn of(text: &'t str) -> Self {
        Self(text)
    }
}
