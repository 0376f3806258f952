//! Parameter sets of H.265 (ISO/IEC 23008-2 §7.3.2).
//!
//! Entry points: [`HevcSequence::read`], [`HevcPictureSet::read`]. Absent: what follows the fields in a VUI.

use super::{SequenceFacts, aspect_ratio, counted};
use crate::media::{bits::Bits, colour::Colour};

/// The first sequence parameter set in `hvcC` (ISO/IEC 14496-15 §8.3.3.1).
pub(super) fn first_set(hvcc: &[u8]) -> Option<&[u8]> {
    const SPS_NUT: u8 = 33;
    let arrays = *hvcc.get(22)?;
    let mut rest = hvcc.get(23..)?;
    for _ in 0..arrays {
        let (head, units) = rest.split_first_chunk::<3>()?;
        rest = units;
        for _ in 0..u16::from_be_bytes([head[1], head[2]]) {
            let (unit, tail) = counted(rest)?;
            rest = tail;
            if head[0] & 63 == SPS_NUT {
                return Some(unit);
            }
        }
    }
    None
}

/// What of a sequence parameter set matters to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HevcSequence {
    /// sps_seq_parameter_set_id.
    pub(crate) id: u32,
    /// What the container may not say.
    pub(crate) facts: SequenceFacts,
    /// general_profile_space to general_level_idc, as `hvcC` wants them.
    pub(crate) profile: [u8; 12],
    /// chroma_format_idc.
    pub(crate) chroma: u32,
    /// Bits of brightness and of colour, less 8.
    pub(crate) depths: (u32, u32),
    /// Temporal layers.
    pub(crate) layers: u32,
    /// Bits of slice_pic_order_cnt_lsb.
    pub(crate) poc_bits: u32,
    /// Whether slices say which colour they are of.
    pub(crate) separate_planes: bool,
}

impl HevcSequence {
    /// Reads a set (§7.3.2.2), its NAL unit head included.
    pub(crate) fn read(set: &[u8]) -> Option<Self> {
        let mut bits = Bits::of(set.get(2..)?);
        bits.skip(4)?;
        let sub_layers = bits.u(3).filter(|&more| more <= 6)?;
        bits.skip(1)?;
        let profile = profile_tier_level(&mut bits, sub_layers)?;
        let id = bits.ue_to(15)?;
        let chroma = bits.ue_to(3)?;
        let separate_planes = chroma == 3 && bits.flag()?;
        let (width, height) = (bits.ue_to(MAX_SIDE)?, bits.ue_to(MAX_SIDE)?);
        let mut crop = [0; 4];
        if bits.flag()? {
            for side in &mut crop {
                *side = bits.ue_to(MAX_SIDE)?;
            }
        }
        let unit = match chroma {
            1 => (2, 2),
            2 => (2, 1),
            _ => (1, 1),
        };
        let [left, right, top, bottom] = crop;
        let size = width
            .checked_sub(unit.0 * (left + right))
            .zip(height.checked_sub(unit.1 * (top + bottom)))
            .filter(|&(width, height)| width > 0 && height > 0);
        let depths = (bits.ue_to(8)?, bits.ue_to(8)?);
        let poc_bits = bits.ue_to(12)? + 4;
        let vui = behind_order_counts(&mut bits, sub_layers, poc_bits);
        let facts = SequenceFacts { size, ..vui.unwrap_or_default() };
        let layers = sub_layers + 1;
        Some(Self { id, facts, profile, chroma, depths, layers, poc_bits, separate_planes })
    }
}

/// The longest side in pixels.
const MAX_SIDE: u32 = 1 << 16;

/// What follows log2_max_pic_order_cnt_lsb, up to the VUI and what it says.
fn behind_order_counts(bits: &mut Bits, sub_layers: u32, poc_bits: u32) -> Option<SequenceFacts> {
    let first = if bits.flag()? { 0 } else { sub_layers };
    for _ in first..=sub_layers {
        for _ in 0..3 {
            bits.ue()?;
        }
    }
    for _ in 0..6 {
        bits.ue()?;
    }
    if bits.flag()? && bits.flag()? {
        hevc_scaling_lists(bits)?;
    }
    bits.skip(2)?;
    if bits.flag()? {
        bits.skip(8)?;
        bits.ue()?;
        bits.ue()?;
        bits.flag()?;
    }
    reference_picture_sets(bits)?;
    if bits.flag()? {
        for _ in 0..bits.ue_to(32)? {
            bits.u(poc_bits)?;
            bits.flag()?;
        }
    }
    bits.skip(2)?;
    if bits.flag()? { hevc_vui(bits) } else { Some(SequenceFacts::default()) }
}

/// What of a picture parameter set (§7.3.2.3) the head of a slice hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HevcPictureSet {
    /// pps_pic_parameter_set_id.
    pub(crate) id: u32,
    /// Which sequence parameter set it belongs to.
    pub(crate) sequence: u32,
    /// Whether slices say if their picture is shown.
    pub(crate) has_output_flag: bool,
    /// Bits of slices without a meaning.
    pub(crate) extra_bits: u32,
}

impl HevcPictureSet {
    /// Reads a set, its NAL unit head included.
    pub(crate) fn read(set: &[u8]) -> Option<Self> {
        let mut bits = Bits::of(set.get(2..)?);
        let (id, sequence) = (bits.ue_to(63)?, bits.ue_to(15)?);
        bits.flag()?;
        let has_output_flag = bits.flag()?;
        Some(Self { id, sequence, has_output_flag, extra_bits: bits.u(3)? })
    }
}

/// profile_tier_level (§7.3.3); gives its first 12 bytes.
fn profile_tier_level(bits: &mut Bits, sub_layers: u32) -> Option<[u8; 12]> {
    let mut profile_of = [0; 12];
    for byte in &mut profile_of {
        *byte = bits.u(8)? as u8;
    }
    let mut present = Vec::new();
    for _ in 0..sub_layers {
        present.push((bits.flag()?, bits.flag()?));
    }
    if sub_layers > 0 {
        bits.skip(2 * (8 - sub_layers))?;
    }
    for (profile, level) in present {
        bits.skip(if profile { 88 } else { 0 } + if level { 8 } else { 0 })?;
    }
    Some(profile_of)
}

/// scaling_list_data (§7.3.4).
fn hevc_scaling_lists(bits: &mut Bits) -> Option<()> {
    for size in 0..4 {
        for _ in 0..if size == 3 { 2 } else { 6 } {
            if !bits.flag()? {
                // scaling_list_pred_matrix_id_delta counts back to an earlier list: at most five.
                bits.ue_to(5)?;
                continue;
            }
            if size > 1 {
                bits.se()?;
            }
            for _ in 0..64.min(1 << (4 + (size << 1))) {
                bits.se()?;
            }
        }
    }
    Some(())
}

/// The sets of st_ref_pic_set (§7.3.7).
fn reference_picture_sets(bits: &mut Bits) -> Option<()> {
    const MAX_PICTURES: u32 = 16;
    let mut pictures = 0;
    for set in 0..bits.ue_to(64)? {
        if set > 0 && bits.flag()? {
            bits.flag()?;
            bits.ue()?;
            let mut kept = 0;
            for _ in 0..=pictures {
                // Either it is used now, or use_delta_flag keeps it for later.
                kept += u32::from(bits.flag()? || bits.flag()?);
            }
            pictures = kept;
        } else {
            let (before, after) = (bits.ue_to(MAX_PICTURES)?, bits.ue_to(MAX_PICTURES)?);
            pictures = before + after;
            for _ in 0..pictures {
                bits.ue()?;
                bits.flag()?;
            }
        }
        if pictures > MAX_PICTURES {
            return None;
        }
    }
    Some(())
}

/// vui_parameters (§E.2.1) up to field_seq_flag.
fn hevc_vui(bits: &mut Bits) -> Option<SequenceFacts> {
    const UNSPECIFIED: u32 = 2;
    let pixel_aspect = aspect_ratio(bits)?;
    if bits.flag()? {
        bits.flag()?;
    }
    let mut colour = None;
    if bits.flag()? {
        bits.skip(3)?;
        let full_range = bits.flag()?;
        let named = bits.flag()?;
        let mut code = || if named { bits.u(8) } else { Some(UNSPECIFIED) };
        let (primaries, transfer, matrix) = (code()? as u8, code()? as u8, code()? as u8);
        // The range alone is worth telling.
        let said = full_range || u32::from(matrix) != UNSPECIFIED;
        colour = said.then_some(Colour { primaries, transfer, matrix, full_range });
    }
    if bits.flag()? {
        bits.ue()?;
        bits.ue()?;
    }
    bits.flag()?;
    let interlaced = bits.flag()?;
    let timing = hevc_timing(bits);
    Some(SequenceFacts { size: None, timing, pixel_aspect, interlaced, colour })
}

/// vui_num_units_in_tick and vui_time_scale behind field_seq_flag.
fn hevc_timing(bits: &mut Bits) -> Option<(u32, u32)> {
    bits.flag()?;
    if bits.flag()? {
        for _ in 0..4 {
            bits.ue()?;
        }
    }
    if !bits.flag()? {
        return None;
    }
    let (tick, scale) = (bits.u(32)?, bits.u(32)?);
    (tick > 0 && scale > 0).then_some((tick, scale))
}
