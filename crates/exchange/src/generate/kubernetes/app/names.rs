//! Names that Kubernetes takes, made of names that a host has.

use sha2::{Digest, Sha256};

/// A DNS label of at most so many bytes. Where something had to be changed a few digits of the whole name's digest keep
/// two names apart.
pub(crate) fn label(text: &str, most: usize) -> String {
    let tame: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let mut short = String::new();
    for part in tame.split('-').filter(|p| !p.is_empty()) {
        if !short.is_empty() {
            short.push('-');
        }
        short.push_str(part);
    }
    if short.starts_with(|c: char| c.is_ascii_digit()) {
        short.insert_str(0, "x-");
    }
    if short == text && short.len() <= most && !short.is_empty() {
        return short;
    }
    let digits = digest(text);
    let room = most.saturating_sub(digits.len() + 1);
    let cut = short.get(..short.len().min(room)).unwrap_or_default().trim_end_matches('-');
    if cut.is_empty() { format!("x-{digits}") } else { format!("{cut}-{digits}") }
}

/// A label for something whose name need not tell the original: without digits where nothing is lost but punctuation.
pub(crate) fn plain(text: &str, most: usize) -> String {
    let with = label(text, most + 7);
    match with.rsplit_once('-') {
        Some((front, digits)) if digits.len() == 6 && digits == digest(text) && front.len() <= most => front.to_owned(),
        _ => label(text, most),
    }
}

/// A key of a ConfigMap or Secret.
pub(crate) fn key(text: &str) -> String {
    let trimmed = text.trim_start_matches('/');
    let tame: String =
        trimmed.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }).collect();
    let is_kept = tame.replace('_', "/") == trimmed && !tame.starts_with('.') && tame.len() < 200;
    if is_kept {
        tame
    } else {
        format!(
            "{}-{}",
            tame.trim_start_matches('.').get(..tame.trim_start_matches('.').len().min(200)).unwrap_or_default(),
            digest(text)
        )
    }
}

/// The name of a variable of the environment.
pub(crate) fn variable(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Six hexadecimal digits of a text.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(3).map(|b| format!("{b:02x}")).collect()
}

/// One word of a shell.
pub(crate) fn word(text: &str) -> String {
    let is_plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+:=@,".contains(c));
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
