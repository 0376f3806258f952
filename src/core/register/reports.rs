//! What the recipient's reports say, as the office must see it before a case is closed: copies, stills, anomalies, and
//! kinds that contradict each other.
//!
//! Entry points: [`ReceivedReport`], [`Concern`]. Absent: whether a report is genuine; that was checked when it came
//! in.

use serde::Serialize;

use crate::{
    bundle::Holder,
    crypto::{B64, Jws},
    documents::{Anomaly, Happening, LogEntry, Receipt, ReceiptKind, Report, Reported, ViewingLog},
    ledger::{OpensWith, SealedEvent, SealedSlot, Via},
    text::{Day, SeenTime, Timestamp},
    x509::TimeStamp,
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
    /// Thumbprint of the key that signed it; a code has none.
    pub signer: Option<B64<32>>,
    /// When it existed at the latest, as somebody else says.
    pub time_stamp: Option<Stamped>,
    /// The receipt itself, or the code.
    #[serde(skip)]
    pub(super) evidence: String,
}

/// One viewing, as a report's log has it: the word of the recipient's own device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Viewing {
    /// The name that affirmed the undertaking, as the report says, without what is no letter.
    pub by: String,
    /// When, by the clock of the device.
    pub at: Timestamp,
    /// Thumbprint of the key that signed the report.
    pub signer: Option<B64<32>>,
    /// Who can have made the report.
    pub maker: Maker,
}

/// What a time stamp says. Its signature is good; whether its authority is one, whoever is given a root can check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stamped {
    /// When.
    pub at: Timestamp,
    /// The authority, by the name in its certificate.
    pub authority: String,
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

/// What is odd about a viewing log (FORMAT.md §8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFault {
    /// There is none.
    Missing,
    /// An entry was taken out, put in or changed.
    Broken,
    /// It has entries that this version does not understand.
    Unread,
    /// Older entries are not listed any more.
    Cut,
    /// It does not go on from the earlier report of the same key.
    NotContinued,
    /// It begins anew, in another browser than that of the earlier report.
    Anew,
    /// Something was watched or taken that nobody had opened.
    NotOpened,
    /// Its times run backwards.
    Order,
    /// Something happened before the bundle was sealed.
    BeforeSealing,
    /// Something happened after the report.
    AfterReport,
}

impl LogFault {
    /// In one line, as papers have it.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Missing => "視聴の記録がありません",
            Self::Broken => "視聴の記録が欠けているか、書き換えられています",
            Self::Unread => "視聴の記録に、この版で読めないものがあります",
            Self::Cut => "古い視聴の記録は、報告に入っていません",
            Self::NotContinued => "視聴の記録が、前の報告の続きになっていません",
            Self::Anew => "前の報告とは別の端末（ブラウザー）で、視聴の記録が新しく始まっています",
            Self::NotOpened => "視聴の記録に、開く前の再生・静止画・印刷・取出しがあります",
            Self::Order => "視聴の記録の時刻が前後しています",
            Self::BeforeSealing => "視聴の記録に、封印より前の時刻があります",
            Self::AfterReport => "視聴の記録に、報告より後の時刻があります",
        }
    }

    /// What is odd in a log by itself, of a report made at `at` of a bundle that was sealed at `sealed_at`.
    fn all(log: &ViewingLog, manifest: &[u8; 32], at: Timestamp, sealed_at: Timestamp) -> Vec<Self> {
        if log.count == 0 {
            return vec![Self::Missing];
        }
        // Two clocks that are right differ by as much as is forgiven elsewhere.
        let before = |a: Timestamp, b: Timestamp| SeenTime::of(a, Some(b)).backwards;
        let entries: Vec<LogEntry> = log.happenings().collect();
        let any = |is_odd: &dyn Fn(Timestamp) -> bool| entries.iter().any(|entry| is_odd(entry.at));
        let is_use = |what: &Happening| {
            matches!(
                what,
                Happening::Played { .. }
                    | Happening::Still(_)
                    | Happening::Printed(_)
                    | Happening::Exported { .. }
            )
        };
        let opened = entries.iter().position(|entry| matches!(entry.what, Happening::Opened { .. }));
        let used = entries.iter().position(|entry| is_use(&entry.what));
        let pairs = entries.iter().zip(entries.iter().skip(1));
        [
            (Self::Broken, !log.is_chained(manifest)),
            (Self::Unread, !log.is_understood()),
            (Self::Cut, log.cut > 0),
            (
                Self::NotOpened,
                log.cut == 0 && used.is_some_and(|used| opened.is_none_or(|opened| used < opened)),
            ),
            (Self::Order, pairs.into_iter().any(|(one, next)| before(next.at, one.at))),
            (Self::BeforeSealing, any(&|time| before(time, sealed_at))),
            (Self::AfterReport, any(&|time| before(at, time))),
        ]
        .into_iter()
        .filter_map(|(fault, is_so)| is_so.then_some(fault))
        .collect()
    }

    /// What is odd in the log of a report behind an earlier one of the same slot.
    fn behind(earlier: &ReceivedReport, later: &ReceivedReport, manifest: &[u8; 32]) -> Option<Self> {
        let (before, log) = (earlier.log.as_ref()?, later.log.as_ref()?);
        if log.count == 0 || before.count == 0 {
            return None;
        }
        let goes_on = match log.value_behind(manifest, before.count) {
            Some(value) => value == before.head,
            // What is cut off cannot be compared; that it is, is said.
            None => log.count >= before.count,
        };
        match (goes_on, earlier.signer == later.signer) {
            (true, _) => None,
            (false, true) => Some(Self::NotContinued),
            (false, false) => Some(Self::Anew),
        }
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
    /// The viewing log is missing, cut, broken, or contradicts itself or the report.
    Log {
        /// What it is.
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
            Self::Log { fault } => fault.japanese().to_owned(),
            Self::Contradiction { before, kind } => {
                format!("「{}」の報告のあとに「{}」の報告があります", before.japanese(), kind.japanese())
            }
        }
    }
}

/// What people write where there are no copies.
const NO_COPIES: [&str; 8] = ["", "なし", "無し", "無", "ない", "ありません", "該当なし", "none"];

impl ReceivedReport {
    /// Whether a time stamp is of the file that this came as.
    pub(super) fn is_stamped_by(&self, stamp: &TimeStamp) -> bool {
        self.via == Via::File && stamp.ensure_of(&Jws::new(&self.evidence)).is_ok()
    }

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
        let signer = file.as_ref().and_then(Jws::vouched_signer);
        let maker = Maker::of(slot, signer);
        let receipt = file.and_then(|jws| serde_json::from_slice::<Receipt>(&jws.vouched_payload()?).ok());
        let at = receipt.as_ref().map(|receipt| receipt.at);
        let ledger_head = receipt.as_ref().map(|receipt| receipt.ledger_head);
        let (words, log) = receipt.map(|receipt| (receipt.report, receipt.log)).unzip();
        let (holder, evidence) = (holder.clone(), evidence.to_owned());
        Self { said, holder, maker, via, at, ledger_head, words, log, signer, time_stamp: None, evidence }
    }

    /// What of it must be answered.
    fn concerns(&self, manifest: &[u8; 32], sealed_at: Timestamp) -> impl Iterator<Item = Concern> {
        let said = self.words.as_ref().map_or("", |words| words.copies.trim().trim_end_matches('。'));
        let none = NO_COPIES.iter().any(|no| no.eq_ignore_ascii_case(said));
        let copies = (!none).then(|| Concern::Copies { said: said.to_owned() });
        let tally = self.log.as_ref().map(ViewingLog::tally).unwrap_or_default();
        let count = |count: u32| (count > 0).then_some(count as usize);
        let anomalies =
            self.log.iter().flat_map(ViewingLog::happenings).filter_map(|entry| match entry.what {
                Happening::Anomaly { code } => Some(Concern::Anomaly { code }),
                _ => None,
            });
        let anomalies: Vec<_> = anomalies.collect();
        let stills = count(tally.stills).map(|count| Concern::Stills { count });
        let prints = count(tally.prints).map(|count| Concern::Prints { count });
        let exports = count(tally.exports).map(|count| Concern::Exports { count });
        let key = (self.maker == Maker::OtherKey).then_some(Concern::OtherKey);
        let faults =
            self.log.as_ref().zip(self.at).map(|(log, at)| LogFault::all(log, manifest, at, sealed_at));
        let faults = faults.into_iter().flatten().map(|fault| Concern::Log { fault });
        let seen = copies.into_iter().chain(stills).chain(prints).chain(exports).chain(anomalies);
        key.into_iter().chain(seen).chain(faults)
    }
}

/// What must be answered of all reports of a disclosure: each thing once.
pub(super) fn concerns(
    reports: &[ReceivedReport],
    kinds: &[(ReceiptKind, Day)],
    manifest: &[u8; 32],
    sealed_at: Timestamp,
) -> Vec<Concern> {
    let mut all = Vec::new();
    let behind = reports.iter().enumerate().filter_map(|(n, later)| {
        let mut before = reports.get(..n)?.iter().rev();
        let earlier = before.find(|earlier| earlier.log.is_some() && earlier.holder == later.holder)?;
        LogFault::behind(earlier, later, manifest).map(|fault| Concern::Log { fault })
    });
    let contradictions = kinds.iter().enumerate().filter_map(|(n, (kind, _))| {
        let before =
            kinds.get(..n)?.iter().map(|(before, _)| *before).find(|before| contradicts(*before, *kind))?;
        Some(Concern::Contradiction { before, kind: *kind })
    });
    let own = reports.iter().flat_map(|report| report.concerns(manifest, sealed_at));
    for concern in own.chain(behind).chain(contradictions) {
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
