//! V1: the outside of the bundle, and the key.

use leptos::prelude::*;

use super::device::no_secret;
use crate::{
    locale::{k, use_locale},
    page::{PassphraseField, Refused},
    platform::{files::PickedFile, passkey::Guard},
    ui::{FilePicker, FilesPicker, Notice},
    viewer::{
        session::{Session, use_session},
        state::Stage,
    },
};

/// The bundle that a ticket is for, or a ticket for the bundle.
#[component]
fn Beside() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let take = move |file: Option<PickedFile>| file.into_iter().for_each(|file| session.open_beside(file));
    let take_all = move |picked: Option<Vec<PickedFile>>| take(picked.and_then(|mut picked| picked.pop()));
    let is_ticket =
        Memo::new(move |_| session.outside.get().is_some_and(|outside| outside.ticket_of.is_some()));
    let wanted = move || {
        let outside = session.outside.get().filter(|outside| outside.wants_bundle)?;
        let of = outside.ticket_of?.to_string();
        Some(view! {
            <p class="notice" role="status" id="wants-bundle">
                {move || l.f(k::KEY_WANTS_BUNDLE, &[("id", &of)])}
            </p>
            <FilesPicker
                id="pick-beside"
                label=l.label(k::START_PICK)
                accept=".fuin,.001,.002,.003,.004"
                on_files=take_all
            />
        })
    };
    view! {
        {wanted}
        <Show when=move || !is_ticket.get()>
            <details id="with-ticket">
                <summary>{move || l.t(k::KEY_WITH_TICKET)}</summary>
                <p>{move || l.t(k::KEY_WITH_TICKET_HELP)}</p>
                <FilePicker
                    id="pick-ticket"
                    label=l.label(k::KEY_PICK_TICKET)
                    accept=".ticket"
                    on_file=take
                />
            </details>
        </Show>
    }
}

/// Opens it with the key of this device, once its passkey answered; nothing, if another bundle is open by then.
async fn unlock_by_passkey(session: Session, passkey: String) {
    let bundle =
        || session.outside.with_untracked(|outside| outside.as_ref().map(|outside| outside.header_sha256));
    let before = bundle();
    // Meanwhile nothing else is tried.
    session.deriving.set(true);
    let answered = Guard::ask(&passkey).await;
    if bundle() != before {
        return;
    }
    session.deriving.set(false);
    match answered {
        Ok(guard) => session.unlock_with_device_key(guard.secret),
        Err(why) => session.refused.set(Some(no_secret(why))),
    }
}

/// Asks for the passphrase.
#[component]
pub fn UseKey() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let passphrase = RwSignal::new(String::new());
    let device_passphrase = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !session.deriving.get_untracked() {
            session.unlock(passphrase.get_untracked());
        }
    };
    let passkey = move || session.outside.get().and_then(|outside| outside.passkey);
    let submit_device = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if session.deriving.get_untracked() {
            return;
        }
        match untrack(passkey) {
            Some(passkey) => leptos::task::spawn_local(unlock_by_passkey(session, passkey)),
            None => session.unlock_with_device_key(device_passphrase.get_untracked()),
        }
    };
    let takes_passphrase = move || {
        session.outside.get().is_some_and(|outside| outside.takes_passphrase && !outside.wants_bundle)
    };
    let takes_device_key = move || {
        session.outside.get().is_some_and(|outside| outside.takes_device_key && !outside.wants_bundle)
    };
    let has_none = move || {
        let is_whole =
            session.outside.with(|outside| outside.as_ref().is_some_and(|outside| !outside.wants_bundle));
        is_whole && !takes_passphrase() && !takes_device_key()
    };
    view! {
        <h1>{move || l.t(k::KEY_TITLE)}</h1>
        <section aria-labelledby="outside-title">
            <h2 id="outside-title">{move || l.t(k::KEY_OUTSIDE)}</h2>
            {move || {
                session
                    .outside
                    .get()
                    .map(|outside| {
                        view! {
                            <dl>
                                <dt>{move || l.t(k::KEY_ID)}</dt>
                                <dd class="mono" id="outside-id">
                                    {outside.bundle_id.to_string()}
                                </dd>
                                {outside
                                    .ticket_of
                                    .map(|of| {
                                        view! {
                                            <dt>{move || l.t(k::KEY_TICKET_OF)}</dt>
                                            <dd class="mono">{of.to_string()}</dd>
                                        }
                                    })}
                                <dt>{move || l.t(k::KEY_OFFICE)}</dt>
                                <dd>{outside.office.name}</dd>
                                <dt>{move || l.t(k::KEY_CONTACT)}</dt>
                                <dd>{outside.office.contact}</dd>
                            </dl>
                        }
                    })
            }}
        </section>
        <Show when=move || session.locked.get()>
            <p class="notice" role="status" id="was-locked">
                {move || l.t(k::KEY_LOCKED)}
            </p>
        </Show>
        <Show when=move || session.restarted.get()>
            <p class="notice stop" role="status" id="restarted">
                {move || l.t(k::KEY_RESTARTED)}
            </p>
        </Show>
        <Refused fault=session.refused />
        <Show when=has_none>
            <Notice stop=true cause=l.label(k::KEY_NONE) advice=l.label(k::KEY_NONE_WAY) />
        </Show>
        <Beside />
        <Show when=takes_passphrase>
            <form on:submit=submit>
                <PassphraseField
                    id="passphrase"
                    label=l.label(k::KEY_PASSPHRASE)
                    value=passphrase
                    help=l.label(k::KEY_PASSPHRASE_HELP)
                />
                <p class="actions">
                    <button id="unlock" class="primary" type="submit" disabled=session.deriving>
                        {move || l.t(k::KEY_OPEN)}
                    </button>
                </p>
            </form>
        </Show>
        <Show when=takes_device_key>
            <form on:submit=submit_device>
                <Show
                    when=move || passkey().is_none()
                    fallback=move || view! { <p class="help">{move || l.t(k::DEVICE_PASSKEY_HELP)}</p> }
                >
                    <PassphraseField
                        id="device-passphrase"
                        label=l.label(k::DEVICE_PASSPHRASE)
                        value=device_passphrase
                        help=l.label(k::DEVICE_PASSPHRASE_HELP)
                    />
                </Show>
                <p class="actions">
                    <button id="unlock-device" type="submit" disabled=session.deriving>
                        {move || l.t(k::KEY_OPEN_DEVICE)}
                    </button>
                </p>
            </form>
        </Show>
        <div role="status" aria-live="polite">
            <Show when=move || session.deriving.get()>
                <p>{move || l.t(k::KEY_DERIVING)}</p>
                <progress aria-label=move || l.t(k::KEY_DERIVING)></progress>
            </Show>
        </div>
        <p>
            <button
                class="quiet"
                on:click=move |_| {
                    session.restart();
                    session.stage.set(Stage::Start);
                }
            >
                {move || l.t(k::APP_BACK)}
            </button>
        </p>
    }
}
