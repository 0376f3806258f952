//! Opening a bundle step by step: `Sealed → Opened → Verified → Admitted`. Each step consumes the one before,
//! so no later code can forget a check (FORMAT.md §9).
//!
//! Absent: any way from a wrong key, a bad signature or a wrong date to a clip's key.

use super::{
    clip::ClipCheck,
    container::{Container, ContainerError},
    extension::{ExtensionCode, ExtensionError},
    header::Header,
    id::BundleId,
    key_change::KeyHistory,
    manifest::{Clip, Manifest, ManifestError},
    part::{MAX_INDEX, Part},
    refusal::{OpenError, WindowError},
    session::forensic_key,
    terms::Terms,
    undertaking::UndertakingDocument,
};
use crate::{
    crypto::{
        DecryptError, Jws, MessageKey, PREFIX_BYTES, Passphrase, PublicKey, RecipientKey, Secret32,
        SignatureError, SigningKey, Slot, SlotError, SlotKeys, Typ, decrypt_message, hmac_sha256,
        message_len, sha256,
    },
    port::RandomAccess,
    text::{
        Day, Timestamp,
        json::{DocumentError, read_document},
    },
    x509::{Certification, CertificationRecord, TimeStamp, X509Error},
};

/// Largest `header.json` (§2.7).
const MAX_HEADER: u64 = 1 << 20;
/// Largest `manifest.cob` (§2.7).
const MAX_MANIFEST: u64 = 64 << 20;
/// Largest `undertaking.cob` (§2.7).
const MAX_UNDERTAKING: u64 = 32 << 20;

/// A bundle whose container keeps to the profile; its content is still closed.
pub struct Sealed<R> {
    source: R,
    container: Container,
    header: Header,
    header_sha256: [u8; 32],
}

impl<R: RandomAccess> Sealed<R> {
    /// Reads container and header.
    pub fn read(source: R) -> Result<Self, OpenError> {
        let container = Container::read(&source)?;
        let json = container.read_whole(&source, Part::Header, MAX_HEADER)?;
        let header = Header::parse(&json)?;
        if header.ticket_of.is_some() != container.is_of_ticket() {
            return Err(ContainerError::Count(container.entries().len() as u64).into());
        }
        Ok(Self { source, container, header, header_sha256: sha256(&json) })
    }

    /// SHA-256 of `header.json`. No two bundles share it, whatever number they bear: the manifest is bound to it
    /// (§7.2).
    pub fn header_sha256(&self) -> [u8; 32] {
        self.header_sha256
    }

    /// What is written on the outside. It is not verified before [`Opened::verify`].
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The entries of the container.
    pub fn container(&self) -> &Container {
        &self.container
    }

    /// Opens with a passphrase.
    pub fn open_with_passphrase(self, passphrase: &Passphrase) -> Result<Opened<R>, OpenError> {
        self.open(|slot, id| slot.open_with_passphrase(passphrase, id))
    }

    /// Opens with a recipient key held in memory.
    pub fn open_with_key(self, key: &RecipientKey) -> Result<Opened<R>, OpenError> {
        self.open(|slot, id| slot.open_with_key(key, id))
    }

    /// The signed manifest, by the bundle's key, which its office keeps (§11.8). Nothing of it is verified.
    pub fn manifest_for_office(&self, bundle_key: &Secret32) -> Result<Jws, OpenError> {
        let message = self.container.read_whole(&self.source, Part::Manifest, MAX_MANIFEST)?;
        read_manifest(bundle_key, &Part::Manifest.context(&self.header.bundle_id), &message)
    }

    /// How the file ends with a time stamp of its manifest, in the place of any that it has: so many of its bytes are
    /// kept, and these follow.
    pub fn with_time_stamp(&self, manifest: &Jws, stamp: &TimeStamp) -> Result<(u64, Vec<u8>), X509Error> {
        stamp.ensure_of(manifest)?;
        Ok(self.container.with_time_stamp(stamp.der()))
    }

    /// The time stamp that it has, of whatever.
    pub fn time_stamp(&self) -> Result<Option<TimeStamp>, OpenError> {
        let Some(part) = self.container.time_stamp() else { return Ok(None) };
        let der = self.container.read_whole(&self.source, part, TimeStamp::MAX_BYTES as u64)?;
        Ok(Some(TimeStamp::read(&der)?))
    }

    /// Opens with the keys that a ticket gave.
    fn open_with_bundle_key(self, keys: SlotKeys, slot: u32) -> Result<Opened<R>, OpenError> {
        let manifest = self.manifest_for_office(&keys.bundle_key).map_err(|error| match error {
            // The key is the one of another bundle.
            OpenError::Decrypt(DecryptError::Commitment) => ManifestError::TicketOther.into(),
            other => other,
        })?;
        Ok(Opened { sealed: self, keys, slot, manifest })
    }

    /// Tries the slots one after the other until one gives the key of the manifest (§5.1). A slot that gives another
    /// key stops nothing: anybody can have written it.
    fn open(
        self,
        unwrap: impl Fn(&Slot, &str) -> Option<Result<SlotKeys, SlotError>>,
    ) -> Result<Opened<R>, OpenError> {
        let message = self.container.read_whole(&self.source, Part::Manifest, MAX_MANIFEST)?;
        let context = Part::Manifest.context(&self.header.bundle_id);
        let is_later = |slot: &Slot| matches!(slot, Slot::Later(_));
        let none = if self.header.slots.iter().any(is_later) { SlotError::Later } else { SlotError::NoSlot };
        let mut outcome = OpenError::Slot(none);
        for (slot, number) in self.header.slots.iter().zip(0..) {
            let keys = match unwrap(slot, self.header.bundle_id.as_str()) {
                None => continue,
                Some(Ok(keys)) => keys,
                Some(Err(error)) => {
                    if !matches!(outcome, OpenError::Decrypt(_)) {
                        outcome = error.into();
                    }
                    continue;
                }
            };
            match read_manifest(&keys.bundle_key, &context, &message) {
                Ok(manifest) => return Ok(Opened { sealed: self, keys, slot: number, manifest }),
                Err(error @ OpenError::Decrypt(_)) => outcome = error,
                Err(error) => return Err(error),
            }
        }
        Err(outcome)
    }
}

fn read_manifest(key: &Secret32, context: &[u8], message: &[u8]) -> Result<Jws, OpenError> {
    let jws = decrypt_message(key, context, message)?;
    let text = String::from_utf8(jws).map_err(|_| SignatureError::Form)?;
    Ok(Jws::new(&text))
}

/// A bundle that a key opened; who made it is still unknown.
pub struct Opened<R> {
    sealed: Sealed<R>,
    keys: SlotKeys,
    slot: u32,
    manifest: Jws,
}

impl<R> std::fmt::Debug for Opened<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(..)")
    }
}

impl<R> std::fmt::Debug for Verified<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verified(..)")
    }
}

impl<R: RandomAccess> Opened<R> {
    /// Checks signature, header, entries, dates and undertaking (§7, §9.3).
    pub fn verify(self) -> Result<Verified<R>, OpenError> {
        let signed = self.manifest.verify(Typ::Manifest)?;
        let manifest: Manifest = signed.parse().map_err(|error| match error {
            SignatureError::Payload(why) => OpenError::Manifest(ManifestError::Form(why)),
            other => other.into(),
        })?;
        let Self { sealed, keys, slot, manifest: jws } = self;
        let same_office = manifest.office == sealed.header.office;
        let same_id = manifest.bundle_id == sealed.header.bundle_id;
        let same_ticket =
            manifest.ticket_of.as_ref().map(|of| &of.bundle_id) == sealed.header.ticket_of.as_ref();
        let same_outside = same_office && same_id && same_ticket;
        if manifest.header_sha256.0 != sealed.header_sha256 || !same_outside {
            return Err(ManifestError::Header.into());
        }
        let listed = manifest.clips.iter().flat_map(|clip| {
            [(clip.index.entry.as_str(), clip.index.length), (clip.entry.as_str(), clip.length)]
        });
        let stored = sealed.container.clips().iter();
        if !listed.eq(stored.map(|entry| (entry.name.as_str(), entry.len))) {
            return Err(ManifestError::Entries.into());
        }
        manifest.check()?;
        let keys_before = KeyHistory::verify(&manifest.key_changes, &signed.signer);
        let keys_before = keys_before.ok_or(ManifestError::KeyChanges)?;
        let undertaking = read_undertaking(&sealed, &keys.bundle_key, &manifest)?;
        let certification = manifest.certification.as_ref().map(CertificationRecord::verify).transpose()?;
        if let Some(certification) = &certification {
            certification.ensure_of(&signed.signer, &manifest.office.name)?;
        }
        let time_stamp = sealed.time_stamp()?;
        time_stamp.as_ref().map(|stamp| stamp.ensure_of(&jws)).transpose()?;
        Ok(Verified {
            manifest_sha256: jws.document_sha256(),
            signed_manifest: jws,
            certification,
            time_stamp,
            office_key: signed.signer,
            keys_before,
            header: sealed.header.clone(),
            signed_end: (manifest.terms.not_after, manifest.terms.return_due),
            contents: sealed,
            keys,
            slot,
            manifest,
            undertaking,
        })
    }
}

/// The undertaking, if it is the one that was sealed, and the one of this recipient (§7.6).
fn read_undertaking<R: RandomAccess>(
    sealed: &Sealed<R>,
    bundle_key: &Secret32,
    manifest: &Manifest,
) -> Result<UndertakingDocument, OpenError> {
    let message = sealed.container.read_whole(&sealed.source, Part::Undertaking, MAX_UNDERTAKING)?;
    if message.len() as u64 != manifest.undertaking.length {
        return Err(ManifestError::Undertaking.into());
    }
    let context = Part::Undertaking.context(&sealed.header.bundle_id);
    let json = decrypt_message(bundle_key, &context, &message)?;
    if sha256(&json) != manifest.undertaking.sha256.0 {
        return Err(ManifestError::Undertaking.into());
    }
    let undertaking: UndertakingDocument = read_document(&json).map_err(|error| match error {
        DocumentError::Later(what) => OpenError::Signature(SignatureError::Later(what)),
        DocumentError::Form(why) => OpenError::Manifest(ManifestError::UndertakingForm(why)),
    })?;
    undertaking.check(&manifest.recipient, &manifest.purpose, &manifest.terms)?;
    Ok(undertaking)
}

/// A bundle that is exactly as `office_key` signed it. Whether that key is the office's is for the reader to
/// compare (§6.5).
pub struct Verified<R> {
    /// Where the clips are: the bundle itself, or the one that a ticket is for.
    contents: Sealed<R>,
    header: Header,
    keys: SlotKeys,
    slot: u32,
    /// As it was signed, but for clips that a ticket borrows, and for an extended period.
    manifest: Manifest,
    /// `not_after` and `return_due` as they were signed.
    signed_end: (Timestamp, Day),
    manifest_sha256: [u8; 32],
    signed_manifest: Jws,
    certification: Option<Certification>,
    time_stamp: Option<TimeStamp>,
    office_key: PublicKey,
    keys_before: KeyHistory,
    undertaking: UndertakingDocument,
}

impl<R: RandomAccess> Verified<R> {
    /// What was sealed.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The name of the signed manifest, and so of exactly this bundle in receipts (§6.6, §8.1).
    pub fn manifest_sha256(&self) -> [u8; 32] {
        self.manifest_sha256
    }

    /// The manifest as it was signed: what a time stamp is of (§14.4).
    pub fn signed_manifest(&self) -> &Jws {
        &self.signed_manifest
    }

    /// The certification of the key that signed it, if the office had one. Whose it is, [`Certification::judge`] says.
    pub fn certification(&self) -> Option<&Certification> {
        self.certification.as_ref()
    }

    /// The time stamp of the manifest, if one was got. Who stands behind it, [`TimeStamp::vouched_by`] says.
    pub fn time_stamp(&self) -> Option<&TimeStamp> {
        self.time_stamp.as_ref()
    }

    /// The key that signed it.
    pub fn office_key(&self) -> &PublicKey {
        &self.office_key
    }

    /// The keys that the office had before, as each says of the next (§6.7).
    pub fn keys_before(&self) -> &KeyHistory {
        &self.keys_before
    }

    /// The undertaking as it was submitted.
    pub fn undertaking(&self) -> &UndertakingDocument {
        &self.undertaking
    }

    /// The header's hash was matched, so this can be relied on now.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Of a ticket that has not met its bundle, which one that is (§7.9). There is nothing to see before.
    pub fn wants_bundle(&self) -> Option<&BundleId> {
        self.manifest.ticket_of.as_ref().filter(|_| self.manifest.clips.is_empty()).map(|of| &of.bundle_id)
    }

    /// A ticket with the bundle that it is for: the clips are the bundle's, everything else is the ticket's (§7.9).
    pub fn with_bundle(self, bundle: Sealed<R>) -> Result<Self, OpenError> {
        let of = self.manifest.ticket_of.clone().ok_or(ManifestError::TicketOther)?;
        if bundle.header.bundle_id != of.bundle_id || bundle.header.ticket_of.is_some() {
            return Err(ManifestError::TicketOther.into());
        }
        let bundle = bundle.open_with_bundle_key(self.keys.clone(), self.slot)?.verify()?;
        // A ticket may be of a later key of the office than the bundle.
        let is_ours =
            bundle.office_key == self.office_key || self.keys_before.end_of(&bundle.office_key).is_some();
        if bundle.manifest_sha256 != of.manifest_sha256.0 || !is_ours {
            return Err(ManifestError::TicketOther.into());
        }
        let manifest = Manifest { clips: bundle.manifest.clips, ..self.manifest };
        Ok(Self { contents: bundle.contents, manifest, ..self })
    }

    /// Lets the period end, and the return be due, so much later as a code of the office's says (§7.8).
    pub fn extend(&mut self, code: &ExtensionCode) -> Result<Day, ExtensionError> {
        let days = code.days(&self.manifest.bundle_id, &self.manifest.extension)?;
        let (signed_end, signed_due) = self.signed_end;
        let last = signed_end.day().plus_days(days);
        let end = last.end();
        if end <= self.manifest.terms.not_after {
            return Err(ExtensionError::NotLater);
        }
        self.manifest.terms.not_after = end;
        self.manifest.terms.return_due = signed_due.max(last);
        Ok(last)
    }

    /// The slot that it was opened with, from 0.
    pub fn slot(&self) -> u32 {
        self.slot
    }

    /// The key of receipt codes and proofs of whoever opens this slot (§8.2).
    pub fn receipt_secret(&self) -> &Secret32 {
        &self.keys.receipt_secret
    }

    /// The key of the forensic marks in what is shown to whoever opens this slot (§7.11).
    pub fn forensic_key(&self) -> Secret32 {
        forensic_key(&self.keys.receipt_secret)
    }

    /// The key under which a viewer keeps what belongs to this bundle: HMAC-SHA-256(bundle key, label ‖ 0). Who cannot
    /// open the bundle cannot read it either.
    pub fn storage_key(&self) -> Secret32 {
        Secret32::new(hmac_sha256(&self.keys.bundle_key, &[b"fuin/1 viewer storage\0"]))
    }

    /// The secret by which the visible marks are placed and tinted: HMAC-SHA-256(bundle key, label ‖ 0 ‖ number)
    /// (§7.10). Who cannot open the bundle does not know where they will be.
    pub fn mark_secret(&self) -> Secret32 {
        let number = self.manifest.bundle_id.as_str().as_bytes();
        Secret32::new(hmac_sha256(&self.keys.bundle_key, &[b"fuin/1 visible marks\0", number]))
    }

    /// The key that signs a device's receipts of this bundle, where the recipient has no key of his own: `salt` is the
    /// device's, 32 random bytes that it keeps with the bundle's record (§8.1).
    pub fn receipt_key(&self, salt: &[u8; 32]) -> SigningKey {
        let try_number = |n: u8| {
            let scalar = hmac_sha256(&self.keys.bundle_key, &[b"fuin/1 receipt signing\0", salt, &[n]]);
            SigningKey::from_scalar(&Secret32::new(scalar)).ok()
        };
        #[expect(
            clippy::expect_used,
            reason = "a random number is no scalar once in 2^32 tries, 256 never are"
        )]
        (0..=u8::MAX).find_map(try_number).expect("a scalar of P-256")
    }

    /// Whether `now` lies within the period in which this may be watched.
    pub fn check_window(&self, now: Timestamp) -> Result<(), WindowError> {
        let Terms { not_before, not_after, .. } = self.manifest.terms;
        if now < not_before {
            Err(WindowError::NotYet(not_before))
        } else if now > not_after {
            Err(WindowError::Expired(not_after))
        } else {
            Ok(())
        }
    }

    /// The index of one clip, as bytes (§7.7, §12). Whoever reads it checks what it says.
    pub fn index(&self, index: usize) -> Result<Vec<u8>, OpenError> {
        let clip = self.manifest.clips.get(index).ok_or(DecryptError::Length)?;
        let limit = message_len(MAX_INDEX as u64).unwrap_or(u64::MAX);
        let contents = &self.contents;
        let message = contents.container.read_whole(&contents.source, Part::Index(index), limit)?;
        let context = Part::Index(index).context(&contents.header.bundle_id);
        let bytes = decrypt_message(&self.keys.bundle_key, &context, &message)?;
        let is_whole = bytes.len() as u64 == clip.index.content.bytes;
        match clip.index.content.check_segments(0, &bytes) {
            Ok(()) if is_whole => Ok(bytes),
            _ => Err(ManifestError::Index.into()),
        }
    }

    /// Starts a check of one clip, which shows nothing of it. Allowed at any time (§9.5).
    pub fn check_clip(&self, index: usize) -> Result<(ClipCheck<'_>, EntryPlace), DecryptError> {
        let (clip, place) = self.clip_place(index)?;
        let (key, prefix) = self.key(Part::Clip(index), &place)?;
        Ok((ClipCheck::new(&clip.content, key, &prefix), place))
    }

    pub(super) fn clip_place(&self, index: usize) -> Result<(&Clip, EntryPlace), DecryptError> {
        let clip = self.manifest.clips.get(index).ok_or(DecryptError::Length)?;
        Ok((clip, self.place(Part::Clip(index))?))
    }

    pub(super) fn place(&self, part: Part) -> Result<EntryPlace, DecryptError> {
        let entry = self.contents.container.entry(part).ok_or(DecryptError::Length)?;
        Ok(EntryPlace { offset: entry.offset, len: entry.len, crc32: entry.crc32 })
    }

    pub(super) fn key(
        &self,
        part: Part,
        place: &EntryPlace,
    ) -> Result<(MessageKey, [u8; PREFIX_BYTES]), DecryptError> {
        let mut prefix = [0; PREFIX_BYTES];
        self.contents.source.read_exact_at(place.offset, &mut prefix)?;
        let context = part.context(&self.contents.header.bundle_id);
        Ok((MessageKey::for_message(&self.keys.bundle_key, &context, &prefix)?, prefix))
    }
}

/// Where the message of a clip or of an index lies in the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryPlace {
    /// Offset of the message.
    pub offset: u64,
    /// Bytes of the message.
    pub len: u64,
    /// CRC-32 that the directory claims.
    pub crc32: u32,
}
