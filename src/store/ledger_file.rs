//! An office's `ledger.jsonl` on the disk: reading what may be damaged, and appending whole lines or none.
//!
//! Entry points: [`Found::of`], [`append_lines`]. Absent: what the lines say.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::Path,
};

use fuin_core::{Jws, LedgerLine, Typ};

/// A ledger as it was found.
pub struct Found {
    /// Its whole lines, without the head that an export ends with.
    pub lines: Vec<u8>,
    /// How long the file should be: the bytes that count.
    pub bytes: u64,
    /// The last line is whole and lacks its line end.
    pub lacks_line_end: bool,
    /// What an editor did to it, which harms nothing.
    pub oddities: Vec<Oddity>,
}

/// What an editor may have done to a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// It begins with a byte order mark.
    ByteOrderMark,
    /// Bytes that are no UTF-8.
    NotUtf8 {
        /// In which line, from 1.
        line: usize,
    },
}

impl Found {
    /// The ledger in the bytes of a file.
    pub fn of(bytes: &[u8]) -> Self {
        let (mark, content) = match bytes.strip_prefix("\u{FEFF}".as_bytes()) {
            Some(content) => (bytes.len() - content.len(), content),
            None => (0, bytes),
        };
        let mut oddities = Vec::new();
        if mark > 0 {
            oddities.push(Oddity::ByteOrderMark);
        }
        if let Err(error) = std::str::from_utf8(content) {
            let before = content.get(..error.valid_up_to()).unwrap_or_default();
            oddities.push(Oddity::NotUtf8 { line: before.split(|&byte| byte == b'\n').count() });
        }
        // A last line without its line end was cut off, or only its line end was.
        let (complete, rest) = content.split_at(line_end(content));
        let is_whole = is_signed(rest, Typ::Event);
        let counted = if is_whole { content } else { complete };
        // An export that was put back as the ledger ends with its head, which has its own file here.
        let unended = counted.strip_suffix(b"\n").unwrap_or(counted);
        let (before, last) = counted.split_at(line_end(unended));
        let is_head = is_signed(last.strip_suffix(b"\n").unwrap_or(last), Typ::LedgerHead);
        let lines = if is_head { before } else { counted };
        let (lines, bytes) = (lines.to_owned(), (mark + lines.len()) as u64);
        Self { lines, bytes, lacks_line_end: is_whole && !is_head, oddities }
    }
}

/// Where the last line begins.
fn line_end(content: &[u8]) -> usize {
    content.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1)
}

fn is_signed(line: &[u8], typ: Typ) -> bool {
    Jws::from_bytes(line).is_ok_and(|jws| jws.verify(typ).is_ok())
}

/// Cuts off a last line that was never finished, or a head; ends a line that lacks its line end.
pub fn mend(path: &Path, found: &Found) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.set_len(found.bytes)?;
    if found.lacks_line_end {
        file.write_all(b"\n")?;
    }
    file.sync_all()
}

/// Lines as the file has them.
pub fn text_of(lines: &[LedgerLine]) -> String {
    lines.iter().map(|line| format!("{}\n", line.as_str())).collect()
}

/// Appends lines, all or none: where the disk is full in the middle, what was written is taken back.
pub fn append_lines(path: &Path, lines: &[LedgerLine]) -> io::Result<()> {
    let text = text_of(lines);
    let mut file = OpenOptions::new().append(true).open(path)?;
    let before = file.metadata()?.len();
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
        // If this fails as well, the line is cut off when the ledger is read the next time.
        let _ = file.set_len(before);
    })
}
