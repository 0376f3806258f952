//! What may be recorded next: one check of an event against the register, for the desk and the command line alike.
//!
//! Entry points: [`admits`], [`admits_in_force`]; [`first_unruly`] for what comes from another copy. Absent:
//! signatures and receipts' MACs, which [`crate::ledger`] and [`super::confirm`] check.

use super::{
    case::{Case, CaseState},
    disclosure::{Disclosure, DisclosureStatus},
    register::Register,
};
use crate::{
    bundle::BundleId,
    documents::{Field, Request, RequestError, Review, UndertakingFields},
    ledger::{EventBody, Incident, LedgerEvent, Provision, SealedEvent, TicketRecord},
    port::Coded,
    rules::{Finding, RuleSet, RulesError},
    text::Day,
    x509::{TimeStampRecord, X509Error},
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
            Self::Rules(_) => "rules_refuse",
            Self::RuleFile(error) => error.code(),
            Self::X509(error) => error.code(),
        }
    }
}

type Step = Result<(), StepError>;

/// Everything that must be said is said.
fn filled(fields: &[(Field, &str)]) -> Step {
    match fields.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((name, _)) => Err(StepError::Missing(*name)),
        None => Ok(()),
    }
}

fn ensure(holds: bool, otherwise: StepError) -> Step {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn not_after(day: Day, today: Day, field: Field) -> Step {
    ensure(day <= today, StepError::Day(field))
}

/// The rules have nothing against it.
fn allowed(rules: &RuleSet, request: &Request) -> Step {
    match rules.check(request).into_iter().find(Finding::blocks) {
        Some(finding) => Err(StepError::Rules(Box::new(finding))),
        None => Ok(()),
    }
}

fn case_of(register: &Register, number: u64) -> Result<(&Case, CaseState), StepError> {
    let case = register.cases.get(&number).ok_or(StepError::Case(number))?;
    Ok((case, case.state(&register.disclosures)))
}

fn disclosure_of<'a>(register: &'a Register, id: &BundleId) -> Result<&'a Disclosure, StepError> {
    register.disclosures.get(id).ok_or_else(|| StepError::Bundle(id.clone()))
}

/// The first event from `from` on that could not have been recorded where it stands, by the rules in force then, and
/// why: what comes from another copy of a ledger is admitted as if it was recorded here. `rules` is the set that the
/// office was founded under. Lines count from 1.
pub fn first_unruly(events: &[LedgerEvent], from: usize, rules: &str) -> Option<(usize, StepError)> {
    let (known, new) = events.split_at_checked(from)?;
    let mut register = Register::project(known);
    let mut in_force = RuleSet::in_force(rules, register.own_rules.as_deref());
    for (index, event) in new.iter().enumerate() {
        if let Err(error) = admits_in_force(&register, &event.event, in_force.as_ref(), event.at.day()) {
            return Some((from + index + 1, error));
        }
        register.apply(event);
        if matches!(event.event, EventBody::RulesAdopted { .. }) {
            in_force = RuleSet::in_force(rules, register.own_rules.as_deref());
        }
    }
    None
}

/// As [`admits`], where the rules in force may be a set that this version does not know. An office of its own rules is
/// founded before it adopts them; a set that is not known can be replaced, and nothing else recorded under it.
pub fn admits_in_force(
    register: &Register,
    event: &EventBody,
    in_force: Result<&RuleSet, &RulesError>,
    today: Day,
) -> Step {
    match (in_force, event) {
        (Ok(rules), _) => admits(register, event, rules, today),
        (Err(_), EventBody::OfficeFounded { .. }) if register.is_empty() => Ok(()),
        (Err(_), EventBody::RulesAdopted { text }) => Ok(RuleSet::parse(text).map(drop)?),
        (Err(error), _) => Err(error.clone().into()),
    }
}

/// Whether an event may follow what was recorded so far, under these rules, on this day.
pub fn admits(register: &Register, event: &EventBody, rules: &RuleSet, today: Day) -> Step {
    match event {
        EventBody::Requested { number, request, .. } => requested(register, *number, request),
        EventBody::Reviewed { number, review, undertaking } => {
            reviewed(register, *number, review, undertaking.as_ref(), rules)
        }
        EventBody::Decided { number, granted, by, reason, .. } => {
            decided(register, *number, *granted, by, reason, rules)
        }
        EventBody::Provided(provided) => provided_without_file(register, provided, today),
        EventBody::Sealed(sealed) => sealed_for(register, sealed, rules, today),
        EventBody::ReceiptAccepted { bundle_id, .. } => disclosure_of(register, bundle_id).map(drop),
        EventBody::OfficeFounded { .. } => ensure(register.is_empty(), StepError::State("office_founded")),
        EventBody::KeyChanged { reason, .. } => filled(&[(Field::Reason, reason)]),
        EventBody::RulesAdopted { text } => Ok(RuleSet::parse(text).map(drop)?),
        EventBody::Operation(line) => {
            not_after(line.on, today, Field::On)?;
            filled(&[(Field::Reason, &line.reason)])
        }
        EventBody::Incident(incident) => incident_in(register, incident, today),
        EventBody::ReceiptStamped { bundle_id, time_stamp } => {
            stamped(disclosure_of(register, bundle_id)?, time_stamp)
        }
        EventBody::OfficeCertified { certification } => Ok(certification.verify().map(drop)?),
        EventBody::ReceiptRefused { .. }
        | EventBody::OfficeSet { .. }
        | EventBody::BackedUp { .. }
        | EventBody::Restored { .. } => Ok(()),
        EventBody::DueExtended { bundle_id, until, reason, by } => {
            let disclosure = disclosure_of(register, bundle_id)?;
            ensure(disclosure.status.is_open(), StepError::State("due_extended"))?;
            ensure(*until > disclosure.due, StepError::Day(Field::Until))?;
            filled(&[(Field::Reason, reason), (Field::By, by)])
        }
        EventBody::Reported { bundle_id, day, from, .. } => {
            let disclosure = disclosure_of(register, bundle_id)?;
            let status = disclosure.status;
            ensure(status.is_open() || status == DisclosureStatus::Lost, StepError::State("reported"))?;
            not_after(*day, today, Field::On)?;
            ensure(*day >= disclosure.sealed_at.day(), StepError::Day(Field::On))?;
            filled(&[(Field::From, from)])
        }
        EventBody::Voided { bundle_id, reason } => {
            let status = disclosure_of(register, bundle_id)?.status;
            ensure(status == DisclosureStatus::Sealed, StepError::State("voided"))?;
            filled(&[(Field::Reason, reason)])
        }
        EventBody::CopyDisposed { bundle_id, on, method, .. } => {
            let disclosure = disclosure_of(register, bundle_id)?;
            let until = disclosure.copy_kept_until(rules).filter(|_| disclosure.copy_disposed.is_none());
            let until = until.ok_or(StepError::State("copy_disposed"))?;
            ensure(*on > until, StepError::Day(Field::On))?;
            not_after(*on, today, Field::On)?;
            filled(&[(Field::Method, method)])
        }
        EventBody::Closed { bundle_id, medium_check, note, .. } => {
            closed(disclosure_of(register, bundle_id)?, medium_check, note)
        }
    }
}

/// 申請受付: the next number, and everything that every city needs.
fn requested(register: &Register, number: u64, request: &Request) -> Step {
    ensure(number == register.next_number(), StepError::State("requested"))?;
    request.check().map_err(|error| match error {
        RequestError::Missing(field) => StepError::Missing(field),
        RequestError::Name(field, _) => StepError::Name(field),
        RequestError::Form(_) | RequestError::Range(_) => StepError::Day(Field::Range),
    })
}

/// 時刻認証: of a receipt of this bundle that came as a file.
fn stamped(disclosure: &Disclosure, record: &TimeStampRecord) -> Step {
    ensure(disclosure.has_stamped(&record.read()?), StepError::X509(X509Error::OtherDocument))
}

/// 完了: the medium was checked, and copies, stills and anomalies in the reports are answered.
fn closed(disclosure: &Disclosure, medium_check: &str, note: &str) -> Step {
    ensure(disclosure.status.is_closable(), StepError::NotClosable)?;
    filled(&[(Field::MediumCheck, medium_check)])?;
    if disclosure.concerns().is_empty() { Ok(()) } else { filled(&[(Field::Answer, note)]) }
}

fn reviewed(
    register: &Register,
    number: u64,
    review: &Review,
    undertaking: Option<&UndertakingFields>,
    rules: &RuleSet,
) -> Step {
    let (case, state) = case_of(register, number)?;
    match state {
        CaseState::Review => Ok(()),
        CaseState::Granted => {
            // What carries a 可 may not be taken away under it.
            let mut request = case.request.clone();
            request.review = review.clone();
            request.undertaking = undertaking.cloned();
            allowed(rules, &request)
        }
        CaseState::Refused | CaseState::Sealed | CaseState::Provided => Err(StepError::State("reviewed")),
    }
}

fn decided(register: &Register, number: u64, granted: bool, by: &str, reason: &str, rules: &RuleSet) -> Step {
    let (case, state) = case_of(register, number)?;
    let open = match state {
        CaseState::Review => true,
        // A 可 may be taken back as long as nothing was handed over.
        CaseState::Granted => !granted,
        CaseState::Refused | CaseState::Sealed | CaseState::Provided => false,
    };
    ensure(open, StepError::State("decided"))?;
    filled(&[(Field::By, by)])?;
    if !granted {
        // 不可 must say why; 可 stands on the review.
        return filled(&[(Field::Reason, reason)]);
    }
    allowed(rules, &case.request)
}

fn provided_without_file(register: &Register, provided: &Provision, today: Day) -> Step {
    let (case, state) = case_of(register, provided.number)?;
    let without_file = case.request.delivery_method != BY_FILE;
    ensure(state == CaseState::Granted && without_file, StepError::State("provided"))?;
    not_after(provided.on.day(), today, Field::On)?;
    ensure(provided.on.day() >= case.request.received_on, StepError::Day(Field::On))?;
    filled(&[(Field::To, &provided.to), (Field::Place, &provided.place)])
}

fn sealed_for(register: &Register, sealed: &SealedEvent, rules: &RuleSet, today: Day) -> Step {
    let (case, state) = case_of(register, sealed.number)?;
    let new = !register.disclosures.contains_key(&sealed.bundle_id);
    let with_file = !WITHOUT_FILE.contains(&case.request.delivery_method.as_str());
    ensure(new && with_file, StepError::State("sealed"))?;
    match &sealed.ticket {
        Some(ticket) => ticket_for(register, (case, state), sealed, ticket, (rules, today))?,
        None => ensure(state == CaseState::Granted, StepError::State("sealed"))?,
    }
    // The rules may have been revised since.
    allowed(rules, &case.request)
}

/// A ticket is for a bundle that the office still keeps: for another request that was granted, or in the place of
/// what the same request got before, as long as that is waited for.
fn ticket_for(
    register: &Register,
    (case, state): (&Case, CaseState),
    sealed: &SealedEvent,
    ticket: &TicketRecord,
    (rules, today): (&RuleSet, Day),
) -> Step {
    let bundle = disclosure_of(register, &ticket.of)?;
    let refused = || StepError::State("sealed");
    ensure(register.keeps(bundle, rules, today) && bundle.sealed.clips == sealed.clips, refused())?;
    let Some(id) = &ticket.replaces else { return ensure(state == CaseState::Granted, refused()) };
    let replaced = disclosure_of(register, id)?;
    let waits = replaced.status.is_open() || replaced.status == DisclosureStatus::Lost;
    ensure(waits && case.bundles.contains(id) && *replaced.bundle() == ticket.of, refused())
}

fn incident_in(register: &Register, incident: &Incident, today: Day) -> Step {
    if let Some(id) = &incident.bundle_id {
        disclosure_of(register, id)?;
    }
    not_after(incident.on, today, Field::On)?;
    filled(&[(Field::What, &incident.what)])
}
