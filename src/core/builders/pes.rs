//! Packetized elementary streams: the head of a packet in transport and program streams (ISO/IEC 13818-1 §2.4.3.6), and
//! the streams that packets carry.
//!
//! Entry points: [`PesHead::read`], [`Elementary`]. Absent: the streams' content (`coded`).

use super::{
    coded::{CodedSyntax, Frames, SoundSyntax, Stream},
    keep,
};
use crate::media::{Index, MediaError, Unused, start_codes};

/// Units of a time in a second.
pub(super) const TIMESCALE: u32 = 90_000;

/// The head of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PesHead {
    /// stream_id.
    pub stream: u8,
    /// Bytes before the payload.
    pub bytes: usize,
    /// PES_packet_length: bytes behind it, or 0 if it does not say.
    pub length: usize,
    /// PTS.
    pub pts: Option<i64>,
}

impl PesHead {
    /// Reads the head at the beginning of `bytes`.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let [0, 0, 1, stream, high, low, ..] = *bytes else { return None };
        let length = usize::from(high) << 8 | usize::from(low);
        // program_stream_map, padding, private_stream_2, ECM, EMM, directory, DSM-CC, H.222.1 E have no more head.
        if matches!(stream, 0xBC | 0xBE | 0xBF | 0xF0..=0xF2 | 0xF8 | 0xFF) {
            return Some(Self { stream, bytes: 6, length, pts: None });
        }
        let [_, _, _, _, _, _, first, flags, head_bytes, ..] = *bytes else { return None };
        if first >> 6 != 2 {
            let (bytes, pts) = first_head(bytes)?;
            return Some(Self { stream, bytes, length, pts });
        }
        let pts = if flags & 0x80 != 0 { bytes.get(9..14).and_then(stamp) } else { None };
        Some(Self { stream, bytes: 9 + usize::from(head_bytes), length, pts })
    }
}

/// The head of a packet of MPEG-1 (ISO/IEC 11172-1 §2.4.3.3): its bytes, and its time.
fn first_head(bytes: &[u8]) -> Option<(usize, Option<i64>)> {
    const MAX_STUFFING: usize = 16;
    let stuffing = bytes.get(6..)?.iter().take(MAX_STUFFING).take_while(|byte| **byte == 0xFF).count();
    let mut at = 6 + stuffing;
    if bytes.get(at)? >> 6 == 1 {
        at += 2;
    }
    let time = || bytes.get(at..at + 5).and_then(stamp);
    match bytes.get(at)? >> 4 {
        2 => Some((at + 5, time())),
        3 => Some((at + 10, time())),
        _ => (*bytes.get(at)? == 0x0F).then_some((at + 1, None)),
    }
}

/// 33 bits of a time, with marker bits between them.
pub(super) fn stamp(bytes: &[u8]) -> Option<i64> {
    let [a, b, c, d, e] = *bytes else { return None };
    let part = |byte: u8, shift: u32| i64::from(byte) << shift;
    Some(part(a >> 1 & 7, 30) | part(b, 22) | part(c >> 1, 15) | part(d, 7) | part(e >> 1, 0))
}

/// What a stream carries, as its container says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Pictures.
    Video(CodedSyntax),
    /// Sound in frames.
    Sound(SoundSyntax),
    /// Something that nothing here plays, by its name: pictures or not.
    Other(&'static str, bool),
    /// It does not say; a packet tells.
    Unknown,
}

impl Kind {
    /// By stream_type (ISO/IEC 13818-1 table 2-34, and what recorders write beside it) and descriptors (§2.6). Of a
    /// program of a disc (HDMV) G.711 is none of it.
    pub(super) fn of_type(stream_type: u8, descriptors: &[u8], is_disc: bool) -> Self {
        match stream_type {
            0x1B => Self::Video(CodedSyntax::Avc),
            0x24 => Self::Video(CodedSyntax::Hevc),
            0x01 | 0x02 => Self::Video(CodedSyntax::Mpeg2),
            0x10 => Self::Video(CodedSyntax::Visual),
            0xEA => Self::Other("VC-1", true),
            0x0F => Self::Sound(SoundSyntax::Adts),
            0x11 => Self::Other("AAC LATM", false),
            0x03 | 0x04 => Self::Sound(SoundSyntax::Mpeg),
            0x81 | 0x87 => Self::Other("AC-3", false),
            0x90 if !is_disc => Self::Sound(SoundSyntax::ALaw),
            0x91 => Self::Sound(SoundSyntax::MuLaw),
            0x06 if is_opus(descriptors) => Self::Sound(SoundSyntax::Opus),
            _ => Self::Unknown,
        }
    }

    /// By the payload of the first packet of a stream, or of a later one: a file may begin in the middle of
    /// pictures, or of a frame of sound. Of a later one only what its stream_id says it may be.
    fn of_bytes(payload: &[u8], id: u8, is_first: bool) -> Self {
        let syntax = start_codes::units(payload).find_map(CodedSyntax::of);
        let (may_be_seen, may_be_heard) = (is_first || is_video(id), is_first || id & 0xE0 == 0xC0);
        match (syntax, payload) {
            (Some(syntax), _) if may_be_seen => Self::Video(syntax),
            (None, [0xFF, second, ..]) if may_be_heard && second & 0xF6 == 0xF0 => {
                Self::Sound(SoundSyntax::Adts)
            }
            (None, [0xFF, second, ..]) if may_be_heard && second & 0xE0 == 0xE0 => {
                Self::Sound(SoundSyntax::Mpeg)
            }
            _ => Self::Unknown,
        }
    }
}

/// Whether it is the stream_id of pictures (ISO/IEC 13818-1 table 2-22).
fn is_video(id: u8) -> bool {
    id >> 4 == 0xE
}

/// Opus is registered in a descriptor, and another says its channels (ETSI TS 103 491 §5.3); of more than two it has
/// several streams in a packet.
fn is_opus(descriptors: &[u8]) -> bool {
    const EXTENSION: u8 = 0x7F;
    let is_many =
        |(tag, body): (u8, &[u8])| tag == EXTENSION && matches!(body, [0x80, channels, ..] if *channels > 2);
    is_registered(descriptors, b"Opus") && !each(descriptors).any(is_many)
}

/// Whether a registration descriptor has this name (§2.6.8).
pub(super) fn is_registered(descriptors: &[u8], name: &[u8; 4]) -> bool {
    const REGISTRATION: u8 = 0x05;
    each(descriptors).any(|(tag, body)| tag == REGISTRATION && body.starts_with(name))
}

/// Descriptors, each with its tag; what is cut off is left out.
fn each(mut descriptors: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let [tag, length, rest @ ..] = descriptors else { return None };
        let (body, rest) = rest.split_at_checked(usize::from(*length))?;
        descriptors = rest;
        Some((*tag, body))
    })
}

enum Content {
    Video(Box<Stream>),
    Sound(Box<Frames>),
    /// Nothing is made of it.
    Other,
}

/// A stream of a container of packets.
pub(super) struct Elementary {
    kind: Kind,
    content: Content,
    /// stream_id of its last packet.
    id: u8,
    packets: u64,
    /// Bytes of which nothing was made.
    bytes: u64,
}

impl Elementary {
    /// A stream of this kind.
    pub(super) fn new(kind: Kind) -> Self {
        let content = match kind {
            Kind::Video(syntax) => Content::Video(Box::new(Stream::new(syntax))),
            Kind::Sound(syntax) => Content::Sound(Box::new(Frames::new(syntax))),
            Kind::Other(..) | Kind::Unknown => Content::Other,
        };
        Self { kind, content, id: 0, packets: 0, bytes: 0 }
    }

    /// Takes payload that lies at `offset` of the file. A packet of the stream `begins` begins with it, whose
    /// time is `pts`.
    pub(super) fn feed(
        &mut self,
        payload: &[u8],
        offset: u64,
        begins: Option<u8>,
        pts: Option<i64>,
    ) -> Result<(), MediaError> {
        if let Some(id) = begins {
            (self.id, self.packets) = (id, self.packets + 1);
            if self.kind == Kind::Unknown {
                let kind = Kind::of_bytes(payload, id, self.packets == 1);
                *self = Self { id, packets: self.packets, bytes: self.bytes, ..Self::new(kind) };
            }
        }
        match &mut self.content {
            Content::Video(stream) => stream.feed(payload, offset, pts),
            Content::Sound(sound) => {
                sound.feed(payload, offset, pts, TIMESCALE);
                Ok(())
            }
            Content::Other => {
                self.bytes += payload.len() as u64;
                Ok(())
            }
        }
    }
}

/// What comes of the streams of a file.
pub(super) struct Harvest {
    /// Its tracks, the first sound, and what is in no track.
    pub index: Index,
    /// Why the first pictures that are in no track are not.
    pub refused: Option<MediaError>,
}

impl Harvest {
    /// Of these streams, in their order, of a file of this format and length.
    pub(super) fn of(format: &str, len: u64, streams: impl Iterator<Item = Elementary>) -> Self {
        let mut harvest = Self { index: Index::empty(format, len), refused: None };
        streams.for_each(|stream| harvest.add(stream));
        harvest
    }

    fn add(&mut self, stream: Elementary) {
        match (stream.content, stream.kind) {
            (Content::Video(video), _) => {
                let unused = video.unused() + stream.bytes;
                let track = video.track(TIMESCALE);
                let is_whole = track.is_ok();
                keep(&mut self.index, &mut self.refused, track);
                if is_whole && unused > 0 {
                    self.index.unused.push(Unused::new("bytes", &format!("{unused} in no whole picture")));
                }
            }
            (Content::Sound(_), _) if stream.packets == 0 => {}
            (Content::Sound(sound), _) if self.index.audio.is_none() => match sound.track(TIMESCALE) {
                Ok(track) => self.index.audio = Some(track),
                Err(unused) => self.index.unused.push(unused),
            },
            (Content::Sound(_), _) => self.index.unused.push(Unused::new("sound", "a further track")),
            (Content::Other, Kind::Other(name, true)) => {
                self.index.unused.push(Unused::new("pictures", name));
                self.refused.get_or_insert(MediaError::Codec(name.into()));
            }
            (Content::Other, Kind::Other(name, false)) => self.index.unused.push(Unused::new("sound", name)),
            (Content::Other, Kind::Unknown) if stream.packets > 0 && is_video(stream.id) => {
                self.index.unused.push(Unused::new("pictures", "of no known kind"));
                self.refused.get_or_insert(MediaError::Codec("unknown".into()));
            }
            (Content::Other, _) if stream.packets > 0 => {
                let (packets, bytes) = (stream.packets, stream.bytes);
                self.index.unused.push(Unused::new("stream", &format!("{packets} packets, {bytes} bytes")));
            }
            (Content::Other, _) => {}
        }
    }
}
