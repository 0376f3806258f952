//! AVI (RIFF), also with OpenDML's further parts. Chunks are read one behind another; the indexes of the file are not
//! used: recorders that lost power have none, and others wrong ones.
//!
//! Entry point: [`Avi`]. Absent: codecs other than H.264, H.265, MPEG-4 part 2, MPEG-1, MPEG-2 and JPEG.

use super::{
    Builder, Footage,
    bitmap::{BitmapFormat, Compression},
    coded::{CodedSyntax, Frames, SoundSyntax, Stream, mpeg_configuration},
    keep,
    mp4::codec_of_configuration,
    stills::Stills,
    wave::WaveFormat,
};
use crate::{
    media::{AudioCodec, Codec, Index, MediaError, Packet, Unused},
    text::Timestamp,
};

const HEAD_BYTES: usize = 8;
/// Bytes that are looked through at a time for the next chunk.
const READ_BYTES: u64 = 1 << 20;
/// Streams of a file.
const MAX_STREAMS: usize = 16;
/// A picture that says it is longer is none.
const MAX_CHUNK: u64 = 64 << 20;
/// Bytes of `IDIT`, which says when the file was made.
const MAX_DATE: u64 = 64;
/// `strh` and `strf` are short.
const MAX_HEADER: u64 = 1 << 20;

/// AVI files.
pub(super) struct Avi;

impl Builder for Avi {
    fn format(&self) -> &'static str {
        "avi"
    }

    fn fits(&self, head: &[u8]) -> bool {
        // Some write another last letter.
        head.starts_with(b"RIFF") && matches!(head.get(8..12), Some(b"AVI " | b"AVI\x19"))
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let mut file = AviFile::default();
        let cut_off = file.walk(footage)?;
        file.index(self.format(), footage.len(), cut_off)
    }
}

/// A stream's head (`strh`).
#[derive(Debug, Clone, Copy)]
struct StreamHead {
    kind: [u8; 4],
    handler: [u8; 4],
    scale: u32,
    rate: u32,
}

enum Content {
    Video(Box<Stream>),
    Stills(Stills),
    Sound(WaveFormat, Vec<Packet>),
    /// Sound in frames of their own, wherever chunks begin, with its samples a second.
    Framed(Box<Frames>, u32),
    Other(Unused, Option<MediaError>),
}

/// A stream and how far it has come, in its own units.
struct AviTrack {
    head: StreamHead,
    content: Content,
    next: i64,
}

#[derive(Default)]
struct AviFile {
    head: Option<StreamHead>,
    tracks: Vec<AviTrack>,
    created: Option<Timestamp>,
    /// Bytes that are of no chunk.
    lost: u64,
}

impl AviFile {
    /// Goes through all chunks; says whether the file ends inside one.
    fn walk(&mut self, footage: &mut Footage<'_>) -> Result<bool, MediaError> {
        let (mut at, len, mut is_padded) = (0u64, footage.len(), false);
        while at + HEAD_BYTES as u64 <= len {
            footage.came_to(at)?;
            let mut head = footage.read(at, HEAD_BYTES)?;
            if is_padded && !is_known(&four(&head, 0)) {
                // Some recorders leave out the byte behind a chunk of odd length.
                let before = footage.read(at - 1, HEAD_BYTES)?;
                if is_known(&four(&before, 0)) {
                    (at, head) = (at - 1, before);
                }
            }
            let Some((next, padded)) = self.take_element(footage, at, &head)? else {
                let Some(next) = self.next_chunk(footage, at + 1)? else {
                    return Ok(four(&head, 0) != [0; 4]);
                };
                self.lost += next - at;
                (at, is_padded) = (next, false);
                continue;
            };
            (at, is_padded) = (next, padded);
        }
        Ok(at > len)
    }

    /// Takes what begins at `at`; gives where the next begins, and whether a byte of padding is before it. Nothing if
    /// this is none.
    fn take_element(
        &mut self,
        footage: &Footage<'_>,
        at: u64,
        head: &[u8],
    ) -> Result<Option<(u64, bool)>, MediaError> {
        let (kind, size) = (four(head, 0), u64::from(u32::from_le_bytes(four(head, 4))));
        let (body, len) = (at + HEAD_BYTES as u64, footage.len());
        let (end, is_padded) = (body + size + (size & 1), size & 1 == 1);
        match &kind {
            // What is in a list follows its head; its length is not needed, and not always right.
            b"RIFF" | b"LIST" => return Ok(Some((body + 4, false))),
            b"strh" | b"strf" if size <= MAX_HEADER => {
                let bytes = footage.read(body, size.min(len - body) as usize)?;
                if kind == *b"strh" { self.take_head(&bytes) } else { self.take_format(&bytes) }
            }
            b"IDIT" if size <= MAX_DATE => {
                self.created = date(&footage.read(body, size.min(len - body) as usize)?);
            }
            _ if is_chunk(&kind) => {
                if body + size > len {
                    return Ok(None);
                }
                self.take_chunk(footage, &kind, body, size)?;
            }
            _ if is_known(&kind) => {}
            // No chunk begins here.
            _ if kind.iter().any(|byte| !(0x20..0x7F).contains(byte)) => return Ok(None),
            // Of a kind that is not known: only what stands behind it says whether it is one.
            _ if !self.stands_before_chunk(footage, end, is_padded)? => return Ok(None),
            _ => {}
        }
        Ok(Some((end, is_padded)))
    }

    fn stands_before_chunk(
        &self,
        footage: &Footage<'_>,
        end: u64,
        is_padded: bool,
    ) -> Result<bool, MediaError> {
        if end >= footage.len() {
            return Ok(end - u64::from(is_padded) <= footage.len());
        }
        let from = end - u64::from(is_padded);
        let bytes = footage.read(from, (footage.len() - from).min(5) as usize)?;
        Ok(is_known(&four(&bytes, 0)) || (is_padded && is_known(&four(&bytes, 1))))
    }

    /// The next place from `at` on where the data of a stream begins, behind which another chunk stands.
    fn next_chunk(&self, footage: &mut Footage<'_>, mut at: u64) -> Result<Option<u64>, MediaError> {
        let len = footage.len();
        while at + HEAD_BYTES as u64 <= len {
            footage.came_to(at)?;
            let bytes = footage.read(at, (len - at).min(READ_BYTES) as usize)?;
            for (here, head) in bytes.windows(HEAD_BYTES).enumerate() {
                if !is_chunk(&four(head, 0)) {
                    continue;
                }
                let size = u64::from(u32::from_le_bytes(four(head, 4)));
                let end = at + (here + HEAD_BYTES) as u64 + size + (size & 1);
                if self.stands_before_chunk(footage, end, size & 1 == 1)? {
                    return Ok(Some(at + here as u64));
                }
            }
            at += (bytes.len() - HEAD_BYTES + 1) as u64;
        }
        Ok(None)
    }

    fn take_head(&mut self, bytes: &[u8]) {
        let number = |at: usize| u32::from_le_bytes(four(bytes, at));
        let head =
            StreamHead { kind: four(bytes, 0), handler: four(bytes, 4), scale: number(20), rate: number(24) };
        self.head = Some(head);
    }

    fn take_format(&mut self, bytes: &[u8]) {
        let Some(mut head) = self.head.take().filter(|_| self.tracks.len() < MAX_STREAMS) else { return };
        if head.scale == 0 || head.rate == 0 {
            (head.scale, head.rate) = (1, 25);
        }
        let content = match &head.kind {
            b"vids" => video(&head, bytes),
            b"auds" => match WaveFormat::read(bytes) {
                Some(WaveFormat { codec: Ok(AudioCodec::Coded { name, .. }), rate, .. }) if name == "mp3" => {
                    Content::Framed(Box::new(Frames::new(SoundSyntax::Mpeg)), rate)
                }
                Some(format) => Content::Sound(format, Vec::new()),
                None => Content::Other(Unused::new("sound", "its description is cut off"), None),
            },
            kind => Content::Other(Unused::new("track", &name(kind)), None),
        };
        self.tracks.push(AviTrack { head, content, next: 0 });
    }

    fn take_chunk(
        &mut self,
        footage: &Footage<'_>,
        kind: &[u8; 4],
        at: u64,
        size: u64,
    ) -> Result<(), MediaError> {
        let number = usize::from(kind[0] - b'0') * 10 + usize::from(kind[1] - b'0');
        let Some(track) = self.tracks.get_mut(number) else { return Ok(()) };
        match &mut track.content {
            Content::Video(stream) => {
                // An empty chunk says that the picture before stays: it takes its time.
                let time = track.next.saturating_mul(i64::from(track.head.scale));
                track.next += 1;
                if size > 0 && size <= MAX_CHUNK {
                    stream.picture(&footage.read(at, size as usize)?, at, time)?;
                }
            }
            Content::Stills(stills) => {
                let time = track.next.saturating_mul(i64::from(track.head.scale));
                track.next += 1;
                if size > 0 && size <= MAX_CHUNK {
                    stills.add(at, size, time)?;
                }
            }
            Content::Sound(format, packets) => {
                if format.codec.is_ok() {
                    format.add(packets, at, size, track.next)?;
                }
                track.next = track.next.saturating_add_unsigned(format.samples_in(size));
            }
            Content::Framed(frames, rate) => {
                if size <= MAX_CHUNK {
                    frames.feed(&footage.read(at, size as usize)?, at, None, *rate);
                }
            }
            Content::Other(..) => {}
        }
        Ok(())
    }

    fn index(self, format: &str, len: u64, cut_off: bool) -> Result<Index, MediaError> {
        let mut index = Index { cut_off, created: self.created, ..Index::empty(format, len) };
        let mut refused = None;
        for AviTrack { head, content, .. } in self.tracks {
            match content {
                Content::Video(stream) => keep(&mut index, &mut refused, stream.track(head.rate)),
                Content::Stills(stills) => keep(&mut index, &mut refused, stills.track(head.rate)),
                Content::Sound(format, packets) if index.audio.is_none() => match format.track(packets) {
                    Ok(track) => index.audio = Some(track),
                    Err(name) => index.unused.push(Unused::new("sound", &name)),
                },
                Content::Framed(frames, rate) if index.audio.is_none() => match frames.track(rate) {
                    Ok(track) => index.audio = Some(track),
                    Err(unused) => index.unused.push(unused),
                },
                Content::Sound(..) | Content::Framed(..) => {
                    index.unused.push(Unused::new("sound", "a further track"));
                }
                Content::Other(unused, error) => {
                    index.unused.push(unused);
                    refused = refused.or(error);
                }
            }
        }
        if self.lost > 0 {
            index.unused.push(Unused::new("bytes", &format!("{} between chunks", self.lost)));
        }
        match index.videos.is_empty() {
            true => Err(refused.unwrap_or(MediaError::NoVideo)),
            false => Ok(index),
        }
    }
}

/// The date of `IDIT`, which cameras write as `ctime` of C does or as numbers from the year on, in the time of where
/// they are: Japan's. `None` if it is neither.
fn date(text: &[u8]) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let mut month_name = None;
    let mut numbers = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        match word.parse::<u32>() {
            Ok(number) => numbers.push(number),
            Err(_) => month_name = month_name.or(MONTHS.iter().position(|name| word.starts_with(name))),
        }
    }
    let (year, month, day, time) = match (month_name, numbers.as_slice()) {
        (Some(month), &[day, hour, minute, second, year]) => {
            (year, month as u32 + 1, day, [hour, minute, second])
        }
        (None, &[year, month, day, hour, minute, second]) => (year, month, day, [hour, minute, second]),
        _ => return None,
    };
    let [hour, minute, second] = time;
    Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+09:00")).ok()
}

/// Whether it is the beginning of what AVI files are made of.
fn is_known(kind: &[u8; 4]) -> bool {
    const OTHERS: [&[u8; 4]; 16] = [
        b"RIFF", b"LIST", b"JUNK", b"junk", b"idx1", b"indx", b"avih", b"strh", b"strf", b"strd", b"strn",
        b"vprp", b"dmlh", b"IDIT", b"ISFT", b"JUNQ",
    ];
    is_chunk(kind) || kind.starts_with(b"ix") || OTHERS.contains(&kind)
}

/// `NNdc`, `NNdb` and `NNwb`: a stream's data.
fn is_chunk(kind: &[u8; 4]) -> bool {
    let [first, second, third, fourth] = *kind;
    first.is_ascii_digit() && second.is_ascii_digit() && matches!(&[third, fourth], b"dc" | b"db" | b"wb")
}

/// Pictures, by the compression that their description or head names.
fn video(head: &StreamHead, format: &[u8]) -> Content {
    let BitmapFormat { compression, size, extra } = BitmapFormat::read(format);
    let named =
        if compression == [0; 4] { head.handler.map(|byte| byte.to_ascii_uppercase()) } else { compression };
    let syntax = match Compression::of(&named) {
        Some(Compression::Coded(syntax)) => syntax,
        Some(Compression::Jpeg) => return Content::Stills(Stills::new(size)),
        None => {
            let name = name(&named);
            return Content::Other(Unused::new("pictures", &name), Some(MediaError::Codec(name)));
        }
    };
    let kind = if syntax == CodedSyntax::Hevc { b"hvc1" } else { b"avc1" };
    let configured = match syntax {
        CodedSyntax::Avc | CodedSyntax::Hevc => {
            extra.starts_with(&[1]).then(|| codec_of_configuration(kind, extra)).flatten()
        }
        CodedSyntax::Visual | CodedSyntax::Mpeg2 => mpeg_configuration(syntax, extra),
    };
    let codec = configured.map(|codec| Codec { width: size.0, height: size.1, ..codec });
    let stream = codec.map_or_else(|| Stream::new(syntax), |codec| Stream::configured(syntax, codec));
    Content::Video(Box::new(stream))
}

fn four(bytes: &[u8], at: usize) -> [u8; 4] {
    bytes.get(at..).and_then(|rest| rest.first_chunk().copied()).unwrap_or_default()
}

/// A four-character code without its unprintable characters.
fn name(kind: &[u8; 4]) -> String {
    String::from_utf8_lossy(kind).chars().filter(char::is_ascii_graphic).collect()
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn a_file_says_when_it_was_made_in_the_ways_of_cameras() {
        let said = |text: &str| date(text.as_bytes()).map(|at| at.to_string());
        let wanted = Some("2026-11-18T21:03:05+09:00".to_owned());
        assert_eq!(said("Wed Nov 18 21:03:05 2026\n\0"), wanted);
        assert_eq!(said("WED NOV 18 21:03:05 2026"), wanted);
        assert_eq!(said("2026:11:18 21:03:05\0"), wanted);
        assert_eq!(said("2026/11/18/ 21:03:05"), wanted);
        assert_eq!((said("2026-13-18 21:03:05"), said("yesterday"), said("")), (None, None, None));
    }
}
