//! MP4 and QuickTime files (ISO/IEC 14496-12): picture tracks and sound, in their own timescales.
//!
//! Entry point: [`Mp4`]. Layers, each small: `boxes` walks the box tree, `scan` finds `moov` and `moof`, the `mp4`
//! crate reads the tables of a `moov` that holds nothing else, `tables` and `fragments` make samples of them with
//! checked arithmetic, `entry` and `sound` name the codecs, `head` has what else is said of a track, `probe` what the
//! pictures say themselves. Only box headers, `moov` and `moof` are read, never the media. Absent: the crate's own
//! sample reading.

use std::cell::Cell;

use super::{Builder, Footage, probe::probe};
use crate::{
    media::{
        AudioTrack, Codec, Index, MAX_PICTURES, MAX_SAMPLE_BYTES, MAX_TRACKS, MediaError, Pieces, Sample,
        Unused, VideoTrack, sensible,
    },
    text::Timestamp,
};

mod boxes;
mod entry;
mod fragments;
mod head;
mod scan;
mod sound;
mod tables;

pub(super) use entry::{codec_of_configuration, unsaid};

use boxes::{Box4, printable};
use fragments::fragment_samples;
use head::TrackHead;
use scan::{Fragment, scan};
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

    fn may_begin_late(&self) -> i64 {
        1_000_000
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let found = scan(footage)?;
        let parts = |moov: &'static [u8; 4], bytes| Box4::split(bytes).into_iter().find(|b| b.kind == *moov);
        let moov = parts(b"moov", &found.moov).ok_or(MediaError::Malformed("moov"))?;
        let later: Vec<_> =
            found.later.iter().filter_map(|(at, bytes)| Some((*at, parts(b"moov", bytes)?))).collect();
        let further: u64 = later.iter().map(|(_, moov)| pictures_of(moov)).sum();
        let children = moov.children();
        if children.iter().filter(|b| b.kind == *b"trak").count() > MAX_TRACKS {
            return Err(MediaError::Malformed("too many tracks"));
        }
        let broken = Cell::new(0);
        let (fragments, clip_bytes) = (&found.fragments, footage.len());
        let clip = ClipBoxes { moov: &children, later, fragments, clip_bytes, broken: &broken };
        let mut tracks = Tracks::default();
        for trak in children.iter().filter(|b| b.kind == *b"trak") {
            tracks.add(&clip, trak)?;
        }
        if tracks.videos.is_empty() {
            return Err(tracks.refused.unwrap_or(MediaError::NoVideo));
        }
        let Tracks { mut videos, audio, mut unused, mut refused, .. } = tracks;
        for mut video in std::mem::take(&mut videos) {
            match probe(footage, &mut video) {
                Ok(()) => videos.push(video),
                Err(error @ (MediaError::Read(_) | MediaError::Stopped)) => return Err(error),
                Err(error) => {
                    unused.push(Unused::track("pictures", &error));
                    refused.get_or_insert(error);
                }
            }
        }
        if videos.is_empty() {
            return Err(refused.unwrap_or(MediaError::NoVideo));
        }
        let mut note = |what: &str, count: u64, why: &str| {
            if count > 0 {
                unused.push(Unused::new(what, &format!("{count} {why}")));
            }
        };
        note("bytes", moov.junk(), "behind boxes of moov");
        note("pictures", further, "of a recording further on, by tables of its own");
        note("bytes", found.behind, "behind the last box");
        note("fragments", broken.get(), "that contradict themselves");
        let (cut_off, created) = (found.cut_off, created(&children));
        Ok(Index { videos, audio, unused, cut_off, created, ..Index::empty(self.format(), clip_bytes) })
    }
}

/// How many pictures the tables of a `moov` name; none where fragments have them.
fn pictures_of(moov: &Box4<'_>) -> u64 {
    let count = |trak: &Box4<'_>| {
        let handler = trak.at(&[b"mdia", b"hdlr"])?;
        let sizes = trak.at(&[b"mdia", b"minf", b"stbl", b"stsz"])?;
        let is_video = handler.body.get(8..12) == Some(b"vide");
        let count = sizes.body.get(8..12)?.first_chunk().map(|count| u32::from_be_bytes(*count))?;
        is_video.then_some(u64::from(count))
    };
    moov.children().iter().filter(|child| child.kind == *b"trak").filter_map(count).sum()
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
    /// Further `moov` boxes, of recordings behind the first, and where they begin.
    later: Vec<(u64, Box4<'a>)>,
    fragments: &'a [Fragment],
    clip_bytes: u64,
    /// Fragments that contradict themselves.
    broken: &'a Cell<u64>,
}

impl ClipBoxes<'_> {
    fn video(&self, trak: &Box4<'_>) -> Result<VideoTrack, MediaError> {
        // Our own walk finds the codec, so that an unknown one is named and not called damage.
        let mut configurations = Configurations::default();
        let own = entry::codecs(&stsd(trak)?)?;
        let entries = own.into_iter().map(|codec| configurations.place(codec)).collect::<Vec<_>>();
        let head = TrackHead::read(self.moov, trak)?;
        let mut eras = vec![(0, entries)];
        for (at, moov) in &self.later {
            let codecs = track_of(moov, head.id).and_then(|trak| entry::codecs(&stsd(&trak).ok()?).ok());
            let entries =
                codecs.map(|codecs| codecs.into_iter().map(|codec| configurations.place(codec)).collect());
            eras.extend(entries.map(|entries| (*at, entries)));
        }
        let tables = Tables::read(self.moov, trak)?;
        let mut raw = tables.samples(self.clip_bytes)?;
        self.add_fragments(&head, &mut raw)?;
        if raw.iter().any(|s| s.size > MAX_SAMPLE_BYTES) {
            return Err(MediaError::Malformed("a picture is too large"));
        }
        let (mut samples, missing) = self.samples(raw, &head, &eras)?;
        let shown = |s: &&Sample| {
            let begins_late = head.edit_end.is_some_and(|end| s.pts >= end);
            s.pts.saturating_add(i64::from(s.duration)) <= head.edit_start || begins_late
        };
        let left_out = samples.iter().filter(shown).filter(|s| s.duration > 0).count();
        let mut configurations = configurations.0;
        configurations.iter_mut().for_each(|codec| complete(codec, head.size));
        if samples.iter().all(|sample| sample.duration == 0) {
            space_out(&mut samples, head.timescale);
        }
        Ok(VideoTrack {
            configurations,
            timescale: head.timescale,
            turn: head.turn,
            samples,
            runs: Vec::new(),
            missing,
            left_out,
            edit_start: head.edit_start,
            has_cuts: head.has_cuts,
        })
    }

    /// The samples of these places, and how many the file names and does not hold.
    fn samples(
        &self,
        mut raw: Vec<RawSample>,
        head: &TrackHead,
        eras: &[(u64, Vec<u16>)],
    ) -> Result<(Vec<Sample>, usize), MediaError> {
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
                configuration: configuration_of(eras, s),
                is_sync: s.is_sync,
                pieces: Pieces::default(),
                is_missing: !is_inside(s),
            });
        }
        Ok((samples, missing))
    }

    fn audio(&self, trak: &Box4<'_>) -> Result<AudioTrack, MediaError> {
        let entry = AudioEntry::read(&stsd(trak)?)?;
        let head = TrackHead::read(self.moov, trak)?;
        let tables = Tables::read(self.moov, trak)?;
        let mut in_fragments: Vec<RawSample> = Vec::new();
        self.add_fragments(&head, &mut in_fragments)?;
        entry.track(&tables, in_fragments, head.timescale, head.shift, self.clip_bytes)
    }
}

impl ClipBoxes<'_> {
    fn add_fragments(&self, head: &TrackHead, samples: &mut Vec<RawSample>) -> Result<(), MediaError> {
        let broken =
            fragment_samples(self.moov, self.fragments, (head.id, head.timescale), self.clip_bytes, samples)?;
        self.broken.set(self.broken.get().max(broken));
        Ok(())
    }
}

/// Configurations of a track, each once.
#[derive(Default)]
struct Configurations(Vec<Codec>);

impl Configurations {
    fn place(&mut self, codec: Codec) -> u16 {
        let known = self.0.iter().position(|known| *known == codec);
        let place = known.unwrap_or(self.0.len());
        if known.is_none() {
            self.0.push(codec);
        }
        place as u16
    }
}

/// Which configuration a sample needs: of the recording that it is part of, the entry that it names.
fn configuration_of(eras: &[(u64, Vec<u16>)], sample: &RawSample) -> u16 {
    let era = eras.iter().rev().find(|(at, _)| *at <= sample.offset).or(eras.first());
    let entry =
        |(_, entries): &(u64, Vec<u16>)| entries.get(usize::from(sample.entry)).or(entries.first()).copied();
    era.and_then(entry).unwrap_or_default()
}

/// The track of this number in another `moov`.
fn track_of<'a>(moov: &Box4<'a>, id: u32) -> Option<Box4<'a>> {
    let children = moov.children();
    let is_it = |trak: &&Box4<'a>| TrackHead::read(&children, trak).is_ok_and(|head| head.id == id);
    children.iter().filter(|b| b.kind == *b"trak").find(is_it).copied()
}

/// What the sample entry does not say: the size, and the shape of a pixel where pictures are to be shown in another
/// shape than they are coded in (`tkhd`).
fn complete(codec: &mut Codec, shown: (u32, u32)) {
    if codec.width == 0 || codec.height == 0 {
        (codec.width, codec.height) = shown;
    }
    let (wide, high) =
        (u64::from(shown.0) * u64::from(codec.height), u64::from(shown.1) * u64::from(codec.width));
    // A hundredth more or less is rounding.
    let differs = wide.abs_diff(high) * 100 > wide.max(high);
    if codec.pixel_aspect == (1, 1) && differs {
        let aspect = u32::try_from(wide).ok().zip(u32::try_from(high).ok());
        codec.pixel_aspect = aspect.and_then(|(h, v)| sensible(h, v)).unwrap_or((1, 1));
    }
}

/// Pictures without any duration follow each other, 25 a second.
fn space_out(samples: &mut [Sample], timescale: u32) {
    let step = (timescale / 25).max(1);
    for (n, sample) in (0i64..).zip(samples) {
        (sample.pts, sample.duration) = (n.saturating_mul(i64::from(step)), step);
    }
}

fn stsd<'a>(trak: &Box4<'a>) -> Result<Box4<'a>, MediaError> {
    trak.at(&[b"mdia", b"minf", b"stbl", b"stsd"]).ok_or(MediaError::Malformed("stsd is missing"))
}
