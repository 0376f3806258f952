//! 渡す準備: after sealing, what goes onto the medium and what is printed, in order and with ticks.
//!
//! Entry point: [`HandOver`]. Absent: the papers themselves (`papers`).

use fuin_core::{BundleId, Disclosure};
use fuin_model::{CasePapers, Paper, papers_to_hand_over};
use leptos::prelude::*;

use super::{deposited::Deposited, papers::title};
use crate::{
    locale::{k, use_locale},
    office::{
        desk::use_desk,
        paper::use_paper,
        sealing::{HAND_OVER, use_seal_work},
    },
    platform::{
        files, hosted,
        own_file::{OWN_NAME, own_file},
    },
    ui::Notice,
};

/// What is left to do before the medium is handed over.
#[component]
pub fn HandOver(disclosure: Disclosure) -> impl IntoView {
    let l = use_locale();
    let work = use_seal_work();
    let id = disclosure.sealed.bundle_id.clone();
    let is_ticket = disclosure.sealed.ticket.is_some();
    let medium = format!("{} {}", disclosure.sealed.medium.kind, disclosure.sealed.medium.number);
    let file = format!("{id}.{}", if is_ticket { "ticket" } else { "fuin" });
    let has_passphrase = {
        let id = id.clone();
        Memo::new(move |_| work.passphrase(&id).is_some())
    };
    let set = Memo::new(move |_| {
        let has_passphrase = has_passphrase.get();
        papers_to_hand_over(CasePapers { is_sealed: true, has_passphrase, ..CasePapers::default() })
    });
    view! {
        <section id="hand-over" aria-labelledby=HAND_OVER>
            <h3 id=HAND_OVER tabindex="-1">
                {move || l.t(k::HAND_OVER_TITLE)}
            </h3>
            {move || {
                let key = if has_passphrase.get() { k::HAND_OVER_PASSPHRASE } else { k::HAND_OVER_NO_PASSPHRASE };
                view! { <p class="warn">"△ " {l.t(key)}</p> }
            }}
            <ol>
                <li>
                    <p>{move || l.f(k::HAND_OVER_MEDIUM, &[("medium", &medium)])}</p>
                    <ul>
                        <li>
                            <span class="mono">{file}</span>
                            "　"
                            {move || l.t(k::HAND_OVER_SAVED)}
                            {(!is_ticket).then(|| view! { <Deposited id=id.clone() /> })}
                        </li>
                        <li>
                            <span class="mono">{OWN_NAME}</span>
                            "　"
                            <SaveViewer />
                        </li>
                    </ul>
                </li>
                <li>
                    <p>{move || l.t(k::HAND_OVER_PRINT)}</p>
                    <PrintSet id=id set=set />
                </li>
                <li>
                    <p>{move || l.t(k::HAND_OVER_APART)}</p>
                </li>
            </ol>
        </section>
    }
}

/// Saves this page as the viewer for the recipient.
#[component]
fn SaveViewer() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let [saved, impossible] = std::array::from_fn(|_| RwSignal::new(false));
    let save = move |_| {
        desk.run(async move {
            // A page that a server gave out is not the file; the server has that, too.
            let file = if hosted::is_hosted() { Some(hosted::page_file().await?) } else { own_file() };
            impossible.set(file.is_none());
            if let Some(file) = file {
                files::download(OWN_NAME, "text/html", file.as_bytes())?;
                saved.set(true);
            }
            Ok(())
        })
    };
    view! {
        <button id="save-viewer" on:click=save>
            {move || l.t(k::HAND_OVER_SAVE_VIEWER)}
        </button>
        <span role="status">{move || saved.get().then(|| l.t(k::HAND_OVER_VIEWER_SAVED))}</span>
        <Show when=move || impossible.get()>
            <Notice
                stop=true
                cause=l.label(k::HAND_OVER_VIEWER_CHANGED)
                advice=l.label(k::HAND_OVER_COPY_VIEWER)
            />
        </Show>
    }
}

/// The papers with their ticks, and one button for all.
#[component]
fn PrintSet(id: BundleId, set: Memo<Vec<Paper>>) -> impl IntoView {
    let l = use_locale();
    let shown = use_paper();
    let id = StoredValue::new(id);
    let line = move |paper: Paper| {
        let ticked = move || id.with_value(|id| shown.is_printed(id, paper));
        view! {
            <li>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=ticked
                        on:change=move |event| {
                            let was = event_target_checked(&event);
                            id.with_value(|id| shown.set_printed(id, paper, was));
                        }
                    />
                    {move || l.t(title(paper))}
                </label>
            </li>
        }
    };
    let print_all = move |_| {
        let papers = set.get_untracked();
        id.with_value(|id| papers.iter().for_each(|paper| shown.set_printed(id, *paper, true)));
        shown.print_all(papers);
    };
    view! {
        <ul class="print-set">
            <For each=move || set.get() key=|paper| *paper let:paper>
                {line(paper)}
            </For>
        </ul>
        <p class="actions">
            <button id="print-all" class="primary" on:click=print_all>
                {move || l.t(k::HAND_OVER_PRINT_ALL)}
            </button>
        </p>
    }
}
