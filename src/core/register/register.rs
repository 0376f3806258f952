//! The office's register as its events tell it: requests from receipt to decision, disclosures from sealing
//! to 完了, what is due.
//!
//! Entry points: [`Register::project`], [`Register::follow`] for later events, [`Register::search`]. Absent: what is to
//! be done ([`super::Today`]), and stored state; all of this can be computed anew from the ledger at any time.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    iter,
};

use super::{
    case::{Case, CaseState, fold},
    disclosure::{Disclosure, DisclosureStatus},
    findings::LedgerFinding,
    subject::{BundleLine, Subject},
};
use crate::{
    bundle::BundleId,
    documents::Request,
    ledger::{
        Approval, Attachment, Desks, EventBody, Incident, LedgerEvent, LetterKind, Operation, OwedReport,
        PersonRole, Renumbered, Union, YearClosing, YearDestruction, is_of_ledger,
    },
    rules::RuleSet,
    text::{Day, SeenTime, Timestamp},
};

/// Everything that the ledger tells, by subject.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Requests by running number.
    pub cases: BTreeMap<u64, Case>,
    /// Disclosures by 管理番号.
    pub disclosures: BTreeMap<BundleId, Disclosure>,
    /// 運用状況記録簿, in the order of recording.
    pub operations: Vec<Recorded<Operation>>,
    /// 事故.
    pub incidents: Vec<Recorded<Incident>>,
    /// 報告の提出: which, and on which day.
    pub submitted: Vec<(OwedReport, Day)>,
    /// Lines that were taken back, from 1.
    pub taken_back: BTreeSet<u64>,
    /// 役割.
    pub roles: Vec<Approval>,
    /// 担当者 who work with the ledger, by name, and what each may do; none where an office does not tell them apart.
    pub people: BTreeMap<String, Vec<PersonRole>>,
    /// 端末 that have keys of their own.
    pub desks: Desks,
    /// 文例 that the office set: 件名 and text of each letter; without a text, what this program would write.
    pub letter_texts: HashMap<LetterKind, (String, String)>,
    /// The office's own rule file, the latest that was adopted.
    pub own_rules: Option<String>,
    /// When the last backup was taken, and how many lines it had.
    pub backed_up: Option<(Timestamp, u64)>,
    /// What is odd about the ledger as a whole, in the order of its lines.
    pub findings: Vec<LedgerFinding>,
    /// When the first line was written.
    pub began: Option<Day>,
    /// Documents that a line names, by their SHA-256 in hexadecimal, also where the line does not count.
    pub documents: BTreeMap<String, Attachment>,
    /// How many keys the office had before the one in force.
    keys_before: usize,
    /// What may be taken back, by its line.
    subjects: BTreeMap<u64, Subject>,
    latest: Option<Timestamp>,
    /// What each line says is the SHA-256 of the one before it: every head that the ledger ever had, but the last.
    heads: HashSet<[u8; 32]>,
    /// 締めた年度, by the year in which each began, with the day on which it was closed.
    pub closed: BTreeMap<i32, (Day, YearClosing)>,
    /// 廃棄した年度の記録.
    pub destroyed: BTreeMap<i32, YearDestruction>,
    /// Whose each line is, when it was written, and what it says is the SHA-256 of the one before it.
    pub(super) lines: Vec<RegisterLine>,
    /// 統合: other ledgers that were brought into this one, and when.
    pub unions: Vec<(Timestamp, Union)>,
    /// Lines were destroyed.
    pub(super) has_gaps: bool,
    events: u64,
}

/// Whose a line is, for the end of its time of keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineOwner {
    /// A request's.
    Case(u64),
    /// That of a 年度, by the year in which it began.
    Year(i32),
    /// The office's, as long as it is.
    Office,
}

/// A line of the ledger, as the end of its year sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RegisterLine {
    pub owner: LineOwner,
    pub written: Day,
    /// SHA-256 of the line before it.
    pub prev: [u8; 32],
}

/// What stands on a line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<T> {
    /// Which line, from 1.
    pub line: u64,
    /// Who recorded it.
    pub actor: String,
    /// What it says.
    pub what: T,
    /// It was recorded by mistake and taken back.
    pub is_taken_back: bool,
}

impl Register {
    /// The register of a ledger.
    pub fn project(events: &[LedgerEvent]) -> Self {
        Self::of(events.iter())
    }

    /// The register of some events of a ledger, in their order.
    pub(super) fn of<'a>(events: impl Iterator<Item = &'a LedgerEvent> + Clone) -> Self {
        let taken_back = events.clone().filter_map(|event| match event.event {
            EventBody::TakenBack { line, .. } => Some(line),
            _ => None,
        });
        let mut register = Self { taken_back: taken_back.collect(), ..Self::default() };
        events.for_each(|event| register.apply(event));
        register
    }

    /// Takes in what stands in the ledger behind what is known. A line that takes another one back changes what was
    /// known; then all is computed anew.
    pub fn follow(&mut self, events: &[LedgerEvent]) {
        let new = usize::try_from(self.events).ok().and_then(|known| events.get(known..)).unwrap_or_default();
        if new.iter().any(|event| matches!(event.event, EventBody::TakenBack { .. })) {
            *self = Self::project(events);
        } else {
            new.iter().for_each(|event| self.apply(event));
        }
    }

    /// Its place and its time.
    fn look_at_line(&mut self, LedgerEvent { prev, at, brought, .. }: &LedgerEvent) {
        self.events += 1;
        self.began.get_or_insert(at.day());
        self.heads.insert(prev.0);
        // Recipients of bundles of there saw heads of there; when it was brought is when this line was written.
        self.heads.extend(brought.iter().map(|from| from.prev.0));
        let at = brought.as_ref().map_or(*at, |from| from.at);
        if let Some(after) = self.latest.filter(|latest| SeenTime::of(at, Some(*latest)).backwards) {
            self.findings.push(LedgerFinding::TimeBackwards { line: self.events, at, after });
        }
        self.latest = self.latest.max(Some(at));
    }

    /// Whether a report brings back a head that this ledger had (FORMAT.md §10.8).
    fn look_at_witness(&mut self, event: &EventBody) {
        let EventBody::ReceiptAccepted { bundle_id, .. } = event else { return };
        let report = self.disclosures.get(bundle_id).and_then(|disclosure| disclosure.reports.last());
        let unknown =
            report.and_then(|report| report.ledger_head).filter(|head| !self.heads.contains(&head.0));
        if unknown.is_some() {
            let bundle_id = bundle_id.clone();
            self.findings.push(LedgerFinding::Overtaken { line: self.events, bundle_id });
        }
    }

    fn recorded<T: Clone>(&self, event: &LedgerEvent, what: &T) -> Recorded<T> {
        let line = event.line();
        let is_taken_back = self.taken_back.contains(&line);
        Recorded { line, actor: event.actor.clone(), what: what.clone(), is_taken_back }
    }

    /// Registers show a line that was taken back, and say so.
    fn take_into_books(&mut self, event: &LedgerEvent) {
        match &event.event {
            EventBody::Operation(line) => self.operations.push(self.recorded(event, &**line)),
            EventBody::Incident(incident) => self.incidents.push(self.recorded(event, &**incident)),
            _ => {}
        }
    }

    /// What it says of a request, and by which key a bundle was sealed.
    fn look_at_subjects(&mut self, event: &LedgerEvent) {
        let (number, bundle) = event.event.concerns();
        let is_sealing = matches!(event.event, EventBody::Sealed(_));
        if let Some(disclosure) = bundle.filter(|_| is_sealing).and_then(|id| self.disclosures.get_mut(id)) {
            disclosure.key_number = self.keys_before;
        }
        if let Some(case) = number.and_then(|number| self.cases.get_mut(&number)) {
            case.apply(event);
            case.describe(&self.disclosures);
        }
    }

    /// A line that a union brought and that does not count; what concerns the other ledger alone is not told.
    fn set_aside(&mut self, event: &LedgerEvent) {
        let kept = event.brought.as_ref().and_then(|from| from.kept.as_deref());
        if let Some(kept) = kept.filter(|kept| !is_of_ledger(kept)) {
            let (line, what) = (event.line(), kept.japanese());
            self.findings.push(LedgerFinding::SetAside { line, what });
        }
    }

    /// The number that a request had in another ledger, before a union brought it here.
    pub fn number_before(&self, number: u64) -> Option<Renumbered> {
        let mut all = self.unions.iter().flat_map(|(_, union)| &union.numbers);
        all.find(|other| other.number == number).copied()
    }

    /// Gives a request that is to be recorded next the number that is free: another desk may have taken the one that
    /// was thought of.
    pub fn number(&self, event: &mut EventBody) {
        if let EventBody::Requested { number, .. } = event {
            *number = self.next_number();
        }
    }

    /// Takes a new request in; it has a number in its year.
    fn take_case(&mut self, case: Case) {
        let year = case.recorded_at.day().fiscal_year();
        let is_of_year = |known: &&Case| known.recorded_at.day().fiscal_year() == year;
        let in_year = self.cases.values().rev().find(is_of_year).map_or(1, |last| last.in_year + 1);
        self.cases.entry(case.number).or_insert(Case { in_year, ..case });
    }

    /// Takes one more event in.
    fn apply(&mut self, event: &LedgerEvent) {
        self.look_at_line(event);
        self.subjects.extend(Subject::of(&event.event).map(|subject| (event.line(), subject)));
        let named = event.attachments().iter().map(|named| (named.sha256.clone(), named.clone()));
        self.documents.extend(named);
        self.take_into_books(event);
        if self.taken_back.contains(&event.line()) {
            return self.own_line(event);
        }
        Disclosure::apply(&mut self.disclosures, event);
        self.look_at_witness(&event.event);
        self.look_at_subjects(event);
        self.own_line(event);
        self.desks.apply(event);
        self.take_in(event);
    }

    /// What it says of a new request, or of the office.
    fn take_in(&mut self, event: &LedgerEvent) {
        match &event.event {
            EventBody::Requested { number, request, attachments, recipient_keys } => {
                let case = Case::new(*number, event, request, attachments, recipient_keys.as_ref());
                self.take_case(case);
            }
            EventBody::Submitted { report, on, .. } => self.submitted.push((*report, *on)),
            EventBody::KeyChanged { .. } => self.keys_before += 1,
            EventBody::RulesAdopted { text } => self.own_rules = Some(text.clone()),
            EventBody::LetterTextSet { letter, title, body } => {
                self.letter_texts.insert(*letter, (title.clone(), body.clone()));
            }
            EventBody::OfficeSet { roles } => self.roles.clone_from(roles),
            EventBody::PersonSet { name, roles } if roles.is_empty() => drop(self.people.remove(name)),
            EventBody::PersonSet { name, roles } => drop(self.people.insert(name.clone(), roles.clone())),
            EventBody::BackedUp { lines } => self.backed_up = Some((event.at, *lines)),
            EventBody::Destroyed => self.has_gaps = true,
            EventBody::YearClosed(said) => {
                drop(self.closed.insert(said.year, (event.at.day(), (**said).clone())))
            }
            EventBody::YearDestroyed(said) => drop(self.destroyed.insert(said.year, (**said).clone())),
            EventBody::Restored(said) => {
                self.findings.push(LedgerFinding::Restored { line: self.events, lost: said.lost });
            }
            EventBody::LedgersUnited(said) => {
                self.heads.insert(said.sha256.0);
                self.unions.push((event.at, (**said).clone()));
            }
            EventBody::Brought(_) => self.set_aside(event),
            // These concern a request or a disclosure alone, were taken in above, or change nothing that is shown.
            EventBody::Reviewed { .. }
            | EventBody::Decided { .. }
            | EventBody::Corrected { .. }
            | EventBody::DecisionCorrected { .. }
            | EventBody::Withdrawn { .. }
            | EventBody::Reopened { .. }
            | EventBody::Attached { .. }
            | EventBody::Claimed { .. }
            | EventBody::DeskEnrolled { .. }
            | EventBody::DeskStruckOff { .. }
            | EventBody::Issued(_)
            | EventBody::Provided(_)
            | EventBody::Sealed(_)
            | EventBody::Operation(_)
            | EventBody::OfficeFounded { .. }
            | EventBody::OfficeRenamed { .. }
            | EventBody::Incident(_)
            | EventBody::TakenBack { .. }
            | EventBody::ReceiptAccepted { .. }
            | EventBody::ReceiptRefused { .. }
            | EventBody::OfficeCertified { .. }
            | EventBody::ReceiptStamped { .. }
            | EventBody::DueExtended { .. }
            | EventBody::Reported { .. }
            | EventBody::Voided { .. }
            | EventBody::CopyDisposed { .. }
            | EventBody::Closed { .. } => {}
        }
    }

    /// Notes whose line it is.
    fn own_line(&mut self, event: &LedgerEvent) {
        let of_line = |line: u64| {
            let at = usize::try_from(line.checked_sub(1)?).ok()?;
            self.lines.get(at).map(|known: &RegisterLine| known.owner)
        };
        // What counts for nothing goes with its own request, too.
        let kept = event.brought.as_ref().and_then(|from| from.kept.as_deref());
        let body = kept.unwrap_or(&event.event);
        let (number, bundle) = body.concerns();
        let of_bundle = |id| self.disclosures.get(id).map(|disclosure| disclosure.sealed.number);
        let owner = if let Some(number) = number.or_else(|| bundle.and_then(of_bundle)) {
            LineOwner::Case(number)
        } else if let EventBody::TakenBack { line, .. }
        | EventBody::Submitted { report: OwedReport::Incident { line }, .. } = body
        {
            of_line(*line).unwrap_or(LineOwner::Office)
        } else if matches!(
            body,
            EventBody::Operation(_) | EventBody::Incident(_) | EventBody::ReceiptRefused { .. }
        ) {
            LineOwner::Year(body.told_day().unwrap_or(event.at.day()).fiscal_year())
        } else {
            LineOwner::Office
        };
        self.lines.push(RegisterLine { owner, written: event.at.day(), prev: event.prev.0 });
    }

    /// The bundle or the request of a line that may be taken back: nothing stands on it.
    pub fn retractable(&self, line: u64) -> Option<Subject> {
        let subject = self.subjects.get(&line).filter(|_| !self.taken_back.contains(&line))?;
        let may = match subject {
            Subject::OfBundle(id, kind) => {
                let status = self.disclosures.get(id)?.status;
                match kind {
                    BundleLine::Closing => status == DisclosureStatus::Closed,
                    BundleLine::Voiding => status == DisclosureStatus::Voided && self.waits_for_bundle(id),
                    BundleLine::Incident => status != DisclosureStatus::Closed,
                    BundleLine::Other => !status.is_over(),
                }
            }
            Subject::OfCase(_) | Subject::Alone => true,
        };
        may.then(|| subject.clone())
    }

    /// Whether the request of a bundle was granted and has none that counts.
    fn waits_for_bundle(&self, id: &BundleId) -> bool {
        let number = self.disclosures.get(id).map(|disclosure| disclosure.sealed.number);
        let case = number.and_then(|number| self.cases.get(&number));
        case.is_some_and(|case| case.state(&self.disclosures) == CaseState::Granted)
    }

    /// Whether an incident was recorded about a bundle.
    pub(crate) fn has_incident(&self, id: &BundleId) -> bool {
        self.counted_incidents().any(|incident| incident.what.bundle_id.as_ref() == Some(id))
    }

    /// 事故 whose line was not taken back.
    pub fn counted_incidents(&self) -> impl Iterator<Item = &Recorded<Incident>> {
        self.incidents.iter().filter(|incident| !incident.is_taken_back)
    }

    /// The day on which a report was handed in, if it was.
    pub(super) fn handed_in(&self, report: OwedReport) -> Option<Day> {
        self.submitted.iter().find(|(known, _)| *known == report).map(|(_, on)| *on)
    }

    /// Which of the office's keys sealed a bundle, from 0; `None` for a bundle that was not recorded.
    pub fn key_number(&self, id: &BundleId) -> Option<usize> {
        self.disclosures.get(id).map(|disclosure| disclosure.key_number)
    }

    /// Of things that the office has one for each of its keys, those for a bundle: one, and all of them for a bundle
    /// that was not recorded.
    pub fn of_key<'a, T>(&self, id: &BundleId, all: &'a [T]) -> &'a [T] {
        match self.key_number(id) {
            Some(number) => all.get(number..=number).unwrap_or_default(),
            None => all,
        }
    }

    /// How many events were recorded since the last backup.
    pub fn unsaved(&self) -> u64 {
        self.events.saturating_sub(self.backed_up.map_or(0, |(_, lines)| lines))
    }

    /// Requests that name the same 文書番号 of the same organization: one of them may have come twice.
    pub fn same_document(&self, request: &Request) -> Vec<u64> {
        let document =
            |request: &Request| (fold(&request.document_number), fold(&request.applicant.organization));
        let wanted = document(request);
        let is_same = |case: &&Case| !wanted.0.trim().is_empty() && document(&case.request) == wanted;
        self.cases.values().filter(is_same).map(|case| case.number).collect()
    }

    /// Whether nothing was recorded yet.
    pub fn is_empty(&self) -> bool {
        self.events == 0
    }

    /// The running number of the next request.
    pub fn next_number(&self) -> u64 {
        let known = self.cases.last_key_value().map(|(number, _)| *number);
        let destroyed = self.destroyed.values().map(|said| said.last_number);
        // Those of a union whose lines are still coming are given out, too.
        let united = self.unions.iter().flat_map(|(_, union)| &union.numbers).map(|other| other.number);
        known.max(destroyed.chain(united).max()).map_or(1, |number| number + 1)
    }

    /// The running number of the next bundle.
    pub fn next_bundle(&self) -> u64 {
        let destroyed: u64 = self.destroyed.values().map(|said| said.bundles).sum();
        self.disclosures.len() as u64 + destroyed + 1
    }

    /// Whether the office keeps a bundle, so that tickets for it can be issued: it was handed out, the office's copy
    /// is not disposed of, and it is waited for, or its copy is to be kept. When that ends, the bundle's key goes
    /// (FORMAT.md §11.8).
    pub fn keeps(&self, bundle: &Disclosure, rules: &RuleSet, today: Day) -> bool {
        let tickets = || bundle.tickets.iter().filter_map(|id| self.disclosures.get(id));
        let is_waited_for = || iter::once(bundle).chain(tickets()).any(|d| !d.status.is_over());
        let is_kept = || bundle.copy_kept_until(rules).is_some_and(|until| today <= until);
        !bundle.is_gone() && (is_waited_for() || is_kept())
    }

    /// Requests in which all words of `query` occur, the newest first. All of them, if there are no words.
    pub fn search(&self, query: &str) -> Vec<&Case> {
        let query = fold(query);
        let words: Vec<&str> = query.split_whitespace().collect();
        let fits = |case: &&Case| words.iter().all(|word| case.haystack.contains(word));
        self.cases.values().rev().filter(fits).collect()
    }
}
