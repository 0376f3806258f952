//! The key file of this device: the recipient's keys under a passphrase. Only the worker opens it.

use super::{
    BrowserError,
    db::{self, StoreName},
    kept,
};
use fuin_core::RecipientKeyFile;

/// The key file, if there is one. One that cannot be read counts as none.
pub async fn key_file() -> Result<Option<RecipientKeyFile>, BrowserError> {
    let stored = db::read_json::<String>(StoreName::Settings, kept::DEVICE_KEY_FILE).await?;
    Ok(stored.and_then(|text| RecipientKeyFile::parse(&text).ok()))
}

/// Keeps a key file.
pub async fn keep(file: &RecipientKeyFile) -> Result<(), BrowserError> {
    db::write_json(StoreName::Settings, kept::DEVICE_KEY_FILE, &file.to_json()).await
}

/// Takes the key file away: what only its keys open cannot be opened here any more.
pub async fn erase() -> bool {
    db::remove(StoreName::Settings, kept::DEVICE_KEY_FILE).await.is_ok()
}
