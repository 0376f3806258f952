//! Labelled fields: a line of text, several lines, a choice, a tick.

use leptos::prelude::*;

/// What stands in a field, without white space around it.
pub fn typed(value: RwSignal<String>) -> String {
    value.get_untracked().trim().to_owned()
}

/// One line of text with its label above.
#[component]
pub fn Field(
    /// For `label` and `for`.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
    /// Input type; `date` and `datetime-local` hold ISO 8601.
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
            <label for=id.clone()>{label}</label>
            <input
                id=id
                type=kind
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described_by
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p class="help" id=help_id>
                {help}
            </p>
        </div>
    }
}

/// A new passphrase, typed twice: a slip would lock up what it is for. The second field has the id of the first and
/// `-again`.
#[component]
pub fn TypedTwice(
    /// For `label` and `for`.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// That of the second field.
    #[prop(into)]
    again_label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// What is typed again.
    again: RwSignal<String>,
) -> impl IntoView {
    view! {
        <Field id=id label=label kind="password" value=value />
        <Field id=format!("{id}-again") label=again_label kind="password" value=again />
    }
}

/// Several lines of text with their label above.
#[component]
pub fn Area(
    /// For `label` and `for`.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
    /// A hint below.
    #[prop(into, optional)]
    help: Signal<String>,
) -> impl IntoView {
    let help_id = format!("{id}-help");
    let described_by = help_id.clone();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                rows="2"
                aria-describedby=described_by
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            <p class="help" id=help_id>
                {help}
            </p>
        </div>
    }
}

/// One of several.
#[component]
pub fn Select(
    /// For `label` and `for`.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The value that is chosen.
    value: RwSignal<String>,
    /// Values and what they are called.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id
                prop:value=move || {
                    options.track();
                    value.get()
                }
                on:change=move |event| value.set(event_target_value(&event))
            >
                {move || {
                    options
                        .get()
                        .into_iter()
                        .map(|(key, name)| {
                            let chosen = value.get_untracked() == key;
                            view! {
                                <option value=key selected=chosen>
                                    {name}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </div>
    }
}

/// A box to tick.
#[component]
pub fn Tick(
    /// For `label` and `for`.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked.
    value: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <p class="check">
            <input
                id=id.clone()
                type="checkbox"
                prop:checked=value
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <label for=id>{label}</label>
        </p>
    }
}
