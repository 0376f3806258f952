//! The key file of this device: the recipient's keys under a passphrase, which a person types or a passkey gives. Only
//! the worker opens it.

use super::{
    BrowserError,
    db::{self, StoreName},
    kept,
};
use fuin_core::RecipientKeyFile;

/// The text of the key file, if there is one.
pub async fn key_file() -> Result<Option<String>, BrowserError> {
    db::read_json(StoreName::Settings, kept::DEVICE_KEY_FILE).await
}

/// The passkey that gives the passphrase, if one does.
pub async fn passkey() -> Option<String> {
    // Where this cannot be read nothing can, which the first screen says.
    db::read_json(StoreName::Settings, kept::DEVICE_PASSKEY).await.ok().flatten()
}

/// Keeps a key file, and which passkey guards it, unless there is one. Says whether it did.
pub async fn keep_first(file: &RecipientKeyFile, passkey: Option<&str>) -> Result<bool, BrowserError> {
    let changes = [
        (kept::DEVICE_KEY_FILE, Some(serde_json::to_string(&file.to_json())?)),
        (kept::DEVICE_PASSKEY, passkey.map(serde_json::to_string).transpose()?),
    ];
    db::change_if(StoreName::Settings, kept::DEVICE_KEY_FILE, None, &changes).await
}

/// Takes the key file away, and the name of its passkey: what only its keys open cannot be opened here any more. Says
/// whether it is gone: not if another window made a new one meanwhile.
pub async fn erase() -> bool {
    let Ok(seen) = db::read_text(StoreName::Settings, kept::DEVICE_KEY_FILE).await else { return false };
    let changes = [(kept::DEVICE_KEY_FILE, None), (kept::DEVICE_PASSKEY, None)];
    db::change_if(StoreName::Settings, kept::DEVICE_KEY_FILE, seen.as_deref(), &changes)
        .await
        .unwrap_or(false)
}
