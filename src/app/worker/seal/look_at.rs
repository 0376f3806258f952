//! Says what a clip is, for the person who chooses it, and makes the index that is sealed beside it. It meets files of
//! anybody, so its worker is another one than that which seals, and never has a key.
//!
//! Entry point: [`look_at`]. Absent: sealing.

use fuin_core::{Coded, Index, MediaError, Pictures, builders};

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
    report(&Event::from(SealEvent::LookedAt(seen(clip, index))));
    Ok(())
}

fn seen(clip: usize, index: Index) -> LookedAt {
    let (created, format) = (index.created, index.format.clone());
    let seen =
        match index.playable().and_then(|index| index.videos.into_iter().next().ok_or(MediaError::NoVideo)) {
            Ok(video) => {
                let codec = format!("{} ({})", video.codec().family().name(), video.codec().name);
                let module = Module::needed(video.codec());
                let pictures = Pictures::new(video);
                LookedAt {
                    codec,
                    pictures: pictures.count(),
                    slow_by: module.and_then(|module| module.slow_by(&pictures)),
                    module,
                    micros: pictures.end_micros(),
                    gaps: pictures.gaps().len(),
                    error: None,
                    ..LookedAt::unreadable(clip)
                }
            }
            Err(error) => {
                let detail = error.names().unwrap_or_default().to_owned();
                let error = Some((Code::named(error.code()), detail));
                LookedAt { error, ..LookedAt::unreadable(clip) }
            }
        };
    LookedAt { created, format, ..seen }
}
