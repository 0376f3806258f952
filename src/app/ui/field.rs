//! A labelled line of text.

use leptos::prelude::*;

/// One line of text with its label above.
#[component]
pub fn Field(
    /// For `label` and `for`.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
    /// Input type.
    #[prop(into, default = Signal::stored("text"))]
    kind: Signal<&'static str>,
    /// A hint below.
    #[prop(into, optional)]
    help: Signal<String>,
) -> impl IntoView {
    let help_id = format!("{id}-help");
    let described_by = help_id.clone();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type=kind
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described_by
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p class="help" id=help_id>{help}</p>
        </div>
    }
}

/// Several lines of text with their label above.
#[component]
pub fn Area(
    /// For `label` and `for`.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea id=id rows="2" prop:value=value on:input=move |event| value.set(event_target_value(&event))></textarea>
        </div>
    }
}
