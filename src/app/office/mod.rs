//! The issuing office's desk: keys, ledger, and the confirmation of receipts (O7).
//!
//! Entry point: [`Office`]; what the desk knows is in [`desk::Desk`]. Absent in this version: requests, review,
//! sealing and forms, which the command line does.

mod confirm;
mod desk;
mod ledger;
mod setup;

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    ui::Notice,
};

use desk::provide_desk;

/// The desk.
#[component]
pub fn Office() -> impl IntoView {
    let l = use_locale();
    let desk = provide_desk();
    view! {
        <h1>{move || l.t(k::OFFICE_TITLE)}</h1>
        <p>{move || l.t(k::OFFICE_LEAD)}</p>
        <div role="status" aria-live="polite"><Show when=move || desk.working.get()><p>{move || l.t(k::OFFICE_WORKING)}</p></Show></div>
        <Show when=move || desk.message.get().is_some()>
            <Notice
                stop=Signal::derive(move || desk.message.get().is_some_and(|message| message.stop))
                cause=Signal::derive(move || desk.message.get().map(|message| message.cause).unwrap_or_default())
                advice=Signal::derive(move || desk.message.get().map(|message| message.advice).unwrap_or_default())
            />
        </Show>
        <Show when=move || desk.card.get().is_some() fallback=|| view! { <setup::Setup/> }>
            <setup::Identity/>
            <Show when=move || desk.sound.get()>
                <confirm::Confirm/>
            </Show>
            <ledger::LedgerView/>
        </Show>
    }
}
