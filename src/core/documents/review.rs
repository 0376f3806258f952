//! 審査: the answers that an office gives before it decides.
//!
//! Entry point: [`Review`]. Absent: which answers a city asks for; its rules say that ([`crate::rules`]).

use serde::{Deserialize, Serialize};

use crate::text::Day;

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
    /// 審議会の意見 (答申の内容).
    #[serde(default)]
    pub council: String,
    /// On which day it was given.
    #[serde(default)]
    pub council_on: Option<Day>,
    /// 本人通知の取扱い.
    #[serde(default)]
    pub subject_notice: String,
    /// 特定の犯罪と、区有施設等内で発生したこと (港区 8条1項1号).
    #[serde(default)]
    pub crime: String,
    /// 本人の同意を証する書面 (多治見市 7エ).
    #[serde(default)]
    pub consent: String,
    /// 本人であることの確認 (多治見市 7オ).
    #[serde(default)]
    pub identity: String,
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
    /// 特定の犯罪.
    Crime,
    /// 本人の同意.
    Consent,
    /// 本人確認.
    Identity,
}

impl Review {
    /// Every answer that was given, with what it is about, in the order of the form.
    pub fn answers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let council = match self.council_on.filter(|_| !self.council.trim().is_empty()) {
            Some(day) => format!("{}（{}）", self.council, day.wareki()),
            None => self.council.clone(),
        };
        let all = [
            ("必要性の審査", self.necessity.clone()),
            ("必要かつ適切な範囲", self.scope.clone()),
            ("特定の犯罪", self.crime.clone()),
            ("本人の同意", self.consent.clone()),
            ("本人確認", self.identity.clone()),
            ("決定者・指示者", self.decided_by.clone()),
            ("審議会の意見", council),
            ("本人通知の取扱い", self.subject_notice.clone()),
            ("折り返し確認", self.callback.clone()),
        ];
        all.into_iter().filter(|(_, answer)| !answer.trim().is_empty())
    }

    /// The answer about one field.
    pub fn answer(&self, field: ReviewField) -> &str {
        match field {
            ReviewField::Necessity => &self.necessity,
            ReviewField::Scope => &self.scope,
            ReviewField::DecidedBy => &self.decided_by,
            ReviewField::Council => &self.council,
            ReviewField::SubjectNotice => &self.subject_notice,
            ReviewField::Crime => &self.crime,
            ReviewField::Consent => &self.consent,
            ReviewField::Identity => &self.identity,
        }
    }

    /// The day on which an answer was given, where it has one.
    pub fn day(&self, field: ReviewField) -> Option<Day> {
        if field == ReviewField::Council { self.council_on } else { None }
    }

    /// The answer about one field, to be changed.
    pub fn answer_mut(&mut self, field: ReviewField) -> &mut String {
        match field {
            ReviewField::Necessity => &mut self.necessity,
            ReviewField::Scope => &mut self.scope,
            ReviewField::DecidedBy => &mut self.decided_by,
            ReviewField::Council => &mut self.council,
            ReviewField::SubjectNotice => &mut self.subject_notice,
            ReviewField::Crime => &mut self.crime,
            ReviewField::Consent => &mut self.consent,
            ReviewField::Identity => &mut self.identity,
        }
    }
}
