//! AAC in a byte stream: frames with a head of their own (ISO/IEC 14496-3 §1.A.2.2, ADTS).
//!
//! Entry points: [`Adts::feed`], [`Adts::track`]. Absent: LATM.

use super::held::Held;
use crate::media::{AudioCodec, AudioTrack, MAX_PICTURES, MediaError, Packet};

/// Samples a second by sampling_frequency_index (ISO/IEC 14496-3 table 1.18).
const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
const HEAD_BYTES: usize = 7;
/// Samples of a frame.
const FRAME_SAMPLES: u64 = 1024;

/// A frame's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct AdtsHead {
    object: u8,
    rate_index: u8,
    channels: u8,
    head_bytes: usize,
    bytes: usize,
}

impl AdtsHead {
    fn read(bytes: &[u8]) -> Option<Self> {
        let [first, second, third, fourth, fifth, sixth, ..] = *bytes else { return None };
        if first != 0xFF || second & 0xF6 != 0xF0 {
            return None;
        }
        let head = Self {
            object: (third >> 6) + 1,
            rate_index: third >> 2 & 15,
            channels: (third & 1) << 2 | fourth >> 6,
            head_bytes: if second & 1 == 0 { HEAD_BYTES + 2 } else { HEAD_BYTES },
            bytes: usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5),
        };
        let is_good = usize::from(head.rate_index) < RATES.len() && head.bytes > head.head_bytes;
        is_good.then_some(head)
    }

    fn rate(&self) -> Option<u32> {
        RATES.get(usize::from(self.rate_index)).copied()
    }
}

/// A stream of AAC.
#[derive(Debug, Default)]
pub(in crate::builders) struct Adts {
    held: Held,
    head: Option<AdtsHead>,
    packets: Vec<Packet>,
    next: i64,
}

impl Adts {
    /// Takes the next bytes of the stream, which lie at `offset` of the file; `pts` in units of `timescale` a second.
    pub(in crate::builders) fn feed(
        &mut self,
        bytes: &[u8],
        offset: u64,
        pts: Option<i64>,
        timescale: u32,
    ) -> Result<(), MediaError> {
        self.held.push(bytes, offset, pts);
        loop {
            let held = self.held.bytes();
            if held.len() < HEAD_BYTES {
                return Ok(());
            }
            let Some(head) = AdtsHead::read(held) else {
                // Bytes of no frame: on to what may be the next one.
                let next = held.iter().skip(1).position(|&byte| byte == 0xFF).map_or(held.len(), |at| at + 1);
                self.held.skip(next);
                continue;
            };
            if held.len() < head.bytes {
                return Ok(());
            }
            let (place, pts) = self.held.take(head.head_bytes, head.bytes);
            if self.packets.len() == MAX_PICTURES {
                return Err(MediaError::TooLong(MAX_PICTURES));
            }
            let rate = u64::from(head.rate().unwrap_or(1).max(1));
            let duration = (FRAME_SAMPLES * u64::from(timescale) / rate) as u32;
            let pts = pts.unwrap_or(self.next);
            self.next = pts.saturating_add(duration.into());
            self.head.get_or_insert(head);
            if let Some(place) = place {
                let (offset, size, pieces) = (place.offset, place.size, place.pieces);
                self.packets.push(Packet { offset, size, pts, duration, pieces });
            }
        }
    }

    /// The track; none without a frame.
    pub(in crate::builders) fn track(mut self, timescale: u32) -> Option<AudioTrack> {
        let head = self.head?;
        self.packets.sort_by_key(|packet| packet.pts);
        let config =
            vec![head.object << 3 | head.rate_index >> 1, (head.rate_index & 1) << 7 | head.channels << 3];
        Some(AudioTrack {
            codec: AudioCodec::Coded { name: format!("mp4a.40.{}", head.object), config },
            timescale,
            rate: head.rate()?,
            channels: if head.channels == 7 { 8 } else { u16::from(head.channels.max(1)) },
            packets: self.packets,
            runs: self.held.runs,
        })
    }
}
