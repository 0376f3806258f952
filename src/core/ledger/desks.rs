//! Desks with keys of their own, which sign lines of a ledger that several of them share (FORMAT.md §10.11).
//!
//! Entry point: [`Desks`]. Absent: people and what they may do.

use super::{entry::LedgerEvent, event::EventBody};
use crate::{
    crypto::{B64, Jwk, PublicKey},
    text::Timestamp,
};

/// A desk with a key of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledDesk {
    /// Its key.
    pub key: PublicKey,
    /// What people call it.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was struck off, if it was.
    pub struck_off: Option<Timestamp>,
}

/// The desks of an office, in the order of their enrolment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desks(Vec<EnrolledDesk>);

impl Desks {
    /// Takes a line in.
    pub(crate) fn apply(&mut self, event: &LedgerEvent) {
        match &event.event {
            EventBody::DeskEnrolled { key, name } => {
                let Ok(key) = PublicKey::from_jwk(key) else { return };
                self.0.push(EnrolledDesk { key, name: name.clone(), since: event.at, struck_off: None });
            }
            EventBody::DeskStruckOff { key, .. } => {
                let is_it = |desk: &&mut EnrolledDesk| desk.key.thumbprint_bytes() == key.0;
                self.0.iter_mut().filter(is_it).for_each(|desk| {
                    desk.struck_off.get_or_insert(event.at);
                });
            }
            _ => {}
        }
    }

    /// All of them, struck off or not.
    pub fn all(&self) -> &[EnrolledDesk] {
        &self.0
    }

    /// Those that may sign.
    pub fn in_force(&self) -> impl Iterator<Item = &EnrolledDesk> {
        self.0.iter().filter(|desk| desk.struck_off.is_none())
    }

    /// The desk of a key that may sign.
    pub fn of_key(&self, key: &PublicKey) -> Option<&EnrolledDesk> {
        self.in_force().find(|desk| desk.key == *key)
    }

    /// The desk of a thumbprint that may sign.
    pub(crate) fn of_thumbprint(&self, key: &B64<32>) -> Option<&EnrolledDesk> {
        self.in_force().find(|desk| desk.key.thumbprint_bytes() == key.0)
    }

    /// Whether a key signed or may sign as a desk: one that was struck off does not come again.
    pub(crate) fn knows(&self, key: &Jwk) -> bool {
        PublicKey::from_jwk(key).is_ok_and(|key| self.0.iter().any(|desk| desk.key == key))
    }

    /// Whether `signer` may sign this event: the office's key any, a desk's those that are not the office's alone.
    pub(super) fn may_sign(&self, office: &PublicKey, signer: &PublicKey, event: &EventBody) -> bool {
        signer == office || (!event.is_of_office() && self.of_key(signer).is_some())
    }
}
