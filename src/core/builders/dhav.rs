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
    coded::{CodedSyntax, Frames, SoundSyntax, Stream},
    jpegs::size_of,
    keep,
    stills::Stills,
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
/// A turn of the counter of milliseconds.
const TURN: i64 = 1 << 16;
/// Milliseconds by which a recording follows another, where nothing says it.
const FOLLOWS: i64 = 40;
/// Pictures a second where nothing says so.
const USUAL_RATE: u8 = 25;
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
    number: u32,
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
            number: four(8),
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
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    /// Width and height.
    size: Option<(u32, u32)>,
    /// Pictures a second.
    rate: Option<u8>,
    heard: Option<Heard>,
}

impl Said {
    /// What is behind an extension that is not known is not read.
    fn read(mut extension: &[u8]) -> Self {
        let mut said = Self::default();
        while let Some((&kind, rest)) = extension.split_first() {
            let bytes = match kind {
                0x80 | 0x81 | 0x83..=0x85 | 0x8B | 0x94 | 0x96 | 0xA0 | 0xB2 | 0xB4 => 3,
                0x82 | 0x88 | 0x8C | 0x91..=0x93 | 0x95 | 0x9A | 0x9B | 0xB3 => 7,
                _ => break,
            };
            let Some((body, rest)) = rest.split_at_checked(bytes) else { break };
            match (kind, body) {
                (0x80, [_, width, height]) => {
                    said.size = Some((8 * u32::from(*width), 8 * u32::from(*height)));
                }
                (0x81, [_, _, rate]) => said.rate = Some(*rate).filter(|rate| *rate > 0),
                (0x82, [_, _, _, a, b, c, d]) => {
                    let size = |low: &u8, high: &u8| u32::from(u16::from_le_bytes([*low, *high]));
                    said.size = Some((size(a, b), size(c, d)));
                }
                (0x83, [channels, codec, rate, ..]) | (0x8C, [_, channels, codec, rate, ..]) => {
                    let rate = RATES.get(usize::from(*rate)).copied().unwrap_or(8000);
                    said.heard = Some(Heard { channels: *channels, codec: *codec, rate });
                }
                _ => {}
            }
            extension = rest;
        }
        said
    }
}

impl Heard {
    /// How its frames are told, if it has any.
    fn syntax(self) -> Option<SoundSyntax> {
        match self.codec {
            0x1A => Some(SoundSyntax::Adts),
            0x1F | 0x21 => Some(SoundSyntax::Mpeg),
            _ => None,
        }
    }
}

/// The frames of one channel.
#[derive(Default)]
struct Channel {
    video: Option<Video>,
    refused: Option<&'static str>,
    /// Pictures a second, as the recorder says.
    rate: Option<u8>,
    heard: Option<Heard>,
    packets: Vec<Packet>,
    /// Sound in frames of its own, wherever those of the file begin.
    framed: Option<Frames>,
    times: Times,
}

enum Video {
    Coded(Box<Stream>),
    /// JPEG files.
    Stills(Stills),
}

impl Video {
    /// Pictures of which this is the first, by what they begin with.
    fn of(data: &[u8], size: Option<(u32, u32)>) -> Option<Self> {
        if data.starts_with(&[0xFF, 0xD8]) {
            return Some(Self::Stills(Stills::new(size_of(data).or(size)?)));
        }
        let syntax = start_codes::units(data).find_map(CodedSyntax::of)?;
        Some(Self::Coded(Box::new(Stream::new(syntax))))
    }
}

/// The time of a channel's frames: their milliseconds, which go on over their 16 bits, and their date where those do
/// not say enough.
#[derive(Default)]
struct Times {
    last: Option<Moment>,
    /// The first picture of those that say the same milliseconds and second.
    pictured: Option<(Moment, u32)>,
    /// Recordings behind the first one.
    joins: u32,
}

/// What a frame says, and the time that was made of it, in milliseconds from the first frame on.
#[derive(Clone, Copy)]
struct Moment {
    millis: u16,
    second: Option<i64>,
    time: i64,
}

impl Times {
    /// The time of a frame; `rate` is pictures a second, where it is one.
    fn time(&mut self, head: &DavHead, rate: Option<u8>) -> i64 {
        let second = head.clock().map(|clock| clock.unix_secs());
        let now = |time| Moment { millis: head.millis, second, time };
        let moment = now(self.last.map_or(0, |last| last.time + last.step_to(head.millis, second)));
        if self.last.is_some_and(|last| last.is_of_another(head.millis, second)) {
            (self.joins, self.pictured) = (self.joins + 1, None);
        }
        self.last = Some(moment);
        let Some(rate) = rate else { return moment.time };
        // Recorders whose pictures all say the same milliseconds count them.
        let (first, number) = match self.pictured.filter(|(first, _)| first.millis == head.millis) {
            Some((first, number)) if first.second == second => {
                let pictures = i64::from(head.number.saturating_sub(number));
                return first.time + pictures * i64::from(TIMESCALE) / i64::from(rate);
            }
            Some((first, _)) => (now(first.time + first.step_to(head.millis, second)), head.number),
            None => (moment, head.number),
        };
        self.pictured = Some((first, number));
        first.time
    }
}

impl Moment {
    /// What the counter of milliseconds says: a step of more than half a turn is one back, of pictures that are not in
    /// order.
    fn counted_to(&self, millis: u16) -> i64 {
        let step = (i64::from(millis) - i64::from(self.millis)).rem_euclid(TURN);
        if step > TURN / 2 { step - TURN } else { step }
    }

    /// Whether a frame is of another recording, with an earlier date, behind this one. Where the counter goes on, the
    /// clock was set back.
    fn is_of_another(&self, millis: u16, second: Option<i64>) -> bool {
        const SECOND: i64 = 1000;
        let step = self.counted_to(millis);
        let dated = self.second.zip(second).map_or(0, |(from, to)| SECOND * (to - from));
        let goes_on = (0..=2 * SECOND).contains(&step);
        !goes_on && (dated < -SECOND || (dated < 0 && step < -SECOND))
    }

    /// Milliseconds to another frame.
    fn step_to(&self, millis: u16, second: Option<i64>) -> i64 {
        /// By so much a date may differ from milliseconds that are right.
        const NEAR: i64 = 2000;
        /// Milliseconds that begin anew with each second go back by more than this.
        const ANEW: i64 = -500;
        if self.is_of_another(millis, second) {
            return FOLLOWS;
        }
        let step = self.counted_to(millis);
        let dated = self.second.zip(second).map_or(step, |(from, to)| 1000 * (to - from));
        if step < ANEW && step + dated > 0 {
            return step + dated;
        }
        if dated - step < NEAR && !(step == 0 && dated > 0) {
            return step;
        }
        // Nothing was recorded for a while: whole turns of the milliseconds, or they began anew.
        let turned = step + (dated - step + TURN / 2).div_euclid(TURN) * TURN;
        if (dated - turned).abs() < NEAR && turned > 0 { turned } else { dated }
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
        let said = Said::read(frame.get(HEAD_BYTES..begin).unwrap_or_default());
        channel.rate = said.rate.or(channel.rate);
        match head.kind {
            0xFC..=0xFE => {
                let pts = channel.times.time(head, Some(channel.rate.unwrap_or(USUAL_RATE)));
                if self.created.is_none() {
                    self.created = head.clock();
                }
                let offset = at + begin as u64;
                channel.video = channel.video.take().or_else(|| Video::of(data, said.size));
                match &mut channel.video {
                    Some(Video::Coded(stream)) => stream.picture(data, offset, pts)?,
                    Some(Video::Stills(stills)) => stills.add(offset, data.len() as u64, pts)?,
                    None => channel.refused = Some("DAV video"),
                }
            }
            0xF0 => {
                let pts = channel.times.time(head, None);
                channel.heard = channel.heard.or(said.heard);
                if channel.packets.len() == MAX_PICTURES {
                    return Err(MediaError::TooLong(MAX_PICTURES));
                }
                let (offset, size) = (at + begin as u64, data.len() as u32);
                if let Some(syntax) = channel.heard.and_then(|heard| heard.syntax()) {
                    let frames = channel.framed.get_or_insert_with(|| Frames::new(syntax));
                    frames.feed(data, offset, Some(pts), TIMESCALE);
                    return Ok(());
                }
                channel.packets.push(Packet { offset, size, pts, duration: 0, pieces: Pieces::default() });
            }
            _ => {}
        }
        Ok(())
    }

    fn index(self, format: &str, len: u64) -> Result<Index, MediaError> {
        let mut index = Index { created: self.created, ..Index::empty(format, len) };
        let mut refused = None;
        let joins = self.channels.values().map(|channel| channel.times.joins).max().unwrap_or_default();
        for channel in self.channels.into_values() {
            refused = refused.or(channel.refused.map(|name| MediaError::Codec(name.into())));
            let sound = match channel.framed {
                Some(frames) => frames.track(TIMESCALE).ok(),
                None => channel.heard.and_then(|heard| sound_track(heard, channel.packets)),
            };
            match channel.video {
                Some(Video::Coded(stream)) => keep(&mut index, &mut refused, stream.track(TIMESCALE)),
                Some(Video::Stills(stills)) => keep(&mut index, &mut refused, stills.track(TIMESCALE)),
                None => {}
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
        if joins > 0 {
            index.unused.push(Unused::new("joins", &joins.to_string()));
        }
        if index.videos.is_empty() {
            return Err(refused.unwrap_or(MediaError::NoVideo));
        }
        Ok(index)
    }
}

fn sound_track(heard: Heard, mut packets: Vec<Packet>) -> Option<AudioTrack> {
    let pcm = |bits| AudioCodec::Pcm { bits, big_endian: false, float: false, unsigned: false };
    let codec = match heard.codec {
        0x0E => AudioCodec::ALaw,
        0x0A | 0x16 => AudioCodec::MuLaw,
        0x07 => pcm(8),
        0x0C | 0x10 => pcm(16),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Second of the recorder's clock, its milliseconds, number of the picture.
    fn times(pictures: &[(u32, u16, u32)]) -> Vec<i64> {
        let mut times = Times::default();
        let day = 18 << 17 | 11 << 22 | 26 << 26;
        let head = |&(second, millis, number): &(u32, u16, u32)| DavHead {
            kind: 0xFD,
            channel: 0,
            number,
            bytes: 0,
            date: day | (second / 3600) << 12 | (second / 60 % 60) << 6 | (second % 60),
            millis,
            extension: 0,
        };
        pictures.iter().map(|one| times.time(&head(one), Some(10))).collect()
    }

    #[test]
    fn milliseconds_go_on_over_their_end_and_over_nights_without_recording() {
        assert_eq!(times(&[(9, 65_500, 0), (9, 4, 1), (10, 964, 2)]), [0, 40, 1000]);
        // 200 seconds without a picture, by a counter that went on.
        assert_eq!(times(&[(9, 0, 0), (209, (200_040 % 65_536) as u16, 1)]), [0, 200_040]);
        // The counter began anew.
        assert_eq!(times(&[(9, 50_000, 0), (3609, 10, 1)]), [0, 3_600_000]);
        // Whole turns, to the millisecond.
        assert_eq!(times(&[(0, 7, 0), (66, 7, 1)]), [0, 65_536]);
    }

    #[test]
    fn recordings_with_earlier_dates_follow_one_another() {
        let said = [(3600, 0, 0), (3600, 40, 1), (3601, 1000, 2), (9, 0, 0), (9, 40, 1), (10, 1000, 2)];
        assert_eq!(times(&said), [0, 40, 1000, 1040, 1080, 2040]);
        // The clock was set back while it recorded.
        assert_eq!(times(&[(3600, 960, 0), (9, 1000, 1)]), [0, 40]);
        // Milliseconds of the second, and not of the recording.
        assert_eq!(times(&[(5, 920, 0), (5, 960, 1), (6, 0, 2), (6, 40, 3)]), [0, 40, 80, 120]);
    }

    #[test]
    fn pictures_that_all_say_the_same_milliseconds_are_counted() {
        let said = [(5, 0, 70), (5, 0, 71), (5, 0, 72), (6, 0, 80), (6, 0, 81), (8, 0, 99)];
        assert_eq!(times(&said), [0, 100, 200, 1000, 1100, 3000]);
    }

    #[test]
    fn sound_and_size_stand_in_extensions_of_every_length() {
        let said =
            Said::read(&[0x84, 0, 0, 0, 0x8C, 0, 2, 0x0E, 4, 0, 0, 0, 0x81, 0, 2, 15, 0x80, 0, 40, 30]);
        assert_eq!(said.heard, Some(Heard { channels: 2, codec: 0x0E, rate: 16_000 }));
        assert_eq!((said.rate, said.size), (Some(15), Some((320, 240))));
        assert_eq!(Said::read(&[0x77, 0x81, 0, 2, 15]).rate, None);
    }
}
