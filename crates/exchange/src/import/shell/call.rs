//! One command as the families of commands get it, and what they say of it.

use super::super::effect::Effect;
use super::super::statement::Confidence;
use super::word::Word;
use model::place::Place;

/// A text that a command gets as its input, or that is written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The text, with its last newline.
    pub text: Word,
    /// Where its first line stands, where each of its lines is a line of a source.
    pub source: Option<Place>,
    /// Whether more belongs to it that is not known, as in `(crontab -l; echo …) | crontab -`.
    pub is_part: bool,
}

impl Document {
    /// A text that is known as a whole.
    pub fn new(text: Word, source: Option<Place>) -> Self {
        Self { text, source, is_part: false }
    }

    /// Its lines.
    pub fn lines(&self) -> Vec<String> {
        self.text.text.lines().map(str::to_owned).collect()
    }
}

/// One command: its program, its arguments, and what it stands in.
#[derive(Clone)]
pub struct Call<'a> {
    /// The program without its directory.
    pub program: &'a str,
    /// The arguments.
    pub args: &'a [Word],
    /// What it gets as input, where that is known.
    pub input: Option<&'a Document>,
    /// The directory it runs in, where that is known.
    pub dir: Option<&'a str>,
    /// The user it runs as, where that is known.
    pub user: Option<&'a str>,
    /// Where `make install` of what is built in its directory brings files, if `./configure` said so.
    pub prefix: Option<&'a str>,
    /// Texts of files that earlier steps of the same source wrote, or that were handed in, by path.
    pub texts: &'a dyn Fn(&str) -> Option<Document>,
}

/// What a command says.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// What is so afterwards.
    pub effects: Vec<Effect>,
    /// What could not be worked out.
    pub unresolved: Vec<String>,
    /// How sure the effects are, where that is less than the words are.
    pub confidence: Option<Confidence>,
    /// What it prints, where that is known: the input of the next command of a pipeline.
    pub output: Option<Document>,
    /// Where what is built from here on will be installed.
    pub prefix: Option<String>,
}

impl Said {
    /// One more effect.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Something that could not be worked out.
    pub fn unresolved(&mut self, why: impl Into<String>) {
        self.unresolved.push(why.into());
    }

    /// What is said is only likely.
    pub fn guessed(&mut self) {
        self.confidence = Some(Confidence::Guessed);
    }

    /// A word's text if it is known; otherwise it is noted what it lacks.
    pub fn known<'w>(&mut self, word: &'w Word) -> Option<&'w str> {
        match &word.lacks {
            None => Some(&word.text),
            Some(lacks) => {
                self.unresolved(lacks.clone());
                None
            }
        }
    }
}

impl<'a> Call<'a> {
    /// The arguments that are no options, without the values of these options (`-t`, `--target`).
    pub fn operands(&self, with_value: &[&str]) -> Vec<&'a Word> {
        let mut operands = Vec::new();
        let (mut skip, mut is_over) = (false, false);
        for word in self.args {
            let text = word.text.as_str();
            if std::mem::take(&mut skip) {
                continue;
            }
            if is_over || !text.starts_with('-') || text == "-" {
                operands.push(word);
            } else if text == "--" {
                is_over = true;
            } else {
                skip = takes_next(text, with_value);
            }
        }
        operands
    }

    /// Whether an option is given: `-r` also inside of `-rf`, `--recursive` as it is.
    pub fn has(&self, options: &[&str]) -> bool {
        self.args.iter().take_while(|w| w.text != "--").any(|w| options.iter().any(|o| is_option(&w.text, o)))
    }

    /// The value of an option: `-o deploy`, `-odeploy`, `--owner deploy`, `--owner=deploy`.
    pub fn value(&self, options: &[&str]) -> Option<Word> {
        for (at, word) in self.args.iter().enumerate() {
            for option in options {
                let rest = word.text.strip_prefix(option);
                match rest {
                    Some("") => return self.args.get(at + 1).cloned(),
                    Some(rest) if option.starts_with("--") => {
                        if let Some(value) = rest.strip_prefix('=') {
                            return Some(Word { text: value.to_owned(), ..word.clone() });
                        }
                    }
                    Some(rest) => return Some(Word { text: rest.to_owned(), ..word.clone() }),
                    // -mG group: the last letter takes the next word
                    None if is_cluster(&word.text, option) => return self.args.get(at + 1).cloned(),
                    None => {}
                }
            }
        }
        None
    }

    /// A path as the command means it, where that is known: absolute, without `.` and `..`, and `~` replaced.
    pub fn path(&self, text: &str) -> Result<String, String> {
        let text = match text.strip_prefix('~') {
            Some(rest) => {
                let (user, rest) = rest.split_once('/').map_or((rest, ""), |(u, r)| (u, r));
                let user = if user.is_empty() { self.user.ok_or("the home directory of who runs it")? } else { user };
                format!("{}/{rest}", home(user))
            }
            None if text.starts_with('/') => text.to_owned(),
            None => format!("{}/{text}", self.dir.ok_or_else(|| format!("the directory in which {text} is"))?),
        };
        absolute(&text).ok_or_else(|| format!("{text} leads out of the root directory"))
    }

    /// The path that a word names, or the pattern over paths that it is.
    pub fn paths_of(&self, word: &Word, said: &mut Said) -> Option<String> {
        self.path_of(&Word { is_pattern: false, ..word.clone() }, said)
    }

    /// The path that a word names; otherwise it is noted why it is not known.
    pub fn path_of(&self, word: &Word, said: &mut Said) -> Option<String> {
        let text = said.known(word)?;
        if word.is_pattern {
            said.unresolved(format!("which files {text} stands for"));
            return None;
        }
        match self.path(text) {
            Ok(path) => Some(path),
            Err(why) => {
                said.unresolved(why);
                None
            }
        }
    }
}

/// Where a user's home is by custom.
pub fn home(user: &str) -> String {
    if user == "root" { "/root".to_owned() } else { format!("/home/{user}") }
}

/// An absolute path without `.`, `..` and doubled slashes; `None` when it leads out of the root.
pub fn absolute(path: &str) -> Option<String> {
    super::super::files::normal("", path).filter(|p| p.starts_with('/'))
}

fn takes_next(text: &str, with_value: &[&str]) -> bool {
    with_value.iter().any(|o| text == *o || is_cluster(text, o))
}

/// Whether a short option is the last one of several written together.
fn is_cluster(text: &str, option: &str) -> bool {
    let (Some(letters), Some(option)) = (text.strip_prefix('-'), option.strip_prefix('-')) else { return false };
    option.len() == 1
        && !letters.starts_with('-')
        && letters.len() > 1
        && letters.ends_with(option)
        && letters.chars().all(|c| c.is_ascii_alphabetic())
}

fn is_option(text: &str, option: &str) -> bool {
    if option.starts_with("--") {
        return text == option || text.strip_prefix(option).is_some_and(|rest| rest.starts_with('='));
    }
    match (text.strip_prefix('-'), option.strip_prefix('-')) {
        (Some(letters), Some(option)) if option.len() == 1 => !letters.starts_with('-') && letters.contains(option),
        (Some(letters), Some(option)) => letters == option,
        _ => false,
    }
}
