//! What an office writes down beside its requests: 運用状況記録簿, 事故, and the reports that it handed in.
//!
//! Entry points: [`Operation`], [`Incident`], [`OwedReport`]. Absent: whether a city asks for them, which its rules
//! say.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{bundle::BundleId, text::Day};

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
    /// 時刻, where the form asks for it (廃棄の日時); may be empty.
    pub time: String,
    /// The request that it belongs to, if one.
    pub number: Option<u64>,
}

/// 流出、漏えい、盗難、紛失等.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// 管理番号, if it concerns one.
    pub bundle_id: Option<BundleId>,
    /// 発生日.
    pub on: Day,
    /// 発生時刻; may be empty.
    pub time: String,
    /// 発生場所.
    pub place: String,
    /// 概要.
    pub what: String,
    /// 原因.
    pub cause: String,
    /// 対象者数.
    pub people: String,
    /// 措置.
    pub measures: String,
    /// 報告先.
    pub reported_to: String,
}

/// A report that rules ask for, of what was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum OwedReport {
    /// 提供報告書 (港区 第2号様式).
    Disclosure {
        /// Running number of the request.
        number: u64,
    },
    /// 事故報告書.
    Incident {
        /// Which line of the ledger tells of it, from 1.
        line: u64,
    },
    /// 年度の報告.
    Yearly {
        /// The Gregorian year in which the 年度 began.
        year: i32,
    },
}
