//! The index of a clip: which of its bytes are which picture and which sound, with times, and what was not used
//! (FORMAT.md §12).
//!
//! Entry points: [`Index::parse`], [`Index::to_bytes`]. Absent: order of presentation ([`super::Pictures`]), and
//! where an index comes from ([`crate::builders`]).

use serde::{Deserialize, Serialize};

use super::{
    audio::{AudioCodec, AudioTrack, Packet},
    codec::Codec,
    error::{MediaError, Refusal},
    limits::{MAX_PICTURES, MAX_TRACKS},
    rows::{Base, Row, Rows, read_rows, write_rows},
    timescale::{micros, rescaled},
    track::{Sample, VideoTrack},
    turn::Turn,
};
use crate::text::Timestamp;

/// What an index begins with.
const MAGIC: &[u8; 8] = b"fuinidx1";
/// Most bytes of its head.
const MAX_HEAD: usize = 4 << 20;
const FORMAT: &str = "fuin-index/1";

/// What is in a clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The kind of file: `mp4` and so on.
    pub format: String,
    /// Bytes of the clip.
    pub clip_bytes: u64,
    /// Why it cannot be played; then it has no tracks.
    pub refusal: Option<Refusal>,
    /// The picture tracks that can be understood.
    pub videos: Vec<VideoTrack>,
    /// The first sound track.
    pub audio: Option<AudioTrack>,
    /// The file ends in the middle of something.
    pub cut_off: bool,
    /// Microseconds of the file's own times at which the times of the tracks begin.
    pub origin: i64,
    /// When the file says that it was made, if it says so. Cameras often write nonsense there.
    pub created: Option<Timestamp>,
    /// What of the file is in no track.
    pub unused: Vec<Unused>,
}

/// Something in a file that the index does not use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unused {
    /// What: `pictures`, `sound`, `track`.
    pub what: String,
    /// Why, or which.
    pub why: String,
}

impl Unused {
    /// Something unused.
    pub(crate) fn new(what: &str, why: &str) -> Self {
        Self { what: what.into(), why: why.into() }
    }

    /// A track that was not understood.
    pub(crate) fn track(what: &str, error: &MediaError) -> Self {
        match error {
            MediaError::Codec(name) => Self::new(what, name),
            other => Self::new(what, &other.to_string()),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndexHead {
    format: String,
    container: String,
    clip_bytes: u64,
    refusal: Option<Refusal>,
    created: Option<Timestamp>,
    cut_off: bool,
    origin: i64,
    videos: Vec<VideoHead>,
    sounds: Vec<SoundHead>,
    unused: Vec<Unused>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VideoHead {
    configurations: Vec<Codec>,
    timescale: u32,
    turn: Turn,
    missing: usize,
    left_out: usize,
    edit_start: i64,
    has_cuts: bool,
    pictures: usize,
    first: i64,
    step: u32,
    table_bytes: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SoundHead {
    codec: AudioCodec,
    timescale: u32,
    rate: u32,
    channels: u16,
    packets: usize,
    first: i64,
    step: u32,
    table_bytes: usize,
}

impl Index {
    /// An index without tracks.
    pub(crate) fn empty(format: &str, clip_bytes: u64) -> Self {
        Self {
            format: format.into(),
            clip_bytes,
            refusal: None,
            videos: Vec::new(),
            audio: None,
            cut_off: false,
            origin: 0,
            created: None,
            unused: Vec::new(),
        }
    }

    /// The index of a clip that cannot be played, for this reason.
    pub fn refused(format: &str, clip_bytes: u64, error: &MediaError) -> Self {
        Self { refusal: Some(error.into()), ..Self::empty(format, clip_bytes) }
    }

    /// This index, if it has pictures; otherwise [`MediaError::Refused`].
    pub fn playable(self) -> Result<Self, MediaError> {
        match self.refusal {
            Some(refusal) => Err(MediaError::Refused(refusal)),
            None => Ok(self),
        }
    }

    /// Without tracks whose places or times contradict the file or every camera: a builder believed what it read.
    pub(crate) fn without_nonsense(mut self) -> Result<Self, MediaError> {
        let bytes = self.clip_bytes;
        let before = self.videos.len();
        self.videos.retain(|video| video.is_good(bytes));
        if self.videos.len() < before {
            self.unused.push(Unused::new("pictures", "places or times of no camera"));
        }
        if self.audio.as_ref().is_some_and(|audio| !audio.is_good(bytes)) {
            self.audio = None;
            self.unused.push(Unused::new("sound", "places or times of no recorder"));
        }
        match self.videos.is_empty() {
            true => Err(MediaError::Malformed("places or times of no camera")),
            false => Ok(self),
        }
    }

    /// Lets all times begin with the first picture that is shown, if that is more than `from` microseconds away from
    /// 0: saved pieces of a stream begin anywhere. Where sound is heard for more than a second before it, they begin
    /// with that.
    pub(crate) fn begin_with_pictures(&mut self, from: i64) {
        const LEAD: i64 = 1_000_000;
        let begins = self.videos.iter().filter_map(VideoTrack::begin);
        let Some(picture) = begins.min_by_key(|&(units, timescale)| micros(units, timescale)) else { return };
        let heard = self.audio.as_ref().and_then(|audio| Some((audio.packets.first()?.pts, audio.timescale)));
        let leads = |&(units, timescale): &(i64, u32)| {
            micros(units, timescale).saturating_add(LEAD) < micros(picture.0, picture.1)
        };
        let (begin, timescale) = heard.filter(leads).unwrap_or(picture);
        self.origin = micros(begin, timescale);
        if self.origin.saturating_abs() <= from {
            self.origin = 0;
            return;
        }
        for video in &mut self.videos {
            let shift = rescaled(begin, timescale, video.timescale);
            video.edit_start = video.edit_start.saturating_sub(shift);
            video.samples.iter_mut().for_each(|sample| sample.pts = sample.pts.saturating_sub(shift));
        }
        if let Some(audio) = &mut self.audio {
            let shift = rescaled(begin, timescale, audio.timescale);
            audio.packets.iter_mut().for_each(|packet| packet.pts = packet.pts.saturating_sub(shift));
        }
    }

    /// Why there is no sound although the file has some: the codec's name, or the reason.
    pub fn sound_refused(&self) -> Option<&str> {
        let is_sound = |unused: &&Unused| unused.what == "sound";
        let refused = self.unused.iter().find(is_sound).filter(|_| self.audio.is_none());
        refused.map(|unused| unused.why.as_str())
    }

    /// Its bytes: the same for the same index.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut tables = Vec::new();
        let videos = self.videos.iter().map(|video| video_head(video, &mut tables)).collect();
        let sounds = self.audio.iter().map(|audio| sound_head(audio, &mut tables)).collect();
        let head = IndexHead {
            format: FORMAT.into(),
            container: self.format.clone(),
            clip_bytes: self.clip_bytes,
            refusal: self.refusal.clone(),
            created: self.created,
            cut_off: self.cut_off,
            origin: self.origin,
            videos,
            sounds,
            unused: self.unused.clone(),
        };
        #[expect(clippy::expect_used, reason = "plain structs with string keys always serialise")]
        let head = serde_json::to_vec(&head).expect("plain struct");
        [MAGIC.as_slice(), &(head.len() as u32).to_be_bytes(), &head, &tables].concat()
    }

    /// Reads the index of a clip of `clip_bytes` bytes: [`MediaError::Index`] if it breaks §12.
    pub fn parse(bytes: &[u8], clip_bytes: u64) -> Result<Self, MediaError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(MediaError::Index("it does not begin as one"))?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(MediaError::Index("it is cut off"))?;
        let length = u32::from_be_bytes(*length) as usize;
        let (head, mut tables) = rest
            .split_at_checked(length)
            .filter(|(head, _)| head.len() <= MAX_HEAD)
            .ok_or(MediaError::Index("its head is cut off, or too long"))?;
        let head: IndexHead = serde_json::from_slice(head).map_err(|_| MediaError::Index("its head"))?;
        let is_empty = head.videos.is_empty() && head.sounds.is_empty();
        if head.format != FORMAT || head.clip_bytes != clip_bytes {
            return Err(MediaError::Index("it belongs to another clip or version"));
        }
        if head.videos.len() + head.sounds.len() > MAX_TRACKS
            || head.sounds.len() > 1
            || head.refusal.is_some() != head.videos.is_empty()
            || (head.refusal.is_some() && !is_empty)
        {
            return Err(MediaError::Index("the number of its tracks"));
        }
        let total = head.videos.iter().fold(0usize, |sum, video| sum.saturating_add(video.pictures));
        if total > MAX_PICTURES {
            return Err(MediaError::TooLong(MAX_PICTURES));
        }
        let videos = head.videos.into_iter().map(|video| read_video(video, &mut tables, clip_bytes));
        let videos = videos.collect::<Result<_, _>>()?;
        let sounds = head.sounds.into_iter().map(|sound| read_sound(sound, &mut tables, clip_bytes));
        let audio = sounds.collect::<Result<Vec<_>, _>>()?.pop();
        if !tables.is_empty() {
            return Err(MediaError::Index("bytes behind the last table"));
        }
        let IndexHead { container, refusal, created, cut_off, origin, unused, .. } = head;
        Ok(Self { format: container, clip_bytes, refusal, videos, audio, cut_off, origin, created, unused })
    }
}

fn table<'a>(tables: &mut &'a [u8], bytes: usize) -> Result<&'a [u8], MediaError> {
    let (table, rest) = tables.split_at_checked(bytes).ok_or(MediaError::Index("a table is cut off"))?;
    *tables = rest;
    Ok(table)
}

fn video_head(video: &VideoTrack, tables: &mut Vec<u8>) -> VideoHead {
    let row = |s: &Sample| Row {
        offset: s.offset,
        size: s.size,
        pts: s.pts,
        duration: s.duration,
        configuration: s.configuration,
        is_sync: s.is_sync,
        is_missing: s.is_missing,
        pieces: s.pieces,
    };
    let rows = Rows { rows: video.samples.iter().map(row).collect(), runs: video.runs.clone() };
    let base = Base::of(&rows.rows);
    let bytes = write_rows(&rows, base);
    tables.extend_from_slice(&bytes);
    VideoHead {
        configurations: video.configurations.clone(),
        timescale: video.timescale,
        turn: video.turn,
        missing: video.missing,
        left_out: video.left_out,
        edit_start: video.edit_start,
        has_cuts: video.has_cuts,
        pictures: rows.rows.len(),
        first: base.first,
        step: base.step,
        table_bytes: bytes.len(),
    }
}

fn read_video(head: VideoHead, tables: &mut &[u8], clip_bytes: u64) -> Result<VideoTrack, MediaError> {
    let base = Base { first: head.first, step: head.step };
    let table = table(tables, head.table_bytes)?;
    if head.step == 0 {
        return Err(MediaError::Index("a track's head"));
    }
    let Rows { rows, runs } = read_rows(table, head.pictures, base)?;
    if Base::of(&rows) != base {
        return Err(MediaError::Index("the unit of its times"));
    }
    let sample = |row: Row| Sample {
        offset: row.offset,
        size: row.size,
        pts: row.pts,
        duration: row.duration,
        configuration: row.configuration,
        is_sync: row.is_sync,
        is_missing: row.is_missing,
        pieces: row.pieces,
    };
    let track = VideoTrack {
        configurations: head.configurations,
        timescale: head.timescale,
        turn: head.turn,
        samples: rows.into_iter().map(sample).collect(),
        runs,
        missing: head.missing,
        left_out: head.left_out,
        edit_start: head.edit_start,
        has_cuts: head.has_cuts,
    };
    match track.is_good(clip_bytes) {
        true => Ok(track),
        false => Err(MediaError::Index("a picture outside of the clip, or of every camera")),
    }
}

fn sound_head(audio: &AudioTrack, tables: &mut Vec<u8>) -> SoundHead {
    let row = |p: &Packet| Row {
        offset: p.offset,
        size: p.size,
        pts: p.pts,
        duration: p.duration,
        pieces: p.pieces,
        ..Row::default()
    };
    let rows = Rows { rows: audio.packets.iter().map(row).collect(), runs: audio.runs.clone() };
    let base = Base::of(&rows.rows);
    let bytes = write_rows(&rows, base);
    tables.extend_from_slice(&bytes);
    SoundHead {
        codec: audio.codec.clone(),
        timescale: audio.timescale,
        rate: audio.rate,
        channels: audio.channels,
        packets: rows.rows.len(),
        first: base.first,
        step: base.step,
        table_bytes: bytes.len(),
    }
}

fn read_sound(head: SoundHead, tables: &mut &[u8], clip_bytes: u64) -> Result<AudioTrack, MediaError> {
    let base = Base { first: head.first, step: head.step };
    let table = table(tables, head.table_bytes)?;
    let SoundHead { codec, timescale, rate, channels, packets, .. } = head;
    if head.step == 0 || packets > MAX_PICTURES {
        return Err(MediaError::Index("the head of the sound"));
    }
    let Rows { rows, runs } = read_rows(table, packets, base)?;
    if Base::of(&rows) != base {
        return Err(MediaError::Index("the unit of the sound's times"));
    }
    let packet = |row: Row| Packet {
        offset: row.offset,
        size: row.size,
        pts: row.pts,
        duration: row.duration,
        pieces: row.pieces,
    };
    let rows_are_plain =
        rows.iter().all(|row| (row.configuration, row.is_sync, row.is_missing) == (0, false, false));
    let packets = rows.into_iter().map(packet).collect();
    let track = AudioTrack { codec, timescale, rate, channels, packets, runs };
    match rows_are_plain && track.is_good(clip_bytes) {
        true => Ok(track),
        false => Err(MediaError::Index("a packet of sound outside of the clip, or of every recorder")),
    }
}
