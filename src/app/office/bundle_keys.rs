//! The keys of bundles, for tickets: each sealed under a key that follows from the office's (FORMAT.md §11.8), kept in
//! this browser beside the ledger, and in the mirror folder where there is one. When the office keeps a bundle no
//! longer, its key goes.
//!
//! Entry points: [`keep`], [`read`], [`watch`]. Absent: opening them, which the worker does.

use fuin_core::{BundleId, KeptKey};
use leptos::prelude::*;

use super::{beside::KeptBeside, desk::Desk, fault::DeskFault};
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
fn place(bundle_id: &BundleId) -> String {
    format!("{PREFIX}{bundle_id}")
}

/// Keeps the key of a bundle.
pub async fn keep(desk: Desk, kept: &KeptKey) -> Result<(), DeskFault> {
    let place = place(&kept.bundle_id);
    let sealed = desk.keys()?.storage.seal(&place, kept.to_json().as_bytes()).await?;
    Ok(db::write(StoreName::Attachments, &place, &files::to_js(&sealed)).await?)
}

fn is_key_of(bundle_id: &BundleId, bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).ok();
    text.and_then(|text| KeptKey::parse(text).ok()).is_some_and(|kept| kept.bundle_id == *bundle_id)
}

/// What the key of a bundle is called where the ledger is shared.
pub fn shared_name(bundle_id: &BundleId) -> String {
    format!("{bundle_id}.key")
}

/// The key of a bundle, if it is here or at the server.
pub async fn read(desk: Desk, bundle_id: &BundleId) -> Result<KeptKey, DeskFault> {
    let place = place(bundle_id);
    let beside = KeptBeside { key: &place, place: &place, name: &shared_name(bundle_id) };
    let Some(plain) = beside.read(desk, |bytes| is_key_of(bundle_id, bytes)).await? else {
        let code = if beside.is_here().await? { Code::BundleKeyOther } else { Code::BundleKeyMissing };
        return Err(DeskFault::about(code, bundle_id.to_string()));
    };
    Ok(KeptKey::parse(&String::from_utf8_lossy(&plain)).map_err(Fault::from)?)
}

/// The key of a bundle as it is sealed here; none, where it is not here or is altered.
pub async fn sealed(desk: Desk, bundle_id: &BundleId) -> Result<Option<Vec<u8>>, DeskFault> {
    let place = place(bundle_id);
    let beside = KeptBeside { key: &place, place: &place, name: &shared_name(bundle_id) };
    let here = beside.here(desk, |bytes| is_key_of(bundle_id, bytes)).await?;
    Ok(here.map(|(sealed, _)| sealed))
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
