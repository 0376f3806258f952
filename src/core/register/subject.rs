//! What a line of the ledger is about that may be taken back (記録の取消し).
//!
//! Entry point: [`Subject::of`]. Absent: whether it may be, which [`super::Register`] says.

use crate::{bundle::BundleId, ledger::EventBody};

/// What a line is about that may be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A bundle.
    OfBundle(BundleId, BundleLine),
    /// A request.
    OfCase(u64),
    /// Neither.
    Alone,
}

/// What a line says of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleLine {
    /// 完了.
    Closing,
    /// 取消し.
    Voiding,
    /// 事故, on which a case may have been closed.
    Incident,
    /// A report or an extension.
    Other,
}

impl Subject {
    pub(super) fn of(event: &EventBody) -> Option<Self> {
        let of_bundle = |id: &BundleId, kind| Some(Self::OfBundle(id.clone(), kind));
        match event {
            EventBody::Closed { bundle_id, .. } => of_bundle(bundle_id, BundleLine::Closing),
            EventBody::Voided { bundle_id, .. } => of_bundle(bundle_id, BundleLine::Voiding),
            EventBody::ReceiptAccepted { bundle_id, .. }
            | EventBody::Reported { bundle_id, .. }
            | EventBody::DueExtended { bundle_id, .. } => of_bundle(bundle_id, BundleLine::Other),
            EventBody::Provided(provided) => Some(Self::OfCase(provided.number)),
            EventBody::Issued(letter) => Some(Self::OfCase(letter.number)),
            EventBody::Attached { number, .. } => Some(Self::OfCase(*number)),
            EventBody::Incident(incident) => match &incident.bundle_id {
                Some(id) => of_bundle(id, BundleLine::Incident),
                None => Some(Self::Alone),
            },
            EventBody::CopyDisposed { .. } | EventBody::Operation(_) | EventBody::Submitted { .. } => {
                Some(Self::Alone)
            }
            _ => None,
        }
    }
}
