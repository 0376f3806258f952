//! Sound in a byte stream, in frames with a head of their own: AAC (ISO/IEC 14496-3 §1.A.2.2, ADTS), MPEG audio
//! (ISO/IEC 11172-3 §2.4.1.3, 13818-3 §2.4.2.3) and Opus (ETSI TS 103 491 §5.2.1); and G.711, cut into packets.
//!
//! Entry points: [`Frames::feed`], [`Frames::track`]. Absent: LATM, whose frames do not begin with whole bytes.

use super::held::Held;
use crate::media::{AudioCodec, AudioTrack, MAX_PICTURES, MediaError, Packet, Pieces, Unused};

/// Bytes that tell a frame's size.
const HEAD_BYTES: usize = 7;

/// Bytes of a packet into which G.711 is cut: 40 ms.
const PLAIN_BYTES: usize = 320;

/// RFC 7845 §5.1: two channels, nothing skipped, 48,000 samples a second, no gain, mapping family 0.
const OPUS_HEAD: &[u8; 19] = b"OpusHead\x01\x02\x00\x00\x80\xBB\x00\x00\x00\x00\x00";

/// What heads the frames have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builders) enum SoundSyntax {
    /// AAC.
    Adts,
    /// MPEG audio of all layers.
    Mpeg,
    /// Opus of one or two channels.
    Opus,
    /// G.711 A-law: one channel, 8,000 samples a second, no heads.
    ALaw,
    /// G.711 µ-law, likewise.
    MuLaw,
}

impl SoundSyntax {
    fn is_plain(self) -> bool {
        matches!(self, Self::ALaw | Self::MuLaw)
    }

    /// What every head begins with.
    fn first_byte(self) -> u8 {
        if self == Self::Opus { 0x7F } else { 0xFF }
    }
}

/// A frame's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameHead {
    /// Samples a second.
    rate: u32,
    channels: u16,
    samples: u32,
    /// Bytes of the head that its decoder does not get, and of the frame with them.
    skip: usize,
    bytes: usize,
    /// AudioSpecificConfig of AAC.
    config: Option<[u8; 2]>,
}

impl FrameHead {
    fn read(syntax: SoundSyntax, bytes: &[u8]) -> Option<Self> {
        let head = match syntax {
            SoundSyntax::Adts => adts(bytes),
            SoundSyntax::Mpeg => mpeg(bytes),
            SoundSyntax::Opus => opus(bytes),
            SoundSyntax::ALaw | SoundSyntax::MuLaw => Some(plain(PLAIN_BYTES)),
        };
        head.filter(|head| head.bytes > head.skip)
    }
}

fn adts(bytes: &[u8]) -> Option<FrameHead> {
    // By sampling_frequency_index (ISO/IEC 14496-3 table 1.18).
    const RATES: [u32; 13] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ];
    let [first, second, third, fourth, fifth, sixth, ..] = *bytes else { return None };
    if first != 0xFF || second & 0xF6 != 0xF0 {
        return None;
    }
    let (object, index, channels) = ((third >> 6) + 1, third >> 2 & 15, (third & 1) << 2 | fourth >> 6);
    Some(FrameHead {
        rate: *RATES.get(usize::from(index))?,
        channels: if channels == 7 { 8 } else { u16::from(channels.max(1)) },
        samples: 1024,
        skip: if second & 1 == 0 { HEAD_BYTES + 2 } else { HEAD_BYTES },
        bytes: usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5),
        config: Some([object << 3 | index >> 1, (index & 1) << 7 | channels << 3]),
    })
}

fn mpeg(bytes: &[u8]) -> Option<FrameHead> {
    // kbit/s by bitrate_index from 1 on: MPEG-1 by layer, then MPEG-2, layer I and the others.
    const FIRST: [[u32; 14]; 3] = [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    ];
    const SECOND: [[u32; 14]; 2] = [
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let [0xFF, second, third, fourth, ..] = *bytes else { return None };
    // MPEG-1, and MPEG-2 and 2.5 with a half and a quarter of its rates.
    let divisor = match second >> 3 {
        0b11111 => 1,
        0b11110 => 2,
        0b11100 => 4,
        _ => return None,
    };
    let layer = [None, Some(3), Some(2), Some(1)][usize::from(second >> 1 & 3)]?;
    let rate = [44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))? / divisor;
    let rates = if divisor == 1 { &FIRST[layer - 1] } else { &SECOND[usize::from(layer > 1)] };
    let bits = 1000 * rates.get(usize::from(third >> 4).checked_sub(1)?)?;
    let padding = u32::from(third >> 1 & 1);
    let (samples, bytes) = match layer {
        1 => (384, 4 * (12 * bits / rate + padding)),
        3 if divisor > 1 => (576, 72 * bits / rate + padding),
        _ => (1152, 144 * bits / rate + padding),
    };
    let channels = if fourth >> 6 == 3 { 1 } else { 2 };
    Some(FrameHead { rate, channels, samples, skip: 0, bytes: bytes as usize, config: None })
}

/// An access unit behind its control header; its samples are those of its packet (RFC 6716 §3.1, §3.2).
fn opus(bytes: &[u8]) -> Option<FrameHead> {
    let [0x7F, flags, sizes @ ..] = bytes else { return None };
    if flags >> 5 != 7 {
        return None;
    }
    // As many bytes of 255 as come, and one that is less. What is not held yet is waited for.
    let full = sizes.iter().take_while(|size| **size == 0xFF).count();
    let size = 255 * full + usize::from(sizes.get(full).copied().unwrap_or(0));
    let mut skip = 2 + full + 1;
    skip += [0x10, 0x08].into_iter().filter(|trim| flags & trim != 0).count() * 2;
    if flags & 0x04 != 0 {
        skip += 1 + usize::from(bytes.get(skip).copied().unwrap_or(0));
    }
    let toc = bytes.get(skip).copied().unwrap_or(0);
    let (configuration, count) = (toc >> 3, toc & 3);
    // In units of 2.5 ms.
    let length = match configuration {
        0..=11 => [4, 8, 16, 24][usize::from(configuration & 3)],
        12..=15 => [4, 8][usize::from(configuration & 1)],
        _ => 1 << (configuration & 3),
    };
    let frames = match count {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(bytes.get(skip + 1).copied().unwrap_or(0) & 63),
    };
    let (rate, bytes) = (48_000, skip + size);
    Some(FrameHead { rate, channels: 2, samples: 120 * length * frames, skip, bytes, config: None })
}

fn plain(bytes: usize) -> FrameHead {
    FrameHead { rate: 8000, channels: 1, samples: bytes as u32, skip: 0, bytes, config: None }
}

/// A stream of sound.
#[derive(Debug)]
pub(in crate::builders) struct Frames {
    syntax: SoundSyntax,
    held: Held,
    head: Option<FrameHead>,
    packets: Vec<Packet>,
    next: i64,
    /// Bytes in frames, and in none.
    framed: u64,
    astray: u64,
    /// There are more frames than an index holds.
    is_over: bool,
}

impl Frames {
    /// One without a frame.
    pub(in crate::builders) fn new(syntax: SoundSyntax) -> Self {
        Self {
            syntax,
            held: Held::default(),
            head: None,
            packets: Vec::new(),
            next: 0,
            framed: 0,
            astray: 0,
            is_over: false,
        }
    }

    /// Takes the next bytes of the stream, which lie at `offset` of the file; `pts` in units of `timescale` a second.
    pub(in crate::builders) fn feed(&mut self, bytes: &[u8], offset: u64, pts: Option<i64>, timescale: u32) {
        if self.is_over {
            return;
        }
        self.held.push(bytes, offset, pts);
        loop {
            let held = self.held.bytes();
            if held.len() < HEAD_BYTES {
                return;
            }
            let Some(head) = FrameHead::read(self.syntax, held) else {
                // Bytes of no frame: on to what may be the next one.
                let first = self.syntax.first_byte();
                let next =
                    held.iter().skip(1).position(|&byte| byte == first).map_or(held.len(), |at| at + 1);
                self.astray += next as u64;
                self.held.skip(next);
                continue;
            };
            if held.len() < head.bytes {
                return;
            }
            self.take(head, timescale);
            if self.is_over {
                return;
            }
        }
    }

    fn take(&mut self, head: FrameHead, timescale: u32) {
        if self.packets.len() == MAX_PICTURES {
            self.is_over = true;
            return;
        }
        let (place, pts) = self.held.take(head.skip, head.bytes);
        self.framed += head.bytes as u64;
        let duration = (u64::from(head.samples) * u64::from(timescale) / u64::from(head.rate)) as u32;
        let pts = pts.unwrap_or(self.next);
        self.next = pts.saturating_add(duration.into());
        self.head.get_or_insert(head);
        if let Some(place) = place {
            let (offset, size, pieces) = (place.offset, place.size, place.pieces);
            self.packets.push(Packet { offset, size, pts, duration, pieces });
        }
    }

    /// The track, or why there is none: no frame, or more bytes beside frames than in them. Their heads are short,
    /// and are met by chance in what is no such sound.
    pub(in crate::builders) fn track(mut self, timescale: u32) -> Result<AudioTrack, Unused> {
        let left = self.held.bytes().len();
        if self.syntax.is_plain() && left > 0 {
            self.take(plain(left), timescale);
        }
        let head = self.head.filter(|_| self.astray <= self.framed);
        let head = head.ok_or_else(|| Unused::new("sound", "of no known kind"))?;
        if self.is_over {
            return Err(Unused::track("sound", &MediaError::TooLong(MAX_PICTURES)));
        }
        self.packets.sort_by_key(|packet| packet.pts);
        // Their runs follow them (FORMAT.md §12.4).
        let mut runs = Vec::new();
        for packet in &mut self.packets {
            let own = packet.pieces.of(&self.held.runs);
            if !own.is_empty() {
                packet.pieces = Pieces { first: runs.len() as u32, count: own.len() as u32 };
                runs.extend_from_slice(own);
            }
        }
        let coded = |name: String, config| AudioCodec::Coded { name, config };
        let codec = match (self.syntax, head.config) {
            (SoundSyntax::ALaw, _) => AudioCodec::ALaw,
            (SoundSyntax::MuLaw, _) => AudioCodec::MuLaw,
            (SoundSyntax::Opus, _) => coded("opus".into(), OPUS_HEAD.to_vec()),
            (SoundSyntax::Adts, Some(config)) => {
                coded(format!("mp4a.40.{}", config[0] >> 3), config.to_vec())
            }
            // The registry's name of layer III is what browsers decode the other layers by.
            (SoundSyntax::Mpeg | SoundSyntax::Adts, _) => coded("mp3".into(), Vec::new()),
        };
        Ok(AudioTrack {
            codec,
            timescale,
            rate: head.rate,
            channels: head.channels,
            packets: self.packets,
            runs,
        })
    }
}
