//! Tracks of a Matroska file (RFC 9559 §5.1.4): what they are, and what a decoder must be told.
//!
//! Entry point: [`TrackEntry::read`]. Absent: their blocks.

use super::ebml::{children, float, unsigned};
use crate::{
    builders::{
        bitmap::{BitmapFormat, Compression},
        coded::{CodedSyntax, mpeg_configuration},
        mp4::{codec_of_configuration, unsaid},
        wave::WaveFormat,
    },
    media::{AudioCodec, Codec, gcd},
};

/// A track as it is described.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TrackEntry {
    pub number: u64,
    pub kind: u64,
    pub codec_id: String,
    pub private: Vec<u8>,
    /// Nanoseconds of a frame, or 0.
    pub duration: u64,
    pub width: u32,
    pub height: u32,
    display: (u64, u64, u64),
    pub rate: u32,
    pub channels: u16,
    bits: u64,
    /// Its frames are compressed or encrypted, or lack their beginning.
    pub is_encoded: bool,
}

impl TrackEntry {
    /// Reads a TrackEntry.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut entry = Self { rate: 8000, channels: 1, ..Self::default() };
        for (id, body) in children(body) {
            match id {
                0xD7 => entry.number = unsigned(body),
                0x83 => entry.kind = unsigned(body),
                0x86 => entry.codec_id = String::from_utf8_lossy(body).trim_end_matches('\0').to_owned(),
                0x63A2 => entry.private = body.to_vec(),
                0x23_E383 => entry.duration = unsigned(body),
                0x6D80 => entry.is_encoded = true,
                0xE0 => entry.take_video(body),
                0xE1 => entry.take_audio(body),
                _ => {}
            }
        }
        entry
    }

    fn take_video(&mut self, body: &[u8]) {
        for (id, body) in children(body) {
            match id {
                0xB0 => self.width = unsigned(body).min(1 << 16) as u32,
                0xBA => self.height = unsigned(body).min(1 << 16) as u32,
                0x54B0 => self.display.0 = unsigned(body),
                0x54BA => self.display.1 = unsigned(body),
                0x54B2 => self.display.2 = unsigned(body),
                _ => {}
            }
        }
    }

    fn take_audio(&mut self, body: &[u8]) {
        for (id, body) in children(body) {
            match id {
                0xB5 => self.rate = float(body).clamp(0.0, 1e6) as u32,
                0x9F => self.channels = unsigned(body).min(255) as u16,
                0x6264 => self.bits = unsigned(body),
                _ => {}
            }
        }
    }

    /// Width to height of one pixel, by the size at which pictures are to be shown.
    fn pixel_aspect(&self) -> Option<(u32, u32)> {
        let (width, height, unit) = self.display;
        // Pixels (0) or a ratio (3).
        if width == 0 || height == 0 || !matches!(unit, 0 | 3) {
            return None;
        }
        let (h, v) = (width.checked_mul(u64::from(self.height))?, height.checked_mul(u64::from(self.width))?);
        let common = gcd(h, v).max(1);
        crate::media::sensible(u32::try_from(h / common).ok()?, u32::try_from(v / common).ok()?)
    }

    /// Its codec and what a decoder begins with, also where a description of AVI says them.
    fn named(&self) -> (&str, &[u8]) {
        if self.codec_id != "V_MS/VFW/FOURCC" {
            return (&self.codec_id, &self.private);
        }
        let BitmapFormat { compression, extra, .. } = BitmapFormat::read(&self.private);
        let codec = match Compression::of(&compression) {
            Some(Compression::Coded(CodedSyntax::Avc)) => "V_MPEG4/ISO/AVC",
            Some(Compression::Coded(CodedSyntax::Hevc)) => "V_MPEGH/ISO/HEVC",
            Some(Compression::Coded(CodedSyntax::Visual)) => "V_MPEG4/ISO/ASP",
            Some(Compression::Coded(CodedSyntax::Mpeg2)) => "V_MPEG2",
            Some(Compression::Jpeg) => "V_MJPEG",
            None => &self.codec_id,
        };
        (codec, extra)
    }

    /// What a decoder of its pictures must be told; the codec's name if none is known. `first` is the first frame.
    pub(super) fn video_codec(&self, first: &[u8]) -> Result<Codec, String> {
        let (codec, private) = self.named();
        // The first picture may have what is not said.
        let configured = |kind| match private {
            [] => Some(unsaid(kind)),
            _ => codec_of_configuration(kind, private),
        };
        let mpeg = |syntax| [private, first].into_iter().find_map(|units| mpeg_configuration(syntax, units));
        let plain = |name| Codec { name, ..Codec::jpeg(self.width, self.height) };
        let said = match codec {
            "V_MPEG4/ISO/AVC" => configured(b"avc1"),
            "V_MPEGH/ISO/HEVC" => configured(b"hvc1"),
            "V_AV1" => codec_of_configuration(b"av01", private),
            "V_MPEG4/ISO/SP" | "V_MPEG4/ISO/ASP" | "V_MPEG4/ISO/AP" => mpeg(CodedSyntax::Visual),
            "V_MPEG1" | "V_MPEG2" => mpeg(CodedSyntax::Mpeg2),
            "V_MJPEG" => Some(Codec::jpeg(self.width, self.height)),
            "V_VP8" => Some(plain("vp8".to_owned())),
            "V_VP9" => Some(plain(vp9_name(first))),
            _ => None,
        };
        let said = said.ok_or(self.codec_id.clone())?;
        let pixel_aspect = self.pixel_aspect().unwrap_or(said.pixel_aspect);
        Ok(Codec { width: self.width, height: self.height, pixel_aspect, ..said })
    }

    /// How its sound is coded; the codec's name if nothing here plays it.
    pub(super) fn audio_codec(&self) -> Result<AudioCodec, String> {
        let pcm = |big_endian, float| AudioCodec::Pcm {
            bits: self.bits as u8,
            big_endian,
            float,
            unsigned: self.bits == 8 && !float,
        };
        let codec = match self.codec_id.as_str() {
            "A_AAC" => match self.private.first() {
                Some(first) => AudioCodec::Coded {
                    name: format!("mp4a.40.{}", first >> 3),
                    config: self.private.clone(),
                },
                None => return Err(self.codec_id.clone()),
            },
            "A_OPUS" => AudioCodec::Coded { name: "opus".into(), config: self.private.clone() },
            "A_VORBIS" => AudioCodec::Coded { name: "vorbis".into(), config: self.private.clone() },
            "A_FLAC" => AudioCodec::Coded { name: "flac".into(), config: self.private.clone() },
            "A_MPEG/L1" | "A_MPEG/L2" | "A_MPEG/L3" => {
                AudioCodec::Coded { name: "mp3".into(), config: Vec::new() }
            }
            "A_PCM/INT/LIT" => pcm(false, false),
            "A_PCM/INT/BIG" => pcm(true, false),
            "A_PCM/FLOAT/IEEE" => pcm(false, true),
            "A_MS/ACM" => WaveFormat::read(&self.private).ok_or(self.codec_id.clone())?.codec?,
            other => return Err(other.to_owned()),
        };
        if codec.is_sane(self.rate, self.channels) { Ok(codec) } else { Err(self.codec_id.clone()) }
    }
}

/// The name of VP9 by its first frame's profile and depth (VP9 bitstream specification §6.2); its level is not said.
fn vp9_name(first: &[u8]) -> String {
    let head = first.first().copied().unwrap_or_default();
    let profile = (head >> 5 & 1) | (head >> 4 & 1) << 1;
    let depth = if profile < 2 { 8 } else { 10 };
    format!("vp09.{profile:02}.41.{depth:02}")
}
