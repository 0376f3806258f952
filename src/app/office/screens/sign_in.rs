//! Signing in at the server, and how it stands: who is signed in, whether it is there, whether this desk may record.
//!
//! Entry points: [`SignIn`], [`Standing`]. Absent: what is asked of the server (`office/server`).

use leptos::prelude::*;

use super::passkeys::SignInByPasskey;
use crate::{
    locale::{k, use_locale},
    office::{
        desk::use_desk,
        server::{Reach, use_server},
    },
    page::PassphraseField,
    ui::{Field, Notice, TypedTwice, typed},
};

/// Asks who works here, and for what proves it.
#[component]
pub fn SignIn() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let [name, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (name, typed) = (typed(name), password.get_untracked());
        password.set(String::new());
        desk.message.set(None);
        desk.run(async move { server.sign_in(&name, &typed).await });
    };
    view! {
        <Away />
        <section aria-labelledby="sign-in-title">
            <h2 id="sign-in-title">{move || l.t(k::SERVER_SIGN_IN_TITLE)}</h2>
            <p>{move || l.t(k::SERVER_SIGN_IN_HELP)}</p>
            <form id="sign-in" on:submit=submit>
                <Field id="sign-in-name" label=l.label(k::SERVER_NAME) value=name />
                <PassphraseField
                    id="sign-in-password"
                    label=l.label(k::SERVER_PASSWORD)
                    value=password
                    show=k::SERVER_PASSWORD_SHOW
                />
                <p class="actions">
                    <button id="sign-in-now" class="primary" type="submit" disabled=desk.working>
                        {move || l.t(k::SERVER_SIGN_IN)}
                    </button>
                </p>
            </form>
            <SignInByPasskey />
        </section>
        <Invited />
    }
}

/// Takes the word of an invitation.
#[component]
fn Invited() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let [word, password, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let differ = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        differ.set(password.get_untracked() != again.get_untracked());
        if differ.get_untracked() {
            return;
        }
        let (word, typed) = (typed(word), password.get_untracked());
        [password, again].iter().for_each(|typed| typed.set(String::new()));
        desk.message.set(None);
        desk.run(async move { server.accept(&word, &typed).await });
    };
    view! {
        <details id="invited">
            <summary>{move || l.t(k::SERVER_INVITED_TITLE)}</summary>
            <p>{move || l.t(k::SERVER_INVITED_HELP)}</p>
            <form on:submit=submit>
                <Field id="invited-word" needed=true label=l.label(k::SERVER_WORD) value=word />
                <TypedTwice
                    id="invited-password"
                    label=l.label(k::SERVER_NEW_PASSWORD)
                    again_label=l.label(k::SERVER_NEW_PASSWORD_AGAIN)
                    value=password
                    again=again
                />
                <Show when=move || differ.get()>
                    <Notice stop=true cause=l.label(k::SERVER_PASSWORDS_DIFFER) />
                </Show>
                <p class="actions">
                    <button id="accept-invitation" type="submit" disabled=desk.working>
                        {move || l.t(k::SERVER_ACCEPT)}
                    </button>
                </p>
            </form>
        </details>
    }
}

/// Connects to the server anew.
#[component]
pub fn TryAgain(id: &'static str) -> impl IntoView {
    let (l, desk, server) = (use_locale(), use_desk(), use_server());
    view! {
        <button id=id disabled=desk.working on:click=move |_| desk.run(async move { server.connect().await })>
            {move || l.t(k::SERVER_TRY_AGAIN)}
        </button>
    }
}

/// Said while the server is out of reach: the copy can be read.
#[component]
fn Away() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    view! {
        <Show when=move || server.reach.get() == Reach::Away>
            <div class="warn" id="server-away" role="status">
                <p>"△ " {move || l.t(k::SERVER_AWAY)}</p>
                <p class="actions">
                    <TryAgain id="try-again" />
                    <Show when=move || !server.is_ready() && desk.card.get().is_some()>
                        <button id="read-copy" class="quiet" on:click=move |_| server.reads_copy.set(true)>
                            {move || l.t(k::SERVER_READ_COPY)}
                        </button>
                    </Show>
                </p>
            </div>
        </Show>
    }
}

/// Who is signed in, and what is in the way.
#[component]
pub fn Standing() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let name = move || server.who.get().map(|who| who.name).unwrap_or_default();
    let waits = Memo::new(move |_| {
        let own = desk.unlocked.get().then(|| desk.keys().ok()).flatten()?.desk;
        let desks = desk.register.with(|register| register.desks.clone());
        let is_waiting = !desks.all().is_empty() && desks.of_key(own.public()).is_none();
        (is_waiting && !desk.reads_only.get()).then(|| own.public().fingerprint_words())
    });
    view! {
        <Show when=move || server.is_hosted>
            <Away />
            <Show when=move || server.who.get().is_some()>
                <p id="signed-in">
                    {move || l.f(k::SERVER_SIGNED_IN, &[("name", &name())])} " "
                    <button
                        id="sign-out"
                        class="link"
                        disabled=desk.working
                        on:click=move |_| desk.run(async move { server.sign_out().await })
                    >
                        {move || l.t(k::SERVER_SIGN_OUT)}
                    </button>
                </p>
            </Show>
            {move || {
                waits
                    .get()
                    .map(|words| {
                        view! {
                            <p class="warn" id="desk-waits" role="status">
                                "△ "
                                {l.t(k::SERVER_WAITS)}
                                <span class="words">{words}</span>
                            </p>
                        }
                    })
            }}
        </Show>
    }
}
