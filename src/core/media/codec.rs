//! What a decoder must be told before it gets pictures.
//!
//! Entry points: [`Codec`], [`Codec::prepare`]. Absent: where it stands in a file (`builders`), and what is in the
//! samples ([`super::nal`]).

use serde::{Deserialize, Serialize};

use super::{
    colour::Colour,
    error::MediaError,
    nal::{Decodable, Framing, PictureKind, Syntax, prepare},
    parameter_sets::{first_avc_set, with_reorder},
    whole::{is_av1_key, is_vp9_key, mpeg_kind},
};
use crate::crypto::b64_vec;

/// What a decoder must be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codec {
    /// As WebCodecs wants it: `avc1.4d401f`.
    pub name: String,
    /// Body of `avcC`, `hvcC` or `av1C`; empty where the codec has none.
    #[serde(with = "b64_vec")]
    pub description: Vec<u8>,
    /// Units of samples stand behind start codes, and not behind their lengths.
    pub start_codes: bool,
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

/// JPEG, by its object type (RFC 6381).
const JPEG: &str = "mp4v.6C";

/// How pictures are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// ISO/IEC 14496-10.
    Avc,
    /// ISO/IEC 23008-2.
    Hevc,
    /// ISO/IEC 14496-2: object type 20.
    Visual,
    /// ISO/IEC 13818-2: object types 60 to 65.
    Mpeg2,
    /// ISO/IEC 11172-2: object type 6A.
    Mpeg1,
    /// JPEG files, each for itself: object type 6C.
    Jpeg,
    /// VP8.
    Vp8,
    /// VP9.
    Vp9,
    /// AV1.
    Av1,
    /// A name that no builder gives.
    Unknown,
}

impl Family {
    /// As people name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avc => "H.264",
            Self::Hevc => "H.265",
            Self::Visual => "MPEG-4 part 2",
            Self::Mpeg2 => "MPEG-2",
            Self::Mpeg1 => "MPEG-1",
            Self::Jpeg => "Motion JPEG",
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            Self::Av1 => "AV1",
            Self::Unknown => "unknown",
        }
    }
}

impl Codec {
    /// Pictures that are JPEG files.
    pub(crate) fn jpeg(width: u32, height: u32) -> Self {
        Self {
            name: JPEG.into(),
            description: Vec::new(),
            start_codes: false,
            width,
            height,
            pixel_aspect: (1, 1),
            interlaced: false,
            colour: None,
        }
    }

    /// The same, with how many pictures a decoder of H.264 holds back, if its parameter sets say less or nothing.
    pub(super) fn with_reorder(&self, frames: u32) -> Self {
        let is_avc = self.family() == Family::Avc;
        let description = if is_avc { with_reorder(&self.description, frames) } else { None };
        Self { description: description.unwrap_or(self.description.clone()), ..self.clone() }
    }

    /// Which coding it is, as its name says.
    pub fn family(&self) -> Family {
        match self.name.as_str() {
            name if name.starts_with("avc") => Family::Avc,
            name if name.starts_with("hvc") || name.starts_with("hev") => Family::Hevc,
            name if name.starts_with("vp8") => Family::Vp8,
            name if name.starts_with("vp09") => Family::Vp9,
            name if name.starts_with("av01") => Family::Av1,
            name if name.starts_with("mp4v.20") => Family::Visual,
            JPEG => Family::Jpeg,
            "mp4v.6A" => Family::Mpeg1,
            name if name.starts_with("mp4v.6") && !name.starts_with(JPEG) => Family::Mpeg2,
            _ => Family::Unknown,
        }
    }

    /// Whether it is H.265.
    pub fn is_hevc(&self) -> bool {
        self.family() == Family::Hevc
    }

    /// Bytes of the length before each NAL unit (ISO/IEC 14496-15 §5.3.3.1, §8.3.3.1); `None` where samples
    /// have no such units.
    pub fn nal_length_bytes(&self) -> Option<usize> {
        self.nal_units().map(|(_, length_bytes)| length_bytes)
    }

    /// What the NAL units are, and the bytes of the length before each.
    fn nal_units(&self) -> Option<(Syntax, usize)> {
        let (syntax, at) = match self.family() {
            Family::Avc => (Syntax::Avc, 4),
            Family::Hevc => (Syntax::Hevc, 21),
            _ => return None,
        };
        Some((syntax, usize::from(self.description.get(at)? & 3) + 1))
    }

    /// Prepares a sample for the decoder; `None` if it holds no picture. Recorders mark samples as sync that hold no
    /// random access picture, and write messages (SEI), such as the signatures of ONVIF Media Signing, on which
    /// decoders fail; so they stay out. A sample whose lengths do not add up was not written by any encoder: nothing of
    /// it is decoded.
    pub fn prepare(&self, data: Vec<u8>, is_sync: bool) -> Result<Option<Decodable>, MediaError> {
        if let Some((syntax, length_bytes)) = self.nal_units() {
            let (start_codes, known) = (self.start_codes, first_avc_set(&self.description));
            return prepare(Framing { syntax, length_bytes, start_codes, known }, &data);
        }
        let family = self.family();
        let said = match family {
            Family::Visual | Family::Mpeg1 | Family::Mpeg2 => {
                let kind = mpeg_kind(&data, family == Family::Visual);
                let discardable = kind == Some(PictureKind::Bipredicted);
                return Ok(kind.map(|kind| Decodable { data, kind, skipped_at_start: false, discardable }));
            }
            Family::Vp9 => is_vp9_key(&data),
            Family::Av1 => is_av1_key(&data),
            Family::Jpeg => Some(true),
            _ => None,
        };
        let kind = if said.unwrap_or(is_sync) { PictureKind::Key } else { PictureKind::Dependent };
        let whole = Decodable { data, kind, skipped_at_start: false, discardable: false };
        Ok((!whole.data.is_empty()).then_some(whole))
    }
}
