//! 文書の発出: the letters of a request, as this program would write them, edited by the office, and kept as they went
//! out.
//!
//! Entry point: [`Letters`]. Absent: what a letter says before anybody edits it, which core has.

use fuin_core::{Case, EventBody, Letter, LetterKind, Sender, draft_letter, letters_of};
use fuin_model::Paper;
use leptos::prelude::*;

use super::past_day;
use crate::{
    locale::{k, use_locale},
    office::{
        desk::{Desk, use_desk},
        paper::use_paper,
    },
    page::papers::sender,
    platform::clock,
    ui::{Area, Field, Select, Submit, Tick, choices, typed},
};

/// What can be written, and what was.
#[component]
pub fn Letters(case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let paper = use_paper();
    let rules = desk.rules.get_untracked()?;
    let records = !desk.reads_only.get_untracked();
    let kinds = desk.register.with_untracked(|register| letters_of(register, &case, &rules));
    let issued = case.letters.iter().map(|(line, letter)| {
        let line = *line;
        let words = format!("{}　{}　{}", l.day(letter.on), letter.letter.japanese(), letter.document_number);
        view! {
            <li>
                {words} " "
                <button id=format!("letter-{line}") on:click=move |_| paper.show(Paper::Letter(line))>
                    {move || l.t(k::LETTER_SHOW)}
                </button>
            </li>
        }
    });
    let issued = issued.collect_view();
    (records && !kinds.is_empty() || !case.letters.is_empty()).then(|| {
        view! {
            <section id="letters">
                <h3>{move || l.t(k::LETTER_TITLE)}</h3>
                <ul id="issued" class="work">
                    {issued}
                </ul>
                {(records && !kinds.is_empty()).then(|| view! { <Write case=case kinds=kinds /> })}
            </section>
        }
    })
}

/// A letter that is being written.
#[component]
fn Write(case: Case, kinds: Vec<LetterKind>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let number = case.number;
    let all = kinds.iter().map(|kind| (kind.name().to_owned(), kind.japanese().to_owned()));
    let options = choices(l.t(k::CASE_CHOOSE), all);
    let kind = RwSignal::new(String::new());
    let chosen = move || LetterKind::ALL.iter().copied().find(|known| known.name() == kind.get());
    let [on, document, to, from, title, body] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let omitted = RwSignal::new(true);
    let bundle = StoredValue::new(None);
    Effect::new(move |_| {
        let Some(kind) = chosen() else { return };
        let Some(letter) = draft(desk, &case, kind) else { return };
        on.set(letter.on.to_string());
        to.set(letter.to);
        from.set(letter.from);
        title.set(letter.title);
        body.set(letter.body);
        bundle.set_value(letter.bundle_id);
    });
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let day = past_day(on);
        wrong.set(day.is_none() || [to, from, body].iter().any(|text| typed(*text).is_empty()));
        let (Some(kind), Some(on), false) = (untrack(chosen), day, wrong.get_untracked()) else { return };
        let letter = Letter {
            letter: kind,
            number,
            bundle_id: bundle.get_value(),
            on,
            document_number: typed(document),
            to: typed(to),
            from: typed(from),
            seal_omitted: omitted.get_untracked(),
            title: typed(title),
            body: typed(body),
        };
        desk.run(async move {
            desk.append(EventBody::Issued(Box::new(letter))).await?;
            desk.tell(l.t(k::LETTER_ISSUED).to_owned());
            Ok(())
        });
    };
    view! {
        <form id="letter-form" class="wide" on:submit=submit>
            <Select id="letter-kind" label=l.label(k::LETTER_KIND) value=kind options=options />
            <Show when=move || chosen().is_some()>
                <p class="help">{move || l.t(k::LETTER_HELP)}</p>
                <Field id="letter-on" label=l.label(k::LETTER_ON) kind="date" value=on />
                <Field id="letter-number" label=l.label(k::AMEND_OWN_NUMBER) value=document />
                <Field id="letter-to" label=l.label(k::LETTER_TO) value=to />
                <Field id="letter-from" label=l.label(k::LETTER_FROM) value=from />
                <Tick id="letter-omitted" label=l.label(k::LETTER_OMITTED) value=omitted />
                <Field id="letter-title" label=l.label(k::LETTER_SUBJECT) value=title />
                <Area id="letter-body" label=l.label(k::LETTER_BODY) value=body rows=14 />
                <Submit
                    id="letter-issue"
                    label=l.label(k::LETTER_ISSUE)
                    wrong=wrong
                    cause=l.label(k::LETTER_WRONG)
                    busy=desk.working
                />
            </Show>
        </form>
    }
}

/// The letter before anybody edits it.
fn draft(desk: Desk, case: &Case, kind: LetterKind) -> Option<Letter> {
    let rules = desk.rules.get_untracked()?;
    let (card, _) = desk.card.get_untracked()?;
    let roles = desk.register.with_untracked(|register| register.roles.clone());
    let from = sender(&card.office, &roles);
    let contact = format!("{}　{}", card.office.name, card.office.contact);
    let sender = Sender { from: &from, contact: &contact };
    let today = clock::now().day();
    Some(desk.register.with_untracked(|register| draft_letter(kind, register, case, &rules, (sender, today))))
}
