//! One camera: its pictures, decoded around where it stands, and the one that is shown.
//!
//! A camera knows no clock. Which picture is shown and which sample is decoded next is decided by [`Window`];
//! here is what the window needs of the browser: decoder and canvas. Entry points: [`Camera::new`]; `drive`
//! moves it and `feed` decodes for it. Absent: time, speed, sound.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use fuin_core::{Look, PictureKind, Pictures};
use fuin_model::Window;

use super::{
    decoder::Backend, easel::Easel, marking::MarkedDecoding, session_mark::Marked, source::ClipSource,
};
use crate::{
    fault::Fault,
    platform::worker::report,
    wire::{Event, PlayEvent, Shown},
};

/// The most pictures that are kept behind, so that stepping back is quick.
const MAX_BEHIND: usize = 10;
/// The most bytes that they take.
const MAX_BEHIND_BYTES: usize = 64 << 20;
/// A decoder that gives no answer for this long is taken for dead.
const STUCK_MS: f64 = 20_000.0;

/// What the time line hears from a camera.
#[derive(Clone)]
pub struct Signal {
    /// Something changed: look again.
    pub wake: Rc<dyn Fn()>,
    /// It cannot go on.
    pub fail: Rc<dyn Fn(Fault)>,
}

/// Whether what was used before it was checked is checked by now ([`ClipSource::settle`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checked {
    NotYet,
    Running,
    Done,
}

/// One camera.
pub struct Camera {
    /// Its number; the page never uses one twice.
    pub(super) id: usize,
    pub(super) source: Rc<ClipSource>,
    pub(super) pictures: Rc<Pictures>,
    pub(super) backend: RefCell<Backend>,
    pub(super) easel: Easel,
    pub(super) decoder: RefCell<Option<MarkedDecoding>>,
    pub(super) window: RefCell<Window<Marked>>,
    pub(super) signal: Signal,
    /// Pictures behind that may be kept.
    behind: Cell<usize>,
    /// Which of the track's configurations the decoder was told.
    pub(super) configuration: Cell<u16>,
    /// When the decoder last gave an answer, or got something to do.
    pub(super) answered_ms: Cell<f64>,
    /// Nothing may be painted before everything used so far was checked.
    pub(super) checked: Cell<Checked>,
    pub(super) me: Weak<Self>,
}

impl Camera {
    /// A camera that shows nothing yet; `first` is a picture that was decoded already.
    pub fn new(
        id: usize,
        source: Rc<ClipSource>,
        pictures: Rc<Pictures>,
        backend: Backend,
        easel: Easel,
        signal: Signal,
        first: Option<(Marked, PictureKind)>,
    ) -> Rc<Self> {
        let codec = pictures.track().codec();
        let picture_bytes = codec.width as usize * codec.height as usize * 3 / 2;
        let behind = (MAX_BEHIND_BYTES / picture_bytes.max(1)).clamp(2, MAX_BEHIND);
        let checked = if source.is_settled() { Checked::Done } else { Checked::NotYet };
        let mut window = Window::default();
        if let Some((picture, kind)) = first {
            window.begin_with(picture.frame().number(), picture, kind);
        }
        Rc::new_cyclic(|me| Self {
            id,
            source,
            pictures,
            backend: RefCell::new(backend),
            easel,
            decoder: RefCell::default(),
            window: RefCell::new(window),
            signal,
            behind: Cell::new(behind),
            configuration: Cell::default(),
            answered_ms: Cell::default(),
            checked: Cell::new(checked),
            me: me.clone(),
        })
    }

    /// Its number.
    pub fn id(&self) -> usize {
        self.id
    }

    /// The pictures of the track.
    pub fn pictures(&self) -> &Rc<Pictures> {
        &self.pictures
    }

    /// The easel, for stills.
    pub fn easel(&self) -> &Easel {
        &self.easel
    }

    /// The picture where it stands, or goes to.
    pub fn here(&self) -> usize {
        self.window.borrow().at.here()
    }

    /// The picture on the canvas, if there is one.
    pub fn shown(&self) -> Option<usize> {
        self.window.borrow().at.shown()
    }

    /// Whether the picture that was asked for is not there yet.
    pub fn is_settling(&self) -> bool {
        self.window.borrow().at.is_settling()
    }

    /// Whether it is black for want of a picture. Only a picture that is painted changes that.
    pub fn is_hidden(&self) -> bool {
        self.window.borrow().at.is_hidden()
    }

    /// How many pictures are kept behind.
    pub(super) fn behind(&self) -> usize {
        self.behind.get()
    }

    /// These pictures are not shown, for want of time.
    pub fn pass_over(&self, pictures: std::ops::Range<usize>) {
        self.window.borrow_mut().pass_over(pictures);
    }

    /// Black: there is no picture of this camera at this time.
    pub fn hide(&self) {
        if self.window.borrow_mut().at.hide() {
            let codec = self.pictures.track().codec();
            if let Err(fault) = self.easel.blank(codec.width, codec.height) {
                (self.signal.fail)(fault);
            }
            self.tell();
        }
    }

    /// Another look at the same picture.
    pub fn set_look(&self, look: Look) {
        self.easel.set_look(look);
        let shown = {
            let window = self.window.borrow();
            window.at.shown().filter(|n| window.picture(*n).is_some())
        };
        if let Some(n) = shown {
            self.present(n);
        }
    }

    /// Stops for good: nothing is shown any more.
    pub fn stop(&self) {
        self.window.borrow_mut().stop();
        self.decoder.borrow_mut().take();
        self.easel.empty();
    }

    /// Whether the decoder in software has had something to do for so long without an answer that none will
    /// come. It is in a worker of its own, which nothing else watches.
    pub fn is_stuck(&self, now_ms: f64) -> bool {
        let busy = self.window.borrow().is_decoding();
        self.backend.borrow().is_software() && busy && now_ms - self.answered_ms.get() > STUCK_MS
    }

    /// Frees what is kept only for comfort: a decoder with few buffers may be waiting for them.
    pub fn release(&self) {
        let before = self.behind.replace(0);
        self.trim();
        let released = self.decoder.borrow().as_ref().map(MarkedDecoding::release);
        for number in released.into_iter().flatten() {
            self.window.borrow_mut().passed(&self.pictures, number);
        }
        self.behind.set(before / 2);
    }

    pub(super) fn trim(&self) {
        self.window.borrow_mut().trim(self.behind.get());
    }

    /// Paints a picture of the window.
    pub(super) fn present(&self, picture: usize) {
        if self.checked.get() != Checked::Done {
            return;
        }
        let painted = self.window.borrow().picture(picture).map(|picture| self.easel.paint(picture));
        match painted {
            Some(Err(fault)) => return (self.signal.fail)(fault),
            Some(Ok(())) => self.window.borrow_mut().at.painted(),
            None => {}
        }
        self.tell();
        self.trim();
    }

    /// Reports what is on the canvas.
    pub(super) fn tell(&self) {
        let window = self.window.borrow();
        let picture = match window.at.current() {
            Some(picture) => picture,
            None if window.at.is_hidden() => 0,
            None => return,
        };
        let shown = Shown {
            size: self.easel.painted_size(),
            picture,
            micros: self.pictures.micros(picture),
            pts: self.pictures.pts(picture),
            kind: window.kind(picture),
            stands_in: window.at.stands_in(),
            hidden: window.at.is_hidden(),
            lost: window.lost_count(),
            passed_over: window.at.passed_over(),
        };
        report(&Event::from(PlayEvent::Shown { camera: self.id, shown }));
    }
}
