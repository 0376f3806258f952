//! 期限延長: a later return date, and the code that lets the recipient's viewer know of it; 保管期間延長: footage that is
//! kept longer than the rules say, because it was asked for.

use fuin_core::{BundleId, Case, Day, Disclosure, EventBody, Operation, OperationKind};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::desk::use_desk,
    platform::clock,
    ui::{Field, Submit, typed},
};

/// The form.
#[component]
pub fn Extend(id: BundleId, due: Day) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let [until, reason, by] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let day = Day::parse(&typed(until)).ok().filter(|day| *day > due);
        let (reason, by) = (typed(reason), typed(by));
        wrong.set(day.is_none() || reason.is_empty() || by.is_empty());
        if let (Some(until), false) = (day, wrong.get_untracked()) {
            let bundle_id = id.clone();
            desk.run(
                async move { desk.append(EventBody::DueExtended { bundle_id, until, reason, by }).await },
            );
        }
    };
    view! {
        <details>
            <summary>{move || l.t(k::CASE_EXTEND)}</summary>
            <form on:submit=submit>
                <p class="help">{move || l.t(k::CASE_EXTEND_HELP)}</p>
                <Field id="extend-until" label=l.label(k::CASE_UNTIL) kind="date" value=until />
                <Field id="extend-reason" label=l.label(k::REVIEW_REASON) value=reason />
                <Field id="extend-by" label=l.label(k::CASE_AGREED_BY) value=by />
                <Submit
                    id="extend"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::CASE_EXTEND_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}

/// What the recipient types, so that the viewer knows of an extension.
#[component]
pub fn ExtensionCode(disclosure: Disclosure) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let until = *disclosure.extensions.last()?;
    let days = disclosure.days_extended(until);
    let code = LocalResource::new(move || {
        let id = disclosure.sealed.bundle_id.clone();
        async move {
            let keys = desk.keys().ok()?;
            let number = desk.register.with_untracked(|register| register.key_number(&id));
            let extensions = keys.master_of(number).extensions(&id).await.ok()?;
            extensions.code(days).map(|code| code.to_string())
        }
    });
    let code = move || code.get().flatten();
    Some(view! {
        <Show when=move || code().is_some()>
            <p id="extension-code">
                {move || l.f(k::CASE_EXTENSION_CODE, &[("day", &l.day(until))])} " "
                <strong class="mono">{code}</strong>
            </p>
            <p class="help">{move || l.t(k::CASE_EXTENSION_CODE_HELP)}</p>
        </Show>
    })
}

/// 保管期間延長, filled in with what the request says: a line of the 運用状況記録簿.
#[component]
pub fn KeepFootage(case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let [until, permitted] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let reason = RwSignal::new(format!("{} {}", case.request.basis_text(), case.request.document_number));
    let wrong = RwSignal::new(false);
    let number = case.number;
    let cameras = case.request.range.iter().map(|range| range.camera.clone()).collect::<Vec<_>>().join("、");
    let subject = case.request.range_text();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let today = clock::now().day();
        let day = Day::parse(&typed(until)).ok().filter(|day| *day > today);
        let (reason, permitted_by) = (typed(reason), typed(permitted));
        wrong.set(day.is_none() || reason.is_empty() || permitted_by.is_empty());
        let (Some(until), false) = (day, wrong.get_untracked()) else { return };
        let line = Operation {
            section: OperationKind::RetentionExtension,
            on: today,
            camera: cameras.clone(),
            subject: subject.clone(),
            reason,
            particulars: format!("{}まで", until.wareki()),
            permitted_by,
            operator: desk.actor.get_untracked().unwrap_or_default(),
            note: String::new(),
            time: String::new(),
            number: Some(number),
        };
        desk.run(async move {
            desk.append(EventBody::Operation(Box::new(line))).await?;
            desk.tell(l.t(k::FORMS_RECORDED).to_owned());
            Ok(())
        });
    };
    view! {
        <details id="keep-footage">
            <summary>{move || l.t(k::CASE_KEEP_FOOTAGE)}</summary>
            <form on:submit=submit>
                <Field id="keep-until" label=l.label(k::CASE_KEEP_UNTIL) kind="date" value=until />
                <Field id="keep-reason" label=l.label(k::REVIEW_REASON) value=reason />
                <Field id="keep-permitted" label=l.label(k::FORMS_PERMITTED) value=permitted />
                <Submit
                    id="keep-record"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::CASE_KEEP_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}
