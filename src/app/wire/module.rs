//! The decoders in software that the page has.

use fuin_core::{Codec, Family, Pictures};
use serde::{Deserialize, Serialize};

/// One of them, by what it decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Module {
    /// H.264.
    Avc,
    /// H.265.
    Hevc,
    /// MPEG-1 and MPEG-2 video.
    Mpeg2,
    /// MPEG-4 part 2.
    Mpeg4,
}

impl Module {
    /// That which decodes a codec, if there is one.
    pub fn of(codec: &Codec) -> Option<Self> {
        match codec.family() {
            Family::Avc => Some(Self::Avc),
            Family::Hevc => Some(Self::Hevc),
            Family::Visual => Some(Self::Mpeg4),
            Family::Mpeg2 | Family::Mpeg1 => Some(Self::Mpeg2),
            Family::Jpeg | Family::Vp8 | Family::Vp9 | Family::Av1 | Family::Unknown => None,
        }
    }

    /// That which a codec needs in many browsers. Of H.264 they have baseline, main and high (profile_idc 66, 77, 100).
    pub fn needed(codec: &Codec) -> Option<Self> {
        let is_common =
            |name: &str| ["avc1.42", "avc1.4d", "avc1.64"].iter().any(|common| name.starts_with(common));
        Self::of(codec).filter(|_| !is_common(&codec.name.to_ascii_lowercase()))
    }

    /// Pixels that it decodes in a second on an ordinary computer: half of what a core of a server did (record 35).
    fn pixels_a_second(self) -> f64 {
        match self {
            Self::Avc => 16e6,
            Self::Hevc | Self::Mpeg4 => 25e6,
            Self::Mpeg2 => 60e6,
        }
    }

    /// How many times too slow it is for a video, where it is.
    pub fn slow_by(self, pictures: &Pictures) -> Option<f64> {
        let codec = pictures.track().codec();
        let pixels = f64::from(codec.width) * f64::from(codec.height) * pictures.count() as f64;
        let seconds = pictures.end_micros() as f64 / 1e6;
        Some(pixels / self.pixels_a_second() / seconds).filter(|ratio| seconds > 0.0 && *ratio > 1.0)
    }

    /// Id of the element of the page that holds it; its script's ends with `-glue`.
    pub fn element(self) -> &'static str {
        match self {
            Self::Avc => "fuin-avc",
            Self::Hevc => "fuin-hevc",
            Self::Mpeg2 => "fuin-mpeg2",
            Self::Mpeg4 => "fuin-mpeg4",
        }
    }
}
