//! 帳簿: 提供記録簿, 運用状況記録簿, 事故記録簿, 媒体貸出簿, of one 年度, on the screen, as CSV and on A4.
//!
//! Entry point: [`Books`]. Absent: what stands in them, which core says.

use fuin_core::{Book, BookTable, csv_table};
use fuin_model::Paper;
use leptos::prelude::*;

use super::amend::TakeBack;
use crate::{
    locale::{k, use_locale},
    office::{desk::use_desk, paper::use_paper},
    platform::files,
    ui::Select,
};

/// The choice of a book, what stands in it, and what can be done with it.
#[component]
pub fn Books(
    /// The Gregorian year in which the 年度 began.
    year: Signal<Option<i32>>,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let paper = use_paper();
    let name = RwSignal::new(Book::Disclosures.name().to_owned());
    let names: Vec<(String, String)> =
        Book::ALL.iter().map(|book| (book.name().to_owned(), book.japanese().to_owned())).collect();
    let book = move || Book::ALL.iter().copied().find(|book| book.name() == name.get());
    let table = move || {
        let (book, rules) = (book()?, desk.rules.get()?);
        Some((book, desk.register.with(|register| book.table(register, &rules, year.get()))))
    };
    let export = move |_| {
        let Some((book, table)) = untrack(table) else { return };
        let file = format!("{}-{}.csv", book.name(), year.get_untracked().unwrap_or_default());
        let csv = csv_table(&table.for_csv());
        desk.run(async move { Ok(files::download(&file, "text/csv", csv.as_bytes())?) });
    };
    let show = move |_| {
        if let (Some(book), Some(year)) = (untrack(book), year.get_untracked()) {
            paper.show(Paper::Book(book, year));
        }
    };
    view! {
        <section aria-labelledby="books-title">
            <h3 id="books-title">{move || l.t(k::BOOKS_TITLE)}</h3>
            <Select id="book" label=l.label(k::BOOKS_WHICH) value=name options=names />
            <div class="scroll" tabindex="0" role="group" aria-labelledby="books-title">
                {move || table().map(|(book, table)| view! { <Table table=table.for_paper(book) /> })}
            </div>
            <p class="actions">
                <button id="book-csv" on:click=export>
                    {move || l.t(k::LEDGER_CSV)}
                </button>
                <button id="paper-book" on:click=show>
                    {move || l.t(k::BOOKS_PAPER)}
                </button>
            </p>
        </section>
    }
}

#[component]
fn Table(table: BookTable) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let is_empty = table.rows.is_empty();
    let may =
        move |line: &u64| desk.register.with_untracked(|register| register.retractable(*line).is_some());
    let row = move |(row, line): (Vec<String>, Option<u64>)| {
        let take_back = line.filter(may).map(|line| view! { <TakeBack line=line /> });
        view! {
            <tr>
                {row.into_iter().map(|cell| view! { <td class="lines">{cell}</td> }).collect_view()}
                <td>{take_back}</td>
            </tr>
        }
    };
    view! {
        <table id="book-table">
            <thead>
                <tr>
                    {table.heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect_view()}
                    <td></td>
                </tr>
            </thead>
            <tbody>{table.rows.into_iter().zip(table.lines).map(row).collect_view()}</tbody>
        </table>
        {is_empty.then(|| view! { <p>{move || l.t(k::BOOKS_EMPTY)}</p> })}
    }
}
