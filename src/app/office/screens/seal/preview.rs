//! How the marks will look on the first picture of the first clip.

use fuin_core::{Case, MarkWords};
use leptos::prelude::*;

use super::draft::{Draft, Preview};
use crate::{
    locale::{k, use_locale},
    office::sealing::use_seal_work,
    platform::clock,
    wire::PreviewOrder,
};

/// A picture on request, which then follows what is chosen.
#[component]
pub fn MarkPreview(draft: Draft, case: StoredValue<Case>) -> impl IntoView {
    let l = use_locale();
    let work = use_seal_work();
    let first = move || draft.clips.with(|clips| clips.first().cloned());
    let asked = RwSignal::new(false);
    Effect::new(move |_| {
        let style = draft.marks();
        let Some(clip) = first().filter(|_| asked.get()) else { return };
        let words = MarkWords {
            lead: vec![
                l.t(k::SEAL_MARK_NUMBER).to_owned(),
                clock::now().wareki(),
                l.t(k::SEAL_MARK_VIEWER).to_owned(),
            ],
            recipient: case.with_value(|case| case.request.recipient().line()),
        };
        draft.preview.set(Preview::Waiting);
        work.preview(PreviewOrder { clip: clip.id, cut: clip.record(), words, style }, clip.cargo());
    });
    let picture = move || match draft.preview.get() {
        Preview::Picture(address) => Some(
            view! { <img class="mark-preview" src=address alt=move || l.t(k::SEAL_MARK_PREVIEW_ALT) /> }
                .into_any(),
        ),
        Preview::Waiting => Some(view! { <p>{move || l.t(k::SEAL_MARK_PREVIEW_WAIT)}</p> }.into_any()),
        Preview::Impossible => Some(view! { <p>{move || l.t(k::SEAL_MARK_PREVIEW_NONE)}</p> }.into_any()),
        Preview::Unasked => None,
    };
    view! {
        <p class="actions">
            <button
                id="mark-preview"
                type="button"
                disabled=move || first().is_none() || draft.is_looking()
                on:click=move |_| asked.set(true)
            >
                {move || l.t(k::SEAL_MARK_PREVIEW)}
            </button>
        </p>
        <div role="status">{picture}</div>
    }
}
