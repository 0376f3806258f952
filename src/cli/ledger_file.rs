//! The office's `ledger.jsonl` on the disk: read with warnings about what an editor did to it.
//!
//! Entry point: [`read`]. Absent: what is in the file, which `fuin_store` reads.

use std::path::Path;

use fuin_store::{Found, Oddity};

use crate::{failure::Failure, files::read_bytes, terminal::warn, words::said};

/// Bytes of the longest ledger that is read: some two million events.
pub(crate) const MAX_LEDGER: u64 = 2 << 30;

/// Reads a ledger. What an editor may have done to it is said, and harms nothing.
pub(crate) fn read(path: &Path) -> Result<Found, Failure> {
    let found = Found::of(&read_bytes(path, MAX_LEDGER)?);
    for oddity in &found.oddities {
        let path = path.display();
        warn(match oddity {
            Oddity::ByteOrderMark => said!(
                "{path} の始めにバイト順マークがあります。1行目は、それを除いて読みます",
                "{path} begins with a byte order mark; line 1 is read without it"
            ),
            Oddity::NotUtf8 { line } => said!(
                "{path} の{line}行目に、UTF-8 でないバイトがあります",
                "{path} has bytes in line {line} that are no UTF-8"
            ),
        });
    }
    Ok(found)
}
