//! The office's register as its events tell it: requests from receipt to decision, disclosures from sealing
//! to 完了, what is due.
//!
//! Entry points: [`Register::project`], [`Register::apply`] for one more event, [`Register::search`],
//! [`Register::today`]. Absent: stored state; all of this can be computed anew from the ledger at any time.

use std::{
    collections::{BTreeMap, HashSet},
    iter,
};

use serde::Serialize;

use super::{
    case::{Case, CaseState, Decision, fold},
    disclosure::{Disclosure, DisclosureStatus},
};
use crate::{
    bundle::BundleId,
    ledger::{Approval, Attachment, EventBody, Incident, LedgerEvent, Operation, SealedEvent},
    rules::RuleSet,
    text::{Day, SeenTime, Timestamp},
};

/// What is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Today {
    /// Past their 返却期限: 管理番号 and days, the latest first.
    pub overdue: Vec<(BundleId, i64)>,
    /// Due within seven days.
    pub due_soon: Vec<(BundleId, i64)>,
    /// Reported as returned or erased; the medium is to be checked.
    pub to_close: Vec<BundleId>,
    /// Lost (紛失): to be looked for, reported, or recovered.
    pub lost: Vec<BundleId>,
    /// 審査待ち.
    pub to_review: Vec<u64>,
    /// 封印待ち.
    pub to_seal: Vec<u64>,
    /// Office copies whose time of keeping is over.
    pub copies_over: Vec<(BundleId, Day)>,
    /// Events since the last backup.
    pub unsaved: u64,
}

/// Everything that the ledger tells, by subject.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Requests by running number.
    pub cases: BTreeMap<u64, Case>,
    /// Disclosures by 管理番号.
    pub disclosures: BTreeMap<BundleId, Disclosure>,
    /// 運用状況記録簿, in the order of recording.
    pub operations: Vec<Operation>,
    /// 事故.
    pub incidents: Vec<Incident>,
    /// 役割.
    pub roles: Vec<Approval>,
    /// The office's own rule file, the latest that was adopted.
    pub own_rules: Option<String>,
    /// When the last backup was taken, and how many lines it had.
    pub backed_up: Option<(Timestamp, u64)>,
    /// What is odd about the ledger as a whole, in the order of its lines.
    pub findings: Vec<LedgerFinding>,
    /// How many keys the office had before the one in force.
    keys_before: usize,
    latest: Option<Timestamp>,
    /// What each line says is the SHA-256 of the one before it: every head that the ledger ever had, but the last.
    heads: HashSet<[u8; 32]>,
    events: u64,
}

/// Something that does not make a ledger unsound, and that whoever reads it should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum LedgerFinding {
    /// A line is dated before an earlier one: the clock of the desk was set back.
    TimeBackwards {
        /// Which line, from 1.
        line: u64,
        /// Its time.
        at: Timestamp,
        /// The latest time before it.
        after: Timestamp,
    },
    /// A recipient saw a head that this ledger never had: it was set back to an older copy, or went another way.
    Overtaken {
        /// Which line took the report in, from 1.
        line: u64,
        /// Of which bundle.
        bundle_id: BundleId,
    },
    /// A backup took the place of a damaged ledger.
    Restored {
        /// Which line says so, from 1.
        line: u64,
        /// Events that were lost.
        lost: u64,
    },
}

impl LedgerFinding {
    /// In one line, as papers have it.
    pub fn japanese(&self) -> String {
        match self {
            Self::TimeBackwards { line, at, after } => {
                format!("{line}行目の時刻（{}）が、前の行（{}）より戻っています", at.wareki(), after.wareki())
            }
            Self::Overtaken { line, bundle_id } => format!(
                "{line}行目の報告（{bundle_id}）は、この記録簿にない行を見た人のものです。記録簿が古い写しに戻されたか、別の写しと分かれています"
            ),
            Self::Restored { line, lost } => {
                format!("{line}行目で、傷んだ記録簿をバックアップで置き換えました（失われた記録 {lost} 件）")
            }
        }
    }
}

/// «This week» on the list of what is to be done.
const SOON_DAYS: i64 = 7;

impl Register {
    /// The register of a ledger.
    pub fn project(events: &[LedgerEvent]) -> Self {
        let mut register = Self::default();
        events.iter().for_each(|event| register.apply(event));
        register
    }

    /// Its place and its time.
    fn look_at_line(&mut self, LedgerEvent { prev, at, .. }: &LedgerEvent) {
        self.events += 1;
        self.heads.insert(prev.0);
        let at = *at;
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

    fn sealed(&mut self, SealedEvent { number, bundle_id, .. }: &SealedEvent) {
        if let Some(disclosure) = self.disclosures.get_mut(bundle_id) {
            disclosure.key_number = self.keys_before;
        }
        if let Some(case) = self.cases.get_mut(number)
            && !case.bundles.contains(bundle_id)
        {
            case.bundles.push(bundle_id.clone());
            case.describe();
        }
    }

    /// Takes one more event in.
    pub fn apply(&mut self, event: &LedgerEvent) {
        self.look_at_line(event);
        Disclosure::apply(&mut self.disclosures, event);
        self.look_at_witness(&event.event);
        match &event.event {
            EventBody::Requested { number, request, attachments, recipient_keys } => {
                self.cases.entry(*number).or_insert_with(|| {
                    Case::new(*number, event.at, request, attachments, recipient_keys.as_ref())
                });
            }
            EventBody::Reviewed { number, review, undertaking } => {
                if let Some(case) = self.cases.get_mut(number) {
                    case.request.review = review.clone();
                    case.request.undertaking.clone_from(undertaking);
                }
            }
            EventBody::Decided { number, granted, by, reason, findings, approvals } => {
                if let Some(case) = self.cases.get_mut(number) {
                    case.decision = Some(Decision {
                        at: event.at,
                        granted: *granted,
                        by: by.clone(),
                        reason: reason.clone(),
                        findings: findings.clone(),
                        approvals: approvals.clone(),
                    });
                }
            }
            EventBody::KeyChanged { .. } => self.keys_before += 1,
            EventBody::Sealed(sealed) => self.sealed(sealed),
            EventBody::Provided(provided) => {
                if let Some(case) = self.cases.get_mut(&provided.number) {
                    case.provided = Some(provided.clone());
                }
            }
            EventBody::RulesAdopted { text } => self.own_rules = Some(text.clone()),
            EventBody::Operation(operation) => self.operations.push((**operation).clone()),
            EventBody::Incident(incident) => self.incidents.push((**incident).clone()),
            EventBody::OfficeSet { roles } => self.roles.clone_from(roles),
            EventBody::BackedUp { lines } => self.backed_up = Some((event.at, *lines)),
            EventBody::Restored { lost, .. } => {
                self.findings.push(LedgerFinding::Restored { line: self.events, lost: *lost });
            }
            // These concern a disclosure alone, or change nothing that is shown.
            EventBody::OfficeFounded { .. }
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

    /// Every document that came with a request.
    pub fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.cases.values().flat_map(|case| &case.attachments)
    }

    /// Whether nothing was recorded yet.
    pub fn is_empty(&self) -> bool {
        self.events == 0
    }

    /// The running number of the next request.
    pub fn next_number(&self) -> u64 {
        self.cases.last_key_value().map_or(1, |(number, _)| number + 1)
    }

    /// The running number of the next bundle.
    pub fn next_bundle(&self) -> u64 {
        self.disclosures.len() as u64 + 1
    }

    /// Whether the office keeps a bundle, so that tickets for it can be issued: it was handed out, the office's copy
    /// is not disposed of, and it is waited for, or its copy is to be kept. When that ends, the bundle's key goes
    /// (FORMAT.md §11.8).
    pub fn keeps(&self, bundle: &Disclosure, rules: &RuleSet, today: Day) -> bool {
        let gone = bundle.sealed.ticket.is_some()
            || bundle.status == DisclosureStatus::Voided
            || bundle.copy_disposed.is_some();
        let tickets = || bundle.tickets.iter().filter_map(|id| self.disclosures.get(id));
        let is_waited_for = || iter::once(bundle).chain(tickets()).any(|d| !d.status.is_over());
        let is_kept = || bundle.copy_kept_until(rules).is_some_and(|until| today <= until);
        !gone && (is_waited_for() || is_kept())
    }

    /// Requests in which all words of `query` occur, the newest first. All of them, if there are no words.
    pub fn search(&self, query: &str) -> Vec<&Case> {
        let query = fold(query);
        let words: Vec<&str> = query.split_whitespace().collect();
        let fits = |case: &&Case| words.iter().all(|word| case.haystack.contains(word));
        self.cases.values().rev().filter(fits).collect()
    }

    /// What is to be done on a day.
    pub fn today(&self, today: Day, rules: &RuleSet) -> Today {
        let mut list = Today::default();
        for (id, disclosure) in &self.disclosures {
            let left = disclosure.due.days_since(today);
            match disclosure.status {
                status if status.is_open() && left < 0 => list.overdue.push((id.clone(), -left)),
                status if status.is_open() && left <= SOON_DAYS => list.due_soon.push((id.clone(), left)),
                DisclosureStatus::Lost => list.lost.push(id.clone()),
                status if status.is_closable() => list.to_close.push(id.clone()),
                _ => {}
            }
            let until = disclosure.copy_kept_until(rules).filter(|until| *until < today);
            if let Some(until) = until.filter(|_| disclosure.copy_disposed.is_none()) {
                list.copies_over.push((id.clone(), until));
            }
        }
        list.overdue.sort_by_key(|(_, days)| -days);
        list.due_soon.sort_by_key(|(_, days)| *days);
        for case in self.cases.values() {
            match case.state(&self.disclosures) {
                CaseState::Review => list.to_review.push(case.number),
                CaseState::Granted => list.to_seal.push(case.number),
                CaseState::Refused | CaseState::Sealed | CaseState::Provided => {}
            }
        }
        list.unsaved = self.events.saturating_sub(self.backed_up.map_or(0, |(_, lines)| lines));
        list
    }
}

impl Today {
    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        let Self { overdue, due_soon, to_close, lost, to_review, to_seal, copies_over, .. } = self;
        overdue.is_empty()
            && due_soon.is_empty()
            && to_close.is_empty()
            && lost.is_empty()
            && to_review.is_empty()
            && to_seal.is_empty()
            && copies_over.is_empty()
    }
}
