//! The places on the page where cameras are shown: each a canvas, and what is on it or on its way there.
//!
//! Entry point: [`Places`]. Absent: how a camera gets there (`setup`).

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fuin_core::{AudioTrack, PictureKind, Pictures, Timestamp, VideoTrack};
use futures_channel::oneshot;

use super::{decoder::Backend, session_mark::Marked, source::ClipSource};
use crate::{
    platform::surface::{HandedCanvas, Surface},
    wire::{ClipFacts, Load},
};

/// What a place shows.
#[derive(Clone)]
pub(super) struct OnScreen {
    pub source: Rc<ClipSource>,
    pub pictures: Rc<Pictures>,
    pub backend: Backend,
    pub clip: usize,
    pub track: usize,
    pub facts: Box<ClipFacts>,
}

/// A clip whose tables were read.
pub(super) struct Prepared {
    pub source: Rc<ClipSource>,
    pub track: VideoTrack,
    pub audio: Option<AudioTrack>,
    pub facts: Box<ClipFacts>,
    /// A picture of it that is being decoded already.
    pub first: Option<oneshot::Receiver<(Marked, PictureKind)>>,
}

/// A strip of small pictures that is asked for.
pub(super) struct Strip {
    pub count: usize,
    pub now: Timestamp,
    pub canvas: HandedCanvas,
}

/// One place.
pub(super) struct Place {
    pub surface: Rc<Surface>,
    pub on_screen: Option<OnScreen>,
    /// Waits for the decoder in software.
    pub waiting: Option<(Load, Prepared)>,
    pub waiting_strip: Option<Strip>,
}

/// All places, by the number of their camera. As long as a camera is here, it is wanted.
#[derive(Default)]
pub struct Places(RefCell<BTreeMap<usize, Place>>);

impl Places {
    /// Takes all away.
    pub(super) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    /// A new place.
    pub(super) fn put(&self, camera: usize, surface: Rc<Surface>) {
        let place = Place { surface, on_screen: None, waiting: None, waiting_strip: None };
        self.0.borrow_mut().insert(camera, place);
    }

    /// Whether the page still shows this camera.
    pub fn has(&self, camera: usize) -> bool {
        self.0.borrow().contains_key(&camera)
    }

    /// What `change` makes of a place; `None` if the camera is not wanted any more.
    pub(super) fn with<T>(&self, camera: usize, change: impl FnOnce(&mut Place) -> T) -> Option<T> {
        self.0.borrow_mut().get_mut(&camera).map(change)
    }

    /// What a camera shows.
    pub(super) fn on_screen(&self, camera: usize) -> Option<OnScreen> {
        self.with(camera, |place| place.on_screen.clone()).flatten()
    }
}
