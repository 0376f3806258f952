//! The index of a clip: which of its bytes are which picture and which sound, with times, and what was not used
//! (FORMAT.md §12).
//!
//! Entry points: [`Index::parse`], [`Index::to_bytes`]. Absent: order of presentation ([`super::Pictures`]), and
//! where an index comes from ([`crate::builders`]).

use serde::{Deserialize, Serialize};

use super::{
    audio::AudioTrack,
    error::{MediaError, Refusal},
    limits::{MAX_PICTURES, MAX_TABLES, MAX_TRACKS},
    tables::{
        PackedTables, SoundHead, VideoHead, read_first_picture, read_sound, read_video, sound_head,
        sound_rows, table_bytes, video_head, video_rows,
    },
    timescale::{micros, rescaled},
    track::VideoTrack,
};
use crate::text::{
    Timestamp,
    json::{Document, DocumentError, read_document, write_document},
};

/// What an index begins with.
const MAGIC: &[u8; 8] = b"fuinidx1";
/// Most bytes of its head.
const MAX_HEAD: usize = 4 << 20;

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

/// What the first bytes of an index say: what somebody can be shown while the rest is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexBeginning {
    /// The first picture track, with its first picture in decoding order alone.
    pub track: VideoTrack,
    /// How many pictures it has.
    pub pictures: usize,
}

impl IndexBeginning {
    /// Reads the first bytes of the index of a clip of `clip_bytes` bytes.
    pub fn parse(bytes: &[u8], clip_bytes: u64) -> Result<Self, MediaError> {
        let (head, tables) = IndexHead::read(bytes, clip_bytes)?;
        let video = head.videos.into_iter().next().ok_or(MediaError::NoVideo)?;
        let pictures = video.pictures;
        Ok(Self { track: read_first_picture(video, tables, clip_bytes)?, pictures })
    }
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

impl Document for IndexHead {
    const FORMAT: &'static str = "fuin-index/1";
}

impl IndexHead {
    /// Reads the head of the index of a clip of `clip_bytes` bytes; gives the tables that follow, as far as they are
    /// there.
    fn read(bytes: &[u8], clip_bytes: u64) -> Result<(Self, &[u8]), MediaError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(MediaError::Index("it does not begin as one"))?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(MediaError::Index("it is cut off"))?;
        let length = u32::from_be_bytes(*length) as usize;
        let (head, tables) = rest
            .split_at_checked(length)
            .filter(|(head, _)| head.len() <= MAX_HEAD)
            .ok_or(MediaError::Index("its head is cut off, or too long"))?;
        let head: Self = read_document(head).map_err(|error| match error {
            DocumentError::Later(what) => MediaError::Later(what),
            DocumentError::Form(_) => MediaError::Index("its head"),
        })?;
        if head.clip_bytes != clip_bytes {
            return Err(MediaError::Index("it belongs to another clip"));
        }
        Ok((head, tables))
    }
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

    /// Without sound where the tables would have no room for it; [`MediaError::TooLong`] if they have none for the
    /// pictures.
    pub(crate) fn fitting(mut self) -> Result<Self, MediaError> {
        let rows = self.videos.iter().map(|video| (video.samples.len(), video.runs.len()));
        let rows = rows.chain(self.audio.iter().map(|audio| (audio.packets.len(), audio.runs.len())));
        // No row has more bytes, nor has a run.
        if rows.map(|(rows, runs)| rows * 40 + runs * 15).sum::<usize>() <= MAX_TABLES {
            return Ok(self);
        }
        let pictures = self.videos.iter().map(|video| table_bytes(&video_rows(video))).sum::<usize>();
        if pictures > MAX_TABLES {
            return Err(MediaError::TooLong(MAX_PICTURES));
        }
        let sound = self.audio.as_ref().map_or(0, |audio| table_bytes(&sound_rows(audio)));
        if pictures + sound > MAX_TABLES {
            self.audio = None;
            self.unused.push(Unused::track("sound", &MediaError::TooLong(MAX_PICTURES)));
        }
        Ok(self)
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
            format: IndexHead::FORMAT.into(),
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
        let head = write_document(&head);
        [MAGIC.as_slice(), &(head.len() as u32).to_be_bytes(), &head, &tables].concat()
    }

    /// Reads the index of a clip of `clip_bytes` bytes: [`MediaError::Index`] if it breaks §12.
    pub fn parse(bytes: &[u8], clip_bytes: u64) -> Result<Self, MediaError> {
        let (head, packed) = IndexHead::read(bytes, clip_bytes)?;
        let is_empty = head.videos.is_empty() && head.sounds.is_empty();
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
        let mut tables = PackedTables { packed, room: MAX_TABLES };
        let videos = head.videos.into_iter().map(|video| read_video(video, &mut tables, clip_bytes));
        let videos = videos.collect::<Result<_, _>>()?;
        let sounds = head.sounds.into_iter().map(|sound| read_sound(sound, &mut tables, clip_bytes));
        let audio = sounds.collect::<Result<Vec<_>, _>>()?.pop();
        if !tables.packed.is_empty() {
            return Err(MediaError::Index("bytes behind the last table"));
        }
        let IndexHead { container, refusal, created, cut_off, origin, unused, .. } = head;
        Ok(Self { format: container, clip_bytes, refusal, videos, audio, cut_off, origin, created, unused })
    }
}
