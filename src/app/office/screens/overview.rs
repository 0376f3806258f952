//! サーバーの状態: what whoever runs the server sees. No request and no footage is in it.
//!
//! Entry point: [`Operator`]. Absent: the people of an office ([`super::people`]), whom its deciders look after.

use leptos::{context::Provider, prelude::*};

use super::{passkeys::OwnPasskeys, people::InvitedWord};
use crate::{
    fault::Code,
    locale::{Key, Locale, k, use_locale},
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
    let look = Callback::new(move |()| {
        desk.run(async move {
            seen.set(Some(people::overview(server).await?));
            accounts.set(people::accounts(server).await?);
            Ok(())
        });
    });
    look.run(());
    let look_again = move |_| {
        desk.message.set(None);
        look.run(());
    };
    view! {
        <section aria-labelledby="overview-title" id="operator">
            <h2 id="overview-title">{move || l.t(k::SERVER_OVERVIEW_TITLE)}</h2>
            <p class="help">{move || l.t(k::SERVER_OPERATOR)}</p>
            {move || seen.get().map(|seen| stands(l, seen))}
            <p class="actions">
                <button id="look-again" class="quiet" disabled=desk.working on:click=look_again>
                    {move || l.t(k::SERVER_OVERVIEW_AGAIN)}
                </button>
            </p>
        </section>
        <Accounts accounts=accounts look=look />
        <OwnPasskeys />
    }
}

/// How the server is, and what each office keeps.
fn stands(l: Locale, seen: Overview) -> impl IntoView {
    let (since, sessions) = (l.time(seen.since), seen.sessions.to_string());
    let words = [("version", seen.version.as_str()), ("since", &since), ("sessions", &sessions)];
    let is_empty = seen.offices.is_empty();
    view! {
        <p id="server-runs">{l.f(k::SERVER_OVERVIEW_RUNS, &words)}</p>
        <p class="mono">{format!("fuin.html SHA-256 {}", seen.sha256)}</p>
        <h3>{l.t(k::SERVER_OVERVIEW_OFFICES)}</h3>
        <p>{is_empty.then(|| l.t(k::SERVER_OVERVIEW_NO_OFFICE))}</p>
        <ul class="work" id="offices">
            {seen.offices.into_iter().map(|office| office_line(l, office)).collect_view()}
        </ul>
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
    let fault = fault.map(|cause| view! { <span class="stop-text">{format!("　× {cause}")}</span> });
    view! {
        <li>
            <strong>{office.name}</strong>
            {format!("　{}　{stored}", l.f(k::SERVER_OVERVIEW_LINES, &[("lines", &lines), ("last", &last)]))}
            {fault}
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
fn Accounts(accounts: RwSignal<Vec<AccountLine>>, look: Callback<()>) -> impl IntoView {
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
            look.run(());
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
                        .map(|account| account_line(l, account, &server.name(), act))
                        .collect_view()
                }}
            </ul>
        </section>
    }
}

/// One of them, as whoever is called `own` sees it.
fn account_line(l: Locale, account: AccountLine, own: &str, act: Callback<Deed>) -> impl IntoView + use<> {
    let (is_operator, standing) = (account.is_operator, account.standing());
    let kind = if is_operator { k::SERVER_OVERVIEW_OPERATOR } else { k::SERVER_OVERVIEW_FOUNDER };
    let is_self = is_operator && account.name == own;
    let deed = |shown: bool, class: &'static str, key: Key, deed: Deed| {
        let run = move |_| act.run(deed.clone());
        shown.then(|| view! { <button class=class on:click=run>{l.t(key)}</button> })
    };
    let invite = Deed::Invite(account.name.clone());
    let close = Deed::Close(account.name.clone(), is_operator);
    let may_be_closed = !is_self && !account.is_closed;
    view! {
        <li>
            <strong>{account.name}</strong>
            {format!("　{}　{} ", l.t(kind), l.t(standing))}
            {deed(!is_operator, "link", k::SERVER_PEOPLE_INVITE, invite)}
            " "
            {deed(may_be_closed, "link close-account", k::SERVER_OVERVIEW_CLOSE, close)}
        </li>
    }
}
