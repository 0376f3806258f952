//! 誓約書 (遵守書): what the recipient promised, kept inside the bundle (FORMAT.md §7.6).
//!
//! Absent: a judgement whether it suffices; the office's rule set does that ([`crate::rules`]).

use serde::{Deserialize, Serialize};

use super::{
    manifest::ManifestError,
    terms::{Recipient, Terms},
};
use crate::text::{Day, json::Document};

/// The undertaking as the viewer shows it before anything is decrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndertakingDocument {
    /// `fuin-undertaking/1`.
    pub format: String,
    /// The promises, in the words of the rule set; the conditions of use where the city asks for none.
    pub items: Vec<String>,
    /// The article that asks for it, e.g. 港区基準 8条3項; empty where none does.
    pub article: String,
    /// 宛先.
    pub addressed_to: String,
    /// Who promised.
    pub recipient: Recipient,
    /// 利用目的.
    pub purpose: String,
    /// When and by whom it was signed, if the city asks for one.
    pub submission: Option<Submission>,
    /// 法令に基づく引継ぎ先.
    pub onward_to: String,
    /// 返却期限.
    pub return_due: Day,
}

/// How the undertaking reached the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// 提出日.
    pub submitted_on: Day,
    /// 職氏名 of who signed.
    pub signed_by: String,
    /// 「紙」 or 「ファイル」.
    pub origin: Origin,
}

/// Form in which a document came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// On paper, keyed in by the desk.
    #[default]
    Paper,
    /// As a signed file.
    File,
}

impl Document for UndertakingDocument {
    const FORMAT: &'static str = "fuin-undertaking/1";
}

impl UndertakingDocument {
    /// Version of the document.
    pub const FORMAT: &str = <Self as Document>::FORMAT;

    /// Refuses what promises nothing, or is not of this recipient, for this purpose and under these terms (§7.6).
    pub(super) fn check(
        &self,
        recipient: &Recipient,
        purpose: &str,
        terms: &Terms,
    ) -> Result<(), ManifestError> {
        if self.items.is_empty() || self.items.iter().any(|item| item.trim().is_empty()) {
            return Err(ManifestError::UndertakingForm("it promises nothing".into()));
        }
        let same =
            self.recipient == *recipient && self.purpose == purpose && self.return_due == terms.return_due;
        if same { Ok(()) } else { Err(ManifestError::UndertakingOther) }
    }
}
