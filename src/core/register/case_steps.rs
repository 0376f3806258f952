//! What may be recorded of a request next: from 申請受付 to 決定, 訂正, 取下げ, 再審査 and 提供.
//!
//! Entry points: one function for each event, for [`super::admits`]. Absent: what happens to a bundle.

use super::{
    case::{Case, CaseState, Outcome},
    disclosure::DisclosureStatus,
    register::Register,
    step::{
        BY_FILE, Step, StepError, WITHOUT_FILE, allowed, case_of, disclosure_of, ensure, filled,
        lost_is_told, not_after,
    },
};
use crate::{
    bundle::BundleId,
    documents::{
        Field, FootageRange, Request, RequestError, Review, UndertakingFields, corrects_only_itself,
    },
    ledger::{Attachment, Covers, Provides, Provision, SealedEvent, TicketRecord},
    rules::RuleSet,
    text::{Day, Timestamp},
};

/// Seconds by which a clip may reach beyond the range that was decided: papers give minutes, and a clip begins at a
/// key picture.
const MAX_OVERHANG_SECS: i64 = 60;

/// What every city needs is there, and no day that cannot be.
pub(super) fn complete(request: &Request, today: Day) -> Step {
    request.check().map_err(|error| match error {
        RequestError::Missing(field) => StepError::Missing(field),
        RequestError::Name(field, _) => StepError::Name(field),
        RequestError::Form(_) | RequestError::Range(_) => StepError::Day(Field::Range),
    })?;
    if let Some(undertaking) = &request.undertaking {
        filled(&[(Field::SignedBy, &undertaking.signed_by)])?;
    }
    request.odd_day(today).map_or(Ok(()), |field| Err(StepError::Day(field)))
}

/// 申請受付: the next number, everything that every city needs, and no day that cannot be.
pub(super) fn requested(register: &Register, number: u64, request: &Request, today: Day) -> Step {
    // Where lines are gone, numbers are too.
    let next = register.next_number();
    let is_next = number == next || register.has_gaps && number > next;
    ensure(is_next, StepError::State("requested"))?;
    complete(request, today)
}

/// 訂正: what was decided stays within what was asked for, and the rules have nothing against it.
pub(super) fn corrected(
    register: &Register,
    (number, request): (u64, &Request),
    (reason, by): (&str, &str),
    rules: &RuleSet,
    today: Day,
) -> Step {
    filled(&[(Field::Reason, reason), (Field::By, by)])?;
    let (case, state) = case_of(register, number)?;
    ensure(state != CaseState::Withdrawn, StepError::State("corrected"))?;
    complete(request, today)?;
    let corrects = corrects_only_itself(&case.request, request) && case.request != *request;
    ensure(corrects, StepError::Correction)?;
    if matches!(state, CaseState::Review | CaseState::Refused) {
        return Ok(());
    }
    within_request(&case.provides().range, request)?;
    allowed(rules, request)
}

/// 決定の訂正: of the decision in force, to something else; what was refused or cut down says why.
pub(super) fn decision_corrected(
    register: &Register,
    (number, decided_by, grounds): (u64, &str, &str),
    (reason, by): (&str, &str),
) -> Step {
    filled(&[(Field::Reason, reason), (Field::By, by), (Field::By, decided_by)])?;
    let (case, _) = case_of(register, number)?;
    let decision = case.decision.as_ref().ok_or(StepError::State("decision_corrected"))?;
    if decision.outcome != Outcome::Granted {
        filled(&[(Field::Reason, grounds)])?;
    }
    ensure((&*decision.by, &*decision.reason) != (decided_by, grounds), StepError::Correction)
}

/// 取下げ: before anything was provided.
pub(super) fn withdrawn(
    register: &Register,
    (number, on): (u64, Day),
    (reason, from): (&str, &str),
    today: Day,
) -> Step {
    filled(&[(Field::Reason, reason), (Field::From, from)])?;
    let (case, state) = case_of(register, number)?;
    let is_open = matches!(state, CaseState::Review | CaseState::Granted);
    ensure(is_open, StepError::State("withdrawn"))?;
    not_after(on, today, Field::On)?;
    ensure(on >= case.request.received_on, StepError::Day(Field::On))
}

/// 再審査: of what was refused or withdrawn, or granted and not provided yet.
pub(super) fn reopened(register: &Register, number: u64, reason: &str, by: &str) -> Step {
    filled(&[(Field::Reason, reason), (Field::By, by)])?;
    let (_, state) = case_of(register, number)?;
    let may = matches!(state, CaseState::Refused | CaseState::Withdrawn | CaseState::Granted);
    ensure(may, StepError::State("reopened"))
}

/// 資料の追加: something is added.
pub(super) fn attached(register: &Register, number: u64, attachments: &[Attachment]) -> Step {
    case_of(register, number)?;
    ensure(!attachments.is_empty(), StepError::Missing(Field::Attachments))
}

pub(super) fn reviewed(
    register: &Register,
    (number, review, undertaking): (u64, &Review, Option<&UndertakingFields>),
    rules: &RuleSet,
    today: Day,
) -> Step {
    let (case, state) = case_of(register, number)?;
    if let Some(undertaking) = undertaking {
        filled(&[(Field::SignedBy, &undertaking.signed_by)])?;
        not_after(undertaking.submitted_on, today, Field::SubmittedOn)?;
    }
    if let Some(day) = review.council_on {
        not_after(day, today, Field::CouncilOn)?;
    }
    match state {
        CaseState::Review => Ok(()),
        CaseState::Granted => {
            // What carries a 可 may not be taken away under it.
            let mut request = case.request.clone();
            request.review = review.clone();
            request.undertaking = undertaking.cloned();
            allowed(rules, &request)
        }
        CaseState::Refused | CaseState::Sealed | CaseState::Provided | CaseState::Withdrawn => {
            Err(StepError::State("reviewed"))
        }
    }
}

pub(super) fn decided(
    register: &Register,
    number: u64,
    (granted, provides): (bool, Option<&Provides>),
    (by, reason): (&str, &str),
    rules: &RuleSet,
) -> Step {
    let (case, state) = case_of(register, number)?;
    let open = match state {
        CaseState::Review => true,
        // A 可 may be changed or taken back as long as nothing was handed over.
        CaseState::Granted => !granted || provides != Some(&case.provides()),
        CaseState::Refused | CaseState::Sealed | CaseState::Provided | CaseState::Withdrawn => false,
    };
    ensure(open && granted == provides.is_some(), StepError::State("decided"))?;
    filled(&[(Field::By, by)])?;
    let Some(provides) = provides else {
        // 不可 must say why; 可 stands on the review.
        return filled(&[(Field::Reason, reason)]);
    };
    filled(&[(Field::DeliveryMethod, &provides.delivery_method)])?;
    ensure(!provides.range.is_empty(), StepError::Missing(Field::Range))?;
    ensure(provides.range.iter().all(|range| range.from <= range.to), StepError::Day(Field::Range))?;
    within_request(&provides.range, &case.request)?;
    if Outcome::of(Some(provides), &case.request) == Outcome::Partly {
        // 一部可 must say why too.
        filled(&[(Field::Reason, reason)])?;
    }
    allowed(rules, &case.request)
}

/// Nothing that was not asked for is provided.
fn within_request(range: &[FootageRange], request: &Request) -> Step {
    let is_asked = |range: &&FootageRange| !request.range.iter().any(|asked| range.is_within(asked));
    match range.iter().find(is_asked) {
        Some(wider) => Err(StepError::Wider(wider.line())),
        None => Ok(()),
    }
}

pub(super) fn provided_without_file(register: &Register, provided: &Provision, today: Day) -> Step {
    let (case, state) = case_of(register, provided.number)?;
    let without_file = case.provides().delivery_method != BY_FILE;
    // It may be watched again on another day.
    let is_open = matches!(state, CaseState::Granted | CaseState::Provided);
    ensure(is_open && without_file, StepError::State("provided"))?;
    not_after(provided.on.day(), today, Field::On)?;
    ensure(provided.on.day() >= case.request.received_on, StepError::Day(Field::On))?;
    filled(&[(Field::To, &provided.to), (Field::Place, &provided.place)])
}

pub(super) fn sealed_for(register: &Register, sealed: &SealedEvent, rules: &RuleSet, today: Day) -> Step {
    let (case, state) = case_of(register, sealed.number)?;
    let new = !register.disclosures.contains_key(&sealed.bundle_id);
    let provides = case.provides();
    let with_file = !WITHOUT_FILE.contains(&provides.delivery_method.as_str());
    ensure(new && with_file, StepError::State("sealed"))?;
    let is_granted = matches!(state, CaseState::Granted | CaseState::Sealed);
    ensure(is_granted, StepError::State("sealed"))?;
    match (&sealed.ticket, &sealed.replaces) {
        (_, Some(id)) => replaces(register, case, sealed, (id, rules))?,
        (Some(ticket), None) if state == CaseState::Sealed => further_reader(register, case, sealed, ticket)?,
        (_, None) => ensure(state == CaseState::Granted, StepError::State("sealed"))?,
    }
    if let Some(ticket) = &sealed.ticket {
        ticket_for(register, sealed, ticket, (rules, today))?;
    }
    for clip in &sealed.clips {
        let decided = is_decided(&clip.camera, clip.covers, &provides);
        ensure(decided, StepError::Outside(clip.file_name.clone()))?;
    }
    // The rules may have been revised since.
    allowed(rules, &case.request)
}

/// Whether camera and time of a clip were decided. Where it is not known when it begins, its camera was.
pub fn is_decided(camera: &str, covers: Option<Covers>, provides: &Provides) -> bool {
    let fits = |range: &FootageRange| {
        covers.is_none_or(|Covers { from, to }| {
            range.from <= from.plus_secs(MAX_OVERHANG_SECS) && to <= range.to.plus_secs(MAX_OVERHANG_SECS)
        })
    };
    of_camera(camera, provides).any(fits)
}

/// 必要な範囲: what was decided of the camera of a clip that covers so much, as seconds behind its beginning; `None` if
/// nothing of it was.
pub fn decided_part(camera: &str, covers: Covers, provides: &Provides) -> Option<(i64, i64)> {
    let meets = |range: &&FootageRange| range.from < covers.to && covers.from < range.to;
    let range = of_camera(camera, provides).find(meets)?;
    let behind = |at: Timestamp| at.unix_secs().saturating_sub(covers.from.unix_secs());
    Some((behind(range.from), behind(range.to)))
}

/// What was decided of a camera. A range without a camera is of all of them.
fn of_camera<'a>(camera: &'a str, provides: &'a Provides) -> impl Iterator<Item = &'a FootageRange> {
    provides.range.iter().filter(move |range| range.camera.trim().is_empty() || range.camera == camera)
}

/// What takes the place of something that the same request got before, as long as that is waited for.
fn replaces(
    register: &Register,
    case: &Case,
    sealed: &SealedEvent,
    (id, rules): (&BundleId, &RuleSet),
) -> Step {
    let replaced = disclosure_of(register, id)?;
    let waits = replaced.status.is_open() || replaced.status == DisclosureStatus::Lost;
    let is_same = sealed.ticket.as_ref().is_none_or(|ticket| *replaced.bundle() == ticket.of);
    ensure(waits && case.bundles.contains(id) && is_same, StepError::State("sealed"))?;
    lost_is_told(register, replaced, rules)
}

/// Somebody else who watches what the same request got.
fn further_reader(register: &Register, case: &Case, sealed: &SealedEvent, ticket: &TicketRecord) -> Step {
    ensure(case.bundles.contains(&ticket.of), StepError::State("sealed"))?;
    let mut counting = case.for_everybody(&register.disclosures);
    match counting.find(|known| known.sealed.recipient == sealed.recipient) {
        Some(known) => Err(StepError::Reader(known.sealed.recipient.line())),
        None => Ok(()),
    }
}

/// A ticket is for a bundle that the office still keeps.
fn ticket_for(
    register: &Register,
    sealed: &SealedEvent,
    ticket: &TicketRecord,
    (rules, today): (&RuleSet, Day),
) -> Step {
    let bundle = disclosure_of(register, &ticket.of)?;
    let is_kept = register.keeps(bundle, rules, today) && bundle.sealed.clips == sealed.clips;
    ensure(is_kept, StepError::State("sealed"))
}
