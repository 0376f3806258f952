//! One request and what became of it.
//!
//! Entry point: [`Case`], which the [`super::Register`] keeps. Absent: how events change it.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use unicode_normalization::UnicodeNormalization;

use super::disclosure::{Disclosure, DisclosureStatus};
use crate::{
    bundle::BundleId,
    documents::{DeviceKeys, Difference, FootageRange, Request, differences},
    ledger::{
        Approval, Attachment, EventBody, LedgerEvent, Letter, OperationKind, Provides, Provision,
        SealedClipRecord,
    },
    rules::{Finding, RuleSet},
    text::{Day, Timestamp, half_width},
};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseState {
    /// 審査待ち.
    Review,
    /// 提供可: 封印待ち.
    Granted,
    /// 提供不可.
    Refused,
    /// At least one bundle was sealed for it.
    Sealed,
    /// Provided without a file (画像閲覧, 再生画像撮影).
    Provided,
    /// 取下げ.
    Withdrawn,
}

/// 可, 一部可, 不可.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 可: as it was asked for.
    Granted,
    /// 一部可: less than was asked for.
    Partly,
    /// 不可.
    Refused,
}

impl Outcome {
    /// Of what a decision provides of a request.
    pub(super) fn of(provides: Option<&Provides>, request: &Request) -> Self {
        let all = Provides::all_of(request);
        match provides {
            Some(p) if p.range == all.range && p.delivery_method == all.delivery_method => Self::Granted,
            Some(_) => Self::Partly,
            None => Self::Refused,
        }
    }

    /// The word that papers use.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Granted => "可",
            Self::Partly => "一部可",
            Self::Refused => "不可",
        }
    }
}

/// 可否決定 as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When it was recorded.
    pub at: Timestamp,
    /// 可 or 不可.
    pub granted: bool,
    /// 決定者.
    pub by: String,
    /// 理由.
    pub reason: String,
    /// What the rules said at that time.
    pub findings: Vec<Finding>,
    /// 決裁.
    pub approvals: Vec<Approval>,
    /// What is provided, unless it was refused.
    pub provides: Option<Provides>,
    /// What that was of the request as it stood then: a later correction does not change it.
    pub outcome: Outcome,
}

impl Decision {
    /// Who decided and why, as it should have been recorded; gives what was different.
    fn correct(&mut self, by: &str, reason: &str) -> Vec<Difference> {
        let fields = [("決定者", &mut self.by, by), ("決定の理由", &mut self.reason, reason)];
        let correct = |(field, known, new): (_, &mut String, &str)| {
            let (old, new) = (mem::replace(known, new.to_owned()), new.to_owned());
            (old != new).then_some(Difference { field, old, new })
        };
        fields.into_iter().filter_map(correct).collect()
    }
}

/// 訂正 as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// When it was recorded.
    pub at: Timestamp,
    /// Who corrected it.
    pub by: String,
    /// 理由.
    pub reason: String,
    /// What was corrected.
    pub differences: Vec<Difference>,
}

/// 取下げ as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// On which day.
    pub on: Day,
    /// From whom it came.
    pub from: String,
    /// 理由.
    pub reason: String,
}

/// One request and what became of it.
#[derive(Debug, Clone)]
pub struct Case {
    /// Running number.
    pub number: u64,
    /// Its number among those that were recorded in the same 年度, from 1.
    pub in_year: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// 担当: who works on it, if somebody said so.
    pub claimed_by: Option<String>,
    /// Everybody who received it, reviewed it or worked on it.
    pub(super) hands: BTreeSet<String>,
    /// The request, with the answers of the latest review.
    pub request: Request,
    /// What it came with.
    pub attachments: Vec<Attachment>,
    /// The keys of the recipient's device, if they came along.
    pub recipient_keys: Option<DeviceKeys>,
    /// The decision, once there is one.
    pub decision: Option<Decision>,
    /// Decisions that a 再審査 set aside, the oldest first.
    pub set_aside: Vec<Decision>,
    /// 訂正, the oldest first.
    pub corrections: Vec<Correction>,
    /// 取下げ, if it was withdrawn and not opened again.
    pub withdrawn: Option<Withdrawal>,
    /// 提供 without a file, the earliest first.
    pub provisions: Vec<Provision>,
    /// 発出した文書, the oldest first, each with the line of the ledger that has it, from 1.
    pub letters: Vec<(u64, Letter)>,
    /// When the report of its disclosure was handed in.
    pub reported_on: Option<Day>,
    /// When media that belong to it were disposed of.
    pub disposals: Vec<Day>,
    /// Bundles sealed for it, in order; voided ones too.
    pub bundles: Vec<BundleId>,
    /// What a search looks through: half-width, small letters.
    pub(super) haystack: String,
}

impl Case {
    /// A request that has just come in.
    pub(super) fn new(
        number: u64,
        recorded: &LedgerEvent,
        request: &Request,
        attachments: &[Attachment],
        recipient_keys: Option<&DeviceKeys>,
    ) -> Self {
        let mut case = Self {
            number,
            in_year: 0,
            recorded_at: recorded.at,
            claimed_by: None,
            hands: BTreeSet::from([recorded.actor.clone()]),
            request: request.clone(),
            attachments: attachments.to_vec(),
            recipient_keys: recipient_keys.cloned(),
            decision: None,
            set_aside: Vec::new(),
            corrections: Vec::new(),
            withdrawn: None,
            provisions: Vec::new(),
            letters: Vec::new(),
            reported_on: None,
            disposals: Vec::new(),
            bundles: Vec::new(),
            haystack: String::new(),
        };
        case.describe(&BTreeMap::new());
        case
    }

    /// Takes one more event about it in.
    pub(super) fn apply(&mut self, event: &LedgerEvent) {
        match &event.event {
            EventBody::Reviewed { review, undertaking, .. } => {
                self.hands.insert(event.actor.clone());
                self.request.review = review.clone();
                self.request.undertaking.clone_from(undertaking);
            }
            EventBody::Decided { granted, by, reason, findings, approvals, provides, .. } => {
                let decision = Decision {
                    at: event.at,
                    granted: *granted,
                    by: by.clone(),
                    reason: reason.clone(),
                    findings: findings.clone(),
                    approvals: approvals.clone(),
                    provides: provides.clone(),
                    outcome: Outcome::of(provides.as_ref(), &self.request),
                };
                self.set_aside.extend(self.decision.replace(decision));
            }
            EventBody::Corrected { request, reason, by, .. } => {
                let differences = differences(&self.request, request);
                let (by, reason) = (by.clone(), reason.clone());
                self.corrections.push(Correction { at: event.at, by, reason, differences });
                self.request = (**request).clone();
            }
            EventBody::DecisionCorrected { decided_by, grounds, reason, by, .. } => {
                let Some(decision) = &mut self.decision else { return };
                let differences = decision.correct(decided_by, grounds);
                let (by, reason) = (by.clone(), reason.clone());
                self.corrections.push(Correction { at: event.at, by, reason, differences });
            }
            EventBody::Withdrawn { on, reason, from, .. } => {
                self.withdrawn = Some(Withdrawal { on: *on, from: from.clone(), reason: reason.clone() });
            }
            EventBody::Reopened { .. } => {
                self.withdrawn = None;
                self.set_aside.extend(self.decision.take());
            }
            EventBody::Claimed { by, .. } => {
                self.hands.extend(by.clone());
                self.claimed_by.clone_from(by);
            }
            EventBody::Attached { attachments, .. } => self.attachments.extend_from_slice(attachments),
            EventBody::Issued(letter) => self.letters.push((event.line(), (**letter).clone())),
            EventBody::Submitted { on, .. } => self.reported_on = Some(*on),
            EventBody::Provided(provided) => {
                self.provisions.push(provided.clone());
                self.provisions.sort_by_key(|provided| provided.on);
            }
            EventBody::Sealed(sealed) if !self.bundles.contains(&sealed.bundle_id) => {
                self.bundles.push(sealed.bundle_id.clone());
            }
            EventBody::Operation(line) if line.section == OperationKind::MediaDisposal => {
                self.disposals.push(line.on);
            }
            _ => {}
        }
    }

    /// Where it stands, by the state of its bundles.
    pub fn state(&self, disclosures: &BTreeMap<BundleId, Disclosure>) -> CaseState {
        let used = |id: &BundleId| disclosures.get(id).is_some_and(|d| d.status.counts());
        match &self.decision {
            _ if self.withdrawn.is_some() => CaseState::Withdrawn,
            None => CaseState::Review,
            Some(decision) if !decision.granted => CaseState::Refused,
            Some(_) if self.bundles.iter().any(used) => CaseState::Sealed,
            Some(_) if !self.provisions.is_empty() => CaseState::Provided,
            Some(_) => CaseState::Granted,
        }
    }

    /// The bundle or ticket that counts: the last that was neither voided nor replaced, and is not a further reader's.
    pub fn bundle<'a>(&self, disclosures: &'a BTreeMap<BundleId, Disclosure>) -> Option<&'a Disclosure> {
        let counts = || self.counting(disclosures);
        counts().find(|d| !d.is_further_reader).or_else(|| counts().next())
    }

    /// 二人目以降の視聴者: the tickets that count beside [`Self::bundle`], the last one first.
    pub fn further_readers<'a>(
        &self,
        disclosures: &'a BTreeMap<BundleId, Disclosure>,
    ) -> impl Iterator<Item = &'a Disclosure> {
        let first = self.bundle(disclosures).map(|d| &d.sealed.bundle_id);
        self.counting(disclosures).filter(move |d| Some(&d.sealed.bundle_id) != first)
    }

    /// All that counts: [`Self::bundle`], and behind it the further readers' tickets.
    pub fn for_everybody<'a>(
        &self,
        disclosures: &'a BTreeMap<BundleId, Disclosure>,
    ) -> impl Iterator<Item = &'a Disclosure> {
        self.bundle(disclosures).into_iter().chain(self.further_readers(disclosures))
    }

    /// The request as it reads for the one who got this: a further reader stands in it as who watches.
    pub fn for_reader(mut self, disclosure: &Disclosure) -> Self {
        if disclosure.is_further_reader {
            self.request.watched_by = Some(disclosure.sealed.recipient.clone());
        }
        self
    }

    /// What was neither voided nor replaced, the last one first.
    fn counting<'a>(
        &self,
        disclosures: &'a BTreeMap<BundleId, Disclosure>,
    ) -> impl Iterator<Item = &'a Disclosure> {
        self.bundles.iter().rev().filter_map(|id| disclosures.get(id)).filter(|d| d.status.counts())
    }

    /// Its bundles and tickets that were not voided, in order; what was replaced too.
    fn used<'a>(
        &self,
        disclosures: &'a BTreeMap<BundleId, Disclosure>,
    ) -> impl Iterator<Item = &'a Disclosure> {
        let all = self.bundles.iter().filter_map(|id| disclosures.get(id));
        all.filter(|d| d.status != DisclosureStatus::Voided)
    }

    /// 提供した画像の範囲, a line each; nothing before anything was provided.
    pub(crate) fn really_provided(&self, disclosures: &BTreeMap<BundleId, Disclosure>) -> Vec<String> {
        if self.used(disclosures).next().is_none() && self.provisions.is_empty() {
            return Vec::new();
        }
        self.range_provided_by(self.bundle(disclosures))
    }

    /// The real range of each clip of a bundle; what was decided where that is not known, or footage was only watched.
    pub fn range_provided_by(&self, disclosure: Option<&Disclosure>) -> Vec<String> {
        let is_known = |clips: &&Vec<SealedClipRecord>| {
            !clips.is_empty() && clips.iter().all(|clip| clip.covers.is_some())
        };
        match disclosure.map(|d| &d.sealed.clips).filter(is_known) {
            Some(clips) => clips.iter().map(SealedClipRecord::range_line).collect(),
            None => self.provided_range(),
        }
    }

    /// 提供日時: the first day of the 受領書, or on which it was watched at the office.
    pub fn given_on(&self, disclosures: &BTreeMap<BundleId, Disclosure>) -> Option<Day> {
        let used = self.used(disclosures).filter_map(Disclosure::delivered_on);
        used.chain(self.provisions.iter().map(|provided| provided.on.day())).min()
    }

    /// 受付番号 as papers have it: counted anew in each 年度.
    pub fn label(&self) -> String {
        format!("{} 第{}号", self.recorded_at.day().fiscal_year_name(), self.in_year)
    }

    /// The last day on which the office keeps its copy of what was watched here (藤沢市 6条4項), where nothing was
    /// handed out.
    pub fn copy_kept_until(
        &self,
        disclosures: &BTreeMap<BundleId, Disclosure>,
        rules: &RuleSet,
    ) -> Option<Day> {
        let last = self.provisions.last().filter(|_| self.used(disclosures).next().is_none())?;
        Some(last.on.day().kept_until(rules.record_keeping.image_years()?))
    }

    /// 可, 一部可 or 不可, once it was decided.
    pub fn outcome(&self) -> Option<Outcome> {
        self.decision.as_ref().map(|decision| decision.outcome)
    }

    /// What is provided: as decided; before that, as asked for.
    pub fn provides(&self) -> Provides {
        let decided = self.decision.as_ref().and_then(|decision| decision.provides.clone());
        decided.unwrap_or_else(|| Provides::all_of(&self.request))
    }

    /// 提供する画像の範囲, one line for each camera.
    pub fn provided_range(&self) -> Vec<String> {
        self.provides().range.iter().map(FootageRange::line).collect()
    }

    /// Writes down anew what a search looks through.
    pub(super) fn describe(&mut self, disclosures: &BTreeMap<BundleId, Disclosure>) {
        let request = &self.request;
        let applicant = &request.applicant;
        let mut words: Vec<String> = vec![
            self.number.to_string(),
            request.recipient().line(),
            request.basis_text(),
            request.range_text(),
        ];
        words.extend(
            [&applicant.organization, &applicant.department, &applicant.person, &applicant.representative]
                .map(String::clone),
        );
        words.extend([&applicant.phone, &request.document_number, &request.purpose].map(String::clone));
        words.extend([&request.remarks, &request.delivery_method, &request.medium.number].map(String::clone));
        let ranges = request.range.iter().flat_map(|range| [range.from.day(), range.to.day()]);
        let days = [Some(request.received_on), request.document_date, Some(request.return_due)];
        words
            .extend(days.into_iter().flatten().chain(ranges).flat_map(|day| [day.to_string(), day.wareki()]));
        for id in &self.bundles {
            words.push(id.to_string());
            let medium = disclosures.get(id).map(|disclosure| &disclosure.sealed.medium);
            words.extend(medium.map(|medium| format!("{} {}", medium.kind, medium.number)));
        }
        if let Some(decision) = &self.decision {
            words.extend([decision.by.clone(), decision.reason.clone()]);
            words.extend(self.outcome().map(|outcome| outcome.japanese().to_owned()));
        }
        words.extend(self.withdrawn.is_some().then(|| "取下げ".to_owned()));
        words.extend(self.request.review.answers().map(|(_, answer)| answer));
        words.extend(self.provisions.iter().map(|provided| format!("{} {}", provided.to, provided.place)));
        self.haystack = fold(&words.join(" "));
    }
}

/// One way of writing for searching: half-width and small letters, one kind of hyphen, the usual form of letters that
/// names write in another one, and no variation selectors.
pub(super) fn fold(text: &str) -> String {
    let is_selector = |c: &char| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
    let plain = text.nfkc().filter(|c| !is_selector(c));
    plain.map(half_width).map(usual_form).flat_map(char::to_lowercase).collect()
}

/// Letters of names, and what they are called up by: 人名用漢字 and their 異体字 that keyboards seldom give.
const VARIANTS: [(char, char); 23] = [
    ('髙', '高'),
    ('﨑', '崎'),
    ('𠮷', '吉'),
    ('嵜', '崎'),
    ('邊', '辺'),
    ('邉', '辺'),
    ('齋', '斎'),
    ('齊', '斉'),
    ('濵', '浜'),
    ('濱', '浜'),
    ('澤', '沢'),
    ('櫻', '桜'),
    ('廣', '広'),
    ('國', '国'),
    ('嶋', '島'),
    ('嶌', '島'),
    ('惠', '恵'),
    ('德', '徳'),
    ('眞', '真'),
    ('瀨', '瀬'),
    ('龍', '竜'),
    ('桒', '桑'),
    ('冨', '富'),
];

fn usual_form(letter: char) -> char {
    VARIANTS.iter().find(|(variant, _)| *variant == letter).map_or(letter, |(_, usual)| *usual)
}
