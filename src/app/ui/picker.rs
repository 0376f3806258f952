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
    /// Whether a file may come in parts.
    #[prop(optional)]
    in_parts: bool,
    /// Called with the file; with nothing, if what was picked are not all parts of one.
    on_file: impl Fn(Option<files::PickedFile>) + Copy + 'static,
) -> impl IntoView {
    view! {
        <span class="picker">
            <input
                id=id
                type="file"
                accept=accept
                multiple=in_parts
                on:change=move |event| {
                    let picked = files::picked_all(&event);
                    if !picked.is_empty() {
                        on_file(files::joined(picked));
                    }
                }
            />
            <label for=id class=if primary { "button primary" } else { "button" }>
                {label}
            </label>
        </span>
    }
}
