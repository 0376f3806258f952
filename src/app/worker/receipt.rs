//! Receipts: written from what is open, signed by the device's key.
//!
//! Entry point: [`make_receipt`]. Absent: the viewing log, which the page keeps.

use fuin_core::{Receipt, ReceiptFacts, ReceiptKind, Report, Timestamp, ViewingLog};

use super::vault::Vault;
use crate::{
    fault::Fault,
    platform::{device, worker::report},
    wire::{Event, ViewEvent},
};

/// Writes and signs a receipt.
pub async fn make_receipt(
    vault: &Vault,
    kind: ReceiptKind,
    at: Timestamp,
    words: Report,
    log: ViewingLog,
) -> Result<(), Fault> {
    let key = device::signing_key().await?;
    let (unsigned, code) = vault.with_verified(|verified| {
        let secret = verified.receipt_secret();
        let bundle_id = &verified.manifest().bundle_id;
        let facts = ReceiptFacts { bundle_id, manifest_sha256: verified.manifest_sha256(), secret: &secret };
        Receipt::unsigned(&facts, kind, at, words, log, key.public())
    })??;
    let jws = key.sign(unsigned).await?;
    let (jws, code) = (jws.as_str().to_owned(), code.to_string());
    report(&Event::from(ViewEvent::Receipt { kind, jws, code }));
    Ok(())
}
