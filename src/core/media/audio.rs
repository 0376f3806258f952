//! A sound track: its codec, and packets of a size to read and decode in one go.
//!
//! Entry point: [`AudioTrack`]. Absent: decoding ([`super::PlainSound`], and the browser).

use serde::{Deserialize, Serialize};

use super::{
    adpcm::Adpcm,
    limits::{MAX_SAMPLE_BYTES, MAX_SPAN, is_sensible},
    pieces::{Pieces, Run},
    timescale::micros,
};
use crate::crypto::b64_vec;

/// How sound is coded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AudioCodec {
    /// For the browser's decoder: AAC, Opus, MPEG audio, FLAC, Vorbis.
    Coded {
        /// Its name in the WebCodecs Codec Registry.
        name: String,
        /// What a decoder begins with, as that registry says: AudioSpecificConfig, OpusHead and so on; or nothing.
        #[serde(with = "b64_vec")]
        config: Vec<u8>,
    },
    /// ITU-T G.711 A-law.
    ALaw,
    /// ITU-T G.711 µ-law.
    MuLaw,
    /// ITU-T G.726, code words one behind another from the highest bit of a byte on.
    G726 {
        /// Of a code word: 2 to 5.
        bits: u8,
    },
    /// ADPCM.
    Adpcm {
        /// Whose.
        syntax: Adpcm,
        /// Bytes of a block.
        block: u16,
    },
    /// Linear PCM.
    Pcm {
        /// 8, 16, 24 or 32.
        bits: u8,
        /// Most significant byte first.
        big_endian: bool,
        /// IEEE 754 numbers and not integers.
        float: bool,
        /// 8-bit integers around 128.
        unsigned: bool,
    },
}

/// A piece of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet {
    /// Offset in the clip.
    pub offset: u64,
    /// Bytes.
    pub size: u32,
    /// Presentation time in timescale units.
    pub pts: i64,
    /// Duration in timescale units.
    pub duration: u32,
    /// Where it lies, if not in one piece.
    pub pieces: Pieces,
}

/// A sound track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioTrack {
    /// How it is coded.
    pub codec: AudioCodec,
    /// Units per second.
    pub timescale: u32,
    /// Samples a second.
    pub rate: u32,
    /// Channels.
    pub channels: u16,
    /// In order of time.
    pub packets: Vec<Packet>,
    /// What the pieces of packets are made of.
    pub runs: Vec<Run>,
}

impl AudioTrack {
    /// Whether every packet has its bytes in a clip of `clip_bytes` bytes, at a time and of a size that sound has,
    /// and there is such sound (FORMAT.md §12.5).
    pub(super) fn is_good(&self, clip_bytes: u64) -> bool {
        let is_good = |p: &Packet| {
            let span = p.pieces.span(&self.runs, p.size);
            p.size <= MAX_SAMPLE_BYTES
                && span <= MAX_SPAN
                && is_sensible(p.pts, self.timescale)
                && p.offset.checked_add(span).is_some_and(|end| end <= clip_bytes)
        };
        self.timescale > 0 && self.codec.is_sane(self.rate, self.channels) && self.packets.iter().all(is_good)
    }

    /// Offset and number of the bytes that [`Self::gather`] takes a packet out of.
    pub fn span(&self, packet: &Packet) -> (u64, usize) {
        (packet.offset, packet.pieces.span(&self.runs, packet.size) as usize)
    }

    /// A packet's own bytes, out of its span.
    pub fn gather(&self, packet: &Packet, span: Vec<u8>) -> Vec<u8> {
        packet.pieces.gather(&self.runs, span)
    }

    /// A time in microseconds.
    pub fn micros(&self, units: i64) -> i64 {
        micros(units, self.timescale)
    }

    /// The packet that is heard at a time, or the first after it.
    pub fn packet_at(&self, micros: i64) -> usize {
        self.packets.partition_point(|p| self.micros(p.pts.saturating_add(i64::from(p.duration))) <= micros)
    }
}

impl AudioCodec {
    /// Whether there is such sound: 1 to 8 channels, 1,000 to 192,000 samples a second, of a size that PCM has.
    pub(crate) fn is_sane(&self, rate: u32, channels: u16) -> bool {
        let sane_bits = match self {
            Self::Pcm { bits, float: true, .. } => *bits == 32,
            Self::Pcm { bits, .. } => matches!(bits, 8 | 16 | 24 | 32),
            Self::Adpcm { syntax, block } => syntax.is_sane(*block, channels),
            Self::G726 { bits } => (2..=5).contains(bits) && channels == 1,
            Self::Coded { .. } | Self::ALaw | Self::MuLaw => true,
        };
        sane_bits && (1..=8).contains(&channels) && (1_000..=192_000).contains(&rate)
    }

    /// Bytes that stand for themselves, and the samples of each channel in them, where they are all the same.
    pub(crate) fn frame(&self, channels: u16) -> Option<(u64, u64)> {
        let channels = u64::from(channels);
        match self {
            Self::Coded { .. } => None,
            Self::ALaw | Self::MuLaw => Some((channels, 1)),
            // As many bytes as a code word has bits hold eight of them.
            Self::G726 { bits } => Some((u64::from(*bits), 8)),
            Self::Pcm { bits, .. } => Some((u64::from(bits / 8) * channels, 1)),
            Self::Adpcm { syntax, block } => {
                Some((u64::from(*block), syntax.samples_in(usize::from(*block), channels as usize) as u64))
            }
        }
    }

    /// Its name, as reviewers know it.
    pub fn name(&self) -> String {
        match self {
            Self::Coded { name, .. } => match name.as_str() {
                "opus" => "Opus".into(),
                "mp3" => "MPEG audio".into(),
                "flac" => "FLAC".into(),
                "vorbis" => "Vorbis".into(),
                name => format!("AAC ({name})"),
            },
            Self::ALaw => "G.711 A-law".into(),
            Self::MuLaw => "G.711 µ-law".into(),
            Self::Adpcm { syntax: Adpcm::Ima | Adpcm::Quicktime, .. } => "ADPCM (IMA)".into(),
            Self::Adpcm { syntax: Adpcm::Microsoft, .. } => "ADPCM (Microsoft)".into(),
            Self::G726 { bits } => format!("G.726 ({} kbit/s)", 8 * bits),
            Self::Pcm { bits, float, .. } => format!("PCM {bits} bit{}", if *float { " float" } else { "" }),
        }
    }
}
