//! Documents that came with a request: scans, and the recipient's own file. The ledger has their names and SHA-256; their bytes are
//! kept beside it in this browser, and in the mirror folder where there is one.
//!
//! Entry points: [`keep`], [`Attachments`] in the form, [`Attached`] on a case, [`take_in`] for another PC's.

use fuin_core::{Attachment, sha256};
use leptos::prelude::*;

use super::desk::{Desk, Fault, use_desk};
use crate::{
    locale::{k, use_locale},
    platform::{
        db::{self, Kept},
        files,
    },
};

/// A scan of more than this is no scan.
const MOST_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// Keeps a document under its hash.
pub async fn keep(name: &str, bytes: &[u8]) -> Result<Attachment, Fault> {
    let sha256 = data_encoding::HEXLOWER.encode(&sha256(bytes));
    db::write(Kept::Attachments, &sha256, &files::to_js(bytes)).await?;
    Ok(Attachment { name: name.to_owned(), bytes: bytes.len() as u64, sha256 })
}

/// A document, if it is here and still what the ledger says.
pub async fn read(attachment: &Attachment) -> Result<Vec<u8>, Fault> {
    let missing = || Fault("attachment_missing".into(), attachment.name.clone());
    let stored = db::read(Kept::Attachments, &attachment.sha256).await?.ok_or_else(missing)?;
    let bytes = files::from_js(&stored);
    if data_encoding::HEXLOWER.encode(&sha256(&bytes)) == attachment.sha256 {
        Ok(bytes)
    } else {
        Err(Fault("attachment_altered".into(), attachment.name.clone()))
    }
}

async fn attach(file: files::PickedFile) -> Result<Attachment, Fault> {
    if file.size() > MOST_BYTES {
        return Err(Fault("attachment_large".into(), file.name()));
    }
    keep(&file.name(), &files::read_bytes(&file).await?).await
}

/// Takes over documents that the ledger names, as files picked from a folder; what it does not name is left.
pub async fn take_in(desk: Desk, picked: Vec<files::PickedFile>) -> Result<(), Fault> {
    let (mut taken, mut unknown) = (0, 0);
    for file in picked {
        if file.size() > MOST_BYTES {
            unknown += 1;
            continue;
        }
        let bytes = files::read_bytes(&file).await?;
        let hash = data_encoding::HEXLOWER.encode(&sha256(&bytes));
        if desk.register.with_untracked(|register| register.attachments().any(|known| known.sha256 == hash)) {
            keep(&file.name(), &bytes).await?;
            taken += 1;
        } else {
            unknown += 1;
        }
    }
    desk.mirror();
    let l = desk.locale;
    desk.tell(l.f(k::ATTACH_TAKEN, &[("n", &taken.to_string()), ("other", &unknown.to_string())]));
    Ok(())
}

/// Scans beside a request that is being typed in.
#[component]
pub fn Attachments(attached: RwSignal<Vec<Attachment>>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let pick = move |event: leptos::ev::Event| {
        let picked = files::picked_all(&event);
        desk.run(async move {
            for file in picked {
                let kept = attach(file).await?;
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
            <li>{known.name} "　" {size} " "
                <button type="button" on:click=move |_| attached.update(|all| all.retain(|one| one.sha256 != hash))>{move || l.t(k::MARKS_REMOVE)}</button></li>
        }
    };
    view! {
        <fieldset><legend>{move || l.t(k::ATTACH_TITLE)}</legend>
            <p class="help">{move || l.t(k::ATTACH_HELP)}</p>
            <span class="picker"><input id="pick-scans" type="file" accept="image/*,application/pdf,.pdf" multiple on:change=pick/>
                <label for="pick-scans" class="button">{move || l.t(k::ATTACH_PICK)}</label></span>
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
                let bytes = read(&known).await?;
                Ok(files::download(&known.name, "application/octet-stream", &bytes)?)
            });
        };
        view! { <li>{name} " " <button class="link save-attachment" on:click=save>{move || l.t(k::ATTACH_SAVE)}</button></li> }
    });
    (!attachments.is_empty()).then(|| {
        view! { <section><h3>{move || l.t(k::ATTACH_TITLE)}</h3><ul id="case-attachments">{rows.collect_view()}</ul></section> }
    })
}
