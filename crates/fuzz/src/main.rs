//! One target under libFuzzer: its name is taken from `REPOT_FUZZ`. With `REPOT_FUZZ_SEEDS=DIR` its seeds are written there.
#![no_main]

use fuzz::Target;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

static TARGET: OnceLock<Target> = OnceLock::new();

fn target() -> &'static Target {
    TARGET.get_or_init(|| {
        let wanted = std::env::var("REPOT_FUZZ").unwrap_or_default();
        let mut all = fuzz::targets::all();
        let names: Vec<String> = all.iter().map(|t| t.name.clone()).collect();
        let at = names.iter().position(|n| *n == wanted);
        all.swap_remove(at.unwrap_or_else(|| panic!("REPOT_FUZZ is one of {}", names.join(" "))))
    })
}

fn prepare() {
    let seeds = target().seeds();
    let Some(dir) = std::env::var_os("REPOT_FUZZ_SEEDS") else { return };
    for (number, seed) in seeds.iter().enumerate() {
        let path = std::path::Path::new(&dir).join(format!("seed-{number:04}"));
        std::fs::write(&path, seed).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
}

fuzz_target!(init: prepare(), |data: &[u8]| target().run(data));
