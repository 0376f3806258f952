//! The forensic mark of one viewing, in every picture that is decoded for it.
//!
//! Entry points: [`SessionMarks::current`], [`SessionMark::mark`], which alone makes a [`Marked`] picture, and
//! [`SessionMark::pattern`] for what is painted otherwise. Absent: how the mark looks (`fuin_core::ForensicMark`).

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use fuin_core::{ForensicMark, MarkLayout, SessionId, Turn};

use crate::{
    fault::{Code, Fault},
    platform::{
        relight::{Pixels, Relighter},
        video::Frame,
    },
    worker::vault::Vault,
};

/// Sizes for which the pattern is kept: those of several cameras, of strips, and of pictures made larger.
const KEPT: usize = 8;

/// Width and height of pictures, and how they are turned when they are painted.
type Shape = ((u32, u32), Turn);

/// A decoded picture that bears the mark.
pub struct Marked(Frame);

impl Marked {
    /// The picture.
    pub fn frame(&self) -> &Frame {
        &self.0
    }
}

/// The mark of a viewing.
pub struct SessionMark {
    layout: MarkLayout,
    session: SessionId,
    patterns: RefCell<VecDeque<(Shape, Rc<ForensicMark>)>>,
    relighter: Relighter,
}

/// The mark of the viewing that is under way, for all its cameras: patterns are made once.
pub struct SessionMarks {
    vault: Rc<Vault>,
    kept: RefCell<Option<Rc<SessionMark>>>,
}

impl SessionMarks {
    /// For what is in the vault.
    pub fn new(vault: Rc<Vault>) -> Self {
        Self { vault, kept: RefCell::default() }
    }

    /// That of the viewing that was admitted last.
    pub fn current(&self) -> Result<Rc<SessionMark>, Fault> {
        let session = self.vault.session()?;
        let known = self.kept.borrow().clone().filter(|known| known.session == session);
        if let Some(known) = known {
            return Ok(known);
        }
        let (admitted, _) = self.vault.admitted()?;
        let made = Rc::new(SessionMark {
            layout: MarkLayout::new(&admitted.verified().forensic_key()),
            session,
            patterns: RefCell::default(),
            relighter: Relighter::default(),
        });
        self.kept.replace(Some(made.clone()));
        Ok(made)
    }

    /// Forgets it, and its key.
    pub fn forget(&self) {
        self.kept.replace(None);
    }
}

impl SessionMark {
    /// Its pattern for pictures of this size that are turned when they are painted.
    pub fn pattern(&self, size: (u32, u32), turn: Turn) -> Rc<ForensicMark> {
        let mut kept = self.patterns.borrow_mut();
        if let Some((_, known)) = kept.iter().find(|(shape, _)| *shape == (size, turn)) {
            return known.clone();
        }
        let made = Rc::new(ForensicMark::new(&self.layout, self.session, size, turn));
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(((size, turn), made.clone()));
        made
    }

    /// Marks a picture that will be turned when it is painted.
    pub async fn mark(&self, frame: Frame, turn: Turn) -> Result<Marked, Fault> {
        let pattern = self.pattern(frame.size(), turn);
        let marked = self.relighter.change(frame, |pixels, stride| match pixels {
            Pixels::Luma(plane) => pattern.mark_luma(plane, stride),
            Pixels::Packed(pixels) => pattern.mark_packed(pixels, stride),
        });
        Ok(Marked(marked.await.map_err(|error| Fault::new(Code::PaintFailed, error.words))?))
    }
}
