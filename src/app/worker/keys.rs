//! The office's keys on their way into this browser: derivation is heavy, so it happens in the worker.
//!
//! The secrets go from the key file straight into non-extractable keys; the page gets only the file back.

use crate::{
    fault::{Code, Fault},
    platform::{
        clock,
        crypto::{DeviceSigningKey, ReceiptMaster},
        db::{self, StoreName},
        entropy::BrowserEntropy,
        kept,
        worker::report,
    },
    wire::{Event, KeyEvent, Typed},
};
use fuin_core::{Jws, Office, OfficeKeyFile, OfficeKeys, OfficeLabel, Passphrase};

/// Opens a key file and keeps its keys.
pub async fn import(key_file: &str, typed: &Typed) -> Result<(), Fault> {
    let file = OfficeKeyFile::parse(key_file)?;
    let (keys, _) = file.open(&Passphrase::new(typed.expose()))?;
    let known = db::read_json::<Jws>(StoreName::Settings, kept::OFFICE_CARD).await?;
    if known.is_some_and(|card| card != file.card) {
        // Another window founded or took over another office meanwhile.
        return Err(Fault::new(Code::LedgerBusy, "there is an office in this browser"));
    }
    keep(&file, &keys).await
}

/// Opens a key file to see that it can be opened.
pub fn check(key_file: &str, typed: &Typed) -> Result<(), Fault> {
    let file = OfficeKeyFile::parse(key_file)?;
    let (keys, _) = file.open(&Passphrase::new(typed.expose()))?;
    report(&Event::from(KeyEvent::Checked { key: keys.signing.public().thumbprint() }));
    Ok(())
}

/// Makes a new office and keeps its keys.
pub async fn found(office: OfficeLabel, rules: &str, typed: &Typed) -> Result<(), Fault> {
    if db::read(StoreName::Settings, kept::OFFICE_CARD).await?.is_some() {
        // Another window founded or took over an office meanwhile.
        return Err(Fault::new(Code::LedgerBusy, "there is an office in this browser"));
    }
    let made = Office::found(&BrowserEntropy, office, rules, Passphrase::new(typed.expose()), clock::now())?;
    // The backup is only worth something if it opens.
    made.key_file.open(&Passphrase::new(typed.expose()))?;
    // Until the page has handed it out and begun the ledger, the backup is kept here: it is sealed under the
    // passphrase.
    db::write_json(StoreName::Settings, kept::OFFICE_FOUNDING, &made.key_file.to_json()).await?;
    keep(&made.key_file, &made.keys).await
}

async fn keep(file: &OfficeKeyFile, keys: &OfficeKeys) -> Result<(), Fault> {
    let signing = DeviceSigningKey::import(&keys.signing).await?;
    let master = ReceiptMaster::import(&keys.receipt_master).await?;
    db::write(StoreName::Keys, kept::OFFICE_SIGNING, &signing.store()).await?;
    db::write(StoreName::Keys, kept::OFFICE_RECEIPTS, &master.store()).await?;
    // The card comes last: without it there is no office here.
    db::write_json(StoreName::Settings, kept::OFFICE_CARD, &file.card).await?;
    report(&Event::from(KeyEvent::Kept { key_file: file.to_json() }));
    Ok(())
}
