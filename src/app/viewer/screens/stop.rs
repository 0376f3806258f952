//! V6: what happened, what was not harmed, what to do next, whom to call.

use leptos::prelude::*;

use crate::{
    fault::{Code, Fault},
    locale::{k, use_locale},
    page::Refused,
    viewer::{
        seen::is_far,
        session::{Stage, use_session},
        time::trust_clock,
    },
};

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
    let may_reset =
        times.is_some_and(|(clock, seen)| is_far(clock, seen)) && session.inside.get_untracked().is_some();
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
