//! How many pictures a decoder of H.264 must hold back before it gives the first in order. Where a sequence parameter
//! set does not say it, decoders guess, and lose pictures after every jump; the clip's own times say it.
//!
//! Entry point: [`with_reorder`]. Absent: H.265, which always says it.

use bitstream_io::{BigEndian, BitWrite, BitWriter};

use super::{
    aspect_ratio,
    avc::{Head, skip_to_timing},
    counted,
};
use crate::media::bits::Bits;

/// An `avcC` whose sequence parameter sets say that so many pictures are held back; `None` if they all say so many or
/// more, or cannot be read.
pub(crate) fn with_reorder(avcc: &[u8], frames: u32) -> Option<Vec<u8>> {
    let (head, mut rest) = avcc.split_at_checked(6)?;
    let mut out = head.to_vec();
    let mut is_changed = false;
    for _ in 0..head[5] & 31 {
        let (set, tail) = counted(rest)?;
        let changed = changed_set(set, frames);
        is_changed |= changed.is_some();
        let set = changed.as_deref().unwrap_or(set);
        out.extend_from_slice(&u16::try_from(set.len()).ok()?.to_be_bytes());
        out.extend_from_slice(set);
        rest = tail;
    }
    out.extend_from_slice(rest);
    is_changed.then_some(out)
}

/// As [`with_reorder`], of one set.
fn changed_set(set: &[u8], frames: u32) -> Option<Vec<u8>> {
    let (&kind, payload) = set.split_first()?;
    let mut bits = Bits::of(payload);
    let head = Head::read(&mut bits)?;
    let at = bits.position()?;
    let (kept, has_vui) = if bits.flag()? { (restriction(&mut bits, frames)?, true) } else { (at, false) };
    let mut writer = BitWriter::endian(Vec::new(), BigEndian);
    let mut source = Bits::of(payload);
    for _ in 0..kept {
        writer.write_bit(source.flag()?).ok()?;
    }
    if !has_vui {
        // It is there, and says nothing else (§E.1.1): eight flags.
        writer.write_bit(true).ok()?;
        writer.write::<8, u8>(0).ok()?;
    }
    // bitstream_restriction_flag, then motion_vectors_over_pic_boundaries_flag; no limits of sizes.
    writer.write::<2, u8>(3).ok()?;
    for number in [0, 0, 16, 16, frames, frames.max(head.most_referenced).max(1)] {
        write_ue(&mut writer, number)?;
    }
    // rbsp_trailing_bits.
    writer.write_bit(true).ok()?;
    writer.byte_align().ok()?;
    let mut out = vec![kind];
    protect(&writer.into_writer(), &mut out);
    Some(out)
}

/// Where bitstream_restriction_flag stands, behind vui_parameters_present_flag; `None` if it says as many frames.
fn restriction(bits: &mut Bits, frames: u32) -> Option<u64> {
    aspect_ratio(bits)?;
    skip_to_timing(bits)?;
    if bits.flag()? {
        bits.skip(65)?;
    }
    let mut has_buffers = false;
    for _ in 0..2 {
        if bits.flag()? {
            has_buffers = true;
            let count = bits.ue_to(31)? + 1;
            bits.skip(8)?;
            for _ in 0..count {
                bits.ue()?;
                bits.ue()?;
                bits.skip(1)?;
            }
            bits.skip(20)?;
        }
    }
    bits.skip(if has_buffers { 2 } else { 1 })?;
    let at = bits.position()?;
    if bits.flag()? {
        bits.skip(1)?;
        for _ in 0..4 {
            bits.ue()?;
        }
        if bits.ue()? >= frames {
            return None;
        }
    }
    Some(at)
}

fn write_ue(writer: &mut BitWriter<Vec<u8>, BigEndian>, number: u32) -> Option<()> {
    let code = number.checked_add(1)?;
    let length = u32::BITS - code.leading_zeros();
    writer.write_var(length - 1, 0u32).ok()?;
    writer.write_var(length, code).ok()
}

/// Adds a payload with emulation prevention (§7.4.1).
fn protect(payload: &[u8], out: &mut Vec<u8>) {
    let mut zeros = 0;
    for &byte in payload {
        if zeros >= 2 && byte <= 3 {
            out.push(3);
            zeros = 0;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        out.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::bits::plain;

    /// As ffmpeg's libx264 writes it for 320 × 240: High, with a VUI that says 2 frames.
    const SAID: &str = "6764000cacd94141fb0110000003001000000301e0f1429960";

    #[test]
    fn what_is_said_stays_and_what_is_not_is_added() {
        let set: Vec<u8> = data_encoding::HEXLOWER.decode(SAID.as_bytes()).unwrap_or_default();
        let avcc = [&[1, 0x64, 0, 13, 0xFF, 0xE1, 0, set.len() as u8], set.as_slice(), &[0]].concat();
        assert_eq!(with_reorder(&avcc, 2), None);
        let more = with_reorder(&avcc, 3).unwrap_or_default();
        assert_eq!(with_reorder(&more, 3), None);
        assert!(with_reorder(&more, 4).is_some());
        assert_eq!(plain(&[0, 0, 3, 1, 0, 0, 3, 0]), [0, 0, 1, 0, 0, 0]);
        let mut out = Vec::new();
        protect(&[0, 0, 1, 0, 0, 0], &mut out);
        assert_eq!(out, [0, 0, 3, 1, 0, 0, 3, 0]);
    }
}
