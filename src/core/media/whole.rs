//! Samples that are no NAL units: whether decoding can start at one, as it says itself. What a container says of that
//! is often missing or wrong.
//!
//! Entry points: [`is_vp9_key`], [`is_av1_key`], [`mpeg_kind`]. Absent: everything that a decoder needs.

use super::{nal::PictureKind, start_codes};

/// Whether a VP9 sample begins with a key frame (VP9 bitstream specification §6.2, uncompressed_header).
pub(super) fn is_vp9_key(data: &[u8]) -> Option<bool> {
    let first = *data.first()?;
    if first >> 6 != 2 {
        return None;
    }
    let profile = (first >> 5 & 1) | (first >> 4 & 1) << 1;
    // Profile 3 has a reserved bit more.
    let at = if profile == 3 { 5 } else { 4 };
    let bit = |n: u8| first >> (7 - n) & 1;
    let (existing, frame_type) = (bit(at), bit(at + 1));
    Some(existing == 0 && frame_type == 0)
}

/// Whether an AV1 sample begins with a key frame (AV1 bitstream specification §5.3, §5.9.2).
pub(super) fn is_av1_key(mut data: &[u8]) -> Option<bool> {
    const FRAME_HEADER: u8 = 3;
    const FRAME: u8 = 6;
    loop {
        let (&head, rest) = data.split_first()?;
        let (kind, has_extension, has_size) = (head >> 3 & 15, head & 4 != 0, head & 2 != 0);
        let rest = if has_extension { rest.get(1..)? } else { rest };
        let (size, rest) = if has_size { leb128(rest)? } else { (rest.len(), rest) };
        let (body, next) = rest.split_at_checked(size)?;
        if kind == FRAME_HEADER || kind == FRAME {
            let first = *body.first()?;
            // show_existing_frame, then two bits of frame_type.
            return Some(first & 0x80 == 0 && first >> 5 & 3 == 0);
        }
        data = next;
    }
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (n, &byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 127) << (7 * n);
        if byte & 128 == 0 {
            return Some((value, bytes.get(n + 1..)?));
        }
    }
    None
}

/// How the picture of a sample of MPEG-4 part 2 (vop_coding_type, ISO/IEC 14496-2 table 6-20) or of MPEG-1 and MPEG-2
/// video (picture_coding_type, ISO/IEC 13818-2 table 6-12) is coded; nothing if the sample holds none.
pub(super) fn mpeg_kind(data: &[u8], is_visual: bool) -> Option<PictureKind> {
    let picture =
        start_codes::units(data).find(|unit| unit.first() == Some(&if is_visual { 0xB6 } else { 0 }))?;
    let kind = if is_visual { picture.get(1)? >> 6 } else { (picture.get(2)? >> 3 & 7).wrapping_sub(1) };
    Some(match kind {
        0 => PictureKind::Key,
        1 => PictureKind::Predicted,
        2 => PictureKind::Bipredicted,
        _ => PictureKind::Dependent,
    })
}
