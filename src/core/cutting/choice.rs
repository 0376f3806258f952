//! Which samples of a clip a part has, where they lie in it, and what is written down of that (FORMAT.md §7.12).
//!
//! Entry points: [`parts`], [`places`], [`record`]. Absent: tables.

use super::order::{CutError, CutOrder};
use crate::{
    bundle::{CutRecord, CutSource, CutVideo},
    media::{AudioTrack, Index, MediaError, Packet, Pictures, Sample, VideoTrack, micros, start_codes},
    port::RandomAccess,
};

/// The samples of one track.
pub(super) struct CutTrack {
    /// Which video of the index; `None` for its sound.
    pub video: Option<usize>,
    /// Numbers of samples or packets in order of decoding.
    pub samples: Vec<u32>,
}

/// A sample in the file that is written.
pub(super) struct CutSample {
    /// Of which part.
    pub part: usize,
    /// Which sample or packet of the track.
    pub sample: u32,
    /// Where it begins, behind everything that is no sample.
    pub at: u64,
    /// Its bytes.
    pub bytes: u32,
}

/// What a table says of a sample: when, for how long, under which sample entry, and whether decoding can start there.
pub(super) struct CutRow {
    pub pts: i64,
    pub duration: u32,
    pub entry: u16,
    pub is_sync: bool,
}

/// A track of the index.
enum IndexTrack<'a> {
    Video(&'a VideoTrack),
    Sound(&'a AudioTrack),
}

impl CutTrack {
    fn track<'a>(&self, index: &'a Index) -> Option<IndexTrack<'a>> {
        match self.video {
            Some(of) => index.videos.get(of).map(IndexTrack::Video),
            None => index.audio.as_ref().map(IndexTrack::Sound),
        }
    }

    /// Units per second.
    pub(super) fn timescale(&self, index: &Index) -> u32 {
        match self.track(index) {
            Some(IndexTrack::Video(video)) => video.timescale,
            Some(IndexTrack::Sound(audio)) => audio.timescale,
            None => 1,
        }
    }

    /// The rows of its samples.
    pub(super) fn rows(&self, index: &Index) -> Vec<CutRow> {
        let row = |&n: &u32| match self.track(index)? {
            IndexTrack::Video(video) => video.samples.get(n as usize).map(|s| CutRow {
                pts: s.pts,
                duration: s.duration,
                entry: s.configuration,
                is_sync: s.is_sync,
            }),
            IndexTrack::Sound(audio) => {
                let packet = audio.packets.get(n as usize)?;
                Some(CutRow { pts: packet.pts, duration: packet.duration, entry: 0, is_sync: true })
            }
        };
        self.samples.iter().filter_map(row).collect()
    }

    /// When its first sample is shown and its last one ends, in units.
    pub(super) fn span(&self, index: &Index) -> (i64, i64) {
        let rows = self.rows(index);
        let end = |row: &CutRow| row.pts.saturating_add(i64::from(row.duration));
        let begin = rows.iter().map(|row| row.pts).min().unwrap_or_default();
        (begin, rows.iter().map(end).max().unwrap_or_default())
    }

    fn span_micros(&self, index: &Index) -> (i64, i64) {
        let (begin, end) = self.span(index);
        let timescale = self.timescale(index);
        (micros(begin, timescale), micros(end, timescale))
    }
}

impl CutSample {
    /// How many bytes it will have. Only where lengths take the place of start codes must it be read for that.
    pub(super) fn measured(
        &self,
        source: &impl RandomAccess,
        parts: &[CutTrack],
        index: &Index,
    ) -> Result<u32, MediaError> {
        let (track, n) = self.of(parts, index)?;
        match track {
            IndexTrack::Video(video) => {
                let sample = picture(video, n)?;
                if video.codec_of(sample).start_codes {
                    return size(&self.read(source, parts, index)?);
                }
                Ok(sample.size)
            }
            IndexTrack::Sound(audio) => packet(audio, n).map(|packet| packet.size),
        }
    }

    /// Its bytes: those of the clip, with lengths in the place of start codes.
    pub(super) fn read(
        &self,
        source: &impl RandomAccess,
        parts: &[CutTrack],
        index: &Index,
    ) -> Result<Vec<u8>, MediaError> {
        let read = |(offset, bytes): (u64, usize)| {
            let mut span = vec![0; bytes];
            source.read_exact_at(offset, &mut span).map(|()| span)
        };
        let (track, n) = self.of(parts, index)?;
        match track {
            IndexTrack::Video(video) => {
                let sample = picture(video, n)?;
                let data = video.gather(sample, read(video.span(sample))?);
                let codec = video.codec_of(sample);
                match codec.nal_length_bytes().filter(|_| codec.start_codes) {
                    Some(length_bytes) => with_lengths(&data, length_bytes),
                    None => Ok(data),
                }
            }
            IndexTrack::Sound(audio) => {
                let packet = packet(audio, n)?;
                Ok(audio.gather(packet, read(audio.span(packet))?))
            }
        }
    }

    fn of<'a>(&self, parts: &[CutTrack], index: &'a Index) -> Result<(IndexTrack<'a>, usize), MediaError> {
        let track = parts.get(self.part).and_then(|part| part.track(index)).ok_or(NO_SAMPLE)?;
        Ok((track, self.sample as usize))
    }
}

const NO_SAMPLE: MediaError = MediaError::Index("a sample that is not there");

fn picture(video: &VideoTrack, n: usize) -> Result<&Sample, MediaError> {
    video.samples.get(n).ok_or(NO_SAMPLE)
}

fn packet(audio: &AudioTrack, n: usize) -> Result<&Packet, MediaError> {
    audio.packets.get(n).ok_or(NO_SAMPLE)
}

fn size(bytes: &[u8]) -> Result<u32, MediaError> {
    u32::try_from(bytes.len()).map_err(|_| MediaError::Malformed("a picture is too large"))
}

/// Units with their lengths in `length_bytes` bytes before them, instead of start codes (ISO/IEC 14496-15 §5.3.2).
fn with_lengths(data: &[u8], length_bytes: usize) -> Result<Vec<u8>, MediaError> {
    let mut out = Vec::with_capacity(data.len() + 16);
    for unit in start_codes::units(data).filter(|unit| !unit.is_empty()) {
        let length = size(unit)?.to_be_bytes();
        let (above, length) = length.split_at(4 - length_bytes.min(4));
        if above.iter().any(|&byte| byte != 0) {
            return Err(MediaError::Malformed("a unit is too long for its length"));
        }
        out.extend_from_slice(length);
        out.extend_from_slice(unit);
    }
    Ok(out)
}

/// The tracks of a part, at least one of them a video.
pub(super) fn parts(index: &Index, order: &CutOrder) -> Result<Vec<CutTrack>, CutError> {
    if order.from >= order.to {
        return Err(CutError::Order);
    }
    let part = |(of, video)| {
        let samples = pictures(video, order);
        (!samples.is_empty()).then_some(CutTrack { video: Some(of), samples })
    };
    let mut parts: Vec<CutTrack> = index.videos.iter().enumerate().filter_map(part).collect();
    let spans = parts.iter().map(|part| part.span_micros(index));
    let (begin, end) = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).ok_or(CutError::Empty)?;
    let end = end.min(order.to);
    if let Some(audio) = index.audio.as_ref().filter(|_| order.sound) {
        let heard = |packet: &Packet| (begin..end).contains(&audio.micros(packet.pts));
        let samples: Vec<u32> =
            (0..).zip(&audio.packets).filter(|(_, packet)| heard(packet)).map(|(n, _)| n).collect();
        if !samples.is_empty() {
            parts.push(CutTrack { video: None, samples });
        }
    }
    Ok(parts)
}

/// The pictures of a part: from the last key picture that is shown at or before its beginning, or the first one, to the
/// last in order of decoding that is shown before its end, and as many more as are shown before one of these. Those
/// that are shown before the first one need what is not there.
fn pictures(video: &VideoTrack, order: &CutOrder) -> Vec<u32> {
    let samples = &video.samples;
    let at = |sample: &Sample| micros(sample.pts, video.timescale);
    let there = |sample: &Sample| !sample.is_missing && sample.size > 0;
    let keys = || samples.iter().enumerate().filter(|(_, s)| s.is_sync && there(s));
    let first = keys().rfind(|(_, key)| at(key) <= order.from).or_else(|| keys().next());
    let last = samples.iter().rposition(|s| there(s) && at(s) < order.to);
    let end = samples.iter().map(|s| micros(s.pts.saturating_add(s.duration.into()), video.timescale)).max();
    let (Some((first, key)), Some(last)) = (first, last) else { return Vec::new() };
    if last < first || end.is_none_or(|end| end <= order.from) {
        return Vec::new();
    }
    let range = (0..).zip(samples).take(closed_at(samples, first, last) + 1).skip(first);
    range.filter(|(_, s)| there(s) && s.pts >= key.pts).map(|(n, _)| n).collect()
}

/// The first sample from `last` on behind which nothing is shown before something of `first` to there.
fn closed_at(samples: &[Sample], first: usize, last: usize) -> usize {
    let mut earliest_behind = vec![i64::MAX; samples.len()];
    let mut earliest = i64::MAX;
    for (sample, behind) in samples.iter().zip(&mut earliest_behind).rev() {
        *behind = earliest;
        earliest = earliest.min(sample.pts);
    }
    let mut latest = i64::MIN;
    let closed = (0..).zip(samples.iter().zip(earliest_behind)).skip(first).find(|(n, (sample, behind))| {
        latest = latest.max(sample.pts);
        *n >= last && *behind > latest
    });
    closed.map_or(samples.len() - 1, |(n, _)| n)
}

/// The samples of all parts in the order in which they are wanted.
pub(super) fn places(parts: &[CutTrack], index: &Index) -> Vec<CutSample> {
    let mut timed = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        let (mut latest, timescale) = (i64::MIN, part.timescale(index));
        for (row, &sample) in part.rows(index).iter().zip(&part.samples) {
            // In order of decoding, whenever they are shown.
            latest = latest.max(micros(row.pts, timescale));
            timed.push((latest, CutSample { part: n, sample, at: 0, bytes: 0 }));
        }
    }
    timed.sort_by_key(|(time, _)| *time);
    timed.into_iter().map(|(_, place)| place).collect()
}

/// When the videos begin and end, in microseconds.
fn shown(parts: &[CutTrack], index: &Index) -> (i64, i64) {
    let spans = parts.iter().filter(|part| part.video.is_some()).map(|part| part.span_micros(index));
    spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or_default()
}

/// What is written down of it.
pub(super) fn record(parts: &[CutTrack], index: &Index, order: &CutOrder, source: CutSource) -> CutRecord {
    let (from, to) = shown(parts, index);
    let video = |part: &CutTrack| {
        Some(CutVideo {
            of: part.video? as u32,
            first: *part.samples.first()?,
            last: *part.samples.last()?,
            pictures: part.samples.len() as u32,
        })
    };
    CutRecord {
        source,
        from,
        to,
        asked_from: order.from,
        asked_to: order.to,
        videos: parts.iter().filter_map(video).collect(),
        sound: parts.iter().any(|part| part.video.is_none()),
        tool: concat!("fuin ", env!("CARGO_PKG_VERSION")).into(),
    }
}

/// How much later it begins than the first picture that the clip shows.
pub(super) fn micros_cut_off(parts: &[CutTrack], index: &Index) -> i64 {
    let whole = index.videos.first().map_or(0, |video| Pictures::new(video.clone()).begin_micros());
    shown(parts, index).0.saturating_sub(whole)
}
