//! Pictures that are JPEG files, each for itself: each is a key, and they are shown in the order in which they stand.
//!
//! Entry point: [`Stills`]. Absent: where they stand in a file.

use super::coded::durations_of;
use crate::media::{Codec, MAX_PICTURES, MAX_SAMPLE_BYTES, MediaError, Pieces, Sample, Turn, VideoTrack};

/// The pictures of a track.
pub(super) struct Stills {
    codec: Codec,
    samples: Vec<Sample>,
}

impl Stills {
    /// None yet, of this size in pixels.
    pub(super) fn new((width, height): (u32, u32)) -> Self {
        Self { codec: Codec::jpeg(width, height), samples: Vec::new() }
    }

    /// Adds a picture that lies at `offset` and is shown at this time.
    pub(super) fn add(&mut self, offset: u64, size: u64, pts: i64) -> Result<(), MediaError> {
        if self.samples.len() == MAX_PICTURES {
            return Err(MediaError::TooLong(MAX_PICTURES));
        }
        let size = u32::try_from(size).ok().filter(|size| *size <= MAX_SAMPLE_BYTES);
        let Some(size) = size else { return Err(MediaError::Malformed("a picture is too large")) };
        self.samples.push(Sample {
            offset,
            size,
            pts,
            duration: 0,
            configuration: 0,
            is_sync: true,
            pieces: Pieces::default(),
            is_missing: false,
        });
        Ok(())
    }

    /// Says when each picture is shown.
    pub(super) fn set_times(&mut self, times: &[i64]) {
        for (sample, time) in self.samples.iter_mut().zip(times) {
            sample.pts = *time;
        }
    }

    /// The track, in units of `timescale` a second.
    pub(super) fn track(mut self, timescale: u32) -> Result<VideoTrack, MediaError> {
        if self.samples.is_empty() {
            return Err(MediaError::NoVideo);
        }
        let times: Vec<i64> = self.samples.iter().map(|sample| sample.pts).collect();
        for (sample, duration) in self.samples.iter_mut().zip(durations_of(&times, 0)) {
            sample.duration = duration;
        }
        Ok(VideoTrack {
            configurations: vec![self.codec],
            timescale,
            turn: Turn::default(),
            samples: self.samples,
            runs: Vec::new(),
            missing: 0,
            left_out: 0,
            edit_start: 0,
            has_cuts: false,
        })
    }
}
