//! Labelled fields: a line of text, several lines, a choice, a tick. What is wrong about one stands below it
//! ([`Wrongs`]).

use leptos::prelude::*;

use super::wrongs::{WrongWords, Wrongs};

/// What stands in a field, without white space around it.
pub fn typed(value: RwSignal<String>) -> String {
    value.get_untracked().trim().to_owned()
}

/// The options of a [`Select`] that begins with nothing chosen, which `none` says.
pub fn choices(none: &str, all: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), none.to_owned())).chain(all).collect()
}

/// What stands below a field.
struct Beside {
    help_id: String,
    wrong_id: String,
    /// The ids of both.
    described_by: String,
    wrong: Signal<Option<String>>,
}

impl Beside {
    fn of(id: &str) -> Self {
        let (help_id, wrong_id) = (format!("{id}-help"), format!("{id}-wrong"));
        let described_by = format!("{help_id} {wrong_id}");
        Self { help_id, wrong_id, described_by, wrong: Wrongs::of(id) }
    }
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
    /// Whether the form is not right without it.
    #[prop(optional)]
    needed: bool,
    /// Id of the [`Offers`] for it.
    #[prop(optional)]
    offers: Option<&'static str>,
    /// Whether a time is asked for to the second.
    #[prop(optional)]
    to_the_second: bool,
) -> impl IntoView {
    let Beside { help_id, wrong_id, described_by, wrong } = Beside::of(&id);
    let changed = Wrongs::forget(&id);
    view! {
        <div class="field" class:is-wrong=move || wrong.get().is_some()>
            <label for=id.clone() class:needed=needed>
                {label}
            </label>
            <input
                id=id
                type=kind
                // A browser refuses a time with seconds otherwise, and its form does nothing.
                step=if to_the_second { "1" } else { "any" }
                list=offers
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described_by
                aria-required=needed.then_some("true")
                aria-invalid=move || wrong.get().is_some().then_some("true")
                prop:value=value
                on:input=move |event| {
                    changed();
                    value.set(event_target_value(&event));
                }
            />
            <p class="help" id=help_id>
                {help}
            </p>
            <WrongWords id=wrong_id words=wrong />
        </div>
    }
}

/// What was typed before, offered to fields that name it.
#[component]
pub fn Offers(
    /// Its id.
    id: &'static str,
    /// The words.
    words: Vec<String>,
) -> impl IntoView {
    view! {
        <datalist id=id>{words.into_iter().map(|word| view! { <option value=word></option> }).collect_view()}</datalist>
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
        <Field id=id label=label kind="password" value=value needed=true />
        <Field id=format!("{id}-again") label=again_label kind="password" value=again needed=true />
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
    /// Whether the form is not right without it.
    #[prop(optional)]
    needed: bool,
    /// Its height in lines.
    #[prop(default = 2)]
    rows: u8,
) -> impl IntoView {
    let Beside { help_id, wrong_id, described_by, wrong } = Beside::of(&id);
    let changed = Wrongs::forget(&id);
    view! {
        <div class="field" class:is-wrong=move || wrong.get().is_some()>
            <label for=id.clone() class:needed=needed>
                {label}
            </label>
            <textarea
                id=id
                rows=rows.to_string()
                aria-describedby=described_by
                aria-required=needed.then_some("true")
                aria-invalid=move || wrong.get().is_some().then_some("true")
                prop:value=value
                on:input=move |event| {
                    changed();
                    value.set(event_target_value(&event));
                }
            ></textarea>
            <p class="help" id=help_id>
                {help}
            </p>
            <WrongWords id=wrong_id words=wrong />
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
