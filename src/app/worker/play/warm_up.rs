//! Uses everything that showing a picture needs, once, on a picture of our own that is not shown: browsers
//! load decoders and fonts, and compile code, when they are used for the first time, and the recipient's
//! first picture would wait for it.
//!
//! Entry point: [`warm_up`]. Absent: the bundle. Nothing of a clip is touched before the undertaking was affirmed.

use fuin_core::{ClipHash, Index, Look, MarkStyle, MarkWords, MediaError, RandomAccess, SEGMENT_BYTES, Turn};

use super::decoder::Backend;
use crate::{
    fault::Fault,
    platform::{
        clock,
        surface::{Marks, Surface},
        video::Decoder,
    },
};

/// One grey picture of 64 × 64 in H.264, made with ffmpeg (`color=c=gray:s=64x64`, without its SEI).
const CLIP: &[u8] = include_bytes!("warm-up.mp4");
/// Its index, as `fuin index --out` writes it.
const CLIP_INDEX: &[u8] = include_bytes!("warm-up.index");

/// How many segments are hashed.
const WARM_SEGMENTS: usize = 12;

/// Decodes and paints the picture, marked with these words.
pub async fn warm_up(words: &str) -> Result<(), Fault> {
    // Checking a picture's segments is hot code that must not be compiled only then.
    let mut hash = ClipHash::default();
    for _ in 0..WARM_SEGMENTS {
        hash.update(&vec![0; SEGMENT_BYTES]);
        clock::after_ms(0.0).await;
    }
    let index = Index::parse(CLIP_INDEX, CLIP.len() as u64)?;
    let track = index.videos.into_iter().next().ok_or(MediaError::NoVideo)?;
    let config = Backend::config(track.codec());
    if !config.is_supported().await {
        return Ok(());
    }
    let sample = track.samples.first().copied().ok_or(MediaError::NoVideo)?;
    let mut data = vec![0; sample.size as usize];
    CLIP.read_exact_at(sample.offset, &mut data).map_err(MediaError::from)?;
    let Some(decodable) = track.codec().prepare(data, true)? else { return Ok(()) };
    let unseen = Surface::hidden(64, 64)?;
    let words = MarkWords { lead: vec![words.to_owned()], recipient: String::new() };
    let marks = Marks::sample(&words, (64, 64), MarkStyle::default());
    let on_frame = move |frame| {
        // What fails here fails again, and is said, when it matters.
        let _ = unseen.paint(&frame, Turn::default(), &Look::default(), (&marks, None));
    };
    let decoder = Decoder::new(on_frame, |_| {}, || {})?;
    decoder.restart(&config)?;
    decoder.decode(&decodable.data, 0, true)?;
    Ok(decoder.flush().await?)
}
