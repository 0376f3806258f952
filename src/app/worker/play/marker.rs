//! The marks of pictures: the words of this minute, set once for each size, and where they stand on a picture.
//!
//! Entry point: [`Marker::marks`]. Absent: painting them, which [`crate::platform::surface`] does.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use fuin_core::{Admitted, MarkBlock, MarkPattern, MarkStyle, MarkWords, Secret32};

use crate::platform::{clock, files::BlobSource, letters, surface::Marks};

/// Sizes that are kept: those of several cameras, and of strips.
const KEPT: usize = 8;

thread_local! {
    /// What was set last, for all canvases of this worker: measuring letters is slow.
    static SET: RefCell<VecDeque<Kept>> = const { RefCell::new(VecDeque::new()) };
}

/// What was set for one size.
struct Kept {
    words: MarkWords,
    size: (u32, u32),
    style: MarkStyle,
    secret: Rc<Secret32>,
    block: Rc<MarkBlock>,
    pattern: MarkPattern,
}

impl Kept {
    fn marks(&self, picture: usize) -> Marks {
        let places = self.pattern.places(picture);
        Marks { block: self.block.clone(), secret: self.secret.clone(), places, has_band: true }
    }
}

/// The marks of a bundle, for somebody who watches.
pub struct Marker {
    admitted: Rc<Admitted<BlobSource>>,
    secret: Rc<Secret32>,
}

impl Marker {
    /// For what was admitted.
    pub fn new(admitted: Rc<Admitted<BlobSource>>) -> Self {
        let secret = Rc::new(admitted.verified().mark_secret());
        Self { admitted, secret }
    }

    /// The marks of picture number `picture`, from 0, painted in this size, now.
    pub fn marks(&self, size: (u32, u32), picture: usize) -> Marks {
        let name = self.admitted.affirmation().name();
        let manifest = self.admitted.verified().manifest();
        let (words, style) = (MarkWords::new(manifest, name, clock::now()), manifest.terms.marks);
        SET.with_borrow_mut(|kept| {
            let is_it = |known: &&Kept| {
                known.size == size
                    && known.style == style
                    && known.words == words
                    && known.secret == self.secret
            };
            if let Some(known) = kept.iter().find(is_it) {
                return known.marks(picture);
            }
            let block = Rc::new(MarkBlock::new(&words, size, style, letters::ems));
            let pattern = MarkPattern::new(&self.secret, size, &block, style);
            let new = Kept { words, size, style, secret: self.secret.clone(), block, pattern };
            let marks = new.marks(picture);
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(new);
            marks
        })
    }
}
