//! O5 記録簿: all requests as a table, searched and filtered, and the table as CSV.

use fuin_core::{Book, Case, CaseState, Disclosure, Register, csv_table};
use leptos::prelude::*;

use super::case::state_name;
use crate::{
    locale::{Key, Locale, k, use_locale},
    office::{desk::use_desk, screen::Screen},
    platform::{clock, files, page},
    ui::{Field, Select},
};

/// Rows on the screen at a time; a search is quicker than paging.
const ROWS: usize = 100;

/// One row.
#[derive(Clone, PartialEq)]
struct Row {
    number: u64,
    id: String,
    recipient: String,
    purpose: String,
    received: String,
    due: String,
    overdue: bool,
    status: String,
}

fn row(l: Locale, case: &Case, disclosure: Option<&Disclosure>, state: CaseState) -> Row {
    let today = clock::now().day();
    Row {
        number: case.number,
        id: disclosure.map(|d| d.sealed.bundle_id.to_string()).unwrap_or_default(),
        recipient: case.request.recipient().line(),
        purpose: case.request.purpose.clone(),
        received: l.day(case.request.received_on),
        due: disclosure.map(|d| l.day(d.due)).unwrap_or_default(),
        overdue: disclosure.is_some_and(|d| d.status.is_open() && d.due < today),
        status: state_name(l, case, disclosure, state),
    }
}

/// The filters, and their names.
const FILTERS: [(&str, Key); 6] = [
    ("all", k::LEDGER_ALL),
    ("open", k::LEDGER_OPEN),
    ("overdue", k::LEDGER_OVERDUE),
    ("closed", k::LEDGER_CLOSED),
    ("refused", k::CASE_REFUSED),
    ("withdrawn", k::CASE_WITHDRAWN),
];

/// The columns on the screen.
const COLUMNS: [Key; 7] = [
    k::LEDGER_NUMBER,
    k::REQUEST_RECEIVED,
    k::OFFICE_COLUMN_ID,
    k::OFFICE_COLUMN_RECIPIENT,
    k::REQUEST_PURPOSE,
    k::OFFICE_COLUMN_DUE,
    k::OFFICE_COLUMN_STATE,
];

/// How many requests are found, and the first of them as rows.
fn find(l: Locale, register: &Register, query: &str, filter: &str) -> (usize, Vec<Row>) {
    let today = clock::now().day();
    let fits = |case: &&Case| {
        let disclosure = case.bundle(&register.disclosures);
        let open = disclosure.is_some_and(|d| d.status.is_open());
        match filter {
            "open" => open,
            "overdue" => open && disclosure.is_some_and(|d| d.due < today),
            "closed" => disclosure.is_some_and(|d| !d.status.is_open()),
            "refused" => case.state(&register.disclosures) == CaseState::Refused,
            "withdrawn" => case.state(&register.disclosures) == CaseState::Withdrawn,
            _ => true,
        }
    };
    let cases: Vec<&Case> = register.search(query).into_iter().filter(fits).collect();
    let rows = cases
        .iter()
        .take(ROWS)
        .map(|case| row(l, case, case.bundle(&register.disclosures), case.state(&register.disclosures)));
    (cases.len(), rows.collect())
}

/// One row on the screen.
#[component]
fn LedgerRow(row: Row) -> impl IntoView {
    let (l, desk) = (use_locale(), use_desk());
    let open = move |_| desk.screen.set(Screen::Case(row.number));
    view! {
        <tr class:overdue=row.overdue>
            <td>
                <button class="link open-case" on:click=open>
                    {row.number}
                </button>
            </td>
            <td>{row.received}</td>
            <td class="mono">{row.id}</td>
            <td>{row.recipient}</td>
            <td>{row.purpose}</td>
            <td>{row.due} {row.overdue.then(|| format!("（{}）", l.t(k::OFFICE_OVERDUE)))}</td>
            <td class="status">{row.status}</td>
        </tr>
    }
}

/// The ledger.
#[component]
pub fn LedgerView() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let (query, filter) = (RwSignal::new(String::new()), RwSignal::new("all".to_owned()));
    let filters =
        Signal::derive(move || FILTERS.map(|(key, name)| (key.to_owned(), l.t(name).to_owned())).to_vec());
    let found = Memo::new(move |_| {
        let (query, filter) = (query.get(), filter.get());
        desk.register.with(|register| find(l, register, &query, &filter))
    });
    let rows = move || found.get().1.into_iter().map(|row| view! { <LedgerRow row=row /> }).collect_view();
    let count = move || {
        found.with(|(count, rows)| {
            let values = [("n", &*count.to_string()), ("shown", &*rows.len().to_string())];
            l.f(k::LEDGER_COUNT, &values)
        })
    };
    let export = move |_| {
        desk.run(async move {
            let Some(rules) = desk.rules.get_untracked() else { return Ok(()) };
            let table = desk.register.with_untracked(|r| Book::Disclosures.table(r, &rules, None));
            Ok(files::download("ledger.csv", "text/csv", csv_table(&table.for_csv()).as_bytes())?)
        });
    };
    // Up and down go from row to row.
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        if page::focus_neighbour(".open-case", step) {
            event.prevent_default();
        }
    };
    // «/» goes to the search box, except while typing in a field.
    let slash = window_event_listener(leptos::ev::keydown, |event| {
        if event.key() == "/" && !page::is_control(&event) {
            event.prevent_default();
            page::focus("search");
        }
    });
    on_cleanup(move || slash.remove());
    view! {
        <section aria-labelledby="ledger-title">
            <h2 id="ledger-title">{move || l.t(k::OFFICE_LEDGER)}</h2>
            <div class="search" role="search">
                <Field id="search" kind="search" label=l.label(k::LEDGER_SEARCH) value=query />
                <Select id="filter" label=l.label(k::LEDGER_FILTER) value=filter options=filters />
            </div>
            <p id="found" role="status">
                {count}
            </p>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="ledger-title">
                <table id="ledger" on:keydown=on_key>
                    <thead>
                        <tr>{COLUMNS.map(|column| view! { <th scope="col">{move || l.t(column)}</th> })}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="actions">
                <button id="export-csv" on:click=export>
                    {move || l.t(k::LEDGER_CSV)}
                </button>
            </p>
        </section>
    }
}
