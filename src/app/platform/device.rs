//! The keys of this browser: one that signs what the recipient hands in, one for which bundles are sealed.
//! Made when they are first needed; neither can be taken out.

use super::{
    BrowserError,
    crypto::{DeviceKey, DeviceSigningKey},
    db::{self, StoreName},
    kept,
};

/// The key that signs receipts and requests.
pub async fn signing_key() -> Result<DeviceSigningKey, BrowserError> {
    if let Some(key) = db::read(StoreName::Keys, kept::DEVICE_SIGNING)
        .await?
        .and_then(|stored| DeviceSigningKey::restore(&stored))
    {
        return Ok(key);
    }
    let key = DeviceSigningKey::generate().await?;
    db::write(StoreName::Keys, kept::DEVICE_SIGNING, &key.store()).await?;
    Ok(key)
}

/// The key for which bundles are sealed, if it was made.
pub async fn known_agreement_key() -> Result<Option<DeviceKey>, BrowserError> {
    Ok(db::read(StoreName::Keys, kept::DEVICE_AGREEMENT)
        .await?
        .and_then(|stored| DeviceKey::restore(&stored)))
}

/// The key for which bundles are sealed.
pub async fn agreement_key() -> Result<DeviceKey, BrowserError> {
    if let Some(key) = known_agreement_key().await? {
        return Ok(key);
    }
    let key = DeviceKey::generate().await?;
    db::write(StoreName::Keys, kept::DEVICE_AGREEMENT, &key.store()).await?;
    Ok(key)
}

/// Erases that key: what only it opens cannot be opened here any more.
pub async fn erase_agreement_key() -> bool {
    db::remove(StoreName::Keys, kept::DEVICE_AGREEMENT).await.is_ok()
}
