//! The office's `ledger.jsonl` on the disk: reading what may be damaged, and appending whole lines or none.
//!
//! Entry points: [`read`], [`append`]. Absent: what the lines say.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::Path,
};

use fuin_core::{Jws, Typ};

use crate::{failure::Failure, files::read_bytes, terminal::warn};

/// Bytes of the longest ledger that is read: some two million events.
pub(crate) const MAX_LEDGER: u64 = 2 << 30;

/// A ledger as it was found.
pub(crate) struct Found {
    /// Its whole lines, without the head that an export ends with. A byte that is no UTF-8 became U+FFFD, so that its
    /// line is found to be damaged and every other one can be read.
    pub lines: String,
    /// How long the file should be: the bytes that count.
    pub bytes: u64,
    /// The last line is whole and lacks its line end.
    pub lacks_line_end: bool,
}

/// Reads a ledger. What an editor may have done to it is said, and harms nothing.
pub(crate) fn read(path: &Path) -> Result<Found, Failure> {
    let bytes = read_bytes(path, MAX_LEDGER)?;
    let (mark, content) = match bytes.strip_prefix("\u{FEFF}".as_bytes()) {
        Some(content) => (bytes.len() - content.len(), content),
        None => (0, bytes.as_slice()),
    };
    if mark > 0 {
        warn(format!("{} begins with a byte order mark; line 1 is read without it", path.display()));
    }
    if let Err(error) = std::str::from_utf8(content) {
        let line = content[..error.valid_up_to()].split(|&byte| byte == b'\n').count();
        warn(format!("{} has bytes in line {line} that are no UTF-8", path.display()));
    }
    let text = String::from_utf8_lossy(content);
    // A last line without its line end was cut off, or only its line end was.
    let end = text.rfind('\n').map_or(0, |end| end + 1);
    let (complete, rest) = text.split_at(end);
    let is_whole = !rest.is_empty() && Jws::new(rest).verify(Typ::Event).is_ok();
    let counted = if is_whole { text.as_ref() } else { complete };
    // An export that was put back as the ledger ends with its head, which has its own file here.
    let last_line = counted.trim_end().rfind('\n').map_or(0, |end| end + 1);
    let is_head = Jws::new(&counted[last_line..]).verify(Typ::LedgerHead).is_ok();
    let lines = if is_head { &counted[..last_line] } else { counted };
    let (lines, bytes) = (lines.to_owned(), (mark + lines.len()) as u64);
    Ok(Found { lines, bytes, lacks_line_end: is_whole && !is_head })
}

/// Cuts off a last line that was never finished, or a head; ends a line that lacks its line end.
pub(crate) fn mend(path: &Path, found: &Found) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.set_len(found.bytes)?;
    if found.lacks_line_end {
        file.write_all(b"\n")?;
    }
    file.sync_all()
}

/// Lines as the file has them.
pub(crate) fn text_of(lines: &[Jws]) -> String {
    lines.iter().map(|line| format!("{}\n", line.as_str())).collect()
}

/// Appends lines, all or none: where the disk is full in the middle, what was written is taken back.
pub(crate) fn append(path: &Path, lines: &[Jws]) -> io::Result<()> {
    let text = text_of(lines);
    let mut file = OpenOptions::new().append(true).open(path)?;
    let before = file.metadata()?.len();
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
        // If this fails as well, the line is cut off when the ledger is read the next time.
        let _ = file.set_len(before);
    })
}
