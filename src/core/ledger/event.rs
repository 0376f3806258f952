//! Everything that an office's ledger can say (FORMAT.md §10.5). What is stored is never changed.
//!
//! Entry point: [`EventBody`]. Absent: what follows from events, which [`crate::register`] computes.

use serde::{Deserialize, Serialize};

use super::{
    letter::{Letter, LetterKind},
    logbook::{Incident, Operation, OwedReport},
    parts::{Approval, Attachment, BroughtLine, Provides, Provision, Restoration, SealedEvent, Union, Via},
    staff::PersonRole,
    year_end::{YearClosing, YearDestruction},
};
use crate::{
    bundle::{BundleId, Holder},
    crypto::{B64, Jwk, Jws},
    documents::{DeviceKeys, ReceiptKind, Request, Review, UndertakingFields},
    rules::Finding,
    text::Day,
    x509::{CertificationRecord, TimeStampRecord},
};

/// Something that happened. What is stored is never changed; a correction is another event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EventBody {
    /// The office began.
    OfficeFounded {
        /// Its card.
        card: Jws,
    },
    /// 課の名称・連絡先の変更: of the same office, under the same key.
    OfficeRenamed {
        /// Its card from here on.
        card: Jws,
    },
    /// 鍵の更新: from the next line on, another key signs. The old one signs this line.
    KeyChanged {
        /// The card of the new key, which names the old one.
        card: Jws,
        /// What the old key says of the new one.
        change: Jws,
        /// 理由.
        reason: String,
    },
    /// 鍵の証明: the holder of a certificate signed which key is the office's. Replaces what was said before.
    OfficeCertified {
        /// The certification, with lists of revoked certificates and OCSP answers.
        certification: CertificationRecord,
    },
    /// 申請受付.
    Requested {
        /// Running number of the request.
        number: u64,
        /// The request.
        request: Box<Request>,
        /// What it came with: a `request.jws`, scans.
        attachments: Vec<Attachment>,
        /// The keys of the recipient's device, out of its `request.jws`: bundles may be sealed for the one, and the
        /// other signs the reports.
        recipient_keys: Option<DeviceKeys>,
    },
    /// 審査: answers that the city's rules ask for, and what was corrected or brought later. Replaces earlier answers.
    Reviewed {
        /// Running number of the request.
        number: u64,
        /// The answers.
        review: Review,
        /// 誓約書, if it is there by now.
        undertaking: Option<UndertakingFields>,
    },
    /// 可否決定.
    Decided {
        /// Running number of the request.
        number: u64,
        /// 可 or 不可.
        granted: bool,
        /// 決定者.
        by: String,
        /// 理由.
        reason: String,
        /// What the rules said.
        findings: Vec<Finding>,
        /// 決裁: roles and names, in the order of the boxes.
        approvals: Vec<Approval>,
        /// What is provided; null exactly where it was refused.
        provides: Option<Provides>,
    },
    /// 訂正: what the request says from here on. What the review and later events say of it is theirs.
    Corrected {
        /// Running number of the request.
        number: u64,
        /// The request as it should have been recorded.
        request: Box<Request>,
        /// 理由.
        reason: String,
        /// Who corrected it.
        by: String,
    },
    /// 決定の訂正: who decided and why, as it should have been recorded. What was decided stays.
    DecisionCorrected {
        /// Running number of the request.
        number: u64,
        /// 決定者.
        decided_by: String,
        /// 理由 of the decision.
        grounds: String,
        /// 理由 of the correction.
        reason: String,
        /// Who corrected it.
        by: String,
    },
    /// 取下げ: the applicant does not want it any more.
    Withdrawn {
        /// Running number of the request.
        number: u64,
        /// On which day they said so.
        on: Day,
        /// 理由, and how they said it.
        reason: String,
        /// From whom it came.
        from: String,
    },
    /// 再審査: a request that was refused or withdrawn is open again.
    Reopened {
        /// Running number of the request.
        number: u64,
        /// 理由.
        reason: String,
        /// Who decided that.
        by: String,
    },
    /// 資料の追加: documents that came later than the request.
    Attached {
        /// Running number of the request.
        number: u64,
        /// The documents.
        attachments: Vec<Attachment>,
        /// What they are.
        note: String,
    },
    /// 記録の取消し: a line that was recorded by mistake counts no more. It stays in the ledger.
    TakenBack {
        /// Which line, from 1.
        line: u64,
        /// 理由.
        reason: String,
        /// Who decided that.
        by: String,
    },
    /// 報告の提出: a report that the rules ask for was handed in.
    Submitted {
        /// Which report.
        report: OwedReport,
        /// On which day.
        on: Day,
        /// To whom.
        to: String,
        /// 文書番号; may be empty.
        document_number: String,
    },
    /// 文書の発出.
    Issued(Box<Letter>),
    /// 画像閲覧, 再生画像撮影: provided without a file.
    Provided(Provision),
    /// 封印.
    Sealed(Box<SealedEvent>),
    /// A receipt was checked and accepted.
    ReceiptAccepted {
        /// 管理番号.
        bundle_id: BundleId,
        /// What it reports.
        receipt: ReceiptKind,
        /// On which day.
        day: Day,
        /// Which report of this kind on this day, from 1.
        ordinal: u8,
        /// By which slot its maker opens the bundle.
        holder: Holder,
        /// How it came.
        via: Via,
        /// The receipt itself, or the code as typed.
        evidence: String,
    },
    /// A receipt was checked and refused. It is kept all the same.
    ReceiptRefused {
        /// 管理番号, if it could be told.
        bundle_id: Option<BundleId>,
        /// Why, as an error code.
        reason: String,
        /// How it came.
        via: Via,
        /// The receipt itself, or the code as typed; what is no UTF-8, as a `data:` URL (RFC 2397).
        evidence: String,
    },
    /// 時刻認証: somebody else says that a receipt existed at some time.
    ReceiptStamped {
        /// 管理番号.
        bundle_id: BundleId,
        /// The time stamp (RFC 3161), in DER.
        time_stamp: TimeStampRecord,
    },
    /// 期限延長.
    DueExtended {
        /// 管理番号.
        bundle_id: BundleId,
        /// The new 返却期限.
        until: Day,
        /// 理由.
        reason: String,
        /// Who agreed.
        by: String,
    },
    /// A report that came without a file or a code: by word of mouth, or on the recipient's own paper.
    Reported {
        /// 管理番号.
        bundle_id: BundleId,
        /// What it reports.
        receipt: ReceiptKind,
        /// On which day it was done.
        day: Day,
        /// From whom, and how.
        from: String,
        /// 備考: what was returned, to whom it was handed on.
        note: String,
    },
    /// 取消し: a bundle that was recorded and is not used, because its file never came to be or was never handed over.
    Voided {
        /// 管理番号.
        bundle_id: BundleId,
        /// 理由.
        reason: String,
    },
    /// 発行課が保存する写しの廃棄.
    CopyDisposed {
        /// 管理番号.
        bundle_id: BundleId,
        /// When.
        on: Day,
        /// 方法.
        method: String,
        /// 立会者.
        witness: String,
    },
    /// A line of the 運用状況記録簿.
    Operation(Box<Operation>),
    /// 事故.
    Incident(Box<Incident>),
    /// 課・役割: replaces what was said before.
    OfficeSet {
        /// 役割 and the people who have it, in the order of the approval boxes.
        roles: Vec<Approval>,
    },
    /// 担当者: a person of the office, and what he may do from here on (§10.11).
    PersonSet {
        /// 氏名, as `actor` has it.
        name: String,
        /// What he may do; nothing once he has left.
        roles: Vec<PersonRole>,
    },
    /// 端末の登録: from the next line on this desk's key may sign, too (§10.11).
    DeskEnrolled {
        /// The desk's key.
        key: Jwk,
        /// What people call it.
        name: String,
    },
    /// 端末の抹消: from the next line on this desk's key signs nothing.
    DeskStruckOff {
        /// Thumbprint of the desk's key.
        key: B64<32>,
        /// 理由.
        reason: String,
    },
    /// 担当: somebody works on a request.
    Claimed {
        /// Running number of the request.
        number: u64,
        /// Who; nobody once it was given back.
        by: Option<String>,
    },
    /// 文例: what a letter says before anybody edits it, from here on. Without a text, what this program would write.
    LetterTextSet {
        /// Which letter.
        letter: LetterKind,
        /// 件名.
        title: String,
        /// The text, with the places that the register fills in.
        body: String,
    },
    /// 規程: the office's own rule file, or a revised one, in force from here on.
    RulesAdopted {
        /// The file, as [`crate::RuleSet::parse`] reads it.
        text: String,
    },
    /// A backup of the ledger was taken.
    BackedUp {
        /// Lines in it.
        lines: u64,
    },
    /// A backup took the place of a damaged ledger; this is the first line behind it.
    Restored(Restoration),
    /// 記録簿の統合: lines of another ledger of this office follow.
    LedgersUnited(Box<Union>),
    /// One of them.
    Brought(Box<BroughtLine>),
    /// 年度の締め.
    YearClosed(Box<YearClosing>),
    /// 保存年限を過ぎた年度の記録の廃棄.
    YearDestroyed(Box<YearDestruction>),
    /// What stood on a line that was destroyed. No line says it.
    #[serde(skip_deserializing)]
    Destroyed,
    /// 完了: the medium was checked and the case closed.
    Closed {
        /// 管理番号.
        bundle_id: BundleId,
        /// 媒体照合の結果.
        medium_check: String,
        /// 立会者.
        witness: String,
        /// 備考.
        note: String,
    },
}

impl EventBody {
    /// What kind of line it is, in a word.
    pub fn japanese(&self) -> &'static str {
        match self {
            Self::OfficeFounded { .. } => "課の登録",
            Self::OfficeRenamed { .. } => "課の名称・連絡先の変更",
            Self::KeyChanged { .. } => "鍵の更新",
            Self::OfficeCertified { .. } => "鍵の証明",
            Self::Requested { .. } => "申請受付",
            Self::Reviewed { .. } => "審査",
            Self::Decided { granted: true, .. } => "提供可の決定",
            Self::Decided { granted: false, .. } => "提供不可の決定",
            Self::Corrected { .. } => "申請の訂正",
            Self::DecisionCorrected { .. } => "決定の訂正",
            Self::Withdrawn { .. } => "申請の取下げ",
            Self::Reopened { .. } => "再審査",
            Self::Attached { .. } => "資料の追加",
            Self::TakenBack { .. } => "記録の取消し",
            Self::Submitted { .. } => "報告の提出",
            Self::Provided(_) => "閲覧等の提供",
            Self::Issued(_) => "文書の発出",
            Self::Sealed(_) => "封印",
            Self::ReceiptAccepted { .. } => "報告の受理",
            Self::ReceiptRefused { .. } => "受理しなかった報告",
            Self::ReceiptStamped { .. } => "時刻認証",
            Self::DueExtended { .. } => "期限延長",
            Self::Reported { .. } => "口頭・書面の報告",
            Self::Voided { .. } => "封印の取消し",
            Self::CopyDisposed { .. } => "控えの廃棄",
            Self::Operation(_) => "運用状況の記録",
            Self::Incident(_) => "事故",
            Self::OfficeSet { .. } => "役割の設定",
            Self::PersonSet { .. } => "担当者の設定",
            Self::DeskEnrolled { .. } => "端末の登録",
            Self::DeskStruckOff { .. } => "端末の抹消",
            Self::Claimed { .. } => "担当",
            Self::LetterTextSet { .. } => "文例の設定",
            Self::RulesAdopted { .. } => "規程の適用",
            Self::BackedUp { .. } => "バックアップ",
            Self::Restored(_) => "復元",
            Self::LedgersUnited(_) => "記録簿の統合",
            Self::Brought(_) => "統合で保存した記録（効力なし）",
            Self::YearClosed(_) => "年度の締め",
            Self::YearDestroyed(_) => "年度の記録の廃棄",
            Self::Destroyed => "（廃棄した記録）",
            Self::Closed { .. } => "完了",
        }
    }

    /// Whether the office's own key alone may sign it (FORMAT.md §10.11).
    pub fn is_of_office(&self) -> bool {
        matches!(
            self,
            Self::OfficeFounded { .. }
                | Self::OfficeRenamed { .. }
                | Self::KeyChanged { .. }
                | Self::OfficeCertified { .. }
                | Self::DeskEnrolled { .. }
                | Self::DeskStruckOff { .. }
        )
    }

    /// Whether it changes what the office is: its card, its rules, or what is left of its ledger.
    pub fn changes_office(&self) -> bool {
        matches!(
            self,
            Self::OfficeRenamed { .. }
                | Self::KeyChanged { .. }
                | Self::RulesAdopted { .. }
                | Self::YearDestroyed(_)
        )
    }

    /// The request and the bundle that an event is about.
    pub fn concerns(&self) -> (Option<u64>, Option<&BundleId>) {
        match self {
            Self::Requested { number, .. }
            | Self::Reviewed { number, .. }
            | Self::Decided { number, .. }
            | Self::Corrected { number, .. }
            | Self::DecisionCorrected { number, .. }
            | Self::Withdrawn { number, .. }
            | Self::Reopened { number, .. }
            | Self::Claimed { number, .. }
            | Self::Attached { number, .. } => (Some(*number), None),
            Self::Submitted { report: OwedReport::Disclosure { number }, .. } => (Some(*number), None),
            Self::Operation(operation) => (operation.number, None),
            Self::Provided(provided) => (Some(provided.number), None),
            Self::Issued(letter) => (Some(letter.number), None),
            Self::Sealed(sealed) => (Some(sealed.number), Some(&sealed.bundle_id)),
            Self::ReceiptAccepted { bundle_id, .. }
            | Self::ReceiptStamped { bundle_id, .. }
            | Self::DueExtended { bundle_id, .. }
            | Self::Reported { bundle_id, .. }
            | Self::Voided { bundle_id, .. }
            | Self::CopyDisposed { bundle_id, .. }
            | Self::Closed { bundle_id, .. } => (None, Some(bundle_id)),
            Self::ReceiptRefused { bundle_id, .. } => (None, bundle_id.as_ref()),
            Self::Incident(incident) => (None, incident.bundle_id.as_ref()),
            Self::OfficeFounded { .. }
            | Self::OfficeRenamed { .. }
            | Self::KeyChanged { .. }
            | Self::OfficeCertified { .. }
            | Self::TakenBack { .. }
            | Self::Submitted { .. }
            | Self::OfficeSet { .. }
            | Self::PersonSet { .. }
            | Self::DeskEnrolled { .. }
            | Self::DeskStruckOff { .. }
            | Self::LetterTextSet { .. }
            | Self::RulesAdopted { .. }
            | Self::BackedUp { .. }
            | Self::Restored(_)
            | Self::LedgersUnited(_)
            | Self::Brought(_)
            | Self::YearClosed(_)
            | Self::YearDestroyed(_)
            | Self::Destroyed => (None, None),
        }
    }

    /// The day of which it tells, if that may be another than the one on which it was written down.
    pub(crate) fn told_day(&self) -> Option<Day> {
        match self {
            Self::Requested { request, .. } => Some(request.received_on),
            Self::Provided(provided) => Some(provided.on.day()),
            Self::Operation(line) => Some(line.on),
            Self::Incident(incident) => Some(incident.on),
            Self::Withdrawn { on, .. } => Some(*on),
            Self::OfficeFounded { .. }
            | Self::OfficeRenamed { .. }
            | Self::KeyChanged { .. }
            | Self::OfficeCertified { .. }
            | Self::ReceiptStamped { .. }
            | Self::Reviewed { .. }
            | Self::Decided { .. }
            | Self::Corrected { .. }
            | Self::DecisionCorrected { .. }
            | Self::Reopened { .. }
            | Self::Attached { .. }
            | Self::Issued(_)
            | Self::TakenBack { .. }
            | Self::Submitted { .. }
            | Self::Sealed(_)
            | Self::ReceiptAccepted { .. }
            | Self::ReceiptRefused { .. }
            | Self::DueExtended { .. }
            | Self::Reported { .. }
            | Self::Voided { .. }
            | Self::CopyDisposed { .. }
            | Self::Closed { .. }
            | Self::OfficeSet { .. }
            | Self::PersonSet { .. }
            | Self::DeskEnrolled { .. }
            | Self::DeskStruckOff { .. }
            | Self::Claimed { .. }
            | Self::LetterTextSet { .. }
            | Self::RulesAdopted { .. }
            | Self::BackedUp { .. }
            | Self::Restored(_)
            | Self::LedgersUnited(_)
            | Self::Brought(_)
            | Self::YearClosed(_)
            | Self::YearDestroyed(_)
            | Self::Destroyed => None,
        }
    }
}
