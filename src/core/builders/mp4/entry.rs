//! Codec names (RFC 6381) and decoder configuration from a sample entry of `stsd`.
//!
//! Entry points: [`codecs`], [`codec_of_configuration`]. Absent: the samples.

use super::{
    boxes::{Box4, printable},
    sound,
};
use crate::builders::coded::{CodedSyntax, hevc_name, mpeg_configuration};
use crate::media::{Codec, Colour, MediaError, SequenceFacts, sensible};

/// Bytes of a VisualSampleEntry before its boxes (ISO/IEC 14496-12 §12.1.3).
const VISUAL_ENTRY_BYTES: usize = 78;

/// Reads the sample entries of a video track's `stsd`. The first must be understood; one behind it that is not counts
/// as the first.
pub(super) fn codecs(stsd: &Box4<'_>) -> Result<Vec<Codec>, MediaError> {
    let entries = Box4::split(stsd.body.get(8..).ok_or(MediaError::Malformed("stsd"))?);
    let (first, others) = entries.split_first().ok_or(MediaError::NoVideo)?;
    let first = codec(first)?;
    let others = others.iter().map(|entry| codec(entry).unwrap_or_else(|_| first.clone()));
    Ok([first.clone()].into_iter().chain(others).collect())
}

fn codec(entry: &Box4<'_>) -> Result<Codec, MediaError> {
    let bad = MediaError::Malformed("the sample description is cut off");
    let fixed = entry.body.get(..VISUAL_ENTRY_BYTES).ok_or(bad)?;
    let side = |at: usize| u32::from(fixed[at]) << 8 | u32::from(fixed[at + 1]);
    let boxes = Box4::split(&entry.body[VISUAL_ENTRY_BYTES..]);
    let child = |name: &[u8; 4]| boxes.iter().find(|b| b.kind == *name).map(|b| b.body);
    let size = (side(24), side(26));
    match &entry.kind {
        b"jpeg" => return Ok(Codec::jpeg(size.0, size.1)),
        b"mp4v" => return mpeg(child(b"esds"), size, child(b"pasp").and_then(pasp)),
        kind => {
            if let Some(object) = quicktime_mpeg(kind) {
                return mpeg_of(object, &[], size, child(b"pasp").and_then(pasp));
            }
        }
    }
    let (kind, name, missing) = match &entry.kind {
        b"avc1" | b"avc3" => (entry.kind, b"avcC", "avcC"),
        // As some recorders write it.
        b"H264" | b"h264" => (*b"avc1", b"avcC", "avcC"),
        b"hvc1" | b"hev1" => (entry.kind, b"hvcC", "hvcC"),
        b"vp09" => (entry.kind, b"vpcC", "vpcC"),
        b"av01" => (entry.kind, b"av1C", "av1C"),
        kind => return Err(MediaError::Codec(printable(kind))),
    };
    let configuration = child(name).and_then(|body| codec_of_configuration(&kind, body));
    let said = match configuration {
        Some(said) => said,
        // The first picture may have what is missing.
        None if matches!(&kind, b"avc1" | b"avc3" | b"hvc1" | b"hev1") => unsaid(&kind),
        None => return Err(MediaError::Malformed(missing)),
    };
    Ok(Codec {
        width: if size.0 > 0 { size.0 } else { said.width },
        height: if size.1 > 0 { size.1 } else { said.height },
        pixel_aspect: child(b"pasp").and_then(pasp).unwrap_or(said.pixel_aspect),
        colour: child(b"colr").and_then(nclx).or(said.colour),
        ..said
    })
}

/// `mp4v`: of which kind it is, objectTypeIndication says (ISO/IEC 14496-1 table 5).
fn mpeg(
    esds: Option<&[u8]>,
    (width, height): (u32, u32),
    aspect: Option<(u32, u32)>,
) -> Result<Codec, MediaError> {
    let (object, config) = esds.and_then(sound::esds).ok_or(MediaError::Malformed("esds"))?;
    mpeg_of(object, config.unwrap_or_default(), (width, height), aspect)
}

/// objectTypeIndication of what QuickTime files name by codes of their own: MPEG-1, and MPEG-2 as cameras of HDV and
/// XDCAM write it.
fn quicktime_mpeg(kind: &[u8; 4]) -> Option<u8> {
    match kind {
        b"m1v " | b"m1v1" | b"mp1v" | b"mpeg" => Some(0x6A),
        b"m2v1" | b"mp2v" | b"mpg2" => Some(0x61),
        [b'h', b'd', b'v', _] | [b'x', b'd', b'v', _] | [b'x', b'd', b'5', _] | [b'x', b'd', b'h', _] => {
            Some(0x61)
        }
        [b'm', b'x', b'3' | b'4' | b'5', b'n' | b'p'] => Some(0x61),
        _ => None,
    }
}

fn mpeg_of(
    object: u8,
    units: &[u8],
    (width, height): (u32, u32),
    aspect: Option<(u32, u32)>,
) -> Result<Codec, MediaError> {
    let syntax = match object {
        0x20 => CodedSyntax::Visual,
        0x60..=0x65 | 0x6A => CodedSyntax::Mpeg2,
        0x6C => return Ok(Codec::jpeg(width, height)),
        _ => return Err(MediaError::Codec(format!("mp4v.{object:02X}"))),
    };
    let said = mpeg_configuration(syntax, units).unwrap_or(Codec {
        name: format!("mp4v.{object:02X}"),
        description: units.to_vec(),
        ..Codec::jpeg(width, height)
    });
    let size = if width > 0 && height > 0 { (width, height) } else { (said.width, said.height) };
    let pixel_aspect = aspect.unwrap_or(said.pixel_aspect);
    Ok(Codec { width: size.0, height: size.1, pixel_aspect, ..said })
}

/// A codec of which only the kind is known.
pub(in crate::builders) fn unsaid(kind: &[u8; 4]) -> Codec {
    Codec {
        name: printable(kind),
        description: Vec::new(),
        start_codes: false,
        width: 0,
        height: 0,
        pixel_aspect: (1, 1),
        interlaced: false,
        colour: None,
    }
}

/// What the body of `avcC`, `hvcC`, `vpcC` or `av1C` says, for a sample entry of this kind. Its size is the
/// stream's own, or 0.
pub(in crate::builders) fn codec_of_configuration(kind: &[u8; 4], body: &[u8]) -> Option<Codec> {
    let word = String::from_utf8_lossy(kind).into_owned();
    let (name, facts) = match kind {
        b"avc1" | b"avc3" => {
            let [_, profile, compatibility, level, ..] = *body else { return None };
            (format!("{word}.{profile:02x}{compatibility:02x}{level:02x}"), SequenceFacts::of_avc(body))
        }
        b"hvc1" | b"hev1" => (hevc_name(&word, body).ok()?, SequenceFacts::of_hevc(body)),
        b"vp09" => {
            let [_, _, _, _, profile, level, depth, ..] = *body else { return None };
            (format!("vp09.{profile:02}.{level:02}.{:02}", depth >> 4), SequenceFacts::default())
        }
        _ => {
            let [_, profile, flags, ..] = *body else { return None };
            let tier = if flags & 0x80 == 0 { 'M' } else { 'H' };
            let depth = match flags & 0x60 {
                0 => 8,
                0x40 => 10,
                _ => 12,
            };
            (format!("av01.{}.{:02}{tier}.{depth:02}", profile >> 5, profile & 31), SequenceFacts::default())
        }
    };
    // VP9 has no configuration of its own; what we need of it, the container carries.
    let description = if kind == b"vp09" { Vec::new() } else { body.to_vec() };
    Some(Codec {
        name,
        description,
        start_codes: false,
        width: facts.size.map_or(0, |size| size.0),
        height: facts.size.map_or(0, |size| size.1),
        pixel_aspect: facts.pixel_aspect.unwrap_or((1, 1)),
        interlaced: facts.interlaced,
        colour: facts.colour,
    })
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
