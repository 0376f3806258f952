//! One sample of a picture track, looked into: is it whole, does it hold a picture, can decoding start there?
//!
//! Entry point: [`prepare`], behind [`super::Codec::prepare`]. H.264 (ISO/IEC 14496-10 table 7-1) and H.265 (ISO/IEC
//! 23008-2 table 7-1) samples are NAL units with lengths or start codes; VP9 and AV1 samples go through as they are
//! (`whole`). Absent: parameter sets, slice data.

use serde::{Deserialize, Serialize};

use super::{bits::Bits, error::MediaError, start_codes};

/// How a picture was coded, as far as its first slice tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    /// Decoding can start here: IDR, other random access picture, key frame.
    Key,
    /// Coded without other pictures (I).
    Intra,
    /// From earlier pictures (P).
    Predicted,
    /// From two directions (B).
    Bipredicted,
    /// The codec does not say in a place that we read.
    Dependent,
}

/// A sample as a decoder takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decodable {
    /// The bytes.
    pub data: Vec<u8>,
    /// How it was coded.
    pub kind: PictureKind,
    /// An H.265 picture that needs what comes before the random access picture that it follows (RASL).
    pub skipped_at_start: bool,
    /// No other picture needs it (H.264: nal_ref_idc is 0), so it can be left out on the way to a later one.
    pub discardable: bool,
}

impl Decodable {
    /// Whether decoding can start here.
    pub fn is_key(&self) -> bool {
        self.kind == PictureKind::Key
    }
}

/// Which NAL unit syntax a track has.
#[derive(Clone, Copy)]
pub(super) enum Syntax {
    Avc,
    Hevc,
}

impl Syntax {
    /// Whether a slice is the first of its picture or field: first_mb_in_slice is 0, or
    /// first_slice_segment_in_pic_flag is 1. Both begin with a set bit.
    fn begins_picture(self, unit: &[u8]) -> bool {
        let header_bytes = match self {
            Self::Avc => 1,
            Self::Hevc => 2,
        };
        unit.get(header_bytes).is_some_and(|byte| byte & 0x80 != 0)
    }

    /// H.265 has pictures without references too, but only within their temporal layer; those are all kept.
    fn may_be_referenced(self, first: u8) -> bool {
        match self {
            Self::Avc => first & 0x60 != 0,
            Self::Hevc => true,
        }
    }

    /// The units in a unit: some cameras put whole pictures, with start codes, into a prefix unit (type 14).
    fn unwrapped(self, unit: &[u8]) -> Vec<&[u8]> {
        const PREFIX: u8 = 14;
        let is_prefix = matches!(self, Self::Avc) && unit.first().is_some_and(|first| first & 31 == PREFIX);
        match is_prefix && start_codes::find(unit, 0).is_some() {
            true => start_codes::units(unit).filter(|unit| !unit.is_empty()).collect(),
            false => vec![unit],
        }
    }

    /// Whether a unit is a message, or of another layer than the one that is shown. No message changes a picture but
    /// that of one encoder, whose 4:4:4 pictures decoders read in another way where it is there.
    fn is_left_out(self, unit: &[u8]) -> bool {
        /// user_data_unregistered, and the UUID that x264 writes.
        const X264: [u8; 16] = *b"\xDC\x45\xE9\xBD\xE6\xD9\x48\xB7\x96\x2C\xD8\x20\xD9\x23\xEE\xEF";
        let Some((&first, rest)) = unit.split_first() else { return true };
        match self {
            Self::Avc if first & 31 == 6 => {
                let is_x264 = rest.first() == Some(&5)
                    && rest.get(1..20).is_some_and(|head| head.windows(16).any(|window| window == X264));
                !is_x264
            }
            Self::Avc => false,
            Self::Hevc => {
                let layer = (first & 1) << 5 | rest.first().map_or(0, |second| second >> 3);
                layer != 0 || matches!(first >> 1 & 63, 39 | 40)
            }
        }
    }

    fn most_first_slices(self) -> usize {
        match self {
            Self::Avc => 2,
            Self::Hevc => 1,
        }
    }
}

/// How the units of a sample are told apart.
#[derive(Clone, Copy)]
pub(super) struct Framing<'a> {
    pub syntax: Syntax,
    /// Bytes of the length before each unit; what comes back always has them.
    pub length_bytes: usize,
    /// The sample has start codes instead.
    pub start_codes: bool,
    /// The sequence parameter set of H.264 that the decoder knows already, perhaps with more in it than the stream's.
    pub known: Option<&'a [u8]>,
}

/// Looks into a sample of NAL units; `None` if it holds no picture. Messages (SEI) are left out of what comes back. A
/// sample whose lengths do not add up is refused; zeros between and behind units are padding.
pub(super) fn prepare(framing: Framing<'_>, data: &[u8]) -> Result<Option<Decodable>, MediaError> {
    const TORN: MediaError = MediaError::Malformed("a picture's lengths do not add up");
    let Framing { syntax, length_bytes, start_codes, known } = framing;
    let units = match start_codes {
        true => start_codes::units(data).filter(|unit| !unit.is_empty()).collect(),
        false => by_length(length_bytes, data).ok_or(TORN)?,
    };
    let (mut kept, mut picture, mut skipped_at_start) = (Vec::with_capacity(data.len() + 16), None, false);
    let (mut first_slices, mut referenced) = (0, false);
    for unit in units.into_iter().flat_map(|unit| syntax.unwrapped(unit)) {
        let &first = unit.first().ok_or(TORN)?;
        if syntax.is_left_out(unit) || (matches!(syntax, Syntax::Avc) && known == Some(unit)) {
            continue;
        }
        let found = match syntax {
            Syntax::Avc => avc_picture(first & 31, unit),
            Syntax::Hevc => hevc_picture(first >> 1 & 63),
        };
        skipped_at_start |= matches!(syntax, Syntax::Hevc) && matches!(first >> 1 & 63, 8 | 9);
        referenced |= found.is_some() && syntax.may_be_referenced(first);
        first_slices += usize::from(found.is_some() && syntax.begins_picture(unit));
        // Two fields may share a sample (ISO/IEC 14496-15 §5.3.4.2.1), two pictures never do.
        if first_slices > syntax.most_first_slices() {
            return Err(TORN);
        }
        picture = picture.or(found);
        let length = u32::try_from(unit.len()).map_err(|_| TORN)?.to_be_bytes();
        kept.extend_from_slice(length.get(4 - length_bytes.min(4)..).unwrap_or_default());
        kept.extend_from_slice(unit);
    }
    let discardable = !referenced;
    Ok(picture.map(|kind| Decodable { data: kept, kind, skipped_at_start, discardable }))
}

/// The units of a sample, each behind its length; `None` if the lengths do not add up. Zeros behind them are padding.
pub(crate) fn by_length(length_bytes: usize, data: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut units, mut rest) = (Vec::new(), data);
    while rest.iter().any(|&byte| byte != 0) {
        let (prefix, tail) = rest.split_at_checked(length_bytes)?;
        let length = prefix.iter().fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
        let (unit, tail) = tail.split_at_checked(length)?;
        rest = tail;
        if !unit.is_empty() {
            units.push(unit);
        }
    }
    Some(units)
}

/// The kind of picture an H.264 NAL unit is part of, if it is a slice.
fn avc_picture(unit_type: u8, unit: &[u8]) -> Option<PictureKind> {
    match unit_type {
        5 => Some(PictureKind::Key),
        1 | 2 => {
            // §7.3.3: first_mb_in_slice, slice_type, in the first few bytes.
            let mut bits = Bits::of(unit.get(1..unit.len().min(16)).unwrap_or_default());
            Some(match bits.ue().and_then(|_| bits.ue()).map(|slice_type| slice_type % 5) {
                Some(0 | 3) => PictureKind::Predicted,
                Some(1) => PictureKind::Bipredicted,
                Some(2 | 4) => PictureKind::Intra,
                _ => PictureKind::Dependent,
            })
        }
        3 | 4 => Some(PictureKind::Dependent),
        _ => None,
    }
}

/// The kind of picture an H.265 NAL unit is part of, if it is a slice.
fn hevc_picture(unit_type: u8) -> Option<PictureKind> {
    match unit_type {
        16..=21 => Some(PictureKind::Key),
        0..=9 => Some(PictureKind::Dependent),
        _ => None,
    }
}
