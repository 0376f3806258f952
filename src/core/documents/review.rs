//! 審査: the answers that an office gives before it decides.
//!
//! Entry point: [`Review`]. Absent: which answers a city asks for; its rules say that ([`crate::rules`]).

use serde::{Deserialize, Serialize};

/// What the office reviewed before deciding.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// 必要性審査の結果.
    #[serde(default)]
    pub necessity: String,
    /// 必要かつ適切な範囲と認めた理由.
    #[serde(default)]
    pub scope: String,
    /// Who decided (職名).
    #[serde(default)]
    pub decided_by: String,
    /// 照会者への折り返し確認: by whom, when, at which number.
    #[serde(default)]
    pub callback: String,
    /// 審議会の意見.
    #[serde(default)]
    pub council: String,
    /// 本人通知の取扱い.
    #[serde(default)]
    pub subject_notice: String,
}

/// The answers that a review gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewField {
    /// 必要性.
    Necessity,
    /// 範囲の特定.
    Scope,
    /// 決定者・指示者.
    DecidedBy,
    /// 審議会の意見.
    Council,
    /// 本人通知の取扱い.
    SubjectNotice,
}

impl Review {
    /// The answer about one field.
    pub fn answer(&self, field: ReviewField) -> &str {
        match field {
            ReviewField::Necessity => &self.necessity,
            ReviewField::Scope => &self.scope,
            ReviewField::DecidedBy => &self.decided_by,
            ReviewField::Council => &self.council,
            ReviewField::SubjectNotice => &self.subject_notice,
        }
    }

    /// The answer about one field, to be changed.
    pub fn answer_mut(&mut self, field: ReviewField) -> &mut String {
        match field {
            ReviewField::Necessity => &mut self.necessity,
            ReviewField::Scope => &mut self.scope,
            ReviewField::DecidedBy => &mut self.decided_by,
            ReviewField::Council => &mut self.council,
            ReviewField::SubjectNotice => &mut self.subject_notice,
        }
    }
}
