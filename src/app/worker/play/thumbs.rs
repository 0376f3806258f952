//! Small pictures for the time bar: one key picture for each stretch, decoded when nothing else is to be done.
//!
//! Entry point: [`paint_strip`]. The strip bears the marks like every other picture. Absent: the time bar.

use std::rc::Rc;

use fuin_core::Pictures;

use super::{
    decoder::Backend, easel::Easel, marking::marked_key_picture, session_mark::Marked, source::ClipSource,
};
use crate::{fault::Fault, platform::surface::Surface};

/// The strip on an easel: `count` tiles of equal width, from left to right the key pictures nearest to their times.
/// It appears whole and marked, or not at all: `false` if `wanted` became false before.
pub async fn paint_strip(
    source: Rc<ClipSource>,
    pictures: Rc<Pictures>,
    backend: Backend,
    easel: Easel,
    count: usize,
    wanted: impl Fn() -> bool,
) -> Result<bool, Fault> {
    let (width, height) = easel.surface().extent();
    let unseen = Surface::hidden(width, height)?;
    let tile = (f64::from(width) / count.max(1) as f64, f64::from(height));
    let keys: Vec<usize> = pictures.key_pictures().collect();
    // As the bar has it.
    let (first, end) = (pictures.micros(0).min(0), pictures.end_micros());
    let mut last: Option<(usize, Marked)> = None;
    for slot in 0..count {
        let time = first + (end - first) * (2 * slot as i64 + 1) / (2 * count as i64);
        let nearest = keys.iter().copied().min_by_key(|&key| (pictures.micros(key) - time).abs());
        let Some(key) = nearest else { return Ok(false) };
        if last.as_ref().is_none_or(|(known, _)| *known != key) {
            last = decode_one(&source, &pictures, &backend, &easel, key).await?.map(|picture| (key, picture));
        }
        if !wanted() {
            return Ok(false);
        }
        if let Some((_, picture)) = &last {
            easel.paint_tile(&unseen, picture, (tile.0 * slot as f64, 0.0), tile)?;
        }
    }
    easel.show_strip(&unseen)?;
    Ok(true)
}

/// Decodes one key picture. Returns `None` when its sample holds no key picture, or the decoder gives no answer.
async fn decode_one(
    source: &ClipSource,
    pictures: &Pictures,
    backend: &Backend,
    easel: &Easel,
    key: usize,
) -> Result<Option<Marked>, Fault> {
    let index = pictures.sample_of(key);
    let Some(sample) = pictures.track().samples.get(index).copied() else { return Ok(None) };
    if sample.is_missing {
        return Ok(None);
    }
    let (offset, bytes) = pictures.track().span(&sample);
    let data = pictures.track().gather(&sample, source.read(offset, bytes).await?);
    let Ok(Some(decodable)) = pictures.track().codec_of(&sample).prepare(data, sample.is_sync) else {
        return Ok(None);
    };
    if !decodable.is_key() {
        return Ok(None);
    }
    let (mark, turn) = easel.session_mark();
    let how = (backend, pictures.track().codec_of(&sample));
    marked_key_picture(how, (&decodable, key), (mark, turn), || {}).await
}
