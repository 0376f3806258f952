//! What our own decoders make of a clip.

use fuin_core::Pictures;
use fuin_decoders::{Decode, Planes};

use crate::targets::playable;

/// All pictures of a clip, in order of presentation. Each must be decoded, the first in decoding order as a key.
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
pub fn decoded<D: Decode>(name: &str, clip: &[u8]) -> Vec<Planes> {
    let pictures = Pictures::new(playable(clip).unwrap().videos.swap_remove(0));
    let track = pictures.track();
    let mut decoder = D::begin(&pictures.told(0).description).unwrap();
    let mut all: Vec<Option<Planes>> = (0..pictures.count()).map(|_| None).collect();
    for (n, sample) in track.samples.iter().enumerate() {
        let (offset, span) = track.span(sample);
        let data = track.gather(sample, clip[offset as usize..offset as usize + span].to_vec());
        let ready = track.codec_of(sample).prepare(data, sample.is_sync).unwrap().unwrap();
        assert!(n > 0 || decoder.is_key(&ready.data), "{name} begins with a key");
        let number = pictures.number_of(n);
        all[number] = decoder.decode(&ready.data, number as i64).ok().flatten();
    }
    all.into_iter()
        .enumerate()
        .map(|(n, one)| one.unwrap_or_else(|| panic!("{name}: no picture {n}")))
        .collect()
}
