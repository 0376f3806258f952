//! A picture track in order of presentation: which picture is shown when, and where decoding has to start for it.
//!
//! Entry point: [`Pictures::new`]. A picture's number is its place in this order, from 0; it names a picture even where
//! two have the same time. Absent: bytes.

use std::ops::Range;

use super::{
    codec::Codec,
    timescale::micros,
    track::{Sample, VideoTrack},
};

/// How many times longer than usual a pause must be to be a gap.
const GAP_FACTOR: i64 = 4;
/// And at least so long.
const GAP_MICROS: i64 = 1_000_000;

/// A track and its order of presentation.
#[derive(Debug, Clone)]
pub struct Pictures {
    track: VideoTrack,
    /// Picture number → sample.
    order: Vec<u32>,
    /// Sample → picture number.
    number: Vec<u32>,
    /// Samples at which decoding can start, ascending.
    syncs: Vec<u32>,
    /// What decoders are told, for each of the track's configurations.
    told: Vec<Codec>,
}

impl Pictures {
    /// Puts a track in order.
    pub fn new(track: VideoTrack) -> Self {
        let mut order: Vec<u32> = (0..track.samples.len() as u32).collect();
        // Stable: of two pictures with one time, the one that is decoded first comes first.
        order.sort_by_key(|&sample| track.samples[sample as usize].pts);
        let mut number = vec![0; order.len()];
        for (n, &sample) in order.iter().enumerate() {
            number[sample as usize] = n as u32;
        }
        let syncs = (0u32..).zip(&track.samples).filter(|(_, s)| s.is_sync).map(|(i, _)| i).collect();
        let depth = depth(&number);
        let told = track.configurations.iter().map(|codec| codec.with_reorder(depth)).collect();
        Self { track, order, number, syncs, told }
    }

    /// What a decoder is told for pictures of one of the track's configurations: also how many pictures it holds back,
    /// where the stream does not say that.
    pub fn told(&self, configuration: u16) -> &Codec {
        self.told.get(usize::from(configuration)).unwrap_or(self.track.codec())
    }

    /// The track.
    pub fn track(&self) -> &VideoTrack {
        &self.track
    }

    /// How many there are; at least one.
    pub fn count(&self) -> usize {
        self.order.len()
    }

    /// The sample of a picture; of the last one, if the number is too large.
    pub fn sample_of(&self, picture: usize) -> usize {
        self.order.get(picture).or(self.order.last()).map_or(0, |&sample| sample as usize)
    }

    /// The number of the picture in a sample.
    pub fn number_of(&self, sample: usize) -> usize {
        self.number.get(sample).map_or(0, |&n| n as usize)
    }

    fn at(&self, picture: usize) -> Option<&Sample> {
        self.track.samples.get(self.sample_of(picture))
    }

    /// When a picture is shown, in timescale units.
    pub fn pts(&self, picture: usize) -> i64 {
        self.at(picture).map_or(0, |s| s.pts)
    }

    /// When a picture is shown, in microseconds.
    pub fn micros(&self, picture: usize) -> i64 {
        self.to_micros(self.pts(picture))
    }

    /// When the first picture that the clip shows begins, in microseconds: edit lists may leave pictures out
    /// before it. The manifest's `starts_at` is what the camera's clock showed then (FORMAT.md §7.1).
    pub fn begin_micros(&self) -> i64 {
        self.track.begin().map_or(0, |(units, timescale)| micros(units, timescale))
    }

    fn to_micros(&self, units: i64) -> i64 {
        micros(units, self.track.timescale)
    }

    /// End of the last picture in microseconds.
    pub fn end_micros(&self) -> i64 {
        self.end_of(self.count() - 1)
    }

    /// When a picture ends, in microseconds.
    fn end_of(&self, picture: usize) -> i64 {
        self.at(picture).map_or(0, |s| self.to_micros(s.pts.saturating_add(i64::from(s.duration))))
    }

    /// Number of the picture shown at a time: the latest one that has begun, or the first.
    pub fn picture_at(&self, micros: i64) -> usize {
        self.order
            .partition_point(|&sample| self.to_micros(self.track.samples[sample as usize].pts) <= micros)
            .saturating_sub(1)
    }

    /// The sample where decoding has to start to see the picture of a sample: a sync sample at or before it that is not
    /// shown later than it. A picture shown before the sync sample it follows may need what came earlier (RASL
    /// pictures of an open group).
    pub fn start_for(&self, sample: usize) -> usize {
        let wanted = self.number_of(sample);
        let up_to = self.syncs.partition_point(|&sync| sync as usize <= sample);
        let usable = self.syncs[..up_to].iter().rev().find(|&&sync| self.number_of(sync as usize) <= wanted);
        usable.map_or(0, |&sync| sync as usize)
    }

    /// The last sync sample at or before a sample.
    pub fn last_sync_before(&self, sample: usize) -> usize {
        let up_to = self.syncs.partition_point(|&sync| sync as usize <= sample);
        self.syncs[..up_to].last().map_or(0, |&sync| sync as usize)
    }

    /// Pictures at which decoding can start, in order of presentation.
    pub fn key_pictures(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.syncs.iter().map(|&sync| self.number_of(sync as usize))
    }

    /// Stretches without pictures, in microseconds: pauses much longer than the usual distance of two pictures, and the
    /// time before the first one.
    pub fn gaps(&self) -> Vec<Range<i64>> {
        let times: Vec<i64> = (0..self.count()).map(|picture| self.micros(picture)).collect();
        let mut steps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let middle = steps.len() / 2;
        let usual = if steps.is_empty() { 0 } else { *steps.select_nth_unstable(middle).1 };
        let longest = (usual * GAP_FACTOR).max(GAP_MICROS);
        let mut gaps = Vec::new();
        if times.first().is_some_and(|&first| first > longest) {
            gaps.push(0..times[0]);
        }
        gaps.extend(
            times.windows(2).filter(|pair| pair[1] - pair[0] > longest).map(|pair| pair[0] + usual..pair[1]),
        );
        gaps
    }
}

/// The most pictures that stand before another one in order of decoding and are shown after it (ISO/IEC 14496-10
/// §E.2.1, max_num_reorder_frames), from the picture numbers of samples.
fn depth(number: &[u32]) -> u32 {
    /// No decoder holds back more.
    const MOST: usize = 16;
    // The largest numbers so far, ascending.
    let (mut largest, mut depth) = (Vec::with_capacity(MOST + 1), 0);
    for &this in number {
        let place = largest.partition_point(|&other| other < this);
        depth = depth.max(largest.len() - place);
        largest.insert(place, this);
        if largest.len() > MOST {
            largest.remove(0);
        }
    }
    depth as u32
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn as_many_are_held_back_as_are_overtaken() {
        assert_eq!(depth(&[0, 1, 2, 3]), 0);
        assert_eq!(depth(&[0, 2, 1, 4, 3]), 1);
        // I P B b b, twice.
        assert_eq!(depth(&[0, 4, 2, 1, 3, 8, 6, 5, 7]), 2);
        assert_eq!(depth(&(0..40).rev().collect::<Vec<_>>()), 16);
    }
}
