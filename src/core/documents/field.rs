//! The fields of requests and events that an error can name.
//!
//! Entry point: [`Field`]. Absent: their words on the screen; the front-ends have them.

use std::fmt;

/// A field that is empty or cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// 機関名 of the applicant.
    Organization,
    /// 部署名 of the applicant.
    Department,
    /// 担当者 of the applicant.
    Person,
    /// 根拠法令.
    LegalBasis,
    /// 利用目的.
    Purpose,
    /// 提供方法.
    DeliveryMethod,
    /// 画像の範囲.
    Range,
    /// 閲覧した者.
    To,
    /// 場所・立会者.
    Place,
    /// 理由.
    Reason,
    /// 決定者, or who agreed.
    By,
    /// From whom a report came.
    From,
    /// 廃棄の方法.
    Method,
    /// 媒体照合の結果.
    MediumCheck,
    /// 備考 at 完了: the answer to what a report says.
    Answer,
    /// 事故の概要.
    What,
    /// The day on which something was done.
    On,
    /// The new 返却期限.
    Until,
    /// 追加する資料.
    Attachments,
    /// 法令・条項.
    BasisDetail,
    /// 申請受付日.
    ReceivedOn,
    /// 文書の日付.
    DocumentDate,
    /// 返却期限.
    ReturnDue,
    /// 誓約書の提出日.
    SubmittedOn,
    /// 誓約書に署名した者.
    SignedBy,
    /// 審議会の意見の日.
    CouncilOn,
}

impl Field {
    /// What forms call it.
    pub(crate) fn japanese(self) -> &'static str {
        match self {
            Self::Organization => "機関名",
            Self::Department => "部署名",
            Self::Person => "担当者",
            Self::LegalBasis => "根拠法令",
            Self::Purpose => "利用目的",
            Self::DeliveryMethod => "提供方法",
            Self::Range => "画像の範囲",
            Self::To => "相手方",
            Self::Place => "場所・立会者",
            Self::Reason => "理由",
            Self::By => "決定した者",
            Self::From => "申し出た者",
            Self::Method => "方法",
            Self::MediumCheck => "媒体の照合",
            Self::Answer => "備考（報告にあることへの答え）",
            Self::What => "概要",
            Self::On => "年月日",
            Self::Until => "新しい返却期限",
            Self::Attachments => "資料",
            Self::BasisDetail => "法令・条項",
            Self::ReceivedOn => "申請受付日",
            Self::DocumentDate => "文書の日付",
            Self::ReturnDue => "返却期限",
            Self::SubmittedOn => "誓約書の提出日",
            Self::SignedBy => "誓約書に署名した者",
            Self::CouncilOn => "審議会の意見の日",
        }
    }

    /// Its name in `request.toml` and in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Organization => "applicant.organization",
            Self::Department => "applicant.department",
            Self::Person => "applicant.person",
            Self::LegalBasis => "legal_basis",
            Self::Purpose => "purpose",
            Self::DeliveryMethod => "delivery_method",
            Self::Range => "range",
            Self::To => "to",
            Self::Place => "place",
            Self::Reason => "reason",
            Self::By => "by",
            Self::From => "from",
            Self::Method => "method",
            Self::MediumCheck => "medium_check",
            Self::Answer => "note (the answer to what the reports say)",
            Self::What => "what",
            Self::On => "on",
            Self::Until => "until",
            Self::Attachments => "attachments",
            Self::BasisDetail => "basis_detail",
            Self::ReceivedOn => "received_on",
            Self::DocumentDate => "document_date",
            Self::ReturnDue => "return_due",
            Self::SubmittedOn => "undertaking.submitted_on",
            Self::SignedBy => "undertaking.signed_by",
            Self::CouncilOn => "review.council_on",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
