//! O3 審査: the questions of the city's rules, each with its article, and what the rules find.
//!
//! Entry points: [`ReviewView`], [`Findings`]. Absent: the decision (`decide`).

use fuin_core::{Case, Day, EventBody, Review, ReviewField, RuleSet, UndertakingFields, Weight};
use leptos::prelude::*;

use super::{claim::MayDecide, decide::Decide};
use crate::{
    locale::{k, use_locale},
    office::desk::use_desk,
    ui::{Area, Field, Notice, typed},
};

/// What the rules find in the request as it stands.
#[component]
pub fn Findings(rules: RuleSet, case: Case) -> impl IntoView {
    let l = use_locale();
    let rows = rules.check(&case.request).into_iter().map(|finding| {
        let (sign, word, class) = match finding.weight {
            Weight::Blocks => ("×", k::REVIEW_BLOCKS, "blocks"),
            Weight::Warns => ("△", k::REVIEW_WARNS, "warns"),
            Weight::Records => ("○", k::REVIEW_RECORDS, "records"),
        };
        view! {
            <li class=class>
                <span aria-hidden="true">{sign}</span>
                " "
                <strong>{move || l.t(word)}</strong>
                " "
                {finding.text}
                "（"
                {finding.article}
                "）"
            </li>
        }
    });
    view! {
        <h3>{move || l.t(k::REVIEW_FINDINGS)}</h3>
        <ul id="findings" class="findings">
            {rows.collect_view()}
        </ul>
    }
}

/// The questions and the decision.
#[component]
pub fn ReviewView(rules: RuleSet, case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let mut same = desk.register.with_untracked(|register| register.same_document(&case.request));
    same.retain(|number| *number != case.number);
    let numbers = same.iter().map(|number| format!("第{number}号")).collect::<Vec<_>>().join("、");
    let twice = (!same.is_empty()).then(|| {
        view! {
            <p class="warn" id="same-document">
                "△ " {l.f(k::REQUEST_SAME_DOCUMENT, &[("numbers", &numbers)])}
            </p>
        }
    });
    view! {
        {twice}
        <Questions rules=rules.clone() case=case.clone() />
        <Findings rules=rules.clone() case=case.clone() />
        <MayDecide number=case.number>
            <Decide rules=rules.clone() case=case.clone() />
        </MayDecide>
    }
}

#[component]
fn Questions(rules: RuleSet, case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let number = case.number;
    let known = case.request.review.clone();
    let answers: Vec<(ReviewField, String, RwSignal<String>)> = rules
        .review
        .iter()
        .filter(|review| review.applies(&case.request.ground))
        .map(|review| {
            let question = format!("{}（{}）", review.text, review.article);
            (review.field, question, RwSignal::new(known.answer(review.field).to_owned()))
        })
        .collect();
    let callback = RwSignal::new(known.callback.clone());
    let council_on = RwSignal::new(known.council_on.map(|day| day.to_string()).unwrap_or_default());
    let is_dated = rules.review.iter().any(|review| review.dated && review.applies(&case.request.ground));
    let submitted = case.request.undertaking.clone();
    let [on, by, onward] = [
        submitted.as_ref().map(|u| u.submitted_on.to_string()),
        submitted.as_ref().map(|u| u.signed_by.clone()),
        submitted.as_ref().map(|u| u.onward_to.clone()),
    ]
    .map(|value| RwSignal::new(value.unwrap_or_default()));
    // Only the dates and names of one that came as a file may be corrected, not how it came.
    let origin = submitted.as_ref().map(|u| u.origin).unwrap_or_default();
    let half = RwSignal::new(false);
    let required = rules.undertaking.required;
    let article = rules.undertaking.article.clone();
    let fields = answers.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let council_on = Day::parse(&typed(council_on)).ok();
        let mut review = Review { callback: typed(callback), council_on, ..Review::default() };
        for (field, _, answer) in &fields {
            *review.answer_mut(*field) = typed(*answer);
        }
        let signed_by = typed(by);
        let day = Day::parse(&typed(on)).ok();
        // An undertaking needs both its day and its signer.
        let nothing = typed(on).is_empty() && signed_by.is_empty() && typed(onward).is_empty();
        half.set(!nothing && (day.is_none() || signed_by.is_empty()));
        if half.get_untracked() {
            return;
        }
        let undertaking = day.map(|submitted_on| UndertakingFields {
            submitted_on,
            signed_by,
            onward_to: typed(onward),
            origin,
        });
        desk.run(async move {
            desk.append(EventBody::Reviewed { number, review, undertaking }).await?;
            desk.tell(l.t(k::REVIEW_RECORDED).to_owned());
            Ok(())
        });
    };
    let questions = answers.into_iter().enumerate().map(
        |(n, (_, question, answer))| view! { <Area id=format!("answer-{n}") label=question value=answer /> },
    );
    view! {
        <form id="review-form" on:submit=submit>
            <h3>{move || l.t(k::REVIEW_TITLE)}</h3>
            {questions.collect_view()}
            {is_dated
                .then(|| {
                    view! {
                        <Field
                            id="council-on"
                            label=l.label(k::REVIEW_COUNCIL_ON)
                            kind="date"
                            value=council_on
                        />
                    }
                })}
            <Field id="callback" label=l.label(k::REVIEW_CALLBACK) value=callback />
            <fieldset>
                <legend>
                    {move || l.t(k::REVIEW_UNDERTAKING)}
                    {if required { format!("（{article}）") } else { String::new() }}
                </legend>
                <p class="help">
                    {move || {
                        l.t(
                            if required { k::REVIEW_UNDERTAKING_NEEDED } else { k::REVIEW_UNDERTAKING_SILENT },
                        )
                    }}
                </p>
                <Field id="undertaking-on" label=l.label(k::REVIEW_SUBMITTED_ON) kind="date" value=on />
                <Field id="undertaking-by" label=l.label(k::REVIEW_SIGNED_BY) value=by />
                <Field id="undertaking-onward" label=l.label(k::REVIEW_ONWARD) value=onward />
                <Show when=move || half.get()>
                    <Notice stop=true cause=l.label(k::REVIEW_HALF) />
                </Show>
            </fieldset>
            <p class="actions">
                <button id="record-review" type="submit" disabled=desk.working>
                    {move || l.t(k::REVIEW_RECORD)}
                </button>
            </p>
        </form>
    }
}
