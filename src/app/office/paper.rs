//! The papers that are shown, as they will print, and which of a disclosure's were printed.
//!
//! Entry points: [`provide_paper`], [`use_paper`]. Absent: which papers there are ([`fuin_model::Paper`]),
//! and how they look.

use fuin_core::BundleId;
use fuin_model::Paper;
use leptos::prelude::*;

use crate::platform::page;

/// The choice of papers.
#[derive(Clone, Copy)]
pub struct PaperShown {
    shown: RwSignal<Vec<Paper>>,
    /// Papers that were printed since the page was opened.
    printed: RwSignal<Vec<(BundleId, Paper)>>,
}

/// Makes the choice known.
pub fn provide_paper() {
    provide_context(PaperShown { shown: RwSignal::new(Vec::new()), printed: RwSignal::new(Vec::new()) });
}

/// The choice.
pub fn use_paper() -> PaperShown {
    expect_context()
}

impl PaperShown {
    /// The papers that are shown.
    pub fn all(self) -> Vec<Paper> {
        self.shown.get()
    }

    /// Whether this paper is shown.
    pub fn is_shown(self, paper: Paper) -> bool {
        self.shown.with(|shown| shown.contains(&paper))
    }

    /// Shows a paper, and brings it onto the screen.
    pub fn show(self, paper: Paper) {
        self.shown.set(vec![paper]);
        request_animation_frame(|| page::show("print"));
    }

    /// Shows papers one behind another and prints them.
    pub fn print_all(self, papers: Vec<Paper>) {
        self.shown.set(papers);
        request_animation_frame(|| request_animation_frame(page::print));
    }

    /// Shows none.
    pub fn clear(self) {
        self.shown.set(Vec::new());
    }

    /// Whether a paper of a bundle was printed.
    pub fn is_printed(self, id: &BundleId, paper: Paper) -> bool {
        self.printed.with(|printed| printed.iter().any(|(known, what)| known == id && *what == paper))
    }

    /// It was, or was not after all.
    pub fn set_printed(self, id: &BundleId, paper: Paper, was: bool) {
        self.printed.update(|printed| {
            printed.retain(|(known, what)| known != id || *what != paper);
            printed.extend(was.then(|| (id.clone(), paper)));
        });
    }
}
