//! The tables of a clip, as the office signed them.
//!
//! Entry point: [`IndexReader`]. Absent: files of any kind; the office made the tables of them when it sealed.

use fuin_core::{Index, IndexBeginning, Timestamp};

use super::source::ClipSource;
use crate::{
    fault::{Code, Fault},
    worker::vault::{Vault, wrong_order},
};

/// Reads the index of one clip, a segment at a time.
pub struct IndexReader {
    source: ClipSource,
    clip_bytes: u64,
    read: Vec<u8>,
    segments: u64,
}

impl IndexReader {
    /// The index of clip `clip` of the admitted bundle; refused outside the period.
    pub async fn open(vault: &Vault, clip: usize, now: Timestamp) -> Result<Self, Fault> {
        let (admitted, _) = vault.admitted()?;
        let entry = admitted.verified().manifest().clips.get(clip).ok_or_else(wrong_order)?;
        let clip_bytes = entry.content.bytes;
        Ok(Self {
            source: ClipSource::open_index(vault, clip, now).await?,
            clip_bytes,
            read: Vec::new(),
            segments: 0,
        })
    }

    /// What the first segment says; nothing if it is all there is, or if it says too little.
    pub async fn beginning(&mut self) -> Result<Option<IndexBeginning>, Fault> {
        self.read_segment().await?;
        let goes_on = self.segments < self.source.segment_count();
        Ok(goes_on.then(|| IndexBeginning::parse(&self.read, self.clip_bytes).ok()).flatten())
    }

    /// What is in the clip; refused if it cannot be played.
    pub async fn whole(mut self) -> Result<Index, Fault> {
        while self.segments < self.source.segment_count() {
            self.read_segment().await?;
        }
        Ok(Index::parse(&self.read, self.clip_bytes)?.playable()?)
    }

    async fn read_segment(&mut self) -> Result<(), Fault> {
        let segment = self.source.segment(self.segments).await.map_err(|fault| match fault.code {
            Code::SegmentAltered => Fault::new(Code::ManifestIndex, fault.cause),
            _ => fault,
        })?;
        self.read.extend_from_slice(&segment);
        self.segments += 1;
        Ok(())
    }
}
