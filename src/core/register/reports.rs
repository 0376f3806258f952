//! What the recipient's reports say, as the office must see it before a case is closed: copies, stills, anomalies, and
//! kinds that contradict each other.
//!
//! Entry points: [`ReceivedReport`], [`Concern`]. Absent: whether a report is genuine; that was checked when it came
//! in.

use serde::Serialize;

use crate::{
    bundle::Holder,
    crypto::{B64, Jws},
    documents::{Anomaly, Receipt, ReceiptKind, Report, Reported, ViewingLog},
    ledger::{OpensWith, SealedEvent, SealedSlot, Via},
    text::{Day, SeenTime, Timestamp},
};

/// A report that was accepted, with what its file says; a typed code says no more than kind and day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceivedReport {
    /// What it reports.
    #[serde(flatten)]
    pub said: Reported,
    /// By which slot its maker opens the bundle.
    pub holder: Holder,
    /// Who can have made it.
    pub maker: Maker,
    /// How it came.
    pub via: Via,
    /// When it was made, by its maker's clock; a code says the day alone.
    pub at: Option<Timestamp>,
    /// The head of our ledger that its maker had seen; a code says none.
    pub ledger_head: Option<B64<32>>,
    /// The report in words.
    pub words: Option<Report>,
    /// What the viewer recorded.
    pub log: Option<ViewingLog>,
    /// The receipt itself, or the code.
    #[serde(skip)]
    pub(super) evidence: String,
}

/// Who can have made a report, as far as keys show it (FORMAT.md §8.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Maker {
    /// Whoever has the signing key that came with the recipient's request.
    RecipientKey,
    /// Whoever can open the slot that was made for a recipient's key.
    SlotOfKey,
    /// Whoever knows the passphrase.
    Passphrase,
    /// Another key than the one that came with the request signed it.
    OtherKey,
}

impl Maker {
    /// In one line, as papers have it.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::RecipientKey => "申請書に付いていた受領者の鍵で署名されています",
            Self::SlotOfKey => "受領者の鍵で映像を開ける人なら誰でも作れる報告です",
            Self::Passphrase => "合言葉を知る人なら誰でも作れる報告です",
            Self::OtherKey => "申請書に付いていた鍵とは別の鍵で署名されています",
        }
    }

    fn of(slot: Option<&SealedSlot>, signer: Option<B64<32>>) -> Self {
        match slot {
            Some(SealedSlot { signer: Some(known), .. }) if signer.is_some() => {
                match signer == Some(*known) {
                    true => Self::RecipientKey,
                    false => Self::OtherKey,
                }
            }
            Some(SealedSlot { opens_with: OpensWith::RecipientKey, .. }) => Self::SlotOfKey,
            Some(SealedSlot { opens_with: OpensWith::Passphrase, .. }) | None => Self::Passphrase,
        }
    }
}

/// What cannot be true of a viewing log (FORMAT.md §8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFault {
    /// It was last opened before it was first opened, or one of both is missing.
    LastBeforeFirst,
    /// It has times and was never opened, or was opened and has none.
    Count,
    /// Something happened before the bundle was sealed.
    BeforeSealing,
    /// Something happened after the report.
    AfterReport,
    /// Something was taken at a time at which nobody had opened it.
    Outside,
}

impl LogFault {
    /// In one line, as papers have it.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::LastBeforeFirst => "最初と最後に開いた時刻が合いません",
            Self::Count => "開いた回数と時刻が合いません",
            Self::BeforeSealing => "封印より前の時刻があります",
            Self::AfterReport => "報告より後の時刻があります",
            Self::Outside => "開いていない時刻に静止画・印刷・取出しがあります",
        }
    }

    /// What is odd in a log, of a report made at `at` of a bundle that was sealed at `sealed_at`.
    fn all(log: &ViewingLog, at: Timestamp, sealed_at: Timestamp) -> Vec<Self> {
        let taken = log.stills.iter().chain(&log.prints).map(|still| still.at);
        let taken: Vec<Timestamp> = taken.chain(log.exports.iter().map(|export| export.at)).collect();
        let opened = log.first_opened.zip(log.last_opened);
        let all = || taken.iter().copied().chain(log.first_opened).chain(log.last_opened);
        // Two clocks that are right differ by as much as is forgiven elsewhere.
        let before = |a: Timestamp, b: Timestamp| SeenTime::of(a, Some(b)).backwards;
        let order = match (log.first_opened, log.last_opened) {
            (Some(first), Some(last)) => last < first,
            (None, None) => false,
            _ => true,
        };
        let outside = |at: &Timestamp| opened.is_none_or(|(first, _)| before(*at, first));
        [
            (Self::LastBeforeFirst, order),
            (Self::Count, (log.times_opened == 0) != opened.is_none()),
            (Self::BeforeSealing, all().any(|time| before(time, sealed_at))),
            (Self::AfterReport, all().any(|time| before(at, time))),
            (Self::Outside, taken.iter().any(outside)),
        ]
        .into_iter()
        .filter_map(|(fault, is_so)| is_so.then_some(fault))
        .collect()
    }
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
    /// A key signed that is not the recipient's.
    OtherKey,
    /// The viewing log contradicts itself, or the report.
    Log {
        /// How.
        fault: LogFault,
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
            Self::OtherKey => Maker::OtherKey.japanese().to_owned(),
            Self::Log { fault } => format!("視聴の記録に矛盾があります（{}）", fault.japanese()),
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
    pub(super) fn of(
        said: Reported,
        holder: &Holder,
        via: Via,
        evidence: &str,
        sealed: &SealedEvent,
    ) -> Self {
        let file = match via {
            Via::File => Some(Jws::new(evidence)),
            Via::Code => None,
        };
        let slot = sealed.slots.get(holder.slot() as usize);
        let maker = Maker::of(slot, file.as_ref().and_then(Jws::vouched_signer));
        let receipt = file.and_then(|jws| serde_json::from_slice::<Receipt>(&jws.vouched_payload()?).ok());
        let at = receipt.as_ref().map(|receipt| receipt.at);
        let ledger_head = receipt.as_ref().map(|receipt| receipt.ledger_head);
        let (words, log) = receipt.map(|receipt| (receipt.report, receipt.log)).unzip();
        let (holder, evidence) = (holder.clone(), evidence.to_owned());
        Self { said, holder, maker, via, at, ledger_head, words, log, evidence }
    }

    /// What of it must be answered.
    fn concerns(&self, sealed_at: Timestamp) -> impl Iterator<Item = Concern> {
        let said = self.words.as_ref().map_or("", |words| words.copies.trim().trim_end_matches('。'));
        let none = NO_COPIES.iter().any(|no| no.eq_ignore_ascii_case(said));
        let copies = (!none).then(|| Concern::Copies { said: said.to_owned() });
        let count = |of: fn(&ViewingLog) -> usize| self.log.as_ref().map(of).filter(|count| *count > 0);
        let anomalies = self.log.iter().flat_map(|log| &log.anomalies);
        let anomalies: Vec<_> = anomalies.map(|code| Concern::Anomaly { code: code.clone() }).collect();
        let stills = count(|log| log.stills.len()).map(|count| Concern::Stills { count });
        let prints = count(|log| log.prints.len()).map(|count| Concern::Prints { count });
        let exports = count(|log| log.exports.len()).map(|count| Concern::Exports { count });
        let key = (self.maker == Maker::OtherKey).then_some(Concern::OtherKey);
        let faults = self.log.as_ref().zip(self.at).map(|(log, at)| LogFault::all(log, at, sealed_at));
        let faults = faults.into_iter().flatten().map(|fault| Concern::Log { fault });
        let seen = copies.into_iter().chain(stills).chain(prints).chain(exports).chain(anomalies);
        key.into_iter().chain(seen).chain(faults)
    }
}

/// What must be answered of all reports of a disclosure: each thing once.
pub(super) fn concerns(
    reports: &[ReceivedReport],
    kinds: &[(ReceiptKind, Day)],
    sealed_at: Timestamp,
) -> Vec<Concern> {
    let mut all = Vec::new();
    let contradictions = kinds.iter().enumerate().filter_map(|(n, (kind, _))| {
        let before =
            kinds.get(..n)?.iter().map(|(before, _)| *before).find(|before| contradicts(*before, *kind))?;
        Some(Concern::Contradiction { before, kind: *kind })
    });
    for concern in reports.iter().flat_map(|report| report.concerns(sealed_at)).chain(contradictions) {
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
