//! The sound track of an MP4 file: its codec, and packets of a size to read and decode in one go.
//!
//! Entry point: [`AudioEntry::read`], then its `track`. Absent: what the packets sound like ([`AudioCodec::samples`]).

use super::{
    boxes::{Box4, printable},
    tables::{RawSample, Tables},
};
use crate::{
    builders::wave::WaveFormat,
    media::{Adpcm, AudioCodec, AudioTrack, MAX_PICTURES, MediaError, Packet, Pieces, QUICKTIME_BLOCK},
};

/// The most bytes of a packet into which PCM is cut.
const PACKET_BYTES: u64 = 16 << 10;
/// Bytes of an AudioSampleEntry before its boxes (ISO/IEC 14496-12 §12.2.3).
const AUDIO_ENTRY_BYTES: usize = 28;

/// An entry of a sound track's `stsd`.
pub(super) struct AudioEntry {
    codec: AudioCodec,
    rate: u32,
    channels: u16,
}

impl AudioEntry {
    /// Reads the first sample entry. An unknown codec is an error that names it.
    pub(crate) fn read(stsd: &Box4<'_>) -> Result<Self, MediaError> {
        const BAD: MediaError = MediaError::Malformed("the description of the sound is cut off");
        let entries = Box4::split(stsd.body.get(8..).ok_or(BAD)?);
        let entry = entries.first().ok_or(BAD)?;
        let fixed = entry.body.get(..AUDIO_ENTRY_BYTES).ok_or(BAD)?;
        let word = |at: usize| u16::from_be_bytes([fixed[at], fixed[at + 1]]);
        let (version, channels, bits, rate) = (word(8), word(16), word(18), u32::from(word(24)));
        // QuickTime's versions 1 and 2 put more fields before the boxes.
        let more = match version {
            1 => 16,
            2 => 36,
            _ => 0,
        };
        let boxes_at = AUDIO_ENTRY_BYTES + more;
        let wide = WideEntry::read(entry.body).filter(|_| version == 2);
        let (channels, rate) = wide.as_ref().map_or((channels, rate), |wide| (wide.channels, wide.rate));
        let boxes = || Box4::split(entry.body.get(boxes_at..).unwrap_or_default());
        let child = |kind: &[u8; 4]| {
            let boxes = boxes();
            let inner = boxes.iter().find(|b| b.kind == *b"wave").map(Box4::children).unwrap_or_default();
            boxes.iter().chain(&inner).find(|b| b.kind == *kind).copied()
        };
        let codec = match &entry.kind {
            b"mp4a" => aac(child(b"esds").ok_or(BAD)?.body)?,
            b"Opus" => opus(child(b"dOps").ok_or(BAD)?.body).ok_or(BAD)?,
            b"fLaC" => flac(child(b"dfLa").ok_or(BAD)?.body).ok_or(BAD)?,
            b".mp3" => coded("mp3", Vec::new()),
            b"ipcm" | b"fpcm" => {
                // ISO/IEC 23003-5 §5.1.
                let config = child(b"pcmC").ok_or(BAD)?;
                let [_, _, _, _, flags, bits] = *config.body else { return Err(BAD) };
                pcm(bits, flags & 1 == 0, entry.kind == *b"fpcm", false)
            }
            b"lpcm" => wide.and_then(|wide| wide.pcm()).ok_or(BAD)?,
            b"ima4" => AudioCodec::Adpcm {
                syntax: Adpcm::Quicktime,
                block: channels.saturating_mul(QUICKTIME_BLOCK as u16),
            },
            // A format of WAVE, whose description is in a box of its name.
            kind @ [b'm', b's', ..] => {
                let format = child(kind).and_then(|format| WaveFormat::read(format.body)).ok_or(BAD)?;
                format.codec.map_err(MediaError::Codec)?
            }
            kind => plain(kind, bits).ok_or_else(|| MediaError::Codec(printable(kind)))?,
        };
        // Writers of MP4 put anything into the entry; what AAC itself says counts.
        let (rate, channels) = match &codec {
            AudioCodec::Coded { name, config } if name.starts_with("mp4a") => {
                aac_format(config).unwrap_or((rate, channels))
            }
            AudioCodec::Coded { name, .. } if name == "opus" => (48_000, channels),
            _ => (rate, channels),
        };
        if version > 2 || !codec.is_sane(rate, channels) {
            return Err(MediaError::Codec(printable(&entry.kind)));
        }
        Ok(Self { codec, rate, channels })
    }

    /// The track, from its tables, its fragments' samples and the shift of its edit list.
    pub(crate) fn track(
        self,
        tables: &Tables,
        fragments: Vec<RawSample>,
        timescale: u32,
        shift: i64,
        clip_bytes: u64,
    ) -> Result<AudioTrack, MediaError> {
        let Self { codec, rate, channels } = self;
        let mut packets = match codec.frame(channels) {
            None => {
                let raw = tables.samples(clip_bytes)?;
                raw.iter().chain(&fragments).map(|s| packet(s, shift)).collect::<Result<_, _>>()?
            }
            Some((frame, in_frame)) => {
                // Some recorders make a sample of many frames; then the tables are as good as for any other
                // sound. QuickTime's may say 1 byte where they mean a frame.
                let many = tables.fixed_size == 0 || u64::from(tables.fixed_size) > frame;
                let (mut packets, samples) = match many {
                    true => (Vec::new(), tables.samples(clip_bytes)?),
                    false => {
                        let counted = if u64::from(tables.fixed_size) == frame { 1 } else { in_frame };
                        (pcm_packets(tables, (frame, counted), shift)?, Vec::new())
                    }
                };
                for sample in samples.iter().chain(&fragments) {
                    let next = packet(sample, shift)?;
                    match packets.last_mut() {
                        Some(last) if continues(last, &next) => {
                            last.size += next.size;
                            last.duration += next.duration;
                        }
                        _ => packets.push(next),
                    }
                }
                packets
            }
        };
        // What lies behind the end of a cut-off file is simply not heard.
        packets.retain(|p| p.offset.checked_add(u64::from(p.size)).is_some_and(|end| end <= clip_bytes));
        packets.sort_by_key(|p| p.pts);
        Ok(AudioTrack { codec, timescale, rate, channels, packets, runs: Vec::new() })
    }
}

/// Whether a packet follows another so closely that both can be one.
fn continues(last: &Packet, next: &Packet) -> bool {
    last.offset.checked_add(u64::from(last.size)) == Some(next.offset)
        && last.pts.saturating_add(i64::from(last.duration)) == next.pts
        && u64::from(last.size) + u64::from(next.size) <= PACKET_BYTES
        && last.duration.checked_add(next.duration).is_some()
}

fn packet(s: &RawSample, shift: i64) -> Result<Packet, MediaError> {
    let pts = s.time.checked_sub(shift).ok_or(MediaError::Malformed("the times of the sound"))?;
    Ok(Packet { offset: s.offset, size: s.size, pts, duration: s.duration, pieces: Pieces::default() })
}

/// PCM tables count every single sample; chunks are what is worth reading. `frame` is its bytes, and how many of the
/// tables' samples are in it.
fn pcm_packets(tables: &Tables, frame: (u64, u64), shift: i64) -> Result<Vec<Packet>, MediaError> {
    const BAD: MediaError = MediaError::Malformed("the tables of the sound contradict each other");
    let (frame_bytes, counted) = frame;
    let delta = u64::from(tables.durations.first().map_or(1, |&(_, delta)| delta)).max(1);
    let delta = delta.checked_mul(counted).ok_or(BAD)?;
    let per_packet = (PACKET_BYTES / frame_bytes).max(1);
    let mut left = tables.count as u64;
    let mut time = 0i64;
    let mut packets = Vec::new();
    for run in tables.chunk_runs() {
        let (mut offset, in_chunk, _) = run?;
        let here = u64::from(in_chunk).min(left);
        left -= here;
        let mut here = here / counted.max(1);
        while here > 0 {
            let n = here.min(per_packet);
            here -= n;
            if packets.len() == MAX_PICTURES {
                return Err(MediaError::TooLong(MAX_PICTURES));
            }
            let (size, duration) = (n * frame_bytes, n.checked_mul(delta).ok_or(BAD)?);
            packets.push(Packet {
                offset,
                size: u32::try_from(size).map_err(|_| BAD)?,
                pts: time.checked_sub(shift).ok_or(BAD)?,
                duration: u32::try_from(duration).map_err(|_| BAD)?,
                pieces: Pieces::default(),
            });
            offset = offset.checked_add(size).ok_or(BAD)?;
            time = time.checked_add_unsigned(duration).ok_or(BAD)?;
        }
    }
    Ok(packets)
}

fn pcm(bits: u8, big_endian: bool, float: bool, unsigned: bool) -> AudioCodec {
    AudioCodec::Pcm { bits, big_endian, float, unsigned }
}

/// Sound whose entry says nothing more.
fn plain(kind: &[u8; 4], bits: u16) -> Option<AudioCodec> {
    Some(match kind {
        b"alaw" => AudioCodec::ALaw,
        b"ulaw" => AudioCodec::MuLaw,
        b"sowt" => pcm(16, false, false, false),
        b"twos" => pcm(if bits == 8 { 8 } else { 16 }, true, false, false),
        b"raw " => pcm(8, true, false, true),
        b"in24" => pcm(24, true, false, false),
        b"in32" => pcm(32, true, false, false),
        b"fl32" => pcm(32, true, true, false),
        _ => return None,
    })
}

/// What QuickTime's version 2 of an entry says behind the first fields (QuickTime File Format Specification, "Sound
/// Sample Description (Version 2)").
struct WideEntry {
    rate: u32,
    channels: u16,
    bits: u8,
    flags: u32,
}

impl WideEntry {
    fn read(entry: &[u8]) -> Option<Self> {
        let fields = entry.get(AUDIO_ENTRY_BYTES..AUDIO_ENTRY_BYTES + 36)?;
        let four = |at: usize| fields.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        Some(Self {
            rate: f64::from_be_bytes(fields.get(4..12)?.try_into().ok()?).clamp(0.0, 1e6) as u32,
            channels: four(12)?.min(255) as u16,
            bits: four(20)?.min(255) as u8,
            flags: four(24)?,
        })
    }

    /// Linear PCM by its flags: floating point, big-endian, signed.
    fn pcm(&self) -> Option<AudioCodec> {
        let is = |flag: u32| self.flags & flag != 0;
        let pcm = |unsigned| AudioCodec::Pcm { bits: self.bits, big_endian: is(2), float: is(1), unsigned };
        match (self.bits, is(1) || is(4)) {
            (_, true) => Some(pcm(false)),
            (8, false) => Some(pcm(true)),
            _ => None,
        }
    }
}

fn coded(name: &str, config: Vec<u8>) -> AudioCodec {
    AudioCodec::Coded { name: name.into(), config }
}

/// `dOps` (Encapsulation of Opus in ISO Base Media File Format §4.3.2) as the OpusHead of RFC 7845 §5.1, whose
/// numbers are little-endian.
fn opus(dops: &[u8]) -> Option<AudioCodec> {
    let [_, channels, skip_high, skip_low, a, b, c, d, gain_high, gain_low, rest @ ..] = dops else {
        return None;
    };
    let mut head = b"OpusHead\x01".to_vec();
    head.extend_from_slice(&[*channels, *skip_low, *skip_high, *d, *c, *b, *a, *gain_low, *gain_high]);
    head.extend_from_slice(rest);
    Some(coded("opus", head))
}

/// `dfLa` (Encapsulation of FLAC in ISO Base Media File Format §3.3.2): the metadata blocks behind the marker of a
/// file.
fn flac(dfla: &[u8]) -> Option<AudioCodec> {
    Some(coded("flac", [b"fLaC", dfla.get(4..)?].concat()))
}

/// The descriptors of `esds` (ISO/IEC 14496-1 §7.2.6): objectTypeIndication, and what the decoder begins with.
pub(super) fn esds(body: &[u8]) -> Option<(u8, Option<&[u8]>)> {
    fn descriptor(bytes: &[u8], tag: u8) -> Option<&[u8]> {
        let (&found, mut rest) = bytes.split_first()?;
        let mut length = 0usize;
        for _ in 0..4 {
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            length = length << 7 | usize::from(byte & 127);
            if byte & 128 == 0 {
                break;
            }
        }
        let (body, tail) = rest.split_at_checked(length)?;
        if found == tag { Some(body) } else { descriptor(tail, tag) }
    }
    let es = descriptor(body.get(4..)?, 3)?;
    let flags = *es.get(2)?;
    let url = if flags & 0x40 != 0 { 1 + usize::from(*es.get(3)?) } else { 0 };
    let skip = 3 + if flags & 0x80 != 0 { 2 } else { 0 } + url + if flags & 0x20 != 0 { 2 } else { 0 };
    let decoder = descriptor(es.get(skip..)?, 4)?;
    Some((*decoder.first()?, decoder.get(13..).and_then(|rest| descriptor(rest, 5))))
}

/// AAC, or what else `mp4a` may be, by its `esds`.
fn aac(body: &[u8]) -> Result<AudioCodec, MediaError> {
    const BAD: MediaError = MediaError::Malformed("esds");
    let (object, config) = esds(body).ok_or(BAD)?;
    match object {
        0x69 | 0x6B => return Ok(coded("mp3", Vec::new())),
        0xDD => return Ok(coded("vorbis", config.ok_or(BAD)?.to_vec())),
        0x40 | 0x66..=0x68 => {}
        _ => return Err(MediaError::Codec(format!("mp4a.{object:02X}"))),
    }
    let config = config.ok_or(BAD)?;
    let kind = config.first().ok_or(BAD)? >> 3;
    Ok(AudioCodec::Coded { name: format!("mp4a.40.{kind}"), config: config.to_vec() })
}

/// Sampling rate and channels in an AudioSpecificConfig (ISO/IEC 14496-3 §1.5.2.1); none for what needs more
/// than two bytes.
fn aac_format(config: &[u8]) -> Option<(u32, u16)> {
    const RATES: [u32; 13] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ];
    let (first, second) = (*config.first()?, *config.get(1)?);
    let rate = *RATES.get(usize::from((first & 7) << 1 | second >> 7))?;
    let channels = match second >> 3 & 15 {
        0 => return None,
        7 => 8,
        n => u16::from(n),
    };
    Some((rate, channels))
}
