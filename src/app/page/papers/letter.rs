//! A letter as it was issued: the same again whenever it is printed.

use fuin_core::Letter;
use leptos::prelude::*;

/// The letter.
pub fn letter(letter: &Letter) -> impl IntoView + use<> {
    let number = match letter.document_number.is_empty() {
        true => "　　　　第　　　　号".to_owned(),
        false => letter.document_number.clone(),
    };
    let paragraph = |text: &str| match text.trim() {
        "記" => view! { <p class="middle">"記"</p> }.into_any(),
        text => view! { <p class="lines">{text.to_owned()}</p> }.into_any(),
    };
    let body = letter.body.split("\n\n").map(paragraph).collect_view();
    let omitted = letter.seal_omitted.then_some("（公印省略）");
    view! {
        <article class="sheet letter" id="sheet">
            <p class="sheet-date">{number}</p>
            <p class="sheet-date">{letter.on.wareki()}</p>
            <p>{letter.to.clone()}</p>
            <p class="sheet-from">{letter.from.clone()} <br /> {omitted}</p>
            <h2>{letter.title.clone()}</h2>
            {body}
        </article>
    }
}
