//! 画像提供申請: who asks, on what ground, for which footage (domain.md's 様式第1号 and 誓約書 in one file).
//!
//! Entry point: [`Request::from_toml`] for what a clerk typed. Absent: the rules that judge it
//! ([`crate::rules`]), the decision ([`crate::ledger`]).

use std::iter;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{field::Field, review::Review};
use crate::{
    bundle::{ClipNote, Medium, Origin, Recipient},
    port::Coded,
    text::{Day, NameError, Timestamp, check_name, toml::read_toml},
};

/// Legal bases that the desk knows: code and Japanese name.
pub const LEGAL_BASES: [(&str, &str); 14] = [
    ("CCP_197_2", "捜査関係事項照会（刑事訴訟法第197条第2項）"),
    ("ATTORNEY_ACT_23_2", "弁護士会照会（弁護士法第23条の2第2項）"),
    ("CIVPRO_223", "文書提出命令（民事訴訟法第223条）"),
    ("CIVPRO_231_3", "電磁的記録提出命令（民事訴訟法第231条の3）"),
    ("CCP_279", "裁判所の照会（刑事訴訟法第279条）"),
    ("CCP_507", "裁判執行の照会（刑事訴訟法第507条）"),
    ("CCP_218", "差押え等の令状（刑事訴訟法第218条）"),
    ("CCP_102_2", "電磁的記録提供命令（刑事訴訟法第102条の2・第218条）"),
    ("CIVPRO_226", "文書送付嘱託（民事訴訟法第226条）"),
    ("CIVPRO_186", "調査嘱託（民事訴訟法第186条）"),
    ("EMERGENCY", "緊急やむを得ない場合"),
    ("SUBJECT_CONSENT", "本人の同意"),
    ("SUBJECT_REQUEST", "本人の請求"),
    (OTHER_BASIS, "その他"),
];
/// The code of a legal basis that only its text names.
pub const OTHER_BASIS: &str = "OTHER";

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
    /// 申請者・照会者.
    pub applicant: Applicant,
    /// 視聴する者, where somebody else watches than who asks: counsel, where the bar association or a court asks.
    #[serde(default)]
    pub watched_by: Option<Recipient>,
    /// 根拠法令: a code of [`LEGAL_BASES`] or the office's own.
    pub legal_basis: String,
    /// 法令・条項: which one, where the code alone does not say it.
    #[serde(default)]
    pub basis_detail: String,
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
    /// 秘密保持命令: until when nobody may be told of the order (電磁的記録提供命令), if one came with it.
    #[serde(default)]
    pub secrecy_until: Option<Day>,
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

impl FootageRange {
    /// In a line, as papers have it.
    pub fn line(&self) -> String {
        format!("{} {}から{}まで", self.camera, self.from.wareki(), self.to.wareki())
    }

    /// Ranges in one line.
    pub fn text(ranges: &[Self]) -> String {
        ranges.iter().map(Self::line).collect::<Vec<_>>().join("、")
    }

    /// Whether all of it was in `other`, for the same camera.
    pub fn is_within(&self, other: &Self) -> bool {
        self.camera == other.camera && other.from <= self.from && self.to <= other.to
    }
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
        Self { file_name: file, camera, starts_at, clock_error_secs, cut: None }
    }
}

impl Request {
    /// Reads a `request.toml` and checks that what must be filled is filled.
    pub fn from_toml(text: &str) -> Result<Self, RequestError> {
        let request: Self = read_toml(text).map_err(RequestError::Form)?;
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
        let detail = (self.legal_basis == OTHER_BASIS).then_some((&self.basis_detail, Field::BasisDetail));
        let filled = filled.into_iter().chain(detail);
        if let Some((_, field)) = filled.into_iter().find(|(value, _)| value.trim().is_empty()) {
            return Err(RequestError::Missing(field));
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

    /// Whoever asks, and whoever watches: the marks name them.
    fn check_names(&self) -> Result<(), RequestError> {
        let watched_by = self.watched_by.iter();
        let named = |Recipient { organization, department, person }| {
            [(organization, Field::Organization), (department, Field::Department), (person, Field::Person)]
        };
        for (name, field) in iter::once(self.asked_by()).chain(watched_by.cloned()).flat_map(named) {
            if name.trim().is_empty() {
                let needed = self.watched_by.is_some() && field != Field::Department;
                if needed {
                    Err(RequestError::Missing(field))?
                }
            } else {
                check_name(&name).map_err(|error| RequestError::Name(field, error))?;
            }
        }
        Ok(())
    }

    /// Days that cannot be, seen from `today`: what was asked for lies in the future, or what follows comes first.
    pub(crate) fn odd_day(&self, today: Day) -> Option<Field> {
        let ends_later = |range: &FootageRange| range.to.day() > today.max(self.received_on);
        let days = [
            (self.received_on > today, Field::ReceivedOn),
            // After an urgent call the document may follow.
            (self.document_date.is_some_and(|day| day > today), Field::DocumentDate),
            (self.range.iter().any(ends_later), Field::Range),
            (self.return_due < self.received_on, Field::ReturnDue),
            (self.review.council_on.is_some_and(|day| day > today), Field::CouncilOn),
            (self.undertaking.as_ref().is_some_and(|u| u.submitted_on > today), Field::SubmittedOn),
        ];
        days.into_iter().find(|(is_odd, _)| *is_odd).map(|(_, field)| field)
    }

    /// 「令和…付け…で照会のありました件について」, with which a letter begins.
    pub fn reference(&self) -> String {
        match (self.document_number.trim(), self.document_date) {
            ("", _) => format!("{}に申請のありました件について", self.received_on.wareki()),
            (number, Some(day)) => format!("{}付け{number}で照会のありました件について", day.wareki()),
            (number, None) => format!("{number}で照会のありました件について"),
        }
    }

    /// Who asks.
    pub fn asked_by(&self) -> Recipient {
        let Applicant { organization, department, person, .. } = self.applicant.clone();
        Recipient { organization, department, person }
    }

    /// 提供先 as manifests and watermarks name it: who watches.
    pub fn recipient(&self) -> Recipient {
        self.watched_by.clone().unwrap_or_else(|| self.asked_by())
    }

    /// 画像の範囲, as it was asked for.
    pub fn range_text(&self) -> String {
        FootageRange::text(&self.range)
    }

    /// 根拠法令 in words, with what is said of it.
    pub fn basis_text(&self) -> String {
        let name = legal_basis_name(&self.legal_basis);
        match self.basis_detail.trim() {
            "" => name.to_owned(),
            detail => format!("{name}（{detail}）"),
        }
    }
}
