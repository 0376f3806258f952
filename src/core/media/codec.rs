//! What a decoder must be told before it gets pictures.
//!
//! Entry points: [`Codec`], [`Codec::prepare`]. Absent: where it stands in a file (`builders`), and what is in the
//! samples ([`super::nal`]).

use serde::{Deserialize, Serialize};

use super::{
    colour::Colour,
    error::MediaError,
    nal::{Decodable, Framing, PictureKind, Syntax, prepare},
    whole::{is_av1_key, is_vp9_key},
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

impl Codec {
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
    /// decoders fail; so they stay out. A sample whose lengths do not add up was not written by any encoder: nothing of
    /// it is decoded.
    pub fn prepare(&self, data: Vec<u8>, is_sync: bool) -> Result<Option<Decodable>, MediaError> {
        if let Some((syntax, length_bytes)) = self.nal_units() {
            return prepare(Framing { syntax, length_bytes, start_codes: self.start_codes }, &data);
        }
        let said = match self.name.get(..4) {
            Some("vp09") => is_vp9_key(&data),
            Some("av01") => is_av1_key(&data),
            _ => None,
        };
        let kind = if said.unwrap_or(is_sync) { PictureKind::Key } else { PictureKind::Dependent };
        let whole = Decodable { data, kind, skipped_at_start: false, discardable: false };
        Ok((!whole.data.is_empty()).then_some(whole))
    }
}
