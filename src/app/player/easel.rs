//! The one place where a picture meets the canvas: only within the period, only with its marks.
//!
//! Entry point: [`Easel::paint`]. Absent: which picture, and when.

use std::{cell::Cell, rc::Rc};

use fuin_core::{
    Coded,
    bundle::Admitted,
    calendar::Timestamp,
    media::{Codec, Look},
    watermark::{self, Layout},
};

use super::clip::ClipFault;
use crate::platform::{clock, files::BlobSource, surface::Surface, video::Frame};

/// A clock may be corrected by so much without being called wrong.
const CLOCK_TOLERANCE_SECS: i64 = 300;

/// A canvas with what every picture on it must bear.
pub struct Easel {
    surface: Rc<Surface>,
    admitted: Rc<Admitted<BlobSource>>,
    rotation: u16,
    look: Cell<Look>,
    /// The latest time known.
    latest: Cell<Timestamp>,
}

impl Easel {
    /// Sets up for one clip.
    pub fn new(
        surface: Rc<Surface>,
        admitted: Rc<Admitted<BlobSource>>,
        rotation: u16,
        now: Timestamp,
    ) -> Self {
        Self { surface, admitted, rotation, look: Cell::default(), latest: Cell::new(now) }
    }

    /// Nothing is shown outside the period, however long this page stays open, nor by a clock that was turned back.
    pub fn may_show(&self) -> Result<(), ClipFault> {
        let clock = clock::now();
        let latest = clock.max(self.latest.get());
        self.latest.set(latest);
        if clock.plus_secs(CLOCK_TOLERANCE_SECS) < latest {
            return Err(ClipFault {
                code: "clock_backwards",
                cause: "the clock ran backwards while watching".into(),
            });
        }
        let window = self.admitted.verified().check_window(latest);
        window.map_err(|error| ClipFault { code: error.code(), cause: error.to_string() })
    }

    /// The marks of a picture of this size, now.
    fn marks(&self, width: u32, height: u32) -> Layout {
        let name = &self.admitted.affirmation().name;
        let words = watermark::words(self.admitted.verified().manifest(), name, clock::now());
        watermark::layout(&words, width, height)
    }

    /// Writes the marks of pictures of this codec's size beforehand: letters are slow. Painting does it otherwise, and
    /// says what fails.
    pub fn prepare(&self, codec: &Codec) {
        let (width, height) = Surface::size((codec.width, codec.height), self.rotation);
        let marks = self.marks(width, height);
        let _ = self.surface.prepare_marks(width, height + marks.band_px, &marks);
    }

    /// How pictures are shown from the next one on.
    pub fn set_look(&self, look: Look) {
        self.look.set(look.clamped());
    }

    /// How pictures are shown.
    pub fn look(&self) -> Look {
        self.look.get()
    }

    /// Paints a picture with its marks, or nothing at all.
    pub fn paint(&self, frame: &Frame) -> Result<(), ClipFault> {
        let painted = self.may_show().and_then(|()| {
            let (width, height) = Surface::size(frame.size(), self.rotation);
            let marks = self.marks(width, height);
            let painted = self.surface.paint(frame, self.rotation, &self.look.get(), &marks);
            painted.map_err(|error| ClipFault { code: "paint_failed", cause: error.0 })
        });
        if painted.is_err() {
            // A picture whose marks could not be painted must not stay visible.
            self.surface.clear();
        }
        painted
    }

    /// Paints a picture small into a strip; [`Self::finish_strip`] puts the marks on.
    pub fn paint_tile(&self, frame: &Frame, at: (f64, f64), size: (f64, f64)) -> Result<(), ClipFault> {
        self.may_show()?;
        let painted = self.surface.paint_tile(frame, self.rotation, at, size);
        painted.map_err(|error| ClipFault { code: "paint_failed", cause: error.0 })
    }

    /// Marks a strip of small pictures.
    pub fn finish_strip(&self) -> Result<(), ClipFault> {
        let (width, height) = self.surface.extent();
        let marks = Layout { band_px: 0, ..self.marks(width, height) };
        Ok(self.surface.mark(&marks)?)
    }

    /// Black, with marks: there is no picture at this time.
    pub fn blank(&self, width: u32, height: u32) -> Result<(), ClipFault> {
        let (width, height) = Surface::size((width, height), self.rotation);
        Ok(self.surface.blank(width, height, &self.marks(width, height))?)
    }

    /// The surface, for taking a still of it.
    pub fn surface(&self) -> &Surface {
        &self.surface
    }

    /// Black, without anything.
    pub fn clear(&self) {
        self.surface.clear();
    }
}
