//! Where decoding can start again, from a sample on.

use fuin_core::Pictures;

/// The first sync sample from one on.
pub(super) fn next_sync(pictures: &Pictures, from: usize) -> Option<usize> {
    let samples = &pictures.track().samples;
    (from..samples.len()).find(|&index| samples[index].is_sync)
}

/// The next sync sample that is not already past.
pub(super) fn next_key(pictures: &Pictures, from: usize, clock_micros: i64) -> Option<usize> {
    let here = pictures.sample_of(pictures.picture_at(clock_micros));
    next_sync(pictures, pictures.last_sync_before(here).max(from))
}
