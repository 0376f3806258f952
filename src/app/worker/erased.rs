//! Whether the open bundle was erased on this device, by whatever window: then the worker forgets it, whether its page
//! lives or not.
//!
//! Entry points: [`listen`] to what other windows tell, [`check`] before anything leaves. Absent: erasing, which the
//! page does.

use serde::Deserialize;

use super::vault::{Vault, wrong_order};
use crate::{
    fault::{Code, Fault},
    platform::{
        channel::{self, Channel},
        db::{self, StoreName},
        kept,
    },
};

/// What of a bundle's record matters here.
#[derive(Deserialize)]
struct Mark {
    erased: bool,
}

/// Calls `forget` as soon as another window tells that it erased the open bundle. Listens as long as what comes back
/// lives.
pub fn listen(is_open: impl Fn(&str) -> bool + 'static, forget: impl Fn() + 'static) -> Option<Channel> {
    Channel::open(channel::ERASED, move |key| {
        if is_open(&key) {
            forget();
        }
    })
}

/// The key under which this browser keeps the open bundle.
pub fn open_key(vault: &Vault) -> Option<String> {
    vault.with_verified(|verified| kept::bundle(&verified.manifest().header_sha256)).ok()
}

/// Refuses what would leave an erased bundle: what is stored counts, whoever wrote it.
pub async fn check(vault: &Vault) -> Result<(), Fault> {
    let key = open_key(vault).ok_or_else(wrong_order)?;
    let mark = db::read_json::<Mark>(StoreName::Bundles, &key).await?;
    match mark {
        Some(Mark { erased: true }) => Err(Fault::new(Code::ErasedHere, "erased on this device")),
        _ => Ok(()),
    }
}
