//! The rows of a table in a file of SQLite, read without its library: package managers keep their history in such files, a
//! probe only reads, and the agent stays small. Pages that are missing, lead in circles or hold too much end the reading.

use model::answer::{Why, WhyCode};
use std::collections::{BTreeMap, BTreeSet};

/// A value of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Cell {
    /// NULL, a column that is not there, or a value that is not read: a fraction, bytes.
    #[default]
    Nothing,
    /// A whole number.
    Int(i64),
    /// A text; what is no UTF-8 in it is replaced.
    Text(String),
}

impl Cell {
    /// Its text, where it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Cell::Text(text) = self { Some(text) } else { None }
    }

    /// Its number, where it is one.
    pub(crate) fn int(&self) -> Option<i64> {
        if let Cell::Int(number) = self { Some(*number) } else { None }
    }
}

/// The most rows that are read of one table.
const MOST_ROWS: usize = 500_000;

/// How deep the tree of a table may be.
const DEEPEST: usize = 20;

/// A file of SQLite, and what its log holds that is not written into it yet.
pub(crate) struct Database<'b> {
    bytes: &'b [u8],
    /// Pages that stand newer in the log.
    newer: BTreeMap<usize, &'b [u8]>,
    page: usize,
    usable: usize,
}

fn bad(what: &str) -> Why {
    Why::new(WhyCode::Failed, format!("this is no SQLite file that can be read: {what}"))
}

impl<'b> Database<'b> {
    /// A file by its head, and its log (`FILE-wal`) where it has one.
    pub(crate) fn open(bytes: &'b [u8], log: &'b [u8]) -> Result<Self, Why> {
        if !bytes.starts_with(b"SQLite format 3\0") || bytes.len() < 100 {
            return Err(bad("its head is another one"));
        }
        let page = match usize::from(u16::from_be_bytes([bytes[16], bytes[17]])) {
            1 => 65_536,
            page if page >= 512 && page.is_power_of_two() => page,
            _ => return Err(bad("the size of its pages is none")),
        };
        let usable = page.saturating_sub(usize::from(bytes[20]));
        let encoding = u32::from_be_bytes([bytes[56], bytes[57], bytes[58], bytes[59]]);
        if usable < 480 {
            return Err(bad("its pages hold nothing"));
        }
        if encoding > 1 {
            return Err(bad("its texts are in UTF-16"));
        }
        Ok(Self { bytes, newer: committed(log, page), page, usable })
    }

    /// The rows of a table, of each these columns; `None` when there is no table of that name.
    pub(crate) fn table<const N: usize>(&self, name: &str, columns: [&str; N]) -> Result<Option<Vec<[Cell; N]>>, Why> {
        let mut found = None;
        for row in self.rows(1)? {
            let [kind, table, _, root, sql] = row.cells.as_slice() else { continue };
            if kind.text() == Some("table") && table.text().is_some_and(|t| t.eq_ignore_ascii_case(name)) {
                found = root.int().and_then(|n| usize::try_from(n).ok()).zip(sql.text().map(names));
            }
        }
        let Some((root, all)) = found else { return Ok(None) };
        let at = columns.map(|column| all.iter().position(|name| name.eq_ignore_ascii_case(column)));
        let pick = |row: Row| at.map(|at| at.map_or(Cell::Nothing, |at| row.cell(at)));
        Ok(Some(self.rows(root)?.into_iter().map(pick).collect()))
    }

    /// The rows of the table whose tree begins at a page, in the order of their numbers.
    fn rows(&self, root: usize) -> Result<Vec<Row>, Why> {
        let mut rows = Vec::new();
        let mut seen = BTreeSet::new();
        let mut todo = vec![(root, 0_usize)];
        // Rows share no bytes, so a table holds no more than its file and the log.
        let mut left = self.bytes.len() + self.newer.len() * self.page;
        while let Some((number, depth)) = todo.pop() {
            if depth > DEEPEST || !seen.insert(number) {
                return Err(bad("its pages lead in circles"));
            }
            let page = self.get(number).ok_or_else(|| bad("a page is missing"))?;
            let head = if number == 1 { 100 } else { 0 };
            let count = usize::from(short(page, head + 3).ok_or_else(|| bad("a page is cut off"))?);
            let kind = page.get(head).copied().unwrap_or_default();
            let cells = head + if kind == 5 { 12 } else { 8 };
            let offsets = (0..count).map_while(|at| short(page, cells + 2 * at).map(usize::from));
            match kind {
                5 => {
                    let last = long(page, head + 8).unwrap_or_default();
                    // What is put on the pile last is taken off first.
                    todo.push((last, depth + 1));
                    let children: Vec<usize> = offsets.filter_map(|at| long(page, at)).collect();
                    todo.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
                }
                13 => {
                    for at in offsets {
                        let row = self.row(page, at, &mut left).ok_or_else(|| bad("a row is cut off"))?;
                        if rows.len() >= MOST_ROWS {
                            return Err(Why::new(WhyCode::TooLarge, format!("a table of more than {MOST_ROWS} rows")));
                        }
                        rows.push(row);
                    }
                }
                _ => return Err(bad("a page is of no table")),
            }
        }
        Ok(rows)
    }

    fn get(&self, number: usize) -> Option<&'b [u8]> {
        if let Some(page) = self.newer.get(&number) {
            return Some(page);
        }
        let start = number.checked_sub(1)?.checked_mul(self.page)?;
        self.bytes.get(start..start.checked_add(self.page)?)
    }

    fn row(&self, page: &[u8], at: usize, left: &mut usize) -> Option<Row> {
        let (length, at) = varint(page, at)?;
        let (number, at) = varint(page, at)?;
        let length = usize::try_from(length).ok()?;
        *left = left.checked_sub(length)?;
        Some(Row { number, cells: cells(&self.payload(page, at, length)?)? })
    }

    /// What a row holds: on its page, and where it is long on others.
    fn payload(&self, page: &[u8], at: usize, length: usize) -> Option<Vec<u8>> {
        let most = self.usable - 35;
        if length <= most {
            return page.get(at..at.checked_add(length)?).map(<[u8]>::to_vec);
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let local = least + (length - least) % (self.usable - 4);
        let local = if local <= most { local } else { least };
        let mut payload = page.get(at..at + local)?.to_vec();
        let mut next = long(page, at + local)?;
        while payload.len() < length && next > 0 {
            let more = self.get(next)?;
            let rest = (length - payload.len()).min(self.usable - 4);
            payload.extend(more.get(4..4 + rest)?);
            next = long(more, 0)?;
        }
        (payload.len() == length).then_some(payload)
    }
}

/// The pages of a log up to its last commit. Where a sum is not right, the log ends.
fn committed(log: &[u8], page: usize) -> BTreeMap<usize, &[u8]> {
    const HEAD: usize = 32;
    const FRAME: usize = 24;
    let mut pages = BTreeMap::new();
    let Some(head) = log.get(..HEAD).filter(|_| long(log, 8) == Some(page)) else { return pages };
    let is_big = match long(head, 0) {
        Some(0x377f_0682) => false,
        Some(0x377f_0683) => true,
        _ => return pages,
    };
    let mut sum = added((0, 0), &head[..24], is_big);
    let mut open = Vec::new();
    for frame in log[HEAD..].chunks_exact(FRAME + page) {
        sum = added(added(sum, &frame[..8], is_big), &frame[FRAME..], is_big);
        let is_sum = [sum.0, sum.1].iter().flat_map(|s| s.to_be_bytes()).eq(frame[16..FRAME].iter().copied());
        if frame[8..16] != head[16..24] || !is_sum {
            break;
        }
        open.push((long(frame, 0).unwrap_or_default(), &frame[FRAME..]));
        if long(frame, 4) != Some(0) {
            pages.extend(open.drain(..));
        }
    }
    pages
}

/// The running sum over a log, eight bytes at a time.
fn added(sum: (u32, u32), bytes: &[u8], is_big: bool) -> (u32, u32) {
    let word = |four: &[u8]| {
        let four: [u8; 4] = four.try_into().unwrap_or_default();
        if is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    };
    bytes.chunks_exact(8).fold(sum, |(first, second), eight| {
        let first = first.wrapping_add(word(&eight[..4])).wrapping_add(second);
        (first, second.wrapping_add(word(&eight[4..])).wrapping_add(first))
    })
}

/// A row: its number, and its cells in the order of the columns.
struct Row {
    number: i64,
    cells: Vec<Cell>,
}

impl Row {
    /// A cell. A first column without a value is the number of the row: so INTEGER PRIMARY KEY is kept.
    fn cell(&self, at: usize) -> Cell {
        match self.cells.get(at) {
            Some(Cell::Nothing) if at == 0 => Cell::Int(self.number),
            Some(cell) => cell.clone(),
            None => Cell::Nothing,
        }
    }
}

/// The names of the columns, out of the statement that made the table.
fn names(sql: &str) -> Vec<String> {
    let sql = without_comments(sql);
    let inside = sql.split_once('(').map_or("", |(_, rest)| rest.rsplit_once(')').map_or(rest, |(inside, _)| inside));
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    let mut quote = None;
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (Some(open), c) => quote = (c != open).then_some(open),
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(&inside[start..]);
    parts.into_iter().filter_map(column).collect()
}

/// The name at the beginning of a part, unless that part is a rule on the table.
fn column(part: &str) -> Option<String> {
    const RULES: &[&str] = &["primary", "unique", "foreign", "check", "constraint"];
    let word = part.split_whitespace().next()?;
    let is_rule = RULES.iter().any(|rule| word.split('(').next().is_some_and(|w| w.eq_ignore_ascii_case(rule)));
    (!is_rule).then(|| word.trim_matches(['"', '`', '[', ']', '\'']).to_owned())
}

/// A statement without `/* … */` and `-- …`.
fn without_comments(sql: &str) -> String {
    let mut out = String::new();
    let mut rest = sql;
    while let Some(at) = [rest.find("/*"), rest.find("--")].into_iter().flatten().min() {
        out.push_str(&rest[..at]);
        let end = if rest[at..].starts_with("/*") { "*/" } else { "\n" };
        let after = rest[at + 2..].find(end).map_or("", |e| &rest[at + 2 + e + end.len()..]);
        out.push(' ');
        rest = after;
    }
    out + rest
}

/// The cells of a record.
fn cells(record: &[u8]) -> Option<Vec<Cell>> {
    let (head, mut at) = varint(record, 0)?;
    let head = usize::try_from(head).ok().filter(|h| *h <= record.len())?;
    let mut body = head;
    let mut cells = Vec::new();
    while at < head {
        let (kind, next) = varint(record, at)?;
        at = next;
        let size = match kind {
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 | 7 => 8,
            kind if kind >= 12 => usize::try_from((kind - 12) / 2).ok()?,
            _ => 0,
        };
        let bytes = record.get(body..body.checked_add(size)?)?;
        body += size;
        cells.push(match kind {
            1..=6 => Cell::Int(int(bytes)),
            8 => Cell::Int(0),
            9 => Cell::Int(1),
            kind if kind >= 13 && kind % 2 == 1 => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
            _ => Cell::Nothing,
        });
    }
    Some(cells)
}

/// A number of one to eight bytes with its sign.
fn int(bytes: &[u8]) -> i64 {
    let is_negative = bytes.first().is_some_and(|b| b & 0x80 != 0);
    bytes.iter().fold(if is_negative { -1 } else { 0 }, |number, byte| number << 8 | i64::from(*byte))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?)).ok()
}

/// A number of up to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let mut number: i64 = 0;
    for count in 0..9 {
        let byte = *bytes.get(at + count)?;
        if count == 8 {
            return Some((number << 8 | i64::from(byte), at + 9));
        }
        number = number << 7 | i64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + count + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_by_the_statement_that_made_the_table() {
        let sql = "CREATE TABLE trans (\n id INTEGER PRIMARY KEY, /* 1: a, 2: b ... */\n \"at\" INTEGER, -- x, y\n\
                   note TEXT DEFAULT 'a, (b' , [n] NUMERIC(1, 2), CONSTRAINT u UNIQUE (id, at), PRIMARY KEY(\"id\"))";
        assert_eq!(names(sql), ["id", "at", "note", "n"]);
    }

    #[test]
    fn numbers_have_their_sign() {
        assert_eq!((int(&[0xff]), int(&[0x7f, 0xff]), int(&[0x80, 0])), (-1, 32_767, -32_768));
        assert_eq!(varint(&[0x81, 0x00], 0), Some((128, 2)));
    }

    #[test]
    fn what_is_no_such_file_is_said() {
        let mut head = b"SQLite format 3\0".to_vec();
        head.resize(512, 0);
        for (bytes, said) in [(b"x".to_vec(), "head"), (head, "size of its pages")] {
            let why = Database::open(&bytes, &[]).err().map(|why| why.to_string()).unwrap_or_default();
            assert!(why.contains(said), "{why}");
        }
    }
}
