//! A4 sheets that both doors print, and the parts that all sheets are made of. They are Japanese whatever the
//! page's language is: they are documents of a Japanese office.
//!
//! Each sheet is one function of what it says. Absent: which sheets there are (`fuin_model`), and the buttons.

mod application;
mod blank;
mod book;
pub mod incident;
mod letter;
pub mod letters;
pub mod midori1;
pub mod midori2;
pub mod minato;
mod reports;
mod traced;
mod undertaking;
pub mod yearly;

use fuin_core::{Approval, OfficeLabel};
use leptos::prelude::*;

pub use application::application;
pub use blank::blank;
pub use book::book;
pub use letter::letter;
pub use reports::reports;
pub use traced::traced;
pub use undertaking::{Undertaking, undertaking};

/// ☑ or ☐, for forms that are ticked.
pub fn tick(yes: bool) -> &'static str {
    if yes { "☑" } else { "☐" }
}

/// A date to be written by hand.
pub fn blank_date() -> String {
    "　　　　年　　月　　日".to_owned()
}

/// 印: a blank box.
pub fn seal_box() -> impl IntoView {
    view! { <span class="seal">"印"</span> }
}

/// One ruled row.
pub fn row(label: &'static str, value: String) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{label}</th>
            <td>{value}</td>
        </tr>
    }
}

/// 決裁欄: a box for each role, in the order of the office.
pub fn approvals(roles: &[Approval]) -> impl IntoView + use<> {
    let heads: Vec<_> = roles.iter().map(|role| role.role.clone()).collect();
    (!heads.is_empty()).then(|| {
        let boxes = heads.iter().map(|_| view! { <td></td> }).collect_view();
        view! {
            <table class="approvals">
                <thead>
                    <tr>{heads.into_iter().map(|role| view! { <th>{role}</th> }).collect_view()}</tr>
                </thead>
                <tbody>
                    <tr>{boxes}</tr>
                </tbody>
            </table>
        }
    })
}

/// 発信者の職氏名: the last of the roles, which decides; the office alone where there is none.
pub fn sender(office: &OfficeLabel, roles: &[Approval]) -> String {
    match roles.last().filter(|role| !role.name.is_empty()) {
        Some(role) => format!("{}　{}　{}", office.name, role.role, role.name),
        None => office.name.clone(),
    }
}

/// What the office fills in by hand: a title, and a box under each head.
pub fn office_side<V: IntoView + 'static>(title: V, heads: [V; 4]) -> impl IntoView + use<V> {
    view! {
        <h3>{title}</h3>
        <table class="office-side">
            <thead>
                <tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr>
            </thead>
            <tbody>
                <tr>
                    <td></td>
                    <td></td>
                    <td></td>
                    <td></td>
                </tr>
            </tbody>
        </table>
    }
}

/// Date, addressee, sender and title.
pub fn head(
    date: &str,
    to: &str,
    honorific: &'static str,
    title: &str,
    from: Option<&OfficeLabel>,
) -> impl IntoView + use<> {
    let from = from.map(|office| view! { <p class="sheet-from">{office.name.clone()}</p> });
    view! {
        <p class="sheet-date">{date.to_owned()}</p>
        <p>{to.to_owned()} "　" {honorific}</p>
        {from}
        <h2>{title.to_owned()}</h2>
    }
}

/// The number by which a sheet and a file that say the same are recognised.
pub fn file_note(number: &str) -> impl IntoView + use<> {
    (!number.is_empty()).then(|| {
        view! {
            <p class="sheet-note">
                "申請ファイルの照合番号　" <span class="mono">{number.to_owned()}</span>
            </p>
        }
    })
}
