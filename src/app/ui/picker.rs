//! Choosing files, with mouse, keyboard or by dropping.

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
    /// Called with the file.
    on_file: impl Fn(Option<files::PickedFile>) + Copy + 'static,
) -> impl IntoView {
    let pick = move |picked: Vec<files::PickedFile>| on_file(picked.into_iter().next());
    view! { <Input id=id label=label accept=accept primary=false several=false on_pick=pick /> }
}

/// The same for several files, or one in parts.
#[component]
pub fn FilesPicker(
    /// For `label` and `for`.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// Endings to offer.
    accept: &'static str,
    /// Whether this is the next step.
    #[prop(default = true)]
    primary: bool,
    /// Called with the files, parts joined; with nothing, if parts are missing or not of one file.
    on_files: impl Fn(Option<Vec<files::PickedFile>>) + Copy + 'static,
) -> impl IntoView {
    let pick = move |picked: Vec<files::PickedFile>| on_files(files::joined(picked));
    view! { <Input id=id label=label accept=accept primary=primary several=true on_pick=pick /> }
}

#[component]
fn Input(
    id: &'static str,
    label: Signal<String>,
    accept: &'static str,
    primary: bool,
    several: bool,
    on_pick: impl Fn(Vec<files::PickedFile>) + Copy + 'static,
) -> impl IntoView {
    view! {
        <span class="picker">
            <input
                id=id
                type="file"
                accept=accept
                multiple=several
                on:change=move |event| {
                    let picked = files::picked_all(&event);
                    if !picked.is_empty() {
                        on_pick(picked);
                    }
                }
            />
            <label for=id class=if primary { "button primary" } else { "button" }>
                {label}
            </label>
        </span>
    }
}
