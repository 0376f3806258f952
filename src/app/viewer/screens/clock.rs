//! Between V1 and V2: the clock is far ahead of everything seen before, and a person says whether it is right.

use leptos::prelude::*;

use crate::{
    fault::{Code, Fault},
    locale::{k, use_locale},
    viewer::{session::use_session, time::trust_clock},
};

/// The question.
#[component]
pub fn AskClock() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let (clock, seen) = session.times.get_untracked()?;
    Some(view! {
        <h1>{move || l.t(k::CLOCK_TITLE)}</h1>
        <p id="clock-times">
            {move || l.f(k::CLOCK_TIMES, &[("clock", &l.time(clock)), ("seen", &l.time(seen))])}
        </p>
        <p>{move || l.t(k::CLOCK_WHY)}</p>
        <p class="actions">
            <button id="clock-is-right" on:click=move |_| leptos::task::spawn_local(trust_clock(session))>
                {move || l.f(k::CLOCK_RIGHT, &[("day", &l.day(clock.day()))])}
            </button>
            <button
                id="clock-is-wrong"
                class="primary"
                on:click=move |_| {
                    session.stop(Fault::new(Code::ClockAhead, "the clock is wrong, a person says"))
                }
            >
                {move || l.t(k::CLOCK_WRONG)}
            </button>
        </p>
    })
}
