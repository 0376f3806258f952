//! One request and what became of it.
//!
//! Entry point: [`Case`], which the [`super::Register`] keeps. Absent: how events change it.

use std::collections::BTreeMap;

use super::disclosure::Disclosure;
use crate::{
    bundle::BundleId,
    documents::{DeviceKeys, Request, legal_basis_name},
    ledger::{Approval, Attachment, Provision},
    rules::Finding,
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
}

/// One request and what became of it.
#[derive(Debug, Clone)]
pub struct Case {
    /// Running number.
    pub number: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The request, with the answers of the latest review.
    pub request: Request,
    /// What it came with.
    pub attachments: Vec<Attachment>,
    /// The keys of the recipient's device, if they came along.
    pub recipient_keys: Option<DeviceKeys>,
    /// The decision, once there is one.
    pub decision: Option<Decision>,
    /// 提供 without a file.
    pub provided: Option<Provision>,
    /// Bundles sealed for it, in order; voided ones too.
    pub bundles: Vec<BundleId>,
    /// What a search looks through: half-width, small letters.
    pub(super) haystack: String,
}

impl Case {
    /// A request that has just come in.
    pub(super) fn new(
        number: u64,
        recorded_at: Timestamp,
        request: &Request,
        attachments: &[Attachment],
        recipient_keys: Option<&DeviceKeys>,
    ) -> Self {
        let mut case = Self {
            number,
            recorded_at,
            request: request.clone(),
            attachments: attachments.to_vec(),
            recipient_keys: recipient_keys.cloned(),
            decision: None,
            provided: None,
            bundles: Vec::new(),
            haystack: String::new(),
        };
        case.describe();
        case
    }

    /// Where it stands, by the state of its bundles.
    pub fn state(&self, disclosures: &BTreeMap<BundleId, Disclosure>) -> CaseState {
        let used = |id: &BundleId| disclosures.get(id).is_some_and(|d| d.status.counts());
        match &self.decision {
            None => CaseState::Review,
            Some(decision) if !decision.granted => CaseState::Refused,
            Some(_) if self.bundles.iter().any(used) => CaseState::Sealed,
            Some(_) if self.provided.is_some() => CaseState::Provided,
            Some(_) => CaseState::Granted,
        }
    }

    /// The bundle or ticket that counts: the last that was neither voided nor replaced.
    pub fn bundle<'a>(&self, disclosures: &'a BTreeMap<BundleId, Disclosure>) -> Option<&'a Disclosure> {
        self.bundles.iter().rev().filter_map(|id| disclosures.get(id)).find(|d| d.status.counts())
    }

    /// 提供日時: the day of the 受領書, or on which it was watched at the office.
    pub fn given_on(&self, disclosures: &BTreeMap<BundleId, Disclosure>) -> Option<Day> {
        let delivered = self.bundle(disclosures).and_then(Disclosure::delivered_on);
        delivered.or(self.provided.as_ref().map(|provided| provided.on.day()))
    }

    /// Writes down anew what a search looks through.
    pub(super) fn describe(&mut self) {
        let request = &self.request;
        let applicant = &request.applicant;
        let mut text = format!(
            "{} {} {} {} {} {} {} {} {} {} {}",
            self.number,
            request.received_on,
            request.received_on.wareki(),
            applicant.organization,
            applicant.department,
            applicant.person,
            request.document_number,
            request.purpose,
            legal_basis_name(&request.legal_basis),
            request.range_text(),
            request.remarks,
        );
        for id in &self.bundles {
            text.push(' ');
            text.push_str(id.as_str());
        }
        self.haystack = fold(&text);
    }
}

/// One way of writing for searching: half-width and small letters, one kind of hyphen.
pub(super) fn fold(text: &str) -> String {
    text.chars().map(half_width).flat_map(char::to_lowercase).collect()
}
