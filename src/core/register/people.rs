//! Who may record what, where an office tells people apart; and the steps that say who they are (FORMAT.md §10.11).
//!
//! Entry points: [`may_record`], [`may_decide`]. Absent: how somebody proves who he is. A ledger without 担当者 asks for
//! nothing.

use super::{
    register::Register,
    step::{Step, StepError, case_of, ensure, filled},
};
use crate::{
    crypto::{B64, Jwk, PublicKey},
    documents::Field,
    ledger::{EventBody, PersonRole},
};

/// Whether this person may record this.
pub(super) fn may_record(register: &Register, actor: &str, event: &EventBody) -> Step {
    if register.people.is_empty() {
        return Ok(());
    }
    let roles = register.people.get(actor).ok_or_else(|| StepError::Person(actor.to_owned()))?;
    let wanted = roles_for(event);
    let first = wanted.first().copied().unwrap_or(PersonRole::Handler);
    ensure(wanted.iter().any(|role| roles.contains(role)), StepError::Role(first))?;
    match event {
        EventBody::Decided { number, .. } => decided_by_another(register, *number, actor),
        _ => Ok(()),
    }
}

/// The roles of which one is needed.
fn roles_for(event: &EventBody) -> &'static [PersonRole] {
    match event {
        EventBody::Decided { .. }
        | EventBody::DecisionCorrected { .. }
        | EventBody::Reopened { .. }
        | EventBody::TakenBack { .. }
        | EventBody::DueExtended { .. }
        | EventBody::OfficeFounded { .. }
        | EventBody::OfficeRenamed { .. }
        | EventBody::KeyChanged { .. }
        | EventBody::OfficeCertified { .. }
        | EventBody::OfficeSet { .. }
        | EventBody::PersonSet { .. }
        | EventBody::DeskEnrolled { .. }
        | EventBody::RulesAdopted { .. }
        | EventBody::Restored(_)
        | EventBody::LedgersUnited(_)
        | EventBody::Brought(_)
        | EventBody::YearClosed(_)
        | EventBody::YearDestroyed(_) => &[PersonRole::Decider],
        // A lost PC waits for nobody, and a backup needs no decision.
        EventBody::DeskStruckOff { .. } | EventBody::BackedUp { .. } => {
            &[PersonRole::Handler, PersonRole::Decider]
        }
        EventBody::Requested { .. }
        | EventBody::Reviewed { .. }
        | EventBody::Corrected { .. }
        | EventBody::Withdrawn { .. }
        | EventBody::Attached { .. }
        | EventBody::Claimed { .. }
        | EventBody::Submitted { .. }
        | EventBody::Issued(_)
        | EventBody::Provided(_)
        | EventBody::Sealed(_)
        | EventBody::ReceiptAccepted { .. }
        | EventBody::ReceiptRefused { .. }
        | EventBody::ReceiptStamped { .. }
        | EventBody::Reported { .. }
        | EventBody::Voided { .. }
        | EventBody::CopyDisposed { .. }
        | EventBody::Operation(_)
        | EventBody::Incident(_)
        | EventBody::LetterTextSet { .. }
        | EventBody::Closed { .. }
        | EventBody::Destroyed => &[PersonRole::Handler],
    }
}

/// Whether this person may decide this request: by his role, and because he neither received it nor works on it.
pub fn may_decide(register: &Register, actor: &str, number: u64) -> Step {
    let Some(roles) = register.people.get(actor) else {
        return ensure(register.people.is_empty(), StepError::Person(actor.to_owned()));
    };
    ensure(roles.contains(&PersonRole::Decider), StepError::Role(PersonRole::Decider))?;
    decided_by_another(register, number, actor)
}

/// Whether this person may bring lines of another ledger in.
pub(super) fn may_bring(register: &Register, by: &str) -> Step {
    let roles = register.people.get(by).map(Vec::as_slice).unwrap_or_default();
    let may = register.people.is_empty() || roles.contains(&PersonRole::Decider);
    ensure(may, StepError::Role(PersonRole::Decider))
}

/// 決裁: by somebody who never received, reviewed or worked on the request, where an office tells people apart.
pub(super) fn decided_by_another(register: &Register, number: u64, actor: &str) -> Step {
    if register.people.is_empty() {
        return Ok(());
    }
    let (case, _) = case_of(register, number)?;
    ensure(!case.hands.contains(actor), StepError::OwnRequest)
}

/// 担当者の設定: somebody is always left who can decide.
pub(super) fn person_set(register: &Register, name: &str, roles: &[PersonRole]) -> Step {
    filled(&[(Field::Person, name)])?;
    let decides = |roles: &[PersonRole]| roles.contains(&PersonRole::Decider);
    let others = register.people.iter().any(|(known, roles)| known != name && decides(roles));
    ensure(others || decides(roles), StepError::LastDecider)
}

/// 端末の登録: of a key that is not known yet.
pub(super) fn desk_enrolled(register: &Register, key: &Jwk, name: &str) -> Step {
    filled(&[(Field::Place, name)])?;
    let is_new = PublicKey::from_jwk(key).is_ok() && !register.desks.knows(key);
    ensure(is_new, StepError::State("desk_enrolled"))
}

/// 端末の抹消: of a desk that may sign.
pub(super) fn desk_struck_off(register: &Register, key: &B64<32>, reason: &str) -> Step {
    filled(&[(Field::Reason, reason)])?;
    ensure(register.desks.of_thumbprint(key).is_some(), StepError::State("desk_struck_off"))
}

/// 担当: by somebody who handles requests.
pub(super) fn claimed(register: &Register, number: u64, by: Option<&str>) -> Step {
    case_of(register, number)?;
    let Some(by) = by else { return Ok(()) };
    filled(&[(Field::Person, by)])?;
    let handles = |roles: &Vec<PersonRole>| roles.contains(&PersonRole::Handler);
    let may = register.people.is_empty() || register.people.get(by).is_some_and(handles);
    ensure(may, StepError::Person(by.to_owned()))
}
