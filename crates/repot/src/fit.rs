//! Text in lines that fit a terminal: broken between words, and never inside of a command that somebody is to copy.

/// A text whose lines are at most so wide where they can be broken between words; what goes on is moved in a little.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        match shown(line) <= width {
            true => out.push_str(line),
            false => broken(line, width, &mut out),
        }
        out.push_str(end);
    }
    out
}

fn broken(line: &str, width: usize, out: &mut String) {
    let indent = line.chars().take_while(|c| *c == ' ').count();
    let lead = " ".repeat((indent + 2).min(width / 2));
    out.push_str(&line[..indent]);
    let mut used = indent;
    let mut is_begun = false;
    for (blanks, word) in words(&line[indent..]) {
        let length = shown(word);
        if is_begun && used + blanks + length > width {
            out.push('\n');
            out.push_str(&lead);
            used = lead.len();
        } else {
            out.extend(std::iter::repeat_n(' ', blanks));
            used += blanks;
        }
        out.push_str(word);
        used += length;
        is_begun = true;
    }
}

/// The words of a line, each with the blanks before it. What stands in backticks is one word.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let blanks = line[at..].len() - line[at..].trim_start_matches(' ').len();
        let begin = at + blanks;
        let mut is_quoted = false;
        let is_end = |(_, c): &(usize, char)| {
            is_quoted ^= *c == '`';
            *c == ' ' && !is_quoted
        };
        let end = line[begin..].char_indices().find(is_end).map_or(line.len(), |(end, _)| begin + end);
        // A backtick without its other half quotes nothing.
        let end = match line[begin..end].matches('`').count() % 2 {
            0 => end,
            _ => line[begin..].find(' ').map_or(line.len(), |end| begin + end),
        };
        words.push((blanks, &line[begin..end]));
        at = end;
    }
    words
}

/// How many characters of it are seen: colours take no room.
fn shown(text: &str) -> usize {
    console::measure_text_width(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_what_goes_on_is_moved_in() {
        assert_eq!(fit("one two three\n", 7), "one two\n  three\n");
        assert_eq!(fit("    one two three", 9), "    one\n    two\n    three");
        assert_eq!(fit("  by: one two three", 12), "  by: one\n    two\n    three");
        assert_eq!(fit("a  b\n\nc", 80), "a  b\n\nc");
        assert_eq!(fit("≠ file[x].mode  0644 → 0600", 20), "≠ file[x].mode  0644\n  → 0600");
    }

    #[test]
    fn a_command_that_is_to_be_copied_and_a_long_word_stay_whole() {
        assert_eq!(fit("next: `repot verify x --sudo` proves", 20), "next:\n  `repot verify x --sudo`\n  proves");
        assert_eq!(fit("a-very-long-word b", 5), "a-very-long-word\n  b");
        assert_eq!(fit("it's a ` alone in here", 10), "it's a `\n  alone in\n  here");
    }

    #[test]
    fn colours_take_no_room() {
        assert_eq!(fit("\u{1b}[31;1mone\u{1b}[0m two", 7), "\u{1b}[31;1mone\u{1b}[0m two");
        assert_eq!(fit("\u{1b}[31;1mone two\u{1b}[0m", 6), "\u{1b}[31;1mone\n  two\u{1b}[0m");
    }
}
