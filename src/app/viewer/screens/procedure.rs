//! V5: 返却・消去の手続き. The form, then the three ways back and what was erased.

use fuin_core::{ReceiptCode, ReceiptKind, Report};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    page::Refused,
    platform::{files, page},
    ui::{Area, Field, Notice, Qr, typed},
    viewer::{
        session::{MadeReceipt, Stage, use_session},
        sheet::Sheet,
        words::kind_key,
    },
};

/// The form.
#[component]
pub fn Procedure() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let kind = RwSignal::new(ReceiptKind::Return);
    let reporter = RwSignal::new(session.viewer_name.get_untracked());
    let [witness, method, copies, note] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let missing = RwSignal::new(false);
    let by_device_key =
        move || session.record.get().is_some_and(|record| record.by_device_key) && kind.get().erases_key();
    let erase_key = RwSignal::new(true);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let report = Report {
            reporter: typed(reporter),
            witness: typed(witness),
            method: typed(method),
            copies: typed(copies),
            note: typed(note),
        };
        missing.set(report.reporter.is_empty());
        if !report.reporter.is_empty() {
            session.report(kind.get_untracked(), report, erase_key.get_untracked());
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
                        prop:checked=move || kind.get() == choice
                        on:change=move |_| kind.set(choice)
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
                        prop:checked=erase_key
                        on:change=move |event| erase_key.set(event_target_checked(&event))
                    />
                    {move || l.t(k::PROCEDURE_ERASE_DEVICE_KEY)}
                </label>
            </Show>
            <Show when=move || missing.get()>
                <Notice stop=true cause=l.label(k::PROCEDURE_REPORTER_MISSING) />
            </Show>
            <Refused fault=session.refused />
            <p class="actions">
                <button id="make-receipt" class="primary" type="submit">
                    {move || {
                        l.t(
                            if kind.get().erases_key() {
                                k::PROCEDURE_MAKE_AND_ERASE
                            } else {
                                k::PROCEDURE_MAKE
                            },
                        )
                    }}
                </button>
                <button type="button" class="quiet" on:click=move |_| session.stage.set(Stage::Verdict)>
                    {move || l.t(k::APP_BACK)}
                </button>
            </p>
        </form>
    }
}

/// The result: file, paper, code; and the erasure line by line.
#[component]
pub fn Done() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let receipt = session.receipt.get_untracked()?;
    let manifest = session.manifest()?;
    let bundle_id = manifest.bundle_id.clone();
    let save = {
        let (name, jws) = (format!("{bundle_id}-{}.jws", receipt.kind.name()), receipt.jws.clone());
        move |_| {
            // The browser itself says when it cannot save.
            let _ = files::download(&name, "application/jose", jws.as_bytes());
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
                <button id="print-receipt" on:click=move |_| page::print()>
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
        <Erasure receipt=receipt.clone() />
        <p class="actions">
            <button on:click=move |_| session.restart()>{move || l.t(k::STOP_AGAIN)}</button>
        </p>
        <Sheet manifest=manifest receipt=receipt />
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
