//! DHAV (`.dav`): frames with heads of a recorder's own, each with its date. The layout is known from public
//! descriptions and files; no document of its maker is.
//!
//! Entry point: [`Dhav`]. A frame: `DHAV`, kind, its kind again, channel, number in the second (1 byte each), number
//! (4), length of all of it (4), date (4), milliseconds (2), bytes of extensions (1), a sum (1), extensions, data,
//! `dhav`, length (4); numbers are little-endian. Absent: encrypted frames.

use std::collections::BTreeMap;

use memchr::memmem;

use super::{
    Builder, Footage,
    coded::{CodedSyntax, Stream},
};
use crate::{
    media::{AudioCodec, AudioTrack, Index, MAX_PICTURES, MediaError, Packet, Pieces, Unused, start_codes},
    text::Timestamp,
};

const MAGIC: &[u8; 4] = b"DHAV";
const HEAD_BYTES: usize = 24;
const TAIL_BYTES: usize = 8;
/// A frame that says it is longer is none.
const MAX_FRAME: usize = 8 << 20;
const READ_BYTES: usize = 16 << 20;
/// Milliseconds.
const TIMESCALE: u32 = 1000;
/// Samples a second by their number in an extension.
const RATES: [u32; 13] =
    [8000, 4000, 8000, 11_025, 16_000, 20_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000, 64_000];

/// DHAV files.
pub(super) struct Dhav;

/// One frame's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DavHead {
    kind: u8,
    channel: u8,
    bytes: usize,
    date: u32,
    millis: u16,
    extension: usize,
}

impl DavHead {
    fn read(bytes: &[u8]) -> Option<Self> {
        let head = bytes.first_chunk::<HEAD_BYTES>().filter(|head| head.starts_with(MAGIC))?;
        let four = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let length = four(12) as usize;
        let head = Self {
            kind: head[4],
            channel: head[6],
            bytes: length,
            date: four(16),
            millis: u16::from_le_bytes([head[20], head[21]]),
            extension: usize::from(head[22]),
        };
        let is_good = length >= HEAD_BYTES + TAIL_BYTES + head.extension && length <= MAX_FRAME;
        is_good.then_some(head)
    }

    /// The recorder's clock: seconds, minutes, hour, day, month, years since 2000, from the lowest bit on.
    fn clock(&self) -> Option<Timestamp> {
        let part = |shift: u32, bits: u32| self.date >> shift & ((1 << bits) - 1);
        let (day, month, year) = (part(17, 5), part(22, 4), 2000 + part(26, 6));
        let (hour, minute, second) = (part(12, 5), part(6, 6), part(0, 6));
        Timestamp::parse(&format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+09:00")).ok()
    }
}

/// Sound as an extension describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Heard {
    channels: u8,
    codec: u8,
    rate: u32,
}

/// What the extensions of a frame say.
fn sound_of(mut extension: &[u8]) -> Option<Heard> {
    loop {
        let (&kind, rest) = extension.split_first()?;
        let bytes = match kind {
            0x83 => {
                let [channels, codec, rate, ..] = *rest else { return None };
                return Some(Heard {
                    channels,
                    codec,
                    rate: RATES.get(usize::from(rate)).copied().unwrap_or(8000),
                });
            }
            0x80 | 0x81 => 3,
            0x82 => 7,
            0x88 | 0x8C | 0x91 | 0x92 | 0x93 | 0x95 | 0x9A | 0x9B => 7,
            _ => return None,
        };
        extension = rest.get(bytes..)?;
    }
}

/// The frames of one channel.
#[derive(Default)]
struct Channel {
    video: Option<Stream>,
    refused: Option<&'static str>,
    heard: Option<Heard>,
    packets: Vec<Packet>,
    time: Millis,
}

/// Milliseconds that go on over their 16 bits, and over seconds that they do not say.
#[derive(Default)]
struct Millis {
    last: Option<(i64, i64)>,
}

impl Millis {
    /// The time of a frame, from the first one on.
    fn time(&mut self, head: &DavHead) -> i64 {
        let (low, second) = (i64::from(head.millis), head.clock().map_or(0, |clock| clock.unix_secs()));
        let Some((time, last_low)) = self.last else {
            self.last = Some((0, low));
            return 0;
        };
        let step = (low - last_low).rem_euclid(1 << 16);
        // A step of more than half a turn is a step back of pictures that are not in order.
        let step = if step > 1 << 15 { step - (1 << 16) } else { step };
        let _ = second;
        self.last = Some((time + step, low));
        time + step
    }
}

impl Builder for Dhav {
    fn format(&self) -> &'static str {
        "dhav"
    }

    fn fits(&self, head: &[u8]) -> bool {
        let at = memmem::find(head, MAGIC);
        at.is_some_and(|at| head.get(at..).and_then(DavHead::read).is_some())
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let mut file = DavFile::default();
        let (mut at, len) = (0u64, footage.len());
        while at < len {
            footage.came_to(at)?;
            let bytes = footage.read(at, (len - at).min(READ_BYTES as u64) as usize)?;
            let used = file.take_all(&bytes, at, at + bytes.len() as u64 == len)?;
            at += used.max(1) as u64;
        }
        file.index(self.format(), len)
    }
}

#[derive(Default)]
struct DavFile {
    channels: BTreeMap<u8, Channel>,
    created: Option<Timestamp>,
    lost: u64,
}

impl DavFile {
    fn take_all(&mut self, bytes: &[u8], at: u64, is_last: bool) -> Result<usize, MediaError> {
        let mut here = 0;
        loop {
            let rest = bytes.get(here..).unwrap_or_default();
            match DavHead::read(rest) {
                Some(head) if rest.len() >= head.bytes => {
                    let frame = rest.get(..head.bytes).unwrap_or_default();
                    self.take(&head, frame, at + here as u64)?;
                    here += head.bytes;
                }
                Some(_) if !is_last && here > 0 => return Ok(here),
                _ => {
                    // No frame, or one that is cut off: on to the next.
                    let next = rest.get(1..).and_then(|rest| memmem::find(rest, MAGIC)).map(|next| next + 1);
                    let keep = if is_last { 0 } else { MAGIC.len() - 1 };
                    let skip = next.unwrap_or(rest.len().saturating_sub(keep));
                    self.lost += skip as u64;
                    here += skip;
                    if next.is_none() {
                        return Ok(here);
                    }
                }
            }
        }
    }

    fn take(&mut self, head: &DavHead, frame: &[u8], at: u64) -> Result<(), MediaError> {
        let begin = HEAD_BYTES + head.extension;
        let data = frame.get(begin..head.bytes - TAIL_BYTES).unwrap_or_default();
        let channel = self.channels.entry(head.channel).or_default();
        match head.kind {
            0xFC..=0xFE => {
                let pts = channel.time.time(head);
                if self.created.is_none() {
                    self.created = head.clock();
                }
                if channel.video.is_none() {
                    channel.video = start_codes::units(data).find_map(CodedSyntax::of).map(Stream::new);
                }
                match &mut channel.video {
                    Some(stream) => {
                        stream.picture(data, at + begin as u64, pts)?;
                    }
                    None => channel.refused = Some("DAV video"),
                }
            }
            0xF0 => {
                let pts = channel.time.time(head);
                channel.heard = channel.heard.or_else(|| sound_of(frame.get(HEAD_BYTES..begin)?));
                if channel.packets.len() == MAX_PICTURES {
                    return Err(MediaError::TooLong(MAX_PICTURES));
                }
                let (offset, size) = (at + begin as u64, data.len() as u32);
                channel.packets.push(Packet { offset, size, pts, duration: 0, pieces: Pieces::default() });
            }
            _ => {}
        }
        Ok(())
    }

    fn index(self, format: &str, len: u64) -> Result<Index, MediaError> {
        let mut index = Index { created: self.created, ..Index::empty(format, len) };
        let mut refused = None;
        for channel in self.channels.into_values() {
            refused = refused.or(channel.refused);
            let sound = channel.heard.and_then(|heard| sound_track(heard, channel.packets));
            if let Some(stream) = channel.video {
                index.videos.push(stream.track(TIMESCALE)?);
            }
            match (sound, channel.heard) {
                (Some(track), _) if index.audio.is_none() => index.audio = Some(track),
                (None, Some(heard)) => {
                    index.unused.push(Unused::new("sound", &format!("DAV {:#04x}", heard.codec)))
                }
                _ => {}
            }
        }
        if self.lost > 0 {
            index.unused.push(Unused::new("bytes", &format!("{} between frames", self.lost)));
        }
        if index.videos.is_empty() {
            return Err(refused.map_or(MediaError::NoVideo, |name| MediaError::Codec(name.into())));
        }
        Ok(index)
    }
}

fn sound_track(heard: Heard, mut packets: Vec<Packet>) -> Option<AudioTrack> {
    let pcm = AudioCodec::Pcm { bits: 16, big_endian: false, float: false, unsigned: false };
    let codec = match heard.codec {
        0x0E => AudioCodec::ALaw,
        0x0A | 0x16 => AudioCodec::MuLaw,
        0x0C | 0x10 => pcm,
        _ => return None,
    };
    let channels = u16::from(heard.channels.max(1));
    let (frame, _) = codec.frame(channels)?;
    for packet in &mut packets {
        packet.duration =
            (u64::from(packet.size) / frame * u64::from(TIMESCALE) / u64::from(heard.rate)) as u32;
    }
    packets.sort_by_key(|packet| packet.pts);
    let is_sane = codec.is_sane(heard.rate, channels);
    is_sane.then_some(AudioTrack {
        codec,
        timescale: TIMESCALE,
        rate: heard.rate,
        channels,
        packets,
        runs: Vec::new(),
    })
}
