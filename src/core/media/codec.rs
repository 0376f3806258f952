//! Codec names (RFC 6381) and decoder configuration from a sample entry of `stsd`.
//!
//! Entry point: [`Codec::from_stsd`]. Absent: parameter sets beyond what the name needs.

use super::{MediaError, boxes::Box4};

/// What a decoder must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codec {
    /// As WebCodecs wants it: `avc1.4d401f`.
    pub name: String,
    /// Body of `avcC`, `hvcC` or `av1C`; empty where the codec has none.
    pub description: Vec<u8>,
    /// Coded width in pixels.
    pub width: u32,
    /// Coded height in pixels.
    pub height: u32,
}

/// A sample as a decoder takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decodable {
    /// The bytes.
    pub data: Vec<u8>,
    /// Whether decoding can start here.
    pub is_key: bool,
}

/// NAL unit type of supplemental enhancement information.
const SEI: u8 = 6;

/// Bytes of a VisualSampleEntry before its boxes (ISO/IEC 14496-12 §12.1.3).
const VISUAL_ENTRY_BYTES: usize = 78;

impl Codec {
    /// Reads the first sample entry of a video track's `stsd`.
    pub fn from_stsd(stsd: &Box4<'_>) -> Result<Self, MediaError> {
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
            _ => return Err(MediaError::Codec(kind.chars().filter(|c| c.is_ascii_graphic()).collect())),
        };
        Ok(Self { name, description: description.to_vec(), width, height })
    }
}

impl Codec {
    /// Prepares a sample for the decoder; `None` if it holds no picture. H.264 samples are looked into (ISO/IEC 14496-10
    /// table 7-1), because recorders mark samples as sync that hold no IDR picture, and write messages (SEI), such as
    /// the signatures of ONVIF Media Signing, on which decoders fail. No message changes a picture, so they stay out.
    pub fn prepare(&self, data: Vec<u8>, is_sync: bool) -> Option<Decodable> {
        let Some(length_bytes) = self.nal_length_bytes() else {
            return Some(Decodable { data, is_key: is_sync });
        };
        let (mut kept, mut picture, mut idr) = (Vec::with_capacity(data.len()), false, false);
        let mut rest = data.as_slice();
        while let Some((prefix, tail)) = rest.split_at_checked(length_bytes) {
            let length = prefix.iter().fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
            let Some((unit, tail)) = tail.split_at_checked(length) else { break };
            let kind = unit.first().map_or(0, |byte| byte & 31);
            picture |= (1..=5).contains(&kind);
            idr |= kind == 5;
            if kind != SEI {
                kept.extend_from_slice(prefix);
                kept.extend_from_slice(unit);
            }
            rest = tail;
        }
        picture.then_some(Decodable { data: kept, is_key: is_sync && idr })
    }

    /// Bytes of the length before each NAL unit, for H.264 (ISO/IEC 14496-15 §5.3.3.1).
    fn nal_length_bytes(&self) -> Option<usize> {
        let sizes = self.description.get(4).filter(|_| self.name.starts_with("avc"))?;
        Some(usize::from(sizes & 3) + 1)
    }
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
