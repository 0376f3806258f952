//! Codec names (RFC 6381) and decoder configuration from a sample entry of `stsd`.
//!
//! Entry point: [`codec`]. Absent: the samples.

use super::boxes::{Box4, printable};
use crate::media::{Codec, Colour, MediaError, SequenceFacts, sensible};

/// Bytes of a VisualSampleEntry before its boxes (ISO/IEC 14496-12 §12.1.3).
const VISUAL_ENTRY_BYTES: usize = 78;

/// Reads the first sample entry of a video track's `stsd`.
pub(super) fn codec(stsd: &Box4<'_>) -> Result<Codec, MediaError> {
    let bad = MediaError::Malformed("the sample description is cut off");
    let entries = Box4::split(stsd.body.get(8..).ok_or(MediaError::Malformed("stsd"))?)?;
    let entry = entries.first().ok_or(MediaError::NoVideo)?;
    let kind = String::from_utf8_lossy(&entry.kind).into_owned();
    let fixed = entry.body.get(..VISUAL_ENTRY_BYTES).ok_or(bad)?;
    let side = |at: usize| u32::from(fixed[at]) << 8 | u32::from(fixed[at + 1]);
    let (width, height) = (side(24), side(26));
    let boxes = Box4::split(&entry.body[VISUAL_ENTRY_BYTES..])?;
    let config = |name: &[u8; 4]| boxes.iter().find(|b| b.kind == *name).map(|b| b.body);
    let (name, description) = match &entry.kind {
        b"avc1" | b"avc3" => {
            let avcc = config(b"avcC").ok_or(MediaError::Malformed("avcC is missing"))?;
            let [_, profile, compatibility, level, ..] = avcc else {
                return Err(MediaError::Malformed("avcC"));
            };
            (format!("{kind}.{profile:02x}{compatibility:02x}{level:02x}"), avcc)
        }
        b"hvc1" | b"hev1" => {
            let hvcc = config(b"hvcC").ok_or(MediaError::Malformed("hvcC is missing"))?;
            (hevc_name(&kind, hvcc)?, hvcc)
        }
        b"vp09" => {
            let vpcc = config(b"vpcC").ok_or(MediaError::Malformed("vpcC is missing"))?;
            let [_, _, _, _, profile, level, depth, ..] = vpcc else {
                return Err(MediaError::Malformed("vpcC"));
            };
            (format!("vp09.{profile:02}.{level:02}.{:02}", depth >> 4), [].as_slice())
        }
        b"av01" => {
            let av1c = config(b"av1C").ok_or(MediaError::Malformed("av1C is missing"))?;
            let [_, profile, flags, ..] = av1c else { return Err(MediaError::Malformed("av1C")) };
            let tier = if flags & 0x80 == 0 { 'M' } else { 'H' };
            let depth = match flags & 0x60 {
                0 => 8,
                0x40 => 10,
                _ => 12,
            };
            (format!("av01.{}.{:02}{tier}.{depth:02}", profile >> 5, profile & 31), av1c)
        }
        kind => return Err(MediaError::Codec(printable(kind))),
    };
    let from_stream = match &entry.kind {
        b"avc1" | b"avc3" => SequenceFacts::of_avc(description),
        b"hvc1" | b"hev1" => SequenceFacts::of_hevc(description),
        // What we need of other codecs, the container carries.
        _ => SequenceFacts::default(),
    };
    let pixel_aspect = config(b"pasp").and_then(pasp).or(from_stream.pixel_aspect).unwrap_or((1, 1));
    let interlaced = from_stream.interlaced;
    let colour = config(b"colr").and_then(nclx).or(from_stream.colour);
    Ok(Codec { name, description: description.to_vec(), width, height, pixel_aspect, interlaced, colour })
}

/// Width and height of a pixel (`pasp`, ISO/IEC 14496-12 §12.1.4); nothing if it is no sensible ratio.
pub(super) fn pasp(body: &[u8]) -> Option<(u32, u32)> {
    let (h, rest) = body.split_first_chunk::<4>()?;
    let (v, _) = rest.split_first_chunk::<4>()?;
    sensible(u32::from_be_bytes(*h), u32::from_be_bytes(*v))
}

/// `colr` with `nclx` (ISO/IEC 14496-12 §12.1.5); profiles of other kinds say nothing that a decoder needs.
pub(super) fn nclx(body: &[u8]) -> Option<Colour> {
    let [b'n', b'c', b'l', b'x', _, primaries, _, transfer, _, matrix, range, ..] = *body else {
        return None;
    };
    Some(Colour { primaries, transfer, matrix, full_range: range & 0x80 != 0 })
}

/// `hvc1.1.6.L93.B0` from `hvcC` (ISO/IEC 14496-15 annex E.3).
fn hevc_name(kind: &str, hvcc: &[u8]) -> Result<String, MediaError> {
    let head: &[u8; 13] = hvcc.first_chunk().ok_or(MediaError::Malformed("hvcC"))?;
    let space = ["", "A", "B", "C"][usize::from(head[1] >> 6)];
    let tier = if head[1] & 0x20 == 0 { 'L' } else { 'H' };
    let profile = head[1] & 31;
    let compatibility = u32::from_be_bytes([head[2], head[3], head[4], head[5]]).reverse_bits();
    let mut name = format!("{kind}.{space}{profile}.{compatibility:x}.{tier}{}", head[12]);
    let constraints = &head[6..12];
    let used = constraints.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    for byte in &constraints[..used] {
        name.push_str(&format!(".{byte:X}"));
    }
    Ok(name)
}
