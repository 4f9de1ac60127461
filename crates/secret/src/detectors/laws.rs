//! Laws over the list of detectors: each has data that it must find and data that nobody may touch.

use super::ALL;
use crate::detector::{Detector, find};
use crate::document::Document;
use crate::fingerprint::Key;
use crate::redact::redact_file;
use crate::span::Finds;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A piece of data: `== yes PATH` or `== no PATH`, and the lines below; secrets stand in `⟦⟧`.
struct Sample {
    found: bool,
    path: String,
    text: String,
}

impl Sample {
    fn bare(&self) -> String {
        self.text.replace(['⟦', '⟧'], "")
    }

    fn marked(&self) -> Vec<String> {
        self.text.split('⟦').skip(1).map(|s| s.split('⟧').next().unwrap().to_owned()).collect()
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/detectors")
}

fn samples(detector: &Detector) -> Vec<Sample> {
    let file = folder().join(detector.name).with_extension("txt");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut samples: Vec<Sample> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("== ") {
            let (verdict, path) = head.split_once(' ').unwrap();
            assert!(matches!(verdict, "yes" | "no"), "{head}");
            samples.push(Sample { found: verdict == "yes", path: path.to_owned(), text: String::new() });
        } else if let Some(sample) = samples.last_mut() {
            sample.text.push_str(line);
            sample.text.push('\n');
        }
    }
    samples
}

fn found(detector: &Detector, sample: &Sample) -> Vec<String> {
    let text = sample.bare();
    let document = Document::file(&sample.path, text.as_bytes());
    let mut finds = Finds::new(&document);
    (detector.find)(&document, &mut finds);
    finds.joined().into_iter().map(|s| text[s.range].to_owned()).collect()
}

#[test]
fn names_are_unique_and_sorted_and_no_file_is_forgotten() {
    let names: Vec<&str> = ALL.iter().map(|d| d.name).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|e| e.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|n| !matches!(n.as_str(), "mod" | "laws"))
        .collect();
    assert_eq!(files, names.iter().map(|n| (*n).to_owned()).collect());
}

#[test]
fn every_detector_finds_its_data_and_exactly_that() {
    let mut wrong = Vec::new();
    for detector in ALL {
        let samples = samples(detector);
        assert!(samples.iter().any(|s| s.found && !s.marked().is_empty()), "{} has nothing to find", detector.name);
        assert!(samples.iter().any(|s| !s.found), "{} has nothing to leave alone", detector.name);
        for sample in samples {
            let (found, marked) = (found(detector, &sample), sample.marked());
            if found != marked {
                wrong.push(format!("{} in {}:\n  wanted {marked:?}\n  found  {found:?}", detector.name, sample.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nobody_touches_what_is_no_secret() {
    let mut wrong = Vec::new();
    for detector in ALL {
        for sample in samples(detector).iter().filter(|s| !s.found) {
            let text = sample.bare();
            for span in find(&Document::file(&sample.path, text.as_bytes())) {
                wrong.push(format!("{} takes {:?} in {}", span.by, &text[span.range.clone()], sample.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_secret_is_left_and_nothing_is_found_twice() {
    let key = Key::new([7; 32]);
    let mut wrong = Vec::new();
    for detector in ALL {
        for sample in samples(detector).iter().filter(|s| s.found) {
            let once = redact_file(&sample.path, sample.bare().as_bytes(), &key);
            let text = String::from_utf8(once.bytes.clone()).unwrap();
            wrong.extend(
                sample
                    .marked()
                    .into_iter()
                    .find(|m| m.len() > 3 && text.contains(m))
                    .map(|m| format!("{} leaks {m:?} in {}:\n{text}", detector.name, sample.path)),
            );
            let twice = redact_file(&sample.path, &once.bytes, &key);
            if twice.bytes != once.bytes || !twice.hits.is_empty() {
                wrong.push(format!(
                    "{} is not done in {}: {}",
                    detector.name,
                    sample.path,
                    String::from_utf8_lossy(&twice.bytes)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
