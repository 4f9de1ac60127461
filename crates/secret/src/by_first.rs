//! A table of beginnings, found by their first byte: each byte of a text is looked up, and few begin anything.

/// A table in the order in which it is written, for each first byte.
pub(crate) struct ByFirst<T: 'static> {
    lists: Vec<Vec<&'static T>>,
}

impl<T> ByFirst<T> {
    /// Of a table, and how each of it begins.
    pub(crate) fn of(table: &'static [T], start: impl Fn(&'static T) -> &'static [u8]) -> Self {
        let of = |byte: u8| table.iter().filter(|entry| start(entry).first() == Some(&byte)).collect();
        Self { lists: (0..=u8::MAX).map(of).collect() }
    }

    /// Those that begin with a byte.
    pub(crate) fn at(&self, byte: u8) -> impl Iterator<Item = &'static T> + '_ {
        self.lists.get(usize::from(byte)).into_iter().flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_by_its_first_byte_in_its_order() {
        static TABLE: &[&[u8]] = &[b"sk-ant-", b"AKIA", b"sk-", b"\xff"];
        let found = ByFirst::of(TABLE, |start| start);
        assert_eq!(found.at(b's').collect::<Vec<_>>(), [&TABLE[0], &TABLE[2]]);
        assert_eq!(found.at(0xff).count(), 1);
        assert_eq!(found.at(b'x').count(), 0);
    }
}
