//! 返却・消去報告書 and 受領書 as an A4 sheet. It is printed; on the screen it is shown as it will print.

use fuin_core::{Jws, ReceiptCode, ReceiptKind, symbols_of};
use leptos::prelude::*;

use super::{record::MadeReceipt, words::kind_key};
use crate::{
    locale::{Key, k, use_locale},
    page::papers::office_side,
    ui::Qr,
};

/// The whole receipt as symbols, on a page of its own; nothing where it would be too many.
#[component]
pub fn Symbols(receipt: MadeReceipt) -> impl IntoView {
    let l = use_locale();
    let symbols = symbols_of(&Jws::new(&receipt.jws))?;
    let count = symbols.len().to_string();
    let one = |(n, text): (usize, String)| {
        let place = format!("{}/{count}", n + 1);
        view! {
            <figure>
                <Qr text=text label=Signal::stored(place.clone()) />
                <figcaption>{place}</figcaption>
            </figure>
        }
    };
    let figures = symbols.into_iter().enumerate().map(one).collect_view();
    Some(view! {
        <article class="sheet symbols" id="sheet-symbols">
            <h2>{move || l.t(k::SHEET_SYMBOLS)}</h2>
            <p>{receipt.bundle_id.to_string()} "　" {move || l.t(k::SHEET_SYMBOLS_HELP)}</p>
            <div class="figures">{figures}</div>
        </article>
    })
}

/// The sheet.
#[component]
pub fn Sheet(receipt: MadeReceipt) -> impl IntoView {
    let l = use_locale();
    let kind = receipt.kind;
    let title = if kind == ReceiptKind::Delivery { k::SHEET_TITLE_DELIVERY } else { k::SHEET_TITLE };
    let row = move |label: Key, value: String| {
        view! {
            <tr>
                <th scope="row">{move || l.t(label)}</th>
                <td>{value}</td>
            </tr>
        }
    };
    let (issued, at) = (receipt.issued_at.day(), receipt.at);
    let report = receipt.report.clone();
    let qr = ReceiptCode::qr_text(&receipt.bundle_id, &receipt.code);
    view! {
        <article class="sheet" id="sheet">
            <p class="sheet-date">{move || l.day(at.day())}</p>
            <p>{move || l.t(k::SHEET_TO)} "　" {receipt.office.clone()}</p>
            <h2>{move || l.t(title)}</h2>
            <p>{move || l.t(k::SHEET_DECLARATION)}</p>
            <table>
                <tbody>
                    {row(k::SHEET_ID, receipt.bundle_id.to_string())} <tr>
                        <th scope="row">{move || l.t(k::SHEET_ISSUED)}</th>
                        <td>{move || l.day(issued)}</td>
                    </tr> {row(k::SHEET_RECIPIENT, receipt.recipient.clone())} <tr>
                        <th scope="row">{move || l.t(k::SHEET_KIND)}</th>
                        <td>{move || l.t(kind_key(kind))}</td>
                    </tr> <tr>
                        <th scope="row">{move || l.t(k::SHEET_AT)}</th>
                        <td>{move || l.time(at)}</td>
                    </tr> {row(k::SHEET_METHOD, report.method)} <tr class="signed">
                        <th scope="row">{move || l.t(k::SHEET_REPORTER)}</th>
                        <td>{report.reporter}<span class="seal">{move || l.t(k::SHEET_SEAL)}</span></td>
                    </tr> {row(k::SHEET_WITNESS, report.witness)} {row(k::SHEET_COPIES, report.copies)}
                    {row(k::SHEET_NOTE, report.note)} <tr>
                        <th scope="row">{move || l.t(k::SHEET_CODE)}</th>
                        <td class="code-cell">
                            <span class="mono">{receipt.code.clone()}</span>
                            <Qr text=qr label=Signal::derive(move || l.t(k::SHEET_CODE).to_owned()) />
                        </td>
                    </tr>
                </tbody>
            </table>
            {office_side(
                l.label(k::SHEET_OFFICE_SIDE),
                [k::SHEET_CONFIRMED_ON, k::SHEET_CONFIRMER, k::SHEET_MEDIUM_CHECK, k::SHEET_APPROVAL]
                    .map(|label| l.label(label)),
            )}
        </article>
    }
}
