//! The counts of a fiscal year (年度, April to March) that periodic reports need (港区 10条1項, 藤沢市 7条).
//!
//! Entry point: [`Yearly::count`]. Absent: layout.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    case::{Case, Outcome},
    disclosure::{Disclosure, DisclosureStatus},
    register::Register,
};
use crate::{
    bundle::BundleId,
    documents::ReceiptKind,
    ledger::{EventBody, LedgerEvent, OperationKind},
    rules::{Ground, RuleSet},
    text::{Day, Timestamp},
};

/// The counts of one year.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Yearly {
    /// `令和8年度`.
    pub year: String,
    /// 申請.
    pub requests: usize,
    /// 提供可.
    pub granted: usize,
    /// Of these, 一部可.
    pub partly: usize,
    /// 提供不可.
    pub refused: usize,
    /// 取下げ.
    pub withdrawn: usize,
    /// Disclosures by ground: the article, what it says, how many.
    pub by_ground: Vec<(String, String, usize)>,
    /// Bundles and tickets that were handed over, and neither voided nor replaced. A 提供 is of the year of its first
    /// report: 受領, or another one where none came.
    pub disclosed: usize,
    /// 未交付: sealed, and nothing was reported of them yet.
    pub waiting: usize,
    /// Provided without a file (画像閲覧, 再生画像撮影).
    pub shown: usize,
    /// Of the bundles, reported as returned.
    pub returned: usize,
    /// Reported as erased or disposed of.
    pub erased: usize,
    /// Handed on (送致・引継ぎ).
    pub transferred: usize,
    /// Reported as lost (紛失).
    pub lost: usize,
    /// 完了.
    pub closed: usize,
    /// Not yet returned.
    pub open: usize,
    /// Of these, past their 返却期限 at the end of the year, or today if that is earlier.
    pub overdue: usize,
    /// 期限延長.
    pub extensions: usize,
    /// Lines of the 運用状況記録簿 by 区分.
    pub operations: Vec<(OperationKind, usize)>,
    /// 事故.
    pub incidents: usize,
}

/// How often each ground was used: those of the rules in their order, then those of rules that were in force earlier.
fn by_ground<'a>(used: impl Iterator<Item = &'a str>, rules: &RuleSet) -> Vec<(String, String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    used.for_each(|ground| *counts.entry(ground).or_default() += 1);
    let of_ground = |ground: &Ground| {
        let count = counts.remove(ground.id.as_str()).unwrap_or(0);
        (ground.article.clone(), ground.text.clone(), count)
    };
    let mut all: Vec<_> = rules.grounds.iter().map(of_ground).collect();
    let earlier = "（今の規程にない区分）";
    all.extend(counts.into_iter().map(|(id, count)| (id.to_owned(), earlier.to_owned(), count)));
    all
}

/// The first report of each bundle that was recorded: the day that it tells, and when it was written down.
fn first_reports<'a>(
    events: impl Iterator<Item = &'a LedgerEvent>,
) -> BTreeMap<&'a BundleId, (Day, Timestamp)> {
    let mut first = BTreeMap::new();
    for event in events {
        if let EventBody::ReceiptAccepted { bundle_id, day, .. }
        | EventBody::Reported { bundle_id, day, .. } = &event.event
        {
            first.entry(bundle_id).or_insert((*day, event.at));
        }
    }
    first
}

/// The request for which footage was watched here.
fn watched(body: &EventBody) -> Option<u64> {
    if let EventBody::Provided(provided) = body { Some(provided.number) } else { None }
}

/// Requests that were decided so on one of these days, and not withdrawn.
fn decided(register: &Register, outcomes: &[Outcome], within: impl Fn(Day) -> bool) -> usize {
    let is_of_year =
        |case: &&Case| case.withdrawn.is_none() && case.decision.as_ref().is_some_and(|d| within(d.at.day()));
    let is_one = |case: &&Case| case.outcome().is_some_and(|outcome| outcomes.contains(&outcome));
    register.cases.values().filter(is_of_year).filter(is_one).count()
}

/// The request that was withdrawn; one that was opened again was not.
fn withdrawn(register: &Register, body: &EventBody) -> Option<u64> {
    let EventBody::Withdrawn { number, .. } = body else { return None };
    register.cases.get(number).filter(|case| case.withdrawn.is_some()).map(|case| case.number)
}

impl Yearly {
    /// Counts the fiscal year that began in the given Gregorian year, as it looked at its end, or looks on
    /// `today` if that is earlier: what is printed again later says the same.
    pub fn count(events: &[LedgerEvent], rules: &RuleSet, year: i32, today: Day) -> Self {
        let Some((first, last)) = Day::of_fiscal_year(year) else { return Self::default() };
        let until = today.min(last);
        let within = |day: Day| (first..=last).contains(&day);
        // What was written down only after its year had ended counts in the year in which it was: the report
        // of its own year is out.
        let counts = |day: Day, recorded: Timestamp| {
            within(if day.fiscal_year() < recorded.day().fiscal_year() { recorded.day() } else { day })
        };
        let until_then = || events.iter().filter(|event| event.at.day() <= until);
        let register = Register::of(until_then());
        let known = || until_then().filter(|event| !register.taken_back.contains(&event.line()));
        let told: Vec<_> =
            known().filter(|event| event.event.told_day().is_some_and(|day| counts(day, event.at))).collect();
        let decided = |outcomes: &[Outcome]| decided(&register, outcomes, within);
        let provided = first_reports(known());
        let of_year = |d: &&Disclosure| {
            provided.get(&d.sealed.bundle_id).is_some_and(|(day, recorded)| counts(*day, *recorded))
        };
        let all = || register.disclosures.values().filter(of_year);
        let disclosures: Vec<_> = all().filter(|d| d.status.counts()).collect();
        let shown: Vec<_> = told.iter().filter_map(|event| watched(&event.event)).collect();
        let sealed = disclosures.iter().map(|disclosure| disclosure.sealed.number);
        let provided = sealed.chain(shown.iter().copied()).filter_map(|number| register.cases.get(&number));
        let by_ground = by_ground(provided.map(|case| case.request.ground.as_str()), rules);
        let of_kind =
            |fits: &dyn Fn(&EventBody) -> bool| told.iter().filter(|event| fits(&event.event)).count();
        let gone: BTreeSet<u64> =
            told.iter().filter_map(|event| withdrawn(&register, &event.event)).collect();
        let operations = |kind| {
            (kind, of_kind(&|body| matches!(body, EventBody::Operation(line) if line.section == kind)))
        };
        let is_extended = |event: &&LedgerEvent| matches!(event.event, EventBody::DueExtended { .. });
        let reported = |kinds: &[ReceiptKind]| {
            disclosures.iter().filter(|d| d.receipts.iter().any(|(kind, _)| kinds.contains(kind))).count()
        };
        Self {
            year: first.fiscal_year_name(),
            requests: of_kind(&|body| matches!(body, EventBody::Requested { .. })),
            granted: decided(&[Outcome::Granted, Outcome::Partly]),
            partly: decided(&[Outcome::Partly]),
            refused: decided(&[Outcome::Refused]),
            withdrawn: gone.len(),
            by_ground,
            disclosed: disclosures.len(),
            waiting: register.disclosures.values().filter(|d| d.status == DisclosureStatus::Sealed).count(),
            shown: shown.len(),
            returned: reported(&[ReceiptKind::Return]),
            erased: reported(&[ReceiptKind::Erasure, ReceiptKind::Disposal]),
            transferred: reported(&[ReceiptKind::OnwardTransfer]),
            lost: all().filter(|d| d.was_lost()).count(),
            closed: disclosures.iter().filter(|d| d.status == DisclosureStatus::Closed).count(),
            open: disclosures.iter().filter(|d| d.status.is_open()).count(),
            overdue: disclosures.iter().filter(|d| d.status.is_open() && d.due < until).count(),
            extensions: known().filter(is_extended).filter(|event| within(event.at.day())).count(),
            operations: OperationKind::ALL.iter().copied().map(operations).collect(),
            incidents: of_kind(&|body| matches!(body, EventBody::Incident(_))),
        }
    }

    /// The counts with the words of the report, in its order.
    pub fn rows(&self) -> [(&'static str, usize); 17] {
        [
            ("申請", self.requests),
            ("提供可", self.granted),
            ("うち一部可", self.partly),
            ("提供不可", self.refused),
            ("取下げ", self.withdrawn),
            ("画像データの提供", self.disclosed),
            ("封印済で未交付", self.waiting),
            ("閲覧等の提供", self.shown),
            ("返却", self.returned),
            ("消去・廃棄", self.erased),
            ("送致・引継ぎ", self.transferred),
            ("紛失", self.lost),
            ("完了", self.closed),
            ("未返却", self.open),
            ("うち期限を経過したもの", self.overdue),
            ("期限延長", self.extensions),
            ("事故", self.incidents),
        ]
    }
}
