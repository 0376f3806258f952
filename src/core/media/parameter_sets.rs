//! What a sequence parameter set says and the container does not: shape of a pixel, fields, colours. Read by checked
//! code of our own, for a crate that panics on an odd set would take the worker with it.
//!
//! Entry points: [`SequenceFacts::of_avc`], [`SequenceFacts::of_hevc`]. Absent: everything else that the sets say. A
//! set that cannot be read to its end says nothing: the decoder will have its own opinion of it.

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
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SequenceFacts {
    pub(crate) pixel_aspect: Option<(u32, u32)>,
    pub(crate) interlaced: bool,
    pub(crate) colour: Option<Colour>,
}

impl SequenceFacts {
    /// From the first set in `avcC` (ISO/IEC 14496-15 §5.3.3.1).
    pub(crate) fn of_avc(avcc: &[u8]) -> Self {
        first_avc_set(avcc).and_then(avc_facts).unwrap_or_default()
    }

    /// From the first set in `hvcC` (ISO/IEC 14496-15 §8.3.3.1).
    pub(crate) fn of_hevc(hvcc: &[u8]) -> Self {
        first_hevc_set(hvcc).and_then(hevc_facts).unwrap_or_default()
    }
}

/// A length of two bytes and what it counts; gives what follows as well.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

fn first_avc_set(avcc: &[u8]) -> Option<&[u8]> {
    let sets = avcc.get(5)? & 31;
    let (set, _) = counted(avcc.get(6..)?)?;
    (sets > 0).then_some(set)
}

fn first_hevc_set(hvcc: &[u8]) -> Option<&[u8]> {
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

/// seq_parameter_set_data (ISO/IEC 14496-10 §7.3.2.1.1) up to the shape of a pixel.
fn avc_facts(set: &[u8]) -> Option<SequenceFacts> {
    /// Profiles whose sets say the chroma format.
    const HIGH: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
    let mut bits = Bits::of(set.get(1..)?);
    let profile = bits.u(8)?;
    bits.skip(16)?;
    bits.ue_to(31)?;
    if HIGH.contains(&profile) {
        let chroma = bits.ue_to(3)?;
        if chroma == 3 {
            bits.flag()?;
        }
        bits.ue_to(6)?;
        bits.ue_to(6)?;
        bits.flag()?;
        if bits.flag()? {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                if bits.flag()? {
                    avc_scaling_list(&mut bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    bits.ue_to(12)?;
    match bits.ue_to(2)? {
        0 => drop(bits.ue_to(12)?),
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
    bits.ue()?;
    bits.flag()?;
    bits.ue()?;
    bits.ue()?;
    let frames_only = bits.flag()?;
    if !frames_only {
        bits.flag()?;
    }
    bits.flag()?;
    if bits.flag()? {
        for _ in 0..4 {
            bits.ue()?;
        }
    }
    let pixel_aspect = if bits.flag()? { aspect_ratio(&mut bits)? } else { None };
    // Colours the decoder, which is the browser's, reads from there by itself.
    Some(SequenceFacts { pixel_aspect, interlaced: !frames_only, colour: None })
}

/// scaling_list (§7.3.2.1.1.1).
fn avc_scaling_list(bits: &mut Bits, size: usize) -> Option<()> {
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

/// seq_parameter_set_rbsp (ISO/IEC 23008-2 §7.3.2.2) up to the fields.
fn hevc_facts(set: &[u8]) -> Option<SequenceFacts> {
    let mut bits = Bits::of(set.get(2..)?);
    bits.skip(4)?;
    let sub_layers = bits.u(3).filter(|&more| more <= 6)?;
    bits.skip(1)?;
    profile_tier_level(&mut bits, sub_layers)?;
    bits.ue_to(15)?;
    if bits.ue_to(3)? == 3 {
        bits.flag()?;
    }
    bits.ue()?;
    bits.ue()?;
    if bits.flag()? {
        for _ in 0..4 {
            bits.ue()?;
        }
    }
    bits.ue_to(8)?;
    bits.ue_to(8)?;
    let poc_bits = bits.ue_to(12)? + 4;
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
        hevc_scaling_lists(&mut bits)?;
    }
    bits.skip(2)?;
    if bits.flag()? {
        bits.skip(8)?;
        bits.ue()?;
        bits.ue()?;
        bits.flag()?;
    }
    reference_picture_sets(&mut bits)?;
    if bits.flag()? {
        for _ in 0..bits.ue_to(32)? {
            bits.u(poc_bits)?;
            bits.flag()?;
        }
    }
    bits.skip(2)?;
    if bits.flag()? { hevc_vui(&mut bits) } else { Some(SequenceFacts::default()) }
}

/// profile_tier_level (§7.3.3).
fn profile_tier_level(bits: &mut Bits, sub_layers: u32) -> Option<()> {
    bits.skip(88 + 8)?;
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
    Some(())
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
    Some(SequenceFacts { pixel_aspect, interlaced, colour })
}
