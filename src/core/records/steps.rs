//! What may be recorded next: one check of an event against the register, for the desk and the command line alike.
//!
//! Entry point: [`Register::admits`]. Absent: signatures and receipts' MACs, which [`super::ledger`] and [`super::confirm`] check.

use super::{
    cases::{Case, CaseState, Register},
    disclosure::{Disclosure, Status},
    event::EventBody,
    request::{Request, RequestError},
};
use crate::{
    bundle::BundleId,
    calendar::Day,
    port::Coded,
    rules::{Finding, RuleSet, RulesError},
};

/// 提供方法 that makes a file.
pub const BY_FILE: &str = "データ提供";
/// 提供方法 that makes none; any other may be either.
pub const WITHOUT_FILE: [&str; 2] = ["画像閲覧", "再生画像撮影"];

/// Why something cannot be recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// No request has this number.
    #[error("there is no request {0}")]
    Case(u64),
    /// No bundle has this 管理番号.
    #[error("the ledger has no bundle {0}")]
    Bundle(BundleId),
    /// The request or the bundle is not in a state that allows it.
    #[error("{0} cannot be recorded in this state")]
    State(&'static str),
    /// Something that must be said is not said.
    #[error("this has to be filled in: {0}")]
    Missing(&'static str),
    /// A day that cannot be right: in the future, or before what it follows.
    #[error("this day cannot be right: {0}")]
    Day(&'static str),
    /// The city's rules do not allow it.
    #[error("{}（{}）", .0.text, .0.article)]
    Rules(Box<Finding>),
    /// A rule file that cannot be used.
    #[error(transparent)]
    RuleFile(#[from] RulesError),
}

impl Coded for StepError {
    fn code(&self) -> &'static str {
        match self {
            Self::Case(_) => "step_case",
            Self::Bundle(_) => "step_bundle",
            Self::State("closed") => "close_status",
            Self::State(_) => "step_state",
            Self::Missing(_) => "step_missing",
            Self::Day(_) => "step_day",
            Self::Rules(_) => "rules_refuse",
            Self::RuleFile(error) => error.code(),
        }
    }
}

type Step = Result<(), StepError>;

/// Everything that must be said is said.
fn filled(fields: &[(&'static str, &str)]) -> Step {
    match fields.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((name, _)) => Err(StepError::Missing(name)),
        None => Ok(()),
    }
}

fn ensure(holds: bool, otherwise: StepError) -> Step {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn not_after(day: Day, today: Day, name: &'static str) -> Step {
    ensure(day <= today, StepError::Day(name))
}

/// The rules have nothing against it.
fn allowed(rules: &RuleSet, request: &Request) -> Step {
    match rules.check(request).into_iter().find(Finding::blocks) {
        Some(finding) => Err(StepError::Rules(Box::new(finding))),
        None => Ok(()),
    }
}

impl Register {
    fn case(&self, number: u64) -> Result<(&Case, CaseState), StepError> {
        let case = self.cases.get(&number).ok_or(StepError::Case(number))?;
        Ok((case, case.state(&self.disclosures)))
    }

    fn disclosure(&self, id: &BundleId) -> Result<&Disclosure, StepError> {
        self.disclosures.get(id).ok_or_else(|| StepError::Bundle(id.clone()))
    }

    /// Whether an event may follow what was recorded so far, under these rules, on this day.
    pub fn admits(&self, event: &EventBody, rules: &RuleSet, today: Day) -> Step {
        match event {
            EventBody::Requested { number, request, .. } => {
                ensure(*number == self.next_number(), StepError::State("requested"))?;
                request.check().map_err(|error| match error {
                    RequestError::Missing(name) => StepError::Missing(name),
                    _ => StepError::Day("range"),
                })
            }
            EventBody::Reviewed { number, review, undertaking } => {
                let (case, state) = self.case(*number)?;
                ensure(
                    matches!(state, CaseState::Review | CaseState::Granted),
                    StepError::State("reviewed"),
                )?;
                if state == CaseState::Granted {
                    // What carries a 可 may not be taken away under it.
                    let mut request = case.request.clone();
                    request.review = review.clone();
                    request.undertaking.clone_from(undertaking);
                    return allowed(rules, &request);
                }
                Ok(())
            }
            EventBody::Decided { number, granted, by, reason, .. } => {
                self.admits_decision(*number, *granted, by, reason, rules)
            }
            EventBody::Provided(provided) => {
                let (case, state) = self.case(provided.number)?;
                let without_file = case.request.delivery_method != BY_FILE;
                ensure(state == CaseState::Granted && without_file, StepError::State("provided"))?;
                not_after(provided.on.day(), today, "on")?;
                ensure(provided.on.day() >= case.request.received_on, StepError::Day("on"))?;
                filled(&[("to", &provided.to), ("place", &provided.place)])
            }
            EventBody::Sealed(sealed) => {
                let (case, state) = self.case(sealed.number)?;
                let new = !self.disclosures.contains_key(&sealed.bundle_id);
                let with_file = !WITHOUT_FILE.contains(&case.request.delivery_method.as_str());
                ensure(state == CaseState::Granted && new && with_file, StepError::State("sealed"))?;
                // The rules may have been revised since.
                allowed(rules, &case.request)
            }
            EventBody::ReceiptAccepted { bundle_id, .. } => self.disclosure(bundle_id).map(drop),
            EventBody::OfficeFounded { .. } => ensure(self.is_empty(), StepError::State("office_founded")),
            EventBody::RulesAdopted { text } => Ok(RuleSet::parse(text).map(drop)?),
            EventBody::Operation(line) => {
                not_after(line.on, today, "on")?;
                filled(&[("reason", &line.reason)])
            }
            EventBody::Incident(incident) => {
                if let Some(id) = &incident.bundle_id {
                    self.disclosure(id)?;
                }
                not_after(incident.on, today, "on")?;
                filled(&[("what", &incident.what)])
            }
            EventBody::ReceiptRefused { .. } | EventBody::OfficeSet { .. } | EventBody::BackedUp { .. } => {
                Ok(())
            }
            EventBody::DueExtended { .. }
            | EventBody::Reported { .. }
            | EventBody::Voided { .. }
            | EventBody::CopyDisposed { .. }
            | EventBody::Closed { .. } => self.admits_follow_up(event, rules, today),
        }
    }

    fn admits_decision(&self, number: u64, granted: bool, by: &str, reason: &str, rules: &RuleSet) -> Step {
        let (case, state) = self.case(number)?;
        let open = match state {
            CaseState::Review => true,
            // A 可 may be taken back as long as nothing was handed over.
            CaseState::Granted => !granted,
            _ => false,
        };
        ensure(open, StepError::State("decided"))?;
        filled(&[("by", by)])?;
        if !granted {
            // 不可 must say why; 可 stands on the review.
            return filled(&[("reason", reason)]);
        }
        allowed(rules, &case.request)
    }

    /// What happens to a bundle after it was sealed.
    fn admits_follow_up(&self, event: &EventBody, rules: &RuleSet, today: Day) -> Step {
        match event {
            EventBody::DueExtended { bundle_id, until, reason, by } => {
                let disclosure = self.disclosure(bundle_id)?;
                ensure(disclosure.status.is_open(), StepError::State("due_extended"))?;
                ensure(*until > disclosure.due, StepError::Day("until"))?;
                filled(&[("reason", reason), ("by", by)])
            }
            EventBody::Reported { bundle_id, day, from, .. } => {
                let disclosure = self.disclosure(bundle_id)?;
                let status = disclosure.status;
                ensure(status.is_open() || status == Status::Lost, StepError::State("reported"))?;
                not_after(*day, today, "day")?;
                ensure(*day >= disclosure.sealed_at.day(), StepError::Day("day"))?;
                filled(&[("from", from)])
            }
            EventBody::Voided { bundle_id, reason } => {
                let disclosure = self.disclosure(bundle_id)?;
                ensure(disclosure.status == Status::Sealed, StepError::State("voided"))?;
                filled(&[("reason", reason)])
            }
            EventBody::CopyDisposed { bundle_id, on, method, .. } => {
                let disclosure = self.disclosure(bundle_id)?;
                let until = disclosure.copy_kept_until(rules).filter(|_| disclosure.copy_disposed.is_none());
                let until = until.ok_or(StepError::State("copy_disposed"))?;
                ensure(*on > until, StepError::Day("on"))?;
                not_after(*on, today, "on")?;
                filled(&[("method", method)])
            }
            EventBody::Closed { bundle_id, medium_check, .. } => {
                let status = self.disclosure(bundle_id)?.status;
                let waits = !status.is_open() && !matches!(status, Status::Closed | Status::Voided);
                ensure(waits, StepError::State("closed"))?;
                filled(&[("medium_check", medium_check)])
            }
            _ => Ok(()),
        }
    }
}
