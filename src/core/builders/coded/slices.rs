//! Heads of slices, as far as they say which picture a slice is of and when it is shown (ISO/IEC 14496-10 §7.3.3,
//! §8.2.1; ISO/IEC 23008-2 §7.3.6.1, §8.3.1).
//!
//! Entry points: [`avc_slice`], [`hevc_slice`], [`Counter`]. Absent: everything that a decoder needs.

use super::syntax::CodedSyntax;
use crate::media::{AvcSequence, Bits, HevcPictureSet, HevcSequence};

/// Bytes of a unit in which the head's beginning surely lies.
const HEAD_BYTES: usize = 64;

/// The head of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    /// It is the first of its picture or field.
    pub is_first: bool,
    /// Decoding can start at its picture.
    pub is_key: bool,
    /// Orders are counted anew from its picture on.
    pub restarts: bool,
    /// Later pictures count from its picture.
    pub is_counted_from: bool,
    /// The low bits of its order, and how many there are.
    pub order: Option<(u32, u32)>,
    /// For what may be a field: the frame's number, and whether it is the bottom one, if the head says that.
    pub field: Option<(u32, Option<bool>)>,
}

/// The picture parameter set that an H.264 slice names.
pub(super) fn avc_picture_set(unit: &[u8]) -> Option<u32> {
    let mut bits = Bits::of(unit.get(1..unit.len().min(HEAD_BYTES))?);
    bits.ue()?;
    bits.ue()?;
    bits.ue_to(255)
}

/// The head of an H.264 slice.
pub(super) fn avc_slice(unit: &[u8], set: &AvcSequence) -> Option<Slice> {
    let head = *unit.first()?;
    let (is_key, is_reference) = (head & 31 == 5, head & 0x60 != 0);
    let mut bits = Bits::of(unit.get(1..unit.len().min(HEAD_BYTES))?);
    let is_first = bits.ue()? == 0;
    bits.ue()?;
    bits.ue()?;
    if set.separate_planes {
        bits.skip(2)?;
    }
    let frame_num = bits.u(set.frame_num_bits)?;
    let is_field = set.facts.interlaced && bits.flag()?;
    let is_bottom = is_field && bits.flag()?;
    if is_key {
        bits.ue()?;
    }
    let order = match set.poc_bits {
        Some(count) => Some((bits.u(count)?, count)),
        None => None,
    };
    let field = is_field.then_some((frame_num, Some(is_bottom)));
    Some(Slice { is_first, is_key, restarts: is_key, is_counted_from: is_reference, order, field })
}

/// The picture parameter set that an H.265 slice names.
pub(super) fn hevc_picture_set(unit: &[u8]) -> Option<u32> {
    let kind = unit.first()? >> 1 & 63;
    let mut bits = Bits::of(unit.get(2..unit.len().min(HEAD_BYTES))?);
    bits.flag()?;
    if (16..24).contains(&kind) {
        bits.flag()?;
    }
    bits.ue_to(63)
}

/// The head of an H.265 slice; of one that is not the first of its picture only that.
pub(super) fn hevc_slice(unit: &[u8], set: &HevcSequence, pictures: &HevcPictureSet) -> Option<Slice> {
    let kind = unit.first()? >> 1 & 63;
    let layer = (unit.get(1)? & 7).saturating_sub(1);
    let mut bits = Bits::of(unit.get(2..unit.len().min(HEAD_BYTES))?);
    let is_first = bits.flag()?;
    let is_key = (16..24).contains(&kind);
    let restarts = matches!(kind, 16..=20);
    // RADL, RASL and pictures that no other of their layer needs are not counted from (§8.3.1).
    let is_counted_from = layer == 0 && !matches!(kind, 6..=9) && (kind > 15 || kind % 2 == 1);
    let mut slice = Slice { is_first, is_key, restarts, is_counted_from, order: None, field: None };
    if !is_first {
        return Some(slice);
    }
    if is_key {
        bits.flag()?;
    }
    bits.ue()?;
    bits.skip(pictures.extra_bits)?;
    bits.ue()?;
    if pictures.has_output_flag {
        bits.flag()?;
    }
    if set.separate_planes {
        bits.skip(2)?;
    }
    // An IDR picture has order 0, and does not say so.
    slice.order =
        Some(if matches!(kind, 19 | 20) { (0, set.poc_bits) } else { (bits.u(set.poc_bits)?, set.poc_bits) });
    Some(slice)
}

/// Makes whole orders out of their low bits (§8.2.1.1; §8.3.1), or out of kinds of pictures.
#[derive(Debug, Default)]
pub(super) struct Counter {
    high: i64,
    low: i64,
    anchors: i64,
}

impl Counter {
    /// The order of a picture that says none: one of two directions is shown before the picture that it follows, which
    /// is no such one (ISO/IEC 13818-2 §6.1.1.11, ISO/IEC 14496-2 §6.1.3.8).
    fn count_by_kind(&mut self, slice: &Slice) -> i64 {
        if slice.is_counted_from {
            self.anchors += 2;
            return self.anchors;
        }
        self.anchors - 1
    }

    /// The order of a picture, and how often orders were counted anew before it.
    pub(super) fn order(&mut self, syntax: CodedSyntax, restarts: u32, slice: &Slice) -> Option<(u32, i64)> {
        let order = match syntax {
            CodedSyntax::Avc | CodedSyntax::Hevc => slice.order.map(|order| self.count(order, slice)),
            CodedSyntax::Visual | CodedSyntax::Mpeg2 => Some(self.count_by_kind(slice)),
        };
        order.map(|order| (restarts, order))
    }

    fn count(&mut self, (low, bits): (u32, u32), slice: &Slice) -> i64 {
        if slice.restarts {
            (self.high, self.low) = (0, 0);
        }
        let (low, wrap) = (i64::from(low), 1i64 << bits.min(16));
        let high = if slice.restarts {
            0
        } else if low < self.low && self.low - low >= wrap / 2 {
            self.high + wrap
        } else if low > self.low && low - self.low > wrap / 2 {
            self.high - wrap
        } else {
            self.high
        };
        if slice.is_counted_from {
            (self.high, self.low) = (high, low);
        }
        high + low
    }
}
