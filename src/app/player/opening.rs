//! From a picked file to a verified bundle, and from there to a receipt.
//!
//! Entry points: [`open`], [`unlock`], [`unlock_with_device_key`], [`admit`], [`make_receipt`]. Absent: pictures.

use std::rc::Rc;

use fuin_core::{
    Affirmation, B64, Passphrase, Receipt, ReceiptFacts, ReceiptKind, Report, Sealed, Slot, Timestamp,
    Verified, ViewingLog,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use super::{
    Event, Inside, Outside,
    clip::ClipFault,
    warm_up::warm_up,
    worker::{Refused, Shared, Stage, close, wrong_order},
};
use crate::platform::{
    clock, device,
    files::{BlobSource, as_file},
    worker::report,
};

/// Reads the outside of a file.
pub async fn open(desk: &Shared, extra: Option<JsValue>) -> Result<(), ClipFault> {
    close(desk);
    let file = extra.as_ref().and_then(as_file).ok_or_else(wrong_order)?;
    let sealed = Sealed::read(BlobSource::new(file.clone().into())?).map_err(Refused)?;
    let header = sealed.header();
    let device_key = device::known_agreement_key().await?;
    let kid = device_key.map(|key| key.public().thumbprint()).unwrap_or_default();
    let outside = Outside {
        bundle_id: header.bundle_id.clone(),
        office: header.office.clone(),
        takes_passphrase: header.slots.iter().any(|slot| matches!(slot, Slot::Passphrase(_))),
        takes_device_key: header.recipient_slot(&kid).is_some(),
    };
    let mut desk = desk.borrow_mut();
    desk.file = Some(file);
    report(&Event::Outside(outside));
    Ok(())
}

/// Reads the outside again: a wrong key leaves everything as it was.
fn sealed_again(desk: &Shared) -> Result<Sealed<BlobSource>, ClipFault> {
    let file = desk.borrow().file.clone().ok_or_else(wrong_order)?;
    Ok(Sealed::read(BlobSource::new(file.into())?).map_err(Refused)?)
}

/// Opens it with a passphrase.
pub async fn unlock(desk: &Shared, typed: Zeroizing<String>) -> Result<(), ClipFault> {
    report(&Event::Deriving);
    // Lets the message out before the derivation holds this thread.
    clock::after_ms(0.0).await;
    let opened = sealed_again(desk)?.open_with_passphrase(&Passphrase::new(&typed)).map_err(Refused)?;
    verified(desk, opened.verify().map_err(Refused)?);
    Ok(())
}

/// Opens it with the key that this browser keeps.
pub async fn unlock_with_device_key(desk: &Shared) -> Result<(), ClipFault> {
    report(&Event::Deriving);
    let key = device::known_agreement_key().await?.ok_or_else(wrong_order)?;
    let sealed = sealed_again(desk)?;
    let header = sealed.header();
    let slot = header.recipient_slot(&key.public().thumbprint()).ok_or_else(wrong_order)?;
    let shared = key.diffie_hellman(&slot.sender_key().map_err(Refused)?).await?;
    let bundle_key =
        slot.open_with_shared(key.public(), &shared, header.bundle_id.as_str()).map_err(Refused)?;
    verified(desk, sealed.open(bundle_key).map_err(Refused)?.verify().map_err(Refused)?);
    Ok(())
}

fn verified(desk: &Shared, verified: Verified<BlobSource>) {
    let mut manifest = verified.manifest().clone();
    manifest.receipt_secret = B64([0; 32]);
    // The page has no use for a megabyte of checkpoints.
    manifest.clips.iter_mut().for_each(|clip| clip.checkpoints.clear());
    let key = verified.office_key();
    let inside = Inside {
        manifest,
        manifest_sha256: B64(verified.manifest_sha256()),
        undertaking: verified.undertaking().clone(),
        office_key: key.thumbprint(),
        words: key.fingerprint_words(),
        words_latin: key.fingerprint_words_latin(),
    };
    let words = inside.manifest.recipient.line();
    desk.borrow_mut().stage = Stage::Verified(Box::new(verified));
    report(&Event::Inside(Box::new(inside)));
    // While people read. Whatever fails here fails again, and is said, later.
    spawn_local(async move { drop(warm_up(&words).await) });
}

/// Starts watching, or goes on after another screen: the undertaking was affirmed.
pub fn admit(desk: &Shared, name: String, now: Timestamp) -> Result<(), ClipFault> {
    let affirmation = Affirmation::new(&name, now).ok_or_else(wrong_order)?;
    let mut desk = desk.borrow_mut();
    let verified = match std::mem::take(&mut desk.stage) {
        Stage::Verified(verified) => verified,
        Stage::Admitted(admitted) => {
            // Perhaps somebody else goes on: the marks bear her name from now on.
            let next = admitted.admit_next(now, affirmation);
            desk.stage = Stage::Admitted(admitted);
            desk.stage = Stage::Admitted(Rc::new(next.map_err(Refused)?));
            report(&Event::Admitted);
            return Ok(());
        }
        stage => {
            desk.stage = stage;
            return Err(wrong_order());
        }
    };
    match verified.admit(now, affirmation) {
        Ok(admitted) => {
            desk.stage = Stage::Admitted(Rc::new(admitted));
            report(&Event::Admitted);
            Ok(())
        }
        Err((verified, error)) => {
            desk.stage = Stage::Verified(verified);
            Err(Refused(error).into())
        }
    }
}

/// Writes and signs a receipt.
pub async fn make_receipt(
    desk: &Shared,
    kind: ReceiptKind,
    at: Timestamp,
    words: Report,
    log: ViewingLog,
) -> Result<(), ClipFault> {
    let key = device::signing_key().await?;
    let (unsigned, code) = {
        let desk = desk.borrow();
        let verified = match &desk.stage {
            Stage::Verified(verified) => verified,
            Stage::Admitted(admitted) => admitted.verified(),
            Stage::Empty => return Err(wrong_order()),
        };
        let secret = verified.receipt_secret();
        let bundle_id = &verified.manifest().bundle_id;
        let facts = ReceiptFacts { bundle_id, manifest_sha256: verified.manifest_sha256(), secret: &secret };
        Receipt::unsigned(&facts, kind, at, words, log, key.public()).map_err(Refused)?
    };
    let jws = key.sign(unsigned).await?;
    report(&Event::Receipt { kind, jws: jws.as_str().to_owned(), code: code.to_string() });
    Ok(())
}
