//! Receipts: written from what is open, signed by the recipient's key, or by this device's for the one bundle.
//!
//! Entry point: [`make_receipt`]. Absent: the viewing log, which the page keeps.

use fuin_core::{Receipt, ReceiptFacts, ReceiptKind, Report, Timestamp, ViewingLog};

use super::vault::Vault;
use crate::{
    fault::Fault,
    platform::worker::report,
    wire::{Event, ViewEvent},
};

/// Writes and signs a receipt; `salt` is this device's part of the key for the bundle.
pub fn make_receipt(
    vault: &Vault,
    kind: ReceiptKind,
    at: Timestamp,
    words: Report,
    log: ViewingLog,
    salt: &[u8; 32],
) -> Result<(), Fault> {
    let (jws, code) = vault.with_signer(salt, |verified, key| {
        let secret = verified.receipt_secret();
        let bundle_id = &verified.manifest().bundle_id;
        let facts = ReceiptFacts { bundle_id, manifest_sha256: verified.manifest_sha256(), secret: &secret };
        let (unsigned, code) = Receipt::unsigned(&facts, kind, at, words, log, &key.public())?;
        let signature = key.sign_bytes(unsigned.signing_input());
        Ok::<_, Fault>((unsigned.attach(&signature)?, code))
    })??;
    let (jws, code) = (jws.as_str().to_owned(), code.to_string());
    report(&Event::from(ViewEvent::Receipt { kind, jws, code }));
    Ok(())
}
