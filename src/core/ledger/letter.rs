//! 発出した文書: what a letter said when it was issued, word for word, so that it is printed the same again.
//!
//! Entry point: [`Letter`]. Absent: what a letter says before anybody edits it ([`crate::register`]).

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{bundle::BundleId, text::Day};

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LetterKind {
    /// 提供について（回答）; 一部提供 too.
    Answer,
    /// 不提供通知.
    Refusal,
    /// 本人通知.
    SubjectNotice,
    /// 審議会への諮問.
    CouncilInquiry,
    /// 審議会への報告.
    CouncilReport,
    /// 督促.
    Reminder,
    /// 紛失時の判断書.
    LossJudgement,
}

impl LetterKind {
    /// All, in the order of their buttons.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What the office calls it.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Answer => "提供について（回答）",
            Self::Refusal => "不提供通知",
            Self::SubjectNotice => "本人通知",
            Self::CouncilInquiry => "審議会への諮問",
            Self::CouncilReport => "審議会への報告",
            Self::Reminder => "督促",
            Self::LossJudgement => "紛失時の判断書",
        }
    }
}

/// A letter as it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Which.
    pub letter: LetterKind,
    /// Running number of the request.
    pub number: u64,
    /// 管理番号, if it is about one.
    pub bundle_id: Option<BundleId>,
    /// 発出日.
    pub on: Day,
    /// 文書番号; may be empty.
    pub document_number: String,
    /// 宛先, with 様.
    pub to: String,
    /// 発信者の職氏名.
    pub from: String,
    /// （公印省略）.
    pub seal_omitted: bool,
    /// 件名.
    pub title: String,
    /// The text, in paragraphs; a line 「記」 stands in the middle, and what follows it is a list.
    pub body: String,
}
