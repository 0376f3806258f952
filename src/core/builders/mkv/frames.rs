//! Frames of a track, also of several recordings one behind another, and the tracks that they become.
//!
//! Entry point: [`MkvTrack`]. Absent: where frames stand in a file.

use super::tracks::TrackEntry;
use crate::{
    builders::coded::durations_of,
    media::{AudioTrack, Codec, Packet, Pieces, Sample, Turn, VideoTrack},
};

/// Descriptions of a track; no recorder changes its cameras so often.
const MAX_DESCRIPTIONS: usize = 256;

/// A frame of a track.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub offset: u64,
    pub size: u32,
    pub time: i64,
    pub is_key: bool,
    /// Which of the descriptions is its own.
    description: usize,
}

/// A track as one recording describes it, and the beginning of its first frame there.
#[derive(Debug, Default)]
struct Description {
    entry: TrackEntry,
    first: Vec<u8>,
}

/// A track, in all recordings of the file.
#[derive(Default)]
pub(super) struct MkvTrack {
    descriptions: Vec<Description>,
    frames: Vec<Frame>,
}

impl MkvTrack {
    /// Takes what a recording says of it.
    pub(super) fn describe(&mut self, entry: TrackEntry) {
        let is_new = self.descriptions.last().is_none_or(|known| known.entry != entry);
        if is_new && self.descriptions.len() < MAX_DESCRIPTIONS {
            self.descriptions.push(Description { entry, first: Vec::new() });
        }
    }

    /// As the first recording describes it.
    pub(super) fn entry(&self) -> Option<&TrackEntry> {
        self.descriptions.first().map(|known| &known.entry)
    }

    /// Nanoseconds of a frame, or 0.
    pub(super) fn frame_nanos(&self) -> u64 {
        self.descriptions.last().map_or(0, |known| known.entry.duration)
    }

    pub(super) fn frames(&self) -> usize {
        self.frames.len()
    }

    /// The latest time of a frame, and how far frames are apart on average.
    pub(super) fn end(&self) -> Option<(i64, i64)> {
        let times = || self.frames.iter().map(|frame| frame.time);
        let (first, last) = (times().min()?, times().max()?);
        Some((last, ((last - first) / (self.frames.len() as i64 - 1).max(1)).max(1)))
    }

    /// Adds a frame, of which `head` is the beginning.
    pub(super) fn add(&mut self, (offset, size): (u64, u32), time: i64, is_key: bool, head: &[u8]) {
        let Some(description) = self.descriptions.len().checked_sub(1) else { return };
        if let Some(known) = self.descriptions.last_mut().filter(|known| known.first.is_empty()) {
            known.first = head.to_vec();
        }
        self.frames.push(Frame { offset, size, time, is_key, description });
    }

    /// The frames whose description is not as the first one, by `codecs` of each: they are in no track.
    fn leave_out<T>(&mut self, codecs: &[Option<T>]) -> usize {
        let before = self.frames.len();
        self.frames.retain(|frame| codecs.get(frame.description).is_some_and(Option::is_some));
        before - self.frames.len()
    }

    /// Its pictures, and how many are of other kinds in recordings further on; the codec's name if nothing here plays
    /// it.
    pub(super) fn video(mut self, timescale: u32) -> Result<(VideoTrack, usize), String> {
        let codecs: Vec<_> =
            self.descriptions.iter().map(|known| known.entry.video_codec(&known.first)).collect();
        let first = codecs.first().cloned().unwrap_or_else(|| Err(String::new()))?;
        let of_family =
            |codec: Result<Codec, String>| codec.ok().filter(|codec| codec.family() == first.family());
        let codecs: Vec<Option<Codec>> = codecs.into_iter().map(of_family).collect();
        let left_out = self.leave_out(&codecs);
        // Places of those that are left out have the first one's.
        let configurations = codecs.into_iter().map(|codec| codec.unwrap_or_else(|| first.clone())).collect();
        let nanos = u128::from(self.descriptions.first().map_or(0, |known| known.entry.duration));
        let said = i64::try_from(nanos * u128::from(timescale) / 1_000_000_000).unwrap_or_default();
        let sample = |(frame, duration): (&Frame, u32)| Sample {
            offset: frame.offset,
            size: frame.size,
            pts: frame.time,
            duration,
            configuration: u16::try_from(frame.description).unwrap_or_default(),
            is_sync: frame.is_key,
            pieces: Pieces::default(),
            is_missing: false,
        };
        let track = VideoTrack {
            configurations,
            timescale,
            turn: Turn::default(),
            samples: self.frames.iter().zip(self.durations(said)).map(sample).collect(),
            runs: Vec::new(),
            missing: 0,
            left_out: 0,
            edit_start: 0,
            has_cuts: false,
        };
        Ok((track, left_out))
    }

    /// Its sound, and how many packets are of other kinds in recordings further on; the codec's name if nothing here
    /// plays it.
    pub(super) fn audio(mut self, timescale: u32) -> Result<(AudioTrack, usize), String> {
        let heard = |entry: &TrackEntry| Ok::<_, String>((entry.audio_codec()?, entry.rate, entry.channels));
        let codecs: Vec<_> = self.descriptions.iter().map(|known| heard(&known.entry)).collect();
        let first = codecs.first().cloned().unwrap_or_else(|| Err(String::new()))?;
        let codecs: Vec<_> =
            codecs.into_iter().map(|codec| codec.ok().filter(|codec| *codec == first)).collect();
        let left_out = self.leave_out(&codecs);
        let packet = |(frame, duration): (&Frame, u32)| Packet {
            offset: frame.offset,
            size: frame.size,
            pts: frame.time,
            duration,
            pieces: Pieces::default(),
        };
        let packets = self.frames.iter().zip(self.durations(0)).map(packet).collect();
        let (codec, rate, channels) = first;
        Ok((AudioTrack { codec, timescale, rate, channels, packets, runs: Vec::new() }, left_out))
    }

    fn durations(&self, said: i64) -> Vec<u32> {
        let times: Vec<i64> = self.frames.iter().map(|frame| frame.time).collect();
        durations_of(&times, said)
    }
}
