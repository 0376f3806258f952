//! From a picked file to a verified bundle that a person may watch.
//!
//! Entry points: [`take_in`], [`report_outside`], [`unlock`], [`unlock_with_device_key`], [`extend`], [`admit`].
//! Absent: pictures.

use fuin_core::{
    Affirmation, B64, ExtensionCode, KeyChange, Passphrase, RecipientKeyFile, Sealed, SigningKey, Slot,
    Terms, TimeStampRecord, Timestamp, Verified,
};
use wasm_bindgen_futures::spawn_local;

use super::{
    keys::open_device,
    play::warm_up,
    vault::{Vault, wrong_order},
};
use crate::{
    fault::Fault,
    platform::{
        cargo::Cargo,
        clock,
        crypto::StorageKey,
        device,
        files::{BlobSource, source_of},
        worker::{hand_over, report},
    },
    wire::{Event, Inside, KeyBefore, Outside, Typed, ViewEvent},
};

/// Reads the outside of a bundle or of a ticket, as the first file or beside it.
pub fn take_in(vault: &Vault, cargo: Option<Cargo>) -> Result<(), Fault> {
    let Some(Cargo::File(file)) = cargo else { return Err(wrong_order()) };
    let outside = Sealed::read(source_of(&file)?)?;
    outside.header().check_known()?;
    vault.put(file, outside.header())
}

/// Says what the outside shows: the ticket's, if there is one.
pub async fn report_outside(vault: &Vault) -> Result<(), Fault> {
    let sealed = vault.sealed()?;
    let header = sealed.header();
    // A key file that cannot be read opens nothing; the passphrase still may.
    let key_file = device::key_file().await?.and_then(|text| RecipientKeyFile::parse(&text).ok());
    let device_key = key_file.and_then(|file| file.agreement_key().ok());
    let takes_device_key = device_key.is_some_and(|key| header.is_for(&key));
    let outside = Outside {
        header_sha256: B64(sealed.header_sha256()),
        bundle_id: header.bundle_id.clone(),
        office: header.office.clone(),
        ticket_of: header.ticket_of.clone(),
        wants_bundle: vault.wants_bundle(),
        takes_passphrase: header.slots.iter().any(|slot| matches!(slot, Slot::Passphrase(_))),
        takes_device_key,
        passkey: if takes_device_key { device::passkey().await } else { None },
    };
    report(&Event::from(ViewEvent::Outside(outside)));
    Ok(())
}

/// Opens it with a passphrase.
pub async fn unlock(vault: &Vault, typed: &Typed) -> Result<(), Fault> {
    report(&Event::from(ViewEvent::Deriving));
    // Lets the message out before the derivation holds this thread.
    clock::after_ms(0.0).await;
    let opened = vault.sealed()?.open_with_passphrase(&Passphrase::new(typed.expose()))?;
    verified(vault, vault.with_bundle(opened.verify()?)?, None).await
}

/// Opens it with the key that this browser keeps under a passphrase.
pub async fn unlock_with_device_key(vault: &Vault, typed: &Typed) -> Result<(), Fault> {
    report(&Event::from(ViewEvent::Deriving));
    clock::after_ms(0.0).await;
    let keys = open_device(typed).await?;
    let opened = vault.sealed()?.open_with_key(&keys.agreement)?;
    verified(vault, vault.with_bundle(opened.verify()?)?, Some(keys.signing)).await
}

fn key_before(change: &KeyChange) -> KeyBefore {
    KeyBefore { thumbprint: change.from.thumbprint(), until: change.at, exposed: change.exposed }
}

async fn verified(
    vault: &Vault,
    verified: Verified<BlobSource>,
    signer: Option<SigningKey>,
) -> Result<(), Fault> {
    let mut manifest = verified.manifest().clone();
    // The page has no use for a megabyte of checkpoints.
    for clip in &mut manifest.clips {
        clip.content.checkpoints.clear();
        clip.index.content.checkpoints.clear();
    }
    let key = verified.office_key();
    let inside = Inside {
        manifest,
        manifest_sha256: B64(verified.manifest_sha256()),
        undertaking: verified.undertaking().clone(),
        office_key: key.thumbprint(),
        words: key.fingerprint_words(),
        words_latin: key.fingerprint_words_latin(),
        keys_before: verified.keys_before().changes().iter().map(key_before).collect(),
        time_stamp: verified.time_stamp().map(TimeStampRecord::from),
    };
    let words = inside.manifest.recipient.line();
    let storage = StorageKey::import(&verified.storage_key()).await?;
    vault.verified(verified, signer);
    hand_over(&Cargo::Storage(storage));
    report(&Event::from(ViewEvent::Inside(Box::new(inside))));
    // While people read. Whatever fails here fails again, and is said, later.
    spawn_local(async move { drop(warm_up(&words).await) });
    Ok(())
}

/// Extends the period by a code of the office's, and says how that ended.
pub fn extend(vault: &Vault, typed: &str) {
    let extended = ExtensionCode::parse(typed).map_err(Fault::from).and_then(|code| {
        let Terms { not_after, return_due, .. } = vault.extend(&code)?;
        Ok(ViewEvent::Extended { not_after, return_due, code: code.to_string() })
    });
    report(&Event::from(extended.unwrap_or_else(|fault| ViewEvent::NotExtended { code: fault.code })));
}

/// Starts watching, or goes on after another screen: the undertaking was affirmed.
pub fn admit(vault: &Vault, name: &str, now: Timestamp) -> Result<(), Fault> {
    let session = vault.admit(now, Affirmation::new(name, now).ok_or_else(wrong_order)?)?;
    report(&Event::from(ViewEvent::Admitted { session }));
    Ok(())
}
