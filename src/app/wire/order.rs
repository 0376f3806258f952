//! What is to be sealed, as the desk orders it, and the request file that a recipient orders.
//!
//! Entry points: [`SealOrder`], also for tickets; [`RequestOrder`]. Files, where the bundle goes, and keys travel
//! beside it.

use fuin_core::{
    B64, BundleId, ClipNote, CutRecord, DeviceKeys, KeptKey, MarkStyle, MarkWords, OfficeLabel, Provides,
    ReceiptKind, Report, Request, RuleSet, SealedEvent, Standing, Terms, Timestamp, ViewingLog,
};
use serde::{Deserialize, Serialize};

use super::secret::Typed;

/// A request file that is to be written and signed.
#[derive(Clone, Serialize, Deserialize)]
pub struct RequestOrder {
    /// The request.
    pub request: Request,
    /// The rule set whose form was filled in.
    pub rules: String,
    /// What was promised, in its words.
    pub promises: Vec<String>,
    /// When, by this computer's clock.
    pub made_at: Timestamp,
    /// The passphrase of this device's keys, if the footage is to be opened with them.
    pub device: Option<Typed>,
}

/// What is to be sealed; the files come beside it.
#[derive(Clone, Serialize, Deserialize)]
pub struct SealOrder {
    /// Running number of the request.
    pub number: u64,
    /// The request.
    pub request: Request,
    /// What was decided to be provided.
    pub provides: Provides,
    /// What it takes the place of for the same request.
    pub replaces: Option<BundleId>,
    /// 発行課.
    pub office: OfficeLabel,
    /// The rules in force.
    pub rules: RuleSet,
    /// Running number of the bundle.
    pub running: u64,
    /// How ledger and keys of the office stand.
    pub standing: Standing,
    /// Period, return, permissions, conditions, medium.
    pub terms: Terms,
    /// The period begins when the bundle is sealed, whatever `terms` say.
    pub begins_now: bool,
    /// What is known of each clip, in the order of the files, which bring their names.
    pub clips: Vec<ClipNote>,
    /// The bundle whose clips are shown, if no clips are sealed but a ticket is issued.
    pub ticket: Option<TicketOrder>,
    /// Downloads small enough for FAT32.
    pub small_parts: bool,
    /// The keys of the recipient's device, if the bundle is to open there without the passphrase too.
    pub recipient_keys: Option<DeviceKeys>,
}

/// The bundle that a ticket is for.
#[derive(Clone, Serialize, Deserialize)]
pub struct TicketOrder {
    /// What the ledger says of it.
    pub bundle: SealedEvent,
    /// The bundle's key as the office keeps it.
    pub kept: KeptKey,
    /// Which of the office's keys sealed the bundle, from 0.
    pub key_number: Option<usize>,
}

impl SealOrder {
    /// The usual ending of the file that is written.
    pub fn ending(&self) -> &'static str {
        if self.ticket.is_some() { "ticket" } else { "fuin" }
    }

    /// The terms of a bundle that is sealed at this moment.
    pub fn terms_from(&self, issued_at: Timestamp) -> Terms {
        let terms = self.terms.clone();
        if self.begins_now { Terms { not_before: issued_at, ..terms } } else { terms }
    }
}

/// A receipt as the page orders it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportOrder {
    /// What is reported.
    pub kind: ReceiptKind,
    /// When, by this computer's clock.
    pub at: Timestamp,
    /// Which report of this kind on this day, from 1.
    pub ordinal: u8,
    /// The head of the office's ledger in the latest bundle that was seen here.
    pub ledger_head: B64<32>,
    /// In words.
    pub report: Report,
    /// What the viewer noted.
    pub log: ViewingLog,
    /// This device's part of the key that signs it.
    pub salt: B64<32>,
}

/// A picture with marks that is to be shown before sealing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviewOrder {
    /// The clip's number on the page.
    pub clip: usize,
    /// Which part of its file it is, if it is one.
    pub cut: Option<CutRecord>,
    /// What the marks say.
    pub words: MarkWords,
    /// How they look.
    pub style: MarkStyle,
}
