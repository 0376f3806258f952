//! 記録簿の統合: lines that another ledger of the same office has behind those that both have, brought into this one
//! (FORMAT.md §10.12).
//!
//! Entry point: [`Unions::told`], what a line that was brought says here. Absent: which of them count here
//! ([`crate::register`]).

use std::collections::{BTreeMap, HashMap};

use super::{
    desks::Desks,
    entry::{BroughtFrom, LedgerEvent},
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
fn event_of(brought: &BroughtLine) -> Option<LedgerEvent> {
    serde_json::from_slice(&brought.line.vouched_payload()?).ok()
}

/// The unions of a ledger, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Unions {
    all: Vec<Bringing>,
    /// Every line that was brought, by its SHA-256: its place in the other ledger, from 0, and the union that brought
    /// it.
    brought: HashMap<[u8; 32], (u64, usize)>,
}

/// One of them, as far as it is.
#[derive(Debug, Clone)]
pub(super) struct Bringing {
    said: Union,
    /// The office's key at that time.
    office: Option<PublicKey>,
    desks: Desks,
    /// How many lines the two ledgers had before they went different ways.
    common: u64,
    /// Place of the next line in the other ledger, from 0, and SHA-256 of the one before it.
    next: u64,
    prev: [u8; 32],
    /// Lines that came, and lines of this ledger that were destroyed since it began: these may be among them.
    taken: u64,
    lost: u64,
    /// Numbers of requests here, by those there.
    numbers: BTreeMap<u64, u64>,
    /// Lines here, by those there, from 1, but for those that both had before.
    lines: BTreeMap<u64, u64>,
}

impl Bringing {
    fn end(&self) -> u64 {
        self.said.from.saturating_add(self.said.lines)
    }

    fn is_over(&self) -> bool {
        self.next == self.end() || self.lost > 0 && self.taken.saturating_add(self.lost) >= self.said.lines
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
        let may_follow = self.lost > 0 && event.seq > self.next;
        let is_last = event.line() == self.end();
        let ends = !is_last || brought.line.line_sha256() == self.said.sha256.0;
        if event.seq < self.end() && (follows || may_follow) && ends { Ok(event) } else { Err(NOT_SO) }
    }

    /// The number that a line of the other ledger has here.
    fn line(&self, line: u64) -> Option<u64> {
        if line <= self.common { Some(line) } else { self.lines.get(&line).copied() }
    }
}

impl Unions {
    /// The union of which lines are still to come, and the place of the next one in the other ledger, from 0.
    pub(super) fn under_way(&self) -> Option<(&Union, u64)> {
        self.all.last().filter(|last| !last.is_over()).map(|last| (&last.said, last.next))
    }

    /// How many lines of another ledger, from its first on, are here, of which the first `common` stand here.
    pub(super) fn known_of(&self, common: u64, lines: &[LedgerLine]) -> u64 {
        // Of lines that came and were destroyed since, the last one of their union tells.
        let over = self.all.iter().filter(|union| union.is_over());
        let ends = over.filter(|union| has_line(lines, union.end(), union.said.sha256)).map(Bringing::end);
        let known = ends.fold(common, u64::max);
        let more = lines.iter().skip(usize::try_from(known).unwrap_or(usize::MAX));
        known + more.take_while(|line| self.brought.contains_key(&line.sha256())).count() as u64
    }

    /// How a union begins behind a line that is here: it stands among `lines` of this ledger, or was brought.
    pub(super) fn beginning(
        &self,
        said: &Union,
        lines: &[LedgerLine],
        (desks, office): (&Desks, Option<PublicKey>),
    ) -> Result<Bringing, &'static str> {
        let is_known = has_line(lines, said.from, said.after);
        let before = self.brought.get(&said.after.0).filter(|(place, _)| place + 1 == said.from);
        let before = before.and_then(|(_, union)| self.all.get(*union)).filter(|_| !is_known);
        let is_new = said.lines > 0 && !self.brought.contains_key(&said.sha256.0);
        if !(is_known || before.is_some()) || !is_new || said.from.checked_add(said.lines).is_none() {
            return Err(NOT_SO);
        }
        let common = before.map_or(said.from, |union| union.common);
        let (mut numbers, lines) =
            before.map(|union| (union.numbers.clone(), union.lines.clone())).unwrap_or_default();
        numbers.extend(said.numbers.iter().map(|other| (other.was, other.number)));
        let (next, prev, desks, said) = (said.from, said.after.0, desks.clone(), said.clone());
        let (taken, lost) = (0, 0);
        Ok(Bringing { said, office, desks, common, next, prev, taken, lost, numbers, lines })
    }

    /// It begins. What is left of an earlier one does not come any more.
    pub(super) fn begin(
        &mut self,
        said: &Union,
        lines: &[LedgerLine],
        by: (&Desks, Option<PublicKey>),
    ) -> Result<(), &'static str> {
        self.all.push(self.beginning(said, lines, by)?);
        Ok(())
    }

    /// A line was destroyed, which may have been one that was brought.
    pub(super) fn lose_one(&mut self) {
        self.all.iter_mut().for_each(|union| union.lost += 1);
    }

    /// What a line says that was brought: with the numbers that requests and lines have here, with the time and the
    /// name of whoever recorded it there. One that does not count says that it was brought, and no more.
    pub(super) fn told(
        &self,
        outer: &LedgerEvent,
        brought: &BroughtLine,
    ) -> Result<LedgerEvent, &'static str> {
        let union = self.all.last().filter(|last| last.next < last.end()).ok_or(NOT_SO)?;
        if self.brought.contains_key(&brought.line.line_sha256()) {
            return Err(NOT_SO);
        }
        let mut inner = union.check(brought)?;
        let is_renumbered = renumber(&mut inner.event, union);
        let (prev, by, at) = (inner.prev, outer.actor.clone(), outer.at);
        let from = |kept| Some(BroughtFrom { prev, by, at, kept });
        if !brought.counts {
            return Ok(LedgerEvent { brought: from(Some(Box::new(inner.event))), ..outer.clone() });
        }
        let is_named = |number| union.said.numbers.iter().any(|other| other.number == number);
        let is_known = match inner.event {
            EventBody::Requested { number, .. } => is_named(number),
            _ => true,
        };
        if is_of_ledger(&inner.event) || !is_renumbered || !is_known {
            return Err(NOT_SO);
        }
        let LedgerEvent { at, actor, event, .. } = inner;
        Ok(LedgerEvent { at, actor, event, brought: from(None), ..outer.clone() })
    }

    /// Takes a line in; gives what [`Self::told`] says of it.
    pub(super) fn take(
        &mut self,
        outer: &LedgerEvent,
        brought: &BroughtLine,
    ) -> Result<LedgerEvent, &'static str> {
        let told = self.told(outer, brought)?;
        let at = self.all.len().saturating_sub(1);
        let (union, event) = self.all.last_mut().zip(event_of(brought)).ok_or(NOT_SO)?;
        union.desks.apply(&event);
        union.lines.insert(event.line(), outer.line());
        union.next = event.line();
        union.prev = brought.line.line_sha256();
        union.taken += 1;
        self.brought.insert(union.prev, (event.seq, at));
        Ok(told)
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

/// Gives requests and lines that an event names the numbers that they have here; whether every line that it names is
/// here.
fn renumber(event: &mut EventBody, union: &Bringing) -> bool {
    let to = |number: u64| union.numbers.get(&number).copied().unwrap_or(number);
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
        | EventBody::Submitted { report: OwedReport::Incident { line }, .. } => match union.line(*line) {
            Some(here) => *line = here,
            None => return false,
        },
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
    true
}
