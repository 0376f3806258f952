//! How far a ledger from elsewhere is read.

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::reader::use_reader,
};

/// Shown while it goes on; it can be called off.
#[component]
pub fn Reading() -> impl IntoView {
    let l = use_locale();
    let reader = use_reader();
    let words = move |(done, total): (usize, usize)| {
        l.f(k::OFFICE_LEDGER_READING, &[("done", &done.to_string()), ("n", &total.to_string())])
    };
    move || {
        reader.done.get().map(|at| {
            view! {
                <div id="ledger-reading">
                    <p>
                        <progress
                            max=at.1
                            value=at.0
                            aria-label=move || l.t(k::OFFICE_LEDGER_IMPORT)
                        ></progress>
                        " "
                        {words(at)}
                    </p>
                    <p class="actions">
                        <button type="button" id="stop-reading" on:click=move |_| reader.stop()>
                            {move || l.t(k::PLAY_CANCEL)}
                        </button>
                    </p>
                </div>
            }
        })
    }
}
