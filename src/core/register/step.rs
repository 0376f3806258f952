//! Why something cannot be recorded, and the checks that all steps use.
//!
//! Entry point: [`StepError`]. Absent: the steps (`steps`, `case_steps`).

use std::borrow::Cow;

use super::{
    case::{Case, CaseState},
    disclosure::Disclosure,
    register::Register,
};
use crate::{
    bundle::BundleId,
    documents::{Field, Request},
    ledger::PersonRole,
    port::Coded,
    rules::{Finding, RuleSet, RulesError},
    text::Day,
    x509::X509Error,
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
    /// Nothing was reported yet, or it is closed already.
    #[error("closed cannot be recorded in this state")]
    NotClosable,
    /// Something that must be said is not said.
    #[error("this has to be filled in: {0}")]
    Missing(Field),
    /// What cannot stand on marks and papers as a name.
    #[error("this is no name that marks can show: {0}")]
    Name(Field),
    /// A day that cannot be right: in the future, or before what it follows.
    #[error("this day cannot be right: {0}")]
    Day(Field),
    /// Somebody else's line, or one on which others stand, cannot be taken back.
    #[error("line {0} cannot be taken back")]
    Line(u64),
    /// More than was asked for, or more than was decided.
    #[error("this is more than was asked for: {0}")]
    Wider(String),
    /// A clip of a camera, or of a time, that was not decided.
    #[error("this clip is not within what was decided: {0}")]
    Outside(String),
    /// A correction that corrects nothing, or what has an event of its own.
    #[error("the correction changes nothing that a correction may change")]
    Correction,
    /// A further reader who has the clips already.
    #[error("{0} has this already: give a new ticket in its place")]
    Reader(String),
    /// A text of a letter with a place that nothing fills in.
    #[error("nothing fills in ｛{0}｝ in this letter")]
    Place(String),
    /// A lost medium is reported before its case is closed.
    #[error("the loss has to be recorded as an incident first")]
    IncidentFirst,
    /// An order forbids that the person is told.
    #[error("an order forbids that the person is told (秘密保持命令)")]
    Secrecy,
    /// The 年度 of this day was closed.
    #[error("the books of the fiscal year {0} are closed")]
    YearClosed(i32),
    /// A request of the year is not over.
    #[error("request {0} is not over")]
    YearOpen(u64),
    /// The records of a year are to be kept until this day.
    #[error("the records are to be kept until {0}")]
    YearKept(Day),
    /// Whoever is named as recording it is no person of the office.
    #[error("{0} is no person of this office's ledger")]
    Person(String),
    /// He is, and may not record this.
    #[error("only somebody with this role may record it: {}", .0.japanese())]
    Role(PersonRole),
    /// He received or reviewed the request, or worked on it: somebody else decides.
    #[error("whoever received a request, reviewed it or ever worked on it does not decide it")]
    OwnRequest,
    /// Nobody would be left who can decide.
    #[error("somebody has to be left who can decide")]
    LastDecider,
    /// The city's rules do not allow it.
    #[error("{}（{}）", .0.text, .0.article)]
    Rules(Box<Finding>),
    /// A rule file that cannot be used.
    #[error(transparent)]
    RuleFile(#[from] RulesError),
    /// A certification or a time stamp that is not good.
    #[error(transparent)]
    X509(#[from] X509Error),
}

impl Coded for StepError {
    fn code(&self) -> &'static str {
        match self {
            Self::Case(_) => "step_case",
            Self::Bundle(_) => "step_bundle",
            Self::NotClosable => "close_status",
            Self::State(_) => "step_state",
            Self::Missing(_) => "step_missing",
            Self::Name(_) => "request_name",
            Self::Day(_) => "step_day",
            Self::Line(_) => "step_line",
            Self::Wider(_) => "step_wider",
            Self::Outside(_) => "step_outside",
            Self::Correction => "step_correction",
            Self::Reader(_) => "step_reader",
            Self::Place(_) => "letter_place",
            Self::IncidentFirst => "step_incident_first",
            Self::Secrecy => "step_secrecy",
            Self::YearClosed(_) => "step_year_closed",
            Self::YearOpen(_) => "step_year_open",
            Self::YearKept(_) => "step_year_kept",
            Self::Person(_) => "step_person",
            Self::Role(_) => "step_role",
            Self::OwnRequest => "step_own_request",
            Self::LastDecider => "step_last_decider",
            Self::Rules(_) => "rules_refuse",
            Self::RuleFile(error) => error.code(),
            Self::X509(error) => error.code(),
        }
    }

    fn names(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Case(number) | Self::Line(number) | Self::YearOpen(number) => number.to_string().into(),
            Self::Bundle(id) => id.as_str().into(),
            Self::Missing(field) | Self::Name(field) | Self::Day(field) => field.japanese().into(),
            Self::Wider(what) | Self::Outside(what) | Self::Reader(what) | Self::Person(what) => what.into(),
            Self::Role(role) => role.japanese().into(),
            Self::Place(place) => format!("｛{place}｝").into(),
            Self::Rules(finding) => format!("{}（{}）", finding.text, finding.article).into(),
            Self::YearClosed(_)
            | Self::YearKept(_)
            | Self::State(_)
            | Self::NotClosable
            | Self::Correction
            | Self::IncidentFirst
            | Self::Secrecy
            | Self::OwnRequest
            | Self::LastDecider
            | Self::X509(_) => return None,
            Self::RuleFile(error) => error.to_string().into(),
        })
    }
}

/// Whether an event may be recorded.
pub(super) type Step = Result<(), StepError>;

/// Everything that must be said is said.
pub(super) fn filled(fields: &[(Field, &str)]) -> Step {
    match fields.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((name, _)) => Err(StepError::Missing(*name)),
        None => Ok(()),
    }
}

pub(super) fn ensure(holds: bool, otherwise: StepError) -> Step {
    if holds { Ok(()) } else { Err(otherwise) }
}

pub(super) fn not_after(day: Day, today: Day, field: Field) -> Step {
    ensure(day <= today, StepError::Day(field))
}

/// The rules have nothing against it.
pub(super) fn allowed(rules: &RuleSet, request: &Request) -> Step {
    match rules.check(request).into_iter().find(Finding::blocks) {
        Some(finding) => Err(StepError::Rules(Box::new(finding))),
        None => Ok(()),
    }
}

pub(super) fn case_of(register: &Register, number: u64) -> Result<(&Case, CaseState), StepError> {
    let case = register.cases.get(&number).ok_or(StepError::Case(number))?;
    Ok((case, case.state(&register.disclosures)))
}

pub(super) fn disclosure_of<'a>(register: &'a Register, id: &BundleId) -> Result<&'a Disclosure, StepError> {
    register.disclosures.get(id).ok_or_else(|| StepError::Bundle(id.clone()))
}

/// What was lost is an incident where the rules have it reported (港区 10条2項), also if it was found again.
pub(super) fn lost_is_told(register: &Register, disclosure: &Disclosure, rules: &RuleSet) -> Step {
    let must_report = disclosure.was_lost() && !rules.incident_report.text.is_empty();
    ensure(!must_report || register.has_incident(&disclosure.sealed.bundle_id), StepError::IncidentFirst)
}
