//! Codec names (RFC 6381) and decoder configuration from a sample entry of `stsd`.
//!
//! Entry point: [`Codec::from_stsd`]. Absent: the samples ([`super::nal`]).

use h264_reader::{avcc::AvcDecoderConfigurationRecord, nal::sps::FrameMbsFlags};
use scuffle_h265::{AspectRatioInfo, HEVCDecoderConfigurationRecord, NALUnitType, SpsNALUnit};

use super::{
    boxes::Box4,
    error::MediaError,
    nal::{Decodable, PictureKind, Syntax, prepare},
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

/// Code points of ISO/IEC 23091-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// ColourPrimaries.
    pub primaries: u8,
    /// TransferCharacteristics.
    pub transfer: u8,
    /// MatrixCoefficients.
    pub matrix: u8,
    /// VideoFullRangeFlag: black is 0 and not 16.
    pub full_range: bool,
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
        let from_stream = SequenceFacts::of(&name, description);
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

/// Width and height of a pixel (`pasp`, ISO/IEC 14496-12 §12.1.4); nothing if it is no sensible ratio.
fn pasp(body: &[u8]) -> Option<(u32, u32)> {
    let (h, rest) = body.split_first_chunk::<4>()?;
    let (v, _) = rest.split_first_chunk::<4>()?;
    sensible(u32::from_be_bytes(*h), u32::from_be_bytes(*v))
}

/// `colr` with `nclx` (ISO/IEC 14496-12 §12.1.5); profiles of other kinds say nothing that a decoder needs.
fn nclx(body: &[u8]) -> Option<Colour> {
    let [b'n', b'c', b'l', b'x', _, primaries, _, transfer, _, matrix, range, ..] = *body else {
        return None;
    };
    Some(Colour { primaries, transfer, matrix, full_range: range & 0x80 != 0 })
}

/// A pixel eight times as wide as high is a mistake or an attack.
fn sensible(h: u32, v: u32) -> Option<(u32, u32)> {
    let wide = |a: u32, b: u32| u64::from(a) > 8 * u64::from(b);
    (h > 0 && v > 0 && !wide(h, v) && !wide(v, h)).then_some((h, v))
}

/// sample_aspect_ratio by aspect_ratio_idc (ISO/IEC 23008-2 table E.1).
const SAMPLE_ASPECT_RATIOS: [(u16, u16); 17] = [
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

/// What the sequence parameter set says and the container does not.
#[derive(Default)]
struct SequenceFacts {
    pixel_aspect: Option<(u32, u32)>,
    interlaced: bool,
    colour: Option<Colour>,
}

impl SequenceFacts {
    /// Looks into `avcC` and `hvcC`; other codecs carry what we need in the container. A set that cannot be read says
    /// nothing: the decoder will have its own opinion of it.
    fn of(name: &str, description: &[u8]) -> Self {
        match name.get(..3) {
            Some("avc") => Self::of_avc(description),
            Some("hvc" | "hev") => Self::of_hevc(description).unwrap_or_default(),
            _ => Self::default(),
        }
    }

    fn of_hevc(hvcc: &[u8]) -> Option<Self> {
        let record = HEVCDecoderConfigurationRecord::demux(hvcc).ok()?;
        let sets = record.arrays.iter().filter(|array| array.nal_unit_type == NALUnitType::SpsNut);
        let set = sets.flat_map(|array| &array.nalus).next()?;
        let vui = SpsNALUnit::parse(set.as_ref()).ok()?.rbsp.vui_parameters?;
        let (h, v) = match vui.aspect_ratio_info {
            AspectRatioInfo::ExtendedSar { sar_width, sar_height } => (sar_width, sar_height),
            AspectRatioInfo::Predefined(idc) => {
                *SAMPLE_ASPECT_RATIOS.get(usize::from(idc.0)).unwrap_or(&(0, 0))
            }
        };
        let signal = vui.video_signal_type;
        let colour = Colour {
            primaries: signal.colour_primaries,
            transfer: signal.transfer_characteristics,
            matrix: signal.matrix_coeffs,
            full_range: signal.video_full_range_flag,
        };
        // 2 is «unspecified»; the range alone is worth telling.
        let said = colour.full_range || colour.matrix != 2;
        Some(Self {
            pixel_aspect: sensible(h.into(), v.into()),
            interlaced: vui.field_seq_flag,
            colour: said.then_some(colour),
        })
    }

    fn of_avc(description: &[u8]) -> Self {
        let avcc = AvcDecoderConfigurationRecord::try_from(description).ok();
        let context = avcc.and_then(|avcc| avcc.create_context().ok());
        let Some(sps) = context.and_then(|context| context.sps().next().cloned()) else {
            return Self::default();
        };
        let aspect = sps.vui_parameters.as_ref().and_then(|vui| vui.aspect_ratio_info.as_ref()?.get());
        Self {
            pixel_aspect: aspect.and_then(|(h, v)| sensible(h.into(), v.into())),
            interlaced: matches!(sps.frame_mbs_flags, FrameMbsFlags::Fields { .. }),
            // The decoder, which is the browser's, reads it from there by itself.
            colour: None,
        }
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
