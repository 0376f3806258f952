//! Sequence parameter sets of H.264 (ISO/IEC 14496-10 §7.3.2.1.1).
//!
//! Entry point: [`AvcSequence::read`]. Absent: picture parameter sets.

use super::{SequenceFacts, aspect_ratio};
use crate::media::bits::Bits;

/// Profiles whose sets say the chroma format.
const HIGH: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// What of a sequence parameter set matters to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AvcSequence {
    /// seq_parameter_set_id.
    pub(crate) id: u32,
    /// What the container may not say.
    pub(crate) facts: SequenceFacts,
    /// Bits of frame_num in a slice's head.
    pub(crate) frame_num_bits: u32,
    /// Bits of pic_order_cnt_lsb, where pictures have one (pic_order_cnt_type 0).
    pub(crate) poc_bits: Option<u32>,
    /// Whether slices say which colour they are of.
    pub(crate) separate_planes: bool,
}

impl AvcSequence {
    /// Reads a set, its NAL unit head included.
    pub(crate) fn read(set: &[u8]) -> Option<Self> {
        let mut bits = Bits::of(set.get(1..)?);
        let Head { id, size, interlaced, frame_num_bits, poc_bits, separate_planes, .. } =
            Head::read(&mut bits)?;
        let has_vui = bits.flag()?;
        let pixel_aspect = if has_vui { aspect_ratio(&mut bits)? } else { None };
        let timing = if has_vui { timing(&mut bits) } else { None };
        // Colours the decoder, which is the browser's, reads from there by itself.
        let facts = SequenceFacts { size, timing, pixel_aspect, interlaced, colour: None };
        Some(Self { id, facts, frame_num_bits, poc_bits, separate_planes })
    }
}

/// What stands before vui_parameters_present_flag.
pub(super) struct Head {
    id: u32,
    size: Option<(u32, u32)>,
    interlaced: bool,
    frame_num_bits: u32,
    poc_bits: Option<u32>,
    separate_planes: bool,
    /// max_num_ref_frames.
    pub(super) most_referenced: u32,
}

impl Head {
    /// Reads it behind the NAL unit head.
    pub(super) fn read(bits: &mut Bits) -> Option<Self> {
        let profile = bits.u(8)?;
        bits.skip(16)?;
        let id = bits.ue_to(31)?;
        let (chroma, separate_planes) = if HIGH.contains(&profile) { chroma(bits)? } else { (1, false) };
        let frame_num_bits = bits.ue_to(12)? + 4;
        let poc_bits = order_counts(bits)?;
        let most_referenced = bits.ue()?;
        bits.flag()?;
        let (width, height) = (bits.ue_to(MAX_BLOCKS)? + 1, bits.ue_to(MAX_BLOCKS)? + 1);
        let frames_only = bits.flag()?;
        if !frames_only {
            bits.flag()?;
        }
        bits.flag()?;
        let mut crop = [0; 4];
        if bits.flag()? {
            for side in &mut crop {
                *side = bits.ue_to(16 * MAX_BLOCKS)?;
            }
        }
        let fields = if frames_only { 1 } else { 2 };
        // One unit of the crop is one sample of the colours, and in fields two lines (§7.4.2.1.1).
        let unit = match chroma {
            _ if separate_planes => (1, fields),
            1 => (2, 2 * fields),
            2 => (2, fields),
            _ => (1, fields),
        };
        let [left, right, top, bottom] = crop;
        let size = (16 * width)
            .checked_sub(unit.0 * (left + right))
            .zip((16 * fields * height).checked_sub(unit.1 * (top + bottom)))
            .filter(|&(width, height)| width > 0 && height > 0);
        let interlaced = !frames_only;
        Some(Self { id, size, interlaced, frame_num_bits, poc_bits, separate_planes, most_referenced })
    }
}

/// Blocks of 16 pixels along the longest side.
const MAX_BLOCKS: u32 = 1 << 12;

/// chroma_format_idc, and whether the colours are coded each for itself; passes over depths and scaling lists.
fn chroma(bits: &mut Bits) -> Option<(u32, bool)> {
    let chroma = bits.ue_to(3)?;
    let separate = chroma == 3 && bits.flag()?;
    bits.ue_to(6)?;
    bits.ue_to(6)?;
    bits.flag()?;
    if bits.flag()? {
        for list in 0..if chroma == 3 { 12 } else { 8 } {
            if bits.flag()? {
                scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Some((chroma, separate))
}

/// Bits of pic_order_cnt_lsb; none where orders are counted another way. The outer `None` is the end of the bits.
fn order_counts(bits: &mut Bits) -> Option<Option<u32>> {
    match bits.ue_to(2)? {
        0 => return Some(Some(bits.ue_to(12)? + 4)),
        1 => {
            bits.flag()?;
            bits.se()?;
            bits.se()?;
            for _ in 0..bits.ue_to(255)? {
                bits.se()?;
            }
        }
        _ => {}
    }
    Some(None)
}

/// Passes over what stands between a VUI's aspect ratio and timing_info_present_flag (§E.1.1).
pub(super) fn skip_to_timing(bits: &mut Bits) -> Option<()> {
    if bits.flag()? {
        bits.flag()?;
    }
    if bits.flag()? {
        bits.skip(4)?;
        if bits.flag()? {
            bits.skip(24)?;
        }
    }
    if bits.flag()? {
        bits.ue()?;
        bits.ue()?;
    }
    Some(())
}

/// num_units_in_tick and time_scale of a VUI behind its aspect ratio, of sensible size.
fn timing(bits: &mut Bits) -> Option<(u32, u32)> {
    skip_to_timing(bits)?;
    if !bits.flag()? {
        return None;
    }
    let (tick, scale) = (bits.u(32)?, bits.u(32)?);
    (tick > 0 && scale > 0).then_some((tick, scale))
}

/// scaling_list (§7.3.2.1.1.1).
fn scaling_list(bits: &mut Bits, size: usize) -> Option<()> {
    let (mut last, mut next) = (8i32, 8i32);
    for _ in 0..size {
        if next != 0 {
            let delta = bits.se().filter(|delta| (-128..=127).contains(delta))?;
            next = (last + delta + 256) % 256;
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}
