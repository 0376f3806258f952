//! Permissions and period, of a bundle and of a ticket.

use fuin_core::Grant;
use leptos::prelude::*;

use super::draft::Draft;
use crate::{
    locale::{Key, k, use_locale},
    office::desk::use_desk,
    ui::{Field, Select, Tick},
};

/// The fields.
#[component]
pub fn Terms(
    /// What the names of its fields begin with; two of these may stand on one screen.
    name: &'static str,
    /// What they fill in.
    draft: Draft,
    /// What was decided to be permitted.
    grants: Vec<Grant>,
    /// Whether the key of the recipient's device is known.
    has_key: bool,
    /// Whether it is a ticket, whose file is small, and which may go onto another medium.
    #[prop(optional)]
    is_ticket: bool,
    /// Whether it goes onto another medium than was asked for.
    #[prop(optional)]
    other_medium: bool,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    // As it was decided: nothing more is permitted here.
    let permitted = move || match grants.as_slice() {
        [] => l.t(k::SEAL_NO_GRANTS).to_owned(),
        grants => grants.iter().map(|grant| grant.japanese()).collect::<Vec<_>>().join("、"),
    };
    let id = |field: &str| format!("{name}-{field}");
    let choices = |all: Vec<(&'static str, Key)>| {
        Signal::derive(move || {
            all.iter().map(|(value, words)| ((*value).to_owned(), l.t(*words).to_owned())).collect::<Vec<_>>()
        })
    };
    view! {
        <fieldset>
            <legend>{move || l.t(k::SEAL_GRANTS)}</legend>
            <p class="help">
                {move || {
                    desk.rules
                        .get()
                        .map(|rules| format!("{}（{}）", rules.copying.text, rules.copying.article))
                        .filter(|words| words != "（）")
                }}
            </p>
            <p id=id("grants")>{permitted}</p>
        </fieldset>
        <fieldset>
            <legend>{move || l.t(k::SEAL_PERIOD)}</legend>
            <Field id=id("from") needed=true label=l.label(k::SEAL_FROM) kind="datetime-local" value=draft.from />
            <Field id=id("until") needed=true label=l.label(k::SEAL_UNTIL) kind="datetime-local" value=draft.until />
            <Field id=id("due") needed=true label=l.label(k::REQUEST_DUE) kind="date" value=draft.due />
            {has_key
                .then(|| {
                    view! { <Tick id=id("for-device") label=l.label(k::SEAL_FOR_DEVICE) value=draft.for_device /> }
                })}
            {(is_ticket || other_medium)
                .then(|| {
                    view! { <Field id=id("medium") label=l.label(k::REQUEST_MEDIUM_NUMBER) value=draft.medium /> }
                })}
            {(!is_ticket)
                .then(|| {
                    view! { <Tick id=id("small-parts") label=l.label(k::SEAL_SMALL_PARTS) value=draft.small_parts /> }
                })}
            <Tick id=id("warn-clock") label=l.label(k::SEAL_WARN_CLOCK) value=draft.warn_clock />
        </fieldset>
        <fieldset>
            <legend>{move || l.t(k::SEAL_MARKS)}</legend>
            <p class="help">{move || l.t(k::SEAL_MARKS_HELP)}</p>
            <Select
                id=id("mark-opacity")
                label=l.label(k::SEAL_MARK_OPACITY)
                value=draft.mark_opacity
                options=choices(vec![
                    ("20", k::SEAL_MARK_FAINT),
                    ("30", k::SEAL_MARK_USUAL),
                    ("45", k::SEAL_MARK_STRONG),
                    ("60", k::SEAL_MARK_STRONGEST),
                ])
            />
            <Select
                id=id("mark-repeat")
                label=l.label(k::SEAL_MARK_REPEAT)
                value=draft.mark_repeat
                options=choices(vec![("2", k::SEAL_MARK_QUARTERS), ("3", k::SEAL_MARK_NINTHS)])
            />
        </fieldset>
    }
}
