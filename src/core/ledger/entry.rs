//! An event with its place in the chain, and the head that counts the lines (FORMAT.md §10.1, §10.4).
//!
//! Entry points: [`LedgerEvent`], [`LedgerHead`]. Absent: the chain.

use serde::{Deserialize, Serialize};

use super::{event::EventBody, parts::Attachment};
use crate::{
    bundle::KeyChange,
    crypto::{B64, PublicKey},
    documents::OfficeCard,
    port::Coded,
    text::{Timestamp, json::Document},
    x509::X509Error,
};

/// One event with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerEvent {
    /// `fuin-event/1`.
    pub format: String,
    /// Counts from 0.
    pub seq: u64,
    /// SHA-256 of the line before; zeros for the first.
    pub prev: B64<32>,
    /// When.
    pub at: Timestamp,
    /// Who: a name or a role, as typed.
    pub actor: String,
    /// What.
    pub event: EventBody,
    /// Of a line that a union brought. No line says it.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub brought: Option<BroughtFrom>,
}

/// How a line came from another ledger of the office (FORMAT.md §10.12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BroughtFrom {
    /// SHA-256 of the line before it there.
    pub prev: B64<32>,
    /// Who brought it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Of a line that counts for nothing here, what it says, with the numbers of here.
    #[serde(skip)]
    pub kept: Option<Box<EventBody>>,
}

/// How long the ledger was when it was last written; finds a lost tail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerHead {
    /// `fuin-ledger-head/1`.
    pub format: String,
    /// Number of lines.
    pub lines: u64,
    /// SHA-256 of the last line.
    pub sha256: B64<32>,
}

impl Document for LedgerEvent {
    const FORMAT: &'static str = "fuin-event/1";
}

impl LedgerEvent {
    /// An event for a place, from 0, behind the line of that hash.
    pub(super) fn new((seq, prev): (u64, B64<32>), at: Timestamp, actor: &str, event: EventBody) -> Self {
        Self { format: Self::FORMAT.into(), seq, prev, at, actor: actor.to_owned(), event, brought: None }
    }

    /// The documents that it names, also where it was brought by a union and does not count.
    pub fn attachments(&self) -> &[Attachment] {
        let kept = self.brought.as_ref().and_then(|from| from.kept.as_deref());
        if let EventBody::Requested { attachments, .. } | EventBody::Attached { attachments, .. } =
            kept.unwrap_or(&self.event)
        {
            attachments
        } else {
            &[]
        }
    }

    /// Which line it is, from 1.
    pub fn line(&self) -> u64 {
        self.seq.saturating_add(1)
    }

    /// Refuses an event that nobody recorded (§10.1), and a card or certification of another key than the one that
    /// signs the line (§10.5).
    pub(super) fn check(&self, signer: &PublicKey) -> Result<(), &'static str> {
        if self.actor.trim().is_empty() {
            return Err("ledger_actor");
        }
        if let EventBody::OfficeRenamed { card } = &self.event {
            let (_, key) = OfficeCard::verify(card).map_err(|error| error.code())?;
            return if key == *signer { Ok(()) } else { Err("office_card") };
        }
        let EventBody::OfficeCertified { certification } = &self.event else { return Ok(()) };
        let certified = certification.verify().map_err(|error| error.code())?;
        if certified.key == *signer { Ok(()) } else { Err(X509Error::OtherKey.code()) }
    }

    /// Of a change of the office's key, the change: `signer`, which signed the line, names the new key, and the new key
    /// names it (§10.2). The code of what is wrong, where they do not.
    pub(super) fn key_change(&self, signer: &PublicKey) -> Result<Option<KeyChange>, &'static str> {
        let EventBody::KeyChanged { card, change, .. } = &self.event else { return Ok(None) };
        let change = KeyChange::verify(change).map_err(|error| error.code())?;
        let (card, key) = OfficeCard::verify(card).map_err(|error| error.code())?;
        let follows = card.follows == Some(B64(signer.thumbprint_bytes()));
        if change.from != *signer || change.to != key || !follows {
            return Err("ledger_key_change");
        }
        Ok(Some(change))
    }
}

impl Document for LedgerHead {
    const FORMAT: &'static str = "fuin-ledger-head/1";
}

impl LedgerHead {
    pub(super) fn new(lines: u64, sha256: [u8; 32]) -> Self {
        Self { format: Self::FORMAT.into(), lines, sha256: B64(sha256) }
    }
}
