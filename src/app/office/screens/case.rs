//! O6 一件の詳細: one request, everything that happened to it, and what can happen next.

use fuin_core::{
    BY_FILE, BundleId, Case, CaseState, Decision, Disclosure, DisclosureStatus, Register, RuleSet,
    WITHOUT_FILE,
};
use leptos::prelude::*;

use super::{
    actions::Actions,
    amend::{AttachLater, Correct, CorrectDecision, Reopen, Withdraw},
    attachments::Attached,
    claim::{Claim, MayDecide},
    decide::Decide,
    extend::KeepFootage,
    hand_over::HandOver,
    letters::Letters,
    papers::Papers,
    provide::Provide,
    reports::{Concerns, Reports},
    review::{Findings, ReviewView},
    seal::{SealView, ShareSealed},
    timeline::Timeline,
    unite::NumberBefore,
};
use crate::{
    locale::{Key, Locale, k, use_locale},
    office::{desk::use_desk, screen::Screen},
    platform::clock,
};

/// The word for where a request stands.
pub fn state_name(l: Locale, case: &Case, disclosure: Option<&Disclosure>, state: CaseState) -> String {
    match (state, disclosure) {
        (CaseState::Review, _) => l.t(k::CASE_REVIEW).to_owned(),
        (CaseState::Granted, _) => l.t(k::CASE_GRANTED).to_owned(),
        (CaseState::Refused, _) => l.t(k::CASE_REFUSED).to_owned(),
        (CaseState::Provided, _) => l.t(k::CASE_PROVIDED).to_owned(),
        (CaseState::Withdrawn, _) => l.t(k::CASE_WITHDRAWN).to_owned(),
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
    let chosen = RwSignal::new(None);
    let case = Memo::new(move |_| {
        Watched(desk.register.with(|r| {
            let case = r.cases.get(&number)?.clone();
            let state = case.state(&r.disclosures);
            let disclosure = shown_bundle(r, &case, chosen.get().as_ref()).cloned();
            Some((case, state, disclosure))
        }))
    });
    let records = !desk.reads_only.get_untracked();
    view! {
        <h2 id="case-title">{move || l.f(k::DESK_NUMBER, &[("n", &number.to_string())])}</h2>
        <NumberBefore number=number />
        <p>
            <button class="link" on:click=move |_| desk.screen.set(Screen::Ledger)>
                {move || l.t(k::CASE_BACK)}
            </button>
        </p>
        {move || {
            let (case, state, disclosure) = case.get().0?;
            let case = match &disclosure {
                Some(disclosure) => case.for_reader(disclosure),
                None => case,
            };
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
                .filter(|disclosure| records && disclosure.status == DisclosureStatus::Sealed)
                .map(|disclosure| view! { <HandOver disclosure=disclosure /> });
            let (known, shown) = (case.clone(), disclosure.clone());
            let next = records
                .then(|| view! { <Next rules=rules.clone() case=known state=state disclosure=shown /> });
            let amendments = records.then(|| view! { <Amendments number=number state=state /> });
            let readers = view! { <Readers case=case.clone() shown=disclosure.clone() chosen=chosen /> };
            let status = state_name(l, &case, disclosure.as_ref(), state);
            Some(
                view! {
                    <p class="status-line">
                        <strong id="case-state">{status}</strong>
                    </p>
                    <Claim case=case.clone() />
                    {readers}
                    {to_hand_over}
                    <Footage rules=rules.clone() case=case.clone() state=state />
                    <Facts rules=rules case=case.clone() disclosure=disclosure.clone() />
                    <Attached attachments=case.attachments.clone() />
                    {next}
                    {amendments}
                    <Letters case=case.clone() />
                    <Papers case=case disclosure=disclosure />
                    {reports}
                    <Timeline number=number />
                },
            )
        }}
    }
}

/// What is shown of a case: what was chosen, or a further reader's ticket that waits to be handed over, or what counts.
fn shown_bundle<'a>(
    register: &'a Register,
    case: &Case,
    chosen: Option<&BundleId>,
) -> Option<&'a Disclosure> {
    let all = &register.disclosures;
    let mut counting = case.for_everybody(all);
    match chosen {
        Some(id) => counting.find(|d| d.sealed.bundle_id == *id).or_else(|| case.bundle(all)),
        None => {
            let waits = |d: &&Disclosure| d.status == DisclosureStatus::Sealed;
            case.further_readers(all).find(waits).or_else(|| case.bundle(all))
        }
    }
}

/// Whose part of the case is shown, where several watch.
#[component]
fn Readers(case: Case, shown: Option<Disclosure>, chosen: RwSignal<Option<BundleId>>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let all = desk
        .register
        .with_untracked(|register| case.for_everybody(&register.disclosures).cloned().collect::<Vec<_>>());
    let shown = shown.map(|d| d.sealed.bundle_id);
    let is_choice = all.len() > 1;
    let one = all.into_iter().map(|d| {
        let is_shown = shown.as_ref() == Some(&d.sealed.bundle_id);
        let name = format!("{}（{}）", d.sealed.recipient.line(), d.status.japanese());
        let id = d.sealed.bundle_id;
        view! {
            <button aria-pressed=is_shown.to_string() on:click=move |_| chosen.set(Some(id.clone()))>
                {name}
            </button>
        }
    });
    is_choice.then(|| {
        view! {
            <div id="readers" role="group" class="actions" aria-label=l.label(k::CASE_READERS)>
                {one.collect_view()}
            </div>
        }
    })
}

/// What can be recorded next.
#[component]
fn Next(rules: RuleSet, case: Case, state: CaseState, disclosure: Option<Disclosure>) -> impl IntoView {
    let l = use_locale();
    match state {
        CaseState::Review => view! { <ReviewView rules=rules case=case /> }.into_any(),
        CaseState::Granted => {
            let method = case.provides().delivery_method;
            let by_file = (!WITHOUT_FILE.contains(&&*method)).then(|| {
                view! {
                    <SealView case=case.clone() />
                    <ShareSealed case=case.clone() />
                }
            });
            view! {
                <Findings rules=rules.clone() case=case.clone() />
                {by_file}
                {(method != BY_FILE).then(|| view! { <Provide case=case.clone() /> })}
                <details>
                    <summary>{move || l.t(k::CASE_WITHDRAW)}</summary>
                    <MayDecide number=case.number>
                        <Decide rules=rules.clone() case=case.clone() />
                    </MayDecide>
                </details>
            }
            .into_any()
        }
        // It may be watched once more.
        CaseState::Provided => view! { <Provide case=case /> }.into_any(),
        CaseState::Refused | CaseState::Withdrawn => view! { <Reopen number=case.number /> }.into_any(),
        CaseState::Sealed => {
            disclosure.map(|disclosure| view! { <Actions case=case disclosure=disclosure /> }).into_any()
        }
    }
}

/// What can be recorded about what was recorded.
#[component]
fn Amendments(number: u64, state: CaseState) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    // As it was recorded, whoever's part is shown.
    let case = desk.register.with_untracked(|register| register.cases.get(&number).cloned())?;
    let decision = case.decision.clone();
    let is_open = matches!(state, CaseState::Review | CaseState::Granted);
    Some(view! {
        <section id="amendments">
            <h3>{move || l.t(k::AMEND_TITLE)}</h3>
            {(state != CaseState::Withdrawn).then(|| view! { <Correct case=case /> })}
            {decision.map(|decision| view! { <CorrectDecision number=number decision=decision /> })}
            {is_open.then(|| view! { <Withdraw number=number /> })}
            <AttachLater number=number />
        </section>
    })
}

/// Until when the footage is there, as long as nobody has taken it over.
#[component]
fn Footage(rules: RuleSet, case: Case, state: CaseState) -> impl IntoView {
    let l = use_locale();
    let records = !use_desk().reads_only.get_untracked();
    let until = rules.footage_until(&case.request)?;
    let left = until.days_since(clock::now().day());
    let is_waiting = matches!(state, CaseState::Review | CaseState::Granted);
    is_waiting.then(|| {
        let article = rules.image_retention.article.clone();
        let words = match left {
            ..0 => l.f(k::CASE_FOOTAGE_OVER, &[("day", &l.day(until)), ("article", &article)]),
            _ => l.f(
                k::CASE_FOOTAGE_LEFT,
                &[("n", &left.to_string()), ("day", &l.day(until)), ("article", &article)],
            ),
        };
        view! {
            <p id="footage-left" class:warn=left < 8>
                {words}
            </p>
            {records.then(|| view! { <KeepFootage case=case /> })}
        }
    })
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
                let amended = (
                    case.corrections.len(),
                    case.attachments.len(),
                    case.provisions.len(),
                    case.reported_on,
                    case.letters.len(),
                    case.bundles.len(),
                    case.claimed_by.clone(),
                );
                (case.request.clone(), case.decision.clone(), *state, bundle, amended)
            })
        };
        key(self) == key(other)
    }
}

/// A row of the facts, if there is something in it; lines under one another.
fn fact(l: Locale, label: Key, value: String) -> Option<impl IntoView> {
    (!value.trim().is_empty()).then(|| {
        view! {
            <dt>{move || l.t(label)}</dt>
            <dd class="lines">{value}</dd>
        }
    })
}

/// Everything that was said of a request, the review included.
#[component]
fn Facts(rules: RuleSet, case: Case, disclosure: Option<Disclosure>) -> impl IntoView {
    let l = use_locale();
    let request = &case.request;
    let applicant = &request.applicant;
    let row = move |label: Key, value: String| fact(l, label, value);
    let ground = rules.ground(&request.ground);
    let ground = ground.map_or(request.ground.clone(), |g| format!("{}（{}）", g.text, g.article));
    let document = match request.document_date {
        Some(day) => format!("{}（{}）", request.document_number, l.day(day)),
        None => request.document_number.clone(),
    };
    let contact = [&applicant.address, &applicant.representative, &applicant.phone];
    let contact = contact.into_iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>();
    let undertaking = request
        .undertaking
        .as_ref()
        .map(|u| format!("{} {} {}", l.day(u.submitted_on), u.signed_by, u.onward_to));
    let answers = request.review.answers().map(|(about, answer)| format!("{about}：{answer}"));
    let corrections = case.corrections.iter().flat_map(|correction| {
        correction.differences.iter().map(|d| {
            format!(
                "{} {}「{}」→「{}」（{} {}）",
                l.time(correction.at),
                d.field,
                d.old,
                d.new,
                correction.by,
                correction.reason
            )
        })
    });
    let provisions =
        case.provisions.iter().map(|p| format!("{}　{}　{}　{}", l.time(p.on), p.to, p.place, p.note));
    let withdrawn = case.withdrawn.as_ref().map(|w| format!("{} {} {}", l.day(w.on), w.from, w.reason));
    let provided = case.decision.is_some().then(|| {
        let provides = case.provides();
        let grants = provides.grants.iter().map(|grant| grant.japanese()).collect::<Vec<_>>().join("、");
        format!("{}\n{} {grants}", case.provided_range().join("\n"), provides.delivery_method)
    });
    let joined = |lines: Vec<String>| lines.join("\n");
    view! {
        <dl id="case-facts">
            {row(k::CASE_LABEL, case.label())} {row(k::REQUEST_RECEIVED, l.day(request.received_on))}
            {row(k::CASE_ASKED_BY, request.asked_by().line())} {row(k::CASE_CONTACT, joined(contact))}
            {row(k::REQUEST_WATCHER, request.watched_by.as_ref().map(|w| w.line()).unwrap_or_default())}
            {row(k::REQUEST_GROUND, ground)} {row(k::REQUEST_BASIS, request.basis_text())}
            {row(k::REQUEST_DOCUMENT_NUMBER, document)} {row(k::REQUEST_PURPOSE, request.purpose.clone())}
            {row(k::REQUEST_RANGE, joined(request.range.iter().map(|range| range.line()).collect()))}
            {row(k::REQUEST_METHOD, request.delivery_method.clone())}
            {row(k::REQUEST_REMARKS, request.remarks.clone())}
            {row(k::REVIEW_TITLE, joined(answers.collect()))}
            {row(k::REVIEW_UNDERTAKING, undertaking.unwrap_or_default())}
            {row(k::REVIEW_DECISION, joined(decisions(l, &case)))}
            {row(k::CASE_PROVIDES, provided.unwrap_or_default())}
            {row(k::PROVIDE_ON, joined(provisions.collect()))} {disclosure.map(|d| sealed_facts(l, &d))}
            {row(k::CASE_REPORTED_ON, case.reported_on.map(|day| l.day(day)).unwrap_or_default())}
            {row(k::CASE_CORRECTIONS, joined(corrections.collect()))}
            {row(k::CASE_WITHDRAWN, withdrawn.unwrap_or_default())}
        </dl>
    }
}

/// The decision, and those that were set aside.
fn decisions(l: Locale, case: &Case) -> Vec<String> {
    let words = |decision: &Decision, word: &str| {
        format!("{word}　{}　{}　{}", l.day(decision.at.day()), decision.by, decision.reason)
    };
    let set_aside = case.set_aside.iter().map(|decision| {
        let word = l.t(if decision.granted { k::CASE_YES } else { k::CASE_NO });
        format!("{}（{}）", words(decision, word), l.t(k::CASE_SET_ASIDE))
    });
    let now = case.decision.iter().zip(case.outcome()).map(|(d, outcome)| words(d, outcome.japanese()));
    set_aside.chain(now).collect()
}

/// What was sealed: the real range of each clip.
fn sealed_facts(l: Locale, d: &Disclosure) -> impl IntoView + use<> {
    let row = move |label: Key, value: String| fact(l, label, value);
    let clips = d.sealed.clips.iter().map(|clip| format!("{}　{}", clip.file_name, clip.range_line()));
    let extended = d.extensions.iter().map(|day| l.day(*day)).collect::<Vec<_>>().join("、");
    view! {
        {row(k::OFFICE_BUNDLE, d.sealed.bundle_id.to_string())}
        {row(k::CASE_CLIPS, clips.collect::<Vec<_>>().join("\n"))}
        {row(k::OFFICE_COLUMN_DUE, l.day(d.due))} {row(k::EVENT_EXTENDED, extended)}
        {row(k::REQUEST_MEDIUM, format!("{} {}", d.sealed.medium.kind, d.sealed.medium.number))}
    }
}
