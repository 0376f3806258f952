//! The locked desk: whose it is, and the passphrase that opens it; and what a desk that is a file cannot do.

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::{desk::use_desk, keys::use_keys},
    page::PassphraseField,
    platform::page,
};

/// Asks for the office's passphrase.
#[component]
pub fn Unlock() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let keys = use_keys();
    let passphrase = RwSignal::new(String::new());
    let name = move || desk.card.get().map(|(card, _)| card.office.name);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !desk.working.get_untracked() {
            keys.unlock(passphrase.get_untracked());
            passphrase.set(String::new());
        }
    };
    view! {
        <section aria-labelledby="locked-title">
            <h2 id="locked-title">{name} " " {move || l.t(k::LOCK_TITLE)}</h2>
            <p>{move || l.t(k::LOCK_HELP)}</p>
            <form on:submit=submit>
                <PassphraseField
                    id="desk-passphrase"
                    label=l.label(k::OFFICE_PASSPHRASE)
                    value=passphrase
                    help=l.label(k::LOCK_FORGOTTEN)
                />
                <p class="actions">
                    <button id="open-desk" class="primary" type="submit" disabled=desk.working>
                        {move || l.t(k::LOCK_OPEN)}
                    </button>
                </p>
            </form>
        </section>
        <FileWarning />
    }
}

/// What a desk that is opened as a file cannot do.
#[component]
pub fn FileWarning() -> impl IntoView {
    let l = use_locale();
    page::is_file().then(|| {
        view! {
            <details class="warn" id="file-desk">
                <summary>{move || l.t(k::LOCK_FILE_TITLE)}</summary>
                <p>{move || l.t(k::LOCK_FILE)}</p>
                <p>{move || l.t(k::LOCK_FILE_ADVICE)}</p>
            </details>
        }
    })
}
