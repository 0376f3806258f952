//! 可否決定: 可, 一部可 or 不可; what is provided of what was asked for, by which method, with which permissions.
//!
//! Entry point: [`Decide`]. Absent: whether the rules allow it, which core says.

use fuin_core::{Approval, Case, EventBody, FootageRange, Grant, Provides, RuleSet};
use fuin_model::{METHODS, local_second, parse_local};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::desk::use_desk,
    ui::{Area, Field, Notice, Select, Tick, typed},
};

/// One line of what is provided.
#[derive(Clone, Copy)]
struct RangeChoice {
    /// Which line of the request, from 0.
    at: usize,
    is_provided: RwSignal<bool>,
    from: RwSignal<String>,
    to: RwSignal<String>,
}

impl RangeChoice {
    /// The range, if it is provided; `Err` if its times cannot be read.
    fn read(self, asked: &FootageRange) -> Result<Option<FootageRange>, ()> {
        if !self.is_provided.get_untracked() {
            return Ok(None);
        }
        let (from, to) = (parse_local(&typed(self.from)), parse_local(&typed(self.to)));
        let (from, to) = from.zip(to).ok_or(())?;
        Ok(Some(FootageRange { camera: asked.camera.clone(), from, to }))
    }
}

/// What was decided before, or all that was asked for, to be changed.
fn lines(case: &Case) -> Vec<RangeChoice> {
    let provides = case.provides();
    let line = |(at, asked): (usize, &FootageRange)| {
        let decided = provides.range.iter().find(|range| range.is_within(asked));
        let shown = decided.unwrap_or(asked);
        RangeChoice {
            at,
            is_provided: RwSignal::new(decided.is_some()),
            from: RwSignal::new(local_second(shown.from)),
            to: RwSignal::new(local_second(shown.to)),
        }
    };
    case.request.range.iter().enumerate().map(line).collect()
}

/// 可, 一部可 or 不可; once more, as long as nothing was handed over.
#[component]
pub fn Decide(rules: RuleSet, case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let number = case.number;
    let findings = rules.check(&case.request);
    let blocked = findings.iter().any(fuin_core::Finding::blocks);
    let provides = case.provides();
    let by = RwSignal::new(case.request.review.decided_by.clone());
    let reason = RwSignal::new(String::new());
    let method = RwSignal::new(provides.delivery_method.clone());
    let permits = Grant::ALL.iter().map(|grant| (*grant, RwSignal::new(provides.grants.contains(grant))));
    let permits: Vec<_> = permits.collect();
    let lines = lines(&case);
    let (asked, ticks) = (StoredValue::new(case.request.range.clone()), permits.clone());
    let [missing, wrong] = [RwSignal::new(false), RwSignal::new(false)];
    let shown = lines.clone();
    let decide = move |granted: bool| {
        let (by, reason) = (typed(by), typed(reason));
        // 不可 must say why; 可 stands on the review.
        missing.set(by.is_empty() || (!granted && reason.is_empty()));
        let read: Result<Vec<_>, ()> =
            asked.with_value(|asked| lines.iter().zip(asked).map(|(line, asked)| line.read(asked)).collect());
        let range: Vec<FootageRange> = read.unwrap_or_default().into_iter().flatten().collect();
        wrong.set(granted && range.is_empty());
        if missing.get_untracked() || wrong.get_untracked() {
            return;
        }
        let grants = ticks.iter().filter(|(_, ticked)| ticked.get_untracked()).map(|(grant, _)| *grant);
        let provides =
            granted.then(|| Provides { range, delivery_method: typed(method), grants: grants.collect() });
        let findings = findings.clone();
        let approvals: Vec<Approval> = desk.register.with_untracked(|register| register.roles.clone());
        desk.run(async move {
            desk.append(EventBody::Decided { number, granted, by, reason, findings, approvals, provides })
                .await?;
            desk.tell(l.t(if granted { k::REVIEW_GRANTED } else { k::REVIEW_REFUSED }).to_owned());
            Ok(())
        });
    };
    let refuse = decide.clone();
    view! {
        <section id="decision">
            <h3>{move || l.t(k::REVIEW_DECISION)}</h3>
            <fieldset>
                <legend>{move || l.t(k::DECIDE_RANGE)}</legend>
                <p class="help">{move || l.t(k::DECIDE_RANGE_HELP)}</p>
                {shown
                    .into_iter()
                    .zip(case.request.range.clone())
                    .map(|(line, asked)| view! { <RangeLine line=line asked=asked /> })
                    .collect_view()}
            </fieldset>
            <Select
                id="decide-method"
                label=l.label(k::REQUEST_METHOD)
                value=method
                options=METHODS.map(|word| (word.to_owned(), word.to_owned())).to_vec()
            />
            <Permissions rules=rules permits=permits />
            <Field id="decided-by" needed=true label=l.label(k::REVIEW_DECIDED_BY) value=by />
            <Area id="decision-reason" label=l.label(k::REVIEW_REASON) value=reason />
            <Show when=move || missing.get()>
                <Notice stop=true cause=l.label(k::REVIEW_MISSING) />
            </Show>
            <Show when=move || wrong.get()>
                <Notice stop=true cause=l.label(k::DECIDE_NOTHING) />
            </Show>
            {blocked.then(|| view! { <p class="help">{move || l.t(k::REVIEW_BLOCKED)}</p> })}
            <p class="actions">
                <button
                    id="grant"
                    class="primary"
                    disabled=move || blocked || desk.working.get()
                    on:click=move |_| decide(true)
                >
                    {move || l.t(k::REVIEW_GRANT)}
                </button>
                <button id="refuse" disabled=desk.working on:click=move |_| refuse(false)>
                    {move || l.t(k::REVIEW_REFUSE)}
                </button>
            </p>
        </section>
    }
}

/// One camera, and from when to when it is provided.
#[component]
fn RangeLine(line: RangeChoice, asked: FootageRange) -> impl IntoView {
    let l = use_locale();
    let at = line.at;
    view! {
        <div class="range-line">
            <Tick id=format!("decide-provided-{at}") label=Signal::stored(asked.line()) value=line.is_provided />
            <Show when=move || line.is_provided.get()>
                <Field
                    id=format!("decide-from-{at}")
                    label=l.label(k::REQUEST_FROM)
                    kind="datetime-local"
                    value=line.from
                />
                <Field
                    id=format!("decide-to-{at}")
                    label=l.label(k::REQUEST_TO)
                    kind="datetime-local"
                    value=line.to
                />
            </Show>
        </div>
    }
}

/// What may be permitted beyond watching, and what the rules say of copies.
#[component]
fn Permissions(rules: RuleSet, permits: Vec<(Grant, RwSignal<bool>)>) -> impl IntoView {
    let l = use_locale();
    let words = (!rules.copying.text.is_empty()).then(|| rules.copying.words());
    let ticks = permits.into_iter().map(|(grant, ticked)| {
        let label = match grant {
            Grant::Still => k::SEAL_STILL,
            Grant::Print => k::SEAL_PRINT,
            Grant::Export => k::SEAL_EXPORT,
        };
        view! { <Tick id=format!("permit-{}", grant.name()) label=l.label(label) value=ticked /> }
    });
    view! {
        <fieldset>
            <legend>{move || l.t(k::SEAL_GRANTS)}</legend>
            <p class="help">{words}</p>
            {ticks.collect_view()}
        </fieldset>
    }
}
