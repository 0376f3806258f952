//! 訂正, 取下げ, 再審査, 記録の取消し, 報告の提出, 資料の追加: what is recorded about what was recorded.
//!
//! Entry points: one component for each. Absent: whether it may be recorded, which core says.

use fuin_core::{Case, Day, Decision, EventBody, OwedReport, Request};
use leptos::{context::Provider, prelude::*};

use super::{attachments::Attachments, past_day};
use crate::{
    locale::{Key, k, use_locale},
    office::desk::use_desk,
    page::{
        WrongCount, WrongField,
        request_form::{Form, RequestFields},
    },
    platform::clock,
    ui::{Field, Submit, Wrongs, typed},
};

/// A step that needs a reason, and somebody who stands for it.
#[component]
fn Because(
    /// What the ids of its fields begin with.
    #[prop(into)]
    id: String,
    /// What is done.
    title: Key,
    /// What that means.
    help: Key,
    /// Who stands for it.
    who: Key,
    /// The event, of the day, the reason and the person.
    make: impl Fn(Day, String, String) -> EventBody + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let on = RwSignal::new(clock::now().day().to_string());
    let [reason, by] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let day = past_day(on);
        let (reason, by) = (typed(reason), typed(by));
        wrong.set(day.is_none() || reason.is_empty() || by.is_empty());
        if let (Some(day), false) = (day, wrong.get_untracked()) {
            let made = make(day, reason, by);
            desk.run(async move { desk.append(made).await });
        }
    };
    view! {
        <details id=id.clone()>
            <summary>{move || l.t(title)}</summary>
            <form on:submit=submit>
                <p class="help">{move || l.t(help)}</p>
                <Field id=format!("{id}-on") label=l.label(k::CASE_DONE_ON) kind="date" value=on />
                <Field id=format!("{id}-reason") label=l.label(k::REVIEW_REASON) value=reason />
                <Field id=format!("{id}-by") label=l.label(who) value=by />
                <Submit
                    id=format!("{id}-record")
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::AMEND_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}

/// 取下げ.
#[component]
pub fn Withdraw(number: u64) -> impl IntoView {
    let make = move |on, reason, from| EventBody::Withdrawn { number, on, reason, from };
    view! {
        <Because
            id="withdraw"
            title=k::AMEND_WITHDRAW
            help=k::AMEND_WITHDRAW_HELP
            who=k::AMEND_FROM
            make=make
        />
    }
}

/// 再審査.
#[component]
pub fn Reopen(number: u64) -> impl IntoView {
    let make = move |_, reason, by| EventBody::Reopened { number, reason, by };
    view! {
        <Because id="reopen" title=k::AMEND_REOPEN help=k::AMEND_REOPEN_HELP who=k::REVIEW_DECIDED_BY make=make />
    }
}

/// 記録の取消し, of one line.
#[component]
pub fn TakeBack(line: u64) -> impl IntoView {
    let make = move |_, reason, by| EventBody::TakenBack { line, reason, by };
    view! {
        <Because
            id=format!("take-back-{line}")
            title=k::AMEND_TAKE_BACK
            help=k::AMEND_TAKE_BACK_HELP
            who=k::AMEND_BY
            make=make
        />
    }
}

/// 訂正: the request's own form, as it was recorded, to be corrected.
#[component]
pub fn Correct(case: Case) -> impl IntoView {
    let l = use_locale();
    let is_open = RwSignal::new(false);
    let case = StoredValue::new(case);
    view! {
        <details id="correct" on:toggle=move |_| is_open.set(true)>
            <summary>{move || l.t(k::AMEND_CORRECT)}</summary>
            <Show when=move || is_open.get()>
                <Correction case=case.get_value() />
            </Show>
        </details>
    }
}

#[component]
fn Correction(case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let rules = desk.rules.get_untracked()?;
    let form = Form::new(&rules, clock::now().day());
    form.fill_whole(&case.request);
    let [reason, by] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let wrongs = Wrongs::new();
    let number = case.number;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(read) = WrongField::settle(l, wrongs, form.read()) else { return };
        let (reason, by) = (typed(reason), typed(by));
        wrong.set(reason.is_empty() || by.is_empty());
        if wrong.get_untracked() {
            return;
        }
        // What has events of its own stays as it is.
        let Request { review, undertaking, conditions, clip, .. } = case.request.clone();
        let request = Box::new(Request { review, undertaking, conditions, clip, ..read });
        desk.run(async move {
            desk.append(EventBody::Corrected { number, request, reason, by }).await?;
            desk.tell(l.t(k::AMEND_CORRECTED).to_owned());
            Ok(())
        });
    };
    Some(view! {
        <Provider value=wrongs>
            <form class="wide" on:submit=submit>
                <p class="help">{move || l.t(k::AMEND_CORRECT_HELP)}</p>
                <RequestFields rules=rules form=form for_office=true />
                <Field id="correct-reason" label=l.label(k::REVIEW_REASON) value=reason />
                <Field id="correct-by" label=l.label(k::AMEND_BY) value=by />
                <WrongCount wrongs=wrongs />
                <Submit
                    id="correct-record"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::AMEND_WRONG)
                    busy=desk.working
                />
            </form>
        </Provider>
    })
}

/// 決定の訂正: who decided and why.
#[component]
pub fn CorrectDecision(number: u64, decision: Decision) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let (decided_by, grounds) = (RwSignal::new(decision.by), RwSignal::new(decision.reason));
    let [reason, by] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (decided_by, grounds) = (typed(decided_by), typed(grounds));
        let (reason, by) = (typed(reason), typed(by));
        wrong.set([&decided_by, &reason, &by].into_iter().any(String::is_empty));
        if !wrong.get_untracked() {
            desk.run(async move {
                desk.append(EventBody::DecisionCorrected { number, decided_by, grounds, reason, by }).await?;
                desk.tell(l.t(k::AMEND_CORRECTED).to_owned());
                Ok(())
            });
        }
    };
    view! {
        <details id="correct-decision">
            <summary>{move || l.t(k::AMEND_DECISION)}</summary>
            <form on:submit=submit>
                <p class="help">{move || l.t(k::AMEND_DECISION_HELP)}</p>
                <Field id="decision-by" label=l.label(k::REVIEW_DECIDED_BY) value=decided_by />
                <Field id="decision-grounds" label=l.label(k::AMEND_GROUNDS) value=grounds />
                <Field id="decision-reason" label=l.label(k::AMEND_WHY) value=reason />
                <Field id="decision-corrected-by" label=l.label(k::AMEND_BY) value=by />
                <Submit
                    id="correct-decision-record"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::AMEND_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}

/// 資料の追加: scans that came later.
#[component]
pub fn AttachLater(number: u64) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let attached = RwSignal::new(Vec::new());
    let note = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (attachments, note) = (attached.get_untracked(), typed(note));
        wrong.set(attachments.is_empty());
        if !attachments.is_empty() {
            desk.run(async move { desk.append(EventBody::Attached { number, attachments, note }).await });
        }
    };
    view! {
        <details id="attach-later">
            <summary>{move || l.t(k::AMEND_ATTACH)}</summary>
            <form on:submit=submit>
                <Attachments attached=attached />
                <Field id="attach-note" label=l.label(k::AMEND_ATTACH_NOTE) value=note />
                <Submit
                    id="attach-record"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::AMEND_ATTACH_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}

/// 報告の提出.
#[component]
pub fn HandIn(
    /// Which report.
    report: OwedReport,
    /// To whom the rules send it; may be empty.
    to: String,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let id = match report {
        OwedReport::Disclosure { number } => format!("hand-in-disclosure-{number}"),
        OwedReport::Incident { line } => format!("hand-in-incident-{line}"),
        OwedReport::Yearly { year } => format!("hand-in-yearly-{year}"),
    };
    let on = RwSignal::new(clock::now().day().to_string());
    let (to, document) = (RwSignal::new(to), RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let day = past_day(on);
        let (to, document_number) = (typed(to), typed(document));
        wrong.set(day.is_none() || to.is_empty());
        if let (Some(on), false) = (day, wrong.get_untracked()) {
            desk.run(async move {
                desk.append(EventBody::Submitted { report, on, to, document_number }).await?;
                desk.tell(l.t(k::AMEND_HANDED_IN).to_owned());
                Ok(())
            });
        }
    };
    view! {
        <details id=id.clone()>
            <summary>{move || l.t(k::AMEND_HAND_IN)}</summary>
            <form on:submit=submit>
                <Field id=format!("{id}-on") label=l.label(k::AMEND_SUBMITTED_ON) kind="date" value=on />
                <Field id=format!("{id}-to") label=l.label(k::AMEND_SUBMITTED_TO) value=to />
                <Field id=format!("{id}-number") label=l.label(k::AMEND_OWN_NUMBER) value=document />
                <Submit
                    id=format!("{id}-record")
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::AMEND_HAND_IN_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}
