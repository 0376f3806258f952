//! Sound as WAVEFORMATEX describes it: in AVI, and in Matroska files that were made from AVI.
//!
//! Entry point: [`WaveFormat`]. Absent: WAVEFORMATEXTENSIBLE's sub-formats but PCM.

use crate::media::{Adpcm, AudioCodec, AudioTrack, MAX_PICTURES, MediaError, Packet, Pieces, Run};

/// The most bytes of a packet into which PCM is cut.
const PACKET_BYTES: u64 = 16 << 10;

/// Sound, as it is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WaveFormat {
    pub codec: Result<AudioCodec, String>,
    pub channels: u16,
    pub rate: u32,
}

impl WaveFormat {
    /// Reads it; `None` if it is cut off.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let two = |at: usize| Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        let (tag, channels, block, bits) = (two(0)?, two(2)?, two(12)?, two(14)?);
        let rate = u32::from(two(4)?) | u32::from(two(6)?) << 16;
        let extra = bytes.get(18..).unwrap_or_default();
        let tag = if tag == 0xFFFE { u16::from_le_bytes([*extra.get(6)?, *extra.get(7)?]) } else { tag };
        let pcm = |float| AudioCodec::Pcm { bits: bits as u8, big_endian: false, float, unsigned: bits == 8 };
        let adpcm = |syntax| AudioCodec::Adpcm { syntax, block };
        let codec = match tag {
            1 => Ok(pcm(false)),
            3 => Ok(pcm(true)),
            6 => Ok(AudioCodec::ALaw),
            7 => Ok(AudioCodec::MuLaw),
            0xFF if extra.len() >= 2 => {
                Ok(AudioCodec::Coded { name: format!("mp4a.40.{}", extra[0] >> 3), config: extra.to_vec() })
            }
            0x02 => Ok(adpcm(Adpcm::Microsoft)),
            0x11 => Ok(adpcm(Adpcm::Ima)),
            0x50 | 0x55 => Ok(AudioCodec::Coded { name: "mp3".into(), config: Vec::new() }),
            // Code words without blocks, as most programs write them.
            0x45 | 0x64 => Ok(AudioCodec::G726 { bits: bits as u8 }),
            0x2000 => Err("AC-3".into()),
            tag => Err(format!("WAVE {tag:#06x}")),
        };
        let codec = codec.and_then(|codec| match codec.is_sane(rate, channels) {
            true => Ok(codec),
            false => Err(format!("{} ({rate} Hz, {channels} channels)", codec.name())),
        });
        Some(Self { codec, channels, rate })
    }

    /// As [`AudioCodec::frame`]; a frame of 0 bytes has no samples.
    fn frame(&self) -> Option<(u64, u64)> {
        self.codec.as_ref().ok().and_then(|codec| codec.frame(self.channels))
    }

    /// Samples in so many bytes: of PCM and ADPCM as many as there are; 1024 in a packet of AAC.
    pub(super) fn samples_in(&self, bytes: u64) -> u64 {
        self.frame().map_or(1024, |(frame, samples)| bytes.checked_div(frame).unwrap_or(0) * samples)
    }

    /// Adds a chunk of sound that lies at `offset`, as one packet or, of PCM and ADPCM, several.
    pub(super) fn add(
        &self,
        packets: &mut Vec<Packet>,
        offset: u64,
        bytes: u64,
        pts: i64,
    ) -> Result<(), MediaError> {
        let frame = self.frame().map_or(0, |(frame, _)| frame);
        let step = PACKET_BYTES.checked_div(frame).map_or(bytes.max(1), |frames| frames.max(1) * frame);
        let (mut at, mut pts) = (0, pts);
        while at < bytes {
            if packets.len() == MAX_PICTURES {
                return Err(MediaError::TooLong(MAX_PICTURES));
            }
            let size = step.min(bytes - at);
            let samples = self.samples_in(size);
            packets.push(Packet {
                offset: offset + at,
                size: size as u32,
                pts,
                duration: samples as u32,
                pieces: Pieces::default(),
            });
            pts = pts.saturating_add_unsigned(samples);
            at += size;
        }
        Ok(())
    }

    /// The track, in samples.
    pub(super) fn track(self, mut packets: Vec<Packet>) -> Result<AudioTrack, String> {
        packets.sort_by_key(|packet| packet.pts);
        let runs: Vec<Run> = Vec::new();
        let (rate, channels) = (self.rate, self.channels);
        self.codec.map(|codec| AudioTrack { codec, timescale: rate, rate, channels, packets, runs })
    }
}
