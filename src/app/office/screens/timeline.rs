//! What happened to a request, line by line: nothing is left out, and what was taken back is struck.
//!
//! Entry points: [`Timeline`], [`describe`]. Absent: what may be recorded next.

use fuin_core::{Attachment, EventBody, FootageRange, LedgerEvent, Review, SealedEvent, UndertakingFields};
use leptos::prelude::*;

use super::amend::TakeBack;
use crate::{
    fault::Code,
    locale::{Key, Locale, k, use_locale},
    office::desk::use_desk,
};

/// What happened, in order.
#[component]
pub fn Timeline(number: u64) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let rows = move || {
        desk.register.track();
        desk.ledger.with(|ledger| {
            let bundles =
                desk.register.with(|r| r.cases.get(&number).map(|c| c.bundles.clone()).unwrap_or_default());
            let is_ours = |event: &LedgerEvent| match event.event.concerns() {
                (Some(known), _) if known == number => true,
                (_, Some(id)) => bundles.contains(id),
                _ => false,
            };
            let lines: Vec<u64> =
                ledger.events().iter().filter(|event| is_ours(event)).map(LedgerEvent::line).collect();
            let ours = |event: &&LedgerEvent| match event.event.concerns() {
                (Some(known), _) if known == number => true,
                (_, Some(id)) => bundles.contains(id),
                _ => matches!(event.event, EventBody::TakenBack { line, .. } if lines.contains(&line)),
            };
            ledger
                .events()
                .iter()
                .filter(ours)
                .map(|event| {
                    let (what, actor, at) = (describe(l, &event.event), event.actor.clone(), event.at);
                    let line = event.line();
                    let (struck, may) = desk.register.with_untracked(|register| {
                        let may = !desk.reads_only.get_untracked() && register.retractable(line).is_some();
                        (register.taken_back.contains(&line), may)
                    });
                    let what = match event.brought {
                        Some(_) => format!("{what} {}", l.t(k::EVENT_BROUGHT)),
                        None => what,
                    };
                    let what = match struck {
                        true => view! { <s>{what}</s> " " {l.t(k::EVENT_STRUCK)} }.into_any(),
                        false => what.into_any(),
                    };
                    view! {
                        <li>
                            <time>{l.time(at)}</time>
                            " "
                            {what}
                            " "
                            <span class="help">{actor}</span>
                            {may.then(|| view! { <TakeBack line=line /> })}
                        </li>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <section>
            <h3>{move || l.t(k::CASE_TIMELINE)}</h3>
            <ol id="timeline" class="timeline">
                {rows}
            </ol>
        </section>
    }
}

/// One event in a line: what it is, and what it says.
pub fn describe(l: Locale, event: &EventBody) -> String {
    let Some(key) = title(event) else { return String::new() };
    match details(l, event).trim() {
        "" => l.t(key).to_owned(),
        details => format!("{}：{details}", l.t(key)),
    }
}

/// What an event is called; nothing, where it concerns no case.
fn title(event: &EventBody) -> Option<Key> {
    Some(match event {
        EventBody::Requested { .. } => k::EVENT_REQUESTED,
        EventBody::Reviewed { .. } => k::EVENT_REVIEWED,
        EventBody::Decided { granted: true, .. } => k::EVENT_GRANTED,
        EventBody::Decided { granted: false, .. } => k::EVENT_REFUSED,
        EventBody::Corrected { .. } => k::EVENT_CORRECTED,
        EventBody::DecisionCorrected { .. } => k::EVENT_DECISION_CORRECTED,
        EventBody::Withdrawn { .. } => k::EVENT_WITHDRAWN,
        EventBody::Reopened { .. } => k::EVENT_REOPENED,
        EventBody::Attached { .. } => k::EVENT_ATTACHED,
        EventBody::Claimed { .. } => k::EVENT_CLAIMED,
        EventBody::TakenBack { .. } => k::EVENT_TAKEN_BACK,
        EventBody::Submitted { .. } => k::EVENT_SUBMITTED,
        EventBody::Issued(_) => k::EVENT_ISSUED,
        EventBody::Provided(_) => k::EVENT_PROVIDED,
        EventBody::Sealed(_) => k::EVENT_SEALED,
        EventBody::ReceiptAccepted { .. } | EventBody::Reported { .. } => k::EVENT_REPORTED,
        EventBody::ReceiptRefused { .. } => k::EVENT_RECEIPT_REFUSED,
        EventBody::ReceiptStamped { .. } => k::EVENT_RECEIPT_STAMPED,
        EventBody::DueExtended { .. } => k::EVENT_EXTENDED,
        EventBody::Voided { .. } => k::EVENT_VOIDED,
        EventBody::CopyDisposed { .. } => k::EVENT_COPY_DISPOSED,
        EventBody::Incident(_) => k::EVENT_INCIDENT,
        EventBody::Closed { .. } => k::EVENT_CLOSED,
        EventBody::RulesAdopted { .. } => k::EVENT_RULES_ADOPTED,
        EventBody::Operation(_) => k::FORMS_OPERATION_RECORDED,
        EventBody::OfficeFounded { .. }
        | EventBody::OfficeRenamed { .. }
        | EventBody::KeyChanged { .. }
        | EventBody::OfficeCertified { .. }
        | EventBody::OfficeSet { .. }
        | EventBody::PersonSet { .. }
        | EventBody::DeskEnrolled { .. }
        | EventBody::DeskStruckOff { .. }
        | EventBody::LetterTextSet { .. }
        | EventBody::BackedUp { .. }
        | EventBody::Restored(_)
        | EventBody::LedgersUnited(_)
        | EventBody::Brought(_)
        | EventBody::YearClosed(_)
        | EventBody::YearDestroyed(_)
        | EventBody::Destroyed => return None,
    })
}

/// What an event says.
fn details(l: Locale, event: &EventBody) -> String {
    match event {
        EventBody::Reviewed { review, undertaking, .. } => reviewed(l, review, undertaking.as_ref()),
        EventBody::Decided { by, reason, provides: Some(provides), .. } => {
            format!("{by} {reason}（{}、{}）", FootageRange::text(&provides.range), provides.delivery_method)
        }
        EventBody::Decided { by, reason, provides: None, .. }
        | EventBody::Corrected { reason, by, .. }
        | EventBody::DecisionCorrected { reason, by, .. }
        | EventBody::Reopened { reason, by, .. } => format!("{by} {reason}"),
        EventBody::Withdrawn { on, reason, from, .. } => format!("{} {from} {reason}", l.day(*on)),
        EventBody::Attached { attachments, note, .. } => format!("{} {note}", names(attachments)),
        EventBody::Claimed { by, .. } => {
            by.clone().unwrap_or_else(|| l.t(k::EVENT_CLAIMED_BY_NOBODY).to_owned())
        }
        EventBody::TakenBack { line, reason, by } => {
            format!("{} {by} {reason}", l.f(k::EVENT_LINE, &[("n", &line.to_string())]))
        }
        EventBody::Submitted { on, to, document_number, .. } => {
            format!("{} {to} {document_number}", l.day(*on))
        }
        EventBody::Issued(letter) => {
            format!("{} {} {}", letter.letter.japanese(), letter.to, letter.document_number)
        }
        EventBody::Provided(p) => format!("{}（{}、{}）", p.to, l.time(p.on), p.place),
        EventBody::Sealed(event) => sealed(l, event),
        EventBody::ReceiptAccepted { receipt, day, .. } | EventBody::Reported { receipt, day, .. } => {
            format!("{}（{}）", receipt.japanese(), l.day(*day))
        }
        EventBody::ReceiptRefused { reason, .. } => refusal_words(l, reason),
        EventBody::DueExtended { until, reason, .. } => format!("{} {reason}", l.day(*until)),
        EventBody::Voided { reason, .. } => reason.clone(),
        EventBody::CopyDisposed { on, method, .. } => format!("{} {method}", l.day(*on)),
        EventBody::Incident(incident) => incident.what.clone(),
        EventBody::Closed { medium_check, witness, .. } => format!("{medium_check} {witness}"),
        EventBody::Operation(line) => format!("{}　{}", line.section.japanese(), line.reason),
        // Nothing more is said of these.
        EventBody::Requested { .. }
        | EventBody::ReceiptStamped { .. }
        | EventBody::RulesAdopted { .. }
        | EventBody::OfficeFounded { .. }
        | EventBody::OfficeRenamed { .. }
        | EventBody::KeyChanged { .. }
        | EventBody::OfficeCertified { .. }
        | EventBody::OfficeSet { .. }
        | EventBody::PersonSet { .. }
        | EventBody::DeskEnrolled { .. }
        | EventBody::DeskStruckOff { .. }
        | EventBody::LetterTextSet { .. }
        | EventBody::BackedUp { .. }
        | EventBody::Restored(_)
        | EventBody::LedgersUnited(_)
        | EventBody::Brought(_)
        | EventBody::YearClosed(_)
        | EventBody::YearDestroyed(_)
        | EventBody::Destroyed => String::new(),
    }
}

/// The names of documents.
fn names(attachments: &[Attachment]) -> String {
    attachments.iter().map(|known| known.name.clone()).collect::<Vec<_>>().join("、")
}

/// A bundle, or a ticket for one.
fn sealed(l: Locale, event: &SealedEvent) -> String {
    match &event.ticket {
        Some(ticket) => {
            l.f(k::EVENT_TICKETED, &[("id", event.bundle_id.as_str()), ("of", ticket.of.as_str())])
        }
        None => event.bundle_id.to_string(),
    }
}

/// The answers of a review.
fn reviewed(l: Locale, review: &Review, undertaking: Option<&UndertakingFields>) -> String {
    let answers = review.answers().map(|(about, answer)| format!("{about}「{answer}」"));
    let signed = undertaking
        .map(|u| format!("{}「{} {}」", l.t(k::REVIEW_UNDERTAKING), l.day(u.submitted_on), u.signed_by));
    answers.chain(signed).collect::<Vec<_>>().join("、")
}

/// Why a receipt was refused, as the ledger has it; a later version may have written a code that this one
/// does not know.
fn refusal_words(l: Locale, reason: &str) -> String {
    match Code::named(reason) {
        Code::Unknown => l.error(Code::Unknown, reason).0,
        code => l.error(code, "").0,
    }
}
