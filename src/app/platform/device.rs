//! The key file of this device: the recipient's keys under a passphrase. Only the worker opens it.

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

/// Keeps a key file, unless there is one. Says whether it did.
pub async fn keep_first(file: &RecipientKeyFile) -> Result<bool, BrowserError> {
    let text = serde_json::to_string(&file.to_json())?;
    db::replace_text(StoreName::Settings, kept::DEVICE_KEY_FILE, None, &text).await
}

/// Takes the key file away: what only its keys open cannot be opened here any more.
pub async fn erase() -> bool {
    db::remove(StoreName::Settings, kept::DEVICE_KEY_FILE).await.is_ok()
}
