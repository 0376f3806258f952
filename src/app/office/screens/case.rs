//! O6 一件の詳細: one request, everything that happened to it, and what can happen next.

use fuin_core::{
    BY_FILE, BundleId, Case, CaseState, Day, Disclosure, DisclosureStatus, EventBody, LedgerEvent,
    ReceiptKind, WITHOUT_FILE, legal_basis_name,
};
use leptos::prelude::*;

use super::{
    attachments::Attached,
    extend::{Extend, ExtensionCode},
    hand_over::HandOver,
    papers::Papers,
    prove::Prove,
    provide::Provide,
    reports::{Concerns, Reports},
    review::{Decide, Findings, ReviewView},
    seal::{Reissue, SealView, ShareSealed},
};
use crate::{
    fault::Code,
    locale::{Key, Locale, k, use_locale},
    office::{desk::use_desk, screen::Screen},
    platform::clock,
    ui::{Field, Select, Submit, typed},
};

/// The word for where a request stands.
pub fn state_name(l: Locale, case: &Case, disclosure: Option<&Disclosure>, state: CaseState) -> String {
    match (state, disclosure) {
        (CaseState::Review, _) => l.t(k::CASE_REVIEW).to_owned(),
        (CaseState::Granted, _) => l.t(k::CASE_GRANTED).to_owned(),
        (CaseState::Refused, _) => l.t(k::CASE_REFUSED).to_owned(),
        (CaseState::Provided, _) => l.t(k::CASE_PROVIDED).to_owned(),
        (CaseState::Sealed, Some(disclosure)) => disclosure.status.japanese().to_owned(),
        (CaseState::Sealed, None) => case.number.to_string(),
    }
}

/// One request.
#[component]
pub fn CaseView(
    /// Its running number.
    number: u64,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let case = Memo::new(move |_| {
        Watched(desk.register.with(|r| {
            let case = r.cases.get(&number)?.clone();
            let state = case.state(&r.disclosures);
            let disclosure = case.bundle(&r.disclosures).cloned();
            Some((case, state, disclosure))
        }))
    });
    view! {
        <h2 id="case-title">{move || l.f(k::DESK_NUMBER, &[("n", &number.to_string())])}</h2>
        <p>
            <button class="link" on:click=move |_| desk.screen.set(Screen::Ledger)>
                {move || l.t(k::CASE_BACK)}
            </button>
        </p>
        {move || {
            let (case, state, disclosure) = case.get().0?;
            let rules = desk.rules.get()?;
            let reports = disclosure
                .as_ref()
                .map(|disclosure| {
                    let concerns = disclosure.concerns();
                    view! {
                        <Concerns concerns=Signal::stored(concerns) />
                        <Reports reports=disclosure.reports.clone() sealed_at=disclosure.sealed_at />
                    }
                });
            let to_hand_over = disclosure
                .clone()
                .filter(|disclosure| disclosure.status == DisclosureStatus::Sealed)
                .map(|disclosure| view! { <HandOver disclosure=disclosure /> });
            let next = match state {
                CaseState::Review => view! { <ReviewView rules=rules case=case.clone() /> }.into_any(),
                CaseState::Granted => {
                    view! {
                        <Findings rules=rules.clone() case=case.clone() />
                        {(!WITHOUT_FILE.contains(&&*case.request.delivery_method))
                            .then(|| {
                                view! {
                                    <SealView case=case.clone() />
                                    <ShareSealed case=case.clone() />
                                }
                            })}
                        {(case.request.delivery_method != BY_FILE)
                            .then(|| view! { <Provide case=case.clone() /> })}
                        <details>
                            <summary>{move || l.t(k::CASE_WITHDRAW)}</summary>
                            <Decide rules=rules case=case.clone() />
                        </details>
                    }
                        .into_any()
                }
                CaseState::Refused | CaseState::Provided => ().into_any(),
                CaseState::Sealed => {
                    match disclosure.clone() {
                        Some(disclosure) => {
                            view! { <Actions case=case.clone() disclosure=disclosure /> }.into_any()
                        }
                        None => ().into_any(),
                    }
                }
            };
            let status = state_name(l, &case, disclosure.as_ref(), state);
            Some(
                view! {
                    <p class="status-line">
                        <strong id="case-state">{status}</strong>
                    </p>
                    {to_hand_over}
                    <Facts case=case.clone() disclosure=disclosure.clone() />
                    <Attached attachments=case.attachments.clone() />
                    {next}
                    <Papers case=case disclosure=disclosure />
                    {reports}
                    <Timeline number=number />
                },
            )
        }}
    }
}

/// Compares by what would be shown.
#[derive(Clone)]
struct Watched(Option<(Case, CaseState, Option<Disclosure>)>);

impl PartialEq for Watched {
    fn eq(&self, other: &Self) -> bool {
        let key = |w: &Self| {
            w.0.as_ref().map(|(case, state, disclosure)| {
                let bundle = disclosure.as_ref().map(|d| {
                    (
                        d.sealed.bundle_id.clone(),
                        d.status,
                        d.due,
                        d.receipts.len(),
                        d.refused,
                        d.copy_disposed,
                    )
                });
                (case.request.clone(), case.decision.clone(), *state, bundle)
            })
        };
        key(self) == key(other)
    }
}

#[component]
fn Facts(case: Case, disclosure: Option<Disclosure>) -> impl IntoView {
    let l = use_locale();
    let request = case.request;
    let row = move |label: Key, value: String| {
        (!value.is_empty()).then(|| {
            view! {
                <dt>{move || l.t(label)}</dt>
                <dd>{value}</dd>
            }
        })
    };
    let basis = legal_basis_name(&request.legal_basis).to_owned();
    view! {
        <dl id="case-facts">
            {row(k::REQUEST_RECEIVED, l.day(request.received_on))}
            {row(k::OFFICE_COLUMN_RECIPIENT, request.recipient().line())} {row(k::REQUEST_BASIS, basis)}
            {row(k::REQUEST_DOCUMENT_NUMBER, request.document_number.clone())}
            {row(k::REQUEST_PURPOSE, request.purpose.clone())} {row(k::REQUEST_RANGE, request.range_text())}
            {row(k::REQUEST_METHOD, request.delivery_method.clone())}
            {row(k::REQUEST_REMARKS, request.remarks.clone())}
            {case
                .provided
                .map(|provided| {
                    row(
                        k::PROVIDE_ON,
                        format!(
                            "{}　{}　{}　{}",
                            l.time(provided.on),
                            provided.to,
                            provided.place,
                            provided.note,
                        ),
                    )
                })}
            {case
                .decision
                .map(|decision| {
                    let word = l.t(if decision.granted { k::CASE_YES } else { k::CASE_NO });
                    row(k::REVIEW_DECISION, format!("{word}　{}　{}", decision.by, decision.reason))
                })}
            {disclosure
                .map(|d| {
                    view! {
                        {row(k::OFFICE_BUNDLE, d.sealed.bundle_id.to_string())}
                        {row(k::OFFICE_COLUMN_DUE, l.day(d.due))}
                        {row(
                            k::REQUEST_MEDIUM,
                            format!("{} {}", d.sealed.medium.kind, d.sealed.medium.number),
                        )}
                    }
                })}
        </dl>
    }
}

/// What happened, in order.
#[component]
fn Timeline(number: u64) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let rows = move || {
        desk.register.track();
        desk.ledger.with(|ledger| {
            let bundles =
                desk.register.with(|r| r.cases.get(&number).map(|c| c.bundles.clone()).unwrap_or_default());
            let ours = |event: &&LedgerEvent| match event.event.concerns() {
                (Some(known), _) if known == number => true,
                (_, Some(id)) => bundles.contains(id),
                _ => false,
            };
            ledger
                .events()
                .iter()
                .filter(ours)
                .map(|event| {
                    let (what, actor, at) = (describe(l, &event.event), event.actor.clone(), event.at);
                    view! {
                        <li>
                            <time>{l.time(at)}</time>
                            " "
                            {what}
                            " "
                            <span class="help">{actor}</span>
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

/// One event in a line.
pub fn describe(l: Locale, event: &EventBody) -> String {
    let with = |key: Key, detail: &str| {
        if detail.is_empty() { l.t(key).to_owned() } else { format!("{}：{detail}", l.t(key)) }
    };
    match event {
        EventBody::Requested { .. } => l.t(k::EVENT_REQUESTED).to_owned(),
        EventBody::Reviewed { .. } => l.t(k::EVENT_REVIEWED).to_owned(),
        EventBody::Decided { granted, by, reason, .. } => {
            with(if *granted { k::EVENT_GRANTED } else { k::EVENT_REFUSED }, format!("{by} {reason}").trim())
        }
        EventBody::Provided(provided) => with(
            k::EVENT_PROVIDED,
            &format!("{}（{}、{}）", provided.to, l.time(provided.on), provided.place),
        ),
        EventBody::Sealed(sealed) => match &sealed.ticket {
            Some(ticket) => {
                l.f(k::EVENT_TICKETED, &[("id", sealed.bundle_id.as_str()), ("of", ticket.of.as_str())])
            }
            None => with(k::EVENT_SEALED, sealed.bundle_id.as_str()),
        },
        EventBody::ReceiptAccepted { receipt, day, .. } | EventBody::Reported { receipt, day, .. } => {
            with(k::EVENT_REPORTED, &format!("{}（{}）", receipt.japanese(), l.day(*day)))
        }
        EventBody::ReceiptRefused { reason, .. } => with(k::EVENT_RECEIPT_REFUSED, &refusal_words(l, reason)),
        EventBody::ReceiptStamped { .. } => l.t(k::EVENT_RECEIPT_STAMPED).to_owned(),
        EventBody::DueExtended { until, reason, .. } => {
            with(k::EVENT_EXTENDED, &format!("{} {reason}", l.day(*until)))
        }
        EventBody::Voided { reason, .. } => with(k::EVENT_VOIDED, reason),
        EventBody::CopyDisposed { on, method, .. } => {
            with(k::EVENT_COPY_DISPOSED, &format!("{} {method}", l.day(*on)))
        }
        EventBody::Incident(incident) => with(k::EVENT_INCIDENT, &incident.what),
        EventBody::Closed { medium_check, witness, .. } => {
            with(k::EVENT_CLOSED, format!("{medium_check} {witness}").trim())
        }
        EventBody::RulesAdopted { .. } => l.t(k::EVENT_RULES_ADOPTED).to_owned(),
        EventBody::Operation(operation) => operation.section.japanese().to_owned(),
        // They concern no case.
        EventBody::OfficeFounded { .. }
        | EventBody::KeyChanged { .. }
        | EventBody::OfficeCertified { .. }
        | EventBody::OfficeSet { .. }
        | EventBody::BackedUp { .. }
        | EventBody::Restored { .. } => String::new(),
    }
}

/// What can be recorded about a disclosure.
#[component]
fn Actions(case: Case, disclosure: Disclosure) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let id = disclosure.sealed.bundle_id.clone();
    let rules = desk.rules.get_untracked();
    let open = disclosure.status.is_open();
    let incident = rules.as_ref().map(|rules| rules.incident_report.clone());
    let copy = rules
        .and_then(|rules| disclosure.copy_kept_until(&rules))
        .filter(|_| disclosure.copy_disposed.is_none());
    let done = disclosure.status.is_over();
    let confirm = move |_| desk.screen.set(Screen::Confirm);
    // Until it is handed over, that is the next step.
    let handed_over = disclosure.status != DisclosureStatus::Sealed;
    view! {
        <section id="actions">
            <h3>{move || l.t(k::CASE_NEXT)}</h3>
            {(!done)
                .then(|| {
                    view! {
                        <p class="actions">
                            <button id="to-confirm" class:primary=handed_over on:click=confirm>
                                {move || l.t(k::OFFICE_CONFIRM)}
                            </button>
                        </p>
                    }
                })}
            {open.then(|| view! { <Extend id=id.clone() due=disclosure.due /> })}
            <ExtensionCode disclosure=disclosure.clone() />
            {(open || disclosure.status == DisclosureStatus::Lost)
                .then(|| view! { <Reissue case=case disclosure=disclosure.clone() /> })}
            {(disclosure.status == DisclosureStatus::Lost)
                .then(|| {
                    incident
                        .filter(|rule| !rule.text.is_empty())
                        .map(|rule| view! { <p class="warn">{rule.text} "（" {rule.article} "）"</p> })
                })}
            {(open || disclosure.status == DisclosureStatus::Lost)
                .then(|| view! { <Report id=id.clone() /> })}
            {(disclosure.status == DisclosureStatus::Sealed).then(|| view! { <Void id=id.clone() /> })}
            {copy.map(|until| view! { <DisposeCopy id=id.clone() until=until /> })}
            <Prove id=id />
        </section>
    }
}

/// A report without file or code.
#[component]
fn Report(id: BundleId) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let kind = RwSignal::new(ReceiptKind::Return.name().to_owned());
    let on = RwSignal::new(clock::now().day().to_string());
    let [from, note] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let kinds: Vec<(String, String)> =
        ReceiptKind::ALL.iter().map(|kind| (kind.name().to_owned(), kind.japanese().to_owned())).collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = ReceiptKind::ALL.iter().copied().find(|known| known.name() == kind.get_untracked());
        let day = Day::parse(&typed(on)).ok().filter(|day| *day <= clock::now().day());
        let (from, note) = (typed(from), typed(note));
        wrong.set(from.is_empty() || day.is_none());
        if let (Some(receipt), Some(day), false) = (chosen, day, wrong.get_untracked()) {
            let bundle_id = id.clone();
            desk.run(async move {
                desk.append(EventBody::Reported { bundle_id, receipt, day, from, note }).await
            });
        }
    };
    view! {
        <details>
            <summary>{move || l.t(k::CASE_REPORT)}</summary>
            <form on:submit=submit>
                <p class="help">{move || l.t(k::CASE_REPORT_HELP)}</p>
                <Select id="report-kind" label=l.label(k::SHEET_KIND) value=kind options=kinds />
                <Field id="report-on" label=l.label(k::CASE_DONE_ON) kind="date" value=on />
                <Field id="report-from" label=l.label(k::CASE_FROM) value=from />
                <Field id="report-note" label=l.label(k::OFFICE_NOTE) value=note />
                <Submit
                    id="report"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::CASE_REPORT_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}

#[component]
fn Void(id: BundleId) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let reason = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let reason = typed(reason);
        wrong.set(reason.is_empty());
        if !reason.is_empty() {
            let bundle_id = id.clone();
            desk.run(async move { desk.append(EventBody::Voided { bundle_id, reason }).await });
        }
    };
    view! {
        <details>
            <summary>{move || l.t(k::CASE_VOID)}</summary>
            <form on:submit=submit>
                <p class="help">{move || l.t(k::CASE_VOID_HELP)}</p>
                <Field id="void-reason" label=l.label(k::REVIEW_REASON) value=reason />
                <Submit
                    id="void"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::CASE_REASON_MISSING)
                    busy=desk.working
                />
            </form>
        </details>
    }
}

/// The office's own copy, where the rules say how long it is kept.
#[component]
fn DisposeCopy(id: BundleId, until: Day) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let over = until < clock::now().day();
    let on = RwSignal::new(clock::now().day().to_string());
    let [method, witness] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let past = |day: &Day| *day > until && *day <= clock::now().day();
        let day = Day::parse(&typed(on)).ok().filter(past);
        wrong.set(day.is_none() || typed(method).is_empty());
        let (method, witness) = (typed(method), typed(witness));
        if let (Some(on), false) = (day, method.is_empty()) {
            let bundle_id = id.clone();
            desk.run(
                async move { desk.append(EventBody::CopyDisposed { bundle_id, on, method, witness }).await },
            );
        }
    };
    view! {
        <details>
            <summary>{move || l.t(k::CASE_COPY)}</summary>
            <p>{move || l.f(k::CASE_COPY_KEPT, &[("day", &l.day(until))])}</p>
            {over
                .then(|| {
                    view! {
                        <form on:submit=submit>
                            <Field id="copy-on" label=l.label(k::CASE_DONE_ON) kind="date" value=on />
                            <Field id="copy-method" label=l.label(k::SHEET_METHOD) value=method />
                            <Field id="copy-witness" label=l.label(k::OFFICE_WITNESS) value=witness />
                            <Submit
                                id="dispose-copy"
                                label=l.label(k::CASE_RECORD)
                                wrong=wrong
                                cause=l.label(k::CASE_COPY_WRONG)
                                busy=desk.working
                            />
                        </form>
                    }
                })}
        </details>
    }
}

/// Why a receipt was refused, as the ledger has it; a later version may have written a code that this one
/// does not know.
fn refusal_words(l: Locale, reason: &str) -> String {
    match Code::named(reason) {
        Code::Unknown => l.error(Code::Unknown, reason).0,
        code => l.error(code, "").0,
    }
}
