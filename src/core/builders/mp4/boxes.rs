//! The box tree of ISO/IEC 14496-12 §4.2: headers, nesting, and nothing else.
//!
//! Entry points: [`Box4::split`], [`Box4::at`], [`boxed`]. Every box lies inside its parent.
//! Absent: the meaning of any box.

use crate::media::MediaError;

const HEADER_BYTES: u64 = 8;

/// The header of one box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BoxHeader {
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
    pub(crate) fn read(head: &[u8], available: u64) -> Result<Self, MediaError> {
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
pub(super) struct Box4<'a> {
    /// Four-character code.
    pub kind: [u8; 4],
    /// What is in it, without the header.
    pub body: &'a [u8],
}

impl<'a> Box4<'a> {
    /// Splits bytes into consecutive boxes. Where no further box begins, or one is larger than what is there, the
    /// rest is left out: zeros, or whatever a recorder left behind its boxes. Damage beside the pictures is none of
    /// the pictures.
    pub(super) fn split(mut bytes: &'a [u8]) -> Vec<Self> {
        let mut boxes = Vec::new();
        while let Some((found, rest)) = Self::first(bytes) {
            boxes.push(found);
            bytes = rest;
        }
        boxes
    }

    /// The first box, and what is behind it. A box inside another has a size.
    fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        if bytes.starts_with(&[0; 4]) {
            return None;
        }
        let header = BoxHeader::read(bytes.get(..16).unwrap_or(bytes), bytes.len() as u64).ok()?;
        let (whole, rest) = bytes.split_at_checked(header.size as usize)?;
        Some((Self { kind: header.kind, body: whole.get(header.header_bytes as usize..)? }, rest))
    }

    /// Bytes behind the last box in this one and in those below it that hold boxes.
    pub(super) fn junk(&self) -> u64 {
        if !matches!(
            &self.kind,
            b"moov" | b"trak" | b"mdia" | b"minf" | b"stbl" | b"edts" | b"moof" | b"traf"
        ) {
            return 0;
        }
        let children = self.children();
        let used: usize = children.iter().map(|child| child.body.len() + HEADER_BYTES as usize).sum();
        let own = self.body.len().saturating_sub(used) as u64;
        children.iter().map(Self::junk).sum::<u64>() + own
    }

    /// The boxes inside this one.
    pub(super) fn children(&self) -> Vec<Self> {
        Self::split(self.body)
    }

    /// The first box of a kind inside this one.
    pub(super) fn child(&self, kind: &[u8; 4]) -> Option<Self> {
        self.children().into_iter().find(|child| child.kind == *kind)
    }

    /// The box at the end of a path of kinds.
    pub(super) fn at(&self, path: &[&[u8; 4]]) -> Option<Self> {
        path.iter().try_fold(*self, |parent, kind| parent.child(kind))
    }
}

/// One box with this content.
pub(crate) fn boxed(kind: &[u8; 4], body: &[u8]) -> Result<Vec<u8>, MediaError> {
    let size = u32::try_from(body.len() + 8).map_err(|_| MediaError::Malformed("a box is too large"))?;
    Ok([size.to_be_bytes().as_slice(), kind, body].concat())
}

/// A four-character code without its unprintable characters.
pub(super) fn printable(kind: &[u8; 4]) -> String {
    String::from_utf8_lossy(kind).chars().filter(char::is_ascii_graphic).collect()
}
