//! One disclosure as its events tell it: the projection behind every list and detail screen.
//!
//! Entry point: [`Disclosure::project`]. Absent: stored state; this is always computed anew.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    ledger::{Event, EventBody, SealedEvent},
    receipt::ReceiptKind,
};
use crate::{
    bundle::BundleId,
    calendar::{Day, Timestamp},
};

/// Where a disclosure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 封印済.
    Sealed,
    /// 受領済.
    Delivered,
    /// 一部返却.
    PartiallyReturned,
    /// 継続保有・期限延長の申出あり.
    Retained,
    /// 送致・引継ぎ済.
    Transferred,
    /// 返却済.
    Returned,
    /// 消去済 (or disposed of).
    Erased,
    /// 紛失.
    Lost,
    /// 完了.
    Closed,
}

impl Status {
    /// The word that lists show.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Sealed => "封印済",
            Self::Delivered => "受領済",
            Self::PartiallyReturned => "一部返却",
            Self::Retained => "継続保有",
            Self::Transferred => "引継ぎ済",
            Self::Returned => "返却済",
            Self::Erased => "消去済",
            Self::Lost => "紛失",
            Self::Closed => "完了",
        }
    }

    /// Whether the office still waits for something from the recipient.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sealed | Self::Delivered | Self::PartiallyReturned | Self::Retained)
    }
}

impl From<ReceiptKind> for Status {
    fn from(kind: ReceiptKind) -> Self {
        match kind {
            ReceiptKind::Delivery => Self::Delivered,
            ReceiptKind::Return => Self::Returned,
            ReceiptKind::Erasure | ReceiptKind::Disposal => Self::Erased,
            ReceiptKind::Retention => Self::Retained,
            ReceiptKind::OnwardTransfer => Self::Transferred,
            ReceiptKind::PartialReturn => Self::PartiallyReturned,
            ReceiptKind::Loss => Self::Lost,
        }
    }
}

/// One disclosure.
#[derive(Debug, Clone, Serialize)]
pub struct Disclosure {
    /// What was sealed.
    pub sealed: SealedEvent,
    /// When.
    pub sealed_at: Timestamp,
    /// Where it stands now.
    pub status: Status,
    /// Receipts that were accepted: kind and day.
    pub receipts: Vec<(ReceiptKind, Day)>,
    /// How many receipts were refused.
    pub refused: u32,
}

impl Disclosure {
    /// All disclosures of a ledger, by 管理番号.
    pub fn project(events: &[Event]) -> BTreeMap<BundleId, Self> {
        let mut all: BTreeMap<BundleId, Self> = BTreeMap::new();
        for event in events {
            match &event.event {
                EventBody::Sealed(sealed) => {
                    all.entry(sealed.bundle_id.clone()).or_insert_with(|| Self {
                        sealed: (**sealed).clone(),
                        sealed_at: event.at,
                        status: Status::Sealed,
                        receipts: Vec::new(),
                        refused: 0,
                    });
                }
                EventBody::ReceiptAccepted { bundle_id, receipt, day, .. } => {
                    if let Some(disclosure) = all.get_mut(bundle_id) {
                        disclosure.receipts.push((*receipt, *day));
                        disclosure.accept(*receipt);
                    }
                }
                EventBody::ReceiptRefused { bundle_id: Some(bundle_id), .. } => {
                    if let Some(disclosure) = all.get_mut(bundle_id) {
                        disclosure.refused += 1;
                    }
                }
                EventBody::Closed { bundle_id, .. } => {
                    if let Some(disclosure) = all.get_mut(bundle_id) {
                        disclosure.status = Status::Closed;
                    }
                }
                _ => {}
            }
        }
        all
    }

    // A 受領書 that arrives late does not undo a return.
    fn accept(&mut self, kind: ReceiptKind) {
        let late = kind == ReceiptKind::Delivery && self.status != Status::Sealed;
        if !late && self.status != Status::Closed {
            self.status = kind.into();
        }
    }
}
