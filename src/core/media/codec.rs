//! Codec names (RFC 6381) and decoder configuration from a sample entry of `stsd`.
//!
//! Entry point: [`Codec::from_stsd`]. Absent: the samples ([`super::nal`]).

use super::{
    boxes::Box4,
    colour::{Colour, nclx, pasp},
    error::MediaError,
    nal::{Decodable, PictureKind, Syntax, prepare},
    parameter_sets::SequenceFacts,
};

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
    /// Width to height of one pixel (`pasp`, else the sequence parameter set): 1 to 1 unless somebody says otherwise.
    pub pixel_aspect: (u32, u32),
    /// Whether pictures may be made of two fields.
    pub interlaced: bool,
    /// What the numbers of a picture mean as colours (`colr`, else the sequence parameter set of H.265), if it is said.
    pub colour: Option<Colour>,
}

/// Bytes of a VisualSampleEntry before its boxes (ISO/IEC 14496-12 §12.1.3).
const VISUAL_ENTRY_BYTES: usize = 78;

impl Codec {
    /// Reads the first sample entry of a video track's `stsd`.
    pub(super) fn from_stsd(stsd: &Box4<'_>) -> Result<Self, MediaError> {
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
            _ => return Err(MediaError::Codec(kind.chars().filter(char::is_ascii_graphic).collect())),
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
        Ok(Self { name, description: description.to_vec(), width, height, pixel_aspect, interlaced, colour })
    }

    /// Whether it is H.265.
    pub fn is_hevc(&self) -> bool {
        self.name.starts_with("hvc") || self.name.starts_with("hev")
    }

    fn is_avc(&self) -> bool {
        self.name.starts_with("avc")
    }

    /// Bytes of the length before each NAL unit (ISO/IEC 14496-15 §5.3.3.1, §8.3.3.1); `None` where samples
    /// have no such units.
    pub fn nal_length_bytes(&self) -> Option<usize> {
        self.nal_units().map(|(_, length_bytes)| length_bytes)
    }

    /// What the NAL units are, and the bytes of the length before each.
    fn nal_units(&self) -> Option<(Syntax, usize)> {
        let (syntax, at) =
            if self.is_avc() { (Syntax::Avc, 4) } else { self.is_hevc().then_some((Syntax::Hevc, 21))? };
        Some((syntax, usize::from(self.description.get(at)? & 3) + 1))
    }

    /// Prepares a sample for the decoder; `None` if it holds no picture. Recorders mark samples as sync that hold no
    /// random access picture, and write messages (SEI), such as the signatures of ONVIF Media Signing, on which
    /// decoders fail; no message changes a picture, so they stay out. A sample whose lengths do not add up was
    /// not written by any encoder: nothing of it is decoded.
    pub fn prepare(&self, data: Vec<u8>, is_sync: bool) -> Result<Option<Decodable>, MediaError> {
        if let Some((syntax, length_bytes)) = self.nal_units() {
            return prepare(syntax, length_bytes, &data);
        }
        let kind = if is_sync { PictureKind::Key } else { PictureKind::Dependent };
        let whole = Decodable { data, kind, skipped_at_start: false, discardable: false };
        Ok((!whole.data.is_empty()).then_some(whole))
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
