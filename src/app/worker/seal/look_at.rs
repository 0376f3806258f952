//! Says what a clip is, for the person who chooses it, and makes the index that is sealed beside it. It meets files of
//! anybody, so its worker is another one than that which seals, and never has a key.
//!
//! Entry point: [`look_at`]. Absent: sealing.

use fuin_core::{Coded, Index, MediaError, Pictures, builders};

use crate::{
    fault::{Code, Fault},
    platform::{
        cargo::Cargo,
        files::{BlobSource, RawBytes},
        worker::{hand_over, report},
    },
    wire::{Event, LookedAt, SealEvent},
    worker::vault::wrong_order,
};

/// Reads what a clip is. Ends with its index, and [`SealEvent::LookedAt`].
pub fn look_at(clip: usize, cargo: Option<Cargo>) -> Result<(), Fault> {
    let Some(Cargo::File(file)) = cargo else { return Err(wrong_order()) };
    let source = BlobSource::new(file.into())?;
    let index = builders::build(&source, &mut |_| true)?;
    hand_over(&Cargo::Index(RawBytes::from(index.to_bytes().as_slice())));
    report(&Event::from(SealEvent::LookedAt(seen(clip, index))));
    Ok(())
}

fn seen(clip: usize, index: Index) -> LookedAt {
    let (created, format) = (index.created, index.format.clone());
    match index.playable().and_then(|index| index.videos.into_iter().next().ok_or(MediaError::NoVideo)) {
        Ok(video) => {
            let (codec, hevc) = (video.codec().name.clone(), video.codec().is_hevc());
            let pictures = video.samples.len();
            let micros = Pictures::new(video).end_micros();
            LookedAt { clip, codec, format, pictures, hevc, micros, created, error: None }
        }
        Err(error) => {
            let detail = error.names().unwrap_or_default().to_owned();
            let error = Some((Code::named(error.code()), detail));
            LookedAt { error, created, ..LookedAt::unreadable(clip) }
        }
    }
}
