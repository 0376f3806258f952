//! Documents beside a request: those that are brought, and those that are here.
//!
//! Entry points: [`Attachments`] in the form, [`Attached`] on a case. Absent: their bytes (`office/documents.rs`).

use fuin_core::Attachment;
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::{
        desk::use_desk,
        documents::{attach, hand_out, read},
    },
    platform::files,
};

/// Scans beside a request that is being typed in.
#[component]
pub fn Attachments(attached: RwSignal<Vec<Attachment>>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let pick = move |event: leptos::ev::Event| {
        let picked = files::picked_all(&event);
        desk.run(async move {
            for file in picked {
                let kept = attach(desk, file).await?;
                attached.update(|attached| {
                    attached.retain(|known| known.sha256 != kept.sha256);
                    attached.push(kept);
                });
            }
            Ok(())
        });
    };
    let row = move |known: Attachment| {
        let (hash, size) = (known.sha256.clone(), format!("{:.1} KB", known.bytes as f64 / 1e3));
        view! {
            <li>
                {known.name} "　" {size} " "
                <button
                    type="button"
                    on:click=move |_| attached.update(|all| all.retain(|one| one.sha256 != hash))
                >
                    {move || l.t(k::MARKS_REMOVE)}
                </button>
            </li>
        }
    };
    view! {
        <fieldset>
            <legend>{move || l.t(k::ATTACH_TITLE)}</legend>
            <p class="help">{move || l.t(k::ATTACH_HELP)}</p>
            <span class="picker">
                <input
                    id="pick-scans"
                    type="file"
                    accept="application/pdf,image/png,image/jpeg,.pdf,.png,.jpg,.jpeg"
                    multiple
                    on:change=pick
                />
                <label for="pick-scans" class="button">
                    {move || l.t(k::ATTACH_PICK)}
                </label>
            </span>
            <ul id="attached">{move || attached.get().into_iter().map(row).collect_view()}</ul>
        </fieldset>
    }
}

/// The documents of a case, to be saved and looked at.
#[component]
pub fn Attached(attachments: Vec<Attachment>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let rows = attachments.clone().into_iter().map(move |known| {
        let name = known.name.clone();
        let save = move |_| {
            let known = known.clone();
            desk.run(async move {
                let bytes = read(desk, &known).await?;
                hand_out(&known, &bytes)
            });
        };
        view! {
            <li>
                {name} " " <button class="link save-attachment" on:click=save>
                    {move || l.t(k::ATTACH_SAVE)}
                </button>
            </li>
        }
    });
    (!attachments.is_empty()).then(|| {
        view! {
            <section>
                <h3>{move || l.t(k::ATTACH_TITLE)}</h3>
                <ul id="case-attachments">{rows.collect_view()}</ul>
            </section>
        }
    })
}
