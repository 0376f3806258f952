//! How a word of the command line becomes a value of core.

use clap::ValueEnum;
use fuin_core::{BundleId, Day, Grant, OperationKind, ReceiptKind, Timestamp};

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum GrantArg {
    /// Save marked stills.
    Still,
    /// Print.
    Print,
    /// Take the clip out.
    Export,
}

impl From<GrantArg> for Grant {
    fn from(arg: GrantArg) -> Self {
        match arg {
            GrantArg::Still => Self::Still,
            GrantArg::Print => Self::Print,
            GrantArg::Export => Self::Export,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum KindArg {
    /// 受領.
    Delivery,
    /// 返却.
    Return,
    /// 消去.
    Erasure,
    /// 廃棄.
    Disposal,
    /// 継続保有.
    Retention,
    /// 送致・引継ぎ.
    OnwardTransfer,
    /// 一部返却.
    PartialReturn,
    /// 紛失.
    Loss,
}

impl From<KindArg> for ReceiptKind {
    fn from(arg: KindArg) -> Self {
        match arg {
            KindArg::Delivery => Self::Delivery,
            KindArg::Return => Self::Return,
            KindArg::Erasure => Self::Erasure,
            KindArg::Disposal => Self::Disposal,
            KindArg::Retention => Self::Retention,
            KindArg::OnwardTransfer => Self::OnwardTransfer,
            KindArg::PartialReturn => Self::PartialReturn,
            KindArg::Loss => Self::Loss,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SectionArg {
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

impl From<SectionArg> for OperationKind {
    fn from(arg: SectionArg) -> Self {
        match arg {
            SectionArg::RetentionExtension => Self::RetentionExtension,
            SectionArg::CopyPrint => Self::CopyPrint,
            SectionArg::TakeOut => Self::TakeOut,
            SectionArg::MediaDisposal => Self::MediaDisposal,
            SectionArg::Complaint => Self::Complaint,
        }
    }
}

pub(crate) fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|_| "write it like 2026-11-22T10:00:00+09:00".to_owned())
}

pub(crate) fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|_| "write it like 2026-11-22".to_owned())
}

pub(crate) fn parse_id(text: &str) -> Result<BundleId, String> {
    BundleId::parse_typed(text).ok_or_else(|| "a 管理番号 looks like R8-0001-7K3Q".to_owned())
}
