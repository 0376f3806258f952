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
    page::PassphraseField,
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
    let look_again = move |_| {
        desk.message.set(None);
        look();
    };
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
                <button id="look-again" class="quiet" disabled=desk.working on:click=look_again>
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
    // As `--documents-room` says it.
    let gibibytes = |bytes: f64| format!("{:.2}", bytes / f64::from(1 << 30));
    let fault = office.fault.as_deref().map(|code| l.error(Code::named(code), "").0);
    let lines = office.lines.to_string();
    let last = office.last_at.map_or_else(|| "—".to_owned(), |at| l.time(at));
    let stored = match office.documents {
        Some(taken) => {
            let numbers = (taken.documents.to_string(), gibibytes(taken.bytes), gibibytes(taken.room));
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

/// What is done with an account.
#[derive(Clone)]
enum Deed {
    /// A word is given out for this name.
    Invite(String),
    /// The account of this name, of whoever runs the server or not, signs in no more.
    Close(String, bool),
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
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wrongs = Wrongs::new();
    let act = Callback::new(move |deed: Deed| {
        let typed = password.get_untracked();
        let needs = |id: &str, is_empty: bool, key| is_empty.then(|| (id.to_owned(), l.t(key).to_owned()));
        let nameless = matches!(&deed, Deed::Invite(name) if name.is_empty());
        let wrong = [
            needs("founder-name", nameless, k::SERVER_OVERVIEW_NAME_WRONG),
            needs("operator-password", typed.is_empty(), k::SERVER_OVERVIEW_PASSWORD_WRONG),
        ];
        wrongs.say(wrong.into_iter().flatten().collect());
        if wrongs.count() > 0 {
            return;
        }
        password.set(String::new());
        word.set(None);
        desk.message.set(None);
        desk.run(async move {
            match deed {
                Deed::Invite(who) => {
                    word.set(Some(people::invite(server, &who, &typed).await?));
                    name.set(String::new());
                }
                Deed::Close(who, is_operator) => people::close(server, (&who, is_operator), &typed).await?,
            }
            look();
            Ok(())
        });
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        act.run(Deed::Invite(typed(name)));
    };
    view! {
        <section aria-labelledby="founders-title" id="founders">
            <h2 id="founders-title">{move || l.t(k::SERVER_OVERVIEW_PEOPLE)}</h2>
            <p class="help">{move || l.t(k::SERVER_OVERVIEW_PEOPLE_HELP)}</p>
            <InvitedWord word=word />
            <Provider value=wrongs>
                <form id="invite-founder" on:submit=submit>
                    <Field id="founder-name" label=l.label(k::SERVER_NAME) value=name />
                    <PassphraseField
                        id="operator-password"
                        label=l.label(k::SERVER_OVERVIEW_PASSWORD)
                        value=password
                        show=k::SERVER_PASSWORD_SHOW
                    />
                    <p class="actions">
                        <button id="invite-founder-now" type="submit" disabled=desk.working>
                            {move || l.t(k::SERVER_PEOPLE_INVITE)}
                        </button>
                    </p>
                </form>
            </Provider>
            <ul class="work">
                {move || {
                    accounts
                        .get()
                        .into_iter()
                        .map(|account| view! { <AccountOf account=account act=act /> })
                        .collect_view()
                }}
            </ul>
        </section>
    }
}

/// One of them.
#[component]
fn AccountOf(account: AccountLine, act: Callback<Deed>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let (is_operator, standing) = (account.is_operator, account.standing());
    let kind = if is_operator { k::SERVER_OVERVIEW_OPERATOR } else { k::SERVER_OVERVIEW_FOUNDER };
    let is_self = is_operator && account.name == server.name();
    let may_be_closed = !is_self && !account.is_closed;
    let known = StoredValue::new(account.name.clone());
    let invite = move |_| act.run(Deed::Invite(known.get_value()));
    let close = move |_| act.run(Deed::Close(known.get_value(), is_operator));
    view! {
        <li>
            <strong>{account.name}</strong>
            "　"
            {move || l.t(kind)}
            "　"
            {move || l.t(standing)}
            " "
            <Show when=move || !is_operator>
                <button class="link" disabled=desk.working on:click=invite>
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
