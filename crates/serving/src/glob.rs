//! Patterns of includes, as of glob(3).

/// Whether a pattern as of glob(3) covers a path: `*`, `?` and `[…]`, none of them a slash.
pub fn covers(pattern: &str, path: &str) -> bool {
    let (patterns, parts): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    patterns.len() == parts.len() && patterns.iter().zip(&parts).all(|(pattern, part)| part_covers(pattern, part))
}

fn part_covers(pattern: &str, part: &str) -> bool {
    // A name that begins with a dot is only covered by a pattern that does.
    if part.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, part): (Vec<char>, Vec<char>) = (pattern.chars().collect(), part.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < part.len() {
        let one = pattern.get(p).and_then(|_| single(&pattern[p..], part[t]));
        if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
        } else if let Some(used) = one {
            p += used;
            t += 1;
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            p = at + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// How much of a pattern covers one character.
fn single(pattern: &[char], c: char) -> Option<usize> {
    match pattern[0] {
        '?' => Some(1),
        '[' => {
            let not = matches!(pattern.get(1), Some('!' | '^'));
            let from = if not { 2 } else { 1 };
            let end = from + 1 + pattern.get(from + 1..)?.iter().position(|p| *p == ']')?;
            let set = &pattern[from..end];
            let mut within = false;
            let mut at = 0;
            while at < set.len() {
                if set.get(at + 1) == Some(&'-') && at + 2 < set.len() {
                    within |= (set[at]..=set[at + 2]).contains(&c);
                    at += 3;
                } else {
                    within |= set[at] == c;
                    at += 1;
                }
            }
            (within != not).then_some(end + 1)
        }
        '\\' => (pattern.get(1) == Some(&c)).then_some(2),
        p => (p == c).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_as_glob_does() {
        for (pattern, path, is) in [
            ("/a/*.conf", "/a/b.conf", true),
            ("/a/*.conf", "/a/b/c.conf", false),
            ("/a/*", "/a/.b", false),
            ("/a/[0-9]*", "/a/7x", true),
            ("/a/[!0-9]*", "/a/7x", false),
            ("/a/b?d", "/a/bcd", true),
            ("/*/x*y*z", "/q/xaybz", true),
        ] {
            assert_eq!(covers(pattern, path), is, "{pattern} {path}");
        }
    }
}
