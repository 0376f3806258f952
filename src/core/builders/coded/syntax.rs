//! Which stream it is, and what its units are for.
//!
//! Entry point: [`CodedSyntax`]. Absent: what a unit says.

use crate::media::MpegSequence;

/// vop_start_code.
pub(super) const VOP: u8 = 0xB6;
/// picture_start_code.
pub(super) const PICTURE: u8 = 0x00;
/// sequence_header_code.
pub(super) const SEQUENCE: u8 = 0xB3;
/// group_start_code.
pub(super) const GROUP: u8 = 0xB8;

/// Which stream it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builders) enum CodedSyntax {
    /// H.264.
    Avc,
    /// H.265.
    Hevc,
    /// MPEG-4 part 2.
    Visual,
    /// MPEG-1 and MPEG-2 video.
    Mpeg2,
}

/// What a unit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It begins what belongs to the next picture.
    Before,
    /// Part of a picture.
    Slice,
    /// Anything else.
    Other,
}

impl CodedSyntax {
    /// What a unit is for (table 7-1 in both standards; §7.4.1.2.3, §7.4.2.4.4).
    pub(super) fn role(self, unit: &[u8]) -> Role {
        let Some(&head) = unit.first() else { return Role::Other };
        match self {
            Self::Avc => match head & 31 {
                1 | 2 | 5 => Role::Slice,
                6..=9 | 14..=18 => Role::Before,
                _ => Role::Other,
            },
            // Units of other layers belong to the picture of the first.
            Self::Hevc if head & 1 != 0 || unit.get(1).is_none_or(|second| second >> 3 != 0) => Role::Other,
            Self::Hevc => match head >> 1 {
                0..=31 => Role::Slice,
                32..=35 | 39 | 41..=44 | 48..=55 => Role::Before,
                _ => Role::Other,
            },
            Self::Visual => match head {
                VOP => Role::Slice,
                0..=0x2F | 0xB0 | 0xB3 | 0xB5 => Role::Before,
                _ => Role::Other,
            },
            Self::Mpeg2 => match head {
                PICTURE => Role::Slice,
                SEQUENCE | GROUP => Role::Before,
                _ => Role::Other,
            },
        }
    }

    /// Whether it is made of NAL units.
    pub(super) fn is_nal(self) -> bool {
        matches!(self, Self::Avc | Self::Hevc)
    }

    /// Units of a tick of its timing are one picture, or two of them are (H.264).
    pub(super) fn ticks_of_a_picture(self) -> u64 {
        if self == Self::Avc { 2 } else { 1 }
    }

    /// The syntax of a stream that begins with this unit, if its kind is of one alone.
    pub(in crate::builders) fn of(unit: &[u8]) -> Option<Self> {
        let (&head, &second) = (unit.first()?, unit.get(1)?);
        let is_hevc_set = matches!(head, 0x40 | 0x42 | 0x44 | 0x46) && second == 1;
        match head & 0x9F {
            _ if is_hevc_set => Some(Self::Hevc),
            _ if head == SEQUENCE && unit.len() >= 8 => Some(Self::Mpeg2),
            // Other layers have codes that are NAL units as well.
            _ if head == 0x20 && is_layer(unit) => Some(Self::Visual),
            7 if head & 0x60 != 0 => Some(Self::Avc),
            9 if unit.len() <= 4 => Some(Self::Avc),
            _ => None,
        }
    }
}

/// Whether a unit is a video object layer with a sensible picture.
pub(super) fn is_layer(unit: &[u8]) -> bool {
    let is_layer = unit.first().is_some_and(|code| (0x20..0x30).contains(code));
    is_layer && MpegSequence::of_layer(unit).is_some_and(|layer| layer.facts.size.is_some())
}
