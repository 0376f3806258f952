//! Signs beside the words of buttons. They are drawn here, as fonts differ in which signs they have.

use leptos::prelude::*;

/// A sign, 16 by 16; words say the same.
#[component]
pub fn Icon(
    /// Its outline, as SVG has it; empty for none.
    #[prop(into)]
    shape: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=shape />
        </svg>
    }
}

/// Shapes, named after what the button does.
pub mod shape {
    /// Plays.
    pub const PLAY: &str = "M3 1v14l11-7z";
    /// Pauses.
    pub const PAUSE: &str = "M3 1h4v14H3zM9 1h4v14H9z";
    /// One picture back.
    pub const BACK: &str = "M3 1h3v14H3zM14 1v14L7 8z";
    /// One picture forward.
    pub const FORWARD: &str = "M10 1h3v14h-3zM2 1v14l7-7z";
    /// To the next place where something happens.
    pub const NEXT: &str = "M0 12h4l2-9 3 11 2-5h5v2h-4l-3 7-3-11-1 7H0z";
    /// Sound is heard.
    pub const LOUD: &str = "M1 5h3l5-4v14l-5-4H1zM11 4q3 4 0 8v-2q1-2 0-4zM13 2q5 6 0 12v-2q3-4 0-8z";
    /// Sound is not heard.
    pub const SILENT: &str = "M1 5h3l5-4v14l-5-4H1zM11 5l5 5-1 1-5-5zM15 5l1 1-5 5-1-1z";
    /// As large as fits, or back from it.
    pub const FIT: &str = "M0 0h6v2H2v4H0zM10 0h6v6h-2V2h-4zM0 10h2v4h4v2H0zM14 10h2v6h-6v-2h4z";
    /// All of the screen.
    pub const FULL: &str = "M0 2h16v12H0zM2 4v8h12V4z";
    /// Before others.
    pub const SCREENING: &str = "M0 1h16v2H0zM1 3h14v8H9v2l3 3h-2l-2-2-2 2H4l3-3v-2H1z";
    /// A picture is saved.
    pub const STILL: &str = "M0 3h4l2-2h4l2 2h4v11H0zM8 5a3.5 3.5 0 100 7 3.5 3.5 0 100-7z";
}
