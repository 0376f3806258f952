//! What happened, why, and what to do next; announced to screen readers.

use leptos::{html, prelude::*};

use crate::platform::page;

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
    // It may come far from where somebody pressed.
    let here = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        cause.track();
        if let Some(element) = here.get() {
            page::reveal(&element);
        }
    });
    view! {
        <div node_ref=here class=move || if stop.get() { "notice stop" } else { "notice good" } role="alert">
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
