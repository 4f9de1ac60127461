//! How random a literal is: of which classes its characters are, how often these change, and how evenly they are used.

/// Whether a literal in base64, base64url or a like alphabet was made by a machine to be guessed by nobody.
pub(crate) fn is_random(text: &[u8]) -> bool {
    let count = |f: fn(&u8) -> bool| text.iter().filter(|b| f(b)).count();
    let (upper, lower, digit) =
        (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase), count(u8::is_ascii_digit));
    let classes = [upper, lower, digit].iter().filter(|n| **n > 0).count();
    let mixed = classes == 3 || classes == 2 && digit >= 4 && digit * 5 < text.len() * 4;
    mixed && digit >= 2 && changes(text) * 100 >= text.len() * 30 && entropy(text) >= least(text.len())
}

/// Whether a literal is hexadecimal digits as random as a key's.
pub(crate) fn is_random_hex(text: &[u8]) -> bool {
    let digits = text.iter().filter(|b| b.is_ascii_digit()).count();
    text.len() >= 32
        && text.iter().all(u8::is_ascii_hexdigit)
        && digits >= 4
        && digits < text.len()
        && entropy(text) >= 3.0
}

/// How often the class of one character differs from that of the next.
fn changes(text: &[u8]) -> usize {
    let class = |b: &u8| match b {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    text.windows(2).filter(|w| class(&w[0]) != class(&w[1])).count()
}

/// Shannon's entropy, in bits a character.
#[expect(clippy::cast_precision_loss, reason = "counts of at most some hundred characters")]
fn entropy(text: &[u8]) -> f64 {
    let mut counts = [0_usize; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    let total = text.len() as f64;
    -counts.iter().filter(|c| **c > 0).map(|c| *c as f64 / total).map(|p| p * p.log2()).sum::<f64>()
}

/// What random text of a length has at the very least.
fn least(length: usize) -> f64 {
    match length {
        0..=23 => 3.3,
        24..=31 => 3.6,
        _ => 3.9,
    }
}
