//! 文例: what each letter says before anybody edits it, as the office wants it.
//!
//! Entry point: [`LetterTexts`]. Absent: what is filled in, which core knows.

use fuin_core::{EventBody, LetterKind, letter_places, letter_text};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::desk::{Desk, use_desk},
    ui::{Area, Field, Select, Submit, choices, typed},
};

/// The text of one letter, to be changed.
#[component]
pub fn LetterTexts() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let all = LetterKind::ALL.iter().map(|kind| (kind.name().to_owned(), kind.japanese().to_owned()));
    let options = choices(l.t(k::CASE_CHOOSE), all);
    let kind = RwSignal::new(String::new());
    let chosen = move || LetterKind::ALL.iter().copied().find(|known| known.name() == kind.get());
    let [title, body] = std::array::from_fn(|_| RwSignal::new(String::new()));
    Effect::new(move |_| {
        let Some(kind) = chosen() else { return };
        let (known, text) = desk.register.with(|register| letter_text(kind, register));
        title.set(known);
        body.set(text);
    });
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (title, body) = (typed(title), typed(body));
        wrong.set(title.is_empty() || body.is_empty());
        if let (Some(letter), false) = (untrack(chosen), wrong.get_untracked()) {
            set(desk, letter, title, body);
        }
    };
    let back = move |_| {
        if let Some(letter) = untrack(chosen) {
            set(desk, letter, String::new(), String::new());
        }
    };
    let places = move || {
        let names =
            chosen().map(|kind| letter_places(kind).map(|name| format!("｛{name}｝")).collect::<Vec<_>>());
        l.f(k::LETTER_PLACES, &[("places", &names.unwrap_or_default().join("、"))])
    };
    view! {
        <section aria-labelledby="letter-texts-title">
            <h2 id="letter-texts-title">{move || l.t(k::LETTER_TEXTS)}</h2>
            <form class="wide" on:submit=submit>
                <p class="help">{move || l.t(k::LETTER_TEXTS_HELP)}</p>
                <Select id="text-kind" label=l.label(k::LETTER_KIND) value=kind options=options />
                <Show when=move || chosen().is_some()>
                    <Field id="text-title" label=l.label(k::LETTER_SUBJECT) value=title />
                    <Area id="text-body" label=l.label(k::LETTER_BODY) value=body rows=12 />
                    <p class="help" id="text-places">
                        {places}
                    </p>
                    <Submit
                        id="save-text"
                        label=l.label(k::CASE_RECORD)
                        wrong=wrong
                        cause=l.label(k::LETTER_TEXT_WRONG)
                        busy=desk.working
                    />
                    <p class="actions">
                        <button id="usual-text" type="button" class="quiet" disabled=desk.working on:click=back>
                            {move || l.t(k::LETTER_TEXT_USUAL)}
                        </button>
                    </p>
                </Show>
            </form>
        </section>
    }
}

fn set(desk: Desk, letter: LetterKind, title: String, body: String) {
    desk.run(async move {
        desk.append(EventBody::LetterTextSet { letter, title, body }).await?;
        desk.tell(desk.locale.t(k::LETTER_TEXT_SET).to_owned());
        Ok(())
    });
}
