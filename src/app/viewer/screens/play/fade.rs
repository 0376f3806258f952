//! Buttons over a picture that fills the screen go away while nobody moves anything.

use std::time::Duration;

use leptos::prelude::*;

/// Who moves nothing for so long looks at the picture.
const LOOKS_AFTER: Duration = Duration::from_secs(3);

/// Whether the buttons are out of the way.
#[derive(Clone, Copy)]
pub struct Fade {
    /// They are.
    pub away: RwSignal<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Fade {
    /// They are there.
    pub fn new() -> Self {
        let fade = Self { away: RwSignal::new(false), timer: StoredValue::new(None) };
        on_cleanup(move || fade.stop());
        fade
    }

    fn stop(self) {
        if let Some(timer) = self.timer.try_get_value().flatten() {
            timer.clear();
        }
    }

    /// Somebody moves or presses something.
    pub fn stir(self) {
        self.stop();
        if self.away.get_untracked() {
            self.away.set(false);
        }
        // Without a timer they stay.
        self.timer.set_value(set_timeout_with_handle(move || self.away.set(true), LOOKS_AFTER).ok());
    }
}
