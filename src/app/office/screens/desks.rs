//! 端末: which desks may record, which wait, and which were struck off; and what the server lost.
//!
//! Entry point: [`Desks`]. Absent: what an enrolment means (FORMAT.md §10.11).

use fuin_core::{B64, EnrolledDesk, EventBody, Jwk, PersonRole, PublicKey};
use leptos::prelude::*;

use super::sign_in::TryAgain;
use crate::{
    locale::{k, use_locale},
    office::{
        desk::use_desk,
        exchange::hand_out,
        server::{WaitingDesk, use_server},
    },
    ui::{Field, typed},
};

/// The desks of the office.
#[component]
pub fn Desks() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let desks = Memo::new(move |_| desk.register.with(|register| register.desks.all().to_vec()));
    // What waits is asked for at once; its list may still name one that was just enrolled.
    let waiting = move || {
        let is_new = |waiting: &WaitingDesk| {
            let key = PublicKey::from_jwk(&waiting.key).ok();
            desks.with(|desks| !desks.iter().any(|known| Some(&known.key) == key.as_ref()))
        };
        server.waiting.get().into_iter().filter(is_new).collect::<Vec<_>>()
    };
    let is_decider = move || server.may(PersonRole::Decider);
    view! {
        <section aria-labelledby="desks-title" id="desks">
            <h2 id="desks-title">{move || l.t(k::SERVER_DESKS_TITLE)}</h2>
            <p class="help">{move || l.t(k::SERVER_DESKS_HELP)}</p>
            <Show when=move || is_decider() && !waiting().is_empty()>
                <h3>{move || l.t(k::SERVER_DESKS_WAITING)}</h3>
                {move || waiting().into_iter().map(|waiting| view! { <Waits waiting=waiting /> }).collect_view()}
            </Show>
            <ul class="work" id="enrolled">
                {move || desks.get().into_iter().map(|known| view! { <Enrolled known=known /> }).collect_view()}
            </ul>
        </section>
        <GiveBack />
        <Parted />
    }
}

/// One that waits: the words on both screens are compared before it is approved.
#[component]
fn Waits(waiting: WaitingDesk) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let WaitingDesk { key, name, person } = waiting;
    // Out of the key itself: what the server says of it proves nothing.
    let words = PublicKey::from_jwk(&key).map(|key| key.fingerprint_words()).unwrap_or_default();
    let named = RwSignal::new(name);
    let key: StoredValue<Jwk> = StoredValue::new(key);
    let approve = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = typed(named);
        desk.run(async move { desk.append(EventBody::DeskEnrolled { key: key.get_value(), name }).await });
    };
    view! {
        <form class="notice waiting-desk" on:submit=approve>
            <p>
                <strong>{person}</strong>
                " "
                {move || l.t(k::SERVER_DESKS_COMPARE)}
                <span class="words">{words}</span>
            </p>
            <Field id="waiting-name" needed=true label=l.label(k::SERVER_DESKS_NAME) value=named />
            <button class="approve-desk" type="submit" disabled=desk.working>
                {move || l.t(k::SERVER_DESKS_APPROVE)}
            </button>
        </form>
    }
}

/// One that is or was enrolled.
#[component]
fn Enrolled(known: EnrolledDesk) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let key = B64(known.key.thumbprint_bytes());
    let is_this = desk.keys().is_ok_and(|keys| keys.desk.public() == &known.key);
    let since = l.f(k::SERVER_DESKS_SINCE, &[("day", &l.day(known.since.day()))]);
    let struck = known.struck_off.map(|at| l.f(k::SERVER_DESKS_STRUCK, &[("day", &l.day(at.day()))]));
    let reason = RwSignal::new(String::new());
    let strike = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (key, reason) = (key, typed(reason));
        desk.run(async move { desk.append(EventBody::DeskStruckOff { key, reason }).await });
    };
    let may_go = struck.is_none() && !is_this && !desk.reads_only.get_untracked();
    let form_id = format!("strike-{}", &known.key.thumbprint()[..8]);
    view! {
        <li>
            <strong>{known.name.clone()}</strong>
            "　"
            {since}
            "　"
            {struck}
            {is_this.then(|| l.t(k::SERVER_DESKS_THIS))}
            {may_go
                .then(move || {
                    view! {
                        <details>
                            <summary>{move || l.t(k::SERVER_DESKS_STRIKE)}</summary>
                            <form on:submit=strike>
                                <Field
                                    id=form_id
                                    needed=true
                                    label=l.label(k::SERVER_DESKS_REASON)
                                    value=reason
                                />
                                <button class="strike-desk" type="submit" disabled=desk.working>
                                    {move || l.t(k::SERVER_DESKS_STRIKE)}
                                </button>
                            </form>
                        </details>
                    }
                })}
        </li>
    }
}

/// For a server that was set back.
#[component]
fn GiveBack() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let give = move |_| {
        desk.run(async move {
            server.give_back().await?;
            desk.tell(l.t(k::SERVER_GIVEN_BACK).to_owned());
            Ok(())
        })
    };
    view! {
        <Show when=move || server.is_behind.get()>
            <section id="give-back">
                <h2>{move || l.t(k::SERVER_GIVE_BACK_TITLE)}</h2>
                <p>{move || l.t(k::SERVER_GIVE_BACK_HELP)}</p>
                <button id="give-back-now" disabled=desk.working on:click=give>
                    {move || l.t(k::SERVER_GIVE_BACK)}
                </button>
            </section>
        </Show>
    }
}

/// For a PC that recorded by itself before it came to the server.
#[component]
fn Parted() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    view! {
        <Show when=move || server.is_parted.get()>
            <section id="parted">
                <h2>{move || l.t(k::UNION_PARTED_TITLE)}</h2>
                <p>{move || l.t(k::UNION_PARTED_HELP)}</p>
                <p class="actions">
                    <button
                        id="hand-out-ledger"
                        disabled=desk.working
                        on:click=move |_| desk.run(async move { hand_out(desk).await })
                    >
                        {move || l.t(k::UNION_HAND_OUT)}
                    </button>
                    <TryAgain id="connect-again" />
                </p>
            </section>
        </Show>
    }
}
