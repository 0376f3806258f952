//! A picture track: its coded pictures in decoding order, in their own timescale (ISO/IEC 14496-12 §8.6).
//!
//! Entry point: [`VideoTrack`]. Absent: order of presentation ([`super::Pictures`]).

use super::{
    codec::Codec,
    limits::{MAX_SAMPLE_BYTES, MAX_SPAN, is_sensible},
    pieces::{Pieces, Run},
    turn::Turn,
};

/// One coded picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Offset in the clip.
    pub offset: u64,
    /// Bytes.
    pub size: u32,
    /// Presentation time in timescale units, from the start of the presentation.
    pub pts: i64,
    /// Duration in timescale units.
    pub duration: u32,
    /// Which of the track's configurations the decoder needs for it, from 0.
    pub configuration: u16,
    /// Whether decoding can start here.
    pub is_sync: bool,
    /// Where it lies, if not in one piece.
    pub pieces: Pieces,
    /// The file does not hold its bytes, though it holds later ones.
    pub is_missing: bool,
}

/// A picture track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoTrack {
    /// For the decoder; at least one. Samples say which of them they need.
    pub configurations: Vec<Codec>,
    /// Units per second.
    pub timescale: u32,
    /// How its pictures are turned for display.
    pub turn: Turn,
    /// In decoding order.
    pub samples: Vec<Sample>,
    /// What the pieces of samples are made of.
    pub runs: Vec<Run>,
    /// Samples that the tables name and the file does not hold. Those at the end are not among the samples:
    /// it was cut off.
    pub missing: usize,
    /// Pictures that the edit list leaves out (§8.6.6). They are shown all the same: a reviewer sees what is there.
    pub left_out: usize,
    /// Where on the time line the edit list begins to show pictures, in timescale units.
    pub edit_start: i64,
    /// The edit list puts several stretches together. They are shown where the media has them, so that
    /// nothing is left out; times behind the first stretch differ from those of other players.
    pub has_cuts: bool,
}

impl VideoTrack {
    /// What the decoder is told first.
    pub fn codec(&self) -> &Codec {
        #[expect(clippy::indexing_slicing, reason = "there is at least one")]
        &self.configurations[0]
    }

    /// When the first picture that is shown begins, in units, and the units in a second.
    pub(super) fn begin(&self) -> Option<(i64, u32)> {
        let is_shown = |s: &&Sample| s.pts.saturating_add(i64::from(s.duration)) > self.edit_start;
        let shown = self.samples.iter().filter(is_shown).map(|s| s.pts).min();
        let first = shown.or_else(|| self.samples.iter().map(|s| s.pts).min());
        Some((first?, self.timescale))
    }

    /// Whether every picture has its bytes in a clip of `clip_bytes` bytes or is marked as missing, at a time and of
    /// a size that a camera has, under a configuration that is there (FORMAT.md §12.5).
    pub(super) fn is_good(&self, clip_bytes: u64) -> bool {
        let is_good = |s: &Sample| {
            let span = s.pieces.span(&self.runs, s.size);
            let is_inside = s.offset.checked_add(span).is_some_and(|end| end <= clip_bytes);
            s.size <= MAX_SAMPLE_BYTES
                && span <= MAX_SPAN
                && is_sensible(s.pts, self.timescale)
                && usize::from(s.configuration) < self.configurations.len()
                && s.is_missing != is_inside
        };
        self.timescale > 0
            && self.turn.is_whole()
            && !self.samples.is_empty()
            && self.samples.iter().all(is_good)
    }

    /// What the decoder must have been told for a sample.
    pub fn codec_of(&self, sample: &Sample) -> &Codec {
        self.configurations.get(usize::from(sample.configuration)).unwrap_or(self.codec())
    }

    /// Offset and number of the bytes that [`Self::gather`] takes a sample out of.
    pub fn span(&self, sample: &Sample) -> (u64, usize) {
        (sample.offset, sample.pieces.span(&self.runs, sample.size) as usize)
    }

    /// A sample's own bytes, out of its span.
    pub fn gather(&self, sample: &Sample, span: Vec<u8>) -> Vec<u8> {
        sample.pieces.gather(&self.runs, span)
    }

    /// Width to height of one pixel as it is shown upright.
    pub fn pixel_aspect(&self) -> (u32, u32) {
        let (h, v) = self.codec().pixel_aspect;
        if self.turn.is_sideways() { (v, h) } else { (h, v) }
    }
}
