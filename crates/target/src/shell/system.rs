//! The questions of probes, put to a shell. What will be asked for soon is asked for at once and remembered for one
//! look, because a question is a round trip.

use super::attributes::{self, Tools};
use super::conversation::{Conversation, Said};
use super::line::{escaped, word};
use super::paths::{self, Batch};
use kinds::memo::Memo;
use kinds::sys::{Algorithm, Attributes, Command, Fetch, Fetched, FileType, Foreseen, Output, Space, Stat, Sys};
use model::answer::{Answer, Why, WhyCode};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a question may take that reads little.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the shell may be silent while it reads much.
const LONG_PATIENCE: Duration = Duration::from_secs(300);

/// How many files are asked for in one line.
const AT_ONCE: usize = 100;

/// The most that is read of a file that is read with others.
const SMALL: usize = 4 << 20;

/// How many links one path may pass, as in the kernel.
const MOST_LINKS: usize = 40;

/// The most that a program may complain.
const MOST_COMPLAINED: u64 = 1_000_000;

/// A target behind a shell, for one look.
pub(super) struct ShellSystem {
    there: Arc<Conversation>,
    tools: Tools,
    memo: Memo,
    known: Mutex<Known>,
    answers: Mutex<HashMap<Command, Arc<OnceLock<Answer<Output>>>>>,
}

/// What was answered before it was asked for.
#[derive(Default)]
struct Known {
    stats: HashMap<PathBuf, Stat>,
    lists: HashMap<PathBuf, Vec<OsString>>,
    links: HashMap<PathBuf, PathBuf>,
    contents: HashMap<PathBuf, Vec<u8>>,
    digests: HashMap<(PathBuf, Algorithm), String>,
    plain: HashSet<PathBuf>,
    programs: HashMap<String, bool>,
}

impl Known {
    /// Where a path is, its links followed, as far as that follows from what is known: `None` where it does not.
    fn real(&self, path: &Path, follow_last: bool) -> Option<Option<PathBuf>> {
        let mut done = PathBuf::from("/");
        let mut todo: Vec<OsString> = names(path).rev().collect();
        let mut links = 0;
        while let Some(part) = todo.pop() {
            if part == ".." {
                done.pop();
                continue;
            }
            let next = done.join(&part);
            let Some(stat) = self.stats.get(&next) else {
                let listed = self.lists.get(&done)?;
                return listed.binary_search(&part).is_err().then_some(None);
            };
            if stat.kind == FileType::Link && (follow_last || !todo.is_empty()) {
                let target = self.links.get(&next)?;
                links += 1;
                if links > MOST_LINKS {
                    return None;
                }
                if target.is_absolute() {
                    done = PathBuf::from("/");
                }
                todo.extend(names(target).rev());
                continue;
            }
            if stat.kind != FileType::Directory && !todo.is_empty() {
                return Some(None);
            }
            done = next;
        }
        Some(Some(done))
    }

    /// What a path is, as far as it follows from what is known.
    fn stat(&self, path: &Path) -> Option<Option<Stat>> {
        match self.real(path, false)? {
            Some(real) => Some(Some(self.stats.get(&real)?.clone())),
            None => Some(None),
        }
    }

    fn list(&self, path: &Path) -> Option<Option<Vec<OsString>>> {
        match self.real(path, true) {
            Some(Some(real)) => self.lists.get(&real).cloned().map(Some),
            Some(None) => Some(None),
            None => self.lists.get(path).cloned().map(Some),
        }
    }

    fn link(&self, path: &Path) -> Option<Option<PathBuf>> {
        match self.real(path, false) {
            Some(None) => Some(None),
            Some(Some(real)) if self.stats.get(&real).is_some_and(|s| s.kind != FileType::Link) => Some(None),
            Some(Some(real)) => self.links.get(&real).cloned().map(Some),
            None => self.links.get(path).cloned().map(Some),
        }
    }

    fn contents_of(&self, path: &Path) -> Option<Option<Vec<u8>>> {
        match self.real(path, true) {
            Some(None) => Some(None),
            _ => self.contents.get(path).cloned().map(Some),
        }
    }

    fn take(&mut self, batch: Batch, tools: Tools) -> Vec<PathBuf> {
        self.plain.extend(attributes::plain(&batch, tools));
        let mut all = Vec::with_capacity(batch.paths.len());
        for (path, stat) in batch.paths {
            if let Some(stat) = stat {
                self.stats.insert(path.clone(), stat);
            }
            all.push(path);
        }
        all
    }
}

/// The names in a path, `..` among them.
fn names(path: &Path) -> impl DoubleEndedIterator<Item = OsString> {
    path.components().filter_map(|c| match c {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

/// What the kernel makes up moves, so that it is asked for each time.
fn is_made_up(path: &Path) -> bool {
    ["/proc", "/sys"].iter().any(|top| path.starts_with(top))
}

impl ShellSystem {
    pub(super) fn new(there: Arc<Conversation>) -> Self {
        let has = |program| there.has(program);
        let tools = Tools { lsattr: has("lsattr"), getcap: has("getcap"), getfacl: has("getfacl"), ls: has("ls") };
        Self { there, tools, memo: Memo::default(), known: Mutex::default(), answers: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks a function of the far side with its arguments.
    fn ask(&self, function: &str, arguments: &[&[u8]], patience: Duration) -> Result<Said, Why> {
        let mut line = format!("ask {function}").into_bytes();
        for argument in arguments {
            let word = word(argument).ok_or_else(|| {
                Why::new(WhyCode::Unsupported, format!("{function}: an argument holds a byte that no shell can take"))
            })?;
            line.push(b' ');
            line.extend(word);
        }
        self.there.ask(&line, patience)
    }

    /// Asks of a path; `None` where it is not there.
    fn ask_of(&self, function: &str, path: &Path, more: &[&[u8]], patience: Duration) -> Answer<Vec<u8>> {
        let arguments: Vec<&[u8]> = [bytes(path)].into_iter().chain(more.iter().copied()).collect();
        looked(path, self.ask(function, &arguments, patience)?)
    }

    fn stat_now(&self, path: &Path) -> Answer<Stat> {
        let Some(out) = self.ask_of("a_stat", path, &[], PATIENCE)? else { return Ok(None) };
        let stat = paths::stat(&String::from_utf8_lossy(&out)).ok_or_else(|| unreadable(path))?;
        self.known().stats.insert(path.to_owned(), stat.clone());
        Ok(Some(stat))
    }

    fn list_now(&self, path: &Path) -> Answer<Vec<OsString>> {
        let Some(out) = self.ask_of("a_list", path, &[], LONG_PATIENCE)? else { return Ok(None) };
        let batches = paths::batches(&out, false).ok_or_else(|| unreadable(path))?;
        let mut known = self.known();
        let mut names = Vec::new();
        for mut batch in batches {
            for (at, _) in &mut batch.paths {
                let name = at.file_name().map(OsString::from).unwrap_or_default();
                *at = path.join(&name);
                names.push(name);
            }
            known.take(batch, self.tools);
        }
        names.sort();
        known.lists.insert(path.to_owned(), names.clone());
        Ok(Some(names))
    }

    /// Everything below a directory. What cannot be understood is only not known.
    fn walk(&self, root: &Path) {
        let Ok(said) = self.ask("a_walk", &[bytes(root)], LONG_PATIENCE) else { return };
        let Some(batches) = paths::batches(&said.out, true) else { return };
        // Of a directory that could not be read no entry is shown, so that it is asked by itself.
        let complaint = said.ended().map(|(said, _)| String::from_utf8_lossy(said).into_owned());
        let is_whole = complaint.is_some_and(|c| {
            c.lines().all(|l| l.trim().is_empty() || l.ends_with("Permission denied") || is_not_there(l))
        });
        let mut known = self.known();
        let mut lists: HashMap<PathBuf, Vec<OsString>> = HashMap::new();
        for batch in batches {
            for path in known.take(batch, self.tools) {
                if let (Some(dir), Some(name)) = (path.parent(), path.file_name()) {
                    lists.entry(dir.to_owned()).or_default().push(name.to_owned());
                }
            }
        }
        if is_whole {
            for (dir, mut names) in lists {
                names.sort();
                known.lists.insert(dir, names);
            }
        }
        drop(known);
        if self.there.has("printf")
            && let Ok(said) = self.ask("a_walk_of_links", &[bytes(root)], LONG_PATIENCE)
        {
            let mut rest = said.out.as_slice();
            let mut known = self.known();
            while let (Some(path), Some(target)) = (paths::field(&mut rest), paths::field(&mut rest)) {
                known.links.insert(paths::path(path), paths::path(target));
            }
        }
    }

    fn read_some(&self, files: &[PathBuf]) {
        for files in files.chunks(AT_ONCE) {
            let most = SMALL.to_string();
            let mut arguments = vec![most.as_bytes(), self.there.mark.as_bytes()];
            arguments.extend(files.iter().map(|p| bytes(p)));
            let Ok(said) = self.ask("some_reads", &arguments, LONG_PATIENCE) else { return };
            let Some(parts) = divided(&said.out, self.there.mark.as_bytes(), files.len()) else { return };
            let whole = files.iter().zip(parts).filter_map(|(path, part)| Some((path.clone(), part?.to_vec())));
            self.known().contents.extend(whole.filter(|(_, part)| part.len() < SMALL));
        }
    }

    fn digest_some(&self, files: &[PathBuf], algorithm: Algorithm) {
        for files in files.chunks(AT_ONCE) {
            let mut arguments = vec![program(algorithm).as_bytes()];
            arguments.extend(files.iter().map(|p| bytes(p)));
            let Ok(said) = self.ask("some_digests", &arguments, LONG_PATIENCE) else { return };
            let text = String::from_utf8_lossy(&said.out).into_owned();
            if text.lines().count() != files.len() {
                return;
            }
            let seen = files.iter().zip(text.lines()).filter_map(|(path, line)| Some((path, digest(line)?)));
            self.known().digests.extend(seen.map(|(path, digest)| ((path.clone(), algorithm), digest)));
        }
    }

    fn links_of(&self, dirs: &[PathBuf]) {
        if !self.there.has("printf") {
            return;
        }
        for dirs in dirs.chunks(AT_ONCE) {
            let arguments: Vec<&[u8]> = dirs.iter().map(|p| bytes(p)).collect();
            let Ok(said) = self.ask("some_links", &arguments, LONG_PATIENCE) else { return };
            let mut rest = said.out.as_slice();
            for dir in dirs {
                if self.take_links(dir, &mut rest).is_none() {
                    return;
                }
            }
        }
    }

    fn take_links(&self, dir: &Path, rest: &mut &[u8]) -> Option<()> {
        let mut names = Vec::new();
        let mut links = Vec::new();
        loop {
            let name = paths::field(rest)?;
            let target = paths::field(rest)?;
            if name.is_empty() {
                if target == b"+" {
                    names.sort();
                    let mut known = self.known();
                    known.lists.insert(dir.to_owned(), names);
                    known.links.extend(links);
                }
                return Some(());
            }
            names.push(paths::name(name));
            if !target.is_empty() {
                links.push((dir.join(paths::name(name)), paths::path(target)));
            }
        }
    }

    fn attributes_now(&self, path: &Path, stat: &Stat) -> Answer<Attributes> {
        if let Some(why) = self.tools.missing(stat) {
            return Err(why.during(&path.display().to_string()));
        }
        let mut seen = attributes::none(stat);
        if stat.kind == FileType::Link {
            return Ok(Some(seen));
        }
        let text = |said: Said| String::from_utf8_lossy(&said.out).into_owned();
        if seen.immutable.is_some() {
            seen.immutable = attributes::is_immutable(&text(self.ask("immutable", &[bytes(path)], PATIENCE)?));
        }
        if attributes::can_have_capabilities(stat) {
            let said = text(self.ask("capability", &[bytes(path)], PATIENCE)?);
            seen.capability = attributes::capability(&said, path);
            if seen.capability.is_none() && !said.trim().is_empty() {
                return Err(unreadable(path));
            }
        }
        if self.tools.getfacl {
            let Some(out) = self.ask_of("an_acl", path, &[], PATIENCE)? else { return Ok(None) };
            (seen.acl, seen.default_acl) = attributes::acls(&String::from_utf8_lossy(&out));
        } else if !self.known().plain.contains(path) {
            let said = text(self.ask("marked", &[bytes(path)], PATIENCE)?);
            if said.split_whitespace().next().is_none_or(|mode| mode.ends_with('+')) {
                let detail = format!("{}: its ACL is seen by getfacl, which is not installed", path.display());
                return Err(Why::new(WhyCode::NoTool, detail));
            }
        }
        Ok(Some(seen))
    }

    /// Whether a program can be run; `None` where there is none.
    fn has_program(&self, name: &str) -> Answer<()> {
        let known = self.known().programs.get(name).copied();
        let is_there = match known {
            Some(is_there) => is_there,
            None => {
                let said = self.ask("is_there", &[name.as_bytes()], PATIENCE)?;
                if said.out.first() == Some(&b'!') {
                    return Err(Why::new(WhyCode::Denied, format!("{name}: it may not be run")));
                }
                let is_there = !said.out.is_empty();
                self.known().programs.insert(name.to_owned(), is_there);
                is_there
            }
        };
        Ok(is_there.then_some(()))
    }

    fn run_once(&self, command: &Command, input: &[u8]) -> Answer<Output> {
        let line = command.argv.join(" ");
        let as_user = command.user.iter().flat_map(|user| ["runuser", "-u", user.as_str(), "--"]);
        let argv: Vec<&str> = as_user.chain(command.argv.iter().map(String::as_str)).collect();
        let Some(first) = argv.first().filter(|p| !p.is_empty() && !p.contains('=')) else {
            return Err(Why::new(WhyCode::Failed, format!("{line}: no program named")));
        };
        if self.has_program(first)?.is_none() {
            return Ok(None);
        }
        let mark = format!("{}-{}.", &self.there.mark[..8], self.there.next_run());
        let seconds = command.timeout.as_secs_f64().ceil().max(1.0).to_string();
        let most = command.most.saturating_add(1).to_string();
        let input = escaped(input);
        let mut words: Vec<String> = vec![mark.clone(), seconds, most, input, "env".into(), "-i".into()];
        words.extend(
            ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/root"]
                .map(str::to_owned),
        );
        words.push(format!("REPOT_RUN={mark}"));
        words.extend(command.env.iter().map(|(k, v)| format!("{k}={v}")));
        words.extend(argv.iter().map(|a| (*a).to_owned()));
        let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
        let said = self.ask("run", &words, command.timeout + PATIENCE)?;
        let ended = ended(&said);
        let is_flood = said.out.len() as u64 > command.most;
        match ended {
            Some((_, _, true)) => {
                let detail = format!("{line} took longer than {} s", command.timeout.as_secs_f32());
                Err(Why::new(WhyCode::Timeout, detail))
            }
            Some((status, stderr, false)) if !is_flood && (stderr.len() as u64) < MOST_COMPLAINED => {
                Ok(Some(Output { status, stdout: said.out, stderr }))
            }
            _ => {
                // What it started may go on.
                self.ask("end_run", &[mark.as_bytes()], PATIENCE)?;
                Err(Why::new(WhyCode::TooLarge, format!("{line} printed more than {} bytes", command.most)))
            }
        }
    }
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

fn unreadable(path: &Path) -> Why {
    Why::new(WhyCode::Malformed, format!("{}: the programs there say of it what cannot be read", path.display()))
}

fn is_not_there(complaint: &str) -> bool {
    let said = complaint.to_ascii_lowercase();
    ["no such file or directory", "no such file", "not a directory", "no such process"]
        .iter()
        .any(|e| said.ends_with(e))
}

/// What was said of a path: a complaint is never taken for its absence unless it says so.
fn looked(path: &Path, said: Said) -> Answer<Vec<u8>> {
    let complaint = said.first_complaint();
    let Some((_, status)) = said.ended() else {
        return Err(Why::new(WhyCode::TooLarge, format!("{}: too much was complained of it", path.display())));
    };
    if complaint.is_empty() && status == 0 {
        return Ok(Some(said.out));
    }
    if is_not_there(&complaint) {
        return Ok(None);
    }
    let has = |part: &str| complaint.contains(part);
    let code = if has("Permission denied") || has("Operation not permitted") || has("permission denied") {
        WhyCode::Denied
    } else if has("not a regular file") {
        WhyCode::Unsupported
    } else if status == 127 || complaint.ends_with("not found") {
        WhyCode::NoTool
    } else {
        WhyCode::Failed
    };
    let detail = match (code == WhyCode::Denied, complaint.is_empty()) {
        (true, _) => path.display().to_string(),
        (false, true) => format!("{}: it ended with {status}", path.display()),
        (false, false) => format!("{}: {complaint}", path.display()),
    };
    Err(Why::new(code, detail))
}

/// How a run ended: its status, what it complained, and whether it was ended at its limit.
fn ended(said: &Said) -> Option<(i32, Vec<u8>, bool)> {
    let (rest, _) = said.ended()?;
    let (rest, is_late) = match rest.strip_suffix(b"\nlate") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let run = Said { out: Vec::new(), complaint: rest.to_vec() };
    match run.ended() {
        Some((stderr, status)) => Some((status, stderr.to_vec(), is_late)),
        // What was ended at its limit may have had no time to say how.
        None => is_late.then(|| (-1, Vec::new(), true)),
    }
}

/// The parts of an answer that a mark divides, `None` for those that are not whole; `None` for a wrong number of them.
fn divided<'a>(mut bytes: &'a [u8], mark: &[u8], count: usize) -> Option<Vec<Option<&'a [u8]>>> {
    let mut parts = Vec::with_capacity(count);
    while !bytes.is_empty() {
        let at = bytes.windows(mark.len()).position(|w| w == mark)?;
        let (sign, part) = bytes.get(..at)?.split_last()?;
        parts.push((*sign == b'+').then_some(part));
        bytes = bytes.get(at + mark.len()..)?;
    }
    (parts.len() == count).then_some(parts)
}

fn program(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Md5 => "md5sum",
        Algorithm::Sha256 => "sha256sum",
        Algorithm::Sha512 => "sha512sum",
    }
}

/// The digest in a line of md5sum(1) and its like.
fn digest(line: &str) -> Option<String> {
    let word = line.split_whitespace().next()?;
    (word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit())).then(|| word.to_owned())
}

impl Sys for ShellSystem {
    fn is_live(&self) -> bool {
        true
    }

    fn stat(&self, path: &Path) -> Answer<Stat> {
        let known = self.known().stat(path);
        match known {
            Some(answer) => Ok(answer),
            None => self.stat_now(path),
        }
    }

    fn read(&self, path: &Path, most: u64) -> Answer<Vec<u8>> {
        let known = self.known().contents_of(path);
        let contents = match known {
            Some(None) => return Ok(None),
            Some(Some(contents)) => contents,
            None => {
                let limit = most.saturating_add(1).to_string();
                let Some(contents) = self.ask_of("a_read", path, &[limit.as_bytes()], LONG_PATIENCE)? else {
                    return Ok(None);
                };
                if contents.len() < SMALL && contents.len() as u64 <= most && !is_made_up(path) {
                    self.known().contents.insert(path.to_owned(), contents.clone());
                }
                contents
            }
        };
        if contents.len() as u64 > most {
            return Err(Why::new(WhyCode::TooLarge, format!("{} is larger than {most} bytes", path.display())));
        }
        Ok(Some(contents))
    }

    fn list(&self, path: &Path) -> Answer<Vec<OsString>> {
        let known = self.known().list(path);
        match known {
            Some(answer) => Ok(answer),
            None => self.list_now(path),
        }
    }

    fn link(&self, path: &Path) -> Answer<PathBuf> {
        let known = self.known().link(path);
        if let Some(answer) = known {
            return Ok(answer);
        }
        let Some(out) = self.ask_of("a_link", path, &[], PATIENCE)? else { return Ok(None) };
        Ok((!out.is_empty()).then(|| paths::path(&out)))
    }

    fn real(&self, path: &Path) -> Answer<PathBuf> {
        let known = self.known().real(path, true);
        if let Some(answer) = known {
            return Ok(answer);
        }
        let Some(out) = self.ask_of("a_real", path, &[], PATIENCE)? else { return Ok(None) };
        Ok(Some(paths::path(out.strip_suffix(b"\n").unwrap_or(&out))))
    }

    fn digest(&self, path: &Path, algorithm: Algorithm) -> Answer<String> {
        if let Some(digest) = self.known().digests.get(&(path.to_owned(), algorithm)).cloned() {
            return Ok(Some(digest));
        }
        if algorithm == Algorithm::Sha256 && !is_made_up(path) {
            let known = self.known();
            let is_itself = matches!(known.stat(path), Some(Some(stat)) if stat.kind == FileType::File);
            if let Some(contents) = known.contents.get(path).filter(|_| is_itself) {
                return Ok(Some(Sha256::digest(contents).iter().map(|b| format!("{b:02x}")).collect()));
            }
        }
        let arguments = [program(algorithm).as_bytes(), bytes(path)];
        let Some(out) = looked(path, self.ask("a_digest", &arguments, LONG_PATIENCE)?)? else { return Ok(None) };
        digest(&String::from_utf8_lossy(&out)).map(Some).ok_or_else(|| unreadable(path))
    }

    fn attributes(&self, path: &Path) -> Answer<Attributes> {
        let Some(stat) = self.stat(path)? else { return Ok(None) };
        if self.known().plain.contains(path) {
            return Ok(Some(attributes::none(&stat)));
        }
        self.attributes_now(path, &stat)
    }

    fn run(&self, command: &Command) -> Answer<Output> {
        if !command.shared {
            return self.run_once(command, &[]);
        }
        let slot = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(command.clone()).or_default())
        };
        slot.get_or_init(|| self.run_once(command, &[])).clone()
    }

    fn space(&self, path: &Path) -> Answer<Space> {
        let Some(out) = self.ask_of("a_space", path, &[], PATIENCE)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&out).into_owned();
        let mut numbers = text.split_whitespace().map(|w| w.parse::<u64>().ok());
        let mut number = || numbers.next().flatten().ok_or_else(|| unreadable(path));
        let (total, available, size) = (number()?, number()?, number()?);
        Ok(Some(Space { total: total.saturating_mul(size), available: available.saturating_mul(size) }))
    }

    fn connect(&self, address: &str, timeout: Duration, from: Option<&str>) -> Answer<()> {
        super::connect::connect(self, address, timeout, from)
    }

    fn fetch(&self, request: &Fetch) -> Answer<Fetched> {
        agent::fetch::fetch_there(request, |command, input| self.run_once(command, &input))
    }

    fn foresee(&self, what: &Foreseen<'_>) {
        match what {
            Foreseen::Walk(root) => self.walk(root),
            Foreseen::Reads(files) => self.read_some(files),
            Foreseen::Digests(files, algorithm) => self.digest_some(files, *algorithm),
            Foreseen::Links(dirs) => self.links_of(dirs),
        }
    }

    fn now(&self) -> u64 {
        let there = self.ask("the_time", &[], PATIENCE).ok();
        let there = there.and_then(|said| String::from_utf8_lossy(&said.out).trim().parse().ok());
        // Where it cannot be asked, this machine's clock is the best there is.
        there.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()))
    }

    fn memo(&self) -> &Memo {
        &self.memo
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(out: &str, complaint: &str) -> Said {
        Said { out: out.into(), complaint: complaint.into() }
    }

    #[test]
    fn only_what_says_so_is_not_there() {
        let path = Path::new("/x");
        let look = |complaint: &str| looked(path, said("", complaint));
        assert_eq!(look("stat: cannot statx '/x': No such file or directory\n\n1"), Ok(None));
        assert_eq!(look("sh: 9: cannot open /x: No such file\n\n2"), Ok(None));
        assert_eq!(look("find: '/x/y': Not a directory\n\n1"), Ok(None));
        let code = |complaint| look(complaint).unwrap_err().code;
        assert_eq!(code("stat: cannot statx '/x': Permission denied\n\n1"), WhyCode::Denied);
        assert_eq!(code("sh: 1: stat: not found\n\n127"), WhyCode::NoTool);
        assert_eq!(code("head: error reading: Input/output error\n\n1"), WhyCode::Failed);
        assert_eq!(code("\n1"), WhyCode::Failed);
        assert_eq!(code("flood"), WhyCode::TooLarge);
    }

    #[test]
    fn how_a_run_ended_stands_at_the_end() {
        assert_eq!(ended(&said("", "\n3\n0")), Some((3, Vec::new(), false)));
        assert_eq!(ended(&said("", "no\n\n0\nlate\n3\n0")), Some((3, b"no\n\n0\nlate".to_vec(), false)));
        assert_eq!(ended(&said("", "\n137\nlate\n0")), Some((137, Vec::new(), true)));
        assert_eq!(ended(&said("", "a flood")), None);
    }

    #[test]
    fn a_mark_divides_contents_that_hold_anything() {
        let parts = divided(b"a+\n+MARK!MARK++MARK", b"MARK", 3).unwrap();
        assert_eq!(parts, [Some(b"a+\n".as_slice()), None, Some(b"+".as_slice())]);
        assert_eq!(divided(b"a+MARK", b"MARK", 2), None);
        assert_eq!(divided(b"a+MARKrest", b"MARK", 1), None);
    }

    fn stat(kind: FileType) -> Stat {
        Stat { kind, mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0, ctime: 0, device: 1, inode: 1 }
    }

    #[test]
    fn what_is_known_is_not_asked_and_what_is_not_known_is_not_made_up() {
        let mut known = Known::default();
        known.lists.insert("/etc".into(), vec!["a".into(), "b".into(), "l".into()]);
        known.stats.insert("/etc".into(), stat(FileType::Directory));
        known.stats.insert("/etc/a".into(), stat(FileType::File));
        known.stats.insert("/etc/l".into(), stat(FileType::Link));
        known.stats.insert("/lib".into(), stat(FileType::Link));
        known.links.insert("/lib".into(), "etc/../etc".into());
        let real = |path: &str| known.real(Path::new(path), true);
        assert_eq!(real("/etc/c"), Some(None));
        assert_eq!(real("/etc/c/d/e"), Some(None));
        assert_eq!(real("/etc/a"), Some(Some("/etc/a".into())));
        assert_eq!(real("/etc/a/x"), Some(None), "a file has nothing below it");
        assert_eq!(real("/etc/b"), None, "listed, and nothing is known of it");
        assert_eq!(real("/etc/l"), None, "a link, and nobody knows where to");
        assert_eq!(known.real(Path::new("/etc/l"), false), Some(Some("/etc/l".into())));
        assert_eq!(real("/lib/a"), Some(Some("/etc/a".into())));
        assert_eq!(known.stat(Path::new("/lib/c")), Some(None));
        assert_eq!(real("/opt"), None);
        assert_eq!(known.link(Path::new("/etc/a")), Some(None), "a file is no link");
    }
}
