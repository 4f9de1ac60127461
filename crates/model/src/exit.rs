//! Exit codes: public, and decided here and nowhere else.

use crate::finding::{Finding, Verdict};

/// How a command ends. When several apply the worst wins: the order is that of the variants, the last is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: all same.
    Same,
    /// 4: nothing was compared.
    Nothing,
    /// 3: something could not be looked at.
    Undecided,
    /// 1: something differs, is missing or is extra.
    Differs,
    /// 5: a target could not be reached.
    Unreachable,
    /// 2: usage, or a spec that cannot be read.
    Usage,
    /// 70: a bug in repot.
    Bug,
}

/// Every way to end, for the reference page.
pub const ALL: [Exit; 7] =
    [Exit::Same, Exit::Differs, Exit::Usage, Exit::Undecided, Exit::Nothing, Exit::Unreachable, Exit::Bug];

impl Exit {
    /// The process's exit status.
    pub fn code(self) -> u8 {
        match self {
            Exit::Same => 0,
            Exit::Differs => 1,
            Exit::Usage => 2,
            Exit::Undecided => 3,
            Exit::Nothing => 4,
            Exit::Unreachable => 5,
            Exit::Bug => 70,
        }
    }

    /// The way to end that an exit status stands for.
    pub fn of_code(code: u8) -> Option<Self> {
        ALL.into_iter().find(|exit| exit.code() == code)
    }

    /// What it means, for the reference page.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Same => "everything that was compared is as claimed, or its difference is waived",
            Exit::Differs => "something differs, is missing, or is there although nobody claimed it",
            Exit::Usage => "the command line or a spec cannot be read; nothing was compared",
            Exit::Undecided => "something could not be looked at, and nothing that could be differs",
            Exit::Nothing => "nothing was compared: an empty spec, or no kind was asked for",
            Exit::Unreachable => "a target could not be reached",
            Exit::Bug => "a bug in repot: please report it with the text above",
        }
    }

    /// What findings amount to.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        findings.into_iter().map(|f| Self::of_verdict(&f.verdict)).reduce(Self::worse).unwrap_or(Exit::Nothing)
    }

    fn of_verdict(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Same | Verdict::Waived(_) => Exit::Same,
            Verdict::Differs | Verdict::Missing | Verdict::Extra => Exit::Differs,
            Verdict::Undecided(_) => Exit::Undecided,
        }
    }

    /// The worse of two.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        self.max(other)
    }
}
