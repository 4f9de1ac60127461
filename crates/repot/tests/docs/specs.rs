//! The specs in the docs are specs.

use super::page::pages;

#[test]
fn the_specs_in_the_docs_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("root")).unwrap();
    let mut count = 0;
    for page in pages() {
        for block in page.blocks().into_iter().filter(|b| b.language == "yaml") {
            count += 1;
            std::fs::write(dir.path().join("spec.yaml"), &block.text).unwrap();
            let output = testkit::cli::command(env!("CARGO_BIN_EXE_repot"), dir.path())
                .args(["verify", "rootfs:root", "--spec", "spec.yaml"])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}:\n{}\n{said}", page.name, block.text);
        }
    }
    assert!(count > 2, "only {count} specs were found");
}
