//! What a stream of MPEG-4 part 2 (ISO/IEC 14496-2 §6.2.3) or of MPEG-1 and MPEG-2 video (ISO/IEC 11172-2 §2.4.2.3,
//! 13818-2 §6.2.2) begins with. Their units have no emulation prevention.
//!
//! Entry point: [`MpegSequence`]. Absent: everything that only a decoder needs.

use super::{SAMPLE_ASPECT_RATIOS, SequenceFacts};
use crate::media::{bits::Bits, colour::sensible, timescale::gcd};

/// What of a stream's head matters to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MpegSequence {
    /// What the container may not say. A tick is the time of a picture.
    pub(crate) facts: SequenceFacts,
    /// It is MPEG-1: there is no extension.
    pub(crate) is_first: bool,
}

impl MpegSequence {
    /// Reads a video object layer, its code included.
    pub(crate) fn of_layer(unit: &[u8]) -> Option<Self> {
        let mut bits = Bits::plain(unit.get(1..)?);
        bits.skip(9)?;
        let version = if bits.flag()? { (bits.u(4)?, bits.u(3)?).0 } else { 1 };
        let pixel_aspect = match bits.u(4)? {
            15 => sensible(bits.u(8)?, bits.u(8)?),
            // The first values of the other codecs' table (table 6-12).
            idc @ 1..=5 => SAMPLE_ASPECT_RATIOS.get(idc as usize).and_then(|&(h, v)| sensible(h, v)),
            _ => None,
        };
        if bits.flag()? {
            bits.skip(3)?;
            if bits.flag()? {
                bits.skip(79)?;
            }
        }
        let shape = bits.u(2)?;
        if shape == 3 && version != 1 {
            bits.skip(4)?;
        }
        let marker = |bits: &mut Bits| bits.flag()?.then_some(());
        marker(&mut bits)?;
        let resolution = bits.u(16)?;
        marker(&mut bits)?;
        let mut timing = None;
        if bits.flag()? {
            let tick = bits.u((u32::BITS - resolution.saturating_sub(1).leading_zeros()).max(1))?;
            timing = (tick > 0 && resolution > 0).then_some((tick, resolution));
        }
        // Only rectangles have a size here (§6.2.3).
        if shape != 0 {
            return None;
        }
        marker(&mut bits)?;
        let width = bits.u(13)?;
        marker(&mut bits)?;
        let height = bits.u(13)?;
        marker(&mut bits)?;
        let interlaced = bits.flag()?;
        let size = (width > 0 && height > 0).then_some((width, height));
        Some(Self {
            facts: SequenceFacts { size, timing, pixel_aspect, interlaced, colour: None },
            is_first: false,
        })
    }

    /// Reads a sequence header, its code included, and the sequence extension behind it, if there is one.
    pub(crate) fn of_header(header: &[u8], extension: Option<&[u8]>) -> Option<Self> {
        let mut bits = Bits::plain(header.get(1..)?);
        let (mut width, mut height) = (bits.u(12)?, bits.u(12)?);
        let (aspect, rate) = (bits.u(4)?, bits.u(4)?);
        let mut interlaced = false;
        if let Some(extension) = extension {
            let mut bits = Bits::plain(extension.get(1..)?);
            bits.skip(12)?;
            interlaced = !bits.flag()?;
            bits.skip(2)?;
            width |= bits.u(2)? << 12;
            height |= bits.u(2)? << 12;
        }
        // Of MPEG-2 it is the shape of the whole picture (table 6-3); MPEG-1's pixels are taken for square.
        let shape = match aspect {
            2 => Some((4, 3)),
            3 => Some((16, 9)),
            _ => None,
        };
        let pixel_aspect = shape.filter(|_| extension.is_some()).and_then(|(h, v): (u32, u32)| {
            let (h, v) = (h * height, v * width);
            let common = gcd(h.into(), v.into()).max(1) as u32;
            sensible(h / common, v / common)
        });
        // Table 6-4.
        let timing = match rate {
            1 => Some((1001, 24_000)),
            2 => Some((1, 24)),
            3 => Some((1, 25)),
            4 => Some((1001, 30_000)),
            5 => Some((1, 30)),
            6 => Some((1, 50)),
            7 => Some((1001, 60_000)),
            8 => Some((1, 60)),
            _ => None,
        };
        let size = (width > 0 && height > 0).then_some((width, height));
        let facts = SequenceFacts { size, timing, pixel_aspect, interlaced, colour: None };
        Some(Self { facts, is_first: extension.is_none() })
    }
}
