//! 画像閲覧・再生画像撮影: what was provided without a file is recorded with its 提供日時.

use fuin_core::{Case, EventBody, Provision};
use fuin_model::{local_minute, parse_local};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::desk::use_desk,
    platform::clock,
    ui::{Field, Submit, typed},
};

/// The form.
#[component]
pub fn Provide(case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let number = case.number;
    let on = RwSignal::new(local_minute(clock::now()));
    let to = RwSignal::new(case.request.applicant.person.clone());
    let [place, note] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let at = parse_local(&typed(on)).filter(|at| *at <= clock::now());
        wrong.set(at.is_none() || typed(to).is_empty() || typed(place).is_empty());
        if let (Some(on), false) = (at, wrong.get_untracked()) {
            let provided = Provision { number, on, to: typed(to), place: typed(place), note: typed(note) };
            desk.run(async move {
                desk.append(EventBody::Provided(provided)).await?;
                desk.tell(l.t(k::PROVIDE_DONE).to_owned());
                Ok(())
            });
        }
    };
    view! {
        <form id="provide-form" on:submit=submit>
            <h3>{move || l.t(k::PROVIDE_TITLE)}</h3>
            <p>{case.provides().delivery_method}</p>
            <Field id="provide-on" label=l.label(k::PROVIDE_ON) kind="datetime-local" value=on />
            <Field id="provide-to" label=l.label(k::PROVIDE_TO) value=to />
            <Field id="provide-place" label=l.label(k::PROVIDE_PLACE) value=place />
            <Field id="provide-note" label=l.label(k::OFFICE_NOTE) value=note />
            <Submit
                id="provide"
                label=l.label(k::CASE_RECORD)
                wrong=wrong
                cause=l.label(k::PROVIDE_WRONG)
                busy=desk.working
                primary=true
            />
        </form>
    }
}
