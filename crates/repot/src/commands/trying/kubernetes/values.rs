//! A secret's value, told from where a file of the host has other text than the spec, which has a fingerprint there.

use model::text::SECRET;

/// How many characters of a fingerprint follow its prefix.
const DIGITS: usize = 22;

/// A text with the values in place of its fingerprints; none where one cannot be told.
pub(super) fn real(text: &str, spec: &str, host: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(SECRET) {
        let (before, after) = rest.split_at(at);
        let fingerprint = after.get(..SECRET.len() + DIGITS)?;
        out.push_str(before);
        out.push_str(&value(fingerprint, spec, host)?);
        rest = after.get(fingerprint.len()..)?;
    }
    out.push_str(rest);
    Some(out)
}

/// The value of one fingerprint: what stands on the host between the texts around it.
fn value(fingerprint: &str, spec: &str, host: &str) -> Option<String> {
    let (spec_line, host_line) = spec.lines().zip(host.lines()).find(|(line, _)| line.contains(fingerprint))?;
    if spec.lines().count() != host.lines().count() {
        return None;
    }
    let mut literals = Vec::new();
    let mut marks = Vec::new();
    let mut rest = spec_line;
    while let Some(at) = rest.find(SECRET) {
        literals.push(rest.get(..at)?);
        let end = at + SECRET.len() + DIGITS;
        marks.push(rest.get(at..end)?);
        rest = rest.get(end..)?;
    }
    literals.push(rest);
    let mut at = host_line.strip_prefix(*literals.first()?)?;
    for (mark, next) in marks.iter().zip(literals.iter().skip(1)) {
        let is_last = std::ptr::eq(*next, *literals.last()?);
        let end = match (next.is_empty(), is_last) {
            (true, true) => at.len(),
            (true, false) => return None,
            (false, true) => at.len().checked_sub(next.len()).filter(|e| at.get(*e..) == Some(*next))?,
            (false, false) => at.find(*next)?,
        };
        let value = at.get(..end)?;
        if *mark == fingerprint {
            return Some(value.to_owned());
        }
        at = at.get(end + next.len()..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "secret:v1:aaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "secret:v1:bbbbbbbbbbbbbbbbbbbbbb";

    #[test]
    fn values_stand_between_what_is_the_same() {
        let spec = format!("# c\nPAUSE=5 PASSWORD={A}\nurl=https://u:{B}@host/ x={A};\n");
        let host = "# c\nPAUSE=5 PASSWORD=hush hush\nurl=https://u:p:w@host/ x=hush hush;\n";
        assert_eq!(real(A, &spec, host).as_deref(), Some("hush hush"));
        assert_eq!(real(&format!("a {B} b"), &spec, host).as_deref(), Some("a p:w b"));
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        let spec = format!("{A}{B}\n");
        assert_eq!(real(A, &spec, "xy\n"), None);
        assert_eq!(real(A, &format!("k={A}\n"), "other\nk=x\n"), None);
        assert_eq!(real(B, "nothing\n", "nothing\n"), None);
    }
}
