//! The keys of bundles, for tickets: each sealed under a key that follows from the office's (FORMAT.md §11.8), kept in
//! this browser beside the ledger, and in the mirror folder where there is one. When the office keeps a bundle no
//! longer, its key goes.
//!
//! Entry points: [`keep`], [`read`], [`watch`]. Absent: opening them, which the worker does.

use fuin_core::{BundleId, KeptKey};
use leptos::prelude::*;

use super::{beside::sealed, desk::Desk, fault::DeskFault};
use crate::{
    fault::{Code, Fault},
    platform::{
        clock,
        db::{self, StoreName},
        files,
    },
};

const PREFIX: &str = "bundle-key ";

/// Where it is kept here.
pub fn place(bundle_id: &BundleId) -> String {
    format!("{PREFIX}{bundle_id}")
}

/// Keeps the key of a bundle.
pub async fn keep(desk: Desk, kept: &KeptKey) -> Result<(), DeskFault> {
    let place = place(&kept.bundle_id);
    let sealed = desk.keys()?.storage.seal(&place, kept.to_json().as_bytes()).await?;
    Ok(db::write(StoreName::Attachments, &place, &files::to_js(&sealed)).await?)
}

/// The key of a bundle, if it is here.
pub async fn read(desk: Desk, bundle_id: &BundleId) -> Result<KeptKey, DeskFault> {
    let missing = || DeskFault::about(Code::BundleKeyMissing, bundle_id.to_string());
    let place = place(bundle_id);
    let sealed = sealed(desk, &place, &format!("{bundle_id}.key")).await?.ok_or_else(missing)?;
    let plain = desk.keys()?.storage.open(&place, &sealed).await?;
    let text = plain.and_then(|plain| String::from_utf8(plain).ok());
    let text = text.ok_or_else(|| DeskFault::about(Code::BundleKeyOther, bundle_id.to_string()))?;
    Ok(KeptKey::parse(&text).map_err(Fault::from)?)
}

/// The bundles whose keys are here.
pub async fn all() -> Result<Vec<BundleId>, DeskFault> {
    let keys = db::keys(StoreName::Attachments).await?;
    let ids = keys.iter().filter_map(|key| key.strip_prefix(PREFIX));
    Ok(ids.filter_map(|id| BundleId::try_from(id.to_owned()).ok()).collect())
}

/// Whether a bundle is one that the ledger knows and the office keeps no longer.
pub fn is_over(desk: Desk, bundle_id: &BundleId) -> bool {
    let Some(rules) = desk.rules.get_untracked() else { return false };
    desk.register.with_untracked(|register| {
        let bundle = register.disclosures.get(bundle_id);
        bundle.is_some_and(|bundle| !register.keeps(bundle, &rules, clock::now().day()))
    })
}

/// Deletes keys that are over, whenever the ledger says something new.
pub fn watch(desk: Desk) {
    Effect::new(move |_| {
        desk.register.track();
        if desk.unlocked.get() {
            // Not as work that somebody waits for: nothing on the screen is to rest meanwhile.
            leptos::task::spawn_local(async move {
                if let Err(fault) = drop_over(desk).await {
                    desk.refuse(&fault);
                }
            });
        }
    });
}

async fn drop_over(desk: Desk) -> Result<(), DeskFault> {
    for id in all().await? {
        if is_over(desk, &id) {
            db::remove(StoreName::Attachments, &place(&id)).await?;
        }
    }
    Ok(())
}
