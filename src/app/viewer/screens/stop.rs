//! V6: what happened, what was not harmed, what to do next, whom to call.

use fuin_core::SeenTime;
use leptos::prelude::*;

use crate::{
    fault::{Code, Fault},
    locale::{k, use_locale},
    page::Refused,
    viewer::{
        office_key::trust,
        session::{Stage, use_session},
        time::trust_clock,
    },
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

/// The full stop.
#[component]
pub fn Stop() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let Fault { code, cause } = session.refused.get_untracked()?;
    let is_time = matches!(code, Code::Expired | Code::NotYetValid | Code::ClockBackwards | Code::ClockAhead);
    let contact = session.outside.get_untracked().map(|outside| outside.office);
    let verified = session.inside.get_untracked().is_some();
    let can_report = verified && code != Code::OfficeChanged;
    // A clock that was turned back stands inside the period, which says nothing then.
    let outside = matches!(code, Code::Expired | Code::NotYetValid);
    let times = (code == Code::ClockBackwards).then(|| session.times.get_untracked()).flatten();
    // Where the mark lies so far ahead that a wrong clock must have set it, a person may take it back.
    let may_reset = times.is_some_and(|(clock, seen)| SeenTime::is_far(clock, seen))
        && session.inside.get_untracked().is_some();
    let period = session.manifest().filter(|_| outside).map(|m| (m.terms.not_before, m.terms.not_after));
    Some(view! {
        <h1>{move || l.t(if is_time { k::STOP_TITLE_TIME } else { k::STOP_TITLE })}</h1>
        <Refused fault=session.refused />
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
        <p>{move || l.t(k::STOP_UNHARMED)}</p>
        {contact
            .map(|office| {
                view! {
                    <dl>
                        <dt>{move || l.t(k::STOP_CONTACT)}</dt>
                        <dd>{office.name} "　" {office.contact}</dd>
                    </dl>
                }
            })}
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
