//! Says what a clip is, for the person who chooses it, and makes the index that is sealed beside it. It meets files of
//! anybody, so its worker is another one than that which seals, and never has a key.
//!
//! Entry point: [`look_at`]. Absent: sealing.

use data_encoding::BASE64;
use fuin_core::{Coded, Index, MediaError, Pictures, builders};

use super::preview::picture_of;

use crate::{
    fault::{Code, Fault},
    platform::{
        cargo::Cargo,
        clock,
        files::{BlobSource, RawBytes},
        worker::{hand_over, report},
    },
    wire::{Event, LookedAt, Module, SealEvent},
    worker::vault::wrong_order,
};

/// Most pixels of a glimpse from left to right; the camera's clock can be read in it.
const MAX_GLIMPSE: u32 = 960;

/// Milliseconds from one report to the next.
const REPORT_MS: f64 = 100.0;

/// Reads what a clip is, and reports how far it is ([`SealEvent::Looking`]). Ends with its index, and
/// [`SealEvent::LookedAt`]. Who calls it off lets the worker go.
pub fn look_at(clip: usize, cargo: Option<Cargo>) -> Result<(), Fault> {
    let Some(Cargo::File(file)) = cargo else { return Err(wrong_order()) };
    let source = BlobSource::new(file.into())?;
    let mut reported = clock::monotonic_ms();
    let index = builders::build(&source, &mut |part| {
        let now = clock::monotonic_ms();
        if now - reported >= REPORT_MS {
            reported = now;
            report(&Event::from(SealEvent::Looking { clip, part }));
        }
        true
    })?;
    hand_over(&Cargo::Index(RawBytes::from(index.to_bytes().as_slice())));
    let (seen, pictures) = seen(clip, index);
    report(&Event::from(SealEvent::LookedAt(seen)));
    if let Some(pictures) = pictures {
        wasm_bindgen_futures::spawn_local(glimpse(clip, source, pictures));
    }
    Ok(())
}

/// Reports what can be seen at the beginning and at the end ([`SealEvent::Glimpsed`]): whoever seals should have seen
/// what, and reads the camera's clock from it. Of what cannot be decoded nothing is reported.
async fn glimpse(clip: usize, source: BlobSource, pictures: Pictures) {
    let first = pictures.key_pictures().next();
    let last = pictures.key_pictures().next_back().filter(|last| Some(*last) != first);
    for (at_end, picture) in [(false, first), (true, last)] {
        let Some(picture) = picture else { continue };
        let Some(sample) = pictures.track().samples.get(pictures.sample_of(picture)) else { continue };
        let Ok(Some(seen)) = picture_of(&source, pictures.track(), sample, MAX_GLIMPSE).await else {
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
                    gaps: pictures.gaps().len(),
                    error: None,
                    ..LookedAt::unreadable(clip)
                };
                (seen, Some(pictures))
            }
            Err(error) => {
                let detail = error.names().unwrap_or_default().to_owned();
                let error = Some((Code::named(error.code()), detail));
                (LookedAt { error, ..LookedAt::unreadable(clip) }, None)
            }
        };
    (LookedAt { created, format, ..seen }, pictures)
}
