//! The end of a form: what is wrong with it, and the button that sends it.

use leptos::prelude::*;

use super::Notice;

/// The end of a form.
#[component]
pub fn Submit(
    /// Of the button.
    #[prop(into)]
    id: String,
    /// Of the button.
    label: Signal<String>,
    /// What was typed cannot be used.
    wrong: RwSignal<bool>,
    /// What is said then.
    cause: Signal<String>,
    /// Nothing can be sent now.
    #[prop(into)]
    busy: Signal<bool>,
    /// The main thing to do on its screen.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    view! {
        <Show when=move || wrong.get()>
            <Notice stop=true cause=cause />
        </Show>
        <p class="actions">
            <button id=id class:primary=primary type="submit" disabled=busy>
                {label}
            </button>
        </p>
    }
}
