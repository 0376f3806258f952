//! Says what a clip is, for the person who chooses it.
//!
//! Entry point: [`look_at`]. Absent: sealing.

use fuin_core::{Coded, Index, MediaError, Pictures, RandomAccess};

use crate::{
    fault::{Code, Fault},
    platform::{cargo::Cargo, files::BlobSource, worker::report},
    wire::{Event, LookedAt, SealEvent},
    worker::vault::wrong_order,
};

/// Reads what a clip is, for the person who chooses it.
pub fn look_at(clip: usize, cargo: Option<Cargo>) -> Result<(), Fault> {
    let Some(Cargo::File(file)) = cargo else { return Err(wrong_order()) };
    let source = BlobSource::new(file.into())?;
    let index = Index::read(RandomAccess::len(&source), |offset, len| {
        let mut buf = vec![0; len];
        source.read_exact_at(offset, &mut buf)?;
        Ok::<_, MediaError>(buf)
    });
    let seen = match index {
        Ok(index) => {
            let created = index.created;
            let hevc = index.videos.first().is_some_and(|video| video.codec.is_hevc());
            let codec = index.videos.first().map(|video| video.codec.name.clone()).unwrap_or_default();
            let micros = index.videos.into_iter().next().map_or(0, |video| Pictures::new(video).end_micros());
            LookedAt { clip, codec, hevc, micros, created, error: None }
        }
        Err(error) => {
            let error = Some(Code::named(error.code()));
            LookedAt { clip, codec: String::new(), hevc: false, micros: 0, created: None, error }
        }
    };
    report(&Event::from(SealEvent::LookedAt(seen)));
    Ok(())
}
