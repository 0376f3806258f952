//! A book of a 年度 as A4横: its name and 年度 on every page, rows that break between pages.

use fuin_core::{Approval, Book, BookTable, Day, OfficeLabel};
use leptos::prelude::*;

use super::approvals;

/// The book.
pub fn book(
    book: Book,
    table: &BookTable,
    office: &OfficeLabel,
    roles: &[Approval],
    year: i32,
) -> impl IntoView + use<> {
    let table = table.for_paper(book);
    let name = Day::name_of_fiscal_year(year).unwrap_or_default();
    let title = format!("{}　{name}　{}", book.japanese(), office.name);
    let is_empty = table.rows.is_empty();
    view! {
        <article class="sheet landscape" id="sheet">
            <p class="sheet-note">"参考様式"</p>
            <h2>{book.japanese()}</h2>
            {approvals(roles)} {running_table(book.name(), title, table)}
            {is_empty.then(|| view! { <p>"この年度の記録はありません。"</p> })}
        </article>
    }
}

/// The rows of a book, under a title that every page repeats.
pub fn running_table(name: &'static str, title: String, table: BookTable) -> impl IntoView {
    let widths = table
        .heads
        .iter()
        .map(|head| view! { <col class:no=*head == "No." class:day=head.ends_with('日') /> })
        .collect_view();
    let columns = table.heads.len().to_string();
    let heads = table.heads.into_iter().map(|head| view! { <th>{head}</th> }).collect_view();
    let row = |row: Vec<String>| {
        view! { <tr>{row.into_iter().map(|cell| view! { <td class="lines">{cell}</td> }).collect_view()}</tr> }
    };
    let rows = table.rows.into_iter().map(row).collect_view();
    view! {
        <table class=format!("grid rows {name}")>
            <colgroup>{widths}</colgroup>
            <thead>
                <tr>
                    <th class="running" colspan=columns>
                        {title}
                    </th>
                </tr>
                <tr>{heads}</tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
