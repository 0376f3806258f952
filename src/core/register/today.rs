//! O1 今日の仕事: what is overdue, what waits, what is to be handed in, what is about to be overwritten.
//!
//! Entry point: [`Today::of`]. Absent: stored state; it follows from the register and the day.

use serde::Serialize;

use super::{
    case::CaseState,
    disclosure::{Disclosure, DisclosureStatus},
    register::Register,
};
use crate::{bundle::BundleId, ledger::OwedReport, rules::RuleSet, text::Day};

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
    /// 審査待ち: numbers, and when they were received.
    pub to_review: Vec<(u64, Day)>,
    /// 提供待ち: numbers, and when they were decided.
    pub to_seal: Vec<(u64, Day)>,
    /// Requests whose footage is overwritten within seven days or was: numbers, and days that are left.
    pub footage: Vec<(u64, i64)>,
    /// 提出する報告書, and since when they are owed.
    pub owed: Vec<(OwedReport, Day)>,
    /// Office copies whose time of keeping is over.
    pub copies_over: Vec<(BundleId, Day)>,
    /// The same of what was watched here, by the number of its request.
    pub watched_over: Vec<(u64, Day)>,
    /// Events since the last backup.
    pub unsaved: u64,
}

/// «Soon» on the list of what is to be done.
const SOON_DAYS: i64 = 7;

impl Today {
    /// What is to be done on a day.
    pub fn of(register: &Register, today: Day, rules: &RuleSet) -> Self {
        let mut list = Self { unsaved: register.unsaved(), ..Self::default() };
        for (id, disclosure) in &register.disclosures {
            list.add(id, disclosure, today, rules);
        }
        list.overdue.sort_by_key(|(_, days)| -days);
        list.due_soon.sort_by_key(|(_, days)| *days);
        for case in register.cases.values() {
            match case.state(&register.disclosures) {
                CaseState::Review => list.to_review.push((case.number, case.request.received_on)),
                CaseState::Granted => {
                    let decided = case.decision.as_ref().map(|decision| decision.at.day());
                    list.to_seal.push((case.number, decided.unwrap_or(case.request.received_on)));
                }
                CaseState::Refused | CaseState::Sealed | CaseState::Provided | CaseState::Withdrawn => {}
            }
            let kept = case.copy_kept_until(&register.disclosures, rules);
            // Only what is disposed of after that is the copy.
            let is_there = |until: &Day| *until < today && !case.disposals.iter().any(|on| on > until);
            list.watched_over.extend(kept.filter(is_there).map(|until| (case.number, until)));
        }
        let waiting = list.to_review.iter().chain(&list.to_seal).map(|(number, _)| *number);
        let left = |number: u64| {
            let until = rules.footage_until(&register.cases.get(&number)?.request)?;
            Some((number, until.days_since(today)))
        };
        list.footage = waiting.filter_map(left).filter(|(_, days)| *days <= SOON_DAYS).collect();
        list.owed = owed(register, today, rules);
        list
    }

    fn add(&mut self, id: &BundleId, disclosure: &Disclosure, today: Day, rules: &RuleSet) {
        let left = disclosure.due.days_since(today);
        match disclosure.status {
            status if status.is_open() && left < 0 => self.overdue.push((id.clone(), -left)),
            status if status.is_open() && left <= SOON_DAYS => self.due_soon.push((id.clone(), left)),
            DisclosureStatus::Lost => self.lost.push(id.clone()),
            status if status.is_closable() => self.to_close.push(id.clone()),
            _ => {}
        }
        let until = disclosure.copy_kept_until(rules).filter(|until| *until < today);
        if let Some(until) = until.filter(|_| disclosure.copy_disposed.is_none()) {
            self.copies_over.push((id.clone(), until));
        }
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        let unsaved = self.unsaved;
        *self == Self { unsaved, ..Self::default() }
    }
}

/// The reports that the rules ask for, and that were not handed in: of disclosures, of incidents, of years that are
/// over and in which the office was there.
fn owed(register: &Register, today: Day, rules: &RuleSet) -> Vec<(OwedReport, Day)> {
    let mut all = Vec::new();
    if rules.report_each_disclosure {
        all.extend(register.cases.values().filter_map(|case| {
            let given = case.given_on(&register.disclosures)?;
            Some((OwedReport::Disclosure { number: case.number }, given))
        }));
    }
    if !rules.incident_report.text.is_empty() {
        all.extend(register.counted_incidents().map(|i| (OwedReport::Incident { line: i.line }, i.what.on)));
    }
    let first = register.began.filter(|_| !rules.periodic_report.text.is_empty());
    let years = first.map_or(0..0, |first| first.fiscal_year()..today.fiscal_year());
    all.extend(years.filter_map(|year| {
        let (_, last) = Day::of_fiscal_year(year)?;
        Some((OwedReport::Yearly { year }, last.plus_days(1)))
    }));
    all.retain(|(report, _)| register.handed_in(*report).is_none());
    all
}
