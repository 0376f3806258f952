//! The one place where a picture meets the canvas: only within the period, only with its marks.
//!
//! Entry point: [`Easel::paint`]. Absent: which picture, and when.

use std::{cell::Cell, rc::Rc};

use fuin_core::{Admitted, Codec, Look, SeenTime, Timestamp, Turn};

use super::{
    marker::Marker,
    session_mark::{Marked, SessionMark},
};
use crate::{
    fault::{Code, Fault},
    platform::{
        clock,
        files::BlobSource,
        surface::{Marks, Surface},
    },
};

/// Writes the marks of pictures of this codec's size beforehand: letters are slow. Painting does it otherwise, and says
/// what fails.
pub fn prepare_marks(
    admitted: Rc<Admitted<BlobSource>>,
    session_mark: &SessionMark,
    codec: &Codec,
    turn: Turn,
) {
    prepare(&Marker::new(admitted), session_mark, codec, turn);
}

fn prepare(marker: &Marker, session_mark: &SessionMark, codec: &Codec, turn: Turn) {
    session_mark.pattern((codec.width, codec.height), turn);
    let size = Surface::size((codec.width, codec.height), turn);
    let _ = Surface::prepare_marks(size.0, &marker.marks(size, 0));
}

/// A canvas with what every picture on it must bear.
pub struct Easel {
    surface: Rc<Surface>,
    admitted: Rc<Admitted<BlobSource>>,
    marker: Marker,
    session_mark: Rc<SessionMark>,
    turn: Turn,
    look: Cell<Look>,
    /// The size of the picture that is on the canvas, and how it was painted.
    painted: Cell<((u32, u32), Look)>,
    /// The latest time known.
    latest: Cell<Timestamp>,
}

impl Easel {
    /// Sets up for one clip.
    pub fn new(
        surface: Rc<Surface>,
        admitted: Rc<Admitted<BlobSource>>,
        session_mark: Rc<SessionMark>,
        turn: Turn,
        now: Timestamp,
    ) -> Self {
        Self {
            surface,
            marker: Marker::new(admitted.clone()),
            admitted,
            session_mark,
            turn,
            look: Cell::default(),
            painted: Cell::default(),
            latest: Cell::new(now),
        }
    }

    /// Nothing is shown outside the period, however long this page stays open, nor by a clock that was turned back.
    pub fn may_show(&self) -> Result<(), Fault> {
        let seen = SeenTime::of(clock::now(), Some(self.latest.get()));
        self.latest.set(seen.now);
        if self.admitted.verified().manifest().terms.stop_by_clock(seen.backwards) {
            return Err(Fault::new(Code::ClockBackwards, "the clock ran backwards while watching"));
        }
        Ok(self.admitted.verified().check_window(seen.now)?)
    }

    /// As [`prepare_marks`], for this canvas.
    pub fn prepare(&self, codec: &Codec) {
        prepare(&self.marker, &self.session_mark, codec, self.turn);
    }

    /// The forensic mark of its pictures, and how they are turned.
    pub fn session_mark(&self) -> (&Rc<SessionMark>, Turn) {
        (&self.session_mark, self.turn)
    }

    /// How pictures are shown from the next one on.
    pub fn set_look(&self, look: Look) {
        self.look.set(look.clamped());
    }

    /// How the picture on the canvas was painted.
    pub fn painted_look(&self) -> Look {
        self.painted.get().1
    }

    /// Width and height of the picture on the canvas; zero before the first.
    pub fn painted_size(&self) -> (u32, u32) {
        self.painted.get().0
    }

    /// Paints a picture with its marks, or nothing at all.
    pub fn paint(&self, picture: &Marked) -> Result<(), Fault> {
        let frame = picture.frame();
        let painted = self.may_show().and_then(|()| {
            let size = Surface::size(frame.size(), self.turn);
            let marks = self.marker.marks(size, frame.number());
            let look = self.look.get();
            let larger = (look.zoom > 1.0).then(|| self.session_mark.pattern(size, Turn::default()));
            let painted = self.surface.paint(frame, self.turn, &look, (&marks, larger.as_deref()));
            self.painted.set((size, look));
            painted.map_err(|error| Fault::new(Code::PaintFailed, error.words))
        });
        if painted.is_err() {
            // A picture whose marks could not be painted must not stay visible.
            self.surface.clear();
        }
        painted
    }

    /// Paints a picture small into a strip that is not shown yet.
    pub fn paint_tile(
        &self,
        strip: &Surface,
        picture: &Marked,
        at: (f64, f64),
        size: (f64, f64),
    ) -> Result<(), Fault> {
        let painted = strip.paint_tile(picture.frame(), self.turn, at, size);
        painted.map_err(|error| Fault::new(Code::PaintFailed, error.words))
    }

    /// Marks a strip of small pictures and shows it.
    pub fn show_strip(&self, strip: &Surface) -> Result<(), Fault> {
        self.may_show()?;
        strip.mark_forensic(&self.session_mark.pattern(strip.extent(), Turn::default()))?;
        strip.mark(&Marks { has_band: false, ..self.marker.marks(strip.extent(), 0) })?;
        Ok(self.surface.copy(strip)?)
    }

    /// Black, with marks: there is no picture at this time.
    pub fn blank(&self, width: u32, height: u32) -> Result<(), Fault> {
        let size = Surface::size((width, height), self.turn);
        Ok(self.surface.blank(size.0, size.1, &self.marker.marks(size, 0))?)
    }

    /// The surface, for taking a still of it.
    pub fn surface(&self) -> &Surface {
        &self.surface
    }

    /// Nothing, for good: smaller than black, and so sooner on the screen.
    pub fn empty(&self) {
        self.surface.resize(1, 1);
    }
}
