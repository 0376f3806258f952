//! サーバーの状態: what whoever runs the server sees. No request and no footage is in it.
//!
//! Entry point: [`Operator`]. Absent: the people of an office ([`super::people`]), whom its deciders look after.

use leptos::{context::Provider, prelude::*};

use super::{passkeys::OwnPasskeys, people::InvitedWord};
use crate::{
    fault::Code,
    locale::{Locale, k, use_locale},
    office::{
        desk::use_desk,
        server::{AccountLine, InvitedLine, OfficeLine, Overview, people, use_server},
    },
    ui::{Field, Wrongs, typed},
};

/// For whoever runs the server.
#[component]
pub fn Operator() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let seen = RwSignal::new(None::<Overview>);
    let accounts = RwSignal::new(Vec::<AccountLine>::new());
    let look = move || {
        desk.run(async move {
            seen.set(Some(people::overview(server).await?));
            accounts.set(people::accounts(server).await?);
            Ok(())
        });
    };
    look();
    let runs = move || {
        seen.get().map(|seen| {
            let (since, sessions) = (l.time(seen.since), seen.sessions.to_string());
            let words = [("version", seen.version.as_str()), ("since", &since), ("sessions", &sessions)];
            l.f(k::SERVER_OVERVIEW_RUNS, &words)
        })
    };
    let offices = move || seen.get().map(|seen| seen.offices).unwrap_or_default();
    view! {
        <section aria-labelledby="overview-title" id="operator">
            <h2 id="overview-title">{move || l.t(k::SERVER_OVERVIEW_TITLE)}</h2>
            <p class="help">{move || l.t(k::SERVER_OPERATOR)}</p>
            <p id="server-runs">{runs}</p>
            <p class="mono">{move || seen.get().map(|seen| format!("fuin.html SHA-256 {}", seen.sha256))}</p>
            <p class="actions">
                <button id="look-again" class="quiet" disabled=desk.working on:click=move |_| look()>
                    {move || l.t(k::SERVER_OVERVIEW_AGAIN)}
                </button>
            </p>
            <h3>{move || l.t(k::SERVER_OVERVIEW_OFFICES)}</h3>
            <Show when=move || seen.get().is_some() && offices().is_empty()>
                <p>{move || l.t(k::SERVER_OVERVIEW_NO_OFFICE)}</p>
            </Show>
            <ul class="work" id="offices">
                {move || offices().into_iter().map(|office| office_line(l, office)).collect_view()}
            </ul>
        </section>
        <Accounts accounts=accounts look=look />
        <OwnPasskeys />
    }
}

/// An office, and what of it is stored.
fn office_line(l: Locale, office: OfficeLine) -> impl IntoView {
    let gigabytes = |bytes: f64| format!("{:.2}", bytes / 1e9);
    let fault = office.fault.as_deref().map(|code| l.error(Code::named(code), "").0);
    let lines = office.lines.to_string();
    let last = office.last_at.map_or_else(|| "—".to_owned(), |at| l.time(at));
    let stored = match office.documents {
        Some(taken) => {
            let numbers = (taken.documents.to_string(), gigabytes(taken.bytes), gigabytes(taken.room));
            let words = [("n", numbers.0.as_str()), ("taken", &numbers.1), ("room", &numbers.2)];
            l.f(k::SERVER_OVERVIEW_DOCUMENTS, &words)
        }
        None => l.t(k::SERVER_OVERVIEW_NO_DOCUMENTS).to_owned(),
    };
    view! {
        <li>
            <strong>{office.name}</strong>
            "　"
            {l.f(k::SERVER_OVERVIEW_LINES, &[("lines", &lines), ("last", &last)])}
            "　"
            {stored}
            {fault.map(|cause| view! { <span class="stop-text">"　× " {cause}</span> })}
            <br />
            <small class="mono">{office.id}</small>
        </li>
    }
}

/// Who has no office: those who run the server, and those who will found one.
#[component]
fn Accounts(
    accounts: RwSignal<Vec<AccountLine>>,
    look: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let word = RwSignal::new(None::<InvitedLine>);
    let invite = Callback::new(move |name: String| {
        desk.run(async move {
            word.set(Some(people::invite(server, &name).await?));
            look();
            Ok(())
        });
    });
    view! {
        <section aria-labelledby="founders-title" id="founders">
            <h2 id="founders-title">{move || l.t(k::SERVER_OVERVIEW_PEOPLE)}</h2>
            <p class="help">{move || l.t(k::SERVER_OVERVIEW_PEOPLE_HELP)}</p>
            <InvitedWord word=word />
            <ul class="work">
                {move || {
                    accounts
                        .get()
                        .into_iter()
                        .map(|account| view! { <AccountOf account=account invite=invite look=look /> })
                        .collect_view()
                }}
            </ul>
            <Founder invite=invite />
        </section>
    }
}

/// One of them.
#[component]
fn AccountOf(
    account: AccountLine,
    invite: Callback<String>,
    look: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let (is_operator, standing) = (account.is_operator, account.standing());
    let kind = if is_operator { k::SERVER_OVERVIEW_OPERATOR } else { k::SERVER_OVERVIEW_FOUNDER };
    let is_self = is_operator && account.name == server.name();
    let may_be_closed = !is_self && !account.is_closed;
    let known = StoredValue::new(account.name.clone());
    let close = move |_| {
        desk.run(async move {
            people::close(server, &known.get_value(), is_operator).await?;
            look();
            Ok(())
        });
    };
    view! {
        <li>
            <strong>{account.name}</strong>
            "　"
            {move || l.t(kind)}
            "　"
            {move || l.t(standing)}
            " "
            <Show when=move || !is_operator>
                <button class="link" disabled=desk.working on:click=move |_| invite.run(known.get_value())>
                    {move || l.t(k::SERVER_PEOPLE_INVITE)}
                </button>
            </Show>
            " "
            <Show when=move || may_be_closed>
                <button class="link close-account" disabled=desk.working on:click=close>
                    {move || l.t(k::SERVER_OVERVIEW_CLOSE)}
                </button>
            </Show>
        </li>
    }
}

/// Somebody who will found an office.
#[component]
fn Founder(invite: Callback<String>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let name = RwSignal::new(String::new());
    let wrongs = Wrongs::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let who = typed(name);
        if who.is_empty() {
            return wrongs
                .say(vec![("founder-name".to_owned(), l.t(k::SERVER_OVERVIEW_NAME_WRONG).to_owned())]);
        }
        name.set(String::new());
        invite.run(who);
    };
    view! {
        <Provider value=wrongs>
            <form id="invite-founder" on:submit=submit>
                <Field id="founder-name" needed=true label=l.label(k::SERVER_NAME) value=name />
                <p class="actions">
                    <button id="invite-founder-now" type="submit" disabled=desk.working>
                        {move || l.t(k::SERVER_PEOPLE_INVITE)}
                    </button>
                </p>
            </form>
        </Provider>
    }
}
