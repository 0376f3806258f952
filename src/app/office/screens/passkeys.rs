//! Passkeys of whoever is signed in, and signing in with one.
//!
//! Entry points: [`OwnPasskeys`], [`SignInByPasskey`]. Absent: what is asked of the device (`platform/passkey.rs`).

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::{
        desk::use_desk,
        server::{PasskeyCount, passkeys, use_server},
    },
    page::PassphraseField,
    platform::passkey,
};

/// Signs in without a name and a password.
#[component]
pub fn SignInByPasskey() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let begin = move |_| {
        desk.message.set(None);
        desk.run(async move { passkeys::sign_in(server).await });
    };
    passkey::is_possible().then(|| {
        view! {
            <p class="actions">
                <button id="sign-in-passkey" type="button" disabled=desk.working on:click=begin>
                    {move || l.t(k::SERVER_PASSKEY_SIGN_IN)}
                </button>
            </p>
        }
    })
}

/// How many there are; one more, or none any more.
#[component]
pub fn OwnPasskeys() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let server = use_server();
    let count = RwSignal::new(None::<PasskeyCount>);
    desk.run_aside(async move {
        count.set(Some(passkeys::count(server).await?));
        Ok(())
    });
    let password = RwSignal::new(String::new());
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = password.get_untracked();
        password.set(String::new());
        desk.message.set(None);
        desk.run(async move {
            count.set(Some(passkeys::add(server, &typed).await?));
            desk.tell(l.t(k::SERVER_PASSKEY_ADDED).to_owned());
            Ok(())
        })
    };
    let remove = move |_| {
        desk.run(async move {
            count.set(Some(passkeys::remove(server).await?));
            Ok(())
        })
    };
    let words = move || {
        let number = count.get().map_or(0, |count| count.passkeys);
        l.f(k::SERVER_PASSKEY_COUNT, &[("n", &number.to_string())])
    };
    view! {
        <Show when=move || passkey::is_possible() && count.get().is_some_and(|count| count.are_possible)>
            <section aria-labelledby="passkeys-title" id="passkeys">
                <h2 id="passkeys-title">{move || l.t(k::SERVER_PASSKEY_TITLE)}</h2>
                <p class="help">{move || l.t(k::SERVER_PASSKEY_HELP)}</p>
                <p id="passkey-count">{words}</p>
                <form on:submit=add>
                    <PassphraseField
                        id="passkey-password"
                        label=l.label(k::SERVER_PASSWORD)
                        value=password
                        show=k::SERVER_PASSWORD_SHOW
                    />
                    <p class="actions">
                        <button id="add-passkey" type="submit" disabled=desk.working>
                            {move || l.t(k::SERVER_PASSKEY_ADD)}
                        </button>
                    </p>
                </form>
                <p class="actions">
                    <Show when=move || count.get().is_some_and(|count| count.passkeys > 0)>
                        <button id="remove-passkeys" class="quiet" disabled=desk.working on:click=remove>
                            {move || l.t(k::SERVER_PASSKEY_REMOVE)}
                        </button>
                    </Show>
                </p>
            </section>
        </Show>
    }
}
