//! O5: the ledger as a table; import and export as one file.

use fuin_core::records::disclosure::Disclosure;
use leptos::prelude::*;

use super::desk::use_desk;
use crate::{
    locale::{Key, k, use_locale},
    platform::{clock, files},
    ui::FilePicker,
};

/// The ledger.
#[component]
pub fn LedgerView() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let label = move |key: Key| Signal::derive(move || l.t(key).to_owned());
    let disclosures = Memo::new(move |_| {
        let mut all: Vec<_> = desk.ledger.with(|ledger| {
            Disclosure::project(ledger.events())
                .into_values()
                .map(|d| (d.sealed.return_due, d.status, d.sealed.bundle_id, d.sealed.recipient.line()))
                .collect()
        });
        // What is overdue comes first.
        all.sort_by_key(|(due, status, ..)| (!status.is_open(), *due));
        all
    });
    let rows = move || {
        disclosures.get().into_iter().map(|(due, status, id, recipient)| {
        let overdue = status.is_open() && due < clock::now().day();
        view! {
            <tr>
                <th scope="row" class="mono">{id.to_string()}</th>
                <td>{recipient}</td>
                <td>{move || l.day(due)} {move || overdue.then(|| format!("（{}）", l.t(k::OFFICE_OVERDUE)))}</td>
                <td class="status">{status.japanese()}</td>
            </tr>
        }
    }).collect_view()
    };
    view! {
        <section aria-labelledby="ledger-title">
            <h2 id="ledger-title">{move || l.t(k::OFFICE_LEDGER)}</h2>
            <Show when=move || !desk.sound.get()><p class="stop-text">"× " {move || l.t(k::OFFICE_LEDGER_FAULT)}</p></Show>
            <Show
                when=move || disclosures.with(|all| !all.is_empty())
                fallback=move || view! { <p>{move || l.t(k::OFFICE_LEDGER_EMPTY)}</p> }
            >
                <div class="scroll" tabindex="0" role="region" aria-labelledby="ledger-title">
                    <table id="ledger">
                        <thead><tr>{[k::OFFICE_COLUMN_ID, k::OFFICE_COLUMN_RECIPIENT, k::OFFICE_COLUMN_DUE, k::OFFICE_COLUMN_STATE]
                            .map(|column| view! { <th scope="col">{move || l.t(column)}</th> })}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Show>
            <p id="event-count">{move || l.f(k::OFFICE_EVENT_COUNT, &[("n", &desk.ledger.with(|ledger| ledger.events().len()).to_string())])}</p>
            <p class="actions">
                <FilePicker
                    id="pick-ledger"
                    label=label(k::OFFICE_LEDGER_IMPORT)
                    accept=".jsonl"
                    on_file=move |file| desk.run(async move {
                        let text = files::read_text(&file).await?;
                        desk.import(text).await
                    })
                />
                <button id="export-ledger" on:click=move |_| desk.run(async move { desk.export().await })>{move || l.t(k::OFFICE_LEDGER_EXPORT)}</button>
            </p>
        </section>
    }
}
