//! Everything that an office's ledger can say (FORMAT.md §10.5). What is stored is never changed.
//!
//! Entry point: [`EventBody`]. Absent: what follows from events, which [`crate::register`] computes.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{
    bundle::{BundleId, Holder, Medium, Recipient},
    crypto::{B64, Jws, read_sha256_hex, sha256_hex},
    documents::{DeviceKeys, ReceiptKind, Request, Review, UndertakingFields},
    rules::Finding,
    text::{Day, Timestamp},
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
    },
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
    Restored {
        /// Lines in the backup.
        lines: u64,
        /// Events that could still be read in the damaged ledger and are not in the backup.
        lost: u64,
        /// SHA-256 of the damaged ledger as it was handed out.
        damaged_sha256: B64<32>,
    },
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
    /// The request and the bundle that an event is about.
    pub fn concerns(&self) -> (Option<u64>, Option<&BundleId>) {
        match self {
            Self::Requested { number, .. } | Self::Reviewed { number, .. } | Self::Decided { number, .. } => {
                (Some(*number), None)
            }
            Self::Provided(provided) => (Some(provided.number), None),
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
            | Self::KeyChanged { .. }
            | Self::OfficeCertified { .. }
            | Self::Operation(_)
            | Self::OfficeSet { .. }
            | Self::RulesAdopted { .. }
            | Self::BackedUp { .. }
            | Self::Restored { .. } => (None, None),
        }
    }
}

/// How a receipt came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// As a signed file (or its QR picture).
    File,
    /// As a typed code.
    Code,
}

/// 提供 without a file: footage was watched at the office, or photographed from its screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provision {
    /// Running number of the request.
    pub number: u64,
    /// 提供日時.
    pub on: Timestamp,
    /// 閲覧した者 (職氏名).
    pub to: String,
    /// 場所・立会者.
    pub place: String,
    /// 備考: what was photographed.
    pub note: String,
}

/// What is recorded about a bundle that was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedEvent {
    /// Running number of the request.
    pub number: u64,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// SHA-256 of the signed manifest.
    pub manifest_sha256: B64<32>,
    /// 提供先.
    pub recipient: Recipient,
    /// 画像の範囲.
    pub range: String,
    /// Start of the viewing period.
    pub not_before: Timestamp,
    /// End of the viewing period.
    pub not_after: Timestamp,
    /// 返却期限.
    pub return_due: Day,
    /// 記録媒体.
    pub medium: Medium,
    /// The clips.
    pub clips: Vec<SealedClipRecord>,
    /// The key slots, in their order: who can report of it.
    pub slots: Vec<SealedSlot>,
    /// Of a ticket, for what it is.
    pub ticket: Option<TicketRecord>,
}

/// What is recorded of a ticket beyond what is of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketRecord {
    /// 管理番号 of the bundle whose clips it shows.
    pub of: BundleId,
    /// 管理番号 of what it takes the place of: a new PC, a broken stick, a new period. Null where another request gets
    /// the clips too.
    pub replaces: Option<BundleId>,
}

/// A key slot of a sealed bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedSlot {
    /// What opens it.
    pub opens_with: OpensWith,
    /// Thumbprint (RFC 7638) of the key that signs the reports of whoever opens it, where the office knows it.
    pub signer: Option<B64<32>>,
}

/// What opens a key slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpensWith {
    /// A passphrase: whoever knows it.
    Passphrase,
    /// A recipient's key.
    RecipientKey,
}

/// One clip of a sealed bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedClipRecord {
    /// The file's name.
    pub file_name: String,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    #[serde(deserialize_with = "read_sha256_hex")]
    pub sha256: String,
}

/// A role and a name: data, not an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// 役職・役割.
    pub role: String,
    /// 氏名; may be empty.
    pub name: String,
}

impl Approval {
    /// 「役割：氏名」 as people type it; the name may be left out. Returns `None` when the role is empty.
    pub fn parse(line: &str) -> Option<Self> {
        let (role, name) = line.split_once(['：', ':']).unwrap_or((line, ""));
        let role = Self { role: role.trim().into(), name: name.trim().into() };
        (!role.role.is_empty()).then_some(role)
    }
}

/// A document that came along; the bytes are kept beside the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    #[serde(deserialize_with = "read_sha256_hex")]
    pub sha256: String,
}

impl Attachment {
    /// Bytes of the largest document that is taken.
    pub const MAX_BYTES: u32 = 64 << 20;

    /// What the ledger says of a document.
    pub fn of(name: String, content: &[u8]) -> Self {
        Self { name, bytes: content.len() as u64, sha256: sha256_hex(content) }
    }
}

/// 区分 of the 運用状況記録簿 (港区 第3号様式; 10条1項各号).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OperationKind {
    /// 保管期間延長.
    RetentionExtension,
    /// 複製・印刷.
    CopyPrint,
    /// 持出し.
    TakeOut,
    /// 媒体廃棄.
    MediaDisposal,
    /// 苦情等.
    Complaint,
}

impl OperationKind {
    /// All, in the order of the form.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The word that forms use.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::RetentionExtension => "保管期間延長",
            Self::CopyPrint => "複製・印刷",
            Self::TakeOut => "持出し",
            Self::MediaDisposal => "媒体廃棄",
            Self::Complaint => "苦情等",
        }
    }
}

/// One line of the 運用状況記録簿.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// 区分.
    pub section: OperationKind,
    /// 年月日.
    pub on: Day,
    /// 施設・カメラ.
    pub camera: String,
    /// 画像・媒体.
    pub subject: String,
    /// 内容・理由.
    pub reason: String,
    /// 期間, 持出先・返却日, or 廃棄方法.
    pub particulars: String,
    /// 許可者.
    pub permitted_by: String,
    /// 取扱者.
    pub operator: String,
    /// 備考.
    pub note: String,
}

/// 流出、漏えい、盗難、紛失等.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// 管理番号, if it concerns one.
    pub bundle_id: Option<BundleId>,
    /// 発生日.
    pub on: Day,
    /// 概要.
    pub what: String,
    /// 措置.
    pub measures: String,
    /// 報告先.
    pub reported_to: String,
}
