//! One camera on the page. Absent: what is done with it, which [`super::player`] knows.

use fuin_core::Look;
use leptos::prelude::*;

use crate::{
    fault::Fault,
    wire::{ClipFacts, Shown},
};

/// One camera on the page.
#[derive(Clone, Copy, PartialEq)]
pub struct CameraView {
    /// Its number in the worker; no other camera ever had it.
    pub id: usize,
    /// Its place on the page.
    pub place: usize,
    /// Which clip, and which of its tracks.
    pub clip: usize,
    /// Which track.
    pub track: usize,
    /// What is in the clip.
    pub facts: RwSignal<Option<ClipFacts>>,
    /// It is ready, or was refused: its set-up is over.
    pub settled: RwSignal<bool>,
    /// The picture on the canvas; none, until the worker painted one.
    pub shown: RwSignal<Option<Shown>>,
    /// Why it stays dark.
    pub refused: RwSignal<Option<Fault>>,
    /// How it is shown.
    pub look: RwSignal<Look>,
    /// On the screen smaller or larger than its own pixels: by this factor.
    pub scale: RwSignal<f64>,
    /// Its small pictures are painted.
    pub strip: RwSignal<bool>,
}

impl CameraView {
    /// Id of its canvas.
    pub fn canvas_id(self) -> String {
        if self.place == 0 { "picture".to_owned() } else { format!("picture-{}", self.place) }
    }

    /// The picture that is seen: none before the first one, and where its camera has none at this time.
    pub fn seen(self) -> Option<Shown> {
        self.shown.get().filter(|shown| !shown.hidden)
    }

    /// The number of the picture that is seen, from 1.
    pub fn number(self) -> String {
        self.seen().map_or_else(|| "—".to_owned(), |shown| (shown.picture + 1).to_string())
    }

    /// Whether its camera has no picture at this time.
    pub fn is_hidden(self) -> bool {
        self.shown.get().is_some_and(|shown| shown.hidden)
    }

    /// Width and height of what was painted; 0 by 0 before that.
    pub fn painted_size(self) -> (u32, u32) {
        self.shown.with(|shown| shown.as_ref().map_or((0, 0), |shown| shown.size))
    }

    /// Id of what its canvas stands in, and is moved in where it is larger.
    pub fn frame_id(self) -> String {
        format!("frame-{}", self.place)
    }
}

/// Columns in which so many cameras stand side by side.
pub fn columns(cameras: usize) -> usize {
    (1..).find(|columns| columns * columns >= cameras).unwrap_or(1)
}

/// Width and height of the canvas of a clip: the picture, as the file claims or as it was painted, and the
/// band below it.
pub fn canvas_size(facts: &ClipFacts, painted: (u32, u32)) -> (f64, f64) {
    let (width, height) = if painted == (0, 0) { facts.size } else { painted };
    let band = fuin_core::MarkBlock::band_px(height);
    (f64::from(width), f64::from(height + band))
}
