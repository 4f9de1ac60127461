//! The README's first screen, typed as it stands: what is shown there is what a person sees. Its figures are masked,
//! because they grow with every kind; `REPOT_BLESS=1` writes what was seen.

use crate::host::{Project, lab, name, on_host, repository};
use std::fs;

const FENCE: &str = "```console lab\n";
/// The comment on a command before which somebody changes the host.
const CHANGED: &str = "after somebody was there";

/// A command and what is shown below it.
struct Step {
    typed: String,
    shown: String,
}

fn steps(block: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(typed), _) => steps.push(Step { typed: typed.to_owned(), shown: String::new() }),
            (None, Some(step)) => step.shown.push_str(&format!("{line}\n")),
            (None, None) => panic!("a block begins with a command: {line}"),
        }
    }
    steps
}

fn masked(text: &str) -> String {
    let mut masked = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' if masked.ends_with('N') => {}
            '0'..='9' => masked.push('N'),
            _ => masked.push(c),
        }
    }
    masked
}

/// What a person sees of a command, and its exit status.
fn seen(project: &Project, typed: &str) -> (String, i32) {
    let command = typed.split(" #").next().unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().skip(1).filter(|word| *word != "--sudo").collect();
    let output = project.repot(&words);
    // How the lab is reached, and where the project is, is not a person's.
    let way = format!(" --ssh-config {}", lab().join(".cache/ssh_config").display());
    let text = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).replace(&format!("{}/", project.dir.path().display()), "");
        text.replace(&way, "")
    };
    (text(&output.stderr) + &text(&output.stdout), output.status.code().unwrap_or(-1))
}

#[test]
#[ignore = "needs the lab: make test-lab"]
fn the_first_screen_is_what_a_person_sees() {
    let page = fs::read_to_string(repository().join("README.md")).unwrap();
    let (before, rest) = page.split_once(FENCE).unwrap();
    let (block, after) = rest.split_once("```\n").unwrap();
    let here = block.replace("web-03", &name());
    let project = Project::new();
    let (mut written, mut status) = (String::new(), 0);
    for step in steps(&here) {
        if step.typed.contains(CHANGED) {
            on_host("echo 'client_max_body_size 1m;' > /etc/nginx/conf.d/zz-story.conf").unwrap();
        }
        let saw = match step.typed.as_str() {
            "echo $?" => format!("{status}\n"),
            typed => {
                assert!(typed.starts_with("repot "), "{typed}");
                let (saw, ended) = seen(&project, typed);
                status = ended;
                saw
            }
        };
        if step.typed.contains(CHANGED) {
            on_host("rm /etc/nginx/conf.d/zz-story.conf").unwrap();
        }
        written.push_str(&format!("$ {}\n{}\n\n", step.typed, saw.trim()));
        if std::env::var_os("REPOT_BLESS").is_none() {
            assert_eq!(masked(&saw), masked(&step.shown), "$ {}", step.typed);
        }
    }
    if std::env::var_os("REPOT_BLESS").is_some() {
        let written = written.trim().replace("\n\n$ echo", "\n$ echo").replace(&name(), "web-03");
        fs::write(repository().join("README.md"), format!("{before}{FENCE}{written}\n```\n{after}")).unwrap();
    }
}
