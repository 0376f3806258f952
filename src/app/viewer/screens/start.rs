//! V0: choose a bundle; what was opened here before; a key of this device.

use leptos::prelude::*;

use super::device::{DeviceFields, Entry, Refusal};
use crate::{
    fault::{Code, Fault},
    locale::{Key, k, use_locale},
    page::{Refused, Wrong},
    platform::{
        files,
        support::{Missing, missing},
    },
    ui::{FilesPicker, Notice},
    viewer::{
        erasure,
        record::BundleRecord,
        session::use_session,
        state::{Stage, WrongFile},
        words::kind_key,
    },
};

/// The first screen.
#[component]
pub fn Start() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let over = RwSignal::new(false);
    let open = move |picked: Option<Vec<files::PickedFile>>| match picked {
        // A bundle, or a bundle and its ticket.
        Some(picked)
            if picked.len() == 1
                || picked.len() == 2 && picked.iter().any(|file| files::is_named(file, &[".ticket"])) =>
        {
            session.open(picked);
        }
        Some(_) => session.wrong_file.set(Some(WrongFile::Several)),
        None => session.stop(Fault::new(Code::PartsMissing, "the parts are not all of one bundle")),
    };
    // The whole window takes it: who drops a file beside the mark means the same.
    let drops = window_event_listener(leptos::ev::drop, move |event| {
        over.set(false);
        let dropped = files::dropped(&event);
        if !dropped.is_empty() {
            open(files::joined(dropped));
        }
    });
    on_cleanup(move || drops.remove());
    let wrong = move || {
        session.wrong_file.get().map(|wrong| {
            let cause = match wrong {
                WrongFile::Several => l.label(k::START_ONE_AT_A_TIME),
                WrongFile::NoBundle(name) => {
                    Signal::derive(move || l.f(k::START_NO_BUNDLE, &[("name", &name)]))
                }
            };
            view! { <Notice stop=true cause=cause advice=l.label(k::START_WHICH_FILE) /> }
        })
    };
    view! {
        <h1>{move || l.t(k::START_TITLE)}</h1>
        <Lacks />
        {wrong}
        <ol class="steps">
            {[k::START_STEP1, k::START_STEP2, k::START_STEP3]
                .map(|step| view! { <li>{move || l.t(step)}</li> })}
        </ol>
        <div
            class=move || if over.get() { "drop over" } else { "drop" }
            on:dragover=move |_| over.set(true)
            on:dragleave=move |_| over.set(false)
        >
            <FilesPicker
                id="pick-bundle"
                label=Signal::derive(move || l.t(k::START_PICK).to_owned())
                accept=".fuin,.ticket,.001,.002,.003,.004"
                on_files=open
            />
            <p>{move || l.t(k::START_DROP)}</p>
        </div>
        {files::served()
            .map(|bundle| {
                let name = bundle.name();
                view! {
                    <p class="actions">
                        <button id="open-served" on:click=move |_| session.open(vec![bundle.clone()])>
                            {move || l.f(k::START_SERVED, &[("name", &name)])}
                        </button>
                    </p>
                }
            })}
        <Opened />
        <p class="actions">
            <button id="to-request" on:click=move |_| session.stage.set(Stage::Request)>
                {move || l.t(k::ASK_TITLE)}
            </button>
        </p>
        <MakeDeviceKey />
    }
}

/// What this browser cannot do, before anything is chosen.
#[component]
fn Lacks() -> impl IntoView {
    let l = use_locale();
    missing().map(|missing| {
        let cause = match missing {
            Missing::Crypto => k::START_NO_CRYPTO,
            Missing::Canvas => k::START_NO_CANVAS,
            Missing::Decoder => k::START_NO_DECODER,
        };
        view! {
            <div id="browser-lacks">
                <Notice stop=true cause=l.label(cause) advice=l.label(k::START_BROWSERS) />
            </div>
        }
    })
}

fn state(record: &BundleRecord) -> Key {
    if record.erased {
        k::STATE_ERASED
    } else if record.receipts.iter().any(|made| made.kind != fuin_core::ReceiptKind::Delivery) {
        k::STATE_FINISHED
    } else if !record.receipts.is_empty() {
        k::STATE_DELIVERED
    } else {
        k::STATE_OPENED
    }
}

/// 「この端末で開いたもの」.
#[component]
fn Opened() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    // What was cut off in the middle is ended before anything is shown.
    let records = LocalResource::new(erasure::resume);
    // Said before a file is chosen: nothing can be opened where nothing can be remembered.
    let refused = move || {
        let fault = records.get().and_then(Result::err)?;
        let (cause, advice) = l.error(fault.code, &fault.cause);
        Some(view! { <Notice stop=true cause=cause advice=advice /> })
    };
    let rows = move || {
        records
            .get()
            .and_then(Result::ok)
            .unwrap_or_default()
            .into_iter()
            .map(|record| {
                let (state, due) = (state(&record), record.return_due);
                let again = record
                    .receipts
                    .into_iter()
                    .map(|made| {
                        let (kind, day) = (made.kind, made.at.day());
                        view! {
                            <button
                                class="link open-receipt"
                                on:click=move |_| session.show_receipt(made.clone())
                            >
                                {move || {
                                    l.f(
                                        k::START_RECEIPT_AGAIN,
                                        &[("kind", l.t(kind_key(kind))), ("day", &l.day(day))],
                                    )
                                }}
                            </button>
                        }
                    })
                    .collect_view();
                view! {
                    <tr>
                        <th scope="row">{record.bundle_id.to_string()}</th>
                        <td>{record.office.name}</td>
                        <td>{move || l.day(due)}</td>
                        <td>{move || l.t(state)} " " {again}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <section aria-labelledby="opened-title">
            {refused} <h2 id="opened-title">{move || l.t(k::START_OPENED_HERE)}</h2>
            <Show
                when=move || {
                    records.get().is_some_and(|records| records.is_ok_and(|records| !records.is_empty()))
                }
                fallback=move || view! { <p>{move || l.t(k::START_NONE)}</p> }
            >
                <div class="scroll" tabindex="0" role="group" aria-labelledby="opened-title">
                    <table>
                        <thead>
                            <tr>
                                {[
                                    k::START_COLUMN_ID,
                                    k::START_COLUMN_OFFICE,
                                    k::START_COLUMN_DUE,
                                    k::START_COLUMN_STATE,
                                ]
                                    .map(|column| view! { <th scope="col">{move || l.t(column)}</th> })}
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Show>
        </section>
    }
}

/// Makes the device's keys, and hands out the public half of the one for which bundles are sealed as a JSON Web Key.
#[component]
fn MakeDeviceKey() -> impl IntoView {
    let l = use_locale();
    let entry = Entry::new();
    let [made, busy] = std::array::from_fn(|_| RwSignal::new(false));
    let wrong = RwSignal::new(None::<Key>);
    let refused = RwSignal::new(None::<Fault>);
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = make_device_key(entry).await;
            busy.set(false);
            made.set(outcome.is_ok());
            wrong.set(None);
            refused.set(None);
            match outcome {
                Ok(()) => entry.clear(),
                Err(Refusal::Wrong(key)) => wrong.set(Some(key)),
                Err(Refusal::Fault(fault)) => refused.set(Some(fault)),
            }
        });
    };
    view! {
        <details id="own-key">
            <summary>{move || l.t(k::START_DEVICE_KEY)}</summary>
            <p>{move || l.t(k::START_DEVICE_KEY_HELP)}</p>
            <form on:submit=make>
                <Show
                    when=move || !entry.are_there()
                    fallback=move || view! { <p>{move || l.t(k::DEVICE_IS_THERE)}</p> }
                >
                    <DeviceFields entry=entry />
                </Show>
                <Wrong words=wrong />
                <Refused fault=refused />
                <p class="actions">
                    <button id="make-device-key" type="submit" disabled=busy>
                        {move || {
                            l.t(if entry.are_there() { k::DEVICE_SAVE_AGAIN } else { k::START_DEVICE_KEY })
                        }}
                    </button>
                </p>
            </form>
            <Show when=move || made.get()>
                <Notice stop=false cause=l.label(k::START_DEVICE_KEY_MADE) />
            </Show>
            <Show when=move || entry.are_there()>
                <ForgetKey entry=entry />
            </Show>
        </details>
    }
}

/// For a key that opens no more: its passphrase is forgotten, or its passkey lost. Asks once more before it goes.
#[component]
fn ForgetKey(entry: Entry) -> impl IntoView {
    let l = use_locale();
    let sure = RwSignal::new(false);
    let refused = RwSignal::new(None::<Fault>);
    let forget = move |_| {
        if !sure.get_untracked() {
            return sure.set(true);
        }
        leptos::task::spawn_local(async move {
            match entry.forget().await {
                Ok(()) => sure.set(false),
                Err(fault) => refused.set(Some(fault)),
            }
        });
    };
    view! {
        <p class="help">{move || l.t(k::DEVICE_FORGET_HELP)}</p>
        <Refused fault=refused />
        <p class="actions">
            <button id="forget-device-key" type="button" on:click=forget>
                {move || l.t(if sure.get() { k::DEVICE_FORGET_SURE } else { k::DEVICE_FORGET })}
            </button>
        </p>
    }
}

async fn make_device_key(entry: Entry) -> Result<(), Refusal> {
    if entry.known.with_untracked(Option::is_none) {
        entry.take().await?;
    }
    let Some(keys) = entry.known.get_untracked() else { return Ok(()) };
    let saved = files::download("recipient-key.json", "application/json", keys.to_json().as_bytes());
    saved.map_err(|error| Refusal::Fault(error.into()))
}
