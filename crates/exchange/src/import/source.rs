//! What a source is: its name, the files it is made of, and the reader of them.

use super::conversion::Construct;
use super::files::{File, Files};
use super::out::Out;

/// A source of statements. Adding one is one file in `sources/` and one line in its list.
pub trait Source: Sync {
    /// The name, one word.
    fn name(&self) -> &'static str;

    /// One sentence: what it is.
    fn summary(&self) -> &'static str;

    /// Whether a file is of this source: by its path, its first lines, or what stands in it. A file that was found in
    /// a directory needs better reasons than one that was named.
    fn takes(&self, file: &File) -> bool;

    /// Reads its files. Other files are in `all`: those that it pushes, includes or imports.
    fn read(&self, mine: &[File], all: &Files, out: &mut Out);

    /// The constructs it knows, for the conversion table in the docs.
    fn constructs(&self) -> &'static [Construct];
}
