//! The counts of a fiscal year (年度, April to March) that periodic reports need (港区 10条1項, 藤沢市 7条).
//!
//! Entry point: [`Yearly::count`]. Absent: layout.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    disclosure::{Disclosure, DisclosureStatus},
    register::Register,
};
use crate::{
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
    /// 提供不可.
    pub refused: usize,
    /// Disclosures by ground: the article, what it says, how many.
    pub by_ground: Vec<(String, String, usize)>,
    /// Bundles that were sealed and not voided.
    pub disclosed: usize,
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

impl Yearly {
    /// Counts the fiscal year that began in the given Gregorian year, as it looked at its end, or looks on `today` if that is
    /// earlier: what is printed again later says the same.
    pub fn count(events: &[LedgerEvent], rules: &RuleSet, year: i32, today: Day) -> Self {
        let Some((first, last)) = Day::of_fiscal_year(year) else { return Self::default() };
        let until = today.min(last);
        let within = |day: Day| (first..=last).contains(&day);
        // What was written down only after its year had ended counts in the year in which it was: the report of its own year is out.
        let counts = |day: Day, recorded: Timestamp| {
            within(if day.fiscal_year() < recorded.day().fiscal_year() { recorded.day() } else { day })
        };
        let mut register = Register::default();
        let known = || events.iter().filter(|event| event.at.day() <= until);
        known().for_each(|event| register.apply(event));
        let extended = |event: &&LedgerEvent| matches!(event.event, EventBody::DueExtended { .. });
        let requested = |event: &&LedgerEvent| match &event.event {
            EventBody::Requested { request, .. } => counts(request.received_on, event.at),
            _ => false,
        };
        let decided = |granted: bool| {
            let decisions = register.cases.values().filter_map(|case| case.decision.as_ref());
            decisions.filter(|decision| decision.granted == granted && within(decision.at.day())).count()
        };
        let used = |d: &&Disclosure| within(d.sealed_at.day()) && d.status != DisclosureStatus::Voided;
        let disclosures: Vec<_> = register.disclosures.values().filter(used).collect();
        let mut grounds: BTreeMap<&str, usize> = BTreeMap::new();
        for disclosure in &disclosures {
            if let Some(case) = register.cases.get(&disclosure.sealed.number) {
                *grounds.entry(case.request.ground.as_str()).or_default() += 1;
            }
        }
        let shown: Vec<_> = known()
            .filter_map(|event| match &event.event {
                EventBody::Provided(p) if counts(p.on.day(), event.at) => register.cases.get(&p.number),
                _ => None,
            })
            .collect();
        for case in &shown {
            *grounds.entry(case.request.ground.as_str()).or_default() += 1;
        }
        let operations = |kind: OperationKind| {
            let ours = |event: &&LedgerEvent| match &event.event {
                EventBody::Operation(line) => line.section == kind && counts(line.on, event.at),
                _ => false,
            };
            known().filter(ours).count()
        };
        let incident = |event: &&LedgerEvent| match &event.event {
            EventBody::Incident(incident) => counts(incident.on, event.at),
            _ => false,
        };
        let of_ground = |ground: &Ground| {
            let count = grounds.get(ground.id.as_str()).copied().unwrap_or(0);
            (ground.article.clone(), ground.text.clone(), count)
        };
        // Grounds of rules that were in force earlier.
        let earlier = grounds
            .iter()
            .filter(|(id, _)| !rules.grounds.iter().any(|ground| ground.id == **id))
            .map(|(id, count)| ((*id).to_owned(), "（今の規程にない区分）".to_owned(), *count));
        let reported = |kinds: &[ReceiptKind]| {
            disclosures.iter().filter(|d| d.receipts.iter().any(|(kind, _)| kinds.contains(kind))).count()
        };
        let open = |d: &&&Disclosure| d.status.is_open();
        Self {
            year: first.fiscal_year_name(),
            requests: known().filter(requested).count(),
            granted: decided(true),
            refused: decided(false),
            by_ground: rules.grounds.iter().map(of_ground).chain(earlier).collect(),
            disclosed: disclosures.len(),
            shown: shown.len(),
            returned: reported(&[ReceiptKind::Return]),
            erased: reported(&[ReceiptKind::Erasure, ReceiptKind::Disposal]),
            transferred: reported(&[ReceiptKind::OnwardTransfer]),
            lost: reported(&[ReceiptKind::Loss]),
            closed: disclosures.iter().filter(|d| d.status == DisclosureStatus::Closed).count(),
            open: disclosures.iter().filter(open).count(),
            overdue: disclosures.iter().filter(open).filter(|d| d.due < until).count(),
            extensions: known().filter(extended).filter(|event| within(event.at.day())).count(),
            operations: OperationKind::ALL.into_iter().map(|kind| (kind, operations(kind))).collect(),
            incidents: known().filter(incident).count(),
        }
    }
}
