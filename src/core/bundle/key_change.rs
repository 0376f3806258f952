//! An office's key that takes the place of another: the old key names the new one, and bundles bring these documents
//! along, so that whoever knew the office by the old key knows it by the new one (FORMAT.md §6.7).
//!
//! Entry points: [`KeyChange::sign`], [`KeyChange::verify`]; [`KeyHistory`] for all of them in a row. Absent: whether
//! the new key agrees, which its own signatures show; what a reader knew before.

use serde::{Deserialize, Serialize};

use crate::{
    crypto::{B64, Jwk, Jws, PublicKey, SignatureError, SigningKey, Typ},
    text::{
        Timestamp,
        json::{Document, write_document},
    },
    x509::CertificationRecord,
};

/// What the old key signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    /// `fuin-key-change/1`.
    format: String,
    /// The new key.
    key: Jwk,
    /// When it took the place of the old one.
    at: Timestamp,
    /// Whether somebody else may have the old key.
    exposed: bool,
}

impl Document for Payload {
    const FORMAT: &'static str = "fuin-key-change/1";
}

/// A key that took the place of another, as the other said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChange {
    /// The document.
    pub jws: Jws,
    /// The old key, which signed it.
    pub from: PublicKey,
    /// The new key.
    pub to: PublicKey,
    /// When.
    pub at: Timestamp,
    /// Whether somebody else may have the old key: from then on nothing counts that it alone has signed.
    pub exposed: bool,
}

impl KeyChange {
    /// Signs it with the old key.
    pub fn sign(old: &SigningKey, new: &PublicKey, at: Timestamp, exposed: bool) -> Jws {
        let payload = Payload { format: Payload::FORMAT.into(), key: new.jwk(), at, exposed };
        old.sign(Typ::KeyChange, &write_document(&payload))
    }

    /// Verifies it. A key that takes its own place is no change.
    pub fn verify(jws: &Jws) -> Result<Self, SignatureError> {
        let verified = jws.verify(Typ::KeyChange)?;
        let Payload { key, at, exposed, .. } = verified.parse()?;
        let to = PublicKey::from_jwk(&key).map_err(|_| SignatureError::Payload("key".into()))?;
        if to == verified.signer {
            return Err(SignatureError::Payload("key".into()));
        }
        Ok(Self { jws: jws.clone(), from: verified.signer, to, at, exposed })
    }
}

/// The keys that an office had, each vouched for by the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyHistory(Vec<KeyChange>);

impl KeyHistory {
    /// The most changes of a key, of an office and in a bundle.
    pub const MAX_CHANGES: usize = 64;

    /// Verifies changes that lead, one to the next, to the key of who shows them. `None` where they do not.
    pub fn verify(changes: &[Jws], now: &PublicKey) -> Option<Self> {
        if changes.len() > Self::MAX_CHANGES {
            return None;
        }
        let changes: Vec<KeyChange> = changes.iter().map(KeyChange::verify).collect::<Result<_, _>>().ok()?;
        let next = changes.iter().skip(1).map(|change| &change.from).chain([now]);
        let is_row = changes.iter().zip(next).all(|(change, next)| change.to == *next);
        is_row.then_some(Self(changes))
    }

    /// The changes, the oldest first.
    pub fn changes(&self) -> &[KeyChange] {
        &self.0
    }

    /// How the office stopped using a key that it had before; `None` for any other key.
    pub fn end_of(&self, key: &PublicKey) -> Option<&KeyChange> {
        self.0.iter().find(|change| change.from == *key)
    }
}

/// What a bundle says of its office's ledger and keys when it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// SHA-256 of the ledger's last line (§10.8).
    pub ledger_head: B64<32>,
    /// The changes of the office's key, the oldest first.
    pub key_changes: Vec<Jws>,
    /// Who certified its key (§14).
    pub certification: Option<CertificationRecord>,
}
