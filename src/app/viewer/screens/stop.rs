//! V6: what happened, what was not harmed, what to do next, whom to call.

use fuin_core::SeenTime;
use leptos::prelude::*;

use super::extend::ExtensionForm;
use crate::{
    fault::{Code, Fault},
    locale::{Key, k, use_locale},
    viewer::{office_key::trust, session::use_session, state::Stage, time::trust_clock},
};

/// The words of the key that was known and of the new one, and the way on for whoever compared them.
#[component]
fn Keys() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let known = session.known_key.get_untracked()?;
    let inside = session.inside.get_untracked()?;
    let words = move |japanese: String, latin: String| {
        move || if l.is_english() { latin.clone() } else { japanese.clone() }
    };
    let name = inside.manifest.office.name.clone();
    Some(view! {
        <dl id="both-keys">
            <dt>{move || l.f(k::STOP_KEY_KNOWN, &[("office", &known.name)])}</dt>
            <dd class="words">{words(known.words.clone(), known.words_latin.clone())}</dd>
            <dt>{move || l.f(k::STOP_KEY_NEW, &[("office", &name)])}</dt>
            <dd class="words">{words(inside.words.clone(), inside.words_latin.clone())}</dd>
        </dl>
        <p>{move || l.t(k::STOP_KEY_HELP)}</p>
        <p class="actions">
            <button id="key-compared" on:click=move |_| leptos::task::spawn_local(trust(session))>
                {move || l.t(k::STOP_KEY_COMPARED)}
            </button>
        </p>
    })
}

/// What of the recipient's was not harmed, where it stops with this code.
fn unharmed(code: Code) -> Key {
    match code {
        Code::Expired | Code::NotYetValid | Code::ClockBackwards | Code::ClockAhead => k::STOP_UNHARMED_TIME,
        Code::Storage | Code::StorageBlocked | Code::StorageFull | Code::LedgerBusy => {
            k::STOP_UNHARMED_STORAGE
        }
        Code::WorkerStopped | Code::WorkerMissing | Code::PaintFailed => k::STOP_UNHARMED_PAGE,
        Code::ErasedHere => k::STOP_UNHARMED_ERASED,
        Code::OfficeChanged | Code::OfficeKeyReplaced | Code::OfficeKeyExposed => k::STOP_UNHARMED_KEY,
        _ => k::STOP_UNHARMED_FILE,
    }
}

/// What happened, what was not harmed, what to do next, whom to call.
#[component]
fn Table(fault: Fault) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let contact = session.outside.get_untracked().map(|outside| outside.office);
    let code = fault.code;
    let words = Memo::new(move |_| l.error(code, &fault.cause));
    let office = move || match &contact {
        Some(office) => format!("{}　{}", office.name, office.contact),
        None => l.t(k::STOP_CONTACT_UNKNOWN).to_owned(),
    };
    view! {
        <div class="notice stop" role="alert" id="stop-table">
            <dl>
                <dt>{move || l.t(k::STOP_HAPPENED)}</dt>
                <dd class="cause">
                    <span class="sign" aria-hidden="true">
                        "×"
                    </span>
                    {move || words.get().0}
                </dd>
                <dt>{move || l.t(k::STOP_UNHARMED)}</dt>
                <dd>{move || l.t(unharmed(code))}</dd>
                <dt>{move || l.t(k::STOP_NEXT)}</dt>
                <dd>{move || words.get().1}</dd>
                <dt>{move || l.t(k::STOP_CONTACT)}</dt>
                <dd>{office}</dd>
            </dl>
        </div>
    }
}

/// The full stop.
#[component]
pub fn Stop() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let fault = session.refused.get_untracked()?;
    let Fault { code, cause } = fault.clone();
    let is_time = matches!(code, Code::Expired | Code::NotYetValid | Code::ClockBackwards | Code::ClockAhead);
    let verified = session.inside.get_untracked().is_some();
    let is_of_key = matches!(code, Code::OfficeChanged | Code::OfficeKeyReplaced | Code::OfficeKeyExposed);
    let can_report = verified && !is_of_key;
    // A clock that was turned back stands inside the period, which says nothing then.
    let outside = matches!(code, Code::Expired | Code::NotYetValid);
    let times = (code == Code::ClockBackwards).then(|| session.times.get_untracked()).flatten();
    // Where the mark lies so far ahead that a wrong clock must have set it, a person may take it back.
    let may_reset = times.is_some_and(|(clock, seen)| SeenTime::is_far(clock, seen))
        && session.inside.get_untracked().is_some();
    let period = session.manifest().filter(|_| outside).map(|m| (m.terms.not_before, m.terms.not_after));
    Some(view! {
        <h1>{move || l.t(if is_time { k::STOP_TITLE_TIME } else { k::STOP_TITLE })}</h1>
        <Table fault=fault />
        {period
            .map(|(from, to)| {
                view! {
                    <p>
                        {move || l.f(k::VERDICT_PERIOD_BAD, &[("from", &l.time(from)), ("to", &l.time(to))])}
                    </p>
                }
            })}
        {times
            .map(|(clock, seen)| {
                view! {
                    <p id="stop-times">
                        {move || l.f(k::STOP_TIMES, &[("clock", &l.time(clock)), ("seen", &l.time(seen))])}
                    </p>
                }
            })}
        {(code == Code::OfficeChanged).then(|| view! { <Keys /> })}
        {(code == Code::Expired && verified).then(|| view! { <ExtensionForm open=true /> })}
        <p class="actions">
            <button class="primary" on:click=move |_| session.restart()>
                {move || l.t(k::STOP_AGAIN)}
            </button>
            {may_reset
                .then(|| {
                    view! {
                        <button
                            id="clock-is-right"
                            on:click=move |_| leptos::task::spawn_local(trust_clock(session))
                        >
                            {move || l.t(k::CLOCK_RESET)}
                        </button>
                    }
                })}
            {can_report
                .then(|| {
                    view! {
                        <button id="to-procedure" on:click=move |_| session.stage.set(Stage::Procedure)>
                            {move || l.t(k::VERDICT_PROCEDURE)}
                        </button>
                    }
                })}
        </p>
        <details>
            <summary>{move || l.t(k::APP_DETAILS)}</summary>
            <dl>
                <dt>{move || l.t(k::STOP_CODE)}</dt>
                <dd class="mono" id="stop-code">
                    {code.name()}
                </dd>
            </dl>
            <p class="mono" lang="en">
                {cause}
            </p>
        </details>
    })
}
