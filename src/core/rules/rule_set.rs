//! A rule set as data, and what it says about a request.
//!
//! Entry points: [`RuleSet::builtin`], [`RuleSet::parse`], [`RuleSet::in_force`], [`RuleSet::check`]. Absent:
//! the decision.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::{Finding, Weight};
use crate::{
    documents::{Request, ReviewField, VerifiedRequestFile},
    port::Coded,
    text::{Day, toml::read_toml},
};

const BUILTIN: [&str; 5] = [
    include_str!("tajimi.toml"),
    include_str!("fujisawa.toml"),
    include_str!("minato.toml"),
    include_str!("midori.toml"),
    include_str!("asahikawa.toml"),
];

/// One city's rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Name in files and on the command line.
    pub id: String,
    /// 自治体名.
    pub name: String,
    /// Title of the rules.
    pub title: String,
    /// 施行日と改正日, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// 設置カメラ, where the rules list them (旭川市 別紙).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cameras: Vec<String>,
    /// Who is responsible for the cameras.
    pub controller: Rule,
    /// Who operates the cameras: 操作取扱者, 副管理者, 操作員.
    #[serde(default)]
    pub operators: Rule,
    /// On which grounds footage may be disclosed.
    pub grounds: Vec<Ground>,
    /// What is reviewed before deciding.
    pub review: Vec<ReviewRule>,
    /// 遵守書.
    pub undertaking: UndertakingRule,
    /// What is recorded about a disclosure.
    pub disclosure_record: Rule,
    /// 保管期間.
    pub image_retention: RetentionRule,
    /// 保管期間の延長.
    pub retention_extension: Rule,
    /// 保管期間を経過した画像の消去.
    #[serde(default)]
    pub erasure: Rule,
    /// 複製・印刷・加工.
    pub copying: Rule,
    /// 媒体・機器の保管と施錠.
    #[serde(default)]
    pub custody: Rule,
    /// 媒体・機器の持出し.
    #[serde(default)]
    pub take_out: Rule,
    /// 媒体の廃棄.
    pub media_disposal: Rule,
    /// 定期の報告.
    pub periodic_report: Rule,
    /// 事故の報告.
    pub incident_report: Rule,
    /// 記録の保存.
    pub record_keeping: RecordKeepingRule,
    /// ネットワーク.
    pub network: Rule,
    /// 苦情.
    pub complaints: Rule,
    /// 秘密の保持.
    pub secrecy: Rule,
    /// 個人情報の保護に関する法律・条例との関係.
    #[serde(default)]
    pub personal_information: Rule,
    /// Whether each disclosure is reported to somebody above (港区 8条4項), as `disclosure_record` says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub report_each_disclosure: bool,
    /// To whom the periodic report goes; empty where the rules name no one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub report_to: String,
    /// Forms that the rules prescribe and this program can print.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<Form>,
}

/// A form that rules prescribe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// みどり市 様式第1号 画像提供申請書 (10条1項).
    #[serde(rename = "midori_1")]
    Midori1,
    /// みどり市 様式第2号 画像提供申請記録簿 (10条3項).
    #[serde(rename = "midori_2")]
    Midori2,
    /// 港区 第2号様式 提供報告書 (8条4項).
    #[serde(rename = "minato_2")]
    Minato2,
    /// 港区 第3号様式 運用状況報告書 (10条1項).
    #[serde(rename = "minato_3")]
    Minato3,
}

/// What an article says, in short. Both are empty where the rule set is silent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// In short.
    pub text: String,
    /// Where.
    pub article: String,
}

/// One ground for disclosure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Name in files.
    pub id: String,
    /// In short.
    pub text: String,
    /// Where.
    pub article: String,
    /// Legal bases that fit; empty where any does.
    pub legal_bases: Vec<String>,
    /// Whether the request must be in writing.
    pub document: DocumentRule,
    /// Where that differs for a legal basis: its code, and whether.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub document_by_basis: BTreeMap<String, DocumentRule>,
    /// Legal bases among those above that usually have another ground, which a warning says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unusual_bases: Vec<String>,
    /// Whether 法令・条項 must be written out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_detail: bool,
    /// What whoever chooses it should know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Whether a written request is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentRule {
    /// 文書による.
    Required,
    /// 原則として文書による.
    Principle,
    /// The rules do not say, or ask for none.
    Silent,
}

/// Something to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRule {
    /// Which answer of the request it is about.
    pub field: ReviewField,
    /// In short.
    pub text: String,
    /// Where.
    pub article: String,
    /// Only for these grounds; empty for all.
    #[serde(default)]
    pub grounds: Vec<String>,
    /// What it means if the answer is missing.
    #[serde(default = "Weight::blocks")]
    pub weight: Weight,
    /// Whether the answer needs the day on which it was given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dated: bool,
}

/// 遵守書.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndertakingRule {
    /// Whether the recipient must submit one.
    pub required: bool,
    /// Where; empty if the rules do not ask for one.
    pub article: String,
    /// 宛先; empty for the office itself.
    pub addressed_to: String,
    /// What is promised. Where the rules ask for none, the conditions of use that the viewer shows.
    pub items: Vec<String>,
}

/// 保管期間.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// Days; a month counts as 31.
    pub days: u32,
    /// In the article's words.
    pub text: String,
    /// Where.
    pub article: String,
}

/// 記録の保存年限.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordKeepingRule {
    /// Years from the next 1 April, if the rules give any.
    #[serde(default)]
    pub years_from_next_april: Option<u32>,
    /// Whether the images are kept as well.
    pub with_images: bool,
    /// In short.
    pub text: String,
    /// Where.
    pub article: String,
}

/// A rule file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// No built-in set has this name.
    #[error("there is no rule set named {0}; known are: {1}")]
    Unknown(String, String),
    /// Not a rule file.
    #[error("the rule file cannot be read: {0}")]
    Form(String),
    /// A rule file that contradicts itself or leaves out what every office needs.
    #[error("the rule file cannot be used: {0}")]
    Content(String),
}

impl Coded for RulesError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown(..) => "rules_unknown",
            Self::Form(_) => "rules_form",
            Self::Content(_) => "rules_content",
        }
    }
}

impl RuleSet {
    /// The five rule sets that come with Fuin.
    pub fn all_builtin() -> Result<Vec<Self>, RulesError> {
        BUILTIN.iter().map(|text| Self::parse(text)).collect()
    }

    /// A built-in rule set by name.
    pub fn builtin(id: &str) -> Result<Self, RulesError> {
        let all = Self::all_builtin()?;
        let known = all.iter().map(|rules| rules.id.clone()).collect::<Vec<_>>().join(", ");
        all.into_iter().find(|rules| rules.id == id).ok_or_else(|| RulesError::Unknown(id.to_owned(), known))
    }

    /// Reads an office's own rule file.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let rules: Self = read_toml(text).map_err(RulesError::Form)?;
        rules.consistent()?;
        Ok(rules)
    }

    /// What is said where a rule set says nothing.
    pub const SILENT: &str = "（定めなし）";
    /// How to write a rule file.
    pub const GUIDE: &str = include_str!("README.md");

    /// As a rule file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The rules of an office: its own file, if it adopted one, or the built-in set that its card names.
    pub fn in_force(id: &str, own: Option<&str>) -> Result<Self, RulesError> {
        own.map_or_else(|| Self::builtin(id), Self::parse)
    }

    fn consistent(&self) -> Result<(), RulesError> {
        let refuse = |why: String| Err(RulesError::Content(why));
        let is_id = |id: &str| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
            (1..=40).contains(&id.len()) && id.chars().all(fits)
        };
        if !is_id(&self.id) {
            return refuse(format!("id {:?}: 1 to 40 of a–z, 0–9, _ and -", self.id));
        }
        if self.name.trim().is_empty() || self.title.trim().is_empty() {
            return refuse("name and title must be filled in".into());
        }
        if self.grounds.is_empty() {
            return refuse("there must be at least one [[grounds]]".into());
        }
        for (n, ground) in self.grounds.iter().enumerate() {
            if !is_id(&ground.id) || self.grounds.iter().take(n).any(|other| other.id == ground.id) {
                return refuse(format!("grounds: the id {:?} is no id or stands there twice", ground.id));
            }
            if ground.text.trim().is_empty() || ground.article.trim().is_empty() {
                return refuse(format!("grounds: {} needs text and article", ground.id));
            }
        }
        for review in &self.review {
            if let Some(unknown) = review.grounds.iter().find(|id| !self.grounds.iter().any(|g| g.id == **id))
            {
                return refuse(format!("review: there is no ground {unknown:?}"));
            }
            if review.text.trim().is_empty() || review.article.trim().is_empty() {
                return refuse("review: text and article must be filled in".into());
            }
        }
        let undertaking = &self.undertaking;
        if undertaking.items.is_empty() || (undertaking.required && undertaking.article.trim().is_empty()) {
            return refuse("undertaking: items are needed, and the article where it is required".into());
        }
        Ok(())
    }

    /// What these rules say about a request, in the order in which a clerk goes through it.
    pub fn check(&self, request: &Request) -> Vec<Finding> {
        let Some(ground) = self.ground(&request.ground) else {
            let articles = self.grounds.iter().map(|g| g.article.as_str()).collect::<Vec<_>>().join("、");
            let text = "提供できる場合のどれにもあたりません。";
            return vec![Finding::new(Weight::Blocks, "ground_unknown", text, &articles)];
        };
        let mut findings = ground.check(request);
        let asked = self.review.iter().filter(|review| review.applies(&ground.id));
        findings.extend(asked.filter_map(|review| review.check(request)));
        if self.undertaking.required && request.undertaking.is_none() {
            let text = "遵守する旨を記載した文書（誓約書）が提出されていません。";
            let article = &self.undertaking.article;
            findings.push(Finding::new(Weight::Blocks, "undertaking_required", text, article));
        }
        if let Some(until) = request.secrecy_until {
            let text = format!(
                "秘密保持命令により、{}まで、命令のあったことを漏らしてはなりません。本人への通知はその後になります。",
                until.wareki()
            );
            let article = "刑事訴訟法（電磁的記録提供命令）";
            findings.push(Finding::new(Weight::Records, "secrecy_order", &text, article));
        }
        let Rule { text, article } = &self.disclosure_record;
        if !text.is_empty() {
            findings.push(Finding::new(Weight::Records, "disclosure_record", text, article));
        }
        findings
    }

    /// The request of a file as an office under these rules takes it, and whether its undertaking counts: one
    /// that promises other things than the rules ask for does not (FORMAT.md §11.3).
    pub fn request_of(&self, VerifiedRequestFile { file, .. }: &VerifiedRequestFile) -> (Request, bool) {
        let mut request = file.request.clone();
        let counts = file.promises == self.undertaking.items;
        if !counts {
            request.undertaking = None;
        }
        (request, counts || file.request.undertaking.is_none())
    }

    /// Until which day the footage that a request asks for is kept, by its earliest moment: it is overwritten then.
    pub fn footage_until(&self, request: &Request) -> Option<Day> {
        let first = request.range.iter().map(|range| range.from.day()).min()?;
        Some(first.plus_days(self.image_retention.days.into()))
    }

    /// The articles that the rules are read by: what each is about, and what it says.
    pub fn articles(&self) -> [(&'static str, Rule); 17] {
        let retention = &self.image_retention;
        let keeping = &self.record_keeping;
        let stated = |text: &str, article: &str| Rule { text: text.into(), article: article.into() };
        [
            ("管理責任者", self.controller.clone()),
            ("取扱者", self.operators.clone()),
            ("提供の記録", self.disclosure_record.clone()),
            ("保管期間", stated(&retention.text, &retention.article)),
            ("保管期間の延長", self.retention_extension.clone()),
            ("保管期間経過後の消去", self.erasure.clone()),
            ("複製・印刷・加工", self.copying.clone()),
            ("保管・施錠", self.custody.clone()),
            ("持出し", self.take_out.clone()),
            ("媒体の廃棄", self.media_disposal.clone()),
            ("定期の報告", self.periodic_report.clone()),
            ("事故の報告", self.incident_report.clone()),
            ("記録の保存", stated(&keeping.text, &keeping.article)),
            ("ネットワーク", self.network.clone()),
            ("苦情", self.complaints.clone()),
            ("秘密の保持", self.secrecy.clone()),
            ("個人情報の保護", self.personal_information.clone()),
        ]
    }

    /// The ground that a request names.
    pub fn ground(&self, id: &str) -> Option<&Ground> {
        self.grounds.iter().find(|ground| ground.id == id)
    }
}

impl Rule {
    /// What it says and where, or that it says nothing.
    pub fn words(&self) -> String {
        if self.text.is_empty() {
            RuleSet::SILENT.to_owned()
        } else {
            format!("{}（{}）", self.text, self.article)
        }
    }
}

impl RecordKeepingRule {
    /// How many years the images are kept, from the next 1 April; none where the rules do not ask for it.
    pub(crate) fn image_years(&self) -> Option<u32> {
        self.years_from_next_april.filter(|_| self.with_images)
    }
}

impl Ground {
    /// What it says of the legal basis and the document of a request.
    fn check(&self, request: &Request) -> Vec<Finding> {
        let basis = &request.legal_basis;
        let found = |weight, code, text: &str| Finding::new(weight, code, text, &self.article);
        let mut findings = Vec::new();
        if !self.legal_bases.is_empty() && !self.legal_bases.contains(basis) {
            let text = format!("根拠法令が「{}」の場合と合いません。", self.text);
            findings.push(found(Weight::Blocks, "legal_basis", &text));
        }
        if self.unusual_bases.contains(basis) {
            let text = format!("「{}」は、通常ほかの区分による根拠です。", request.basis_text());
            findings.push(found(Weight::Warns, "legal_basis_unusual", &text));
        }
        if self.needs_detail && request.basis_detail.trim().is_empty() {
            findings.push(found(Weight::Blocks, "basis_detail", "法令・条項の記入がありません。"));
        }
        if request.document_number.trim().is_empty() {
            findings.extend(match self.document_by_basis.get(basis).unwrap_or(&self.document) {
                DocumentRule::Required => {
                    let text = "文書による求めが必要です。文書番号がありません。";
                    Some(found(Weight::Blocks, "document_required", text))
                }
                DocumentRule::Principle => {
                    let text = "照会は原則として文書によります。";
                    Some(found(Weight::Warns, "document_principle", text))
                }
                DocumentRule::Silent => None,
            });
        }
        findings
    }
}

impl ReviewRule {
    /// What is missing of its answer.
    fn check(&self, request: &Request) -> Option<Finding> {
        let missing = |code, what: &str| {
            let text = format!("{}{what}の記入がありません。", self.text);
            Some(Finding::new(self.weight, code, &text, &self.article))
        };
        if request.review.answer(self.field).trim().is_empty() {
            missing("review_missing", "")
        } else if self.dated && request.review.day(self.field).is_none() {
            missing("review_undated", "の年月日")
        } else {
            None
        }
    }

    /// Whether it is asked under this ground.
    pub fn applies(&self, ground: &str) -> bool {
        self.grounds.is_empty() || self.grounds.iter().any(|id| id == ground)
    }
}
