//! One statement against a host: whether it holds, and which facts it explains.

use super::elsewhere;
use super::host::{File, Host};
use super::rule;
use crate::import::effect::{Effect, Want};
use crate::import::statement::Statement;
use model::id::ResourceId;
use model::pattern::Pattern;
use model::place::Place;
use regex::Regex;
use std::collections::BTreeMap;

/// What a statement comes to on a host.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// How each of its effects holds.
    pub(super) effects: Vec<Holds>,
    /// The facts it explains, and how closely.
    pub(super) explains: BTreeMap<usize, Explains>,
    /// For which hosts it is, where it is for others.
    pub(super) elsewhere: Option<String>,
}

impl Judged {
    /// A statement that is for other hosts: it says nothing of this one.
    pub(super) fn elsewhere(whose: String) -> Self {
        Self { elsewhere: Some(whose), ..Self::default() }
    }
}

/// Whether an effect holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holds {
    /// The host shows it.
    Yes,
    /// The host shows otherwise, and what.
    No(String),
    /// It cannot be compared, and why.
    Unknown(String),
}

/// How closely a statement explains a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Explains {
    pub(super) how: How,
    /// Where exactly in the source, where that is not the statement's own line.
    pub(super) place: Option<Place>,
}

/// How closely, from the farthest to the closest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// It shows that the file was changed at some time, and no more than that.
    Beside,
    /// It changed the file in some way, or brought the tree around it.
    Around,
    /// It made the resource, and this follows or was chosen by a program.
    Made,
    /// It is in the fixed part of a template, or one of several like it.
    Likely,
    /// It says exactly this.
    Says,
}

/// Judges a statement.
pub(super) fn statement(statement: &Statement, host: &Host<'_>) -> Judged {
    let mut judge = Judge { host, judged: Judged::default() };
    for effect in statement.what() {
        let holds = judge.effect(effect);
        judge.judged.effects.push(holds);
    }
    judge.judged
}

struct Judge<'a, 'f> {
    host: &'a Host<'f>,
    judged: Judged,
}

impl Judge<'_, '_> {
    fn explains(&mut self, fact: usize, how: How, place: Option<Place>) {
        let entry = self.judged.explains.entry(fact).or_insert(Explains { how, place: place.clone() });
        if entry.how < how {
            *entry = Explains { how, place };
        }
    }

    fn all(&mut self, facts: &[usize], how: How) {
        for fact in facts {
            self.explains(*fact, how, None);
        }
    }

    /// A path as the host shows it: /lib and /bin lead to /usr on most.
    fn real(&self, path: &str) -> String {
        let is_old = ["/lib/", "/bin/", "/sbin/", "/lib64/"].iter().any(|d| path.starts_with(d));
        if is_old && self.host.get(&ResourceId::new("file", path)).is_none() {
            return format!("/usr{path}");
        }
        path.to_owned()
    }

    fn effect(&mut self, effect: &Effect) -> Holds {
        let path = effect.path().map(|p| self.real(p));
        let path = path.as_ref();
        match effect {
            Effect::Presence { id, there } if id.kind == "file" => {
                self.presence(&ResourceId::new("file", path.unwrap_or(&id.name)), *there)
            }
            Effect::Property { id, property, want } if id.kind == "file" => {
                self.property(&ResourceId::new("file", path.unwrap_or(&id.name)), property, want)
            }
            Effect::Presence { id, there } => self.presence(id, *there),
            Effect::Property { id, property, want } => self.property(id, property, want),
            Effect::Contents { path: p, text, source } => self.contents(path.unwrap_or(p), text, source.as_ref()),
            Effect::Template { path: p, parts, source } => self.template(path.unwrap_or(p), parts, source.as_ref()),
            Effect::Lines { path: p, lines, there, source } => {
                self.lines(path.unwrap_or(p), lines, *there, source.as_ref())
            }
            Effect::Substitution { path: p, pattern, replacement } => {
                self.substitution(path.unwrap_or(p), pattern, replacement)
            }
            Effect::Tree { path: p } => self.tree(path.unwrap_or(p)),
            Effect::Touched { path: p } => self.touched(path.unwrap_or(p), How::Around),
            Effect::Kept { path: p } => self.touched(path.unwrap_or(p), How::Beside),
        }
    }

    fn presence(&mut self, id: &ResourceId, there: bool) -> Holds {
        let found = self.host.covered(id);
        if !there && id.kind == "file" && Host::is_passing(&id.name) {
            return Holds::Unknown(format!("what is at {} comes and goes by itself", id.name));
        }
        for id in &found {
            // That a file is there says nothing of what stands in it.
            for fact in self.host.of(id) {
                let is_content = id.kind == "file" && is_content(self.host.all[*fact].property);
                self.explains(*fact, if is_content { How::Around } else { How::Made }, None);
            }
            // That a package was asked for is what asking for it says.
            for fact in self.host.of(id).iter().filter(|f| self.host.all[**f].property == "asked-for") {
                self.explains(*fact, How::Says, None);
            }
        }
        let subject = id.to_string();
        match (there, found.is_empty()) {
            (true, false) | (false, true) if !self.is_unseen(id) || !found.is_empty() => Holds::Yes,
            (false, false) => Holds::No(format!("{subject} is there")),
            _ if id.kind == "file" => match self.host.file(&id.name) {
                File::Shown(_) => Holds::No(format!("{subject} is not there any more")),
                File::Unseen(why) => Holds::Unknown(why),
                File::NotShown if is_peoples(&id.name) => Holds::No(format!("{subject} is not there")),
                File::NotShown => Holds::Unknown(format!("{subject} is not there, or is as its package brought it")),
            },
            _ if there && id.kind == "process" && elsewhere::runs(&id.name, self.host) => Holds::Yes,
            _ if self.host.is_complete(&id.kind) => Holds::No(format!("{subject} is not there")),
            _ => Holds::Unknown(format!("{} was not looked at", id.kind)),
        }
    }

    fn is_unseen(&self, id: &ResourceId) -> bool {
        if id.kind == "file" {
            return matches!(self.host.file(&id.name), File::Unseen(_));
        }
        !self.host.is_complete(&id.kind)
    }

    fn property(&mut self, id: &ResourceId, property: &str, want: &Want) -> Holds {
        if let Some((other, property)) = elsewhere::shown_as(id, property, want, self.host) {
            return self.property(&other, property, &elsewhere::meant(want));
        }
        let is_input = |p: &kinds::kind::Property| p.role == kinds::kind::Role::Input;
        if kinds::kind_named(&id.kind).and_then(|k| k.property(property)).is_some_and(is_input) {
            return Holds::Unknown(format!("{property} says how it is looked at"));
        }
        let found = self.host.covered(id);
        let Some(claim) = want.claim(id, property) else {
            return Holds::Unknown("its expression cannot be read".to_owned());
        };
        if found.is_empty() {
            return match self.presence(id, true) {
                Holds::No(_) if is_denial(want) => Holds::Yes,
                Holds::No(_) if id.name.contains('*') => {
                    Holds::Unknown(format!("nothing that is shown is {}", id.name))
                }
                Holds::No(why) => Holds::No(why),
                Holds::Unknown(why) => Holds::Unknown(why),
                Holds::Yes => Holds::Unknown(format!("{id} shows no {property}")),
            };
        }
        let (mut wrong, mut right, mut silent) = (None, 0_usize, 0_usize);
        for id in &found {
            let resource = self.host.there(id);
            if let Some(held) = self.rule_holds(id, property, want) {
                match held {
                    true => right += 1,
                    false => drop(wrong.get_or_insert_with(|| format!("{id} has no such rule"))),
                }
                continue;
            }
            if let Some(held) = self.text_holds(id, property, want) {
                match held {
                    true => right += 1,
                    false => drop(wrong.get_or_insert_with(|| format!("{id} has no such contents"))),
                }
                continue;
            }
            let Some(value) = resource.and_then(|r| r.facts.get(property)?.value()) else {
                silent += 1;
                // What is only shown where it is so is not so.
                let is_plain = id.kind != "file" && self.host.is_complete(&id.kind);
                if is_plain
                    && *want == Want::Is(true.into())
                    && kinds::kind_named(&id.kind).and_then(|k| k.property(property)).is_some_and(|p| p.is_pinned())
                {
                    wrong.get_or_insert_with(|| format!("{id} is not {property}"));
                }
                continue;
            };
            if claim.holds(Some(value), resource.and_then(|r| r.versions)) == Ok(true) {
                right += 1;
                let how = if is_all(want, value) { How::Says } else { How::Likely };
                for fact in self.host.of(id).iter().filter(|f| self.host.all[**f].property == property) {
                    self.explains(*fact, how, None);
                }
                // Who set a mode had the file in hand, and may have left what stands in it.
                for fact in self.host.of(id).iter().filter(|_| id.kind == "file") {
                    let is_content = is_content(self.host.all[*fact].property);
                    self.explains(*fact, if is_content { How::Beside } else { How::Around }, None);
                }
            } else {
                wrong.get_or_insert_with(|| format!("{id}.{property} is {}", Host::shown(Some(value))));
            }
        }
        match wrong {
            // Of what a pattern covers, some may have been changed since.
            Some(_) if right > 0 => Holds::Yes,
            // Where they differ among each other, none of them is what all have that say nothing.
            Some(_) if id.name.contains('*') && !self.is_one_value(&found, property) => {
                Holds::Unknown(format!("{id}.{property} is not the same everywhere"))
            }
            Some(wrong) => Holds::No(wrong),
            None if right == 0 => Holds::Unknown(format!("{id} shows no {property} ({silent} looked at)")),
            None => Holds::Yes,
        }
    }

    /// Whether a chain has rules, or none of them, by their words; the rules themselves are then explained.
    fn rule_holds(&mut self, id: &ResourceId, property: &str, want: &Want) -> Option<bool> {
        let facts = &self.host.there(id).filter(|_| id.kind == "firewall-rule" && property == "rules")?.facts;
        let (name, fact) = ["rules", "persisted"].iter().find_map(|name| facts.get_key_value(*name))?;
        let seen = fact.value()?.as_list()?;
        let has = |wanted: &String| seen.iter().filter_map(|v| v.as_text()).any(|s| rule::has_words(wanted, s));
        let held = match want {
            Want::Has(wanted) => wanted.iter().all(has),
            Want::Lacks(wanted) => !wanted.iter().any(has),
            Want::Is(_) | Want::Begins(_) | Want::Matches(_) | Want::Any | Want::Not(_) | Want::Written(_) => {
                return None;
            }
        };
        if held {
            let how =
                if matches!(want, Want::Has(wanted) if wanted.len() == seen.len()) { How::Says } else { How::Likely };
            for fact in self.host.of(id).to_vec().into_iter().filter(|f| self.host.all[*f].property == name) {
                self.explains(fact, how, None);
            }
        }
        Some(held)
    }

    /// Whether all of these show the same value.
    fn is_one_value(&self, of: &[ResourceId], property: &str) -> bool {
        let mut values = of.iter().filter_map(|id| self.host.there(id)?.facts.get(property)?.value());
        let first = values.next();
        values.all(|v| Some(v) == first)
    }

    /// Whether patterns over a file's contents hold, where its text was kept.
    fn text_holds(&self, id: &ResourceId, property: &str, want: &Want) -> Option<bool> {
        let lines = self.host.lines(&id.name).filter(|_| id.kind == "file" && property == "contents")?;
        let text = lines.join("\n");
        match want {
            Want::Has(patterns) => {
                let patterns: Option<Vec<Pattern>> = patterns.iter().map(|p| Pattern::parse(p).ok()).collect();
                Some(patterns?.iter().all(|p| p.holds(&text)))
            }
            Want::Written(_) => want.claim(id, property)?.holds(Some(&text.as_str().into()), None).ok(),
            Want::Is(_) | Want::Lacks(_) | Want::Begins(_) | Want::Matches(_) | Want::Any | Want::Not(_) => None,
        }
    }

    /// The facts of the file itself: its contents as closely as said, the rest as what it was made with.
    fn file(&mut self, path: &str, how: How) {
        let id = ResourceId::new("file", path);
        for fact in self.host.of(&id).to_vec() {
            let is_content = is_content(self.host.all[fact].property);
            self.explains(fact, if is_content { how } else { how.min(How::Made) }, None);
        }
        let mut dir = path;
        while let Some((above, _)) = dir.rsplit_once('/').filter(|(a, _)| !a.is_empty()) {
            self.all(self.host.of(&ResourceId::new("file", above)), how.min(How::Around));
            dir = above;
        }
    }

    /// Where a text goes: into the directory, where its path is one.
    fn target(&self, path: &str, source: Option<&Place>) -> String {
        let shown = self.host.there(&ResourceId::new("file", path));
        let is_dir =
            shown.is_some_and(|r| r.facts.get("filetype").and_then(|f| f.value()?.as_text()) == Some("directory"));
        let name = source.and_then(|p| p.file.rsplit('/').next()).filter(|_| is_dir);
        name.map_or_else(|| path.to_owned(), |name| format!("{}/{name}", path.trim_end_matches('/')))
    }

    fn missing(&self, path: &str) -> Holds {
        match self.host.file(path) {
            File::Shown(resource) if resource.absent => Holds::No(format!("file[{path}] is not there any more")),
            File::Shown(_) => Holds::Unknown(format!("what stands in {path} was not kept")),
            File::Unseen(why) => Holds::Unknown(why),
            File::NotShown => Holds::No(format!("file[{path}] is not there, or is as its package brought it")),
        }
    }

    fn contents(&mut self, path: &str, text: &str, source: Option<&Place>) -> Holds {
        let path = &self.target(path, source);
        let Some(seen) = self.host.lines(path).map(<[String]>::to_vec) else {
            let lines: Vec<&str> = text.lines().collect();
            let held = self.by_keys(path, &lines).or_else(|| self.by_values(path, &lines, source));
            return match held {
                Some(Holds::Yes) => self.nothing_else(path, &lines),
                Some(held) => held,
                None => self.same_digest(path, text),
            };
        };
        let wanted: Vec<&str> = text.lines().collect();
        if seen.iter().map(String::as_str).eq(wanted.iter().copied()) {
            self.file(path, How::Says);
            for fact in self.host.set_in(path).to_vec() {
                let place = source.map(|s| further(s, self.host.all[fact].line().unwrap_or(1) - 1));
                self.explains(fact, How::Says, place);
            }
            return Holds::Yes;
        }
        let matched = self.matched(path, &wanted, &seen, source, How::Says);
        let still = wanted.iter().filter(|l| !l.trim().is_empty() && seen.iter().any(|s| same(s, l))).count();
        let of = wanted.iter().filter(|l| !l.trim().is_empty()).count();
        if matched || still > 0 {
            self.file(path, How::Around);
        }
        Holds::No(format!("file[{path}] has {still} of its {of} lines, and {} in all", seen.len()))
    }

    /// Lines of a file whose text was not kept, by the facts that are read out of it: each names its fact and has its
    /// value. `None` when no fact is.
    fn by_values(&mut self, path: &str, wanted: &[&str], source: Option<&Place>) -> Option<Holds> {
        let facts = self.host.set_in(path).to_vec();
        if facts.is_empty()
            || self.host.there(&ResourceId::new("file", path)).is_some_and(|r| r.facts.contains_key("sha256"))
        {
            return None;
        }
        let mut lost = None;
        for (at, line) in wanted.iter().enumerate().filter(|(_, l)| !l.trim().is_empty() && !is_comment(l)) {
            let named: Vec<usize> = facts.iter().copied().filter(|f| names(&self.host.all[*f].id.name, line)).collect();
            let right: Vec<usize> =
                named.iter().copied().filter(|f| values(self.host.all[*f].fact.value(), line)).collect();
            for fact in &right {
                self.explains(*fact, How::Says, source.map(|s| further(s, at)));
            }
            let wrong = named.iter().find(|f| !right.contains(f)).or(named.first());
            if right.is_empty() {
                let now = wrong.map(|f| &self.host.all[*f]);
                let now = now.map_or_else(
                    || format!("{path} has nothing of `{}`", line.trim()),
                    |one| format!("{}.{} is {}", one.id, one.property, Host::shown(one.fact.value())),
                );
                lost.get_or_insert(now);
            }
        }
        Some(lost.map_or(Holds::Yes, Holds::No))
    }

    /// Lines of a file that is shown as the properties of one resource, as resolv.conf is.
    fn by_keys(&mut self, path: &str, wanted: &[&str]) -> Option<Holds> {
        let mut lost = None;
        let mut is_any = false;
        for line in wanted.iter().map(|l| l.trim()).filter(|l| !l.is_empty() && !is_comment(l)) {
            let Some((id, property, value)) = elsewhere::key(path, line) else { continue };
            let Some(resource) = self.host.there(&id) else { continue };
            is_any = true;
            let seen = resource.facts.get(property).and_then(|f| f.value());
            if values_all(seen, value) {
                let facts = self.host.of(&id).to_vec();
                for fact in facts.into_iter().filter(|f| self.host.all[*f].property == property) {
                    self.explains(fact, How::Says, None);
                }
                self.all(self.host.of(&id), How::Around);
            } else {
                lost.get_or_insert_with(|| format!("{id}.{property} is {}", Host::shown(seen)));
            }
        }
        is_any.then(|| lost.map_or(Holds::Yes, Holds::No))
    }

    /// Of a file that is to hold these lines and no others: whether a fact is read out of it that none of them names.
    fn nothing_else(&self, path: &str, wanted: &[&str]) -> Holds {
        let is_named = |fact: &usize| wanted.iter().any(|line| names(&self.host.all[*fact].id.name, line));
        match self.host.set_in(path).iter().find(|f| !is_named(f)) {
            None => Holds::Yes,
            Some(fact) => {
                let one = &self.host.all[*fact];
                Holds::No(format!("{path} also has {}, which is {}", one.id, Host::shown(one.fact.value())))
            }
        }
    }

    /// The facts read out of a file whose names a text has: what a substitution changed in a file that was not kept.
    fn named_in(&mut self, path: &str, text: &str) -> Option<Holds> {
        let facts = self.host.set_in(path).to_vec();
        let named: Vec<usize> =
            facts.iter().copied().filter(|f| names(&self.host.all[*f].id.name, &text.replace('\\', ""))).collect();
        for fact in &named {
            self.explains(*fact, How::Likely, None);
        }
        (!named.is_empty()).then_some(Holds::Yes)
    }

    fn same_digest(&mut self, path: &str, text: &str) -> Holds {
        use sha2::{Digest, Sha256};
        let id = ResourceId::new("file", path);
        let seen = self.host.there(&id).and_then(|r| r.facts.get("sha256")?.value()?.as_text());
        let Some(seen) = seen else { return self.missing(path) };
        let digest = Sha256::digest(model::text::to_bytes(text));
        let digest: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        if seen != digest {
            return Holds::No(format!("file[{path}] holds something else"));
        }
        self.file(path, How::Says);
        self.all(self.host.set_in(path), How::Says);
        Holds::Yes
    }

    /// The facts that are set on lines which stand in a text too; whether there was one.
    fn matched(&mut self, path: &str, wanted: &[&str], seen: &[String], source: Option<&Place>, most: How) -> bool {
        let mut any = false;
        for fact in self.host.set_in(path).to_vec() {
            let Some(line) = self.host.all[fact].line() else { continue };
            let Some(shown) = seen.get(line - 1).filter(|l| !l.trim().is_empty()) else { continue };
            let at: Vec<usize> = wanted.iter().enumerate().filter(|(_, w)| same(w, shown)).map(|(at, _)| at).collect();
            let Some(first) = at.first() else { continue };
            let is_one = at.len() == 1 && seen.iter().filter(|s| same(s, shown)).count() == 1;
            any = true;
            let how = if is_one { most } else { most.min(How::Likely) };
            self.explains(fact, how, source.map(|s| further(s, *first)));
        }
        any
    }

    fn template(&mut self, path: &str, parts: &[String], source: Option<&Place>) -> Holds {
        let path = &self.target(path, source);
        let Some(seen) = self.host.lines(path).map(<[String]>::to_vec) else { return self.missing(path) };
        let text = seen.join("\n");
        let mut at = 0;
        let mut lost = 0_usize;
        for part in parts {
            match text.get(at..).and_then(|rest| rest.find(part.trim_end_matches('\n'))) {
                Some(found) => at += found + part.trim_end_matches('\n').len(),
                None => lost += 1,
            }
        }
        let wanted: Vec<&str> = parts.iter().flat_map(|p| p.lines()).collect();
        self.all(self.host.set_in(path), How::Around);
        self.matched(path, &wanted, &seen, None, How::Likely);
        self.filled(path, parts, &seen);
        if lost > 0 {
            self.file(path, How::Around);
            return Holds::No(format!("file[{path}] lacks {lost} of the {} fixed parts", parts.len()));
        }
        self.file(path, How::Likely);
        self.all(self.host.set_in(path), How::Likely);
        Holds::Yes
    }

    /// The facts that are set on lines of which a template has the beginning and the end.
    fn filled(&mut self, path: &str, parts: &[String], seen: &[String]) {
        const GAP: char = '\u{1}';
        let text = parts.join(&GAP.to_string());
        let shape = |line: &str| {
            let fixed = line.chars().filter(|c| c.is_alphanumeric()).count();
            let parts: Vec<String> = line.trim().split(GAP).map(regex::escape).collect();
            (line.contains(GAP) && fixed >= 4).then(|| Regex::new(&format!("^{}$", parts.join(".*"))).ok()).flatten()
        };
        let shapes: Vec<Regex> = text.lines().filter_map(shape).collect();
        for fact in self.host.set_in(path).to_vec() {
            let line = self.host.all[fact].line().and_then(|l| seen.get(l - 1));
            if line.is_some_and(|l| shapes.iter().any(|s| s.is_match(l.trim()))) {
                self.explains(fact, How::Likely, None);
            }
        }
    }

    fn lines(&mut self, path: &str, lines: &[String], there: bool, source: Option<&Place>) -> Holds {
        let Some(seen) = self.host.lines(path).map(<[String]>::to_vec) else {
            let wanted: Vec<&str> = lines.iter().filter(|_| there).map(String::as_str).collect();
            let held = self.by_keys(path, &wanted).or_else(|| self.by_values(path, &wanted, source));
            return held.unwrap_or_else(|| self.missing(path));
        };
        let wanted: Vec<&str> = lines.iter().map(String::as_str).filter(|l| !l.trim().is_empty()).collect();
        let lost: Vec<&&str> = wanted.iter().filter(|w| seen.iter().any(|s| same(s, w)) != there).collect();
        if there {
            self.matched(path, &wanted, &seen, source, How::Says);
        }
        if lost.len() < wanted.len() || wanted.is_empty() {
            self.file(path, How::Likely);
        }
        match lost.first() {
            None => Holds::Yes,
            Some(line) => {
                let instead = setting(line).and_then(|key| seen.iter().find(|s| setting(s) == Some(key)));
                let has = if there { "has no line" } else { "still has the line" };
                let instead = instead.map_or_else(String::new, |l| format!(", but {}", l.trim()));
                Holds::No(format!("file[{path}] {has} {}{instead}", line.trim()))
            }
        }
    }

    fn substitution(&mut self, path: &str, pattern: &str, replacement: &str) -> Holds {
        let Ok(old) = Regex::new(pattern) else { return Holds::Unknown("its expression cannot be read".to_owned()) };
        let Some(seen) = self.host.lines(path).map(<[String]>::to_vec) else {
            return self.named_in(path, &format!("{pattern} {replacement}")).unwrap_or_else(|| self.missing(path));
        };
        // What is taken out, or made a comment, is no longer so where nothing like it is left.
        let is_off = is_comment(replacement) && replacement.trim_start_matches(['#', ';', '/', ' ']).starts_with("${");
        let is_deletion = (replacement.is_empty() && pattern.starts_with("^.*")) || is_off;
        // A line that comes out of the substitution as it went in is one that it made.
        let changed = seen.iter().find(|l| old.is_match(l) && old.replace(l, replacement) != **l).cloned();
        let made = made(&old, replacement, &seen);
        match changed {
            Some(line) if made.is_empty() || is_deletion => Holds::No(format!("file[{path}] has {}", line.trim())),
            _ if is_deletion && made.is_empty() => {
                self.file(path, How::Around);
                Holds::Yes
            }
            _ if made.is_empty() => {
                let key = setting(replacement);
                let now = key.and_then(|k| seen.iter().find(|l| setting(l) == Some(k)));
                let now = now.map_or_else(|| format!("nothing like {replacement}"), |l| l.trim().to_owned());
                Holds::No(format!("file[{path}] has {now}"))
            }
            _ => {
                for fact in self.host.set_in(path).to_vec() {
                    if self.host.all[fact].line().is_some_and(|line| made.contains(&(line - 1))) {
                        self.explains(fact, How::Says, None);
                    }
                }
                self.file(path, How::Likely);
                Holds::Yes
            }
        }
    }

    fn tree(&mut self, path: &str) -> Holds {
        let id = ResourceId::new("file", path);
        let mut found = self.host.files_below(path);
        if self.host.there(&id).is_some() {
            found.push(id);
        }
        if found.is_empty() {
            return match self.host.file(path) {
                File::Unseen(why) => Holds::Unknown(why),
                File::NotShown if is_peoples(path) => Holds::No(format!("file[{path}] is not there")),
                File::Shown(_) | File::NotShown => {
                    Holds::Unknown(format!("nothing of people's making is below {path}"))
                }
            };
        }
        for id in &found {
            self.all(self.host.of(id), How::Around);
        }
        // A tree that is compared as a whole is what was brought.
        if let [only] = found.as_slice() {
            self.all(self.host.of(only), How::Made);
        }
        let below = self.host.set_below(path);
        self.all(&below, How::Around);
        Holds::Yes
    }

    fn touched(&mut self, path: &str, how: How) -> Holds {
        match self.host.file(path) {
            File::Shown(resource) if !resource.absent => {
                self.file(path, how);
                self.all(self.host.set_in(path), how);
                Holds::Yes
            }
            File::Shown(_) => Holds::No(format!("file[{path}] is not there any more")),
            File::Unseen(why) => Holds::Unknown(why),
            File::NotShown => Holds::Unknown(format!("file[{path}] is not there, or is as its package brought it")),
        }
    }
}

/// Whether a property of a file is about what stands in it.
fn is_content(property: &str) -> bool {
    matches!(property, "sha256" | "fingerprint" | "size")
}

/// Whether what is wanted is all there is of a value.
fn is_all(want: &Want, value: &model::value::Value) -> bool {
    match want {
        Want::Is(_) => true,
        Want::Has(items) => value.as_list().is_none_or(|list| list.len() <= items.len()),
        Want::Written(written) => !written.is_array() && !written.is_object(),
        Want::Lacks(_) | Want::Begins(_) | Want::Matches(_) | Want::Any | Want::Not(_) => false,
    }
}

/// What a replacement with groups makes, by what the groups may hold; `None` where that could be anything.
fn shape(pattern: &str, replacement: &str) -> Option<Regex> {
    let mut made = String::from(if pattern.starts_with('^') { "^" } else { "" });
    let mut rest = replacement;
    while let Some(at) = rest.find("${") {
        made.push_str(&regex::escape(&rest[..at].replace("$$", "$")));
        let (number, after) = rest[at + 2..].split_once('}')?;
        made.push_str(&group(pattern, number.parse().ok()?).unwrap_or_else(|| ".*".to_owned()));
        rest = after;
    }
    made.push_str(&regex::escape(&rest.replace("$$", "$")));
    let fixed = made.chars().filter(|c| c.is_alphanumeric()).count();
    (fixed >= 4).then(|| Regex::new(&made).ok()).flatten().filter(|r| !r.is_match(""))
}

/// A group of an expression, as it stands there; the whole of it is the group 0.
fn group(pattern: &str, number: usize) -> Option<String> {
    if number == 0 {
        return Some(format!("(?:{})", pattern.trim_start_matches('^').trim_end_matches('$')));
    }
    let (mut open, mut count, mut found) = (Vec::new(), 0, None);
    let (mut is_escaped, mut is_class) = (false, false);
    for (at, c) in pattern.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' if !is_class => is_class = true,
            ']' => is_class = false,
            '(' if !is_class => {
                count += usize::from(!pattern[at..].starts_with("(?"));
                open.push((at, count == number && found.is_none() && !pattern[at..].starts_with("(?")));
            }
            ')' if !is_class => {
                let (start, is_it) = open.pop()?;
                if is_it {
                    found = Some(format!("(?:{})", &pattern[start + 1..at]));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a want says that something is not so: what is not there at all satisfies it.
fn is_denial(want: &Want) -> bool {
    match want {
        Want::Is(value) => *value == false.into(),
        Want::Not(inner) => !is_denial(inner),
        Want::Lacks(_) => true,
        Want::Written(written) => *written == false,
        Want::Has(_) | Want::Begins(_) | Want::Matches(_) | Want::Any => false,
    }
}

/// Whether a value has all words of a text.
fn values_all(value: Option<&model::value::Value>, text: &str) -> bool {
    use model::value::Value;
    match value {
        Some(Value::Text(seen)) => seen == text,
        Some(Value::List(items)) => text.split_whitespace().all(|word| items.iter().any(|i| i.as_text() == Some(word))),
        Some(Value::Int(n)) => n.to_string() == text,
        Some(Value::Bool(_) | Value::Map(_)) | None => false,
    }
}

/// Whether a line names a resource: by its whole name, or by what stands behind the last mark in it.
fn names(name: &str, line: &str) -> bool {
    let last = name.rsplit([':', ' ']).next().unwrap_or(name);
    let last = if last.starts_with('/') { last } else { last.rsplit('/').next().unwrap_or(last) };
    last.len() > 1 && holds_word(line, last)
}

/// Whether a line has all of a value.
fn values(value: Option<&model::value::Value>, line: &str) -> bool {
    use model::value::Value;
    match value {
        Some(Value::Text(text)) => holds_word(line, text) || text.is_empty(),
        Some(Value::Int(n)) => holds_word(line, &n.to_string()),
        Some(Value::List(items)) => items.iter().all(|i| holds_word(line, &i.to_string())),
        Some(Value::Bool(_) | Value::Map(_)) => true,
        None => false,
    }
}

/// A line of a source some lines further on.
fn further(place: &Place, lines: usize) -> Place {
    Place { line: place.line.saturating_add(u32::try_from(lines).unwrap_or_default()), ..place.clone() }
}

/// Whether two lines say the same: blanks at the ends and around `=` do not count.
fn same(a: &str, b: &str) -> bool {
    a == b || tight(a) == tight(b)
}

fn tight(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.join(" ").replace(" = ", "=").replace("= ", "=").replace(" =", "=")
}

/// The name of what a line sets.
fn setting(line: &str) -> Option<&str> {
    let line = line.trim();
    let end = line.find(|c: char| c == '=' || c.is_whitespace() || c == ':')?;
    let key = &line[..end];
    (key.len() > 1 && !is_comment(key)).then_some(key)
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#', ';'])
}

/// Whether a text stands in a line, not as a part of a longer word.
fn holds_word(line: &str, text: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(text).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + text.len()..].chars().next());
        let (first, last) = (text.chars().next(), text.chars().next_back());
        !(is_word(before) && is_word(first) || is_word(after) && is_word(last))
    })
}

/// Whether packages put nothing at a path.
fn is_peoples(path: &str) -> bool {
    ["/srv/", "/opt/", "/home/", "/root/", "/usr/local/", "/var/www/", "/data/"].iter().any(|d| path.starts_with(d))
}

/// The lines that a substitution made.
fn made(old: &Regex, replacement: &str, seen: &[String]) -> Vec<usize> {
    let plain = replacement.replace("$$", "$");
    let has_groups = replacement.contains("${");
    let shape = shape(old.as_str(), replacement);
    let is_made = |line: &String| {
        if old.is_match(line) {
            return !replacement.is_empty() && old.replace(line, replacement) == *line;
        }
        if has_groups {
            return shape.as_ref().is_some_and(|s| s.is_match(line));
        }
        !plain.trim().is_empty() && holds_word(line, plain.trim()) && (is_comment(&plain) || !is_comment(line))
    };
    seen.iter().enumerate().filter(|(_, l)| is_made(l)).map(|(at, _)| at).collect()
}
