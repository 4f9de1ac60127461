//! Mutations of inputs, the same ones every time: what libFuzzer does for hours, in small, for the ordinary tests.

/// What texts of every format give a meaning to.
const WORDS: &[&str] = &[
    "\n",
    "\r\n",
    "\0",
    " ",
    "\t",
    "#",
    ";",
    ":",
    "=",
    "\"",
    "'",
    "\\",
    "\\\n",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    "|",
    "&",
    "!",
    "*",
    "?",
    "%",
    "@",
    "$",
    "${",
    "{{",
    "~",
    "-",
    "--",
    "/",
    "//",
    "/../",
    "..",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{feff}",
    "\u{e9}",
    "\u{1f600}",
    "\u{85}",
    "\u{2028}",
    "0",
    "-1",
    "99999999999999999999",
    "18446744073709551615",
    "9223372036854775808",
    "0644",
    "1e309",
    "true",
    "null",
    "%h",
    "%%",
    "include",
    "Include *",
    "@include x",
    "secret:v1:",
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    "password=hunter2hunter2",
];

/// Numbers that look random and are the same every time.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `below`; 0 when there is none.
    pub fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let below = u64::try_from(below).unwrap_or(u64::MAX).max(1);
        usize::try_from((self.0 >> 11) % below).unwrap_or_default()
    }
}

/// One input made of two others.
pub fn mutated(one: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = one.to_vec();
    for _ in 0..=dice.below(4) {
        step(&mut bytes, other, dice);
    }
    bytes
}

fn step(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let end = (at + 1 + dice.below(16)).min(bytes.len());
    match dice.below(7) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 => drop(bytes.drain(at..end.max(at))),
        2 => {
            let word = WORDS[dice.below(WORDS.len())].as_bytes();
            bytes.splice(at..at, word.iter().copied());
        }
        3 => {
            let word = WORDS[dice.below(WORDS.len())].as_bytes();
            bytes.splice(at..end.max(at), word.iter().copied());
        }
        4 => {
            let again: Vec<u8> = bytes[at..end.max(at)].repeat(1 + dice.below(40));
            bytes.splice(at..at, again);
        }
        5 => bytes.truncate(at),
        _ => {
            let from = dice.below(other.len() + 1);
            let to = (from + dice.below(64)).min(other.len());
            bytes.splice(at..at, other[from..to].iter().copied());
        }
    }
}
