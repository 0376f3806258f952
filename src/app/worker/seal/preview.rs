//! A clip's first picture with the marks that recipients will see on it, for the person who chooses how they look.
//!
//! Entry point: [`Previews::preview`]. It is the work of the worker that looks at clips, which has no key; the marks
//! stand as some secret would place them. Absent: pictures that only our own decoders decode.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use data_encoding::BASE64;
use fuin_core::{CutRecord, Index, RandomAccess, Sample, VideoTrack};

use super::source::ClipBytes;

use crate::{
    fault::Fault,
    platform::{
        cargo::{Cargo, ClipCargo},
        surface::{Marks, Surface},
        worker::report,
    },
    wire::{Event, PreviewOrder, SealEvent},
    worker::{play::first_of, vault::wrong_order},
};

/// The number of a clip, and where the part of it begins and ends, if it is one.
type Place = (usize, Option<(i64, i64)>);

/// First pictures without marks.
#[derive(Default)]
pub struct Previews(RefCell<BTreeMap<Place, Rc<Surface>>>);

impl Previews {
    /// Paints it, and reports it ([`SealEvent::Previewed`]).
    pub async fn preview(&self, order: PreviewOrder, cargo: Option<Cargo>) -> Result<(), Fault> {
        let Some(Cargo::Clip(chosen)) = cargo else { return Err(wrong_order()) };
        let place = (order.clip, order.cut.as_ref().map(|cut| (cut.from, cut.to)));
        let known = self.0.borrow().get(&place).cloned();
        let plain = match known {
            Some(plain) => Some(plain),
            // What cannot be read or decoded was said when the clip was looked at.
            None => first_picture(&chosen, order.cut.as_ref()).await.ok().flatten().map(Rc::new),
        };
        let picture = match &plain {
            Some(plain) => Some(marked(plain, &order).await?),
            None => None,
        };
        let clip = order.clip;
        self.0.borrow_mut().extend(plain.map(|plain| (place, plain)));
        report(&Event::from(SealEvent::Previewed { clip, picture }));
        Ok(())
    }
}

/// The first picture that can be decoded alone; `None` where the browser decodes none.
async fn first_picture(chosen: &ClipCargo, cut: Option<&CutRecord>) -> Result<Option<Surface>, Fault> {
    let source = ClipBytes::open(chosen, cut)?;
    let index = Index::parse(&chosen.index.to_vec(), source.access().len())?;
    let track = index.playable().ok().and_then(|index| index.videos.into_iter().next());
    let Some(track) = track else { return Ok(None) };
    let Some(sample) = track.samples.iter().find(|sample| sample.is_sync && !sample.is_missing) else {
        return Ok(None);
    };
    picture_of(source.access(), &track, sample, u32::MAX).await
}

/// The picture of a sample at which decoding can start, at most so many pixels wide; `None` where the browser decodes
/// none.
pub async fn picture_of(
    source: &dyn RandomAccess,
    track: &VideoTrack,
    sample: &Sample,
    widest: u32,
) -> Result<Option<Surface>, Fault> {
    let (offset, bytes) = track.span(sample);
    let mut data = vec![0; bytes];
    source.read_exact_at(offset, &mut data).map_err(fuin_core::MediaError::from)?;
    let Some(frame) = first_of(track, sample, track.gather(sample, data)).await? else { return Ok(None) };
    let (width, height) = Surface::size(frame.size(), track.turn);
    let wide = width.min(widest);
    let high = (u64::from(height) * u64::from(wide) / u64::from(width.max(1))).max(1) as u32;
    let plain = Surface::hidden(wide, high)?;
    plain.paint_tile(&frame, track.turn, (0.0, 0.0), (f64::from(wide), f64::from(high)))?;
    Ok(Some(plain))
}

/// The picture with its marks, as the address of a JPEG.
async fn marked(plain: &Surface, order: &PreviewOrder) -> Result<String, Fault> {
    let size = plain.extent();
    let marks = Marks::sample(&order.words, size, order.style);
    let seen = Surface::hidden(size.0, size.1 + marks.band_px())?;
    seen.copy(plain)?;
    seen.mark(&marks)?;
    Ok(format!("data:image/jpeg;base64,{}", BASE64.encode(&seen.jpeg().await?)))
}
