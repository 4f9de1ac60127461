//! Where a person is in the review: the questions, the answers so far, and what each key does. It draws and writes
//! nothing, so that a test can press keys.

use super::author::Author;
use super::scope::Scope;
use super::screen::Press;
use super::typed::{follow, said};
use crate::deciding::Deciding;
use exchange::rules::decisions::{Change, Decisions, Placed};
use exchange::rules::report::{self, Reviewed, consequences};
use exchange::rules::tenancy::{Tenancy, middleware};
use exchange::rules::{RULES, Review, Rule, rule_named};
use model::decision::Fate;
use model::id::ResourceId;
use model::place::Place;
use model::text::for_terminal;

/// What comes after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The next key.
    Stay,
    /// All is to be written.
    Write,
    /// Nothing is to be written.
    Leave,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Question {
    /// Whether a rule is followed.
    Rule(&'static str),
    /// What becomes of an entry that a rule blocks, or that no rule speaks of.
    Entry(ResourceId),
    /// Where a service runs.
    Tenancy(String),
}

/// What the keys are for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mode {
    /// A question is asked.
    Asking,
    /// The reason of an answer is typed.
    Reason(Answer, String),
    /// It is asked whether all of it is to be written.
    Confirm,
    /// It is asked whether the answers are to be thrown away.
    Leaving,
}

/// An answer that needs a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Fate(Fate),
    Place(Tenancy),
}

/// Where a person is in the review.
pub(super) struct Going<'d> {
    deciding: &'d Deciding,
    /// What was proposed and decided when it began.
    first: Review,
    author: Author,
    questions: Vec<Question>,
    at: usize,
    /// The answers, the last one last; each is taken back by itself.
    answers: Vec<(usize, Change)>,
    mode: Mode,
}

/// The key that writes, or throws away.
const YES: Press = Press::Char('y');

/// The keys of the verdicts.
const FATES: [(char, Fate); 6] = [
    ('k', Fate::Keep),
    ('d', Fate::Adapt),
    ('r', Fate::Replace),
    ('x', Fate::Drop),
    ('n', Fate::Node),
    ('b', Fate::Block),
];

/// The keys of the places.
const PLACES: [(char, Tenancy); 6] = [
    ('c', Tenancy::Container),
    ('i', Tenancy::Sidecar),
    ('h', Tenancy::Shared),
    ('t', Tenancy::Stateful),
    ('n', Tenancy::Node),
    ('o', Tenancy::Outside),
];

impl<'d> Going<'d> {
    /// At the first question.
    pub(super) fn new(deciding: &'d Deciding, author: Author) -> Self {
        let first = deciding.review();
        let questions = questions(deciding, &first);
        Self { deciding, first, author, questions, at: 0, answers: Vec::new(), mode: Mode::Asking }
    }

    /// Whether there is nothing to ask.
    pub(super) fn is_done(&self) -> bool {
        self.questions.is_empty()
    }

    /// The answers, in the order in which they were given.
    pub(super) fn changes(&self) -> Vec<Change> {
        self.answers.iter().map(|(_, change)| change.clone()).collect()
    }

    fn decisions(&self) -> Decisions {
        let mut decisions = self.deciding.decisions.clone();
        self.answers.iter().for_each(|(_, change)| change.apply(&mut decisions));
        decisions
    }

    /// What becomes of every entry, with the answers or without them.
    pub(super) fn review_if(&self, is_written: bool) -> Review {
        if is_written {
            self.first.again(&self.deciding.decisions.platform, &self.decisions())
        } else {
            self.first.clone()
        }
    }

    /// What a key does.
    pub(super) fn press(&mut self, key: Press) -> Step {
        match std::mem::replace(&mut self.mode, Mode::Asking) {
            Mode::Asking => self.asked(key),
            Mode::Reason(answer, text) => {
                self.reasoned(answer, text, key);
                Step::Stay
            }
            Mode::Confirm if key == YES => Step::Write,
            Mode::Leaving if key == YES => Step::Leave,
            Mode::Confirm | Mode::Leaving => Step::Stay,
        }
    }

    fn asked(&mut self, key: Press) -> Step {
        match key {
            Press::Up => self.at = self.at.saturating_sub(1),
            Press::Down | Press::Char('s') => self.on(),
            Press::Char('u') => {
                if let Some((at, _)) = self.answers.pop() {
                    self.at = at;
                }
            }
            Press::Char('w') => self.mode = Mode::Confirm,
            Press::Char('q') | Press::Escape if self.answers.is_empty() => return Step::Leave,
            Press::Char('q') | Press::Escape => self.mode = Mode::Leaving,
            Press::Char('a') | Press::Enter => self.accept(),
            Press::Char('A') => self.accept_rest(),
            Press::Char(c) => self.choose(c),
            Press::Backspace | Press::Other => {}
        }
        Step::Stay
    }

    /// The answer that is proposed, where one is.
    fn accept(&mut self) {
        match self.questions.get(self.at).cloned() {
            Some(Question::Rule(id)) => {
                let said = follow(id, &self.review_if(true), &self.author);
                self.answer(Change::Rule(id.to_owned(), Some(said)));
            }
            Some(Question::Tenancy(service)) => {
                let host = self.deciding.host();
                let all = middleware(&host, &self.review_if(true));
                let usual = all.iter().find(|one| one.service.name() == service).map(|one| one.usual);
                if let Some(usual) = usual {
                    self.mode = Mode::Reason(Answer::Place(usual), String::new());
                }
            }
            // What blocks must be decided otherwise, and nothing is proposed.
            Some(Question::Entry(_)) | None => {}
        }
    }

    /// Follows every rule from here on that was not answered yet.
    fn accept_rest(&mut self) {
        let review = self.review_if(true);
        let decisions = self.decisions();
        for (at, question) in self.questions.iter().enumerate().skip(self.at) {
            if let Question::Rule(id) = question
                && !decisions.rules.contains_key(*id)
            {
                let said = follow(id, &review, &self.author);
                self.answers.push((at, Change::Rule((*id).to_owned(), Some(said))));
            }
        }
        let is_rule = |question: &Question| matches!(question, Question::Rule(_));
        let rest = self.questions.iter().skip(self.at).position(|question| !is_rule(question));
        self.at = rest.map_or(self.questions.len().saturating_sub(1), |n| self.at + n);
    }

    fn choose(&mut self, c: char) {
        let answer = match self.questions.get(self.at) {
            Some(Question::Tenancy(_)) => PLACES.iter().find(|(key, _)| *key == c).map(|(_, p)| Answer::Place(*p)),
            Some(_) => FATES.iter().find(|(key, _)| *key == c).map(|(_, f)| Answer::Fate(*f)),
            None => None,
        };
        if let Some(answer) = answer {
            self.mode = Mode::Reason(answer, String::new());
        }
    }

    fn reasoned(&mut self, answer: Answer, mut text: String, key: Press) {
        match key {
            Press::Escape => return,
            Press::Backspace => drop(text.pop()),
            Press::Char(c) if !c.is_control() => text.push(c),
            Press::Enter if !text.trim().is_empty() => return self.decide(answer, text.trim()),
            Press::Enter | Press::Char(_) | Press::Up | Press::Down | Press::Other => {}
        }
        self.mode = Mode::Reason(answer, text);
    }

    fn decide(&mut self, answer: Answer, because: &str) {
        let review = self.review_if(true);
        let change = match (self.questions.get(self.at), answer) {
            (Some(Question::Rule(id)), Answer::Fate(fate)) => {
                let of = Some(review.digest_of_rule(id));
                Change::Rule((*id).to_owned(), Some(said(Some(fate), because, of, &self.author)))
            }
            (Some(Question::Entry(id)), Answer::Fate(fate)) => {
                let of = review.digests.get(id).cloned();
                Change::Entry(id.clone(), Some(said(Some(fate), because, of, &self.author)))
            }
            (Some(Question::Tenancy(service)), Answer::Place(tenancy)) => {
                let (author, date) = (self.author.name.clone(), self.author.date.clone());
                let because = because.to_owned();
                Change::Tenancy(
                    service.clone(),
                    Some(Placed { tenancy, because, author, date, place: Place::default() }),
                )
            }
            (Some(_) | None, _) => return,
        };
        self.answer(change);
    }

    fn answer(&mut self, change: Change) {
        self.answers.push((self.at, change));
        self.on();
    }

    /// To the next question; after the last one, to writing.
    fn on(&mut self) {
        if self.at + 1 < self.questions.len() {
            self.at += 1;
        } else if !self.answers.is_empty() {
            self.mode = Mode::Confirm;
        }
    }

    /// What is shown, in lines of a width that fit a height.
    pub(super) fn lines(&self, width: usize, height: usize) -> Vec<String> {
        let decisions = self.decisions();
        let review = self.review_if(true);
        let host = self.deciding.host();
        let reviewed = Reviewed { host: &host, review: &review, decisions: &decisions };
        let (text, foot) = match &self.mode {
            Mode::Asking => (self.question(reviewed), self.keys()),
            Mode::Reason(answer, text) => {
                let word = match answer {
                    Answer::Fate(fate) => fate.name(),
                    Answer::Place(tenancy) => tenancy.name(),
                };
                let foot = format!("{word}, because: {}_   (Enter takes it, Esc goes back)", for_terminal(text));
                (self.question(reviewed), foot)
            }
            Mode::Confirm => {
                let changes = self.changes();
                let scope = Scope::between(self.deciding, &self.first, &review, &decisions, &changes);
                (scope.to_string(), format!("write {} answers to {}? y/n", changes.len(), self.deciding.path()))
            }
            Mode::Leaving => {
                let foot = format!("leave and throw away {} answers? y/n", self.answers.len());
                (self.question(reviewed), foot)
            }
        };
        let head = format!("question {} of {}, {} answered", self.at + 1, self.questions.len(), self.answers.len());
        let foot = wrapped(&foot, width);
        let room = height.saturating_sub(3 + foot.len()).max(3);
        let body: Vec<String> = text.lines().flat_map(|line| wrapped(line, width)).collect();
        let mut lines = vec![cut(&head, width)];
        lines.extend(body.iter().take(room).cloned());
        if body.len() > room {
            lines.push(cut(&format!("  … {} more lines", body.len() - room), width));
        }
        lines.extend(foot);
        lines
    }

    fn question(&self, reviewed: Reviewed<'_>) -> String {
        match self.questions.get(self.at) {
            Some(Question::Rule(id)) => {
                rule_named(id).map_or_else(String::new, |rule| report::human_rule(reviewed, rule))
            }
            Some(Question::Entry(id)) => report::human_entry(reviewed, id),
            Some(Question::Tenancy(service)) => {
                let all = middleware(reviewed.host, reviewed.review);
                let Some(one) = all.iter().find(|one| one.service.name() == service) else {
                    return format!("{} needs no place any more", for_terminal(service));
                };
                Tenancy::ALL
                    .iter()
                    .map(|tenancy| {
                        let how = if *tenancy == one.usual { "as usual" } else { "possible" };
                        consequences(reviewed, one, *tenancy, how)
                    })
                    .collect()
            }
            None => String::new(),
        }
    }

    fn keys(&self) -> String {
        let common = "s skip, ↑↓ move, u undo, w write, q leave";
        let named = |keys: Vec<String>| keys.join(" ");
        match self.questions.get(self.at) {
            Some(Question::Tenancy(_)) => {
                let keys = PLACES.iter().map(|(key, place)| format!("{key} {}", place.name())).collect();
                format!("a as usual; {}; {common}", named(keys))
            }
            question => {
                let keys = FATES.iter().map(|(key, fate)| format!("{key} {}", fate.name())).collect();
                let accept =
                    if matches!(question, Some(Question::Rule(_))) { "a accept, A accept all from here; " } else { "" };
                format!("{accept}{}; {common}", named(keys))
            }
        }
    }
}

/// What is to be asked: rules that lead undecided entries, what blocks or no rule speaks of, and services.
fn questions(deciding: &Deciding, review: &Review) -> Vec<Question> {
    let is_open = |id: &ResourceId| review.decision(id).is_none();
    let leads = |rule: &&str| review.led_by(rule).any(|p| is_open(&p.id) && p.fate != Fate::Block);
    let mut rules: Vec<&Rule> = RULES.iter().copied().filter(|rule| leads(&rule.id)).collect();
    // The gravest first: what is asked last is answered least.
    rules.sort_by_key(|rule| (std::cmp::Reverse(rule.severity), rule.id));
    let mut questions: Vec<Question> = rules.into_iter().map(|rule| Question::Rule(rule.id)).collect();
    let blocks = |id: &&ResourceId| review.fate(id).is_none_or(|fate| fate == Fate::Block);
    questions.extend(review.outcomes.keys().filter(blocks).cloned().map(Question::Entry));
    let host = deciding.host();
    let open = middleware(&host, review).into_iter().map(|one| one.service.name().to_owned());
    questions.extend(open.filter(|name| !deciding.decisions.tenancy.contains_key(name)).map(Question::Tenancy));
    questions
}

/// A line in lines of a width, broken between words; those after the first are moved in a little more.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let indent = line.chars().take_while(|c| *c == ' ').count();
    let lead = " ".repeat((indent + 2).min(width / 2));
    let mut lines: Vec<String> = vec![" ".repeat(indent.min(width / 2))];
    let mut is_begun = false;
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        for piece in pieces(word, width.saturating_sub(lead.len()).max(1)) {
            let Some(last) = lines.last_mut() else { continue };
            let room = width.saturating_sub(last.chars().count() + usize::from(is_begun));
            if is_begun && piece.chars().count() > room {
                lines.push(format!("{lead}{piece}"));
            } else {
                last.push_str(if is_begun { " " } else { "" });
                last.push_str(&piece);
            }
            is_begun = true;
        }
    }
    lines
}

/// A word in pieces that fit a width.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    chars.chunks(width).map(|chunk| chunk.iter().collect()).collect()
}

/// A line that fits a width.
fn cut(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    line.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    const SPEC: &str = "repot: 1\nservice:\n  ssh: {enabled: true, running: true}\n  nginx: {enabled: true, running: true}\nkernel-param:\n  kernel.panic: {value: \"1\"}\n";

    /// A project with that spec, and keys pressed in it.
    fn pressed(keys: &[Press]) -> (tempfile::TempDir, Vec<Change>, Option<Step>, String) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("spec/web")).unwrap();
        std::fs::write(dir.path().join("spec/web/site.yaml"), SPEC).unwrap();
        let deciding = Deciding::of(&Project::at(dir.path().to_owned()), "web").unwrap();
        let author = Author { name: "anna".to_owned(), date: "2026-11-25".to_owned() };
        let mut going = Going::new(&deciding, author);
        let ended = keys.iter().map(|key| going.press(*key)).find(|step| *step != Step::Stay);
        let changes = going.changes();
        let shown = going.lines(200, 60).join("\n");
        (dir, changes, ended, shown)
    }

    fn typed(text: &str) -> Vec<Press> {
        text.chars().map(|c| if c == '\n' { Press::Enter } else { Press::Char(c) }).collect()
    }

    #[test]
    fn every_rule_every_block_and_every_service_is_asked_once() {
        let (_dir, _, _, shown) = pressed(&[]);
        // SVC-01 leads nginx, SVC-08 ssh; KRN-04 blocks the parameter; nginx needs a place.
        assert!(shown.starts_with("question 1 of 4, 0 answered"), "{shown}");
        assert!(shown.contains("SVC-01") && shown.contains("a accept"), "{shown}");
    }

    #[test]
    fn an_answer_is_taken_back_and_its_question_is_asked_again() {
        let (_dir, changes, ended, shown) = pressed(&typed("aau"));
        assert_eq!((changes.len(), ended), (1, None));
        assert!(shown.starts_with("question 2 of 4, 1 answered"), "{shown}");
        let (_dir, changes, _, shown) = pressed(&typed("auuu"));
        assert!(changes.is_empty() && shown.starts_with("question 1 of 4"), "{shown}");
    }

    #[test]
    fn all_rules_from_here_on_are_followed_with_one_key_and_taken_back_one_by_one() {
        let (_dir, changes, _, shown) = pressed(&typed("A"));
        assert_eq!(changes.len(), 2, "the rules, and neither what blocks nor the places");
        assert!(shown.starts_with("question 3 of 4, 2 answered"), "{shown}");
        assert_eq!(pressed(&typed("sA")).1.len(), 1, "not what was passed over");
        assert_eq!(pressed(&typed("Au")).1.len(), 1);
    }

    #[test]
    fn what_a_person_decides_otherwise_needs_a_reason() {
        let (_dir, changes, _, shown) = pressed(&typed("x\n"));
        assert!(changes.is_empty() && shown.contains("drop, because: _"), "{shown}");
        let (_dir, changes, _, _) = pressed(&typed("xnot used\n"));
        let [Change::Rule(rule, Some(said))] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!((rule.as_str(), said.verdict, said.because.as_str()), ("SVC-01", Some(Fate::Drop), "not used"));
        let keys = [typed("xno"), vec![Press::Backspace, Press::Escape]].concat();
        assert!(pressed(&keys).1.is_empty(), "Escape takes no answer");
    }

    #[test]
    fn nothing_is_written_before_it_was_confirmed() {
        let (_dir, _, ended, shown) = pressed(&typed("aw"));
        assert_eq!(ended, None);
        assert!(shown.contains("entries end otherwise") && shown.contains("y/n"), "{shown}");
        assert_eq!(pressed(&typed("awn")).2, None, "not confirmed");
        assert_eq!(pressed(&typed("awy")).2, Some(Step::Write));
        assert_eq!(pressed(&typed("q")).2, Some(Step::Leave));
        assert_eq!(pressed(&typed("aq")).2, None, "answers are not thrown away by one key");
        assert_eq!(pressed(&typed("aqy")).2, Some(Step::Leave));
    }

    #[test]
    fn a_place_is_chosen_with_what_follows_from_it_in_sight() {
        let (_dir, changes, _, shown) = pressed(&typed("sss"));
        assert!(changes.is_empty());
        for place in Tenancy::ALL {
            assert!(shown.contains(&format!("nginx: {}", place.name())), "{shown}");
        }
        assert!(shown.contains("terminationGracePeriodSeconds"), "{shown}");
        let (_dir, changes, _, _) = pressed(&typed("sssione pod\n"));
        let [Change::Tenancy(service, Some(placed))] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!((service.as_str(), placed.tenancy), ("nginx", Tenancy::Sidecar));
    }

    #[test]
    fn lines_fit_the_terminal() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("spec/web")).unwrap();
        std::fs::write(dir.path().join("spec/web/site.yaml"), SPEC).unwrap();
        let deciding = Deciding::of(&Project::at(dir.path().to_owned()), "web").unwrap();
        let going = Going::new(&deciding, Author { name: "anna".to_owned(), date: "2026-11-25".to_owned() });
        let lines = going.lines(60, 14);
        assert!(lines.len() <= 14 && lines.iter().all(|l| l.chars().count() <= 60), "{lines:#?}");
        assert!(lines.last().is_some_and(|l| l.contains("leave")), "the keys stay in sight: {lines:#?}");
        assert_eq!(wrapped("  by: one two three", 12), ["  by: one", "    two", "    three"]);
        assert_eq!(wrapped("abcdefghij", 4), ["ab", "  cd", "  ef", "  gh", "  ij"]);
    }
}
