//! One disclosure as its events tell it: the projection behind every list and detail screen.
//!
//! Entry point: [`Disclosure`]. Absent: stored state; this is always computed anew.

use std::collections::BTreeMap;

use serde::Serialize;

use super::reports::{self, Concern, ReceivedReport, Stamped, Viewing};
use crate::{
    bundle::{BundleId, Holder, SessionId},
    documents::{Happening, ReceiptKind, Reported, ViewingLog},
    ledger::{EventBody, LedgerEvent, SealedEvent, TicketRecord},
    rules::RuleSet,
    text::{Day, Timestamp},
    x509::{TimeStamp, TimeStampRecord},
};

/// Where a disclosure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DisclosureStatus {
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
    /// 取消し: recorded and never used.
    Voided,
    /// 差替え: a ticket took its place (new PC, broken medium, new period).
    Replaced,
}

impl DisclosureStatus {
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
            Self::Voided => "取消し",
            Self::Replaced => "差替え",
        }
    }

    /// Whether the medium may be checked and the case closed: the recipient reported what became of the footage.
    pub fn is_closable(self) -> bool {
        matches!(self, Self::Transferred | Self::Returned | Self::Erased | Self::Lost)
    }

    /// Whether it counts as a 提供: what was voided never was one, and what was replaced is one with its ticket.
    pub fn counts(self) -> bool {
        !matches!(self, Self::Voided | Self::Replaced)
    }

    /// Whether nothing is to come of it any more.
    pub fn is_over(self) -> bool {
        self == Self::Closed || !self.counts()
    }

    /// Whether the office still waits for something from the recipient.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sealed | Self::Delivered | Self::PartiallyReturned | Self::Retained)
    }
}

impl From<ReceiptKind> for DisclosureStatus {
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
    pub status: DisclosureStatus,
    /// 返却期限, after every extension.
    pub due: Day,
    /// 期限延長: the new dates.
    pub extensions: Vec<Day>,
    /// When the office's own copy was destroyed.
    pub copy_disposed: Option<Day>,
    /// Reports, by receipt or by word: kind and day.
    pub receipts: Vec<(ReceiptKind, Day)>,
    /// Those of them that came as a receipt, by file or code, with what they say.
    pub reports: Vec<ReceivedReport>,
    /// How many receipts were refused.
    pub refused: u32,
    /// 二人目以降の視聴者: it is a ticket for somebody else who watches under the same request, beside what that got.
    pub is_further_reader: bool,
    /// When a ticket for it was issued last.
    pub ticketed_at: Option<Timestamp>,
    /// Every ticket for it, in the order of issue.
    #[serde(skip)]
    pub(super) tickets: Vec<BundleId>,
    /// Which of the office's keys sealed it, from 0: its secrets follow from the receipt master of that key.
    #[serde(skip)]
    pub(super) key_number: usize,
}

impl Disclosure {
    /// Whether nothing of it is kept, whoever is waited for: a ticket has no copy of its own.
    pub fn is_gone(&self) -> bool {
        self.sealed.ticket.is_some()
            || self.status == DisclosureStatus::Voided
            || self.copy_disposed.is_some()
    }

    /// Whether its file waits to be handed over, also with the ticket that replaced it before.
    pub fn awaits_handing_over(&self) -> bool {
        let is_replaced = self.status == DisclosureStatus::Replaced && self.receipts.is_empty();
        self.sealed.ticket.is_none() && (self.status == DisclosureStatus::Sealed || is_replaced)
    }

    /// A bundle, or a ticket and what it takes the place of.
    fn begin(all: &mut BTreeMap<BundleId, Self>, sealed: &SealedEvent, at: Timestamp) {
        if let Some(bundle) = sealed.ticket.as_ref().and_then(|ticket| all.get_mut(&ticket.of)) {
            bundle.ticketed_at = Some(at);
            bundle.tickets.push(sealed.bundle_id.clone());
        }
        let is_further_reader = match (&sealed.replaces, &sealed.ticket) {
            (Some(id), _) => all.get(id).is_some_and(|replaced| replaced.is_further_reader),
            (None, Some(TicketRecord { of })) => {
                all.get(of).is_some_and(|bundle| bundle.sealed.number == sealed.number)
            }
            (None, None) => false,
        };
        if let Some(replaced) = sealed.replaces.as_ref().and_then(|id| all.get_mut(id)) {
            replaced.status = DisclosureStatus::Replaced;
        }
        all.entry(sealed.bundle_id.clone()).or_insert_with(|| Self {
            sealed: sealed.clone(),
            sealed_at: at,
            status: DisclosureStatus::Sealed,
            due: sealed.return_due,
            extensions: Vec::new(),
            copy_disposed: None,
            receipts: Vec::new(),
            reports: Vec::new(),
            refused: 0,
            is_further_reader,
            ticketed_at: None,
            tickets: Vec::new(),
            key_number: 0,
        });
    }

    /// Takes one more event into all disclosures of a ledger, by 管理番号.
    pub(super) fn apply(all: &mut BTreeMap<BundleId, Self>, event: &LedgerEvent) {
        if let EventBody::Sealed(sealed) = &event.event {
            return Self::begin(all, sealed, event.at);
        }
        if let EventBody::Voided { bundle_id, .. } = &event.event {
            return Self::void(all, bundle_id);
        }
        if let Some(disclosure) = event.event.concerns().1.and_then(|id| all.get_mut(id)) {
            disclosure.take_in(&event.event);
        }
    }

    /// Takes one more event about it in.
    fn take_in(&mut self, event: &EventBody) {
        match event {
            EventBody::ReceiptAccepted { receipt, day, ordinal, holder, via, evidence, .. } => {
                let said = Reported { kind: *receipt, day: *day, ordinal: *ordinal };
                let is_same = |known: &ReceivedReport| known.said == said && known.holder == *holder;
                let completes = self.reports.iter().any(is_same);
                let report = ReceivedReport::of(said, holder, *via, evidence, &self.sealed);
                self.reports.push(report);
                // The file of a report that came by telephone says more of it, and reports nothing new.
                if !completes {
                    self.report(*receipt, *day);
                }
            }
            EventBody::Reported { receipt, day, .. } => self.report(*receipt, *day),
            EventBody::ReceiptRefused { .. } => self.refused += 1,
            EventBody::ReceiptStamped { time_stamp, .. } => self.stamp(time_stamp),
            EventBody::DueExtended { until, .. } => {
                self.due = *until;
                self.extensions.push(*until);
            }
            EventBody::CopyDisposed { on, .. } => self.copy_disposed = Some(*on),
            EventBody::Closed { .. } => self.status = DisclosureStatus::Closed,
            // Handled above, or about requests and the office.
            EventBody::Sealed(_)
            | EventBody::Voided { .. }
            | EventBody::OfficeFounded { .. }
            | EventBody::OfficeRenamed { .. }
            | EventBody::KeyChanged { .. }
            | EventBody::OfficeCertified { .. }
            | EventBody::Requested { .. }
            | EventBody::Reviewed { .. }
            | EventBody::Decided { .. }
            | EventBody::Corrected { .. }
            | EventBody::DecisionCorrected { .. }
            | EventBody::Withdrawn { .. }
            | EventBody::Reopened { .. }
            | EventBody::Attached { .. }
            | EventBody::Issued(_)
            | EventBody::TakenBack { .. }
            | EventBody::Submitted { .. }
            | EventBody::Provided(_)
            | EventBody::Operation(_)
            | EventBody::Incident(_)
            | EventBody::OfficeSet { .. }
            | EventBody::PersonSet { .. }
            | EventBody::DeskEnrolled { .. }
            | EventBody::DeskStruckOff { .. }
            | EventBody::Claimed { .. }
            | EventBody::LetterTextSet { .. }
            | EventBody::RulesAdopted { .. }
            | EventBody::BackedUp { .. }
            | EventBody::Restored(_)
            | EventBody::LedgersUnited(_)
            | EventBody::Brought(_)
            | EventBody::YearClosed(_)
            | EventBody::YearDestroyed(_)
            | EventBody::Destroyed => {}
        }
    }

    /// It was never used; what it took the place of is waited for again.
    fn void(all: &mut BTreeMap<BundleId, Self>, id: &BundleId) {
        let Some(voided) = all.get_mut(id) else { return };
        voided.status = DisclosureStatus::Voided;
        let replaced = voided.sealed.replaces.clone();
        if let Some(replaced) = replaced.and_then(|id| all.get_mut(&id)) {
            replaced.status = DisclosureStatus::Sealed;
            for (kind, day) in std::mem::take(&mut replaced.receipts) {
                replaced.report(kind, day);
            }
        }
    }

    /// Whether it was ever reported as lost.
    pub(crate) fn was_lost(&self) -> bool {
        self.receipts.iter().any(|(kind, _)| *kind == ReceiptKind::Loss)
    }

    fn stamp(&mut self, record: &TimeStampRecord) {
        let Ok(stamp) = record.read() else { return };
        if let Some(report) = self.reports.iter_mut().find(|report| report.is_stamped_by(&stamp)) {
            // The earliest says most.
            if report.time_stamp.as_ref().is_none_or(|known| stamp.at() < known.at) {
                report.time_stamp = Some(Stamped { at: stamp.at(), authority: stamp.authority() });
            }
        }
    }

    /// Whether a time stamp is of one of the reports that came as a file.
    pub(super) fn has_stamped(&self, stamp: &TimeStamp) -> bool {
        self.reports.iter().any(|report| report.is_stamped_by(stamp))
    }

    /// What the reports say that must be answered before the case is closed.
    pub fn concerns(&self) -> Vec<Concern> {
        reports::concerns(&self.reports, &self.receipts, &self.sealed.manifest_sha256.0, self.sealed_at)
    }

    /// Everybody who can report of it: one for each key slot.
    pub fn holders(&self) -> impl Iterator<Item = Holder> {
        (0..).zip(&self.sealed.slots).map(|(slot, _)| Holder::of_slot(slot))
    }

    /// What reports of a holder say about the viewing with this number, if one has come.
    pub fn viewing(&self, holder: &Holder, session: SessionId) -> Option<Viewing> {
        self.reports.iter().filter(|report| report.holder == *holder).find_map(|report| {
            report.log.iter().flat_map(ViewingLog::happenings).find_map(|entry| match entry.what {
                Happening::Opened { by, session: known } if known == session => {
                    let by = by.chars().filter(|letter| !letter.is_control()).take(60).collect();
                    Some(Viewing { by, at: entry.at, signer: report.signer, maker: report.maker })
                }
                _ => None,
            })
        })
    }

    /// The day of the 受領書: only then was it handed over. Sealing is not yet handing over.
    pub fn delivered_on(&self) -> Option<Day> {
        self.receipts.iter().find(|(kind, _)| *kind == ReceiptKind::Delivery).map(|(_, day)| *day)
    }

    /// 提供した日: that of the 受領書, or of the first report where none came: what is reported of was handed over by then.
    pub(crate) fn provided_on(&self) -> Option<Day> {
        self.delivered_on().or_else(|| self.receipts.iter().map(|(_, day)| *day).min())
    }

    /// The last day on which the office keeps its own copy, where the rules give one (藤沢市 6条4項): the years count
    /// from the day on which it was provided, not sealed; before that there is no last day. A ticket has no copy of its
    /// own; it makes that of its bundle be kept longer.
    pub fn copy_kept_until(&self, rules: &RuleSet) -> Option<Day> {
        let years = rules.record_keeping.image_years()?;
        let has_copy = self.status != DisclosureStatus::Voided && self.sealed.ticket.is_none();
        let provided = self.provided_on().max(self.ticketed_at.map(Timestamp::day)).filter(|_| has_copy)?;
        Some(provided.kept_until(years))
    }

    /// By how many days a period that ends on `until` is longer than the one that was signed (FORMAT.md §7.8).
    pub fn days_extended(&self, until: Day) -> i64 {
        until.days_since(self.sealed.not_after.day())
    }

    /// The bundle that holds its clips: itself, or the one that its ticket is for.
    pub fn bundle(&self) -> &BundleId {
        self.sealed.ticket.as_ref().map_or(&self.sealed.bundle_id, |ticket| &ticket.of)
    }

    // A 受領書 that arrives late does not undo a return.
    fn report(&mut self, kind: ReceiptKind, day: Day) {
        self.receipts.push((kind, day));
        let waits = matches!(self.status, DisclosureStatus::Sealed | DisclosureStatus::Voided);
        let late = kind == ReceiptKind::Delivery && !waits;
        // A report for a bundle that was voided shows that it was handed over after all: it is back. One for what was
        // replaced is taken in, and what is waited for is the report of the ticket.
        let settled = matches!(self.status, DisclosureStatus::Closed | DisclosureStatus::Replaced);
        if !late && !settled {
            self.status = kind.into();
        }
    }
}
