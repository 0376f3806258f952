//! From a granted request to the plan of a bundle, and from the written bundle to its ledger event: the same
//! for the command line and the desk.
//!
//! Entry points: [`Lock`], [`Sealing::plan`], [`Sealing::event`]. A ticket is sealed like a bundle, from the clips of
//! one ([`Footage::Sealed`]). Absent: reading clips and writing files.

use super::{case_steps::is_decided, step::StepError};
use crate::{
    bundle::{BundleId, ClipDigest, ClipNote, ClipPlan, OfficeLabel, Plan, Standing, Terms, TicketOf},
    crypto::{B64, InvalidKey, Jws, Passphrase, PublicKey, Slot, SlotError, SlotKeys},
    documents::{DeviceKeys, FootageRange, Request},
    ledger::{Covers, OpensWith, Provides, SealedClipRecord, SealedEvent, SealedSlot, TicketRecord},
    media::{Index, Pictures},
    port::Entropy,
    rules::{RuleSet, undertaking_document},
    text::Timestamp,
    x509::Certification,
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

/// What is shown to the recipient.
#[derive(Debug, Clone)]
pub enum Footage {
    /// Clips that are sealed now.
    Clips(Vec<ClipPlan>),
    /// Those of a bundle that was sealed before: what is written now is a ticket.
    Sealed {
        /// The bundle.
        bundle: Box<SealedEvent>,
    },
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
    /// [`crate::Ledger::standing`], now.
    pub standing: Standing,
    /// Period, return, permissions, conditions, medium.
    pub terms: Terms,
    /// [`crate::Extensions::anchor`] of this 管理番号.
    pub extension: B64<12>,
    /// What is provided, as decided.
    pub provides: Provides,
    /// The clips.
    pub footage: Footage,
    /// What it takes the place of for the same request.
    pub replaces: Option<BundleId>,
    /// The key slots, in their order.
    pub slots: Vec<SealedSlot>,
}

impl Sealing {
    /// What the bundle's manifest will say.
    pub fn plan(&self, rules: &RuleSet, office: &OfficeLabel) -> Plan {
        let request = &self.request;
        let mut undertaking = undertaking_document(rules, request, &office.name);
        undertaking.return_due = self.terms.return_due;
        let (clips, ticket_of) = match &self.footage {
            Footage::Clips(clips) => (clips.clone(), None),
            Footage::Sealed { bundle } => {
                let SealedEvent { bundle_id, manifest_sha256, .. } = &**bundle;
                let (bundle_id, manifest_sha256) = (bundle_id.clone(), *manifest_sha256);
                (Vec::new(), Some(TicketOf { bundle_id, manifest_sha256 }))
            }
        };
        Plan {
            bundle_id: self.bundle_id.clone(),
            issued_at: self.issued_at,
            standing: self.standing(&office.name),
            office: office.clone(),
            rules: rules.id.clone(),
            recipient: request.recipient(),
            legal_basis: request.legal_basis.clone(),
            document_number: request.document_number.clone(),
            purpose: request.purpose.clone(),
            range: self.range_text(),
            terms: self.terms.clone(),
            extension: self.extension,
            ticket_of,
            clips,
            undertaking,
        }
    }

    /// How ledger and keys stand; without a certification of another name, or by a certificate that is over.
    fn standing(&self, office: &str) -> Standing {
        let mut standing = self.standing.clone();
        standing.certification = standing.certification.filter(|record| {
            let is_good = |certified: &Certification| {
                certified.office == office && certified.is_in_force(self.issued_at)
            };
            record.verify().is_ok_and(|certified| is_good(&certified))
        });
        standing
    }

    /// What the ledger says of it once it is written; one digest for each clip that was sealed.
    pub fn event(&self, manifest: &Jws, digests: &[ClipDigest]) -> SealedEvent {
        let record = |(clip, digest): (&ClipPlan, &ClipDigest)| SealedClipRecord {
            bytes: digest.bytes,
            sha256: data_encoding::HEXLOWER.encode(&digest.sha256),
            ..clip_record(clip)
        };
        let (clips, ticket) = match &self.footage {
            Footage::Clips(clips) => (clips.iter().zip(digests).map(record).collect(), None),
            Footage::Sealed { bundle } => {
                let ticket = TicketRecord { of: bundle.bundle_id.clone() };
                (bundle.clips.clone(), Some(ticket))
            }
        };
        SealedEvent {
            number: self.number,
            bundle_id: self.bundle_id.clone(),
            manifest_sha256: B64(manifest.document_sha256()),
            recipient: self.request.recipient(),
            range: self.range_text(),
            not_before: self.terms.not_before,
            not_after: self.terms.not_after,
            return_due: self.terms.return_due,
            medium: self.terms.medium.clone(),
            clips,
            slots: self.slots.clone(),
            ticket,
            replaces: self.replaces.clone(),
        }
    }

    /// 画像の範囲 as decided.
    fn range_text(&self) -> String {
        FootageRange::text(&self.provides.range)
    }

    /// The first clip that is of a camera or a time that was not decided, or the first permission: nothing is sealed
    /// then.
    pub fn outside(&self) -> Option<StepError> {
        if let Some(grant) = self.terms.grants.iter().find(|grant| !self.provides.grants.contains(grant)) {
            return Some(StepError::Wider(grant.japanese().to_owned()));
        }
        let Footage::Clips(clips) = &self.footage else { return None };
        let outside =
            clips.iter().map(clip_record).find(|c| !is_decided(&c.camera, c.covers, &self.provides))?;
        Some(StepError::Outside(format!("{}（{}）", outside.file_name, outside.range_line())))
    }
}

/// What is known of a clip before it is read.
fn clip_record(clip: &ClipPlan) -> SealedClipRecord {
    SealedClipRecord {
        file_name: clip.note.file_name.clone(),
        bytes: clip.bytes,
        sha256: String::new(),
        camera: clip.note.camera.clone(),
        covers: covers(clip),
        cut: clip.note.cut.clone(),
    }
}

fn covers(clip: &ClipPlan) -> Option<Covers> {
    covered(&clip.note, &Index::parse(&clip.index, clip.bytes).ok()?)
}

/// From when to when a clip shows something, in true time, by its index.
pub fn covered(note: &ClipNote, index: &Index) -> Option<Covers> {
    let pictures = Pictures::new(index.videos.first()?.clone());
    let (_, from) = note.clocks(0)?;
    let micros = pictures.end_micros() - pictures.micros(0);
    // A part of a second counts as one.
    Some(Covers { from, to: from.plus_secs(micros.max(0).saturating_add(999_999) / 1_000_000) })
}
