//! The paper that is shown, as it will print.
//!
//! Entry points: [`provide_paper`], [`use_paper`]. Absent: which papers there are ([`fuin_model::Paper`]),
//! and how they look.

use fuin_model::Paper;
use leptos::prelude::*;

/// The choice of a paper.
#[derive(Clone, Copy)]
pub struct PaperShown(RwSignal<Option<Paper>>);

/// Makes the choice known.
pub fn provide_paper() {
    provide_context(PaperShown(RwSignal::new(None)));
}

/// The choice.
pub fn use_paper() -> PaperShown {
    expect_context()
}

impl PaperShown {
    /// The paper that is shown.
    pub fn get(self) -> Option<Paper> {
        self.0.get()
    }

    /// Shows a paper.
    pub fn show(self, paper: Paper) {
        self.0.set(Some(paper));
    }

    /// Shows none.
    pub fn clear(self) {
        self.0.set(None);
    }
}
