//! What events are made of: decisions, what was sealed, documents that came along (FORMAT.md §10.5).
//!
//! Entry points: [`Provides`], [`SealedEvent`], [`Attachment`]. Absent: the events.

use serde::{Deserialize, Serialize};

use crate::{
    bundle::{BundleId, CutRecord, Grant, Medium, Recipient},
    crypto::{B64, Jws, read_sha256_hex, sha256_hex},
    documents::{FootageRange, Request},
    text::{Day, Timestamp},
};

/// How a receipt came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// As a signed file (or its QR picture).
    File,
    /// As a typed code.
    Code,
}

/// What a decision provides: all that was asked for, or less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provides {
    /// 提供する画像の範囲, each within one that was asked for.
    pub range: Vec<FootageRange>,
    /// 提供方法.
    pub delivery_method: String,
    /// What may be permitted beyond watching when it is sealed.
    pub grants: Vec<Grant>,
}

impl Provides {
    /// The camera, where there is only one.
    pub fn only_camera(&self) -> Option<&str> {
        let first = &self.range.first()?.camera;
        self.range.iter().all(|range| range.camera == *first).then_some(first)
    }

    /// All that a request asks for, without a permission beyond watching.
    pub fn all_of(request: &Request) -> Self {
        let (range, delivery_method) = (request.range.clone(), request.delivery_method.clone());
        Self { range, delivery_method, grants: Vec::new() }
    }
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
    /// 管理番号 of what it takes the place of for the same request: a new PC, a broken stick, a new period.
    pub replaces: Option<BundleId>,
}

/// What is recorded of a ticket beyond what is of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketRecord {
    /// 管理番号 of the bundle whose clips it shows.
    pub of: BundleId,
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
    /// 設置カメラ.
    pub camera: String,
    /// 実際の範囲, in true time; null where it is not known when the clip begins, or how long it is.
    pub covers: Option<Covers>,
    /// 切り出し: of which file it is a part, if it is one.
    pub cut: Option<CutRecord>,
}

/// From when to when a clip shows something, in true time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Covers {
    /// 自.
    pub from: Timestamp,
    /// 至.
    pub to: Timestamp,
}

impl SealedClipRecord {
    /// Camera, range and what it was cut out of, as papers have it.
    pub fn range_line(&self) -> String {
        let range = match self.covers {
            Some(Covers { from, to }) => {
                format!("{} {}から{}まで", self.camera, from.wareki_exact(), to.wareki_exact())
            }
            None => format!("{} 撮影日時不明", self.camera),
        };
        let cut = self.cut.as_ref().map(|cut| format!("［{}］", cut.japanese()));
        range + &cut.unwrap_or_default()
    }
}

/// What is said where a backup took the place of a damaged ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restoration {
    /// Lines in the backup.
    pub lines: u64,
    /// Events that could still be read in the damaged ledger and are not in the backup.
    pub lost: u64,
    /// SHA-256 of the damaged ledger as it was handed out.
    pub damaged_sha256: B64<32>,
}

/// 記録簿の統合: which lines come, one after the other, as [`crate::EventBody::Brought`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Union {
    /// How many lines of the other ledger stand here already.
    pub from: u64,
    /// SHA-256 of the last of them.
    pub after: B64<32>,
    /// How many lines it has behind them.
    pub lines: u64,
    /// SHA-256 of the last line.
    pub sha256: B64<32>,
    /// The requests among them, which get other numbers here, in their order.
    pub numbers: Vec<Renumbered>,
    /// 理由.
    pub reason: String,
    /// Who decided that.
    pub by: String,
}

/// A request that has another number here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renumbered {
    /// Running number in the other ledger.
    pub was: u64,
    /// Its number there among those of the same 年度.
    pub was_in_year: u64,
    /// Running number here.
    pub number: u64,
}

/// A line of another ledger, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BroughtLine {
    /// The line.
    pub line: Jws,
    /// Whether it counts here; otherwise it is kept alone.
    pub counts: bool,
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
