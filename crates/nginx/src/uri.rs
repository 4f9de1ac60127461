//! The path that locations are compared with, made of what a client sent by nginx's own rules.

/// A request's target, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The path, decoded and normalised.
    pub path: Vec<u8>,
    /// What follows `?`, as it was sent.
    pub args: Vec<u8>,
}

/// Where in a path the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Usual,
    Slash,
    Dot,
    DotDot,
}

/// Takes a target apart; none where nginx answers 400.
pub fn normalised(target: &[u8], merges_slashes: bool) -> Option<Target> {
    if target.first() != Some(&b'/') || target.iter().any(|b| *b <= b' ' || *b == 0x7f) {
        return None;
    }
    let mut reader = Path { path: Vec::with_capacity(target.len()), state: State::Usual, merges_slashes };
    let mut at = 0;
    let mut args: &[u8] = &[];
    while let Some(&byte) = target.get(at) {
        at += 1;
        match byte {
            b'?' => {
                args = &target[at..];
                break;
            }
            b'#' => break,
            b'%' => {
                let decoded = decoded(target.get(at..at + 2)?)?;
                at += 2;
                // These three mean themselves once they were encoded.
                if matches!(decoded, b'%' | b'#' | b'?') {
                    reader.other(decoded)?;
                } else {
                    reader.take(decoded)?;
                }
            }
            byte => reader.take(byte)?,
        }
    }
    let args = args.split(|b| *b == b'#').next().unwrap_or_default().to_vec();
    Some(Target { path: reader.end()?, args })
}

fn decoded(digits: &[u8]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    let byte = digit(digits[0])? * 16 + digit(digits[1])?;
    u8::try_from(byte).ok().filter(|b| *b != 0)
}

struct Path {
    path: Vec<u8>,
    state: State,
    merges_slashes: bool,
}

impl Path {
    fn take(&mut self, byte: u8) -> Option<()> {
        match (byte, self.state) {
            (b'/', State::Usual) => self.slash(),
            (b'/', State::Slash) => {
                if !self.merges_slashes {
                    self.path.push(b'/');
                }
            }
            (b'/', State::Dot) => {
                self.path.pop();
                self.state = State::Slash;
            }
            (b'/', State::DotDot) => self.up()?,
            (b'.', State::Slash) => self.push(b'.', State::Dot),
            (b'.', State::Dot) => self.push(b'.', State::DotDot),
            (byte, _) => self.other(byte)?,
        }
        Some(())
    }

    fn other(&mut self, byte: u8) -> Option<()> {
        self.push(byte, State::Usual);
        Some(())
    }

    fn push(&mut self, byte: u8, state: State) {
        self.path.push(byte);
        self.state = state;
    }

    fn slash(&mut self) {
        self.push(b'/', State::Slash);
    }

    /// Behind `/..`: the part before it goes too.
    fn up(&mut self) -> Option<()> {
        // The path ends with `/..`; what is before that slash ends with the part that goes.
        let mut end = self.path.len().checked_sub(3)?;
        if end == 0 {
            return None;
        }
        end -= 1;
        while self.path[end] != b'/' {
            end = end.checked_sub(1)?;
        }
        self.path.truncate(end + 1);
        self.state = State::Slash;
        Some(())
    }

    fn end(mut self) -> Option<Vec<u8>> {
        match self.state {
            State::Usual | State::Slash => {}
            State::Dot => drop(self.path.pop()),
            State::DotDot => self.up()?,
        }
        Some(self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(target: &str) -> Option<String> {
        normalised(target.as_bytes(), true).map(|t| String::from_utf8_lossy(&t.path).into_owned())
    }

    #[test]
    fn paths_are_normalised_as_nginx_does() {
        for (sent, wanted) in [
            ("/", "/"),
            ("//a///b/", "/a/b/"),
            ("/a/./b/.", "/a/b/"),
            ("/a/../b", "/b"),
            ("/a/b/..", "/a/"),
            ("/a%2fb%2F%2e%2e/c", "/a/c"),
            ("/a%3fb%23c%25d?x", "/a?b#c%d"),
            ("/a.b/..c/.d/...", "/a.b/..c/.d/..."),
            ("/a+b#c", "/a+b"),
        ] {
            assert_eq!(path(sent).as_deref(), Some(wanted), "{sent}");
        }
    }

    #[test]
    fn what_nginx_answers_with_400_is_none() {
        for sent in ["", "a", "*", "/..", "/a/../..", "/a/../../b", "/%00", "/%", "/%4", "/%zz", "/a b", "/%2e%2e"] {
            assert_eq!(path(sent), None, "{sent}");
        }
    }

    #[test]
    fn slashes_stay_where_they_are_not_merged() {
        let target = normalised(b"//a//../b?x=1#y", false).unwrap();
        assert_eq!((target.path.as_slice(), target.args.as_slice()), (&b"//a/b"[..], &b"x=1"[..]));
    }
}
