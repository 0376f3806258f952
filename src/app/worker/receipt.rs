//! Receipts: written from what is open, signed by the recipient's key, or by this device's for the one bundle.
//!
//! Entry point: [`make_receipt`]. Absent: the viewing log, which the page keeps.

use fuin_core::{Holder, Receipt, ReceiptFacts, Reporting};

use super::vault::Vault;
use crate::{
    fault::Fault,
    platform::worker::report,
    wire::{Event, ReportOrder, ViewEvent},
};

/// Writes and signs a receipt.
pub fn make_receipt(vault: &Vault, order: ReportOrder) -> Result<(), Fault> {
    let ReportOrder { kind, at, ordinal, ledger_head, report: words, log, salt } = order;
    let (jws, code) = vault.with_signer(&salt.0, |verified, key| {
        let secret = verified.receipt_secret();
        let bundle_id = &verified.manifest().bundle_id;
        let facts = ReceiptFacts { bundle_id, manifest_sha256: verified.manifest_sha256(), secret };
        let holder = Holder::of_slot(verified.slot());
        let reporting = Reporting { holder, ledger_head, kind, at, ordinal, report: words, log };
        let (unsigned, code) = Receipt::unsigned(&facts, reporting, &key.public())?;
        let signature = key.sign_bytes(unsigned.signing_input());
        Ok::<_, Fault>((unsigned.attach(&signature)?, code))
    })??;
    let (jws, code) = (jws.as_str().to_owned(), code.to_string());
    report(&Event::from(ViewEvent::Receipt { kind, jws, code }));
    Ok(())
}
