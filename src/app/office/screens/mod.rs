//! The desk's screens, O0 to O10.
//!
//! Entry point: [`Screens`]. Absent: what they work with (`office/desk.rs` and its neighbours).

mod actions;
mod amend;
mod attachments;
mod backup;
mod books;
mod case;
mod change_key;
mod claim;
mod confirm;
mod decide;
mod deposited;
mod desks;
mod extend;
mod forms;
mod guide;
mod hand_over;
mod key_form;
mod ledger;
mod letter_texts;
mod letters;
mod log_picture;
mod overview;
mod papers;
mod passkeys;
mod people;
mod plots;
mod practice;
mod prove;
mod provide;
mod reading;
mod record;
mod reports;
mod request;
mod review;
mod seal;
mod settings;
mod setup;
mod sign_in;
mod timeline;
mod today;
mod trace;
mod unite;
mod unlock;
mod who;
mod year_end;

use fuin_core::Day;
use leptos::prelude::*;

use super::{
    desk::use_desk,
    screen::Screen,
    sealing::{SealState, use_seal_work},
    server::use_server,
};
use crate::{
    locale::{Key, k, use_locale},
    page::idle::LocksSoon,
    platform::{clock, profile::is_practice},
    ui::{Notice, typed},
};

/// The screen that is chosen, with what is said above it.
#[component]
pub fn Screens() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    request::provide_draft();
    // Reading the ledger anew must not take away what somebody is typing.
    let is_empty = move || desk.ledger.with(|ledger| ledger.lines().is_empty());
    let shown = Memo::new(move |_| (desk.screen.get(), desk.sound.get(), is_empty(), desk.reads_only.get()));
    let has_office = Memo::new(move |_| desk.card.get().is_some());
    let server = use_server();
    let is_ready = Memo::new(move |_| server.is_ready());
    let is_operator = Memo::new(move |_| server.is_operator());
    view! {
        <h1>{move || l.t(k::OFFICE_TITLE)}</h1>
        <practice::Banner />
        <div role="status" aria-live="polite" class="at-work">
            <Show when=move || desk.working.get()>
                <p>{move || l.t(k::OFFICE_WORKING)}</p>
            </Show>
        </div>
        <Show when=move || desk.message.get().is_some()>
            <Notice
                stop=Signal::derive(move || desk.message.get().is_some_and(|message| message.stop))
                cause=Signal::derive(move || {
                    desk.message.get().map(|message| message.cause).unwrap_or_default()
                })
                advice=Signal::derive(move || {
                    desk.message.get().map(|message| message.advice).unwrap_or_default()
                })
            />
        </Show>
        <LocksSoon soon=desk.locks_soon />
        <Show when=move || is_ready.get() fallback=|| view! { <sign_in::SignIn /> }>
        <sign_in::Standing />
        <reading::Reading />
        <Show when=move || !is_operator.get() fallback=|| view! { <overview::Operator /> }>
        <Show when=move || has_office.get() fallback=|| view! { <setup::Setup /> }>
            <Show when=move || desk.unlocked.get() fallback=|| view! { <unlock::Unlock /> }>
                <Nav />
                <who::Who asks=!server.is_hosted />
                // A case shows how far its sealing is; elsewhere it is not lost from sight either.
                <Show when=move || !matches!(desk.screen.get(), Screen::Case(_))>
                    <seal::Progress />
                </Show>
                <Show when=move || !desk.sound.get()>
                    <p class="stop-text" id="ledger-fault">
                        "× "
                        {move || l.t(k::OFFICE_LEDGER_FAULT)}
                    </p>
                </Show>
                {move || match shown.get() {
                    (_, true, true, _) | (Screen::Settings, ..) => {
                        // Nothing is recorded in a ledger that does not verify; it can be read, and taken away.
                        // An office that was taken over brings its ledger first.
                        view! { <settings::SettingsView /> }
                            .into_any()
                    }
                    (_, false, ..) => view! { <ledger::LedgerView /> }.into_any(),
                    (screen, ..) => view! { <Sound screen=screen /> }.into_any(),
                }}
            </Show>
        </Show>
        </Show>
        </Show>
    }
}

/// The screens of a ledger that verifies.
#[component]
fn Sound(screen: Screen) -> impl IntoView {
    match screen {
        Screen::Today => view! { <today::TodayView /> }.into_any(),
        Screen::Request => view! { <request::RequestView /> }.into_any(),
        Screen::Case(number) => view! { <case::CaseView number=number /> }.into_any(),
        Screen::Ledger => view! { <ledger::LedgerView /> }.into_any(),
        Screen::Confirm => view! { <confirm::Confirm /> }.into_any(),
        Screen::Forms => view! { <forms::FormsView /> }.into_any(),
        Screen::Trace => view! { <trace::TraceView /> }.into_any(),
        Screen::Settings => view! { <settings::SettingsView /> }.into_any(),
    }
}

/// The screens.
#[component]
fn Nav() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    const SCREENS: [(&str, Screen, Key); 7] = [
        ("nav-today", Screen::Today, k::DESK_TODAY),
        ("nav-request", Screen::Request, k::DESK_REQUEST),
        ("nav-ledger", Screen::Ledger, k::OFFICE_LEDGER),
        ("nav-confirm", Screen::Confirm, k::OFFICE_CONFIRM),
        ("nav-forms", Screen::Forms, k::DESK_FORMS),
        ("nav-trace", Screen::Trace, k::TRACE_TITLE),
        ("nav-settings", Screen::Settings, k::DESK_SETTINGS),
    ];
    let name = move || desk.card.get().map(|(card, _)| card.office.name);
    let work = use_seal_work();
    view! {
        <div class="actions">
            <p id="office-label">{name}</p>
            {(!is_practice())
                .then(|| {
                    view! {
                        <button
                            id="lock-desk"
                            class="quiet"
                            disabled=move || desk.working.get() || work.state.get() != SealState::Idle
                            on:click=move |_| work.lock_desk()
                        >
                            {move || l.t(k::LOCK_NOW)}
                        </button>
                    }
                })}
        </div>
        <nav class="screens" aria-label=move || l.t(k::DESK_SCREENS)>
            {move || SCREENS
                .into_iter()
                .filter(|(_, screen, _)| !desk.reads_only.get() || screen.is_for_auditors())
                .map(|(id, screen, key)| {
                    view! {
                        <button
                            id=id
                            aria-current=move || (desk.screen.get() == screen).then_some("page")
                            on:click=move |_| {
                                desk.message.set(None);
                                desk.screen.set(screen);
                            }
                        >
                            {move || l.t(key)}
                        </button>
                    }
                })
                .collect_view()}
        </nav>
    }
}

/// The day that stands in a field, unless it is still to come.
fn past_day(value: RwSignal<String>) -> Option<Day> {
    Day::parse(&typed(value)).ok().filter(|day| *day <= clock::now().day())
}
