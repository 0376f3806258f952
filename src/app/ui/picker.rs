//! Choosing a file, with mouse, keyboard or by dropping.

use leptos::prelude::*;

use crate::platform::files;

/// A file input that looks like a button.
#[component]
pub fn FilePicker(
    /// For `label` and `for`.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// Endings to offer.
    accept: &'static str,
    /// Whether this is the next step.
    #[prop(optional)]
    primary: bool,
    /// Called with the file.
    on_file: impl Fn(files::PickedFile) + Copy + 'static,
) -> impl IntoView {
    view! {
        <span class="picker">
            <input
                id=id
                type="file"
                accept=accept
                on:change=move |event| {
                    if let Some(file) = files::picked(&event) {
                        on_file(file);
                    }
                }
            />
            <label for=id class=if primary { "button primary" } else { "button" }>{label}</label>
        </span>
    }
}
