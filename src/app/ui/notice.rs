//! What happened, why, and what to do next; announced to screen readers.

use leptos::prelude::*;

/// A message of a few lines. A stop is red and has a sign, so that colour is never alone.
#[component]
pub fn Notice(
    /// Whether it is a stop.
    #[prop(into)]
    stop: Signal<bool>,
    /// What happened.
    #[prop(into)]
    cause: Signal<String>,
    /// What to do.
    #[prop(into, optional)]
    advice: Signal<String>,
) -> impl IntoView {
    view! {
        <div class=move || if stop.get() { "notice stop" } else { "notice good" } role="alert">
            <p class="cause">
                <span class="sign" aria-hidden="true">
                    {move || if stop.get() { "×" } else { "○" }}
                </span>
                {cause}
            </p>
            <p>{advice}</p>
        </div>
    }
}
