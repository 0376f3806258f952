//! The box tree of ISO/IEC 14496-12 §4.2: headers, nesting, and nothing else.
//!
//! Entry points: [`Box4::children`], [`check_tree`]. Every box must lie inside its parent; this is what keeps the
//! `mp4` crate, which trusts sizes, out of trouble. Absent: the meaning of any box.

use super::MediaError;

/// Boxes that consist of boxes.
const CONTAINERS: [&[u8; 4]; 11] =
    [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"mvex", b"moof", b"traf", b"udta"];
/// Real files nest six deep.
const MAX_DEPTH: usize = 12;
const HEADER_BYTES: u64 = 8;

/// The header of one box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxHeader {
    /// Four-character code.
    pub kind: [u8; 4],
    /// Bytes of the header: 8, or 16 with a 64-bit size.
    pub header_bytes: u64,
    /// Bytes of the whole box.
    pub size: u64,
}

impl BoxHeader {
    /// Reads a header from the first bytes of a box of which at most `available` bytes exist. `head` holds 16 bytes,
    /// or fewer at the end of the file.
    pub fn read(head: &[u8], available: u64) -> Result<Self, MediaError> {
        const SHORT: MediaError = MediaError::Malformed("a box header is cut off");
        let (size, rest) = head.split_first_chunk::<4>().ok_or(SHORT)?;
        let (kind, rest) = rest.split_first_chunk::<4>().ok_or(SHORT)?;
        let (header_bytes, size) = match u32::from_be_bytes(*size) {
            // Size 0 means «to the end of the file».
            0 => (HEADER_BYTES, available),
            1 => (16, u64::from_be_bytes(*rest.first_chunk::<8>().ok_or(SHORT)?)),
            size => (HEADER_BYTES, u64::from(size)),
        };
        if size < header_bytes || size > available {
            return Err(MediaError::Malformed("a box is larger than what contains it"));
        }
        Ok(Self { kind: *kind, header_bytes, size })
    }
}

/// One box in memory.
#[derive(Debug, Clone, Copy)]
pub struct Box4<'a> {
    /// Four-character code.
    pub kind: [u8; 4],
    /// What is in it, without the header.
    pub body: &'a [u8],
}

impl<'a> Box4<'a> {
    /// Splits bytes into consecutive boxes.
    pub fn split(mut bytes: &'a [u8]) -> Result<Vec<Self>, MediaError> {
        let mut boxes = Vec::new();
        while !bytes.is_empty() {
            // QuickTime closes a udta with four zero bytes.
            if bytes == [0; 4] {
                break;
            }
            let header = BoxHeader::read(bytes.get(..16).unwrap_or(bytes), bytes.len() as u64)?;
            let (whole, rest) = bytes.split_at(header.size as usize);
            boxes.push(Self { kind: header.kind, body: &whole[header.header_bytes as usize..] });
            bytes = rest;
        }
        Ok(boxes)
    }

    /// The boxes inside this one.
    pub fn children(&self) -> Result<Vec<Box4<'a>>, MediaError> {
        Self::split(self.body)
    }

    /// The first box of a kind inside this one.
    pub fn child(&self, kind: &[u8; 4]) -> Option<Box4<'a>> {
        self.children().ok()?.into_iter().find(|child| child.kind == *kind)
    }

    /// The box at the end of a path of kinds.
    pub fn at(&self, path: &[&[u8; 4]]) -> Option<Box4<'a>> {
        path.iter().try_fold(*self, |parent, kind| parent.child(kind))
    }
}

/// Checks that boxes nest properly, all the way down.
pub fn check_tree(bytes: &[u8]) -> Result<(), MediaError> {
    fn check(bytes: &[u8], depth: usize) -> Result<(), MediaError> {
        if depth > MAX_DEPTH {
            return Err(MediaError::Malformed("boxes are nested too deep"));
        }
        for child in Box4::split(bytes)? {
            if CONTAINERS.contains(&&child.kind) {
                check(child.body, depth + 1)?;
            }
        }
        Ok(())
    }
    check(bytes, 0)
}
