//! 画像提供申請: who asks, on what ground, for which footage (domain.md's 様式第1号 and 誓約書 in one file).
//!
//! Entry points: [`Request::from_toml`] for what a clerk typed, [`example`] for an empty form with explanations.
//! Absent: the decision; see [`crate::rules`] and [`super::ledger`].

use serde::{Deserialize, Serialize};

use super::undertaking::{Origin, Submission, UndertakingDocument};
use crate::{
    bundle::{Medium, Recipient},
    calendar::{Day, Timestamp},
    port::Coded,
    rules::{ReviewField, RuleSet},
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
    Missing(&'static str),
    /// A range ends before it begins.
    #[error("the range for camera {0} ends before it begins")]
    Range(String),
}

impl Coded for RequestError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "request_form",
            Self::Missing(_) => "request_missing",
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
    pub range: Vec<Range>,
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
pub struct Range {
    /// 設置カメラ.
    pub camera: String,
    /// 自.
    pub from: Timestamp,
    /// 至.
    pub to: Timestamp,
}

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

/// What the office knows about one clip file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClipFields {
    /// The file's name, without folders.
    pub file: String,
    /// 設置カメラ.
    #[serde(default)]
    pub camera: String,
    /// What the camera's clock showed at the first frame.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// Seconds that the camera's clock ran ahead of the true time.
    #[serde(default)]
    pub clock_error_secs: i64,
}

impl Request {
    /// Reads a `request.toml` and checks that what must be filled is filled.
    pub fn from_toml(text: &str) -> Result<Self, RequestError> {
        let request: Self = toml::from_str(text).map_err(|error| RequestError::Form(error.to_string()))?;
        request.check()?;
        Ok(request)
    }

    /// Checks what every city needs.
    pub fn check(&self) -> Result<(), RequestError> {
        let filled = [
            (&self.applicant.organization, "applicant.organization"),
            (&self.applicant.person, "applicant.person"),
            (&self.legal_basis, "legal_basis"),
            (&self.purpose, "purpose"),
            (&self.delivery_method, "delivery_method"),
        ];
        if let Some((_, field)) = filled.iter().find(|(value, _)| value.trim().is_empty()) {
            return Err(RequestError::Missing(field));
        }
        if self.range.is_empty() {
            return Err(RequestError::Missing("range"));
        }
        match self.range.iter().find(|range| range.from > range.to) {
            Some(range) => Err(RequestError::Range(range.camera.clone())),
            None => Ok(()),
        }
    }

    /// 提供先 as manifests and watermarks name it.
    pub fn recipient(&self) -> Recipient {
        let Applicant { organization, department, person, .. } = self.applicant.clone();
        Recipient { organization, department, person }
    }

    /// 画像の範囲 in one line per camera.
    pub fn range_text(&self) -> String {
        let line = |r: &Range| format!("{} {}から{}まで", r.camera, r.from.wareki(), r.to.wareki());
        self.range.iter().map(line).collect::<Vec<_>>().join("、")
    }

    /// The undertaking that goes into the bundle, in the words of the rule set.
    pub fn undertaking_document(&self, rules: &RuleSet, office_name: &str) -> UndertakingDocument {
        let submission = self.undertaking.as_ref().map(|fields| Submission {
            submitted_on: fields.submitted_on,
            signed_by: fields.signed_by.clone(),
            origin: fields.origin,
        });
        UndertakingDocument {
            format: UndertakingDocument::FORMAT.into(),
            items: rules.undertaking.items.clone(),
            article: rules.undertaking.article.clone(),
            addressed_to: if rules.undertaking.addressed_to.is_empty() {
                office_name.to_owned()
            } else {
                rules.undertaking.addressed_to.clone()
            },
            recipient: self.recipient(),
            purpose: self.purpose.clone(),
            submission,
            onward_to: self.undertaking.as_ref().map(|u| u.onward_to.clone()).unwrap_or_default(),
            return_due: self.return_due,
        }
    }
}

/// A `request.toml` with every field explained, filled with an invented case that the city's rules allow.
pub fn example(rules: &RuleSet) -> String {
    let ground = rules.grounds.first();
    let id = ground.map_or("", |g| g.id.as_str());
    let basis = ground.and_then(|g| g.legal_bases.first()).map_or("OTHER", String::as_str);
    let bases: Vec<String> =
        LEGAL_BASES.iter().map(|(code, name)| format!("#   {code:<18} {name}")).collect();
    let grounds: Vec<String> =
        rules.grounds.iter().map(|g| format!("#   {:<18} {}（{}）", g.id, g.text, g.article)).collect();
    let asks = |field| rules.review.iter().any(|review| review.field == field);
    let undertaking = if rules.undertaking.required {
        format!(
            "# 誓約書（{}）\n[undertaking]\nsubmitted_on = \"2026-11-20\"\nsigned_by = \"署長 見本一郎\"\n# 法令に基づく引継ぎ先（なければ空）\nonward_to = \"東京地方検察庁\"\n",
            rules.undertaking.article
        )
    } else {
        "# この規程は誓約書を求めていません。提出されたときだけ [undertaking] を書きます。\n".to_owned()
    };
    format!(
        r#"# 画像提供申請（{name}「{title}」）
# 日付は 2026-11-22、日時は 2026-11-22T10:00:00+09:00 の形で書きます。

# 申請受付日
received_on = "2026-11-20"

# 根拠法令
{bases}
legal_basis = "{basis}"

# 規程のどの場合にあたるか
{grounds}
ground = "{id}"

# 照会文書の番号と日付（文書がなければ空のまま、日付の行は消す）
document_number = "港刑第123号"
document_date = "2026-11-19"

# 利用目的（申請理由）
purpose = "窃盗被疑事件の捜査"

# 提供方法と返却期限
delivery_method = "データ提供"
return_due = "2027-01-29"

# 提供する側が付ける条件（なければ []）
conditions = []

# 特記事項
remarks = ""

# 申請者（提供先）
[applicant]
organization = "見本警察署"
department = "刑事課"
address = "東京都港区見本1丁目1番1号"
representative = "署長 見本一郎"
person = "巡査部長 例示花子"
phone = "03-0000-0000"

# 記録媒体
[medium]
kind = "USBメモリ"
number = "USB-07"

# 画像の範囲（カメラごとに [[range]] を繰り返す）
[[range]]
camera = "正面出入口 1番"
from = "2026-11-18T21:00:00+09:00"
to = "2026-11-18T21:30:00+09:00"

# 審査（必要性、必要かつ適切な範囲、決定者）
[review]
necessity = "被害品の搬出経路の特定に必要と認める。"
scope = "犯行時刻の前後に限る。"
decided_by = "防災課長"
callback = "11月20日、代表番号に折り返し確認"
# 規程が求める場合だけ書きます
council = "{council}"
subject_notice = "{notice}"

{undertaking}
# 映像ファイルについて分かっていること（ファイル名ごとに [[clip]] を繰り返す。なくてもよい）
[[clip]]
file = "clip.mp4"
camera = "正面出入口 1番"
# カメラの時計で見た最初のコマの時刻と、時計の進み（秒。遅れは負の数）
starts_at = "2026-11-18T21:00:00+09:00"
clock_error_secs = 0
"#,
        name = rules.name,
        title = rules.title,
        council = if asks(ReviewField::Council) {
            "令和8年11月10日の会議で意見を聴いた。"
        } else {
            ""
        },
        notice =
            if asks(ReviewField::SubjectNotice) { "条例の定めにより通知しない。" } else { "" },
        bases = bases.join("\n"),
        grounds = grounds.join("\n"),
    )
}
