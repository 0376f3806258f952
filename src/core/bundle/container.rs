//! The ZIP64 container under a strict profile (FORMAT.md §2).
//!
//! Every entry is stored, every size is in a ZIP64 field, names and order are fixed, and the file is covered
//! without gap or overlap; so there is exactly one way to read it. Entry point: [`Container::read`].
//! Absent: compression, ZIP encryption, comments, data descriptors, tolerance.

use std::io;

use super::part::{MAX_CLIPS, MIMETYPE, Part};
use crate::port::{Coded, RandomAccess};

const LOCAL_BYTES: u64 = 30;
const LOCAL_EXTRA: u16 = 20;
/// Where the CRC-32 stands in a local header (§2.4).
const LOCAL_CRC_AT: u64 = 14;
const CENTRAL_BYTES: usize = 46;
const CENTRAL_EXTRA: u16 = 28;
const END64_BYTES: u64 = 56;
const LOCATOR_BYTES: u64 = 20;
const END_BYTES: u64 = 22;
const TAIL_BYTES: u64 = END64_BYTES + LOCATOR_BYTES + END_BYTES;

/// How a container breaks the profile of §2. One fault, one variant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// The file ends before its end record (§2.6).
    #[error("the file is cut off, or is no bundle (FORMAT.md §2.6)")]
    Truncated,
    /// Something stands behind the end record (§2.6).
    #[error("there are extra bytes behind the end of the bundle (FORMAT.md §2.6)")]
    TrailingData,
    /// The end record has a comment (§2.6).
    #[error("the end record has a comment (FORMAT.md §2.6)")]
    EndComment,
    /// The end records contradict each other or the profile (§2.6).
    #[error("the end records are not as the profile says (FORMAT.md §2.6)")]
    EndRecord,
    /// The central directory is malformed (§2.5).
    #[error("the central directory is malformed (FORMAT.md §2.5)")]
    Central,
    /// An entry is compressed (§2.3).
    #[error("entry {0} is compressed (FORMAT.md §2.3)")]
    Compressed(usize),
    /// An entry has flags: encryption, data descriptor, UTF-8 (§2.3).
    #[error("entry {0} has general purpose flags (FORMAT.md §2.3)")]
    Flags(usize),
    /// An entry has a comment, attributes or a date (§2.5).
    #[error("entry {0} has a comment, attributes or a date (FORMAT.md §2.5)")]
    Decorated(usize),
    /// An entry's extra field is not the one ZIP64 field (§2.4).
    #[error("entry {0} has an extra field other than ZIP64 (FORMAT.md §2.4)")]
    Extra(usize),
    /// An entry's name is not the one that belongs in this place (§2.2).
    #[error("entry {0} has a name that does not belong there (FORMAT.md §2.2)")]
    Name(usize),
    /// Too few or too many entries (§2.2).
    #[error("the bundle has {0} entries (FORMAT.md §2.2)")]
    Count(u64),
    /// A local header differs from the central directory (§2.4).
    #[error("the local header of entry {0} differs from the directory (FORMAT.md §2.4)")]
    LocalMismatch(usize),
    /// Entries overlap, or leave bytes that belong to none (§2.4).
    #[error("entry {0} leaves a gap or overlaps (FORMAT.md §2.4)")]
    Gap(usize),
    /// The first entry does not name the format (§2.2).
    #[error("this is not a Fuin bundle (FORMAT.md §2.2)")]
    Mimetype,
    /// An entry that is read whole is larger than allowed (§2.7).
    #[error("entry {0} is larger than allowed (FORMAT.md §2.7)")]
    TooLarge(usize),
    /// CRC-32 of an entry does not match (§2.8).
    #[error("entry {0} is damaged (FORMAT.md §2.8)")]
    Crc(usize),
    /// The bytes could not be read.
    #[error("the file could not be read: {0}")]
    Read(#[from] io::Error),
}

impl Coded for ContainerError {
    fn code(&self) -> &'static str {
        match self {
            Self::Truncated => "container_truncated",
            Self::TrailingData => "container_trailing_data",
            Self::EndComment => "container_comment",
            Self::EndRecord => "container_end_record",
            Self::Central => "container_central",
            Self::Compressed(_) => "container_compressed",
            Self::Flags(_) => "container_flags",
            Self::Decorated(_) => "container_decorated",
            Self::Extra(_) => "container_extra",
            Self::Name(_) => "container_name",
            Self::Count(_) => "container_count",
            Self::LocalMismatch(_) => "container_local_mismatch",
            Self::Gap(_) => "container_gap",
            Self::Mimetype => "container_mimetype",
            Self::TooLarge(_) => "container_too_large",
            Self::Crc(_) => "container_crc",
            Self::Read(_) => "read_failed",
        }
    }
}

/// One stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, one of those in §2.2.
    pub name: String,
    /// Where its bytes begin in the file.
    pub offset: u64,
    /// How many bytes it has.
    pub len: u64,
    /// CRC-32 of its bytes, as the directory claims it.
    pub crc32: u32,
}

impl Entry {
    /// Where its local header begins (§2.4).
    fn header_offset(&self) -> u64 {
        self.offset - LOCAL_BYTES - self.name.len() as u64 - u64::from(LOCAL_EXTRA)
    }

    /// Where its local header holds the CRC-32 (§2.4).
    pub(super) fn crc_offset(&self) -> u64 {
        self.header_offset() + LOCAL_CRC_AT
    }
}

/// The entries of a file that keeps to the profile.
#[derive(Debug, Clone)]
pub struct Container {
    entries: Vec<Entry>,
}

/// Little-endian fields, one after the other.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], ContainerError> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(ContainerError::Central)?;
        self.0 = rest;
        Ok(*head)
    }
    fn u16(&mut self) -> Result<u16, ContainerError> {
        self.bytes().map(u16::from_le_bytes)
    }
    fn u32(&mut self) -> Result<u32, ContainerError> {
        self.bytes().map(u32::from_le_bytes)
    }
    fn u64(&mut self) -> Result<u64, ContainerError> {
        self.bytes().map(u64::from_le_bytes)
    }
    fn take(&mut self, len: usize) -> Result<&'a [u8], ContainerError> {
        let (head, rest) = self.0.split_at_checked(len).ok_or(ContainerError::Central)?;
        self.0 = rest;
        Ok(head)
    }
}

impl Container {
    /// Reads the directory and every local header, and checks the profile. No entry's content is read.
    pub fn read(source: &impl RandomAccess) -> Result<Self, ContainerError> {
        let (central_offset, central_len, count) = read_end(source)?;
        let others = usize::try_from(count).ok().and_then(|n| n.checked_sub(Part::BEFORE_CLIPS));
        let others = others.filter(|n| n / 2 <= MAX_CLIPS).ok_or(ContainerError::Count(count))?;
        let stamp = (!others.is_multiple_of(2)).then_some(Part::TimeStamp(others / 2));
        let mut central = vec![0; usize::try_from(central_len).map_err(|_| ContainerError::Central)?];
        source.read_exact_at(central_offset, &mut central)?;
        let mut fields = Fields(&central);
        let mut entries = Vec::new();
        let mut position = 0;
        for index in 0..count as usize {
            let part = stamp.filter(|stamp| stamp.place() == index).unwrap_or_else(|| Part::at(index));
            let (entry, header_offset) = read_central(&mut fields, index, part)?;
            if header_offset != position {
                return Err(ContainerError::Gap(index));
            }
            let data = position
                .checked_add(LOCAL_BYTES + entry.name.len() as u64 + u64::from(LOCAL_EXTRA))
                .filter(|data| data.checked_add(entry.len).is_some_and(|end| end <= central_offset))
                .ok_or(ContainerError::Gap(index))?;
            check_local(source, position, &entry, index)?;
            position = data + entry.len;
            entries.push(Entry { offset: data, ..entry });
        }
        if position != central_offset {
            return Err(ContainerError::Gap(entries.len()));
        }
        if !fields.0.is_empty() {
            return Err(ContainerError::Central);
        }
        let container = Self { entries };
        if container.read_whole(source, Part::Mimetype, 64)? != MIMETYPE.as_bytes() {
            return Err(ContainerError::Mimetype);
        }
        Ok(container)
    }

    /// Whether it holds no clip: a ticket does not, and a bundle does (§2.2).
    pub(super) fn is_of_ticket(&self) -> bool {
        self.clips().is_empty()
    }

    /// The entries of the clips, each behind its index.
    pub(super) fn clips(&self) -> &[Entry] {
        let others = self.entries.get(Part::BEFORE_CLIPS..).unwrap_or_default();
        others.get(..others.len() / 2 * 2).unwrap_or_default()
    }

    /// The time stamp's place, if there is one.
    pub(super) fn time_stamp(&self) -> Option<Part> {
        let part = Part::TimeStamp(self.clips().len() / 2);
        self.entry(part).map(|_| part)
    }

    /// How the file ends with this time stamp: so many of its bytes are kept, and these follow.
    pub(super) fn with_time_stamp(&self, stamp: &[u8]) -> (u64, Vec<u8>) {
        let part = Part::TimeStamp(self.clips().len() / 2);
        let mut entries: Vec<Entry> = self.entries.iter().take(part.place()).cloned().collect();
        let kept = entries.last().map_or(0, |last| last.offset + last.len);
        let (name, len, crc32) = (part.name(), stamp.len() as u64, crc32fast::hash(stamp));
        let mut tail = local_header(&name, len, crc32);
        let offset = kept + tail.len() as u64;
        tail.extend_from_slice(stamp);
        entries.push(Entry { name, offset, len, crc32 });
        tail.extend_from_slice(&directory(&entries, offset + len));
        (kept, tail)
    }

    /// All entries in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Where one of them lies.
    pub(super) fn entry(&self, part: Part) -> Option<&Entry> {
        self.entries.get(part.place())
    }

    /// Reads one entry whole, if it has at most `limit` bytes, and checks its CRC-32.
    pub(super) fn read_whole(
        &self,
        source: &impl RandomAccess,
        part: Part,
        limit: u64,
    ) -> Result<Vec<u8>, ContainerError> {
        let index = part.place();
        let entry = self.entry(part).ok_or(ContainerError::Central)?;
        if entry.len > limit {
            return Err(ContainerError::TooLarge(index));
        }
        let mut bytes = vec![0; entry.len as usize];
        source.read_exact_at(entry.offset, &mut bytes)?;
        if crc32fast::hash(&bytes) != entry.crc32 {
            return Err(ContainerError::Crc(index));
        }
        Ok(bytes)
    }
}

/// Reads the three end records; gives offset and length of the directory, and the number of entries (§2.6).
fn read_end(source: &impl RandomAccess) -> Result<(u64, u64, u64), ContainerError> {
    let len = source.len();
    let tail_offset = len.checked_sub(TAIL_BYTES).ok_or(ContainerError::Truncated)?;
    let mut tail = [0; TAIL_BYTES as usize];
    source.read_exact_at(tail_offset, &mut tail)?;
    let end_at = (END64_BYTES + LOCATOR_BYTES) as usize;
    if !tail[end_at..].starts_with(b"PK\x05\x06") {
        return Err(misplaced_end(source));
    }
    let mut end = Fields(&tail[end_at + 4..]);
    let sentinels = [end.u16()?, end.u16()?, end.u16()?, end.u16()?];
    let (size, offset, comment) = (end.u32()?, end.u32()?, end.u16()?);
    if comment != 0 {
        return Err(ContainerError::EndComment);
    }
    if sentinels != [0xFFFF; 4] || size != u32::MAX || offset != u32::MAX {
        return Err(ContainerError::EndRecord);
    }
    let mut end64 = Fields(&tail);
    let good_head = end64.take(4)? == b"PK\x06\x06" && end64.u64()? == END64_BYTES - 12;
    let versions = (end64.u16()?, end64.u16()?, end64.u32()?, end64.u32()?);
    let (on_disk, count) = (end64.u64()?, end64.u64()?);
    let (central_len, central_offset) = (end64.u64()?, end64.u64()?);
    let good_locator = end64.take(4)? == b"PK\x06\x07"
        && end64.u32()? == 0
        && end64.u64()? == tail_offset
        && end64.u32()? == 1;
    let covered = central_offset.checked_add(central_len) == Some(tail_offset);
    if !(good_head && versions == (45, 45, 0, 0) && on_disk == count && good_locator && covered) {
        return Err(ContainerError::EndRecord);
    }
    // A directory entry takes at most 46 + 24 + 28 bytes; this bounds what is read before anything is trusted.
    if central_len > 128 * (2 * MAX_CLIPS + Part::BEFORE_CLIPS + 1) as u64 {
        return Err(ContainerError::Count(count));
    }
    Ok((central_offset, central_len, count))
}

/// There is no end record where it must be: was the file cut, or was something added?
fn misplaced_end(source: &impl RandomAccess) -> ContainerError {
    let window = source.len().min(1 << 16);
    let mut bytes = vec![0; window as usize];
    match source.read_exact_at(source.len() - window, &mut bytes) {
        Err(error) => error.into(),
        Ok(()) => match bytes.windows(4).rposition(|four| four == b"PK\x05\x06") {
            // A comment that the record itself announces is a comment; anything else was appended.
            Some(at) => {
                let announced =
                    bytes.get(at + 20..at + 22).map(|b| usize::from(b[0]) + 256 * usize::from(b[1]));
                let behind = bytes.len() - (at + END_BYTES as usize).min(bytes.len());
                if announced == Some(behind) && behind > 0 {
                    ContainerError::EndComment
                } else {
                    ContainerError::TrailingData
                }
            }
            None => ContainerError::Truncated,
        },
    }
}

/// One record of the central directory (§2.5): the entry and the offset of its local header.
fn read_central(fields: &mut Fields<'_>, index: usize, part: Part) -> Result<(Entry, u64), ContainerError> {
    let mut fixed = Fields(fields.take(CENTRAL_BYTES)?);
    if fixed.take(4)? != b"PK\x01\x02" {
        return Err(ContainerError::Central);
    }
    let (made_by, needed) = (fixed.u16()?, fixed.u16()?);
    if (made_by, needed) != (45, 45) {
        return Err(ContainerError::Central);
    }
    if fixed.u16()? != 0 {
        return Err(ContainerError::Flags(index));
    }
    if fixed.u16()? != 0 {
        return Err(ContainerError::Compressed(index));
    }
    let date = fixed.u32()?;
    let crc32 = fixed.u32()?;
    let (compressed, uncompressed) = (fixed.u32()?, fixed.u32()?);
    let (name_len, extra_len, comment_len) = (fixed.u16()?, fixed.u16()?, fixed.u16()?);
    let (disk, internal, external) = (fixed.u16()?, fixed.u16()?, fixed.u32()?);
    let offset = fixed.u32()?;
    if date != FIXED_DATE || comment_len != 0 || disk != 0 || internal != 0 || external != 0 {
        return Err(ContainerError::Decorated(index));
    }
    if (compressed, uncompressed, offset) != (u32::MAX, u32::MAX, u32::MAX) || extra_len != CENTRAL_EXTRA {
        return Err(ContainerError::Extra(index));
    }
    let name = part.name();
    if fields.take(usize::from(name_len))? != name.as_bytes() {
        return Err(ContainerError::Name(index));
    }
    let mut extra = Fields(fields.take(usize::from(CENTRAL_EXTRA))?);
    if (extra.u16()?, extra.u16()?) != (1, CENTRAL_EXTRA - 4) {
        return Err(ContainerError::Extra(index));
    }
    let (len, compressed, offset) = (extra.u64()?, extra.u64()?, extra.u64()?);
    if len != compressed {
        return Err(ContainerError::Compressed(index));
    }
    Ok((Entry { name, offset: 0, len, crc32 }, offset))
}

/// MS-DOS date and time of every entry: 1980-01-01 00:00. When the footage was taken does not show.
const FIXED_DATE: u32 = 0x0021_0000;

/// A local header is determined by the directory, so it is compared byte for byte (§2.4).
fn check_local(
    source: &impl RandomAccess,
    offset: u64,
    entry: &Entry,
    index: usize,
) -> Result<(), ContainerError> {
    let expected = local_header(&entry.name, entry.len, entry.crc32);
    let mut found = vec![0; expected.len()];
    source.read_exact_at(offset, &mut found)?;
    if found == expected { Ok(()) } else { Err(ContainerError::LocalMismatch(index)) }
}

/// The local file header of §2.4.
pub(super) fn local_header(name: &str, len: u64, crc32: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    out.extend_from_slice(b"PK\x03\x04");
    out.extend_from_slice(&45u16.to_le_bytes());
    out.extend_from_slice(&[0; 4]); // flags, method
    out.extend_from_slice(&FIXED_DATE.to_le_bytes());
    out.extend_from_slice(&crc32.to_le_bytes());
    out.extend_from_slice(&[0xFF; 8]);
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(&LOCAL_EXTRA.to_le_bytes());
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(&1u16.to_le_bytes());
    out.extend_from_slice(&(LOCAL_EXTRA - 4).to_le_bytes());
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&len.to_le_bytes());
    out
}

/// Central directory and end records for entries whose bytes end at `central_offset` (§2.5, §2.6).
pub(super) fn directory(entries: &[Entry], central_offset: u64) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries {
        let header_offset = entry.header_offset();
        out.extend_from_slice(b"PK\x01\x02");
        out.extend_from_slice(&45u16.to_le_bytes());
        out.extend_from_slice(&45u16.to_le_bytes());
        out.extend_from_slice(&[0; 4]); // flags, method
        out.extend_from_slice(&FIXED_DATE.to_le_bytes());
        out.extend_from_slice(&entry.crc32.to_le_bytes());
        out.extend_from_slice(&[0xFF; 8]);
        out.extend_from_slice(&(entry.name.len() as u16).to_le_bytes());
        out.extend_from_slice(&CENTRAL_EXTRA.to_le_bytes());
        out.extend_from_slice(&[0; 10]); // comment length, disk, attributes
        out.extend_from_slice(&[0xFF; 4]);
        out.extend_from_slice(entry.name.as_bytes());
        out.extend_from_slice(&1u16.to_le_bytes());
        out.extend_from_slice(&(CENTRAL_EXTRA - 4).to_le_bytes());
        out.extend_from_slice(&entry.len.to_le_bytes());
        out.extend_from_slice(&entry.len.to_le_bytes());
        out.extend_from_slice(&header_offset.to_le_bytes());
    }
    let central_len = out.len() as u64;
    let count = (entries.len() as u64).to_le_bytes();
    let end64_offset = central_offset + central_len;
    out.extend_from_slice(b"PK\x06\x06");
    out.extend_from_slice(&(END64_BYTES - 12).to_le_bytes());
    out.extend_from_slice(&[45, 0, 45, 0]);
    out.extend_from_slice(&[0; 8]); // this disk, disk of the directory
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&central_len.to_le_bytes());
    out.extend_from_slice(&central_offset.to_le_bytes());
    out.extend_from_slice(b"PK\x06\x07");
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&end64_offset.to_le_bytes());
    out.extend_from_slice(&1u32.to_le_bytes());
    out.extend_from_slice(b"PK\x05\x06");
    out.extend_from_slice(&[0xFF; 16]);
    out.extend_from_slice(&[0; 2]);
    out
}
