//! A clip from its first to its last byte, each piece checked against the office's signature.
//!
//! Entry point: [`CheckedClip`]. Absent: what becomes of the pieces, and how long anybody wants them.

use fuin_core::{ClipCheck, EntryPlace, PieceCrc};

use super::{play::ClipSource, vault::Vault};
use crate::{fault::Fault, platform::clock};

/// Reads one clip.
pub struct CheckedClip<'a> {
    source: ClipSource,
    check: ClipCheck<'a>,
    place: EntryPlace,
    read: Vec<PieceCrc>,
}

impl<'a> CheckedClip<'a> {
    /// Begins with the clip `index` and the check that was begun for it. Refused outside the period.
    pub async fn open(
        vault: &Vault,
        index: usize,
        (check, place): (ClipCheck<'a>, EntryPlace),
    ) -> Result<Self, Fault> {
        let source = ClipSource::open(vault, index, clock::now()).await?;
        Ok(Self { source, check, place, read: Vec::new() })
    }

    /// The next piece; none after the last, and then the whole clip is what the office sealed.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let piece = self.read.len() as u64;
        if piece == self.source.piece_count() {
            self.check.finish(self.read.iter().cloned(), self.place.crc32)?;
            return Ok(None);
        }
        let (sealed, plain) = self.source.piece(piece).await?;
        self.read.push(self.check.opened(piece, &sealed.to_vec(), &plain)?);
        Ok(Some(plain))
    }

    /// Which part of its pieces was read.
    pub fn part(&self) -> f64 {
        self.read.len() as f64 / self.source.piece_count() as f64
    }
}
