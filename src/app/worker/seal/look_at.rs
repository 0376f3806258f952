//! Says what a clip is, or a part of one, for the person who chooses it, by the index that was made of it.
//!
//! Entry point: [`look_at`]. Absent: sealing, and making indexes, which has a worker of its own
//! (`src/modules/indexer.rs`).

use data_encoding::BASE64;
use fuin_core::{Coded, CutRecord, Index, MediaError, Pictures};

use super::{preview::picture_of, source::ClipBytes};

use crate::{
    fault::{Code, Fault},
    platform::{cargo::Cargo, worker::report},
    wire::{Event, LookedAt, Module, SealEvent},
    worker::vault::wrong_order,
};

/// Most pixels of a glimpse from left to right; the camera's clock can be read in it.
const MAX_GLIMPSE: u32 = 960;

/// Reports what a clip is ([`SealEvent::LookedAt`]), and then what there is to see.
pub fn look_at(clip: usize, cut: Option<&CutRecord>, cargo: Option<Cargo>) -> Result<(), Fault> {
    let Some(Cargo::Clip(chosen)) = cargo else { return Err(wrong_order()) };
    let source = ClipBytes::open(&chosen, cut)?;
    let index = Index::parse(&chosen.index.to_vec(), source.access().len())?;
    let (seen, pictures) = seen(clip, index);
    report(&Event::from(SealEvent::LookedAt(seen)));
    if let Some(pictures) = pictures {
        wasm_bindgen_futures::spawn_local(glimpse(clip, source, pictures));
    }
    Ok(())
}

/// Reports what can be seen at the beginning and at the end ([`SealEvent::Glimpsed`]): whoever seals should have seen
/// what, and reads the camera's clock from it. Of what cannot be decoded nothing is reported.
async fn glimpse(clip: usize, source: ClipBytes, pictures: Pictures) {
    let first = pictures.key_pictures().next();
    let last = pictures.key_pictures().next_back().filter(|last| Some(*last) != first);
    for (at_end, picture) in [(false, first), (true, last)] {
        let Some(picture) = picture else { continue };
        let Some(sample) = pictures.track().samples.get(pictures.sample_of(picture)) else { continue };
        let Ok(Some(seen)) = picture_of(source.access(), pictures.track(), sample, MAX_GLIMPSE).await else {
            continue;
        };
        let Ok(jpeg) = seen.jpeg().await else { continue };
        let picture = format!("data:image/jpeg;base64,{}", BASE64.encode(&jpeg));
        report(&Event::from(SealEvent::Glimpsed { clip, at_end, picture }));
    }
}

/// What a clip is, and its pictures, if it can be played.
fn seen(clip: usize, index: Index) -> (LookedAt, Option<Pictures>) {
    let (created, format) = (index.created, index.format.clone());
    let (seen, pictures) =
        match index.playable().and_then(|index| index.videos.into_iter().next().ok_or(MediaError::NoVideo)) {
            Ok(video) => {
                let codec = format!("{} ({})", video.codec().family().name(), video.codec().name);
                let module = Module::needed(video.codec());
                let pictures = Pictures::new(video);
                let seen = LookedAt {
                    codec,
                    pictures: pictures.count(),
                    slow_by: module.and_then(|module| module.slow_by(&pictures)),
                    module,
                    micros: pictures.end_micros(),
                    begins: pictures.begin_micros(),
                    gaps: pictures.gaps().len(),
                    error: None,
                    ..LookedAt::unreadable(clip)
                };
                (seen, Some(pictures))
            }
            Err(error) => {
                let detail = error.names().unwrap_or_default().into_owned();
                let error = Some((Code::named(error.code()), detail));
                (LookedAt { error, ..LookedAt::unreadable(clip) }, None)
            }
        };
    (LookedAt { created, format, ..seen }, pictures)
}
