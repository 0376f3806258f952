//! The marks of pictures: the words of this minute, set once for each size, and where they stand on a picture.
//!
//! Entry point: [`Marker::marks`]. Absent: painting them, which [`crate::platform::surface`] does.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use fuin_core::{Admitted, MarkBlock, MarkPattern, MarkWords, Secret32};

use crate::platform::{clock, files::BlobSource, letters, surface::Marks};

/// Sizes that are kept: a picture, its zoomed form, a strip.
const KEPT: usize = 3;

/// What was set for one size.
struct Kept {
    words: MarkWords,
    size: (u32, u32),
    block: Rc<MarkBlock>,
    pattern: MarkPattern,
}

/// The marks of a bundle, for somebody who watches.
pub struct Marker {
    admitted: Rc<Admitted<BlobSource>>,
    secret: Rc<Secret32>,
    kept: RefCell<VecDeque<Kept>>,
}

impl Marker {
    /// For what was admitted.
    pub fn new(admitted: Rc<Admitted<BlobSource>>) -> Self {
        let secret = Rc::new(admitted.verified().mark_secret());
        Self { admitted, secret, kept: RefCell::default() }
    }

    /// The marks of picture number `picture`, from 0, painted in this size, now.
    pub fn marks(&self, size: (u32, u32), picture: usize) -> Marks {
        let name = self.admitted.affirmation().name();
        let words = MarkWords::new(self.admitted.verified().manifest(), name, clock::now());
        let mut kept = self.kept.borrow_mut();
        if let Some(known) = kept.iter().find(|known| known.size == size && known.words == words) {
            return self.place(known, picture);
        }
        let style = self.admitted.verified().manifest().terms.marks;
        let block = Rc::new(MarkBlock::new(&words, size, style, letters::ems));
        let pattern = MarkPattern::new(&self.secret, size, &block, style);
        let new = Kept { words, size, block, pattern };
        let marks = self.place(&new, picture);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(new);
        marks
    }

    fn place(&self, kept: &Kept, picture: usize) -> Marks {
        let places = kept.pattern.places(picture);
        Marks { block: kept.block.clone(), secret: self.secret.clone(), places, has_band: true }
    }
}
