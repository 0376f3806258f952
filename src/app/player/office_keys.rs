//! The office's keys on their way into this browser: derivation is heavy, so it happens in the worker.
//!
//! The secrets go from the key file straight into non-extractable keys; the page gets only the file back.

use fuin_core::{Jws, Office, OfficeKeyFile, OfficeKeys, OfficeLabel, Passphrase};
use zeroize::Zeroizing;

use super::{Event, clip::ClipFault, worker::Refused};
use crate::platform::{
    clock,
    crypto::{DeviceSigningKey, ReceiptMaster},
    db::{self, Kept},
    entropy::BrowserEntropy,
    worker::report,
};

/// The key file of an office that is being founded, in the settings.
pub const FOUNDING: &str = "office-founding";

/// Opens a key file and keeps its keys.
pub async fn import(key_file: &str, typed: Zeroizing<String>) -> Result<(), ClipFault> {
    let file = OfficeKeyFile::parse(key_file).map_err(Refused)?;
    let (keys, _) = file.open(&Passphrase::new(&typed)).map_err(Refused)?;
    let known = db::read_json::<Jws>(Kept::Settings, "office-card").await?;
    if known.is_some_and(|card| card != file.card) {
        // Another window founded or took over another office meanwhile.
        return Err(ClipFault { code: "ledger_busy", cause: "there is an office in this browser".into() });
    }
    keep(&file, &keys).await
}

/// Opens a key file to see that it can be opened.
pub fn check(key_file: &str, typed: Zeroizing<String>) -> Result<(), ClipFault> {
    let file = OfficeKeyFile::parse(key_file).map_err(Refused)?;
    let (keys, _) = file.open(&Passphrase::new(&typed)).map_err(Refused)?;
    report(&Event::OfficeKeyChecked { key: keys.signing.public().thumbprint() });
    Ok(())
}

/// Makes a new office and keeps its keys.
pub async fn found(office: OfficeLabel, rules: &str, typed: Zeroizing<String>) -> Result<(), ClipFault> {
    if db::read(Kept::Settings, "office-card").await?.is_some() {
        // Another window founded or took over an office meanwhile.
        return Err(ClipFault { code: "ledger_busy", cause: "there is an office in this browser".into() });
    }
    let made = Office::found(&BrowserEntropy, office, rules, Passphrase::new(&typed), clock::now())
        .map_err(Refused)?;
    // The backup is only worth something if it opens.
    made.key_file.open(&Passphrase::new(&typed)).map_err(Refused)?;
    // Until the page has handed it out and begun the ledger, the backup is kept here: it is sealed under the passphrase.
    db::write_json(Kept::Settings, FOUNDING, &made.key_file.to_json()).await?;
    keep(&made.key_file, &made.keys).await
}

async fn keep(file: &OfficeKeyFile, keys: &OfficeKeys) -> Result<(), ClipFault> {
    let signing = DeviceSigningKey::import(&keys.signing).await?;
    let master = ReceiptMaster::import(&keys.receipt_master).await?;
    db::write(Kept::Keys, "office-signing", &signing.store()).await?;
    db::write(Kept::Keys, "office-receipts", &master.store()).await?;
    // The card comes last: without it there is no office here.
    db::write_json(Kept::Settings, "office-card", &file.card).await?;
    report(&Event::OfficeKey { key_file: file.to_json() });
    Ok(())
}
