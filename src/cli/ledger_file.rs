//! The office's `ledger.jsonl` on the disk: reading what may be damaged, and appending whole lines or none.
//!
//! Entry points: [`read`], [`append`]. Absent: what the lines say.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::Path,
};

use fuin_core::{Jws, LedgerLine, Typ};

use crate::{failure::Failure, files::read_bytes, terminal::warn, words::said};

/// Bytes of the longest ledger that is read: some two million events.
pub(crate) const MAX_LEDGER: u64 = 2 << 30;

/// A ledger as it was found.
pub(crate) struct Found {
    /// Its whole lines, without the head that an export ends with.
    pub lines: Vec<u8>,
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
        warn(said!(
            "{} の始めにバイト順マークがあります。1行目は、それを除いて読みます",
            "{} begins with a byte order mark; line 1 is read without it",
            path.display()
        ));
    }
    if let Err(error) = std::str::from_utf8(content) {
        let line = content[..error.valid_up_to()].split(|&byte| byte == b'\n').count();
        warn(said!(
            "{} の{line}行目に、UTF-8 でないバイトがあります",
            "{} has bytes in line {line} that are no UTF-8",
            path.display()
        ));
    }
    // A last line without its line end was cut off, or only its line end was.
    let (complete, rest) = content.split_at(line_end(content));
    let is_whole = is_signed(rest, Typ::Event);
    let counted = if is_whole { content } else { complete };
    // An export that was put back as the ledger ends with its head, which has its own file here.
    let last_line = counted.strip_suffix(b"\n").unwrap_or(counted);
    let last_line = line_end(last_line)..last_line.len();
    let is_head = is_signed(&counted[last_line.clone()], Typ::LedgerHead);
    let lines = if is_head { &counted[..last_line.start] } else { counted };
    let (lines, bytes) = (lines.to_owned(), (mark + lines.len()) as u64);
    Ok(Found { lines, bytes, lacks_line_end: is_whole && !is_head })
}

/// Where the last line begins.
fn line_end(content: &[u8]) -> usize {
    content.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1)
}

fn is_signed(line: &[u8], typ: Typ) -> bool {
    Jws::from_bytes(line).is_ok_and(|jws| jws.verify(typ).is_ok())
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
pub(crate) fn text_of(lines: &[LedgerLine]) -> String {
    lines.iter().map(|line| format!("{}\n", line.as_str())).collect()
}

/// Appends lines, all or none: where the disk is full in the middle, what was written is taken back.
pub(crate) fn append(path: &Path, lines: &[LedgerLine]) -> io::Result<()> {
    let text = text_of(lines);
    let mut file = OpenOptions::new().append(true).open(path)?;
    let before = file.metadata()?.len();
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
        // If this fails as well, the line is cut off when the ledger is read the next time.
        let _ = file.set_len(before);
    })
}
