//! What people wrote down, as statements: runbooks, scripts, fabfiles, specs of other tools, and a host's own traces.
//!
//! Text comes in, statements come out; nothing is executed, and nothing is read that was not handed in. A source is one
//! file in `sources/` and one line in [`SOURCES`]; commands in any of them are read by the one shell reader.

pub mod claims;
pub mod code;
pub mod conversion;
pub mod effect;
pub mod files;
pub mod out;
pub mod record;
pub mod shell;
pub mod source;
mod sources;
pub mod statement;
pub mod template;
pub mod tree;

pub use sources::SOURCES;

use files::Files;
use out::Out;

/// Reads all files with every source, in the order of the list; what no source took stays [`Files::unread`].
pub fn read(files: &mut Files) -> Out {
    let mut out = Out::default();
    for source in SOURCES {
        let taken = files.taken_by(*source);
        if !taken.is_empty() {
            out.begin(source.name());
            source.read(&taken, files, &mut out);
        }
    }
    out
}
