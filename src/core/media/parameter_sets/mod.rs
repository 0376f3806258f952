//! What a sequence parameter set says and the container does not: shape of a pixel, fields, colours. Read by checked
//! code of our own, for a crate that panics on an odd set would take the worker with it.
//!
//! Entry points: [`SequenceFacts::of_avc`], [`SequenceFacts::of_hevc`]; [`AvcSequence`], [`HevcSequence`] and
//! [`MpegSequence`] for one set. Absent: everything else that the sets say. A set that cannot be read to its end says
//! nothing: the decoder will have its own opinion of it.

mod avc;
mod hevc;
mod mpeg;
mod reorder;

pub(crate) use avc::AvcSequence;
pub(crate) use hevc::{HevcPictureSet, HevcSequence};
pub(crate) use mpeg::MpegSequence;
pub(crate) use reorder::with_reorder;

use super::{
    bits::Bits,
    colour::{Colour, sensible},
};

/// sample_aspect_ratio by aspect_ratio_idc (ISO/IEC 23008-2 table E.1, ISO/IEC 14496-10 table E-1).
const SAMPLE_ASPECT_RATIOS: [(u32, u32); 17] = [
    (0, 0),
    (1, 1),
    (12, 11),
    (10, 11),
    (16, 11),
    (40, 33),
    (24, 11),
    (20, 11),
    (32, 11),
    (80, 33),
    (18, 11),
    (15, 11),
    (64, 33),
    (160, 99),
    (4, 3),
    (3, 2),
    (2, 1),
];

/// What we take from a sequence parameter set.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct SequenceFacts {
    /// Width and height of a picture in pixels, without what is cut off at its edges.
    pub(crate) size: Option<(u32, u32)>,
    /// Units of a tick and units a second, as the VUI says them.
    pub(crate) timing: Option<(u32, u32)>,
    pub(crate) pixel_aspect: Option<(u32, u32)>,
    pub(crate) interlaced: bool,
    pub(crate) colour: Option<Colour>,
}

impl SequenceFacts {
    /// From the first set in `avcC` (ISO/IEC 14496-15 §5.3.3.1).
    pub(crate) fn of_avc(avcc: &[u8]) -> Self {
        first_avc_set(avcc).and_then(AvcSequence::read).map(|set| set.facts).unwrap_or_default()
    }

    /// From the first set in `hvcC` (ISO/IEC 14496-15 §8.3.3.1).
    pub(crate) fn of_hevc(hvcc: &[u8]) -> Self {
        hevc::first_set(hvcc).and_then(HevcSequence::read).map(|set| set.facts).unwrap_or_default()
    }
}

/// A length of two bytes and what it counts; gives what follows as well.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

pub(super) fn first_avc_set(avcc: &[u8]) -> Option<&[u8]> {
    let sets = avcc.get(5)? & 31;
    let (set, _) = counted(avcc.get(6..)?)?;
    (sets > 0).then_some(set)
}

/// aspect_ratio_info of a VUI, in both codecs alike. The outer `None` is the end of the bits.
fn aspect_ratio(bits: &mut Bits) -> Option<Option<(u32, u32)>> {
    const EXTENDED_SAR: u32 = 255;
    if !bits.flag()? {
        return Some(None);
    }
    let (h, v) = match bits.u(8)? {
        EXTENDED_SAR => (bits.u(16)?, bits.u(16)?),
        idc => SAMPLE_ASPECT_RATIOS.get(idc as usize).copied().unwrap_or_default(),
    };
    Some(sensible(h, v))
}
