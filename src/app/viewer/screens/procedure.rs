//! V5: 返却・消去の手続き. The form, then the three ways back and what was erased.

use fuin_core::{ReceiptCode, ReceiptKind, Report};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    page::{Refused, Wrong},
    platform::{files, page},
    ui::{Area, Field, Qr, typed},
    viewer::{
        back::{can_go_on, go_on_watching},
        record::MadeReceipt,
        session::use_session,
        sheet::{Sheet, Symbols},
        state::Stage,
        words::kind_key,
    },
};

/// The form.
#[component]
pub fn Procedure() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let kind = RwSignal::new(None::<ReceiptKind>);
    let reporter = RwSignal::new(session.viewer_name.get_untracked());
    let [witness, method, copies, note] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<Key>);
    let asking = RwSignal::new(false);
    let erases = move || kind.get().is_some_and(ReceiptKind::erases_key);
    let by_device_key =
        move || session.record.get().is_some_and(|record| record.stored.by_device_key) && erases();
    let erase_key = RwSignal::new(false);
    let make = move || {
        let Some(kind) = kind.get_untracked() else { return };
        let report = Report {
            reporter: typed(reporter),
            witness: typed(witness),
            method: typed(method),
            copies: typed(copies),
            note: typed(note),
        };
        asking.set(false);
        session.report(kind, report, erase_key.get_untracked());
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = kind.get_untracked();
        wrong.set(match chosen {
            None => Some(k::PROCEDURE_KIND_MISSING),
            Some(_) if typed(reporter).is_empty() => Some(k::PROCEDURE_REPORTER_MISSING),
            Some(_) => None,
        });
        if wrong.get_untracked().is_some() {
            return;
        }
        match chosen.is_some_and(ReceiptKind::erases_key) {
            true => asking.set(true),
            false => make(),
        }
    };
    let choices = ReceiptKind::ALL
        .iter()
        .map(|&choice| {
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="kind"
                        value=choice.name()
                        prop:checked=move || kind.get() == Some(choice)
                        on:change=move |_| {
                            asking.set(false);
                            kind.set(Some(choice));
                        }
                    />
                    {move || l.t(kind_key(choice))}
                </label>
            }
        })
        .collect_view();
    view! {
        <h1>{move || l.t(k::PROCEDURE_TITLE)}</h1>
        <p>{move || l.t(k::PROCEDURE_LEAD)}</p>
        <form on:submit=submit>
            <fieldset>
                <legend>{move || l.t(k::PROCEDURE_KIND)}</legend>
                {choices}
            </fieldset>
            <Field id="reporter" label=l.label(k::PROCEDURE_REPORTER) value=reporter />
            <Field id="witness" label=l.label(k::PROCEDURE_WITNESS) value=witness />
            <Field id="method" label=l.label(k::PROCEDURE_METHOD) value=method />
            <Area id="copies" label=l.label(k::PROCEDURE_COPIES) value=copies />
            <Area id="note" label=l.label(k::PROCEDURE_NOTE) value=note />
            <Show when=by_device_key>
                <label class="check">
                    <input
                        type="checkbox"
                        id="erase-device-key"
                        prop:checked=erase_key
                        on:change=move |event| erase_key.set(event_target_checked(&event))
                    />
                    {move || l.t(k::PROCEDURE_ERASE_DEVICE_KEY)}
                </label>
            </Show>
            <Wrong words=wrong />
            <Refused fault=session.refused />
            <Show when=move || asking.get()>
                <div class="notice stop" role="alert" id="erase-ask">
                    <p>{move || l.t(k::PROCEDURE_ERASE_ASK)}</p>
                    <p class="actions">
                        <button type="button" id="erase-now" class="primary" on:click=move |_| make()>
                            {move || l.t(k::PROCEDURE_ERASE_NOW)}
                        </button>
                        <button type="button" id="erase-not-yet" on:click=move |_| asking.set(false)>
                            {move || l.t(k::PROCEDURE_ERASE_NOT_YET)}
                        </button>
                    </p>
                </div>
            </Show>
            <p class="actions">
                <button id="make-receipt" class="primary" type="submit" disabled=asking>
                    {move || l.t(k::PROCEDURE_MAKE)}
                </button>
                {can_go_on(session).then(|| view! { <GoOn /> })}
                // Also for somebody else, who affirms for himself.
                <button type="button" class="quiet" on:click=move |_| session.stage.set(Stage::Verdict)>
                    {move || l.t(k::APP_BACK)}
                </button>
            </p>
        </form>
    }
}

/// Back to the picture where watching stopped.
#[component]
fn GoOn() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    view! {
        <button type="button" id="go-on" on:click=move |_| go_on_watching(session)>
            {move || l.t(k::PROCEDURE_GO_ON)}
        </button>
    }
}

/// The result: file, paper, code; and the erasure line by line.
#[component]
pub fn Done() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let receipt = session.receipt.get_untracked()?;
    let bundle_id = receipt.bundle_id.clone();
    let save = {
        let (name, jws) = (format!("{bundle_id}-{}.jws", receipt.kind.name()), receipt.jws.clone());
        move |_| {
            // The browser itself says when it cannot save.
            if files::download(&name, "application/jose", jws.as_bytes()).is_ok() {
                session.unsaved.set(false);
            }
        }
    };
    let qr = ReceiptCode::qr_text(&bundle_id, &receipt.code);
    Some(view! {
        <h1>{move || l.t(k::PROCEDURE_DONE)}</h1>
        <div class="ways">
            <section>
                <h2>{move || l.t(k::PROCEDURE_BY_FILE)}</h2>
                <p>{move || l.t(k::PROCEDURE_BY_FILE_HELP)}</p>
                <button id="save-receipt" on:click=save>
                    {move || l.t(k::PROCEDURE_SAVE)}
                </button>
            </section>
            <section>
                <h2>{move || l.t(k::PROCEDURE_BY_PAPER)}</h2>
                <p>{move || l.t(k::PROCEDURE_BY_PAPER_HELP)}</p>
                <button
                    id="print-receipt"
                    on:click=move |_| {
                        session.unsaved.set(false);
                        page::print();
                    }
                >
                    {move || l.t(k::APP_PRINT)}
                </button>
            </section>
            <section>
                <h2>{move || l.t(k::PROCEDURE_BY_PHONE)}</h2>
                <p>{move || l.t(k::PROCEDURE_BY_PHONE_HELP)}</p>
                <p class="code" id="receipt-bundle">
                    {bundle_id.to_string()}
                </p>
                <p class="code" id="receipt-code">
                    {receipt.code.clone()}
                </p>
                <Qr text=qr label=Signal::derive(move || l.t(k::SHEET_CODE).to_owned()) />
            </section>
        </div>
        <p>{move || l.t(k::PROCEDURE_KEPT)}</p>
        <Show when=move || session.unsaved.get()>
            <p class="actions">
                <button id="dismiss-receipt" on:click=move |_| session.unsaved.set(false)>
                    {move || l.t(k::PROCEDURE_DISMISS)}
                </button>
            </p>
        </Show>
        <Erasure receipt=receipt.clone() />
        <p class="actions">
            {(!receipt.erased && can_go_on(session)).then(|| view! { <GoOn /> })}
            <button id="to-start" on:click=move |_| session.restart()>
                {move || l.t(k::STOP_AGAIN)}
            </button>
        </p>
        <Sheet receipt=receipt.clone() />
        <Symbols receipt=receipt />
    })
}

/// What was erased here, and what only a person can do.
#[component]
fn Erasure(receipt: MadeReceipt) -> impl IntoView {
    let l = use_locale();
    let line = move |key: Key| view! { <li>{move || l.t(key)}</li> };
    receipt.erased.then(|| {
        view! {
            <section>
                <h2>{move || l.t(k::PROCEDURE_ERASED_TITLE)}</h2>
                <ul id="erased">
                    {line(k::PROCEDURE_ERASED_KEYS)} {line(k::PROCEDURE_ERASED_RECORD)}
                    {receipt.erased_device_key.then(|| line(k::PROCEDURE_ERASED_DEVICE_KEY))}
                </ul>
                <h2>{move || l.t(k::PROCEDURE_PERSON_TITLE)}</h2>
                <ul>
                    {[k::PROCEDURE_PERSON_MEDIUM, k::PROCEDURE_PERSON_COPIES, k::PROCEDURE_PERSON_LETTER]
                        .map(line)}
                </ul>
            </section>
        }
    })
}
