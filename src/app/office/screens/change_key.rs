//! O9 「鍵を替える」: a new key for the office, which the old one vouches for.

use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    office::{
        desk::use_desk,
        keys::{KeyChangeOrder, use_keys},
        sealing::{SealState, use_seal_work},
    },
    page::Wrong,
    ui::{Field, Tick, TypedTwice, typed},
};

/// The keys that the office had, and the form for another one.
#[component]
pub fn ChangeKey() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let before = move || {
        desk.ledger.with(|ledger| {
            let row = |change: &fuin_core::KeyChange| {
                let words = change.from.fingerprint_words();
                let said = if change.exposed { k::KEY_CHANGE_BEFORE_EXPOSED } else { k::KEY_CHANGE_BEFORE };
                view! { <li>{l.f(said, &[("day", &l.day(change.at.day())), ("words", &words)])}</li> }
            };
            ledger.key_changes().iter().map(row).collect_view()
        })
    };
    view! {
        <section aria-labelledby="change-key-title">
            <h2 id="change-key-title">{move || l.t(k::KEY_CHANGE_TITLE)}</h2>
            <p>{move || l.t(k::KEY_CHANGE_HELP)}</p>
            <ul id="keys-before">{before}</ul>
            <details>
                <summary>{move || l.t(k::KEY_CHANGE_TITLE)}</summary>
                <Form />
            </details>
        </section>
    }
}

#[component]
fn Form() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let keys = use_keys();
    let work = use_seal_work();
    let [reason, passphrase, new, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let exposed = RwSignal::new(false);
    let wrong = RwSignal::new(None::<Key>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let found = match () {
            () if typed(reason).is_empty() => Some(k::CASE_REASON_MISSING),
            () if new.get_untracked() != again.get_untracked() => Some(k::OFFICE_PASSPHRASE_DIFFERS),
            () => None,
        };
        wrong.set(found);
        if found.is_none() {
            keys.change(KeyChangeOrder {
                reason: typed(reason),
                exposed: exposed.get_untracked(),
                passphrase: passphrase.get_untracked(),
                new_passphrase: new.get_untracked(),
            });
            [passphrase, new, again].iter().for_each(|typed| typed.set(String::new()));
        }
    };
    view! {
        <form on:submit=submit>
            <Field id="key-reason" label=l.label(k::REVIEW_REASON) value=reason />
            <Tick id="key-exposed" label=l.label(k::KEY_CHANGE_EXPOSED) value=exposed />
            <p class="help">{move || l.t(k::KEY_CHANGE_EXPOSED_HELP)}</p>
            <Field
                id="key-passphrase"
                label=l.label(k::OFFICE_PASSPHRASE)
                kind="password"
                value=passphrase
            />
            <TypedTwice
                id="key-new-passphrase"
                label=l.label(k::KEY_CHANGE_NEW)
                again_label=l.label(k::KEY_CHANGE_NEW_AGAIN)
                value=new
                again=again
            />
            <Wrong words=wrong />
            <p class="actions">
                <button
                    id="change-key"
                    type="submit"
                    disabled=move || desk.working.get() || work.state.get() != SealState::Idle
                >
                    {move || l.t(k::KEY_CHANGE_BUTTON)}
                </button>
            </p>
        </form>
    }
}
