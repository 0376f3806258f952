//! What is written down besides disclosures: lines of the 運用状況記録簿, and incidents.

use fuin_core::{BundleId, Day, EventBody, Incident, Operation, OperationKind, Recorded, half_width};
use fuin_model::Paper;
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::{desk::use_desk, paper::use_paper},
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
    let [camera, subject, reason, particulars, permitted, note, time, number] =
        std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let kind = typed(section).parse::<usize>().ok().and_then(|n| OperationKind::ALL.get(n).copied());
        let day = Day::parse(&typed(on)).ok();
        // 「３」 and 「第3号」 are numbers, too; what is none is not passed over.
        let digits: String = typed(number).chars().map(half_width).filter(char::is_ascii_digit).collect();
        let case = digits.parse::<u64>().ok();
        let odd_number = case.is_none() && !typed(number).is_empty();
        wrong.set(day.is_none() || typed(reason).is_empty() || odd_number);
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
                time: typed(time),
                number: case,
            };
            desk.run(async move {
                desk.append(EventBody::Operation(Box::new(line))).await?;
                desk.tell(l.t(k::FORMS_RECORDED).to_owned());
                [camera, subject, reason, particulars, note, time, number]
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
                <Field id="operation-time" label=l.label(k::FORMS_TIME) kind="time" value=time />
                <Field id="operation-camera" label=l.label(k::FORMS_CAMERA) value=camera />
                <Field id="operation-subject" label=l.label(k::FORMS_SUBJECT) value=subject />
                <Field id="operation-reason" label=l.label(k::FORMS_REASON) value=reason />
                <Field id="operation-particulars" label=l.label(k::FORMS_PARTICULARS) value=particulars />
                <Field id="operation-permitted" label=l.label(k::FORMS_PERMITTED) value=permitted />
                <Field id="operation-note" label=l.label(k::OFFICE_NOTE) value=note />
                <Field id="operation-number" label=l.label(k::FORMS_CASE) value=number />
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
    let [bundle, what, measures, reported, time, place, cause, people] =
        std::array::from_fn(|_| RwSignal::new(String::new()));
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
                time: typed(time),
                place: typed(place),
                what: typed(what),
                cause: typed(cause),
                people: typed(people),
                measures: typed(measures),
                reported_to: typed(reported),
            };
            desk.run(async move {
                desk.append(EventBody::Incident(Box::new(incident))).await?;
                desk.tell(l.t(k::FORMS_RECORDED).to_owned());
                [bundle, what, measures, reported, time, place, cause, people]
                    .iter()
                    .for_each(|signal| signal.set(String::new()));
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
                <Field id="incident-on" label=l.label(k::FORMS_HAPPENED_ON) kind="date" value=on />
                <Field id="incident-time" label=l.label(k::FORMS_TIME) kind="time" value=time />
                <Field id="incident-place" label=l.label(k::FORMS_PLACE) value=place />
                <Field id="incident-what" label=l.label(k::FORMS_WHAT) value=what />
                <Field id="incident-cause" label=l.label(k::FORMS_CAUSE) value=cause />
                <Field id="incident-people" label=l.label(k::FORMS_PEOPLE) value=people />
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

/// A report for each incident of the year.
#[component]
pub fn IncidentPapers(year: Signal<Option<i32>>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let paper = use_paper();
    let buttons = move || {
        desk.register.with(|register| {
            let of_year = register
                .counted_incidents()
                .filter(|incident| Some(incident.what.on.fiscal_year()) == year.get());
            let button = |incident: &Recorded<Incident>| {
                let line = incident.line;
                let words = format!("{}　{}", l.day(incident.what.on), incident.what.what);
                view! {
                    <li>
                        {words} " "
                        <button
                            id=format!("paper-incident-{line}")
                            on:click=move |_| paper.show(Paper::Incident(line))
                        >
                            {l.t(k::PAPER_INCIDENT)}
                        </button>
                    </li>
                }
            };
            of_year.map(button).collect_view()
        })
    };
    view! { <ul id="incidents" class="work">{buttons}</ul> }
}
