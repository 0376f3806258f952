//! 期限延長: a later return date, and the code that lets the recipient's viewer know of it.

use fuin_core::{BundleId, Day, Disclosure, EventBody};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::desk::use_desk,
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
