//! What the recipient's reports say, as the office must see it before a case is closed: copies, stills, anomalies, and
//! kinds that contradict each other.
//!
//! Entry points: [`ReceivedReport`], [`Concern`]. Absent: whether a report is genuine; that was checked when it came
//! in.

use serde::Serialize;

use crate::{
    crypto::Jws,
    documents::{Anomaly, Receipt, ReceiptKind, Report, ViewingLog},
    ledger::Via,
    text::Day,
};

/// A report that was accepted, with what its file says; a typed code says no more than kind and day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceivedReport {
    /// What it reports.
    pub kind: ReceiptKind,
    /// On which day.
    pub day: Day,
    /// How it came.
    pub via: Via,
    /// The report in words.
    pub words: Option<Report>,
    /// What the viewer recorded.
    pub log: Option<ViewingLog>,
    /// The receipt itself, or the code.
    #[serde(skip)]
    pub(super) evidence: String,
}

/// Something in a report that somebody must answer before the case is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "concern", rename_all = "snake_case")]
pub enum Concern {
    /// Copies or prints were made, in the recipient's words.
    Copies {
        /// The words.
        said: String,
    },
    /// Stills were saved.
    Stills {
        /// How many.
        count: usize,
    },
    /// Pictures were printed.
    Prints {
        /// How many.
        count: usize,
    },
    /// Originals were taken out.
    Exports {
        /// How many.
        count: usize,
    },
    /// The viewer noted something unusual.
    Anomaly {
        /// Its code: `clock_backwards`.
        code: String,
    },
    /// A report contradicts an earlier one: what was erased or lost is kept or returned.
    Contradiction {
        /// The earlier kind.
        before: ReceiptKind,
        /// The later one.
        kind: ReceiptKind,
    },
}

impl Concern {
    /// In one line, as papers have it.
    pub fn japanese(&self) -> String {
        match self {
            Self::Copies { said } => format!("複製・印刷物：{said}"),
            Self::Stills { count } => format!("静止画 {count} 枚が保存されました"),
            Self::Prints { count } => format!("映像 {count} 枚が印刷されました"),
            Self::Exports { count } => format!("原本 {count} 件が取り出されました"),
            Self::Anomaly { code } => {
                let words = Anomaly::named(code).map_or(code.as_str(), |anomaly| anomaly.japanese());
                format!("視聴の記録に異常があります（{words}）")
            }
            Self::Contradiction { before, kind } => {
                format!("「{}」の報告のあとに「{}」の報告があります", before.japanese(), kind.japanese())
            }
        }
    }
}

/// What people write where there are no copies.
const NO_COPIES: [&str; 8] = ["", "なし", "無し", "無", "ない", "ありません", "該当なし", "none"];

impl ReceivedReport {
    /// From an event of the ledger, which vouches for it.
    pub(super) fn of(kind: ReceiptKind, day: Day, via: Via, evidence: &str) -> Self {
        let receipt = match via {
            Via::File => {
                Jws::new(evidence).vouched_payload().and_then(|json| serde_json::from_slice(&json).ok())
            }
            Via::Code => None,
        };
        let (words, log) = receipt.map(|receipt: Receipt| (receipt.report, receipt.log)).unzip();
        Self { kind, day, via, words, log, evidence: evidence.trim().to_owned() }
    }

    /// What of it must be answered.
    fn concerns(&self) -> impl Iterator<Item = Concern> {
        let said = self.words.as_ref().map_or("", |words| words.copies.trim().trim_end_matches('。'));
        let none = NO_COPIES.iter().any(|no| no.eq_ignore_ascii_case(said));
        let copies = (!none).then(|| Concern::Copies { said: said.to_owned() });
        let count = |of: fn(&ViewingLog) -> usize| self.log.as_ref().map(of).filter(|count| *count > 0);
        let anomalies = self.log.iter().flat_map(|log| &log.anomalies);
        let anomalies: Vec<_> = anomalies.map(|code| Concern::Anomaly { code: code.clone() }).collect();
        let stills = count(|log| log.stills.len()).map(|count| Concern::Stills { count });
        let prints = count(|log| log.prints.len()).map(|count| Concern::Prints { count });
        let exports = count(|log| log.exports.len()).map(|count| Concern::Exports { count });
        copies.into_iter().chain(stills).chain(prints).chain(exports).chain(anomalies)
    }
}

/// What must be answered of all reports of a disclosure: each thing once.
pub(super) fn concerns(reports: &[ReceivedReport], kinds: &[(ReceiptKind, Day)]) -> Vec<Concern> {
    let mut all = Vec::new();
    let contradictions = kinds.iter().enumerate().filter_map(|(n, (kind, _))| {
        let before =
            kinds.get(..n)?.iter().map(|(before, _)| *before).find(|before| contradicts(*before, *kind))?;
        Some(Concern::Contradiction { before, kind: *kind })
    });
    for concern in reports.iter().flat_map(ReceivedReport::concerns).chain(contradictions) {
        if !all.contains(&concern) {
            all.push(concern);
        }
    }
    all
}

/// Whether what is reported cannot be after what was reported before: nothing is kept, returned in part or handed on
/// that was erased, and what was lost is not returned without a word. A 受領 that arrives late contradicts nothing.
fn contradicts(before: ReceiptKind, kind: ReceiptKind) -> bool {
    match kind {
        ReceiptKind::Delivery => false,
        ReceiptKind::Loss => before.erases_key(),
        ReceiptKind::Return | ReceiptKind::Erasure | ReceiptKind::Disposal => before == ReceiptKind::Loss,
        ReceiptKind::Retention | ReceiptKind::OnwardTransfer | ReceiptKind::PartialReturn => {
            before.erases_key() || before == ReceiptKind::Loss
        }
    }
}
