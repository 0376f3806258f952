//! MP4 and QuickTime files (ISO/IEC 14496-12): picture tracks and sound, in their own timescales.
//!
//! Entry point: [`Mp4`]. Layers, each small: `boxes` walks the box tree, `scan` finds `moov` and `moof`, the `mp4`
//! crate reads the tables of a `moov` that holds nothing else, `tables` and `fragments` make samples of them with
//! checked arithmetic, `entry` and `sound` name the codecs. Only box headers, `moov` and `moof` are read, never the
//! media. Absent: the crate's own sample reading.

use super::{Builder, Footage};
use crate::{
    media::{
        AudioTrack, Index, MAX_PICTURES, MAX_SAMPLE_BYTES, MAX_SECONDS, MAX_TRACKS, MediaError, Sample,
        Unused, VideoTrack,
    },
    text::Timestamp,
};

mod boxes;
mod entry;
mod fragments;
mod scan;
mod sound;
mod tables;

use boxes::{Box4, printable};
use fragments::fragment_samples;
use scan::{Found, Fragment, scan};
use sound::AudioEntry;
use tables::{RawSample, Tables};

/// MP4 and QuickTime.
pub(super) struct Mp4;

impl Builder for Mp4 {
    fn format(&self) -> &'static str {
        "mp4"
    }

    fn fits(&self, head: &[u8]) -> bool {
        let kind = head.get(4..8).unwrap_or_default();
        [b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"pnot", b"sidx", b"uuid"]
            .iter()
            .any(|known| kind == known.as_slice())
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let Found { moov, fragments, cut_off } = scan(footage)?;
        let top = Box4::split(&moov)?;
        let moov =
            top.iter().find(|b| b.kind == *b"moov").ok_or(MediaError::Malformed("moov"))?.children()?;
        let clip = ClipBoxes { moov: &moov, fragments: &fragments, clip_bytes: footage.len() };
        if moov.iter().filter(|b| b.kind == *b"trak").count() > MAX_TRACKS {
            return Err(MediaError::Malformed("too many tracks"));
        }
        let mut tracks = Tracks::default();
        for trak in moov.iter().filter(|b| b.kind == *b"trak") {
            tracks.add(&clip, trak)?;
        }
        if tracks.videos.is_empty() {
            return Err(tracks.refused.unwrap_or(MediaError::NoVideo));
        }
        let Tracks { videos, audio, unused, .. } = tracks;
        Ok(Index {
            videos,
            audio,
            unused,
            cut_off,
            created: created(&moov),
            ..Index::empty(self.format(), footage.len())
        })
    }
}

/// The tracks that were understood so far, and why others were not.
#[derive(Default)]
struct Tracks {
    videos: Vec<VideoTrack>,
    audio: Option<AudioTrack>,
    unused: Vec<Unused>,
    /// Why the first picture track that was not understood was not.
    refused: Option<MediaError>,
    pictures: usize,
}

impl Tracks {
    fn add(&mut self, clip: &ClipBoxes<'_>, trak: &Box4<'_>) -> Result<(), MediaError> {
        let handler = trak.at(&[b"mdia", b"hdlr"]).and_then(|hdlr| hdlr.body.get(8..12)?.first_chunk());
        match handler {
            Some(b"vide") => match clip.video(trak) {
                Ok(video) => {
                    self.pictures += video.samples.len();
                    if self.pictures > MAX_PICTURES {
                        return Err(MediaError::TooLong(MAX_PICTURES));
                    }
                    self.videos.push(video);
                }
                Err(error) => {
                    self.unused.push(Unused::track("pictures", &error));
                    self.refused.get_or_insert(error);
                }
            },
            Some(b"soun") if self.audio.is_none() => match clip.audio(trak) {
                Ok(track) => self.audio = Some(track),
                // Sound that cannot be had does not stop the pictures.
                Err(error) => self.unused.push(Unused::track("sound", &error)),
            },
            Some(b"soun") => self.unused.push(Unused::new("sound", "a further track")),
            other => self.unused.push(Unused::new("track", &other.map(printable).unwrap_or_default())),
        }
        Ok(())
    }
}

/// creation_time of `mvhd` (§8.2.2): seconds since 1904-01-01T00:00:00Z; 0 is «unknown».
fn created(moov: &[Box4<'_>]) -> Option<Timestamp> {
    const SECONDS_TO_1970: i64 = 2_082_844_800;
    let mvhd = moov.iter().find(|b| b.kind == *b"mvhd")?.body;
    let seconds = match mvhd.first()? {
        1 => i64::from_be_bytes(*mvhd.get(4..)?.first_chunk()?),
        _ => i64::from(u32::from_be_bytes(*mvhd.get(4..)?.first_chunk()?)),
    };
    let unix = seconds.checked_sub(SECONDS_TO_1970).filter(|unix| *unix > 0)?;
    Some(Timestamp::from_unix_secs(unix))
}

/// What all tracks of a clip share.
struct ClipBoxes<'a> {
    moov: &'a [Box4<'a>],
    fragments: &'a [Fragment],
    clip_bytes: u64,
}

impl ClipBoxes<'_> {
    fn video(&self, trak: &Box4<'_>) -> Result<VideoTrack, MediaError> {
        // Our own walk finds the codec, so that an unknown one is named and not called damage.
        let configurations = vec![entry::codec(&stsd(trak)?)?];
        let head = TrackHead::read(self.moov, trak)?;
        let tables = Tables::read(self.moov, trak)?;
        let mut raw = tables.samples(self.clip_bytes)?;
        fragment_samples(self.moov, self.fragments, head.id, self.clip_bytes, &mut raw)?;
        if raw.iter().any(|s| s.size > MAX_SAMPLE_BYTES) {
            return Err(MediaError::Malformed("a picture is too large"));
        }
        let named = raw.len();
        let is_inside =
            |s: &RawSample| s.offset.checked_add(u64::from(s.size)).is_some_and(|end| end <= self.clip_bytes);
        let inside = raw.iter().filter(|s| is_inside(s)).count();
        // What is missing at the end was cut off; in the middle, it is a picture that cannot be shown.
        raw.truncate(raw.iter().rposition(is_inside).map_or(0, |last| last + 1));
        if raw.is_empty() {
            let cut = MediaError::Malformed("no picture lies inside the file");
            return Err(if named > 0 { cut } else { MediaError::NoVideo });
        }
        let missing = named - inside;
        let mut samples = Vec::with_capacity(raw.len());
        for s in &raw {
            let pts = s.time.checked_sub(head.shift).filter(|&pts| head.is_sensible(pts));
            let pts = pts.ok_or(MediaError::Malformed("the times"))?;
            samples.push(Sample {
                offset: s.offset,
                size: s.size,
                pts,
                duration: s.duration,
                configuration: 0,
                is_sync: s.is_sync,
                is_missing: !is_inside(s),
            });
        }
        let shown = |s: &&Sample| {
            let begins_late = head.edit_end.is_some_and(|end| s.pts >= end);
            s.pts.saturating_add(i64::from(s.duration)) <= head.edit_start || begins_late
        };
        let left_out = samples.iter().filter(shown).count();
        Ok(VideoTrack {
            configurations,
            timescale: head.timescale,
            rotation: head.rotation,
            samples,
            missing,
            left_out,
            edit_start: head.edit_start,
            has_cuts: head.has_cuts,
        })
    }

    fn audio(&self, trak: &Box4<'_>) -> Result<AudioTrack, MediaError> {
        let entry = AudioEntry::read(&stsd(trak)?)?;
        let head = TrackHead::read(self.moov, trak)?;
        let tables = Tables::read(self.moov, trak)?;
        let mut in_fragments: Vec<RawSample> = Vec::new();
        fragment_samples(self.moov, self.fragments, head.id, self.clip_bytes, &mut in_fragments)?;
        entry.track(&tables, in_fragments, head.timescale, head.shift, self.clip_bytes)
    }
}

fn stsd<'a>(trak: &Box4<'a>) -> Result<Box4<'a>, MediaError> {
    trak.at(&[b"mdia", b"minf", b"stbl", b"stsd"]).ok_or(MediaError::Malformed("stsd is missing"))
}

/// `tkhd`, `mdhd` and `elst` of a track, as far as they matter.
struct TrackHead {
    id: u32,
    timescale: u32,
    rotation: u16,
    /// Presentation time = media time − shift.
    shift: i64,
    /// What the edit list shows begins and ends here, in presentation time.
    edit_start: i64,
    edit_end: Option<i64>,
    /// More than one stretch of the media is shown.
    has_cuts: bool,
}

impl TrackHead {
    fn is_sensible(&self, pts: i64) -> bool {
        pts.unsigned_abs() / u64::from(self.timescale) < MAX_SECONDS.unsigned_abs()
    }

    fn read(moov: &[Box4<'_>], trak: &Box4<'_>) -> Result<Self, MediaError> {
        const BAD: MediaError = MediaError::Malformed("a track header is cut off");
        let word =
            |body: &[u8], at: usize| body.get(at..)?.first_chunk::<4>().map(|four| u32::from_be_bytes(*four));
        // Version 1 has 64-bit times before the field in question.
        let after_times =
            |body: &[u8], v0: usize, v1: usize| word(body, if body.first() == Some(&1) { v1 } else { v0 });
        let tkhd = trak.child(b"tkhd").ok_or(BAD)?.body;
        let mdhd = trak.at(&[b"mdia", b"mdhd"]).ok_or(BAD)?.body;
        let mvhd = moov.iter().find(|b| b.kind == *b"mvhd").ok_or(BAD)?.body;
        let id = after_times(tkhd, 12, 20).ok_or(BAD)?;
        let timescale = after_times(mdhd, 12, 20).ok_or(BAD)?;
        let movie_timescale = after_times(mvhd, 12, 20).ok_or(BAD)?;
        if timescale == 0 || movie_timescale == 0 {
            return Err(MediaError::Malformed("the timescale is zero"));
        }
        let matrix_at = if tkhd.first() == Some(&1) { 52 } else { 40 };
        let cell = |n: usize| word(tkhd, matrix_at + 4 * n).map(u32::cast_signed);
        let rotation = match (cell(0), cell(1), cell(3), cell(4)) {
            (Some(0), Some(b), Some(c), Some(0)) if b > 0 && c < 0 => 90,
            (Some(a), Some(0), Some(0), Some(d)) if a < 0 && d < 0 => 180,
            (Some(0), Some(b), Some(c), Some(0)) if b < 0 && c > 0 => 270,
            _ => 0,
        };
        let edits = match trak.at(&[b"edts", b"elst"]) {
            Some(elst) => edits(elst.body)?,
            None => Vec::new(),
        };
        let in_track = |movie_units: u64| {
            i64::try_from(u128::from(movie_units) * u128::from(timescale) / u128::from(movie_timescale))
                .map_err(|_| MediaError::Malformed("the edit list"))
        };
        // Empty edits before the first real one delay it; later edits only cut, which we tell and do not follow.
        let delay: u64 = edits.iter().take_while(|e| e.1 < 0).fold(0, |sum, e| sum.saturating_add(e.0));
        let delay = in_track(delay)?;
        let real = edits.iter().find(|e| e.1 >= 0);
        let start = real.map_or(0, |e| e.1);
        let shift = start.checked_sub(delay).ok_or(MediaError::Malformed("the edit list"))?;
        // The movie's timescale is coarse: one of its units more is no cut.
        let edit_end = real.filter(|e| e.0 > 0).map(|e| in_track(e.0 + 1)).transpose()?;
        let edit_end = edit_end.and_then(|length| delay.checked_add(length));
        let has_cuts = edits.iter().filter(|e| e.1 >= 0).count() > 1;
        Ok(Self { id, timescale, rotation, shift, edit_start: delay, edit_end, has_cuts })
    }
}

/// Duration in movie units and media time of every edit; −1 is «nothing» (§8.6.6).
fn edits(elst: &[u8]) -> Result<Vec<(u64, i64)>, MediaError> {
    const BAD: MediaError = MediaError::Malformed("elst");
    let (head, rows) = elst.split_at_checked(8).ok_or(BAD)?;
    let count = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
    let wide = head[0] == 1;
    let row_bytes = if wide { 20 } else { 12 };
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
    if count > rows.len() / row_bytes {
        return Err(BAD);
    }
    Ok(rows
        .chunks_exact(row_bytes)
        .take(count)
        .map(|row| match wide {
            true => (number(&row[..8]), number(&row[8..16]).cast_signed()),
            false => (number(&row[..4]), i64::from((number(&row[4..8]) as u32).cast_signed())),
        })
        .collect())
}
