//! What may be recorded next: one check of an event against the register, for the desk and the command line alike.
//!
//! Entry points: [`admits`]; [`first_unruly`] for what comes from another copy. Absent:
//! signatures and receipts' MACs, which [`crate::ledger`] and [`super::confirm`] check.

use super::{
    case_steps::{
        attached, complete, corrected, decided, decision_corrected, provided_without_file, reopened,
        requested, reviewed, sealed_for, withdrawn,
    },
    disclosure::{Disclosure, DisclosureStatus},
    letter_places::unknown_place,
    people::{
        claimed, decided_by_another, desk_enrolled, desk_struck_off, may_bring, may_record, person_set,
    },
    register::Register,
    step::{Step, StepError, case_of, disclosure_of, ensure, filled, lost_is_told, not_after},
    year_end::{year_closed, year_destroyed},
};
use crate::{
    bundle::BundleId,
    crypto::Jws,
    documents::{Field, OfficeCard},
    ledger::{EventBody, Incident, LedgerEvent, Letter, LetterKind, Operation, OwedReport, Union},
    rules::{RuleSet, RulesError},
    text::Day,
    x509::{TimeStampRecord, X509Error},
};

/// The first event from `from` on that could not have been recorded where it stands, by the rules in force then, and
/// why: what comes from another copy of a ledger is admitted as if it was recorded here. `rules` is the set that the
/// office was founded under. Lines count from 1.
pub fn first_unruly(events: &[LedgerEvent], from: usize, rules: &str) -> Option<(usize, StepError)> {
    let (known, new) = events.split_at_checked(from)?;
    let mut register = Register::project(known);
    let mut in_force = RuleSet::in_force(rules, register.own_rules.as_deref());
    // What was destroyed there before it came here cannot be looked at again; its hashes were compared.
    let is_gone = |event: &LedgerEvent| match &event.event {
        EventBody::Destroyed => true,
        EventBody::YearDestroyed(said) => {
            let mut all = said.lines.iter().flat_map(|&(first, last)| first..=last);
            all.all(|line| {
                let at = usize::try_from(line.saturating_sub(1)).ok();
                at.and_then(|at| events.get(at))
                    .is_some_and(|event| matches!(event.event, EventBody::Destroyed))
            })
        }
        _ => false,
    };
    for (index, event) in new.iter().enumerate() {
        if is_gone(event) {
            register.follow(events.get(..=from + index).unwrap_or_default());
            continue;
        }
        let may = match (&event.brought, &in_force) {
            // Whoever brought it had to be allowed to; its own author is of another ledger.
            (Some(_), Ok(rules)) => admits_brought(&register, event, rules),
            _ => admits_in_force(&register, (&event.actor, &event.event), in_force.as_ref(), event.at.day()),
        };
        if let Err(error) = may {
            return Some((from + index + 1, error));
        }
        register.follow(events.get(..=from + index).unwrap_or_default());
        if matches!(event.event, EventBody::RulesAdopted { .. }) {
            in_force = RuleSet::in_force(rules, register.own_rules.as_deref());
        }
    }
    None
}

/// As [`admits`], where the rules in force may be a set that this version does not know. An office of its own rules is
/// founded before it adopts them; a set that is not known can be replaced, and nothing else recorded under it.
pub(super) fn admits_in_force(
    register: &Register,
    (actor, event): (&str, &EventBody),
    in_force: Result<&RuleSet, &RulesError>,
    today: Day,
) -> Step {
    match (in_force, event) {
        (Ok(rules), _) => admits(register, (actor, event), rules, today),
        (Err(_), EventBody::OfficeFounded { .. }) if register.is_empty() => Ok(()),
        (Err(_), EventBody::RulesAdopted { text }) => {
            may_record(register, actor, event)?;
            Ok(RuleSet::parse(text).map(drop)?)
        }
        (Err(error), _) => Err(error.clone().into()),
    }
}

/// Whether an event that `actor` records may follow what was recorded so far, under these rules, on this day.
pub fn admits(register: &Register, (actor, event): (&str, &EventBody), rules: &RuleSet, today: Day) -> Step {
    may_record(register, actor, event)?;
    books_are_open(register, event)?;
    fits(register, event, rules, today)
}

/// Whether what a union brings counts here: it fits what was recorded so far, as if it was recorded on its day.
pub(super) fn admits_brought(register: &Register, told: &LedgerEvent, rules: &RuleSet) -> Step {
    let (event, day) = (&told.event, told.at.day());
    let from = told.brought.as_ref().ok_or(StepError::State("brought"))?;
    may_bring(register, &from.by)?;
    ensure(told.at <= from.at, StepError::State("brought"))?;
    match event {
        EventBody::Brought(_) => return Ok(()),
        // 決裁 of a request of here is by another there as well, and brought by another.
        EventBody::Decided { number, .. } if register.number_before(*number).is_none() => {
            decided_by_another(register, *number, &told.actor)?;
            decided_by_another(register, *number, &from.by)?;
            fits(register, event, rules, day)?;
        }
        EventBody::Requested { number, request, .. } => {
            let is_awaited =
                register.number_before(*number).is_some() && !register.cases.contains_key(number);
            ensure(is_awaited, StepError::State("requested"))?;
            complete(request, day)?;
        }
        _ => fits(register, event, rules, day)?,
    }
    books_are_open(register, event)
}

/// Whether an event fits what was recorded so far, whoever records it.
fn fits(register: &Register, event: &EventBody, rules: &RuleSet, today: Day) -> Step {
    let of = |id| disclosure_of(register, id);
    match event {
        EventBody::Requested { number, request, .. } => requested(register, *number, request, today),
        EventBody::Reviewed { number, review, undertaking } => {
            reviewed(register, (*number, review, undertaking.as_ref()), rules, today)
        }
        EventBody::Decided { number, granted, by, reason, provides, .. } => {
            decided(register, *number, (*granted, provides.as_ref()), (by, reason), rules)
        }
        EventBody::Corrected { number, request, reason, by } => {
            corrected(register, (*number, request), (reason, by), rules, today)
        }
        EventBody::DecisionCorrected { number, decided_by, grounds, reason, by } => {
            decision_corrected(register, (*number, decided_by, grounds), (reason, by))
        }
        EventBody::LetterTextSet { letter, body, .. } => text_of_letter(*letter, body),
        EventBody::Withdrawn { number, on, reason, from } => {
            withdrawn(register, (*number, *on), (reason, from), today)
        }
        EventBody::Reopened { number, reason, by } => reopened(register, *number, reason, by),
        EventBody::Attached { number, attachments, .. } => attached(register, *number, attachments),
        EventBody::Issued(letter) => issued(register, letter, today),
        EventBody::TakenBack { line, reason, by } => taken_back(register, *line, reason, by),
        EventBody::Submitted { report, on, to, .. } => submitted(register, *report, (*on, to), today),
        EventBody::Provided(provided) => provided_without_file(register, provided, today),
        EventBody::Sealed(sealed) => sealed_for(register, sealed, rules, today),
        EventBody::OfficeFounded { .. } => ensure(register.is_empty(), StepError::State("office_founded")),
        EventBody::OfficeRenamed { card } => renamed(card),
        EventBody::KeyChanged { reason, .. } => filled(&[(Field::Reason, reason)]),
        EventBody::RulesAdopted { text } => Ok(RuleSet::parse(text).map(drop)?),
        EventBody::Operation(line) => operated(register, line, today),
        EventBody::Incident(incident) => incident_in(register, incident, today),
        EventBody::OfficeCertified { certification } => Ok(certification.verify().map(drop)?),
        EventBody::PersonSet { name, roles } => person_set(register, name, roles),
        EventBody::DeskEnrolled { key, name } => desk_enrolled(register, key, name),
        EventBody::DeskStruckOff { key, reason } => desk_struck_off(register, key, reason),
        EventBody::Claimed { number, by } => claimed(register, *number, by.as_deref()),
        EventBody::Destroyed => Err(StepError::State("destroyed")),
        EventBody::ReceiptRefused { .. }
        | EventBody::OfficeSet { .. }
        | EventBody::BackedUp { .. }
        | EventBody::Restored(_)
        | EventBody::Brought(_) => Ok(()),
        EventBody::LedgersUnited(said) => united(register, said),
        EventBody::YearClosed(closing) => year_closed(register, closing, today),
        EventBody::YearDestroyed(said) => year_destroyed(register, said, rules, today),
        EventBody::ReceiptAccepted { bundle_id, .. } => of(bundle_id).map(drop),
        EventBody::ReceiptStamped { bundle_id, time_stamp } => stamped(register, bundle_id, time_stamp),
        EventBody::DueExtended { bundle_id: id, until, reason, by } => extended(of(id)?, *until, reason, by),
        EventBody::Reported { bundle_id: id, day, from, .. } => reported(register, id, (*day, from), today),
        EventBody::Voided { bundle_id, reason } => voided(of(bundle_id)?, reason),
        EventBody::CopyDisposed { bundle_id, on, method, .. } => {
            copy_disposed(of(bundle_id)?, (*on, method), rules, today)
        }
        EventBody::Closed { bundle_id, medium_check, note, .. } => {
            closed(register, of(bundle_id)?, (medium_check, note), rules)
        }
    }
}

/// The books of a 年度 that was closed stand.
fn books_are_open(register: &Register, event: &EventBody) -> Step {
    match event.told_day().map(Day::fiscal_year).filter(|year| register.closed.contains_key(year)) {
        Some(year) => Err(StepError::YearClosed(year)),
        None => Ok(()),
    }
}

/// 課の名称・連絡先の変更: to what can stand on bundles and papers.
fn renamed(card: &Jws) -> Step {
    let (card, _) = OfficeCard::verify(card).map_err(|_| StepError::State("office_renamed"))?;
    card.office.check().map_err(|_| StepError::Name(Field::Organization))
}

/// 文例: nothing in braces but what is filled in.
fn text_of_letter(letter: LetterKind, body: &str) -> Step {
    unknown_place(body, letter).map_or(Ok(()), |place| Err(StepError::Place(place)))
}

/// 統合: the requests get the next numbers.
fn united(register: &Register, said: &Union) -> Step {
    filled(&[(Field::Reason, &said.reason), (Field::By, &said.by)])?;
    let next = (register.next_number()..).zip(&said.numbers);
    let are_next = next.into_iter().all(|(number, other)| other.number == number);
    let ascend = said.numbers.is_sorted_by(|one, other| one.was < other.was);
    ensure(are_next && ascend, StepError::State("ledgers_united"))
}

/// 運用状況記録簿.
fn operated(register: &Register, line: &Operation, today: Day) -> Step {
    if let Some(number) = line.number {
        case_of(register, number)?;
    }
    not_after(line.on, today, Field::On)?;
    filled(&[(Field::Reason, &line.reason)])
}

/// 記録の取消し: of a line that may be taken back.
fn taken_back(register: &Register, line: u64, reason: &str, by: &str) -> Step {
    filled(&[(Field::Reason, reason), (Field::By, by)])?;
    ensure(register.retractable(line).is_some(), StepError::Line(line))
}

/// 期限延長: of what is waited for, to a later day.
fn extended(disclosure: &Disclosure, until: Day, reason: &str, by: &str) -> Step {
    ensure(disclosure.status.is_open(), StepError::State("due_extended"))?;
    ensure(until > disclosure.due, StepError::Day(Field::Until))?;
    filled(&[(Field::Reason, reason), (Field::By, by)])
}

/// A report by word, of what is waited for or lost.
fn reported(register: &Register, id: &BundleId, (day, from): (Day, &str), today: Day) -> Step {
    let disclosure = disclosure_of(register, id)?;
    let status = disclosure.status;
    // What was replaced may still come back, or be lost.
    let is_out = matches!(status, DisclosureStatus::Lost | DisclosureStatus::Replaced);
    ensure(status.is_open() || is_out, StepError::State("reported"))?;
    not_after(day, today, Field::On)?;
    ensure(day >= disclosure.sealed_at.day(), StepError::Day(Field::On))?;
    filled(&[(Field::From, from)])
}

/// 取消し: of what was not handed over.
fn voided(disclosure: &Disclosure, reason: &str) -> Step {
    ensure(disclosure.status == DisclosureStatus::Sealed, StepError::State("voided"))?;
    filled(&[(Field::Reason, reason)])
}

/// 控えの廃棄: once its time of keeping is over.
fn copy_disposed(disclosure: &Disclosure, (on, method): (Day, &str), rules: &RuleSet, today: Day) -> Step {
    let until = disclosure.copy_kept_until(rules).filter(|_| disclosure.copy_disposed.is_none());
    let until = until.ok_or(StepError::State("copy_disposed"))?;
    ensure(on > until, StepError::Day(Field::On))?;
    not_after(on, today, Field::On)?;
    filled(&[(Field::Method, method)])
}

/// 時刻認証: of a receipt of this bundle that came as a file.
fn stamped(register: &Register, id: &BundleId, record: &TimeStampRecord) -> Step {
    ensure(
        disclosure_of(register, id)?.has_stamped(&record.read()?),
        StepError::X509(X509Error::OtherDocument),
    )
}

/// 完了: the medium was checked, copies, stills and anomalies in the reports are answered, and what was lost is an
/// incident where the rules have it reported (港区 10条2項).
fn closed(
    register: &Register,
    disclosure: &Disclosure,
    (medium_check, note): (&str, &str),
    rules: &RuleSet,
) -> Step {
    ensure(disclosure.status.is_closable(), StepError::NotClosable)?;
    filled(&[(Field::MediumCheck, medium_check)])?;
    if !disclosure.concerns().is_empty() {
        filled(&[(Field::Answer, note)])?;
    }
    lost_is_told(register, disclosure, rules)
}

/// 文書の発出: complete; a 本人通知 not while an order forbids it (刑事訴訟法の秘密保持命令).
fn issued(register: &Register, letter: &Letter, today: Day) -> Step {
    let (case, _) = case_of(register, letter.number)?;
    if let Some(id) = &letter.bundle_id {
        disclosure_of(register, id)?;
    }
    not_after(letter.on, today, Field::On)?;
    filled(&[(Field::To, &letter.to), (Field::From, &letter.from), (Field::What, &letter.body)])?;
    let is_secret = case.request.secrecy_until.is_some_and(|until| letter.on <= until);
    let tells = letter.letter == LetterKind::SubjectNotice;
    ensure(!(tells && is_secret), StepError::Secrecy)
}

/// 報告の提出: of something that there is, once, and not before it was.
fn submitted(register: &Register, report: OwedReport, (on, to): (Day, &str), today: Day) -> Step {
    filled(&[(Field::To, to)])?;
    not_after(on, today, Field::On)?;
    ensure(register.handed_in(report).is_none(), StepError::State("submitted"))?;
    match report {
        OwedReport::Disclosure { number } => {
            let (case, _) = case_of(register, number)?;
            let given = case.given_on(&register.disclosures).ok_or(StepError::State("submitted"))?;
            ensure(given <= on, StepError::Day(Field::On))
        }
        OwedReport::Incident { line } => {
            let known = register.counted_incidents().find(|incident| incident.line == line);
            let known = known.ok_or(StepError::Line(line))?;
            ensure(known.what.on <= on, StepError::Day(Field::On))
        }
        OwedReport::Yearly { year } => {
            let (first, _) = Day::of_fiscal_year(year).ok_or(StepError::Day(Field::On))?;
            ensure(first <= on, StepError::Day(Field::On))
        }
    }
}

fn incident_in(register: &Register, incident: &Incident, today: Day) -> Step {
    if let Some(id) = &incident.bundle_id {
        disclosure_of(register, id)?;
    }
    not_after(incident.on, today, Field::On)?;
    filled(&[(Field::What, &incident.what)])
}
