//! 画像提供申請: who asks, on what ground, for which footage (domain.md's 様式第1号 and 誓約書 in one file).
//!
//! Entry point: [`Request::from_toml`] for what a clerk typed. Absent: the rules that judge it
//! ([`crate::rules`]), the decision ([`crate::ledger`]).

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{field::Field, review::Review};
use crate::{
    bundle::{ClipNote, Medium, Origin, Recipient},
    port::Coded,
    text::{Day, NameError, Timestamp, check_name},
};

/// Legal bases that the desk knows: code and Japanese name.
pub const LEGAL_BASES: [(&str, &str); 10] = [
    ("CCP_197_2", "捜査関係事項照会（刑事訴訟法第197条第2項）"),
    ("ATTORNEY_ACT_23_2", "弁護士会照会（弁護士法第23条の2第2項）"),
    ("CIVPRO_223", "文書提出命令（民事訴訟法第223条）"),
    ("CIVPRO_231_3", "電磁的記録提出命令（民事訴訟法第231条の3）"),
    ("CCP_279", "裁判所の照会（刑事訴訟法第279条）"),
    ("CCP_507", "裁判執行の照会（刑事訴訟法第507条）"),
    ("EMERGENCY", "緊急やむを得ない場合"),
    ("SUBJECT_CONSENT", "本人の同意"),
    ("SUBJECT_REQUEST", "本人の請求"),
    ("OTHER", "その他"),
];

/// The Japanese name of a legal basis; the code itself if it is the office's own.
pub fn legal_basis_name(code: &str) -> &str {
    LEGAL_BASES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

/// Why a request cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The file is not as the example shows.
    #[error("the request cannot be read: {0}")]
    Form(String),
    /// A field that must be filled is empty.
    #[error("the request leaves a field empty: {0}")]
    Missing(Field),
    /// A name that the marks cannot show.
    #[error("{0} is no name: {1}")]
    Name(Field, NameError),
    /// A range ends before it begins.
    #[error("the range for camera {0} ends before it begins")]
    Range(String),
}

impl Coded for RequestError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "request_form",
            Self::Missing(_) => "request_missing",
            Self::Name(..) => "request_name",
            Self::Range(_) => "request_range",
        }
    }
}

/// A request for footage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// 申請受付日.
    pub received_on: Day,
    /// 申請者・提供先.
    pub applicant: Applicant,
    /// 根拠法令: a code of [`LEGAL_BASES`] or the office's own.
    pub legal_basis: String,
    /// The ground in the city's rules, by its id (`fuin rules show`).
    pub ground: String,
    /// 文書番号 of the written request; empty if there is none.
    #[serde(default)]
    pub document_number: String,
    /// Date of the written request.
    #[serde(default)]
    pub document_date: Option<Day>,
    /// 利用目的・申請理由.
    pub purpose: String,
    /// 画像の範囲, per camera.
    pub range: Vec<FootageRange>,
    /// 提供方法.
    pub delivery_method: String,
    /// 記録媒体.
    #[serde(default)]
    pub medium: Medium,
    /// 返却期限.
    pub return_due: Day,
    /// The office's review.
    #[serde(default)]
    pub review: Review,
    /// 誓約書, where the city asks for one.
    #[serde(default)]
    pub undertaking: Option<UndertakingFields>,
    /// Conditions set by the provider.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// 特記事項.
    #[serde(default)]
    pub remarks: String,
    /// What is known about each clip file, by its name.
    #[serde(default)]
    pub clip: Vec<ClipFields>,
}

/// 申請者.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// 機関名等.
    pub organization: String,
    /// 部署名.
    #[serde(default)]
    pub department: String,
    /// 住所.
    #[serde(default)]
    pub address: String,
    /// 代表者職氏名.
    #[serde(default)]
    pub representative: String,
    /// 担当者職氏名.
    pub person: String,
    /// 電話番号.
    #[serde(default)]
    pub phone: String,
}

/// 提供画像日時 for one camera.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FootageRange {
    /// 設置カメラ.
    pub camera: String,
    /// 自.
    pub from: Timestamp,
    /// 至.
    pub to: Timestamp,
}

/// 誓約書 as submitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndertakingFields {
    /// 提出日.
    pub submitted_on: Day,
    /// 署名した者の職氏名.
    pub signed_by: String,
    /// 法令に基づく引継ぎ先.
    #[serde(default)]
    pub onward_to: String,
    /// How it came in.
    #[serde(default)]
    pub origin: Origin,
}

/// What the office knows about one clip file, as `request.toml` says it: [`ClipNote`], with defaults.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClipFields {
    /// The file's name, without folders.
    pub file: String,
    /// 設置カメラ.
    #[serde(default)]
    pub camera: String,
    /// What the camera's clock showed at the first picture.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// Seconds that the camera's clock ran ahead of the true time.
    #[serde(default)]
    pub clock_error_secs: i64,
}

impl From<ClipFields> for ClipNote {
    fn from(ClipFields { file, camera, starts_at, clock_error_secs }: ClipFields) -> Self {
        Self { file_name: file, camera, starts_at, clock_error_secs }
    }
}

impl Request {
    /// Reads a `request.toml` and checks that what must be filled is filled.
    pub fn from_toml(text: &str) -> Result<Self, RequestError> {
        let request: Self = toml::from_str(text).map_err(|error| RequestError::Form(error.to_string()))?;
        request.check()?;
        Ok(request)
    }

    /// What is known about a clip file. One name may be written in composed letters and the other not, as some systems
    /// write 「が」.
    pub fn clip_of(&self, file_name: &str) -> Option<&ClipFields> {
        self.clip.iter().find(|fields| fields.file.nfc().eq(file_name.nfc()))
    }

    /// Checks what every city needs.
    pub fn check(&self) -> Result<(), RequestError> {
        let filled = [
            (&self.applicant.organization, Field::Organization),
            (&self.applicant.person, Field::Person),
            (&self.legal_basis, Field::LegalBasis),
            (&self.purpose, Field::Purpose),
            (&self.delivery_method, Field::DeliveryMethod),
        ];
        if let Some((_, field)) = filled.iter().find(|(value, _)| value.trim().is_empty()) {
            return Err(RequestError::Missing(*field));
        }
        self.check_names()?;
        if self.range.is_empty() {
            return Err(RequestError::Missing(Field::Range));
        }
        match self.range.iter().find(|range| range.from > range.to) {
            Some(range) => Err(RequestError::Range(range.camera.clone())),
            None => Ok(()),
        }
    }

    /// The applicant is the recipient whom the marks name.
    fn check_names(&self) -> Result<(), RequestError> {
        let Applicant { organization, department, person, .. } = &self.applicant;
        let names =
            [(organization, Field::Organization), (department, Field::Department), (person, Field::Person)];
        for (name, field) in names {
            if !name.trim().is_empty() {
                check_name(name).map_err(|error| RequestError::Name(field, error))?;
            }
        }
        Ok(())
    }

    /// 提供先 as manifests and watermarks name it.
    pub fn recipient(&self) -> Recipient {
        let Applicant { organization, department, person, .. } = self.applicant.clone();
        Recipient { organization, department, person }
    }

    /// 画像の範囲 in one line per camera.
    pub fn range_text(&self) -> String {
        let line = |r: &FootageRange| format!("{} {}から{}まで", r.camera, r.from.wareki(), r.to.wareki());
        self.range.iter().map(line).collect::<Vec<_>>().join("、")
    }
}
