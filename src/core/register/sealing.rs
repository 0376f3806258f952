//! From a granted request to the plan of a bundle, and from the written bundle to its ledger event: the same
//! for the command line and the desk.
//!
//! Entry points: [`Lock`], [`Sealing::plan`], [`Sealing::event`]. Absent: reading clips and writing files.

use crate::{
    bundle::{BundleId, ClipDigest, ClipPlan, OfficeLabel, Plan, Terms},
    crypto::{B64, InvalidKey, Jws, Passphrase, PublicKey, Slot, SlotError, SlotKeys},
    documents::{DeviceKeys, Request},
    ledger::{OpensWith, SealedClipRecord, SealedEvent, SealedSlot},
    port::Entropy,
    rules::{RuleSet, undertaking_document},
    text::Timestamp,
};

/// Whom a key slot lets in.
pub enum Lock {
    /// Whoever knows the passphrase.
    Passphrase(Passphrase),
    /// Whoever has this key.
    Key {
        /// The key.
        key: PublicKey,
        /// Thumbprint of the one that signs their reports, where the office knows it.
        signer: Option<B64<32>>,
    },
}

impl Lock {
    /// The lock for a recipient's device. Fails if its key is none.
    pub fn for_device(keys: &DeviceKeys) -> Result<Self, InvalidKey> {
        Ok(Self::Key { key: PublicKey::from_jwk(&keys.agreement)?, signer: Some(keys.signing) })
    }

    /// The slot that it shuts.
    pub fn shut(
        &self,
        entropy: &impl Entropy,
        bundle_id: &BundleId,
        keys: &SlotKeys,
    ) -> Result<Slot, SlotError> {
        match self {
            Self::Passphrase(passphrase) => {
                Slot::for_passphrase(entropy, passphrase, bundle_id.as_str(), keys)
            }
            Self::Key { key, .. } => Ok(Slot::for_recipient(entropy, key, bundle_id.as_str(), keys)),
        }
    }

    /// What the ledger says of the slot.
    pub fn record(&self) -> SealedSlot {
        let (opens_with, signer) = match self {
            Self::Passphrase(_) => (OpensWith::Passphrase, None),
            Self::Key { signer, .. } => (OpensWith::RecipientKey, *signer),
        };
        SealedSlot { opens_with, signer }
    }
}

/// What is decided when a request is sealed.
#[derive(Debug, Clone)]
pub struct Sealing {
    /// Running number of the request.
    pub number: u64,
    /// The request.
    pub request: Request,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// Now.
    pub issued_at: Timestamp,
    /// [`crate::Ledger::last_line_sha256`], now.
    pub ledger_head: B64<32>,
    /// Period, return, permissions, conditions, medium.
    pub terms: Terms,
    /// The clips.
    pub clips: Vec<ClipPlan>,
    /// The key slots, in their order.
    pub slots: Vec<SealedSlot>,
}

impl Sealing {
    /// What the bundle's manifest will say.
    pub fn plan(&self, rules: &RuleSet, office: &OfficeLabel) -> Plan {
        let request = &self.request;
        let mut undertaking = undertaking_document(rules, request, &office.name);
        undertaking.return_due = self.terms.return_due;
        Plan {
            bundle_id: self.bundle_id.clone(),
            issued_at: self.issued_at,
            ledger_head: self.ledger_head,
            office: office.clone(),
            rules: rules.id.clone(),
            recipient: request.recipient(),
            legal_basis: request.legal_basis.clone(),
            document_number: request.document_number.clone(),
            purpose: request.purpose.clone(),
            range: request.range_text(),
            terms: self.terms.clone(),
            clips: self.clips.clone(),
            undertaking,
        }
    }

    /// What the ledger says of the bundle once it is written; one digest for each clip.
    pub fn event(&self, manifest: &Jws, digests: &[ClipDigest]) -> SealedEvent {
        let record = |(clip, digest): (&ClipPlan, &ClipDigest)| SealedClipRecord {
            file_name: clip.note.file_name.clone(),
            bytes: digest.bytes,
            sha256: data_encoding::HEXLOWER.encode(&digest.sha256),
        };
        SealedEvent {
            number: self.number,
            bundle_id: self.bundle_id.clone(),
            manifest_sha256: B64(manifest.document_sha256()),
            recipient: self.request.recipient(),
            range: self.request.range_text(),
            not_before: self.terms.not_before,
            not_after: self.terms.not_after,
            return_due: self.terms.return_due,
            medium: self.terms.medium.clone(),
            clips: self.clips.iter().zip(digests).map(record).collect(),
            slots: self.slots.clone(),
        }
    }
}
