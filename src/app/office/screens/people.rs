//! 担当者: who may sign in and what each may do, and the words by which they sign in first.
//!
//! Entry points: [`People`], [`InvitedWord`]. Absent: what a role may record, which core says.

use fuin_core::{EventBody, PersonRole};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    office::{
        desk::use_desk,
        server::{AccountLine, InvitedLine, people, use_server},
    },
    ui::{Field, Notice, Tick, typed},
};

fn role_key(role: PersonRole) -> Key {
    match role {
        PersonRole::Handler => k::SERVER_ROLE_HANDLER,
        PersonRole::Decider => k::SERVER_ROLE_DECIDER,
        PersonRole::Auditor => k::SERVER_ROLE_AUDITOR,
    }
}

/// The people of the office, for whoever decides.
#[component]
pub fn People() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let accounts = RwSignal::new(Vec::<AccountLine>::new());
    let word = RwSignal::new(None::<InvitedLine>);
    let look = move || {
        desk.run(async move {
            accounts.set(people::accounts(server).await?);
            Ok(())
        })
    };
    look();
    let named = Memo::new(move |_| desk.register.with(|register| register.people.clone()));
    view! {
        <section aria-labelledby="people-title" id="people">
            <h2 id="people-title">{move || l.t(k::SERVER_PEOPLE_TITLE)}</h2>
            <p class="help">{move || l.t(k::SERVER_PEOPLE_HELP)}</p>
            <InvitedWord word=word />
            <ul class="work">
                {move || {
                    named
                        .get()
                        .into_iter()
                        .map(|(name, roles)| view! { <Person name=name roles=roles accounts=accounts word=word /> })
                        .collect_view()
                }}
            </ul>
            <AddPerson word=word on_added=look />
        </section>
    }
}

/// The word for whoever was invited last.
#[component]
pub fn InvitedWord(word: RwSignal<Option<InvitedLine>>) -> impl IntoView {
    let l = use_locale();
    move || {
        word.get().map(|InvitedLine { name, word, until }| {
            let words =
                l.f(k::SERVER_PEOPLE_WORD, &[("name", &name), ("word", &word), ("until", &l.time(until))]);
            view! {
                <p id="invited-words" class="notice" role="status">
                    {words}
                </p>
            }
        })
    }
}

/// One of them.
#[component]
fn Person(
    name: String,
    roles: Vec<PersonRole>,
    accounts: RwSignal<Vec<AccountLine>>,
    word: RwSignal<Option<InvitedLine>>,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let known = StoredValue::new(name.clone());
    let titles = move || roles.iter().map(|role| l.t(role_key(*role))).collect::<Vec<_>>().join("、");
    let standing = move || {
        let name = known.get_value();
        let account = accounts.get().into_iter().find(|account| account.name == name);
        l.t(account.map_or(k::SERVER_PEOPLE_CLOSED, |account| account.standing()))
    };
    let invite = move |_| {
        desk.run(async move {
            word.set(Some(people::invite(server, &known.get_value(), "").await?));
            accounts.set(people::accounts(server).await?);
            Ok(())
        })
    };
    let leave = move |_| {
        desk.run(async move {
            let name = known.get_value();
            desk.append(EventBody::PersonSet { name: name.clone(), roles: Vec::new() }).await?;
            if accounts.get_untracked().iter().any(|account| account.name == name) {
                people::close(server, (&name, false), "").await?;
            }
            accounts.set(people::accounts(server).await?);
            Ok(())
        })
    };
    let is_self = move || server.who.get().is_some_and(|who| who.name == known.get_value());
    view! {
        <li>
            <strong>{name.clone()}</strong>
            "　"
            {titles}
            "　"
            {standing}
            " "
            <button class="link" disabled=desk.working on:click=invite>
                {move || l.t(k::SERVER_PEOPLE_INVITE)}
            </button>
            " "
            <Show when=move || !is_self()>
                <button class="link" disabled=desk.working on:click=leave>
                    {move || l.t(k::SERVER_PEOPLE_LEAVE)}
                </button>
            </Show>
        </li>
    }
}

/// Somebody more, or other roles for somebody: what he may do, and the word for him.
#[component]
fn AddPerson(
    word: RwSignal<Option<InvitedLine>>,
    on_added: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let name = RwSignal::new(String::new());
    let ticks: Vec<_> = PersonRole::ALL.iter().map(|role| (*role, RwSignal::new(false))).collect();
    let none = RwSignal::new(false);
    let shown = ticks.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let roles: Vec<PersonRole> =
            ticks.iter().filter(|(_, ticked)| ticked.get_untracked()).map(|(role, _)| *role).collect();
        none.set(roles.is_empty() || typed(name).is_empty());
        if none.get_untracked() {
            return;
        }
        let (who, ticks) = (typed(name), ticks.clone());
        desk.run(async move {
            desk.append(EventBody::PersonSet { name: who.clone(), roles }).await?;
            word.set(Some(people::invite(server, &who, "").await?));
            name.set(String::new());
            ticks.iter().for_each(|(_, ticked)| ticked.set(false));
            on_added();
            Ok(())
        });
    };
    view! {
        <details>
            <summary>{move || l.t(k::SERVER_PEOPLE_ADD)}</summary>
            <form id="add-person" on:submit=submit>
                <Field id="person-name" needed=true label=l.label(k::SERVER_NAME) value=name />
                <fieldset>
                    <legend>{move || l.t(k::SERVER_PEOPLE_ROLES)}</legend>
                    {shown
                        .into_iter()
                        .map(|(role, ticked)| {
                            view! {
                                <Tick
                                    id=format!("role-{}", role.name())
                                    label=l.label(role_key(role))
                                    value=ticked
                                />
                            }
                        })
                        .collect_view()}
                </fieldset>
                <Show when=move || none.get()>
                    <Notice stop=true cause=l.label(k::SERVER_PEOPLE_NO_ROLE) />
                </Show>
                <button id="save-person" type="submit" disabled=desk.working>
                    {move || l.t(k::SERVER_PEOPLE_SAVE)}
                </button>
            </form>
        </details>
    }
}
