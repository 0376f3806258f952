//! 記録簿の統合: lines that another ledger of the same office has behind those that both have, brought into this one
//! (FORMAT.md §10.12).
//!
//! Entry point: [`Unions::told`], what a line that was brought says here. Absent: which of them count here
//! ([`crate::register`]).

use std::collections::BTreeMap;

use super::{
    desks::Desks,
    entry::LedgerEvent,
    event::EventBody,
    line::{LedgerLine, has_line},
    logbook::OwedReport,
    parts::{BroughtLine, Union},
};
use crate::{
    crypto::{PublicKey, Typ},
    port::Coded,
};

/// Code of a line that no union can have.
const NOT_SO: &str = "ledger_union";

/// What a line that was brought says where it comes from; whoever signed it was checked when it was taken in.
pub(crate) fn event_of(brought: &BroughtLine) -> Option<LedgerEvent> {
    serde_json::from_slice(&brought.line.vouched_payload()?).ok()
}

/// The unions of a ledger, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Unions(Vec<Bringing>);

/// One of them, as far as it is.
#[derive(Debug, Clone)]
struct Bringing {
    said: Union,
    /// The office's key at that time.
    office: Option<PublicKey>,
    desks: Desks,
    /// Place of the next line in the other ledger, from 0, and SHA-256 of the one before it.
    next: u64,
    prev: [u8; 32],
    /// Lines were destroyed meanwhile: these may be among them.
    has_gaps: bool,
    /// Numbers of requests here, by those there.
    numbers: BTreeMap<u64, u64>,
    /// Lines here, by those there, from 1: of those that both had before, none.
    lines: BTreeMap<u64, u64>,
}

impl Bringing {
    fn end(&self) -> u64 {
        self.said.from.saturating_add(self.said.lines)
    }

    fn is_over(&self) -> bool {
        self.next == self.end() || self.has_gaps
    }

    /// The line that comes next, whose signature is checked where `office` is known.
    fn check(&self, brought: &BroughtLine) -> Result<LedgerEvent, &'static str> {
        let event = match &self.office {
            None => event_of(brought).ok_or(NOT_SO)?,
            Some(office) => {
                let verified = brought.line.verify(Typ::Event).map_err(|error| error.code())?;
                let event: LedgerEvent = verified.parse().map_err(|error| error.code())?;
                event.check(&verified.signer)?;
                if !self.desks.may_sign(office, &verified.signer, &event.event) {
                    return Err(NOT_SO);
                }
                event
            }
        };
        let follows = event.seq == self.next && event.prev.0 == self.prev;
        let may_follow = self.has_gaps && event.seq > self.next;
        let is_last = event.seq + 1 == self.end();
        let ends = !is_last || brought.line.line_sha256() == self.said.sha256.0;
        if event.seq < self.end() && (follows || may_follow) && ends { Ok(event) } else { Err(NOT_SO) }
    }
}

impl Unions {
    /// The union of which lines are still to come, and the place of the next one in the other ledger, from 0.
    pub(super) fn under_way(&self) -> Option<(&Union, u64)> {
        self.0.last().filter(|last| !last.is_over()).map(|last| (&last.said, last.next))
    }

    /// How many lines of a ledger were brought; 0 where none was.
    pub(super) fn brought_of(&self, lines: &[LedgerLine]) -> u64 {
        let over = self.0.iter().filter(|union| union.is_over());
        let brought = over.filter(|union| has_line(lines, union.end(), union.said.sha256));
        brought.map(Bringing::end).max().unwrap_or(0)
    }

    /// A union begins behind the line of which both have the hash; `is_known` says whether it stands in this ledger.
    pub(super) fn begin(
        &mut self,
        said: &Union,
        is_known: bool,
        (desks, office): (&Desks, Option<PublicKey>),
    ) -> Result<(), &'static str> {
        let before = self.0.iter().rev().find(|u| u.end() == said.from && u.said.sha256 == said.after);
        let begins = (is_known || before.is_some()) && said.lines > 0 && self.under_way().is_none();
        if !begins || said.from.checked_add(said.lines).is_none() {
            return Err(NOT_SO);
        }
        let (mut numbers, lines) =
            before.map(|union| (union.numbers.clone(), union.lines.clone())).unwrap_or_default();
        numbers.extend(said.numbers.iter().map(|other| (other.was, other.number)));
        let (next, prev, desks) = (said.from, said.after.0, desks.clone());
        let said = said.clone();
        self.0.push(Bringing { said, office, desks, next, prev, has_gaps: false, numbers, lines });
        Ok(())
    }

    /// A line was destroyed, which may have been one that was brought.
    pub(super) fn lose_one(&mut self) {
        if let Some(last) = self.0.last_mut().filter(|last| !last.is_over()) {
            last.has_gaps = true;
        }
    }

    /// What a line says that was brought: with the numbers that requests and lines have here, with the time and the
    /// name of whoever recorded it there. One that does not count says that it was brought, and no more.
    pub(super) fn told(
        &self,
        outer: &LedgerEvent,
        brought: &BroughtLine,
    ) -> Result<LedgerEvent, &'static str> {
        let union = self.0.last().filter(|last| last.next < last.end()).ok_or(NOT_SO)?;
        let mut event = union.check(brought)?;
        let inner_prev = event.prev;
        if !brought.counts {
            return Ok(LedgerEvent { brought: Some(inner_prev), ..outer.clone() });
        }
        if is_of_ledger(&event.event) {
            return Err(NOT_SO);
        }
        if let EventBody::Requested { number, .. } = &event.event
            && !union.said.numbers.iter().any(|other| other.was == *number)
        {
            return Err(NOT_SO);
        }
        let number = |number: u64| union.numbers.get(&number).copied().unwrap_or(number);
        let line = |line: u64| union.lines.get(&line).copied().unwrap_or(line);
        renumber(&mut event.event, number, line);
        let LedgerEvent { at, actor, event, .. } = event;
        Ok(LedgerEvent { at, actor, event, brought: Some(inner_prev), ..outer.clone() })
    }

    /// Takes a line in that [`Self::told`] was asked about.
    pub(super) fn take(&mut self, outer: &LedgerEvent, brought: &BroughtLine) {
        let Some((union, event)) = self.0.last_mut().zip(event_of(brought)) else { return };
        union.desks.apply(&event);
        union.lines.insert(event.line(), outer.line());
        union.next = event.seq + 1;
        union.prev = brought.line.line_sha256();
    }
}

/// Whether an event is about the office or its ledger, and neither about a request nor about footage: in another ledger
/// of the office it counts for nothing.
pub(crate) fn is_of_ledger(event: &EventBody) -> bool {
    event.is_of_office()
        || matches!(
            event,
            EventBody::OfficeSet { .. }
                | EventBody::PersonSet { .. }
                | EventBody::LetterTextSet { .. }
                | EventBody::RulesAdopted { .. }
                | EventBody::BackedUp { .. }
                | EventBody::Restored(_)
                | EventBody::LedgersUnited(_)
                | EventBody::Brought(_)
                | EventBody::YearClosed(_)
                | EventBody::YearDestroyed(_)
                | EventBody::Destroyed
        )
}

/// Gives requests and lines that an event names the numbers that they have here.
fn renumber(event: &mut EventBody, to: impl Fn(u64) -> u64, line_to: impl Fn(u64) -> u64) {
    match event {
        EventBody::Requested { number, .. }
        | EventBody::Reviewed { number, .. }
        | EventBody::Decided { number, .. }
        | EventBody::Corrected { number, .. }
        | EventBody::DecisionCorrected { number, .. }
        | EventBody::Withdrawn { number, .. }
        | EventBody::Reopened { number, .. }
        | EventBody::Claimed { number, .. }
        | EventBody::Attached { number, .. }
        | EventBody::Submitted { report: OwedReport::Disclosure { number }, .. } => *number = to(*number),
        EventBody::Operation(operation) => operation.number = operation.number.map(to),
        EventBody::Provided(provided) => provided.number = to(provided.number),
        EventBody::Issued(letter) => letter.number = to(letter.number),
        EventBody::Sealed(sealed) => sealed.number = to(sealed.number),
        EventBody::TakenBack { line, .. }
        | EventBody::Submitted { report: OwedReport::Incident { line }, .. } => *line = line_to(*line),
        // These name bundles alone, or neither.
        EventBody::Submitted { report: OwedReport::Yearly { .. }, .. }
        | EventBody::ReceiptAccepted { .. }
        | EventBody::ReceiptRefused { .. }
        | EventBody::ReceiptStamped { .. }
        | EventBody::DueExtended { .. }
        | EventBody::Reported { .. }
        | EventBody::Voided { .. }
        | EventBody::CopyDisposed { .. }
        | EventBody::Closed { .. }
        | EventBody::Incident(_) => {}
        // These never count in another ledger.
        EventBody::OfficeFounded { .. }
        | EventBody::OfficeRenamed { .. }
        | EventBody::KeyChanged { .. }
        | EventBody::OfficeCertified { .. }
        | EventBody::OfficeSet { .. }
        | EventBody::PersonSet { .. }
        | EventBody::DeskEnrolled { .. }
        | EventBody::DeskStruckOff { .. }
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
