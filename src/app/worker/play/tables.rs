//! The tables of a clip: read for a camera, or before one asks.
//!
//! Entry point: [`read_index`]. Absent: pictures.

use fuin_core::Index;

use super::{source::ClipSource, stage::Places};
use crate::{
    fault::Fault,
    platform::{clock, worker::report},
    wire::{Event, PlayEvent},
};

/// How often the page hears of progress.
const REPORT_EVERY_MS: f64 = 100.0;

/// Who waits for the tables of a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiter {
    /// No camera, so far.
    NotYet,
    /// This camera.
    Camera(usize),
    /// No camera any more.
    Gone,
}

/// Reads the tables of a clip; the camera that waits for them, once there is one, hears how far it has come,
/// and reading ends when it is not wanted any more.
pub async fn read_index(
    places: &Places,
    source: &ClipSource,
    waiter: impl Fn() -> Waiter,
) -> Result<Index, Fault> {
    let mut last_report_ms = clock::monotonic_ms();
    let index = source.index(|part| {
        let camera = match waiter() {
            Waiter::NotYet => return true,
            Waiter::Camera(camera) => camera,
            Waiter::Gone => return false,
        };
        if clock::monotonic_ms() - last_report_ms > REPORT_EVERY_MS {
            last_report_ms = clock::monotonic_ms();
            report(&Event::from(PlayEvent::Indexing { camera, part }));
        }
        places.has(camera)
    });
    match index.await {
        Ok(index) => Ok(index),
        Err(fault) => {
            // Tables of altered bytes say nothing; that they were altered is what must be said.
            source.settle().await?;
            Err(fault)
        }
    }
}
