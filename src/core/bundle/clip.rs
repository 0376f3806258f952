//! One clip on its way out of a bundle, a piece at a time and in any order (FORMAT.md §4, §7.4).
//!
//! Entry point: [`ClipCheck`], which [`super::open`] gives out. Absent: threads and files; the command line
//! and the worker bring their own.

use super::{
    content::Content,
    segment::{ClipError, PIECE_SEGMENTS, SEGMENT_CHUNKS, segments_span},
};
use crate::crypto::{MessageKey, PREFIX_BYTES};

/// CRC-32 of one piece of an entry, to be combined in order.
#[derive(Clone)]
pub struct PieceCrc(crc32fast::Hasher);

/// Checks one clip, piece by piece, in any order.
pub struct ClipCheck<'a> {
    content: &'a Content,
    key: MessageKey,
    prefix: crc32fast::Hasher,
}

impl<'a> ClipCheck<'a> {
    pub(super) fn new(content: &'a Content, key: MessageKey, prefix: &[u8; PREFIX_BYTES]) -> Self {
        let mut crc = crc32fast::Hasher::new();
        crc.update(prefix);
        Self { content, key, prefix: crc }
    }

    /// Number of pieces.
    pub fn piece_count(&self) -> u64 {
        self.content.piece_count()
    }

    /// Where piece `index` lies in the message: offset and length.
    pub fn span(&self, index: u64) -> Option<(u64, usize)> {
        segments_span(self.content.bytes, index.checked_mul(PIECE_SEGMENTS)?, PIECE_SEGMENTS)
    }

    /// Decrypts and checks one piece in place: sealed bytes in, plaintext out.
    pub fn open(&self, index: u64, buf: &mut Vec<u8>) -> Result<PieceCrc, ClipError> {
        let mut crc = crc32fast::Hasher::new();
        crc.update(buf);
        self.key.open_run(index * PIECE_SEGMENTS * SEGMENT_CHUNKS, buf)?;
        self.check(index, buf, crc)
    }

    /// As [`Self::open`], for a piece that the platform decrypted.
    pub fn opened(&self, index: u64, sealed: &[u8], plain: &[u8]) -> Result<PieceCrc, ClipError> {
        let mut crc = crc32fast::Hasher::new();
        crc.update(sealed);
        self.check(index, plain, crc)
    }

    fn check(&self, index: u64, plain: &[u8], crc: crc32fast::Hasher) -> Result<PieceCrc, ClipError> {
        // The last piece of a clip of whole pieces holds only the empty last chunk, and no segment.
        self.content.check_segments(index * PIECE_SEGMENTS, plain)?;
        Ok(PieceCrc(crc))
    }

    /// Compares the CRC-32 of the entry; `pieces` are those of all pieces in order.
    pub fn finish(&self, pieces: impl IntoIterator<Item = PieceCrc>, crc32: u32) -> Result<(), ClipError> {
        let mut crc = self.prefix.clone();
        for PieceCrc(piece) in pieces {
            crc.combine(&piece);
        }
        if crc.finalize() == crc32 { Ok(()) } else { Err(ClipError::Crc) }
    }
}
