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

/// MPEG-4 part 2, as RFC 6381 names it.
const VISUAL: &str = "mp4v.20";
/// JPEG, likewise.
const JPEG: &str = "mp4v.6C";

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
        let description = if self.is_avc() { with_reorder(&self.description, frames) } else { None };
        Self { description: description.unwrap_or(self.description.clone()), ..self.clone() }
    }

    /// As people name it.
    pub fn family(&self) -> &'static str {
        match self.name.as_str() {
            name if name.starts_with("avc") => "H.264",
            _ if self.is_hevc() => "H.265",
            name if name.starts_with("vp8") => "VP8",
            name if name.starts_with("vp09") => "VP9",
            name if name.starts_with("av01") => "AV1",
            name if name.starts_with(VISUAL) => "MPEG-4 part 2",
            "mp4v.6A" => "MPEG-1",
            JPEG => "Motion JPEG",
            _ => "MPEG-2",
        }
    }

    /// Whether its pictures are JPEG files, each for itself.
    pub fn is_jpeg(&self) -> bool {
        self.name == JPEG
    }

    /// Whether it is H.265.
    pub fn is_hevc(&self) -> bool {
        self.name.starts_with("hvc") || self.name.starts_with("hev")
    }

    fn is_avc(&self) -> bool {
        self.name.starts_with("avc")
    }

    /// Whether it is MPEG-4 part 2, MPEG-2 or MPEG-1 video: object types 20, 60 to 65 and 6A of RFC 6381's registry.
    fn is_mpeg(&self) -> bool {
        [VISUAL, "mp4v.6"].iter().any(|name| self.name.starts_with(name)) && !self.name.starts_with(JPEG)
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
    /// decoders fail; so they stay out. A sample whose lengths do not add up was not written by any encoder: nothing of
    /// it is decoded.
    pub fn prepare(&self, data: Vec<u8>, is_sync: bool) -> Result<Option<Decodable>, MediaError> {
        if let Some((syntax, length_bytes)) = self.nal_units() {
            let (start_codes, known) = (self.start_codes, first_avc_set(&self.description));
            return prepare(Framing { syntax, length_bytes, start_codes, known }, &data);
        }
        if self.is_mpeg() {
            let kind = mpeg_kind(&data, self.name.starts_with(VISUAL));
            let discardable = kind == Some(PictureKind::Bipredicted);
            return Ok(kind.map(|kind| Decodable { data, kind, skipped_at_start: false, discardable }));
        }
        let said = match self.name.get(..4) {
            Some("vp09") => is_vp9_key(&data),
            Some("av01") => is_av1_key(&data),
            _ => None,
        };
        let said = if self.is_jpeg() { Some(true) } else { said };
        let kind = if said.unwrap_or(is_sync) { PictureKind::Key } else { PictureKind::Dependent };
        let whole = Decodable { data, kind, skipped_at_start: false, discardable: false };
        Ok((!whole.data.is_empty()).then_some(whole))
    }
}
