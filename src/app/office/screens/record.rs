//! What is written down besides disclosures: lines of the 運用状況記録簿, and incidents.

use fuin_core::{BundleId, Day, EventBody, Incident, Operation, OperationKind};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::desk::use_desk,
    platform::clock,
    ui::{Field, Select, Submit, typed},
};

/// A line of the 運用状況記録簿.
#[component]
pub fn Operations() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let kinds: Vec<(String, String)> = OperationKind::ALL
        .iter()
        .enumerate()
        .map(|(n, kind)| (n.to_string(), kind.japanese().to_owned()))
        .collect();
    let section = RwSignal::new("0".to_owned());
    let on = RwSignal::new(clock::now().day().to_string());
    let [camera, subject, reason, particulars, permitted, note] =
        std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let kind = typed(section).parse::<usize>().ok().and_then(|n| OperationKind::ALL.get(n).copied());
        let day = Day::parse(&typed(on)).ok();
        wrong.set(day.is_none() || typed(reason).is_empty());
        if let (Some(section), Some(on), false) = (kind, day, wrong.get_untracked()) {
            let line = Operation {
                section,
                on,
                camera: typed(camera),
                subject: typed(subject),
                reason: typed(reason),
                particulars: typed(particulars),
                permitted_by: typed(permitted),
                operator: desk.actor.get_untracked().unwrap_or_default(),
                note: typed(note),
            };
            desk.run(async move {
                desk.append(EventBody::Operation(Box::new(line))).await?;
                desk.tell(l.t(k::FORMS_RECORDED).to_owned());
                [camera, subject, reason, particulars, note]
                    .iter()
                    .for_each(|signal| signal.set(String::new()));
                Ok(())
            });
        }
    };
    view! {
        <details>
            <summary>{move || l.t(k::FORMS_OPERATION)}</summary>
            <form id="operation-form" on:submit=submit>
                <Select id="operation-section" label=l.label(k::FORMS_SECTION) value=section options=kinds />
                <Field id="operation-on" label=l.label(k::CASE_DONE_ON) kind="date" value=on />
                <Field id="operation-camera" label=l.label(k::FORMS_CAMERA) value=camera />
                <Field id="operation-subject" label=l.label(k::FORMS_SUBJECT) value=subject />
                <Field id="operation-reason" label=l.label(k::FORMS_REASON) value=reason />
                <Field id="operation-particulars" label=l.label(k::FORMS_PARTICULARS) value=particulars />
                <Field id="operation-permitted" label=l.label(k::FORMS_PERMITTED) value=permitted />
                <Field id="operation-note" label=l.label(k::OFFICE_NOTE) value=note />
                <Submit
                    id="record-operation"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::FORMS_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}

/// 事故.
#[component]
pub fn Incidents() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let on = RwSignal::new(clock::now().day().to_string());
    let [bundle, what, measures, reported] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let rule =
        desk.rules.get_untracked().map(|rules| rules.incident_report).filter(|rule| !rule.text.is_empty());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let id = typed(bundle);
        let bundle_id = BundleId::parse_typed(&id);
        let day = Day::parse(&typed(on)).ok();
        wrong.set(day.is_none() || typed(what).is_empty() || (!id.is_empty() && bundle_id.is_none()));
        if let (Some(on), false) = (day, wrong.get_untracked()) {
            let incident = Incident {
                bundle_id,
                on,
                what: typed(what),
                measures: typed(measures),
                reported_to: typed(reported),
            };
            desk.run(async move {
                desk.append(EventBody::Incident(Box::new(incident))).await?;
                desk.tell(l.t(k::FORMS_RECORDED).to_owned());
                [bundle, what, measures, reported].iter().for_each(|signal| signal.set(String::new()));
                Ok(())
            });
        }
    };
    view! {
        <details>
            <summary>{move || l.t(k::FORMS_INCIDENT)}</summary>
            <form id="incident-form" on:submit=submit>
                {rule.map(|rule| view! { <p class="help">{rule.text} "（" {rule.article} "）"</p> })}
                <Field id="incident-bundle" label=l.label(k::FORMS_BUNDLE) value=bundle />
                <Field id="incident-on" label=l.label(k::CASE_DONE_ON) kind="date" value=on />
                <Field id="incident-what" label=l.label(k::FORMS_WHAT) value=what />
                <Field id="incident-measures" label=l.label(k::FORMS_MEASURES) value=measures />
                <Field id="incident-reported" label=l.label(k::FORMS_REPORTED_TO) value=reported />
                <Submit
                    id="record-incident"
                    label=l.label(k::CASE_RECORD)
                    wrong=wrong
                    cause=l.label(k::FORMS_WRONG)
                    busy=desk.working
                />
            </form>
        </details>
    }
}
