//! What can be recorded about a bundle that was sealed.
//!
//! Entry point: [`Actions`]. Absent: receipts (`confirm`), and what is recorded about the request (`amend`).

use fuin_core::{BundleId, Case, Day, Disclosure, DisclosureStatus, EventBody, ReceiptKind};
use leptos::prelude::*;

use super::{
    extend::{Extend, ExtensionCode},
    past_day,
    prove::Prove,
    seal::{FurtherReader, Reissue, SealAgain},
};
use crate::{
    locale::{k, use_locale},
    office::{desk::use_desk, screen::Screen},
    platform::clock,
    ui::{Field, Select, Submit, choices, typed},
};

/// What can be recorded about a disclosure.
#[component]
pub fn Actions(case: Case, disclosure: Disclosure) -> impl IntoView {
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
                .then(|| {
                    view! {
                        <Reissue case=case.clone() disclosure=disclosure.clone() />
                        <FurtherReader case=case.clone() disclosure=disclosure.clone() />
                        <SealAgain case=case replaces=id.clone() />
                    }
                })}
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
    // Nothing is chosen beforehand: what is recorded by mistake would end the life of the bundle.
    let kind = RwSignal::new(String::new());
    let on = RwSignal::new(clock::now().day().to_string());
    let [from, note] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let all = ReceiptKind::ALL.iter().map(|kind| (kind.name().to_owned(), kind.japanese().to_owned()));
    let kinds = choices(l.t(k::CASE_CHOOSE), all);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = ReceiptKind::ALL.iter().copied().find(|known| known.name() == kind.get_untracked());
        let day = past_day(on);
        let (from, note) = (typed(from), typed(note));
        wrong.set(from.is_empty() || day.is_none() || chosen.is_none());
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
        let day = past_day(on).filter(|day| *day > until);
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
